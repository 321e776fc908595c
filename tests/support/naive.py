"""The rules, the ladder reader and the 48 planes again: slow, obvious, independent.

Written from the specification with dicts and sets, and without a look at the kernels,
so that a mistake has to be made twice to go unseen. Shares with gopolicy only the
numbering of points and colors. Nothing here is checked: callers ask for legal moves.
"""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, BOARD_SIZE, EMPTY, PASS, POINTS, WHITE

Stones = dict[int, int]  # point -> BLACK or WHITE; empty points are absent

#: Moves that the ladder reader may play for one question.
BUDGET = 2_000


@cache
def neighbors(point: int) -> tuple[int, ...]:
    """The points that share a line segment with ``point``."""
    return _around(point, [(-1, 0), (0, -1), (0, 1), (1, 0)])


@cache
def diagonals(point: int) -> tuple[int, ...]:
    """The points that touch ``point`` at a corner."""
    return _around(point, [(-1, -1), (-1, 1), (1, -1), (1, 1)])


def _around(point: int, steps: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    row, column = divmod(point, BOARD_SIZE)
    return tuple(
        (row + down) * BOARD_SIZE + column + right
        for down, right in steps
        if 0 <= row + down < BOARD_SIZE and 0 <= column + right < BOARD_SIZE
    )


def chain_at(stones: Stones, point: int) -> set[int]:
    """All stones solidly connected to the one at ``point``."""
    color = stones[point]
    chain = {point}
    frontier = [point]
    while frontier:
        for neighbor in neighbors(frontier.pop()):
            if stones.get(neighbor) == color and neighbor not in chain:
                chain.add(neighbor)
                frontier.append(neighbor)
    return chain


def liberties_of(stones: Stones, chain: Iterable[int]) -> set[int]:
    """The empty points next to ``chain``."""
    return {n for stone in chain for n in neighbors(stone) if n not in stones}


def all_chains(stones: Stones) -> list[set[int]]:
    """Every chain on the board, once, in the order of its first point."""
    seen: set[int] = set()
    chains = []
    for point in sorted(stones):
        if point not in seen:
            chains.append(chain_at(stones, point))
            seen |= chains[-1]
    return chains


class Outcome(NamedTuple):
    """What a stone put on an empty point does."""

    stones: Stones  # the board after it, captured stones gone
    captured: set[int]
    chain: set[int]  # the chain of the new stone
    liberties: set[int]  # of that chain

    @property
    def suicide(self) -> bool:
        return not self.liberties

    @property
    def ko_point(self) -> int | None:
        """Where the opponent must not play next: one stone took one stone."""
        if len(self.captured) == len(self.chain) == len(self.liberties) == 1:
            return next(iter(self.captured))
        return None


def put(stones: Stones, point: int, color: int) -> Outcome:
    """The outcome of ``color`` on the empty ``point``; ``stones`` stays as it is."""
    after = {**stones, point: color}
    captured: set[int] = set()
    for neighbor in neighbors(point):
        if after.get(neighbor) == -color:
            chain = chain_at(after, neighbor)
            if not liberties_of(after, chain):
                captured |= chain
    for stone in captured:
        del after[stone]
    own = chain_at(after, point)
    return Outcome(after, captured, own, liberties_of(after, own))


@dataclass
class NaiveGame:
    """A game in progress, with what the planes and superko need to know."""

    stones: Stones = field(default_factory=dict)
    to_play: int = BLACK
    turn: int = 0
    placed: dict[int, int] = field(default_factory=dict)  # point -> turn; not setup
    ko_point: int | None = None
    ko_color: int = EMPTY  # who must not play there
    past: set[frozenset[tuple[int, int]]] = field(default_factory=set)

    @classmethod
    def from_stones(
        cls, black: Iterable[int], white: Iterable[int], to_play: int = BLACK
    ) -> "NaiveGame":
        """A game that starts with setup stones."""
        stones = dict.fromkeys(black, BLACK) | dict.fromkeys(white, -BLACK)
        return cls(stones=stones, to_play=to_play)

    def copy(self) -> "NaiveGame":
        """A game that can go on by itself."""
        return NaiveGame(
            dict(self.stones),
            self.to_play,
            self.turn,
            dict(self.placed),
            self.ko_point,
            self.ko_color,
            set(self.past),
        )

    def is_legal(self, point: int, color: int | None = None) -> bool:
        """Empty, not suicide, not the ko point."""
        color = self.to_play if color is None else color
        if point in self.stones:
            return False
        if point == self.ko_point and color == self.ko_color:
            return False
        return not put(self.stones, point, color).suicide

    def repeats(self, point: int) -> bool:
        """Whether the board after the move is one that this game has seen."""
        after = put(self.stones, point, self.to_play).stones
        here = frozenset(self.stones.items())
        return frozenset(after.items()) in self.past | {here}

    def play(self, point: int, color: int | None = None) -> None:
        """Plays a legal move or a pass."""
        color = self.to_play if color is None else color
        self.past.add(frozenset(self.stones.items()))
        self.ko_point = None
        if point != PASS:
            outcome = put(self.stones, point, color)
            for stone in outcome.captured:
                self.placed.pop(stone, None)
            self.stones = outcome.stones
            self.placed[point] = self.turn
            self.ko_point = outcome.ko_point
            self.ko_color = -color
        self.turn += 1
        self.to_play = -color

    def legal_points(self) -> list[int]:
        """All legal points, ascending."""
        return [point for point in range(POINTS) if self.is_legal(point)]

    def planes(self) -> NDArray[np.uint8]:
        """The 48 planes, uint8 [19, 19, 48], row 0 at the top."""
        return encode(self)


# --- ladders


class BudgetSpent(Exception):
    """The reader has played all the moves it may play."""


class Local(NamedTuple):
    """A board inside the reader; the player to move must not play ``ko_point``."""

    stones: Stones
    ko_point: int | None


class Reader:
    """One ladder question, and the count of the moves played for it."""

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget = budget
        self.nodes = 0

    def played(self, board: Local, point: int, color: int) -> Local | None:
        """The board after the move; None if the move is not legal."""
        if point == board.ko_point:
            return None
        outcome = put(board.stones, point, color)
        if outcome.suicide:
            return None
        if self.nodes == self.budget:
            raise BudgetSpent
        self.nodes += 1
        return Local(outcome.stones, outcome.ko_point)

    def is_caught_by(self, board: Local, move: int, target: int) -> bool:
        """Whether the attacker's ``move`` catches the chain at ``target``."""
        attacker = -board.stones[target]
        after = self.played(board, move, attacker)
        if after is None:
            return False
        for option in defences(after.stones, target):
            answered = self.played(after, option, -attacker)
            if answered is not None and not self.is_caught(answered, target):
                return False
        return True

    def is_caught(self, board: Local, target: int) -> bool:
        """Whether the attacker, to move, catches the chain at ``target``."""
        liberties = sorted(liberties_of(board.stones, chain_at(board.stones, target)))
        if len(liberties) >= 3:
            return False
        if len(liberties) == 1:  # taking it is never suicide, but it can be ko
            return liberties[0] != board.ko_point
        return any(self.is_caught_by(board, point, target) for point in liberties)


def defences(stones: Stones, target: int) -> list[int]:
    """Where the chain at ``target``, in atari, can extend or capture; ascending."""
    chain = chain_at(stones, target)
    points = liberties_of(stones, chain)
    attackers = {
        n for stone in chain for n in neighbors(stone) if n in stones and n not in chain
    }
    for attacker in attackers:
        liberties = liberties_of(stones, chain_at(stones, attacker))
        if len(liberties) == 1:
            points |= liberties
    return sorted(points)


def captures_in_ladder(
    board: Local, move: int, target: int, budget: int = BUDGET
) -> tuple[bool, int]:
    """Whether ``move`` is proven to catch the chain at ``target``; moves played."""
    reader = Reader(budget)
    try:
        with _deep_recursion():
            return reader.is_caught_by(board, move, target), reader.nodes
    except BudgetSpent:
        return False, reader.nodes


def escapes_ladder(
    board: Local, move: int, target: int, budget: int = BUDGET
) -> tuple[bool, int]:
    """Whether ``move`` is proven to save the chain at ``target``; moves played."""
    reader = Reader(budget)
    try:
        with _deep_recursion():
            after = reader.played(board, move, board.stones[target])
            if after is None:
                return False, reader.nodes
            chain = chain_at(after.stones, target)
            if len(liberties_of(after.stones, chain)) == 1:
                return False, reader.nodes
            return not reader.is_caught(after, target), reader.nodes
    except BudgetSpent:
        return False, reader.nodes


class _deep_recursion:
    """Lets the reader call itself as deep as its budget goes."""

    def __enter__(self) -> None:
        self.limit = sys.getrecursionlimit()
        sys.setrecursionlimit(10_000)

    def __exit__(self, *_: object) -> None:
        sys.setrecursionlimit(self.limit)


def ladder_points(game: NaiveGame, budget: int = BUDGET) -> tuple[set[int], set[int]]:
    """The points of the planes "ladder capture" and "ladder escape"."""
    board = Local(game.stones, game.ko_point)
    captures: set[int] = set()
    escapes: set[int] = set()
    for chain in all_chains(game.stones):
        liberties = liberties_of(game.stones, chain)
        target = min(chain)
        if game.stones[target] != game.to_play and len(liberties) == 2:
            for move in liberties:
                if captures_in_ladder(board, move, target, budget)[0]:
                    captures.add(move)
        if game.stones[target] == game.to_play and len(liberties) == 1:
            for move in defences(game.stones, target):
                if escapes_ladder(board, move, target, budget)[0]:
                    escapes.add(move)
    return captures, escapes


# --- the end of a game


def handicap_stones(
    black: Iterable[int], white: Iterable[int], moves: Iterable[tuple[int, int]]
) -> int:
    """Setup stones and moves of Black before White's first; letters, small for passes.

    White may pass between them, but does not play or pass twice on end.
    """
    text = "".join(
        ("B" if color == BLACK else "W") if point != PASS else
        ("b" if color == BLACK else "w")
        for color, point in moves
    )  # fmt: skip
    first = re.match(r"([Bb]|w(?![Ww]))*", text)
    assert first is not None
    is_set_up = re.match(r"[Ww][Ww]", text[first.end() :])
    stones = len(set(black)) + (0 if is_set_up else first[0].count("B"))
    return stones if stones > 1 and not set(white) else 0


def owners(stones: Stones) -> dict[int, int]:
    """Whose each owned point is: a stone's, or the only color around a region."""
    owned = dict(stones)
    left = set(range(POINTS)) - set(stones)
    while left:
        region = {left.pop()}
        frontier = list(region)
        while frontier:
            for n in neighbors(frontier.pop()):
                if n in left:
                    left.remove(n)
                    region.add(n)
                    frontier.append(n)
        borders = {stones[n] for p in region for n in neighbors(p) if n in stones}
        if len(borders) == 1:
            owned |= dict.fromkeys(region, borders.pop())
    return owned


#: Shapes that leave one eye when they are taken, but for turning and mirroring.
KILLING_SHAPES = (
    ["X"],
    ["XX"],
    ["XXX"],
    ["XX", "X."],
    ["XX", "XX"],
    ["XXX", ".X."],
    ["XXX", "XX."],
    [".X.", "XXX", ".X."],
    [".X.", "XXX", ".XX"],
)


#: The eight ways to lay a shape, moved and turned.
_TURNS: tuple[Callable[[int, int], tuple[int, int]], ...] = (
    lambda r, c: (r, c),
    lambda r, c: (r, -c),
    lambda r, c: (-r, c),
    lambda r, c: (-r, -c),
    lambda r, c: (c, r),
    lambda r, c: (c, -r),
    lambda r, c: (-c, r),
    lambda r, c: (-c, -r),
)


@cache
def killing_shapes() -> frozenset[frozenset[tuple[int, int]]]:
    """``KILLING_SHAPES`` in every way to lay them, moved to the origin."""
    return frozenset(
        _moved(turn(row, column) for row, column in _cells(shape))
        for shape in KILLING_SHAPES
        for turn in _TURNS
    )


def _cells(shape: list[str]) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row, line in enumerate(shape)
        for column, mark in enumerate(line)
        if mark == "X"
    ]


