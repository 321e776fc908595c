"""What can be clicked in a dialog, with its place. Pure."""

from __future__ import annotations

import os
from typing import Final

from gopolicy.config import FULL_STRENGTH
from gopolicy_gui.model.dialogs import NEW_GAME_ROWS, visible_entries
from gopolicy_gui.model.events import DialogChosen
from gopolicy_gui.model.forms.field import TextField
from gopolicy_gui.model.forms.typing import WITH_LIST
from gopolicy_gui.model.language import N_, tr
from gopolicy_gui.model.options import RULE_NAMES, STRENGTH_WORDS, Options
from gopolicy_gui.model.state import Dialog, DialogKind
from gopolicy_gui.model.study.editing import INFO_ROWS
from gopolicy_gui.view.control import Control
from gopolicy_gui.view.forms.fieldview import picture_of
from gopolicy_gui.view.forms.helpview import help_bar
from gopolicy_gui.view.layout import Box, WindowLayout

_ROW_LABELS: Final = {
    "role": N_("You play"),
    "strength": N_("Network plays"),
    "handicap": N_("Handicap"),
    "komi": N_("Komi"),
    "temperature": N_("Temperature"),
    "rules": N_("Counting"),
}


def dialog_controls(dialog: Dialog, layout: WindowLayout) -> list[Control]:
    """The frame of a dialog over its shade, and all in it."""
    frame = dialog_box(dialog, layout)
    found = [Control("shade", Box(0, 0, *layout.size)), Control("dialog", frame)]
    unit = layout.unit
    pad = unit
    inner = Box(
        frame.left + pad,
        frame.top + pad + 2 * unit,
        frame.width - 2 * pad,
        frame.height - 2 * pad - 2 * unit,
    )
    if dialog.kind == "new":
        found += _new_rows(dialog, inner, layout)
    elif dialog.kind == "comment":
        height = max(1, inner.height - round(unit * 3))
        box = Box(inner.left, inner.top, inner.width, height)
        found += _words(dialog, box, unit)
    elif dialog.kind == "info":
        found += _info_rows(dialog, inner, layout)
    elif dialog.kind == "help":
        bar = help_bar(_text_box(frame, unit), dialog.scroll, unit)
        found += [] if bar is None else [bar]
    elif dialog.kind == "jump":
        box = Box(inner.left, inner.top + round(unit * 1.6), inner.width, 2 * unit)
        found.append(Control("field", box, None, field=typed_field(dialog)))
    elif dialog.kind in WITH_LIST:
        found += _file_rows(dialog, inner, layout)
    return found + _dialog_buttons(dialog, inner, layout)


def _text_box(frame: Box, unit: int) -> Box:
    """A dialog's frame without its rim, as it is drawn in."""
    left, top = frame.left + unit, frame.top + unit
    return Box(left, top, frame.width - 2 * unit, frame.height - 2 * unit)


#: Buttons of each dialog: what they do and say; the first is the usual one.
_DIALOG_BUTTONS: Final[dict[DialogKind, tuple[tuple[str, str, str], ...]]] = {
    "new": (("start", N_("Start"), "Enter"), ("cancel", N_("Cancel"), "Esc")),
    "open": (("accept", N_("Open"), "Enter"), ("cancel", N_("Cancel"), "Esc")),
    "save": (("accept", N_("Save"), "Enter"), ("cancel", N_("Cancel"), "Esc")),
    "games": (("accept", N_("Open"), "Enter"), ("cancel", N_("Cancel"), "Esc")),
    "unsaved": (
        ("save", N_("Save"), "S"),
        ("discard", N_("Don't save"), "D"),
        ("cancel", N_("Cancel"), "Esc"),
    ),
    "overwrite": (("overwrite", N_("Overwrite"), "O"), ("cancel", N_("Cancel"), "Esc")),
    "resign": (("resign", N_("Resign"), "R"), ("cancel", N_("Play on"), "Esc")),
    "result": (
        ("leave", N_("Leave it"), "L"),
        ("write", N_("Write the count"), "W"),
        ("cancel", N_("Count on"), "Esc"),
    ),
    "recover": (
        ("recover", N_("Open it"), "O"),
        ("discard", N_("Delete it"), "D"),
        ("cancel", N_("Later"), "Esc"),
    ),
    "comment": (("accept", N_("Write"), "Ctrl+Enter"), ("cancel", N_("Cancel"), "Esc")),
    "info": (("accept", N_("Write"), "Enter"), ("cancel", N_("Cancel"), "Esc")),
    "recent": (("accept", N_("Open"), "Enter"), ("cancel", N_("Cancel"), "Esc")),
    "find": (("accept", N_("Go there"), "Enter"), ("cancel", N_("Cancel"), "Esc")),
    "jump": (("accept", N_("Go there"), "Enter"), ("cancel", N_("Cancel"), "Esc")),
    "picture": (("accept", N_("Save"), "Enter"), ("cancel", N_("Cancel"), "Esc")),
    "help": (("cancel", N_("Close"), "Esc"),),
}


