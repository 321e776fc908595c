"""Optimizers by name, as a config asks for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from gopolicy.config import TrainConfig
from gopolicy.errors import ConfigError, phrase
from gopolicy.networks.backend import keras, tf

#: The first Keras whose Muon updates TensorFlow's variables: until 3.12.4 it asks them
#: for ``path``, which they have not.
_MUON_SINCE: Final = (3, 13)


def has_muon() -> bool:
    """Whether the Keras that is installed can train with Muon."""
    version = tuple(int(part) for part in keras.__version__.split(".")[:2])
    return version >= _MUON_SINCE


class FusedAdam(keras.optimizers.Adam):
    """Adam with each update in one operation.

    Keras writes the same formula with some twenty operations for each variable. In a
    network of 26 small variables they cost a tenth of a step of 16 positions.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """See ``keras.optimizers.Optimizer``."""
        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations + 1, tf.float32)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(self.beta_1, step),
            beta2_power=tf.pow(self.beta_2, step),
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


def build_optimizer(config: TrainConfig, precision: str) -> keras.optimizers.Optimizer:
    """The optimizer that ``config`` names; its rate is set before each call.

    ``precision``: what the network computes in; float16 needs its loss scaled, or small
    gradients vanish.

    Raises: ConfigError for muon with a Keras whose Muon fails in its first step.
    """
    if config.optimizer == "muon" and not has_muon():
        raise ConfigError(
            phrase(
                "muon needs Keras {major}.{minor} or newer, which needs Python 3.11 "
                "or newer; this is Keras {version}; choose adam",
                major=_MUON_SINCE[0],
                minor=_MUON_SINCE[1],
                version=keras.__version__,
            )
        )
    kinds: dict[str, Callable[..., keras.optimizers.Optimizer]] = {
        "sgd": keras.optimizers.SGD,
        "momentum": partial(keras.optimizers.SGD, momentum=0.9, nesterov=True),
        "adam": FusedAdam,
        "adamw": partial(FusedAdam, weight_decay=0.004),  # as keras.optimizers.AdamW
        "muon": keras.optimizers.Muon,
    }
    options: dict[str, Any] = {"learning_rate": config.learning_rate}
    if config.weight_decay:
        options["weight_decay"] = config.weight_decay
    optimizer = kinds[config.optimizer](**options)
    if precision == "float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    return optimizer
