"""All that can be clicked, with its place: one list for drawing and for the pointer.

Pure. A control shows what it is by its ``kind``; the last one under the pointer wins.
"""

from __future__ import annotations

from typing import Final

from gopolicy.go.features import PLANE_NAMES
from gopolicy_gui.model.commands import (
    BY_NAME,
    COMMANDS,
    MENUS,
    is_checked,
    key_label,
    label_of,
)
from gopolicy_gui.model.events import (
    CommandGiven,
    Event,
    Explained,
    MenuOpened,
    NodeChosen,
    Part,
    PlaneChosen,
    PointChosen,
)
from gopolicy_gui.model.language import N_, speak, tr
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study.lens import shown_view
from gopolicy_gui.view.control import BANNER_LINES, Control
from gopolicy_gui.view.dialogcontrols import dialog_controls
from gopolicy_gui.view.layout import (
    BUTTON_COLUMNS,
    BUTTON_ROWS,
    Box,
    WindowLayout,
    text_length,
)
from gopolicy_gui.view.study.commentview import comment_bar
from gopolicy_gui.view.study.graph import graph_event
from gopolicy_gui.view.study.lensview import filter_controls, view_buttons
from gopolicy_gui.view.study.report import surprise_bar, surprise_rows
from gopolicy_gui.view.treeview import node_at, tree_window

#: The panel's buttons: command and short label.
_BUTTONS: Final = (
    ("take_back", N_("Take back")),
    ("pass", N_("Pass")),
    ("resign", N_("Resign")),
    ("hints", N_("Hints")),
    ("move", N_("Network")),
    ("score", N_("Count")),
    ("new", N_("New ...")),
    ("open", N_("Open ...")),
    ("save", N_("Save")),
)
_ICONS: Final = ("first", "back_ten", "back", "forward", "forward_ten", "last")
#: Columns of the chooser of planes.
PLANE_COLUMNS: Final = 12


def controls(state: GuiState, layout: WindowLayout) -> tuple[Control, ...]:
    """The controls of the window, those in front last."""
    speak(state.language)
    found = [*_tabs(state, layout), *_panel(state, layout)]
    found += _borders(state, layout)
    if state.message is not None and is_long(state, layout):
        found.append(_banner(state.message.text, layout))
    if state.menu:
        found += _menu(state, layout)
    if state.dialog is not None:
        found += dialog_controls(state.dialog, layout)
    return tuple(found)


def hit(state: GuiState, layout: WindowLayout, x: int, y: int) -> Event | None:
    """What a click on a pixel does; None for nothing."""
    for control in reversed(controls(state, layout)):
        if inside(control.box, x, y):
            return control.event
    if (found := graph_event(state, layout, x, y)) is not None:
        return found
    if (node := tree_event(state, layout, x, y)) is not None:
        return node
    for part, box in _explained(layout):
        if inside(box, x, y):
            return Explained(part)
    point = layout.board.point_at(x, y)
    return None if point is None else PointChosen(point)


def _explained(layout: WindowLayout) -> tuple[tuple[Part, Box], ...]:
    """What cannot be clicked, but needs words, and where it is."""
    return (
        ("players", layout.players),
        ("status", layout.status),
        ("number", number_box(layout)),
    )


def tree_event(
    state: GuiState, layout: WindowLayout, x: int, y: int
) -> NodeChosen | None:
    """The node of the tree under a pixel."""
    if state.report_shown or not inside(layout.tree, x, y):
        return None
    number = node_at(tree_window(state, layout), x, y)
    return None if number is None else NodeChosen(number)


def inside(box: Box, x: int, y: int) -> bool:
    """Whether a pixel is in a box."""
    return box.left <= x < box.left + box.width and box.top <= y < box.top + box.height


def _tabs(state: GuiState, layout: WindowLayout) -> list[Control]:
    """The menu bar; closing an open menu is the work of its shade."""
    unit, bar = layout.unit, layout.menu
    found, left = [], unit // 2
    for name in MENUS:
        width = round(text_length(tr(name), unit) + unit)
        box = Box(left, bar.top, width, bar.height)
        found.append(
            Control("tab", box, MenuOpened(name), tr(name), chosen=state.menu == name)
        )
        left += width
    side = bar.height
    box = Box(bar.width - side, bar.top, side, side)
    found.append(Control("tab", box, CommandGiven("help"), "?"))
    return found


