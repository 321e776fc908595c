"""Position: the checked, friendly owner of a board.

What a caller may do with a board without fear: every move is checked before a kernel
sees it. Keeps the history, so it also knows positional superko and can take moves
back. Knows nothing of planes or networks, and of files but the one of
``hard_positions``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gopolicy.errors import IllegalMoveError, VertexError, as_said, phrase
from gopolicy.go import rules, turns
from gopolicy.go.coords import (
    BLACK,
    BOARD_SIZE,
    COLOR_NAMES,
    COLUMN_LETTERS,
    EMPTY,
    PASS,
    POINTS,
    WHITE,
    check_point,
    format_vertex,
)
from gopolicy.go.handicap import STAR_POINTS
from gopolicy.go.rules import BoardArrays


class Position:
    """A board, whose turn it is, and how it came about.

    ``board``: the arrays, for kernels that only read; anything else belongs through
    the methods, which check.
    """

    __slots__ = ("_before", "_codes", "_keys", "board")

    def __init__(self) -> None:
        """The empty board, Black to play."""
        self.board: BoardArrays = rules.new_board()
        self._codes: list[int] = []  # turn codes; see record.py
        # Before each code: who was to play, and the ko point or PASS.
        self._before: list[tuple[int, int]] = []
        self._keys: list[int] = [0]  # Zobrist key before the first and after each code

    @classmethod
    def from_stones(
        cls, black: Iterable[int], white: Iterable[int], to_play: int = BLACK
    ) -> Position:
        """A position of setup stones, which the planes take for old ones.

        Raises: VertexError for a point off the board; IllegalMoveError for a point
        named twice, chains without a liberty, or a ``to_play`` that is no color.
        """
        position = cls()
        taken: set[int] = set()
        for color, points in ((BLACK, black), (WHITE, white)):
            for point in points:
                check_point(point)
                if point in taken:
                    raise IllegalMoveError(
                        phrase(
                            "setup names {vertex} twice; name it once",
                            vertex=format_vertex(point),
                        )
                    )
                taken.add(point)
                position._apply(turns.encode_code(point, color) | turns.SETUP_BIT)
        position.check_chains()
        position.set_to_play(to_play)
        return position

    @property
    def to_play(self) -> int:
        """BLACK or WHITE."""
        return int(self.board.state[rules.TO_PLAY])

    @property
    def turn(self) -> int:
        """Turns played so far, passes included, setup not."""
        return int(self.board.state[rules.TURN])

    @property
    def ko_point(self) -> int | None:
        """Where simple ko forbids the side to play to take back."""
        point = int(self.board.state[rules.KO_POINT])
        return None if point == PASS else point

    @property
    def stones(self) -> NDArray[np.int8]:
        """int8 [361]: BLACK 1, WHITE -1, EMPTY 0; a copy."""
        return self.board.stones[:POINTS].copy()

    @property
    def hash(self) -> int:
        """Zobrist key of the stones; equal boards have equal keys in every process."""
        return int(self.board.key[0])

    @property
    def codes(self) -> NDArray[np.uint16]:
        """uint16 [n]: all that happened, as turn codes (see record.py)."""
        return np.array(self._codes, np.uint16)

    @property
    def moves(self) -> tuple[tuple[int, int], ...]:
        """(color, point or PASS) of each turn, first to last."""
        return tuple(
            (int(turns.code_color(code)), turns.point_of(code))
            for code in self._codes
            if not code & turns.SETUP_BIT
        )

    @property
    def last_move(self) -> int | None:
        """The point (or PASS) of the last turn; None before the first."""
        for code in reversed(self._codes):
            if not code & turns.SETUP_BIT:
                return turns.point_of(code)
        return None

    def play(
        self, point: int, color: int | None = None, *, suicide: bool = False
    ) -> None:
        """Plays ``point`` or PASS for ``color``, by default the side to play.

        Simple ko holds; superko is left to the caller (``legal_mask``). ``suicide``:
        whether a chain of two stones or more may be played off the board.

        Raises: IllegalMoveError for an occupied point, suicide, ko, or a point that is
        none, and for setup stones without a liberty; the position is then as before.
        """
        if color is None:
            color = self.to_play
        else:
            _check_color(color)
        reason = self._why_illegal(point, color)
        if reason == rules.SUICIDE and suicide and self._joins(point, color):
            reason = rules.LEGAL
        if reason != rules.LEGAL:
            where = repr(point) if reason == rules.OFF_BOARD else format_vertex(point)
            raise IllegalMoveError(
                phrase(
                    "{color} cannot play {where}: {reason}",
                    color=as_said(COLOR_NAMES[color]),
                    where=where,
                    reason=as_said(rules.ILLEGAL_REASONS[reason]),
                )
            )
        self._apply(turns.encode_code(point, color))

    def setup(self, point: int, color: int) -> None:
        """Makes ``point`` hold a setup stone of ``color``, or nothing for EMPTY.

        Stones without a liberty are found after the last one, by ``check_chains``.

        Raises: VertexError for a point off the board, IllegalMoveError for no color.
        """
        check_point(point)
        if color == EMPTY:
            code = turns.encode_code(point, BLACK) | turns.ERASE_BIT
        else:
            code = turns.encode_code(point, _check_color(color))
        self._apply(code | turns.SETUP_BIT)

    def replay(self, codes: Sequence[int]) -> tuple[int, int]:
        """Plays turn codes of either color as far as they are legal.

        Gives how many could be played, and which of ``rules.ILLEGAL_REASONS`` keeps
        the next from it; (len(codes), LEGAL) for all. Setup stones must have
        liberties when the next move is played, and at the end; where they have none,
        none of that setup is done.
        """
        board = rules.new_board()
        rules.copy_board(self.board, board)
        end, reason = turns.first_illegal_from(np.array(codes, np.uint16), board)
        for code in codes[: int(end)]:
            self._apply(code)
        return int(end), int(reason)

    def check_chains(self) -> None:
        """Makes sure that every chain has a liberty, as moves leave it.

        So only after setup is there something to look at. Whatever asks the kernels
        about a position does it first.

        Raises: IllegalMoveError naming a stone of a chain that has none.
        """
        is_set_up = bool(self._codes) and bool(self._codes[-1] & turns.SETUP_BIT)
        if not is_set_up or not rules.has_dead_chain(self.board):
            return
        for point in np.flatnonzero(self.board.stones[:POINTS]):
            if self.liberties(int(point)) == 0:
                raise IllegalMoveError(
                    phrase(
                        "the chain at {vertex} has no liberty; take dead stones off "
                        "the board first",
                        vertex=format_vertex(int(point)),
                    )
                )

    def set_to_play(self, color: int) -> None:
        """Makes it the turn of ``color``; a ko of the other side is no longer one.

        Raises: IllegalMoveError when ``color`` is neither BLACK nor WHITE.
        """
        rules.set_to_play(self.board, _check_color(color))

    def is_legal(self, point: int) -> bool:
        """Whether the side to play may play ``point`` (PASS always); no superko.

        Raises: IllegalMoveError for setup stones without a liberty.
        """
        return self._why_illegal(point, self.to_play) == rules.LEGAL

    def legal_mask(self, *, superko: bool = False) -> NDArray[np.bool_]:
        """bool [361]: where the side to play may play; with ``superko``, where that
        also repeats no earlier position of the board (positional superko).

        Raises: IllegalMoveError for setup stones without a liberty.
        """
        self.check_chains()
        legal = np.empty(POINTS, np.bool_)
        rules.fill_legal(self.board, self.to_play, legal)
        if superko:
            keys = np.empty(POINTS, np.uint64)
            rules.fill_keys_after(self.board, self.to_play, keys)
            legal &= ~np.isin(keys, np.array(self._keys, np.uint64))
        return legal

    def sensible_mask(self) -> NDArray[np.bool_]:
        """bool [361]: legal moves that fill no true eye of the side to play.

        Raises: IllegalMoveError for setup stones without a liberty.
        """
        self.check_chains()
        sensible = np.empty(POINTS, np.bool_)
        rules.fill_sensible(self.board, self.to_play, sensible)
        return sensible

    def liberties(self, point: int) -> int:
        """How many liberties the chain on ``point`` has; 0 where no stone is.

        Raises: VertexError for a point off the board.
        """
        check_point(point)
        if self.board.stones[point] == EMPTY:
            return 0
        return int(self.board.n_liberties[self.board.chain[point]])

    def chain(self, point: int) -> frozenset[int]:
        """The points of the chain on ``point``; empty where no stone is.

        Raises: VertexError for a point off the board.
        """
        check_point(point)
        if self.board.stones[point] == EMPTY:
            return frozenset()
        heads = self.board.chain
        same = (heads == heads[point]) & (self.board.stones[:POINTS] != EMPTY)
        return frozenset(int(p) for p in np.flatnonzero(same))

    def undo(self) -> None:
        """Takes back the last turn, and setup stones that came after it.

        Whose turn it is, and the ko point, are then as when that turn was played.

        Raises: IllegalMoveError when no turn has been played.
        """
        if self.turn == 0:
            raise IllegalMoveError(phrase("nothing to take back; no move was played"))
        codes = self._codes
        while codes[-1] & turns.SETUP_BIT:
            codes.pop()
        codes.pop()
        state = self._before[len(codes)]
        replayed = Position()
        for code in codes:
            replayed._apply(code)
        self.board, self._keys = replayed.board, replayed._keys
        self.board.state[rules.TO_PLAY], self.board.state[rules.KO_POINT] = state
        del self._before[len(codes) :]

    def copy(self) -> Position:
        """An independent position with the same history."""
        other = Position()
        rules.copy_board(self.board, other.board)
        other._codes = self._codes.copy()
        other._before = self._before.copy()
        other._keys = self._keys.copy()
        return other

    def __str__(self) -> str:
        return self.diagram()

    def diagram(self, marks: Mapping[int, str] | None = None) -> str:
        """The board as text: X Black, O White, the last move in brackets.

        ``marks``: one character for each of some points, shown in their place.
        """
        header = "   " + " ".join(COLUMN_LETTERS)
        lines = [header]
        for row in range(BOARD_SIZE):
            first = row * BOARD_SIZE
            cells = ""
            for point in range(first, first + BOARD_SIZE):
                symbol = (marks or {}).get(point) or self._symbol(point)
                cells += self._left_of(point, first) + symbol
            closing = ")" if self.last_move == first + BOARD_SIZE - 1 else " "
            number = BOARD_SIZE - row
            lines.append(f"{number:2d}{cells}{closing}{number}")
        lines.append(header)
        return "\n".join(lines)

    def _left_of(self, point: int, first: int) -> str:
        """What stands before a point in its row, which begins at ``first``."""
        if point == self.last_move:
            return "("
        return ")" if point > first and point - 1 == self.last_move else " "

    def __repr__(self) -> str:
        return (
            f"<Position, {self.turn} turns played, {COLOR_NAMES[self.to_play]} to play>"
        )

    def _symbol(self, point: int) -> str:
        stone = self.board.stones[point]
        if stone == EMPTY:
            return "+" if point in STAR_POINTS else "."
        return "X" if stone == BLACK else "O"

    def _why_illegal(self, point: int, color: int) -> int:
        """Which of ``rules.ILLEGAL_REASONS``, or LEGAL."""
        self.check_chains()
        try:
            if point != PASS:
                check_point(point)
        except VertexError:
            return int(rules.OFF_BOARD)
        return int(rules.why_illegal(self.board, int(point), color))

    def _joins(self, point: int, color: int) -> bool:
        """Whether a stone of ``color`` at ``point`` would not stand alone."""
        return any(self.board.stones[n] == color for n in rules.NEIGHBORS[point])

    def _apply(self, code: int) -> None:
        """Plays or sets up a checked turn code."""
        ko_point = self.ko_point
        self._before.append((self.to_play, PASS if ko_point is None else ko_point))
        turns.play_code(self.board, code)
        self._codes.append(code)
        self._keys.append(self.hash)


def _check_color(color: int) -> int:
    if color not in (BLACK, WHITE):
        raise IllegalMoveError(
            phrase("no color {color!r}; BLACK is 1, WHITE is -1", color=color)
        )
    return color


def hard_positions() -> list[Position]:
    """Those whose planes take longest; tools/find_adversarial.py found them."""
    from importlib import resources

    text = resources.files("gopolicy.go").joinpath("adversarial.txt").read_text("ascii")
    positions = []
    for block in text.split("\n\n"):
        _, is_there, diagram = block.partition("X to play\n")
        if is_there:
            marks = "".join(diagram.split())
            points = {
                mark: [p for p in range(POINTS) if marks[p] == mark] for mark in "XO"
            }
            positions.append(Position.from_stones(points["X"], points["O"]))
    return positions
