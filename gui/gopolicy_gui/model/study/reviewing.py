"""The review of the shown variation: what is known, its surprises, writing it. Pure."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from gopolicy.go.coords import BLACK, EMPTY, PASS, WHITE
from gopolicy.review.moves import SURPRISE, agreement_of, largest_surprises
from gopolicy_gui.model.events import LeadEstimated, MovesReviewed, StudyFailed
from gopolicy_gui.model.language import color_name, move_name, tr
from gopolicy_gui.model.moves import no_network, show
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.sgftree import annotate
from gopolicy_gui.model.state import GuiState, Message
from gopolicy_gui.model.study.findings import Findings, Way, estimate_key, find_ways
from gopolicy_gui.model.tree import GameTree

if TYPE_CHECKING:
    from gopolicy.review.moves import ReviewedMove

#: So many of the largest surprises are listed and stepped through.
N_SURPRISES: Final = 10
#: A player's agreement is of so many own moves up to each.
WINDOW: Final = 15


class Known(NamedTuple):
    """The review of a line. ``moves``: of each of its nodes, None where nothing is
    known or played. ``agreement``: by color, the share of first choices among the last
    ``WINDOW`` own moves at each node, None before the third. ``wanted``: moves of the
    line."""

    moves: tuple[ReviewedMove | None, ...]
    agreement: dict[int, tuple[float | None, ...]]
    wanted: int

    @property
    def found(self) -> list[ReviewedMove]:
        """Those that are known, in order."""
        return [move for move in self.moves if move is not None]

    @property
    def is_whole(self) -> bool:
        """Whether all moves are there."""
        return len(self.found) == self.wanted


def known(state: GuiState) -> Known:
    """The review of the shown variation, as far as it has come."""
    return _known(state.tree, state.line, state.symmetries, state.findings)


@lru_cache(maxsize=4)
def _known(
    tree: GameTree, line: tuple[int, ...], symmetries: int, findings: Findings
) -> Known:
    ways = find_ways(tree, line, symmetries)
    moves = tuple(
        findings.moves.get(ways[number]) if tree.nodes[number].color else None
        for number in line
    )
    wanted = sum(bool(tree.nodes[number].color) for number in line)
    shares = {color: _sliding(moves, color) for color in (BLACK, WHITE)}
    return Known(moves, shares, wanted)


def _sliding(
    moves: tuple[ReviewedMove | None, ...], color: int
) -> tuple[float | None, ...]:
    """The share of first choices among the last own moves, at each of ``moves``."""
    hits: list[bool] = []
    shares: list[float | None] = []
    for move in moves:
        if move is not None and move.color == color and move.rank is not None:
            hits.append(move.rank == 1)
        last = hits[-WINDOW:]
        shares.append(sum(last) / len(last) if len(last) >= 3 else None)
    return tuple(shares)


def leads(state: GuiState) -> tuple[float | None, ...]:
    """Black's lead at each node of the line; None where it is not known."""
    ways = state.ways
    return _leads(
        tuple(ways[number] for number in state.line),
        state.komi,
        state.rules,
        state.findings,
    )


@lru_cache(maxsize=4)
def _leads(
    ways: tuple[Way, ...], komi: float, rules: str, findings: Findings
) -> tuple[float | None, ...]:
    found = [findings.estimates.get(estimate_key(way, komi, rules)) for way in ways]
    return tuple(None if estimate is None else estimate.lead for estimate in found)


def surprises(state: GuiState) -> list[int]:
    """Where the largest surprises are in the line, the largest first."""
    moves = known(state).moves
    listed = largest_surprises(move for move in moves if move is not None)
    places = {id(move): i for i, move in enumerate(moves) if move is not None}
    return [places[id(move)] for move in listed[:N_SURPRISES]]


def take(
    state: GuiState, event: MovesReviewed | LeadEstimated | StudyFailed
) -> GuiState:
    """More has been found, or no more will be; of another game nothing is heard."""
    if event.game != state.game:
        return state
    findings = state.findings
    match event:
        case MovesReviewed():
            return replace(state, findings=findings.with_moves(event.found))
        case LeadEstimated():
            found = findings.with_estimate(event.key, event.estimate)
            return replace(state, findings=found)
        case StudyFailed():
            text = tr("The review ends here: {reason}", reason=event.text)
            said = Message(text, is_error=True)
            trouble = replace(findings, trouble=event.text)
            return replace(state, findings=trouble, message=said)


