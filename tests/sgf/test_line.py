"""Lines: the codes of pieces and nodes, where they stop, and whose turn it is then."""

import pytest

from gopolicy.go.coords import BLACK, EMPTY, PASS, WHITE, parse_sgf_point
from gopolicy.go.turns import ERASE_BIT, SETUP_BIT, WHITE_BIT
from gopolicy.sgf.line import NodeTurns, read_line, read_node, shorten, side_to_play

AA, BA, PD = map(parse_sgf_point, ("aa", "ba", "pd"))


def whose_turn(text, done, handicap=0):
    """After the first ``done`` codes of the pieces in ``text``, a blank between."""
    line = read_line(text.split())
    return side_to_play(line.codes.tolist(), line.sides, done=done, handicap=handicap)


@pytest.mark.parametrize(
    ("text", "done", "to_play"),
    [
        ("", 0, BLACK),
        ("B[pd]", 1, WHITE),
        ("W[pd]", 1, BLACK),
        ("B[pd] AB[dd]", 2, WHITE),
        ("B[pd] AB[dd] AB[dp]", 3, WHITE),
        ("B[pd] AB[dd] B[dp]", 1, BLACK),
        ("AB[pd]", 1, WHITE),
        ("AB[pd] AB[dp]", 2, WHITE),
        ("AB[pd] AB[dp] AE[dp]", 3, WHITE),
        ("AB[pd] AW[dp]", 2, BLACK),
        ("AW[pd]", 1, BLACK),
        ("AB[pd] B[dp]", 1, BLACK),
        ("PL[W]", 0, WHITE),
        ("AB[pd] PL[B]", 1, BLACK),
        ("PL[W] AB[pd] AW[dd]", 2, WHITE),
        ("B[pd] PL[B] W[dp]", 1, BLACK),
        ("B[pd] PL[W] W[dp]", 2, BLACK),
        ("B[pd] PL[W] PL[B]", 1, BLACK),
    ],
)
def test_whose_turn_it_is(text, done, to_play):
    assert whose_turn(text, done) == to_play


@pytest.mark.parametrize(("handicap", "to_play"), [(1, BLACK), (2, WHITE), (9, WHITE)])
def test_after_a_handicap_white_begins(handicap, to_play):
    assert whose_turn("", 0, handicap) == to_play
    assert whose_turn("B[pd]", 0, handicap) == BLACK, "unless the record goes on so"
    assert whose_turn("W[pd]", 1, handicap) == BLACK


def test_a_line_that_is_whole_has_nothing_to_tell():
    line = read_line(["AB[aa]", "AW[ba]", "W[pd]"])
    assert (line.stopped, line.ignored, line.sides) == ("", (), ())


def test_setup_must_be_alive_where_its_node_ends_whoever_is_named_before():
    setup = ["AB[aa]", "AW[ab]", "AW[ba]", "AE[ab]"]
    told = "setup before move 1: setup stones without a liberty A19"
    assert read_line(setup).stopped == ""
    assert read_line(setup, [3]).stopped == told
    assert read_line(["PL[W]", *setup], [4]).stopped == told
    assert read_line(["AE[zz]", *setup], [4]).stopped == told


def test_what_is_no_point_is_told_as_it_is_written():
    told = "no point on the board: 'a[b'"
    assert read_line(["B[a[b]"]).stopped == f"move 1: {told}"
    assert read_line(["AB[a[b]"]).ignored == (f"setup before move 1: {told}",)


def test_a_long_value_is_cut_in_a_message():
    assert shorten("x" * 20) == "x" * 20
    assert shorten("x" * 21) == "x" * 20 + "..."


@pytest.mark.parametrize(
    ("node", "turns"),
    [
        ({}, NodeTurns()),
        ({"C": [b"B[pd]"]}, NodeTurns()),
        ({"B": [b"pd"]}, NodeTurns(moves=(PD,))),
        (
            {"W": [b"tt"], "PL": [b"B"]},
            NodeTurns(moves=(WHITE_BIT | PASS,), side=BLACK),
        ),
        ({"PL": [b"white"]}, NodeTurns(side=WHITE)),
        ({"PL": [b"nobody"]}, NodeTurns(side=EMPTY)),
        (
            {"B": [b"pd"], "AE": [b"pd"], "AW": [b"aa:ba"]},
            NodeTurns(
                setup=(
                    SETUP_BIT | WHITE_BIT | AA,
                    SETUP_BIT | WHITE_BIT | BA,
                    SETUP_BIT | ERASE_BIT | PD,
                ),
                moves=(PD,),
            ),
        ),
        (
            {"B": [b"pd"], "W": [b"zz"]},
            NodeTurns(moves=(PD,), trouble="no point on the board: 'zz'"),
        ),
    ],
)
def test_what_a_node_does(node, turns):
    assert read_node(node) == turns
