"""Comparisons: fair folds, resumed runs, the right winner, honest tests."""

import json
import os
import signal

import numpy as np
import pytest
from small_datasets import random_dataset

from gopolicy.compare.compare import (
    Comparison,
    FoldResult,
    compare,
    format_comparison,
    rank,
)
from gopolicy.compare.rivals import Rival, parse_rival
from gopolicy.config import NetworkConfig, TrainConfig
from gopolicy.errors import ConfigError, ModelError, TrainError
from gopolicy.plots.comparison import save_comparison_plot
from gopolicy.train.schedule import Budget

CONFIG = TrainConfig(batch_size=4, warmup_steps=0, precision="float32", ema=0.9)


def a_comparison(*names, steps=2, folds=2, filters=2):
    return Comparison(
        rivals=tuple(map(parse_rival, names)),
        network=NetworkConfig(filters=filters),
        config=CONFIG,
        budget=Budget(steps=steps, looks=2, look_at=16),
        folds=folds,
    )


@pytest.fixture(scope="module")
def data():
    return random_dataset(n_games=9, n_moves=20)


def test_each_game_is_held_out_once(data):
    held_out = []
    for number in (1, 2, 3):
        training, valid = data.fold(number, 3)
        hashes = set(training.columns["hash"].tolist())
        assert not hashes & set(valid.columns["hash"].tolist())
        assert training.n_games + valid.n_games == data.n_games
        held_out += valid.columns["hash"].tolist()
    assert sorted(held_out) == sorted(data.columns["hash"].tolist())


@pytest.mark.slow
def test_a_comparison_goes_on_where_it_was(data, tmp_path):
    """What is finished is not trained again, and a network can join later."""
    calls = []
    one = compare(
        data,
        tmp_path / "c",
        a_comparison("linear"),
        started=lambda *call: calls.append(call),
    )
    assert calls == [("linear", 1, False), ("linear", 2, False)]
    calls.clear()
    both = compare(
        data,
        tmp_path / "c",
        a_comparison("linear", "mlp"),
        started=lambda *call: calls.append(call),
    )
    assert calls == [
        ("linear", 1, True),
        ("mlp", 1, False),
        ("linear", 2, True),
        ("mlp", 2, False),
    ]
    by_name = {standing.network.architecture: standing for standing in both}
    assert by_name["linear"].figures == one[0].figures
    measured = sum(fold.sums[:, 0].sum() for fold in by_name["mlp"].folds)
    assert measured == data.n_positions
    for standing in both:
        assert [fold.steps for fold in standing.folds] == [2, 2]
    answer = json.loads(json.dumps(format_comparison(both, a_comparison("mlp"))))
    assert {row["network"] for row in answer["networks"]} == {"linear", "mlp"}
    save_comparison_plot(tmp_path / "c.png", both, a_comparison("mlp"))
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    small = a_comparison("linear", "mlp,filters=1,learning_rate=0.5")
    *_, rival = sorted(compare(data, tmp_path / "c", small), key=lambda s: s.rival.name)
    assert rival.rival.name == "mlp filters=1 learning_rate=0.5"
    assert rival.network.filters == 1
    assert rival.cost.parameters < by_name["mlp"].cost.parameters
    stored = tmp_path / "c" / "mlp-filters=1-learning_rate=0.5-fold1" / "run.json"
    assert json.loads(stored.read_text())["train"]["learning_rate"] == 0.5
    save_comparison_plot(tmp_path / "c.png", [*both, rival], small)
    with pytest.raises(ConfigError, match="steps 2 -> 3"):
        compare(data, tmp_path / "c", a_comparison("linear", steps=3))
    others = random_dataset(n_games=9, n_moves=20, seed=1)
    others.columns["hash"] = others.columns["hash"].astype(np.uint64) + np.uint64(1)
    with pytest.raises(ConfigError, match="data "):
        compare(others, tmp_path / "c", a_comparison("linear"))
    (tmp_path / "c" / "mlp-fold1" / "result.json").write_text("{}")
    with pytest.raises(ModelError, match="damaged"):
        compare(data, tmp_path / "c", a_comparison("linear", "mlp"))


