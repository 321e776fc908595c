"""The clock of a run: the seconds that count, and those kept for looks and the end."""

from __future__ import annotations

import time
from typing import Final

from gopolicy.measure.evaluate import EVALUATION_BATCH
from gopolicy.train.schedule import Budget
from gopolicy.train.trainer import Trainer

#: Seconds that the process takes to end.
ENDING: Final = 0.5


class Clock:
    """What time a run has taken, the same on all workers, and how much is left.

    Where all time counts (``Budget.counts_all``), seconds are kept for what is not
    training: those before the first step, the last look, the end of the process.

    ``pace``: seconds a step of the last call. ``each``: seconds that a position takes
    which is looked at; ``besides``: those of a look that are not for looking at
    positions; ``looking``: all of a look, and a checkpoint.
    """

    def __init__(self, trainer: Trainer, budget: Budget) -> None:
        self.pace = 0.0
        self.each = 0.0
        self.besides = 0.0
        self.looking = 0.0
        self._starting = 0.0
        self._trainer = trainer
        self._budget = budget
        self._last = time.monotonic()  # when time was last counted, if all of it is

    def start(self, looking: float) -> None:
        """The first step comes; a look will take so many seconds, of the chief."""
        self._last = time.monotonic()
        self._keep(self._last - (self._budget.began or self._last), looking)

    def keep(self, looking: float) -> None:
        """Keeps as many seconds for the last look as the latest took, of the chief."""
        self._keep(self._starting, looking)
        self._count()

    def _keep(self, starting: float, looking: float) -> None:
        machines = self._trainer.machines
        mine = [starting, looking] if machines.is_chief else [0.0, 0.0]
        self._starting, self.looking = machines.agree(mine)

    @property
    def seconds(self) -> float:
        """What the run has taken so far, of what counts."""
        return float(self._trainer.seconds)

    @property
    def share_done(self) -> float:
        """How much of the run is over, 0 to 1."""
        step = int(self._trainer.step)
        return self._budget.share_done(step, self.seconds, self._reserve)

    @property
    def is_over(self) -> bool:
        """Whether the run ends: nearer now than after a further step."""
        left = self._budget.seconds_to_train(self._reserve) - self.seconds
        is_next_late = self._budget.counts_all and left < self.pace / 2
        return is_next_late or self.share_done >= 1

    @property
    def _reserve(self) -> float:
        """Seconds of the run that are not for training."""
        if not self._budget.counts_all:
            return 0.0
        return self._starting + self.looking + ENDING

    def steps(self, at_most: int) -> int:
        """How many steps to take before this clock is looked at again."""
        if self._budget.minutes is not None:
            in_time = self._budget.steps_in_time(self.seconds, self.pace, self._reserve)
            at_most = min(at_most, in_time)
        return self._budget.steps_left(int(self._trainer.step), at_most)

    def count_steps(self, n_steps: int, seconds: float) -> float:
        """Counts a call of so many steps; gives the seconds that count."""
        took = self._count() if self._budget.counts_all else self._add(seconds)
        self.pace = took / n_steps
        return took

    def is_time_up(self, more: int = EVALUATION_BATCH // 2) -> bool:
        """Whether a look must come to its end, before so many ``more`` positions."""
        if not self._budget.counts_all:
            return False
        seconds = self.seconds + time.monotonic() - self._last
        rest = self._starting + self.besides + ENDING + self.each * more
        return seconds + rest > 60 * (self._budget.minutes or 0)

    def _count(self) -> float:
        """Counts the seconds since this was last called, which it gives."""
        now = time.monotonic()
        took, self._last = now - self._last, now
        return self._add(took)

    def _add(self, took: float) -> float:
        """Counts the seconds of a call, the same on all workers; gives them."""
        machines = self._trainer.machines
        (total,) = machines.agree([took])
        self._trainer.seconds.assign_add(total / machines.workers)
        return total / machines.workers
