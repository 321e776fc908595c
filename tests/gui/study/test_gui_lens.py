"""The network's inside: what its filters say, which stones its choice hangs on."""

import numpy as np
import pygame
import pytest
from gopolicy_gui.app.chores import Desk, wanted_chores
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.study import lens
from gopolicy_gui.model.update import update
from gopolicy_gui.view.control import Control
from gopolicy_gui.view.controls import controls
from gopolicy_gui.view.study.lensview import AGAINST, FOR
from gopolicy_gui.view.window import draw_window, find_layout
from gui_states import fresh, opened, run

from gopolicy.go.coords import POINTS, parse_vertex
from gopolicy.policy import UniformPolicy

Q16, D4, K10 = map(parse_vertex, ("Q16", "D4", "K10"))
SIZE = (1280, 800)


class Brain:
    """Likes K10 the more for a stone on Q16 and the less for one on D4.

    Its second layer says where stones are in filter 1, and nothing in filter 0.
    """

    def __init__(self):
        self.asked = []

    def many(self, positions, *, symmetries):
        self.asked.append(len(positions))
        rows = UniformPolicy().probabilities(positions)
        for row, position in zip(rows, positions, strict=True):
            row[K10] = 0.1 * 2.0 ** (
                2 * bool(position.stones[Q16]) - bool(position.stones[D4])
            )
        return rows

    def boards(self, position):
        self.asked.append("boards")
        stones = np.abs(position.stones).reshape(19, 19, 1).astype(np.float32)
        return np.zeros((19, 19, 1), np.float32), np.concatenate(
            [stones * 0, stones], axis=2
        )

    def owners(self, position):
        return np.zeros(POINTS, np.float32)


def settled(state, brain=None):
    """When the worker has done all that it is asked for."""
    heard: list[ev.Event] = []
    desk = Desk(brain or Brain(), heard.append, lambda *_: None)
    while (chores := wanted_chores(state)) is not None and desk.step(chores):
        while heard:
            state = update(state, heard.pop(0))
    return state


def game(*commands):
    """Q16, D4 and two more stones are on the board."""
    return run(
        fresh(role=Role.BOTH, review=False, territory=False),
        "Q16",
        "D4",
        "C3",
        "R3",
        *commands,
    )


def drawn(state):
    surface = pygame.Surface(SIZE)
    layout = find_layout(state, SIZE)
    draw_window(surface, state, layout)
    return surface, layout


def clickable(state, kind) -> list[Control]:
    return [c for c in controls(state, find_layout(state, SIZE)) if c.kind == kind]


def test_one_view_takes_the_place_of_the_other_and_is_left_by_its_own_command():
    state = game("filters")
    assert lens.shown_view(state) == "filters"
    assert lens.shown_view(run(state, "stones")) == "stones"
    assert lens.shown_view(run(state, "planes")) == "planes"
    assert lens.shown_view(run(state, "filters")) is None
    assert lens.shown_view(run(state, "leave")) is None
    assert lens.shown_view(run(state, "stones", "score")) is None


def test_stones_are_weighed_by_what_the_choice_loses_without_them():
    brain = Brain()
    found = lens.shown_weights(settled(game("stones"), brain))
    assert found.point == K10 and found.done == 4
    assert found.nats[Q16] == pytest.approx(2 * np.log(2), rel=1e-5)
    assert found.nats[D4] == pytest.approx(-np.log(2), rel=1e-5)
    assert np.isfinite(found.nats).sum() == 4
    assert set(brain.asked) == {1, 4}


