"""Looking inside the network: what its filters say, what its first choice hangs on.

Both stand in the place of the planes, where these are shown. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from gopolicy_gui.model.events import BoardsFound, FilterChosen, StonesWeighed
from gopolicy_gui.model.state import GuiState, View

#: In the order of their buttons.
VIEWS: Final[tuple[View, ...]] = get_args(View)


def shown_view(state: GuiState) -> View | None:
    """Which view is on the board; None for none."""
    return None if state.plane is None else state.lens.view


def toggle(view: View) -> Callable[[GuiState], GuiState]:
    """Shows a view; one that is shown already is left."""

    def switch(state: GuiState) -> GuiState:
        if shown_view(state) == view:
            return replace(state, plane=None)
        return replace(
            state, plane=state.plane or 0, lens=replace(state.lens, view=view)
        )

    return switch


def shown_boards(state: GuiState) -> tuple[NDArray[np.float32], ...] | None:
    """What the layers say of the position; None while that is not known."""
    found = state.inside_boards
    return found.boards if found and found.serial == state.serial else None


def shown_weights(state: GuiState) -> StonesWeighed | None:
    """What the first choice hangs on, as far as it is known."""
    found = state.inside_stones
    if found is None:
        return None
    is_same = (found.serial, found.symmetries) == (state.serial, state.symmetries)
    return found if is_same else None


def wanted_view(state: GuiState) -> View | None:
    """What would be good to know of the inside; None for nothing."""
    view = shown_view(state)
    if not state.model or not state.size.is_full or view == "planes":
        return None
    if view == "filters" and shown_boards(state) is not None:
        return None
    return view


def place_of(state: GuiState) -> tuple[int, int]:
    """(layer, filter) that are shown, both from 0 and there."""
    boards, lens = shown_boards(state), state.lens
    if not boards:
        return 0, 0
    layer = min(lens.layer, len(boards) - 1)
    return layer, min(lens.filter, boards[layer].shape[2] - 1)


def choose(state: GuiState, event: FilterChosen) -> GuiState:
    """Another layer, or filter."""
    lens = replace(state.lens, layer=event.layer, filter=event.filter)
    return replace(state, lens=lens)


def turn(steps: int, *, layers: bool = False) -> Callable[[GuiState], GuiState]:
    """So many filters on, or layers; shows the filters first, where they are not."""

    def step(state: GuiState) -> GuiState:
        boards = shown_boards(state)
        if shown_view(state) != "filters":
            return toggle("filters")(state)
        if not boards:
            return state
        layer, number = place_of(state)
        if layers:
            layer = (layer + steps) % len(boards)
            number = min(number, boards[layer].shape[2] - 1)
        else:
            number = (number + steps) % boards[layer].shape[2]
        return choose(state, FilterChosen(layer, number))

    return step


def take(state: GuiState, event: BoardsFound | StonesWeighed) -> GuiState:
    """What was found; of another position it is too late."""
    if event.serial != state.serial:
        return state
    if isinstance(event, BoardsFound):
        return replace(state, inside_boards=event)
    return replace(state, inside_stones=event)
