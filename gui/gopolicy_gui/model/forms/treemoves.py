"""Moving the picture of the tree about, and its size. Pure.

The node on the board is in the middle of it, or ``tree_pan`` columns and lanes beside;
with another node on the board it is in the middle again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from gopolicy_gui.model.options import RANGES
from gopolicy_gui.model.state import GuiState

#: By so much a key or a notch of the wheel makes the tree larger.
ZOOM_STEP: Final = 1.25
_COLUMNS: Final = 5
_LANES: Final = 3


def move_tree(
    state: GuiState, pan: tuple[float, float], zoom: float | None = None
) -> GuiState:
    """The tree elsewhere, and of another size."""
    if zoom is not None:
        options = replace(state.options, tree_zoom=clip_zoom(zoom))
        state = replace(state, options=options)
    return replace(state, tree_pan=pan)


def clip_zoom(zoom: float) -> float:
    """The size that a tree can have, nearest to ``zoom``."""
    low, high = RANGES["tree_zoom"]
    return round(min(max(zoom, low), high), 3)


def _zoom(factor: float) -> Callable[[GuiState], GuiState]:
    def zoom(state: GuiState) -> GuiState:
        return move_tree(state, state.tree_pan, state.options.tree_zoom * factor)

    return zoom


def _pan(columns: int, lanes: int) -> Callable[[GuiState], GuiState]:
    def pan(state: GuiState) -> GuiState:
        column, lane = state.tree_pan
        return move_tree(state, (column + columns, lane + lanes))

    return pan


TREE_COMMANDS: Final[dict[str, Callable[[GuiState], GuiState]]] = {
    "tree_larger": _zoom(ZOOM_STEP),
    "tree_smaller": _zoom(1 / ZOOM_STEP),
    "tree_left": _pan(-_COLUMNS, 0),
    "tree_right": _pan(_COLUMNS, 0),
    "tree_up": _pan(0, -_LANES),
    "tree_down": _pan(0, _LANES),
    "tree_usual": lambda state: move_tree(state, (0.0, 0.0), 1.0),
}
