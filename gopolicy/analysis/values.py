"""What a position is worth: points and a winrate, from whose its points will be.

The slope and the offset were fitted by logistic regression on 900 games of 6-dan
players, with ownership by playouts; on 270 other games the owner network's leads had no
better winrates by a slope and an offset of their own. Without that network, by
playouts, leads are rougher, and the tempo is not theirs.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: So many points the network gives the side to play too much on an open board: from
#: one position to the next, whoever moved lost that, at moves 80 to 120 of 60 games.
_TEMPO: Final = 2.0
#: On a board that is settled less, a lead says less of the end. By the network that is
#: so until move 80 to 120; the numbers are older than it, and did as well as others.
_SETTLED: Final = 0.43
_SLOPE: Final = 4.0
_OFFSET: Final = -4.5


def settledness(ownership: NDArray[np.float32]) -> float:
    """How much of the board is somebody's, 0 to 1. ``ownership``: float32 [361]."""
    return float(np.square(ownership, dtype=np.float64).mean())


def expected_lead(
    ownership: NDArray[np.float32], difference: float, *, moves: bool
) -> float:
    """Points by which whoever +1 is of ``ownership`` can be expected to lead.

    ``difference``: what the board does not show, as komi. ``moves``: whether it is
    their turn.
    """
    settled = settledness(ownership)
    tempo = _TEMPO / 2 * (1 - settled) * (-1 if moves else 1)
    lead = float(ownership.sum(dtype=np.float64)) + difference + tempo
    return lead * min(1.0, math.exp(_SLOPE * (settled - _SETTLED)))


def winrate_of(lead: float, settled: float) -> float:
    """The winrate of who leads by so many points, as ``expected_lead`` gives them."""
    scale = math.exp(_OFFSET + _SLOPE * max(settled, _SETTLED))
    return 1 / (1 + math.exp(-max(-100.0, min(100.0, scale * lead))))
