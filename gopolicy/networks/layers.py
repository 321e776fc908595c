"""The few layers that Keras does not have."""

from __future__ import annotations

from typing import Any

from gopolicy.backend import keras, ops
from gopolicy.coords import BOARD_SIZE, POINTS
from gopolicy.features import PLANES


class CastPlanes(keras.layers.Layer):
    """Planes (uint8) as numbers of the layer's compute type."""

    def call(self, planes: Any) -> Any:
        return ops.cast(planes, self.compute_dtype)


class PointBias(keras.layers.Layer):
    """One bias for each point: "a different bias for each position".

    Source: Silver et al. 2016, Methods, "Neural network architecture".
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.bias = self.add_weight(
            shape=(POINTS,), initializer="zeros", name="bias", dtype="float32"
        )

    def call(self, logits: Any) -> Any:
        return logits + self.bias


class NearIdentity(keras.initializers.Initializer):
    """Kernels that pass each channel on, shrunk, plus a little noise.

    The signal and its gradient get through many layers at once, so a deep plain net
    learns from the first step.
    """

    gain = 0.8
    noise = 0.05  # variance of what the noise adds to an output, for inputs of 1

    def __init__(self, seed: int | None = None) -> None:
        self._generator = keras.random.SeedGenerator(seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        height, width, n_in, n_out = shape
        deviation = (self.noise / (height * width * n_in)) ** 0.5
        kernel = keras.random.normal(
            shape, stddev=deviation, dtype=dtype, seed=self._generator
        )
        identity = self.gain * ops.eye(n_in, n_out, dtype=dtype)
        padding = [(height // 2, height // 2), (width // 2, width // 2), (0, 0), (0, 0)]
        return kernel + ops.pad(identity[None, None], padding)  # [h, w, in, out]


def planes_input() -> tuple[Any, Any]:
    """The input of every network, and the same as numbers: [B, 19, 19, 48]."""
    planes = keras.Input((BOARD_SIZE, BOARD_SIZE, PLANES), dtype="uint8", name="planes")
    return planes, CastPlanes(name="numbers")(planes)
