"""The work at one turn of a query: how much of it there is, and what it has found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.analysis import answers
from gopolicy.analysis.lines import ROUND_PLAYOUTS, ROUNDS, Study
from gopolicy.analysis.memory import Memory
from gopolicy.analysis.positions import Game
from gopolicy.go.coords import EMPTY, PASS
from gopolicy.go.playouts import CONTESTED
from gopolicy.player import LATE, OVER, Player

if TYPE_CHECKING:
    from gopolicy.analysis.requests import Query
    from gopolicy.go.position import Position
    from gopolicy.policy import OwnerNetwork, Policy

#: One playout is made for so many visits, at least and at most so many in all.
VISITS_PER_PLAYOUT: Final = 4
LEAST_PLAYOUTS: Final = 16
MOST_PLAYOUTS: Final = ROUNDS * ROUND_PLAYOUTS
#: Queries of so few visits ask about very many positions: no pass is thought of.
FEW_VISITS: Final = 25
#: So many of a position's lines grow by the network's moves.
GROWING_LINES: Final = 4
#: The end of a game may be near when at most so many empty points are contested.
NEARLY_OVER: Final = 2 * OVER
#: A pass is thought of when the policy wants to fill what is settled, by this share.
HALF: Final = 0.5
#: What a pass has of the policy where nothing is left to gain.
PASS_SHARE: Final = 0.9


class Work:
    """One turn of a query; ``begin`` first, then ``advance`` until ``is_done``."""

    def __init__(
        self,
        policy: Policy,
        query: Query,
        turn: int,
        *,
        game: Game,
        memory: Memory,
        owners: OwnerNetwork | None = None,
    ) -> None:
        self.position: Position = game.position
        self._game = game
        self._memory = memory
        self._query = query
        self._turn = turn
        self._limits = game.limits
        self._player = Player(
            policy, komi=game.komi, rules=game.rules, resign=False, owners=owners
        )
        self._study: Study | None = None
        self._pass_share = 0.0
        self._began = 0.0
        self._told = 0.0

    @property
    def is_begun(self) -> bool:
        """Whether the policy has been asked."""
        return self._study is not None

    def begin(self, probabilities: NDArray[np.float32]) -> None:
        """Takes in what the policy says of the position, float32 [361]."""
        self._study = Study(
            self._player, self.position, probabilities, limits=self._limits
        )

    def advance(self, now: float, *, is_alone: bool) -> None:
        """One stroke of work; ``now`` in seconds.

        ``is_alone``: nothing else waits, so lines may grow by the network's moves.
        """
        study = self._study
        assert study is not None
        is_first = not study.playouts
        if is_first:
            self._began = self._told = now
        study.add_playouts(min(ROUND_PLAYOUTS, self._wanted - study.playouts))
        if is_first:
            self._pass_share = self._think_of_pass(study)
            if self._pass_share:
                study.put_pass_first(self._pass_share)
            if self._pass_share or self._has_ended:
                study.settle(self._player.count(self.position))
        if self._query.visits > FEW_VISITS and (is_alone or not is_first):
            study.lengthen(GROWING_LINES)

    @property
    def _has_ended(self) -> bool:
        """Whether both sides have just passed."""
        return [point for _, point in self.position.moves[-2:]] == [PASS, PASS]

    @property
    def _wanted(self) -> int:
        """Playouts to make in all."""
        wanted = -(-self._query.visits // VISITS_PER_PLAYOUT)
        return min(max(wanted, LEAST_PLAYOUTS), MOST_PLAYOUTS)

    def _think_of_pass(self, study: Study) -> float:
        """What a pass has of the policy: most of it where nothing is left to gain."""
        position = self.position
        if not self._limits.mask(position.to_play, 1)[PASS]:
            return 0.0
        if position.last_move != PASS:
            empty = position.stones == EMPTY
            ownership = study.analysis().ownership[empty]
            contested = np.count_nonzero(np.abs(ownership) < CONTESTED)
            few = self._query.visits <= FEW_VISITS
            if few or position.turn < LATE or contested > NEARLY_OVER:
                return 0.0
        if self._player.pass_share(position, study.probabilities) < HALF:
            return 0.0
        passes = self._player.choose(position).point == PASS
        return PASS_SHARE if passes else 0.0

    def is_done(self, now: float) -> bool:
        """Whether there is nothing more to do, or no more time."""
        study = self._study
        assert study is not None
        is_late = now - self._began >= self._query.seconds
        return is_late or study.playouts >= self._wanted

    def is_due(self, now: float) -> bool:
        """Whether an answer is wanted by now, though the work goes on."""
        every = self._query.every
        return every is not None and now - self._told >= every

    def answer(self, now: float, *, is_final: bool) -> answers.Answer:
        """What is known of the position at ``now``."""
        study = self._study
        if study is None or not study.playouts:
            return answers.no_results(self._query.id, self._turn)
        self._told = now
        legal = self.position.legal_mask(superko=True)
        policy = answers.full_policy(study.probabilities, legal, self._pass_share)
        return answers.format_analysis(
            self._query,
            self._turn,
            self._memory.steady(self._game, study.analysis()),
            policy=policy,
            visits=min(self._query.visits, study.playouts * VISITS_PER_PLAYOUT),
            is_final=is_final,
        )
