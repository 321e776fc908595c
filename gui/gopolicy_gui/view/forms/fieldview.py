"""Text fields: where their letters are, and how they are drawn.

A field of one line is shown from letter ``scroll`` on, a long one from line ``scroll``
on, both moved as little as brings the cursor into sight.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

import pygame

from gopolicy_gui.model.forms.field import TextField
from gopolicy_gui.view.fonts import draw_text, text_offsets, wrap_spans
from gopolicy_gui.view.layout import Box
from gopolicy_gui.view.theme import Theme

#: No field shows more letters of a line.
_MOST: Final = 400


class _Line(NamedTuple):
    """A line of a field: its letters, from and to, and its place in pixels."""

    start: int
    end: int
    left: int
    top: int


class FieldPicture(NamedTuple):
    """What of a field is seen. ``first``, ``room``, ``total``: lines of a long one."""

    text: str
    lines: tuple[_Line, ...]
    height: int
    size: int
    first: int
    room: int
    total: int


def picture_of(field: TextField, box: Box, unit: int) -> FieldPicture:
    """What of ``field`` is seen in ``box``."""
    return _long_picture(field, box, unit) if field.is_long else _line(field, box, unit)


def place_at(field: TextField, box: Box, unit: int, x: int, y: int) -> int:
    """The place between letters that is nearest to a pixel."""
    seen = picture_of(field, box, unit)
    row = (y - seen.lines[0].top) // seen.height
    line = seen.lines[min(max(row, 0), len(seen.lines) - 1)]
    return _place_in(seen, line, x)


def vertical_place(field: TextField, box: Box, unit: int, key: str) -> int | None:
    """Where a key leads that goes from line to line; None for other keys."""
    if not field.is_long:
        return None
    spans = wrap_spans(field.text, unit, _text_width(box, unit))
    row = _row_of(spans, field.cursor)
    if key in ("home", "end"):
        start, end = spans[row]
        is_broken = row + 1 < len(spans) and spans[row + 1][0] == end
        return start if key == "home" else end - is_broken
    room = max(1, picture_of(field, box, unit).room - 1)
    steps = {"up": -1, "down": 1, "pageup": -room, "pagedown": room}
    if key not in steps:
        return None
    to = row + steps[key]
    if not 0 <= to < len(spans):
        if key in ("up", "down"):
            return 0 if to < 0 else len(field.text)
        to = min(max(to, 0), len(spans) - 1)
    start, end = spans[row]
    x = text_offsets(field.text[start:end], unit)[field.cursor - start]
    start, end = spans[to]
    found = start + _nearest(text_offsets(field.text[start:end], unit), x)
    is_broken = to + 1 < len(spans) and spans[to + 1][0] == end
    return min(found, end - 1) if is_broken and end > start else found


def cursor_box(field: TextField, box: Box, unit: int) -> pygame.Rect:
    """The cursor, in or near the box: an input method puts its list of words there."""
    seen = picture_of(field, box, unit)
    place = field.cursor
    if field.composed:
        place = field.span[0] + field.caret
    line = seen.lines[_row_of([(n.start, n.end) for n in seen.lines], place)]
    x = line.left + _x(seen, line, place)
    width, height = max(1, unit // 10), round(unit * 1.2)
    top = line.top + (seen.height - height) // 2
    return pygame.Rect(min(x, box.left + box.width - width), top, width, height)


def draw_field(
    surface: pygame.Surface, field: TextField, box: Box, unit: int, theme: Theme
) -> None:
    """A field that is being typed into: what is selected, its letters, the cursor."""
    pygame.draw.rect(surface, theme.background, box, border_radius=unit // 4)
    pygame.draw.rect(surface, theme.bar, box, 1, border_radius=unit // 4)
    seen = picture_of(field, box, unit)
    start, end = field.span
    for line in seen.lines:
        if start < end and not field.composed:
            _mark(surface, seen, line, (start, end), theme)
        middle = line.top + seen.height // 2
        words = seen.text[line.start : line.end]
        draw_text(surface, words, (line.left, middle), unit, theme.text, bold=False)
        if field.composed:
            _underline(surface, seen, line, field, theme)
    first, last = seen.lines[0].start, seen.lines[-1].end
    if not field.strays or first <= field.cursor <= last:
        pygame.draw.rect(surface, theme.text, cursor_box(field, box, unit))


def _long_picture(field: TextField, box: Box, unit: int) -> FieldPicture:
    text, height, pad = field.shown, round(unit * 1.35), unit // 2
    spans = wrap_spans(text, unit, _text_width(box, unit))
    room = max(1, (box.height - pad) // height)
    place = field.span[0] + field.caret if field.composed else field.cursor
    row = _row_of(spans, place)
    first = min(field.scroll, max(0, len(spans) - room))
    if not field.strays:
        first = min(max(first, row - room + 1), row)
    lines = tuple(
        _Line(start, end, box.left + pad, box.top + pad // 2 + i * height)
        for i, (start, end) in enumerate(spans[first : first + room])
    )
    return FieldPicture(text, lines, height, unit, first, room, len(spans))


def _line(field: TextField, box: Box, unit: int) -> FieldPicture:
    text, width, pad = field.shown, _text_width(box, unit), unit // 2
    place = field.span[0] + field.caret if field.composed else field.cursor
    least, last = (_fitting(text[:end], width, unit) for end in (place, len(text)))
    first = min(max(field.scroll, least), place, last)  # nothing hidden without need
    offsets = text_offsets(text[first : first + _MOST], unit)
    end = max(first + bisect_right(offsets, width) - 1, place)
    line = _Line(first, end, box.left + pad, box.top)
    return FieldPicture(text, (line,), box.height, unit, first, 1, 1)


def _fitting(text: str, width: int, unit: int) -> int:
    """The first letter from which on the rest of ``text`` has room."""
    start = max(0, len(text) - _MOST)
    offsets = text_offsets(text[start:], unit)
    return start + bisect_left(offsets, offsets[-1] - width)


def _text_width(box: Box, unit: int) -> int:
    """So wide are the lines of a field."""
    return max(10, box.width - unit // 2 * 2)


def _nearest(offsets: Sequence[int], x: float) -> int:
    """The place whose pixel is nearest to ``x``."""
    place = max(0, bisect_right(offsets, x) - 1)
    if place + 1 < len(offsets) and offsets[place + 1] - x < x - offsets[place]:
        return place + 1
    return place


def _row_of(spans: Sequence[tuple[int, int]], place: int) -> int:
    """The line that shows the cursor at ``place``."""
    return max(0, bisect_right([start for start, _ in spans], place) - 1)


def _place_in(seen: FieldPicture, line: _Line, x: int) -> int:
    offsets = text_offsets(seen.text[line.start : line.end], seen.size)
    place = line.start + _nearest(offsets, x - line.left)
    is_broken = place == line.end < len(seen.text) and seen.text[place] != "\n"
    return place - 1 if is_broken and seen.total > 1 and place > line.start else place


def _x(seen: FieldPicture, line: _Line, place: int) -> int:
    """How far in its line a place is, in pixels."""
    offsets = text_offsets(seen.text[line.start : line.end], seen.size)
    return offsets[min(max(place - line.start, 0), len(offsets) - 1)]


def _mark(
    surface: pygame.Surface,
    seen: FieldPicture,
    line: _Line,
    span: tuple[int, int],
    theme: Theme,
) -> None:
    """The ground of what is selected in a line; of an empty one a bit."""
    start, end = max(span[0], line.start), min(span[1], line.end)
    if start > end or (start == end and not span[0] <= line.end < span[1]):
        return
    left, right = _x(seen, line, start), _x(seen, line, end)
    width = max(right - left, seen.size // 4)
    height = min(seen.height, round(seen.size * 1.35))
    top = line.top + (seen.height - height) // 2
    pygame.draw.rect(surface, theme.chosen, (line.left + left, top, width, height))


def _underline(
    surface: pygame.Surface,
    seen: FieldPicture,
    line: _Line,
    field: TextField,
    theme: Theme,
) -> None:
    """A line under what is being composed."""
    start = max(field.span[0], line.start)
    end = min(field.span[0] + len(field.composed), line.end)
    if start >= end:
        return
    left, right = _x(seen, line, start), _x(seen, line, end)
    y = line.top + seen.height // 2 + round(seen.size * 0.65)
    ends = (line.left + left, y), (line.left + right, y)
    pygame.draw.line(surface, theme.text, *ends, max(1, seen.size // 10))
