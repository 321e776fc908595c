"""Filters that died: they say the same whatever the board, so they are of no use.

A step too large can push a rectifier's filter below zero for good. Nothing shows it:
the loss still falls by what the living layers learn, to that of a shallower network.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import NetworkConfig
from gopolicy.networks.backend import keras
from gopolicy.networks.layers import NearIdentity


def dead_shares(model: keras.Model, planes: NDArray[np.uint8]) -> dict[str, float]:
    """The share of dead filters in each hidden layer of boards, by its name, 0 to 1.

    ``planes``: uint8 [B, 19, 19, 48]; a filter is dead when its output is the same on
    every point of all of them. A normalisation takes its mean and variance of them, as
    in training: until its moving ones have caught up, nothing may get through a network
    that is only young.
    """
    layers = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Activation) and len(layer.output.shape) == 4
    ]
    if not layers:
        return {}
    hidden = keras.Model(model.input, [layer.output for layer in layers])
    kept = model.get_weights()
    outputs = hidden(planes, training=True)
    model.set_weights(kept)  # the moving means and variances
    return {
        layer.name: float(np.mean(np.ptp(np.asarray(values), axis=(0, 1, 2)) == 0))
        for layer, values in zip(layers, keras.tree.flatten(outputs), strict=True)
    }


def revive(
    model: keras.Model,
    network: NetworkConfig,
    planes: NDArray[np.uint8],
    *,
    seed: int,
) -> int:
    """Gives filters that are never on fresh weights, in place; how many.

    ``planes``: uint8 [B, 19, 19, 48], on which they are never on. Nothing alive reads
    them at first, so the answers stay; other fresh filters do, and the last layer, so
    they learn from the first step. Only for rectified 'alphago' networks without batch
    normalisation; others are left as they are.
    """
    if network.architecture != "alphago" or network.activation != "relu":
        return 0
    if network.batch_norm:
        return 0
    convolutions = [x for x in model.layers if isinstance(x, keras.layers.Conv2D)]
    outputs = keras.Model(model.input, [x.output for x in convolutions[:-1]])(planes)
    weights = [layer.get_weights() for layer in convolutions]
    n_revived = 0
    for i, (values, made, read) in enumerate(
        zip(outputs, weights[:-1], weights[1:], strict=True)
    ):
        is_dead = np.asarray(values).max(axis=(0, 1, 2)) <= 0  # [channels]
        fresh = np.asarray(NearIdentity(seed + i)(made[0].shape))
        made[0][..., is_dead] = fresh[..., is_dead]
        made[1][is_dead] = 0
        read[0][:, :, is_dead] = 0
        n_revived += int(is_dead.sum())
    for layer, values in zip(convolutions, weights, strict=True):
        layer.set_weights(values)
    return n_revived
