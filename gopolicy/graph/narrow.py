"""ONNX models that store smaller numbers: float16, or int8 with a scale a filter.

Whatever loads such a model makes float32 of them at once and computes in that. To
compute in int8 as well cost several times the accuracy in each way that was tried (by
the ranges that some hundred positions show, and by each batch's own).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

#: Constants with fewer numbers stay as they are.
_FEW: Final = 16


def halve(model: onnx.ModelProto) -> None:
    """Stores the numbers of ``model`` as float16, in place."""
    for name, values in _take_numbers(model).items():
        _store(model, name, values.astype(np.float16))


def quantize(model: onnx.ModelProto) -> None:
    """Stores the kernels of ``model`` as int8, in place; biases stay float32."""
    for name, values in _take_numbers(model).items():
        if values.ndim == 1:
            model.graph.initializer.append(numpy_helper.from_array(values, name))
            continue
        # Filters come first in a convolution's kernel, last in a matrix.
        axes = (0,) if values.ndim == 2 else (1, 2, 3)
        scale = np.abs(values).max(axis=axes, keepdims=True) / 127
        scale = np.maximum(scale, np.finfo(np.float32).tiny)
        _store(model, name, np.round(values / scale).astype(np.int8), scale)


def _take_numbers(model: onnx.ModelProto) -> dict[str, NDArray[np.float32]]:
    """The float32 constants but the small ones, taken out of ``model``, by name."""
    constants = model.graph.initializer
    taken = [
        constant
        for constant in constants
        if constant.data_type == TensorProto.FLOAT and np.prod(constant.dims) >= _FEW
    ]
    for constant in taken:
        constants.remove(constant)
    return {constant.name: numpy_helper.to_array(constant) for constant in taken}


def _store(
    model: onnx.ModelProto,
    name: str,
    values: NDArray[np.float16] | NDArray[np.int8],
    scale: NDArray[np.float32] | None = None,
) -> None:
    """Puts ``values``, times ``scale``, in the place of the constant ``name``."""
    stored, scaled = f"{name}/stored", f"{name}/scale"
    cast = name if scale is None else f"{name}/cast"
    nodes = [helper.make_node("Cast", [stored], [cast], cast, to=TensorProto.FLOAT)]
    model.graph.initializer.append(numpy_helper.from_array(values, stored))
    if scale is not None:
        nodes.append(helper.make_node("Mul", [cast, scaled], [name], name))
        model.graph.initializer.append(numpy_helper.from_array(scale, scaled))
    for i, node in enumerate(nodes):
        model.graph.node.insert(i, node)
