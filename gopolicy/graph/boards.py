"""What the hidden layers of a graph say: one number for each filter on each point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from gopolicy.go.coords import BOARD_SIZE
from gopolicy.graph.runtime import open_graph

#: Planes to the boards of all layers by their names, the first layer's first.
Boards: TypeAlias = Callable[[NDArray[np.uint8]], dict[str, NDArray[np.float32]]]

#: What ends a hidden layer; "Max" is that of maxout.
_ACTIVATIONS: Final = {"Relu", "Sigmoid", "Tanh", "LeakyRelu", "Elu", "Max"}


def open_boards(model: onnx.ModelProto, *, threads: int | None = None) -> Boards:
    """The hidden layers of ``graph.layers.build_graph`` that are boards, as a function.

    From planes uint8 [B, 19, 19, 48] to float32 [B, 19, 19, filters] for each layer, by
    the name that the layer has in Keras; none where no layer is a board.
    """
    names = [n.output[0] for n in model.graph.node if n.op_type in _ACTIVATIONS]
    opened = onnx.ModelProto()
    opened.CopyFrom(model)
    del opened.graph.output[:]
    opened.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names
    )
    if not names:
        return lambda planes: {}
    run = open_graph(opened.SerializeToString(), threads=threads)

    def boards(planes: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        found = run(planes)
        return {
            name: found[name].transpose(0, 2, 3, 1)  # [B, filters, 19, 19] in ONNX
            for name in names
            if found[name].shape[2:] == (BOARD_SIZE, BOARD_SIZE)
        }

    return boards
