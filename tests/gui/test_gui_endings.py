"""How games end: resigning, counting, playing on, and what a record says of it."""

import pygame
import pytest
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.count import count_score, result_words
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.update import update
from gopolicy_gui.view.window import draw_window, find_layout, status_words
from gui_states import FAMOUS, fresh, judged, open_points, opened, run

#: Lee Sedol's second game with AlphaGo ends with RE[B+R] after move 211.
RESULT = "B+R"
ACCEPT = ev.DialogKey("enter")
KOREAN = "(;GM[1]RU[Korean]KM[6.5];B[aa];W[ba];B[ab])"


def test_resigning_asks_first():
    state = run(fresh(), "Q16", "resign")
    assert state.dialog.kind == "resign"
    assert "White would win by resignation" in state.dialog.text
    assert state.result == ""
    assert run(state, ev.DialogKey("escape")).result == ""
    for answer in (ACCEPT, ev.Typed("r"), ev.DialogChosen("resign")):
        assert run(state, answer).result == "W+R"


def test_neutral_points_are_told_and_drawn_once_the_game_is_over():
    rows = "abcdefghijklmnopqrs"
    walls = "".join(f"[i{row}]" for row in rows), "".join(f"[k{row}]" for row in rows)
    state = run(opened(f"(;GM[1]AB{walls[0]}AW{walls[1]})"), "review", "hints", "score")
    state = judged(state)
    count = count_score(state)
    assert count.neutral == {19 * row + 9 for row in range(19)}
    assert (count.black, count.white) == (9 * 19, 9 * 19)
    layout = find_layout(state, (800, 600))
    with_them, without = pygame.Surface((800, 600)), pygame.Surface((800, 600))
    draw_window(with_them, state, layout)
    draw_window(without, run(state, "score"), layout)
    center = layout.board.center(19 * 9 + 9)
    assert with_them.get_at(center) != without.get_at(center)
    assert count_score(open_points(run(state, "score", "score"), 99)).neutral == set()


def test_a_record_keeps_its_result_when_the_person_resigns_in_it():
    before = run(opened(), "forward_ten")
    asked = run(before, "resign")
    assert "White would win by resignation; the record's B+Resign stays" in (
        asked.dialog.text
    )
    state = run(asked, ACCEPT)
    assert (state.result, state.is_changed) == (RESULT, False)
    assert "the record's B+Resign stays" in state.message.text
    assert state.is_over
    assert status_words(state) == "White wins by resignation", "here, that is"
    undone = run(state, "undo")
    assert (undone.ending, undone.is_over) == (None, False)
    assert run(undone, "redo").is_over


def test_a_network_that_resigns_leaves_the_records_result():
    state = run(opened(), "forward_ten", "role_white")
    assert state.computer_to_play
    state = update(state, ev.MoveFound(state.serial, None))
    assert "Black resigns" in state.message.text
    assert state.result == RESULT
    assert not state.is_changed
    assert state.is_over
    assert status_words(state) == "White wins by resignation", "here, that is"


def test_playing_on_takes_the_result_back():
    state = run(fresh(role=Role.BOTH), "Q16", "resign", ACCEPT)
    assert state.result == "B+R"
    assert state.is_over
    state = run(state, "D4")
    assert state.result == ""
    assert not state.is_over
    back = run(state, "undo")
    assert back.result == "B+R"
    assert back.is_over


def test_playing_on_gives_a_record_its_own_result_again():
    state = run(opened(), "forward_ten", "resign", ACCEPT, "K10")
    assert state.result == RESULT


def test_a_variation_leaves_the_result_of_the_game():
    state = run(fresh(role=Role.BOTH), "Q16", "D4", "resign", ACCEPT, "take_back", "C3")
    assert state.result == "W+R"


def test_a_move_after_the_end_says_that_the_result_is_gone():
    ended = run(fresh(role=Role.BOTH), "Q16", "D4", "resign", ACCEPT)
    state = run(ended, "C3")
    assert state.result == ""
    assert "without its result" in state.message.text
    assert run(state, "undo").result == ended.result
    assert run(state, "D3").message is None, "said once"


def test_after_a_game_with_the_network_it_is_said_what_can_be_done_now():
    state = run(fresh(), "resign", ACCEPT)
    assert "Ctrl+N" in state.message.text
    assert "Ctrl+N" not in run(fresh(role=Role.BOTH), "resign", ACCEPT).message.text


