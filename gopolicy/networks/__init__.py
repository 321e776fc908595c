"""The networks: planes in, 361 logits out.

``BUILDERS`` is the whole list; each entry describes a network, from planes as
numbers [B, 19, 19, 48] to float32 logits [B, 361], by the parts that it is given.
Softmax and the legal mask live in the policy. ``build`` loads TensorFlow; importing
this does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from gopolicy.config import Architecture, NetworkConfig
from gopolicy.networks.alexnet import build_alexnet
from gopolicy.networks.alphago import build_alphago
from gopolicy.networks.inception import build_inception
from gopolicy.networks.linear import build_linear
from gopolicy.networks.mlp import build_mlp
from gopolicy.networks.parts import Layers, Tensor
from gopolicy.networks.resnet import build_resnet

if TYPE_CHECKING:
    from gopolicy.networks.backend import keras

Build: TypeAlias = Callable[[Layers, NetworkConfig, Tensor], Tensor]

BUILDERS: Final[dict[Architecture, Build]] = {
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
    from gopolicy.networks import layers
    from gopolicy.networks.backend import keras

    policy = precision if precision == "float32" else f"mixed_{precision}"
    kept = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        planes, x = layers.planes_input()
        logits = BUILDERS[config.architecture](layers, config, x)
        return keras.Model(planes, logits, name=config.architecture)
    finally:
        keras.config.set_dtype_policy(kept)
