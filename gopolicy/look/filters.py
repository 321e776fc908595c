"""The filters of a layer: what excites each most, and which are dead or twins.

Source: Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV
2014, section 4: a filter is understood by the inputs that excite it most. Here these
are real positions, not images made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.data.dataset import Dataset
from gopolicy.go.coords import POINTS
from gopolicy.look.layers import activations, open_layer
from gopolicy.networks.backend import keras

#: Points of each position on which filters are compared with each other.
_COMPARED_POINTS: Final = 8
#: Filters that are as alike as this (correlation) say the same.
TWINS: Final = 0.95


@dataclass(frozen=True, slots=True)
class Peaks:
    """Where each filter of a layer answers most, in each of many positions.

    ``positions``: int64 [P], position numbers of the dataset. ``values``: float32
    [P, filters], the largest activation on the board; ``points``: int16 [P, filters],
    the point where. ``is_dead``: bool [filters], the same on all points of all of them.
    ``likeness``: float32 [filters, filters], the correlation over points, 0 with a dead
    one.
    """

    positions: NDArray[np.int64]
    values: NDArray[np.float32]
    points: NDArray[np.int16]
    is_dead: NDArray[np.bool_]
    likeness: NDArray[np.float32]

    @property
    def n_filters(self) -> int:
        return int(self.values.shape[1])

    def twins(self) -> list[tuple[int, int, float]]:
        """(filter, filter, correlation) of filters that say the same; closest first."""
        upper = np.triu(self.likeness, 1)
        pairs = np.argwhere(upper > TWINS).tolist()
        found = [
            (first, second, float(upper[first, second])) for first, second in pairs
        ]
        return sorted(found, key=lambda pair: -pair[2])


@dataclass(frozen=True, slots=True)
class Place:
    """A point of a position that excites a filter.

    ``position``: its number in the dataset; ``game``, ``move``: which game's, and the
    move that was played there, both from 1; ``value``: the activation.
    """

    position: int
    game: int
    move: int
    point: int
    value: float


def find_peaks(
    model: keras.Model, data: Dataset, layer: int, *, n_positions: int, seed: int = 0
) -> Peaks:
    """Asks board layer ``layer`` about positions drawn from ``data``.

    Raises: ConfigError when there is no such layer.
    """
    opened = open_layer(model, layer)
    positions = data.shuffled_positions(n_positions, seed=seed)
    rng = np.random.default_rng(seed)
    values, points, compared, lows, highs = [], [], [], [], []
    # In parts: the planes of all of them would take 17 KB each.
    for part in np.array_split(positions, max(1, len(positions) // 1024)):
        for boards in activations(opened, data.samples(part).planes):
            flat = boards.reshape(len(boards), POINTS, -1)
            best = flat.argmax(axis=1)  # [b, filters]
            points.append(best.astype(np.int16))
            values.append(np.take_along_axis(flat, best[:, None], axis=1)[:, 0])
            lows.append(flat.min(axis=(0, 1)))
            highs.append(flat.max(axis=(0, 1)))
            some = rng.integers(POINTS, size=_COMPARED_POINTS)
            compared.append(flat[:, some].reshape(-1, flat.shape[2]))
    is_dead = np.max(highs, axis=0) == np.min(lows, axis=0)
    return Peaks(
        positions,
        np.concatenate(values),
        np.concatenate(points),
        is_dead,
        _likeness(np.concatenate(compared)),
    )


def most_exciting(peaks: Peaks, data: Dataset, number: int, count: int) -> list[Place]:
    """The ``count`` places that excite filter ``number`` (from 0) most, best first.

    Of each game at most one: the positions of a game are much alike.
    """
    order = np.argsort(-peaks.values[:, number], kind="stable")
    games, moves = data.places(peaks.positions[order])
    _, first = np.unique(games, return_index=True)
    return [
        Place(
            position=int(peaks.positions[order[i]]),
            game=int(games[i]) + 1,
            move=int(moves[i]),
            point=int(peaks.points[order[i], number]),
            value=float(peaks.values[order[i], number]),
        )
        for i in np.sort(first)[:count]
    ]


def _likeness(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The correlation of the columns of ``values`` [n, filters]; 0 of constant ones."""
    centered = values - values.mean(axis=0)
    norms = np.sqrt((centered**2).sum(axis=0))
    scaled = centered / np.where(norms > 0, norms, 1)
    likeness: NDArray[np.float32] = scaled.T @ scaled
    return likeness
