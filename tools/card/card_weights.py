"""AlphaGo's weights by the names of Keras and of PyTorch, and folded; numpy alone.

A model folder has Keras's names and layouts: "conv1/kernel" [h, w, in, out]. PyTorch's
network (``card_network``) has the same layers under the same names, so "conv1.weight"
[out, in, h, w]. Its convolutions have no bias of their own: what comes after them is a
normalisation, which takes a bias away again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import NetworkConfig, format_config
from gopolicy.errors import ModelError
from gopolicy.go.coords import POINTS
from gopolicy.go.features import PLANES
from gopolicy.modelstore import find_model, open_weights, read_info
from gopolicy.networks.alphago import N_HIDDEN
from gopolicy.networks.parts import EPSILON, fold_norm

Arrays = dict[str, NDArray[np.float32]]

#: The hidden layers, each a convolution and its normalisation, and the last layer.
HIDDEN: Final = tuple(f"conv{number}" for number in range(1, N_HIDDEN + 2))
LAST: Final = f"conv{N_HIDDEN + 2}"
#: Keras's names of a normalisation's numbers, in its order, and PyTorch's.
_NORM: Final = {
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
_PARTS: Final = {"kernel": "weight", "bias": "bias", **_NORM}


def shapes(filters: int) -> dict[str, tuple[int, ...]]:
    """The weights of the normalised network by Keras's names, in its order."""
    found: dict[str, tuple[int, ...]] = {}
    for layer in HIDDEN:
        kernel = (5, 5, PLANES) if layer == HIDDEN[0] else (3, 3, filters)
        found[f"{layer}/kernel"] = (*kernel, filters)
        found[f"{layer}/bias"] = (filters,)
        found |= {f"{layer}_norm/{part}": (filters,) for part in _NORM}
    return {**found, f"{LAST}/kernel": (1, 1, filters, 1), "point_bias/bias": (POINTS,)}


def load_weights(name: str | Path) -> tuple[Arrays, NetworkConfig]:
    """The weights of a model to begin with, by Keras's names; what network it is.

    Raises: ModelError when it is missing or damaged, or a network that a card does not
    train: ``make_start.py`` makes those it does.
    """
    info = read_info(find_model(name))
    network = info.network
    plain = NetworkConfig(
        filters=network.filters, initializer=network.initializer, batch_norm=True
    )
    if network != plain:
        raise ModelError(
            f"{str(name)!r} is {format_config(network)}; a card trains 'alphago' with "
            "batch normalisation and nothing else (see tools/card/make_start.py)"
        )
    with open_weights(info) as weights:
        sizes = shapes(network.filters)
        return {key: weights(key, shape) for key, shape in sizes.items()}, network


def to_torch(weights: Mapping[str, NDArray[np.float32]]) -> Arrays:
    """The same network's weights by PyTorch's names, in its layouts.

    ``weights``: by Keras's names, perhaps with those of the side tasks.
    """
    state = {}
    for name, values in weights.items():
        layer, part = name.split("/")
        if part == "bias" and layer in HIDDEN:
            continue
        if part == "kernel":
            values = values.transpose(3, 2, 0, 1)  # [out, in, h, w]
        elif part == "moving_mean":
            values = values - weights[f"{layer.removesuffix('_norm')}/bias"]
        state[f"{layer}.{_PARTS[part]}"] = np.ascontiguousarray(values)
    return state


def from_torch(state: Mapping[str, NDArray[np.float32]]) -> Arrays:
    """The weights of ``shapes`` out of PyTorch's; side tasks are left out."""
    filters = len(state[f"{HIDDEN[0]}.weight"])
    weights = {}
    for name, shape in shapes(filters).items():
        layer, part = name.split("/")
        if part == "bias" and layer in HIDDEN:
            weights[name] = np.zeros(shape, np.float32)
            continue
        values = np.asarray(state[f"{layer}.{_PARTS[part]}"], np.float32)
        weights[name] = values.transpose(2, 3, 1, 0) if part == "kernel" else values
    return weights


def fold(weights: Arrays, network: NetworkConfig) -> tuple[Arrays, NetworkConfig]:
    """As ``networks.fold.fold``, which folds Keras's models."""
    folded = {name: x for name, x in weights.items() if "_norm/" not in name}
    for layer in HIDDEN:
        kernel, bias = f"{layer}/kernel", f"{layer}/bias"
        norm = [weights[f"{layer}_norm/{part}"] for part in _NORM]
        folded[kernel], folded[bias] = fold_norm(
            weights[kernel], weights[bias], norm, epsilon=EPSILON
        )
    return folded, dataclasses.replace(network, batch_norm=False)
