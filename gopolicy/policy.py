"""The seam between networks and everything that plays: a ``Policy``.

A policy turns positions into probabilities of moves. ``NetworkPolicy`` asks a network,
``UniformPolicy`` knows nothing. ``OwnerNetwork`` tells whose the points are. Command
line, engine and window see only what is defined here, never what computes: ONNX
Runtime, or TensorFlow where that is missing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import N_SYMMETRIES, Task
from gopolicy.errors import ConfigError, phrase
from gopolicy.go.coords import POINTS, SYMMETRIES, format_vertex
from gopolicy.go.features import encode
from gopolicy.predict import Logits, log_softmax

if TYPE_CHECKING:
    from gopolicy.go.position import Position
    from gopolicy.modelstore import ModelInfo

logger = logging.getLogger(__name__)


class Policy(Protocol):
    """Where to play."""

    name: str

    def probabilities(self, positions: Sequence[Position]) -> NDArray[np.float32]:
        """float32 [B, 361]: zero on illegal points (positional superko included).

        Each row sums to 1, or is all zero when only a pass is legal.
        """


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A move and how likely a strong player makes it."""

    point: int
    probability: float

    @property
    def vertex(self) -> str:
        """The point's GTP text."""
        return format_vertex(self.point)


def suggest(position: Position, policy: Policy, count: int = 5) -> list[Suggestion]:
    """The ``count`` most likely moves, best first; empty when only a pass is legal."""
    return best_moves(policy.probabilities([position])[0], count)


def best_moves(probabilities: NDArray[np.float32], count: int) -> list[Suggestion]:
    """The ``count`` most likely of ``probabilities`` [361], best first; none of 0."""
    order = np.argsort(-probabilities, kind="stable")[:count]
    return [
        Suggestion(int(point), float(probabilities[point]))
        for point in order
        if probabilities[point] > 0
    ]


def format_suggestion(suggestion: Suggestion) -> dict[str, object]:
    """``suggestion`` as a dict for JSON."""
    return {
        "vertex": suggestion.vertex,
        "point": suggestion.point,
        "probability": suggestion.probability,
    }


class UniformPolicy:
    """Every legal move is equally likely: the baseline of baselines."""

    name = "uniform"

    def probabilities(self, positions: Sequence[Position]) -> NDArray[np.float32]:
        """See ``Policy``."""
        legal = _legal_masks(positions).astype(np.float32)
        total = legal.sum(axis=1, keepdims=True)
        result: NDArray[np.float32] = legal / np.maximum(total, 1)
        return result


