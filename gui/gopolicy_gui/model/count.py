"""The count on the board while a game is being scored. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, WHITE
from gopolicy.go.scoring import count_owners, final_score, format_score
from gopolicy_gui.model.state import GuiState


class Count(NamedTuple):
    """Black's ``lead`` in points, komi subtracted, and what it comes from.

    ``black`` and ``white``: points of area, without komi. ``owners``: int8 [361].
    """

    lead: float
    black: int
    white: int
    owners: NDArray[np.int8]

    @property
    def result(self) -> str:
        """As SGF writes it: "B+3.5", "W+0.5", "0"."""
        return format_score(self.lead)

    @property
    def words(self) -> str:
        """As people say it."""
        if self.lead == 0:
            return "Jigo: nobody wins"
        return f"{'Black' if self.lead > 0 else 'White'} wins by {abs(self.lead):g}"


def count_score(state: GuiState) -> Count | None:
    """The score on the board; None while it is not known what is dead."""
    if state.scoring is None or state.scoring.dead is None:
        return None
    dead = state.scoring.dead
    owners = count_owners(state.position, dead)
    lead = final_score(
        state.position, komi=state.komi, dead=dead, rules=state.options.rules
    )
    return Count(
        lead,
        int(np.count_nonzero(owners == BLACK)),
        int(np.count_nonzero(owners == WHITE)),
        owners,
    )
