"""Borders between the panels: dragged, moved by keys, kept, and brought back."""

import pygame
import pytest
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.forms.panels import PANEL_COMMANDS, Shifts
from gopolicy_gui.model.options import RANGES
from gopolicy_gui.model.settings import Settings, load_settings, save_settings
from gopolicy_gui.view.forms.pointer import drag, press, shape_at
from gopolicy_gui.view.layout import make_window_layout
from gopolicy_gui.view.window import draw_window, find_layout
from gui_states import fresh, opened, reviewed, run

SIZES = [(800, 600), (1280, 800), (600, 900), (480, 360)]
PARTS = ("list", "tree", "comment", "graph", "navigation", "buttons", "message")
COMMENTED = "(;GM[1]SZ[19]C[hello];B[pd];W[dp](;B[pp])(;B[dd]))"


def state_of(data=COMMENTED):
    """A game with a comment, two variations and its graph."""
    return run(opened(data), "forward")


def border(state, size, name):
    found = find_layout(state, size).borders
    return next(b for b in found if b.name == name)


def moved(state, size, name, by):
    """The state after a border was dragged by so many pixels, and its edge now."""
    layout, place = find_layout(state, size), border(state, size, name)
    grip = pygame.Rect(place.box).center
    event, held = press(state, layout, grip)
    assert (event, held.kind) == (None, "border")
    to = (grip[0] + by, grip[1]) if place.upright else (grip[0], grip[1] + by)
    state = run(state, drag(state, layout, held, to))
    return state, border(state, size, name).edge


@pytest.mark.parametrize(
    ("size", "name"),
    [
        *((size, name) for size in SIZES[:2] for name in Shifts._fields),
        *((SIZES[2], name) for name in ("board", "graph")),  # no room for more there
    ],
)
def test_a_border_follows_the_pointer_and_a_double_click_brings_it_back(size, name):
    state = state_of()
    before = border(state, size, name)
    way = 12 if name == "list" else -12
    after, edge = moved(state, size, name, way)
    assert abs(edge - before.edge - way) <= 1
    again, edge = moved(after, size, name, -way // 2)
    assert abs(edge - before.edge - way + way // 2) <= 1
    place = pygame.Rect(border(again, size, name).box).center
    event, held = press(again, find_layout(again, size), place, twice=True)
    assert (run(again, event).options, held) == (state.options, None)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", Shifts._fields)
@pytest.mark.parametrize("by", [-5000, 5000])
def test_nothing_vanishes_however_far_a_border_is_dragged(size, name, by):
    state = state_of()
    state, _ = moved(state, size, name, by)
    layout = find_layout(state, size)
    window = pygame.Rect(0, 0, *size)
    parts = {part: pygame.Rect(getattr(layout, part)) for part in PARTS}
    parts["board"] = pygame.Rect(layout.board.board)
    for part, box in parts.items():
        assert window.contains(box), part
        assert box.width > 4 * layout.unit, part
        assert box.height > 0, part
    boxes = list(parts.items())
    for i, (part, box) in enumerate(boxes):
        for other, place in boxes[i + 1 :]:
            assert not box.colliderect(place), (part, other)
    draw_window(pygame.Surface(size), state, layout)


@pytest.mark.parametrize("command", [n for n in PANEL_COMMANDS if n != "usual_panels"])
def test_each_key_moves_its_border(command):
    name = command.partition("_")[0]
    size, state = (1280, 800), state_of()
    after = run(state, command)
    before, now = border(state, size, name).edge, border(after, size, name).edge
    assert now != before
    is_forward = command in ("board_larger", "list_longer", "comment_lower")
    assert (now > before) == (is_forward or command == "graph_lower")
    assert run(after, "usual_panels").options == state.options


def test_the_settings_keep_the_borders_and_no_nonsense(tmp_path):
    path = tmp_path / "window.json"
    state = run(state_of(), "board_smaller", ev.BorderMoved("comment", -3.25))
    save_settings(path, Settings(options=state.options))
    kept = load_settings(path).options
    assert (kept.board_shift, kept.comment_shift) == (-1.5, -3.25)
    far = run(state, ev.BorderMoved("graph", -9e9)).options
    assert far.graph_shift == RANGES["graph_shift"][0]
    path.write_text('{"options": {"board_shift": NaN, "list_shift": 1e9}}')
    assert load_settings(path).options == Settings().options


def test_the_pointer_shows_which_way_a_border_moves():
    state, size = state_of(), (1280, 800)
    layout = find_layout(state, size)
    shapes = {
        b.name: shape_at(state, layout, pygame.Rect(b.box).center)
        for b in layout.borders
    }
    assert shapes.pop("board") == "sideward"
    assert set(shapes.values()) == {"upward"}


def test_the_reviews_numbers_hide_the_borders_of_the_tree():
    state = run(reviewed(state_of()), "report")
    layout = find_layout(state, (1280, 800))
    place = next(b for b in layout.borders if b.name == "list")
    assert press(state, layout, pygame.Rect(place.box).center)[1] is None


def test_without_graph_or_comment_there_is_no_border_of_theirs():
    layout = make_window_layout(1280, 800, comment=False)
    assert {b.name for b in layout.borders} == {"board", "list"}
    names = {b.name for b in find_layout(fresh(), (1280, 800)).borders}
    assert names == {"board", "list"}
