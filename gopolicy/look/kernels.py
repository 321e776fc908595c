"""The kernels of the first layer: what each filter weighs on each plane."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import NetworkConfig
from gopolicy.errors import ConfigError, phrase
from gopolicy.networks.backend import keras
from gopolicy.networks.fold import simplify


def first_kernels(model: keras.Model, network: NetworkConfig) -> NDArray[np.float32]:
    """float32 [filters, planes, height, width]: the first convolution's weights.

    A normalisation after it is folded in where that can be done, so that the numbers
    are those that count.

    Raises: ConfigError when the first layer is no convolution.
    """
    plain, _ = simplify(model, network)
    for layer in plain.layers:
        if isinstance(layer, keras.layers.Conv2D):
            kernel: NDArray[np.float32] = np.asarray(layer.kernel)
            return kernel.transpose(3, 2, 0, 1)
        if layer.weights:
            break
    raise ConfigError(
        phrase(
            "{name!r} does not begin with a convolution; it has no kernels to show",
            name=model.name,
        )
    )
