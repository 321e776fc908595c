"""Finding words in a game's comments, and going to a move by its number. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from gopolicy.config import LanguageName
from gopolicy.go.coords import EMPTY, PASS
from gopolicy_gui.model.events import DialogChosen
from gopolicy_gui.model.forms.field import make_field, press
from gopolicy_gui.model.language import spoken, tr
from gopolicy_gui.model.moves import show, show_node
from gopolicy_gui.model.state import Dialog, GuiState, Message
from gopolicy_gui.model.study.marks import has_words, node_words
from gopolicy_gui.model.tree import ROOT, GameTree


def ask_find(state: GuiState) -> GuiState:
    """Shows all that the record says, to be searched."""
    said = _said(state.tree, spoken())
    if not said:
        text = tr("Nothing is written in this game; Ctrl+E writes a comment")
        return replace(state, message=Message(text))
    field = make_field(state.sought)
    field = press(field, "ctrl+a") or field
    entries = tuple(words for _, words in said)
    dialog = Dialog(kind="find", fields=(field,), entries=entries, row=-1)
    return replace(state, menu="", dialog=dialog)


def choose_found(state: GuiState, event: DialogChosen) -> GuiState:
    """Goes to a row of the list; without one, to the next that has what is typed."""
    dialog = state.dialog
    if dialog is None or event.what not in ("accept", "entry"):
        return state
    state = replace(state, sought=dialog.typed)
    found = _matches(state)
    if 0 <= event.row < len(found):
        return show_node(_left(state), found[event.row])
    return step_found(state if not found else replace(state, dialog=None), 1)


def step_found(state: GuiState, steps: int) -> GuiState:
    """Goes to the next place with what was sought last, or to the one before."""
    if not state.sought:
        return ask_find(state)
    found = _matches(state)
    if not found:
        text = tr("{text} is nowhere in this game", text=repr(state.sought))
        return replace(state, message=Message(text))
    places = _order(state.tree)
    here = places.get(state.number, 0)
    ways = [places[number] for number in found]
    after = [i for i, place in enumerate(ways) if place > here]
    before = [i for i, place in enumerate(ways) if place < here]
    if steps > 0:
        place = after[0] if after else 0
    else:
        place = before[-1] if before else len(found) - 1
    state = show_node(_left(state), found[place])
    text = tr("Found: {number} of {all}", number=place + 1, all=len(found))
    return replace(state, message=state.message or Message(text))


def finding(steps: int) -> Callable[[GuiState], GuiState]:
    """The command of ``step_found``."""
    return lambda state: step_found(state, steps)


def ask_jump(state: GuiState) -> GuiState:
    """Shows the question which move is to be on the board."""
    return replace(state, menu="", dialog=Dialog(kind="jump", fields=(make_field(),)))


def jump(state: GuiState, event: DialogChosen) -> GuiState:
    """Goes to the move that was typed: by number, or the point that it is on."""
    dialog = state.dialog
    if dialog is None or event.what != "accept":
        return state
    wanted = dialog.typed.strip()
    line = state.tree.line_through(state.line[-1])
    cursors = _cursors(state, line, wanted)
    if not cursors:
        text = tr("There is no move {text} in this variation", text=repr(wanted))
        return replace(state, message=Message(text, is_error=True))
    later = [cursor for cursor in cursors if cursor > state.cursor]
    return show(_left(state), line, later[0] if later else cursors[-1])


def _cursors(state: GuiState, line: tuple[int, ...], wanted: str) -> list[int]:
    """Where in ``line`` the wanted move is, or moves are."""
    moves = [i for i, n in enumerate(line) if state.tree.nodes[n].color != EMPTY]
    if wanted.isdecimal():
        number = int(wanted)
        if number > len(moves):
            return []
        return [moves[number - 1] if number else 0]
    vertices = [_vertex(state, line[i]) for i in moves]
    found = zip(moves, vertices, strict=True)
    return [i for i, vertex in found if vertex == wanted.lower()]


def _vertex(state: GuiState, number: int) -> str:
    """The move of a node as it may be typed, in small letters."""
    point = state.tree.nodes[number].point
    return "pass" if point == PASS else state.size.vertex(point).lower()


def _left(state: GuiState) -> GuiState:
    """Without the question, and what else would be in the way of walking about."""
    return replace(state, dialog=None, guessing=None)


def _matches(state: GuiState) -> list[int]:
    """The nodes that have what is sought, in the order of the list."""
    wanted = state.sought.lower()
    said = _said(state.tree, spoken())
    return [number for number, words in said if wanted in words.lower()]


@lru_cache(maxsize=2)
def _order(tree: GameTree) -> dict[int, int]:
    """Where each node is on a walk through all variations, the main line first."""
    order: dict[int, int] = {}
    waiting = [ROOT]
    while waiting:
        number = waiting.pop()
        order[number] = len(order)
        waiting += reversed(tree.nodes[number].children)
    return order


@lru_cache(maxsize=2)
def _said(tree: GameTree, _language: LanguageName) -> list[tuple[int, str]]:
    """(node, its move and what is said of it in a line) of all that say anything."""
    counts: dict[int, int] = {-1: 0}
    found = []
    for number in _order(tree):
        node = tree.nodes[number]
        counts[number] = counts[node.parent] + (node.color != EMPTY)
        if has_words(node):
            words = " ".join(node_words(node).split())
            found.append((number, f"{counts[number]}.  {words}"))
    return found
