"""What other programs read: Leela Zero's and KataGo's analysis, GoGui's pictures.

Sources: KataGo, docs/GTP_Extensions.md; GoGui reference manual, "Analyze commands".
Only text is made here, nothing is thought of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, BOARD_SIZE, POINTS, format_vertex
from gopolicy.policy import Suggestion

if TYPE_CHECKING:
    from gopolicy.analysis.lines import Analysis, Line
    from gopolicy.go.playouts import Judgement

#: Analyze commands, as GoGui's menu lists them: type/label/command.
ANALYZE_COMMANDS: Final = (
    "sboard/Policy Percent/gopolicy-policy",
    "dboard/Policy Influence/gopolicy-policy_influence",
    "cboard/Policy Colors/gopolicy-policy_colors",
    "gfx/Policy Best Moves/gopolicy-best_moves",
    "dboard/Ownership/gopolicy-ownership",
    "string/Winrate/gopolicy-winrate",
    "plist/Dead Stones/final_status_list dead",
)
#: Probabilities from here down are drawn as nothing: 0.1 %.
_FAINTEST: Final = 1e-3
#: Colors from unlikely to likely; blue to yellow, which color-blind people tell apart.
_RAMP: Final = ("#26456e", "#3a6ea5", "#5fa2b5", "#a9c77d", "#f2d43d")


def format_lz(analysis: Analysis) -> str:
    """One line of ``lz-analyze``; winrates of the side to play, in ten thousandths."""
    return " ".join(
        f"info move {format_vertex(line.point)} visits {line.visits} "
        f"winrate {_scale(line.winrate)} prior {_scale(line.probability)} "
        f"lcb {_scale(line.winrate - 2 * line.winrate_error)} order {order} "
        f"pv {_vertices(line.moves)}"
        for order, line in enumerate(analysis.lines)
    )


def format_kata(analysis: Analysis, *, fields: Collection[str] = ()) -> str:
    """One line of ``kata-analyze``; all numbers are those of the side to play.

    ``fields``: what to tell besides; see ``wishes``. Every number but a count has a
    decimal point: Sabaki tells both formats apart by it.
    """
    parts = [
        _kata_line(analysis, line, order, fields)
        for order, line in enumerate(analysis.lines)
    ]
    if "rootInfo" in fields:
        parts.append(f"rootInfo {_kata_root(analysis)}")
    if "ownership" in fields:
        parts.append("ownership " + _numbers(analysis.ownership))
    return " ".join(parts)


def _kata_line(
    analysis: Analysis, line: Line, order: int, fields: Collection[str]
) -> str:
    """A move; what has many numbers stands at its end."""
    parts = [
        f"info {_kata_fields(line, analysis.deviation)} order {order} "
        f"pv {_vertices(line.moves)}"
    ]
    for name in ("pvVisits", "pvEdgeVisits"):  # the same: no two lines meet again
        if name in fields:
            parts.append(f"{name} {' '.join(map(str, line.move_visits))}")
    if "movesOwnership" in fields:
        owned = line.ownership(analysis.ownership)
        parts.append("movesOwnership " + _numbers(owned))
    return " ".join(parts)


def _kata_fields(line: Line, deviation: float) -> str:
    low = max(0.0, line.winrate - 2 * line.winrate_error)
    score, utility = f"{line.score:.3f}", 2 * line.winrate - 1
    return (
        f"move {format_vertex(line.point)} visits {line.visits} "
        f"utility {utility:.4f} winrate {line.winrate:.4f} scoreMean {score} "
        f"scoreStdev {deviation:.3f} scoreLead {score} "
        f"scoreSelfplay {score} prior {line.probability:.6f} lcb {low:.4f} "
        f"utilityLcb {2 * low - 1:.4f}"
    )


def _kata_root(analysis: Analysis) -> str:
    winrate, score = analysis.winrate, analysis.score
    visits = sum(line.visits for line in analysis.lines)
    return (
        f"visits {visits} utility {2 * winrate - 1:.4f} winrate {winrate:.4f} "
        f"scoreMean {score:.3f} scoreLead {score:.3f} scoreSelfplay {score:.3f}"
    )


def format_raw_network(
    probabilities: NDArray[np.float32],
    legal: NDArray[np.bool_],
    judgement: Judgement,
) -> str:
    """``kata-raw-nn``: the policy's moves, all else by who owns what, for White.

    ``probabilities``: float32 [361]; ``legal``: bool [361], the rest is NAN.
    """
    pass_probability = 0.0 if probabilities.any() else 1.0
    policy = np.where(legal, probabilities, np.nan)
    return "\n".join(
        [
            "symmetry 0",  # the policy does its own averaging; see --symmetries
            f"whiteWin {1 - judgement.black_winrate:.6f}",
            f"whiteLoss {judgement.black_winrate:.6f}",
            "noResult 0.000000",
            f"whiteLead {-judgement.score:.3f}",
            f"whiteScoreSelfplay {-judgement.score:.3f}",
            f"whiteScoreSelfplaySq {judgement.score**2:.3f}",
            "policy",
            *(_numbers(row) for row in policy.reshape(BOARD_SIZE, BOARD_SIZE)),
            f"policyPass {pass_probability:.6f}",
            "whiteOwnership",
            *(_numbers(row) for row in _rows(-judgement.ownership)),
        ]
    )


def format_percents(probabilities: NDArray[np.float32]) -> str:
    """GoGui's board of strings: whole percents, empty below one half."""
    return _board(
        f"{100 * p:.0f}" if p >= 0.005 else '""' for p in probabilities.tolist()
    )


