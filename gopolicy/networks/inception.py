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
from gopolicy.networks.parts import Layers, Tensor

#: Inception modules after the first convolution.
N_MODULES: Final = 6


def build_inception(layers: Layers, config: NetworkConfig, x: Tensor) -> Tensor:
    """A 5x5 convolution and six modules, each of ``filters`` channels in all."""
    k = config.filters
    x = layers.convolution(config, x, k, 5, name="conv1")
    for number in range(1, N_MODULES + 1):
        x = _module(layers, config, x, f"module{number}")
    return layers.point_logits(config, x, name="last")


def _module(layers: Layers, config: NetworkConfig, x: Tensor, name: str) -> Tensor:
    """The four branches on ``x``, stacked: [B, 19, 19, filters] or a few more."""

    def convolution(x: Tensor, filters: int, size: int, end: str) -> Tensor:
        return layers.convolution(config, x, filters, size, name=f"{name}_{end}")

    k = config.filters
    quarter, half, eighth = -(-k // 4), -(-k // 2), -(-k // 8)  # rounded up
    point = convolution(x, quarter, 1, "1x1")
    near = convolution(convolution(x, 3 * eighth, 1, "3x3_in"), half, 3, "3x3")
    far = convolution(convolution(x, eighth, 1, "5x5_in"), eighth, 5, "5x5")
    pooled = layers.pool(x, 1, name=f"{name}_pool")
    pooled = convolution(pooled, eighth, 1, "pool_1x1")
    return layers.stack([point, near, far, pooled], name=name)
