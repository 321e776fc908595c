"""Analysis that goes on until somebody asks for something else.

The policy says which moves; playouts say what they are worth. Each round adds playouts
to every move, and one more move to its line of play. Numbers only, no text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import PASS, POINTS
from gopolicy.go.playouts import run_playouts
from gopolicy.go.scoring import rules_difference
from gopolicy.gtp.limits import Limits

if TYPE_CHECKING:
    from gopolicy.go.position import Position
    from gopolicy.player import Player

#: Sabaki shows no move of fewer than 10 visits, so 10,000 is a move's whole weight.
PSEUDO_VISITS: Final = 10_000
#: Moves less likely than this are not analysed.
LEAST_PROBABILITY: Final = 0.001
MOST_MOVES: Final = 20
#: Playouts of a round, shared by the moves; it takes some 0.1 s.
ROUND_PLAYOUTS: Final = 160
SHARED_PLAYOUTS: Final = 100
#: Moves of a line of play, and rounds after which the numbers stand.
LINE_LENGTH: Final = 8
ROUNDS: Final = 100
NO_LIMITS: Final = Limits()


@dataclass(slots=True)
class Line:
    """A move, what follows, and the playouts after it.

    ``leads``: points by which the side to play won each playout, komi included.
    ``winrate``, ``score``: of the side to play, by those playouts and, as if there were
    ``SHARED_PLAYOUTS`` more, by those of all lines: a few say little of one move.
    """

    probability: float
    moves: list[int]
    position: Position
    leads: list[float] = field(default_factory=list)
    winrate: float = 0.5
    score: float = 0.0

    @property
    def point(self) -> int:
        """The first move."""
        return self.moves[0]

    @property
    def visits(self) -> int:
        """The probability as the visits that a searching engine would show."""
        return round(PSEUDO_VISITS * self.probability)

    @property
    def winrate_error(self) -> float:
        """Standard error of ``winrate``."""
        share = self.winrate
        return float((share * (1 - share) / (len(self.leads) + SHARED_PLAYOUTS)) ** 0.5)

    @property
    def score_deviation(self) -> float:
        """Standard deviation of a playout's lead, in points."""
        return float(np.std(self.leads))


def _value(lines: list[Line]) -> None:
    """Sets winrates and scores from the leads of all lines."""
    leads = [np.array(line.leads) for line in lines]
    wins = [np.where(part > 0, 1.0, np.where(part == 0, 0.5, 0.0)) for part in leads]
    all_wins, all_leads = np.concatenate(wins).mean(), np.concatenate(leads).mean()
    for line, won, part in zip(lines, wins, leads, strict=True):
        count = len(part) + SHARED_PLAYOUTS
        line.winrate = float((won.sum() + SHARED_PLAYOUTS * all_wins) / count)
        line.score = float((part.sum() + SHARED_PLAYOUTS * all_leads) / count)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known of a position after some rounds.

    ``lines``: the likeliest moves, best first; a pass alone when there are none.
    ``ownership``: float32 [361], +1 is the side to play's.
    """

    to_play: int
    lines: list[Line]
    ownership: NDArray[np.float32]


def analyse(
    player: Player,
    position: Position,
    *,
    limits: Limits = NO_LIMITS,
    most: int = MOST_MOVES,
) -> Iterator[Analysis]:
    """Better and better analyses of ``position``, one a round, without end.

    ``limits``: which moves are looked at; ``most``: how many of them.
    """
    lines = _first_lines(player, position, limits, most)
    ownership = np.zeros(POINTS)
    color = position.to_play
    playouts = max(1, ROUND_PLAYOUTS // len(lines))
    starts = [line.position.copy() for line in lines]  # before the lines grow
    differences = [rules_difference(p, player.rules) - player.komi for p in starts]
    for number in range(ROUNDS):
        if number:
            _lengthen(player, lines, limits)
        for line, start, difference in zip(lines, starts, differences, strict=True):
            owners, leads, _ = run_playouts(start, playouts, seed=player.seed + number)
            line.leads += (color * (leads + difference)).tolist()
            ownership += color * line.probability * owners / playouts
        _value(lines)
        shares = sum(line.probability for line in lines) * (number + 1)
        analysis = Analysis(color, lines, (ownership / shares).astype(np.float32))
        yield analysis
    while True:
        yield analysis


def _first_lines(
    player: Player, position: Position, limits: Limits, most: int
) -> list[Line]:
    """The moves to look at, each with the position after it; else a pass."""
    color = position.to_play
    allowed, named = limits.mask(color, 1), limits.names(color, 1)
    chances = np.append(player.policy.probabilities([position])[0], np.float32(0))
    legal = np.append(position.legal_mask(superko=True), True)
    wanted = allowed & legal & ((chances >= LEAST_PROBABILITY) | named)
    order = np.argsort(-(chances * wanted), kind="stable")
    points = [int(point) for point in order if wanted[point]][:most]
    points = points or [PASS]
    if not chances[points].any():  # the policy knows nothing of what was asked for
        chances[points] = 1 / len(points)
    lines = []
    for point in points:
        after = position.copy()
        after.play(point)
        lines.append(Line(float(chances[point]), [point], after))
    return lines


def _lengthen(player: Player, lines: list[Line], limits: Limits) -> None:
    """Adds the policy's next move to each line that is not long enough."""
    growing = [
        line
        for line in lines
        if len(line.moves) < LINE_LENGTH and PASS not in line.moves
    ]
    if not growing:
        return
    found = player.policy.probabilities([line.position for line in growing])
    for line, probabilities in zip(growing, found, strict=True):
        number = len(line.moves) + 1
        wanted = probabilities * limits.mask(line.position.to_play, number)[:PASS]
        point = int(wanted.argmax()) if wanted.any() else PASS
        line.moves.append(point)
        line.position.play(point)
