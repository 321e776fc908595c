"""What dialogs say, above their controls."""

from __future__ import annotations

import os

import pygame

from gopolicy_gui.controls import dialog_box, help_rows
from gopolicy_gui.dialogs import WITH_LIST, visible_entries
from gopolicy_gui.fonts import draw_text
from gopolicy_gui.layout import WindowLayout
from gopolicy_gui.state import Dialog
from gopolicy_gui.theme import Theme

_TITLES = {
    "new": "New game",
    "open": "Open a game",
    "save": "Save the game",
    "games": "The file holds several games; choose one",
    "unsaved": "The game has changes that are not saved",
    "overwrite": "There is such a file already",
    "help": "Keys; all of them are in the menus, too",
}


def draw_dialog(
    surface: pygame.Surface, dialog: Dialog, layout: WindowLayout, theme: Theme
) -> None:
    """Title and text of a dialog; its frame and controls are drawn."""
    box, unit = pygame.Rect(dialog_box(dialog, layout)), layout.unit
    inner = box.inflate(-2 * unit, -2 * unit)
    draw_text(
        surface,
        _TITLES[dialog.kind],
        (inner.left, inner.top + unit // 2),
        round(unit * 1.1),
        theme.text,
        width=inner.width,
    )
    note = {
        "unsaved": "They would be lost.",
        "overwrite": os.path.basename(dialog.text),
        "save": "File name:",
        "open": "Type to search, or a path:",
        "games": f"{len(dialog.entries)} games; type to search:",
    }.get(dialog.kind, "")
    if dialog.kind in WITH_LIST:
        y = inner.bottom - round(unit * 5.3)
        if dialog.kind == "open" and not visible_entries(dialog):
            note = "No such game here; Enter opens what is typed:"
        if not dialog.folder:
            note = "Reading the folder ..."
    else:
        y = inner.top + round(unit * 2.4)
    draw_text(
        surface,
        note,
        (inner.left, y),
        round(unit * 0.9),
        theme.faint_text,
        width=inner.width,
        bold=False,
    )
    if dialog.kind == "help":
        _draw_help(surface, inner, unit, theme)


def _draw_help(
    surface: pygame.Surface, inner: pygame.Rect, unit: int, theme: Theme
) -> None:
    """All keys in columns: as many as there is width for."""
    rows = help_rows()
    top = inner.top + 2 * unit
    room = inner.bottom - round(unit * 2.6) - top
    columns = 3 if inner.width > 54 * unit else 2
    per_column = -(-len(rows) // columns) + 1
    height = min(round(unit * 1.55), room // per_column)
    size = max(6, min(round(unit * 0.9), round(height * 0.68)))
    width = inner.width // columns
    column, line = 0, 0
    for i, (key, words) in enumerate(rows):
        left_in_menu = next(
            (j for j, row in enumerate(rows[i + 1 :], 1) if not row[0]), len(rows) - i
        )
        if not key and line and line + min(left_in_menu, 6) > per_column:
            column, line = column + 1, 0
        if line >= per_column:
            column, line = column + 1, 0
        x, y = inner.left + column * width, top + line * height + height // 2
        if key:
            draw_text(surface, key, (x, y), size, theme.bar, width=round(size * 7.6))
            draw_text(
                surface,
                words,
                (x + round(size * 8), y),
                size,
                theme.text,
                width=width - round(size * 8.4),
                bold=False,
            )
        else:
            draw_text(surface, words, (x, y), size, theme.text)
        line += 1
