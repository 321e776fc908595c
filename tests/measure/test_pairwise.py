"""Networks compared on the same positions."""

import json

import numpy as np
import pytest
from small_datasets import random_dataset

from gopolicy.errors import DatasetError
from gopolicy.measure.evaluate import evaluate
from gopolicy.measure.pairwise import compare_pairwise, format_pairwise


@pytest.fixture(scope="module")
def data():
    return random_dataset(n_games=30, n_moves=20)


def guesser(data, share, seed):
    """A predictor that is sure of the right move in ``share`` of the positions."""
    rng = np.random.default_rng(seed)
    given = iter(data.samples(np.arange(data.n_positions)).targets)

    def predict(planes, legal):
        rows = np.full(legal.shape, -10.0)
        for row in rows:
            target = next(given)
            row[target if rng.random() < share else (target + 1) % 361] = 0
        return rows

    return predict


def test_the_better_one_is_first_and_the_difference_its_own(data):
    models = {"low": guesser(data, 0.3, 1), "high": guesser(data, 0.7, 2)}
    result = compare_pairwise(models, data)
    assert [one.name for one in result.standings] == ["high", "low"]
    high, low = (one.figures for one in result.standings)
    [pair] = result.differences
    assert (pair.first, pair.second) == ("high", "low")
    assert pair.top1 == pytest.approx(high["top1"] - low["top1"])
    assert pair.log_loss == pytest.approx(high["log_loss"] - low["log_loss"])
    assert pair.top1_interval[0] < pair.top1 < pair.top1_interval[1]
    assert pair.top1_interval[0] > 0.2
    assert pair.p_value < 0.001


def test_equals_are_not_told_apart(data):
    """Two that differ by chance alone; p-values of many such are even."""
    low = 0
    for seed in range(20):
        models = {"a": guesser(data, 0.5, seed), "b": guesser(data, 0.5, 100 + seed)}
        low += compare_pairwise(models, data).differences[0].p_value < 0.05
    assert low <= 4  # one in a thousand runs of the seeds has more


def test_figures_are_those_of_one_evaluation(data):
    """Also on some of the positions: the same ones are drawn."""
    for n_positions in (None, 100):
        result = compare_pairwise(
            {"a": level, "b": level}, data, n_positions=n_positions
        )
        alone = evaluate(level, data, n_positions=n_positions)
        for standing in result.standings:
            assert standing.figures == pytest.approx(alone.figures)
        assert result.positions == alone.positions
        assert result.differences[0].top1 == 0
        assert result.differences[0].p_value == 1


def level(planes, legal):
    """A predictor that likes points at the end of the board a little more."""
    return np.where(legal, np.arange(361) / 361, -np.inf)


def test_each_two_are_compared_and_all_is_json(data):
    models = {name: guesser(data, 0.5, ord(name)) for name in "abc"}
    values = format_pairwise(compare_pairwise(models, data))
    assert len(values["differences"]) == 3
    assert json.loads(json.dumps(values))["games"] == 30


def test_nothing_to_measure_on_is_said(data):
    with pytest.raises(DatasetError, match="no positions"):
        compare_pairwise({}, data.select(np.zeros(30, bool)))
