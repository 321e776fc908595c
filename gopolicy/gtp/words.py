"""The arguments of a command: words into colors, points and numbers, and back.

What is no such thing fails as the specification says: "syntax error".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from gopolicy.go.coords import COLOR_WORDS, format_vertex, parse_vertex
from gopolicy.gtp.protocol import GtpError
from gopolicy.player import Choice

Words: TypeAlias = Sequence[str]

SYNTAX_ERROR: Final = "syntax error"
FLAGS: Final = {"true": True, "false": False}


def only(words: Words) -> str:
    """The one argument. The specification lets an engine pass over further ones."""
    if not words:
        raise GtpError(SYNTAX_ERROR)
    return words[0]


def parse_color(word: str, colors: Mapping[str, int] = COLOR_WORDS) -> int:
    """BLACK for "b" or "Black", WHITE for "w" or "WHITE"."""
    if word.lower() not in colors:
        raise GtpError(SYNTAX_ERROR)
    return colors[word.lower()]


def parse_integer(word: str) -> int:
    """A whole number of any sign; more than twelve digits are not read."""
    try:
        return int(word[:12])
    except ValueError as error:
        raise GtpError(SYNTAX_ERROR) from error


def parse_number(word: str) -> float:
    """A finite number."""
    try:
        number = float(word)
    except ValueError as error:
        raise GtpError(SYNTAX_ERROR) from error
    if not math.isfinite(number):
        raise GtpError(SYNTAX_ERROR)
    return number


def parse_moves(
    words: Words, colors: Mapping[str, int] = COLOR_WORDS
) -> list[tuple[int, int]]:
    """(color, point) of "b Q16 w D4".

    Raises: VertexError besides.
    """
    if len(words) % 2:
        raise GtpError(SYNTAX_ERROR)
    pairs = zip(words[::2], words[1::2], strict=True)
    return [(parse_color(name, colors), parse_vertex(vertex)) for name, vertex in pairs]


def format_vertices(points: Iterable[int]) -> str:
    """ "D4 Q16" of points."""
    return " ".join(format_vertex(point) for point in points)


def format_choice(choice: Choice) -> str:
    """The answer of genmove: a vertex, "pass" or "resign"."""
    return "resign" if choice.resigns else format_vertex(choice.point)
