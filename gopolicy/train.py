"""Training: a dataset and two configs in, a folder with the best and last model out.

A step splits its batch over the processor's cores (``backend.use_shards``), takes the
gradients side by side and applies their mean. Everything a step does follows from the
configs and its number, so a run that was cut goes on from its last checkpoint as if
nothing had happened.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import json
import logging
import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy import modelstore, networks
from gopolicy.backend import has_bfloat16, keras, tf, use_shards
from gopolicy.config import NetworkConfig, TrainConfig, format_config
from gopolicy.dataset import Dataset
from gopolicy.errors import ConfigError, DatasetError, ModelError, TrainError
from gopolicy.evaluate import score_positions
from gopolicy.files import whole_file
from gopolicy.networks.growth import grow
from gopolicy.policy import log_softmax

logger = logging.getLogger(__name__)

#: Steps between two looks at the clock; one call into TensorFlow.
STEPS_PER_CALL: Final = 64
#: Steps whose samples are made in one piece.
STEPS_PER_CHUNK: Final = 8
#: Seconds between checkpoints: what a killed run loses at most.
CHECKPOINT_SECONDS: Final = 50.0
#: Training positions between two looks at the held-out ones.
VALIDATE_EVERY: Final = 200_000
#: Held-out positions that are scored while training.
VALIDATION_POSITIONS: Final = 4096

_HISTORY: Final = (
    "step",
    "positions",
    "seconds",
    "learning_rate",
    "loss",
    "valid_log_loss",
    "valid_top1",
    "valid_top5",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """When a run ends: after so many steps, or minutes of training, or never."""

    steps: int | None = None
    minutes: float | None = None

    def share_done(self, step: int, seconds: float) -> float:
        """How much of the run is over, 0 to 1."""
        shares = [0.0]
        if self.steps is not None:
            shares.append(step / self.steps if self.steps else 1.0)
        if self.minutes is not None:
            shares.append(seconds / 60 / self.minutes if self.minutes else 1.0)
        return min(1.0, max(shares))


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a progress line shows."""

    step: int
    positions: int
    seconds: float
    positions_per_second: float
    loss: float
    share_done: float
    valid: dict[str, float]


