"""Scores against counts by hand; intervals that cover."""

import tracemalloc

import numpy as np
import pytest
from small_datasets import make_dataset, random_dataset

from gopolicy.errors import DatasetError
from gopolicy.measure.evaluate import TOP_K, evaluate, score
from gopolicy.networks.backend import tf


def uniform(planes, legal):
    with np.errstate(divide="ignore"):
        return np.log(legal / legal.sum(axis=1, keepdims=True))


def test_ranks_and_log_losses_by_hand():
    values = np.log(np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.25, 0.5, 0.25]]))
    scores = score(values, np.array([0, 0, 2]))
    assert scores.above.tolist() == [0, 1, 1]
    assert scores.ties.tolist() == [0, 1, 1]
    assert np.allclose(scores.confidences, [0.5, 0.8, 0.5])
    assert np.allclose(scores.log_losses, -np.log([0.5, 0.1, 0.25]))
    assert scores.top(1) == pytest.approx(1 / 3)
    # The last two are tied for the second place with one other move.
    assert scores.hits(2).tolist() == [1, 0.5, 0.5]
    assert scores.top(3) == 1


def test_ties_are_broken_by_lot():
    """Equal probabilities everywhere hit as often as a blind guess."""
    scores = score(np.full((4, 361), -np.log(361)), np.arange(4, dtype=np.int32))
    assert scores.top(1) == pytest.approx(1 / 361)
    assert scores.top(10) == pytest.approx(10 / 361)


def test_top_k_is_tensorflows_in_top_k():
    """Where nothing is tied; of ties over the border, TensorFlow takes all."""
    rng = np.random.default_rng(5)
    values = rng.normal(size=(500, 361)).astype(np.float32)
    targets = values.argsort(axis=1)[np.arange(500), -1 - rng.integers(0, 15, 500)]
    scores = score(values.astype(np.float64), targets.astype(np.int32))
    for k in TOP_K:
        expected = tf.math.in_top_k(targets, values, k).numpy()
        assert (scores.hits(k) == expected).all()
        assert 0 < expected.mean() < 1
    flat = np.zeros((1, 361), np.float32)
    assert tf.math.in_top_k([7], flat, 1).numpy().all()
    assert score(flat.astype(np.float64), np.array([7], np.int32)).top(1) < 0.003


def test_an_evaluation_of_the_uniform_policy():
    data = random_dataset()
    result = evaluate(uniform, data)
    assert result.positions == data.n_positions
    assert result.games == data.n_games
    assert 1 / 361 < result.figures["top1"] < 1 / 300
    # Between 300 and 361 points are legal in these games.
    assert np.log(300) < result.figures["log_loss"] < np.log(361)
    low, high = result.intervals["log_loss"]
    assert low < result.figures["log_loss"] < high
    assert sum(row["positions"] for row in result.by_move) == result.positions
    assert [row["first"] for row in result.by_move] == [1, 26, 51]
    assert [row["name"] for row in result.by_phase] == ["opening", "middle game"]
    assert result.baselines["uniform"]["log_loss"] == result.figures["log_loss"]
    assert result.baselines["uniform"]["intervals"] == result.intervals


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


def test_rows_add_up_and_carry_intervals():
    data = random_dataset()
    result = evaluate(uniform, data)
    for rows in (result.by_move, result.by_phase):
        assert sum(row["positions"] for row in rows) == data.n_positions
        for name in ("top1", "log_loss"):
            mean = sum(row["positions"] * row[name] for row in rows) / data.n_positions
            assert mean == pytest.approx(result.figures[name])
            assert all(
                row[f"{name}_interval"][0] <= row[name] <= row[f"{name}_interval"][1]
                for row in rows
            )


def test_calibration_by_hand():
    """Always 65 % sure, and right when the move played has an odd number."""
    data = random_dataset()
    targets = iter(data.samples(np.arange(data.n_positions)).targets)

    def sure(planes, legal):
        values = np.full(legal.shape, np.log(0.35 / 360))
        for row, target in zip(values, targets, strict=False):
            row[target if target % 2 else (target + 1) % 361] = np.log(0.65)
        return values

    result = evaluate(sure, data).calibration
    odd = np.mean(data.samples(np.arange(data.n_positions)).targets % 2)
    (only,) = result["bins"]
    assert (only["low"], only["high"]) == (0.6, 0.7)
    assert only["confidence"] == pytest.approx(0.65)
    assert only["accuracy"] == pytest.approx(odd)
    assert result["error"] == pytest.approx(abs(0.65 - odd))
    low, high = result["error_interval"]
    assert low < result["error"] < high


def test_memory_does_not_grow_with_the_positions():
    """Numpy's peak over twice the positions of the same games is the same."""
    data = random_dataset(n_games=30, n_moves=120)
    evaluate(uniform, data, n_positions=300)  # whatever is made once
    peaks = []
    for count in (800, 3200):
        tracemalloc.start()
        evaluate(uniform, data, n_positions=count)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]


def test_a_sample_has_the_size_asked_for():
    data = random_dataset()
    assert evaluate(uniform, data, n_positions=50).positions == 50
    assert evaluate(uniform, data, n_positions=10**9).positions == data.n_positions


def test_nothing_to_evaluate_is_told():
    data = make_dataset([np.array([361], np.uint16)])
    with pytest.raises(DatasetError, match="no positions"):
        evaluate(uniform, data)
