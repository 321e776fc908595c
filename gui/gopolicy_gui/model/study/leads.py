"""Who is ahead, from playouts, and how far that can be trusted. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.analysis.values import expected_lead, settledness
from gopolicy_gui.model.language import N_, tr
from gopolicy_gui.model.study.findings import Estimate

#: Playouts of one round, and after how many an estimate stands.
ROUND: Final = 96
ENOUGH_PLAYOUTS: Final = 960
#: How settled a board is, and by how many points at most the lead was wrong at the end
#: of eight in ten counted games. Source: ``tools/study/measure_leads.py``, 1,570
#: positions of the sample games.
_ERRORS: Final = (
    (0.0, 18.0),
    (0.45, 19.5),
    (0.55, 17.0),
    (0.65, 10.0),
    (0.75, 6.5),
    (0.85, 3.7),
    (1.0, 2.0),
)


def make_estimate(
    owners: NDArray[np.int32], playouts: int, difference: float
) -> Estimate:
    """The estimate from the sum of the owners of so many playouts, int32 [361].

    ``difference``: what Black has beside the board, as minus komi.
    """
    ownership = (owners / playouts).astype(np.float32)
    settled = settledness(ownership, playouts)
    lead = expected_lead(ownership, difference, settled)
    reach = reach_of(settled)
    return Estimate(ownership, lead, lead - reach, lead + reach, playouts)


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