def test_many_stones_are_weighed_in_short_steps_that_are_shown():
    state, brain = run(opened(review=False, territory=False), "last", "stones"), Brain()
    heard: list[ev.Event] = []
    desk = Desk(brain, heard.append, lambda *_: None)
    chores = wanted_chores(state)
    while desk.step(chores):
        pass
    weighed = [event for event in heard if isinstance(event, ev.StonesWeighed)]
    assert max(brain.asked) <= 8
    assert weighed[-1].done == np.count_nonzero(state.position.stones) > 100
    known = [np.isfinite(event.nats).sum() for event in weighed]
    assert known == sorted(known) and known[1] < known[-1]
    half = update(state, weighed[len(weighed) // 2])
    drawn(half)
    assert wanted_chores(half) is not None


def test_layers_are_asked_once_for_a_position_and_anew_for_the_next():
    brain = Brain()
    state = settled(game("filters"), brain)
    assert brain.asked == ["boards"]
    assert wanted_chores(state) is None
    assert lens.shown_boards(state)[1].shape == (19, 19, 2)
    state = run(state, "back")
    assert lens.shown_boards(state) is None and wanted_chores(state) is not None


def test_an_answer_to_another_position_is_too_late():
    state = game("filters")
    boards = ev.BoardsFound(state.serial, (np.zeros((19, 19, 1), np.float32),))
    assert update(run(state, "back"), boards).inside_boards is None


def test_keys_go_through_filters_and_layers_and_round():
    state = settled(game("filters"))
    assert lens.place_of(state) == (1, 0), "the second layer first"
    assert lens.place_of(run(state, "next_plane")) == (1, 1)
    assert lens.place_of(run(state, "next_plane", "next_plane")) == (1, 0)
    assert lens.place_of(run(state, "next_plane", "next_layer")) == (0, 0)
    assert lens.place_of(run(state, "previous_layer", "previous_layer")) == (1, 0)
    planes = run(state, "planes", "next_plane")
    assert planes.plane == 1 and lens.shown_view(planes) == "planes"


def test_filters_and_layers_can_be_clicked():
    state = settled(game("filters"))
    cells = clickable(state, "filter")
    assert [cell.data for cell in cells] == [0, 1]
    state = update(state, cells[1].event)
    assert lens.place_of(state) == (1, 1)
    layers = clickable(state, "plane")
    assert [layer.label for layer in layers] == ["1", "2"]
    assert lens.place_of(update(state, layers[0].event)) == (0, 0)
    views = [c for c in clickable(state, "button") if c.label == "Stones"]
    assert lens.shown_view(update(state, views[0].event)) == "stones"


@pytest.mark.parametrize("count", [1, 6, 64, 192, 1024])
def test_cells_of_any_number_of_filters_lie_in_the_list(count):
    state = game("filters")
    boards = np.zeros((19, 19, count), np.float32)
    state = update(state, ev.BoardsFound(state.serial, (boards,)))
    layout = find_layout(state, SIZE)
    cells = [pygame.Rect(cell.box) for cell in clickable(state, "filter")]
    area = pygame.Rect(layout.list)
    assert len(cells) == count and all(area.contains(cell) for cell in cells)
    buttons = [pygame.Rect(c.box) for c in clickable(state, "button")]
    assert all(cell.collidelist(buttons) < 0 for cell in cells)
    assert cells[0].collidelist(cells[1:]) < 0
    drawn(state)


def test_what_a_filter_says_is_drawn_on_its_points():
    before = drawn(settled(game("filters")))[0]
    surface, layout = drawn(run(settled(game("filters")), "next_plane"))
    for vertex in (Q16, D4):
        center = layout.board.center(vertex)
        assert surface.get_at(center) != before.get_at(center)
    assert surface.get_at(layout.board.center(K10)) == before.get_at(
        layout.board.center(K10)
    )


def test_stones_for_and_against_have_their_colors():
    surface, layout = drawn(settled(game("stones")))
    assert surface.get_at(layout.board.center(Q16))[:3] == FOR
    assert surface.get_at(layout.board.center(D4))[:3] == AGAINST
    plain = drawn(game("planes", "planes"))[0]
    x, y = layout.board.center(parse_vertex("C3"))
    assert surface.get_at((x, y)) == plain.get_at((x, y)), "it counts for nothing"


@pytest.mark.parametrize("view", ["filters", "stones"])
def test_without_a_network_the_window_says_so(view):
    state = update(game(view), ev.ModelLoaded("", trouble="none here"))
    assert wanted_chores(state) is None
    drawn(state)


def test_a_network_without_boards_is_told():
    class Flat(Brain):
        def boards(self, position):
            return ()

    state = settled(game("filters"), Flat())
    assert lens.shown_boards(state) == () and lens.place_of(state) == (0, 0)
    drawn(run(state, "next_plane", "next_layer"))


def test_where_only_a_pass_is_legal_nothing_is_weighed():
    class Silent(Brain):
        def many(self, positions, *, symmetries):
            return np.zeros((len(positions), POINTS), np.float32)

    assert lens.shown_weights(settled(game("stones"), Silent())) is None
