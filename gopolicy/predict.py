"""What every predictor of moves is: planes and legal moves in, log probabilities out.

Networks, baselines and a network in training all are a ``Predict``, so that all are
measured alike. Knows neither networks nor Go beyond the shapes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

#: Planes (uint8 [B, 19, 19, 48]) and legal moves (bool [B, 361]) to log probabilities
#: (float64 [B, 361]): -inf where a move is not legal, else a row's shares sum to 1.
Predict: TypeAlias = Callable[
    [NDArray[np.uint8], NDArray[np.bool_]], NDArray[np.float64]
]
#: Planes (uint8 [B, 19, 19, 48]) to a network's logits (float32 [B, 361]).
Logits: TypeAlias = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
#: Planes to all that a graph gives, by name.
Answers: TypeAlias = Callable[[NDArray[np.uint8]], dict[str, NDArray[np.float32]]]


def log_softmax(
    logits: NDArray[np.float32], legal: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Log probabilities over the legal moves, float64 [B, 361]; -inf elsewhere.

    ``logits``: [B, 361]. ``legal``: bool [B, 361]; a row may be empty.
    """
    masked = np.where(legal, logits.astype(np.float64), -np.inf)
    peak = np.max(masked, axis=1, keepdims=True, initial=-1e30)
    total = np.exp(masked - peak).sum(axis=1, keepdims=True)
    log_probabilities: NDArray[np.float64] = (
        masked - peak - np.log(np.where(total > 0, total, 1))
    )
    return log_probabilities
