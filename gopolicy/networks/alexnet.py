"""A small AlexNet: large first kernels, max pooling, a fully connected end.

Source: Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep
Convolutional Neural Networks", NIPS 2012, section 3.5 and figure 2: five convolutions,
overlapping pooling (3x3, every second point) after the first, second and fifth, then
fully connected layers. Scaled to a board: no stride in the first layer, two poolings.

Notice: kernels share what they learn over the whole board, which the perceptron cannot.
Pooling says *that* a pattern is near, no longer *where*; right for naming a picture,
but a move is a place, and the fully connected end has to find it again.
"""

from __future__ import annotations

from gopolicy.config import NetworkConfig
from gopolicy.networks.parts import Layers, Tensor


def build_alexnet(layers: Layers, config: NetworkConfig, x: Tensor) -> Tensor:
    """Five convolutions and two fully connected layers; 1.3 million weights at 32."""
    k = config.filters
    x = layers.convolution(config, x, k, 7, name="conv1")
    x = layers.pool(x, 2, name="pool1")  # [B, 10, 10, k]
    x = layers.convolution(config, x, 2 * k, 5, name="conv2")
    x = layers.pool(x, 2, name="pool2")  # [B, 5, 5, 2k]
    for number in (3, 4, 5):
        x = layers.convolution(config, x, 2 * k, 3, name=f"conv{number}")
    x = layers.dense(config, layers.flat(x), 16 * k, name="full")
    return layers.dense_logits(config, x)
