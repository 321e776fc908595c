"""All keys, in columns: as large as there is room for, or with a scroll bar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import pygame

from gopolicy_gui.model.commands import help_rows
from gopolicy_gui.view.control import Control
from gopolicy_gui.view.fonts import draw_text, text_width
from gopolicy_gui.view.layout import Box
from gopolicy_gui.view.theme import Theme

#: Smallest and largest text, in heights of a line.
_SMALLEST: Final = 0.7
_LARGEST: Final = 0.9


class _Fit(NamedTuple):
    """Size of the text, columns, height of a line, lines in all, and in sight."""

    size: int
    columns: int
    height: int
    lines: int
    room: int


def help_bar(inner: Box, scroll: int, unit: int) -> Control | None:
    """The scroll bar of the keys in a dialog's ``inner`` box; None where all are seen.

    ``scroll``: the first line that is wanted.
    """
    fit = _fit(inner, unit)
    if fit.lines <= fit.room:
        return None
    box = _area(inner, unit)
    bar = box._replace(left=box.left + box.width - unit, width=unit)
    span = (_first(fit, scroll), fit.room, fit.lines)
    return Control("bar", bar, None, "dialog", span=span)


def draw_help(
    surface: pygame.Surface, inner: Box, scroll: int, unit: int, theme: Theme
) -> None:
    """The keys of all commands, from line ``scroll`` on."""
    rows, area, fit = help_rows(), _area(inner, unit), _fit(inner, unit)
    size, columns, height, lines, room = fit
    first = _first(fit, scroll)
    key_width = _widest((key for key, _ in rows), size) + size
    width = (area.width - (unit if lines > room else 0)) // columns
    for i, (column, line) in enumerate(_help_places(columns)):
        if not first <= line < first + room:
            continue
        key, words = rows[i]
        x = area.left + column * width
        y = area.top + (line - first) * height + height // 2
        if not key:
            draw_text(surface, words, (x, y), size, theme.text)
            continue
        draw_text(surface, key, (x, y), size, theme.key_text, bold=False)
        left, most = x + key_width, width - key_width
        draw_text(surface, words, (left, y), size, theme.text, width=most, bold=False)


def _area(inner: Box, unit: int) -> Box:
    """Where the keys are: under the title, above the button."""
    height = max(1, inner.height - round(unit * 4.6))
    return Box(inner.left, inner.top + 2 * unit, inner.width, height)


def _first(fit: _Fit, scroll: int) -> int:
    return min(max(scroll, 0), max(0, fit.lines - fit.room))


def _fit(inner: Box, unit: int) -> _Fit:
    """As many columns as have room; with all lines in sight, where that can be read."""
    area, fits = _area(inner, unit), []
    for columns in (3, 2, 1):
        lines = 1 + max(line for _, line in _help_places(columns))
        height = min(round(unit * 1.55), max(area.height // lines, 1))
        size = min(round(unit * _LARGEST), round(height * 0.7))
        while size > 6 and columns * _needed(size) > area.width:
            size -= 1
        if size >= round(unit * _SMALLEST):
            return _Fit(size, columns, height, lines, lines)
        size = round(unit * _SMALLEST)
        height = round(size * 1.5)
        room = max(1, area.height // height)
        fits.append(_Fit(size, columns, height, lines, room))
        if columns * _needed(size) <= area.width - unit:
            return fits[-1]
    return fits[-1]


def _needed(size: int) -> int:
    """So wide is a column."""
    keys, words = zip(*help_rows(), strict=True)
    return _widest(keys, size) + _widest(words, size) + 2 * size


def _widest(texts: Iterable[str], size: int) -> int:
    return max(text_width(text, size, bold=False) for text in texts)


def _help_places(columns: int) -> list[tuple[int, int]]:
    """(column, line) of each row of the help; a menu's name is never last."""
    rows = help_rows()
    per_column = -(-len(rows) // columns) + 1
    places, column, line = [], 0, 0
    for i, (key, _) in enumerate(rows):
        in_menu = next(
            (j for j, row in enumerate(rows[i + 1 :], 1) if not row[0]), len(rows) - i
        )
        needed = 1 if key else min(in_menu, 6)
        if line and line + needed > per_column and column < columns - 1:
            column, line = column + 1, 0
        places.append((column, line))
        line += 1
    return places
