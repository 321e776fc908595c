"""Counting a finished position: owners, area and territory."""

import naive
import numpy as np
import pytest
from diagrams import ONE_EYED_SEKI, inset, parse_diagram, points
from games import legal_games
from hypothesis import given, settings

from gopolicy.errors import ConfigError
from gopolicy.go.coords import BLACK, EMPTY, PASS, POINTS, WHITE, parse_vertex
from gopolicy.go.playouts import judge_end
from gopolicy.go.position import Position
from gopolicy.go.scoring import (
    Seki,
    count_owners,
    final_score,
    find_seki,
    format_score,
    handicap_stones,
    rules_difference,
)

#: Black's left half, White's right half, a dame between them, a black stone lost in
#: White's half.
HALVES = "\n".join(
    [
        ". . . . . . . . X a O . . . . . . . .",
        *[". . . . . . . . X O . . . . . . . . ."] * 17,
        ". . . . . . . . X O . . . . X . . . .",
    ]
).replace("a", ".")
LOST = points("P1")


def test_a_divided_board_is_counted_by_area():
    position = parse_diagram(HALVES)
    owners = count_owners(position, LOST).reshape(19, 19)
    assert (owners[:, :9] == BLACK).all()
    assert (owners[1:, 9:] == WHITE).all() and (owners[0, 10:] == WHITE).all()
    assert owners[0, 9] == EMPTY
    assert final_score(position, komi=0.5, dead=LOST) == 171 - 189 - 0.5


def test_without_the_dead_taken_off_the_region_is_nobodys():
    owners = count_owners(parse_diagram(HALVES)).reshape(19, 19)
    assert (owners[:, 11:] != WHITE).all()


def test_territory_counts_empty_points_and_prisoners():
    position = parse_diagram(HALVES)
    # Black: 8 columns. White: 9 columns less one point, and the dead stone twice.
    black, white = 8 * 19, 9 * 18 + 8 + 1
    lead = final_score(position, komi=6.5, dead=LOST, rules="territory")
    assert lead == black - white - 6.5


def _territory_by_hand(game, black_first):
    """Empty points that one color borders, plus stones taken, minus the opponent's."""
    owned = naive.owners(game.stones)
    lead = sum(color for p, color in owned.items() if p not in game.stones)
    for color in (BLACK, WHITE):
        put = black_first[color]
        here = sum(stone == color for stone in game.stones.values())
        lead -= color * (put - here)
    return lead


@given(legal_games())
@settings(max_examples=60, deadline=None)
def test_owners_area_and_territory_are_the_twins(game):
    position, twin = game.end()
    owned = naive.owners(twin.stones)
    owners = count_owners(position)
    assert {p: int(c) for p, c in enumerate(owners) if c != EMPTY} == owned
    handicap = naive.handicap_stones(game.black, game.white, game.moves)
    assert final_score(position, komi=0) == sum(owned.values()) - handicap
    put = {
        BLACK: len(game.black) + sum(c == BLACK and p != PASS for c, p in game.moves),
        WHITE: len(game.white) + sum(c == WHITE and p != PASS for c, p in game.moves),
    }
    territory = final_score(position, komi=0, rules="territory")
    assert territory == _territory_by_hand(twin, put)


@pytest.mark.parametrize(
    ("black", "white", "handicap"),
    [("D4 Q16 D16", "", 3), ("D4", "", 0), ("D4 Q16", "Q4", 0), ("", "", 0)],
)
def test_white_gets_points_of_area_for_handicap_stones(black, white, handicap):
    position = Position.from_stones(points(black), points(white), to_play=WHITE)
    position.play(parse_vertex("K10"))
    assert rules_difference(position, "area") == -handicap
    assert rules_difference(position, "aga") == -max(0, handicap - 1)
    assert rules_difference(position, "tromp-taylor") == 0
    position.setup(parse_vertex("A1"), BLACK)  # edited: no handicap game any more
    assert rules_difference(position, "area") == 0


