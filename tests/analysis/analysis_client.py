"""An analysis session inside the test's process: requests in, checked answers out.

``check_answer`` is the schema of all answers, as a table: KataGo's document
(docs/Analysis_Engine.md), and what KaTrain 1.20.0 and katagoanal 0.4.0 need.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

from gopolicy.analysis.engine import Engine
from gopolicy.go.coords import parse_vertex
from gopolicy.policy import Policy, UniformPolicy

Json = dict[str, Any]
Check = Callable[[Any], bool]
Kind = tuple[dict[str, Check], dict[str, Check]]


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


def _is_vertex(value: Any) -> bool:
    return (
        isinstance(value, str)
        and value[:1] in "ABCDEFGHJKLMNOPQRSTp"
        and (0 <= parse_vertex(value) <= 361)
    )


def _are_numbers(value: Any, least: float, most: float) -> bool:
    """Whether a list holds numbers only, from ``least`` to ``most``; quick."""
    types = set(map(type, value))
    return types <= {int, float} and least <= min(value) and max(value) <= most


def _is_ownership(value: Any) -> bool:
    return len(value) == 361 and _are_numbers(value, -1, 1)


def _is_policy(value: Any) -> bool:
    legal = [v for v in value if v != -1]
    return (
        len(value) == 362
        and _are_numbers(legal, 0, 1)
        and math.isclose(sum(legal), 1, abs_tol=1e-4)
        and value[361] > 0
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


_VALUES: dict[str, Check] = {
    "winrate": _is_share,
    "utility": lambda value: _is_number(value) and -1 <= value <= 1,
    "scoreLead": _is_number,
    "scoreMean": _is_number,
    "scoreSelfplay": _is_number,
    "scoreStdev": lambda value: _is_number(value) and value >= 0,
}
_ROOT: dict[str, Check] = {
    **_VALUES,
    "visits": lambda value: _is_count(value) and value > 0,
    "currentPlayer": lambda value: value in ("B", "W"),
}
_MOVE: dict[str, Check] = {
    **_VALUES,
    "move": _is_vertex,
    "order": _is_count,
    "visits": lambda value: _is_count(value) and value > 0,
    "prior": _is_share,
    "lcb": _is_share,
    "utilityLcb": _is_number,
    "pv": lambda value: bool(value) and all(map(_is_vertex, value)),
}


def _are_visits(value: Any) -> bool:
    """Of the moves of a line: never more than of the move before."""
    return all(map(_is_count, value)) and value == sorted(value, reverse=True)


#: What a move may have besides.
_MAY: dict[str, Check] = {
    "ownership": _is_ownership,
    "pvVisits": _are_visits,
    "pvEdgeVisits": _are_visits,
}


def _is_root(value: Any) -> bool:
    return _has(value, _ROOT)


def _are_moves(value: Any) -> bool:
    return [move["order"] for move in value] == list(range(len(value))) and all(
        _has(move, _MOVE, _MAY) and move["pv"][0] == move["move"] for move in value
    )


#: Kinds of answers: the fields that each must have, and those that it may.
_ANALYSIS: Kind = (
    {
        "id": _is_text,
        "turnNumber": _is_count,
        "isDuringSearch": _is_flag,
        "rootInfo": _is_root,
        "moveInfos": _are_moves,
    },
    {"policy": _is_policy, "humanPolicy": _is_policy, "ownership": _is_ownership},
)
_NO_RESULTS: Kind = (
    {
        "id": _is_text,
        "turnNumber": _is_count,
        "isDuringSearch": lambda value: value is False,
        "noResults": lambda value: value is True,
    },
    {},
)
_REFUSAL: Kind = (
    {"error": _is_text},
    {"id": _is_text, "field": _is_text, "turnNumber": _is_count},
)
_WARNING: Kind = ({"warning": _is_text, "field": _is_text, "id": _is_text}, {})


def _has(
    value: Json, must: dict[str, Check], may: dict[str, Check] | None = None
) -> bool:
    known = {**must, **(may or {})}
    return set(must) <= set(value) <= set(known) and all(
        known[name](part) for name, part in value.items()
    )


def check_answer(answer: Json) -> Json:
    """The answer itself, once it is seen to be what the protocol allows."""
    if "action" in answer:  # an echo, with whatever was in the request
        assert _is_text(answer["id"]), answer
        return answer
    kinds = {"error": _REFUSAL, "warning": _WARNING, "noResults": _NO_RESULTS}
    kind = next((kinds[name] for name in kinds if name in answer), _ANALYSIS)
    assert _has(answer, *kind), answer
    return answer


class Session:
    """An engine whose answers are checked and kept; ``now`` is its clock."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.answers: list[Json] = []
        self.now = 0.0
        self.engine = Engine(
            policy or UniformPolicy(), self._take, clock=lambda: self.now
        )

    def _take(self, line: str) -> None:
        assert line.endswith("\n") and "\n" not in line[:-1]
        self.answers.append(check_answer(json.loads(line)))

    def send(self, *requests: Json | str) -> None:
        """Lets the engine read requests, without any work."""
        for request in requests:
            text = request if isinstance(request, str) else json.dumps(request)
            self.engine.accept(text.encode())

    def work(self, strokes: int = 10_000) -> list[Json]:
        """Lets it work, at most so often; all answers since the last call."""
        while strokes and self.engine.step():
            strokes -= 1
        answers, self.answers = self.answers, []
        return answers