def why_none(state: GuiState) -> str:
    """Why there is no review; "" where there is one, or will be."""
    if not state.size.is_full:
        return no_network(state).text
    if state.guessing is not None:
        return tr("No review while you guess")
    if state.role is not Role.BOTH:
        return tr("No review in a game against the network; press A to analyse")
    if state.model_trouble:
        return tr("There is no network to review the game with")
    return "" if state.options.review else tr("The review is off; I switches it on")


def toggle_report(state: GuiState) -> GuiState:
    """Shows the review's numbers, or the likely moves again."""
    if reason := why_none(state):
        return replace(state, message=Message(reason))
    return replace(state, report=not state.report, plane=None)


def step_surprise(state: GuiState, steps: int) -> GuiState:
    """Goes before the next of the largest surprises, or before the one before."""
    if reason := why_none(state):
        return replace(state, message=Message(reason))
    places = sorted(surprises(state))
    if not places:
        whole = known(state).is_whole
        text = tr("No surprise found yet")
        if whole:
            text = tr("No move of this game surprises")
        return replace(state, message=Message(text))
    now = state.cursor + 1
    ahead = [place for place in places if place > now]
    behind = [place for place in places if place < now]
    place = (ahead or places)[0] if steps > 0 else (behind or places)[-1]
    state = show(state, state.line, place - 1)
    move = known(state).moves[place]
    return replace(state, message=Message(surprise_words(state, move)))


def surprise_words(state: GuiState, move: ReviewedMove | None) -> str:
    """What surprises in a move; what the network would play where hints are seen."""
    if move is None or move.probability is None:
        return ""
    text = tr(
        "Move {number}, {color} {vertex}: {share}",
        number=move.number,
        color=color_name(move.color),
        vertex=move_name(move.point),
        share=percent(move.probability),
    )
    if state.hints_shown and move.choices:
        best, share = move.choices[0], percent(move.choices[0].probability)
        text += tr("; {vertex} has {share}", vertex=best.vertex, share=share)
    return text + tr(", {odds} likelier", odds=odds_words(move.odds))


def percent(probability: float) -> str:
    """A probability in few characters: "38 %", "0.2 %", "< 0.1 %"."""
    if probability < 0.0005:
        return "< 0.1 %"
    shown = 100 * probability
    return f"{shown:.1f} %" if shown < 9.95 else f"{shown:.0f} %"


def odds_words(odds: float) -> str:
    """How many times likelier another move was."""
    if odds >= 1000:
        return tr("over 1000 times")
    return tr("{number} times", number=f"{odds:.0f}")


def agreement(state: GuiState, color: int, phase: str | None = None) -> float | None:
    """The share of a player's moves that were the network's first choice."""
    return agreement_of(known(state).found, color, phase).top1


def is_surprise(move: ReviewedMove | None) -> bool:
    """Whether the network would by far have played elsewhere."""
    return move is not None and move.odds >= SURPRISE


#: Dots of agreement are on the last so many stones; on all they would hide the game.
_RECENT: Final = 12


def dotted_moves(state: GuiState) -> dict[int, ReviewedMove]:
    """The moves whose stones have dots, by their points: those that surprise the
    network, and late ones that are its first choice."""
    if not state.options.review or not state.is_studied or state.options.numbers:
        return {}
    dotted: dict[int, ReviewedMove] = {}
    stones = state.position.stones
    for i, move in enumerate(known(state).moves[: state.cursor + 1]):
        if move is None or move.point == PASS or stones[move.point] == EMPTY:
            continue
        dotted.pop(move.point, None)
        is_late = i > state.cursor - _RECENT
        if is_surprise(move) or (is_late and move.rank == 1):
            dotted[move.point] = move
    return dotted


def write_review(state: GuiState) -> GuiState:
    """The review as comments, marks and variations in the game; can be undone."""
    if reason := why_none(state):
        return replace(state, message=Message(reason))
    review = known(state)
    if not review.wanted:
        return replace(state, message=Message(tr("There are no moves to review")))
    if not review.is_whole:
        text = tr(
            "{done} of {total} moves are reviewed; wait",
            done=len(review.found),
            total=review.wanted,
        )
        return replace(state, message=Message(text))
    if any("gopolicy: " in state.tree.nodes[n].text("C") for n in state.line):
        text = tr("There is a review in the game already")
        return replace(state, message=Message(text))
    tree = annotate(state.tree, state.line, review.found, state.model)
    text = tr("The review is in the comments now; Ctrl+S saves, Ctrl+Z undoes")
    return replace(state, tree=tree, message=Message(text))
