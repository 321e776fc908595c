"""Positions from diagrams and from lists of vertices, for tests that can be read.

A diagram is lines of ``X`` (Black), ``O`` (White), ``.`` or ``+`` (empty), and small
letters (empty points with a name), with or without blanks between; row and column
names and brackets as ``Position`` prints them are skipped. A diagram smaller than the
board is its top left corner.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from naive import NaiveGame

from gopolicy.go.coords import BLACK, BOARD_SIZE, WHITE, parse_vertex
from gopolicy.go.position import Position

COLORS = {"B": BLACK, "W": WHITE, "X": BLACK, "O": WHITE}

_OPEN = ". . X . . X . . X O . . O . . O . . O"
_WALL = "X X X X X X X X X O O O O O O O O O O"
_LOST = ". O X . . X . . X O . . O . X O . . O"
#: A finished game: Black's half and White's, in rooms of two by three. The two stones
#: at B18 and P18 are lost.
HALVES = "\n".join([_OPEN, _LOST, *[_OPEN, _OPEN, _WALL, _OPEN] * 4, _OPEN])  # 19 rows


def points(text: str) -> list[int]:
    """The points of "Q16 D4 pass"."""
    return [parse_vertex(word) for word in text.split()]


def moves(text: str) -> Iterator[tuple[int, int]]:
    """The moves (color, point) of "B Q16 W D4 B pass"."""
    words = text.split()
    for color, vertex in zip(words[::2], words[1::2], strict=True):
        yield COLORS[color], parse_vertex(vertex)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How to come to a position: setup stones, who begins, moves, who is to play."""

    black: str = ""
    white: str = ""
    first: str = "B"
    moves: str = ""

    def position(self) -> Position:
        """The position that the package makes of it."""
        position = Position.from_stones(
            points(self.black), points(self.white), to_play=COLORS[self.first]
        )
        for color, point in moves(self.moves):
            position.play(point, color)
        return position

    def naive(self) -> NaiveGame:
        """The position that the naive twin makes of it."""
        game = NaiveGame.from_stones(
            points(self.black), points(self.white), COLORS[self.first]
        )
        for color, point in moves(self.moves):
            game.play(point, color)
        return game


def parse_marked(text: str, to_play: int = BLACK) -> tuple[Position, dict[str, int]]:
    """The position of a diagram, and the points that letters name in it."""
    stones: dict[int, list[int]] = {BLACK: [], WHITE: []}
    named: dict[str, int] = {}
    for row, line in enumerate(_rows(text)):
        for column, mark in enumerate(line):
            point = row * BOARD_SIZE + column
            if mark in "XO":
                stones[COLORS[mark]].append(point)
            elif mark not in ".+":
                named[mark] = point
    return Position.from_stones(stones[BLACK], stones[WHITE], to_play=to_play), named


def parse_diagram(text: str, to_play: int = BLACK) -> Position:
    """The position of a diagram."""
    return parse_marked(text, to_play)[0]


def _rows(text: str) -> Iterator[str]:
    for line in text.translate(str.maketrans("()", "  ")).splitlines():
        match = re.fullmatch(r"\s*\d*\s*((?:[XO.+a-z]\s?)+?)\s*\d*\s*", line)
        if match:
            yield re.sub(r"\s", "", match[1])


#: Who fills A17 is taken at once, or gives White a second eye; C19 is White's one eye.
ONE_EYED_SEKI = """\
. O . O X X .
X X O O O X .
. X O O X X .
O O O X X . X
O X X . X . .
X X . . X . ."""


def inset(rows: str) -> str:
    """``HALVES`` with ``rows`` in its top left corner."""
    board = [line.split() for line in HALVES.splitlines()]
    for line, marks in zip(board, rows.splitlines(), strict=False):
        line[: len(marks.split())] = marks.split()
    return "\n".join(" ".join(line) for line in board)
