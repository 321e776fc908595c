"""The parts of the networks as an ONNX graph: what ``parts.Layers`` says, to answer.

Built from a network's config and its numbers alone, without TensorFlow. What matters
only while training is left out, and what a layer's numbers can do as well is folded
into them: normalisation, and the branches of a convolution.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from gopolicy.config import NetworkConfig
from gopolicy.go.coords import BOARD_SIZE, POINTS
from gopolicy.go.features import PLANE_OFFSETS, PLANES
from gopolicy.networks import BUILDERS
from gopolicy.networks.parts import EPSILON, PIECES, Start, fold_norm, pieces
from gopolicy.version import __version__

if TYPE_CHECKING:
    from gopolicy.networks.backend import keras

#: Of 2022: what reads ONNX at all reads these.
OPSET: Final = 17
IR_VERSION: Final = 8

#: The operator of each activation, and where Keras differs from the operator's default.
_OPERATORS: Final[dict[str, tuple[str, dict[str, float]]]] = {
    "relu": ("Relu", {}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.2}),
    "elu": ("Elu", {}),
}

Array = NDArray[np.float32]
#: Gives the numbers of a name, such as "conv1/kernel", in a shape, or raises.
Weights = Callable[[str, tuple[int, ...]], Array]


def build_graph(config: NetworkConfig, weights: Weights) -> onnx.ModelProto:
    """The network as an ONNX model from ``planes`` to ``logits`` and ``probabilities``.

    ``planes``: uint8 [B, 19, 19, 48]; the others float32 [B, 361], ``probabilities``
    over the legal moves, which the planes tell.
    """
    layers = OnnxLayers(weights)
    BUILDERS[config.architecture](layers, config, layers.planes_input())
    layers.add_probabilities()
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        layers.nodes,
        config.architecture,
        [value("planes", TensorProto.UINT8, ["batch", BOARD_SIZE, BOARD_SIZE, PLANES])],
        [
            value(name, TensorProto.FLOAT, ["batch", POINTS])
            for name in ("logits", "probabilities")
        ],
        layers.constants,
    )
    return helper.make_model(
        graph,
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="gopolicy",
        producer_version=__version__,
    )


def weights_of(model: keras.Model) -> Weights:
    """The numbers of a network that Keras holds."""
    values = {variable.path: variable.numpy() for variable in model.weights}
    return lambda name, shape: values[name].reshape(shape)


@dataclass(frozen=True, slots=True)
class Values:
    """What a node gives. ``shape`` without the batch: (channels, h, w), or (n,)."""

    name: str
    shape: tuple[int, ...]


class OnnxLayers:
    """See ``parts.Layers``; boards are [B, channels, h, w], as ONNX has them.

    ``nodes``, ``constants``: what was made, for a graph.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def planes_input(self) -> Values:
        """The graph's input as numbers."""
        self._node("Cast", ["planes"], "numbers", to=TensorProto.FLOAT)
        self._node("Transpose", ["numbers"], "board", perm=(0, 3, 1, 2))
        return Values("board", (PLANES, BOARD_SIZE, BOARD_SIZE))

    def convolution(
        self,
        config: NetworkConfig,
        x: Values,
        filters: int,
        size: int,
        *,
        name: str,
        start: Start = "he",
    ) -> Values:
        channels = filters * pieces(config)
        x = self.linear_convolution(config, x, channels, size, name=name)
        return self._activate(config, x, name)

    def linear_convolution(
        self,
        config: NetworkConfig,
        x: Values,
        filters: int,
        size: int,
        *,
        name: str,
        start: Start = "he",
    ) -> Values:
        shape = (size, size, x.shape[0], filters)
        return self._convolve(x, *self._fold(config, name, shape), name)

    def pool(self, x: Values, stride: int, *, name: str) -> Values:
        self._node(
            "MaxPool",
            [x.name],
            name,
            kernel_shape=(3, 3),
            strides=(stride, stride),
            auto_pad="SAME_UPPER",
        )
        channels, *sides = x.shape
        return Values(name, (channels, *(-(-side // stride) for side in sides)))

    def add(self, x: Values, y: Values, *, name: str) -> Values:
        return self._node("Add", [x.name, y.name], name, x.shape)

    def stack(self, boards: Sequence[Values], *, name: str) -> Values:
        channels = sum(board.shape[0] for board in boards)
        shape = (channels, *boards[0].shape[1:])
        return self._node("Concat", [x.name for x in boards], name, shape, axis=1)

    def flat(self, x: Values) -> Values:
        # Point by point, as Keras has it.
        self._node("Transpose", [x.name], "points", perm=(0, 2, 3, 1))
        return self._node("Flatten", ["points"], "flat", (prod(x.shape),))

    def flat_planes(self, config: NetworkConfig, x: Values) -> Values:
        if config.batch_norm:
            mean, variance = (
                self._weights(f"standard/moving_{what}", (PLANES,))
                for what in ("mean", "variance")
            )
            scale = 1 / np.sqrt(variance + EPSILON)
            self._constant("standard/mean", mean.reshape(-1, 1, 1))
            self._constant("standard/scale", scale.reshape(-1, 1, 1))
            self._node("Sub", [x.name, "standard/mean"], "standard/centered")
            names = ["standard/centered", "standard/scale"]
            x = self._node("Mul", names, "standard", x.shape)
        return self.flat(x)

    def drop_out(self, config: NetworkConfig, x: Values, *, name: str) -> Values:
        return x

    def dense(
        self, config: NetworkConfig, x: Values, units: int, *, name: str
    ) -> Values:
        shape = (x.shape[0], units * pieces(config))
        x = self._connect(x, *self._fold(config, name, shape), name)
        return self._activate(config, x, name)

    def point_logits(self, config: NetworkConfig, x: Values, *, name: str) -> Values:
        kernel = self._weights(f"{name}/kernel", (1, 1, x.shape[0], 1))
        x = self._convolve(x, kernel, None, name)
        self._node("Flatten", [x.name], f"{name}/points")
        self._constant("point_bias/bias", self._weights("point_bias/bias", (POINTS,)))
        names = [f"{name}/points", "point_bias/bias"]
        return self._node("Add", names, "logits", (POINTS,))

    def dense_logits(self, config: NetworkConfig, x: Values) -> Values:
        kernel = self._weights("logits/kernel", (x.shape[0], POINTS))
        bias = self._weights("logits/bias", (POINTS,))
        return self._connect(x, kernel, bias, "logits")

    def add_probabilities(self) -> None:
        """Adds the softmax over the legal moves: the twin of features.legal_moves."""
        after = PLANE_OFFSETS["liberties after"]
        for name, number in (("first", after), ("end", after + 8), ("axis", 3)):
            self._constant(f"after/{name}", np.array([number], np.int64))
        bounds = [f"after/{name}" for name in ("first", "end", "axis")]
        self._constant("illegal", np.array(-1e9, np.float32))
        self._constant("none", np.array(0, np.float32))
        self._node("Slice", ["planes", *bounds], "after/planes")
        self._node("Cast", ["after/planes"], "after", to=TensorProto.FLOAT)
        self._node("ReduceMax", ["after"], "after/any", axes=(3,), keepdims=0)
        self._node("Flatten", ["after/any"], "after/points")
        self._node("Greater", ["after/points", "none"], "legal")
        self._node("Where", ["legal", "logits", "illegal"], "masked")
        self._node("Softmax", ["masked"], "shares", axis=1)
        self._node("Where", ["legal", "shares", "none"], "probabilities")

    def _node(
        self,
        operator: str,
        inputs: Sequence[str],
        name: str,
        shape: tuple[int, ...] = (),
        **attributes: Any,
    ) -> Values:
        """Adds a node, called as what it gives."""
        node = helper.make_node(operator, inputs, [name], name, **attributes)
        self.nodes.append(node)
        return Values(name, shape)

    def _constant(self, name: str, values: NDArray[Any]) -> None:
        self.constants.append(numpy_helper.from_array(values, name))

    def _convolve(
        self, x: Values, kernel: Array, bias: Array | None, name: str
    ) -> Values:
        """A zero padded convolution; ``kernel``: [h, w, in, out], ``bias``: [out]."""
        self._constant(f"{name}/kernel", kernel.transpose(3, 2, 0, 1).copy())
        inputs = [x.name, f"{name}/kernel"]
        if bias is not None:
            self._constant(f"{name}/bias", bias)
            inputs.append(f"{name}/bias")
        size, _, _, filters = kernel.shape
        padding = (size // 2,) * 4
        shape = (filters, *x.shape[1:])
        return self._node(
            "Conv", inputs, name, shape, kernel_shape=(size, size), pads=padding
        )

    def _connect(self, x: Values, kernel: Array, bias: Array, name: str) -> Values:
        """A fully connected layer; ``kernel``: [in, out], ``bias``: [out]."""
        self._constant(f"{name}/kernel", kernel)
        self._constant(f"{name}/bias", bias)
        inputs = [x.name, f"{name}/kernel", f"{name}/bias"]
        return self._node("Gemm", inputs, name, bias.shape)

    def _fold(
        self, config: NetworkConfig, name: str, shape: tuple[int, ...]
    ) -> tuple[Array, Array]:
        """Kernel (of ``shape``) and bias, with branches and normalisation in them."""
        *_, n_in, n_out = shape
        kernel = self._weights(f"{name}/kernel", shape).astype(np.float64)
        bias = self._weights(f"{name}/bias", (n_out,)).astype(np.float64)
        if config.branches and shape[:2] == (3, 3):
            center = self._weights(f"{name}/center", (n_in, n_out))
            own = self._weights(f"{name}/own", (n_out,))
            kernel[1, 1] += center + np.diag(own)
        if config.batch_norm:
            norm = [
                self._weights(f"{name}_norm/{what}", (n_out,)).astype(np.float64)
                for what in ("gamma", "beta", "moving_mean", "moving_variance")
            ]
            kernel, bias = fold_norm(kernel, bias, norm, epsilon=EPSILON)
        return kernel.astype(np.float32), bias.astype(np.float32)

    def _activate(self, config: NetworkConfig, x: Values, name: str) -> Values:
        result = f"{name}_{config.activation}"
        if config.activation != "maxout":
            operator, attributes = _OPERATORS[config.activation]
            return self._node(operator, [x.name], result, x.shape, **attributes)
        channels, *sides = x.shape
        names = [f"{result}/{i}" for i in range(PIECES)]
        self.nodes.append(
            helper.make_node("Split", [x.name], names, f"{result}/split", axis=1)
        )
        shape = (channels // PIECES, *sides)
        return self._node("Max", names, result, shape)
