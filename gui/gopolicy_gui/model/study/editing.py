"""Editing a record: marks, comments, game info, stones put by hand, branches. Pure.

A *tool* is what a click on the board does while it is chosen, in the place of a move.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from gopolicy.go.coords import BLACK, EMPTY, WHITE, opponent
from gopolicy.go.position import Position
from gopolicy.go.rules import LEGAL
from gopolicy.go.turns import ERASE_BIT, SETUP_BIT, encode_code, point_bits, point_of
from gopolicy_gui.model.events import DialogChosen
from gopolicy_gui.model.forms.field import make_field
from gopolicy_gui.model.language import N_, tr
from gopolicy_gui.model.moves import not_ready, show, show_anew
from gopolicy_gui.model.state import Dialog, GuiState, Message
from gopolicy_gui.model.study.boards import empty_position
from gopolicy_gui.model.study.marks import TOOLS, toggle_label, toggle_shape
from gopolicy_gui.model.tree import ROOT, GameTree, Node, replay_line

_SHAPES: Final = {"triangle": "TR", "square": "SQ", "circle": "CR", "cross": "MA"}
_STONES: Final = {"black_stones": BLACK, "white_stones": WHITE}
#: Properties of the game that can be edited, and what they are called.
INFO_ROWS: Final = (
    ("PB", N_("Black")),
    ("BR", N_("Black's rank")),
    ("PW", N_("White")),
    ("WR", N_("White's rank")),
    ("KM", N_("Komi")),
    ("RU", N_("Rules")),
    ("RE", N_("Result")),
    ("DT", N_("Date")),
    ("EV", N_("Event")),
    ("PC", N_("Place")),
    ("GN", N_("Name of the game")),
)


def choose_tool(name: str) -> Callable[[GuiState], GuiState]:
    """A command that takes a tool, or lays it down."""

    def choose(state: GuiState) -> GuiState:
        if state.tool == name:
            text = tr("A click plays again")
            return replace(state, tool="", message=Message(text))
        text = tr(
            "Click to put {things}, or to take them away; Esc ends it",
            things=tr(TOOLS[name]),
        )
        return replace(
            state,
            tool=name,
            guessing=None,
            scoring=None,
            plane=None,
            message=Message(text),
        )

    return choose


def use_tool(state: GuiState, point: int) -> GuiState:
    """A click on the board with the tool that is chosen."""
    if state.busy or not state.ready:
        return replace(state, message=not_ready(state))
    if state.tool in _STONES:
        return _put_stone(state, point, _STONES[state.tool])
    node = state.node
    if state.tool == "label":
        node = toggle_label(node, point)
    else:
        node = toggle_shape(node, _SHAPES[state.tool], point)
    return replace(state, tree=state.tree.replaced(state.number, node))


def _place_for_setup(state: GuiState) -> tuple[GameTree, int]:
    """The tree with a node that can take setup, and its number: the one on the board
    if nothing happens in it and after it, else a new variation."""
    if not state.node.color and not state.node.children:
        return state.tree, state.number
    number, above = len(state.tree.nodes), state.node
    above = replace(above, children=(*above.children, number))
    nodes = state.tree.replaced(state.number, above).nodes
    return GameTree((*nodes, Node(state.number))), number


def _before(tree: GameTree, number: int) -> Position:
    """The position that a node begins with."""
    line = tree.line_to(number)
    return (
        replay_line(tree, line[:-1])[0].replayed
        if number != ROOT
        else empty_position(tree.size)
    )


def _with_setup(
    state: GuiState, tree: GameTree, number: int, codes: tuple[int, ...]
) -> GuiState:
    """The state with other setup at a node, if every chain has a liberty then."""
    if _before(tree, number).replay(codes)[1] != LEGAL:
        text = tr("A stone there would leave a chain without a liberty")
        return replace(state, message=Message(text, is_error=True))
    node = replace(tree.nodes[number], setup=codes)
    return _show_edited(state, tree.replaced(number, node), number)


def _show_edited(state: GuiState, tree: GameTree, number: int) -> GuiState:
    line = tree.line_through(number)
    state = replace(state, tree=tree, waits=-1)
    return show_anew(state, line, line.index(number))


def _code(point: int, color: int) -> int:
    if color == EMPTY:
        return SETUP_BIT | ERASE_BIT | point_bits(point)
    return SETUP_BIT | encode_code(point, color)


def _put_stone(state: GuiState, point: int, color: int) -> GuiState:
    """A stone on a point; the point empty where there is such a stone."""
    tree, number = _place_for_setup(state)
    wanted = EMPTY if state.position.stones[point] == color else color
    kept = tuple(c for c in tree.nodes[number].setup if point_of(c) != point)
    if wanted != _before(tree, number).stones[point]:
        kept += (_code(point, wanted),)
    return _with_setup(state, tree, number, kept)


def clear_board(state: GuiState) -> GuiState:
    """All stones are taken away, as a variation of its own where moves follow."""
    if not np.any(state.position.stones):
        return replace(state, message=Message(tr("The board is empty")))
    tree, number = _place_for_setup(state)
    stones = np.flatnonzero(_before(tree, number).stones)
    codes = tuple(_code(int(point), EMPTY) for point in stones)
    return _with_setup(state, tree, number, codes)


def switch_side(state: GuiState) -> GuiState:
    """The other side is to move."""
    side = opponent(state.position.to_play)
    tree, number = _place_for_setup(state)
    node = replace(tree.nodes[number], to_play=side)
    return _show_edited(state, tree.replaced(number, node), number)


def move_up(state: GuiState) -> GuiState:
    """The shown variation changes places with the one above it, where they part."""
    for number in reversed(state.line[1 : state.cursor + 1]):
        siblings = list(state.tree.siblings(number))
        place = siblings.index(number)
        if place:
            siblings[place - 1 : place + 1] = [number, siblings[place - 1]]
            tree = _with_children(state.tree, number, siblings)
            return _reordered(state, tree, tr("Moved up"))
    text = tr("This is the first variation already")
    return replace(state, message=Message(text))


def make_main_line(state: GuiState) -> GuiState:
    """The shown variation becomes the first one, everywhere on its way."""
    tree = state.tree
    for number in state.line[1:]:
        siblings = tree.siblings(number)
        if siblings[0] != number:
            others = [other for other in siblings if other != number]
            tree = _with_children(tree, number, [number, *others])
    if tree is state.tree:
        return replace(state, message=Message(tr("This is the main line already")))
    return _reordered(state, tree, tr("This is the main line now"))


def _with_children(tree: GameTree, number: int, siblings: list[int]) -> GameTree:
    parent = tree.nodes[number].parent
    above = replace(tree.nodes[parent], children=tuple(siblings))
    return tree.replaced(parent, above)


def _reordered(state: GuiState, tree: GameTree, text: str) -> GuiState:
    """The same position in a tree of another order."""
    state = show(replace(state, tree=tree), state.line, state.cursor)
    return replace(state, message=Message(text))


def ask_comment(state: GuiState) -> GuiState:
    """Shows the comment to be edited."""
    field = make_field(state.node.text("C"), is_long=True)
    dialog = Dialog(kind="comment", fields=(field,))
    return replace(state, menu="", dialog=dialog)


def ask_info(state: GuiState) -> GuiState:
    """Shows what is known of the game, to be edited."""
    texts = (" ".join(state.tree.root.text(n).split()) for n, _ in INFO_ROWS)
    fields = tuple(map(make_field, texts))
    return replace(state, menu="", dialog=Dialog(kind="info", fields=fields))


def take_words(state: GuiState, event: DialogChosen) -> GuiState:
    """A button or row of the dialogs for words; what is accepted is in the game."""
    dialog = state.dialog
    if dialog is None or event.what not in ("accept", "row"):
        return state
    if event.what == "row":
        return replace(state, dialog=replace(dialog, row=event.row))
    if dialog.kind == "comment":
        node = state.node.with_text("C", dialog.typed.strip())
        tree = state.tree.replaced(state.number, node)
        return _keep_words(state, tree, dialog.typed.strip() != state.node.text("C"))
    tree = state.tree
    for (name, label), field in zip(INFO_ROWS, dialog.fields, strict=True):
        text = field.text.strip()
        if name == "KM" and text and not _is_number(text):
            said = tr(
                "{field} is a number, not {text}", field=tr(label), text=repr(text)
            )
            return replace(state, message=Message(said, is_error=True))
        if text != " ".join(tree.root.text(name).split()):
            tree = tree.with_text(name, text)
    return _keep_words(state, tree, tree is not state.tree)


def _keep_words(state: GuiState, tree: GameTree, changed: bool) -> GuiState:
    state = replace(state, dialog=None)
    if not changed:
        return state
    said = Message(tr("Written; Ctrl+S saves the game"))
    return replace(state, tree=tree, message=said)


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1000
    except ValueError:
        return False
