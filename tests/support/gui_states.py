"""States of the window, made by the events that a person and the workers cause."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.commands import BY_NAME
from gopolicy_gui.model.options import Options
from gopolicy_gui.model.sgftree import parse_game
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.tree import new_game
from gopolicy_gui.model.update import update
from sgf_files import DATASETS

from gopolicy.go.coords import POINTS, parse_vertex
from gopolicy.go.playouts import Judgement

FAMOUS = (DATASETS / "alphago-leesedol-2.sgf").read_text()


def fresh(**options: Any) -> GuiState:
    """A new game, the network and the kernels ready."""
    tree = new_game(komi=7.5, handicap=0, black="You", white="gopolicy")
    state = GuiState(options=Options(**options), tree=tree, saved=tree)
    return update(update(state, ev.KernelsReady()), ev.ModelLoaded("net"))


def opened(data: str = FAMOUS, **options: Any) -> GuiState:
    """The game of a file."""
    return update(fresh(**options), ev.GameOpened("/x/a.sgf", parse_game(data, "a")))


def run(state: GuiState, *steps: Any) -> GuiState:
    """Commands by name, points by vertex, or events."""
    for step in steps:
        if isinstance(step, str):
            known = step in BY_NAME
            step = (
                ev.CommandGiven(step) if known else ev.PointChosen(parse_vertex(step))
            )
        state = update(state, step)
    return state


def thought(state: GuiState, **shares: float) -> GuiState:
    """The network holds these shares of the next move."""
    values = np.zeros(POINTS, np.float32)
    for vertex, share in shares.items():
        values[parse_vertex(vertex)] = share
    return update(state, ev.ProbabilitiesFound(state.serial, values))


def judged(state: GuiState, dead: Iterable[int] = ()) -> GuiState:
    """The playouts' answer, with nothing contested."""
    found = Judgement(np.zeros(POINTS, np.float32), 0.0, 0, 0.25, frozenset(dead))
    return update(state, ev.Judged(state.serial, found))


def open_points(state: GuiState, count: int) -> GuiState:
    """The playouts' answer with so many contested points."""
    found = Judgement(np.zeros(POINTS, np.float32), 0.0, count, 0.33, frozenset())
    return update(state, ev.Judged(state.serial, found))
