"""Requests of KataGo's analysis protocol: a line of JSON to what it asks for.

Source: KataGo, docs/Analysis_Engine.md. Knows JSON and no Go: colors, vertices and
rules are texts here, whose meaning ``positions`` finds. A request that is refused is a
``RequestError``, with the field that is wrong.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, TypeVar

Perspective: TypeAlias = Literal["BLACK", "WHITE", "SIDETOMOVE"]
T = TypeVar("T")

#: What KataGo's configuration for analysis says, which clients expect.
DEFAULT_PERSPECTIVE: Final[Perspective] = "BLACK"
DEFAULT_VISITS: Final = 500
#: Larger numbers in a request are no visits, turns or priorities of anybody.
_LARGEST: Final = 2**53
#: Moves of a game; the longest known has some 600.
_MOST_MOVES: Final = 2_000
_PERSPECTIVES: Final[dict[str, Perspective]] = {
    "BLACK": "BLACK",
    "WHITE": "WHITE",
    "SIDETOMOVE": "SIDETOMOVE",
}
_ACTIONS: Final = (
    "query_version",
    "query_models",
    "clear_cache",
    "terminate",
    "terminate_all",
)
#: Fields that change how KataGo searches; there is no search here, so they are right
#: and mean nothing.
_WITHOUT_MEANING: Final = (
    "includeMovesOwnershipStdev",
    "includeNoResultValue",
    "includeOwnershipStdev",
    "rootFpuReductionMax",
    "rootPolicyTemperature",
)


class RequestError(Exception):
    """A request that is refused: what is wrong, in which field, of which request."""

    def __init__(self, text: str, field: str | None = None, id: str | None = None):
        super().__init__(text)
        self.field = field
        self.id = id


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLimit:
    """``avoidMoves`` or ``allowMoves``: vertices of a player, up to a depth of 1.."""

    player: str
    vertices: tuple[str, ...]
    until: int
    is_allow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Positions to analyse: those before move ``turns[i]`` of a game, 0 the first.

    ``priorities``: one for each turn. ``seconds``: the most that a position may take;
    ``every``: seconds between answers while it is worked at, None for none.
    ``unknown``: names of fields that are none of the protocol.
    """

    id: str
    width: int
    height: int
    stones: tuple[tuple[str, str], ...]
    player: str | None
    moves: tuple[tuple[str, str], ...]
    rules: str | Mapping[str, object] | None
    handicap_bonus: str | None
    komi: float | None
    turns: tuple[int, ...]
    priorities: tuple[int, ...]
    visits: int
    seconds: float
    every: float | None
    perspective: Perspective
    ownership: bool
    moves_ownership: bool
    policy: bool
    pv_visits: bool
    pv_length: int
    limits: tuple[MoveLimit, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """An action: its name, whose queries and which turns of them it is about.

    ``turns``: None for all. ``fields``: the request as it came, for the echo.
    """

    action: str
    target: str | None
    turns: frozenset[int] | None
    fields: Mapping[str, object]


def parse_request(line: bytes) -> Query | Command:
    """What a line asks for. Raises: RequestError."""
    try:
        text = line.decode("utf-8-sig")
        fields = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"could not parse the line as JSON: {error}") from error
    if not isinstance(fields, dict):
        raise RequestError("a request is a JSON object")
    name = fields.get("id")
    if not isinstance(name, str):
        raise RequestError("every request has an id, a string", "id")
    try:
        return _read_action(fields) if "action" in fields else _read_query(fields)
    except RequestError as error:
        error.id = name
        raise