def format_influence(values: NDArray[np.float32]) -> str:
    """GoGui's board of doubles between -1 (White) and 1 (Black)."""
    return _board(f"{value:.4f}" for value in values.tolist())


def policy_influence(
    probabilities: NDArray[np.float32], to_play: int
) -> NDArray[np.float32]:
    """float32 [361]: probabilities on a log scale from 0 to 1, with the color's sign.

    0.1 % and less are 0, a certain move is 1.
    """
    faint = np.maximum(probabilities, _FAINTEST)
    share = 1 - np.log(faint) / np.log(_FAINTEST)
    values: NDArray[np.float32] = (share * (1 if to_play == BLACK else -1)).astype(
        np.float32
    )
    return values


def format_colors(probabilities: NDArray[np.float32]) -> str:
    """GoGui's board of colors: blue for unlikely moves to yellow for likely ones."""
    shares = policy_influence(probabilities, BLACK)
    return _board(
        _RAMP[min(int(share * len(_RAMP)), len(_RAMP) - 1)] if share > 0 else '""'
        for share in shares.tolist()
    )


def format_best_moves(
    probabilities: NDArray[np.float32], to_play: int, best: list[Suggestion]
) -> str:
    """GoGui's graphics: influence, percents on the best moves, the best one marked."""
    values = policy_influence(probabilities, to_play)
    influence = " ".join(
        f"{format_vertex(int(p))} {values[p]:.3f}" for p in np.flatnonzero(values)
    )
    labels = " ".join(f"{s.vertex} {100 * s.probability:.0f}" for s in best)
    lines = [f"INFLUENCE {influence}", f"LABEL {labels}"]
    if best:
        text = ", ".join(f"{s.vertex} {100 * s.probability:.1f} %" for s in best)
        lines += [f"CIRCLE {best[0].vertex}", f"TEXT {text}"]
    return "\n".join(lines) if best else "TEXT no move but a pass"


def _scale(share: float) -> int:
    return round(10_000 * min(max(share, 0.0), 1.0))


def _vertices(points: Iterable[int]) -> str:
    return " ".join(format_vertex(point) for point in points)


def _rows(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values.reshape(BOARD_SIZE, BOARD_SIZE)  # [361] -> [19, 19]


def _numbers(values: NDArray[np.float32]) -> str:
    return " ".join("NAN" if v != v else f"{v:.6f}" for v in values.tolist())


def _board(texts: Iterable[str]) -> str:
    """361 texts in rows, under a first line that is empty."""
    cells = list(texts)
    rows = [cells[i : i + BOARD_SIZE] for i in range(0, POINTS, BOARD_SIZE)]
    return "\n" + "\n".join(" ".join(row) for row in rows)
