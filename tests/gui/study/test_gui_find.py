"""Finding words in comments, going to a move by its number or its point."""

import pytest
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.dialogs import visible_entries
from gui_states import fresh, opened, run

GAME = (
    "(;GM[1]C[A fine game];B[pd]C[Corner first];W[dp]BM[1]"
    "(;B[pp]C[Good SHAPE];W[dd]N[approach])(;B[dc]C[another shape];W[cq];B[pd]))"
)


def typed(state, text, *keys):
    return run(state, ev.Typed(text), *map(ev.DialogKey, keys))


def test_all_that_is_said_is_listed_in_order_and_can_be_searched():
    state = run(opened(GAME), "find")
    said = [entry.partition(".")[0] for entry in visible_entries(state.dialog)]
    assert said == ["0", "1", "2", "3", "4", "3"]
    assert "Bad move" in visible_entries(state.dialog)[2]
    state = typed(state, "shape")
    assert len(visible_entries(state.dialog)) == 2
    there = run(
        state, ev.DialogKey("down"), ev.DialogKey("down"), ev.DialogKey("enter")
    )
    assert there.dialog is None
    assert there.node.text("C") == "another shape"
    first = run(state, ev.DialogChosen("entry", 0))
    assert first.node.text("C") == "Good SHAPE"


def test_enter_goes_to_the_next_place_and_a_key_on_from_there():
    state = run(opened(GAME), "forward", "find")
    state = typed(state, "shape", "enter")
    assert (state.dialog, state.position.turn) == (None, 3)
    assert state.node.text("C") == "Good SHAPE"
    assert state.message.text == "Found: 1 of 2"
    state = run(state, "find_next")
    assert state.node.text("C") == "another shape"
    assert run(state, "find_next").node.text("C") == "Good SHAPE", "from the start"
    assert run(state, "find_previous").node.text("C") == "Good SHAPE"
    again = run(state, "find")
    assert again.dialog.fields[0].selected == "shape", "to be typed over"


def test_what_is_nowhere_is_said():
    state = typed(run(opened(GAME), "find"), "joseki")
    assert visible_entries(state.dialog) == ()
    state = run(state, ev.DialogKey("enter"))
    assert "nowhere" in state.message.text
    assert "Nothing is written" in run(fresh(), "find").message.text
    assert run(opened(GAME), "find_next").dialog.kind == "find", "what is sought?"


def test_a_long_comment_is_one_line_of_the_list():
    state = run(opened("(;GM[1]C[one\ntwo\n\nthree];B[aa])"), "find")
    assert visible_entries(state.dialog) == ("0.  one two three",)


@pytest.mark.parametrize(
    ("wanted", "turn"),
    [("2", 2), ("0", 0), ("4", 4), (" 3 ", 3), ("Q16", 1), ("q4", 3), ("D16", 4)],
)
def test_a_move_is_found_by_its_number_or_its_point(wanted, turn):
    state = typed(run(opened(GAME), "jump"), wanted, "enter")
    assert (state.dialog, state.position.turn) == (None, turn)


def test_a_point_that_is_played_twice_is_looked_for_ahead():
    data = "(;GM[1];B[pd];W[pe];B[aa];W[od];B[bb];W[qd];B[cc];W[pc];B[pp];W[pd])"
    state = opened(data)
    first = typed(run(state, "jump"), "Q16", "enter")
    assert first.position.turn == 1
    assert typed(run(first, "jump"), "Q16", "enter").position.turn == 10


@pytest.mark.parametrize("wanted", ["", "5", "Z9", "-1", "99999999999999999999", "²"])
def test_a_move_that_is_not_there_leaves_the_question_open(wanted):
    state = typed(run(opened(GAME), "forward", "jump"), wanted, "enter")
    assert (state.dialog.kind, state.position.turn) == ("jump", 1)
    assert state.message.is_error
    assert run(state, ev.DialogKey("escape")).dialog is None


def test_passes_and_smaller_boards_have_names_of_their_own():
    state = opened("(;GM[1]SZ[9];B[ai];W[];B[ee])")
    assert typed(run(state, "jump"), "A1", "enter").cursor == 1
    assert typed(run(state, "jump"), "pass", "enter").cursor == 2
    assert typed(run(state, "jump"), "e5", "enter").cursor == 3
