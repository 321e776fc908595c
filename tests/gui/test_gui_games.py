"""What a game of the window says of itself, and what a new one proposes."""

from dataclasses import replace

import numpy as np
import pytest
from gopolicy_gui.app.app import Start, first_state
from gopolicy_gui.app.worker import wanted
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.options import STRENGTH_WORDS, Options, Role
from gopolicy_gui.model.players import level_rank
from gopolicy_gui.model.settings import Settings
from gopolicy_gui.model.sgftree import save_game
from gopolicy_gui.model.state import player_name
from gopolicy_gui.model.update import update
from gopolicy_gui.view.listview import _instead_of_moves
from gopolicy_gui.view.window import status_words, window_title
from gui_states import fresh, opened, run, thought

from gopolicy.config import STRENGTH_NAMES
from gopolicy.go.coords import BLACK, POINTS, WHITE, parse_vertex
from gopolicy.sgf.record import read_records
from gopolicy.version import __version__

NETWORK = "gopolicy net"


def names(state):
    return tuple(player_name(state.tree, color) for color in (BLACK, WHITE))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("role_black", ("You", NETWORK)),
        ("role_white", (NETWORK, "You")),
        ("role_none", (NETWORK, NETWORK)),
        ("role_both", ("You", NETWORK)),
    ],
)
def test_changing_sides_in_a_game_changes_the_names(command, expected):
    state = run(fresh(), "Q16", command)
    assert names(state) == expected
    assert state.is_changed
    assert all(name in window_title(state) for name in expected)
    assert names(run(state, "role_black")) == ("You", NETWORK)


def test_sides_chosen_before_a_game_are_no_change_to_it():
    state = run(fresh(), "role_both")
    assert names(state) == ("Black", "White")
    state = run(state, "role_white")
    assert names(state) == (NETWORK, "You")
    assert not state.is_changed
    assert run(state, "undo").message.text == "There is nothing to undo"


def test_the_players_of_a_record_keep_their_names():
    state = opened()
    for command in ("role_black", "role_white", "role_none", "role_both"):
        state = run(state, "forward_ten", command)
        assert names(state) == names(opened())
        assert not state.is_changed
    anonymous = opened("(;GM[1]PB[Black]PW[White];B[aa])")
    assert names(run(anonymous, "role_black")) == ("Black", "White")


def test_a_network_that_comes_late_gets_its_name_all_the_same():
    state = first_state(Start(settings=Settings()))
    state = run(update(state, ev.KernelsReady()), "Q16")
    state = update(state, ev.ModelLoaded("net"))
    assert names(state) == ("You", NETWORK)
    assert state.is_changed


def test_a_saved_game_says_when_how_and_by_what_it_was_played(tmp_path):
    start = Start(
        settings=Settings(options=Options(rules="territory")), today="2026-03-09"
    )
    state = update(first_state(start), ev.ModelLoaded("net"))
    for game in (state, run(state, "new", ev.DialogKey("enter"))):
        save_game(tmp_path / "a.sgf", game.tree)
        text = (tmp_path / "a.sgf").read_text()
        for written in (
            "DT[2026-03-09]",
            "RU[Japanese]",
            f"AP[gopolicy:{__version__}]",
            "KM[7.5]",
            "PB[You]",
            f"PW[{NETWORK}]",
        ):
            assert written in text


def test_an_opened_record_keeps_what_it_says_of_itself(tmp_path):
    kept = ("AP[CGoban:3]", "RU[AGA]", "BR[9p]", "WR[2d]", "DT[1999]")
    data = f"(;GM[1]{''.join(kept)};B[aa])"
    save_game(tmp_path / "a.sgf", run(opened(data), "last", "K10").tree)
    text = (tmp_path / "a.sgf").read_text()
    assert all(written in text for written in kept)
    assert text.count("AP[") == 1


