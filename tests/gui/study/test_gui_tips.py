"""What is said of what one points at; seki and dame in the count."""

from dataclasses import replace

import numpy as np
import pygame
import pytest
from diagrams import ONE_EYED_SEKI, inset, parse_diagram, points
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.count import count_score
from gopolicy_gui.model.language import color_name
from gopolicy_gui.model.options import SCHEME_NAMES
from gopolicy_gui.model.study import reviewing
from gopolicy_gui.model.study.leads import lead_words
from gopolicy_gui.model.study.tips import node_words, point_words
from gopolicy_gui.model.update import update
from gopolicy_gui.view.controls import controls, hit
from gopolicy_gui.view.study.graph import _inks
from gopolicy_gui.view.study.territory import stone_dots
from gopolicy_gui.view.theme import LIGHT, THEMES, with_scheme
from gopolicy_gui.view.window import (
    _first_help,
    _meaning,
    _tip,
    draw_window,
    find_layout,
)
from gui_states import estimated, fresh, judged, opened, reviewed, run, thought

from gopolicy.go.coords import (
    BLACK,
    EMPTY,
    format_sgf_point,
    format_vertex,
    parse_vertex,
)


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
    signs = "Dot", "Diamond"
    told = {p for p in dotted if any(s in point_words(state, p) for s in signs)}
    assert told == dotted
    assert not any(s in point_words(state, p) for s in signs for p in silent)
    state = estimated(state)
    empty = np.flatnonzero(state.position.stones == EMPTY).tolist()
    assert point_words(state, empty[0]) == "Shading: Black's, with a chance of 100 %"
    white = np.flatnonzero(state.position.stones[:190] == -BLACK).tolist()
    assert "Square: will likely be taken" in point_words(state, white[0])


def test_moves_of_the_tree_are_told():
    state = reviewed(run(opened("(;;B[pd]C[good];W[dd])"), "last"), m2=0.001)
    assert node_words(state, 0) == "The start, or stones put by hand"
    first = "Black Q16, 50 %; dot: the network's first choice; ring: has words"
    assert node_words(state, 1) == first
    assert node_words(state, 2) == "White D16, 0.1 %; diamond: a surprise"


def test_meanings_give_way_to_what_was_just_said():
    state = thought(opened(), D4=0.5)
    state = update(state, ev.Pointed(ev.PointChosen(parse_vertex("D4"))))
    assert _meaning(state).startswith("D4")
    said = run(state, "numbers")
    said = update(said, ev.Pointed(ev.PointChosen(parse_vertex("C3"))))
    assert said.message is not None
    assert _meaning(fresh()) == ""
    assert _meaning(replace(state, tip=ev.NodeChosen(1))).startswith("Black")


def told_at(state, x, y, size=(1280, 800)):
    """What is said when the pointer is at a pixel."""
    event = hit(state, find_layout(state, size), x, y)
    return _meaning(update(replace(state, message=None), ev.Pointed(event)))


def test_the_curves_and_bars_of_the_graph_are_told():
    state = estimated(reviewed(run(opened(territory=True), ev.NodeChosen(40))))
    layout = find_layout(state, (1280, 800))
    box = layout.graph
    share = 40 / (len(state.line) - 1)
    x = box.left + layout.unit // 2 + round((box.width - layout.unit) * share)
    curves = told_at(state, x, box.top + box.height // 3)
    black, white = (
        f"{100 * reviewing.known(state).agreement[color][40]:.0f} %"
        for color in (BLACK, -BLACK)
    )
    assert curves.startswith(
        f"Agreement of late: Black {black} (darker line), White {white}; orange: "
    )
    assert curves.endswith(f"the lead, {lead_words(state.estimate.lead)}")
    bars = told_at(state, x, box.top + box.height - 3)
    node = state.tree.nodes[state.line[40]]
    assert bars.startswith(f"{color_name(node.color)} {format_vertex(node.point)}, ")
    assert bars.endswith(": the higher, the likelier; orange: surprises")
    bare = run(opened(), ev.NodeChosen(1))
    assert told_at(bare, box.left + 1, box.top + layout.unit) == (
        "Agreement of late: Black ? (darker line), White ?"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scheme", SCHEME_NAMES)
def test_the_colors_that_tips_name_are_those_of_the_graph(scheme, theme):
    state = reviewed(opened(scheme=scheme, theme=theme))
    said = node_words(state, state.line[9], "bars")
    red, green, blue = with_scheme(THEMES[theme], scheme).mark_text
    assert said.endswith("orange: surprises") == (red > green > blue)
    assert said.endswith("teal: surprises") == (red < green == blue)
    inks = _inks(with_scheme(THEMES[theme], scheme))
    assert sum(inks[BLACK]) < sum(inks[-BLACK])  # the darker line is Black's


def test_a_listed_surprise_tells_which_move_a_click_goes_before():
    state = run(reviewed(opened(), m9=0.0001), "report")
    found = controls(state, find_layout(state, (1280, 800)))
    move = next(c for c in found if c.kind == "item" and c.label.startswith("9 "))
    said = _meaning(update(replace(state, message=None), ev.Pointed(move.event)))
    assert said == f"Shows the board before {move.label.removeprefix('9 ')}"
    assert run(state, move.event).position.turn == 8


def test_parts_that_cannot_be_clicked_are_told():
    state = estimated(reviewed(run(opened(territory=True), ev.NodeChosen(40))))
    layout = find_layout(state, (1280, 800))

    def at(box):
        return told_at(state, box[0] + box[2] // 2, box[1] + box[3] // 2)

    assert at(layout.players).startswith("Taken: stones captured. Komi: ")
    assert at(layout.status).startswith("A network's guess")
    assert at(layout.navigation).endswith("Ctrl+G goes to a move")
    border = next(border for border in layout.borders if border.upright)
    assert at(border.box) == "Drag the border; a double click brings it back"
    quiet = run(state, "territory")
    box = layout.status
    assert told_at(quiet, box.left + 5, box.top + 5) == ""
    event = hit(state, layout, box.left + 5, box.top + 5)
    assert update(state, event) is state  # a click there does nothing


def test_filters_and_stones_of_the_inside_are_told():
    state = run(opened(), ev.NodeChosen(40), "stones")
    nats = np.full(361, np.nan, np.float32)
    stones = np.flatnonzero(state.position.stones).tolist()
    nats[stones[:3]] = 0.6931, -1.0986, 0.001
    weighed = ev.StonesWeighed(state.serial, 1, parse_vertex("Q4"), nats, 361)
    state = update(state, weighed)
    first, second, third, *_ = (point_words(state, point) for point in stones)
    assert first == "Without this stone Q4 is 2 times less likely"
    assert second == "Without this stone Q4 is 3 times likelier"
    assert third == "" and point_words(state, 0) == ""
    assert point_words(run(state, "planes"), stones[0]) == ""
    state = update(state, ev.Pointed(ev.FilterChosen(2, 17)))
    assert _meaning(state) == "Layer 3, filter 17"


def test_help_before_the_first_move_gives_way_to_what_is_pointed_at():
    state = fresh()
    assert _first_help(state).startswith("Click where you want to play")
    assert _tip(state) == ""
    assert _first_help(run(state, "Q16")) == ""
