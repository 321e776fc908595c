"""Undo and redo: every edit, without limit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.update import update
from gui_states import fresh, judged, opened, run

from gopolicy.go.coords import PASS, parse_vertex


def answered(state, vertex):
    """The network's move at ``vertex``."""
    return update(state, ev.MoveFound(state.serial, parse_vertex(vertex)))


def shown(state):
    """All of the game that a person sees."""
    dead = state.scoring.dead if state.scoring else None
    stones = state.position.stones.tobytes()
    ending = state.ending
    return state.tree, state.line, state.cursor, stones, state.role, dead, ending


#: A game that ended by passing, with nothing said of its result.
COUNTED = "(;GM[1];B[pd];W[];B[])"

EDITS: dict[str, tuple[Callable[[], GuiState], list[Any]]] = {
    "a move": (lambda: fresh(role=Role.BOTH), ["Q16"]),
    "the names of a game under way": (lambda: run(fresh(), "Q16"), ["role_white"]),
    "a pass": (lambda: fresh(role=Role.BOTH), ["pass"]),
    "a variation": (lambda: run(opened(), "forward_ten"), ["K10"]),
    "a record wiped at move 1": (lambda: run(opened(), "forward"), ["delete"]),
    "giving up": (lambda: run(fresh(), "Q16"), ["resign", ev.Typed("r")]),
    "giving up in a record": (opened, ["resign", ev.DialogKey("enter")]),
    "an accepted count": (
        lambda: judged(run(opened(COUNTED), "last", "score")),
        ["move"],
    ),
    "a record's result replaced": (
        lambda: judged(run(opened(), "last", "score")),
        ["move", ev.Typed("w")],
    ),
    "playing on after giving up": (
        lambda: run(fresh(role=Role.BOTH), "Q16", "resign", ev.DialogKey("enter")),
        ["D4"],
    ),
    "a mark of dead stones": (
        lambda: judged(run(opened(), "last", "score")),
        [ev.PointChosen(parse_vertex("Q16"))],
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_undone_and_done_again(name):
    make, edit = EDITS[name]
    before = make()
    after = run(before, *edit)
    assert shown(after) != shown(before)
    undone = run(after, "undo")
    assert shown(undone) == shown(before)
    assert undone.is_changed == before.is_changed
    assert shown(run(undone, "redo")) == shown(after)
    assert shown(run(undone, "redo", "undo")) == shown(before)


def test_edits_are_undone_without_limit():
    state = fresh(role=Role.BOTH)
    start, states = shown(state), []
    for point in range(0, 361, 2):
        state = run(state, ev.PointChosen(point))
        states.append(shown(state))
    for expected in reversed(states):
        assert shown(state) == expected
        state = run(state, "undo")
    assert shown(state) == start
    assert not state.is_changed
    assert run(state, "undo").message.text == "There is nothing to undo"
    for expected in states:
        state = run(state, "redo")
        assert shown(state) == expected
    assert "nothing to do again" in run(state, "redo").message.text


def test_what_was_done_again_can_be_undone_again():
    state = run(fresh(role=Role.BOTH), "Q16", "D4", "undo", "undo", "redo", "redo")
    assert state.position.turn == 2
    assert run(state, "undo", "undo").position.turn == 0


def test_undoing_ends_the_guessing():
    state = run(opened(), "forward_ten", "K10", "first", "guess", "undo")
    assert state.guessing is None


def test_walking_about_is_no_edit():
    state = run(opened(), "forward_ten", "hints", "planes", "planes", "first")
    assert run(state, "undo").message.text == "There is nothing to undo"


def test_an_edit_after_undoing_begins_a_new_future():
    state = run(fresh(role=Role.BOTH), "Q16", "D4", "undo", "C3")
    assert "nothing to do again" in run(state, "redo").message.text
    assert run(state, "undo", "undo").position.turn == 0


def test_undoing_takes_the_networks_answer_along():
    state = answered(run(fresh(), "Q16"), "D4")
    state = answered(run(state, "Q4"), "D16")
    once = run(state, "undo")
    assert once.position.turn == 2
    assert not once.computer_to_play
    assert run(once, "redo").position.turn == 4
    assert run(once, "redo", "undo").position.turn == 2
    assert run(once, "undo").position.turn == 0


def test_the_network_waits_where_undoing_ends():
    state = answered(fresh(role=Role.WHITE), "Q16")
    state = run(state, "undo")
    assert state.position.turn == 0
    assert not state.computer_to_play, "or it would move again at once"
    assert "Enter" in state.message.text, "which asks for its move"
    assert run(state, "move").computer_to_play
    assert run(state, "role_white").computer_to_play


def test_doing_again_what_the_network_had_not_answered_lets_it_think():
    state = run(fresh(), "Q16", "undo", "redo")
    assert state.position.turn == 1
    assert state.computer_to_play


def test_watching_stops_at_an_undo():
    state = answered(answered(fresh(role=Role.NONE), "Q16"), "D4")
    state = run(state, "undo")
    assert state.position.turn == 1
    assert not state.computer_to_play
    assert run(state, "redo").position.turn == 2
    state = run(state, "undo", "redo")
    assert state.position.turn == 1, "one move at a time, as they were watched"
    assert not state.computer_to_play, "or the move still to be done again is lost"
    assert run(state, "redo").computer_to_play


def test_another_game_has_a_history_of_its_own():
    state = update(run(fresh(role=Role.BOTH), "Q16"), ev.CommandGiven("new"))
    state = update(update(state, ev.DialogKey("enter")), ev.Typed("d"))
    assert run(state, "undo").message.text == "There is nothing to undo"
    state = run(fresh(role=Role.BOTH), "Q16", "undo")
    state = run(state, "new", ev.DialogKey("enter"), ev.Typed("d"))
    assert "nothing to do again" in run(state, "redo").message.text


def test_what_is_undone_to_the_file_is_not_changed():
    state = run(fresh(role=Role.BOTH), "Q16")
    state = update(state, ev.GameSaved("/x/a.sgf", state.tree))
    state = run(state, "D4")
    assert state.is_changed
    assert not run(state, "undo").is_changed
    assert run(state, "undo", "undo").is_changed, "the file has a move more"


def test_the_board_of_another_future_is_not_mixed_up():
    """Both have a node of the same number, with another stone."""
    state = run(fresh(role=Role.BOTH), "Q16", "undo", "D4", "undo", "undo", "redo")
    assert np.flatnonzero(state.position.stones).tolist() == [parse_vertex("D4")]
    assert state.position.last_move != PASS
