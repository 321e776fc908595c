"""Makes a large collection of games from a dataset: turned, cut and numbered anew.

    python tools/data/make_many.py GAMES.h5 1000000 OUT.tar

No two games of it are the same, as long as those of the dataset are not the same when
turned: each game comes turned by one symmetry after another, then so again with its
last move cut off, and so on. For measuring how conversion and training bear a million
games; SGF files of some 1.5 KB in an uncompressed tar.
"""

import io
import sys
import tarfile
from pathlib import Path

from gopolicy.data.dataset import Dataset
from gopolicy.go.coords import SYMMETRIES, format_sgf_point
from gopolicy.go.turns import POINT_MASK, SETUP_BIT, WHITE_BIT

#: The shortest game, so that none is left out for its length.
LEAST = 30


def main(source: str, count: int, out: str) -> None:
    """Writes ``count`` games."""
    data = Dataset.open(source)
    points = [format_sgf_point(point) for point in range(362)]
    names = {0: ";B[", WHITE_BIT: ";W[", SETUP_BIT: "AB[", SETUP_BIT | WHITE_BIT: "AW["}
    written = 0
    with tarfile.open(out, "w") as archive:
        for variant in range(10**6):
            turn, n_cut = SYMMETRIES[variant % 8], variant // 8
            before = written
            for index in range(data.n_games):
                codes = data.game(index)
                codes = codes[: len(codes) - n_cut]
                if len(codes) < LEAST:
                    continue
                pieces = [
                    f"{names[code & ~POINT_MASK]}{points[turn[code & POINT_MASK]]}]"
                    for code in codes.tolist()
                ]
                text = f"(;GM[1]FF[4]SZ[19]KM[6.5]PB[{index}]PW[{variant}]"
                body = (text + "".join(pieces) + ")").encode()
                member = tarfile.TarInfo(f"{written // 10_000:04}/{written:07}.sgf")
                member.size = len(body)
                archive.addfile(member, io.BytesIO(body))
                written += 1
                if written == count:
                    sys.stdout.write(
                        f"{written:,} games in {out}, {Path(out).stat().st_size:,} B\n"
                    )
                    return
            if written == before:
                raise SystemExit(f"the games of {source} give only {written:,}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
