"""What a network may be made of, so that each is described once and built two ways.

``layers`` makes these parts with Keras, to train; ``graph.layers`` as nodes of an ONNX
graph, to answer and to export. Both give a part's weights the same names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import Initializer, NetworkConfig

F = TypeVar("F", bound=np.floating[Any])
#: What a part gives the next one: Keras's or a graph's. Boards are [B, h, w, channels].
Tensor: TypeAlias = Any
#: How the kernel of a convolution begins.
Start: TypeAlias = Initializer | Literal["zeros"]
#: Linear pieces of which a maxout unit takes the largest.
PIECES: Final = 2
#: How much of the old mean and variance batch normalisation keeps at a step. Keras's
#: 0.99 needs some hundred steps to forget its start; a run of a minute has no more.
MOMENTUM: Final = 0.9
#: What batch normalisation adds to a variance; Keras's default.
EPSILON: Final = 1e-3


def pieces(config: NetworkConfig) -> int:
    """Linear outputs for each output of an activation."""
    return PIECES if config.activation == "maxout" else 1


def fold_norm(
    kernel: NDArray[F],
    bias: NDArray[F],
    norm: Sequence[NDArray[F]],
    *,
    epsilon: float,
) -> tuple[NDArray[F], NDArray[F]]:
    """The kernel [..., out] and bias [out] that do what ``norm`` after them does, too.

    ``norm``: gamma, beta, moving mean and moving variance of a batch normalisation,
    [out] each; ``epsilon``: what it adds to the variance. Source: Jacob et al., CVPR
    2018, section 3.2.
    """
    gamma, beta, mean, variance = norm
    scale = gamma / np.sqrt(variance + epsilon)
    return kernel * scale, (bias - mean) * scale + beta


class Layers(Protocol):
    """The parts. ``name``: of the layer, and so of its weights."""

    def convolution(
        self,
        config: NetworkConfig,
        x: Tensor,
        filters: int,
        size: int,
        *,
        name: str,
        start: Start = "he",
    ) -> Tensor:
        """A hidden layer: zero padded convolution, activation; [B, h, w, filters]."""

    def linear_convolution(
        self,
        config: NetworkConfig,
        x: Tensor,
        filters: int,
        size: int,
        *,
        name: str,
        start: Start = "he",
    ) -> Tensor:
        """A zero padded convolution (normalised, if asked for) without activation."""

    def pool(self, x: Tensor, stride: int, *, name: str) -> Tensor:
        """The largest of 3x3 points, at every ``stride``-th point."""

    def add(self, x: Tensor, y: Tensor, *, name: str) -> Tensor:
        """x + y."""

    def stack(self, boards: Sequence[Tensor], *, name: str) -> Tensor:
        """The channels of all ``boards``."""

    def flat(self, x: Tensor) -> Tensor:
        """All numbers of a board in one row, [B, h * w * channels]."""

    def flat_planes(self, config: NetworkConfig, x: Tensor) -> Tensor:
        """The numbers of all planes in one row, [B, 17328], for a connected layer.

        With batch normalisation each plane is brought to mean 0 and deviation 1 first:
        the one stone just played then weighs as much as the hundred empty points.
        """

    def drop_out(self, config: NetworkConfig, x: Tensor, *, name: str) -> Tensor:
        """``x`` with a share of its numbers left out while training, if asked for.

        Source: Srivastava et al., "Dropout", JMLR 15 (2014), section 4.
        """

    def dense(
        self, config: NetworkConfig, x: Tensor, units: int, *, name: str
    ) -> Tensor:
        """A fully connected hidden layer on ``x`` [B, n]: [B, units]."""

    def point_logits(self, config: NetworkConfig, x: Tensor, *, name: str) -> Tensor:
        """AlphaGo's end: one 1x1 filter over ``x`` [B, 19, 19, n], a bias a point."""

    def dense_logits(self, config: NetworkConfig, x: Tensor) -> Tensor:
        """A fully connected end: each logit sees all of ``x`` [B, n]."""
