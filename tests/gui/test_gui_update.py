"""What events make of the window's state."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from gopolicy_gui.app.worker import wanted
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.commands import BY_KEY, BY_NAME, COMMANDS, MENUS
from gopolicy_gui.model.count import count_score
from gopolicy_gui.model.dialogs import NEW_GAME_ROWS, visible_entries
from gopolicy_gui.model.events import Task
from gopolicy_gui.model.language import tr
from gopolicy_gui.model.moves import start_game
from gopolicy_gui.model.options import STRENGTH_WORDS, Options, Role
from gopolicy_gui.model.sgftree import parse_game
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.tree import GameTree, new_game
from gopolicy_gui.model.update import _COMMANDS, _SWITCHES, update
from gopolicy_gui.view.dialogcontrols import setting_words
from gui_states import fresh, judged, opened, reviewed, run, thought

from gopolicy.config import STRENGTH_NAMES
from gopolicy.go.coords import BLACK, PASS, POINTS, WHITE, format_vertex, parse_vertex


def test_every_command_has_its_own_keys_a_menu_and_a_meaning():
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys)) == len(BY_KEY)
    assert set(_COMMANDS) | set(_SWITCHES) == set(BY_NAME)
    for command in COMMANDS:
        assert command.menu in MENUS
        assert command.keys
        assert command.label


@pytest.mark.parametrize("make", [fresh, opened])
def test_no_command_breaks_a_game_that_just_begins(make):
    for command in BY_NAME:
        assert isinstance(run(make(), command), GuiState)


def test_a_click_plays_and_the_network_answers():
    state = run(fresh(), "Q16")
    assert state.position.turn == 1
    assert state.computer_to_play
    job = wanted(state)
    assert job.move
    assert job.serial == state.serial
    state = update(state, ev.MoveFound(job.serial, parse_vertex("D4")))
    assert state.position.turn == 2
    assert not state.computer_to_play
    assert state.message is None
    assert state.is_changed
    state = run(state, "delete")
    assert state.position.turn == 1
    assert not state.computer_to_play, "or it would play the same move again"


def test_a_late_answer_is_not_heard():
    state = run(fresh(), "Q16")
    late = ev.MoveFound(state.serial, parse_vertex("D4"))
    state = run(state, "take_back")
    assert update(state, late) is state
    values = np.ones(POINTS, np.float32)
    assert update(state, ev.ProbabilitiesFound(state.serial - 1, values)) is state


def test_a_late_move_is_not_played_though_the_network_is_to_move_again():
    asked = run(fresh(), "role_none")
    move = ev.MoveFound(asked.serial, parse_vertex("Q16"))
    state = update(asked, move)
    assert state.position.turn == 1 and state.computer_to_play
    late = ev.MoveFound(asked.serial, parse_vertex("D4"))
    assert update(state, late) is state


def test_a_click_while_the_network_thinks_says_so():
    state = run(fresh(), "Q16", "D4")
    assert state.position.turn == 1
    assert "thinking" in state.message.text


@pytest.mark.parametrize(
    ("moves", "vertex", "words"),
    [
        (("Q16",), "Q16", "Q16: occupied"),
        (("B19", "D4", "A18", "D5", "K10"), "A19", "suicide"),
    ],
)
def test_an_illegal_move_is_told_and_not_played(moves, vertex, words):
    state = run(fresh(role=Role.BOTH), *moves)
    after = run(state, vertex)
    assert after.position.turn == state.position.turn
    assert after.message.is_error
    assert words in after.message.text
    assert run(after, "C3").message is None


def test_superko_holds():
    # A ko for Black at C18; White must not take back at once.
    stones = ("C19", "D19", "B18", "E18", "C17", "D17", "K10", "C18", "D18")
    state = run(fresh(role=Role.BOTH), *stones)
    assert state.board.black_captures == 1
    state = run(state, "C18")
    assert state.message.is_error
    assert "ko" in state.message.text


def test_no_move_repeats_the_board_even_where_the_simple_ko_allows_it():
    """White sends two stones and Black takes them; one would bring the board back."""
    moves = ("A2", "B1", "B2", "C2", "Q16", "D1", "pass", "A1", "C1")
    state = run(fresh(role=Role.BOTH), *moves)
    after = run(state, "B1")
    assert after.position.turn == state.position.turn
    assert after.message.is_error
    assert "repeats the board" in after.message.text


def test_taking_back_goes_to_whites_own_turn_too():
    state = run(fresh(role=Role.BOTH), "Q16", "D4", "Q4")
    state = run(state, "role_white", "take_back")
    assert (state.position.turn, state.position.to_play) == (1, WHITE)
    assert run(state, "play_again").position.turn == 3


def test_taking_back_goes_to_the_persons_own_turn_and_keeps_the_moves():
    state = run(fresh(), "Q16")
    state = update(state, ev.MoveFound(state.serial, parse_vertex("D4")))
    state = run(state, "take_back")
    assert state.position.turn == 0
    assert not state.computer_to_play
    state = run(state, "play_again")
    assert state.position.turn == 2
    state = run(state, "take_back", "R16")
    assert len(state.tree.root.children) == 2
    assert state.computer_to_play


#: What has to be done before a command has something to do.
COMMENTED = ["comment", ev.Typed("x"), ev.DialogKey("ctrl+enter")]
BEFORE: dict[str, list[Any]] = {
    "variation_up": ["forward"],
    "variation_down": ["forward"],
    "move_up": ["forward"],
    "reveal": ["think_first"],
    "cooler": ["warmer"],
    "stronger": ["weaker"],
    "redo": ["undo"],
    "leave": ["planes"],
    "recent": [ev.GameSaved("/x/b.sgf", GameTree())],
    "usual_panels": ["board_smaller"],
    "tree_usual": ["tree_larger"],
    **dict.fromkeys(("find", "find_next", "find_previous"), COMMENTED),
}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_does_something(command):
    state = run(opened(), "forward_ten", "K10", "back")
    state = run(thought(state, Q16=0.5), *BEFORE.get(command.name, []))
    state = reviewed(state)
    after = run(state, command.name)
    assert after.message is None or not after.message.is_error

    def shown(of):
        kept = {f.name for f in fields(GuiState)} - {"message", "tip", "serial"}
        return {name: getattr(of, name) for name in kept}

    assert shown(after) != shown(state)


@pytest.mark.parametrize(
    ("before", "command"),
    [
        ([], "take_back"),
        ([], "play_again"),
        ([], "delete"),
        ([], "variation_up"),
        (["pass", "pass", "score"], "move"),
        (["pass", "pass", "score"], "pass"),
        (["Q16", "resign", ev.DialogKey("enter")], "resign"),
    ],
)
def test_a_command_that_can_do_nothing_says_so(before, command):
    state = run(fresh(role=Role.BOTH), *before)
    after = run(state, command)
    assert after.message.text
    assert after.tree is state.tree
    assert (after.line, after.cursor, after.dialog) == (state.line, state.cursor, None)


def test_a_guess_behind_the_end_of_a_record_says_so():
    state = run(opened("(;GM[1];B[aa];W[bb])"), "guess", "A19", "B18", "C17")
    assert state.guessing.tries == 2
    assert state.message.text
    assert state.cursor == 2


def test_walking_through_a_game_of_many_moves():
    state = opened()
    last = len(state.line) - 1
    assert run(state, "last").cursor == last
    assert run(state, "last", "first").cursor == 0
    assert run(state, "forward_ten").cursor == 10
    assert run(state, "forward", "forward", "back").cursor == 1
    assert run(state, "last", "back_ten").cursor == last - 10
    assert update(state, ev.Scrolled(3)).cursor == 3
    assert update(state, ev.NodeChosen(37)).position.turn == 37
    assert not run(state, "last").is_changed


def test_variations_are_kept_and_can_be_switched():
    state = run(opened(), "forward", "forward", "K10", "L10")
    assert state.line[:3] == (0, 1, 2)
    assert state.cursor == 4
    state = run(state, "variation_down")
    assert state.cursor == 3
    assert state.number == 3
    assert len(state.line) > 200, "the game goes on behind the old move"
    back = run(state, "variation_up", "last")
    assert back.position.turn == 4
    gone = run(back, "back", "delete")
    assert gone.tree.nodes[2].children == (3,)
    assert run(opened(), "variation_down").message.text.startswith("There is no other")


def test_the_game_goes_on_behind_a_variation_that_was_deleted():
    state = run(opened(), "forward", "K10", "delete")
    assert state.position.turn == 1
    assert len(state.line) == len(opened().line), "or nothing would be reviewed"
    assert not state.computer_to_play


def test_going_on_stays_in_the_variation_on_the_board():
    state = opened("(;GM[1];B[aa](;W[bb];B[cc])(;W[dd];B[ee]))")
    state = run(state, ev.NodeChosen(4), "role_both")
    assert len(state.line) == 3, "who plays from here on sees nothing ahead"
    assert run(state, "forward").number == 5


def test_what_is_judged_is_heard_once_and_only_while_counting():
    state = run(opened(), "last", "score")
    marked = run(judged(state), "Q16")
    assert marked.scoring.dead
    assert judged(marked) is marked, "or the person's marks would go"
    left = run(state, "score")
    assert judged(left) is left


def test_counting_ends_the_guessing():
    assert run(opened(), "guess", "score").guessing is None


@pytest.mark.parametrize("command", ["back", "role_white", "role_both", "guess"])
def test_counting_ends_with_what_is_done_next(command):
    state = run(opened(), "forward_ten", "score")
    assert state.scoring is not None
    assert run(state, command).scoring is None


def test_two_passes_end_the_game_and_it_is_counted():
    state = run(fresh(), "Q16")
    state = update(state, ev.MoveFound(state.serial, PASS))
    assert "passes" in state.message.text
    state = run(state, "pass")
    assert state.is_over
    assert not state.computer_to_play
    assert wanted(state).judgement
    assert count_score(state) is None
    state = judged(state)
    count = count_score(state)
    assert (count.lead, count.black, count.white) == (353.5, 361, 0)
    dead = run(state, "Q16")
    assert dead.scoring.dead == {parse_vertex("Q16")}
    assert count_score(dead).lead == -7.5
    assert run(dead, "Q16").scoring.dead == frozenset()
    done = run(state, "move")
    assert done.result == "B+353.5"
    assert done.scoring is None
    assert done.is_over
    assert wanted(replace(done, thoughts=None)) is None or not wanted(done).move


def test_resigning_writes_the_result():
    state = run(fresh(), "resign", ev.DialogKey("enter"))
    assert state.result == "W+R"
    assert state.is_over
    network = update(run(fresh(), "Q16"), ev.MoveFound(2, None))
    network = run(fresh(), "Q16")
    network = update(network, ev.MoveFound(network.serial, None))
    assert network.result == "B+R"
    assert "White resigns" in network.message.text


def test_hints_can_be_hidden_until_asked_for():
    state = run(fresh(role=Role.BOTH, think_first=True))
    assert not state.hints_shown
    state = run(state, "reveal")
    assert state.hints_shown
    state = run(state, "Q16")
    assert not state.hints_shown, "each new position hides them again"
    assert wanted(state).probabilities, "they are there when asked for"
    assert not run(fresh(role=Role.BOTH), "hints").hints_shown


def test_hints_are_off_until_asked_for_in_a_game_against_the_network():
    state = fresh()
    assert not state.hints_shown and not state.hints_on
    assert wanted(state).probabilities, "they are there when asked for"
    shown = run(state, "reveal")
    assert shown.hints_shown
    assert not run(shown, "Q16").hints_shown, "for one position"
    always = run(state, "hints")
    assert run(always, "Q16").hints_shown
    assert always.options.hints, "of analysis, as before"
    assert run(state, "role_both").hints_shown
    assert run(always, "hints", "role_both").hints_shown


def test_asking_for_hints_that_are_off_turns_them_on_and_shows_them():
    both = fresh(role=Role.BOTH, think_first=True)
    assert run(both, "hints", "reveal").hints_shown
    shown = run(fresh(role=Role.BOTH), "reveal")
    assert shown.hints_shown
    assert shown.message.text, "how to hide them"


@pytest.mark.parametrize("name", [*_SWITCHES, "theme"])
def test_a_switch_goes_on_and_off_again(name):
    before = fresh()
    once = run(before, name)
    twice = run(once, name)
    assert once.options != before.options
    assert twice.options == before.options
    if name in _SWITCHES:
        words = [state.message.text.split()[-1] for state in (once, twice)]
        is_on = getattr(once.options, _SWITCHES[name])
        assert words == (["on", "off"] if is_on else ["off", "on"])


def test_how_much_gains_nothing_is_heard_beside_the_probabilities():
    state = thought(fresh(), Q16=0.5)
    after = update(state, ev.PassShareFound(state.serial, 0.25, passes=True))
    thoughts = after.shown_thoughts()
    assert (thoughts.pass_share, thoughts.passes) == (0.25, True)
    assert thoughts.best(1) == state.shown_thoughts().best(1)
    assert update(state, ev.PassShareFound(state.serial - 1, 0.25)) is state


def test_the_wheel_goes_through_moves_lists_and_comments():
    files = tuple(f"{i}.sgf" for i in range(20))
    listed = run(fresh(), "open", ev.FolderListed("/games", files))
    assert run(listed, ev.ScrolledTo("dialog", 6)).dialog.scroll == 6
    assert run(listed, ev.Scrolled(3)).dialog == listed.dialog
    assert run(listed, ev.ScrolledTo("dialog", -2)).dialog.scroll == 0
    state = run(opened(), ev.ScrolledTo("comment", 4))
    assert (state.comment_scroll, state.cursor) == (4, 0)
    assert run(state, ev.Scrolled(1)).comment_scroll == 0, "another comment"


def test_passing_plays_no_pass_while_counting_or_guessing():
    state = run(opened(), "forward_ten")
    counting = run(state, "score", "pass")
    assert counting.position.turn == 10
    assert counting.scoring is not None
    guessing = run(state, "guess", "pass")
    assert (guessing.position.turn, guessing.guessing.tries) == (11, 0)
    assert not guessing.is_changed


def test_roles_decide_who_moves():
    assert not fresh().computer_to_play
    assert run(fresh(), "role_white").computer_to_play
    watch = run(fresh(), "role_none")
    assert watch.computer_to_play
    assert wanted(watch).pace > 0
    assert "watching" in run(watch, "Q16").message.text
    both = run(fresh(), "role_both", "Q16")
    assert not both.computer_to_play
    asked = run(both, "move")
    assert asked.computer_to_play
    asked = update(asked, ev.MoveFound(asked.serial, parse_vertex("D4")))
    assert asked.position.turn == 2
    assert not asked.computer_to_play


def test_watching_begins_where_the_board_stands():
    state = run(opened(), "forward_ten", "role_none")
    assert state.computer_to_play
    state = update(state, ev.MoveFound(state.serial, parse_vertex("K10")))
    assert state.position.turn == 11


def test_guessing_keeps_a_score_beside_the_networks():
    state = run(opened(), "guess")
    assert not state.hints_shown
    first = state.next_node.point
    state = thought(state, Q16=0.5, D4=0.25)
    state = update(state, ev.PointChosen(first))
    assert (state.guessing.tries, state.guessing.hits) == (1, 1)
    assert (state.guessing.network_tries, state.guessing.network_hits) == (1, 1)
    assert "Right" in state.message.text
    assert "choice 1, 50.0 %" in state.message.text
    state = run(state, "A1")
    assert (state.guessing.tries, state.guessing.hits) == (2, 1)
    assert "Not A1" in state.message.text
    assert state.cursor == 2
    assert not state.is_changed
    state = run(state, "guess")
    assert state.guessing is None
    assert state.message.text == "You 1 of 2 (50 %), the network 1 of 1 (100 %)"
    assert "needs moves" in run(fresh(), "guess").message.text


def test_a_move_that_the_network_expected_less_is_no_hit_of_it():
    state = run(opened(), "guess")
    played = format_vertex(state.next_node.point)
    state = run(thought(state, A1=0.5, **{played: 0.25}), played)
    assert (state.guessing.hits, state.guessing.network_hits) == (1, 0)
    assert "choice 2, 25.0 %" in state.message.text


def test_planes_turn_round():
    state = run(opened(), "planes")
    assert state.plane == 0
    assert run(state, "previous_plane").plane == 47
    assert run(state, "next_plane", "next_plane").plane == 2
    assert update(state, ev.PlaneChosen(12)).plane == 12
    assert run(state, "planes").plane is None
    assert run(state, "leave").plane is None


def test_the_strength_goes_from_level_to_level():
    state = run(fresh(), "stronger")
    assert state.options.strength == "full"
    state = run(state, "weaker")
    assert state.options.strength == STRENGTH_NAMES[-2]
    assert STRENGTH_WORDS[STRENGTH_NAMES[-2]] in state.message.text
    weakest = run(state, *["weaker"] * 9)
    assert weakest.options.strength == STRENGTH_NAMES[0]
    assert wanted(run(weakest, "Q16")).strength == STRENGTH_NAMES[0]
    said = run(weakest, "warmer")
    assert "the level says" in said.message.text
    assert set(STRENGTH_WORDS) == set(STRENGTH_NAMES)


def test_a_new_game_has_the_strength_of_its_dialog():
    state = run(fresh(), "new")
    row = NEW_GAME_ROWS.index("strength")
    state = run(state, ev.DialogChosen("less", row), ev.DialogChosen("less", row))
    said = tr(STRENGTH_WORDS[STRENGTH_NAMES[-3]])
    assert setting_words(state.dialog, "strength") == said
    assert setting_words(state.dialog, "temperature") == "as the level has it"
    state = run(state, ev.DialogChosen("start"))
    assert state.options.strength == STRENGTH_NAMES[-3]


def test_temperature_stays_in_its_range():
    state = run(fresh(), *["warmer"] * 30)
    assert state.options.temperature == 2.0
    assert run(state, *["cooler"] * 30).options.temperature == 0.0


@pytest.mark.parametrize(
    "event", [ev.CloseAsked(), ev.FileDropped("b.sgf"), ev.CommandGiven("open")]
)
def test_nothing_unsaved_is_lost_without_a_question(event):
    clean = update(fresh(), event)
    assert clean.dialog is None or clean.dialog.kind == "open"
    state = update(run(fresh(role=Role.BOTH), "Q16"), event)
    assert state.dialog.kind == "unsaved"
    assert update(state, ev.DialogChosen("row")) is state
    kept = update(state, ev.DialogKey("escape"))
    assert (kept.dialog, kept.task) == (None, None)
    lost = update(state, ev.Typed("d"))
    assert lost.task is not None
    asked = update(state, ev.DialogKey("enter"))
    assert asked.dialog.kind == "save"
    assert asked.dialog.then == state.dialog.then


def test_saving_under_a_name_then_going_on():
    state = update(run(fresh(role=Role.BOTH), "Q16"), ev.CloseAsked())
    state = update(state, ev.DialogChosen("save"))
    state = update(state, ev.FolderListed("/games", ("old/", "a.sgf")))
    for _ in range(len(state.dialog.typed)):
        state = update(state, ev.DialogKey("backspace"))
    state = update(state, ev.Typed("new"))
    state = update(state, ev.DialogKey("enter"))
    assert state.task == Task("save", "/games/new.sgf", Task("quit"))
    assert state.dialog is None
    saved = ev.GameSaved("/games/new.sgf", state.tree, Task("quit"))
    state = update(state, saved)
    assert not state.is_changed
    assert "/games/new.sgf" in state.message.text
    assert state.task == Task("quit")
    assert run(replace(state, task=None), "save").task.path == "/games/new.sgf"


def test_a_click_on_a_file_proposes_its_name_for_saving():
    state = run(fresh(), "save_as", ev.FolderListed("/games", ("old/", "a.sgf")))
    state = update(replace(state, task=None), ev.DialogChosen("entry", 1))
    assert (state.dialog.typed, state.task) == ("a.sgf", None)
    state = update(state, ev.DialogKey("enter"))
    assert state.task == Task("save", "/games/a.sgf")


def test_a_file_is_not_overwritten_without_a_question():
    state = run(fresh(), "save_as")
    state = update(state, ev.FolderListed("/games", ("game.sgf",)))
    state = update(state, ev.DialogChosen("accept", -1))
    task = state.task
    assert task is not None
    assert not task.overwrite
    state = update(replace(state, task=None), ev.FileExists(task))
    assert state.dialog.kind == "overwrite"
    chosen = update(state, ev.Typed("o")).task
    assert (chosen.path, chosen.overwrite) == ("/games/game.sgf", True)
    kept = update(replace(state, task=None), ev.DialogKey("escape"))
    assert (kept.dialog, kept.task) == (None, None)


def test_opening_by_typing_and_by_keys():
    state = run(fresh(), "open")
    assert state.task.kind == "list"
    entries = ("sub/", "alpha.sgf", "beta.sgf")
    state = update(replace(state, task=None), ev.FolderListed("/games", entries))
    typed = update(state, ev.Typed("beta"))
    assert update(typed, ev.DialogKey("down")).dialog.row == 0
    typed = run(typed, ev.DialogKey("down"), ev.DialogKey("enter"))
    assert typed.task == Task("open", "/games/beta.sgf")
    assert typed.busy
    into = run(state, ev.DialogChosen("entry", 0))
    assert into.task == Task("list", "/games/sub/")
    up = run(state, ev.DialogKey("backspace"))
    assert up.task == Task("list", "/")
    typed = run(state, ev.Typed("bez"), ev.DialogKey("backspace"))
    assert (typed.dialog.typed, typed.task) == ("be", None)
    assert visible_entries(typed.dialog) == ("beta.sgf",)
    typed = run(state, ev.Typed("/else/"))
    assert visible_entries(typed.dialog) == entries, "a path is no search"
    path = run(state, ev.Typed("/else/c.sgf"), ev.DialogKey("enter"))
    assert path.task == Task("open", "/else/c.sgf")


def test_a_game_of_a_collection_is_chosen_by_name_or_by_row():
    titles = ("1.  Shusaku - Gennan", "2.  Lee - AlphaGo", "3.  Lee - Ke")
    state = update(fresh(), ev.GamesFound("/games/all.sgf", titles))
    assert state.dialog.kind == "games"
    third = run(
        state, ev.DialogKey("down"), ev.DialogKey("down"), ev.DialogKey("enter")
    )
    assert third.task == Task("open", "/games/all.sgf", number=3)
    assert third.busy
    typed = run(state, ev.Typed("alphago"), ev.DialogKey("enter"))
    assert typed.task.number == 2
    assert run(state, ev.DialogChosen("entry", 0)).task.number == 1
    nothing = run(state, ev.Typed("nobody"), ev.DialogKey("enter"))
    assert (nothing.task, nothing.dialog.kind) == (None, "games")
    assert run(state, ev.DialogKey("escape")).dialog is None


def test_one_match_is_opened_by_enter():
    state = run(fresh(), "open")
    state = update(state, ev.FolderListed("/games", ("alpha.sgf", "beta.sgf")))
    state = run(state, ev.Typed("bet"), ev.DialogKey("enter"))
    assert state.task == Task("open", "/games/beta.sgf")


def test_the_only_entry_of_a_folder_is_opened_by_down_and_enter():
    state = run(fresh(), "open")
    state = update(state, ev.FolderListed("/games", ("alpha.sgf",)))
    state = run(state, ev.DialogKey("down"), ev.DialogKey("down"))
    assert run(state, ev.DialogKey("enter")).task == Task("open", "/games/alpha.sgf")


def test_the_button_for_the_folder_above_lists_it():
    for command in ("open", "save_as"):
        state = update(run(fresh(), command), ev.FolderListed("/games/old", ()))
        state = update(replace(state, task=None), ev.DialogChosen("parent"))
        assert state.task == Task("list", "/games")


@pytest.mark.parametrize("before", [[], ["new"], ["open", ev.DialogKey("escape")]])
def test_a_folder_that_is_listed_too_late_changes_nothing(before):
    state = run(fresh(), *before)
    assert update(state, ev.FolderListed("/games", ("a.sgf",))) is state


def test_what_cannot_be_read_of_an_archive_is_told_beside_its_games():
    found = ev.GamesFound("a.zip", ("1.  a", "2.  b"), note="b.sgf is damaged")
    state = update(fresh(), found)
    assert (state.dialog.kind, state.message.is_error) == ("games", True)
    assert state.message.text == "b.sgf is damaged"


#: Node 3 is the second variation of move 1; node 4 comes after it.
LOST = "(;GM[1]PB[Lost](;B[aa];W[bb])(;B[cc];W[dd]))"


@pytest.mark.parametrize("way", [(1, 0), (1, 0, 0), (7, 7)])
def test_a_lost_game_is_shown_where_it_was_left(way):
    lost = ev.LostFound("Lost", parse_game(LOST, "x"), "/x/a.sgf", Role.WHITE, way)
    asked = update(fresh(), lost)
    for answer in (ev.DialogKey("enter"), ev.Typed("o"), ev.DialogChosen("recover")):
        state = run(asked, answer)
        assert state.tree is lost.tree
        assert (state.number, state.role) == (4, Role.WHITE)
        assert (state.path, state.suggestion) == ("", "/x/a.sgf")
        assert state.task == Task("adopt")
        assert state.is_changed
        assert state.message.text


def test_a_lost_game_can_be_thrown_away_or_kept_for_later():
    before = fresh()
    lost = ev.LostFound("Lost", parse_game(LOST, "x"), "", Role.WHITE, ())
    asked = update(before, lost)
    for answer, task in [
        (ev.Typed("d"), Task("forget")),
        (ev.DialogChosen("discard"), Task("forget")),
        (ev.DialogKey("escape"), Task("leave")),
    ]:
        state = run(asked, answer)
        assert state.task == task
        assert (state.tree, state.dialog, state.lost) == (before.tree, None, None)
    assert run(asked, ev.DialogChosen("save")) is asked, "no answer to this question"


@pytest.mark.parametrize(
    "event",
    [
        ev.CloseAsked(),
        ev.FileDropped("b.sgf"),
        ev.FileExists(Task("save", "/games/a.sgf")),
        ev.GamesFound("a.zip", ("1.  a", "2.  b")),
        ev.LostFound("You - gopolicy", GameTree(), "", Role.BOTH, ()),
    ],
    ids=lambda event: type(event).__name__,
)
def test_a_question_closes_the_menu_that_is_open(event):
    state = run(fresh(role=Role.BOTH), "Q16", ev.MenuOpened("File"), event)
    assert state.dialog is not None
    assert state.menu == ""


def test_a_new_game_is_set_by_letters_and_by_clicks_too():
    state = run(fresh(), "new", ev.DialogChosen("row", 3))
    assert run(state, ev.Typed("+")).dialog.draft.komi == 8.0
    assert run(state, ev.Typed("-")).dialog.draft.komi == 7.0
    assert run(state, ev.DialogChosen("less", 4)).dialog.row == 4
    assert run(state, *[ev.DialogKey("down")] * 9).dialog.row == 5
    assert run(state, *[ev.DialogKey("up")] * 9).dialog.row == 0


def test_a_new_game_as_the_dialog_says():
    state = run(fresh(), "new")
    assert state.dialog.kind == "new"
    keys = [
        "right",
        "down",
        "down",
        "right",
        "down",
        "left",
        "down",
        "right",
        "down",
        "right",
    ]
    state = run(state, *map(ev.DialogKey, keys))
    draft = state.dialog.draft
    assert (draft.role, draft.handicap, draft.komi) == (Role.WHITE, 2, 0.0)
    assert (draft.temperature, draft.rules) == (0.1, "territory")
    state = update(state, ev.DialogKey("enter"))
    assert state.dialog is None
    assert np.count_nonzero(state.position.stones) == 2
    assert state.position.to_play == WHITE
    assert state.komi == 0.0
    assert run(state, "new").dialog.draft.role is Role.WHITE
    assert not state.computer_to_play
    assert not state.is_changed


def test_a_failure_is_shown_and_the_game_stays():
    state = update(run(fresh(), "Q16"), ev.Failed("the disk is full"))
    assert state.message.is_error
    assert state.position.turn == 1
    state = update(state, ev.ModelLoaded("", trouble="no model 'x'"))
    assert "no model" in state.message.text
    assert wanted(state) is None, "nothing is asked of a network that is not there"


def test_commands_before_the_rules_are_ready_wait():
    tree = new_game(komi=7.5, handicap=0, black="You", white="gopolicy")
    state = GuiState(tree=tree, saved=tree)
    for step in ("Q16", "pass", "score", "resign"):
        after = run(state, step)
        assert after.board is state.board
        assert after.message is not None
    assert wanted(state) is None


def test_a_record_with_an_illegal_move_shows_what_comes_before():
    state = run(opened("(;GM[1];B[aa];W[bb];B[bb];W[cc])"), "last")
    assert state.position.turn == 2
    assert state.message.is_error
    assert "B18" in state.message.text


def test_the_pointer_stays_where_it_is_but_its_words_go_when_something_is_done():
    point = ev.PointChosen(parse_vertex("D4"))
    state = update(fresh(role=Role.BOTH), ev.Pointed(point))
    assert (state.hover, state.tip) == (parse_vertex("D4"), point)
    assert update(state, ev.Pointed(point)) is state
    state = run(state, "D4")
    assert (state.hover, state.tip) == (parse_vertex("D4"), None)
    assert update(state, ev.Pointed(None)).hover is None


def test_a_network_that_comes_takes_no_words_away():
    state = run(fresh(), "sound")
    assert update(state, ev.ModelLoaded("other")).message == state.message


def test_a_record_of_an_unnamed_network_is_not_renamed_by_one_that_comes():
    state = opened("(;GM[1]PB[gopolicy]PW[x];B[aa])")
    assert update(state, ev.ModelLoaded("other")).tree is state.tree


def test_leaving_takes_one_thing_at_a_time():
    state = run(opened(), "guess", "planes", ev.MenuOpened("Play"), "leave")
    assert (state.menu, state.plane) == ("", 0)
    state = run(state, "leave")
    assert state.plane is None
    assert state.guessing is not None
    assert run(state, "leave").guessing is None


def test_menus_open_and_close():
    state = update(fresh(), ev.MenuOpened("Play"))
    assert state.menu == "Play"
    assert update(state, ev.MenuOpened("Play")).menu == ""
    assert run(state, "leave").menu == ""
    assert run(state, "hints").menu == ""


def test_the_network_gives_its_name_to_the_player():
    assert fresh().tree.root.text("PW") == "gopolicy net"
    state = start_game(fresh(), Options(role=Role.WHITE))
    assert state.tree.root.text("PB") == "gopolicy net"
    assert BLACK == 1
