"""What the engine remembers: the position, komi, rules, and who plays.

Knows Go and no text: arguments and answers are points, colors and numbers. What cannot
be done raises our errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gopolicy.analysis.values import expected_lead, settledness, winrate_of
from gopolicy.errors import ConfigError, IllegalMoveError, phrase
from gopolicy.go.coords import BLACK, PASS, WHITE
from gopolicy.go.position import Position
from gopolicy.go.rulesets import Ruleset, parse_ruleset
from gopolicy.go.scoring import rules_difference
from gopolicy.player import Choice
from gopolicy.sgf.record import GameRecord, position_at

if TYPE_CHECKING:
    from gopolicy.analysis.limits import Limits
    from gopolicy.go.playouts import Judgement
    from gopolicy.player import Player

#: Komi beyond the board's size decides every game.
MAX_KOMI: Final = 400.0


class EngineState:
    """One game at a time, and the player who plays it."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.position = Position()
        self.ruleset = parse_ruleset(player.rules)
        self._komi = player.komi  # as last agreed, for records that do not say

    @property
    def is_empty(self) -> bool:
        """Whether no stone is on the board."""
        return not self.position.stones.any()

    def clear(self) -> None:
        """Empties the board, forgets the game; komi and rules stay."""
        self.position = Position()
        self.player.new_game()

    def set_komi(self, komi: float) -> None:
        """Raises: ConfigError for a komi that is no number, or beyond the board."""
        if not abs(komi) <= MAX_KOMI:
            raise ConfigError(
                phrase("setting 'komi' is {komi!r}; allowed: -400 to 400", komi=komi)
            )
        self.player.komi = self._komi = komi

    def set_rules(self, ruleset: Ruleset) -> None:
        """Makes a game's rules those of ``ruleset``; the board stays as it is."""
        self.ruleset = ruleset
        self.player.rules = ruleset.counting

    def play(self, color: int, point: int) -> None:
        """Plays a move of either color; a repetition is the controller's to judge.

        Raises: IllegalMoveError.
        """
        self.position.play(point, color, suicide=self.ruleset.suicide)

    def play_all(self, moves: Iterable[tuple[int, int]]) -> None:
        """Plays moves (color, point), or none of them.

        Raises: IllegalMoveError.
        """
        position = self.position.copy()
        for color, point in moves:
            position.play(point, color, suicide=self.ruleset.suicide)
        self.position = position

    def undo(self) -> None:
        """Takes back the last move. Raises: IllegalMoveError when there is none."""
        self.position.undo()

    def set_up(self, stones: Iterable[tuple[int, int]]) -> None:
        """Puts stones (color, or EMPTY, point) on the board outside the rules.

        Raises: IllegalMoveError when a chain then has no liberty; VertexError.
        """
        position = self.position.copy()
        to_play = position.to_play
        for color, point in stones:
            position.setup(point, color)
        position.check_chains()
        position.set_to_play(to_play)
        self.position = position

    def begin_with(self, stones: Sequence[tuple[int, int]]) -> None:
        """A new game that begins with ``stones`` (color, point), Black to play.

        Raises: IllegalMoveError for a chain without a liberty, or a point twice.
        """
        black, white = (
            [point for other, point in stones if other == color]
            for color in (BLACK, WHITE)
        )
        self.position = Position.from_stones(black, white)
        self.player.new_game()

    def place_handicap(self, points: Sequence[int]) -> None:
        """Starts a game with Black's stones on ``points``, White to play.

        Raises: IllegalMoveError when stones are on the board, or a point comes twice;
        VertexError for a point off the board.
        """
        if not self.is_empty:
            raise IllegalMoveError(phrase("the board is not empty; clear it first"))
        self.position = Position.from_stones(points, (), to_play=WHITE)
        self.player.new_game()

    def load(self, record: GameRecord, move_number: int | None) -> None:
        """Goes to the position before a move of a record, by default to its end.

        Its komi holds until the next record, or the next komi.
        """
        self.position = position_at(record, move_number)
        self.player.new_game()
        self.player.komi = self._komi
        if record.komi is not None and abs(record.komi) <= MAX_KOMI:
            self.player.komi = record.komi

    def suggest(self, color: int) -> Choice:
        """What the player would do as ``color``; nothing is played."""
        position = self.turn_of(color)
        choice = self.player.choose(position)
        if choice.point == PASS and not choice.resigns and self.ruleset.needs_cleanup:
            return self.player.clean_up(position)
        return choice

    def generate(self, color: int, *, cleanup: bool = False) -> Choice:
        """Lets the player move as ``color``; with ``cleanup``, takes dead stones."""
        if cleanup:
            choice = self.player.clean_up(self.turn_of(color))
        else:
            choice = self.suggest(color)
        if not choice.resigns:
            self.position.play(choice.point, color)
        return choice

    def generate_within(self, color: int, limits: Limits) -> Choice:
        """As ``generate``, but nothing that ``limits`` forbid.

        What the player would rather do gives way to the likeliest sensible move left;
        where none is, to a pass.
        """
        choice = self.suggest(color)
        allowed = limits.mask(color, 1)
        if choice.resigns and not limits.may_resign(color):
            choice = Choice(PASS, judgement=choice.judgement)
        if not choice.resigns and not allowed[choice.point]:
            position = self.turn_of(color)
            sensible = position.sensible_mask() & position.legal_mask(superko=True)
            left = np.flatnonzero(sensible & allowed[:PASS])
            chances = self.player.policy.probabilities([position])[0][left]
            point = int(left[chances.argmax()]) if len(left) else PASS
            choice = Choice(point, judgement=choice.judgement)
        if not choice.resigns:
            self.position.play(choice.point, color)
        return choice

    def judge(self) -> Judgement:
        """The count of a game that is over, else who is ahead as in an analysis."""
        judged = self.player.count(self.position)
        if judged.is_over or self.player.owners is None:
            return judged
        ownership = self.player.ownership(self.position)
        difference = rules_difference(self.position, self.player.rules)
        score = expected_lead(
            ownership,
            difference - self.player.komi,
            moves=self.position.to_play == BLACK,
        )
        winrate = winrate_of(score, settledness(ownership))
        return replace(judged, ownership=ownership, score=score, black_winrate=winrate)

    def turn_of(self, color: int) -> Position:
        """A copy of the position in which it is the turn of ``color``."""
        position = self.position.copy()
        position.set_to_play(color)
        return position