@pytest.mark.parametrize("role", [Role.BLACK, Role.WHITE])
def test_a_new_game_proposes_what_the_settings_say(role):
    start = Start(settings=Settings(options=Options(komi=6.5)), role=role)
    state = update(first_state(start), ev.KernelsReady())
    data = "(;GM[1]KM[0]HA[4]RU[Japanese];W[aa])"
    state = run(state, ev.GameOpened("/x/a.sgf", opened(data).tree), "guess", "guess")
    assert state.role is Role.BOTH, "as long as the record is looked at"
    draft = run(state, "new").dialog.draft
    assert (draft.role, draft.komi, draft.handicap) == (role, 6.5, 0)
    assert draft.rules == "area"
    assert run(state, "role_none", "new").dialog.draft.role is Role.NONE


def test_handicap_stones_propose_half_a_point_of_komi():
    down, more, less = map(ev.DialogKey, ("down", "right", "left"))
    state = run(fresh(), "new", down, down, more)
    draft = state.dialog.draft
    assert (draft.handicap, draft.komi) == (2, 0.5)
    state = run(state, more, down, more)
    draft = state.dialog.draft
    assert (draft.handicap, draft.komi) == (3, 1.0), "the person may say otherwise"
    draft = run(state, ev.DialogKey("up"), more).dialog.draft
    assert (draft.handicap, draft.komi) == (4, 1.0)
    draft = run(fresh(), "new", down, more, less).dialog.draft
    assert (draft.handicap, draft.komi) == (0, 7.5)


def test_the_first_game_with_a_handicap_has_half_a_point_of_komi():
    settings = Settings()
    assert first_state(Start(settings=settings, handicap=4)).komi == 0.5
    assert first_state(Start(settings=settings, handicap=4, komi=6.5)).komi == 6.5
    assert first_state(Start(settings=settings)).komi == 7.5
    assert first_state(Start(settings=settings, handicap=4)).options.komi == 7.5


def test_other_symmetries_are_asked_for_at_once():
    state = thought(fresh(), Q16=0.5)
    assert wanted(state) is None
    state = run(state, "symmetries")
    job = wanted(state)
    assert (job.probabilities, job.symmetries) == (True, 8)
    values = np.ones(POINTS, np.float32)
    late = ev.ProbabilitiesFound(state.serial, values, symmetries=1)
    assert update(state, late) is state
    found = ev.ProbabilitiesFound(state.serial, values, symmetries=8)
    assert update(state, found).shown_thoughts() is not None
    assert wanted(run(state, "symmetries")).symmetries == 1


def test_the_networks_move_is_asked_for_anew_with_other_symmetries():
    state = run(fresh(), "hints", "Q16")
    before, after = wanted(state), wanted(run(state, "symmetries"))
    assert (before.symmetries, after.symmetries) == (1, 8)
    assert before.key != after.key


def test_what_is_judged_of_one_game_is_not_kept_for_the_next():
    state = run(fresh(), "role_white")
    other = run(state, "new", ev.DialogKey("enter"))
    assert wanted(state).move
    assert wanted(other).move
    assert wanted(state).game != wanted(other).game


def test_what_went_wrong_is_still_said_after_the_networks_move():
    state = run(fresh(), "Q16")
    state = update(state, ev.Failed("the game would not outlive a crash"))
    state = update(state, ev.MoveFound(state.serial, parse_vertex("D4")))
    assert state.position.turn == 2
    assert "outlive a crash" in state.message.text
    assert run(state, "Q4").message is None
    state = run(state, "Q4")
    state = update(state, ev.JobFailed(state.serial, "no answer"))
    state = update(state, ev.MoveFound(state.serial, parse_vertex("D16")))
    assert state.message is None, "the second try went well"


@pytest.mark.parametrize("role", [Role.BLACK, Role.NONE])
def test_a_window_without_a_network_says_so_where_it_would_move(role):
    state = replace(fresh(role=role), model="", model_trouble="no model 'x'")
    state = run(state, "Q16") if role is Role.BLACK else state
    assert state.computer_to_play
    assert "no network" in status_words(state)
    assert _instead_of_moves(state)[0] == "No network"
    asked = run(state, "move")
    assert asked.message.text == "no model 'x'"
    assert asked.message.is_error
    assert "no network" not in status_words(run(state, "role_both"))


