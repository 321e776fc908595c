"""The moves that the network sees after a hint: wanted while one points at it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from gopolicy.go.coords import PASS
from gopolicy_gui.model.events import LineFound
from gopolicy_gui.model.state import GuiState

#: So many moves are shown, the hint's own included.
N_AHEAD: Final = 5
#: A hint on the board is a move of at least this probability.
LEAST_HINT: Final = 0.001


def wanted_hint(state: GuiState) -> int | None:
    """The hint that is pointed at, whose further moves would be good to know."""
    thoughts = state.shown_thoughts() if state.hints_shown else None
    is_free = state.dialog is None and not state.tool and state.plane is None
    point = state.hover
    if thoughts is None or thoughts.passes or point in (None, PASS) or not is_free:
        return None
    if state.report_shown or float(thoughts.probabilities[point]) < LEAST_HINT:
        return None
    return point


def shown_line(state: GuiState) -> tuple[int, ...]:
    """The moves to be drawn in the place of the hints, the first one's first."""
    point = wanted_hint(state)
    if state.ahead is None or state.ahead.serial != state.serial:
        return ()
    is_same = state.ahead.symmetries == state.symmetries
    return state.ahead.points if is_same and state.ahead.points[0] == point else ()


def take_line(state: GuiState, event: LineFound) -> GuiState:
    """The answer; one to another position is too late."""
    return replace(state, ahead=event) if event.serial == state.serial else state
