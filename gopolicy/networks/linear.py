"""Softmax regression: the simplest network there is, a single layer.

Source: the multinomial logistic model, as in Bishop, "Pattern Recognition and Machine
Learning" (2006), section 4.3.4.

Notice: it can only add up evidence, one plane at one point for one move at a time, so
"a stone there AND a liberty here" is beyond it; the planes have to say such things
themselves. And it has more weights than AlphaGo's network of 192 filters, since nothing
that it learns at one point serves at another.
"""

from __future__ import annotations

from gopolicy.config import NetworkConfig
from gopolicy.networks.parts import Layers, Tensor


def build_linear(layers: Layers, config: NetworkConfig, x: Tensor) -> Tensor:
    """One fully connected layer; 6,255,769 weights.

    Without a hidden layer, ``filters``, ``activation`` and ``initializer`` have nothing
    to act on; dropout and batch normalisation act on the planes.
    """
    x = layers.flat_planes(config, x)
    x = layers.drop_out(config, x, name="flat")
    return layers.dense_logits(config, x)
