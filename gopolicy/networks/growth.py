"""Growing a trained network wider without changing what it computes.

A small network learns more in each CPU hour, a wide one more in the end; so train
narrow first, grow, and train on. Source: Chen, Goodfellow and Shlens, "Net2Net",
ICLR 2016, section 3.2 (the wider copy of a filter shares its outgoing weights).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import NetworkConfig
from gopolicy.errors import ConfigError, phrase
from gopolicy.networks import build
from gopolicy.networks.backend import keras


def grow(
    model: keras.Model,
    network: NetworkConfig,
    filters: int,
    *,
    rng: np.random.Generator,
) -> tuple[keras.Model, NetworkConfig]:
    """The same function with more filters, in float32.

    Each new filter copies an old one at random, and the copies share its outgoing
    weights unevenly: in sum the same, yet they learn apart from the first step on.

    Raises: ConfigError for another architecture than alphago, an activation that mixes
    channels, or fewer filters.
    """
    if network.architecture != "alphago":
        raise ConfigError(
            phrase(
                "only 'alphago' can grow, not {architecture!r}",
                architecture=network.architecture,
            )
        )
    if network.activation == "maxout":
        raise ConfigError(phrase("a network with the activation 'maxout' cannot grow"))
    if filters < network.filters:
        raise ConfigError(
            phrase(
                "setting 'filters' is {filters!r}; a network of {least} filters can "
                "only grow",
                filters=filters,
                least=network.filters,
            )
        )
    wider = dataclasses.replace(network, filters=filters)
    grown = build(wider)
    n_inputs = model.get_layer("conv1").kernel.shape[2]
    parents = np.arange(n_inputs)  # which old input channel each new one copies
    shares = np.ones(n_inputs, np.float32)
    for layer in model.layers:
        weights = layer.get_weights()
        if isinstance(layer, keras.layers.Conv2D):
            kernel = weights[0][:, :, parents] * shares[:, None]  # [h, w, in, out]
            if layer.use_bias:
                parents, shares = _copies(network.filters, filters, rng)
                weights = [kernel[..., parents], weights[1][parents]]
            else:
                weights = [kernel]
        elif isinstance(layer, keras.layers.BatchNormalization):
            weights = [values[parents] for values in weights]
        grown.get_layer(layer.name).set_weights(weights)
    return grown, wider


def _copies(
    old: int, new: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """For each new filter: the old one it copies, its share of the outgoing weights."""
    parents = np.concatenate(
        [np.arange(old), rng.permutation(np.arange(new - old) % old)]
    )
    # Between a third and two thirds for two copies: far from equal, far from none.
    weights = rng.uniform(1.0, 2.0, new)
    totals = np.bincount(parents, weights, minlength=old)
    return parents, (weights / totals[parents]).astype(np.float32)
