"""Measures the leads of an analysis on games whose winner is known.

How often the leader at moves 80, 120, 160 and 200 is the winner, of a position alone
and of one whose game was analysed up to it; how far the lead jumps from move to move
(where no move takes more than three stones); and the time a position takes. ``mean`` is
the mean of the playouts' leads, for comparison. Usage:
python tools/measure_values.py DATASET.h5 [GAMES] [VISITS]
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gopolicy.analysis.limits import Limits  # noqa: E402
from gopolicy.analysis.lines import Study  # noqa: E402
from gopolicy.analysis.memory import Memory  # noqa: E402
from gopolicy.analysis.positions import Game  # noqa: E402
from gopolicy.analysis.work import VISITS_PER_PLAYOUT  # noqa: E402
from gopolicy.go.coords import BLACK  # noqa: E402
from gopolicy.go.position import Position  # noqa: E402
from gopolicy.go.turns import SETUP_BIT  # noqa: E402
from gopolicy.player import Player  # noqa: E402
from gopolicy.policy import load_policy  # noqa: E402

MOVES = (80, 120, 160, 200)
#: Positions before each of them that are analysed, too.
BEFORE = 10
LARGEST_CAPTURE = 3


def games(path: str, most: int) -> Iterator[tuple[list[int], float, int]]:
    """(turn codes, komi, winner) of even games that end with a winner."""
    with h5py.File(path) as file:
        offsets, codes = file["offsets"][:], file["codes"][:]
        rows = zip(file["komi"][:], file["result"][:], file["handicap"][:], strict=True)
        for k, (komi, result, handicap) in enumerate(rows):
            game = codes[offsets[k] : offsets[k + 1]]
            is_even = not handicap and not (game & SETUP_BIT).any()
            if is_even and result and len(game) > MOVES[1] and most:
                most -= 1
                yield game.tolist(), float(komi), int(result)


def main(path: str, n_games: int, visits: int) -> None:
    policy, playouts = load_policy(), visits // VISITS_PER_PLAYOUT
    hits: dict[tuple[str, int], list[bool]] = {}
    jumps: dict[str, list[float]] = {"mean": [], "alone": [], "in its game": []}
    seconds = []
    for codes, komi, result in games(path, n_games):
        player = Player(policy, komi=komi)
        for move in [move for move in MOVES if move < len(codes)]:
            memory, before, stones = Memory(), None, 0
            position = Position()
            position.replay(codes[: move - BEFORE])
            for turn in range(move - BEFORE, move + 1):
                began = time.perf_counter()
                probabilities = policy.probabilities([position])[0]
                study = Study(player, position, probabilities)
                study.add_playouts(playouts)
                found = study.analysis()
                game = Game(position.copy(), komi, "area", Limits())
                steady = memory.steady(game, found)
                seconds.append(time.perf_counter() - began)
                leads = np.concatenate([line.leads for line in found.lines])
                black = 1 if position.to_play == BLACK else -1
                now = {
                    "mean": black * float(leads.mean()),
                    "alone": black * found.score,
                    "in its game": black * steady.score,
                }
                count = int(np.count_nonzero(position.stones))
                if before is not None and count >= stones - LARGEST_CAPTURE:
                    for name, lead in now.items():
                        jumps[name].append(abs(lead - before[name]))
                before, stones = now, count
                if turn < move:
                    position.replay(codes[turn : turn + 1])
            for name, lead in now.items():
                hits.setdefault((name, move), []).append((lead > 0) == (result > 0))
    for name, values in jumps.items():
        shares = ", ".join(f"{100 * np.mean(hits[name, m]):.1f} %" for m in MOVES)
        sys.stdout.write(f"{name}: {shares}; a jump {np.mean(values):.2f} points\n")
    counts = ", ".join(str(len(hits["mean", move])) for move in MOVES)
    sys.stdout.write(f"games: {counts}; {1000 * np.median(seconds):.0f} ms\n")


if __name__ == "__main__":
    n_games, visits = [*map(int, sys.argv[2:4]), *(100, 500)[len(sys.argv[2:4]) :]]
    main(sys.argv[1], n_games, visits)
