"""gopolicy: AlphaGo's supervised policy network, to train, to ask and to play.

The public names are loaded when first used, so that ``import gopolicy`` (and with it
``gopolicy --help``) loads neither TensorFlow nor pygame nor numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from gopolicy.version import __version__

_PUBLIC = {
    "GoPolicyError": "gopolicy.errors",
    "GameRecord": "gopolicy.sgf.record",
    "Position": "gopolicy.go.position",
    "FEATURES": "gopolicy.go.features",
    "encode": "gopolicy.go.features",
    "Dataset": "gopolicy.data.dataset",
    "NetworkConfig": "gopolicy.config",
    "TrainConfig": "gopolicy.config",
    "Policy": "gopolicy.policy",
    "load_policy": "gopolicy.policy",
    "suggest": "gopolicy.policy",
}

__all__ = ["__version__", *_PUBLIC]

if TYPE_CHECKING:
    from gopolicy.config import NetworkConfig as NetworkConfig
    from gopolicy.config import TrainConfig as TrainConfig
    from gopolicy.data.dataset import Dataset as Dataset
    from gopolicy.errors import GoPolicyError as GoPolicyError
    from gopolicy.go.features import FEATURES as FEATURES
    from gopolicy.go.features import encode as encode
    from gopolicy.go.position import Position as Position
    from gopolicy.policy import Policy as Policy
    from gopolicy.policy import load_policy as load_policy
    from gopolicy.policy import suggest as suggest
    from gopolicy.sgf.record import GameRecord as GameRecord


def __getattr__(name: str) -> object:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'gopolicy' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
