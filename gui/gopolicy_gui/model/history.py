"""Every edit can be undone and done again, without limit: trees never change. Pure.

``remember`` looks at what an event has made of the state, so that no edit needs to
think of it: a new tree of the same game is one, and so is a mark while counting.
"""

from __future__ import annotations

from dataclasses import replace

from gopolicy_gui.model.language import tr
from gopolicy_gui.model.moves import show_anew
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.state import GuiState, Message, Moment


def remember(before: GuiState, after: GuiState, *, is_answer: bool) -> GuiState:
    """``after`` with ``before`` to go back to, when an edit lies between them.

    ``is_answer``: whether it is the network's.
    """
    is_walk = after.past is not before.past or after.future is not before.future
    if is_walk or after.game != before.game or not _is_edit(before, after):
        return after
    return replace(after, past=_moment(before, before.past, is_answer), future=None)


def undo(state: GuiState) -> GuiState:
    """Takes the last edit back; in a game with the network its answer as well.

    The network then waits: the person may want to undo more.
    """
    if state.past is None:
        return replace(state, message=Message(tr("There is nothing to undo")))
    while (moment := state.past) is not None:
        state = _back(state, moment)
        if not (moment.is_answer and _is_networks_turn(state)):
            break
    text = tr("Undone; Ctrl+Y does it again")
    if state.computer_to_play:
        text = tr("Undone; Ctrl+Y does it again, Enter lets the network move")
    return replace(state, waits=state.serial, message=Message(text))


def redo(state: GuiState) -> GuiState:
    """Does again what was undone last, with the network's answer."""
    if state.future is None:
        return replace(state, message=Message(tr("There is nothing to do again")))
    while (moment := state.future) is not None:
        state = _forth(state, moment)
        following = state.future
        if not (following and following.is_answer and _is_networks_turn(state)):
            break
    waits = state.serial if state.future is not None else -1
    return replace(state, waits=waits, message=Message(tr("Done again")))


def _is_edit(before: GuiState, after: GuiState) -> bool:
    if after.tree is not before.tree:
        return after.is_changed  # players named before a game begins are no edit
    if after.ending != before.ending:
        return True  # somebody gave up in a record, which keeps its own result
    old, new = before.scoring, after.scoring
    if old is None or new is None or old.dead is None:
        return False
    return old.dead != new.dead


def _is_networks_turn(state: GuiState) -> bool:
    """Whether the network answers here in a game between it and the person."""
    return state.role in (Role.BLACK, Role.WHITE) and state.computer_to_play


def _moment(state: GuiState, further: Moment | None, is_answer: bool) -> Moment:
    return Moment(
        tree=state.tree,
        line=state.line,
        cursor=state.cursor,
        role=state.role,
        ending=state.ending,
        scoring=state.scoring,
        further=further,
        is_answer=is_answer,
    )


def _back(state: GuiState, moment: Moment) -> GuiState:
    future = _moment(state, state.future, moment.is_answer)
    return replace(_restore(state, moment), past=moment.further, future=future)


def _forth(state: GuiState, moment: Moment) -> GuiState:
    past = _moment(state, state.past, moment.is_answer)
    return replace(_restore(state, moment), past=past, future=moment.further)


def _restore(state: GuiState, moment: Moment) -> GuiState:
    options = replace(state.options, role=moment.role)
    state = replace(
        state,
        tree=moment.tree,
        options=options,
        ending=moment.ending,
        guessing=None,
    )
    state = show_anew(state, moment.line, moment.cursor)
    return replace(state, scoring=moment.scoring)
