"""Shapes: patterns around a point, and spaces in which a stone leaves one eye."""

import naive
import numpy as np
import pytest
from diagrams import parse_marked
from games import legal_games
from hypothesis import given, settings

from gopolicy.go.coords import BLACK, EMPTY, PASS, WHITE
from gopolicy.go.randomplay import PATTERNS, fits_pattern, vital_point


def scratch():
    return np.zeros(6, np.int16)


@given(legal_games())
@settings(max_examples=20, deadline=None)
def test_patterns_fit_where_the_twin_says(game):
    position, twin = game.end()
    for point in np.flatnonzero(position.stones == EMPTY).tolist():
        expected = naive.fits_pattern(twin.stones, point, PATTERNS)
        assert fits_pattern(position.board, point) == expected, point


@given(legal_games())
@settings(max_examples=60, deadline=None)
def test_vital_points_are_the_twins(game):
    position, twin = game.end()
    for last in np.flatnonzero(position.stones != EMPTY).tolist():
        color = -twin.stones[last]
        expected = naive.vital_points(twin.stones, last, color)
        found = vital_point(position.board, last, color, scratch())
        assert found in expected if expected else found == PASS, last


@pytest.mark.parametrize(
    "rows",
    [
        [".v.O", "OOOO"],
        [".vO", "O.O", "OOO"],
        [".v.O", "O.OO", "OOOO"],
        ["..OO", ".v.O", "OOOO"],
        ["O.OOO", ".v.OO", "O.OOO", "OOOOO"],
        ["O.OOO", ".v.OO", "O..OO", "OOOOO"],
        ["..O", "..O", "OOO"],
        ["....O", "OOOOO"],
        [".....O", "OOOOOO"],
        ["...O", "...O", "OOOO"],
    ],
)
def test_the_vital_point_is_found(rows):
    """``v`` is it, if there is one. The last stone is beside the space."""
    position, named = parse_marked("\n".join(rows))
    stones = np.flatnonzero(position.stones == WHITE).tolist()
    found = {vital_point(position.board, last, BLACK, scratch()) for last in stones}
    assert found - {PASS} == {named["v"]} if "v" in named else found == {PASS}


def test_a_space_that_both_colors_border_has_no_vital_point():
    position, _ = parse_marked(". . . X\nO O O O")
    assert vital_point(position.board, 19, BLACK, scratch()) == PASS
    assert vital_point(position.board, 3, WHITE, scratch()) == PASS
