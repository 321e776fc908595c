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


def batches(data: Dataset, config: TrainConfig, first_step: int) -> tf.data.Dataset:
    """Training batches from ``first_step`` on, without end, made on worker threads.

    Elements: planes uint8 [B, 19, 19, 48], targets int32 [B].
    """
    size = config.batch_size

    def fetch(chunk: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        batch = data.training_batch(
            int(chunk),
            size * STEPS_PER_CHUNK,
            seed=config.seed,
            augment=config.augment,
        )
        return (
            batch.planes.reshape(STEPS_PER_CHUNK, size, *batch.planes.shape[1:]),
            batch.targets.reshape(STEPS_PER_CHUNK, size),
        )

    def fetch_tensors(chunk: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        planes, targets = tf.numpy_function(
            fetch, [chunk], [tf.uint8, tf.int32], stateful=False
        )
        planes.set_shape((STEPS_PER_CHUNK, size, 19, 19, 48))
        targets.set_shape((STEPS_PER_CHUNK, size))
        return planes, targets

    cores = os.cpu_count() or 1
    options = tf.data.Options()
    options.threading.private_threadpool_size = cores
    return (
        tf.data.Dataset.range(first_step // STEPS_PER_CHUNK, np.iinfo(np.int64).max)
        .map(fetch_tensors, num_parallel_calls=cores, deterministic=True)
        .unbatch()
        .skip(first_step % STEPS_PER_CHUNK)
        .prefetch(2 * STEPS_PER_CHUNK)
        .with_options(options)
    )
