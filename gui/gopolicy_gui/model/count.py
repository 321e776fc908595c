"""The count on the board while a game is being scored. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, EMPTY, WHITE
from gopolicy.go.scoring import count_owners, final_score, format_score
from gopolicy_gui.model.state import GuiState


class Count(NamedTuple):
    """Black's ``lead`` in points, komi subtracted, and what it comes from.

    ``black`` and ``white``: points of area, without komi. ``owners``: int8 [361].
    ``open``: points that nobody owns yet; 0 in a game that is over, which alone has a
    result.
    """

    lead: float
    black: int
    white: int
    owners: NDArray[np.int8]
    open: int

    @property
    def neutral(self) -> frozenset[int]:
        """Points that stay nobody's: filled by turns, or within a seki.

        Empty where the game is not over, since any point may be somebody's yet.
        """
        if self.open:
            return frozenset()
        return frozenset(np.flatnonzero(self.owners == EMPTY).tolist())

    @property
    def result(self) -> str:
        """As SGF writes it: "B+3.5", "W+0.5", "0"."""
        return format_score(self.lead)

    @property
    def words(self) -> str:
        """As people say it."""
        if self.open:
            return f"Not over: {self.open} points are open"
        return result_words(self.result)


def count_score(state: GuiState) -> Count | None:
    """The score on the board; None while it is not known what is dead."""
    if state.scoring is None or state.scoring.dead is None:
        return None
    from gopolicy.go.playouts import MAX_CONTESTED  # too much for the first frame

    dead = state.scoring.dead
    owners = count_owners(state.position, dead)
    lead = final_score(state.position, komi=state.komi, dead=dead, rules=state.rules)
    is_over = state.has_passed_twice or state.scoring.contested <= MAX_CONTESTED
    return Count(
        lead,
        int(np.count_nonzero(owners == BLACK)),
        int(np.count_nonzero(owners == WHITE)),
        owners,
        0 if is_over or _was_counted(state) else state.scoring.contested,
    )


def _was_counted(state: GuiState) -> bool:
    """Whether the record ends here, and its players counted."""
    return state.result_here[2:3].isdigit()


def result_words(result: str) -> str:
    """A result of ``parse_result`` as people say it."""
    if result in ("0", "Void"):
        return "Jigo: nobody wins" if result == "0" else "No result"
    how = {"": "", "R": " by resignation", "T": " on time", "F": " by forfeit"}
    margin = result[2:]
    winner = "Black" if result[0] == "B" else "White"
    return f"{winner} wins{how.get(margin, f' by {margin}')}"
