"""Scores against counts by hand; intervals that cover."""

import numpy as np
import pytest
from small_datasets import make_dataset, random_dataset

from gopolicy.errors import DatasetError
from gopolicy.evaluate import evaluate, score


def uniform(planes, legal):
    with np.errstate(divide="ignore"):
        return np.log(legal / legal.sum(axis=1, keepdims=True))


def test_ranks_and_log_losses_by_hand():
    values = np.log(np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.25, 0.5, 0.25]]))
    scores = score(values, np.array([0, 0, 2]))
    assert scores.ranks.tolist() == [0, 1, 1]
    assert np.allclose(scores.log_losses, -np.log([0.5, 0.1, 0.25]))
    assert scores.top(1) == pytest.approx(1 / 3)
    assert scores.top(2) == 1


def test_uniform_ties_do_not_flatter():
    """Equal probabilities everywhere put a move in the middle, not first."""
    scores = score(np.full((4, 361), -np.log(361)), np.arange(4))
    assert scores.ranks.tolist() == [180] * 4


def test_an_evaluation_of_the_uniform_policy():
    data = random_dataset()
    result = evaluate(uniform, data)
    assert result.positions == data.n_positions
    assert result.games == data.n_games
    assert result.figures["top1"] == 0
    # Between 300 and 361 points are legal in these games.
    assert np.log(300) < result.figures["log_loss"] < np.log(361)
    low, high = result.intervals["log_loss"]
    assert low < result.figures["log_loss"] < high
    assert sum(row["positions"] for row in result.by_move) == result.positions
    assert [row["first"] for row in result.by_move] == [1, 51]


def test_an_oracle_is_right_everywhere():
    data = random_dataset()
    answers = iter(
        np.split(data.samples(np.arange(data.n_positions)).targets, [256, 512])
    )

    def oracle(planes, legal):
        values = np.full(legal.shape, -50.0)
        targets = next(answers)
        values[np.arange(len(targets)), targets] = 0
        return values

    result = evaluate(oracle, data)
    assert result.figures == {
        "top1": 1,
        "top3": 1,
        "top5": 1,
        "top10": 1,
        "log_loss": 0,
    }
    assert result.intervals["top1"] == (1, 1)


def test_a_sample_has_the_size_asked_for():
    data = random_dataset()
    assert evaluate(uniform, data, n_positions=50).positions == 50
    assert evaluate(uniform, data, n_positions=10**9).positions == data.n_positions


def test_nothing_to_evaluate_is_told():
    data = make_dataset([np.array([361], np.uint16)])
    with pytest.raises(DatasetError, match="no positions"):
        evaluate(uniform, data)
