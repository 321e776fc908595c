"""Points of the board and their names.

A *point* is an int 0..360, row-major from the top left (SGF ``aa``, GTP ``A19``), so
planes, pictures and SGF need no flips; GTP's bottom-up rows exist only here. ``PASS``
is 361. A *vertex* is a point's text for people and GTP: "Q16", "pass".

Knows nothing of stones or rules. Any module may import it.
"""

import operator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.errors import VertexError

BOARD_SIZE: Final = 19
POINTS: Final = BOARD_SIZE * BOARD_SIZE
PASS: Final = POINTS

EMPTY: Final = 0
BLACK: Final = 1
WHITE: Final = -1
COLOR_NAMES: Final = {BLACK: "black", WHITE: "white"}
#: What people and GTP write for a color, in lower case.
COLOR_WORDS: Final = {"b": BLACK, "black": BLACK, "w": WHITE, "white": WHITE}

COLUMN_LETTERS: Final = "ABCDEFGHJKLMNOPQRST"  # GTP 2, section 2.11: no I
_SGF_LETTERS: Final = "abcdefghijklmnopqrs"


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
    raise VertexError(f"no vertex {text!r}; write A1 to T19 (there is no I) or pass")


def format_vertex(point: int) -> str:
    """The GTP text of ``point``: "A19" for 0, "T1" for 360, "pass" for ``PASS``.

    Raises: VertexError when ``point`` is neither.
    """
    if point == PASS:
        return "pass"
    check_point(point)
    row, column = divmod(int(point), BOARD_SIZE)
    return f"{COLUMN_LETTERS[column]}{BOARD_SIZE - row}"


def parse_sgf_point(text: str) -> int:
    """The point of two SGF letters; "" and "tt" are ``PASS``.

    Raises: VertexError for anything else.
    Source: SGF FF[4], Go-specific properties ("tt" is a pass on boards up to 19x19).
    """
    if text in ("", "tt"):
        return PASS
    if len(text) == 2:
        column, row = _SGF_LETTERS.find(text[0]), _SGF_LETTERS.find(text[1])
        if column >= 0 and row >= 0:
            return row * BOARD_SIZE + column
    raise VertexError(f"no SGF point {text!r}; write two letters a to s, or nothing")


def format_sgf_point(point: int) -> str:
    """The two SGF letters of ``point``; "" for ``PASS``.

    Raises: VertexError when ``point`` is neither.
    """
    if point == PASS:
        return ""
    check_point(point)
    row, column = divmod(int(point), BOARD_SIZE)
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
    raise VertexError(f"no point {point!r}; points are 0 to {POINTS - 1}")


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