def golden_requests() -> list[Json]:
    """Requests that KaTrain 1.20.0 sent, in November 2026, to an engine that logged.

    Its players were driven through all that it has: new games, moves, passes, records,
    pondering, each kind of analysis, its AIs, boards of other sizes.
    """
    path = Path(__file__).parent / "katrain-requests.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def query(name: str = "q", moves: str = "", **fields: Any) -> Json:
    """A query as KaTrain makes it, cheap; ``moves`` as "B Q16 W D4"."""
    words = moves.split()
    pairs = [list(pair) for pair in zip(words[::2], words[1::2], strict=True)]
    return {
        "id": name,
        "rules": "chinese",
        "komi": 7.5,
        "boardXSize": 19,
        "boardYSize": 19,
        "moves": pairs,
        "maxVisits": 10,
        **fields,
    }


def ask(*requests: Json | str, policy: Policy | None = None) -> list[Json]:
    """All that is answered to ``requests``."""
    session = Session(policy)
    session.send(*requests)
    return session.work()


def mutated(random: Random, request: Json) -> str:
    """The line of a request that was damaged, as a client never would, or hardly."""
    fields = json.loads(json.dumps(request))
    for _ in range(random.choice([0, 1, 1, 2, 4])):
        place: Any = fields
        while isinstance(place, (dict, list)) and place:
            key = random.choice(
                list(place) if isinstance(place, dict) else range(len(place))
            )
            if random.random() < 0.6 or not isinstance(place[key], (dict, list)):
                _damage(random, place, key)
                break
            place = place[key]
    line = json.dumps(fields)
    if random.random() < 0.2:
        at = random.randrange(len(line) + 1)
        line = line[:at] + chr(random.choice(_CODES)) + line[at + random.randrange(3) :]
    if random.random() < 0.05:
        line = "".join(chr(random.choice(_CODES)) for _ in range(random.randrange(99)))
    return line.replace("\n", " ")


def _damage(random: Random, place: Any, key: Any) -> None:
    what = random.random()
    if what < 0.2:
        del place[key]
    elif what < 0.3 and isinstance(place, dict):
        place[random.choice(_NAMES)] = deepcopy(place[key])
    else:
        place[key] = deepcopy(random.choice(_WRONG))


_CODES = [*range(32, 127), *(b'"{}[],:-0' * 3), 0, 9, 0x85, 0x2028, 0x56F4, 0x1F600]
_NAMES = ["id", "moves", "komi", "action", "rules", "priorities", "frobnicate", ""]
_WRONG: list[Any] = [
    *(None, True, False, 0, -1, 1, 7.5, 25, 1e300, 10**30, 2**53, "", "B", "w", "Q16"),
    *("pass", "Z99", "japanese", "terminate", "clear_cache", "QUERY:1", [], {}, [[]]),
    *(["B", "Q16"], [["B", "D4"]], [["W", "pass"]], [0, 1, 2], [-1], {"score": "AREA"}),
    *(
        {"maxTime": 0.001},
        {"reportAnalysisWinratesAs": "SIDETOMOVE"},
        "\ud800",
        "\u56f4",
    ),
    *([{"moves": ["Q16"], "player": "B", "untilDepth": 3}], [[[[[[[[]]]]]]]]),
]


def random_lines(random: Random, requests: list[Json], count: int) -> Iterator[str]:
    """``count`` lines, each one of ``requests`` or damaged; small work each."""
    for number in range(count):
        request = dict(random.choice(requests))
        if "moves" in request:
            request["moves"] = request["moves"][: random.choice([0, 1, 2, 5])]
            request["analyzeTurns"] = [len(request["moves"])]
            request["maxVisits"] = random.choice([1, 25])
            request["includeMovesOwnership"] = number % 20 == 0
        request["id"] = f"QUERY:{number % 50}"
        yield mutated(random, request)


#: What the golden requests have not: other actions, and fields of KataGo's document.
_ALSO: list[Json] = [
    {"id": "x", "action": "query_version"},
    {"id": "x", "action": "query_models"},
    {"id": "x", "action": "clear_cache"},
    {"id": "x", "action": "terminate", "terminateId": "QUERY:3", "turnNumbers": [0, 2]},
    {"id": "x", "action": "terminate_all", "turnNumbers": [1]},
    {"id": "x", "action": "terminate_all"},
    query(moves="B Q16 W D4 B C3", analyzeTurns=[0, 2], priorities=[3, -3]),
    query(allowMoves=[{"moves": ["C3", "pass"], "player": "B", "untilDepth": 1}]),
    query(moves="B Q16 W pass", analysisPVLen=2, includePVVisits=True),
]


def fuzz(requests: Iterable[Json], count: int, seed: int) -> int:
    """Feeds damaged requests to an engine; how many answers it gave, all checked."""
    source, given = Random(seed), 0
    session = Session()
    for line in random_lines(source, [*requests, *_ALSO], count):
        session.send(line)
        if source.random() < 0.5:
            given += len(session.work(source.choice([1, 2, 100])))
    return given + len(session.work())
