"""The study of a position: its likeliest moves, what follows them, what they are worth.

The policy says which moves; the owner network says what the position is worth, and
playouts by how much one move is better than another. Numbers only, no text.
The GTP engine's analysis and the answers of KataGo's protocol are made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.analysis.limits import Limits
from gopolicy.analysis.values import expected_lead, settledness, winrate_of
from gopolicy.go.coords import PASS, POINTS
from gopolicy.go.playouts import Judgement, run_playouts
from gopolicy.go.scoring import rules_difference

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
#: A few playouts say little of one move: so many more count that show no difference.
SHARED_PLAYOUTS: Final = 1000
#: Moves of a line of play, and rounds after which the numbers stand.
LINE_LENGTH: Final = 8
ROUNDS: Final = 100
NO_LIMITS: Final = Limits()


def _no_owners() -> NDArray[np.int64]:
    return np.zeros(POINTS, np.int64)


@dataclass(slots=True)
class Line:
    """A move, what follows, and the playouts after it.

    ``replies``: the probability of each of ``moves`` but the first, where it is played.
    ``leads``: points by which the side to play won each playout, komi included;
    ``owners``: int64 [361], the sum of its playouts' owners, +1 the side to play's.
    ``shift``: float64 [361], how their mean differs from that of all lines, and as if
    ``SHARED_PLAYOUTS`` more did not: a few say little of one move. ``winrate``,
    ``score``: of the side to play, by ``shift``; see ``values``.
    """

    probability: float
    moves: list[int]
    replies: list[float] = field(default_factory=list)
    leads: list[float] = field(default_factory=list)
    owners: NDArray[np.int64] = field(default_factory=_no_owners)
    shift: NDArray[np.float64] = field(default_factory=lambda: np.zeros(POINTS))
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
    def move_visits(self) -> list[int]:
        """As ``visits``, of each of the moves: how probable it is to get there."""
        chances = np.cumprod([self.probability, *self.replies])
        return [max(1, round(PSEUDO_VISITS * chance)) for chance in chances.tolist()]

    def ownership(self, shared: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32 [361], after the move: ``shared`` of the position, and ``shift``."""
        return np.clip(shared + self.shift, -1, 1).astype(np.float32)

    @property
    def winrate_error(self) -> float:
        """Standard error of ``winrate``."""
        share = self.winrate
        return float((share * (1 - share) / (len(self.leads) + SHARED_PLAYOUTS)) ** 0.5)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known of a position after some rounds.

    ``lines``: the likeliest moves, best first; a pass alone when there are none.
    ``ownership``: float32 [361], +1 is the side to play's; ``winrate``, ``score``: of
    that side, by ``ownership``. ``playouts``: how many tell the lines apart, each of
    which deviates by ``deviation`` points. ``settled``: how much of the board is
    somebody's. ``counted``: whether the points are those of a count, of a game that is
    over.
    """

    to_play: int
    lines: list[Line]
    winrate: float
    score: float
    playouts: int
    deviation: float
    ownership: NDArray[np.float32]
    settled: float
    counted: bool = False


class Study:
    """A position being studied, playout by playout; ``analysis`` says what is known.

    ``probabilities``: float32 [361], what the policy says of ``position``. ``limits``:
    which moves are looked at; ``least``, ``most``: how many of them.
    """

    def __init__(
        self,
        player: Player,
        position: Position,
        probabilities: NDArray[np.float32],
        *,
        limits: Limits = NO_LIMITS,
        least: int = 0,
        most: int = MOST_MOVES,
    ) -> None:
        self.position = position
        self.probabilities = probabilities
        self.lines = _first_lines(
            position, probabilities, limits, least=least, most=most
        )
        self._player = player
        self._limits = limits
        self._rounds = 0
        self._count: Judgement | None = None
        self._ownership: NDArray[np.float32] | None = None
        self._starts: dict[int, Position] = {}  # by first move
        self._ends: dict[int, Position] = {}

    @property
    def playouts(self) -> int:
        """Playouts made so far."""
        return sum(len(line.leads) for line in self.lines)

    def add_playouts(self, count: int) -> None:
        """Makes so many playouts more; a move gets as many of all as it is likely."""
        color, seed = self.position.to_play, self._player.seed + self._rounds
        difference = self._difference()
        self._rounds += 1
        for line, new in zip(self.lines, self._lacking(count), strict=True):
            if new > 0:
                owners, leads, _ = run_playouts(self._start(line), new, seed=seed)
                line.leads += (color * leads + difference).tolist()
                line.owners += color * owners

    def _lacking(self, count: int) -> list[int]:
        """How many playouts each line lacks once there are ``count`` more."""
        chances = np.cumsum([line.probability for line in self.lines])
        total = self.playouts + count
        wanted = np.diff(np.rint(total * chances / chances[-1]), prepend=0)
        made = [len(line.leads) for line in self.lines]
        return [int(n) for n in wanted - made]

    def _start(self, line: Line) -> Position:
        """The position after a line's first move."""
        if line.point not in self._starts:
            after = self.position.copy()
            after.play(line.point)
            self._starts[line.point] = after
        return self._starts[line.point]

    def lengthen(self, most: int = MOST_MOVES) -> None:
        """Adds the policy's next move to each of the first ``most`` lines.

        Those of ``LINE_LENGTH`` moves, or with a pass, stay as they are.
        """
        growing = [
            line
            for line in self.lines[:most]
            if len(line.moves) < LINE_LENGTH and PASS not in line.moves
        ]
        ends = [self._end(line) for line in growing]
        found = self._player.policy.probabilities(ends)
        for line, end, probabilities in zip(growing, ends, found, strict=True):
            number = len(line.moves) + 1
            wanted = probabilities * self._limits.mask(end.to_play, number)[:PASS]
            point = int(wanted.argmax()) if wanted.any() else PASS
            line.moves.append(point)
            line.replies.append(1.0 if point == PASS else float(probabilities[point]))
            end.play(point)

    def _end(self, line: Line) -> Position:
        """The position after all of a line's moves; it grows with the line."""
        if line.point not in self._ends:
            self._ends[line.point] = self._start(line).copy()
        return self._ends[line.point]

    def put_pass_first(self, share: float) -> None:
        """Makes a pass, of so much probability, the best move."""
        others = [line for line in self.lines if line.point != PASS]
        for line in others:
            line.probability *= 1 - share
        self.lines = [Line(share, [PASS]), *others]

    def settle(self, count: Judgement) -> None:
        """Takes the count of a game that is over for what all its lines are worth."""
        self._count = count

    def analysis(self) -> Analysis:
        """What is known by now; there must have been playouts."""
        analysis = self._analysis()
        if self._count is None:
            return analysis
        color = analysis.to_play
        score, settled = color * self._count.score, 1.0
        winrate = winrate_of(score, settled)
        for line in self.lines:
            line.score, line.winrate = score, winrate
        return replace(
            analysis,
            winrate=winrate,
            score=score,
            ownership=color * self._count.ownership,
            settled=settled,
            counted=True,
        )

    def _analysis(self) -> Analysis:
        """What the network and the playouts say."""
        if self._ownership is None:
            owners = self._player.ownership(self.position)
            self._ownership = self.position.to_play * owners
        ownership, settled = self._ownership, settledness(self._ownership)
        leads = np.concatenate([line.leads for line in self.lines])
        mean = np.sum([line.owners for line in self.lines], axis=0) / len(leads)
        difference = self._difference()
        for line in self.lines:
            count = len(line.leads)
            line.shift = (line.owners - count * mean) / (count + SHARED_PLAYOUTS)
            owned = line.ownership(ownership)
            line.score = expected_lead(owned, difference, moves=True)
            line.winrate = winrate_of(line.score, settled)
        score = expected_lead(ownership, difference, moves=True)
        return Analysis(
            to_play=self.position.to_play,
            lines=self.lines,
            winrate=winrate_of(score, settled),
            score=score,
            playouts=len(leads),
            deviation=float(leads.std()),
            ownership=ownership,
            settled=settled,
        )

    def _difference(self) -> float:
        """What the side to play has beside area: komi, and what rules say."""
        rules, komi = self._player.rules, self._player.komi
        difference = rules_difference(self.position, rules) - komi
        if rules == "territory" and self.lines[0].point != PASS:
            # Area gives a point for a move, territory none; and the side that moves
            # now puts the last stone of a playout, too, half the time.
            difference -= self.position.to_play / 2
        return float(self.position.to_play * difference)


