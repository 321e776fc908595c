"""What dialogs say, above their controls."""

from __future__ import annotations

from typing import Final

import pygame

from gopolicy_gui.model.dialogs import NEW_GAME_ROWS, visible_entries
from gopolicy_gui.model.forms.typing import WITH_LIST
from gopolicy_gui.model.language import N_, tr
from gopolicy_gui.model.state import Dialog, DialogKind
from gopolicy_gui.view.dialogcontrols import dialog_box
from gopolicy_gui.view.fonts import draw_text, wrap_text
from gopolicy_gui.view.forms.helpview import draw_help
from gopolicy_gui.view.layout import Box, WindowLayout
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
    "find": N_("Find in comments"),
    "jump": N_("Go to a move"),
    "picture": N_("Save a picture of the board"),
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
        dialog_note(dialog),
        (inner.left, y),
        round(unit * 0.9),
        theme.faint_text,
        width=inner.width,
        bold=False,
    )
    if dialog.kind == "new":
        _draw_meaning(surface, dialog, inner, layout, theme)
    if dialog.kind == "help":
        draw_help(surface, Box(*inner), dialog.scroll, unit, theme)


#: What the settings of a new game mean, for who plays the first one.
SETTING_WORDS: Final = {
    "role": N_("Black plays first; with handicap stones White does."),
    "strength": N_("Kyu are ranks: the smaller the number, the stronger."),
    "handicap": N_("Stones that Black, the weaker side, has from the start."),
    "komi": N_("Points that White gets at the end, since Black plays first."),
    "temperature": N_("Above 0 it does not always play its first choice."),
    "rules": N_("Chinese: stones and points count. Japanese: points and prisoners."),
}


def _draw_meaning(
    surface: pygame.Surface,
    dialog: Dialog,
    inner: pygame.Rect,
    layout: WindowLayout,
    theme: Theme,
) -> None:
    """What the chosen setting of a new game means, under the settings."""
    unit = layout.unit
    top = inner.top + 2 * unit + len(NEW_GAME_ROWS) * round(2.3 * unit)
    size, height = round(unit * 0.9), round(unit * 1.25)
    words = tr(SETTING_WORDS[NEW_GAME_ROWS[dialog.row]])
    for i, line in enumerate(wrap_text(words, size, inner.width)[:2]):
        place = (inner.left, top + i * height + unit)
        draw_text(surface, line, place, size, theme.faint_text, bold=False)


def _title(dialog: Dialog) -> str:
    is_own = dialog.then is not None and dialog.then.known is not None
    if dialog.kind == "overwrite" and is_own:
        return tr("The file is not as it was read or saved")
    return tr(_TITLES[dialog.kind])


def dialog_note(dialog: Dialog) -> str:
    """What stands under the title, or above what is typed."""
    match dialog.kind:
        case "new" | "help" | "comment" | "info":
            return ""
        case "resign" | "result" | "recover" | "overwrite":
            return dialog.text
        case "unsaved":
            return tr("They would be lost.")
        case "open" | "save" | "picture" if not dialog.folder:
            return tr("Reading the folder ...")
        case "jump":
            return tr("Its number, or its point, such as Q16:")
        case "find":
            if not visible_entries(dialog):
                return tr("Nothing found:")
            number = len(visible_entries(dialog))
            if number == 1:
                return tr("1 place; type to search:")
            return tr("{number} places; type to search:", number=number)
        case "save" | "picture":
            return tr("File name:")
        case "recent":
            return tr("Type to search:")
        case "games":
            return tr("{number} games; type to search:", number=len(dialog.entries))
        case "open":
            if not visible_entries(dialog) and not dialog.typed:
                return tr("There is no game in this folder; type a path:")
            if not visible_entries(dialog):
                return tr("No such game here; Enter opens what is typed:")
            return tr("Type to search, or a path:")
