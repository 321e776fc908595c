"""Who is ahead, from whose the points will be, and how far to trust it. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.analysis.values import expected_lead, settledness
from gopolicy.go.coords import BLACK
from gopolicy_gui.model.language import N_, tr
from gopolicy_gui.model.study.findings import Estimate

#: How settled a board is, and by how many points at most the lead was wrong at the end
#: of eight in ten counted games. Source: ``tools/study/measure_leads.py``, 3,553
#: positions of the sample games.
_ERRORS: Final = (
    (0.0, 14.5),
    (0.65, 14.5),
    (0.75, 11.0),
    (0.85, 7.0),
    (0.95, 3.0),
    (1.0, 1.5),
)


def make_estimate(
    ownership: NDArray[np.float32], difference: float, to_play: int
) -> Estimate:
    """The estimate from whose the points will be, float32 [361], +1 for Black.

    ``difference``: what Black has beside the board, as minus komi.
    """
    lead = expected_lead(ownership, difference, moves=to_play == BLACK)
    reach = reach_of(settledness(ownership))
    return Estimate(ownership, lead, lead - reach, lead + reach)


def reach_of(settled: float) -> float:
    """Points to both sides of the lead within which eight in ten games end."""
    places, errors = zip(*_ERRORS, strict=True)
    return float(np.interp(settled, places, errors))


def lead_words(points: float) -> str:
    """A lead of Black in whole points, as in "B+7"; "even" for less than one."""
    whole = round(abs(points))
    if not whole:
        return tr("even")
    return tr(N_("B+{points}") if points > 0 else N_("W+{points}"), points=whole)
