"""A network being trained: one step, and all that a run needs to go on.

A step splits its batch over the processor's cores (``backend.use_shards``), takes the
gradients side by side and applies their sum.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gopolicy import networks
from gopolicy.backend import has_bfloat16, keras, tf, use_shards
from gopolicy.config import NetworkConfig, TrainConfig
from gopolicy.policy import log_softmax


def build_optimizer(config: TrainConfig) -> keras.optimizers.Optimizer:
    """The optimizer that ``config`` names; its rate is set before each call."""
    kinds: dict[str, Callable[..., keras.optimizers.Optimizer]] = {
        "sgd": keras.optimizers.SGD,
        "momentum": partial(keras.optimizers.SGD, momentum=0.9, nesterov=True),
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "muon": keras.optimizers.Muon,
    }
    options: dict[str, Any] = {"learning_rate": config.learning_rate}
    if config.weight_decay:
        options["weight_decay"] = config.weight_decay
    if config.clip_norm:
        options["global_clipnorm"] = config.clip_norm
    return kinds[config.optimizer](**options)


def resolve_precision(config: TrainConfig) -> str:
    """The precision to compute in: "auto" is bfloat16 where it pays."""
    if config.precision != "auto":
        return config.precision
    return "bfloat16" if has_bfloat16() else "float32"


class Trainer:
    """A network being trained: its weights, their average, the optimizer, the step."""

    def __init__(self, network: NetworkConfig, config: TrainConfig) -> None:
        cores = os.cpu_count() or 1
        on_gpu = bool(tf.config.list_physical_devices("GPU"))
        shards = 1 if on_gpu else max(1, min(cores, config.batch_size // 8))
        if not on_gpu:
            use_shards(shards)
        self.network = network
        self.config = config
        self.shards = shards
        keras.utils.set_random_seed(config.seed)
        self.model = networks.build(network, precision=resolve_precision(config))
        self.averaged = networks.build(network)
        self.copy_to_average()
        self.optimizer = build_optimizer(config)
        self.optimizer.build(self.model.trainable_variables)
        self.step = tf.Variable(0, dtype=tf.int64)
        self.seconds = tf.Variable(0.0, dtype=tf.float64)
        self._run = tf.function(self._run_steps, reduce_retracing=True)
        self._predict = tf.function(
            lambda planes: self.averaged(planes, training=False), reduce_retracing=True
        )

    def copy_to_average(self) -> None:
        """Starts the average anew from the weights as they are."""
        for average, weight in zip(
            self.averaged.weights, self.model.weights, strict=True
        ):
            average.assign(weight)

    def run(self, iterator: Iterator[Any], n_steps: int, rate: float) -> float:
        """Takes ``n_steps`` steps; the mean loss, in nats."""
        self.optimizer.learning_rate.assign(rate)
        loss = float(self._run(iterator, tf.constant(n_steps)))
        self.step.assign_add(n_steps)
        return loss

    def log_probabilities(
        self, planes: NDArray[np.uint8], legal: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """What the averaged weights predict; see ``evaluate.Predict``."""
        return log_softmax(self._predict(tf.constant(planes)).numpy(), legal)

    def _run_steps(self, iterator: Any, n_steps: tf.Tensor) -> tf.Tensor:
        total = tf.constant(0.0)
        for _ in tf.range(n_steps):
            planes, targets = next(iterator)
            total += self._step(planes, targets)
        self._update_average(tf.cast(n_steps, tf.float32))
        return total / tf.cast(n_steps, tf.float32)

    def _step(self, planes: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        """One step on planes [B, 19, 19, 48] and targets [B]; the loss, no penalty."""
        variables = self.model.trainable_variables
        bounds = np.linspace(0, self.config.batch_size, self.shards + 1).astype(int)
        losses, gradients = [], []
        for first, end in itertools.pairwise(bounds):
            with tf.GradientTape() as tape:
                logits = self.model(planes[first:end], training=True)
                loss = tf.reduce_sum(
                    tf.nn.sparse_softmax_cross_entropy_with_logits(
                        labels=targets[first:end], logits=logits
                    )
                ) / float(self.config.batch_size)
                # The penalty on the weights (L2) comes once a step, not once a shard.
                penalised = loss + sum(self.model.losses) / self.shards
            losses.append(loss)
            gradients.append(tape.gradient(penalised, variables))
        means = [tf.add_n(list(shares)) for shares in zip(*gradients, strict=True)]
        self.optimizer.apply(means, variables)
        return tf.add_n(losses)

    def _update_average(self, n_steps: tf.Tensor) -> None:
        keep = tf.pow(tf.constant(self.config.ema, tf.float32), n_steps)
        for average, weight in zip(
            self.averaged.weights, self.model.weights, strict=True
        ):
            average.assign(keep * average + (1 - keep) * tf.cast(weight, tf.float32))

    def checkpoint(self) -> tf.train.Checkpoint:
        """All that a run needs to go on."""
        weights = {id(weight) for weight in self.model.weights}
        return tf.train.Checkpoint(
            model=self.model,
            averaged=self.averaged,
            optimizer=self.optimizer,
            step=self.step,
            seconds=self.seconds,
            # Where dropout is in its random numbers; Keras does not save that.
            seeds=[
                variable.value
                for variable in self.model.variables
                if id(variable) not in weights
            ],
        )
