"""The input pipeline: training batches, made on worker threads while others train."""

from __future__ import annotations

import os
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import TrainConfig
from gopolicy.data.dataset import LATER_MOVES, Dataset
from gopolicy.go.coords import BOARD_SIZE, POINTS
from gopolicy.go.features import PLANES
from gopolicy.networks.backend import tf

#: Steps whose samples are made in one piece.
STEPS_PER_CHUNK: Final = 8


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
    share = config.batch_size // workers
    shape = (STEPS_PER_CHUNK * devices, share // devices)
    spec = [(tf.uint8, (BOARD_SIZE, BOARD_SIZE, PLANES)), (tf.int32, ())]
    if config.has_side_tasks:
        spec += [(tf.int32, (LATER_MOVES,)), (tf.int8, (POINTS,))]

    def fetch(chunk: NDArray[np.int64]) -> list[NDArray[Any]]:
        order = data.training_order(
            int(chunk),
            config.batch_size * STEPS_PER_CHUNK,
            seed=config.seed,
            augment=config.augment,
            worker=worker,
            workers=workers,
        )
        arrays = _make_samples(data, config, order)
        return [array.reshape(*shape, *array.shape[1:]) for array in arrays]

    def fetch_tensors(chunk: tf.Tensor) -> tuple[tf.Tensor, ...]:
        tensors = tf.numpy_function(
            fetch, [chunk], [dtype for dtype, _ in spec], stateful=False
        )
        for tensor, (_, item_shape) in zip(tensors, spec, strict=True):
            tensor.set_shape((*shape, *item_shape))
        return tuple(tensors)

    cores = os.cpu_count() or 1
    options = tf.data.Options()
    options.threading.private_threadpool_size = cores
    return (
        tf.data.Dataset.range(first_step // STEPS_PER_CHUNK, np.iinfo(np.int64).max)
        .map(fetch_tensors, num_parallel_calls=cores, deterministic=True)
        .unbatch()
        .skip(first_step % STEPS_PER_CHUNK * devices)
        .prefetch(2 * STEPS_PER_CHUNK)
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
