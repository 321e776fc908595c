"""What the worker asks: a model from the store as a player, and its playouts."""

from __future__ import annotations

import threading
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.playouts import Judgement, judge
from gopolicy.go.position import Position
from gopolicy.go.scoring import Rules
from gopolicy.player import Player
from gopolicy.policy import NetworkPolicy, load_policy

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
        self._player: Player | None = None

    def load(self) -> str:
        """See ``Brain``."""
        policy = load_policy(self._name)
        policy.probabilities([Position()])  # traced now, not at the first move
        self._policy = policy
        self._player = Player(policy, seed=self._seed)
        # The first count of all would wait for the compiler.
        threading.Thread(
            target=lambda: judge(Position(), komi=0, playouts=2), daemon=True
        ).start()
        return policy.name

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
        assert self._player is not None  # the worker asks only when it is loaded
        self._player.komi, self._player.rules = komi, rules
        return self._player.pass_share(position, probabilities)

    def choose(
        self, position: Position, *, komi: float, temperature: float, rules: Rules
    ) -> int | None:
        """See ``Brain``."""
        assert self._player is not None  # the worker asks only when it is loaded
        player = self._player
        player.komi, player.temperature, player.rules = komi, temperature, rules
        choice = player.choose(position)
        return None if choice.resigns else choice.point

    def judge(self, position: Position, *, komi: float, rules: Rules) -> Judgement:
        """See ``Brain``."""
        return judge(position, komi=komi, playouts=_PLAYOUTS, rules=rules)
