"""Baselines against what a person would work out."""

import numpy as np

from gopolicy.go.coords import PASS, parse_vertex
from gopolicy.go.features import encode
from gopolicy.go.position import Position
from gopolicy.measure.baselines import BASELINES, nearest, uniform


def ask(baseline, *vertices):
    position = Position()
    for vertex in vertices:
        position.play(PASS if vertex == "pass" else parse_vertex(vertex))
    legal = position.legal_mask()
    return np.exp(baseline(encode(position)[None], legal[None])[0]), legal


def test_probabilities_are_over_the_legal_moves():
    for baseline in BASELINES.values():
        for vertices in ((), ("Q16", "D4"), ("Q16", "pass")):
            shares, legal = ask(baseline, *vertices)
            assert np.isclose(shares.sum(), 1)
            assert ((shares > 0) == legal).all()


def test_uniform_likes_all_moves_equally():
    shares, legal = ask(uniform, "Q16", "D4", "Q3")
    assert np.allclose(shares[legal], 1 / 358)


def test_nearest_plays_beside_the_last_move():
    shares, _ = ask(nearest, "Q16", "D4")
    best = {parse_vertex(v) for v in ("C4", "E4", "D3", "D5")}
    assert set(np.argsort(-shares)[:4].tolist()) == best
    # Two points off is a quarter as likely as one point off.
    ratio = shares[parse_vertex("D4") + 2] / shares[parse_vertex("E4")]
    assert np.isclose(ratio, 1 / 4)


def test_nearest_knows_nothing_after_a_pass():
    shares, legal = ask(nearest, "Q16", "pass")
    assert np.allclose(shares[legal], 1 / 360)
