"""The search of undecided parts: which those are, and who lives in them."""

import numpy as np
import pytest
from diagrams import HALVES, ONE_EYED_SEKI, inset, parse_diagram, points

from gopolicy.go.coords import BLACK, EMPTY, POINTS, WHITE
from gopolicy.go.playouts import judge, judge_end
from gopolicy.go.position import Position
from gopolicy.go.treesearch import search_part, undecided_parts

#: Of the seki, of which playouts alone say now this, now that.
WHITES, BLACKS = points("B19 D19 A16 A15"), points("A18 B18 B17")


def owned_by_halves(position):
    """Each stone is its color's, each empty point that of the half it is in."""
    halves = np.where(np.arange(POINTS) % 19 < 9, BLACK, WHITE)
    stones = position.stones
    return np.where(stones == EMPTY, halves, stones).astype(np.float32)


def test_nothing_is_undecided_where_each_chain_has_an_owner():
    position = parse_diagram(HALVES)
    assert undecided_parts(position, owned_by_halves(position)) == []


def test_a_part_is_a_chain_in_doubt_and_what_is_open_beside_it():
    position = parse_diagram(HALVES)
    ownership = owned_by_halves(position)
    ownership[points("B18 P18")] = 0.4
    ownership[points("A18 A19 D4")] = 0.0
    left, right = undecided_parts(position, ownership)
    assert np.flatnonzero(left).tolist() == sorted(points("B18 A18 A19"))
    assert np.flatnonzero(right).tolist() == points("P18")


def test_chains_two_steps_apart_are_one_part():
    position = parse_diagram("X . X . . X")
    parts = undecided_parts(position, np.zeros(POINTS, np.float32))
    assert len(parts) == 1
    ownership = np.ones(POINTS, np.float32)
    ownership[points("A19 C19 F19")] = 0
    parts = undecided_parts(position, ownership)
    assert [np.flatnonzero(part).tolist() for part in parts] == [[0, 2], [5]]


@pytest.mark.parametrize("color", [BLACK, WHITE])
def test_all_live_in_a_seki_whoever_moves_first(color):
    position = parse_diagram(inset(ONE_EYED_SEKI))
    part = np.zeros(POINTS, np.bool_)
    part[points("A19 C19 A17")] = True
    heads = position.board.chain
    for point in WHITES + BLACKS:
        part |= (heads == heads[point]) & (position.stones != EMPTY)
    owners = search_part(position, part, color, simulations=3000, seed=1)
    assert (owners[~part] == 0).all()
    assert (owners[BLACKS] > 0).all() and (owners[WHITES] < 0).all()
    again = search_part(position, part, color, simulations=3000, seed=1)
    assert (again == owners).all()


@pytest.mark.parametrize("to_play", [BLACK, WHITE])
def test_stones_in_a_seki_are_not_judged_dead(to_play):
    position = parse_diagram(inset(ONE_EYED_SEKI), to_play)
    assert judge_end(position, komi=0).dead == set(points("P18"))
    assert judge(position, komi=0).dead != set(points("P18"))


def test_the_search_leaves_the_position_as_it_is():
    position = parse_diagram(inset(ONE_EYED_SEKI))
    before = str(position), position.hash
    search_part(position, position.stones != EMPTY, WHITE, simulations=8, seed=1)
    assert (str(position), position.hash) == before


def test_a_search_on_an_empty_board_ends():
    part = np.ones(POINTS, np.bool_)
    owners = search_part(Position(), part, BLACK, simulations=20, seed=1)
    assert np.abs(owners).max() <= 1
