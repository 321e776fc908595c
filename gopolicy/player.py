"""The player: a policy's moves, and a judgement by playouts for all that it lacks.

The network knows no pass. So whether anything is left to gain, whether the game is
lost, and what is dead come from playouts: late in the game, after a pass, and now and
then before. Engine, match and window play through ``Player``; it knows none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import Rules, Strength
from gopolicy.errors import ConfigError, phrase
from gopolicy.go.coords import BLACK, BOARD_SIZE, EMPTY, PASS, POINTS
from gopolicy.go.playouts import (
    MAX_CONTESTED,
    Judgement,
    judge,
    judge_end,
)
from gopolicy.go.position import Position
from gopolicy.go.randomplay import is_sane
from gopolicy.go.rules import NEIGHBORS, has_liberty
from gopolicy.go.scoring import check_rules, count_owners, rules_difference

if TYPE_CHECKING:
    from gopolicy.policy import OwnerNetwork, Policy

#: Turns after which every move is judged: from then on points get settled.
LATE: Final = 100
#: Before that, one own move in so many is judged, for resignation.
JUDGE_EVERY: Final = 8
#: No game has so many turns.
MAX_TURNS: Final = 1_000_000
#: A point is settled when this share of ownership is one color's, whoever moves first.
SETTLED: Final = 0.95
#: From here on only what is wide open is played out, so that every game ends.
LONG_GAME: Final = 320
WIDE_OPEN: Final = 0.6
#: A policy so sure that the last move needs an answer near it, by so many rows plus
#: columns, needs no playouts to say so. Of 91 games that people had finished, it was
#: so sure in four.
SURE: Final = 0.5
NEAR: Final = 4
#: Before the first pass, a policy that gives so much to one move has a plan yet. Of 22
#: first passes in games against GNU Go it gave more in two; one lost a corner by it.
PLAN: Final = 0.25
#: The first pass needs at most so many contested points: five of six real games end
#: with fewer, and of those 24 moves before their end one in eight has.
OVER: Final = 14
#: How many of the likeliest moves are tried for a gain, here and on neutral points; and
#: how many of the opponent's answers to a pass for the harm they do.
TRIED: Final = 3
ANSWERS: Final = 2
#: A point is in dispute when fewer than seven of eight playouts give it to the opponent
#: and too few to the player. A move wins it that makes it the player's, by more than
#: three times the noise of 256 playouts. So many liberties are tried.
DISPUTED: Final = 0.75
OWN: Final = 0.3
LIBERTIES: Final = 12
#: A game is lost when judged so several times on end: below this winrate and so many
#: points behind, or so many points more than the share of contested points that may
#: still change hands. Winrates of playouts stay near a half far longer than a strong
#: player's hopes. In 139 games of 6-dan players no winner was below these for twelve
#: turns, and 15 of the losers were.
LOST_WINRATE: Final = 0.25
LOST_POINTS: Final = 15.0
LOST_BY_COUNT: Final = 25.0
HOPES: Final = 0.2
LOST_JUDGEMENTS: Final = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """What a player does: plays ``point``, passes (PASS), or resigns.

    ``judgement``: of the position before it, when one was made.
    """

    point: int
    resigns: bool = False
    judgement: Judgement | None = None


class Player:
    """Plays the moves of a policy, and passes and resigns by playouts.

    ``temperature``: 0 plays the likeliest move; 1 draws by the probabilities; only in
    the first ``temperature_moves`` turns, and only among the ``choices`` likeliest
    moves. ``resign``: whether it may. ``komi`` and ``rules`` may be changed between
    moves. The same ``seed`` chooses the same moves. ``owners``: tells whose the points
    will be, for ``ownership`` and beside the playouts for ``count``.

    Raises: ConfigError for a negative temperature, no choices or playouts, or unknown
    rules.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        temperature: float = 0.0,
        temperature_moves: int = 30,
        choices: int = POINTS,
        resign: bool = True,
        komi: float = 7.5,
        rules: Rules = "area",
        playouts: int = 256,
        seed: int = 0,
        owners: OwnerNetwork | None = None,
    ) -> None:
        if not temperature >= 0:
            raise ConfigError(
                phrase(
                    "setting 'temperature' is {temperature!r}; it must be 0 or more",
                    temperature=temperature,
                )
            )
        if choices < 1:
            raise ConfigError(
                phrase(
                    "setting 'choices' is {choices!r}; give 1 or more", choices=choices
                )
            )
        if playouts < 2:
            raise ConfigError(
                phrase(
                    "setting 'playouts' is {playouts!r}; give 2 or more",
                    playouts=playouts,
                )
            )
        check_rules(rules)
        self.policy = policy
        self.temperature = temperature
        self.temperature_moves = temperature_moves
        self.choices = choices
        self.resign = resign
        self.komi = komi
        self.rules: Rules = rules
        self.playouts = playouts
        self.seed = seed
        self.owners = owners
        self._lost: dict[int, list[tuple[int, bool]]] = {}  # color: (turn, lost)

    @classmethod
    def of_strength(
        cls, policy: Policy, strength: Strength, *, seed: int = 0
    ) -> Player:
        """A player that plays as strongly as that in the whole game."""
        player = cls(policy, seed=seed)
        player.set_strength(strength)
        return player

    def set_strength(self, strength: Strength) -> None:
        """From now on and to the end, moves are drawn as ``strength`` says."""
        self.temperature = strength.temperature
        self.choices = strength.choices
        self.temperature_moves = MAX_TURNS

    def new_game(self) -> None:
        """Forgets the judgements of a game: they do not count in the next one."""
        self._lost = {}

    def warm_up(self) -> None:
        """Loads and compiles all that the first move would have to wait for."""
        position = Position()
        probabilities = self.policy.probabilities([position])[0]
        self._finish(position, self.judge(position), probabilities)
        count_owners(position)
        rules_difference(position, "territory")

    def judge(self, position: Position) -> Judgement:
        """The player's judgement of ``position``, by its komi and rules."""
        return judge(
            position,
            komi=self.komi,
            playouts=self.playouts,
            seed=self.seed,
            rules=self.rules,
        )

    def count(self, position: Position) -> Judgement:
        """As ``judge``, but with the time that the count of a game is worth."""
        return judge_end(
            position,
            komi=self.komi,
            playouts=self.playouts,
            seed=self.seed,
            rules=self.rules,
            opinion=self.ownership(position) if self.owners else None,
        )

    def ownership(self, position: Position) -> NDArray[np.float32]:
        """Whose the points will be, float32 [361], from +1 (Black's) to -1 (White's).

        By the owner network, or, without one, by playouts.
        """
        if self.owners is None:
            return self.judge(position).ownership
        owners: NDArray[np.float32] = self.owners.ownership([position])[0]
        return owners

    def choose(self, position: Position) -> Choice:
        """What the side to play does; superko holds, and no own eye is filled."""
        probabilities = self.policy.probabilities([position])[0]
        probabilities = probabilities * position.sensible_mask()
        if not self._matters(position):
            return Choice(self._pick(position, probabilities))
        judgement = self.judge(position)
        if self._is_lost(position, judgement):
            return Choice(PASS, resigns=True, judgement=judgement)
        if position.turn >= LATE or position.last_move == PASS:
            point = self._finish(position, judgement, probabilities)
        else:
            point = self._pick(position, probabilities)
        return Choice(point, judgement=judgement)

    def clean_up(self, position: Position) -> Choice:
        """Like ``choose``, but takes the opponent's dead stones before it passes.

        For servers whose players disagree about them (KGS).
        """
        judgement = self.count(position)
        point = _taking_move(position, judgement.dead)
        if point != PASS:
            return Choice(point, judgement=judgement)
        choice = self.choose(position)
        return choice if not choice.resigns else Choice(PASS, judgement=judgement)

    def pass_share(
        self, position: Position, probabilities: NDArray[np.float32]
    ) -> float:
        """How much of ``probabilities``, float32 [361], speaks for a pass, 0 to 1.

        That is the share on settled points, own eyes and blunders. Not asked before
        the endgame: 0 then, unless the opponent has just passed.
        """
        if not probabilities.any():
            return 1.0
        if position.turn < LATE and position.last_move != PASS:
            return 0.0
        passed = position.copy()
        passed.play(PASS)
        is_open = _open_mask(position, self.judge(position), self.judge(passed))
        useful = probabilities * (position.sensible_mask() & is_open)
        return float(1 - useful.sum() / probabilities.sum())

    def _matters(self, position: Position) -> bool:
        """Whether playouts are worth their time."""
        turn = position.turn
        return (
            turn >= LATE
            or position.last_move == PASS
            or (self.resign and turn >= LATE // 2 and turn // 2 % JUDGE_EVERY == 0)
        )

    def _pick(self, position: Position, probabilities: NDArray[np.float32]) -> int:
        """A point by its probability, or the likeliest; PASS when all are 0."""
        if not probabilities.any():
            return PASS
        if self.temperature == 0 or position.turn >= self.temperature_moves:
            return int(probabilities.argmax())
        points = np.sort(_likeliest(probabilities, self.choices))
        logs = np.log(probabilities[points].astype(np.float64)) / self.temperature
        weights = np.exp(logs - logs.max())
        generator = np.random.default_rng([self.seed, position.turn, position.hash])
        return int(generator.choice(points, p=weights / weights.sum()))

    def _finish(
        self,
        position: Position,
        judgement: Judgement,
        probabilities: NDArray[np.float32],
    ) -> int:
        """A move of a late game; PASS when nothing is left to gain.

        The policy's own where it is sure of an answer to the last move. Else only where
        points are not settled if the player moves, or if it passes. When little is
        contested, stones in dispute come first. When a pass comes into question, a move
        has to raise the count above that of a pass, or to take the point from which the
        opponent would lower it after a pass.
        """
        sane = probabilities * _sane_mask(position, np.ones(POINTS, np.bool_))
        if (sane * _near_mask(position.last_move)).sum() >= SURE:
            return self._pick(position, sane)
        passed = position.copy()
        passed.play(PASS)
        rest = self.judge(passed)
        is_open = _open_mask(position, judgement, rest)
        probabilities = probabilities * is_open
        if not _is_quiet(position, judgement, rest, float(probabilities.max())):
            return self._pick(position, probabilities)
        ours = is_open & position.legal_mask(superko=True)
        settling = self._settling_move(position, ours, rest)
        if settling != PASS:
            return settling
        if not _is_steady(position, judgement, rest):
            return self._pick(position, probabilities)
        neutral = count_owners(passed, rest.dead) == EMPTY
        tried = _likeliest(probabilities, TRIED)
        tried += _likeliest(probabilities * neutral, TRIED)
        for point in dict.fromkeys(tried):
            if self._gain(position, point, rest) > 0:
                return point
        answers = self.policy.probabilities([passed])[0] * passed.sensible_mask()
        for point in _likeliest(answers * _sane_mask(passed, ours), ANSWERS):
            hurts = self._gain(passed, point, rest) > 0
            if hurts and self._gain(position, point, rest) >= 0:
                return point
        return PASS

    def _settling_move(
        self, position: Position, among: NDArray[np.bool_], rest: Judgement
    ) -> int:
        """The move that wins most of the stones in dispute; PASS if none wins any.

        Only their liberties are tried, those of the least certain first. Ownership is
        compared, since in a count whole chains change hands by noise. Where a pass
        would end the game, only what outweighs the lead is worth a move. ``among``:
        bool [361]. ``rest``: the judgement after a pass.
        """
        owned = rest.ownership * position.to_play
        is_disputed = (owned > -DISPUTED) & (owned < OWN)
        disputed = np.flatnonzero((position.stones != EMPTY) & is_disputed)
        doubt = np.zeros(POINTS + 1, np.float32)
        for side in NEIGHBORS[disputed].T:
            np.maximum.at(doubt, side, 1 - np.abs(owned[disputed]))
        best, most = PASS, abs(rest.score) if position.last_move == PASS else 0.0
        for point in _likeliest(doubt[:POINTS] * among, LIBERTIES):
            after = self._judge_after(position, point).ownership * position.to_play
            gained = (after - owned)[disputed]
            won = float(gained[np.minimum(after[disputed], gained) >= OWN].sum())
            if won > most:
                best, most = point, won
        return best

    def _judge_after(self, position: Position, point: int) -> Judgement:
        after = position.copy()
        after.play(point)
        return self.judge(after)

    def _gain(self, position: Position, point: int, rest: Judgement) -> float:
        """Points by which a move at ``point`` is better than ``rest`` for its side."""
        after = self._judge_after(position, point)
        return (after.score - rest.score) * position.to_play

    def _is_lost(self, position: Position, judgement: Judgement) -> bool:
        """Whether the side to play resigns: lost at several judgements on end."""
        color, turn = position.to_play, position.turn
        winrate = judgement.black_winrate
        if color != BLACK:
            winrate = 1 - winrate
        behind = -judgement.score * color
        lost = (winrate < LOST_WINRATE and behind > LOST_POINTS) or (
            behind > LOST_BY_COUNT + HOPES * judgement.contested
        )
        # Judgements from this turn on are of moves that were taken back.
        earlier = [j for j in self._lost.get(color, []) if j[0] < turn]
        self._lost[color] = [*earlier, (turn, lost)][-LOST_JUDGEMENTS:]
        recent = self._lost[color]
        return (
            self.resign
            and len(recent) == LOST_JUDGEMENTS
            and all(was_lost for _, was_lost in recent)
        )


def _near_mask(point: int | None) -> NDArray[np.bool_]:
    """bool [361]: the points near ``point``; none near PASS, or None."""
    if point is None or point == PASS:
        return np.zeros(POINTS, np.bool_)
    rows, columns = np.divmod(np.arange(POINTS), BOARD_SIZE)
    row, column = divmod(point, BOARD_SIZE)
    near: NDArray[np.bool_] = abs(rows - row) + abs(columns - column) <= NEAR
    return near


def _is_quiet(
    position: Position, first: Judgement, second: Judgement, best: float
) -> bool:
    """Whether little is contested, so that a pass is worth a thought.

    The first pass needs more than its answer, and a policy without a plan: ``best`` is
    the likeliest move's share. ``first``, ``second``: either color to move.
    """
    contested = max(first.contested, second.contested)
    if position.last_move == PASS:
        return contested <= MAX_CONTESTED
    return contested <= OVER and best < PLAN


def _is_steady(position: Position, first: Judgement, second: Judgement) -> bool:
    """Whether a pass is no risk: it changes no verdict, or answers one and wins."""
    wins = second.score * position.to_play > 0
    return (position.last_move == PASS and wins) or (
        first.dead == second.dead and abs(first.score - second.score) <= 1
    )


def _open_mask(
    position: Position, judgement: Judgement, rest: Judgement
) -> NDArray[np.bool_]:
    """bool [361]: where a move is no blunder and not settled, here or after a pass.

    ``rest``: the judgement after a pass.
    """
    least = np.minimum(np.abs(judgement.ownership), np.abs(rest.ownership))
    is_long = position.turn >= LONG_GAME
    return _sane_mask(position, least < (WIDE_OPEN if is_long else SETTLED))


def _sane_mask(position: Position, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool [361]: the points of ``among`` where the side to play makes no blunder."""
    sane = np.zeros(POINTS, np.bool_)
    for point in np.flatnonzero(among & (position.stones == EMPTY)).tolist():
        sane[point] = is_sane(position.board, point, position.to_play)
    return sane


def _likeliest(probabilities: NDArray[np.float32], most: int) -> list[int]:
    """At most so many points above 0, the likeliest first."""
    order: list[int] = np.argsort(-probabilities, kind="stable")[:most].tolist()
    return [point for point in order if probabilities[point] > 0]


def _taking_move(position: Position, dead: frozenset[int]) -> int:
    """A sane move that takes liberties of the opponent's dead stones; PASS if none.

    First of the chain with the fewest.
    """
    board, color = position.board, position.to_play
    legal = position.legal_mask(superko=True)
    best, fewest = PASS, POINTS
    for stone in sorted(dead):
        liberties = position.liberties(stone)
        if board.stones[stone] == color or liberties >= fewest:
            continue
        for point in np.flatnonzero(legal):
            if has_liberty(board, int(board.chain[stone]), int(point)) and is_sane(
                board, int(point), color
            ):
                best, fewest = int(point), liberties
                break
    return best
