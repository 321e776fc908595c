"""How well a network predicts held-out moves: top-k accuracy and log loss.

The probabilities measured are those a player sees: a softmax over the legal moves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.coords import POINTS
from gopolicy.dataset import Dataset
from gopolicy.features import PLANE_OFFSETS, PLANES

#: Planes (uint8 [B, 19, 19, 48]) to logits (float32 [B, 361]).
Predict = Callable[[NDArray[np.uint8]], NDArray[np.float32]]

TOP_K: Final = (1, 3, 5, 10)

_AFTER: Final = PLANE_OFFSETS["liberties after"]


def legal_moves(planes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """bool [B, 361]: the legal moves, read off ``planes`` uint8 [B, 19, 19, 48].

    Planes 36-43 say how many liberties a legal move has, and are empty elsewhere.
    """
    flat = planes.reshape(-1, POINTS, PLANES)  # [B, 361, 48]
    legal: NDArray[np.bool_] = flat[:, :, _AFTER : _AFTER + 8].any(axis=2)
    return legal


def log_softmax(
    logits: NDArray[np.float32], legal: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Log probabilities over the legal moves, float64 [B, 361]; -inf elsewhere."""
    masked = np.where(legal, logits.astype(np.float64), -np.inf)
    peak = np.max(masked, axis=1, keepdims=True, initial=-1e30)
    total = np.exp(masked - peak).sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        log_probabilities: NDArray[np.float64] = masked - peak - np.log(total)
    return log_probabilities


@dataclass(frozen=True, slots=True)
class Scores:
    """How each position was predicted.

    ``ranks``: int [N], legal moves rated above the one played; ties count half, down.
    ``log_losses``: float64 [N], minus the log of its probability, in nats.
    """

    ranks: NDArray[np.int64]
    log_losses: NDArray[np.float64]

    def top(self, k: int) -> float:
        """The share of positions whose move is among the k best."""
        return float((self.ranks < k).mean())

    @property
    def log_loss(self) -> float:
        """Mean log loss in nats."""
        return float(self.log_losses.mean())


def score(
    logits: NDArray[np.float32],
    planes: NDArray[np.uint8],
    targets: NDArray[np.int32],
) -> Scores:
    """Scores of one batch: logits [B, 361], planes [B, 19, 19, 48], targets [B]."""
    log_probabilities = log_softmax(logits, legal_moves(planes))
    rows = np.arange(len(targets))
    own = log_probabilities[rows, targets][:, None]
    above = (log_probabilities > own).sum(axis=1)
    ties = (log_probabilities == own).sum(axis=1) - 1
    return Scores(above + ties // 2, -own[:, 0])


def score_positions(
    predict: Predict,
    data: Dataset,
    positions: NDArray[np.int64],
    *,
    batch_size: int = 256,
    progress: Callable[[int, int], None] | None = None,
) -> Scores:
    """Scores of the given position numbers, in their order; memory stays flat."""
    parts = []
    for first in range(0, len(positions), batch_size):
        batch = data.samples(positions[first : first + batch_size])
        parts.append(score(predict(batch.planes), batch.planes, batch.targets))
        if progress is not None:
            progress(min(first + batch_size, len(positions)), len(positions))
    return Scores(
        np.concatenate([part.ranks for part in parts]),
        np.concatenate([part.log_losses for part in parts]),
    )
