"""Points and their names, over their whole domain."""

import numpy as np
import pytest

from gopolicy.errors import VertexError
from gopolicy.go.coords import (
    PASS,
    POINTS,
    SYMMETRIES,
    check_point,
    format_sgf_point,
    format_vertex,
    parse_sgf_point,
    parse_vertex,
)


@pytest.mark.parametrize("point", range(POINTS + 1))
def test_names_go_round(point):
    assert parse_vertex(format_vertex(point)) == point
    assert parse_vertex(format_vertex(point).lower()) == point
    assert parse_sgf_point(format_sgf_point(point)) == point


@pytest.mark.parametrize(
    ("vertex", "sgf", "row", "column"),
    [
        ("A19", "aa", 0, 0),
        ("T19", "sa", 0, 18),
        ("A1", "as", 18, 0),
        ("T1", "ss", 18, 18),
        ("Q16", "pd", 3, 15),
        ("J10", "ij", 9, 8),
    ],
)
def test_known_points(vertex, sgf, row, column):
    assert parse_vertex(vertex) == parse_sgf_point(sgf) == row * 19 + column


def test_tt_is_a_pass():
    assert parse_sgf_point("tt") == PASS


@pytest.mark.parametrize(
    "text",
    ["", "I5", "A0", "A20", "U1", "A", "11", "Q-1", "Q1.0", "Q¹", "QQ16", "résign"],
)
def test_what_is_no_vertex_is_refused(text):
    with pytest.raises(VertexError, match="no vertex"):
        parse_vertex(text)


@pytest.mark.parametrize("text", ["a", "at", "ta", "aaa", "AA", "1a", " "])
def test_what_is_no_sgf_point_is_refused(text):
    with pytest.raises(VertexError, match="no SGF point"):
        parse_sgf_point(text)


@pytest.mark.parametrize("point", [-1, 361, 362, 10**9])
def test_points_off_the_board_are_refused(point):
    with pytest.raises(VertexError, match="no point"):
        check_point(point)


def test_symmetries_are_eight_different_maps_that_keep_neighbors():
    assert len({table.tobytes() for table in SYMMETRIES}) == 8
    rows, columns = np.divmod(np.arange(POINTS), 19)
    for table in SYMMETRIES:
        assert sorted(table[:POINTS]) == list(range(POINTS))
        assert table[PASS] == PASS
        r, c = np.divmod(table[:POINTS].astype(int), 19)
        right = columns < 18
        at, to = np.flatnonzero(right), np.flatnonzero(right) + 1
        assert (abs(r[at] - r[to]) + abs(c[at] - c[to]) == 1).all()
        assert rows[table[180]] == columns[table[180]] == 9  # the center stays
