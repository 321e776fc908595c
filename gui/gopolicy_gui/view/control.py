"""What a control is: something with a place that can be clicked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from gopolicy_gui.model.events import Event
from gopolicy_gui.model.forms.field import TextField
from gopolicy_gui.view.layout import Box

#: A long message has so many lines at most.
BANNER_LINES: Final = 10
#: What only frames or covers others: "menu", "dialog", "shade".
ControlKind: TypeAlias = Literal[
    "tab",
    "item",
    "button",
    "icon",
    "move",
    "plane",
    "filter",
    "entry",
    "field",
    "setting",
    "words",
    "banner",
    "bar",
    "border",
    "menu",
    "dialog",
    "shade",
]


@dataclass(frozen=True, slots=True)
class Control:
    """Something to click. ``event``: what that does; None for what only covers.

    ``note``: its key, most often. ``checked``: of a switch. ``data``: a number that the
    drawing needs. ``field``: what is typed into it. ``span``: of a scroll bar, the
    first row that is shown, how many are, and of how many.
    """

    kind: ControlKind
    box: Box
    event: Event | None = None
    label: str = ""
    note: str = ""
    checked: bool | None = None
    chosen: bool = False
    data: int = 0
    field: TextField | None = None
    span: tuple[int, int, int] = (0, 1, 1)


def field_part(control: Control) -> Box:
    """Where a control's text is typed: beside the name, where it has one."""
    box = control.box
    if control.kind != "setting":
        return box
    name = box.width * 2 // 5
    return Box(box.left + name, box.top + 1, box.width - name, box.height - 2)
