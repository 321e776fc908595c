"""What hands expect: files opened last, playing through, full screen, letters."""

from dataclasses import replace

import numpy as np
import pygame
import pytest
from gopolicy_gui.model import events as ev
from gopolicy_gui.model import tasks
from gopolicy_gui.model.events import RecentFile
from gopolicy_gui.model.settings import (
    N_RECENT,
    Settings,
    load_settings,
    save_settings,
)
from gopolicy_gui.model.study.autoplay import PACES
from gopolicy_gui.model.update import update
from gopolicy_gui.view.board import best_letters
from gopolicy_gui.view.listview import _letter
from gopolicy_gui.view.theme import LIGHT
from gopolicy_gui.view.window import draw_window, find_layout
from gui_states import FAMOUS, fresh, opened, run, thought

from gopolicy.go.coords import POINTS, parse_vertex


def read(tmp_path, name="a.sgf", text=FAMOUS):
    """What the app hears once a file is read."""
    path = tmp_path / name
    path.write_text(text)
    return tasks.open_game(str(path))


def test_files_that_are_opened_come_first_and_once(tmp_path):
    state = fresh()
    for name in ("a.sgf", "b.sgf", "a.sgf"):
        found = read(tmp_path, name)
        state = update(state, replace(found, serial=state.openings))
    names = [file.path.rpartition("/")[2] for file in state.recent]
    assert names == ["a.sgf", "b.sgf"]
    for number in range(15):
        found = read(tmp_path, f"{number}.sgf")
        state = update(state, replace(found, serial=state.openings))
    assert len(state.recent) == N_RECENT
    assert state.recent[0].path.endswith("14.sgf")


def test_a_game_of_several_is_known_by_its_number(tmp_path):
    path = tmp_path / "two.sgf"
    path.write_text("(;B[aa])(;PB[Second]B[bb])")
    state = update(fresh(), tasks.open_game(str(path), 2))
    assert state.recent == (RecentFile(str(path), 2),)
    state = run(state, "recent")
    assert state.dialog.entries[0].startswith("two.sgf, game 2")
    state = run(state, ev.DialogChosen("entry", 0))
    assert (state.task.kind, state.task.path, state.task.number) == (
        "open",
        str(path),
        2,
    )


def test_a_saved_game_is_among_the_files_opened_last():
    state = fresh()
    state = update(state, ev.GameSaved("/x/new.sgf", state.tree, serial=state.game))
    assert state.recent == (RecentFile("/x/new.sgf"),)


def test_files_that_are_gone_are_named(tmp_path):
    state = update(fresh(), read(tmp_path))
    there, gone = state.recent[0], RecentFile(str(tmp_path / "gone.sgf"))
    state = run(replace(state, recent=(there, gone)), "recent")
    assert state.task.kind == "find_recent"
    state = update(state, tasks.find_recent(state.recent))
    assert "not there any more" not in state.dialog.entries[0]
    assert "not there any more" in state.dialog.entries[1]


def test_the_list_is_searched_and_asks_before_a_loss():
    state = fresh()
    files = tuple(RecentFile(f"/x/{name}.sgf") for name in ("one", "two", "three"))
    state = run(replace(state, recent=files), "recent", ev.Typed("tw"))
    state = replace(state, task=None)
    after = run(state, ev.DialogKey("enter"))
    assert after.task.path == "/x/two.sgf"
    changed = run(replace(fresh(), recent=files), "Q16", "recent", ev.Typed("th"))
    changed = run(changed, ev.DialogKey("enter"))
    assert changed.dialog.kind == "unsaved"
    assert changed.dialog.then.path == "/x/three.sgf"
    assert run(state, ev.Typed("zzz"), ev.DialogKey("enter")).dialog.kind == "recent"


def test_without_files_nothing_is_shown():
    state = run(fresh(), "recent")
    assert state.dialog is None and "No file" in state.message.text


def test_files_opened_last_are_kept_in_the_settings(tmp_path):
    recent = (RecentFile("/x/ä.sgf"), RecentFile("/x/b.zip", 7))
    save_settings(tmp_path / "s.json", Settings(recent=recent))
    assert load_settings(tmp_path / "s.json").recent == recent
    (tmp_path / "odd.json").write_text('{"recent": [["a", 1], ["a", 1], [2, 3], "x"]}')
    assert load_settings(tmp_path / "odd.json").recent == (RecentFile("a", 1),)


