"""Settings: JSON round trip, ranges, and the paper's numbers."""

import json

import pytest

from gopolicy.config import (
    COMPARE,
    COMPARE_NETWORK,
    PAPER,
    PAPER_NETWORK,
    PRESETS,
    NetworkConfig,
    TrainConfig,
    format_config,
    parse_config,
)
from gopolicy.errors import ConfigError


@pytest.mark.parametrize(
    "config",
    [
        *PRESETS["paper"],
        *PRESETS["laptop"],
        COMPARE,
        COMPARE_NETWORK,
        TrainConfig(seed=7, ema=0.0),
    ],
)
def test_configs_go_round_through_json(config):
    text = json.dumps(format_config(config))
    assert parse_config(type(config), json.loads(text)) == config


def test_the_paper_preset_is_the_papers_recipe():
    assert (PAPER.batch_size, PAPER.optimizer, PAPER.learning_rate) == (
        16,
        "sgd",
        0.003,
    )
    assert (PAPER.schedule, PAPER.halve_every) == ("halving", 80_000_000)
    assert (PAPER.warmup_steps, PAPER.clip_norm, PAPER.weight_decay) == (0, 0, 0)
    assert (PAPER_NETWORK.architecture, PAPER_NETWORK.filters) == ("alphago", 192)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("batch_size", 0),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("optimizer", "magic"),
        ("schedule", "halving"),  # without halve_every
        ("ema", 1.0),
        ("held_out", -0.1),
        ("precision", "int8"),
    ],
)
def test_values_out_of_range_are_refused_by_name(field, value):
    with pytest.raises(ConfigError, match="setting"):
        TrainConfig(**{field: value})


@pytest.mark.parametrize(
    "values",
    [
        {"l2": -1.0},
        {"dropout": 1.0},
        {"batch_norm": 1},
        {"branches": True, "architecture": "resnet"},
        {"branches": True, "activation": "maxout"},
        {"unknown": 1},
        {"filters": "32"},
        {"filters": True},
        {"filters": 0},
        [],
        None,
    ],
)
def test_json_that_is_no_config_is_refused(values):
    with pytest.raises(ConfigError):
        parse_config(NetworkConfig, values)