def _finite(text: str) -> float:
    """The number of a text that is neither NaN nor infinite, as 1e999 is."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large, or no number")
    return number


def _read_action(fields: Mapping[str, Any]) -> Command:
    action, target = fields["action"], None
    if action not in _ACTIONS:
        known = ", ".join(_ACTIONS)
        raise RequestError(f"no such action; known: {known}", "action")
    if action == "terminate":
        target = _read(fields, "terminateId", _text)
    turns = None
    if action.startswith("terminate") and "turnNumbers" in fields:
        turns = frozenset(_read(fields, "turnNumbers", _list_of(_whole(0))))
    return Command(action=action, target=target, turns=turns, fields=fields)


def _read_query(fields: Mapping[str, Any]) -> Query:
    settings = _read(fields, "overrideSettings", _object, {})
    moves = _read(fields, "moves", _pairs)
    turns, priorities = _read_turns(fields, len(moves))
    limits = [
        *_read(fields, "avoidMoves", _move_limits(is_allow=False), ()),
        *_read(fields, "allowMoves", _move_limits(is_allow=True), ()),
    ]
    return Query(
        id=fields["id"],
        width=_read(fields, "boardXSize", _whole(1)),
        height=_read(fields, "boardYSize", _whole(1)),
        stones=_read(fields, "initialStones", _pairs, ()),
        player=_read(fields, "initialPlayer", _text, None),
        moves=moves,
        rules=_read(fields, "rules", _text_or_object, None),
        handicap_bonus=_read(fields, "whiteHandicapBonus", _text, None),
        komi=_read(fields, "komi", _number, None),
        turns=turns,
        priorities=priorities,
        visits=_read(fields, "maxVisits", _whole(1), DEFAULT_VISITS),
        seconds=_read(settings, "maxTime", _positive, math.inf),
        every=_read(fields, "reportDuringSearchEvery", _positive, None),
        perspective=_read(
            settings, "reportAnalysisWinratesAs", _perspective, DEFAULT_PERSPECTIVE
        ),
        ownership=_read(fields, "includeOwnership", _flag, False),
        moves_ownership=_read(fields, "includeMovesOwnership", _flag, False),
        policy=_read(fields, "includePolicy", _flag, False),
        pv_visits=_read(fields, "includePVVisits", _flag, False),
        pv_length=_read(fields, "analysisPVLen", _whole(1), _MOST_MOVES),
        limits=tuple(limits),
        unknown=tuple(name for name in fields if name not in _KNOWN),
    )


def _read_turns(
    fields: Mapping[str, Any], n_moves: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The turns to analyse, each once, and the priority of each."""
    turns = _read(fields, "analyzeTurns", _list_of(_whole(0)), [n_moves])
    if any(turn > n_moves for turn in turns):
        raise RequestError(
            f"a turn is 0 to {n_moves}, the number of moves", "analyzeTurns"
        )
    priority = _read(fields, "priority", _whole(-_LARGEST), 0)
    if "priorities" not in fields:
        unique = tuple(dict.fromkeys(turns))
        return unique, (priority,) * len(unique)
    if "priority" in fields:
        raise RequestError("give priority or priorities, not both", "priorities")
    priorities = _read(fields, "priorities", _list_of(_whole(-_LARGEST)))
    if len(priorities) != len(turns):
        raise RequestError(
            "there is one priority for each of analyzeTurns", "priorities"
        )
    pairs = dict(zip(turns, priorities, strict=True))
    return tuple(pairs), tuple(pairs.values())


_KNOWN: Final = frozenset(
    (
        *("id", "boardXSize", "boardYSize", "initialStones", "initialPlayer", "moves"),
        *("rules", "komi", "analyzeTurns", "priority", "priorities", "maxVisits"),
        *("overrideSettings", "reportDuringSearchEvery", "includeOwnership"),
        *(
            "whiteHandicapBonus",
            "includeMovesOwnership",
            "includePolicy",
            "includePVVisits",
            "analysisPVLen",
            "avoidMoves",
        ),
        *("allowMoves", *_WITHOUT_MEANING),
    )
)
_REQUIRED: Final = object()


def _read(
    fields: Mapping[str, Any],
    name: str,
    reader: Callable[[Any], T],
    default: Any = _REQUIRED,
) -> T:
    """The field, read by ``reader``, whose ValueError says what belongs there."""
    if name not in fields:
        if default is _REQUIRED:
            raise RequestError(f"the request has no {name}", name)
        value: T = default
        return value
    try:
        return reader(fields[name])
    except ValueError as error:
        raise RequestError(f"{name}: {error}", name) from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a string is wanted")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is wanted")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("a number is wanted")
    if not abs(value) <= _LARGEST:  # 1e999 is an infinity
        raise ValueError("a smaller number is wanted")
    return float(value)


def _positive(value: Any) -> float:
    number = _number(value)
    if number <= 0:
        raise ValueError("a number above 0 is wanted")
    return number


def _whole(least: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        number = _number(value)
        if number != int(number) or number < least:
            raise ValueError(f"a whole number of at least {least} is wanted")
        return int(number)

    return read


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("an object is wanted")
    return value


def _text_or_object(value: Any) -> str | Mapping[str, object]:
    if not isinstance(value, (str, dict)):
        raise ValueError("a string or an object is wanted")
    return value


def _perspective(value: Any) -> Perspective:
    if not isinstance(value, str) or value.upper() not in _PERSPECTIVES:
        raise ValueError(f"one of {', '.join(_PERSPECTIVES)} is wanted")
    return _PERSPECTIVES[value.upper()]


def _list_of(reader: Callable[[Any], T]) -> Callable[[Any], list[T]]:
    def read(value: Any) -> list[T]:
        if not isinstance(value, list) or len(value) > _MOST_MOVES:
            raise ValueError(f"a list of at most {_MOST_MOVES} is wanted")
        return [reader(part) for part in value]

    return read


def _pair(value: Any) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError('pairs such as ["B", "Q16"] are wanted')
    return _text(value[0]), _text(value[1])


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    return tuple(_list_of(_pair)(value))


def _move_limits(*, is_allow: bool) -> Callable[[Any], Sequence[MoveLimit]]:
    def read_one(value: Any) -> MoveLimit:
        fields = _object(value)
        missing = {"moves", "player", "untilDepth"} - set(fields)
        if missing:
            raise ValueError(f"{', '.join(sorted(missing))} is missing")
        return MoveLimit(
            player=_text(fields["player"]),
            vertices=tuple(_list_of(_text)(fields["moves"])),
            until=_whole(1)(fields["untilDepth"]),
            is_allow=is_allow,
        )

    return _list_of(read_one)
