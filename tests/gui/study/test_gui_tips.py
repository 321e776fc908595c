"""What is said of what one points at; seki and dame in the count."""

from dataclasses import replace

import numpy as np
import pygame
import pytest
from diagrams import ONE_EYED_SEKI, inset, parse_diagram, points
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.count import count_score
from gopolicy_gui.model.study.tips import node_words, point_words
from gopolicy_gui.model.update import update
from gopolicy_gui.view.study.territory import stone_dots
from gopolicy_gui.view.theme import LIGHT
from gopolicy_gui.view.window import _meaning, draw_window, find_layout
from gui_states import estimated, fresh, judged, opened, reviewed, run, thought

from gopolicy.go.coords import BLACK, EMPTY, format_sgf_point, parse_vertex


def as_record(position, rules):
    """A record that begins with a position."""
    put = {1: "", -1: ""}
    for point in np.flatnonzero(position.stones).tolist():
        put[int(position.stones[point])] += f"[{format_sgf_point(point)}]"
    return f"(;GM[1]SZ[19]KM[0]RU[{rules}]AB{put[1]}AW{put[-1]})"


def counted(rules="Chinese"):
    position = parse_diagram(inset(ONE_EYED_SEKI))
    state = run(opened(as_record(position, rules)), "score")
    return judged(state, points("P18"))


def test_dame_between_living_groups_are_no_seki():
    rows = "abcdefghijklmnopqrs"
    walls = "".join(f"[i{row}]" for row in rows), "".join(f"[k{row}]" for row in rows)
    state = judged(run(opened(f"(;AB{walls[0]}AW{walls[1]})"), "score"))
    count = count_score(state)
    assert len(count.dame) == 19 and not count.seki


@pytest.mark.parametrize(
    ("rules", "seki"), [("Chinese", "A19 A17"), ("Japanese", "A19 A17 C19")]
)
def test_the_count_knows_seki_by_the_rules(rules, seki):
    count = count_score(counted(rules))
    assert count.seki == set(points(seki)) and not count.dame
    assert count.owners[parse_vertex("C19")] == (-1 if rules == "Chinese" else EMPTY)


def test_seki_is_drawn_as_rings_and_told_apart_from_dame():
    state = counted()
    layout = find_layout(state, (1280, 800))
    surface = pygame.Surface((1280, 800))
    draw_window(surface, state, layout)
    plain = pygame.Surface((1280, 800))
    draw_window(plain, run(state, "score"), layout)
    x, y = layout.board.center(parse_vertex("A17"))
    reach = round(layout.board.cell * 0.2 * 1.25) - 1
    assert surface.get_at((x + reach, y - 1)) != plain.get_at((x + reach, y - 1))


def point_words_of(state, vertex):
    return point_words(state, parse_vertex(vertex))


def test_the_signs_of_the_count_are_told():
    state = counted()
    assert point_words_of(state, "A17") == "Ring: within a seki, nobody's point"
    assert point_words_of(state, "P18").startswith("Faint: taken for dead")
    assert point_words_of(state, "A16").startswith("Alive")
    assert point_words_of(state, "L19") == "Square: White's point"


def test_color_ring_and_corners_of_a_hint_are_told():
    state = thought(opened(), D4=0.5, Q16=0.2, K10=0.0002)
    expected = state.tree.nodes[state.line[1]].point
    assert point_words_of(state, "D4").endswith(
        "50 % of strong players would play here; ring: the likeliest"
    )
    assert point_words_of(state, "K10") == ""
    values = state.thoughts.probabilities.copy()
    values[expected] = 0.1
    state = update(state, ev.ProbabilitiesFound(state.serial, values))
    assert point_words(state, expected).endswith(
        "would play here; corners: played in the game"
    )
    assert point_words_of(run(state, "hints"), "D4") == ""


def test_shading_dots_and_squares_are_told():
    state = reviewed(run(opened(territory=True), ev.NodeChosen(40)))
    last = state.position.last_move
    assert (
        point_words(state, last)
        == "Ring: the last move; Dot: the network's first choice, 50 %"
    )
    dotted = set(stone_dots(state, LIGHT))
    silent = set(np.flatnonzero(state.position.stones).tolist()) - dotted
    assert all("Dot" in point_words(state, point) for point in dotted)
    assert not any("Dot" in point_words(state, point) for point in silent)
    state = estimated(state)
    empty = np.flatnonzero(state.position.stones == EMPTY).tolist()
    assert point_words(state, empty[0]) == "Shading: Black's in 100 % of playouts"
    white = np.flatnonzero(state.position.stones[:190] == -BLACK).tolist()
    assert "Square: will likely be taken" in point_words(state, white[0])


def test_moves_of_the_tree_are_told():
    state = reviewed(run(opened("(;;B[pd]C[good];W[dd])"), "last"), m2=0.001)
    assert node_words(state, 0) == "The start, or stones put by hand"
    first = "Black Q16, 50 %; dot: the network's first choice; ring: has words"
    assert node_words(state, 1) == first
    assert node_words(state, 2) == "White D16, 0.1 %; dot: a surprise"


def test_meanings_give_way_to_what_was_just_said():
    state = thought(opened(), D4=0.5)
    state = update(state, ev.Pointed(ev.PointChosen(parse_vertex("D4"))))
    assert _meaning(state).startswith("D4")
    said = run(state, "numbers")
    said = update(said, ev.Pointed(ev.PointChosen(parse_vertex("C3"))))
    assert said.message is not None
    assert _meaning(fresh()) == ""
    assert _meaning(replace(state, tip=ev.NodeChosen(1))).startswith("Black")
