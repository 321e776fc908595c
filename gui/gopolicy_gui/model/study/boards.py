"""Boards of other sizes than 19x19, to look at their records: rules and names. Pure.

A point has the number that ``go.coords`` gives it on any board, so that turn codes,
marks and files need no other. The kernels are for 19x19 alone, and are as quick as they
are for that; here are the rules once more as plain Python, which is quick enough for a
move now and then. A test plays both against each other on 19x19.
Networks, playouts and counting know nothing of these boards.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import (
    ALL_LETTERS,
    ALL_NUMBERS,
    BLACK,
    BOARD_SIZE,
    EMPTY,
    PASS,
    POINTS,
    WHITE,
    opponent,
    place_of,
    point_at,
)
from gopolicy.go.position import Position
from gopolicy.go.rules import DEAD_SETUP, KO, LEGAL, OCCUPIED, OFF_BOARD, SUICIDE
from gopolicy.go.turns import ERASE_BIT, SETUP_BIT, WHITE_BIT, point_of

#: From so many lines on a board has marked points in the middles of its sides.
_LARGE: Final = 15


class BoardSize(NamedTuple):
    """How many lines a board has, up to ``MOST_LINES`` each way."""

    columns: int = BOARD_SIZE
    rows: int = BOARD_SIZE

    @property
    def is_full(self) -> bool:
        """Whether it is the board that the network knows."""
        return self == FULL

    @property
    def words(self) -> str:
        """As people say it, such as "9x9"."""
        return f"{self.columns}x{self.rows}"

    @property
    def numbers(self) -> int:
        """How long an array is that has a place for each point."""
        return POINTS if max(self) <= BOARD_SIZE else ALL_NUMBERS

    def holds(self, point: int) -> bool:
        """Whether a point of any board is on it; ``PASS`` is not."""
        if point == PASS or not 0 <= point < ALL_NUMBERS:
            return False
        row, column = place_of(point)
        return row < self.rows and column < self.columns

    def vertex(self, point: int) -> str:
        """The point's text, counted from this board's lower edge."""
        row, column = place_of(point)
        return f"{ALL_LETTERS[column]}{self.rows - row}"

    @property
    def points(self) -> tuple[int, ...]:
        """All of them, row by row."""
        rows, columns = range(self.rows), range(self.columns)
        return tuple(point_at(row, column) for row in rows for column in columns)

    @property
    def stars(self) -> tuple[int, ...]:
        """The points that are marked: in the corners, the middle, and between them."""
        columns, rows = _star_lines(self.columns), _star_lines(self.rows)
        middle = (self.columns // 2, self.rows // 2)
        is_large = min(self) >= _LARGE
        return tuple(
            point_at(row, column)
            for row in rows
            for column in columns
            if is_large or (column == middle[0]) == (row == middle[1])
        )


FULL: Final = BoardSize()


def _star_lines(count: int) -> tuple[int, ...]:
    """The lines that marked points are on, of ``count``, from 0."""
    if count < 7:
        return ()
    edge = 3 if count >= 13 else 2
    middle = (count // 2,) if count % 2 else ()
    return (edge, *middle, count - 1 - edge)


@lru_cache(maxsize=8)
def _neighbors(size: BoardSize) -> dict[int, tuple[int, ...]]:
    """The points beside each point."""
    found = {}
    for point in size.points:
        row, column = place_of(point)
        beside = ((row - 1, column), (row, column - 1), (row, column + 1))
        found[point] = tuple(
            point_at(r, c)
            for r, c in (*beside, (row + 1, column))
            if 0 <= r < size.rows and 0 <= c < size.columns
        )
    return found


class PlainPosition(Position):
    """A position on a board of any size, without kernels.

    It does all that walking through a record and playing on in it needs. Whatever else
    a ``Position`` does asks for its ``board``, and there is none.
    """

    __slots__ = (
        "_beside",
        "_ko_point",
        "_past",
        "_stones",
        "_to_play",
        "_turn",
        "size",
    )

    def __init__(self, size: BoardSize) -> None:
        """The empty board, Black to play."""
        self.size = size
        self._beside = _neighbors(size)
        self._stones = np.zeros(size.numbers, np.int8)
        self._to_play, self._turn, self._ko_point = BLACK, 0, PASS
        self._codes = []
        self._past = {self._stones.tobytes()}  # all boards so far, for superko

    @property
    def to_play(self) -> int:
        """See ``Position``."""
        return self._to_play

    @property
    def turn(self) -> int:
        """See ``Position``."""
        return self._turn

    @property
    def ko_point(self) -> int | None:
        """See ``Position``."""
        return None if self._ko_point == PASS else self._ko_point

    @property
    def stones(self) -> NDArray[np.int8]:
        """int8 [361], [626] on boards of more than 19 lines; EMPTY outside; a copy."""
        return self._stones.copy()

    def set_to_play(self, color: int) -> None:
        """See ``Position``; that ``color`` is one is not checked."""
        if color != self._to_play:
            self._to_play, self._ko_point = color, PASS

    def replay(self, codes: Sequence[int]) -> tuple[int, int]:
        """See ``Position``; no code goes on beyond the board."""
        end, reason = self.copy()._play_on(codes)
        for code in codes[:end]:
            self._apply(code)
        return end, reason

    def legal_mask(self, *, superko: bool = False) -> NDArray[np.bool_]:
        """bool [361], [626] on boards of more than 19 lines; see ``Position``."""
        legal, color = np.zeros(self.size.numbers, np.bool_), self._to_play
        for point in self.size.points:
            if self._why_illegal(point, color) == LEGAL:
                repeats = superko and self._after(point, color).tobytes() in self._past
                legal[point] = not repeats
        return legal

    def chain(self, point: int) -> frozenset[int]:
        """See ``Position``."""
        return frozenset(self._chain_at(point)[0] if self._stones[point] else ())

    def copy(self) -> PlainPosition:
        """See ``Position``."""
        other = PlainPosition(self.size)
        other._stones = self._stones.copy()
        other._to_play, other._turn = self._to_play, self._turn
        other._ko_point = self._ko_point
        other._codes = self._codes.copy()
        other._past = self._past.copy()
        return other

    def _play_on(self, codes: Sequence[int]) -> tuple[int, int]:
        """Does all codes but the first illegal one and what follows: its index and why.

        Setup stones must have liberties as ``turns.first_illegal_from`` wants it.
        """
        first_setup = -1  # where the run of setup codes before this code began
        for i, code in enumerate(codes):
            point = point_of(code)
            if not (self.size.holds(point) or code & ~WHITE_BIT == PASS):
                return i, OFF_BOARD
            if not code & SETUP_BIT:
                if first_setup >= 0 and self._has_dead_chain():
                    return first_setup, DEAD_SETUP
                first_setup = -1
                reason = self._why_illegal(point, _color_of(code))
                if reason != LEGAL:
                    return i, reason
            elif first_setup < 0:
                first_setup = i
            self._apply(code)
        if first_setup >= 0 and self._has_dead_chain():
            return first_setup, DEAD_SETUP
        return len(codes), LEGAL

    def _apply(self, code: int) -> None:
        """Plays or sets up a checked turn code."""
        point, color = point_of(code), _color_of(code)
        if code & SETUP_BIT:
            self._stones[point] = EMPTY if code & ERASE_BIT else color
            self._ko_point = PASS
        else:
            self._play(point, color)
        self._codes.append(code)
        self._past.add(self._stones.tobytes())

    def _play(self, point: int, color: int) -> None:
        """Plays a legal move or pass."""
        self._turn += 1
        self._to_play, self._ko_point = opponent(color), PASS
        if point == PASS:
            return
        taken = self._taken_by(point, color)
        self._stones = self._after(point, color)
        chain, liberties = self._chain_at(point)
        if len(taken) == len(chain) == len(liberties) == 1:
            self._ko_point = next(iter(taken))

    def _why_illegal(self, point: int, color: int) -> int:
        """LEGAL, or which rule forbids a move or pass; ko holds for both colors."""
        if point == PASS:
            return LEGAL
        if self._stones[point] != EMPTY:
            return OCCUPIED
        if point == self._ko_point:
            return KO
        own = [n for n in self._beside[point] if self._stones[n] == color]
        lives = (
            any(self._stones[n] == EMPTY for n in self._beside[point])
            or any(self._chain_at(n)[1] != {point} for n in own)
            or self._taken_by(point, color)
        )
        return LEGAL if lives else SUICIDE

    def _after(self, point: int, color: int) -> NDArray[np.int8]:
        """The stones after a move that is legal but for ko and superko."""
        stones = self._stones.copy()
        stones[list(self._taken_by(point, color))] = EMPTY
        stones[point] = color
        return stones

    def _taken_by(self, point: int, color: int) -> set[int]:
        """The stones that a move on an empty point takes."""
        taken: set[int] = set()
        for n in self._beside[point]:
            if self._stones[n] == opponent(color) and n not in taken:
                chain, liberties = self._chain_at(n)
                if liberties == {point}:
                    taken |= chain
        return taken

    def _chain_at(self, point: int) -> tuple[set[int], set[int]]:
        """The chain of the stone on a point, and its liberties."""
        stones, color = self._stones, self._stones[point]
        chain, liberties, waiting = {point}, set(), [point]
        while waiting:
            for n in self._beside[waiting.pop()]:
                if stones[n] == EMPTY:
                    liberties.add(n)
                elif stones[n] == color and n not in chain:
                    chain.add(n)
                    waiting.append(n)
        return chain, liberties

    def _has_dead_chain(self) -> bool:
        """Whether some chain on the board has no liberty."""
        seen: set[int] = set()
        for point in np.flatnonzero(self._stones).tolist():
            if point not in seen:
                chain, liberties = self._chain_at(point)
                if not liberties:
                    return True
                seen |= chain
        return False


def _color_of(code: int) -> int:
    return WHITE if code & WHITE_BIT else BLACK


def empty_position(size: BoardSize) -> Position:
    """The empty board of a size."""
    return Position() if size.is_full else PlainPosition(size)
