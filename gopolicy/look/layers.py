"""The layers of a network that are boards: one number for each filter on each point.

Layers are counted from 1, as in the paper: layer 1 of AlphaGo's network is what its
5x5 convolution and the rectifier after it give.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gopolicy.errors import ConfigError, phrase
from gopolicy.go.coords import BOARD_SIZE
from gopolicy.networks.backend import keras
from gopolicy.networks.layers import Maxout

#: Positions that go through the network at once; 192 filters then take 70 MB.
_BATCH = 256


def board_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """The hidden layers whose output is [B, 19, 19, filters], after the activation.

    Raises: ConfigError when there is none, as in 'linear' and 'mlp'.
    """
    board = (BOARD_SIZE, BOARD_SIZE)
    layers = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Activation | Maxout)
        and layer.output.shape[1:3] == board
    ]
    if not layers:
        raise ConfigError(
            phrase(
                "{name!r} has no hidden layer that is a board; look at a network of "
                "convolutions",
                name=model.name,
            )
        )
    return layers


def open_layer(model: keras.Model, number: int) -> keras.Model:
    """The network up to board layer ``number``: planes to [B, 19, 19, filters].

    Raises: ConfigError when there is no such layer.
    """
    layers = board_layers(model)
    if not 1 <= number <= len(layers):
        raise ConfigError(
            phrase(
                "{name!r} has no board layer {number}; name 1 to {last}",
                name=model.name,
                number=number,
                last=len(layers),
            )
        )
    return keras.Model(model.input, layers[number - 1].output)


def activations(
    opened: keras.Model, planes: NDArray[np.uint8]
) -> Iterator[NDArray[np.float32]]:
    """What ``open_layer`` gives of ``planes``, float32 [b, 19, 19, filters] a part."""
    for first in range(0, len(planes), _BATCH):
        values: NDArray[np.float32] = opened(
            planes[first : first + _BATCH], training=False
        ).numpy()
        yield values
