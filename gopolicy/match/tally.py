"""What the games of a match add up to: the win rate, its interval, and what went wrong.

Counts ``GameResult``s; knows nothing of how they came about.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import mean, median
from typing import Final

from gopolicy.go.coords import BLACK, WHITE
from gopolicy.match.game import (
    ILLEGAL,
    MOVE_LIMIT,
    PASSES,
    RESIGNATION,
    VOID,
    GameResult,
)

#: Standard deviations of a 95 % interval.
_Z: Final = 1.959963984540054


def wilson_interval(wins: float, games: int) -> tuple[float, float]:
    """95 % interval of a win rate; (0, 1) without games. A jigo is half a win.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical
    inference", J. Am. Stat. Assoc. 22.
    """
    if games == 0:
        return 0.0, 1.0
    rate, z2 = wins / games, _Z * _Z
    center = (rate + z2 / (2 * games)) / (1 + z2 / games)
    spread = rate * (1 - rate) / games + z2 / (4 * games * games)
    half = _Z * math.sqrt(spread) / (1 + z2 / games)
    return max(0.0, center - half), min(1.0, center + half)


def tally(results: Sequence[GameResult]) -> dict[str, object]:
    """The figures of a match, as JSON values; see ``gopolicy match --help``.

    ``games`` are those that count; ``void`` ones come on top.
    """
    counted = [r for r in results if r.winner is not None]
    wins, losses, jigo = _score(counted)
    rate = (wins + jigo / 2) / len(counted) if counted else None
    return {
        "games": len(counted),
        "wins": wins,
        "losses": losses,
        "jigo": jigo,
        "win_rate": rate,
        "interval": list(wilson_interval(wins + jigo / 2, len(counted))),
        "void": len(results) - len(counted),
        "as_black": _by_color(counted, BLACK),
        "as_white": _by_color(counted, WHITE),
        "endings": dict(Counter(r.ending for r in results)),
        "illegal": {
            "ours": sum(r.ending == ILLEGAL and _is_ours(r) for r in results),
            "theirs": sum(r.ending == ILLEGAL and not _is_ours(r) for r in results),
            "refused": sum(r.ending == VOID and r.blame != 0 for r in results),
        },
        "turns": _turns(counted),
        "distinct": len({tuple(r.points) for r in counted}),
        "same_winner": {
            "ours_and_theirs": _agree((r.our_lead, r.their_lead) for r in counted),
            "ours_and_referee": _agree((r.our_lead, r.referee_lead) for r in counted),
        },
        "passing": _passing(counted),
        "seconds_per_game": mean(r.seconds for r in results) if results else None,
    }


def _score(counted: Iterable[GameResult]) -> tuple[int, int, int]:
    """Wins, losses, jigo, from our side."""
    outcomes = Counter((r.winner or 0) * r.our_color for r in counted)
    return outcomes[1], outcomes[-1], outcomes[0]


def _by_color(counted: Sequence[GameResult], color: int) -> dict[str, int]:
    wins, losses, jigo = _score(r for r in counted if r.our_color == color)
    return {"games": wins + losses + jigo, "wins": wins, "losses": losses, "jigo": jigo}


def _is_ours(result: GameResult) -> bool:
    return result.blame == result.our_color


def _turns(counted: Sequence[GameResult]) -> dict[str, float]:
    turns = [len(r.points) for r in counted]
    return {"median": median(turns), "max": max(turns)} if turns else {}


def _agree(pairs: Iterable[tuple[float | None, float | None]]) -> dict[str, int]:
    """In how many of the games that both counted the same side has won."""
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    return {"games": len(both), "same": sum(_sign(a) == _sign(b) for a, b in both)}


def _passing(counted: Sequence[GameResult]) -> dict[str, int]:
    """Games that we had won by the referee's count, and that were not won.

    ``won_at_first_pass``: we led when somebody first passed. ``thrown_away``: of
    these, lost in the end. ``unfinished``: ran into the move limit. ``resigned_won``:
    we led when we resigned.
    """
    led = [r for r in counted if (r.first_pass or 0) * r.our_color > 0]
    resigned = [
        r for r in counted if r.ending == RESIGNATION and r.winner == -r.our_color
    ]
    return {
        "ended_by_passes": sum(r.ending == PASSES for r in counted),
        "judged_at_first_pass": sum(r.first_pass is not None for r in counted),
        "won_at_first_pass": len(led),
        "thrown_away": sum(r.winner == -r.our_color for r in led),
        "unfinished": sum(r.ending == MOVE_LIMIT for r in counted),
        "resigned_won": sum((r.referee_lead or 0) * r.our_color > 0 for r in resigned),
    }


def _sign(lead: float) -> int:
    return (lead > 0) - (lead < 0)
