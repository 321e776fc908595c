"""Studying in the window: the review of all moves, and who is ahead."""

from dataclasses import replace

import numpy as np
import pygame
import pytest
from gopolicy_gui.app.chores import Desk, wanted_chores
from gopolicy_gui.app.snapshot import studied
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.language import speak
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.sgftree import format_game, parse_game
from gopolicy_gui.model.study import reviewing
from gopolicy_gui.model.study.findings import find_ways
from gopolicy_gui.model.study.leads import lead_words, make_estimate, reach_of
from gopolicy_gui.model.update import update
from gopolicy_gui.view.controls import controls, hit
from gopolicy_gui.view.study.graph import graph_event
from gopolicy_gui.view.study.territory import Dot, stone_dots
from gopolicy_gui.view.theme import DARK, LIGHT
from gopolicy_gui.view.window import draw_window, find_layout, status_words
from gui_states import FAMOUS, estimated, fresh, opened, reviewed, run

from gopolicy.go.coords import BLACK, POINTS, WHITE, parse_vertex
from gopolicy.policy import best_moves
from gopolicy.review.annotate import annotate_tree
from gopolicy.review.review import REVIEW_BATCH, review_game
from gopolicy.sgf.parse import format_sgf, parse_trees
from gopolicy.sgf.record import parse_records

SIZE = (1280, 800)


class SlantedPolicy:
    """The higher a point, the likelier it is; asked as a policy and as a brain."""

    name = "slanted"

    def __init__(self):
        self.batches = []

    def probabilities(self, positions):
        self.batches.append(len(positions))
        legal = np.array([p.legal_mask(superko=True) for p in positions])
        rows = np.where(legal, 0.98 ** np.arange(POINTS), 0).astype(np.float32)
        return rows / rows.sum(axis=1, keepdims=True)

    def many(self, positions, *, symmetries):
        assert symmetries == 1
        return self.probabilities(positions)

    def boards(self, position):
        return ()

    def owners(self, position):
        return np.ones(POINTS, np.float32)


def test_the_review_is_that_of_the_command():
    brain, state = SlantedPolicy(), opened()
    assert not reviewing.known(state).is_whole
    state = studied(state, brain)
    (record,) = parse_records(FAMOUS.encode(), "x")
    expected = review_game(record, SlantedPolicy())
    known = reviewing.known(state)
    assert known.is_whole
    assert tuple(known.found) == expected.moves
    assert max(brain.batches) < REVIEW_BATCH, "or a hint would wait too long for one"
    places = reviewing.surprises(state)
    assert [known.moves[i] for i in places] == expected.surprises(len(places))
    for color in (BLACK, WHITE):
        share = expected.agreement(color, "opening").top1
        assert reviewing.agreement(state, color, "opening") == share


def test_what_was_found_is_not_sought_again_and_another_variation_is():
    brain = SlantedPolicy()
    desk = Desk(brain, lambda _: None, lambda *_: None)
    state = opened("(;GM[1];B[aa];W[bb](;B[cc];W[dd])(;B[ee]))")
    while desk.step(wanted_chores(state)):
        pass
    assert sum(brain.batches) == 4
    state = run(state, "last", "back", "variation_down")
    while desk.step(wanted_chores(state)):
        pass
    assert sum(brain.batches) == 5
    assert not desk.step(wanted_chores(run(state, "first")))


def test_a_record_that_goes_wrong_is_reviewed_up_to_there():
    state = studied(opened("(;GM[1];B[aa];W[bb];B[bb];W[cc])"), SlantedPolicy())
    known = reviewing.known(state)
    assert [move is not None for move in known.moves] == [
        *(False, True, True, False, False)
    ]
    assert not known.is_whole


def test_another_move_in_the_place_of_an_undone_one_is_another_way():
    state = run(fresh(role=Role.BOTH), "Q16")
    number, way = state.number, state.ways[state.number]
    state = run(state, "undo", "D4")
    assert state.number == number
    assert state.ways[number] != way
    assert run(state, "undo", "Q16").ways[number] == way
    assert find_ways(state.tree, state.line, 8)[number] != state.ways[number]


def test_a_game_against_the_network_is_not_reviewed():
    state = run(fresh(), "Q16")
    assert wanted_chores(state) is None
    assert run(state, "report").message.text.startswith("No review in a game")
    assert wanted_chores(run(state, "role_both")) is not None
    assert wanted_chores(run(opened(), "guess")) is None
    assert wanted_chores(run(opened(), "review")) is None


