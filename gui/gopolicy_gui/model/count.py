"""The count on the board while a game is being scored. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, EMPTY, WHITE
from gopolicy.go.position import Position
from gopolicy.go.scoring import (
    Seki,
    count_owners,
    final_score,
    find_seki,
    format_score,
)
from gopolicy_gui.model.language import N_, color_name, tr
from gopolicy_gui.model.state import GuiState

#: How a game was won, by what stands after the winner's "B+" or "W+".
_WINS: Final = {
    "": N_("{winner} wins"),
    "R": N_("{winner} wins by resignation"),
    "T": N_("{winner} wins on time"),
    "F": N_("{winner} wins by forfeit"),
}


class Count(NamedTuple):
    """Black's ``lead`` in points, komi subtracted, and what it comes from.

    ``black`` and ``white``: points of area, without komi. ``owners``: int8 [361].
    ``open``: points that nobody owns yet; 0 in a game that is over, which alone has a
    result. ``seki``: points within a seki that are nobody's; by territory so are the
    eyes of its groups.
    """

    lead: float
    black: int
    white: int
    owners: NDArray[np.int8]
    open: int
    seki: frozenset[int] = frozenset()

    @property
    def neutral(self) -> frozenset[int]:
        """Points that stay nobody's: filled by turns, or within a seki.

        Empty where the game is not over, since any point may be somebody's yet.
        """
        if self.open:
            return frozenset()
        return frozenset(np.flatnonzero(self.owners == EMPTY).tolist())

    @property
    def dame(self) -> frozenset[int]:
        """Those of them that can be filled."""
        return self.neutral - self.seki

    @property
    def result(self) -> str:
        """As SGF writes it: "B+3.5", "W+0.5", "0"."""
        return format_score(self.lead)

    @property
    def words(self) -> str:
        """As people say it."""
        if self.open:
            return tr("Not over: {number} points are open", number=self.open)
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
    is_open = not (is_over or _was_counted(state))
    seki: frozenset[int] = frozenset()
    if not is_open:
        found = _seki_of(state.position, dead)
        seki = found.neutral
        if state.rules == "territory" and found.eyes:
            seki |= found.eyes
            lead -= found.lead
            owners[list(found.eyes)] = EMPTY
    return Count(
        lead,
        int(np.count_nonzero(owners == BLACK)),
        int(np.count_nonzero(owners == WHITE)),
        owners,
        state.scoring.contested if is_open else 0,
        seki,
    )


@lru_cache(maxsize=2)
def _seki_of(position: Position, dead: frozenset[int]) -> Seki:
    """Kept, as it is asked for with each picture; a shown position never changes."""
    return find_seki(position, dead)


def _was_counted(state: GuiState) -> bool:
    """Whether the record ends here, and its players counted."""
    return state.result_here[2:3].isdigit()


def result_words(result: str) -> str:
    """A result of ``parse_result`` as people say it."""
    if result in ("0", "Void"):
        return tr("Jigo: nobody wins") if result == "0" else tr("No result")
    margin = result[2:]
    winner = color_name(BLACK if result[0] == "B" else WHITE)
    text = _WINS.get(margin, N_("{winner} wins by {margin}"))
    return tr(text, winner=winner, margin=margin)
