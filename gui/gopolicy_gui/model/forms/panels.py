"""The borders between the window's panels, which can be moved. Pure.

A border is known by what lies before it: "board" (beside the panel), "list" (above the
tree), "comment" and "graph" (which lie below theirs). Options keep how far each is from
its usual place, so that it stays there in a window of any size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from gopolicy_gui.model.language import tr
from gopolicy_gui.model.options import RANGES, Options
from gopolicy_gui.model.state import GuiState, Message

#: How far a key moves a border, in heights of a line.
_STEP: Final = 1.5


class Shifts(NamedTuple):
    """How far each border is from its usual place, in heights of a line."""

    board: float = 0.0
    list: float = 0.0
    comment: float = 0.0
    graph: float = 0.0


def shifts_of(options: Options) -> Shifts:
    """Where the person wants the borders."""
    return Shifts(
        options.board_shift,
        options.list_shift,
        options.comment_shift,
        options.graph_shift,
    )


def move_border(state: GuiState, name: str, shift: float) -> GuiState:
    """A border ``shift`` from its usual place; 0 brings it back."""
    option = f"{name}_shift"
    low, high = RANGES[option]
    change: dict[str, Any] = {option: round(min(max(shift, low), high), 2)}
    return replace(state, options=replace(state.options, **change))


def _step(name: str, steps: int) -> Callable[[GuiState], GuiState]:
    def step(state: GuiState) -> GuiState:
        now: float = getattr(shifts_of(state.options), name)
        return move_border(state, name, now + steps * _STEP)

    return step


def usual_borders(state: GuiState) -> GuiState:
    """All borders where they were at first."""
    for name in Shifts._fields:
        state = move_border(state, name, 0.0)
    return replace(state, message=Message(tr("All panels have their usual size")))


PANEL_COMMANDS: Final[dict[str, Callable[[GuiState], GuiState]]] = {
    "board_larger": _step("board", 1),
    "board_smaller": _step("board", -1),
    "list_longer": _step("list", 1),
    "list_shorter": _step("list", -1),
    "comment_higher": _step("comment", -1),
    "comment_lower": _step("comment", 1),
    "graph_higher": _step("graph", -1),
    "graph_lower": _step("graph", 1),
    "usual_panels": usual_borders,
}
