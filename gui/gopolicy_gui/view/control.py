"""What a control is: something with a place that can be clicked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from gopolicy_gui.model.events import Event
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
    "node",
    "plane",
    "entry",
    "field",
    "setting",
    "words",
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