def test_deleting_the_end_takes_the_result_back():
    state = run(fresh(role=Role.BOTH), "Q16", "D4", "resign", ACCEPT, "back", "delete")
    assert state.position.turn == 0
    assert state.result == ""


def test_accepting_a_count_that_differs_from_the_record_asks():
    state = judged(run(opened(), "last", "score"))
    state = run(state, "move")
    assert state.dialog.kind == "result"
    assert "B+Resign" in state.dialog.text
    kept = run(state, ACCEPT)
    assert (kept.result, kept.scoring) == (RESULT, None)
    assert "B+Resign stays" in kept.message.text
    assert not kept.is_changed
    written = run(state, ev.Typed("w"))
    assert written.result == count_score(judged(run(opened(), "last", "score"))).result
    counting = run(state, ev.DialogKey("escape"))
    assert counting.scoring is not None


def test_a_count_that_agrees_with_the_record_changes_nothing():
    data = "(;GM[1]KM[7.5]RE[B+353.5];B[pd];W[];B[])"
    state = judged(run(opened(data), "last", "score"))
    state = run(state, "move")
    assert "as the record says" in state.message.text
    assert not state.is_changed


def test_no_winner_is_named_before_the_game_is_over():
    state = open_points(run(opened(), "forward_ten", "score"), 220)
    assert count_score(state).words == "Not over: 220 points are open"
    after = run(state, "move")
    assert "Not over" in after.message.text
    assert after.dialog is None
    assert after.result == RESULT
    assert count_score(open_points(state, 3)) is not None


def test_two_passes_end_a_game_whatever_is_open():
    state = open_points(run(fresh(role=Role.BOTH), "Q16", "pass", "pass"), 220)
    assert count_score(state).words == "Black wins by 353.5"


def test_a_record_that_was_counted_is_over_at_its_end():
    data = "(;GM[1]KM[7.5]RE[B+353.5];B[pd])"
    state = open_points(run(opened(data), "last", "score"), 220)
    assert "Black wins" in count_score(state).words
    state = open_points(run(opened(data), "score"), 220)
    assert "Not over" in count_score(state).words


@pytest.mark.parametrize(
    ("rules", "expected"),
    [("Japanese", "territory"), ("Chinese", "area"), ("AGA", "aga"), ("", "area")],
)
def test_the_records_rules_count(rules, expected):
    data = f"(;GM[1]RU[{rules}];B[aa])" if rules else "(;GM[1];B[aa])"
    assert opened(data).rules == expected


def test_by_territory_the_stones_are_no_points():
    state = judged(run(opened(KOREAN), "last", "score"))
    count = count_score(state)
    assert state.options.rules == "area"
    assert count.lead == count_score(judged(run(opened(KOREAN), "last", "score"))).lead
    area = opened(KOREAN.replace("Korean", "Chinese"))
    assert count.lead != count_score(judged(run(area, "last", "score"))).lead


def test_the_last_move_of_a_record_says_the_result():
    state = run(opened(), "last")
    assert status_words(state) == "Black wins by resignation"
    assert status_words(run(state, "score")) == (
        "The record says: Black wins by resignation"
    )
    assert "to play" in status_words(run(state, "back"))
    variation = run(state, "back", "K10")
    assert "to play" in status_words(variation)
    assert status_words(run(state, "A1")) == "Black to play, you play both"


def test_a_record_can_be_played_on_by_the_network():
    state = run(opened(), "last", "role_black")
    assert state.computer_to_play
    assert status_words(state) == "White: the network thinks ..."


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("W+R", "White wins by resignation"),
        ("B+T", "Black wins on time"),
        ("W+F", "White wins by forfeit"),
        ("B+3.5", "Black wins by 3.5"),
        ("W+", "White wins"),
        ("0", "Jigo: nobody wins"),
        ("Void", "No result"),
    ],
)
def test_results_in_words(result, words):
    assert result_words(result) == words


def test_a_game_of_no_known_result_asks_nothing():
    data = FAMOUS.replace("RE[B+Resign]", "RE[?]")
    state = judged(run(opened(data), "last", "score"))
    assert run(state, "move").dialog is None