class NetworkPolicy:
    """A network's probabilities over the legal moves.

    ``logits``: the network. ``symmetries``: 1, or 8 to average over the turned and
    mirrored boards: better by about a point of accuracy, at eight times the work
    (Silver et al. 2016, Extended Data Table 3).
    """

    def __init__(self, logits: Logits, info: ModelInfo, *, symmetries: int = 1) -> None:
        if symmetries not in N_SYMMETRIES:
            raise ConfigError(
                phrase(
                    "setting 'symmetries' is {symmetries!r}; allowed: {allowed}",
                    symmetries=symmetries,
                    allowed=", ".join(map(str, N_SYMMETRIES)),
                )
            )
        self.name = info.name
        self.info = info
        self.symmetries = symmetries
        self.logits = logits

    def log_probabilities(
        self, planes: NDArray[np.uint8], legal: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Log probabilities [B, 361] over ``legal`` (bool [B, 361]), -inf elsewhere.

        With 8 symmetries, of the mean of the eight probabilities.
        """
        if self.symmetries == 1:
            return log_softmax(self.logits(planes), legal)
        total = np.zeros(legal.shape)
        for table in SYMMETRIES[:, :POINTS]:
            turned_legal = np.empty_like(legal)
            turned_legal[:, table] = legal
            values = log_softmax(self.logits(_turned(planes, table)), turned_legal)
            total += np.exp(values[:, table])
        with np.errstate(divide="ignore"):
            mean: NDArray[np.float64] = np.log(total / len(SYMMETRIES))
        return mean

    def probabilities(self, positions: Sequence[Position]) -> NDArray[np.float32]:
        """See ``Policy``."""
        if not positions:
            return np.zeros((0, POINTS), np.float32)
        planes = np.stack([encode(position) for position in positions])
        legal = _legal_masks(positions)
        values = np.exp(self.log_probabilities(planes, legal))
        return values.astype(np.float32)


class OwnerNetwork:
    """A network that tells whose each point will be when the game is over.

    ``logits``: the network; that of a point tells how likely it will be the side to
    play's. Trained by ``tools/owners``.

    Source: Wu, "Accelerating Self-Play Learning in Go", arXiv:1902.10565, section 4.2
    (ownership).
    """

    def __init__(self, logits: Logits) -> None:
        self.logits = logits

    def ownership(self, positions: Sequence[Position]) -> NDArray[np.float32]:
        """float32 [B, 361], from +1 (surely Black's) to -1 (White's).

        A dead stone's point is its opponent's. The mean over the 8 symmetries.
        """
        planes = np.stack([encode(position) for position in positions])
        tables = SYMMETRIES[:, :POINTS]
        boards = np.concatenate([_turned(planes, table) for table in tables])
        # From a chance between 0 and 1 to an owner between -1 and 1.
        owners = np.tanh(self.logits(boards).astype(float) / 2)
        total = np.zeros((len(positions), POINTS))
        for table, turned in zip(tables, np.split(owners, len(tables)), strict=True):
            total += turned[:, table]
        colors = np.array([position.to_play for position in positions])
        mean = colors[:, None] * total / len(tables)
        return mean.astype(np.float32)


def _turned(
    planes: NDArray[np.uint8], table: NDArray[np.integer[Any]]
) -> NDArray[np.uint8]:
    """The boards, uint8 [B, 19, 19, 48], under one of ``SYMMETRIES``."""
    flat = planes.reshape(len(planes), POINTS, -1)  # [B, 361, 48]
    turned = np.empty_like(flat)
    turned[:, table] = flat
    return turned.reshape(planes.shape)


def load_policy(
    name: str | Path = "default", *, symmetries: int = 1, threads: int | None = None
) -> NetworkPolicy:
    """The policy of a model in the store or at a path.

    ``threads``: for the network; by default as many as there are cores, but not many.

    Raises: ModelError when it cannot be loaded or tells no moves, ConfigError for odd
    ``symmetries``.
    """
    logits, info = _load(name, "moves", threads)
    return NetworkPolicy(logits, info, symmetries=symmetries)


def load_owners(
    name: str | Path = "owners", *, threads: int | None = None
) -> OwnerNetwork:
    """The network of a model that tells whose the points are; see ``load_policy``.

    Its weights are read when it is first asked: who only plays moves does not come to
    that.

    Raises: ModelError when there is none or it tells no owners, and, by the first
    question, when the weights cannot be read.
    """
    from gopolicy.modelstore import read_task

    path = read_task(name, "owners").path

    @cache
    def network() -> Logits:
        return _load(path, "owners", threads)[0]

    return OwnerNetwork(lambda planes: network()(planes))


def _load(
    name: str | Path, task: Task, threads: int | None
) -> tuple[Logits, ModelInfo]:
    """The network of a model for ``task``.

    Raises: ModelError when it cannot be loaded or is for another task.
    """
    try:
        from gopolicy.graph.runtime import open_graph
        from gopolicy.modelstore import load_graph

        graph, info = load_graph(name, task=task)
    except ImportError as error:
        logger.info("TensorFlow answers, for want of ONNX Runtime: %s", error)
        return _load_through_tensorflow(name, task)
    answers = open_graph(graph.SerializeToString(), threads=threads)
    return lambda planes: answers(planes)["logits"], info


def _load_through_tensorflow(name: str | Path, task: Task) -> tuple[Logits, ModelInfo]:
    from gopolicy.modelstore import load_model
    from gopolicy.networks.backend import logits_of

    model, info = load_model(name, task=task)
    return logits_of(model), info


def _legal_masks(positions: Sequence[Position]) -> NDArray[np.bool_]:
    """bool [B, 361], superko included."""
    masks = [position.legal_mask(superko=True) for position in positions]
    return np.array(masks, np.bool_).reshape(-1, POINTS)
