"""Batch normalisation folded away: the same answers from a plain network.

A trained normalisation only scales and shifts each channel, which the layer before it
can do as well. So a network may be trained with it, and what is kept is AlphaGo's.
Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference", CVPR 2018, section 3.2.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from gopolicy.backend import keras
from gopolicy.config import NetworkConfig
from gopolicy.errors import ConfigError
from gopolicy.networks import build


def fold(
    model: keras.Model, network: NetworkConfig
) -> tuple[keras.Model, NetworkConfig]:
    """The network without batch normalisation that computes the same, in float32.

    Raises: ConfigError when a normalisation does not follow a layer with weights, as
    that of the planes in 'linear' and 'mlp'.
    """
    plain = dataclasses.replace(network, batch_norm=False)
    folded = build(plain)
    kept = {layer.name for layer in folded.layers}
    norms = {
        layer.name: layer
        for layer in model.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    }
    for name in norms:
        if name.removesuffix("_norm") not in kept:
            raise ConfigError(
                f"the normalisation {name!r} of {network.architecture!r} cannot be "
                "folded into a layer before it"
            )
    for layer in model.layers:
        if layer.name in norms:
            continue
        weights = layer.get_weights()
        norm = norms.get(f"{layer.name}_norm")
        if norm is not None:
            gamma, beta, mean, variance = norm.get_weights()
            scale = gamma / np.sqrt(variance + norm.epsilon)  # [channels]
            kernel, bias = weights
            weights = [kernel * scale, (bias - mean) * scale + beta]
        folded.get_layer(layer.name).set_weights(weights)
    return folded, plain
