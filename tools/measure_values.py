"""Measures the leads of an analysis on games whose winner is known.

How often the leader at moves 80, 120, 160 and 200 is the winner, of a position alone
and of one whose game was analysed up to it; how far the lead jumps from move to move
(where no move takes more than three stones); and the time a position takes. ``mean`` is
the mean of the playouts' leads, for comparison. With ``try``, other ways to tell who
leads instead, and by how much more often than as it is now the leader is the winner,
with the standard error of that difference: by playouts that begin after some moves of
the network, by careful ones, by both together, by ownership less sharp; and as though
each position of a game were refined before the next comes. docs/clients.md has what
came out. Usage:
python tools/measure_values.py DATASET.h5 [GAMES] [VISITS]
python tools/measure_values.py try DATASET.h5 [GAMES]
python tools/measure_values.py end RECORDS [GAMES]

With ``end``, the leads after the last move, beside the scores that the records of games
have that end by two passes.
"""

import json
import math
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gopolicy.analysis.engine import Engine  # noqa: E402
from gopolicy.analysis.limits import Limits  # noqa: E402
from gopolicy.analysis.lines import Study  # noqa: E402
from gopolicy.analysis.memory import Memory  # noqa: E402
from gopolicy.analysis.positions import Game  # noqa: E402
from gopolicy.analysis.work import VISITS_PER_PLAYOUT  # noqa: E402
from gopolicy.config import Rules  # noqa: E402
from gopolicy.go.coords import BLACK, PASS, POINTS, format_vertex  # noqa: E402
from gopolicy.go.playouts import run_playouts  # noqa: E402
from gopolicy.go.position import Position  # noqa: E402
from gopolicy.go.randomplay import CAREFUL, QUICK  # noqa: E402
from gopolicy.go.turns import POINT_MASK, SETUP_BIT  # noqa: E402
from gopolicy.player import Player  # noqa: E402
from gopolicy.policy import Policy, load_policy  # noqa: E402
from gopolicy.sgf.record import GameRecord, parse_records  # noqa: E402
from gopolicy.sgf.sources import iter_sources  # noqa: E402

MOVES = (80, 120, 160, 200)
#: Positions before each of them that are analysed, too.
BEFORE = 10
LARGEST_CAPTURE = 3

#: Rules by the names that KataGo gives them.
NAMES = {"territory": "japanese", "area": "chinese"}

# For other ways.
Values = NDArray[np.float64]
#: A playout of the careful kind takes as long as some 2.6 quick ones.
PLAYOUTS, CAREFUL_PLAYOUTS = 128, 48
#: Moves of the network before the playouts.
PLIES = (16, 32)
BATCH = 256
#: Playouts for each position before, and by refinement.
ANSWERED, REFINED = 125, 1000


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


def ownership(positions: list[Position], style: int = QUICK) -> Values:
    """Float [positions, 361]."""
    count = CAREFUL_PLAYOUTS if style == CAREFUL else PLAYOUTS
    found = [run_playouts(p, count, seed=7, style=style)[0] for p in positions]
    return np.array(found, np.float64) / count


def play_on(policy: Policy, positions: list[Position], plies: int) -> None:
    """Plays the policy's likeliest sensible moves in all of them."""
    for _ in range(plies):
        for start in range(0, len(positions), BATCH):
            part = positions[start : start + BATCH]
            for position, chances in zip(part, policy.probabilities(part), strict=True):
                wanted = chances * position.sensible_mask()[:POINTS]
                position.play(int(wanted.argmax()) if wanted.any() else PASS)


def try_ways(policy: Policy, found: list[tuple[list[int], float, int]]) -> None:
    """Prints a line for each way."""
    rows, positions = [], []
    for codes, komi, result in found:
        for move in [move for move in MOVES if move < len(codes)]:
            position = Position()
            position.replay(codes[:move])
            positions.append(position)
            rows.append((move, komi, result))
    moves, komis, results = np.array(rows).T
    owners = {"at once": ownership(positions), "careful": ownership(positions, CAREFUL)}
    owners["at once and careful"] = (owners["at once"] + owners["careful"]) / 2
    for before, plies in zip((0, *PLIES), PLIES, strict=False):
        play_on(policy, positions, plies - before)
        owners[f"after {plies}"] = after = ownership(positions)
        owners[f"at once and after {plies}"] = (owners["at once"] + after) / 2
    ways = {name: _lead(values, 4.0) for name, values in owners.items()}
    ways["less sharp"] = _lead(owners["at once"], 2.5)
    now = ((ways["at once"] > komis) == (results > 0)).astype(float)
    for name, leads in ways.items():
        right = ((leads > komis) == (results > 0)).astype(float)
        texts = []
        for move in MOVES:
            more = (right - now)[moves == move]
            error = more.std() / math.sqrt(len(more))
            share = 100 * right[moves == move].mean()
            texts.append(f"{share:.1f} ({100 * more.mean():+.1f} ± {100 * error:.1f})")
        sys.stdout.write(f"{name}: {', '.join(texts)} %\n")


def _lead(owners: Values, sharpness: float) -> Values:
    leads: Values = np.tanh(sharpness * owners).sum(axis=1) / math.tanh(sharpness)
    return leads


def try_refining(policy: Policy, found: list[tuple[list[int], float, int]]) -> None:
    """Prints what refining the positions before would bring, with all time for it."""
    hits: dict[tuple[str, int], list[bool]] = {}
    for codes, komi, result in found:
        player = Player(policy, komi=komi)
        for move in [move for move in MOVES if move < len(codes)]:
            memories = {"as it is": Memory(), "refined": Memory()}
            position = Position()
            position.replay(codes[: move - BEFORE])
            for turn in range(move - BEFORE, move + 1):
                chances = policy.probabilities([position])[0]
                study = Study(player, position, chances)
                study.add_playouts(ANSWERED)
                game = Game(position.copy(), komi, "area", Limits())
                analysis = study.analysis()
                leads = {k: m.steady(game, analysis) for k, m in memories.items()}
                if turn < move:
                    study.add_playouts(REFINED)
                    memories["refined"].steady(game, study.analysis())
                    position.replay(codes[turn : turn + 1])
            black = 1 if position.to_play == BLACK else -1
            for name, steady in leads.items():
                right = (black * steady.score > 0) == (result > 0)
                hits.setdefault((name, move), []).append(right)
    for name in ("as it is", "refined"):
        shares = ", ".join(f"{100 * np.mean(hits[name, m]):.1f} %" for m in MOVES)
        sys.stdout.write(f"{name}: {shares}\n")


def try_all(path: str, count: int) -> None:
    policy = load_policy()
    found = list(games(path, count))
    try_ways(policy, found)
    try_refining(policy, found[: count // 10])


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
    policy = load_policy()
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
        engine = Engine(policy, answers.append)
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
    if sys.argv[1] in ("try", "end"):
        run = {"try": try_all, "end": compare_ends}[sys.argv[1]]
        run(sys.argv[2], int([*sys.argv[3:], "400"][0]))
        sys.exit()
    n_games, visits = [*map(int, sys.argv[2:4]), *(100, 500)[len(sys.argv[2:4]) :]]
    main(sys.argv[1], n_games, visits)
