"""Measures the leads of an analysis on games whose winner is known.

How often the leader at moves 80, 120, 160 and 200 is the winner, of a position alone
and of one whose game was analysed up to it; how far the lead jumps from move to move
(where no move takes more than three stones); and the time a position takes. ``mean`` is
the mean of the playouts' leads, for comparison. Usage:
python tools/measure_values.py DATASET.h5 [GAMES] [VISITS]
python tools/measure_values.py end RECORDS [GAMES]

With ``end``, the leads after the last move, beside the scores that the records of games
have that end by two passes.
"""

import json
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gopolicy.analysis.engine import Engine  # noqa: E402
from gopolicy.analysis.limits import Limits  # noqa: E402
from gopolicy.analysis.lines import Study  # noqa: E402
from gopolicy.analysis.memory import Memory  # noqa: E402
from gopolicy.analysis.positions import Game  # noqa: E402
from gopolicy.analysis.work import VISITS_PER_PLAYOUT  # noqa: E402
from gopolicy.config import Rules  # noqa: E402
from gopolicy.go.coords import BLACK, PASS, format_vertex  # noqa: E402
from gopolicy.go.position import Position  # noqa: E402
from gopolicy.go.turns import POINT_MASK, SETUP_BIT  # noqa: E402
from gopolicy.player import Player  # noqa: E402
from gopolicy.policy import load_owners, load_policy  # noqa: E402
from gopolicy.sgf.record import GameRecord, parse_records  # noqa: E402
from gopolicy.sgf.sources import iter_sources  # noqa: E402

MOVES = (80, 120, 160, 200)
#: Positions before each of them that are analysed, too.
BEFORE = 10
LARGEST_CAPTURE = 3

#: Rules by the names that KataGo gives them.
NAMES = {"territory": "japanese", "area": "chinese"}


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
    owners = load_owners()
    hits: dict[tuple[str, int], list[bool]] = {}
    jumps: dict[str, list[float]] = {"mean": [], "alone": [], "in its game": []}
    seconds = []
    for codes, komi, result in games(path, n_games):
        player = Player(policy, komi=komi, owners=owners)
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


def scored_games(path: str) -> Iterator[tuple[GameRecord, Rules, float]]:
    """Games that end by two passes: record, rules, and Black's lead as recorded."""
    for source in iter_sources([Path(path)]):
        rules: Rules = "territory" if b"RU[Japanese]" in source.data else "area"
        for record in parse_records(source.data, source.name):
            winner, _, points = record.result.partition("+")
            ends = (
                record.n_moves > 2 and ((record.codes[-2:] & POINT_MASK) == PASS).all()
            )
            if ends and record.komi is not None and points.replace(".", "").isdigit():
                yield record, rules, float(points) * (1 if winner == "B" else -1)


def compare_ends(path: str, count: int) -> None:
    policy, owners = load_policy(), load_owners()
    apart: list[float] = []
    same: list[bool] = []
    for record, rules, recorded in islice(scored_games(path), count):
        position = Position()
        position.replay(record.codes.tolist())
        moves = [
            ["B" if c == BLACK else "W", format_vertex(p)] for c, p in position.moves
        ]
        query = {"id": "end", "moves": moves, "maxVisits": 500, "komi": record.komi}
        query |= {"boardXSize": 19, "boardYSize": 19, "rules": NAMES[rules]}
        answers: list[str] = []
        engine = Engine(policy, answers.append, owners=owners)
        engine.accept(json.dumps(query).encode())
        while engine.step():
            pass
        lead = json.loads(answers[-1])["rootInfo"]["scoreLead"]
        apart.append(abs(lead - recorded))
        same.append((lead > 0) == (recorded > 0))
    gaps = np.array(apart)
    sys.stdout.write(
        f"{len(gaps)} games: the winner leads in {100 * np.mean(same):.1f} %, off by "
        f"{np.median(gaps):.1f} points (median), "
        f"by at most 1 in {100 * (gaps <= 1).mean():.1f} %\n"
    )


if __name__ == "__main__":
    if sys.argv[1] == "end":
        compare_ends(sys.argv[2], int([*sys.argv[3:], "400"][0]))
        sys.exit()
    n_games, visits = [*map(int, sys.argv[2:4]), *(100, 500)[len(sys.argv[2:4]) :]]
    main(sys.argv[1], n_games, visits)
