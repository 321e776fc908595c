"""ONNX Runtime, which answers without TensorFlow; the only place that imports it."""

from __future__ import annotations

from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from gopolicy.cores import count_cores
from gopolicy.predict import Answers

#: Threads of one network, if nothing else is asked for: a board has no work for more.
MOST_THREADS: Final = 4


def default_threads() -> int:
    """As many as there are cores for this process, but not many."""
    return min(MOST_THREADS, count_cores())


def open_graph(content: bytes, *, threads: int | None = None) -> Answers:
    """An ONNX model as a function, from planes to its outputs by their names.

    ``threads``: by default ``default_threads``. Between answers they sleep: two engines
    on one machine would else take the cores from each other by waiting.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or default_threads()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors
    session = onnxruntime.InferenceSession(
        content, options, providers=["CPUExecutionProvider"]
    )
    names = [output.name for output in session.get_outputs()]

    def run(planes: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        return dict(zip(names, session.run(names, {"planes": planes}), strict=True))

    return run
