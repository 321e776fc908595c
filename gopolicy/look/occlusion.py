"""Which stones an answer hangs on: each is taken off the board, and it is asked again.

All planes are computed anew, so it needs no theory of the network, and any predictor
can be asked. Source: Zeiler and Fergus, ECCV 2014, section 4.2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gopolicy.errors import ConfigError, phrase
from gopolicy.go.coords import EMPTY, POINTS, format_vertex
from gopolicy.go.features import encode
from gopolicy.go.position import Position
from gopolicy.policy import NetworkPolicy


def take_stones(
    policy: NetworkPolicy, position: Position, point: int
) -> NDArray[np.float32]:
    """How the answer changes without each stone, float32 [361]: nats, NaN on no stone.

    The log probability of ``point`` with the stone, less that without it: positive
    where the stone speaks for the move. -inf never comes, since a move stays legal when
    a stone is taken, but for a ko and a suicide; NaN there, too.

    Raises: ConfigError when ``point`` is not legal.
    """
    require_legal(position, point)
    occupied = np.flatnonzero(position.stones)
    boards = [position, *(without(position, int(stone)) for stone in occupied)]
    planes = np.stack([encode(board) for board in boards])
    legal = np.stack([board.legal_mask(superko=True) for board in boards])[:, :POINTS]
    values = policy.log_probabilities(planes, legal)[:, point]
    change = np.full(POINTS, np.nan, np.float32)
    change[occupied] = np.where(np.isfinite(values[1:]), values[0] - values[1:], np.nan)
    return change


def require_legal(position: Position, point: int) -> NDArray[np.bool_]:
    """bool [361]: the legal moves.

    Raises: ConfigError when ``point`` is none of them.
    """
    legal = position.legal_mask(superko=True)
    if not legal[point]:
        raise ConfigError(
            phrase(
                "{vertex} is not legal there; name a legal move",
                vertex=format_vertex(point),
            )
        )
    return legal


def without(position: Position, stone: int) -> Position:
    """A copy of ``position`` in which the point ``stone`` is empty."""
    copy = position.copy()
    copy.setup(stone, EMPTY)
    return copy
