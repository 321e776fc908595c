"""The input pipeline: training batches, made on worker threads while others train."""

from __future__ import annotations

import os
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.backend import tf
from gopolicy.config import TrainConfig
from gopolicy.dataset import Dataset

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

    Elements: planes uint8 [B, 19, 19, 48], targets int32 [B]. Of several ``workers``,
    number ``worker`` gets its share of each batch, in as many elements as it has
    ``devices``; the batch size must be a multiple of all devices.
    """
    share = config.batch_size // workers
    shape = (STEPS_PER_CHUNK * devices, share // devices)

    def fetch(chunk: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        batch = data.training_batch(
            int(chunk),
            config.batch_size * STEPS_PER_CHUNK,
            seed=config.seed,
            augment=config.augment,
            worker=worker,
            workers=workers,
        )
        return (
            batch.planes.reshape(*shape, *batch.planes.shape[1:]),
            batch.targets.reshape(shape),
        )

    def fetch_tensors(chunk: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        planes, targets = tf.numpy_function(
            fetch, [chunk], [tf.uint8, tf.int32], stateful=False
        )
        planes.set_shape((*shape, 19, 19, 48))
        targets.set_shape(shape)
        return planes, targets

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
