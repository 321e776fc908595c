"""The run: train, look at the held-out games, keep what is good, stop in good order."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gopolicy.config import NetworkConfig, TrainConfig, format_config
from gopolicy.data.dataset import Dataset
from gopolicy.errors import ConfigError, DatasetError, TrainError, phrase
from gopolicy.networks.backend import tf
from gopolicy.train.clock import Clock
from gopolicy.train.folder import (
    CARD_CHECKPOINT,
    DrawCurves,
    RunFolder,
    hash_games,
)
from gopolicy.train.looks import Looks, room
from gopolicy.train.machines import is_chief
from gopolicy.train.progress import Progress, TrainResult
from gopolicy.train.provenance import describe_origin, warn_of_known_games
from gopolicy.train.schedule import Budget, graceful_stop, learning_rate
from gopolicy.train.tensorboard import Draw
from gopolicy.train.trainer import Trainer
from gopolicy.train.warmstart import begin_with

#: Steps between two looks at the clock, one call into TensorFlow, at most; large
#: batches make do with as many positions as that is at batch 16.
STEPS_PER_CALL: Final = 64
POSITIONS_PER_CALL: Final = 1024
#: Seconds between checkpoints: what a killed run loses at most.
CHECKPOINT_SECONDS: Final = 50.0
#: Training positions between two looks at the held-out ones.
VALIDATE_EVERY: Final = 200_000
#: Training positions on which the filters of a model to begin with are seen at work.
START_POSITIONS: Final = 512


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
    files: Mapping[str, Sequence[str]] | None = None,
    command: Sequence[str] = (),
    keep: bool = False,
    card: dict[str, Any] | None = None,
    progress: Callable[[Progress], None] | None = None,
    draw: Draw | None = None,
    draw_curves: DrawCurves | None = None,
) -> TrainResult:
    """Trains ``network`` on ``data`` and writes the folder ``out``.

    ``out`` gets ``best`` and ``last`` (models of averaged weights, what only training
    needs folded away), ``history.csv``, ``tensorboard``, ``run.json``, ``checkpoints``;
    pictures of some held-out boards for TensorBoard and ``curves.png``, if told how to
    ``draw`` them. ``start``: a model whose weights to begin with. ``files``: where
    it and the games are, for who resumes the run. ``command``: the words that started
    it, for ``run.json`` and the models' cards. ``card``: what these say besides.
    ``keep``: the model of each look, as ``step-N``. Ctrl-C
    and SIGTERM end the run in good order; ``resume`` goes on with what ``out`` holds,
    whatever ended it. Of several workers
    (``machines``), only the chief reads and writes ``out``.

    Raises: DatasetError without positions; ConfigError for a folder that is in use,
    other settings or games than the run to resume had, or settings that do not go
    together; ModelError when ``out`` cannot be written before the first step, or
    ``start`` does not fit; TrainError when the loss is not finite, the disk is full or
    another worker is gone.
    """
    if not data.n_positions or not valid.n_positions:
        raise DatasetError(phrase("no positions to train on or to hold out; add games"))
    folder = RunFolder(Path(out), draw_curves, keep=keep)
    if is_chief():
        limit = {"steps": budget.steps, "minutes": budget.minutes}
        cards = map(_name_card, tf.config.list_physical_devices("GPU"))
        origin = describe_origin(data, valid, command=command, accelerators=cards)
        folder.claim(
            network,
            config,
            games={"training": hash_games(data), "held_out": hash_games(valid)},
            files=files or {},
            limit=limit,
            looks=budget.looks,
            origin=origin,
            resume=resume,
        )
        card = {**(card or {}), **origin, "limit": limit}
        warn_of_known_games(data, valid)
    run = _Run(Trainer(network, config), folder, data, budget)
    with graceful_stop() as stopped:
        try:
            run.prepare(start, valid, card or {}, draw)
            finished = run.loop(stopped, progress)
        except (tf.errors.UnavailableError, tf.errors.AbortedError) as error:
            raise TrainError(
                phrase("another worker is gone; start all of them again with --resume")
            ) from error
    return TrainResult(
        step=int(run.trainer.step),
        seconds=float(run.trainer.seconds),
        history=folder.history,
        finished=finished,
    )


def _name_card(device: Any) -> str:
    """What a graphics card is called."""
    details = tf.config.experimental.get_device_details(device)
    return str(details.get("device_name", device.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """Some steps: the last one's number, and how they went.

    ``before``, ``done``: how much of the run was over, 0 to 1.
    """

    step: int
    n_positions: int
    loss: float
    rate: float
    seconds: float
    before: float
    done: float


class _Run:
    """A network being trained, and the folder that it is kept in."""

    def __init__(
        self, trainer: Trainer, folder: RunFolder, data: Dataset, budget: Budget
    ) -> None:
        self.trainer = trainer
        self.folder = folder
        self.data = data
        self.budget = budget
        self.clock = Clock(trainer, budget)
        self.looks: Looks | None = None  # only the chief takes any
        self.manager = tf.train.CheckpointManager(
            tf.train.Checkpoint(**trainer.parts()),
            str(folder.path / "checkpoints"),
            max_to_keep=2,
        )

    def prepare(
        self,
        start: str | Path | None,
        valid: Dataset,
        card: dict[str, Any],
        draw: Draw | None,
    ) -> None:
        """Goes on with the last checkpoint, else begins with ``start`` or at random.

        Raises: ModelError when there is no room for what the run will write;
        ConfigError for the run of a graphics card.
        """
        trainer = self.trainer
        if trainer.machines.is_chief:
            self.folder.sweep()
            self._refuse_card_run()
            latest = self.manager.latest_checkpoint
            if latest:
                trainer.restore(latest)
                with room(self.folder.path):
                    self._read_history()
            elif start is not None:
                positions = self.data.shuffled_positions(START_POSITIONS, seed=0)
                begin_with(trainer, start, self.data.samples(positions).planes)
            # Two checkpoints and two models are kept, and a third is written; the old
            # ones go when the new one is there.
            self.folder.reserve(trainer.n_bytes() * (1 if latest else 3))
            self.looks = Looks(
                trainer,
                self.folder,
                self.clock,
                self.data,
                valid,
                n_positions=self.budget.look_at,
                card=card,
                draw=draw,
            )
            if not latest:
                settings = format_config(trainer.network) | format_config(
                    trainer.config
                )
                with room(self.folder.path):
                    self.looks.log.add_start(trainer.graph(), settings)
        trainer.machines.follow_chief(trainer.variables())

    def _refuse_card_run(self) -> None:
        """Raises: ConfigError when a graphics card's run is in the folder."""
        if (self.folder.path / CARD_CHECKPOINT).exists():
            raise ConfigError(
                phrase(
                    "the run in {path!r} is one of tools/card/train_card.py; go on "
                    "with that, or give another --out and its model to --start",
                    path=str(self.folder.path),
                )
            )

    def loop(
        self,
        stopped: Callable[[], bool],
        progress: Callable[[Progress], None] | None,
    ) -> bool:
        """Trains until the budget is spent; False when somebody stopped it before."""
        trainer = self.trainer
        # Before training is timed: the kernels and the step are compiled.
        self.data.training_batch(0, 1, seed=trainer.config.seed)
        iterator = trainer.batches(self.data)
        trainer.trace(iterator)
        if self.budget.counts_all:
            self.clock.start(self.looks.estimate(self.budget) if self.looks else 0.0)
        last_saved = time.monotonic()
        stopping = False
        while not stopping and not self.clock.is_over:
            call = self._call(iterator)
            if self._is_look_due(call):
                self._look()
            if time.monotonic() - last_saved > CHECKPOINT_SECONDS:
                self._save()
                last_saved = time.monotonic()
            self._tell(call, progress)
            (stops,) = trainer.machines.agree([stopped()])
            stopping = stops > 0
        if stopping:  # between two looks: the next one is not to be moved by this one
            self._save()
            self._take_look()
        else:
            self._take_look()
            self._save()
        return not stopping

    def _look(self) -> None:
        """A look in mid-run; where all time counts, the last is to take as long."""
        began = time.monotonic()
        self._take_look()
        if self.budget.counts_all:
            self.clock.keep(time.monotonic() - began)

    def _take_look(self) -> None:
        """A look of the chief; all workers begin anew to add losses up."""
        total, n_losses = self.trainer.losses.numpy()
        self.trainer.losses.assign([0.0, 0.0])
        if self.looks is not None:
            self.looks.take(float(total / n_losses) if n_losses else math.nan)

    def _read_history(self) -> None:
        """Takes up the looks of an earlier start that the checkpoint knows of."""
        _, n_losses = self.trainer.losses.numpy()
        step = int(self.trainer.step)
        # Losses that no look has emptied: there was none at this step, or only one
        # because somebody stopped the run.
        self.folder.read_history(step - 1 if n_losses else step)

    def _call(self, iterator: Iterator[Any]) -> _Call:
        """Takes some steps, in one call into TensorFlow.

        Raises: TrainError when their loss is not finite.
        """
        trainer, config = self.trainer, self.trainer.config
        began, before = time.monotonic(), self.clock.share_done
        step = int(trainer.step)
        at_most = min(STEPS_PER_CALL, -(-POSITIONS_PER_CALL // config.batch_size))
        n_steps = self.clock.steps(at_most)
        rate = learning_rate(config, step, before)
        loss = trainer.run(iterator, n_steps, rate)
        if not math.isfinite(loss):
            raise TrainError(
                phrase(
                    "the loss is not finite at step {step}; lower the learning rate "
                    "(now {rate:g}) or set clip_norm",
                    step=int(trainer.step),
                    rate=rate,
                )
            )
        trainer.losses.assign_add([loss, 1.0])
        took = self.clock.count_steps(n_steps, time.monotonic() - began)
        return _Call(
            step=step + n_steps,
            n_positions=n_steps * config.batch_size,
            loss=loss,
            rate=rate,
            seconds=took,
            before=before,
            done=self.clock.share_done,
        )

    def _is_look_due(self, call: _Call) -> bool:
        """Whether to look at the held-out games after ``call``."""
        positions = call.step * self.trainer.config.batch_size
        looks = positions // VALIDATE_EVERY
        is_due = looks != (positions - call.n_positions) // VALIDATE_EVERY or (
            self.budget.is_look_due(call.before, call.done)
        )
        return is_due and self.budget.can_look(self.clock.looking)

    def _tell(self, call: _Call, progress: Callable[[Progress], None] | None) -> None:
        """Tells TensorBoard and the caller of a call, if this is the chief."""
        if self.looks is None:
            return
        speed = call.n_positions / call.seconds
        with room(self.folder.path):
            self.looks.log.add_call(
                call.step, loss=call.loss, rate=call.rate, positions_per_second=speed
            )
        if progress is not None:
            now = Progress(
                step=call.step,
                positions=call.step * self.trainer.config.batch_size,
                seconds=self.clock.seconds,
                positions_per_second=speed,
                loss=call.loss,
                share_done=call.done,
                valid=self.looks.latest,
            )
            progress(now)

    def _save(self) -> None:
        """Writes a checkpoint; the one before it stays until it is whole.

        Raises: TrainError when it cannot be written.
        """
        if not self.trainer.machines.is_chief:
            return
        with room(self.folder.path):
            self.manager.save(int(self.trainer.step))
