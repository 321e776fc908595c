"""The window's words: its texts, and what it calls colors and moves.

``update`` and what draws choose the language of the state they are given. ``told``
gives what any room says of files and networks; they make it with ``errors.phrase``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gopolicy.config import LANGUAGE_NAMES, LanguageName
from gopolicy.go.coords import ALL_LETTERS, BLACK, BOARD_SIZE, PASS, place_of
from gopolicy.language import LANGUAGES, N_, Texts, find_language, speak, spoken, told

__all__ = ["LANGUAGES", "N_", "find_language", "speak", "spoken", "told"]

#: A text of the window in the spoken language.
tr: Final = Texts(Path(__file__).parents[1] / "locale")


def color_name(color: int) -> str:
    """What a player is called: BLACK or WHITE."""
    return tr("Black") if color == BLACK else tr("White")


def move_name(point: int, rows: int = BOARD_SIZE) -> str:
    """A move as people say it: its vertex, or that it is a pass.

    ``rows``: of the board.
    """
    if point == PASS:
        return tr("pass")
    row, column = place_of(point)
    return f"{ALL_LETTERS[column]}{rows - row}"


def next_language(language: LanguageName) -> LanguageName:
    """The one that follows in the list of all."""
    place = LANGUAGE_NAMES.index(language)
    return LANGUAGE_NAMES[(place + 1) % len(LANGUAGE_NAMES)]


#: What the window shows by names from elsewhere: phases, planes, schemes of colors, why
#: moves are illegal. A test holds this against them.
NAMES_BELOW: Final = (
    *(N_("legal"), N_("occupied point"), N_("suicide"), N_("ko")),
    *(N_("setup stones without a liberty"), N_("no such point")),
    *(N_("opening"), N_("middle"), N_("endgame"), N_("game")),
    *(N_("own"), N_("opponent"), N_("empty"), N_("ones"), N_("zeros")),
    *(N_("turns since"), N_("liberties"), N_("capture size")),
    *(N_("self-atari size"), N_("liberties after"), N_("ladder capture")),
    *(N_("ladder escape"), N_("sensible")),
    *(N_("stones of the side to play"), N_("stones of the other side")),
    *(N_("empty points"), N_("1 everywhere"), N_("0 everywhere")),
    N_("turns since a stone on the board was placed"),
    N_("liberties of the chain on the point"),
    N_("opponent stones that a move here takes"),
    N_("own stones that a move here puts in atari"),
    N_("liberties of the chain after a move here"),
    N_("a move here captures in a ladder"),
    N_("a move here escapes from a ladder"),
    N_("legal and fills no own true eye"),
    *(N_("usual"), N_("red-blind"), N_("green-blind"), N_("blue-blind")),
)