#: Moves, and how many handicap stones KataGo sees in them
#: (``computeNumHandicapStones``, where several first moves of Black are assumed so).
FIRST_MOVES = [
    ("b D4 b Q16 b D16", 3),
    ("b D4 b Q16 b D16 w Q4 b K10", 3),
    ("b D4 b Q16 w pass b D16 w pass w Q4", 0),
    ("b D4 w pass b Q16 w pass b D16 w Q4", 3),
    ("b D4 b pass b Q16 w Q4", 2),
    ("b D4 w Q4 b Q16", 0),
    ("b D4", 0),
    ("b D4 b Q16 w Q4 w D16", 0),
    ("w D4 b Q16 b Q4", 0),
    ("b pass b pass w D4", 0),
]


@pytest.mark.parametrize(("moves", "handicap"), FIRST_MOVES)
@pytest.mark.parametrize("black", ["", "K4 K16"])
def test_handicap_given_by_moves_counts_as_katago_counts_it(moves, handicap, black):
    words = moves.split()
    position = Position.from_stones(points(black), [])
    for color, vertex in zip(words[::2], words[1::2], strict=True):
        position.play(parse_vertex(vertex), BLACK if color == "b" else WHITE)
    twin = naive.handicap_stones(points(black), (), position.moves)
    assert handicap_stones(position) == twin
    if not black:
        assert twin == handicap


def test_stones_that_setup_takes_away_are_no_prisoners():
    position = Position.from_stones([0, 1, 2], [40])
    position.setup(1, EMPTY)
    position.setup(2, WHITE)
    # One black stone, two white ones are left of the setup.
    assert rules_difference(position, "territory") == 1
    position.play(60)
    position.play(PASS)
    assert rules_difference(position, "territory") == 0
    assert rules_difference(position, "area") == 0


def test_an_empty_board_is_nobodys():
    assert (count_owners(Position()) == EMPTY).all()
    assert final_score(Position(), komi=7.5) == -7.5
    assert np.count_nonzero(count_owners(Position.from_stones([3], []))) == POINTS


@pytest.mark.parametrize(
    ("lead", "text"),
    [(3.5, "B+3.5"), (-12.0, "W+12"), (0.0, "0"), (-0.25, "W+0.25"), (361, "B+361")],
)
def test_scores_are_written_as_in_records(lead, text):
    assert format_score(lead) == text


def test_other_rules_are_refused():
    with pytest.raises(ConfigError, match="'rules' is 'stone'; allowed: area, terr"):
        final_score(Position(), komi=0, rules="stone")  # type: ignore[arg-type]


#: Black's four stones in the corner and White's six share two liberties.
EYELESS_SEKI = """\
X . O X . . X
X . O X X . X
X X O X . X X
O O O X . X .
X X X X X . .
. . . X . X ."""


def test_a_seki_with_an_eye_is_found():
    found = find_seki(parse_diagram(inset(ONE_EYED_SEKI)), points("P18"))
    assert found.neutral == set(points("A19 A17"))
    assert found.eyes == set(points("C19"))
    assert set(points("B19 D18 A15 A18 B17")) <= found.stones
    assert not set(points("E19 E17 B15 T1")) & found.stones


def test_eyes_in_seki_are_no_territory_by_japanese_rules():
    position, dead = parse_diagram(inset(ONE_EYED_SEKI)), points("P18")
    assert find_seki(position, dead).lead == WHITE, "the eye at C19"
    scores = {
        rules: judge_end(position, komi=0, rules=rules).score
        - final_score(position, komi=0, dead=dead, rules=rules)
        for rules in ("area", "territory")
    }
    assert scores == {"area": 0, "territory": -WHITE}


def test_dame_between_living_groups_are_no_seki():
    assert find_seki(parse_diagram(HALVES), LOST) == Seki()


def test_two_groups_without_an_eye_share_their_liberties():
    found = find_seki(parse_diagram(inset(EYELESS_SEKI)), points("P18"))
    assert found.neutral == set(points("B19 B18")) and not found.eyes


def test_the_empty_board_has_no_seki():
    assert find_seki(Position()) == Seki()
