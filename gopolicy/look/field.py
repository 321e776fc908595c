"""How far a layer sees, measured: its receptive field.

What a layer could see follows from its kernels; what it does see is much less.
Source: Luo et al., "Understanding the Effective Receptive Field in Deep Convolutional
Neural Networks", NeurIPS 2016, section 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BOARD_SIZE
from gopolicy.look.layers import board_layers
from gopolicy.networks.backend import keras, tf

_CENTER: Final = BOARD_SIZE // 2
#: A layer sees as far as where this share of all it looks at lies.
_MOST: Final = 0.95


@dataclass(frozen=True, slots=True)
class Field:
    """What the center of one layer's board looks at.

    ``weights``: float64 [19, 19], the mean size of the gradient of the center's
    activations on each point of the input, in shares of 1. ``reach``: the farthest row
    or column with any, in points from the center; ``radius``: within how many points
    lie 95 % of it.
    """

    layer: str
    weights: NDArray[np.float64]
    reach: int
    radius: int


def measure_fields(model: keras.Model, planes: NDArray[np.uint8]) -> list[Field]:
    """The fields of all board layers, on ``planes`` (uint8 [B, 19, 19, 48]).

    Raises: ConfigError when there is no board layer.
    """
    layers = board_layers(model)
    start = model.get_layer("numbers").output
    opened = keras.Model(start, [layer.output for layer in layers])
    numbers = tf.convert_to_tensor(planes, tf.float32)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(numbers)
        outputs = keras.tree.flatten(opened(numbers, training=False))
        centers = [tf.reduce_sum(y[:, _CENTER, _CENTER]) for y in outputs]
    return [
        _field(layer.name, tape.gradient(center, numbers).numpy())
        for layer, center in zip(layers, centers, strict=True)
    ]


def _field(name: str, gradients: NDArray[np.float32]) -> Field:
    """The field of gradients [B, 19, 19, 48]."""
    weights = np.abs(gradients).sum(axis=(0, 3)).astype(np.float64)
    total = weights.sum()
    weights = weights / total if total else weights
    rows, columns = np.indices(weights.shape)
    away = np.maximum(abs(rows - _CENTER), abs(columns - _CENTER))
    within = np.array([weights[away <= r].sum() for r in range(_CENTER + 1)])
    reach = int(away[weights > 0].max(initial=0))
    radius = int(np.argmax(within >= _MOST * within[-1]))
    return Field(name, weights, reach, radius)
