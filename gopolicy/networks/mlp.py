"""A multi-layer perceptron: two hidden layers, everything connected to everything.

Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating
errors", Nature 323 (1986); its hidden layers, with today's rectifiers.

Notice: hidden units can say AND and OR, which the linear model cannot. But the first
layer still does not know that two points are neighbors, or that a pattern in one corner
is the same in another: it must learn each place on its own.
"""

from __future__ import annotations

from typing import Final

from gopolicy.config import NetworkConfig
from gopolicy.networks.parts import Layers, Tensor

#: Hidden units for each of ``NetworkConfig.filters``. Each costs 17,328 weights, and
#: with many the steps are too few: on the games of ``config.COMPARE_RATES``, in about
#: 40 s, 64 units had 10.3 % top-1, 128 units 8.8 %, 256 units 6.2 %.
UNITS_A_FILTER: Final = 2


def build_mlp(layers: Layers, config: NetworkConfig, x: Tensor) -> Tensor:
    """Two hidden layers of 2 x ``filters`` units; 1.1 million weights at 32."""
    x = layers.flat_planes(config, x)
    for number in (1, 2):
        units = UNITS_A_FILTER * config.filters
        x = layers.dense(config, x, units, name=f"hidden{number}")
    return layers.dense_logits(config, x)
