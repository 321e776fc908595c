"""The learning-rate range test."""

import dataclasses

import numpy as np
import pytest
from small_datasets import make_dataset, random_dataset

from gopolicy.config import NetworkConfig, TrainConfig
from gopolicy.errors import DatasetError
from gopolicy.plots.rates import save_rates_plot
from gopolicy.train.rates import try_rates

NETWORK = NetworkConfig(architecture="linear", filters=2)
CONFIG = TrainConfig(batch_size=4, optimizer="sgd", precision="float32", augment=False)


@pytest.fixture(scope="module")
def found():
    few = make_dataset([np.array([60, 300 | 512, 72, 288 | 512], np.uint16)])
    return try_rates(
        few, network=NETWORK, config=CONFIG, first=1e-4, last=1e4, steps=90
    )


def test_the_loss_falls_and_breaks_before_the_last_rate(found):
    assert len(found.rates) == len(found.losses) < 90
    assert np.allclose(np.diff(np.log(found.rates)), np.log(1e8) / 89)
    lowest = int(np.argmin(found.losses))
    assert found.losses[lowest] < found.losses[0] - 1
    assert found.losses[-1] > found.losses[lowest] + 1, "there it ended"
    assert found.lowest == found.rates[lowest]
    assert found.suggested == pytest.approx(found.lowest / 10)


def test_it_is_drawn(found, tmp_path):
    save_rates_plot(tmp_path / "r.png", found)
    assert (tmp_path / "r.png").read_bytes().startswith(b"\x89PNG")
    none = dataclasses.replace(found, rates=[], losses=[])
    save_rates_plot(tmp_path / "none.png", none)


def test_without_positions_it_is_refused():
    none = random_dataset(n_games=1).select(np.zeros(1, np.bool_))
    with pytest.raises(DatasetError, match="add games"):
        try_rates(none, network=NETWORK, config=CONFIG)
