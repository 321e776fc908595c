"""AlphaGo's policy network.

Source: Silver et al., Nature 529 (2016), Methods, "Neural network architecture": 5x5
convolution, eleven 3x3 convolutions of k filters, zero padded so that the board keeps
its size, each followed by a rectifier; 1x1 convolution with one filter and a different
bias for each position; softmax (which the policy applies).

Notice: no pooling and no fully connected layer. Every layer is again a board, so what
is learned in one corner holds in all, and the last layer can name the exact point.
After 13 layers each point has seen the whole board but its far corner.
"""

from __future__ import annotations

from typing import Final

from gopolicy.config import NetworkConfig
from gopolicy.networks.backend import keras
from gopolicy.networks.layers import (
    NearIdentity,
    convolution,
    planes_input,
    point_logits,
)

#: Hidden 3x3 layers; with the first and the last, 13 convolutions.
N_HIDDEN: Final = 11


def build_alphago(config: NetworkConfig) -> keras.Model:
    """The 13-layer network of ``config.filters`` filters; 3,882,793 weights at 192."""
    planes, x = planes_input()
    x = convolution(config, x, config.filters, 5, name="conv1")
    for layer in range(2, N_HIDDEN + 2):
        near_identity = config.initializer == "near_identity"
        x = convolution(
            config,
            x,
            config.filters,
            3,
            name=f"conv{layer}",
            initializer=NearIdentity() if near_identity else "he_normal",
        )
    logits = point_logits(config, x, name=f"conv{N_HIDDEN + 2}")
    return keras.Model(planes, logits, name="alphago")
