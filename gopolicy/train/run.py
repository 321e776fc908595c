"""The run: train, look at the held-out games, keep what is good, stop in good order."""

from __future__ import annotations

import logging
import math
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import NetworkConfig, TrainConfig, format_config
from gopolicy.data.dataset import Dataset
from gopolicy.errors import DatasetError, ModelError, TrainError
from gopolicy.go.coords import POINTS
from gopolicy.measure.evaluate import EVALUATION_BATCH, Scores, score_positions
from gopolicy.networks.backend import tf
from gopolicy.networks.fold import simplify
from gopolicy.networks.health import dead_shares
from gopolicy.train.folder import DrawCurves, RunFolder, hash_games
from gopolicy.train.machines import is_chief
from gopolicy.train.progress import Progress, TrainResult
from gopolicy.train.provenance import describe_origin
from gopolicy.train.schedule import Budget, learning_rate
from gopolicy.train.tensorboard import N_BOARDS, Draw, TensorBoardLog
from gopolicy.train.trainer import Trainer
from gopolicy.train.warmstart import begin_with

logger = logging.getLogger(__name__)

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
#: Bytes that are written in a second, with what belongs to it; a guess on the low side.
WRITTEN_A_SECOND: Final = 50e6
#: Seconds of the processor that pictures, curves and filters of the first look take.
FIRST_LOOK: Final = 2.5
#: Seconds that the process takes to end.
ENDING: Final = 0.5
#: A look is also at one training position for so many held-out ones: when the network
#: knows these far better, it has learned them by heart.
SHARE_KNOWN: Final = 4
#: Held-out positions by which the time of a look is estimated.
TRIAL_POSITIONS: Final = 64
#: Held-out positions on which filters must say something to be alive.
HEALTH_POSITIONS: Final = 64


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
        raise DatasetError("no positions to train on or to hold out; add games")
    folder = RunFolder(Path(out), draw_curves, keep=keep)
    if is_chief():
        games = {"training": hash_games(data), "held_out": hash_games(valid)}
        limit = {"steps": budget.steps, "minutes": budget.minutes}
        cards = map(_name_card, tf.config.list_physical_devices("GPU"))
        origin = describe_origin(data, valid, command=command, accelerators=cards)
        folder.claim(
            network,
            config,
            games=games,
            files=files or {},
            limit=limit,
            looks=budget.looks,
            origin=origin,
            resume=resume,
        )
        card = {**(card or {}), **origin}
        _warn_of_known_games(data, valid)
    run = _Run(Trainer(network, config), folder, data, valid, budget, card or {}, draw)
    with _graceful_stop() as stopped:
        try:
            run.prepare(start)
            finished = run.loop(stopped, progress)
        except (tf.errors.UnavailableError, tf.errors.AbortedError) as error:
            raise TrainError(
                "another worker is gone; start all of them again with --resume"
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


def _warn_of_known_games(data: Dataset, valid: Dataset) -> None:
    """Says how many held-out games are training games, too, if there are any."""
    known = int(np.isin(valid.columns["hash"], data.columns["hash"]).sum())
    if known:
        logger.warning(
            "%d of the %d held-out games are training games, too: held-out figures "
            "will be better than the network is",
            known,
            valid.n_games,
        )


@contextmanager
def _graceful_stop() -> Iterator[Callable[[], bool]]:
    """Turns Ctrl-C and SIGTERM into an answer: whether one came. A second one kills.

    Windows knows Ctrl-C only; what ends a process there gives it no time, and the run
    goes on from its last checkpoint, as after a crash.
    """
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


@contextmanager
def _room(path: Path) -> Iterator[None]:
    """Raises TrainError, which tells what to do, when ``path`` cannot be written to."""
    try:
        yield
    except (tf.errors.OpError, OSError, ModelError) as error:
        raise TrainError(
            f"cannot write to {str(path)!r}; make room there and go on with --resume"
        ) from error


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
        self,
        trainer: Trainer,
        folder: RunFolder,
        data: Dataset,
        valid: Dataset,
        budget: Budget,
        card: dict[str, Any],
        draw: Draw | None,
    ) -> None:
        self.trainer = trainer
        self.folder = folder
        self.data = data
        self.valid = valid
        self.budget = budget
        self.card = card
        self.warned = False
        self.last = time.monotonic()  # when time was last counted, if all of it is
        self.pace = 0.0  # seconds a step of the last call
        self.starting = 0.0  # seconds before the first step, where all time counts
        self.each = 0.0  # seconds that a position takes which is looked at
        self.looking = 0.0  # seconds that a look and a checkpoint take
        self.besides = 0.0  # of them, those that are not for looking at positions
        self.latest: dict[str, float] = {}  # what the last look found
        # The same held-out positions each time: a stateless sample of its own.
        self.sample = valid.shuffled_positions(budget.look_at, seed=0)
        n_known = max(1, budget.look_at // SHARE_KNOWN)
        self.known = data.shuffled_positions(n_known, seed=0)
        self.draw = draw
        self.log: TensorBoardLog | None = None  # only the chief keeps one
        self.manager = tf.train.CheckpointManager(
            tf.train.Checkpoint(**trainer.parts()),
            str(folder.path / "checkpoints"),
            max_to_keep=2,
        )

    def prepare(self, start: str | Path | None) -> None:
        """Goes on with the last checkpoint, else begins with ``start`` or at random.

        Raises: ModelError when there is no room for what the run will write.
        """
        trainer = self.trainer
        if trainer.machines.is_chief:
            self.folder.sweep()
            latest = self.manager.latest_checkpoint
            if latest:
                trainer.restore(latest)
                with _room(self.folder.path):
                    self._read_history()
            elif start is not None:
                positions = self.data.shuffled_positions(START_POSITIONS, seed=0)
                begin_with(trainer, start, self.data.samples(positions).planes)
            # Two checkpoints and two models are kept, and a third is written; the old
            # ones go when the new one is there.
            self.folder.reserve(trainer.n_bytes() * (1 if latest else 3))
            boards = self.sample[:N_BOARDS]
            place = self.folder.path / "tensorboard"
            self.log = TensorBoardLog(place, self.valid, boards, self.draw)
        trainer.machines.follow_chief(trainer.variables())

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
            looking = self._estimate_look()
            self.last = time.monotonic()
            starting = self.last - (self.budget.began or self.last)
            self._reserve_time(starting=starting, looking=looking)
        last_saved = time.monotonic()
        stopping = False
        while not stopping and not self._is_over():
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
            self._validate()
        else:
            self._validate()
            self._save()
        return not stopping

    def _estimate_look(self) -> float:
        """About how many seconds a look and a checkpoint will take, on the chief.

        A look at too many positions for the run is made shorter.
        """
        if self.log is None:
            return 0.0
        batch = self.valid.samples(self.sample[:TRIAL_POSITIONS])
        legal = np.ones((len(batch.planes), POINTS), np.bool_)
        took = 0.0
        for _ in range(2):  # the first time it is compiled
            began, worked = time.monotonic(), time.process_time()
            self.trainer.log_probabilities(batch.planes, legal)
            took = time.monotonic() - began
            worked = time.process_time() - worked
        slowness = min(max(1.0, took / max(worked, 1e-3)), 8.0)  # of a busy machine
        self.each = each = took / max(1, len(batch.planes))
        writing = 2 * self.trainer.n_bytes() / WRITTEN_A_SECOND
        self.besides = FIRST_LOOK * slowness + writing
        n_positions = self.budget.affordable(
            each, besides=self.besides, at_least=EVALUATION_BATCH
        )
        self.sample = self.sample[:n_positions]
        self.known = self.known[: max(1, n_positions // SHARE_KNOWN)]
        return self.besides + each * (len(self.sample) + len(self.known))

    def _reserve_time(self, *, starting: float, looking: float) -> None:
        """Keeps so many seconds, of the chief, for what is not training."""
        mine = [starting, looking] if self.log else [0.0, 0.0]
        self.starting, self.looking = self.trainer.machines.agree(mine)

    @property
    def reserve(self) -> float:
        """Seconds of the run that are not for training."""
        return self.starting + self.looking + ENDING if self.budget.counts_all else 0.0

    def _look(self) -> None:
        """A look in mid-run; where all time counts, the last is to take as long."""
        began = time.monotonic()
        scoring = self._validate()
        if self.budget.counts_all:
            took = time.monotonic() - began
            self.besides = took - scoring
            self._reserve_time(starting=self.starting, looking=took)
            self._count_time()

    def _count_time(self) -> float:
        """Counts the seconds since this was last called, which it gives."""
        now = time.monotonic()
        took, self.last = now - self.last, now
        return self._add_time(took)

    def _is_time_up(self, more: int = EVALUATION_BATCH // 2) -> bool:
        """Whether a look must come to its end, before so many ``more`` positions."""
        if not self.budget.counts_all:
            return False
        seconds = float(self.trainer.seconds) + time.monotonic() - self.last
        rest = self.starting + self.besides + ENDING + self.each * more
        return seconds + rest > 60 * (self.budget.minutes or 0)

    def _read_history(self) -> None:
        """Takes up the looks of an earlier start that the checkpoint knows of."""
        _, n_losses = self.trainer.losses.numpy()
        step = int(self.trainer.step)
        # Losses that no look has emptied: there was none at this step, or only one
        # because somebody stopped the run.
        self.folder.read_history(step - 1 if n_losses else step)

    def _is_over(self) -> bool:
        """Whether the run ends: nearer now than after a further step."""
        left = self.budget.seconds_to_train(self.reserve) - float(self.trainer.seconds)
        is_next_late = self.budget.counts_all and left < self.pace / 2
        return is_next_late or self._share_done() >= 1

    def _share_done(self) -> float:
        """How much of the run is over, 0 to 1."""
        trainer = self.trainer
        seconds = float(trainer.seconds)
        return self.budget.share_done(int(trainer.step), seconds, self.reserve)

    def _call(self, iterator: Iterator[Any]) -> _Call:
        """Takes some steps, in one call into TensorFlow.

        Raises: TrainError when their loss is not finite.
        """
        trainer, config = self.trainer, self.trainer.config
        began, before = time.monotonic(), self._share_done()
        step = int(trainer.step)
        at_most = min(STEPS_PER_CALL, -(-POSITIONS_PER_CALL // config.batch_size))
        if self.budget.minutes is not None:
            in_time = self.budget.steps_in_time(
                float(trainer.seconds), self.pace, self.reserve
            )
            at_most = min(at_most, in_time)
        n_steps = self.budget.steps_left(step, at_most)
        rate = learning_rate(config, step, before)
        loss = trainer.run(iterator, n_steps, rate)
        if not math.isfinite(loss):
            raise TrainError(
                f"the loss is not finite at step {int(trainer.step)}; lower the "
                f"learning rate (now {rate:g}) or set clip_norm"
            )
        trainer.losses.assign_add([loss, 1.0])
        spent = time.monotonic() - began
        took = self._count_time() if self.budget.counts_all else self._add_time(spent)
        self.pace = took / n_steps
        return _Call(
            step=step + n_steps,
            n_positions=n_steps * config.batch_size,
            loss=loss,
            rate=rate,
            seconds=took,
            before=before,
            done=self._share_done(),
        )

    def _is_look_due(self, call: _Call) -> bool:
        """Whether to look at the held-out games after ``call``."""
        positions = call.step * self.trainer.config.batch_size
        looks = positions // VALIDATE_EVERY
        is_due = looks != (positions - call.n_positions) // VALIDATE_EVERY or (
            self.budget.is_look_due(call.before, call.done)
        )
        return is_due and self.budget.can_look(self.looking)

    def _tell(self, call: _Call, progress: Callable[[Progress], None] | None) -> None:
        """Tells TensorBoard and the caller of a call, if this is the chief."""
        if self.log is None:
            return
        speed = call.n_positions / call.seconds
        with _room(self.folder.path):
            self.log.add_call(
                call.step, loss=call.loss, rate=call.rate, positions_per_second=speed
            )
        if progress is not None:
            now = Progress(
                step=call.step,
                positions=call.step * self.trainer.config.batch_size,
                seconds=float(self.trainer.seconds),
                positions_per_second=speed,
                loss=call.loss,
                share_done=call.done,
                valid=self.latest,
            )
            progress(now)

    def _add_time(self, took: float) -> float:
        """Counts the seconds of a call, the same on all workers; gives them."""
        machines = self.trainer.machines
        (total,) = machines.agree([took])
        self.trainer.seconds.assign_add(total / machines.workers)
        return total / machines.workers

    def _validate(self) -> float:
        """Scores the averaged weights, keeps them, writes the history.

        Gives the seconds that scoring took.
        """
        total, n_losses = self.trainer.losses.numpy()
        self.trainer.losses.assign([0.0, 0.0])
        history = self.folder.history
        step = int(self.trainer.step)
        if self.log is None or (history and history[-1]["step"] == step):
            return 0.0
        predict = self.trainer.log_probabilities
        began = time.monotonic()
        loss = round(float(total / n_losses), 5) if n_losses else math.nan
        scores = score_positions(
            predict, self.valid, self.sample, enough=self._is_time_up
        )
        known = None
        self.each = (time.monotonic() - began) / len(scores.log_losses)
        if not self._is_time_up(len(self.known)):
            known = score_positions(
                predict, self.data, self.known, enough=self._is_time_up
            )
        took = time.monotonic() - began
        row = self._row(loss, scores, known)
        figures = {name: value for name, value in row.items() if not math.isnan(value)}
        card = {
            **self.card,
            "trained_as": format_config(self.trainer.network),
            "train": format_config(self.trainer.config),
            "run": {**figures, "valid_positions": len(scores.log_losses)},
        }
        model, network = simplify(self.trainer.averaged, self.trainer.network)
        with _room(self.folder.path):
            self.folder.add(row, model, network, card)
            self.log.add_look(row, predict, number=len(history))
        self.latest = row
        some = self.valid.samples(self.sample[:HEALTH_POSITIONS])
        self._warn_of_dead_filters(some.planes)
        return took

    def _row(
        self, loss: float, scores: Scores, known: Scores | None
    ) -> dict[str, float]:
        """A line of history.csv; ``loss``: the mean since the line before.

        ``scores``: at held-out games; ``known``: at training games, if there was time.
        """
        trainer = self.trainer
        step = int(trainer.step)
        rate = tf.convert_to_tensor(trainer.optimizer.learning_rate)
        return {
            "step": step,
            "positions": step * trainer.config.batch_size,
            "seconds": round(float(trainer.seconds), 1),
            "learning_rate": float(rate),
            "loss": loss,
            "valid_log_loss": round(scores.log_loss, 5),
            "valid_top1": round(scores.top(1), 5),
            "valid_top5": round(scores.top(5), 5),
            "train_log_loss": round(known.log_loss, 5) if known else math.nan,
            "train_top1": round(known.top(1), 5) if known else math.nan,
        }

    def _warn_of_dead_filters(self, planes: NDArray[np.uint8]) -> None:
        """Says once when most filters of a layer do nothing any more."""
        if self.warned:
            return
        shares = dead_shares(self.trainer.averaged, planes)
        worst = max(shares, key=lambda name: shares[name], default=None)
        if worst is not None and shares[worst] > 0.5:
            self.warned = True
            logger.warning(
                "%.0f %% of the filters of %s say the same on every board: dead; "
                "begin anew with a lower --learning-rate or with --batch-norm",
                100 * shares[worst],
                worst,
            )

    def _save(self) -> None:
        """Writes a checkpoint; the one before it stays until it is whole.

        Raises: TrainError when it cannot be written.
        """
        if not self.trainer.machines.is_chief:
            return
        with _room(self.folder.path):
            self.manager.save(int(self.trainer.step))
