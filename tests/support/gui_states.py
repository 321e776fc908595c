"""States of the window, made by the events that a person and the workers cause."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.commands import BY_NAME
from gopolicy_gui.model.options import Options
from gopolicy_gui.model.sgftree import parse_game
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study.findings import estimate_key
from gopolicy_gui.model.study.leads import make_estimate
from gopolicy_gui.model.tree import new_game
from gopolicy_gui.model.update import update
from sgf_files import DATASETS

from gopolicy.go.coords import POINTS, parse_vertex
from gopolicy.go.playouts import Judgement
from gopolicy.policy import Suggestion
from gopolicy.review.moves import ReviewedMove

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


def reviewed(state: GuiState, **shares: float) -> GuiState:
    """The review of the shown variation: the network had the move played at 50 %, or
    at a share of ``shares`` by "m" and the move's number, and K10 at 50 %."""
    found, number = [], 0
    for i in state.line:
        node = state.tree.nodes[i]
        if not node.color:
            continue
        number += 1
        share = shares.get(f"m{number}", 0.5 if number % 7 else 0.001)
        move = ReviewedMove(
            number=number,
            color=node.color,
            point=node.point,
            rank=1 if share >= 0.5 else 30,
            probability=share,
            choices=(Suggestion(parse_vertex("K10"), 0.5),),
        )
        found.append((state.ways[i], move))
    return update(state, ev.MovesReviewed(state.game, tuple(found)))


def estimated(state: GuiState, owned: int = 200) -> GuiState:
    """The network gives Black the first ``owned`` points and White the rest."""
    owners = np.full(POINTS, -1, np.float32)
    owners[:owned] = 1
    key = estimate_key(state.ways[state.number], state.komi, state.rules)
    found = make_estimate(owners, -state.komi, state.position.to_play)
    return update(state, ev.LeadEstimated(state.game, key, found))


def judged(state: GuiState, dead: Iterable[int] = ()) -> GuiState:
    """The playouts' answer, with nothing contested."""
    found = Judgement(np.zeros(POINTS, np.float32), 0.0, 0, 0.25, frozenset(dead))
    return update(state, ev.Judged(state.serial, found))


def open_points(state: GuiState, count: int) -> GuiState:
    """The playouts' answer with so many contested points."""
    found = Judgement(np.zeros(POINTS, np.float32), 0.0, count, 0.33, frozenset())
    return update(state, ev.Judged(state.serial, found))
