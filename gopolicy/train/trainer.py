"""A network being trained: one step, and all that a run needs to go on.

A step splits its batch over the processor's cores (``backend.use_shards``), takes the
gradients side by side and applies their sum. With several machines, each does so with
its share of the batch (``machines``).
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gopolicy import networks
from gopolicy.config import NetworkConfig, TrainConfig
from gopolicy.data.dataset import Dataset
from gopolicy.errors import ConfigError, phrase
from gopolicy.go.coords import BOARD_SIZE
from gopolicy.go.features import PLANES
from gopolicy.networks.backend import has_bfloat16, keras, tf, use_shards
from gopolicy.predict import log_softmax
from gopolicy.train.machines import Machines, find_machines
from gopolicy.train.optimizers import build_optimizer
from gopolicy.train.pipeline import batches
from gopolicy.train.schedule import average_decay
from gopolicy.train.sidetasks import side_loss, with_side_tasks


def resolve_precision(config: TrainConfig) -> str:
    """The precision to compute in: "auto" is bfloat16 where it pays."""
    if config.precision != "auto":
        return config.precision
    return "bfloat16" if has_bfloat16() else "float32"


def _shards(positions: int, cores: int) -> int:
    """Into how many parts to split a batch, so that none is too small to pay."""
    return max(1, min(cores, positions // 8))


class Trainer:
    """A network being trained: its weights, their average, the optimizer, the step.

    Raises: ConfigError when the batch cannot be split evenly over the machines, they
    cannot compute in that precision together, or the network has no place for the side
    tasks.
    """

    def __init__(
        self,
        network: NetworkConfig,
        config: TrainConfig,
        *,
        machines: Machines | None = None,
    ) -> None:
        self.network = network
        self.config = config
        on_gpu = bool(tf.config.list_physical_devices("GPU"))
        cores = 1 if on_gpu else os.cpu_count() or 1
        part = config.batch_size // config.accumulate
        if not on_gpu:
            use_shards(_shards(part, cores))
        self.machines = machines or find_machines()
        self.shards = _shards(part // self.machines.replicas, cores)
        precision = resolve_precision(config)
        self._check(precision)
        keras.utils.set_random_seed(config.seed)
        with self.machines.strategy.scope():
            self.model = networks.build(network, precision=precision)
            #: What is trained: the network, with its side tasks if it has any.
            self.whole = self.model
            if config.has_side_tasks:
                self.whole = with_side_tasks(self.model, network)
            self.optimizer = build_optimizer(config, precision)
            self.optimizer.build(self.whole.trainable_variables)
        self.averaged = networks.build(network)
        self.copy_to_average()
        self.step = tf.Variable(0, dtype=tf.int64)
        self.seconds = tf.Variable(0.0, dtype=tf.float64)
        #: Sum and number of the losses of the calls since the last look.
        self.losses = tf.Variable([0.0, 0.0], dtype=tf.float64)
        self._run = tf.function(self._run_steps, reduce_retracing=True)
        self._predict = tf.function(
            lambda planes: self.averaged(planes, training=False), reduce_retracing=True
        )

    def _check(self, precision: str) -> None:
        parts = self.machines.replicas * self.config.accumulate
        if self.config.batch_size % parts:
            raise ConfigError(
                phrase(
                    "setting 'batch_size' is {batch_size!r}; allowed: multiples of "
                    "{parts}, the parts that each batch is computed in",
                    batch_size=self.config.batch_size,
                    parts=parts,
                )
            )
        if precision == "float16" and self.machines.replicas > 1:
            raise ConfigError(
                phrase(
                    "setting 'precision' is 'float16'; allowed with several machines "
                    "or GPUs: float32, bfloat16"
                )
            )

    def copy_to_average(self) -> None:
        """Starts the average anew from the weights as they are."""
        for average, weight in zip(
            self.averaged.weights, self.model.weights, strict=True
        ):
            average.assign(weight)

    def batches(self, data: Dataset) -> Iterator[Any]:
        """This process's share of the batches from the current step on."""
        step = int(self.step)

        def share(context: tf.distribute.InputContext) -> tf.data.Dataset:
            workers = context.num_input_pipelines
            return batches(
                data,
                self.config,
                step,
                worker=context.input_pipeline_id,
                workers=workers,
                devices=self.machines.replicas // workers,
            )

        strategy = self.machines.strategy
        return iter(strategy.distribute_datasets_from_function(share))

    def trace(self, iterator: Iterator[Any]) -> None:
        """Does what the first call of ``run`` would do before its first step."""
        self._run.get_concrete_function(iterator, tf.constant(1), tf.constant(0.0))

    def run(self, iterator: Iterator[Any], n_steps: int, rate: float) -> float:
        """Takes ``n_steps`` steps; the mean loss, in nats."""
        self.optimizer.learning_rate.assign(rate)
        keep = average_decay(self.config, int(self.step), n_steps)
        loss = float(self._run(iterator, tf.constant(n_steps), tf.constant(keep)))
        self.step.assign_add(n_steps)
        return loss

    def log_probabilities(
        self, planes: NDArray[np.uint8], legal: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """What the averaged weights predict; see ``Predict``."""
        return log_softmax(self._predict(tf.constant(planes)).numpy(), legal)

    def graph(self) -> tf.Graph:
        """The operations by which the averaged weights predict."""
        planes = tf.TensorSpec((None, BOARD_SIZE, BOARD_SIZE, PLANES), tf.uint8)
        return self._predict.get_concrete_function(planes).graph

    def gradients(
        self, planes: NDArray[np.uint8], targets: NDArray[np.integer[Any]]
    ) -> dict[str, NDArray[np.float32]]:
        """The slopes of the averaged weights' mean loss at positions, by their names.

        ``planes``: uint8 [B, 19, 19, 48]; ``targets``: [B], the points played there.
        """
        variables = self.averaged.trainable_variables
        with tf.GradientTape() as tape:
            logits = self.averaged(planes, training=False)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
            loss = tf.reduce_mean(losses)
        slopes = tape.gradient(loss, variables)
        return {v.path: x.numpy() for v, x in zip(variables, slopes, strict=True)}

    def _run_steps(
        self, iterator: Any, n_steps: tf.Tensor, keep: tf.Tensor
    ) -> tf.Tensor:
        """Takes the steps; ``keep``: what stays of the averaged weights after them."""
        strategy = self.machines.strategy
        total = tf.constant(0.0)
        for _ in tf.range(n_steps):
            losses = strategy.run(self._step, args=next(iterator))
            total += strategy.reduce(tf.distribute.ReduceOp.SUM, losses, axis=None)
        self._update_average(keep)
        return total / tf.cast(n_steps, tf.float32)

    def _step(self, *batch: tf.Tensor) -> tf.Tensor:
        """One step on what ``pipeline.batches`` gives; its share of the loss.

        One device gets b samples of the batch. The loss is that of the next move alone,
        without side tasks and L2 penalty.
        """
        n_parts = self.config.accumulate
        if n_parts == 1:
            loss, gradients = self._gradients(batch)
        else:
            parts = [tf.reshape(x, (n_parts, -1, *x.shape[1:])) for x in batch]
            loss = tf.constant(0.0)
            gradients = [tf.zeros(v.shape) for v in self.whole.trainable_variables]
            for i in tf.range(n_parts):
                # One after another, or nothing would be saved.
                tf.autograph.experimental.set_loop_options(parallel_iterations=1)
                more, shares = self._gradients([x[i] for x in parts])
                loss += more
                gradients = [a + b for a, b in zip(gradients, shares, strict=True)]
        self.optimizer.apply(self._clip(gradients), self.whole.trainable_variables)
        return loss

    def _gradients(
        self, batch: Sequence[tf.Tensor]
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """The loss and its gradient, the cores side by side on parts of the batch."""
        variables = self.whole.trainable_variables
        bounds = np.linspace(0, batch[0].shape[0], self.shards + 1).astype(int)
        n_parts = self.machines.replicas * self.config.accumulate * self.shards
        losses, gradients = [], []
        for first, end in itertools.pairwise(bounds):
            planes, targets, *sequels = (x[first:end] for x in batch)
            with tf.GradientTape() as tape:
                answers = self.whole(planes, training=True)
                logits = answers[0] if sequels else answers
                loss = tf.reduce_sum(
                    tf.nn.sparse_softmax_cross_entropy_with_logits(
                        labels=targets, logits=logits
                    )
                ) / float(self.config.batch_size)
                # The penalty on the weights (L2) comes once a step, not with each part.
                whole_loss = loss + sum(self.model.losses) / n_parts
                if sequels:
                    more = side_loss(self.config, answers[1], *sequels)
                    whole_loss += more / float(self.config.batch_size)
                scaled = self.optimizer.scale_loss(whole_loss)
            losses.append(loss)
            gradients.append(tape.gradient(scaled, variables))
        sums = [tf.add_n(list(shares)) for shares in zip(*gradients, strict=True)]
        return tf.add_n(losses), sums

    def _clip(self, gradients: list[tf.Tensor]) -> list[tf.Tensor]:
        """Shortens the gradient of the whole batch to ``clip_norm``."""
        if not self.config.clip_norm:
            return gradients
        devices = self.machines.replicas
        if devices > 1:
            context = tf.distribute.get_replica_context()
            gradients = context.all_reduce(tf.distribute.ReduceOp.SUM, gradients)
        limit = self.optimizer.scale_loss(self.config.clip_norm)
        clipped, _ = tf.clip_by_global_norm(gradients, limit)
        # The optimizer adds up what the devices give it.
        return [gradient / devices for gradient in clipped] if devices > 1 else clipped

    def _update_average(self, keep: tf.Tensor) -> None:
        for average, weight in zip(
            self.averaged.weights, self.model.weights, strict=True
        ):
            average.assign(keep * average + (1 - keep) * tf.cast(weight, tf.float32))

    def variables(self) -> list[Any]:
        """All that changes: what a checkpoint holds."""
        return [
            *self.whole.variables,
            *self.averaged.weights,
            *self.optimizer.variables,
            self.step,
            self.seconds,
            self.losses,
        ]

    def n_bytes(self) -> int:
        """The size of a checkpoint, about."""
        return sum(int(np.prod(v.shape)) * 4 for v in self.variables()) + 1_000_000

    def parts(self) -> dict[str, Any]:
        """All that a run needs to go on, as a checkpoint names it."""
        weights = {id(weight) for weight in self.model.weights}
        return {
            "model": self.whole,
            "averaged": self.averaged,
            "optimizer": self.optimizer,
            "step": self.step,
            "seconds": self.seconds,
            "losses": self.losses,
            # Where dropout is in its random numbers; Keras does not save that.
            "seeds": [
                variable.value
                for variable in self.model.variables
                if id(variable) not in weights
            ],
        }

    def restore(self, checkpoint: str) -> None:
        """Takes up what ``checkpoint`` has; an older version may have saved less."""
        saved = {name.split("/")[0] for name, _ in tf.train.list_variables(checkpoint)}
        parts = {name: part for name, part in self.parts().items() if name in saved}
        status = tf.train.Checkpoint(**parts).restore(checkpoint)
        status.assert_existing_objects_matched()
