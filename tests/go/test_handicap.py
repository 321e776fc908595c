"""Handicap stones stand where GTP says; all of them on star points."""

import pytest

from gopolicy.config import MAX_HANDICAP
from gopolicy.go.coords import format_vertex
from gopolicy.go.handicap import HANDICAP_POINTS, STAR_POINTS


@pytest.mark.parametrize(
    ("stones", "vertices"),
    [
        (2, "D4 Q16"),
        (3, "D4 Q16 D16"),
        (4, "D4 Q16 D16 Q4"),
        (5, "D4 Q16 D16 Q4 K10"),
        (6, "D4 Q16 D16 Q4 D10 Q10"),
        (7, "D4 Q16 D16 Q4 D10 Q10 K10"),
        (8, "D4 Q16 D16 Q4 D10 Q10 K4 K16"),
        (9, "D4 Q16 D16 Q4 D10 Q10 K4 K16 K10"),
    ],
)
def test_stones_have_the_places_of_gtp(stones, vertices):
    assert " ".join(map(format_vertex, HANDICAP_POINTS[stones])) == vertices
    assert set(HANDICAP_POINTS[stones]) <= set(STAR_POINTS)
    assert MAX_HANDICAP == max(HANDICAP_POINTS) == 9


def test_nine_stones_stand_on_all_star_points():
    assert sorted(HANDICAP_POINTS[9]) == list(STAR_POINTS)
