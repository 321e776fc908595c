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
from gopolicy.networks.backend import keras
from gopolicy.networks.layers import dense, dense_logits, flat_planes, planes_input

#: Hidden units for each of ``NetworkConfig.filters``. Each costs 17,328 weights, and
#: with many the steps are too few: on the games of ``config.COMPARE_RATES``, in about
#: 40 s, 64 units had 10.3 % top-1, 128 units 8.8 %, 256 units 6.2 %.
UNITS_A_FILTER: Final = 2


def build_mlp(config: NetworkConfig) -> keras.Model:
    """Two hidden layers of 2 x ``filters`` units; 1.1 million weights at 32."""
    planes, x = planes_input()
    x = flat_planes(config, x)
    for layer in (1, 2):
        x = dense(config, x, UNITS_A_FILTER * config.filters, name=f"hidden{layer}")
    return keras.Model(planes, dense_logits(config, x), name="mlp")
