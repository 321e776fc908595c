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
from gopolicy.networks.parts import Layers, Tensor

#: Hidden 3x3 layers; with the first and the last, 13 convolutions.
N_HIDDEN: Final = 11


def build_alphago(layers: Layers, config: NetworkConfig, x: Tensor) -> Tensor:
    """The 13-layer network of ``config.filters`` filters; 3,882,793 weights at 192."""
    k, start = config.filters, config.initializer
    x = layers.convolution(config, x, k, 5, name="conv1")
    for number in range(2, N_HIDDEN + 2):
        x = layers.convolution(config, x, k, 3, name=f"conv{number}", start=start)
    return layers.point_logits(config, x, name=f"conv{N_HIDDEN + 2}")
