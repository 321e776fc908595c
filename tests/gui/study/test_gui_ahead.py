"""The moves after a hint that one points at: asked for behind the window, and drawn."""

from dataclasses import replace

import numpy as np
import pygame
import pytest
from gopolicy_gui.app.chores import Desk, wanted_chores
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.study.ahead import N_AHEAD, shown_line, wanted_hint
from gopolicy_gui.model.update import update
from gopolicy_gui.view.theme import LEAST_SHOWN
from gopolicy_gui.view.window import draw_window, find_layout
from gui_states import fresh, opened, run, thought

from gopolicy.go.coords import POINTS, WHITE, parse_vertex
from gopolicy.policy import UniformPolicy


class RowBrain:
    """Plays the first legal points, row by row."""

    def many(self, positions, *, symmetries):
        rows = UniformPolicy().probabilities(positions)
        return rows * np.linspace(2, 1, POINTS, dtype=np.float32)

    def boards(self, position):
        return ()

    def owners(self, position):
        return np.zeros(POINTS, np.float32)


def pointed(state, vertex):
    return update(state, ev.Pointed(ev.PointChosen(parse_vertex(vertex))))


def hinted(**options):
    state = thought(opened(**options), Q16=0.5, C3=0.004, K10=LEAST_SHOWN / 2)
    return pointed(state, "Q16")


def look(state):
    """What the worker finds when it has nothing else to do."""
    heard: list[ev.Event] = []
    desk = Desk(RowBrain(), heard.append, lambda *_: None)
    chores = wanted_chores(state)
    assert desk.step(chores)
    return heard, desk, chores


def test_the_moves_after_a_hint_come_first_of_all_chores():
    heard, desk, chores = look(hinted())
    (found,) = heard
    assert found.points == (parse_vertex("Q16"), 0, 1, 2, 3)
    assert len(found.points) == N_AHEAD
    desk.step(chores)
    assert not isinstance(heard[-1], ev.LineFound), "asked for once"


def test_they_are_shown_while_one_points_at_the_hint_and_no_longer():
    state = hinted()
    assert shown_line(state) == ()
    state = update(state, look(state)[0][0])
    assert shown_line(state)[0] == parse_vertex("Q16")
    assert shown_line(pointed(state, "C3")) == ()
    assert shown_line(update(state, ev.Pointed(None))) == ()
    assert shown_line(run(state, "K10")) == ()


def test_an_answer_to_another_position_is_too_late():
    state = hinted()
    (found,) = look(state)[0]
    later = run(state, "forward")
    assert update(later, found).ahead is None


@pytest.mark.parametrize("name", ["hints", "planes", "help", "guess", "triangle"])
def test_nothing_is_sought_where_no_hint_can_be_seen(name):
    assert wanted_hint(hinted()) is not None
    assert wanted_hint(run(hinted(), name)) is None
    assert wanted_hint(pointed(hinted(), "K10")) is None, "too unlikely to be drawn"
    assert wanted_hint(pointed(hinted(), "A1")) is None


def test_hints_that_are_asked_for_in_a_game_have_them_too():
    state = thought(run(fresh(), "reveal"), Q16=0.5)
    assert wanted_chores(state) is None
    chores = wanted_chores(pointed(state, "Q16"))
    assert chores.hint == parse_vertex("Q16")
    assert not chores.review and not chores.territory


def test_they_are_drawn_as_stones_with_numbers_in_the_place_of_the_hints():
    state = hinted(theme="light")
    state = update(state, look(state)[0][0])
    surface = pygame.Surface((1280, 800))
    layout = find_layout(state, surface.get_size())
    draw_window(surface, state, layout)
    board = layout.board

    def light(vertex_or_point, dx):
        x, y = board.center(vertex_or_point)
        return sum(surface.get_at((x + round(dx * board.cell), y))[:3]) / 3

    assert light(parse_vertex("Q16"), -0.3) < 100, "Black's first"
    assert light(0, -0.3) > 200 and light(1, -0.3) < 100
    x, y = board.center(parse_vertex("Q16"))
    middle = [
        sum(surface.get_at((x + i, y + j))[:3]) for i in (-1, 0, 1) for j in (-3, 3)
    ]
    assert max(middle) > 500, "its number"
    x, y = board.center(parse_vertex("C3"))
    found = surface.get_at((x, y))
    assert found.b < found.r, "the other hints are gone"


def test_playing_goes_on_as_pointed():
    state = hinted()
    state = update(state, look(state)[0][0])
    after = run(state, "Q16")
    assert after.position.last_move == parse_vertex("Q16")
    assert after.position.to_play == WHITE
    assert replace(after).ahead is state.ahead and shown_line(after) == ()
