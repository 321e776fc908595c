"""Beginning with the weights of another model, grown and folded to fit."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from gopolicy import modelstore
from gopolicy.errors import ModelError
from gopolicy.networks.fold import fold
from gopolicy.networks.growth import grow
from gopolicy.train.trainer import Trainer


def begin_with(trainer: Trainer, start: str | Path) -> None:
    """Takes over the weights of the model ``start``.

    Where it is narrower it is grown; its batch normalisation is folded into the other
    layers where the wanted network has none.

    Raises: ModelError when it cannot be loaded, or does not fit.
    """
    model, info = modelstore.load_model(start)
    network, wanted = info.network, trainer.network
    if network.batch_norm and not wanted.batch_norm:
        model, network = fold(model, network)
    if network.filters < wanted.filters:
        rng = np.random.default_rng(trainer.config.seed)
        model, network = grow(model, network, wanted.filters, rng=rng)
    # Where they began and how they were regularised does not matter any more.
    network = dataclasses.replace(
        network,
        initializer=wanted.initializer,
        l2=wanted.l2,
        dropout=wanted.dropout,
    )
    if network != wanted:
        raise ModelError(
            f"{str(start)!r} is {info.network}, which does not grow into {wanted}"
        )
    for weight, value in zip(trainer.model.weights, model.weights, strict=True):
        weight.assign(value)
    trainer.copy_to_average()
