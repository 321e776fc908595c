"""What the worker asks: a model from the store as a player, owners, and playouts."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from gopolicy.config import FULL_STRENGTH, STRENGTHS
from gopolicy.go.coords import PASS
from gopolicy.go.features import encode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gopolicy.config import Rules, StrengthName
    from gopolicy.go.playouts import Judgement
    from gopolicy.go.position import Position
    from gopolicy.graph.boards import Boards
    from gopolicy.player import Player
    from gopolicy.policy import NetworkPolicy, OwnerNetwork

logger = logging.getLogger(__name__)

#: Turns in which the temperature of the plain network holds.
_OPENING: Final = 30
#: Playouts to count a finished game with.
_PLAYOUTS: Final = 500


class NetworkBrain:
    """Loads ``model`` when told to; slow, so the worker's thread does it.

    The same ``seed`` chooses the same moves.
    """

    def __init__(self, model: str, *, seed: int = 0) -> None:
        self._name = model
        self._seed = seed
        self._policy: NetworkPolicy | None = None
        self._owners: OwnerNetwork | None = None
        self._boards: Boards | None = None
        self._player: Player | None = None
        self._game = 0
        self._adviser: Player | None = None

    def load(self) -> str:
        """See ``Brain``."""
        # Not before: the window is drawn first.
        from gopolicy.player import Player
        from gopolicy.policy import load_policy

        self._policy = load_policy(self._name)
        self._adviser = Player(self._policy, resign=False, seed=self._seed)
        return self._policy.name

    def probabilities(
        self, position: Position, *, symmetries: int
    ) -> NDArray[np.float32]:
        """See ``Brain``."""
        assert self._policy is not None  # the worker asks only when it is loaded
        self._policy.symmetries = symmetries
        found: NDArray[np.float32] = self._policy.probabilities([position])[0]
        return found

    def pass_share(
        self,
        position: Position,
        probabilities: NDArray[np.float32],
        *,
        komi: float,
        rules: Rules,
    ) -> float:
        """See ``Brain``."""
        assert self._adviser is not None  # the worker asks only when it is loaded
        self._adviser.komi, self._adviser.rules = komi, rules
        return self._adviser.pass_share(position, probabilities)

    def passes(
        self, position: Position, *, komi: float, rules: Rules, symmetries: int
    ) -> bool:
        """See ``Brain``."""
        policy, adviser = self._policy, self._adviser
        assert policy and adviser  # the worker asks only when it is loaded
        policy.symmetries = symmetries
        adviser.komi, adviser.rules = komi, rules
        return adviser.choose(position).point == PASS

    def choose(
        self,
        position: Position,
        *,
        game: int,
        komi: float,
        temperature: float,
        strength: StrengthName,
        rules: Rules,
        symmetries: int,
    ) -> int | None:
        """See ``Brain``."""
        from gopolicy.player import Player

        policy = self._policy
        assert policy is not None  # the worker asks only when it is loaded
        if self._player is None or game != self._game:
            # A new one, since a player remembers what it judged of its game.
            self._player, self._game = Player(policy, seed=self._seed), game
        player = self._player
        policy.symmetries = symmetries
        player.komi, player.rules = komi, rules
        player.set_strength(STRENGTHS[strength])
        if strength == FULL_STRENGTH:
            player.temperature, player.temperature_moves = temperature, _OPENING
        choice = player.choose(position)
        return None if choice.resigns else choice.point

    def judge(self, position: Position, *, komi: float, rules: Rules) -> Judgement:
        """See ``Brain``."""
        from gopolicy.errors import ModelError
        from gopolicy.go.playouts import judge_end

        opinion = None
        try:
            opinion = self.owners(position)
        except ModelError as error:  # the count is nearly as good
            logger.warning("counted by playouts alone: %s", error)
        return judge_end(
            position, komi=komi, playouts=_PLAYOUTS, rules=rules, opinion=opinion
        )

    def many(
        self, positions: list[Position], *, symmetries: int
    ) -> NDArray[np.float32]:
        """See ``Brain``."""
        assert self._policy is not None  # the worker asks only when it is loaded
        self._policy.symmetries = symmetries
        return self._policy.probabilities(positions)

    def boards(self, position: Position) -> tuple[NDArray[np.float32], ...]:
        """See ``Brain``."""
        if self._boards is None:
            from gopolicy.graph.boards import open_boards
            from gopolicy.modelstore import load_graph

            self._boards = open_boards(load_graph(self._name)[0])
        found = self._boards(encode(position)[None])
        return tuple(board[0] for board in found.values())

    def owners(self, position: Position) -> NDArray[np.float32]:
        """See ``Brain``."""
        if self._owners is None:
            from gopolicy.policy import load_owners

            self._owners = load_owners()
        found: NDArray[np.float32] = self._owners.ownership([position])[0]
        return found

    def warm_up(self) -> None:
        """See ``Brain``: the first move and the first count would wait for it."""
        from gopolicy.go.playouts import compile_kernels

        compile_kernels()
