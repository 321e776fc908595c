"""Searches for positions whose planes are slow to compute, and writes the worst.

python tools/find_adversarial.py OUT.txt [STEPS]

Climbs from random boards: a step changes a few stones, or copies a turned patch to
another place, and is kept unless the position became easier. Four measures are
climbed: moves that the ladder reader counts, moves that it really weighs (it knows the
rest from before), ladder questions it is asked, and chains in atari. All are counts, so
the same kernels always find the same positions. A board full of kos is written besides.
The default of 6000 STEPS takes about ten minutes.

OUT.txt: lines that start with # are comments; each position is a line "X to play" and
19 lines of X (Black), O (White) and . (empty), row 19 first; positions stand apart by
an empty line.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go import rules
from gopolicy.go.coords import BLACK, BOARD_SIZE, EMPTY, POINTS, WHITE
from gopolicy.go.features import PLANES, fill_planes, new_workspace

Stones = NDArray[np.int8]  # [361]

_HEADER: Final = """\
# Positions that are slow to encode, found by tools/find_adversarial.py; Black to play.
# Each comment: the measure that was climbed, its seed, moves that the reader plays.
"""

#: A ko that Black can take, and the same after Black took it.
_KO: Final = (".XO.", "XO.O", ".XO.")
_KO_TAKEN: Final = (".XO.", "X.XO", ".XO.")


class Scale:
    """Loads stones on a board and measures how hard they are."""

    def __init__(self) -> None:
        self.board = rules.new_board()
        self.workspace = new_workspace()
        self.planes = np.empty((POINTS, PLANES), np.uint8)

    def load(self, stones: Stones) -> bool:
        """Sets the stones up, Black to play; whether every chain has a liberty."""
        self.board.stones[:POINTS] = stones
        self.board.placed[:] = rules.SETUP_TURN
        rules.rebuild_chains(self.board)
        return not rules.has_dead_chain(self.board)

    def nodes(self) -> int:
        """Moves that the ladder reader counts for all planes."""
        self.workspace.reader.nodes[0] = 0
        fill_planes(self.board, self.workspace, self.planes)
        return int(self.workspace.reader.nodes[0])

    def weighed(self) -> int:
        """Moves that the ladder reader weighs for all planes."""
        self.workspace.reader.weighed[0] = 0
        fill_planes(self.board, self.workspace, self.planes)
        return int(self.workspace.reader.weighed[0])

    def questions(self) -> int:
        """Chains that a ladder question is asked about, and a bit for the reading."""
        counts = self._liberties(BLACK, 1) + self._liberties(WHITE, 2)
        return counts * 1_000_000 + self.nodes()

    def ataris(self) -> int:
        """Chains in atari, and a bit for the reading."""
        counts = self._liberties(BLACK, 1) + self._liberties(WHITE, 1)
        return counts * 1_000_000 + self.nodes()

    def _liberties(self, color: int, count: int) -> int:
        """How many chains of ``color`` have ``count`` liberties."""
        board = self.board
        points = np.arange(POINTS)
        heads = (board.stones[:POINTS] == color) & (board.chain == points)
        return int((board.n_liberties[heads] == count).sum())


def random_board(rng: np.random.Generator, scale: Scale) -> Stones:
    """Stones strewn over 20 to 60 percent of the board, none dead."""
    stones = np.zeros(POINTS, np.int8)
    count = int(rng.uniform(0.2, 0.6) * POINTS)
    for point in rng.permutation(POINTS)[:count]:
        stones[point] = rng.choice([BLACK, WHITE])
        if not scale.load(stones):
            stones[point] = EMPTY
    return stones


def changed(rng: np.random.Generator, stones: Stones) -> Stones:
    """A copy with a few stones changed, or with a patch copied to another place."""
    new = stones.copy()
    grid = new.reshape(BOARD_SIZE, BOARD_SIZE)
    if rng.random() < 0.35:
        side = rng.integers(3, 9)
        y, x, top, left = rng.integers(0, BOARD_SIZE + 1 - side, 4)
        patch = grid[y : y + side, x : x + side].copy()
        patch = np.rot90(patch, int(rng.integers(4)))
        grid[top : top + side, left : left + side] = (
            patch if rng.random() < 0.5 else patch.T
        )
        return new
    row, column = rng.integers(0, BOARD_SIZE, 2)
    for _ in range(rng.integers(1, 5)):
        if rng.random() < 0.3:
            y, x = rng.integers(0, BOARD_SIZE, 2)
        else:
            y = np.clip(row + rng.integers(-2, 3), 0, BOARD_SIZE - 1)
            x = np.clip(column + rng.integers(-2, 3), 0, BOARD_SIZE - 1)
        grid[y, x] = rng.integers(-1, 2)
    return new


def climb(scale: Scale, measure: Callable[[], int], seed: int, *, steps: int) -> Stones:
    """The hardest position that ``steps`` changes came to."""
    rng = np.random.default_rng(seed)
    stones = random_board(rng, scale)
    scale.load(stones)
    height = measure()
    for _ in range(steps):
        new = changed(rng, stones)
        if scale.load(new) and (reached := measure()) >= height:
            stones, height = new, reached
    return stones


def board_of_kos() -> Stones:
    """Twenty kos, half of them for each side to take."""
    grid = np.zeros((BOARD_SIZE, BOARD_SIZE), np.int8)
    marks = {".": EMPTY, "X": BLACK, "O": WHITE}
    for number in range(20):
        rows = _KO if number % 2 else _KO_TAKEN
        top, left = (number // 4) * 4, (number % 4) * 5
        for y, row in enumerate(rows):
            for x, mark in enumerate(row):
                grid[top + y, left + x] = marks[mark]
    return grid.reshape(POINTS)  # [19, 19] -> [361]


def format_position(stones: Stones) -> str:
    """A position as OUT.txt has it."""
    rows = stones.reshape(BOARD_SIZE, BOARD_SIZE)
    lines = ["".join(".XO"[stone] for stone in row) for row in rows]
    return "\n".join(["X to play", *lines]) + "\n"


def main(out: str, steps: int = 6000) -> None:
    """Climbs from all seeds and writes what was found."""
    scale = Scale()
    plan = [
        *(("moves read", scale.nodes, seed) for seed in range(4, 8)),
        *(("moves weighed", scale.weighed, seed) for seed in range(12, 16)),
        *(("questions asked", scale.questions, seed) for seed in range(8, 10)),
        *(("chains in atari", scale.ataris, seed) for seed in range(10, 12)),
    ]
    parts = [_HEADER]
    for name, measure, seed in plan:
        stones = climb(scale, measure, seed, steps=steps)
        scale.load(stones)
        comment = f"# {name}, seed {seed}: {scale.nodes()} moves\n"
        parts.append(comment + format_position(stones))
        sys.stderr.write(comment)
    parts.append("# a board of kos\n" + format_position(board_of_kos()))
    Path(out).write_text("\n".join(parts), encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
