"""What a training run tells of itself, on its way and at its end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a progress line shows."""

    step: int
    positions: int
    seconds: float
    positions_per_second: float
    loss: float
    share_done: float
    valid: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainResult:
    """What came of a run.

    ``history``: the rows of history.csv; none on workers other than the chief.
    ``finished``: False when it was interrupted.
    """

    step: int
    seconds: float
    history: list[dict[str, float]]
    finished: bool