def _moved(cells: Iterable[tuple[int, int]]) -> frozenset[tuple[int, int]]:
    found = list(cells)
    top, left = min(r for r, _ in found), min(c for _, c in found)
    return frozenset((r - top, c - left) for r, c in found)


def is_sane(stones: Stones, point: int, color: int) -> bool:
    """Whether a playout plays the legal move: no own eye, no idle self-atari."""
    if is_own_eye(stones, point, color):
        return False
    outcome = put(stones, point, color)
    if outcome.captured or len(outcome.liberties) > 1:
        return True
    shape = _moved(divmod(stone, BOARD_SIZE) for stone in outcome.chain)
    return shape in killing_shapes()


def vital_points(stones: Stones, last: int, color: int) -> set[int]:
    """Where ``color`` leaves one eye of a space of three to six points beside ``last``.

    One for each such space that only the opponent borders; none where ``last`` has
    three free sides.
    """
    vital: set[int] = set()
    if sum(n not in stones for n in neighbors(last)) > 2:
        return vital
    for start in neighbors(last):
        if start in stones:
            continue
        space = {start}
        frontier = [start]
        while frontier:
            for n in neighbors(frontier.pop()):
                if n not in stones and n not in space:
                    space.add(n)
                    frontier.append(n)
        borders = {stones[n] for p in space for n in neighbors(p) if n in stones}
        shape = _moved(divmod(point, BOARD_SIZE) for point in space)
        is_square = shape == _moved(_cells(["XX", "XX"]))
        if borders != {-color} or len(space) < 3 or is_square:
            continue
        if shape in killing_shapes():
            vital.add(max(space, key=lambda p: len(space & set(neighbors(p)))))
    return vital


