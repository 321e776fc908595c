"""Line: what the nodes of one line of a game do, how far legally, and whose turn it is.

A line is the way from the root of a game's tree to one of its nodes: the main line of
a record, or any other that a window shows. Here the pieces of text that
``parse.node_pieces`` gives become turn codes (``go.turns``). ``record`` and whoever
reads trees come in; nothing else says whose turn it is in a record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gopolicy.errors import as_said, phrase
from gopolicy.go import rules, turns
from gopolicy.go.coords import (
    BLACK,
    BOARD_SIZE,
    EMPTY,
    MOST_LINES,
    PASS,
    WHITE,
    format_sgf_point,
    format_vertex,
    opponent,
    point_at,
)
from gopolicy.go.turns import (
    ERASE_BIT,
    POINT_MASK,
    SETUP_BIT,
    WHITE_BIT,
    WIDE_BIT,
    has_setup,
    point_bits,
)
from gopolicy.sgf.parse import node_pieces

#: What a turn code is, by the name of its property; the point is added.
PROPERTY_BITS: Final = {
    "B": 0,
    "W": WHITE_BIT,
    "AB": SETUP_BIT,
    "AW": SETUP_BIT | WHITE_BIT,
    "AE": SETUP_BIT | ERASE_BIT,
}
#: "PL[B]" among the codes, until ``read_line`` takes it out: a setup of no point.
_SIDE: Final = SETUP_BIT | PASS


@cache
def _make_codes(lines: int) -> dict[str, int]:
    """Code of each piece of a line, such as "B[pd]", on a board of so many lines."""
    side = range(lines)
    points = [point_at(row, column) for row in side for column in side]
    passes = ["", "``"]  # two backticks: one step before "aa"
    if lines <= BOARD_SIZE:
        passes.append("tt")
    return (
        {
            f"{name}[{format_sgf_point(point, lines=lines)}]": bits | point_bits(point)
            for name, bits in PROPERTY_BITS.items()
            for point in points
        }
        | {
            f"{name}[{value}]": PROPERTY_BITS[name] | PASS
            for name in ("B", "W")
            for value in passes
        }
        | {"PL[B]": _SIDE, "PL[W]": _SIDE | WHITE_BIT}
    )


_CODES: Final = _make_codes(BOARD_SIZE)
#: Moves and setup stones read of one line; the longest game known has 600.
MAX_CODES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """What a line does, as far as it is legal.

    ``codes``: uint16 [n], turn codes, setup stones and moves in order. ``sides``: who
    is to play as PL says, as (how many codes stand before it, BLACK or WHITE).
    ``stopped``: why the line ends before its last piece, such as "move 57: occupied
    point K10"; "" when it is whole. ``ignored``: setup values that are no points, as
    "setup before move 1: no point on the board: 'zz'"; the line goes on without them.
    """

    codes: NDArray[np.uint16]
    sides: tuple[tuple[int, int], ...] = ()
    stopped: str = ""
    ignored: tuple[str, ...] = ()


def read_line(pieces: Sequence[str], setup_ends: Sequence[int] = ()) -> Line:
    """What ``pieces`` mean, up to the first move or setup that is illegal.

    ``pieces`` and ``setup_ends`` as in ``parse.SgfGame``: setup stones must have
    liberties where their node ends.
    """
    numbers: list[int | None] = list(map(_CODES.get, pieces[:MAX_CODES]))
    ignored: tuple[str, ...] = ()
    damage = ""
    if None in numbers:
        numbers, setup_ends, ignored, damage = _leave_out(pieces, numbers, setup_ends)
    elif len(pieces) > MAX_CODES:
        damage = phrase("longer than any game")
    codes = np.array(numbers, np.uint16)
    codes, sides, setup_ends = _take_sides(codes, setup_ends)
    end, reason = _first_illegal(codes, setup_ends)
    stopped = ""
    if damage:
        stopped = at_move(1 + count_moves(codes), damage)
    if reason != rules.LEGAL:
        number = 1 + count_moves(codes[:end])
        stopped = format_stop(int(codes[end]), reason, number)
    return Line(
        codes=codes[:end],
        sides=tuple((at, color) for at, color in sides if at <= end),
        stopped=stopped,
        ignored=ignored,
    )


def _leave_out(
    pieces: Sequence[str], numbers: Sequence[int | None], setup_ends: Sequence[int]
) -> tuple[list[int | None], list[int], tuple[str, ...], str]:
    """(codes, their setup ends, setup values left out, what is wrong with a move).

    A move that is no point ends the line; a setup value that is none is left out.
    """
    good: list[int | None] = []
    ends: list[int] = []
    ignored: list[str] = []
    for at, number in enumerate(numbers):
        if at in setup_ends:
            ends.append(len(good))
        if number is not None:
            good.append(number)
            continue
        name, _, value = pieces[at][:-1].partition("[")
        trouble = phrase("no point on the board: {text!r}", text=shorten(value))
        if name in ("B", "W"):
            return good, ends, tuple(ignored), trouble
        if value:  # some programs write AB[] for no stones
            move = 1 + sum(1 for code in good if code is None or not code & SETUP_BIT)
            ignored.append(f"setup before move {move}: {trouble}")
    return good, ends, tuple(ignored), ""


def _take_sides(
    codes: NDArray[np.uint16], setup_ends: Sequence[int]
) -> tuple[NDArray[np.uint16], list[tuple[int, int]], Sequence[int]]:
    """(codes without PL, what PL says as in ``Line.sides``, setup ends in the rest)."""
    if not has_setup(codes):  # nor PL, which is among the codes as setup
        return codes, [], setup_ends
    is_side = (codes & (SETUP_BIT | POINT_MASK)) == _SIDE
    if not is_side.any():
        return codes, [], setup_ends
    before = np.cumsum(~is_side) - ~is_side  # codes of the rest before each code
    colors = np.where(codes & WHITE_BIT, WHITE, BLACK)
    sides = zip(before[is_side].tolist(), colors[is_side].tolist(), strict=True)
    ends = [int(before[end]) for end in setup_ends if end < len(codes)]
    return codes[~is_side], list(sides), ends


def _first_illegal(
    codes: NDArray[np.uint16], setup_ends: Sequence[int]
) -> tuple[int, int]:
    """Index of the first illegal code and why; (len(codes), LEGAL) without one."""
    board: rules.BoardArrays = rules.new_record(rules.BOARD_DTYPE)  # cleared there
    end, reason = map(int, turns.first_illegal(codes, board))
    for setup_end in setup_ends:
        if setup_end > end:
            break
        early, why = map(int, turns.first_illegal(codes[:setup_end], board))
        if why != rules.LEGAL:
            return early, why
    return end, reason


class NodeTurns(NamedTuple):
    """What one node does: turn codes of its setup and of its moves, in that order.

    ``side``: who is to play then as PL says, else EMPTY. ``trouble``: why the line
    stops before a move of it that is none; "" when all are points.
    """

    setup: tuple[int, ...] = ()
    moves: tuple[int, ...] = ()
    side: int = EMPTY
    trouble: str = ""


def read_node(
    node: Mapping[str, Sequence[bytes]], *, is_large: bool = False
) -> NodeTurns:
    """What a node does, of whatever line; ``node`` as in ``parse.node_pieces``.

    What it does alone: whether that is legal, its line decides. ``is_large``: the board
    has more than 19 lines, up to ``MOST_LINES``; codes may have WIDE_BIT then.
    """
    pieces = node_pieces(node)
    codes_of = _make_codes(MOST_LINES) if is_large else _CODES
    numbers: Sequence[int | None] = list(map(codes_of.get, pieces))
    numbers, _, _, trouble = _leave_out(pieces, numbers, ())
    codes, sides, _ = _take_sides(np.array(numbers, np.uint16), ())
    setup = tuple(code for code in codes.tolist() if code & SETUP_BIT)
    moves = tuple(code for code in codes.tolist() if not code & SETUP_BIT)
    return NodeTurns(setup, moves, sides[-1][1] if sides else EMPTY, trouble)


def side_to_play(
    codes: Sequence[int],
    sides: Sequence[tuple[int, int]],
    *,
    done: int,
    handicap: int = 0,
) -> int:
    """Whose turn it is after the first ``done`` of ``codes``: BLACK or WHITE.

    As PL said since the last move; else the color of the next move; else, before the
    first move, White after handicap stones: ``handicap`` of 2 or more, or setup stones
    of Black alone; else the other than the last mover, at the start Black. ``sides`` as
    in ``Line``.

    Source: SGF FF[4], properties PL and HA, which leave it to the reader where neither
    says; Go's rules for the rest.
    """
    last = next((i for i in range(done - 1, -1, -1) if not codes[i] & SETUP_BIT), -1)
    for at, color in reversed(sides):
        if last < at <= done:
            return color
    for code in codes[done:]:
        if not code & SETUP_BIT:
            return int(turns.code_color(code))
    if last >= 0:
        return opponent(int(turns.code_color(codes[last])))
    # Black's and White's setup stones are told apart by their codes alone.
    no_point = ~(POINT_MASK | WIDE_BIT)
    kinds = {code & no_point for code in codes[:done]} - {PROPERTY_BITS["AE"]}
    return WHITE if handicap >= 2 or kinds == {PROPERTY_BITS["AB"]} else BLACK


def format_stop(code: int, reason: int, move_number: int, *, vertex: str = "") -> str:
    """Why a line stops before ``code``, as in ``Line.stopped``.

    ``reason``: of ``rules.ILLEGAL_REASONS``. ``vertex``: the point's name, where it is
    not that of 19x19.
    """
    parts = {
        "number": move_number,
        "reason": as_said(rules.ILLEGAL_REASONS[reason]),
        "vertex": vertex or format_vertex(code & POINT_MASK),
    }
    if code & SETUP_BIT:
        return phrase("setup before move {number}: {reason} {vertex}", **parts)
    return phrase("move {number}: {reason} {vertex}", **parts)


def at_move(number: int, trouble: str) -> str:
    """Why a line stops before a move that is none."""
    return phrase("move {number}: {reason}", number=number, reason=trouble)


def count_moves(codes: NDArray[np.uint16]) -> int:
    """Moves among turn codes, passes included."""
    return int(np.count_nonzero((codes & SETUP_BIT) == 0))


def shorten(text: str) -> str:
    """``text`` for a message: 20 characters at most."""
    return text if len(text) <= 20 else f"{text[:20]}..."
