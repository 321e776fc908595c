"""Batch normalisation and branches folded away and put in: the answers stay the same.

A trained normalisation only scales and shifts each channel, which the layer before it
can do as well; branches are one kernel in sum. So a network may be trained with them,
and what is kept is AlphaGo's; and what was kept can be trained on with them.
Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference", CVPR 2018, section 3.2.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import NetworkConfig
from gopolicy.errors import ConfigError, phrase
from gopolicy.networks import build
from gopolicy.networks.backend import keras
from gopolicy.networks.equalize import HOMOGENEOUS
from gopolicy.networks.layers import BranchedConvolution
from gopolicy.networks.parts import fold_norm


def fold(
    model: keras.Model, network: NetworkConfig
) -> tuple[keras.Model, NetworkConfig]:
    """The network without normalisation and branches that computes the same, float32.

    Raises: ConfigError when a normalisation does not follow a layer with weights, as
    that of the planes in 'linear' and 'mlp'.
    """
    plain = dataclasses.replace(network, batch_norm=False, branches=False)
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
                phrase(
                    "the normalisation {name!r} of {architecture!r} cannot be folded "
                    "into a layer before it",
                    name=name,
                    architecture=network.architecture,
                )
            )
    for layer in model.layers:
        if layer.name in norms:
            continue
        weights = layer.get_weights()
        if isinstance(layer, BranchedConvolution):
            weights = [layer.whole(layer.kernel).numpy(), layer.bias.numpy()]
        norm = norms.get(f"{layer.name}_norm")
        if norm is not None:
            kernel, bias = weights
            weights = [
                *fold_norm(kernel, bias, norm.get_weights(), epsilon=norm.epsilon)
            ]
        folded.get_layer(layer.name).set_weights(weights)
    return folded, plain


def simplify(
    model: keras.Model, network: NetworkConfig
) -> tuple[keras.Model, NetworkConfig]:
    """``fold`` where there is something to fold that can be; else what was given."""
    if not network.batch_norm and not network.branches:
        return model, network
    try:
        return fold(model, network)
    except ConfigError:
        return model, network


def unfold(
    model: keras.Model, network: NetworkConfig, planes: NDArray[np.uint8]
) -> tuple[keras.Model, NetworkConfig]:
    """The network with batch normalisation that computes the same when not training.

    ``planes``: uint8 [B, 19, 19, 48], on which each channel's mean and variance are
    taken. A channel is scaled to a variance of 1 where it is made, and back where it is
    read, so that no layer is ill conditioned.

    Raises: ConfigError for another architecture than alphago, or an activation that
    does not pass a scale on.
    """
    if network.architecture != "alphago" or network.activation not in HOMOGENEOUS:
        raise ConfigError(
            phrase(
                "{architecture!r} with {activation!r} cannot be given batch "
                "normalisation; train it with it from the start",
                architecture=network.architecture,
                activation=network.activation,
            )
        )
    normalised = dataclasses.replace(network, batch_norm=True)
    unfolded = build(normalised)
    unfolded.set_weights(_with_norms(model, unfolded, planes))
    return unfolded, normalised


def branch(
    model: keras.Model, network: NetworkConfig
) -> tuple[keras.Model, NetworkConfig]:
    """The network with branches, at zero but for the 3x3 one, that computes the same.

    Raises: ConfigError for another architecture than alphago.
    """
    branched_network = dataclasses.replace(network, branches=True)
    branched = build(branched_network)
    for layer in model.layers:
        weights = layer.get_weights()
        fresh = branched.get_layer(layer.name).get_weights()[len(weights) :]
        branched.get_layer(layer.name).set_weights(weights + fresh)
    return branched, branched_network


def _with_norms(
    model: keras.Model, unfolded: keras.Model, planes: NDArray[np.uint8]
) -> list[NDArray[np.float32]]:
    """The weights of ``unfolded``, in its order."""
    convolutions = [x for x in model.layers if isinstance(x, keras.layers.Conv2D)]
    hidden = keras.Model(model.input, [x.output for x in convolutions[:-1]])
    outputs = iter(hidden(planes, training=False))
    weights: list[NDArray[np.float32]] = []
    scale: NDArray[np.float32] = np.ones(planes.shape[-1], np.float32)
    for layer in unfolded.layers:
        if isinstance(layer, keras.layers.Conv2D):
            kernel, *bias = model.get_layer(layer.name).get_weights()
            kernel = kernel * scale[:, None]  # [h, w, in, out]
            if bias:
                values = next(outputs).numpy()
                scale = values.std(axis=(0, 1, 2)) + np.float32(1e-6)
                mean = values.mean(axis=(0, 1, 2)) / scale
                variance = (values / scale).var(axis=(0, 1, 2))
                kernel, bias = kernel / scale, [bias[0] / scale]
            weights += [kernel, *bias]
        elif isinstance(layer, keras.layers.BatchNormalization):
            weights += [np.sqrt(variance + layer.epsilon), mean, mean, variance]
        elif layer.weights:
            weights += model.get_layer(layer.name).get_weights()
    return weights
