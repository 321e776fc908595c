"""When a run ends, how large its steps are, how far back its average goes.

Knows nothing of TensorFlow.
"""

from __future__ import annotations

import logging
import math
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from gopolicy.config import TrainConfig
from gopolicy.errors import phrase

logger = logging.getLogger(__name__)

#: Of a run whose clock runs through, looks take at most this share: there is only the
#: one at its end where they would take more, and that is made shorter.
LOOKING: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """When a run ends: after so many steps, or minutes of training, or never.

    ``looks``: how often, spread evenly over a run that ends, it looks at the held-out
    games (besides every 200,000 positions); ``look_at``: at how many positions.
    ``began``: when the clock of ``minutes`` was started (``time.monotonic()``); it runs
    through compiling, looks and writing. None: ``minutes`` are of training alone.
    """

    steps: int | None = None
    minutes: float | None = None
    looks: int = 0
    look_at: int = 4096
    began: float | None = None

    @property
    def counts_all(self) -> bool:
        """Whether the run's seconds are those on the wall, and few."""
        return self.minutes is not None and self.began is not None

    def seconds_to_train(self, reserve: float) -> float:
        """When training ends, so that ``reserve`` seconds are left for the rest.

        However short a run is, there is some training in it.
        """
        seconds = 60 * self.minutes if self.minutes is not None else math.inf
        return max(seconds - reserve, seconds / 100)

    def affordable(self, each: float, *, besides: float, at_least: int) -> int:
        """At how many positions a look looks: ``look_at``, or as its share allows.

        ``each``: seconds that one takes; ``besides``: that a look takes anyway.
        """
        if self.minutes is None or not self.counts_all:
            return self.look_at
        time = LOOKING * 60 * self.minutes - besides
        return min(self.look_at, max(at_least, int(time / each)))

    def share_done(self, step: int, seconds: float, reserve: float = 0.0) -> float:
        """How much of the run is over, 0 to 1."""
        shares = [0.0]
        if self.steps is not None:
            shares.append(step / self.steps if self.steps else 1.0)
        if self.minutes is not None:
            end = self.seconds_to_train(reserve)
            shares.append(seconds / end if end else 1.0)
        return min(1.0, max(shares))

    def is_look_due(self, before: float, now: float) -> bool:
        """Whether a look falls between two shares of the run that were done."""
        look = math.floor(now * self.looks)
        # The last one comes when the run is over anyway.
        return math.floor(before * self.looks) < look < self.looks

    def can_look(self, seconds: float) -> bool:
        """Whether looks of so many ``seconds`` leave most of a run for training."""
        if self.minutes is None or not self.counts_all:
            return True
        return self.looks * seconds <= LOOKING * 60 * self.minutes

    def steps_in_time(self, seconds: float, pace: float, reserve: float = 0.0) -> int:
        """How many steps to take so that the clock is looked at every second.

        And that a run of minutes ends on time. ``seconds``: that it took so far;
        ``pace``: of a step, 0 when it is not known yet.
        """
        if self.minutes is None or not pace:
            return 1
        left = self.seconds_to_train(reserve) - seconds
        return max(1, round(min(1.0, left) / pace))

    def steps_left(self, step: int, at_most: int) -> int:
        """How many steps to take before the next look at the clock."""
        return at_most if self.steps is None else min(at_most, self.steps - step)


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


def average_decay(config: TrainConfig, step: int, n_steps: int) -> float:
    """What is left of the averaged weights after ``n_steps`` more steps, 0 to 1.

    A step leaves ``ema``, but less at the start: (1 + step) / (10 + step). So the
    average of a short run is of its last tenth, and not of its first weights.

    Source: ``tf.train.ExponentialMovingAverage``, ``num_updates``.
    """
    steps = range(step, step + n_steps)
    return math.prod(min(config.ema, (1 + i) / (10 + i)) for i in steps)


@contextmanager
def graceful_stop() -> Iterator[Callable[[], bool]]:
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
        logger.warning(phrase("stopping after this step; once more to stop at once"))

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
