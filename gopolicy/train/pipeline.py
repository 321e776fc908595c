"""The input pipeline: training batches, made on worker threads while others train."""

from __future__ import annotations

import os
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import TrainConfig
from gopolicy.data.dataset import LATER_MOVES, Dataset
from gopolicy.go.coords import BOARD_SIZE, POINTS
from gopolicy.go.features import PLANES
from gopolicy.networks.backend import tf

#: Bytes of a sample with side tasks.
SAMPLE_BYTES: Final = POINTS * PLANES + 4 + 4 * LATER_MOVES + POINTS
#: Samples are made in pieces of some steps, since each piece costs a call into Python.
_MAX_STEPS: Final = 8
_PIECE_BYTES: Final = 16 << 20
#: Bytes of all pieces being made at a time, and of finished steps that wait.
_MADE_BYTES: Final = 512 << 20
_WAITING_BYTES: Final = 256 << 20


class Pieces(NamedTuple):
    """How samples are made: steps in a piece, pieces made at a time, steps waiting."""

    steps: int
    at_a_time: int
    waiting: int


def plan_pieces(batch_size: int, cores: int) -> Pieces:
    """Pieces that keep ``cores`` busy, within bounds of memory.

    The bounds hold for batches that fit in them: up to 15,000 samples.
    """
    step_bytes = batch_size * SAMPLE_BYTES
    steps = max(1, min(_MAX_STEPS, _PIECE_BYTES // step_bytes))
    return Pieces(
        steps=steps,
        at_a_time=max(1, min(cores, _MADE_BYTES // (steps * step_bytes))),
        waiting=max(1, min(2 * _MAX_STEPS, _WAITING_BYTES // step_bytes)),
    )


def batches(
    data: Dataset,
    config: TrainConfig,
    first_step: int,
    *,
    worker: int = 0,
    workers: int = 1,
    devices: int = 1,
) -> tf.data.Dataset:
    """Training batches from ``first_step`` on, without end, made on worker threads.

    Elements: planes uint8 [B, 19, 19, 48], targets int32 [B]; with side tasks also
    later moves int32 [B, 2] and owners int8 [B, 361] (``dataset.Sequels``). Of several
    ``workers``, number ``worker`` gets its share of each batch, in as many elements as
    it has ``devices``; the batch size must be a multiple of all devices.
    """
    cores = os.cpu_count() or 1
    share = config.batch_size // workers
    pieces = plan_pieces(share, cores)
    shape = (pieces.steps * devices, share // devices)
    items = [(tf.uint8, (BOARD_SIZE, BOARD_SIZE, PLANES)), (tf.int32, ())]
    if config.has_side_tasks:
        items += [(tf.int32, (LATER_MOVES,)), (tf.int8, (POINTS,))]

    def make(piece: NDArray[np.int64]) -> list[NDArray[Any]]:
        order = data.training_order(
            int(piece),
            config.batch_size * pieces.steps,
            seed=config.seed,
            augment=config.augment,
            worker=worker,
            workers=workers,
        )
        arrays = _make_samples(data, config, order)
        return [array.reshape(*shape, *array.shape[1:]) for array in arrays]

    def make_tensors(piece: tf.Tensor) -> tuple[tf.Tensor, ...]:
        tensors = tf.numpy_function(
            make, [piece], [dtype for dtype, _ in items], stateful=False
        )
        for tensor, (_, item_shape) in zip(tensors, items, strict=True):
            tensor.set_shape((*shape, *item_shape))
        return tuple(tensors)

    options = tf.data.Options()
    options.threading.private_threadpool_size = cores
    # All sizes are given. What would tune them sleeps for up to a minute at a time, and
    # who ends the iterator may wait until it wakes (TensorFlow 2.21).
    options.autotune.enabled = False
    return (
        tf.data.Dataset.range(first_step // pieces.steps, np.iinfo(np.int64).max)
        .map(make_tensors, num_parallel_calls=pieces.at_a_time, deterministic=True)
        .unbatch()
        .skip(first_step % pieces.steps * devices)
        .prefetch(pieces.waiting * devices)
        .with_options(options)
    )


def _make_samples(
    data: Dataset, config: TrainConfig, order: tuple[NDArray[np.int64], ...]
) -> list[NDArray[Any]]:
    """The arrays of an element of ``batches``; ``order``: positions, symmetries."""
    positions, symmetries = order
    if not config.has_side_tasks:
        batch = data.samples(positions, symmetries)
        return [batch.planes, batch.targets]
    batch, sequels = data.samples_with_sequels(positions, symmetries)
    return [batch.planes, batch.targets, sequels.later, sequels.owners]
