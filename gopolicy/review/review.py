"""What the network makes of a game: each move's rank and probability, and agreement.

Pure computation over a record and a ``Policy``. Knows nothing of files, tables or
pictures; ``annotate``, ``plots.review`` and the command line show what it finds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, PASS, WHITE, format_vertex
from gopolicy.go.position import Position
from gopolicy.measure.phases import PHASES, phase_of
from gopolicy.policy import Policy, Suggestion, best_moves, format_suggestion
from gopolicy.sgf.record import GameRecord, replay

#: A move is a surprise when the network's choice was at least so many times likelier.
SURPRISE: Final = 10.0
#: Positions that go through the network together; a game of 300 moves is five batches.
REVIEW_BATCH: Final = 64
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """All moves of a game, first to last."""

    record: GameRecord
    moves: tuple[ReviewedMove, ...]

    def agreement(self, color: int, phase: str | None = None) -> Agreement:
        """Of the player of ``color``, in one of ``PHASES`` or in the whole game."""
        return _agree(
            move
            for move in self.moves
            if move.color == color and phase in (None, phase_of(move.number))
        )

    def surprises(self, count: int) -> list[ReviewedMove]:
        """The ``count`` largest surprises at most, the largest first."""
        found = [move for move in self.moves if move.is_surprise]
        return sorted(found, key=lambda move: -move.odds)[:count]


def review_game(
    record: GameRecord,
    policy: Policy,
    *,
    n_choices: int = 5,
    progress: Callable[[int, int], None] | None = None,
) -> Review:
    """Asks ``policy`` about every move of ``record``.

    ``n_choices``: of the likeliest moves, how many to keep for each position.
    """
    moves: list[ReviewedMove] = []
    for batch in _batches(record):
        rows = policy.probabilities([position for position, _ in batch])
        for (position, point), row in zip(batch, rows, strict=True):
            moves.append(_judge(position, point, row, n_choices))
        if progress is not None:
            progress(len(moves), record.n_moves)
    return Review(record=record, moves=tuple(moves))


def _batches(record: GameRecord) -> Iterator[list[tuple[Position, int]]]:
    """Position and move, ``REVIEW_BATCH`` at a time, so that memory does not grow."""
    batch: list[tuple[Position, int]] = []
    for position, point in replay(record):
        batch.append((position.copy(), point))
        if len(batch) == REVIEW_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _judge(
    position: Position, point: int, row: NDArray[np.float32], n_choices: int
) -> ReviewedMove:
    """``row``: float32 [361], the policy's probabilities at ``position``."""
    known = point != PASS and bool(position.legal_mask(superko=True)[point])
    return ReviewedMove(
        number=position.turn + 1,
        color=position.to_play,
        point=point,
        rank=1 + int((row > row[point]).sum()) if known else None,
        probability=float(row[point]) if known else None,
        choices=tuple(best_moves(row, n_choices)),
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


def format_review(review: Review, *, surprises: int = 10) -> dict[str, object]:
    """The review as JSON values; ``gopolicy review --json`` adds the model."""
    record = review.record
    players = {
        name: {
            "name": player,
            "rank": rank,
            "game": asdict(review.agreement(color)),
            **{phase: asdict(review.agreement(color, phase)) for phase, _, _ in PHASES},
        }
        for name, color, player, rank in (
            ("black", BLACK, record.black, record.black_rank),
            ("white", WHITE, record.white, record.white_rank),
        )
    }
    return {
        "source": record.source,
        "date": record.date,
        "result": record.result,
        "stopped": record.stopped,
        "ignored": list(record.ignored),
        "phases": [
            {"name": name, "first": first, "last": last} for name, first, last in PHASES
        ],
        "players": players,
        "surprises": [move.number for move in review.surprises(surprises)],
        "moves": [_format_move(move) for move in review.moves],
    }


def _format_move(move: ReviewedMove) -> dict[str, object]:
    return {
        "move_number": move.number,
        "color": "black" if move.color == BLACK else "white",
        "vertex": move.vertex,
        "point": move.point,
        "rank": move.rank,
        "probability": move.probability,
        "choices": [format_suggestion(choice) for choice in move.choices],
    }