def fits_pattern(stones: Stones, point: int, patterns: Iterable[Sequence[str]]) -> bool:
    """Whether one of the patterns of three rows fits around ``point``.

    Turned or mirrored, and with either color as X; see ``randomplay.PATTERNS``.
    """
    row, column = divmod(point, BOARD_SIZE)
    places = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    for turn in _TURNS:
        around = [turn(*place) for place in places]
        points = [_point_at(row + down, column + right) for down, right in around]
        for x in (BLACK, WHITE):
            marks = {None: "#", EMPTY: ".", x: "X", -x: "O"}
            seen = [marks[_content(stones, p)] for p in points]
            if any(_fits("".join(rows), seen) for rows in patterns):
                return True
    return False


def _content(stones: Stones, point: int | None) -> int | None:
    return None if point is None else stones.get(point, EMPTY)


def _point_at(row: int, column: int) -> int | None:
    inside = 0 <= row < BOARD_SIZE and 0 <= column < BOARD_SIZE
    return row * BOARD_SIZE + column if inside else None


def _fits(pattern: str, seen: Sequence[str]) -> bool:
    return all(
        mark in ("?", found) or (mark in "xo" and found != mark.upper())
        for mark, found in zip(pattern, seen, strict=True)
    )


# --- planes


def is_own_eye(stones: Stones, point: int, color: int) -> bool:
    """Whether the empty ``point`` is a true eye of ``color``."""
    if any(stones.get(n) != color for n in neighbors(point)):
        return False
    bad = sum(stones.get(d) == -color for d in diagonals(point))
    if len(neighbors(point)) < 4:
        bad += 1
    return bad < 2


