"""Points of the board and their names.

A *point* is an int 0..360, row-major from the top left (SGF ``aa``, GTP ``A19``), so
planes, pictures and SGF need no flips; GTP's bottom-up rows exist only here. ``PASS``
is 361. A *vertex* is a point's text for people and GTP: "Q16", "pass".

That is 19x19, the one board that kernels and networks know. On others, whose records
can be looked at, a point keeps that number, and those beyond have numbers from 362 on
(``point_at``, ``place_of``); so a pass and the points of 19x19 are the same anywhere.

Knows nothing of stones or rules. Any module may import it.
"""

import operator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.errors import VertexError, phrase

BOARD_SIZE: Final = 19
POINTS: Final = BOARD_SIZE * BOARD_SIZE
PASS: Final = POINTS

EMPTY: Final = 0
BLACK: Final = 1
WHITE: Final = -1
COLOR_NAMES: Final = {BLACK: "black", WHITE: "white"}
#: What people and GTP write for a color, in lower case.
COLOR_WORDS: Final = {"b": BLACK, "black": BLACK, "w": WHITE, "white": WHITE}

#: Lines of the largest board that there are names for: "Z" is the last column.
MOST_LINES: Final = 25
#: Of the largest board; GTP 2, section 2.11: no I.
ALL_LETTERS: Final = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
COLUMN_LETTERS: Final = ALL_LETTERS[:BOARD_SIZE]
_SGF_LETTERS: Final = "abcdefghijklmnopqrstuvwxy"


def parse_vertex(text: str) -> int:
    """The point (or ``PASS``) that ``text`` names, such as "Q16", "q16" or "pass".

    Raises: VertexError for anything else.
    Source: GTP version 2 draft, section 2.11.
    """
    word = text.strip().upper()
    if word == "PASS":
        return PASS
    column = COLUMN_LETTERS.find(word[:1]) if word else -1
    number = word[1:]
    if column >= 0 and number.isascii() and number.isdigit() and len(number) <= 2:
        row = BOARD_SIZE - int(number)
        if 0 <= row < BOARD_SIZE:
            return row * BOARD_SIZE + column
    raise VertexError(
        phrase("no vertex {text!r}; write A1 to T19 (there is no I) or pass", text=text)
    )


def format_vertex(point: int) -> str:
    """The GTP text of ``point``: "A19" for 0, "T1" for 360, "pass" for ``PASS``.

    Raises: VertexError when ``point`` is neither.
    """
    if point == PASS:
        return "pass"
    check_point(point)
    row, column = divmod(int(point), BOARD_SIZE)
    return f"{COLUMN_LETTERS[column]}{BOARD_SIZE - row}"


def parse_sgf_point(text: str, *, lines: int = BOARD_SIZE) -> int:
    """The point of two SGF letters; "" and "tt" are ``PASS``.

    ``lines``: of the board, up to ``MOST_LINES``; with more than 19, "tt" is a point.

    Raises: VertexError for anything else.
    Source: SGF FF[4], Go-specific properties ("tt" is a pass on boards up to 19x19).
    """
    if not text or (text == "tt" and lines <= BOARD_SIZE):
        return PASS
    if len(text) == 2:
        letters = _SGF_LETTERS[:lines]
        column, row = letters.find(text[0]), letters.find(text[1])
        if column >= 0 and row >= 0:
            return point_at(row, column)
    said = phrase(
        "no SGF point {text!r}; write two letters a to {last}, or nothing",
        text=text,
        last=_SGF_LETTERS[lines - 1],
    )
    raise VertexError(said)


def format_sgf_point(point: int, *, lines: int = BOARD_SIZE) -> str:
    """The two SGF letters of ``point``; "" for ``PASS``.

    ``lines``: of the board, up to ``MOST_LINES``.

    Raises: VertexError when ``point`` is neither.
    """
    if point == PASS:
        return ""
    if lines <= BOARD_SIZE:
        check_point(point)
    row, column = place_of(point)
    return _SGF_LETTERS[column] + _SGF_LETTERS[row]


def check_point(point: int) -> int:
    """``point`` itself when it is on the board.

    Raises: VertexError otherwise (``PASS`` and what is no integer included).
    """
    try:
        if 0 <= operator.index(point) < POINTS:
            return point
    except TypeError:
        pass
    raise VertexError(
        phrase(
            "no point {point!r}; points are 0 to {last}", point=point, last=POINTS - 1
        )
    )


def _all_places() -> tuple[tuple[int, int], ...]:
    """(row, column) by number: those of 19x19, none, then the others row by row."""
    side = range(MOST_LINES)
    every = [(row, column) for row in side for column in side]
    inner = [place for place in every if max(place) < BOARD_SIZE]
    return (*inner, (-1, -1), *(place for place in every if max(place) >= BOARD_SIZE))


_PLACES: Final = _all_places()
_NUMBERS: Final = {place: number for number, place in enumerate(_PLACES)}
#: How many numbers the points of all boards and ``PASS`` take.
ALL_NUMBERS: Final = len(_PLACES)


def point_at(row: int, column: int) -> int:
    """The point in a row and column, from 0 at the top left, of any board.

    That it is on some board of up to ``MOST_LINES`` lines is not checked.
    """
    return _NUMBERS[row, column]


def place_of(point: int) -> tuple[int, int]:
    """The (row, column) of a point of any board.

    Raises: VertexError for what is no point of a board up to ``MOST_LINES`` lines.
    """
    if not 0 <= point < ALL_NUMBERS or point == PASS:
        said = phrase(
            "no point {point!r} on a board up to {lines} lines",
            point=point,
            lines=MOST_LINES,
        )
        raise VertexError(said)
    return _PLACES[point]


def opponent(color: int) -> int:
    """The other color."""
    return -color


def _symmetry_table() -> NDArray[np.int16]:
    table = np.empty((8, POINTS + 1), np.int16)
    grid = np.arange(POINTS, dtype=np.int16).reshape(BOARD_SIZE, BOARD_SIZE)
    for s in range(8):
        image = np.rot90(grid, s % 4)
        if s >= 4:
            image = image[:, ::-1]
        # The stone that was at image[i] moves to i, so old point -> new point.
        table[s, image.reshape(-1)] = np.arange(POINTS)  # [361]
        table[s, PASS] = PASS
    return table


#: int16 [8, 362]: ``SYMMETRIES[s, point]`` is where symmetry s takes a point; 0 is the
#: identity; 1..3 turn the board, 4..7 mirror it too; ``PASS`` stays.
SYMMETRIES: Final = _symmetry_table()
SYMMETRIES.setflags(write=False)
