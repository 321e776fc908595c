"""A learning-rate range test: at which rates a network learns, and where it breaks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from gopolicy.config import NetworkConfig, TrainConfig
from gopolicy.data.dataset import Dataset
from gopolicy.errors import DatasetError, phrase
from gopolicy.train.trainer import Trainer

#: What is left of the smoothed loss after a step.
_SMOOTHING: Final = 0.95
#: The test ends when the smoothed loss has risen so far above its lowest, in nats.
_BROKEN: Final = 1.0
#: The suggestion is this share of the rate at which the loss was lowest: beyond, it
#: rises again, and a whole run bears less than a short one.
_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeTest:
    """What was found. ``rates``, ``losses``: of each step; losses smoothed, in nats.

    ``lowest``: the rate at which the loss was lowest; ``suggested``: one to train with.
    """

    rates: list[float]
    losses: list[float]
    lowest: float
    suggested: float


def try_rates(
    data: Dataset,
    *,
    network: NetworkConfig,
    config: TrainConfig,
    first: float = 1e-6,
    last: float = 1.0,
    steps: int = 300,
    progress: Callable[[int, int], None] | None = None,
) -> RangeTest:
    """Trains with a rate that grows from ``first`` to ``last``, until the loss breaks.

    Nothing is kept of the network. The loss of a step is that of its batch before it,
    smoothed over some twenty steps.

    Raises: DatasetError without positions; ConfigError for settings that do not go
    together.

    Source: Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017,
    section 3.3.
    """
    if not data.n_positions:
        raise DatasetError(phrase("no positions to train on; add games"))
    trainer = Trainer(network, config)
    batches = trainer.batches(data)
    rates: list[float] = []
    losses: list[float] = []
    mean = 0.0
    for number, rate in enumerate(np.geomspace(first, last, steps).tolist(), 1):
        loss = trainer.run(batches, 1, rate)
        if not math.isfinite(loss):
            break
        mean = _SMOOTHING * mean + (1 - _SMOOTHING) * loss
        rates.append(rate)
        losses.append(mean / (1 - _SMOOTHING**number))
        if progress is not None:
            progress(number, steps)
        if losses[-1] > min(losses) + _BROKEN:
            break
    lowest = rates[int(np.argmin(losses))] if rates else first
    return RangeTest(
        rates=rates, losses=losses, lowest=lowest, suggested=_SHARE * lowest
    )
