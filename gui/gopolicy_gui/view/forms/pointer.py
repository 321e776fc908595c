"""What pressing, dragging and turning the wheel mean, and keys from line to line.

A press may begin a drag; what it is of, the app hands back with each move of the mouse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import pygame

from gopolicy_gui.model.events import (
    BorderMoved,
    Event,
    FieldPressed,
    NodeChosen,
    Scrolled,
    ScrolledTo,
    TreeMoved,
)
from gopolicy_gui.model.forms.treemoves import ZOOM_STEP, clip_zoom
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.view.control import Control, field_part
from gopolicy_gui.view.controls import controls, hit, inside
from gopolicy_gui.view.forms.fieldview import (
    cursor_box,
    picture_of,
    place_at,
    vertical_place,
)
from gopolicy_gui.view.forms.scrollbar import first_at, handle_box
from gopolicy_gui.view.layout import Border, WindowLayout, find_tree_step
from gopolicy_gui.view.study.graph import graph_event
from gopolicy_gui.view.study.report import report_box
from gopolicy_gui.view.treeview import TreeWindow, node_at, pan_to, tree_window

#: What can be dragged: the graph's cursor, a selection, a scroll bar, a border, the
#: tree.
DragKind: TypeAlias = Literal["graph", "field", "bar", "border", "tree"]
#: Rows for each notch of the wheel.
_NOTCH: Final = 3


@dataclass(frozen=True, slots=True)
class Drag:
    """What is being dragged. ``control``: of it, where it is one.

    ``grip``: how far below the top of the handle it was taken, in pixels; of an upright
    border, how far to the right. ``spot``: the column and lane that are held.
    """

    kind: DragKind
    control: Control | None = None
    grip: int = 0
    spot: tuple[float, float] = (0.0, 0.0)


def press(
    state: GuiState,
    layout: WindowLayout,
    place: tuple[int, int],
    *,
    extend: bool = False,
    twice: bool = False,
) -> tuple[Event | None, Drag | None]:
    """What a press means at once, and what it takes hold of.

    ``extend``: with Shift; ``twice``: the second one of a double click.
    """
    control = _control_at(state, layout, place)
    if control is not None and control.kind == "bar":
        return _press_bar(control, place)
    if control is not None and control.kind == "border":
        return _press_border(control, layout, place, twice=twice)
    if control is not None and control.field is not None:
        event = _field_event(control, layout, place, extend=extend)
        return replace(event, word=twice), None if twice else Drag("field", control)
    if control is None and _is_tree(state, layout, place):
        return _press_tree(state, layout, place)
    found = hit(state, layout, *place)
    is_graph = isinstance(found, NodeChosen) and found == graph_event(
        state, layout, *place
    )
    return found, Drag("graph") if is_graph and control is None else None


def drag(
    state: GuiState, layout: WindowLayout, held: Drag, place: tuple[int, int]
) -> Event | None:
    """What it means that the mouse is moved to a pixel with something held."""
    if held.kind == "graph":
        target = graph_event(state, layout, *place, held=True)
        is_there = target is None or target.number == state.number
        return None if is_there else target
    if held.kind == "tree":
        return _drag_tree(state, layout, held.spot, place)
    control = held.control
    if control is None:
        return None
    if held.kind == "border":
        border = _border(layout, control.label)
        if border is None:
            return None
        to = place[not border.upright] - held.grip
        return BorderMoved(border.name, (to - border.usual) / layout.unit)
    if held.kind == "bar":
        first = first_at(control.box, control.span, place[1] - held.grip)
        return ScrolledTo(control.label, first)
    now = active_field(state, layout)
    return None if now is None else _field_event(now, layout, place, extend=True)


def wheel(
    state: GuiState,
    layout: WindowLayout,
    place: tuple[int, int],
    steps: int,
    *,
    sideward: int = 0,
    zoom: bool = False,
) -> Event | None:
    """What the wheel does at a pixel; ``steps`` are forward, or down.

    ``sideward``: steps to the right; ``zoom``: with Ctrl.
    """
    bars = [c for c in controls(state, layout) if c.kind == "bar"]
    areas = {"comment": layout.comment, "report": report_box(layout)}
    if state.dialog is not None:
        bar = next((c for c in bars if c.label not in areas), None)
    else:
        found = (c for c in bars if inside(areas[c.label], *place))
        bar = next(found, None)
        if bar is None and _is_tree(state, layout, place):
            if zoom:
                return _zoom_tree(state, layout, place, steps)
            return _scroll_tree(state, layout, steps, sideward)
        if bar is None:
            return Scrolled(steps) if steps else None
    if bar is None:
        return None
    first, room, total = bar.span
    first = min(max(first + _NOTCH * steps, 0), max(0, total - room))
    return ScrolledTo(bar.label, first)


def line_key(state: GuiState, layout: WindowLayout, key: str) -> FieldPressed | None:
    """Where a key leads from line to line in the field that is typed into."""
    control = active_field(state, layout)
    if control is None or control.field is None:
        return None
    box, unit = field_part(control), layout.unit
    to = vertical_place(control.field, box, unit, key.removeprefix("shift+"))
    if to is None or control.field.composed:
        return None
    seen = picture_of(control.field, box, unit)
    extend = key.startswith("shift+")
    return FieldPressed(to, control.data, extend=extend, scroll=seen.first)


def active_field(state: GuiState, layout: WindowLayout) -> Control | None:
    """The control of the field that is typed into; None where none is."""
    if state.dialog is None:
        return None
    fields = [c for c in controls(state, layout) if c.field is not None]
    chosen = [c for c in fields if c.chosen]
    return next(iter(chosen or fields), None)


def input_box(state: GuiState, layout: WindowLayout) -> pygame.Rect | None:
    """Where an input method is to show its words: at the cursor."""
    control = active_field(state, layout)
    if control is None or control.field is None:
        return None
    return cursor_box(control.field, field_part(control), layout.unit)


def shape_at(state: GuiState, layout: WindowLayout, place: tuple[int, int]) -> str:
    """How the pointer looks at a pixel: "arrow", "text", "sideward" or "upward"."""
    control = _control_at(state, layout, place)
    if control is not None and control.kind == "border":
        return "sideward" if control.checked else "upward"
    if control is None or control.field is None:
        return "arrow"
    return "text" if inside(field_part(control), *place) else "arrow"


def _control_at(
    state: GuiState, layout: WindowLayout, place: tuple[int, int]
) -> Control | None:
    """The control in front at a pixel."""
    found = (c for c in reversed(controls(state, layout)) if inside(c.box, *place))
    return next(found, None)


def _press_bar(control: Control, place: tuple[int, int]) -> tuple[Event, Drag]:
    """The handle is taken; a press beside it brings it there first."""
    handle = handle_box(control.box, control.span)
    first, grip = control.span[0], place[1] - handle.top
    if not inside(handle, *place):
        grip = handle.height // 2
        first = first_at(control.box, control.span, place[1] - grip)
    return ScrolledTo(control.label, first), Drag("bar", control, grip)


def _is_tree(state: GuiState, layout: WindowLayout, place: tuple[int, int]) -> bool:
    """Whether a pixel is in the tree, and nothing before it."""
    is_free = not (state.report_shown or state.menu or state.dialog)
    return is_free and inside(layout.tree, *place)


def _press_tree(
    state: GuiState, layout: WindowLayout, place: tuple[int, int]
) -> tuple[Event | None, Drag]:
    """A node is chosen, and the tree stays where it is, to be dragged."""
    seen = tree_window(state, layout)
    held = Drag("tree", spot=_spot(seen, place))
    number = node_at(seen, *place)
    if number is None:
        return None, held
    is_shown = number in state.line
    line = state.line if is_shown else state.tree.line_through(number)
    shown = replace(state, line=line, cursor=line.index(number))
    return NodeChosen(number, pan_to(shown, layout, seen.column, seen.lane)), held


def _spot(seen: TreeWindow, place: tuple[int, int]) -> tuple[float, float]:
    """The column and lane at a pixel."""
    return (
        (place[0] - seen.box.left) / seen.step + seen.column,
        (place[1] - seen.box.top) / seen.step + seen.lane,
    )


def _drag_tree(
    state: GuiState,
    layout: WindowLayout,
    spot: tuple[float, float],
    place: tuple[int, int],
) -> TreeMoved | None:
    """The spot that is held comes to a pixel, as far as the tree goes."""
    seen = tree_window(state, layout)
    now = _spot(seen, place)
    if max(abs(now[0] - spot[0]), abs(now[1] - spot[1])) < 0.25:
        return None  # a hand that clicks is not quite still
    column, lane = seen.column + spot[0] - now[0], seen.lane + spot[1] - now[1]
    return TreeMoved(pan_to(state, layout, column, lane))


def _scroll_tree(
    state: GuiState, layout: WindowLayout, steps: int, sideward: int
) -> TreeMoved:
    """The wheel goes down, where that is of use, else to the right."""
    seen = tree_window(state, layout)
    if seen.placement.lanes <= seen.lanes:
        steps, sideward = 0, sideward or steps
    column, lane = seen.column + _NOTCH * sideward, seen.lane + _NOTCH * steps
    return TreeMoved(pan_to(state, layout, column, lane))


def _zoom_tree(
    state: GuiState, layout: WindowLayout, place: tuple[int, int], steps: int
) -> TreeMoved:
    """The tree gets larger, or smaller for ``steps`` down, around a pixel."""
    zoom = clip_zoom(state.options.tree_zoom * ZOOM_STEP**-steps)
    spot = _spot(tree_window(state, layout), place)
    options = replace(state.options, tree_zoom=zoom)
    step = find_tree_step(layout.unit, zoom)
    after = replace(layout, tree_step=step)
    column = spot[0] - (place[0] - layout.tree.left) / step
    lane = spot[1] - (place[1] - layout.tree.top) / step
    pan = pan_to(replace(state, options=options), after, column, lane)
    return TreeMoved(pan, zoom)


def _border(layout: WindowLayout, name: str) -> Border | None:
    return next((b for b in layout.borders if b.name == name), None)


def _press_border(
    control: Control, layout: WindowLayout, place: tuple[int, int], *, twice: bool
) -> tuple[Event | None, Drag | None]:
    """A border is taken; a double click brings it back to its usual place."""
    if twice:
        return BorderMoved(control.label, 0.0), None
    border = _border(layout, control.label)
    edge = 0 if border is None else border.edge
    grip = place[not control.checked] - edge
    return None, Drag("border", control, grip)


def _field_event(
    control: Control, layout: WindowLayout, place: tuple[int, int], *, extend: bool
) -> FieldPressed:
    field, box = control.field, field_part(control)
    if field is None:
        raise ValueError(f"nothing is typed into a {control.kind!r}")
    at = place_at(field, box, layout.unit, *place)
    first = picture_of(field, box, layout.unit).first
    return FieldPressed(at, control.data, extend=extend, scroll=first)
