"""The phases of a game, by move number."""

from __future__ import annotations

from typing import Final

#: Name, first and last move number of each phase. There is no agreed border; these are
#: the round numbers nearest to where players put them on 19x19.
PHASES: Final = (
    ("opening", 1, 50),
    ("middle game", 51, 150),
    ("endgame", 151, None),
)


def phase_of(number: int) -> str:
    """The phase that a move number is in."""
    return next(name for name, _, last in PHASES if last is None or number <= last)
