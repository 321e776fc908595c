"""Boards smaller than 19x19, for looking at their records: rules and names. Pure.

A point keeps the number that it has on 19x19, counted from the top left, so that turn
codes, marks and files need no other. What lies outside of a smaller board is wall, as
what lies outside of 19x19 is to the kernels; so these are the same and as quick.
Networks, playouts and counting know nothing of it: they are for 19x19.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BOARD_SIZE, COLUMN_LETTERS, EMPTY, PASS, POINTS
from gopolicy.go.pointsets import fill_where
from gopolicy.go.position import Position
from gopolicy.go.rules import LEGAL, OFF_BOARD, WALL, copy_board
from gopolicy.go.turns import POINT_MASK

#: From so many lines on a board has marked points in the middles of its sides.
_LARGE: Final = 15


class BoardSize(NamedTuple):
    """How many lines a board has, up to 19 each way."""

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

    def holds(self, point: int) -> bool:
        """Whether a point of 19x19 is on it."""
        row, column = divmod(point, BOARD_SIZE)
        return row < self.rows and column < self.columns

    def vertex(self, point: int) -> str:
        """The point's text, counted from this board's lower edge."""
        row, column = divmod(point, BOARD_SIZE)
        return f"{COLUMN_LETTERS[column]}{self.rows - row}"

    @property
    def stars(self) -> tuple[int, ...]:
        """The points that are marked: in the corners, the middle, and between them."""
        columns, rows = _star_lines(self.columns), _star_lines(self.rows)
        middle = (self.columns // 2, self.rows // 2)
        is_large = min(self) >= _LARGE
        return tuple(
            row * BOARD_SIZE + column
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
def _outside(size: BoardSize) -> NDArray[np.bool_]:
    """bool [361]: the points of 19x19 that are not on a smaller board."""
    return np.array([not size.holds(point) for point in range(POINTS)])


class SmallPosition(Position):
    """A position on a smaller board; its points are those of 19x19.

    Handed to what is for 19x19, it would be a board with a wall on it: nobody does.
    """

    __slots__ = ("size",)

    def __init__(self, size: BoardSize) -> None:
        """The empty board, Black to play."""
        super().__init__()
        self.size = size
        board, outside = self.board, _outside(size)
        board.stones[:POINTS][outside] = WALL
        # Chains are looked for in all that is not empty: the wall is one that lives.
        board.chain[outside] = POINTS - 1
        board.n_liberties[POINTS - 1] = 1
        fill_where(board.stones, EMPTY, board.empty)

    @property
    def stones(self) -> NDArray[np.int8]:
        """int8 [361], EMPTY outside; a copy."""
        stones = super().stones
        stones[_outside(self.size)] = EMPTY
        return stones

    def replay(self, codes: Sequence[int]) -> tuple[int, int]:
        """See ``Position``; no code goes on beyond the board."""
        points = [code & POINT_MASK for code in codes]
        inside = [point == PASS or self.size.holds(point) for point in points]
        end = inside.index(False) if False in inside else len(codes)
        count, reason = super().replay(codes[:end])
        if reason == LEGAL and end < len(codes):
            return count, OFF_BOARD
        return count, reason

    def copy(self) -> SmallPosition:
        """See ``Position``."""
        other = SmallPosition(self.size)
        copy_board(self.board, other.board)
        other._codes = self._codes.copy()
        other._before = self._before.copy()
        other._keys = self._keys.copy()
        return other


def empty_position(size: BoardSize) -> Position:
    """The empty board of a size."""
    return Position() if size.is_full else SmallPosition(size)
