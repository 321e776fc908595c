"""A field that text is typed into: cursor, selection, input methods, undo. Pure.

Places are counted in characters: place 0 is before the first one. ``press`` knows keys
by the names of ``app.keys``; where lines are broken only the view knows, so keys that
go from line to line come as places.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

#: Edits that can be undone; older ones are forgotten.
_UNDONE: Final = 200
#: A run of letters, or of other signs; blanks are between words.
_WORD: Final = re.compile(r"\w+|[^\w\s]+")


@dataclass(frozen=True, slots=True)
class _Edit:
    """A field's text before an edit, and its cursor. ``typed``: by one letter."""

    text: str
    cursor: int
    typed: bool


@dataclass(frozen=True, slots=True)
class TextField:
    """What is typed, and where.

    ``cursor``: where typing goes; ``anchor``: the other end of what is selected, the
    cursor where nothing is. ``composed``: what an input method has not yet given, shown
    at the cursor with its own cursor at ``caret``. ``is_long``: whether it may have
    several lines. ``scroll``: the first letter or line that was shown; ``strays``:
    whether the cursor may be out of sight.
    """

    text: str = ""
    cursor: int = 0
    anchor: int = 0
    composed: str = ""
    caret: int = 0
    is_long: bool = False
    scroll: int = 0
    strays: bool = False
    past: tuple[_Edit, ...] = ()
    future: tuple[_Edit, ...] = ()

    @property
    def span(self) -> tuple[int, int]:
        """What is selected, from and to; two times the cursor for nothing."""
        return min(self.cursor, self.anchor), max(self.cursor, self.anchor)

    @property
    def selected(self) -> str:
        """The selected text; "" for nothing."""
        start, end = self.span
        return self.text[start:end]

    @property
    def shown(self) -> str:
        """The text with what is being composed in the place of the selection."""
        if not self.composed:
            return self.text
        start, end = self.span
        return self.text[:start] + self.composed + self.text[end:]


def make_field(text: str = "", *, is_long: bool = False) -> TextField:
    """A field with ``text``, to be gone on with."""
    return TextField(text, len(text), len(text), is_long=is_long)


def insert(field: TextField, text: str, *, most: int = 1_000_000) -> TextField:
    """The field with ``text`` in the place of the selection; ``most``: letters in all.

    A field of one line gets blanks for the ends of lines; no path holds a NUL.
    """
    text = text.replace("\0", "")
    if field.is_long:
        text = "\n".join(text.splitlines()) + ("\n" if text.endswith("\n") else "")
    else:
        text = " ".join(text.splitlines())
    start, end = field.span
    text = text[: max(0, most - len(field.text) + end - start)]
    field = replace(field, composed="", caret=0)
    if not text and start == end:
        return field
    return _changed(field, start, end, text)


def compose(field: TextField, text: str, caret: int) -> TextField:
    """What an input method has so far; "" when it is done or given up."""
    caret = min(max(caret, 0), len(text))
    return replace(field, composed=text, caret=caret, strays=False)


def go_to(field: TextField, place: int, *, extend: bool = False) -> TextField:
    """The cursor at ``place``; ``extend``: what lies between is selected."""
    place = min(max(place, 0), len(field.text))
    anchor = field.anchor if extend else place
    return replace(field, cursor=place, anchor=anchor, strays=False)


def select_word(field: TextField, place: int) -> TextField:
    """The word at ``place`` is selected, or the blank."""
    for word in _WORD.finditer(field.text):
        if word.start() <= place < word.end():
            field = go_to(field, word.start())
            return go_to(field, word.end(), extend=True)
    return go_to(field, place)


def press(field: TextField, key: str) -> TextField | None:
    """The field after a key without text; None for one that means nothing here."""
    if key in _KEYS:
        return _KEYS[key](field)
    extend = "shift+" in key
    plain = key.replace("shift+", "")
    if plain not in _GOES:
        return None
    if not extend and field.selected and plain in ("left", "right"):
        return go_to(field, field.span[plain == "right"])
    return go_to(field, _GOES[plain](field), extend=extend)


def _changed(field: TextField, start: int, end: int, text: str) -> TextField:
    """The field with ``text`` from ``start`` to ``end``. One undo takes back a word."""
    typed = len(text) == 1 and start == end and not text.isspace()
    past = field.past
    goes_on = typed and past and past[-1].typed and field.cursor == field.anchor
    if not goes_on:
        past = (*past[-_UNDONE + 1 :], _Edit(field.text, field.cursor, typed))
    place = start + len(text)
    changed = field.text[:start] + text + field.text[end:]
    field = go_to(replace(field, text=changed), place)
    return replace(field, past=past, future=())


def _take_out(to: Callable[[TextField], int]) -> Callable[[TextField], TextField]:
    """What is selected goes, or else what lies between the cursor and ``to``."""

    def take(field: TextField) -> TextField:
        start, end = field.span
        if start == end:
            start, end = sorted((field.cursor, to(field)))
        return field if start == end else _changed(field, start, end, "")

    return take


def _word_before(field: TextField) -> int:
    starts = [word.start() for word in _WORD.finditer(field.text)]
    return max((start for start in starts if start < field.cursor), default=0)


def _word_after(field: TextField) -> int:
    ends = [word.end() for word in _WORD.finditer(field.text)]
    return min((e for e in ends if e > field.cursor), default=len(field.text))


def _line_start(field: TextField) -> int:
    return field.text.rfind("\n", 0, field.cursor) + 1


def _line_end(field: TextField) -> int:
    end = field.text.find("\n", field.cursor)
    return len(field.text) if end < 0 else end


def _undo(field: TextField) -> TextField:
    if not field.past:
        return field
    before = field.past[-1]
    now = _Edit(field.text, field.cursor, False)
    return replace(
        go_to(replace(field, text=before.text), before.cursor),
        past=field.past[:-1],
        future=(*field.future, now),
    )


def _redo(field: TextField) -> TextField:
    if not field.future:
        return field
    after = field.future[-1]
    now = _Edit(field.text, field.cursor, False)
    return replace(
        go_to(replace(field, text=after.text), after.cursor),
        past=(*field.past, now),
        future=field.future[:-1],
    )


#: Where keys go, with Shift to select.
_GOES: Final[dict[str, Callable[[TextField], int]]] = {
    "left": lambda field: field.cursor - 1,
    "right": lambda field: field.cursor + 1,
    "ctrl+left": _word_before,
    "ctrl+right": _word_after,
    "home": _line_start,
    "end": _line_end,
    "ctrl+home": lambda field: 0,
    "ctrl+end": lambda field: len(field.text),
}
_KEYS: Final[dict[str, Callable[[TextField], TextField]]] = {
    "backspace": _take_out(lambda field: max(0, field.cursor - 1)),
    "shift+backspace": _take_out(lambda field: max(0, field.cursor - 1)),
    "delete": _take_out(lambda field: min(field.cursor + 1, len(field.text))),
    "ctrl+backspace": _take_out(_word_before),
    "ctrl+delete": _take_out(_word_after),
    "ctrl+a": lambda field: replace(field, anchor=0, cursor=len(field.text)),
    "ctrl+z": _undo,
    "ctrl+y": _redo,
    "ctrl+shift+z": _redo,
}
