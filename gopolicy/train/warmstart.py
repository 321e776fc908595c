"""Beginning with another model's weights, made to fit without changing its answers."""

from __future__ import annotations

import dataclasses
import logging
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gopolicy import modelstore
from gopolicy.config import NetworkConfig
from gopolicy.errors import ConfigError, ModelError, phrase
from gopolicy.networks.backend import keras
from gopolicy.networks.equalize import equalize
from gopolicy.networks.fold import branch, fold, unfold
from gopolicy.networks.growth import grow
from gopolicy.networks.health import dead_shares, revive
from gopolicy.train.trainer import Trainer

logger = logging.getLogger(__name__)


def begin_with(trainer: Trainer, start: str | Path, planes: NDArray[np.uint8]) -> None:
    """Takes over the weights of the model ``start``; its answers stay the same.

    Dead filters begin anew; a narrower network is grown; batch normalisation and
    branches are folded away or put in, as the wanted network has them. ``planes``:
    uint8 [B, 19, 19, 48] of training positions, to see the filters at work.

    Raises: ModelError when it cannot be loaded, or does not fit.
    """
    model, info = modelstore.load_model(start)
    wanted = trainer.network
    try:
        model, network = _fit(
            model, info.network, wanted, planes, seed=trainer.config.seed
        )
    except ConfigError as error:
        raise ModelError(
            phrase("{path!r} does not fit: {reason}", path=str(start), reason=error)
        ) from error
    if network != wanted:
        raise ModelError(
            phrase(
                "{path!r} is {network}, which does not grow into {wanted}",
                path=str(start),
                network=info.network,
                wanted=wanted,
            )
        )
    for weight, value in zip(trainer.model.weights, model.weights, strict=True):
        weight.assign(value)
    trainer.copy_to_average()


def _fit(
    model: keras.Model,
    network: NetworkConfig,
    wanted: NetworkConfig,
    planes: NDArray[np.uint8],
    *,
    seed: int,
) -> tuple[keras.Model, NetworkConfig]:
    """``model`` brought as near to ``wanted`` as can be; see ``begin_with``.

    Raises: ConfigError for a network that one of these steps is not made for.
    """
    if any(dead_shares(model, planes).values()):
        model = equalize(model, network, planes)
        n_revived = revive(model, network, planes, seed=seed)
        logger.info("%d dead filters begin anew", n_revived)
    if network.branches or (network.batch_norm and not wanted.batch_norm):
        model, network = fold(model, network)
    if wanted.batch_norm and not network.batch_norm:
        model, network = unfold(model, network, planes)
    if network.filters < wanted.filters:
        rng = np.random.default_rng(seed)
        model, network = grow(model, network, wanted.filters, rng=rng)
    if wanted.branches:
        model, network = branch(model, network)
    # Where they began and how they were regularised does not matter any more.
    network = dataclasses.replace(
        network,
        initializer=wanted.initializer,
        l2=wanted.l2,
        dropout=wanted.dropout,
    )
    return model, network
