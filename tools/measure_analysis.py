"""Measures the work of ``gopolicy analysis`` where KaTrain opens a game.

All positions of a game, with 500 visits each; a sweep, each legal move of a position
with 25; and how long a move just played waits while all of the game does. Processor
time is of all cores together. Usage: python tools/measure_analysis.py [GAME.sgf]
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gopolicy.analysis.engine import Engine  # noqa: E402
from gopolicy.go.coords import BLACK, format_vertex  # noqa: E402
from gopolicy.go.position import Position  # noqa: E402
from gopolicy.player import Player  # noqa: E402
from gopolicy.policy import load_owners, load_policy  # noqa: E402
from gopolicy.sgf.record import parse_records, position_at  # noqa: E402


def query(name: str, moves: list[list[str]], visits: int, **fields: object) -> bytes:
    """A query as KaTrain makes it."""
    wanted = {
        "includeOwnership": visits > 25,
        "includeMovesOwnership": visits > 25,
        "includePolicy": True,
    }
    board = {"boardXSize": 19, "boardYSize": 19, "rules": "chinese", "komi": 7.5}
    text = {"id": name, "moves": moves, "maxVisits": visits, **board, **wanted}
    return json.dumps({**text, **fields}).encode()


def main(path: Path) -> None:
    policy = load_policy()
    Player(policy).warm_up()
    owners = load_owners()
    owners.ownership([Position()])
    record = parse_records(path.read_bytes(), path.name)[0]
    end = position_at(record, None)
    moves = [["B" if c == BLACK else "W", format_vertex(p)] for c, p in end.moves]
    middle = moves[: len(moves) // 2]
    legal = np.flatnonzero(position_at(record, len(middle) + 1).legal_mask())
    side = "BW"[len(middle) % 2]
    parts = {
        "game": [query(str(n), moves[:n], 500) for n in range(len(moves) + 1)],
        "sweep": [
            query(format_vertex(int(p)), [*middle, [side, format_vertex(int(p))]], 25)
            for p in legal
        ],
    }
    for name, lines in parts.items():
        engine = Engine(policy, lambda line: None, owners=owners)
        began, used = time.perf_counter(), time.process_time()
        for line in lines:
            engine.accept(line)
        while engine.step():
            pass
        wall, cpu = time.perf_counter() - began, time.process_time() - used
        sys.stdout.write(f"{name}: {len(lines)} positions, {wall:.1f} s, {cpu:.1f} s")
        sys.stdout.write(" of processor time\n")
    waits = []
    for turn in range(10, len(moves), 20):
        answered: list[str] = []
        engine = Engine(policy, answered.append, owners=owners)
        for line in parts["game"][:100]:
            engine.accept(line)
        engine.step()
        answered.clear()
        began = time.perf_counter()
        engine.accept(query("played", moves[:turn], 500, priority=1000))
        while not answered:
            engine.step()
        waits.append(time.perf_counter() - began)
    sys.stdout.write(f"a move just played: {1000 * np.median(waits):.0f} ms\n")


if __name__ == "__main__":
    default = ROOT / "datasets" / "alphago-leesedol-4.sgf"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
