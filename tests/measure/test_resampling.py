"""Intervals that cover, tests that reject as often as they say."""

import numpy as np
import pytest

from gopolicy.measure.resampling import (
    bootstrap,
    holm,
    interval,
    paired_p_value,
    sums_by_game,
)


def ratio_interval(sums, counts, rng):
    """Of sum(sums) / sum(counts), as ``evaluate`` takes it of its figures."""
    draws = bootstrap(np.stack([sums, counts], axis=1), rng)
    return interval(draws[:, 0] / draws[:, 1])


def test_sums_by_game_by_hand():
    values = np.array([[1.0, 10], [2, 20], [3, 30], [4, 40]])
    sums = sums_by_game(values, np.array([7, 2, 7, 2]))
    assert sums.tolist() == [[6, 60], [4, 40]]


def test_intervals_cover_the_truth_as_often_as_they_say():
    """200 samples of 60 games with a share of their own each; 95 % within the noise."""
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        counts = rng.integers(5, 20, 60)
        shares = rng.beta(2, 3, 60)  # mean 0.4
        hits = rng.binomial(counts, shares)
        low, high = ratio_interval(hits.astype(float), counts.astype(float), rng)
        covered += low <= 0.4 <= high
    assert 178 <= covered <= 199


def test_positions_that_hang_together_widen_the_interval():
    rng = np.random.default_rng(2)
    alike = np.repeat(rng.integers(0, 2, 40), 25).astype(float)  # a game all 0 or all 1
    games = np.repeat(np.arange(40), 25)
    ones = np.ones(40)
    by_game = sums_by_game(alike[:, None], games)[:, 0]
    low, high = ratio_interval(by_game, 25 * ones, rng)
    naive_low, naive_high = ratio_interval(alike, np.ones(1000), rng)
    assert high - low > 3 * (naive_high - naive_low)


def test_p_values_of_equals_are_uniform():
    rng = np.random.default_rng(3)
    values = [paired_p_value(rng.normal(size=30), rng) for _ in range(200)]
    assert 0.4 < np.mean(values) < 0.6
    assert 2 <= sum(p < 0.05 for p in values) <= 20


def test_a_p_value_by_hand():
    """Of the 2^4 signs of 1, 1, 1, 1, two give a sum as far from 0: p = 1/8."""
    p = paired_p_value(np.ones(4), np.random.default_rng(4))
    assert p == pytest.approx(1 / 8, abs=0.012)
    assert paired_p_value(np.zeros(5), np.random.default_rng(4)) == 1
    assert paired_p_value(np.ones(100), np.random.default_rng(4)) == 1 / 10_000


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1, 1]
    assert holm([]) == []
