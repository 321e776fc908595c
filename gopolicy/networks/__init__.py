"""The networks: planes in, 361 logits out.

``BUILDERS`` is the whole list; each entry builds a Keras model whose input is
uint8 [B, 19, 19, 48] and whose output is float32 logits [B, 361]. Softmax and the
legal mask live in the policy. Importing this loads TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from gopolicy.config import Architecture, NetworkConfig
from gopolicy.networks.alexnet import build_alexnet
from gopolicy.networks.alphago import build_alphago
from gopolicy.networks.backend import keras
from gopolicy.networks.inception import build_inception
from gopolicy.networks.linear import build_linear
from gopolicy.networks.mlp import build_mlp
from gopolicy.networks.resnet import build_resnet

BUILDERS: Final[dict[Architecture, Callable[[NetworkConfig], keras.Model]]] = {
    "linear": build_linear,
    "mlp": build_mlp,
    "alexnet": build_alexnet,
    "inception": build_inception,
    "resnet": build_resnet,
    "alphago": build_alphago,
}


def build(config: NetworkConfig, *, precision: str = "float32") -> keras.Model:
    """A freshly initialised network.

    ``precision``: "float32", or "bfloat16"/"float16" to compute in it; the weights are
    float32 always.
    """
    policy = precision if precision == "float32" else f"mixed_{precision}"
    kept = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        return BUILDERS[config.architecture](config)
    finally:
        keras.config.set_dtype_policy(kept)
