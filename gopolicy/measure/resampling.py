"""How sure a figure is: intervals and tests that draw whole games, not positions.

The positions of a game hang together: a network that misreads a fight does so for ten
moves. So games are the independent draws, and everything here resamples games. Knows
nothing of networks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Draws of a bootstrap.
BOOTSTRAPS: Final = 1000
#: Random sign flips of a paired test; the smallest p-value is one in so many.
FLIPS: Final = 9999
#: Numbers held at once; what keeps memory flat for any number of games.
_AT_ONCE: Final = 4_000_000


def sums_by_game(
    values: NDArray[np.float64], games: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Adds up columns over each game: values [N, C], games [N] to sums [G, C].

    The rows are the games that occur, in the order of their numbers.
    """
    found, which = np.unique(games, return_inverse=True)
    sums = np.zeros((len(found), values.shape[1]))
    for column in range(values.shape[1]):
        sums[:, column] = np.bincount(which, values[:, column], len(found))
    return sums


def bootstrap(
    sums: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """What the totals could have been: sums [G, C] to [BOOTSTRAPS, C].

    Each draw takes G games with replacement. Source: Efron and Tibshirani, "An
    Introduction to the Bootstrap" (1993), section 8.3.
    """
    n = len(sums)
    even = np.full(n, 1 / n)
    drawn = [rng.multinomial(n, even, k) @ sums for k in _chunks(BOOTSTRAPS, n)]
    return np.concatenate(drawn)


def interval(draws: NDArray[np.float64]) -> tuple[float, float]:
    """The middle 95 % of the finite draws, [BOOTSTRAPS]."""
    low, high = np.percentile(draws[np.isfinite(draws)], (2.5, 97.5))
    return float(low), float(high)


def paired_p_value(differences: NDArray[np.float64], rng: np.random.Generator) -> float:
    """How likely chance makes a sum of ``differences`` [G] as far from 0, or farther.

    A sign-flip permutation test, two-sided: if two networks were equally good, each
    game's difference could as well have had the other sign. It needs no normal
    distribution and no equal lengths of the games. Source: Good, "Permutation,
    Parametric and Bootstrap Tests of Hypotheses" (2005), section 3.2.
    """
    n = len(differences)
    observed = abs(differences.sum()) * (1 - 1e-12)  # equal sums count, rounding aside
    extreme = 0
    for k in _chunks(FLIPS, n):
        signs = rng.integers(0, 2, (k, n), np.int8) * 2 - 1
        extreme += int((np.abs(signs @ differences) >= observed).sum())
    return (extreme + 1) / (FLIPS + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """The same p-values, corrected for their number; in the same order.

    Source: Holm, "A simple sequentially rejective multiple test procedure", Scand. J.
    Statist. 6 (1979).
    """
    n = len(p_values)
    order = sorted(range(n), key=lambda i: p_values[i])
    corrected = [0.0] * n
    largest = 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (n - rank) * p_values[i]))
        corrected[i] = largest
    return corrected


def _chunks(total: int, width: int) -> Iterator[int]:
    """``total`` rows of ``width`` numbers, in parts that fit in memory."""
    size = max(1, _AT_ONCE // max(1, width))
    for first in range(0, total, size):
        yield min(size, total - first)
