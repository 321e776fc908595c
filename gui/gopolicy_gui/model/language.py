"""The window's words in the person's language, from gettext's catalogues.

A text is written in English where it is said: ``tr`` gives it in the language that
``speak`` has chosen last, ``N_`` only marks it for the catalogue, for tables whose
texts are translated when they are shown. ``update`` and what draws choose the language
of the state they are given. What rooms below say of files and networks stays English.

Catalogues: ``locale/LANGUAGE/LC_MESSAGES/gopolicy.po`` beside this room, compiled to
``.mo``; CONTRIBUTING.md says how one is added.
"""

from __future__ import annotations

import gettext
import locale
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from gopolicy.config import LANGUAGE_NAMES, LanguageName
from gopolicy.go.coords import BLACK, BOARD_SIZE, COLUMN_LETTERS, PASS

DOMAIN: Final = "gopolicy"
LOCALE_FOLDER: Final = Path(__file__).parents[1] / "locale"
#: What each language calls itself.
LANGUAGES: Final[dict[LanguageName, str]] = {"en": "English", "zh_CN": "中文"}
#: Names of a system's language that each of ours but English serves, in lower case. Who
#: reads traditional characters may still choose the simplified ones.
_SERVES: Final[dict[LanguageName, tuple[str, ...]]] = {
    "zh_CN": ("zh", "zh_cn", "zh_sg", "zh_hans", "chinese (simplified)_china"),
}


class _Spoken:
    """The language that ``tr`` speaks now; one for all threads."""

    language: LanguageName = "en"


def N_(text: str) -> str:  # gettext's own name
    """``text`` itself, marked for the catalogue."""
    return text


def speak(language: LanguageName) -> None:
    """Chooses the language of ``tr`` from here on."""
    _Spoken.language = language


def spoken() -> LanguageName:
    """The language of ``tr``."""
    return _Spoken.language


def tr(text: str, /, **values: object) -> str:
    """``text`` in the chosen language; each {name} in it is one of ``values``."""
    said = _catalogue(_Spoken.language).gettext(text) if text else ""
    return said.format(**values) if values else said


def color_name(color: int) -> str:
    """What a player is called: BLACK or WHITE."""
    return tr("Black") if color == BLACK else tr("White")


def move_name(point: int, rows: int = BOARD_SIZE) -> str:
    """A move as people say it: its vertex, or that it is a pass.

    ``rows``: of the board; points are those of 19x19, from the top left.
    """
    if point == PASS:
        return tr("pass")
    row, column = divmod(point, BOARD_SIZE)
    return f"{COLUMN_LETTERS[column]}{rows - row}"


@lru_cache(maxsize=8)
def _catalogue(language: LanguageName) -> gettext.NullTranslations:
    """The texts of a language; English needs none."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(
        DOMAIN, LOCALE_FOLDER, languages=[language], fallback=True
    )


def find_language(environ: Mapping[str, str]) -> LanguageName:
    """The system's language, where the window speaks it, else English.

    Source: GNU gettext, "Locale Environment Variables": LC_ALL before LC_MESSAGES
    before LANG; a list in LANGUAGE before them all, but where they say C.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    said = next((environ[name] for name in names if environ.get(name)), "")
    if not said:
        said = locale.getlocale()[0] or ""  # Windows has no such variables
    if _bare(said) in ("", "c", "posix"):
        return "en"
    for wanted in (*environ.get("LANGUAGE", "").split(":"), said):
        if _bare(wanted).startswith("en"):
            return "en"
        for name, served in _SERVES.items():
            if _bare(wanted) in served:
                return name
    return "en"


def _bare(name: str) -> str:
    """A locale's name without encoding and variant: "zh_CN.UTF-8" is "zh_cn"."""
    return name.partition(".")[0].partition("@")[0].strip().lower().replace("-", "_")


def next_language(language: LanguageName) -> LanguageName:
    """The one that follows in the list of all."""
    place = LANGUAGE_NAMES.index(language)
    return LANGUAGE_NAMES[(place + 1) % len(LANGUAGE_NAMES)]


#: What the window shows by names from elsewhere: phases, planes, schemes of colors. A
#: test holds this against them.
NAMES_BELOW: Final = (
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