def test_the_network_is_told_late_answers_of_no_other_game():
    state = opened()
    late = ev.StudyFailed(state.game - 1, "out of memory")
    assert update(state, late) is state
    failed = update(state, ev.StudyFailed(state.game, "out of memory"))
    assert "out of memory" in failed.message.text
    assert wanted_chores(failed) is None


def test_agreement_over_a_sliding_window():
    state = reviewed(opened(), **{f"m{i}": 0.001 for i in range(1, 60, 2)})
    known = reviewing.known(state)
    black, white = known.agreement[BLACK], known.agreement[WHITE]
    assert black[4] is None, "two moves are no window"
    assert black[58] == 0.0
    # White's moves 7, 14 ... are surprises; 14, 28 ... are White's.
    last = range(60 - 2 * reviewing.WINDOW + 2, 61, 2)
    assert white[60] == sum(i % 7 > 0 for i in last) / len(last)


def test_a_click_or_a_drag_in_the_graph_goes_there():
    state = reviewed(opened())
    layout = find_layout(state, SIZE)
    box = layout.graph
    assert box.height > 60
    left = hit(state, layout, box.left + 1, box.top + 40)
    right = hit(state, layout, box.left + box.width - 1, box.top + 40)
    assert left == ev.NodeChosen(0, part="curves")
    assert right == ev.NodeChosen(state.line[-1], part="curves")
    middle = hit(state, layout, box.left + box.width // 2, box.top + 40)
    assert update(state, middle).cursor == round((len(state.line) - 1) / 2)
    beyond = graph_event(state, layout, 5000, 3, held=True)
    assert beyond == right
    assert graph_event(state, layout, 5000, 3) is None
    hidden = run(state, "review")
    assert find_layout(hidden, SIZE).graph.height == 0


def test_surprises_are_stepped_through_and_come_round():
    state = reviewed(opened(), m20=0.0001, m30=0.0002)
    listed = sorted(reviewing.surprises(state))
    assert len(listed) == reviewing.N_SURPRISES
    assert reviewing.surprises(state)[:2] == [20, 30]
    seen = []
    for _ in range(len(listed) + 1):
        state = run(state, "next_surprise")
        seen.append(state.cursor + 1)
        assert f"Move {state.cursor + 1}, " in state.message.text
    assert seen == [*listed, listed[0]]
    assert run(state, "previous_surprise").cursor + 1 == listed[-1]
    assert "K10" in state.message.text
    shy = run(state, "think_first", "next_surprise")
    assert "K10" not in shy.message.text, "the answer is hidden with the hints"


def test_the_report_lists_surprises_that_lead_there():
    state = run(reviewed(opened(), m20=0.0001), "report")
    layout = find_layout(state, SIZE)
    rows = [c for c in controls(state, layout) if c.kind == "item"]
    assert rows[0].label.startswith("20 White")
    assert update(state, rows[0].event).cursor == 19
    assert not run(state, "leave").report
    surface = pygame.Surface(SIZE)
    for size in (SIZE, (800, 600), (480, 360)):
        draw_window(surface, state, find_layout(state, size))


def test_stones_have_dots_of_surprise_and_late_ones_of_agreement():
    state = run(reviewed(opened()), *["forward_ten"] * 2)
    dots = stone_dots(state, LIGHT)
    moves = [state.tree.nodes[n].point for n in state.line[1:21]]
    assert dots[moves[6]] == dots[moves[13]] == Dot(LIGHT.mark, is_surprise=True)
    assert moves[0] not in dots
    assert dots[moves[19]] == Dot(LIGHT.bar, is_surprise=False)
    assert not stone_dots(run(state, "numbers"), LIGHT)


def test_the_review_is_written_as_the_command_writes_it_and_can_be_undone():
    state = studied(opened(), SlantedPolicy())
    partial = replace(state, findings=opened().findings)
    assert "0 of" in run(partial, "write_review").message.text
    after = run(state, "write_review")
    assert after.is_changed
    assert after.line == state.line
    (record,) = parse_records(FAMOUS.encode(), "x")
    tree = parse_trees(FAMOUS.encode(), "x")[0]
    annotate_tree(tree, review_game(record, SlantedPolicy()), "net")
    expected = parse_game(format_sgf([tree]).decode(), "x")
    written = parse_game(format_game(after.tree).decode(), "x")
    assert len(written.nodes) == len(expected.nodes)
    for one, other in zip(written.nodes, expected.nodes, strict=True):
        assert (one.color, one.point) == (other.color, other.point)
        for name in ("C", "LB", "CR", "TR"):
            assert dict(one.properties).get(name) == dict(other.properties).get(name)
    assert run(after, "undo").tree is state.tree
    assert "already" in run(after, "write_review").message.text


def test_a_review_of_a_shown_variation_leaves_the_others_alone():
    state = opened("(;GM[1];B[aa](;W[bb];B[cc])(;W[dd];AB[ss];B[ee]C[mine]))")
    state = studied(run(state, "forward", "forward", "variation_down"), SlantedPolicy())
    after = run(state, "write_review")
    words = [after.tree.nodes[n].text("C") for n in state.line]
    assert all("gopolicy" in word for word in (*words[:3], words[-1]))
    assert words[-1].startswith("mine")
    assert after.tree.nodes[2].text("C") == ""
    assert after.tree.line_to(state.number) == state.line[: state.cursor + 1]


def test_who_is_ahead_is_an_interval_and_no_verdict():
    state = run(opened(), *["forward_ten"] * 3)
    assert state.estimate is None
    state = estimated(run(state, "territory"))
    estimate = state.estimate
    assert estimate.low < estimate.lead < estimate.high
    words = status_words(state)
    assert lead_words(estimate.low) in words and lead_words(estimate.high) in words
    assert "wins" not in words
    assert run(state, "role_black").estimate is None, "not while one plays"
    assert run(state, "forward").estimate is None, "of another position"
    assert reviewing.leads(state)[30] == estimate.lead
    assert reviewing.leads(state)[29] is None


def test_an_estimate_is_less_sure_of_an_open_board():
    reaches = [reach_of(settled / 10) for settled in range(4, 11)]
    assert reaches == sorted(reaches, reverse=True)
    closed = make_estimate(np.ones(POINTS, np.float32), -7.5, BLACK)
    assert closed.lead == pytest.approx(POINTS - 7.5)
    for color in (BLACK, WHITE):
        nobody = make_estimate(np.zeros(POINTS, np.float32), 0.0, color)
        assert lead_words(nobody.lead) == "even"
    assert lead_words(-3.6) == "W+4"
    speak("zh_CN")
    assert lead_words(3.6) != "B+4", "Chinese has other letters"
    speak("en")


def test_estimates_begin_here_and_reach_all_positions():
    state = run(opened("(;GM[1];B[aa];W[bb])"), "territory")
    heard: list[ev.Event] = []
    desk = Desk(SlantedPolicy(), heard.append, lambda *_: None)
    while desk.step(wanted_chores(state)):
        pass
    estimates = [event for event in heard if isinstance(event, ev.LeadEstimated)]
    for event in estimates:
        state = update(state, event)
    assert len(estimates) == len(state.findings.estimates) == 3
    assert state.estimate is not None
    assert run(state, "forward").estimate is not None


@pytest.mark.parametrize(
    ("sgf", "color"),
    [
        ("(;GM[1]HA[2]AB[dp][pd])", WHITE),
        ("(;GM[1]AB[dp][pd])", WHITE),
        ("(;GM[1]HA[2];AB[dp][pd])", WHITE),
        ("(;GM[1];B[aa];W[bb]PL[W])", WHITE),
        ("(;GM[1];B[aa];W[bb]PL[W];B[cc])", WHITE),
        ("(;GM[1];B[aa];W[bb];B[bb])", BLACK),
    ],
)
def test_who_is_ahead_is_asked_for_the_side_to_play(sgf, color):
    """At the end of a line, too, where no move tells whose turn it is."""
    asked = []

    class Listener(SlantedPolicy):
        def owners(self, position):
            asked.append(position.copy())
            return super().owners(position)

    state = run(opened(sgf), "last", "territory")
    studied(state, Listener())
    assert asked[0].to_play == color, "the position on the board comes first"
    assert state.position.to_play == color


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_territory_is_shaded_in_its_owners_color(theme):
    state = run(opened(theme=theme.name), "hints", "territory")
    surface, plain = pygame.Surface(SIZE), pygame.Surface(SIZE)
    layout = find_layout(state, SIZE)
    draw_window(plain, state, layout)
    draw_window(surface, estimated(state), layout)
    cell = round(layout.board.cell)
    for vertex, is_darker in (("B18", True), ("B2", False)):
        x, y = layout.board.center(parse_vertex(vertex))
        place = (x + cell // 4, y + cell // 4)
        change = sum(surface.get_at(place)[:3]) - sum(plain.get_at(place)[:3])
        assert (change < -20) if is_darker else (change > 20)


def test_the_best_moves_of_a_review_are_the_hints_of_the_position():
    state = studied(opened(), SlantedPolicy())
    move = reviewing.known(state).moves[1]
    row = SlantedPolicy().probabilities([state.position])[0]
    assert list(move.choices) == best_moves(row, 5)
