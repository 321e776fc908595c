"""Side tasks: what else a network is asked while it trains, for its better education.

To tell a game's next moves, and who owns each point at its end, takes the same view of
the board as to tell the move; a position then teaches 363 things more than one point.
The answers come from one more 1x1 convolution over the last hidden layer, which is
dropped after training, so what is kept is the plain network.

Source: Wu, "Accelerating Self-Play Learning in Go", arXiv:1902.10565, sections 4.1
(auxiliary policy target) and 4.2 (ownership).
"""

from __future__ import annotations

from typing import Final

from gopolicy.config import NetworkConfig, TrainConfig
from gopolicy.data.dataset import LATER_MOVES
from gopolicy.errors import ConfigError, phrase
from gopolicy.go.coords import PASS, POINTS
from gopolicy.networks.backend import keras, tf

#: A point is the side's own, its opponent's or nobody's.
_OWNERS: Final = 3


def with_side_tasks(model: keras.Model, network: NetworkConfig) -> keras.Model:
    """``model`` with a second output, float32 [B, 361, 5]: its answers to side tasks.

    The later moves' logits, then those of owner -1, 0, 1. All weights are shared with
    ``model``; those of the new layer begin at 0, so that at first it changes nothing.

    Raises: ConfigError for a network whose last hidden layer is no board.
    """
    if "points" not in [layer.name for layer in model.layers]:
        raise ConfigError(
            phrase(
                "{architecture!r} has no last layer of points, so it cannot be "
                "trained with side tasks",
                architecture=network.architecture,
            )
        )
    head = model.get_layer("points").input
    hidden = head._keras_history.operation.input
    answers = keras.layers.Conv2D(
        LATER_MOVES + _OWNERS,
        1,
        kernel_initializer="zeros",
        name="side_tasks",
        dtype="float32",
    )(hidden)
    answers = keras.layers.Reshape((POINTS, LATER_MOVES + _OWNERS), dtype="float32")(
        answers
    )
    return keras.Model(model.input, [model.output, answers], name="with_side_tasks")


def side_loss(
    config: TrainConfig, answers: tf.Tensor, later: tf.Tensor, owners: tf.Tensor
) -> tf.Tensor:
    """The weighted loss of the side tasks, in nats, summed over the batch.

    ``answers``: float32 [B, 361, 5]; ``later``: int32 [B, 2], where PASS does not
    count; ``owners``: int8 [B, 361]. The owners' loss is the mean over the points.
    """
    cross_entropy = tf.nn.sparse_softmax_cross_entropy_with_logits
    is_move = later != PASS
    losses = cross_entropy(
        labels=tf.where(is_move, later, 0),
        logits=tf.transpose(answers[..., :LATER_MOVES], (0, 2, 1)),  # [B, 2, 361]
    )
    total = config.later_moves * tf.reduce_sum(tf.where(is_move, losses, 0.0))
    owner_losses = cross_entropy(
        labels=tf.cast(owners, tf.int32) + 1, logits=answers[..., LATER_MOVES:]
    )
    return total + config.final_owners * tf.reduce_sum(owner_losses) / POINTS
