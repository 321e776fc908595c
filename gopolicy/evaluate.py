"""How well a network predicts held-out moves: top-k accuracy and log loss.

The probabilities measured are those a player sees: a softmax over the legal moves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.dataset import Dataset
from gopolicy.errors import DatasetError
from gopolicy.features import legal_moves

#: Planes (uint8 [B, 19, 19, 48]) and legal moves (bool [B, 361]) to log probabilities
#: (float64 [B, 361]).
Predict = Callable[[NDArray[np.uint8], NDArray[np.bool_]], NDArray[np.float64]]

TOP_K: Final = (1, 3, 5, 10)
#: Width of a row in the table by move number.
MOVES_A_ROW: Final = 50
#: Draws of a bootstrap.
BOOTSTRAPS: Final = 1000


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


def score(log_probabilities: NDArray[np.float64], targets: NDArray[np.int32]) -> Scores:
    """Scores of one batch: log probabilities [B, 361], targets [B]."""
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
        predicted = predict(batch.planes, legal_moves(batch.planes))
        parts.append(score(predicted, batch.targets))
        if progress is not None:
            progress(min(first + batch_size, len(positions)), len(positions))
    return Scores(
        np.concatenate([part.ranks for part in parts]),
        np.concatenate([part.log_losses for part in parts]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What ``evaluate`` found; shares are 0 to 1, log losses in nats.

    ``figures``: "top1", "top3", "top5", "top10", "log_loss". ``intervals``: for each,
    the 95 % interval of a bootstrap over games. ``by_move``: rows of "first", "last"
    (move numbers), "positions", "top1", "log_loss".
    """

    positions: int
    games: int
    figures: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    by_move: list[dict[str, float]]


def evaluate(
    predict: Predict,
    data: Dataset,
    *,
    n_positions: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Measures ``predict`` on ``data``: all positions, or ``n_positions`` of a shuffle.

    Raises: DatasetError when there is no position.
    """
    if not data.n_positions:
        raise DatasetError("no positions to evaluate; build a dataset with games in it")
    positions = np.arange(data.n_positions)
    if n_positions is not None and n_positions < data.n_positions:
        positions = np.sort(data.shuffled_positions(n_positions, seed=seed))
    scores = score_positions(predict, data, positions, progress=progress)
    games, move_numbers = data.places(positions)
    columns = {f"top{k}": (scores.ranks < k).astype(np.float64) for k in TOP_K}
    columns["log_loss"] = scores.log_losses
    rng = np.random.default_rng(seed)
    return Evaluation(
        positions=len(positions),
        games=len(np.unique(games)),
        figures={name: float(values.mean()) for name, values in columns.items()},
        intervals={
            name: _bootstrap(values, games, rng) for name, values in columns.items()
        },
        by_move=_by_move(scores, move_numbers),
    )


def _bootstrap(
    values: NDArray[np.float64], games: NDArray[np.int64], rng: np.random.Generator
) -> tuple[float, float]:
    """95 % interval of the mean, drawing whole games: their positions hang together."""
    _, which = np.unique(games, return_inverse=True)
    sums = np.bincount(which, values)
    counts = np.bincount(which).astype(np.float64)
    draws = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), BOOTSTRAPS)
    means = (draws @ sums) / (draws @ counts)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def _by_move(scores: Scores, move_numbers: NDArray[np.int64]) -> list[dict[str, float]]:
    """Accuracy and log loss for every ``MOVES_A_ROW`` moves of the game."""
    rows = []
    bins = (move_numbers - 1) // MOVES_A_ROW
    for b in range(int(bins.max()) + 1):
        chosen = bins == b
        if chosen.any():
            rows.append(
                {
                    "first": b * MOVES_A_ROW + 1,
                    "last": (b + 1) * MOVES_A_ROW,
                    "positions": int(chosen.sum()),
                    "top1": float((scores.ranks[chosen] == 0).mean()),
                    "log_loss": float(scores.log_losses[chosen].mean()),
                }
            )
    return rows
