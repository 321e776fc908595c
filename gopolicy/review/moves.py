"""The moves of a game beside the network's wishes, and what they say of the players.

Numbers only: knows nothing of positions and policies, which ``review`` asks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gopolicy.go.coords import format_vertex
from gopolicy.measure.phases import phase_of

if TYPE_CHECKING:
    from gopolicy.policy import Suggestion

#: A move is a surprise when the network's choice was at least so many times likelier.
SURPRISE: Final = 10.0
#: What stands for a probability that rounds to 0, so that its log is finite.
_LEAST: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedMove:
    """A move of the record beside the network's wishes.

    ``number``: 1 for the first move. ``rank``: 1 when no legal move is likelier; None
    (and ``probability`` too) where the network cannot judge: a pass, which it does not
    know, or a move that repeats an earlier position, which is not legal here.
    ``choices``: the likeliest moves, best first; empty when only a pass is legal.
    """

    number: int
    color: int
    point: int
    rank: int | None
    probability: float | None
    choices: tuple[Suggestion, ...]

    @property
    def vertex(self) -> str:
        """The GTP text of the point, "pass" for a pass."""
        return format_vertex(self.point)

    @property
    def odds(self) -> float:
        """How many times likelier the network's choice was; 1 when it agrees.

        0 where it cannot judge.
        """
        if self.probability is None:
            return 0.0
        return self.choices[0].probability / max(self.probability, _LEAST)

    @property
    def is_surprise(self) -> bool:
        """Whether the network would by far have played elsewhere."""
        return self.odds >= SURPRISE


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far a player and the network agree.

    ``moves``: those it could judge; the rest are None when there are none. ``top1``,
    ``top3``, ``top5``: shares of moves among its best so many. ``log_probability``:
    mean natural logarithm of the moves' probabilities, in nats; 0 is the most.
    """

    moves: int
    top1: float | None
    top3: float | None
    top5: float | None
    log_probability: float | None


def largest_surprises(moves: Iterable[ReviewedMove]) -> list[ReviewedMove]:
    """The surprises among ``moves``, the largest first."""
    found = [move for move in moves if move.is_surprise]
    return sorted(found, key=lambda move: -move.odds)


def agreement_of(
    moves: Iterable[ReviewedMove], color: int, phase: str | None = None
) -> Agreement:
    """Of the player of ``color``, in one of ``PHASES`` or in all ``moves``."""
    return _agree(
        move
        for move in moves
        if move.color == color and phase in (None, phase_of(move.number))
    )


def _agree(moves: Iterable[ReviewedMove]) -> Agreement:
    ranks, logs = [], []
    for move in moves:
        if move.rank is not None and move.probability is not None:
            ranks.append(move.rank)
            logs.append(math.log(max(move.probability, _LEAST)))
    if not ranks:
        return Agreement(moves=0, top1=None, top3=None, top5=None, log_probability=None)
    top1, top3, top5 = (
        sum(rank <= k for rank in ranks) / len(ranks) for k in (1, 3, 5)
    )
    return Agreement(
        moves=len(ranks),
        top1=top1,
        top3=top3,
        top5=top5,
        log_probability=sum(logs) / len(logs),
    )
