"""What dialogs say, above their controls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pygame

from gopolicy_gui.model.commands import help_rows
from gopolicy_gui.model.dialogs import visible_entries
from gopolicy_gui.model.forms.typing import WITH_LIST
from gopolicy_gui.model.language import N_, tr
from gopolicy_gui.model.state import Dialog, DialogKind
from gopolicy_gui.view.dialogcontrols import dialog_box
from gopolicy_gui.view.fonts import draw_text, text_width
from gopolicy_gui.view.layout import WindowLayout
from gopolicy_gui.view.theme import Theme

_TITLES: Final[dict[DialogKind, str]] = {
    "new": N_("New game"),
    "open": N_("Open a game"),
    "save": N_("Save the game"),
    "games": N_("The file holds several games; choose one"),
    "unsaved": N_("The game has changes that are not saved"),
    "overwrite": N_("There is such a file already"),
    "resign": N_("Resign the game?"),
    "result": N_("The record has a result already"),
    "recover": N_("A game was not saved the last time"),
    "comment": N_("Comment of this move"),
    "info": N_("What is known of the game"),
    "recent": N_("Opened or saved last"),
    "help": N_("Keys; all of them are in the menus, too"),
}


def draw_dialog(
    surface: pygame.Surface, dialog: Dialog, layout: WindowLayout, theme: Theme
) -> None:
    """Title and text of a dialog; its frame and controls are drawn."""
    box, unit = pygame.Rect(dialog_box(dialog, layout)), layout.unit
    inner = box.inflate(-2 * unit, -2 * unit)
    draw_text(
        surface,
        _title(dialog),
        (inner.left, inner.top + unit // 2),
        round(unit * 1.1),
        theme.text,
        width=inner.width,
    )
    y = inner.top + round(unit * 2.4)
    if dialog.kind in WITH_LIST:
        y = inner.bottom - round(unit * 5.3)
    draw_text(
        surface,
        _note(dialog),
        (inner.left, y),
        round(unit * 0.9),
        theme.faint_text,
        width=inner.width,
        bold=False,
    )
    if dialog.kind == "help":
        _draw_help(surface, inner, unit, theme)


def _title(dialog: Dialog) -> str:
    is_own = dialog.then is not None and dialog.then.known is not None
    if dialog.kind == "overwrite" and is_own:
        return tr("The file is not as it was read or saved")
    return tr(_TITLES[dialog.kind])


def _note(dialog: Dialog) -> str:
    """What stands under the title, or above what is typed."""
    match dialog.kind:
        case "new" | "help" | "comment" | "info":
            return ""
        case "resign" | "result" | "recover" | "overwrite":
            return dialog.text
        case "unsaved":
            return tr("They would be lost.")
        case "open" | "save" if not dialog.folder:
            return tr("Reading the folder ...")
        case "save":
            return tr("File name:")
        case "recent":
            return tr("Type to search:")
        case "games":
            return tr("{number} games; type to search:", number=len(dialog.entries))
        case "open":
            if not visible_entries(dialog):
                return tr("No such game here; Enter opens what is typed:")
            return tr("Type to search, or a path:")


def _draw_help(
    surface: pygame.Surface, inner: pygame.Rect, unit: int, theme: Theme
) -> None:
    """All keys in columns, as large as there is room for."""
    rows = help_rows()
    top = inner.top + 2 * unit
    room = inner.bottom - round(unit * 2.6) - top
    size, columns, height = _fit_help(inner.width, room, unit)
    key_width = _widest((key for key, _ in rows), size) + size
    width = inner.width // columns
    for i, (column, line) in enumerate(_help_places(columns)):
        key, words = rows[i]
        x, y = inner.left + column * width, top + line * height + height // 2
        if not key:
            draw_text(surface, words, (x, y), size, theme.text)
            continue
        draw_text(surface, key, (x, y), size, theme.key_text, bold=False)
        left, most = x + key_width, width - key_width
        draw_text(surface, words, (left, y), size, theme.text, width=most, bold=False)


def _fit_help(width: int, room: int, unit: int) -> tuple[int, int, int]:
    """The largest text with its columns and height of a line, of 2 or 3 columns."""
    keys, words = zip(*help_rows(), strict=True)
    found = []
    for columns in (3, 2):
        lines = 1 + max(line for _, line in _help_places(columns))
        height = min(round(unit * 1.55), room // lines)
        size = min(round(unit * 0.9), round(height * 0.7))
        while (
            size > 6
            and columns * (_widest(keys, size) + _widest(words, size) + 2 * size)
            > width
        ):
            size -= 1
        found.append((max(size, 6), columns, height))
    return max(found)


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
