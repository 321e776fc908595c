"""Inception modules: kernels of several sizes side by side.

Source: Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, figure 2b and
table 1, module 3a: 1x1; 1x1 then 3x3; 1x1 then 5x5; 3x3 max pooling then 1x1; their
outputs stacked, in the shares 8 : 16 : 4 : 4. The end is AlphaGo's.

Notice: the network chooses at each layer how far to look, from a point's own planes
(1x1) to a small neighborhood (5x5), and 1x1 kernels in front keep the wide ones cheap.
Pooling here has stride 1: the board keeps its size, so no place is lost.
"""

from __future__ import annotations

from typing import Final

from gopolicy.config import NetworkConfig
from gopolicy.networks.backend import keras
from gopolicy.networks.layers import convolution, planes_input, point_logits

#: Inception modules after the first convolution.
N_MODULES: Final = 6


def build_inception(config: NetworkConfig) -> keras.Model:
    """A 5x5 convolution and six modules, each of ``filters`` channels in all."""
    planes, x = planes_input()
    x = convolution(config, x, config.filters, 5, name="conv1")
    for number in range(1, N_MODULES + 1):
        x = _module(config, x, f"module{number}")
    return keras.Model(planes, point_logits(config, x, name="last"), name="inception")


def _module(
    config: NetworkConfig, x: keras.KerasTensor, name: str
) -> keras.KerasTensor:
    """The four branches on ``x``, stacked: [B, 19, 19, filters] or a few more."""
    k = config.filters
    quarter, half, eighth = -(-k // 4), -(-k // 2), -(-k // 8)  # rounded up
    point = convolution(config, x, quarter, 1, name=f"{name}_1x1")
    near = convolution(config, x, 3 * eighth, 1, name=f"{name}_3x3_in")
    near = convolution(config, near, half, 3, name=f"{name}_3x3")
    far = convolution(config, x, eighth, 1, name=f"{name}_5x5_in")
    far = convolution(config, far, eighth, 5, name=f"{name}_5x5")
    pooled = keras.layers.MaxPooling2D(3, 1, padding="same", name=f"{name}_pool")(x)
    pooled = convolution(config, pooled, eighth, 1, name=f"{name}_pool_1x1")
    return keras.layers.Concatenate(name=name)([point, near, far, pooled])
