"""Measures how far the window's estimate of the lead is from how counted games end.

For positions of each stretch of settledness: how many, the middle of the errors, and
between which bounds eight in ten of them are. The window's ``model/study/leads.py`` has
its interval from here. Usage:
python tools/study/measure_leads.py FOLDER_OR_ARCHIVE... [--games 300]
"""

import argparse
import sys
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from gopolicy.analysis.values import expected_lead, settledness  # noqa: E402
from gopolicy.go.coords import BLACK  # noqa: E402
from gopolicy.go.scoring import rules_difference  # noqa: E402
from gopolicy.policy import load_owners  # noqa: E402
from gopolicy.sgf.record import GameRecord, read_records, replay  # noqa: E402
from gopolicy.sgf.sources import iter_sources  # noqa: E402

MOVES = range(20, 281, 20)
BOUNDS = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


def counted(paths: list[str]) -> Iterator[tuple[GameRecord, float]]:
    """Even games that were counted, and Black's lead in each."""
    for source in iter_sources(paths):
        for record in read_records(source.data, source.name):
            if not isinstance(record, GameRecord) or record.handicap:
                continue
            margin = record.result[2:]
            if (
                record.komi is not None
                and margin[:1].isdigit()
                and record.n_moves > 150
            ):
                sign = 1 if record.result[0] == "B" else -1
                yield record, sign * float(margin)


def main(paths: list[str], n_games: int) -> None:
    owners = load_owners()
    found: list[tuple[float, float, float]] = []
    for record, lead in islice(counted(paths), n_games):
        for position, _ in replay(record):
            if position.turn in MOVES:
                ownership = owners.ownership([position])[0]
                difference = rules_difference(position, "area") - (record.komi or 0)
                settled = settledness(ownership)
                moves = position.to_play == BLACK
                said = expected_lead(ownership, difference, moves=moves)
                found.append((settled, said, lead))
    settled, said, ends = np.array(found).T
    write = sys.stdout.write
    write(f"{len(found)} positions\n")
    write("settled      positions   lead said   10 %   50 %   90 % of error\n")
    for low, high in pairwise(BOUNDS):
        here = (settled >= low) & (settled < high)
        if here.sum() > 5:
            errors = np.quantile((ends - said)[here], (0.1, 0.5, 0.9))
            shown = "".join(f"{error:8.1f}" for error in errors)
            mean = np.abs(said[here]).mean()
            write(f"{low:.2f} - {high:.2f}  {here.sum():8d}  {mean:10.1f} {shown}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--games", type=int, default=300)
    asked = parser.parse_args()
    main(asked.paths, asked.games)
