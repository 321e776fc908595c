"""What colors, numbers and rings mean, said of what one points at. Pure."""

from __future__ import annotations

from gopolicy.go.coords import BLACK, EMPTY, WHITE
from gopolicy_gui.model.count import Count, count_score
from gopolicy_gui.model.language import color_name, move_name, tr
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study import reviewing
from gopolicy_gui.model.study.ahead import LEAST_HINT, shown_line
from gopolicy_gui.model.study.marks import has_words
from gopolicy_gui.model.study.reviewing import percent

#: Of shading: from so much ownership on it is drawn.
LEAST_OWNED = 0.3


def point_words(state: GuiState, point: int) -> str:
    """What is to be seen on a point of the board; "" where nothing needs words."""
    if not state.size.holds(point) or state.guessing or state.plane is not None:
        return ""
    if state.scoring is not None:
        return _counted_words(state, point, count_score(state))
    if state.position.stones[point] != EMPTY:
        return _stone_words(state, point)
    return _hint_words(state, point) or _owner_words(state, point)


def _counted_words(state: GuiState, point: int, count: Count | None) -> str:
    """What the signs of the count mean."""
    if count is None or state.scoring is None or state.scoring.dead is None:
        return ""
    stone, owner = int(state.position.stones[point]), int(count.owners[point])
    if point in state.scoring.dead:
        return tr("Faint: taken for dead. A click makes the chain live")
    if stone != EMPTY:
        return tr("Alive. A click takes the chain for dead")
    if point in count.seki:
        return tr("Ring: within a seki, nobody's point")
    if point in count.dame:
        return tr("Cross: dame, nobody's point")
    if owner == EMPTY:
        return ""
    return tr("Square: {color}'s point", color=color_name(owner))


def _hint_words(state: GuiState, point: int) -> str:
    """What color, number, ring and corners of a hint mean."""
    thoughts = state.shown_thoughts() if state.hints_shown else None
    if thoughts is None or thoughts.passes:
        return ""
    share = float(thoughts.probabilities[point])
    if share < LEAST_HINT:
        return ""
    name = move_name(point)
    if shown_line(state):
        text = tr("What the network sees after {vertex}", vertex=name)
        return text + tr(", ") + percent(share)
    text = tr(
        "{vertex}: {share} of strong players would play here",
        vertex=name,
        share=percent(share),
    )
    if thoughts.rank(point) == 1:
        text += tr("; ring: the likeliest")
    upcoming = state.next_node
    if upcoming is not None and upcoming.color and upcoming.point == point:
        text += tr("; corners: played in the game")
    return text


def _owner_words(state: GuiState, point: int) -> str:
    """What the shading says of a point."""
    estimate = state.estimate
    if estimate is None:
        return ""
    owned = float(estimate.ownership[point])
    if abs(owned) <= LEAST_OWNED:
        return tr("No shading: still open")
    color = color_name(BLACK if owned > 0 else WHITE)
    share = f"{50 + 50 * abs(owned):.0f}"
    return tr("Shading: {color}'s in {share} % of playouts", color=color, share=share)


def _stone_words(state: GuiState, point: int) -> str:
    """What ring, dot and square on a stone mean."""
    said = []
    if point == state.position.last_move and not state.options.numbers:
        said.append(tr("Ring: the last move"))
    move = reviewing.dotted_moves(state).get(point)
    if move is not None and move.probability is not None:
        text = tr("Dot: the network's first choice, {share}")
        if reviewing.is_surprise(move):
            text = tr("Dot: a surprise, {share}")
        said.append(text.format(share=percent(move.probability)))
    estimate, stone = state.estimate, int(state.position.stones[point])
    if estimate is not None and float(estimate.ownership[point]) * stone < -0.5:
        said.append(tr("Square: will likely be taken"))
    return tr("; ").join(said)


def node_words(state: GuiState, number: int) -> str:
    """A move of the tree or the graph, and what its dot and ring mean."""
    node = state.tree.nodes[number]
    if not node.color:
        return tr("The start, or stones put by hand")
    text = f"{color_name(node.color)} {move_name(node.point, state.size.rows)}"
    move = state.findings.moves.get(state.ways.get(number, 0))
    if move is not None and move.probability is not None:
        text += tr(", ") + percent(move.probability)
        if reviewing.is_surprise(move):
            text += tr("; dot: a surprise")
        elif move.rank == 1:
            text += tr("; dot: the network's first choice")
    if has_words(node):
        text += tr("; ring: has words")
    return text
