"""A game's own SGF tree with the network's opinion written into it.

Comments, labels and variations are added; what the record's authors wrote stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sgfmill.sgf import Sgf_game, Tree_node
from sgfmill.sgf_grammar import escape_text, text_value

from gopolicy.go.coords import BLACK, WHITE, format_sgf_point
from gopolicy.language import tr
from gopolicy.measure.phases import PHASES
from gopolicy.names import color_name
from gopolicy.policy import Suggestion
from gopolicy.review.moves import SURPRISE, Agreement, ReviewedMove, agreement_of

if TYPE_CHECKING:
    from gopolicy.review.review import Review

_MARKS: Final = ("CR", "MA", "SL", "SQ", "TR")  # at most one of them on a point
_SETUP: Final = ("AB", "AW", "AE")


def annotate_tree(tree: Sgf_game, review: Review, model: str) -> None:
    """Writes ``review`` into ``tree``, the tree its record was read from.

    The root gets each player's agreement. A move gets its rank, its probability and
    the likeliest moves as a comment, and as marks: a circle on the network's own first
    choice, a triangle on a surprise, numbers on likelier points. Where a node has
    labels already, none are added. Beside a surprise stands the network's choice as
    a variation. ``model``: the network's name.
    """
    annotate_line(tree.get_main_sequence(), review.moves, model)


def annotate_line(
    nodes: Sequence[Tree_node], moves: Sequence[ReviewedMove], model: str
) -> None:
    """As ``annotate_tree``, for a variation: ``nodes`` from the root on, its ``moves``
    in order."""
    _add_comment(nodes[0], _summary(moves, model))
    rest = iter(moves)
    for parent, node in zip([None, *nodes], nodes, strict=False):
        played = [name for name in ("B", "W") if node.has_property(name)]
        here = [move for _, move in zip(played, rest, strict=False)]
        for move in here:
            _add_comment(node, _opinion(move))
        if len(here) != 1:
            continue  # no move, or two in one node, which no mark can tell apart
        _add_marks(node, here[0])
        has_setup = any(node.has_property(name) for name in _SETUP)
        if here[0].is_surprise and parent is not None and not has_setup:
            _add_variation(parent, here[0])


def _opinion(move: ReviewedMove) -> str:
    """A line on the move played, and one for each of the likeliest."""
    if move.rank is None or move.probability is None:
        verdict = tr("gopolicy: {move} cannot be judged", move=move.vertex)
    else:
        verdict = tr(
            "gopolicy: {move} rank {rank}, {probability}",
            move=move.vertex,
            rank=move.rank,
            probability=format_probability(move.probability),
        )
        if move.is_surprise:
            verdict += tr(
                ", a surprise: {choice} {odds:.0f} x likelier",
                choice=move.choices[0].vertex,
                odds=move.odds,
            )
    choices = [
        f"{i}. {s.vertex} {format_probability(s.probability)}"
        for i, s in enumerate(move.choices, 1)
    ]
    return "\n".join([verdict, *choices])


def format_probability(probability: float) -> str:
    """A probability for people: "38.2 %", "0.02 %", "< 0.01 %"."""
    percent = 100 * probability
    if percent >= 0.095:
        return f"{percent:.1f} %"
    return f"{percent:.2f} %" if percent >= 0.01 else "< 0.01 %"


def _summary(moves: Sequence[ReviewedMove], model: str) -> str:
    said = tr(
        "gopolicy: agreement with the network {model!r}: share of moves that were its "
        "first choice, among its first three and five; mean log probability in nats",
        model=model,
    )
    lines = [said]
    for color in (BLACK, WHITE):
        side, found = color_name(color), agreement_of(moves, color)
        lines.append(
            tr("{color}, game: {agreement}", color=side, agreement=_describe(found))
        )
        for phase, first, last in PHASES:
            found = agreement_of(moves, color, phase)
            said = tr(
                "{color}, {phase} (moves {first}-{last}): {agreement}",
                color=side,
                phase=tr(phase),
                first=first,
                last=last or "",
                agreement=_describe(found),
            )
            lines += [said] if found.moves else []
    said = tr(
        "A surprise: another move was at least {odds:.0f} times likelier.",
        odds=SURPRISE,
    )
    return "\n".join([*lines, said])


def _describe(found: Agreement) -> str:
    if found.top1 is None or found.top3 is None or found.top5 is None:
        return tr("no move to judge")
    shares = ", ".join(f"{100 * x:.0f} %" for x in (found.top1, found.top3, found.top5))
    return tr.plural(
        "{shares}; {log:.2f} ({n} move)",
        "{shares}; {log:.2f} ({n} moves)",
        found.moves,
        shares=shares,
        log=found.log_probability,
    )


def _add_marks(node: Tree_node, move: ReviewedMove) -> None:
    taken = {
        point
        for name in _MARKS
        if node.has_property(name)
        for point in node.get_raw_list(name)
    }
    own = format_sgf_point(move.point).encode()
    if own and own not in taken:
        if move.rank == 1:
            _append(node, "CR", own)
        elif move.is_surprise:
            _append(node, "TR", own)
    if node.has_property("LB"):
        return
    for rank, choice in enumerate(move.choices, 1):
        if choice.point == move.point:
            break
        point = format_sgf_point(choice.point).encode()
        if point not in taken:
            _append(node, "LB", point + b":" + str(rank).encode())


def _add_comment(node: Tree_node, text: str) -> None:
    """Adds ``text`` to a node's comment, of which a file may have several."""
    comments = node.get_raw_list("C") if node.has_property("C") else []
    comments = [text_value(raw) for raw in comments] + [text.encode()]
    node.set_raw("C", escape_text(b"\n\n".join(comments)))


def _append(node: Tree_node, name: str, value: bytes) -> None:
    earlier = node.get_raw_list(name) if node.has_property(name) else []
    node.set_raw_list(name, [*earlier, value])


def _add_variation(parent: Tree_node, move: ReviewedMove) -> None:
    """Adds the network's choice after ``parent``; to a variation that has it already,
    a comment."""
    choice: Suggestion = move.choices[0]
    name = "B" if move.color == BLACK else "W"
    point = format_sgf_point(choice.point).encode()
    for child in parent:
        if child.has_property(name) and child.get_raw(name) == point:
            break
    else:
        child = parent.new_child()
        child.set_raw(name, point)
    share = format_probability(choice.probability)
    _add_comment(child, tr("gopolicy: the network's choice, {share}", share=share))
