"""What network and playouts have found of a game so far, by the way to each node.

A *way* stands for all that was played from the root to a node: nodes of one number hold
other moves after an undo, and what was found of the old ones is no use for them. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gopolicy_gui.model.tree import ROOT, GameTree

if TYPE_CHECKING:
    from gopolicy.review.moves import ReviewedMove

#: A hash of the turn codes up to a node.
Way: TypeAlias = int

#: Of a larger tree only the shown variation is studied.
_MANY: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Who is ahead at a position; all for Black.

    ``ownership``: float32 [361], +1 is Black's, as the owner network tells it.
    ``lead``: points, komi subtracted. ``low``, ``high``: where the leads at the end of
    eight in ten such games are.
    """

    ownership: NDArray[np.float32]
    lead: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """``moves``: by the way to the move's node, the move included. ``estimates``: by
    the way to the position, see ``estimate_key``. ``trouble``: why no more is found."""

    moves: Mapping[Way, ReviewedMove] = field(default_factory=dict)
    estimates: Mapping[Way, Estimate] = field(default_factory=dict)
    trouble: str = ""

    def with_moves(self, found: Iterable[tuple[Way, ReviewedMove]]) -> Findings:
        """With more of the review."""
        return replace(self, moves={**self.moves, **dict(found)})

    def with_estimate(self, key: Way, estimate: Estimate) -> Findings:
        """With an estimate, which takes the place of a rougher one."""
        return replace(self, estimates={**self.estimates, key: estimate})


def find_ways(
    tree: GameTree, line: tuple[int, ...], symmetries: int = 1
) -> Mapping[int, Way]:
    """The way to each node by its number; of a large tree to those of ``line`` alone.

    ``symmetries``: a network asked about so many is another one.
    """
    is_large = len(tree.nodes) > _MANY
    return _find_ways(tree, line if is_large else (), symmetries)


@lru_cache(maxsize=8)
def _find_ways(
    tree: GameTree, line: tuple[int, ...], symmetries: int
) -> Mapping[int, Way]:
    ways: dict[int, Way] = {}
    for number in line or range(len(tree.nodes)):
        node = tree.nodes[number]
        before = ways[node.parent] if number != ROOT else symmetries
        ways[number] = (
            hash((before, node.codes, node.to_play))
            if node.codes or node.to_play
            else before
        )
    return ways


def estimate_key(way: Way, komi: float, rules: str) -> Way:
    """What an estimate is kept by: another komi makes another lead."""
    return hash((way, komi, rules))