def ranks(state):
    return tuple(state.tree.root.text(name) for name in ("BR", "WR"))


def answered(state, point):
    """The network has moved."""
    assert state.computer_to_play
    return update(state, ev.MoveFound(state.serial, point))


def test_the_record_says_at_which_level_the_network_plays(tmp_path):
    state = run(fresh(strength="10k"), "new", ev.DialogChosen("start"))
    assert (names(state), ranks(state)) == (("You", f"{NETWORK} (10k?)"), ("", "10k?"))
    assert not state.is_changed
    state = answered(run(state, "Q16"), 60)
    path = tmp_path / "game.sgf"
    save_game(path, state.tree)
    assert "PW[gopolicy net]" in path.read_text() and "WR[10k?]" in path.read_text()
    record = read_records(path.read_bytes(), "game")[0]
    assert (record.white, record.white_rank) == (NETWORK, "10k")


def test_a_level_chosen_before_the_first_move_is_no_edit():
    state = run(fresh(), "weaker")
    assert ranks(state) == ("", "8k?") and not state.is_changed
    state = run(state, "weaker", "role_white")
    assert ranks(state) == ("10k?", "") and not state.is_changed
    assert ranks(run(state, "role_none")) == ("10k?", "10k?")
    assert ranks(run(state, "role_both")) == ("", "")
    assert ranks(run(state, "stronger", "stronger")) == ("", "")  # who measured "net"?


def test_a_level_chosen_after_undoing_the_first_move_stands_with_the_next():
    state = run(fresh(strength="10k"), "new", ev.DialogChosen("start"), "Q16", "undo")
    state = run(state, "stronger")
    assert ranks(state) == ("", "10k?") and state.future is not None
    state = answered(run(state, "C3"), 61)
    assert ranks(state) == ("", "8k?")
    state = run(run(state, "undo"), "role_white")
    assert run(state, "undo", "undo").tree is run(state, "undo", "undo", "undo").tree


def test_levels_that_change_during_a_game_stand_beside_each_other():
    state = answered(run(fresh(strength="15k"), "Q16"), 60)
    state = run(state, "stronger", "stronger")
    assert ranks(state) == ("", "15k?")  # it has not moved as such yet
    state = answered(run(state, "C3"), 61)
    assert ranks(state) == ("", "15k?, 12k?")
    state = answered(run(state, "D3"), 62)
    assert ranks(state) == ("", "15k?, 12k?")
    state = run(state, "stronger", "stronger", "stronger", "E3")
    assert ranks(answered(state, 63)) == ("", "15k?, 12k?, full")
    assert ranks(run(answered(state, 63), "undo")) == ("", "15k?, 12k?")


def test_the_shipped_network_has_a_rank_at_full_strength():
    state = update(fresh(), ev.ModelLoaded("default"))
    state = run(state, "new", ev.DialogChosen("start"))
    assert ranks(state) == ("", "6k?")
    assert "6 kyu" in STRENGTH_WORDS["full"]
    assert {level_rank(name, "x").rstrip("?") or "full" for name in STRENGTH_NAMES} == {
        *STRENGTH_NAMES
    }


def test_ranks_of_others_stay():
    state = opened("(;GM[1]PB[Ann]BR[3d]PW[Ben]WR[10k?];B[aa])")
    state = run(state, "last", "role_black", "role_white", "role_none", "weaker")
    state = answered(state, 60)
    assert ranks(state) == ("3d", "10k?")
    state = run(fresh(strength="10k"), "info")
    tree = state.tree.with_text("WR", "5k").with_text("BR", "2d")
    state = replace(state, dialog=None, tree=tree)
    state = answered(run(state, "Q16"), 60)
    assert ranks(state) == ("2d", "5k")
