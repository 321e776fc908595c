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
from gopolicy.networks.parts import Layers, Tensor

#: Blocks of two convolutions each.
N_BLOCKS: Final = 6


def build_resnet(layers: Layers, config: NetworkConfig, x: Tensor) -> Tensor:
    """A 5x5 convolution, six residual blocks of ``filters`` filters, AlphaGo's end."""
    k = config.filters
    x = layers.convolution(config, x, k, 5, name="conv1")
    for number in range(1, N_BLOCKS + 1):
        name = f"block{number}"  # x + correction, [B, 19, 19, k]
        y = layers.convolution(config, x, k, 3, name=f"{name}_a")
        y = layers.linear_convolution(config, y, k, 3, name=f"{name}_b", start="zeros")
        x = layers.add(x, y, name=f"{name}_sum")
    return layers.point_logits(config, x, name="last")
