"""Training batches on worker threads without TensorFlow: those of ``train.pipeline``.

The samples, their order and how they are turned are the same, number for number. Knows
nothing of PyTorch either.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import TrainConfig
from gopolicy.data.dataset import Dataset

#: Batches in a piece: what a worker makes, and a card takes, at a time.
STEPS: Final = 8
#: Pieces that are made or wait for the card, for each worker.
_AHEAD: Final = 2

#: Planes uint8 [STEPS, B, 19, 19, 48] and targets int32 [STEPS, B]; with side tasks
#: also later moves int32 [STEPS, B, 2] and owners int8 [STEPS, B, 361].
Arrays = list[NDArray[np.integer[Any]]]
T = TypeVar("T")


def make_piece(data: Dataset, config: TrainConfig, number: int) -> Arrays:
    """Piece ``number`` of the run: the batches of its steps from number * STEPS on."""
    size = STEPS * config.batch_size
    order = data.training_order(number, size, seed=config.seed, augment=config.augment)
    if config.has_side_tasks:
        batch, sequels = data.samples_with_sequels(*order)
        arrays: Arrays = [batch.planes, batch.targets, sequels.later, sequels.owners]
    else:
        batch = data.samples(*order)
        arrays = [batch.planes, batch.targets]
    return [x.reshape(STEPS, config.batch_size, *x.shape[1:]) for x in arrays]


def pieces(
    data: Dataset,
    config: TrainConfig,
    first: int,
    *,
    workers: int,
    finish: Callable[[Arrays], T],
) -> Generator[T, None, None]:
    """Pieces from number ``first`` on, in order, without end.

    ``finish``: what a worker does to a piece at last.
    """
    pool = ThreadPoolExecutor(workers)

    def make(number: int) -> T:
        return finish(make_piece(data, config, number))

    numbers = itertools.count(first)
    waiting: deque[Future[T]] = deque()
    try:
        while True:
            while len(waiting) < _AHEAD * workers:
                waiting.append(pool.submit(make, next(numbers)))
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
