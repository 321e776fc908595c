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
from gopolicy.networks.backend import keras
from gopolicy.networks.layers import convolution, dense, dense_logits, planes_input


def build_alexnet(config: NetworkConfig) -> keras.Model:
    """Five convolutions and two fully connected layers; 1.3 million weights at 32."""
    k = config.filters
    planes, x = planes_input()
    x = convolution(config, x, k, 7, name="conv1")
    x = _pool(x, "pool1")  # [B, 10, 10, k]
    x = convolution(config, x, 2 * k, 5, name="conv2")
    x = _pool(x, "pool2")  # [B, 5, 5, 2k]
    for layer in (3, 4, 5):
        x = convolution(config, x, 2 * k, 3, name=f"conv{layer}")
    x = keras.layers.Flatten(name="flat")(x)
    x = dense(config, x, 16 * k, name="full")
    return keras.Model(planes, dense_logits(config, x), name="alexnet")


def _pool(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return keras.layers.MaxPooling2D(3, strides=2, padding="same", name=name)(x)
