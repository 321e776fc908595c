"""What was found out of positions, kept for those that follow them.

A lead seldom changes much in one move, and what is found of one position is noisy: so
what is said of it leans on what was found before it in the same game. That is Kalman's
filter in one dimension, and what contradicts it by far, as after a capture, is
believed.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from gopolicy.analysis.values import winrate_of
from gopolicy.go.coords import WHITE
from gopolicy.go.turns import WHITE_BIT

if TYPE_CHECKING:
    from gopolicy.analysis.lines import Analysis, Line
    from gopolicy.analysis.positions import Game

#: (turn codes, komi, rules) of a position.
_Key: TypeAlias = "tuple[bytes, float, str]"

#: Variance of the lead of a position, in square points, as the owner network's leads
#: deviate over two moves (60 games, moves 80 to 120); that of what a move changes in
#: the true lead; and how many deviations are chance.
_NOISE: Final = 2.2**2
_CHANGE: Final = 1.5**2
_CHANCE: Final = 4.0
#: Variance of a count.
_COUNTED: Final = 0.5**2
#: Positions that are remembered.
_MOST: Final = 20_000
_BYTES: Final = 2  # of a turn code


class Memory:
    """Black's lead and its variance, of the positions seen last."""

    def __init__(self) -> None:
        self._found: OrderedDict[_Key, tuple[float, float]] = OrderedDict()

    def clear(self) -> None:
        """Forgets all."""
        self._found.clear()

    def steady(self, game: Game, analysis: Analysis) -> Analysis:
        """``analysis`` with leads that lean on what is known of the game.

        Each move whose position is known gets the lead that was found there.
        """
        color = analysis.to_play
        codes = game.position.codes.tobytes()
        lead, variance = color * analysis.score, _NOISE
        if analysis.counted:
            variance = _COUNTED
        before = self._get(codes[:-_BYTES], game) if game.position.turn else None
        if before is not None and not analysis.counted:
            lead, variance = _lean(lead, variance, before)
        if not game.limits.limits:
            self._put(codes, game, (lead, variance))
        shift = color * lead - analysis.score
        lines = [
            self._steady_line(game, analysis, line, shift) for line in analysis.lines
        ]
        score = analysis.score + shift
        winrate = winrate_of(score, analysis.settled)
        return replace(analysis, lines=lines, score=score, winrate=winrate)

    def _steady_line(
        self, game: Game, analysis: Analysis, line: Line, shift: float
    ) -> Line:
        color_bit = WHITE_BIT if analysis.to_play == WHITE else 0
        codes = np.append(game.position.codes, np.uint16(line.point | color_bit))
        known = self._get(codes.tobytes(), game)
        score = line.score + shift
        if known is not None:
            score = analysis.to_play * known[0]
        winrate = winrate_of(score, analysis.settled)
        return replace(line, score=score, winrate=winrate)

    def _get(self, codes: bytes, game: Game) -> tuple[float, float] | None:
        return self._found.get((codes, game.komi, game.rules))

    def _put(self, codes: bytes, game: Game, found: tuple[float, float]) -> None:
        key = (codes, game.komi, game.rules)
        self._found[key] = found
        self._found.move_to_end(key)
        if len(self._found) > _MOST:
            self._found.popitem(last=False)


def _lean(
    lead: float, variance: float, before: tuple[float, float]
) -> tuple[float, float]:
    """A lead and its variance, seen after ``before`` was known of the move before."""
    expected, doubt = before[0], before[1] + _CHANGE
    surprise = (lead - expected) ** 2
    doubt = max(doubt, surprise / _CHANCE**2 - variance)
    gain = doubt / (doubt + variance)
    return expected + gain * (lead - expected), (1 - gain) * doubt