def learning_rate(config: TrainConfig, step: int, share_done: float) -> float:
    """The step size at ``step`` of a run of which ``share_done`` (0 to 1) is over."""
    rate = config.learning_rate
    if config.schedule == "halving":
        rate *= 0.5 ** (step // config.halve_every)
    elif config.schedule == "cosine":
        rate *= 0.5 * (1 + math.cos(math.pi * share_done))
    elif config.schedule == "linear":
        rate *= 1 - share_done
    elif config.decay_share and share_done > 1 - config.decay_share:
        rate *= (1 - share_done) / config.decay_share
    if step < config.warmup_steps:
        rate *= (step + 1) / config.warmup_steps
    return rate


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


def batches(data: Dataset, config: TrainConfig, first_step: int) -> tf.data.Dataset:
    """Training batches from ``first_step`` on, without end, made on worker threads.

    Elements: planes uint8 [B, 19, 19, 48], targets int32 [B]. ``first_step`` must be a
    multiple of ``STEPS_PER_CHUNK``.
    """
    size = config.batch_size

    def fetch(chunk: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        batch = data.training_batch(
            int(chunk),
            size * STEPS_PER_CHUNK,
            seed=config.seed,
            augment=config.augment,
        )
        return (
            batch.planes.reshape(STEPS_PER_CHUNK, size, *batch.planes.shape[1:]),
            batch.targets.reshape(STEPS_PER_CHUNK, size),
        )

    def fetch_tensors(chunk: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        planes, targets = tf.numpy_function(
            fetch, [chunk], [tf.uint8, tf.int32], stateful=False
        )
        planes.set_shape((STEPS_PER_CHUNK, size, 19, 19, 48))
        targets.set_shape((STEPS_PER_CHUNK, size))
        return planes, targets

    cores = os.cpu_count() or 1
    options = tf.data.Options()
    options.threading.private_threadpool_size = cores
    return (
        tf.data.Dataset.range(first_step // STEPS_PER_CHUNK, np.iinfo(np.int64).max)
        .map(fetch_tensors, num_parallel_calls=cores, deterministic=True)
        .unbatch()
        .prefetch(2 * STEPS_PER_CHUNK)
        .with_options(options)
    )


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
        """One step on planes [B, 19, 19, 48] and targets [B]; the loss."""
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
            losses.append(loss)
            gradients.append(tape.gradient(loss, variables))
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
        return tf.train.Checkpoint(
            model=self.model,
            averaged=self.averaged,
            optimizer=self.optimizer,
            step=self.step,
            seconds=self.seconds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainResult:
    """What came of a run.

    ``history``: the rows of history.csv. ``finished``: False when it was interrupted.
    """

    step: int
    seconds: float
    history: list[dict[str, float]]
    finished: bool


def train(
    data: Dataset,
    valid: Dataset,
    out: str | Path,
    *,
    network: NetworkConfig,
    config: TrainConfig,
    budget: Budget,
    start: str | Path | None = None,
    resume: bool = False,
    card: dict[str, Any] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> TrainResult:
    """Trains ``network`` on ``data`` and writes the folder ``out``.

    ``out`` gets ``best`` and ``last`` (models of averaged weights), ``history.csv``,
    ``run.json``, ``checkpoints``. ``start``: a model whose weights to begin with.
    ``card``: what the models' cards say besides. Ctrl-C and SIGTERM end the run in good
    order; ``resume`` goes on with what ``out`` holds, whatever ended it.

    Raises: DatasetError without positions; ConfigError for a folder that is in use, or
    other settings than the run to resume had; ModelError when ``out`` cannot be written
    or ``start`` does not fit; TrainError when the loss is not finite.
    """
    if not data.n_positions or not valid.n_positions:
        raise DatasetError("no positions to train on or to hold out; add games")
    run = _Run(
        Path(out),
        network,
        config,
        budget,
        resume=resume,
        start=start,
        card=card or {},
    )
    with _graceful_stop() as stopped:
        run.loop(data, valid, stopped, progress)
    return TrainResult(
        step=int(run.trainer.step),
        seconds=float(run.trainer.seconds),
        history=run.history,
        finished=not stopped(),
    )


@contextmanager
def _graceful_stop() -> Iterator[Callable[[], bool]]:
    """Turns Ctrl-C and SIGTERM into an answer: whether one came. A second one kills."""
    came = False

    def note(signum: int, frame: object) -> None:
        nonlocal came
        came = True
        for number, handler in kept.items():
            signal.signal(number, handler)
        logger.warning("stopping after this step; once more to stop at once")

    kept: dict[signal.Signals, Any] = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            kept[number] = signal.signal(number, note)
    except ValueError:  # not in the main thread: the caller has its own way
        pass
    try:
        yield lambda: came
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


class _Run:
    """A run and its folder."""

    def __init__(
        self,
        out: Path,
        network: NetworkConfig,
        config: TrainConfig,
        budget: Budget,
        *,
        resume: bool,
        start: str | Path | None,
        card: dict[str, Any],
    ) -> None:
        self.out = out
        self.budget = budget
        self.history: list[dict[str, float]] = []
        self.card = card
        self._claim_folder(network, config, resume)
        self.trainer = Trainer(network, config)
        self.manager = tf.train.CheckpointManager(
            self.trainer.checkpoint(), str(out / "checkpoints"), max_to_keep=2
        )
        if resume and self.manager.latest_checkpoint:
            self.manager.checkpoint.restore(
                self.manager.latest_checkpoint
            ).assert_existing_objects_matched()
            self._read_history()
        elif start is not None:
            self._begin_with(start)

    def _begin_with(self, start: str | Path) -> None:
        """Takes over the weights of a model, grown where it is narrower."""
        trainer = self.trainer
        model, info = modelstore.load_model(start)
        network = info.network
        if network.filters < trainer.network.filters:
            rng = np.random.default_rng(trainer.config.seed)
            model, network = grow(model, network, trainer.network.filters, rng=rng)
        # Where they began does not matter any more.
        network = dataclasses.replace(network, initializer=trainer.network.initializer)
        if network != trainer.network:
            raise ModelError(
                f"{str(start)!r} is {info.network}, which does not grow into "
                f"{trainer.network}"
            )
        for weight, value in zip(trainer.model.weights, model.weights, strict=True):
            weight.assign(value)
        trainer.copy_to_average()

    def _claim_folder(
        self, network: NetworkConfig, config: TrainConfig, resume: bool
    ) -> None:
        path = self.out / "run.json"
        settings = {"network": format_config(network), "train": format_config(config)}
        if path.exists():
            if not resume:
                raise ConfigError(
                    f"{str(self.out)!r} holds a run already; give --resume to go on, "
                    "or another --out"
                )
            before = json.loads(path.read_text(encoding="utf-8"))
            if before != settings:
                changed = [
                    f"{key} {before[part].get(key)!r} -> {value!r}"
                    for part in settings
                    for key, value in settings[part].items()
                    if before[part].get(key) != value
                ]
                raise ConfigError(
                    f"the run in {str(self.out)!r} had other settings: "
                    f"{'; '.join(changed)}"
                )
            return
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            with whole_file(path) as file:
                file.write((json.dumps(settings, indent=1) + "\n").encode())
        except OSError as error:
            raise ModelError(
                f"cannot write to {str(self.out)!r}: {error.strerror}"
            ) from error

    def loop(
        self,
        data: Dataset,
        valid: Dataset,
        stopped: Callable[[], bool],
        progress: Callable[[Progress], None] | None,
    ) -> None:
        """Trains until the budget is spent or somebody stops it."""
        trainer, config = self.trainer, self.trainer.config
        iterator = iter(batches(data, config, int(trainer.step)))
        # The same held-out positions each time: a stateless sample of its own.
        sample = valid.shuffled_positions(VALIDATION_POSITIONS, seed=0)
        last_saved = time.monotonic()
        latest: dict[str, float] = {}
        losses: list[float] = []
        while True:
            step, seconds = int(trainer.step), float(trainer.seconds)
            share_done = self.budget.share_done(step, seconds)
            if share_done >= 1 or stopped():
                break
            began = time.monotonic()
            loss = trainer.run(
                iterator, STEPS_PER_CALL, learning_rate(config, step, share_done)
            )
            took = time.monotonic() - began
            trainer.seconds.assign_add(took)
            if not math.isfinite(loss):
                raise TrainError(
                    f"the loss is not finite at step {step}; lower the learning rate "
                    f"(now {config.learning_rate}) or set clip_norm"
                )
            losses.append(loss)
            step += STEPS_PER_CALL
            positions = step * config.batch_size
            call = STEPS_PER_CALL * config.batch_size
            if positions // VALIDATE_EVERY != (positions - call) // VALIDATE_EVERY:
                latest = self._validate(valid, sample, float(np.mean(losses)))
                losses.clear()
            if time.monotonic() - last_saved > CHECKPOINT_SECONDS:
                self.manager.save(step)
                last_saved = time.monotonic()
            if progress is not None:
                progress(
                    Progress(
                        step=step,
                        positions=positions,
                        seconds=seconds + took,
                        positions_per_second=call / took,
                        loss=loss,
                        share_done=self.budget.share_done(step, seconds + took),
                        valid=latest,
                    )
                )
        self._validate(valid, sample, float(np.mean(losses)) if losses else math.nan)
        self.manager.save(int(trainer.step))

    def _validate(
        self, valid: Dataset, sample: NDArray[np.int64], loss: float
    ) -> dict[str, float]:
        """Scores the averaged weights, keeps them, writes the history."""
        trainer, config = self.trainer, self.trainer.config
        scores = score_positions(trainer.log_probabilities, valid, sample)
        step, seconds = int(trainer.step), float(trainer.seconds)
        row = {
            "step": step,
            "positions": step * config.batch_size,
            "seconds": round(seconds, 1),
            "learning_rate": float(trainer.optimizer.learning_rate),
            "loss": round(loss, 5),
            "valid_log_loss": round(scores.log_loss, 5),
            "valid_top1": round(scores.top(1), 5),
            "valid_top5": round(scores.top(5), 5),
        }
        best = min((old["valid_log_loss"] for old in self.history), default=math.inf)
        self.history.append(row)
        self._write_history()
        card = {**self.card, "train": format_config(config), "run": row}
        folders = ["last", "best"] if row["valid_log_loss"] < best else ["last"]
        for folder in folders:
            modelstore.save_model(
                self.out / folder, trainer.averaged, trainer.network, card
            )
        return row

    def _write_history(self) -> None:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, _HISTORY)
        writer.writeheader()
        writer.writerows(self.history)
        with whole_file(self.out / "history.csv") as file:
            file.write(text.getvalue().encode())

    def _read_history(self) -> None:
        """Takes up the rows up to the checkpoint's step."""
        path = self.out / "history.csv"
        if path.exists():
            with open(path, encoding="utf-8", newline="") as file:
                rows = [
                    {key: float(value) for key, value in row.items()}
                    for row in csv.DictReader(file)
                ]
            step = int(self.trainer.step)
            self.history = [row for row in rows if row["step"] <= step]
