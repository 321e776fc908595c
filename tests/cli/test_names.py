"""Names that are no UTF-8, and consoles that cannot show a name: nothing ends of it."""

import csv
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import h5py
import pytest

ROOT = Path(__file__).parents[2]
MOVES = "".join(
    f";{'BW'[i % 2]}[{chr(97 + i % 19)}{chr(97 + 2 * (i // 19))}]" for i in range(40)
)
GAME = f"(;GM[1]PB[柯洁]PW[Łódź]{MOVES})".encode()
NAME = "对局"

needs_bytes_as_names = pytest.mark.skipif(
    sys.platform != "linux", reason="names are text on Windows and macOS"
)


def gopolicy(*words, code=0, **environment):
    """(stdout, stderr) of a command, as bytes; it must end with ``code``."""
    done = subprocess.run(
        [sys.executable, "-m", "gopolicy", *words],
        capture_output=True,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gui'}",
            **environment,
        },
        timeout=300,
    )
    assert done.returncode == code, done.stderr
    return done.stdout, done.stderr


def folder(place):
    path = os.fsencode(place) + b"/" + NAME.encode("gbk")
    os.mkdir(path)
    for name, data in ((b"a.sgf", GAME), (NAME.encode("gbk") + b".sgf", b"x")):
        (Path(os.fsdecode(path)) / os.fsdecode(name)).write_bytes(data)
    return os.fsdecode(path)


def tar(place):
    path = place / "games.tar"
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT, encoding="gbk") as archive:
        for name, data in (("a.sgf", GAME), (f"{NAME}.sgf", b"x")):
            info = tarfile.TarInfo(f"{NAME}/{name}")
            info.size = len(data)
            archive.addfile(info, BytesIO(data))
    return str(path)


@needs_bytes_as_names
@pytest.mark.parametrize("make", [folder, tar])
def test_names_in_another_encoding_survive_a_conversion(make, tmp_path):
    source, out, report = make(tmp_path), tmp_path / "x.h5", tmp_path / "r.csv"
    gopolicy("dataset", "build", source, "-o", str(out), "--report", str(report))
    with h5py.File(out) as file:
        assert file["source_text"][:].tobytes().endswith(NAME.encode("gbk") + b"/a.sgf")
    with open(report, encoding="utf-8", errors="surrogateescape", newline="") as file:
        _, row = csv.reader(file)
    assert os.fsencode(row[0]).endswith(NAME.encode("gbk") + b".sgf")
    assert row[2] == "no game in the file"


@needs_bytes_as_names
def test_names_in_another_encoding_are_shown_readably(tmp_path):
    path = f"{folder(tmp_path)}/{os.fsdecode(NAME.encode('gbk'))}.sgf"
    _, err = gopolicy("planes", path, code=1)
    assert f"{NAME}/{NAME}.sgf: no game in the file" in err.decode()


@needs_bytes_as_names
def test_a_name_within_quotes_is_shown_readably(tmp_path):
    path = f"{tmp_path}/{os.fsdecode(NAME.encode('gbk'))}.sgf"
    _, err = gopolicy("suggest", path, code=1)
    assert f"no file or folder '{tmp_path}/{NAME}.sgf'" in err.decode()


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "柯洁 - Łódź"),
        ("cp1252", r"\u67ef\u6d01 - \u0141ód\u017a"),
        ("gb2312", r"柯洁 - \u0141ód\u017a"),
    ],
)
def test_a_console_without_a_character_shows_its_number(encoding, shown, tmp_path):
    (tmp_path / "a.sgf").write_bytes(GAME)
    path = str(tmp_path / "a.sgf")
    out, _ = gopolicy("planes", path, "--move", "1", PYTHONIOENCODING=encoding)
    assert out.decode(encoding).startswith(f"{shown}, move 1")
