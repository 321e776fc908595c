"""Reviews: ranks, agreement, surprises, and the annotated record."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from gopolicy.go.coords import BLACK, PASS, POINTS, WHITE, parse_vertex
from gopolicy.measure.phases import PHASES, phase_of
from gopolicy.policy import UniformPolicy
from gopolicy.review.annotate import annotate_tree, format_probability
from gopolicy.review.review import REVIEW_BATCH, format_review, review_game
from gopolicy.sgf.parse import format_sgf, parse_trees
from gopolicy.sgf.record import GameRecord, parse_records


class WishPolicy:
    """Probabilities by wish, the same at every position, over the legal moves."""

    name = "wishes"

    def __init__(self, wishes):
        self.row = np.full(POINTS, 1e-6, np.float32)
        for vertex, weight in wishes.items():
            self.row[parse_vertex(vertex)] = weight
        self.batches = []

    def probabilities(self, positions):
        self.batches.append(len(positions))
        legal = np.array([p.legal_mask(superko=True) for p in positions])
        rows = np.where(legal, self.row, 0)
        return rows / rows.sum(axis=1, keepdims=True)


def sgf_of(moves, root=""):
    letters = "abcdefghijklmnopqrs"

    def point(vertex):
        number = parse_vertex(vertex)
        if number == PASS:
            return ""
        row, column = divmod(number, 19)
        return letters[column] + letters[row]

    body = "".join(
        f";{'BW'[i % 2]}[{point(vertex)}]" for i, vertex in enumerate(moves.split())
    )
    return f"(;GM[1]SZ[19]{root}{body})".encode()


def review_of(data, wishes, **options):
    return review_game(parse_records(data, "test")[0], WishPolicy(wishes), **options)


WISHES = {"Q16": 0.5, "D4": 0.3, "Q4": 0.15, "D16": 0.04}


def test_rank_and_probability_are_those_of_the_move_played():
    review = review_of(sgf_of("Q16 Q4 K10"), WISHES)
    assert [move.rank for move in review.moves] == [1, 2, 3]
    first, second, third = review.moves
    assert first.probability == pytest.approx(0.5 / 0.990357, rel=1e-4)
    assert [s.vertex for s in second.choices[:3]] == ["D4", "Q4", "D16"]
    assert second.odds == pytest.approx(2)
    assert third.odds == pytest.approx(0.3 / 1e-6, rel=1e-3)
    assert [move.is_surprise for move in review.moves] == [False, False, True]
    assert [move.color for move in review.moves] == [BLACK, WHITE, BLACK]


def test_moves_that_are_equally_likely_share_the_rank():
    record = parse_records(sgf_of("K10 A1"), "test")[0]
    review = review_game(record, UniformPolicy())
    assert [move.rank for move in review.moves] == [1, 1]


def test_a_pass_is_shown_but_not_judged():
    review = review_of(sgf_of("Q16 pass D4"), WISHES)
    assert [move.rank for move in review.moves] == [1, None, 1]
    assert review.moves[1].vertex == "pass"
    assert not review.moves[1].is_surprise
    assert review.agreement(WHITE).moves == 0
    assert review.agreement(WHITE).log_probability is None


def test_agreement_by_hand():
    review = review_of(sgf_of("Q4 K10 Q16 C3 D16"), WISHES)
    black = review.agreement(BLACK)  # ranks 3, 1, 2
    assert (black.moves, black.top1, black.top3, black.top5) == (3, 1 / 3, 1, 1)
    shares = [move.probability for move in review.moves[::2]]
    assert black.log_probability == pytest.approx(sum(map(math.log, shares)) / 3)
    assert review.agreement(BLACK, "opening") == black
    assert review.agreement(BLACK, "endgame").moves == 0


def test_phases_are_told_apart_at_their_bounds():
    assert [phase_of(n) for n in (1, 50, 51, 150, 151, 900)] == [
        *("opening", "opening", "middle game", "middle game", "endgame", "endgame")
    ]
    assert PHASES[0][1] == 1
    for (_, _, last), (_, first, _) in pairwise(PHASES):
        assert first == last + 1


def test_a_game_goes_through_the_network_in_batches():
    policy = WishPolicy(WISHES)
    vertices = [f"{c}{r}" for c in "ABCDEFG" for r in range(1, 19, 2)] * 2
    record = parse_records(sgf_of(" ".join(vertices[:63]) + " pass pass"), "test")[0]
    seen = []
    review = review_game(
        record, policy, progress=lambda done, total: seen.append((done, total))
    )
    assert policy.batches == [REVIEW_BATCH, 1]
    assert seen == [(REVIEW_BATCH, 65), (65, 65)]
    assert [move.number for move in review.moves] == list(range(1, 66))


def test_handicap_stones_are_no_moves_and_white_begins():
    data = b"(;GM[1]SZ[19]HA[2]AB[pd][dp];W[dd];B[pp])"
    review = review_of(data, WISHES)
    assert [(m.color, m.vertex, m.rank) for m in review.moves] == [
        (WHITE, "D16", 2),
        (BLACK, "Q4", 1),
    ]


def test_a_problem_without_moves_has_an_empty_review():
    review = review_of(b"(;GM[1]SZ[19]AB[pd][dp]AW[qq])", WISHES)
    assert review.moves == ()
    assert review.surprises(5) == []
    shown: Any = format_review(review)
    assert shown["players"]["black"]["game"]["top1"] is None


def test_surprises_come_by_size():
    review = review_of(sgf_of("K10 D16 Q4 Q16 C3"), WISHES)
    # K10 against 0.5, D16 (0.04) against 0.5, Q4 a mere 3 times, C3 against D4's 0.3.
    assert [move.number for move in review.surprises(9)] == [1, 5, 2]
    assert [move.number for move in review.surprises(1)] == [1]


def test_a_move_that_repeats_a_position_is_not_judged():
    """Sending two, returning one: legal by simple ko, not by superko."""
    data = b"(;GM[1]SZ[19]AB[ar][br]AW[bs][cr][ds];W[as];B[cs];W[bs])"
    review = review_game(parse_records(data, "test")[0], UniformPolicy())
    assert [move.rank for move in review.moves] == [1, 1, None]
    assert review.moves[2].vertex == "B1"


def annotated(data, wishes=WISHES, number=0):
    trees = parse_trees(data, "test")
    review = review_game(parse_records(data, "test")[number], WishPolicy(wishes))
    annotate_tree(trees[number], review, "wishes")
    out = format_sgf([trees[number]])
    return parse_trees(out, "again")[0], out


def test_annotation_keeps_the_game():
    data = sgf_of("Q16 K10 D4 pass Q4", "PB[黑]PW[White \\] one]KM[6.5]RE[B+R]")
    before, (after,) = parse_records(data, "a"), parse_records(annotated(data)[1], "b")
    assert (after.codes == before[0].codes).all()
    assert (after.black, after.white) == ("黑", "White ] one")
    assert (after.komi, after.result) == (6.5, "B+R")


def test_annotation_comments_and_marks_moves():
    tree, _ = annotated(sgf_of("Q16 K10 Q4"))
    root, first, second, third = tree.get_main_sequence()
    assert "agreement with the network 'wishes'" in root.get("C")
    assert first.get("C").startswith(
        "gopolicy: Q16 rank 1, 50.5 %\n1. Q16 50.5 %\n2. D4"
    )
    assert first.get_raw_list("CR") == [b"pd"]
    assert not first.has_property("LB")
    assert "a surprise: D4 " in second.get("C")
    assert second.get_raw_list("TR") == [b"jj"]
    assert second.get_raw_list("LB")[:2] == [b"dp:1", b"pp:2"]
    assert third.get_raw_list("LB") == [b"dp:1"]
    assert not third.has_property("TR")


def test_a_surprise_gets_the_networks_choice_as_a_variation():
    tree, _ = annotated(sgf_of("Q16 K10 Q4"))
    first = tree.get_main_sequence()[1]
    main, variation = first
    assert main.get_raw("W") == b"jj"
    assert variation.get_raw("W") == b"dp"
    assert "the network's choice, " in variation.get("C")
    assert len(list(tree.get_main_sequence()[2])) == 1


def test_original_comments_labels_marks_and_variations_are_kept():
    data = (
        b"(;GM[1]SZ[19]C[a famous game];B[pd]C[star]LB[aa:A]"
        b"(;W[jj]TR[jj]C[tengen!];B[pp])(;W[dp]C[usual];B[dd]))"
    )
    tree, _ = annotated(data)
    root, first, second, _ = tree.get_main_sequence()
    assert root.get("C").startswith("a famous game\n\ngopolicy: agreement")
    assert first.get("C").startswith("star\n\ngopolicy: Q16 rank 1")
    assert first.get_raw_list("LB") == [b"aa:A"]
    assert second.get_raw_list("TR") == [b"jj"]
    assert second.get("C").startswith("tengen!\n\ngopolicy: K10")
    variations = list(first)
    assert len(variations) == 2  # the network's choice was there already
    assert variations[1].get("C").startswith("usual\n\ngopolicy: the network's choice")
    assert variations[1][0].get_raw("B") == b"dd"


def test_setup_in_the_middle_and_two_moves_in_a_node_are_survived():
    data = b"(;GM[1]SZ[19];B[pd];AW[cc];B[aa]W[jj];W[tt];B[ss])"
    tree, out = annotated(data)
    before, after = parse_records(data, "a")[0], parse_records(out, "b")[0]
    assert (before.codes == after.codes).all()
    both = tree.get_main_sequence()[3].get("C")
    assert "K10" in both
    assert "A19" in both


def test_a_record_that_becomes_illegal_is_annotated_up_to_there():
    tree, _ = annotated(b"(;GM[1]SZ[19];B[pd];W[pd];B[dd])")
    comments = [node.has_property("C") for node in tree.get_main_sequence()]
    assert comments == [True, True, False, False]


def test_shares_are_written_for_people():
    shares = (1, 0.5, 0.0124, 0.00096, 0.00094, 0.0001, 0.00009, 0)
    assert [format_probability(share) for share in shares] == [
        *("100.0 %", "50.0 %", "1.2 %", "0.1 %", "0.09 %", "0.01 %"),
        *("< 0.01 %", "< 0.01 %"),
    ]


def test_a_record_needs_no_header():
    record = GameRecord(codes=np.array([72], np.uint16))
    review = review_game(record, UniformPolicy())
    shown: Any = format_review(review)
    assert shown["moves"][0]["vertex"] == "Q16"
