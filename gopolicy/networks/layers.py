"""The parts of the networks made with Keras: what ``parts.Layers`` says, to train."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from gopolicy.config import NetworkConfig
from gopolicy.go.coords import BOARD_SIZE, POINTS
from gopolicy.go.features import PLANES
from gopolicy.networks.backend import keras, ops, tf
from gopolicy.networks.parts import EPSILON, MOMENTUM, PIECES, Start, pieces

_INITIALIZERS: Final = {"he": "he_normal", "zeros": "zeros"}


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


class Maxout(keras.layers.Layer):
    """The largest of ``PIECES`` linear functions: an activation that is learned.

    Unit c of n takes channels c, c + n, ... Source: Goodfellow et al., "Maxout
    Networks", ICML 2013, section 2.
    """

    def call(self, x: Any) -> Any:
        pieces = ops.reshape(x, (-1, *x.shape[1:-1], PIECES, x.shape[-1] // PIECES))
        return ops.max(pieces, axis=-2)  # [B, ..., PIECES, n] to [B, ..., n]


class BoardNormalization(keras.layers.BatchNormalization):
    """Batch normalisation of [B, h, w, channels] in one operation while training.

    Keras writes it with a dozen, in float32: a quarter of a bfloat16 training step of
    64 filters on a CPU, where this takes a twelfth. The moving variance is the
    unbiased one here, which differs by one part in thousands.
    """

    def call(self, x: Any, training: bool | None = None, mask: Any = None) -> Any:
        if not training:
            return super().call(x, training=training, mask=mask)
        none = tf.zeros(0)
        y, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=x,
            scale=tf.convert_to_tensor(self.gamma),
            offset=tf.convert_to_tensor(self.beta),
            mean=none,
            variance=none,
            epsilon=self.epsilon,
            is_training=True,
        )
        for moving, now in (
            (self.moving_mean, mean),
            (self.moving_variance, variance),
        ):
            moving.assign(moving * self.momentum + now * (1 - self.momentum))
        return y


class BranchedConvolution(keras.layers.Conv2D):
    """A 3x3 convolution as the sum of three branches: 3x3, 1x1 and each channel's own.

    Sums of convolutions are one convolution, so the branches meet in its kernel, where
    they cost nothing; what an optimizer makes of three is another matter. Source: Ding
    et al., "RepVGG", CVPR 2021, section 3.2 (there each branch is normalised).
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        super().build(input_shape)
        n = self.filters
        self.center = self.add_weight(shape=(n, n), initializer="zeros", name="center")
        self.own = self.add_weight(shape=(n,), initializer="zeros", name="own")

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        return super().convolution_op(inputs, self.whole(kernel))

    def whole(self, kernel: Any) -> Any:
        """The kernel [3, 3, filters, filters] that does what the branches do."""
        center = self.center + ops.diag(self.own)
        return kernel + ops.pad(center[None, None], [(1, 1), (1, 1), (0, 0), (0, 0)])


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


def planes_input() -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """The input of every network, and the same as numbers: [B, 19, 19, 48]."""
    planes = keras.Input((BOARD_SIZE, BOARD_SIZE, PLANES), dtype="uint8", name="planes")
    return planes, CastPlanes(name="numbers")(planes)


def convolution(
    config: NetworkConfig,
    x: keras.KerasTensor,
    filters: int,
    size: int,
    *,
    name: str,
    start: Start = "he",
) -> keras.KerasTensor:
    channels = filters * pieces(config)
    x = linear_convolution(config, x, channels, size, name=name, start=start)
    return _activate(config, x, name=name)


def linear_convolution(
    config: NetworkConfig,
    x: keras.KerasTensor,
    filters: int,
    size: int,
    *,
    name: str,
    start: Start = "he",
) -> keras.KerasTensor:
    is_branched = config.branches and size == 3
    layer = BranchedConvolution if is_branched else keras.layers.Conv2D
    x = layer(
        filters,
        size,
        padding="same",
        kernel_initializer=_initializer(start),
        kernel_regularizer=_penalty(config),
        name=name,
    )(x)
    return _normalise(config, x, name=name)


