"""All that can be clicked, with its place: one list for drawing and for the pointer.

Pure. A control shows what it is by its ``kind``; the last one under the pointer wins.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from gopolicy.go.features import PLANE_NAMES
from gopolicy_gui.model.commands import (
    BY_NAME,
    COMMANDS,
    MENUS,
    is_checked,
    key_label,
)
from gopolicy_gui.model.dialogs import NEW_GAME_ROWS, WITH_LIST, visible_entries
from gopolicy_gui.model.events import (
    CommandGiven,
    DialogChosen,
    Event,
    MenuOpened,
    NodeChosen,
    PlaneChosen,
    PointChosen,
    Scrolled,
)
from gopolicy_gui.model.options import RULE_NAMES
from gopolicy_gui.model.state import Dialog, DialogKind, GuiState
from gopolicy_gui.view.layout import BUTTON_COLUMNS, BUTTON_ROWS, Box, WindowLayout
from gopolicy_gui.view.study.graph import graph_event
from gopolicy_gui.view.study.report import surprise_rows
from gopolicy_gui.view.treeview import visible_nodes

#: What only frames or covers others: "menu", "dialog", "shade".
ControlKind: TypeAlias = Literal[
    "tab",
    "item",
    "button",
    "icon",
    "move",
    "node",
    "plane",
    "entry",
    "field",
    "setting",
    "banner",
    "menu",
    "dialog",
    "shade",
]


@dataclass(frozen=True, slots=True)
class Control:
    """Something to click. ``event``: what that does; None for what only covers.

    ``note``: its key, most often. ``checked``: of a switch. ``data``: a number that the
    drawing needs.
    """

    kind: ControlKind
    box: Box
    event: Event | None = None
    label: str = ""
    note: str = ""
    checked: bool | None = None
    chosen: bool = False
    data: int = 0


#: The panel's buttons: command and short label.
_BUTTONS: Final = (
    ("take_back", "Take back"),
    ("pass", "Pass"),
    ("resign", "Resign"),
    ("hints", "Hints"),
    ("move", "Network"),
    ("score", "Count"),
    ("new", "New ..."),
    ("open", "Open ..."),
    ("save", "Save"),
)
_ICONS: Final = ("first", "back_ten", "back", "forward", "forward_ten", "last")
#: A long message has so many lines at most.
BANNER_LINES: Final = 10
#: Columns of the chooser of planes.
PLANE_COLUMNS: Final = 12
_ROW_LABELS: Final = {
    "role": "You play",
    "handicap": "Handicap",
    "komi": "Komi",
    "temperature": "Temperature",
    "rules": "Counting",
}


def controls(state: GuiState, layout: WindowLayout) -> tuple[Control, ...]:
    """The controls of the window, those in front last."""
    found = [*_tabs(state, layout), *_panel(state, layout)]
    if state.message is not None and is_long(state, layout):
        found.append(_banner(state.message.text, layout))
    if state.menu:
        found += _menu(state, layout)
    if state.dialog is not None:
        found += _dialog(state.dialog, layout)
    return tuple(found)


def hit(state: GuiState, layout: WindowLayout, x: int, y: int) -> Event | None:
    """What a click on a pixel does; None for nothing."""
    for control in reversed(controls(state, layout)):
        if _inside(control.box, x, y):
            return control.event
    if (found := graph_event(state, layout, x, y)) is not None:
        return found
    point = layout.board.point_at(x, y)
    return None if point is None else PointChosen(point)


def wheel_event(layout: WindowLayout, x: int, y: int, steps: int) -> Event:
    """What the wheel does at a pixel."""
    return Scrolled(steps, "comment" if _inside(layout.comment, x, y) else "board")


def _inside(box: Box, x: int, y: int) -> bool:
    return box.left <= x < box.left + box.width and box.top <= y < box.top + box.height


def _tabs(state: GuiState, layout: WindowLayout) -> list[Control]:
    """The menu bar; closing an open menu is the work of its shade."""
    unit, bar = layout.unit, layout.menu
    found, left = [], unit // 2
    for name in MENUS:
        width = round(unit * (0.62 * len(name) + 1.0))
        box = Box(left, bar.top, width, bar.height)
        found.append(
            Control("tab", box, MenuOpened(name), name, chosen=state.menu == name)
        )
        left += width
    side = bar.height
    box = Box(bar.width - side, bar.top, side, side)
    found.append(Control("tab", box, CommandGiven("help"), "?"))
    return found


def is_long(state: GuiState, layout: WindowLayout) -> bool:
    """Whether the message needs more room than there is in the panel."""
    text = state.message.text if state.message else ""
    return len(text) * 0.62 * layout.unit > 2.7 * layout.message.width


def _banner(text: str, layout: WindowLayout) -> Control:
    """A long message over the list, never over the board; a click takes it away."""
    unit, place = layout.unit, layout.list
    width = max(1, place.width - 2 * unit)
    lines = min(1 + round(0.62 * unit * len(text)) // width, BANNER_LINES)
    bottom = layout.navigation.top - unit // 2
    height = min(round(unit * (1.35 * lines + 1.2)), max(1, bottom - place.top))
    box = Box(place.left, bottom - height, place.width, height)
    return Control("banner", box, MenuOpened(""), text)


def _menu(state: GuiState, layout: WindowLayout) -> list[Control]:
    """The open menu, over a shade that closes it."""
    unit = layout.unit
    tabs = {tab.label: tab for tab in _tabs(state, layout)}
    items = [command for command in COMMANDS if command.menu == state.menu]
    letters = max(len(c.label) + len(key_label(c)) for c in items)
    row = round(unit * 1.8)
    width = min(round(unit * (0.62 * letters + 4)), layout.size[0])
    left = max(0, min(tabs[state.menu].box.left, layout.size[0] - width))
    top, pad = layout.menu.height, unit // 3
    whole = Box(0, 0, *layout.size)
    found = [Control("shade", whole, MenuOpened(""))]
    found += _tabs(state, layout)
    frame = Box(left, top, width, row * len(items) + 2 * pad)
    found.append(Control("menu", frame))
    for i, command in enumerate(items):
        found.append(
            Control(
                "item",
                Box(left, top + pad + i * row, width, row),
                CommandGiven(command.name),
                command.label,
                key_label(command),
                is_checked(state, command.name),
            )
        )
    return found


def _panel(state: GuiState, layout: WindowLayout) -> list[Control]:
    found = []
    if state.plane is not None:
        found += _planes(state, layout)
    elif state.report_shown:
        found += _surprises(state, layout)
    elif state.scoring is None and state.guessing is None:
        found += _moves(state, layout)
    elif state.scoring is not None:
        found += _counting(layout)
    elif state.guessing is not None:
        box = _end_row(layout)
        found.append(Control("button", box, CommandGiven("guess"), "Stop guessing"))
    if not state.report_shown:
        found += _nodes(state, layout)
    found += _icons(layout)
    gap = round(layout.unit * 0.75) // 2
    for i, (name, label) in enumerate(_BUTTONS):
        box = _cell(layout.buttons, i, BUTTON_COLUMNS, BUTTON_ROWS, gap)
        chosen = bool(is_checked(state, name))
        if name == "pass" and (share := pass_share(state)):
            label, chosen = f"Pass {share}%", share > 50
        key = key_label(BY_NAME[name])
        event = CommandGiven(name)
        found.append(Control("button", box, event, label, key, chosen=chosen))
    return found


def pass_share(state: GuiState) -> int:
    """How much speaks for a pass, in percent; 0 as well where no hints are shown."""
    thoughts = state.shown_thoughts() if state.hints_shown else None
    return round(100 * thoughts.pass_share) if thoughts else 0


def _cell(box: Box, number: int, columns: int, rows: int, gap: int) -> Box:
    """Cell ``number`` of a box shared in rows and columns."""
    row, column = divmod(number, columns)
    width = (box.width - (columns - 1) * gap) // columns
    height = (box.height - (rows - 1) * gap) // rows
    return Box(
        box.left + column * (width + gap), box.top + row * (height + gap), width, height
    )


def _end_row(layout: WindowLayout) -> Box:
    """Room for buttons at the end of the list's box."""
    box, height = layout.list, round(layout.unit * 1.9)
    return Box(box.left, box.top + box.height - height, box.width, height)


