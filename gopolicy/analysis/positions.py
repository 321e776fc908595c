"""The Go in a query: its game, its rules, the moves that it leaves out.

What cannot be is a ``RequestError`` that names the field, as all that is wrong with a
request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gopolicy.analysis.limits import Limit, Limits
from gopolicy.analysis.requests import Query, RequestError
from gopolicy.config import Rules
from gopolicy.errors import ConfigError, IllegalMoveError, VertexError
from gopolicy.go.coords import BLACK, BOARD_SIZE, COLOR_WORDS, PASS, WHITE, parse_vertex
from gopolicy.go.position import Position
from gopolicy.go.rulesets import (
    Ruleset,
    change_rule,
    parse_ruleset,
    read_ruleset,
)

#: Rules that cannot be counted here, by name, and those that come nearest. Playouts say
#: nothing of a group tax or a button, and an analysis need not settle a game.
_NEAREST: Final = {
    "stonescoring": "area",
    "ancientarea": "area",
    "ancientterritory": "territory",
    "agabutton": "aga",
}
#: Fields of a ruleset that are passed over for the same reason.
_PASSED_OVER: Final = ("tax", "hasButton")
#: Komi where a query says none: as in KataGo, by how is counted.
_KOMI: Final = 7.5
_TERRITORY_KOMI: Final = 6.5
#: As KataGo's.
MAX_KOMI: Final = 150.0


def rules_of(query: Query) -> Rules:
    """How the query counts. Raises: RequestError."""
    try:
        ruleset = _ruleset(query.rules)
        if query.handicap_bonus is not None:
            ruleset = change_rule(ruleset, "whiteHandicapBonus", query.handicap_bonus)
    except ConfigError as error:
        raise RequestError(f"rules: {error}", "rules") from error
    return ruleset.counting


def _ruleset(rules: str | Mapping[str, object] | None) -> Ruleset:
    if rules is None:
        return Ruleset()
    if isinstance(rules, Mapping):
        kept = {k: value for k, value in rules.items() if k not in _PASSED_OVER}
        if str(kept.get("score", kept.get("scoring"))).upper() == "TERRITORY":
            kept.pop("whiteHandicapBonus", None)
        return read_ruleset(kept)
    plain = "".join(letter for letter in rules.lower() if letter not in " -_")
    return parse_ruleset(_NEAREST.get(plain, rules))


def komi_of(query: Query) -> float:
    """White's points. Raises: RequestError."""
    if query.komi is None:
        return _TERRITORY_KOMI if rules_of(query) == "territory" else _KOMI
    if abs(query.komi) > MAX_KOMI:
        raise RequestError(f"komi: -{MAX_KOMI:g} to {MAX_KOMI:g} is wanted", "komi")
    return query.komi


@dataclass(frozen=True, slots=True)
class Game:
    """All that one turn of a query is about."""

    position: Position
    komi: float
    rules: Rules
    limits: Limits


class GameReader:
    """Reads the games of queries.

    A client that shows a game sends each of its positions with all moves before it, or
    tries each move in one of them. So the last game stays at hand: the next may be a
    move longer, or end in another one.
    """

    def __init__(self) -> None:
        self._stones: list[tuple[int, int]] = []
        self._moves: list[tuple[int, int]] = []
        self._kept: dict[int, Position] = {}  # after so many of the moves

    def read(self, query: Query) -> list[Game]:
        """The game of each of the query's turns. Raises: RequestError."""
        for name, size in (("boardXSize", query.width), ("boardYSize", query.height)):
            if size != BOARD_SIZE:
                raise RequestError(f"the board is {BOARD_SIZE}x{BOARD_SIZE} here", name)
        komi, rules, limits = komi_of(query), rules_of(query), limits_of(query)
        positions = self._play(query)
        return [Game(positions[turn], komi, rules, limits) for turn in query.turns]

    def _play(self, query: Query) -> dict[int, Position]:
        """The position of each turn asked for; all moves are played, so are legal."""
        stones = list(_read_moves(query.stones, "initialStones"))
        moves = list(_read_moves(query.moves, "moves"))
        to_play = BLACK
        if query.player is not None:
            to_play = _read_color(query.player, "initialPlayer")
        elif moves:
            to_play = moves[0][0]
        position, turn = self._start(stones, moves, min(query.turns, default=0))
        found, kept = {}, {}
        wanted = set(query.turns)
        while True:
            if turn in wanted:
                found[turn] = position.copy()
                if turn == 0:
                    found[turn].set_to_play(to_play)
            if turn >= len(moves) - 1:
                kept[turn] = position.copy()
            if turn == len(moves):
                break
            color, point = moves[turn]
            turn += 1
            try:
                position.play(point, color)
            except IllegalMoveError as error:
                text = f"moves: illegal move {turn}: {error}"
                raise RequestError(text, "moves") from error
        self._stones, self._moves, self._kept = stones, moves, kept
        return found

    def _start(
        self, stones: list[tuple[int, int]], moves: list[tuple[int, int]], first: int
    ) -> tuple[Position, int]:
        """A position to go on from, and how many of ``moves`` it has.

        It has no more than ``first``: what is asked for lies behind it.
        """
        for turn in sorted(self._kept, reverse=True):
            is_same = stones == self._stones and moves[:turn] == self._moves[:turn]
            if turn <= first and is_same and turn <= len(moves):
                return self._kept[turn].copy(), turn
        return _set_up(stones), 0


def _set_up(stones: list[tuple[int, int]]) -> Position:
    if any(point == PASS for _, point in stones):
        raise RequestError("initialStones: a pass is no stone", "initialStones")
    black, white = (
        [point for other, point in stones if other == color] for color in (BLACK, WHITE)
    )
    try:
        return Position.from_stones(black, white)
    except IllegalMoveError as error:
        raise RequestError(f"initialStones: {error}", "initialStones") from error


def limits_of(query: Query) -> Limits:
    """What the query leaves out, or alone lets in. Raises: RequestError."""
    limits = []
    for limit in query.limits:
        field = "allowMoves" if limit.is_allow else "avoidMoves"
        points = [_read_vertex(vertex, field) for vertex in limit.vertices]
        limits.append(
            Limit(
                color=_read_color(limit.player, field),
                points=frozenset(points),
                until=limit.until,
                is_allow=limit.is_allow,
            )
        )
    return Limits(tuple(limits))


def _read_moves(
    moves: tuple[tuple[str, str], ...], field: str
) -> Iterator[tuple[int, int]]:
    for color, vertex in moves:
        yield _read_color(color, field), _read_vertex(vertex, field)


def _read_color(word: str, field: str) -> int:
    if word.lower() not in COLOR_WORDS:
        raise RequestError(f"{field}: B or W is wanted", field)
    return COLOR_WORDS[word.lower()]


def _read_vertex(word: str, field: str) -> int:
    try:
        return parse_vertex(word)
    except VertexError as error:
        raise RequestError(f"{field}: {error}", field) from error
