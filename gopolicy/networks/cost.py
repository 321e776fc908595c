"""What a network costs: its weights, and its operations for one position."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gopolicy.networks.backend import keras


@dataclass(frozen=True, slots=True)
class Cost:
    """``parameters``: numbers that training sets. ``flops``: for one position.

    A multiplication with its addition counts as two operations. Counted are those of
    convolutions and fully connected layers; all else (biases, activations, pooling,
    normalisation) is a few per cent at most.
    """

    parameters: int
    flops: int


def measure_cost(model: keras.Model) -> Cost:
    """The cost of a network that ``networks.build`` made."""
    flops = 0
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            height, width = layer.output.shape[1:3]
            flops += 2 * math.prod(layer.kernel.shape) * height * width
        elif isinstance(layer, keras.layers.Dense):
            flops += 2 * math.prod(layer.kernel.shape)
    parameters = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    return Cost(parameters, flops)
