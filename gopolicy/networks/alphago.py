"""AlphaGo's policy network.

Source: Silver et al., Nature 529 (2016), Methods, "Neural network architecture": 5x5
convolution, eleven 3x3 convolutions of k filters, zero padded so that the board keeps
its size, each followed by a rectifier; 1x1 convolution with one filter and a different
bias for each position; softmax (which the policy applies).
"""

from __future__ import annotations

from typing import Any, Final

from gopolicy.backend import keras
from gopolicy.config import NetworkConfig
from gopolicy.coords import POINTS
from gopolicy.networks.layers import NearIdentity, PointBias, planes_input

#: Hidden 3x3 layers; with the first and the last, 13 convolutions.
N_HIDDEN: Final = 11


def build_alphago(config: NetworkConfig) -> keras.Model:
    """The 13-layer network of ``config.filters`` filters; 3,882,793 weights at 192."""
    planes, x = planes_input()
    x = _convolution(config, 5, "he_normal", "conv1")(x)
    for layer in range(2, N_HIDDEN + 2):
        initializer = NearIdentity() if _near_identity(config) else "he_normal"
        x = _convolution(config, 3, initializer, f"conv{layer}")(x)
    # In float32 also when the rest is not: logits of three digits are too coarse.
    x = keras.layers.Conv2D(
        1, 1, use_bias=False, name=f"conv{N_HIDDEN + 2}", dtype="float32"
    )(x)
    x = keras.layers.Reshape((POINTS,), name="points", dtype="float32")(x)
    logits = PointBias(name="point_bias", dtype="float32")(x)
    return keras.Model(planes, logits, name="alphago")


def _near_identity(config: NetworkConfig) -> bool:
    return config.initializer == "near_identity"


def _convolution(
    config: NetworkConfig, size: int, initializer: Any, name: str
) -> keras.layers.Layer:
    return keras.layers.Conv2D(
        config.filters,
        size,
        padding="same",
        activation=config.activation,
        kernel_initializer=initializer,
        name=name,
    )
