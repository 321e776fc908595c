"""The person's language: which one is spoken, and texts in it, by gettext's catalogues.

A text is written in English where it is said, in ``tr("...")``; the window has a
``Texts`` of its own by that name. ``N_`` only marks a text for the catalogue, for
tables whose texts are translated when they are shown, and ``told`` translates what
rooms make with ``errors.phrase``. Nothing is translated while modules are imported.
Catalogues are ``LANGUAGE/LC_MESSAGES/gopolicy.po`` in folders ``locale``, compiled to
``.mo``; CONTRIBUTING.md says how one is added. JSON, CSV, protocols and logs stay
English.
"""

from __future__ import annotations

import gettext
import locale
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from gopolicy.config import LanguageName
from gopolicy.errors import GoPolicyError, Said, saying

DOMAIN: Final = "gopolicy"
#: What each language calls itself.
LANGUAGES: Final[dict[LanguageName, str]] = {"en": "English", "zh_CN": "中文"}
#: Names of a system's language that each of ours but English serves, in lower case. Who
#: reads traditional characters may still choose the simplified ones.
_SERVES: Final[dict[LanguageName, tuple[str, ...]]] = {
    "zh_CN": ("zh", "zh_cn", "zh_sg", "zh_hans", "chinese (simplified)_china"),
}


class _Spoken:
    """The language that is spoken now; one for all threads."""

    language: LanguageName = "en"


def N_(text: str) -> str:  # gettext's own name
    """``text`` itself, marked for the catalogue."""
    return text


def speak(language: LanguageName) -> None:
    """Chooses the language of all texts from here on."""
    _Spoken.language = language


def spoken() -> LanguageName:
    """The language that texts are in now."""
    return _Spoken.language


class Texts:
    """Texts in the spoken language, by the catalogues in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder

    def __call__(self, text: str, /, **values: object) -> str:
        """``text`` in the spoken language; each {name} in it is one of ``values``."""
        said = _catalogue(self.folder, _Spoken.language).gettext(text) if text else ""
        return said.format(**values) if values else said

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """``one`` or ``many``, as the spoken language has it for ``n``, {n} in them."""
        catalogue = _catalogue(self.folder, _Spoken.language)
        return catalogue.ngettext(one, many, n).format(n=n, **values)


#: Texts of all rooms but the window's.
tr: Final = Texts(Path(__file__).parent / "locale")


def told(what: object) -> str:
    """A text or an error of ours in the spoken language, if it is ``Said``.

    What outside software says stays as it is, and so do names and numbers.
    """
    if isinstance(what, Exception):
        what = saying(what)
    if not isinstance(what, Said):
        return str(what)
    values = {
        name: told(value) if isinstance(value, (Said, GoPolicyError)) else value
        for name, value in what.values.items()
    }
    return tr(what.template, **values)


@lru_cache(maxsize=8)
def _catalogue(folder: Path, language: LanguageName) -> gettext.NullTranslations:
    """The texts of a language; English needs none."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, folder, languages=[language], fallback=True)


def find_language(environ: Mapping[str, str]) -> LanguageName:
    """The system's language, where we speak it, else English.

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
