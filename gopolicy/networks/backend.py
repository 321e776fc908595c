"""TensorFlow and Keras, loaded quietly; the only place that imports them.

TensorFlow writes notices to the process's stderr before any setting of its own can stop
it, so that stream is turned aside for as long as the import takes. Only what computes
with networks may import this module.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gopolicy.predict import Logits

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Keeps what C++ code writes to stderr; shows it only if an exception comes."""
    sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # no stderr at all, as under pythonw
        yield
        return
    with tempfile.TemporaryFile() as aside:
        os.dup2(aside.fileno(), 2)
        try:
            yield
        except BaseException:
            aside.seek(0)
            os.write(kept, aside.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


with quiet_stderr():
    import keras
    import tensorflow as tf
    from keras import ops

    tf.get_logger().setLevel("ERROR")

__all__ = ["keras", "ops", "tf"]


def logits_of(model: keras.Model) -> Logits:
    """A network's answers through TensorFlow."""
    # One trace for every batch size, or each new one would compile again.
    run = tf.function(
        lambda planes: model(planes, training=False),
        input_signature=[tf.TensorSpec(model.input.shape, tf.uint8)],
    )
    return lambda planes: run(planes).numpy()


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 natively, so that it pays to use it.

    Every GPU counts as one that does. Of a CPU only Linux tells, in /proc/cpuinfo, by
    names that x86 has; elsewhere (macOS, Windows, ARM) the answer is no, and float32 is
    never wrong, at most slower.
    """
    if tf.config.list_physical_devices("GPU"):
        return True
    try:
        with open("/proc/cpuinfo") as file:
            flags = file.read()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def use_shards(shards: int) -> None:
    """Lets ``shards`` parts of a graph run side by side, one thread each.

    On a CPU this beats giving every operation all threads (``gopolicy bench``). Must
    come before TensorFlow's first operation; later calls change nothing.
    """
    with contextlib.suppress(RuntimeError):
        tf.config.threading.set_inter_op_parallelism_threads(shards)
        tf.config.threading.set_intra_op_parallelism_threads(
            max(1, (os.cpu_count() or 1) // shards)
        )
