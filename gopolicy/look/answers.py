"""What an answer hangs on: which planes and points, and which stones.

Two views that check each other. Gradient times input asks the network's own derivative,
plane by plane (Simonyan et al., "Deep Inside Convolutional Networks", 2014; times the
input as in Shrikumar et al., "Not Just a Black Box", 2016). Occlusion needs no theory:
a stone is taken off the board, all planes are computed anew, and the network is asked
again (Zeiler and Fergus, ECCV 2014, section 4.2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gopolicy.errors import ConfigError
from gopolicy.go.coords import EMPTY, POINTS, format_vertex
from gopolicy.go.features import encode
from gopolicy.go.position import Position
from gopolicy.networks.backend import keras, tf
from gopolicy.policy import NetworkPolicy


def weigh_inputs(
    model: keras.Model, position: Position, point: int
) -> NDArray[np.float32]:
    """Gradient times input, float32 [19, 19, 48]: nats of log probability.

    Of the log probability of ``point`` among the legal moves. Where a plane is 0 so is
    this: it says what speaks for the move, not what would.

    Raises: ConfigError when ``point`` is not legal.
    """
    legal = _legal(position, point)
    numbers = tf.convert_to_tensor(encode(position)[None], tf.float32)
    network = _after_cast(model)
    with tf.GradientTape() as tape:
        tape.watch(numbers)
        logits = tf.cast(network(numbers, training=False), tf.float32)
        masked = tf.where(legal[None], logits, tf.constant(-1e9))
        wanted = tf.nn.log_softmax(masked)[0, point]
    weights: NDArray[np.float32] = (tape.gradient(wanted, numbers) * numbers)[0].numpy()
    return weights


def take_stones(
    policy: NetworkPolicy, position: Position, point: int
) -> NDArray[np.float32]:
    """How the answer changes without each stone, float32 [361]: nats, NaN on no stone.

    The log probability of ``point`` with the stone, less that without it: positive
    where the stone speaks for the move. -inf never comes, since a move stays legal when
    a stone is taken, but for a ko and a suicide; NaN there, too.

    Raises: ConfigError when ``point`` is not legal.
    """
    _legal(position, point)
    occupied = np.flatnonzero(position.stones)
    without = [_without(position, int(stone)) for stone in occupied]
    boards = [position, *without]
    planes = np.stack([encode(board) for board in boards])
    legal = np.stack([board.legal_mask(superko=True) for board in boards])[:, :POINTS]
    values = policy.log_probabilities(planes, legal)[:, point]
    change = np.full(POINTS, np.nan, np.float32)
    change[occupied] = np.where(np.isfinite(values[1:]), values[0] - values[1:], np.nan)
    return change


def _legal(position: Position, point: int) -> NDArray[np.bool_]:
    """bool [361]: the legal moves.

    Raises: ConfigError when ``point`` is none of them.
    """
    legal = position.legal_mask(superko=True)
    if not legal[point]:
        raise ConfigError(
            f"{format_vertex(point)} is not legal there; name a legal move"
        )
    return legal


def _without(position: Position, stone: int) -> Position:
    copy = position.copy()
    copy.setup(stone, EMPTY)
    return copy


def _after_cast(model: keras.Model) -> keras.Model:
    """The network from its planes as numbers on: what a gradient can be taken of."""
    return keras.Model(model.get_layer("numbers").output, model.output)
