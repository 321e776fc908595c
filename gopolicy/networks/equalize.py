"""The same answers from tamer numbers, for programs that compute in few bits.

What a rectifier passes on, scaled up, is passed on scaled up; so a channel may be made
smaller where it is made, and its weights larger where it is read. In a trained network
channels differ by factors of hundreds, and layers by thousands: int8 would round the
small ones away, and float16, which ends at 65,504, overflows.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy import networks
from gopolicy.config import NetworkConfig
from gopolicy.networks.backend import keras
from gopolicy.networks.layers import CastPlanes, PointBias

#: Activations f with f(c x) = c f(x) for each c above 0.
HOMOGENEOUS: Final = ("relu", "leaky_relu")

#: Layers of a plain chain of convolutions, all that can be equalized.
_CHAIN: Final = (
    keras.layers.InputLayer,
    CastPlanes,
    keras.layers.Conv2D,
    keras.layers.Activation,
    keras.layers.Reshape,
    PointBias,
)


def equalize(
    model: keras.Model, network: NetworkConfig, planes: NDArray[np.uint8]
) -> keras.Model:
    """A network with the same answers, its channels' ranges drawn together.

    ``planes``: uint8 [B, 19, 19, 48], to see the ranges on. The factors are powers of
    two, so that nothing is rounded. A network that is no chain of convolutions, or has
    another activation, is given back as it is.

    Source: Nagel et al., "Data-free quantization through weight equalization and bias
    correction", ICCV 2019, section 4.1; here with ranges that were seen.
    """
    layers = [x for x in model.layers if isinstance(x, keras.layers.Conv2D)]
    if network.architecture != "alphago" or network.activation not in HOMOGENEOUS:
        return model
    if not all(isinstance(layer, _CHAIN) for layer in model.layers):
        return model
    ranges = _ranges(model, layers[1:], planes)
    weights = [layer.get_weights() for layer in layers]
    for made, read, seen in zip(weights[:-1], weights[1:], ranges, strict=True):
        factors = _factors(seen, np.abs(read[0]).max(axis=(0, 1, 3)))
        made[0] = made[0] / factors
        made[1] = made[1] / factors
        read[0] = read[0] * factors[:, None]  # [h, w, in, out]
    equalized = networks.build(network)
    equalized.set_weights(model.get_weights())
    for layer, values in zip(layers, weights, strict=True):
        equalized.get_layer(layer.name).set_weights(values)
    return equalized


def widest(model: keras.Model, planes: NDArray[np.uint8]) -> float:
    """The largest number that a convolution reads; ``planes`` as for ``equalize``."""
    layers = [x for x in model.layers if isinstance(x, keras.layers.Conv2D)]
    ranges = _ranges(model, layers[1:], planes)
    return max((float(seen.max()) for seen in ranges), default=1.0)


def _ranges(
    model: keras.Model, layers: list[keras.layers.Layer], planes: NDArray[np.uint8]
) -> list[NDArray[np.float32]]:
    """The largest value in each channel that each layer reads, each [channels]."""
    inner = keras.Model(model.input, [layer.input for layer in layers])
    highest = [np.zeros(layer.input.shape[-1], np.float32) for layer in layers]
    for first in range(0, len(planes), 50):
        inputs = inner(planes[first : first + 50], training=False)
        for values, seen in zip(highest, inputs, strict=True):
            np.maximum(values, np.abs(seen).max(axis=(0, 1, 2)), out=values)
    return highest


def _factors(
    made: NDArray[np.float32], read: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What to divide each channel by, so that its range is like that of its weights.

    A channel that is never on, or never read, is treated as one that hardly is.
    """
    made = np.maximum(made, made.max() * 1e-3)
    read = np.maximum(read, read.max() * 1e-3)
    exponents = np.log2(np.maximum(made, 1e-30) / np.maximum(read, 1e-30)) / 2
    factors: NDArray[np.float32] = np.exp2(np.round(exponents)).astype(np.float32)
    return factors
