"""Playing through a game by itself, at a speed one chooses. Pure.

The app has the clock, and says by an event when the time for the next move has come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from gopolicy_gui.model.language import tr
from gopolicy_gui.model.moves import step
from gopolicy_gui.model.state import GuiState, Message

#: Seconds from move to move that can be chosen.
PACES: Final = (0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)


def toggle(state: GuiState) -> GuiState:
    """Begins to go forward by itself, or ends it."""
    if state.autoplay:
        return replace(state, autoplay=False, message=Message(tr("Stopped")))
    if not _has_more(state):
        text = tr("There are no moves ahead; Home goes to the start")
        return replace(state, message=Message(text))
    return replace(state, autoplay=True, guessing=None, message=_speed(state))


def change_pace(steps: int) -> Callable[[GuiState], GuiState]:
    """A command that makes it quicker for positive ``steps``, or slower."""

    def change(state: GuiState) -> GuiState:
        now = state.options.pace
        place = min(range(len(PACES)), key=lambda i: abs(PACES[i] - now))
        place = min(max(place - steps, 0), len(PACES) - 1)
        state = replace(state, options=replace(state.options, pace=PACES[place]))
        return replace(state, message=_speed(state))

    return change


def go_on(state: GuiState) -> GuiState:
    """The next move, when its time has come; the end of the game ends it."""
    if not state.autoplay or state.dialog is not None or state.menu:
        return state  # who reads a menu sees no board
    before = state.number
    state = step(state, 1)
    if state.message is not None or not _has_more(state) or state.number == before:
        return replace(state, autoplay=False)
    return state


def stop_after_walk(before: GuiState, after: GuiState) -> GuiState:
    """``after`` an event: whoever goes elsewhere, or plays, wants no more of it."""
    has_moved = after.serial != before.serial or after.tree is not before.tree
    if before.autoplay and after.autoplay and has_moved:
        return replace(after, autoplay=False)
    return after


def _has_more(state: GuiState) -> bool:
    return state.next_node is not None or bool(state.node.children)


def _speed(state: GuiState) -> Message:
    seconds = f"{state.options.pace:g}"
    text = tr("A move each {seconds} s; > is faster, < slower", seconds=seconds)
    return Message(text)