def encode(game: NaiveGame) -> NDArray[np.uint8]:
    """The 48 planes of the position, uint8 [19, 19, 48], row 0 at the top."""
    planes = np.zeros((POINTS, 48), np.uint8)
    own = game.to_play

    planes[:, 3] = 1
    for point in range(POINTS):
        color = game.stones.get(point, EMPTY)
        planes[point, 0] = color == own
        planes[point, 1] = color == -own
        planes[point, 2] = color == EMPTY

    for point in game.stones:
        age = game.turn - game.placed[point] if point in game.placed else 8
        planes[point, 4 + min(age, 8) - 1] = 1
    for chain in all_chains(game.stones):
        liberties = len(liberties_of(game.stones, chain))
        for point in chain:
            planes[point, 12 + min(liberties, 8) - 1] = 1

    for point in range(POINTS):
        if point in game.stones or point == game.ko_point:
            continue
        outcome = put(game.stones, point, own)
        if outcome.suicide:
            continue
        if outcome.captured:
            planes[point, 20 + min(len(outcome.captured), 8) - 1] = 1
        if len(outcome.liberties) == 1:
            planes[point, 28 + min(len(outcome.chain), 8) - 1] = 1
        planes[point, 36 + min(len(outcome.liberties), 8) - 1] = 1
        planes[point, 46] = not is_own_eye(game.stones, point, own)

    captures, escapes = ladder_points(game)
    for point in captures:
        planes[point, 44] = 1
    for point in escapes:
        planes[point, 45] = 1
    return planes.reshape(BOARD_SIZE, BOARD_SIZE, 48)  # [361, 48] -> [19, 19, 48]
