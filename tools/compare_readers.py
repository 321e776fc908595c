"""Compares the scanner for plain records with sgfmill on whole collections.

    python tools/compare_readers.py SOURCE...

Each game is read both ways; the first difference ends it with exit code 1.
"""

import sys

from gopolicy.errors import SgfError
from gopolicy.sgf.encodings import decode_sgf
from gopolicy.sgf.parse import read_games, read_games_by_sgfmill, scan_plain
from gopolicy.sgf.sources import iter_sources


def main() -> int:
    n_files = n_plain = 0
    for source in iter_sources(sys.argv[1:]):
        try:
            games = read_games(source.data, source.name)
        except SgfError:
            continue
        if games != read_games_by_sgfmill(source.data, source.name):
            sys.stderr.write(f"{source.name}: the two readers differ\n")
            return 1
        n_files += 1
        n_plain += scan_plain(decode_sgf(source.data)) is not None
    sys.stdout.write(f"{n_files} files alike, {n_plain} of them through the scanner\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
