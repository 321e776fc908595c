"""Filters that died: they say the same whatever the board, so they are of no use.

A step too large can push a rectifier's filter below zero for good. Nothing shows it:
the loss still falls by what the living layers learn, to that of a shallower network.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gopolicy.backend import keras


def dead_shares(model: keras.Model, planes: NDArray[np.uint8]) -> dict[str, float]:
    """The share of dead filters in each hidden layer of boards, by its name, 0 to 1.

    ``planes``: uint8 [B, 19, 19, 48]; a filter is dead when its output is the same on
    every point of all of them.
    """
    layers = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Activation) and len(layer.output.shape) == 4
    ]
    if not layers:
        return {}
    outputs = keras.Model(model.input, [layer.output for layer in layers])(
        planes, training=False
    )
    return {
        layer.name: float(np.mean(np.ptp(np.asarray(values), axis=(0, 1, 2)) == 0))
        for layer, values in zip(layers, keras.tree.flatten(outputs), strict=True)
    }