def test_a_game_plays_through_by_itself_to_its_end():
    state = run(opened("(;B[aa];W[bb];B[cc])"), "autoplay")
    assert state.autoplay and "each 2 s" in state.message.text
    state = run(state, ev.PaceKept(), ev.PaceKept())
    assert (state.position.turn, state.autoplay) == (2, True)
    state = run(state, ev.PaceKept())
    assert (state.position.turn, state.autoplay) == (3, False)
    assert run(state, ev.PaceKept()).position.turn == 3
    state = run(state, "autoplay")
    assert not state.autoplay and "no moves ahead" in state.message.text


@pytest.mark.parametrize(
    "act", ["back", "K10", "delete", "autoplay", "leave", "guess", ev.NodeChosen(5)]
)
def test_whoever_goes_elsewhere_or_plays_ends_it(act):
    state = run(opened(), "autoplay", ev.PaceKept())
    assert state.autoplay
    assert not run(state, act).autoplay or run(state, act).guessing


def test_it_waits_behind_questions_and_goes_on_beside_switches():
    state = run(opened(), "autoplay", ev.PaceKept(), "help")
    assert run(state, ev.PaceKept()).position.turn == 1
    state = run(state, ev.DialogKey("escape"), "theme", "faster", ev.Pointed(None))
    assert state.autoplay and run(state, ev.PaceKept()).position.turn == 2


def test_its_speed_is_chosen_and_stays_in_range():
    state = run(opened(), "faster")
    assert state.options.pace == 1.0 and "each 1 s" in state.message.text
    assert run(state, *["faster"] * 9).options.pace == PACES[0]
    assert run(state, *["slower"] * 9).options.pace == PACES[-1]


def test_full_screen_ends_with_its_key_and_with_escape():
    state = run(fresh(), "full_screen")
    assert state.full_screen
    assert not run(state, "full_screen").full_screen
    assert not run(state, "leave").full_screen
    assert run(state, "planes", "leave").full_screen, "one thing after the other"


def test_letters_go_to_the_best_three_in_their_order():
    values = np.zeros(POINTS, np.float32)
    for vertex, share in {"Q16": 0.2, "D4": 0.5, "C3": 0.1, "K10": 0.05}.items():
        values[parse_vertex(vertex)] = share
    letters = best_letters(values)
    assert letters == {
        parse_vertex("D4"): "A",
        parse_vertex("Q16"): "B",
        parse_vertex("C3"): "C",
    }
    values[parse_vertex("C3")] = values[parse_vertex("K10")] = 0.0
    assert "C" not in best_letters(values).values()


def drawn(state):
    surface = pygame.Surface((1280, 800))
    layout = find_layout(state, surface.get_size())
    draw_window(surface, state, layout)
    return surface, layout.board


def test_letters_are_drawn_beside_the_hints_and_in_the_list():
    state = thought(opened(), D4=0.6, Q16=0.3, C3=0.004)
    plain, board = drawn(state)
    lettered, _ = drawn(run(state, "letters"))
    x, y = board.center(parse_vertex("D4"))
    away = round(board.cell * 0.34)
    spot = (x - away - round(board.cell * 0.15), y - away)
    assert lettered.get_at(spot)[:3] == LIGHT.raised
    assert plain.get_at(spot)[:3] != LIGHT.raised
    probabilities = state.shown_thoughts().probabilities
    lettered = run(state, "letters")
    assert _letter(lettered, probabilities, parse_vertex("Q16")) == "B"
    assert _letter(state, probabilities, parse_vertex("Q16")) == ""


def test_small_dots_get_numbers_when_asked_for():
    state = thought(opened(), D4=0.6, C3=0.004)
    small, board = drawn(state)
    large, _ = drawn(run(state, "small_numbers"))
    x, y = board.center(parse_vertex("C3"))
    spot = (x + round(board.cell * 0.22), y + round(board.cell * 0.1))
    assert small.get_at(spot) != large.get_at(spot)
    near = [(x + dx, y + dy) for dx in range(-9, 10) for dy in (-3, 0, 3)]
    inks = {large.get_at(place)[:3] for place in near}
    assert len(inks) > 3, "there are letters on it"