def is_long(state: GuiState, layout: WindowLayout) -> bool:
    """Whether the message needs more room than there is in the panel."""
    text = state.message.text if state.message else ""
    return text_length(text, layout.unit) > 2.7 * layout.message.width


def _banner(text: str, layout: WindowLayout) -> Control:
    """A long message over the list, never over the board; a click takes it away."""
    unit, place = layout.unit, layout.list
    width = max(1, place.width - 2 * unit)
    lines = min(1 + round(text_length(text, unit)) // width, BANNER_LINES)
    bottom = layout.navigation.top - unit // 2
    height = min(round(unit * (1.35 * lines + 1.2)), max(1, bottom - place.top))
    box = Box(place.left, bottom - height, place.width, height)
    return Control("banner", box, MenuOpened(""), text)


def _menu(state: GuiState, layout: WindowLayout) -> list[Control]:
    """The open menu, over a shade that closes it."""
    unit = layout.unit
    tabs = {tab.event: tab for tab in _tabs(state, layout)}
    items = [command for command in COMMANDS if command.menu == state.menu]
    longest = max(text_length(label_of(c) + key_label(c), unit) for c in items)
    row = round(unit * 1.8)
    width = min(round(longest + 4 * unit), layout.size[0])
    left = max(0, min(tabs[MenuOpened(state.menu)].box.left, layout.size[0] - width))
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
                label_of(command),
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
        found.append(Control("button", box, CommandGiven("guess"), tr("Stop guessing")))
    if (bar := comment_bar(state, layout)) is not None:
        found.append(bar)
    found += _icons(layout)
    gap = round(layout.unit * 0.75) // 2
    for i, (name, label) in enumerate(_BUTTONS):
        box = _cell(layout.buttons, i, BUTTON_COLUMNS, BUTTON_ROWS, gap)
        label, chosen = tr(label), bool(is_checked(state, name))
        if name == "pass" and (share := pass_share(state)):
            label, chosen = tr("Pass {share}%", share=share), share > 50
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
        is_hidden = not state.hints_shown and (state.hints_on or state.is_played)
        if is_hidden and state.size.is_full:
            box = _end_row(layout)
            return [Control("button", box, CommandGiven("reveal"), tr("Show"), "Space")]
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
        event = NodeChosen(state.line[place - 1], part="surprise")
        chosen = state.cursor == place - 1
        found.append(Control("item", box, event, label, note, chosen))
    bar = surprise_bar(state, layout)
    return found if bar is None else [*found, bar]


def _counting(layout: WindowLayout) -> list[Control]:
    box, gap = _end_row(layout), layout.unit // 3
    return [
        Control("button", _cell(box, 0, 2, 1, gap), CommandGiven("move"), tr("Accept")),
        Control(
            "button", _cell(box, 1, 2, 1, gap), CommandGiven("score"), tr("Play on")
        ),
    ]


def _planes(state: GuiState, layout: WindowLayout) -> list[Control]:
    """Arrows beside the name of what is shown, and a chooser of all there is."""
    box, row, view = layout.list, layout.row, shown_view(state)
    found = view_buttons(state, _end_row(layout), layout.unit // 3)
    if view == "stones":
        return found
    found += [
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
    if view == "filters":
        return found + filter_controls(state, layout, inside_bottom(layout))
    rows = len(PLANE_NAMES) // PLANE_COLUMNS
    top = box.top + 3 * row
    height = max(rows, min(inside_bottom(layout) - top, rows * row))
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


def _borders(state: GuiState, layout: WindowLayout) -> list[Control]:
    """The borders between the panels; the review's numbers have the tree's room."""
    hidden = ("list", "comment") if state.report_shown else ()
    return [
        Control(
            "border",
            border.box,
            Explained("border"),
            border.name,
            checked=border.upright,
        )
        for border in layout.borders
        if border.name not in hidden
    ]


def inside_bottom(layout: WindowLayout) -> int:
    """Where what is looked at ends, above the buttons of the views."""
    return _end_row(layout).top - layout.unit // 3


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
