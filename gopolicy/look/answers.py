"""Which planes and points an answer hangs on, by gradient times input.

That asks the network's own derivative, plane by plane (Simonyan et al., "Deep Inside
Convolutional Networks", 2014; times the input as in Shrikumar et al., "Not Just a Black
Box", 2016). ``look.occlusion`` checks it without theory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.features import encode
from gopolicy.go.position import Position
from gopolicy.look.occlusion import require_legal
from gopolicy.networks.backend import keras, tf


def weigh_inputs(
    model: keras.Model, position: Position, point: int
) -> NDArray[np.float32]:
    """Gradient times input, float32 [19, 19, 48]: nats of log probability.

    Of the log probability of ``point`` among the legal moves. Where a plane is 0 so is
    this: it says what speaks for the move, not what would.

    Raises: ConfigError when ``point`` is not legal.
    """
    legal = require_legal(position, point)
    numbers = tf.convert_to_tensor(encode(position)[None], tf.float32)
    network = _after_cast(model)
    with tf.GradientTape() as tape:
        tape.watch(numbers)
        logits = tf.cast(network(numbers, training=False), tf.float32)
        masked = tf.where(legal[None], logits, tf.constant(-1e9))
        wanted = tf.nn.log_softmax(masked)[0, point]
    weights: NDArray[np.float32] = (tape.gradient(wanted, numbers) * numbers)[0].numpy()
    return weights


def _after_cast(model: keras.Model) -> keras.Model:
    """The network from its planes as numbers on: what a gradient can be taken of."""
    return keras.Model(model.get_layer("numbers").output, model.output)
