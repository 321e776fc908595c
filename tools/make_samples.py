"""Makes the sample games in datasets/ from the collections they come from.

python tools/make_samples.py COLLECTIONS datasets

COLLECTIONS is a folder with kgs6d-train.tar.xz, tygem9d-train.tar.xz, kgs6d-valid.zip,
tygem9d-valid.zip and alphago.zip. Training samples come from the training files only,
held-out samples from the validation files only. Names are not carried: the collections
have placeholders for accounts, and professional games are left out.
"""

import sys
import tarfile
import zipfile
from pathlib import Path

#: (collection, games): what each sample takes.
TRAIN = (("kgs6d-train.tar.xz", 450), ("tygem9d-train.tar.xz", 450))
VALID = (("kgs6d-valid.zip", 50), ("tygem9d-valid.zip", 50))
LEE_SEDOL = {
    "LS vs AG - G2 - English.sgf": "alphago-leesedol-2.sgf",
    "LS vs AG - G4 - English.sgf": "alphago-leesedol-4.sgf",
}


def first_of_tar(path: Path, count: int) -> dict[str, bytes]:
    """Every 40th game from the start until there are enough."""
    games: dict[str, bytes] = {}
    seen = 0
    with tarfile.open(path) as archive:
        for member in archive:
            if not member.isfile():
                continue
            seen += 1
            if seen % 40 == 0:
                file = archive.extractfile(member)
                assert file is not None
                games[member.name] = file.read()
                if len(games) == count:
                    break
    return games


def spread_of_zip(path: Path, count: int) -> dict[str, bytes]:
    """Games at even distances."""
    with zipfile.ZipFile(path) as archive:
        names = sorted(n for n in archive.namelist() if n.endswith(".sgf"))
        return {n: archive.read(n) for n in names[:: len(names) // count][:count]}


def write_zip(path: Path, games: dict[str, bytes]) -> None:
    """The same bytes each time: sorted names, one fixed date."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(games):
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, games[name])


def main(collections: Path, out: Path) -> None:
    """Writes all samples."""
    train: dict[str, bytes] = {}
    for name, count in TRAIN:
        train |= first_of_tar(collections / name, count)
    valid: dict[str, bytes] = {}
    for name, count in VALID:
        valid |= spread_of_zip(collections / name, count)
    write_zip(out / "sample-train.zip", train)
    write_zip(out / "sample-valid.zip", valid)
    with zipfile.ZipFile(collections / "alphago.zip") as archive:
        games = {n: archive.read(n) for n in archive.namelist() if n.endswith(".sgf")}
    write_zip(out / "alphago.zip", games)
    for name, target in LEE_SEDOL.items():
        (out / target).write_bytes(games[f"alphago/AlphaGo/{name}"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
