"""Looks: the averaged weights at held-out games, kept and told, again and again."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from gopolicy import modelstore
from gopolicy.data.dataset import Dataset
from gopolicy.errors import ModelError, TrainError, phrase, write_remedy
from gopolicy.go.coords import POINTS
from gopolicy.measure.evaluate import EVALUATION_BATCH, Scores, score_positions
from gopolicy.networks.backend import tf
from gopolicy.networks.fold import simplify
from gopolicy.networks.health import dead_shares
from gopolicy.train.clock import Clock
from gopolicy.train.folder import RunFolder, history_row, look_card
from gopolicy.train.schedule import Budget
from gopolicy.train.tensorboard import N_BOARDS, Draw, Inside, TensorBoardLog
from gopolicy.train.trainer import Trainer

logger = logging.getLogger(__name__)

#: Bytes that are written in a second, with what belongs to it; a guess on the low side.
WRITTEN_A_SECOND: Final = 50e6
#: Seconds of the processor that pictures, curves and filters of the first look take.
FIRST_LOOK: Final = 2.5
#: A look is also at one training position for so many held-out ones: when the network
#: knows these far better, it has learned them by heart.
SHARE_KNOWN: Final = 4
#: Held-out positions by which the time of a look is estimated.
TRIAL_POSITIONS: Final = 64
#: Held-out positions on which filters must say something to be alive.
HEALTH_POSITIONS: Final = 64
#: Training positions of which TensorBoard shows the gradients.
GRADIENT_POSITIONS: Final = 16


@contextmanager
def room(path: Path) -> Iterator[None]:
    """Raises TrainError, which tells what to do, when ``path`` cannot be written to."""
    try:
        yield
    except (tf.errors.OpError, OSError, ModelError) as error:
        raise TrainError(
            phrase(
                "cannot write to {path!r}; {remedy} and go on with --resume",
                path=str(path),
                remedy=write_remedy(_cause(error)),
            )
        ) from error


def _cause(error: Exception) -> BaseException | None:
    """What the system said, where it is known."""
    if isinstance(error, tf.errors.PermissionDeniedError):
        return PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return error.__cause__ if isinstance(error, ModelError) else error


class Looks:
    """The looks of the chief, at the same held-out and training positions each time.

    ``card``: what the models' cards say besides. ``log``: what TensorBoard shows.
    ``latest``: the last look's row of history.csv, empty before it.
    """

    def __init__(
        self,
        trainer: Trainer,
        folder: RunFolder,
        clock: Clock,
        data: Dataset,
        valid: Dataset,
        *,
        n_positions: int,
        card: dict[str, Any],
        draw: Draw | None,
    ) -> None:
        self.latest: dict[str, float] = {}
        self._trainer = trainer
        self._folder = folder
        self._clock = clock
        self._data = data
        self._valid = valid
        self._card = card
        self._warned = False
        self._sample = valid.shuffled_positions(n_positions, seed=0)
        n_known = max(1, n_positions // SHARE_KNOWN)
        self._known = data.shuffled_positions(n_known, seed=0)
        place = folder.path / "tensorboard"
        self.log = TensorBoardLog(place, valid, self._sample[:N_BOARDS], draw)

    def estimate(self, budget: Budget) -> float:
        """About how many seconds a look and a checkpoint will take.

        A look at too many positions for the run is made shorter.
        """
        batch = self._valid.samples(self._sample[:TRIAL_POSITIONS])
        legal = np.ones((len(batch.planes), POINTS), np.bool_)
        took = 0.0
        for _ in range(2):  # the first time it is compiled
            began, worked = time.monotonic(), time.process_time()
            self._trainer.log_probabilities(batch.planes, legal)
            took = time.monotonic() - began
            worked = time.process_time() - worked
        slowness = min(max(1.0, took / max(worked, 1e-3)), 8.0)  # of a busy machine
        each = took / max(1, len(batch.planes))
        writing = 2 * self._trainer.n_bytes() / WRITTEN_A_SECOND
        besides = FIRST_LOOK * slowness + writing
        n_positions = budget.affordable(
            each, besides=besides, at_least=EVALUATION_BATCH
        )
        self._sample = self._sample[:n_positions]
        self._known = self._known[: max(1, n_positions // SHARE_KNOWN)]
        self._clock.each, self._clock.besides = each, besides
        return besides + each * (len(self._sample) + len(self._known))

    def take(self, loss: float) -> None:
        """Scores the averaged weights, keeps them, writes the history.

        ``loss``: of the steps since the last look, their mean. Nothing when the last
        look was at this step.
        """
        history = self._folder.history
        if history and history[-1]["step"] == int(self._trainer.step):
            return
        predict = self._trainer.log_probabilities
        clock, enough = self._clock, self._clock.is_time_up
        began = time.monotonic()
        scores = score_positions(predict, self._valid, self._sample, enough=enough)
        known = None
        clock.each = (time.monotonic() - began) / len(scores.log_losses)
        if not enough(len(self._known)):
            known = score_positions(predict, self._data, self._known, enough=enough)
        scored = time.monotonic()
        row = self._row(loss, scores, known)
        self._keep(row, len(scores.log_losses))
        inside = self._look_inside()
        with room(self._folder.path):
            self.log.add_look(row, predict, inside, number=len(history))
        self.latest = row
        clock.besides = time.monotonic() - scored

    def _keep(self, row: dict[str, float], valid_positions: int) -> None:
        """Keeps the averaged weights as a model, with its card.

        Raises: TrainError when there is no room for it.
        """
        trainer = self._trainer
        look = look_card(
            row, trainer.network, trainer.config, valid_positions=valid_positions
        )
        model, network = simplify(trainer.averaged, trainer.network)
        with room(self._folder.path):
            weights = modelstore.weights_of(model)
            self._folder.add(row, weights, network, {**self._card, **look})

    def _row(
        self, loss: float, scores: Scores, known: Scores | None
    ) -> dict[str, float]:
        """The look's line of history.csv; see ``history_row``."""
        trainer = self._trainer
        step = int(trainer.step)
        rate = tf.convert_to_tensor(trainer.optimizer.learning_rate)
        return history_row(
            step=step,
            positions=step * trainer.config.batch_size,
            seconds=float(trainer.seconds),
            rate=float(rate),
            loss=loss,
            scores=scores,
            known=known,
        )

    def _look_inside(self) -> Inside:
        """The averaged weights, their gradients, and what is dead among the filters."""
        averaged = self._trainer.averaged
        some = self._valid.samples(self._sample[:HEALTH_POSITIONS])
        batch = self._data.samples(self._known[:GRADIENT_POSITIONS])
        dead = dead_shares(averaged, some.planes)
        self._warn_of_dead_filters(dead)
        return Inside(
            weights={v.path: v.numpy() for v in averaged.trainable_variables},
            gradients=self._trainer.gradients(batch.planes, batch.targets),
            dead=dead,
        )

    def _warn_of_dead_filters(self, shares: Mapping[str, float]) -> None:
        """Says once when most filters of a layer do nothing any more."""
        worst = max(shares, key=lambda name: shares[name], default=None)
        if not self._warned and worst is not None and shares[worst] > 0.5:
            self._warned = True
            said = phrase(
                "{share:.0f} % of the filters of {layer} say the same on every board: "
                "dead; begin anew with a lower --learning-rate or with --batch-norm",
                share=100 * shares[worst],
                layer=worst,
            )
            logger.warning(said)