def list_rows(layout: WindowLayout) -> int:
    """How many moves the list has room for, under its heading."""
    return max(1, layout.list.height // layout.row - 1)


def _moves(state: GuiState, layout: WindowLayout) -> list[Control]:
    """The list of likely moves; a click plays one."""
    thoughts = state.shown_thoughts()
    if not state.hints_shown or thoughts is None or thoughts.passes:
        if state.options.hints and not state.hints_shown:
            box = _end_row(layout)
            return [Control("button", box, CommandGiven("reveal"), "Show", "Space")]
        return []
    box, row = layout.list, layout.row
    return [
        Control(
            "move",
            Box(box.left, box.top + (i + 1) * row, box.width, row),
            PointChosen(point),
            data=point,
        )
        for i, (point, _) in enumerate(thoughts.best(list_rows(layout)))
    ]


def _surprises(state: GuiState, layout: WindowLayout) -> list[Control]:
    """The largest surprises of the review; a click goes before one."""
    found = []
    for box, place, label, note in surprise_rows(state, layout):
        event, chosen = NodeChosen(state.line[place - 1]), state.cursor == place - 1
        found.append(Control("item", box, event, label, note, chosen))
    return found


def _counting(layout: WindowLayout) -> list[Control]:
    box, gap = _end_row(layout), layout.unit // 3
    return [
        Control("button", _cell(box, 0, 2, 1, gap), CommandGiven("move"), "Accept"),
        Control("button", _cell(box, 1, 2, 1, gap), CommandGiven("score"), "Play on"),
    ]


def _planes(state: GuiState, layout: WindowLayout) -> list[Control]:
    """Arrows beside the plane's name, and a chooser of all planes."""
    box, row = layout.list, layout.row
    found = [
        Control(
            "icon",
            Box(box.left, box.top, row, row),
            CommandGiven("previous_plane"),
            "back",
            "[",
        ),
        Control(
            "icon",
            Box(box.left + box.width - row, box.top, row, row),
            CommandGiven("next_plane"),
            "forward",
            "]",
        ),
    ]
    rows = len(PLANE_NAMES) // PLANE_COLUMNS
    top = box.top + 3 * row
    height = max(rows, min(box.top + box.height - top, rows * row))
    area = Box(box.left, top, box.width, height)
    for plane in range(len(PLANE_NAMES)):
        found.append(
            Control(
                "plane",
                _cell(area, plane, PLANE_COLUMNS, rows, 1),
                PlaneChosen(plane),
                str(plane),
                chosen=plane == state.plane,
                data=plane,
            )
        )
    return found


def _nodes(state: GuiState, layout: WindowLayout) -> list[Control]:
    found, reach = [], round(layout.unit * 0.62)
    for spot in visible_nodes(
        state.tree, state.line, state.cursor, layout.tree, layout.unit
    ):
        x, y = spot.center
        box = Box(x - reach, y - reach, 2 * reach, 2 * reach)
        found.append(
            Control(
                "node",
                box,
                NodeChosen(spot.number),
                chosen=spot.number == state.number,
                data=spot.number,
            )
        )
    return found


def _icons(layout: WindowLayout) -> list[Control]:
    """Arrows around the number of the move."""
    box = layout.navigation
    side = min(box.height * 5 // 4, box.width // 8)
    found = []
    for i, name in enumerate(_ICONS):
        left = box.left + i * side
        if i >= 3:
            left = box.left + box.width - (6 - i) * side
        found.append(
            Control(
                "icon", Box(left, box.top, side, box.height), CommandGiven(name), name
            )
        )
    return found


def number_box(layout: WindowLayout) -> Box:
    """Where the number of the move stands, between the arrows."""
    box = layout.navigation
    side = min(box.height * 5 // 4, box.width // 8)
    return Box(box.left + 3 * side, box.top, box.width - 6 * side, box.height)


def _dialog(dialog: Dialog, layout: WindowLayout) -> list[Control]:
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
    elif dialog.kind in WITH_LIST:
        found += _file_rows(dialog, inner, layout)
    return found + _dialog_buttons(dialog, inner, layout)


#: Buttons of each dialog: what they do and say; the first is the usual one.
_DIALOG_BUTTONS: Final[dict[DialogKind, tuple[tuple[str, str, str], ...]]] = {
    "new": (("start", "Start", "Enter"), ("cancel", "Cancel", "Esc")),
    "open": (("accept", "Open", "Enter"), ("cancel", "Cancel", "Esc")),
    "save": (("accept", "Save", "Enter"), ("cancel", "Cancel", "Esc")),
    "games": (("accept", "Open", "Enter"), ("cancel", "Cancel", "Esc")),
    "unsaved": (
        ("save", "Save", "S"),
        ("discard", "Don't save", "D"),
        ("cancel", "Cancel", "Esc"),
    ),
    "overwrite": (("overwrite", "Overwrite", "O"), ("cancel", "Cancel", "Esc")),
    "resign": (("resign", "Resign", "R"), ("cancel", "Play on", "Esc")),
    "result": (
        ("leave", "Leave it", "L"),
        ("write", "Write the count", "W"),
        ("cancel", "Count on", "Esc"),
    ),
    "recover": (
        ("recover", "Open it", "O"),
        ("discard", "Delete it", "D"),
        ("cancel", "Later", "Esc"),
    ),
    "help": (("cancel", "Close", "Esc"),),
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
            label,
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
                _ROW_LABELS[name],
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


def setting_words(dialog: Dialog, name: str) -> str:
    """The value of a setting as the dialog shows it."""
    draft = dialog.draft
    words = {
        "role": {
            "black": "Black",
            "white": "White",
            "both": "both colors",
            "none": "no color: watch",
        }[draft.role.value],
        "handicap": f"{draft.handicap} stones" if draft.handicap else "none",
        "komi": f"{draft.komi:g}",
        "temperature": f"{draft.temperature:g}" if draft.temperature else "0 (best)",
        "rules": RULE_NAMES[draft.rules],
    }
    return words[name]


def file_rows(dialog: Dialog, inner_height: int, unit: int) -> int:
    """How many entries a file dialog has room for."""
    return max(1, (inner_height - round(unit * 7)) // round(unit * 1.7))


def _file_rows(dialog: Dialog, inner: Box, layout: WindowLayout) -> list[Control]:
    """The folder with the way up, its entries, and what is typed."""
    unit = layout.unit
    row = round(unit * 1.7)
    up = Box(inner.left, inner.top, inner.width, row)
    if dialog.kind == "games":
        found = [Control("entry", up, None, os.path.basename(dialog.folder))]
    else:
        found = [Control("entry", up, DialogChosen("parent"), dialog.folder, "up")]
    entries = visible_entries(dialog)
    room = file_rows(dialog, inner.height, unit)
    first = min(dialog.scroll, max(0, len(entries) - room))
    if dialog.row >= 0:  # the chosen row stays in sight
        first = min(max(first, dialog.row - room + 1), dialog.row)
    for i, entry in enumerate(entries[first : first + room]):
        box = Box(inner.left, inner.top + (i + 1) * row, inner.width, row)
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
    found.append(Control("field", field, None, dialog.text))
    return found


#: Columns and lines of text that the dialogs have room for.
_DIALOG_SIZES: Final[dict[DialogKind, tuple[int, int]]] = {
    "new": (30, 18),
    "open": (44, 34),
    "save": (44, 34),
    "games": (44, 34),
    "unsaved": (34, 9),
    "overwrite": (34, 9),
    "resign": (34, 9),
    "result": (38, 9),
    "recover": (38, 9),
    "help": (60, 42),
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