def _dialog_buttons(dialog: Dialog, inner: Box, layout: WindowLayout) -> list[Control]:
    choices = _DIALOG_BUTTONS[dialog.kind]
    unit = layout.unit
    height = round(unit * 2)
    width = min(unit * 9, inner.width // len(choices) - unit // 2)
    left = inner.left + inner.width - len(choices) * (width + unit // 2) + unit // 2
    top = inner.top + inner.height - height
    return [
        Control(
            "button",
            Box(left + i * (width + unit // 2), top, width, height),
            DialogChosen(what, dialog.row),
            tr(label),
            note,
            chosen=i == 0,
        )
        for i, (what, label, note) in enumerate(choices)
    ]


def _new_rows(dialog: Dialog, inner: Box, layout: WindowLayout) -> list[Control]:
    """A row for each setting: its name, less, its value, more."""
    height = round(layout.unit * 2)
    found = []
    for i, name in enumerate(NEW_GAME_ROWS):
        top = inner.top + i * round(height * 1.15)
        box = Box(inner.left, top, inner.width, height)
        found.append(
            Control(
                "setting",
                box,
                DialogChosen("row", i),
                tr(_ROW_LABELS[name]),
                setting_words(dialog, name),
                chosen=i == dialog.row,
            )
        )
        right = inner.left + inner.width - height
        left = inner.left + inner.width * 2 // 5
        for place, what, icon in ((left, "less", "back"), (right, "more", "forward")):
            found.append(
                Control(
                    "icon", Box(place, top, height, height), DialogChosen(what, i), icon
                )
            )
    return found


def _info_rows(dialog: Dialog, inner: Box, layout: WindowLayout) -> list[Control]:
    """A row for each property of the game; the chosen one is being edited."""
    room = max(1, inner.height - round(layout.unit * 2.6))
    height = min(round(layout.unit * 1.9), max(1, room // len(INFO_ROWS)))
    return [
        Control(
            "setting",
            Box(inner.left, inner.top + i * height, inner.width, height),
            DialogChosen("row", i),
            tr(label),
            dialog.fields[i].text if i < len(dialog.fields) else "",
            chosen=i == dialog.row,
            data=i,
            field=dialog.fields[i] if i < len(dialog.fields) else TextField(),
        )
        for i, (_, label) in enumerate(INFO_ROWS)
    ]


def setting_words(dialog: Dialog, name: str) -> str:
    """The value of a setting as the dialog shows it."""
    draft = dialog.draft
    stones = tr("none")
    if draft.handicap:
        stones = tr("{number} stones", number=draft.handicap)
    words = {
        "role": {
            "black": tr("Black"),
            "white": tr("White"),
            "both": tr("both colors"),
            "none": tr("no color: watch"),
        }[draft.role.value],
        "strength": tr(STRENGTH_WORDS[draft.strength]),
        "handicap": stones,
        "komi": f"{draft.komi:g}",
        "temperature": _temperature_words(draft),
        "rules": tr(RULE_NAMES[draft.rules]),
    }
    return words[name]


def _temperature_words(draft: Options) -> str:
    """Levels below the highest have a temperature of their own."""
    if draft.strength != FULL_STRENGTH:
        return tr("as the level has it")
    return f"{draft.temperature:g}" if draft.temperature else tr("0 (best)")


def file_rows(dialog: Dialog, inner_height: int, unit: int) -> int:
    """How many entries a file dialog has room for."""
    return max(1, (inner_height - round(unit * 7)) // round(unit * 1.7))


def _file_rows(dialog: Dialog, inner: Box, layout: WindowLayout) -> list[Control]:
    """The folder with the way up, its entries, and what is typed."""
    unit = layout.unit
    row = round(unit * 1.7)
    up = Box(inner.left, inner.top, inner.width, row)
    if dialog.kind == "recent":
        found = [Control("entry", up, None, tr("The latest first"))]
    elif dialog.kind == "find":
        found = [Control("entry", up, None, tr("By moves, the main line first"))]
    elif dialog.kind == "games":
        found = [Control("entry", up, None, os.path.basename(dialog.folder))]
    else:
        found = [Control("entry", up, DialogChosen("parent"), dialog.folder, "up")]
    entries = visible_entries(dialog)
    room = file_rows(dialog, inner.height, unit)
    first = min(dialog.scroll, max(0, len(entries) - room))
    if dialog.row >= 0 and dialog.follows:  # the chosen row stays in sight
        first = min(max(first, dialog.row - room + 1), dialog.row)
    width = inner.width
    if len(entries) > room:
        width -= unit
        bar = Box(inner.left + width, inner.top + row, unit, room * row)
        span = (first, room, len(entries))
        found.append(Control("bar", bar, None, "dialog", span=span))
    for i, entry in enumerate(entries[first : first + room]):
        box = Box(inner.left, inner.top + (i + 1) * row, width, row)
        found.append(
            Control(
                "entry",
                box,
                DialogChosen("entry", first + i),
                entry,
                chosen=first + i == dialog.row,
            )
        )
    top = inner.top + inner.height - round(unit * 4.6)
    field = Box(inner.left, top, inner.width, round(unit * 2))
    found.append(Control("field", field, None, field=typed_field(dialog)))
    return found


def typed_field(dialog: Dialog) -> TextField:
    """What is typed into, an empty one where nothing is yet."""
    return dialog.fields[0] if dialog.fields else TextField()


def _words(dialog: Dialog, box: Box, unit: int) -> list[Control]:
    """A field of several lines, with its scroll bar."""
    field = dialog.fields[0] if dialog.fields else TextField(is_long=True)
    inner = box._replace(width=max(1, box.width - unit))
    seen = picture_of(field, inner, unit)
    found = [Control("words", inner, None, field=field)]
    if seen.total > seen.room:
        bar = box._replace(left=inner.left + inner.width, width=unit)
        span = (seen.first, seen.room, seen.total)
        found.append(Control("bar", bar, None, "field", span=span))
    return found


#: Columns and lines of text that the dialogs have room for.
_DIALOG_SIZES: Final[dict[DialogKind, tuple[int, int]]] = {
    "new": (32, 24),
    "open": (44, 34),
    "save": (44, 34),
    "games": (44, 34),
    "unsaved": (34, 9),
    "overwrite": (34, 9),
    "resign": (34, 9),
    "result": (38, 9),
    "recover": (38, 9),
    "comment": (40, 24),
    "info": (40, 28),
    "recent": (44, 27),
    "find": (44, 34),
    "jump": (34, 11),
    "picture": (44, 34),
    "help": (66, 46),
}


def dialog_box(dialog: Dialog, layout: WindowLayout) -> Box:
    """The frame of a dialog, in the middle of the window."""
    unit = layout.unit
    columns, lines = _DIALOG_SIZES[dialog.kind]
    width = min(columns * unit, layout.size[0] - unit)
    height = min(lines * unit, layout.size[1] - unit)
    return Box(
        (layout.size[0] - width) // 2, (layout.size[1] - height) // 2, width, height
    )
