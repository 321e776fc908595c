"""Answers of KataGo's analysis protocol: what was found out, as dicts for JSON.

Source: KataGo, docs/Analysis_Engine.md. Nothing is thought of here; signs are turned
to the side that a query wants to hear of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, PASS, WHITE, format_vertex

if TYPE_CHECKING:
    from gopolicy.analysis.lines import Analysis, Line
    from gopolicy.analysis.requests import Perspective, Query, RequestError

Answer: TypeAlias = dict[str, Any]

#: What a pass has of the policy where it is legal and nothing speaks for it.
FAINT_PASS: Final = 1e-6
_COLORS: Final = {BLACK: "B", WHITE: "W"}


def refusal(error: RequestError) -> Answer:
    """What a request that is refused gets."""
    answer: Answer = {"error": str(error)}
    if error.field is not None:
        answer["field"] = error.field
    return answer if error.id is None else {**answer, "id": error.id}


def warning(query: Query, field: str) -> Answer:
    """What is said of a field that is none of the protocol; the query is answered."""
    return {"warning": "unused field", "field": field, "id": query.id}


def no_results(name: str, turn: int) -> Answer:
    """The last answer for a turn that was given up before anything was found out."""
    return {
        "id": name,
        "turnNumber": turn,
        "isDuringSearch": False,
        "noResults": True,
    }


def format_analysis(
    query: Query,
    turn: int,
    analysis: Analysis,
    *,
    policy: NDArray[np.float32],
    visits: int,
    is_final: bool,
) -> Answer:
    """What is known of a turn; ``policy``: float32 [362], PASS last, -1 where illegal.

    ``visits``: the work that was done, in those of the query.
    """
    sign = _sign(query.perspective, analysis.to_play)
    answer: Answer = {
        "id": query.id,
        "turnNumber": turn,
        "isDuringSearch": not is_final,
        "rootInfo": {
            "currentPlayer": _COLORS[analysis.to_play],
            "visits": visits,
            **_values(analysis.winrate, analysis.score, sign),
            "scoreStdev": round(analysis.deviation, 3),
        },
        "moveInfos": [
            _format_line(query, line, analysis, order=order, sign=sign)
            for order, line in enumerate(analysis.lines)
        ],
    }
    if query.policy:
        answer["policy"] = _numbers(policy, 8)
        answer["humanPolicy"] = answer["policy"]  # it is a network of people's moves
    if query.ownership:
        answer["ownership"] = _numbers(sign * analysis.ownership, 3)
    return answer


def _format_line(
    query: Query, line: Line, analysis: Analysis, *, order: int, sign: int
) -> Answer:
    low = max(0.0, line.winrate - 2 * line.winrate_error)
    if sign < 0:
        low = 1 - low
    answer: Answer = {
        "move": format_vertex(line.point),
        "order": order,
        "visits": max(1, line.visits),
        "prior": round(line.probability, 6),
        **_values(line.winrate, line.score, sign),
        "lcb": round(low, 5),
        "utilityLcb": round(2 * low - 1, 5),
        "scoreStdev": round(analysis.deviation, 3),
        "pv": [format_vertex(point) for point in line.moves[: query.pv_length]],
    }
    if query.pv_visits:
        answer["pvVisits"] = line.move_visits[: query.pv_length]
        answer["pvEdgeVisits"] = answer["pvVisits"]  # the same: no two lines meet again
    if query.moves_ownership:
        answer["ownership"] = _numbers(sign * line.ownership(analysis.ownership), 3)
    return answer


def _values(winrate: float, score: float, sign: int) -> Mapping[str, float]:
    """Winrate and points, of the side to play, for the side that is reported."""
    share = winrate if sign > 0 else 1 - winrate
    lead = round(sign * score, 3)
    return {
        "winrate": round(share, 5),
        "utility": round(2 * share - 1, 5),
        "scoreLead": lead,
        "scoreMean": lead,
        "scoreSelfplay": lead,
    }


def _sign(perspective: Perspective, to_play: int) -> int:
    """-1 where what is of the side to play is reported of the other."""
    sides = {"BLACK": BLACK, "WHITE": WHITE, "SIDETOMOVE": to_play}
    return 1 if sides[perspective] == to_play else -1


def _numbers(values: NDArray[np.float32], digits: int) -> list[float]:
    """As a list; rounding as float64, or float32's digits would show."""
    numbers: list[float] = np.round(values.astype(np.float64), digits).tolist()
    return numbers


def full_policy(
    probabilities: NDArray[np.float32], legal: NDArray[np.bool_], pass_share: float
) -> NDArray[np.float32]:
    """float32 [362]: the policy with its pass, -1 on points that are not ``legal``.

    ``probabilities``: float32 [361]; ``legal``: bool [361]; ``pass_share``: 0 to 1.
    """
    share = max(pass_share, FAINT_PASS) if probabilities.any() else 1.0
    policy = np.append(probabilities * (1 - share), np.float32(share))
    policy[:PASS][~legal] = -1
    return policy.astype(np.float32)
