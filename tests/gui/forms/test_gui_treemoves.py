"""The tree scrolled, dragged and zoomed; it keeps the node on the board in view."""

import random
from dataclasses import replace

import pygame
import pytest
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.moves import show_tree
from gopolicy_gui.model.options import RANGES, Role
from gopolicy_gui.model.settings import Settings, load_settings, save_settings
from gopolicy_gui.model.tree import GameTree, Node
from gopolicy_gui.view.controls import hit
from gopolicy_gui.view.forms.pointer import drag, press, wheel
from gopolicy_gui.view.treeview import tree_window, visible_nodes
from gopolicy_gui.view.window import draw_window, find_layout
from gui_states import fresh, run

SIZE = (1280, 800)


def branched(branches=500, length=12):
    """A tree with a main line of 250 nodes and so many branches."""
    choice = random.Random(1)
    nodes, depths = [Node()], [0]
    children: list[list[int]] = [[]]

    def grow(parent, count):
        for _ in range(count):
            number, color = len(nodes), 1 if depths[parent] % 2 == 0 else -1
            nodes.append(Node(parent, color, choice.randrange(361)))
            depths.append(depths[parent] + 1)
            children[parent].append(number)
            children.append([])
            parent = number

    grow(0, 250)
    for _ in range(branches):
        grow(choice.randrange(len(nodes)), choice.randrange(1, length))
    found = zip(nodes, children, strict=True)
    return GameTree(tuple(replace(n, children=tuple(below)) for n, below in found))


TREE = branched()


@pytest.fixture(name="state")
def _state():
    state = show_tree(fresh(role=Role.BOTH), TREE)
    return run(state, ev.NodeChosen(3))


def layout_of(state):
    return find_layout(state, SIZE)


def seen(state):
    return tree_window(state, layout_of(state))


def spots(state):
    """The pixel of each node that is seen."""
    return {s.number: s.center for s in visible_nodes(state.tree, seen(state))}


def turned(state, place, steps, **how):
    event = wheel(state, layout_of(state), place, steps, **how)
    return state if event is None else run(state, event)


def middle(state):
    return pygame.Rect(layout_of(state).tree).center


def test_every_node_seen_is_found_where_it_is_drawn(state):
    for way in [(), ("tree_smaller",) * 5, ("tree_down", "tree_right", "tree_larger")]:
        there = run(state, *way)
        found = spots(there)
        assert len(found) > 20
        for number, (x, y) in found.items():
            assert hit(there, layout_of(there), x, y) == ev.NodeChosen(number)


def test_with_another_node_on_the_board_that_one_is_in_view(state):
    away = run(state, *["tree_down"] * 9, *["tree_right"] * 9)
    assert state.number not in spots(away)
    for step in ("forward", "forward_ten", "variation_down"):
        there = run(away, step)
        assert there.number in spots(there)
    choice = random.Random(2)
    for number in choice.sample(range(len(TREE.nodes)), 60):
        there = run(state, ev.NodeChosen(number))
        if there.number == number:  # no move before it is illegal
            assert number in spots(there)


def test_a_click_on_a_node_leaves_the_tree_where_it_is(state):
    state = run(state, "tree_down", "tree_right")
    before = spots(state)
    for number in sorted(before)[:30:3]:
        event, held = press(state, layout_of(state), before[number])
        assert (event, held.kind) == (ev.NodeChosen(number), "tree")
        after = run(state, event)
        if after.number == number:
            assert spots(after) == before


def test_the_tree_is_dragged_as_far_as_it_goes(state):
    place = middle(state)
    _, held = press(state, layout_of(state), place)
    assert drag(state, layout_of(state), held, (place[0] + 2, place[1])) is None
    number = next(iter(spots(state)))
    x, y = spots(state)[number]
    there = run(state, drag(state, layout_of(state), held, (place[0] - 40, place[1])))
    assert spots(there).get(number, (x - 40, y)) == (x - 40, y)
    far = drag(state, layout_of(state), held, (place[0] - 9000, place[1] - 9000))
    view = seen(run(state, far))
    last, lanes = view.placement.last, view.placement.lanes
    assert view.column == pytest.approx(last + 1 - view.columns)
    assert view.lane == pytest.approx(lanes - view.lanes)
    near = drag(state, layout_of(state), held, (9000, 9000))
    view = seen(run(state, near))
    assert (view.column, view.lane) == (0, 0)


def test_the_wheel_scrolls_and_zooms_around_the_pointer(state):
    place = middle(state)
    assert seen(turned(state, place, 1)).lane == seen(state).lane + 3
    assert seen(turned(state, place, 0, sideward=1)).column == seen(state).column + 3
    start = run(state, "tree_down", "tree_right", "tree_right", "tree_right")
    for steps in (1, -1):
        number, center = min(
            spots(start).items(),
            key=lambda s: abs(s[1][0] - place[0]) + abs(s[1][1] - place[1]),
        )
        there = turned(start, center, steps, zoom=True)
        assert (seen(there).step < seen(start).step) == (steps > 0)
        x, y = spots(there)[number]
        assert abs(x - center[0]) <= 2
        assert abs(y - center[1]) <= 2
    line = run(fresh(role=Role.BOTH), "Q16", "D4", ev.NodeChosen(0))
    assert turned(line, middle(line), 1).cursor == 0, "it is the tree that moves"


def test_the_size_of_the_tree_has_ends_and_is_kept(state, tmp_path):
    low, high = RANGES["tree_zoom"]
    small, large = run(state, *["tree_smaller"] * 20), run(state, *["tree_larger"] * 20)
    assert (small.options.tree_zoom, large.options.tree_zoom) == (low, high)
    save_settings(tmp_path / "s.json", Settings(options=small.options))
    assert load_settings(tmp_path / "s.json").options.tree_zoom == low
    usual = run(run(small, "tree_down"), "tree_usual")
    assert (usual.options.tree_zoom, usual.tree_pan) == (1.0, (0.0, 0.0))


def test_lines_lead_to_nodes_out_of_sight(state):
    state = run(state, *["tree_down"] * 3)
    found = visible_nodes(state.tree, seen(state))
    top = layout_of(state).tree.top
    assert any(spot.parent and spot.parent[1] < top for spot in found)
    surface = pygame.Surface(SIZE)
    draw_window(surface, state, layout_of(state))


def test_a_menu_before_the_tree_takes_the_wheel_and_the_press_from_it(state):
    state = run(state, ev.MenuOpened("View"))
    event, held = press(state, layout_of(state), middle(state))
    assert held is None
    assert not isinstance(event, ev.NodeChosen)