def dense(
    config: NetworkConfig, x: keras.KerasTensor, units: int, *, name: str
) -> keras.KerasTensor:
    x = keras.layers.Dense(
        units * pieces(config),
        kernel_initializer="he_normal",
        kernel_regularizer=_penalty(config),
        name=name,
    )(x)
    return _activate(config, _normalise(config, x, name=name), name=name)


def pool(x: keras.KerasTensor, stride: int, *, name: str) -> keras.KerasTensor:
    return keras.layers.MaxPooling2D(3, stride, padding="same", name=name)(x)


def add(x: keras.KerasTensor, y: keras.KerasTensor, *, name: str) -> keras.KerasTensor:
    return keras.layers.Add(name=name)([x, y])


def stack(boards: Sequence[keras.KerasTensor], *, name: str) -> keras.KerasTensor:
    return keras.layers.Concatenate(name=name)(boards)


def flat(x: keras.KerasTensor) -> keras.KerasTensor:
    return keras.layers.Flatten(name="flat")(x)


def flat_planes(config: NetworkConfig, x: keras.KerasTensor) -> keras.KerasTensor:
    if config.batch_norm:
        x = keras.layers.BatchNormalization(
            momentum=MOMENTUM, center=False, scale=False, name="standard"
        )(x)
    return flat(x)


def drop_out(
    config: NetworkConfig, x: keras.KerasTensor, *, name: str
) -> keras.KerasTensor:
    if not config.dropout:
        return x
    return keras.layers.Dropout(config.dropout, name=f"{name}_dropout")(x)


def point_logits(
    config: NetworkConfig, x: keras.KerasTensor, *, name: str
) -> keras.KerasTensor:
    # In float32 also when the rest is not: logits of three digits are too coarse.
    x = keras.layers.Conv2D(
        1,
        1,
        use_bias=False,
        kernel_regularizer=_penalty(config),
        name=name,
        dtype="float32",
    )(x)
    x = keras.layers.Reshape((POINTS,), name="points", dtype="float32")(x)
    return PointBias(name="point_bias", dtype="float32")(x)


def dense_logits(config: NetworkConfig, x: keras.KerasTensor) -> keras.KerasTensor:
    return keras.layers.Dense(
        POINTS,
        kernel_initializer="zeros",  # at first, every point is equally likely
        kernel_regularizer=_penalty(config),
        name="logits",
        dtype="float32",
    )(x)


def _initializer(start: Start) -> Any:
    return NearIdentity() if start == "near_identity" else _INITIALIZERS[start]


def _activate(
    config: NetworkConfig, x: keras.KerasTensor, *, name: str
) -> keras.KerasTensor:
    """What follows the linear part of a hidden layer."""
    label = f"{name}_{config.activation}"
    if config.activation == "maxout":
        x = Maxout(name=label)(x)
    else:
        x = keras.layers.Activation(config.activation, name=label)(x)
    return drop_out(config, x, name=name)


def _normalise(
    config: NetworkConfig, x: keras.KerasTensor, *, name: str
) -> keras.KerasTensor:
    """``x`` normalised over the batch, if asked for.

    Source: Ioffe and Szegedy, "Batch Normalization", ICML 2015, section 3.
    """
    if not config.batch_norm:
        return x
    is_board = len(x.shape) == 4
    kind = BoardNormalization if is_board else keras.layers.BatchNormalization
    return kind(momentum=MOMENTUM, epsilon=EPSILON, name=f"{name}_norm")(x)


def _penalty(config: NetworkConfig) -> keras.regularizers.Regularizer | None:
    """The L2 penalty on a kernel; biases go free."""
    return keras.regularizers.L2(config.l2) if config.l2 else None
