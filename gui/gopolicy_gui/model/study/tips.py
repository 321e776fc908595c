"""What colors, numbers and rings mean, said of what one points at. Pure."""

from __future__ import annotations

import math

from gopolicy.go.coords import BLACK, EMPTY, WHITE
from gopolicy_gui.model.commands import BY_NAME, key_label
from gopolicy_gui.model.count import Count, count_score
from gopolicy_gui.model.events import Part
from gopolicy_gui.model.language import N_, color_name, move_name, tr
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study import reviewing
from gopolicy_gui.model.study.ahead import LEAST_HINT, shown_line
from gopolicy_gui.model.study.leads import lead_words
from gopolicy_gui.model.study.lens import shown_view, shown_weights
from gopolicy_gui.model.study.marks import has_words
from gopolicy_gui.model.study.reviewing import percent

#: Of shading: from so much ownership on it is drawn.
LEAST_OWNED = 0.3
#: Of a stone: what hangs on it is told from so many nats on.
LEAST_NATS = 0.01


def point_words(state: GuiState, point: int) -> str:
    """What is to be seen on a point of the board; "" where nothing needs words."""
    if not state.size.holds(point) or state.guessing:
        return ""
    if state.plane is not None:
        return _weight_words(state, point)
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
    return tr(
        "Shading: {color}'s, with a chance of {share} %", color=color, share=share
    )


def _stone_words(state: GuiState, point: int) -> str:
    """What ring, dot and square on a stone mean."""
    said = []
    if point == state.position.last_move and not state.options.numbers:
        said.append(tr("Ring: the last move"))
    move = reviewing.dotted_moves(state).get(point)
    if move is not None and move.probability is not None:
        text = tr("Dot: the network's first choice, {share}")
        if reviewing.is_surprise(move):
            text = tr("Diamond: a surprise, {share}")
        said.append(text.format(share=percent(move.probability)))
    estimate, stone = state.estimate, int(state.position.stones[point])
    if estimate is not None and float(estimate.ownership[point]) * stone < -0.5:
        said.append(tr("Square: will likely be taken"))
    return tr("; ").join(said)


def _weight_words(state: GuiState, point: int) -> str:
    """What the network's first choice would be worth without a stone."""
    weights = shown_weights(state) if shown_view(state) == "stones" else None
    nats = 0.0 if weights is None else float(weights.nats[point])
    if weights is None or not abs(nats) >= LEAST_NATS:
        return ""
    text = N_("Without this stone {move} is {times} times less likely")
    if nats < 0:
        text = N_("Without this stone {move} is {times} times likelier")
    times = f"{math.exp(abs(nats)):.3g}"
    return tr(text, move=move_name(weights.point), times=times)


def node_words(state: GuiState, number: int, part: Part | None = None) -> str:
    """A move, and what is to be seen of it in the tree, the graph or the surprises."""
    node = state.tree.nodes[number]
    if part == "surprise":
        following = state.line[state.line.index(number) + 1 :]
        text = tr("Shows the board before {move}")
        return text.format(move=_move_words(state, following[0])) if following else ""
    if part == "curves" and number in state.line:
        return _curve_words(state, state.line.index(number))
    if not node.color:
        return tr("The start, or stones put by hand")
    text = _move_words(state, number)
    move = state.findings.moves.get(state.ways.get(number, 0))
    if move is not None and move.probability is not None:
        text += tr(", ") + percent(move.probability)
        if part == "bars":
            words = tr("{move}: the higher, the likelier; {ink}: surprises")
            return words.format(move=text, ink=_mark_name(state))
        if reviewing.is_surprise(move):
            text += tr("; diamond: a surprise")
        elif move.rank == 1:
            text += tr("; dot: the network's first choice")
    if has_words(node):
        text += tr("; ring: has words")
    return text


def _move_words(state: GuiState, number: int) -> str:
    """Who moves where."""
    node = state.tree.nodes[number]
    return f"{color_name(node.color)} {move_name(node.point, state.size.rows)}"


def _curve_words(state: GuiState, place: int) -> str:
    """What the curves of the graph mean, and what they are at a place of the line."""
    agreement = reviewing.known(state).agreement
    shares = (agreement[color][place] for color in (BLACK, WHITE))
    black, white = ("?" if s is None else f"{100 * s:.0f} %" for s in shares)
    text = tr(
        "Agreement of late: Black {black} (darker line), White {white}",
        black=black,
        white=white,
    )
    lead = reviewing.leads(state)[place]
    if lead is not None:
        words = tr("; {ink}: the lead, {lead}")
        text += words.format(ink=_mark_name(state), lead=lead_words(lead))
    return text


def _mark_name(state: GuiState) -> str:
    """What the color of marks in the graph is called."""
    return tr("teal") if state.options.scheme == "blue-blind" else tr("orange")


def filter_words(layer: int, number: int) -> str:
    """Which filter of the network a picture is of; both from 0."""
    return tr("Layer {layer}, filter {number}", layer=layer + 1, number=number)


def part_words(state: GuiState, part: Part) -> str:
    """What a part of the window says that cannot be clicked; "" for nothing."""
    if part == "players":
        return tr("Taken: stones captured. Komi: White's points for moving second")
    if part == "status" and state.estimate is not None:
        return tr("A network's guess, and between what eight in ten games end")
    if part == "number":
        text = N_("This move, and the last of the variation; {key} goes to a move")
        return tr(text, key=key_label(BY_NAME["jump"]))
    if part == "border":
        return tr("Drag the border; a double click brings it back")
    return ""