@pytest.mark.slow
def test_a_comparison_that_was_stopped_goes_on(data, tmp_path):
    def stop(now):
        os.kill(os.getpid(), signal.SIGTERM)

    comparison = a_comparison("linear", steps=128)
    with pytest.raises(TrainError, match="goes on from there"):
        compare(data, tmp_path / "c", comparison, progress=stop)
    (standing,) = compare(data, tmp_path / "c", comparison)
    assert [fold.steps for fold in standing.folds] == [128, 128]
    for fold in standing.folds:  # a look half way (also where it stopped), and the end
        assert {row["step"] for row in fold.curve} == {64, 128}


@pytest.mark.parametrize(
    "change",
    [
        {"rivals": ()},
        {"rivals": (Rival("linear"), Rival("linear"))},
        {"rivals": (Rival("linear", {"dropout": 1.5}),)},
        {"folds": 1},
        {"budget": Budget()},
    ],
)
def test_what_cannot_be_compared_is_refused(change):
    values = {
        "rivals": (Rival("linear"),),
        "network": NetworkConfig(),
        "config": CONFIG,
        "budget": Budget(steps=1),
        "folds": 3,
        **change,
    }
    with pytest.raises(ConfigError):
        Comparison(**values)


def test_rivals_are_read_as_they_are_named():
    rival = parse_rival("alphago, filters=16,dropout=0.2,batch_norm=false")
    assert rival.name == "alphago batch_norm=False dropout=0.2 filters=16"
    assert parse_rival("mlp") == Rival("mlp")
    assert parse_rival("mlp,optimizer=momentum").settings == {"optimizer": "momentum"}


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("nonsense", "unknown network 'nonsense'"),
        ("linear,architecture=mlp", "unknown setting 'architecture'"),
        ("linear,batch_size=4", "unknown setting 'batch_size'"),
        ("linear,filters", "filters must be int, not ''"),
        ("linear,dropout=much", "dropout must be float, not 'much'"),
        ("linear,batch_norm=1", "batch_norm is true or false"),
    ],
)
def test_rivals_that_cannot_be_read_are_refused(text, match):
    with pytest.raises(ConfigError, match=match):
        parse_rival(text)


def results_of(accuracies, rng, n_games=60):
    """Two folds of made-up games of 10 positions: top-1 as given."""
    folds = []
    for _ in range(2):
        hits = rng.binomial(10, accuracies, n_games)
        columns = [np.full(n_games, 10.0), *[hits] * 4, 30.0 - hits]
        folds.append(
            FoldResult(steps=1, seconds=1.0, curve=[], sums=np.stack(columns, axis=1))
        )
    return folds


def test_the_best_comes_first_and_the_rest_is_tested_against_it():
    rng = np.random.default_rng(0)
    comparison = a_comparison("linear", "mlp", "alphago")
    first, *others = rank(
        comparison,
        {
            "linear": results_of(0.2, rng),
            "mlp": results_of(0.49, rng),
            "alphago": results_of(0.5, rng),
        },
    )
    assert first.p_value is None
    assert first.behind is None
    assert others[-1].network.architecture == "linear"
    assert others[-1].p_value == pytest.approx(2 / 10_000)  # the least, times two
    assert first.p_value_above is None
    assert others[0].p_value_above == pytest.approx(others[0].p_value, abs=0.02)
    assert others[-1].p_value_above == pytest.approx(2 / 10_000)
    low, high = others[-1].behind_interval
    assert low < others[-1].behind < high
    assert others[-1].behind == pytest.approx(
        first.figures["top1"] - others[-1].figures["top1"]
    )
    assert others[0].p_value > 0.01  # a point or two: chance does that
    top1 = [fold.figures["top1"] for fold in first.folds]
    assert first.spread == pytest.approx(abs(top1[0] - top1[1]) / 2**0.5)
