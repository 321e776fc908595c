"""What the network makes of a game: each move's rank and probability, and agreement.

Pure computation over a record and a ``Policy``. Knows nothing of files, tables or
pictures; ``annotate``, ``plots.review`` and the command line show what it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, PASS, WHITE
from gopolicy.go.position import Position
from gopolicy.measure.phases import PHASES
from gopolicy.policy import Policy, best_moves, format_suggestion
from gopolicy.review.moves import (
    Agreement,
    ReviewedMove,
    agreement_of,
    largest_surprises,
)
from gopolicy.sgf.record import GameRecord, replay

#: Positions that go through the network together; a game of 300 moves is five batches.
REVIEW_BATCH: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """All moves of a game, first to last."""

    record: GameRecord
    moves: tuple[ReviewedMove, ...]

    def agreement(self, color: int, phase: str | None = None) -> Agreement:
        """Of the player of ``color``, in one of ``PHASES`` or in the whole game."""
        return agreement_of(self.moves, color, phase)

    def surprises(self, count: int) -> list[ReviewedMove]:
        """The ``count`` largest surprises at most, the largest first."""
        return largest_surprises(self.moves)[:count]


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
            moves.append(judge_move(position, point, row, n_choices=n_choices))
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


def judge_move(
    position: Position, point: int, row: NDArray[np.float32], *, n_choices: int = 5
) -> ReviewedMove:
    """A move, or PASS, of the side to play at ``position``, beside the policy's wishes.

    ``row``: float32 [361], the policy's probabilities there.
    """
    known = point != PASS and bool(position.legal_mask(superko=True)[point])
    return ReviewedMove(
        number=position.turn + 1,
        color=position.to_play,
        point=point,
        rank=1 + int((row > row[point]).sum()) if known else None,
        probability=float(row[point]) if known else None,
        choices=tuple(best_moves(row, n_choices)),
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