def analyse(
    player: Player,
    position: Position,
    *,
    limits: Limits = NO_LIMITS,
    least: int = 0,
    most: int = MOST_MOVES,
) -> Iterator[Analysis]:
    """Better and better analyses of ``position``, one a round, without end."""
    probabilities = player.policy.probabilities([position])[0]
    study = Study(
        player, position, probabilities, limits=limits, least=least, most=most
    )
    for number in range(ROUNDS):
        if number:
            study.lengthen()
        study.add_playouts(ROUND_PLAYOUTS)
        analysis = study.analysis()
        yield analysis
    while True:
        yield analysis


def _first_lines(
    position: Position,
    probabilities: NDArray[np.float32],
    limits: Limits,
    *,
    least: int,
    most: int,
) -> list[Line]:
    """The moves to look at, the likeliest first; a pass when there are none.

    ``least``: so many at least, if the policy knows so many.
    """
    color = position.to_play
    allowed, named = limits.mask(color, 1), limits.names(color, 1)
    chances = np.append(probabilities, np.float32(0))
    legal = np.append(position.legal_mask(superko=True), True)
    possible = allowed & legal
    # Where too few are likely, as many of the others as are asked for.
    bar = LEAST_PROBABILITY
    if least:
        bar = min(bar, float(np.sort(chances * possible)[-least]))
    wanted = possible & (((chances >= bar) & (chances > 0)) | named)
    order = np.argsort(-(chances * wanted), kind="stable")
    points = [int(point) for point in order if wanted[point]][:most]
    points = points or [PASS]
    if not chances[points].any():  # the policy knows nothing of what was asked for
        chances[points] = 1 / len(points)
    return [Line(float(chances[point]), [point]) for point in points]
