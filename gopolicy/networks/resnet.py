"""A residual network: each block adds a correction to what came in.

Source: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, figure 2,
blocks of two 3x3 convolutions; with nothing after the sum, as in Lim et al., "Enhanced
Deep Residual Networks", CVPR workshops 2017, figure 2c. The second kernel of a block
starts at zero, so that each block begins as the identity (Goyal et al., "Accurate,
Large Minibatch SGD", 2017, section 5.1, do the same by batch normalisation's scale).
The end is AlphaGo's. AlphaGo Zero's network (Nature 550, 2017) is of this family.

Notice: the sum gives the gradient a straight way to every layer, so that more layers do
not learn more slowly. AlphaGo's 13 plain layers are about as deep as one gets without;
the near-identity start of its kernels in this program is the same idea.
"""

from __future__ import annotations

from typing import Final

from gopolicy.config import NetworkConfig
from gopolicy.networks.backend import keras
from gopolicy.networks.layers import (
    convolution,
    linear_convolution,
    planes_input,
    point_logits,
)

#: Blocks of two convolutions each.
N_BLOCKS: Final = 6


def build_resnet(config: NetworkConfig) -> keras.Model:
    """A 5x5 convolution, six residual blocks of ``filters`` filters, AlphaGo's end."""
    planes, x = planes_input()
    x = convolution(config, x, config.filters, 5, name="conv1")
    for number in range(1, N_BLOCKS + 1):
        x = _block(config, x, f"block{number}")
    return keras.Model(planes, point_logits(config, x, name="last"), name="resnet")


def _block(config: NetworkConfig, x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """x + correction, [B, 19, 19, filters]."""
    y = convolution(config, x, config.filters, 3, name=f"{name}_a")
    y = linear_convolution(
        config, y, config.filters, 3, name=f"{name}_b", initializer="zeros"
    )
    return keras.layers.Add(name=f"{name}_sum")([x, y])
