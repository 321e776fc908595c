"""The run: train, look at the held-out games, keep what is good, stop in good order."""

from __future__ import annotations

import dataclasses
import logging
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy import modelstore
from gopolicy.backend import tf
from gopolicy.config import NetworkConfig, TrainConfig, format_config
from gopolicy.dataset import Dataset
from gopolicy.errors import DatasetError, ModelError, TrainError
from gopolicy.evaluate import score_positions
from gopolicy.networks.growth import grow
from gopolicy.train.folder import RunFolder
from gopolicy.train.pipeline import batches
from gopolicy.train.schedule import Budget, learning_rate
from gopolicy.train.trainer import Trainer

logger = logging.getLogger(__name__)

#: Steps between two looks at the clock, one call into TensorFlow, at most; large
#: batches make do with as many positions as that is at batch 16.
STEPS_PER_CALL: Final = 64
POSITIONS_PER_CALL: Final = 1024
#: Seconds between checkpoints: what a killed run loses at most.
CHECKPOINT_SECONDS: Final = 50.0
#: Training positions between two looks at the held-out ones.
VALIDATE_EVERY: Final = 200_000


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
        history=run.folder.history,
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
        self.budget = budget
        self.folder = RunFolder(out)
        self.card = card
        self.folder.claim(network, config, resume=resume)
        self.trainer = Trainer(network, config)
        self.manager = tf.train.CheckpointManager(
            self.trainer.checkpoint(), str(out / "checkpoints"), max_to_keep=2
        )
        if resume and self.manager.latest_checkpoint:
            self.manager.checkpoint.restore(
                self.manager.latest_checkpoint
            ).assert_existing_objects_matched()
            self.folder.read_history(int(self.trainer.step))
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
        # Where they began and how they were regularised does not matter any more.
        wanted = trainer.network
        network = dataclasses.replace(
            network,
            initializer=wanted.initializer,
            l2=wanted.l2,
            dropout=wanted.dropout,
        )
        if network != trainer.network:
            raise ModelError(
                f"{str(start)!r} is {info.network}, which does not grow into "
                f"{trainer.network}"
            )
        for weight, value in zip(trainer.model.weights, model.weights, strict=True):
            weight.assign(value)
        trainer.copy_to_average()

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
        sample = valid.shuffled_positions(self.budget.look_at, seed=0)
        last_saved = time.monotonic()
        latest: dict[str, float] = {}
        losses: list[float] = []
        while True:
            step, seconds = int(trainer.step), float(trainer.seconds)
            share_done = self.budget.share_done(step, seconds)
            if share_done >= 1 or stopped():
                break
            began = time.monotonic()
            at_most = min(STEPS_PER_CALL, -(-POSITIONS_PER_CALL // config.batch_size))
            n_steps = self.budget.steps_left(step, at_most)
            loss = trainer.run(
                iterator, n_steps, learning_rate(config, step, share_done)
            )
            took = time.monotonic() - began
            trainer.seconds.assign_add(took)
            if not math.isfinite(loss):
                raise TrainError(
                    f"the loss is not finite at step {step}; lower the learning rate "
                    f"(now {config.learning_rate}) or set clip_norm"
                )
            losses.append(loss)
            step += n_steps
            positions = step * config.batch_size
            call = n_steps * config.batch_size
            now_done = self.budget.share_done(step, seconds + took)
            if positions // VALIDATE_EVERY != (
                positions - call
            ) // VALIDATE_EVERY or self.budget.is_look_due(share_done, now_done):
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
                        share_done=now_done,
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
        card = {**self.card, "train": format_config(config), "run": row}
        self.folder.add(row, trainer.averaged, trainer.network, card)
        return row
