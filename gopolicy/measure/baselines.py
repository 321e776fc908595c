"""Baselines: predictions that need no learning, to set beside a network's.

Each is a ``Predict``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BOARD_SIZE, POINTS
from gopolicy.go.features import PLANE_NAMES
from gopolicy.predict import Predict

_LAST_MOVE: Final = PLANE_NAMES.index("turns since 1")
_ROWS, _COLUMNS = np.divmod(np.arange(POINTS), BOARD_SIZE)
#: Squared distance of each point to each other, [361, 361].
_DISTANCES: Final = (_ROWS - _ROWS[:, None]) ** 2 + (_COLUMNS - _COLUMNS[:, None]) ** 2


def uniform(planes: NDArray[np.uint8], legal: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Every legal move is equally likely."""
    return _log_shares(legal.astype(np.float64))


def nearest(planes: NDArray[np.uint8], legal: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The nearer to the last move, the likelier: by one over the squared distance.

    Uniform where no stone was just played.
    """
    last = planes[..., _LAST_MOVE].reshape(-1, POINTS)  # [B, 19, 19] to [B, 361]
    near = 1.0 / np.maximum(_DISTANCES[last.argmax(axis=1)], 1)
    return _log_shares(np.where(last.any(axis=1, keepdims=True), near, 1.0) * legal)


BASELINES: Final[dict[str, Predict]] = {"uniform": uniform, "nearest": nearest}


def _log_shares(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logs of the weights [B, 361] as shares of their row; -inf for weight 0."""
    with np.errstate(divide="ignore"):
        total = np.log(weights.sum(axis=1, keepdims=True))
        shares: NDArray[np.float64] = np.log(weights) - total
    return shares
