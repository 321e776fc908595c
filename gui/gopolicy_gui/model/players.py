"""Who plays, as records of this window have it: names, and the network's rank. Pure.

The rank (BR, WR) says at which level the network plays, as SGF has ranks: "10k?", where
the mark means that it is no more than an estimate. A level that changes during a game
is added, "10k?, 12k?". Names and ranks of other records stay as they are.

Source: SGF FF[4], properties PB, PW, BR, WR.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from gopolicy.config import FULL_STRENGTH, STRENGTH_NAMES, StrengthName
from gopolicy.go.coords import BLACK, WHITE
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.tree import GameTree

#: The shipped network, and its rank at full strength; see docs/strengths.md. Nobody has
#: measured any other.
_MEASURED: Final = "default"
_MEASURED_RANK: Final = "6k?"
_BETWEEN: Final = ", "
_SIDES: Final = {BLACK: "B", WHITE: "W"}
#: All that ``level_rank`` gives, and what stands for nothing behind another level.
_RANKS: Final = {
    *(f"{name}?" for name in STRENGTH_NAMES),
    _MEASURED_RANK,
    FULL_STRENGTH,
}


def network_name(model: str) -> str:
    """What the network is called as a player: the program and its model."""
    return f"gopolicy {model}".strip()


def player_names(role: Role, network: str) -> tuple[str, str]:
    """What Black and White are called when the person plays ``role``."""
    return {
        Role.BLACK: ("You", network),
        Role.WHITE: (network, "You"),
        Role.BOTH: ("Black", "White"),
        Role.NONE: (network, network),
    }[role]


def level_rank(strength: StrengthName, model: str) -> str:
    """The rank that the network gets for a level; "" for one that is not known."""
    if strength != FULL_STRENGTH:
        return f"{strength}?"
    return _MEASURED_RANK if model == _MEASURED else ""


def _with_names(
    tree: GameTree, names: tuple[str, str], *, strength: StrengthName, model: str
) -> GameTree:
    """The game between players of these names, the network of ``model`` among them.

    A player with another name than before has no rank of ours, or a new one.
    """
    for side, name in zip(_SIDES.values(), names, strict=True):
        if tree.root.text(f"P{side}") == name:
            continue
        tree = tree.with_text(f"P{side}", name)
        is_network = name in (network_name(model), network_name(""))
        rank = level_rank(strength, model) if is_network else ""
        if _is_ours(tree.root.text(f"{side}R")):
            tree = tree.with_text(f"{side}R", rank)
    return tree


def with_rank(
    tree: GameTree, color: int, *, strength: StrengthName, model: str
) -> GameTree:
    """The game as it is to be when the network moves for ``color``, at its level."""
    side = _SIDES[color]
    rank, level = tree.root.text(f"{side}R"), level_rank(strength, model)
    is_network = tree.root.text(f"P{side}") in (network_name(model), network_name(""))
    if not (is_network and _is_ours(rank)):
        return tree
    if any(node.color == color for node in tree.nodes):
        known = rank.split(_BETWEEN) if rank else []
        if not known or known[-1] == (level or FULL_STRENGTH):
            return tree
        level = _BETWEEN.join((*known, level or FULL_STRENGTH))
    return tree if level == rank else tree.with_text(f"{side}R", level)


def _is_ours(rank: str) -> bool:
    """Whether a rank is none, or one that the window has written."""
    return not rank or _RANKS.issuperset(rank.split(_BETWEEN))


def name_players(state: GuiState, role: Role) -> GuiState:
    """The game with the names that ``role`` makes right; those of a record stay.

    Who only analyses a game under way has not played it.
    """
    begun = len(state.tree.nodes) > 1
    names = tuple(state.tree.root.text(name) for name in ("PB", "PW"))
    network = network_name(state.model)
    roles = [r for r in Role if r is not Role.BOTH or not state.suggestion]
    ours = [player_names(r, who) for r in roles for who in (network, network_name(""))]
    wanted = player_names(role, network)
    if names not in ours or names == wanted or (begun and role is Role.BOTH):
        return state
    strength = state.options.strength
    return _with_tree(
        state, _with_names(state.tree, wanted, strength=strength, model=state.model)
    )


def rate_network(state: GuiState) -> GuiState:
    """The game with the network's level as it is now, unless it has begun."""
    if _has_begun(state):
        return state  # its next move says so
    tree = state.tree
    for color in _SIDES:
        strength = state.options.strength
        tree = with_rank(tree, color, strength=strength, model=state.model)
    return _with_tree(state, tree)


def take_network(state: GuiState) -> GuiState:
    """The game with the name of the network that was loaded, if that plays in it."""
    tree = state.tree
    names = [tree.root.text("PB"), tree.root.text("PW")]
    for at, name in enumerate(names):
        if name == network_name(""):
            names[at] = network_name(state.model)
    strength = state.options.strength
    tree = _with_names(tree, (names[0], names[1]), strength=strength, model=state.model)
    return replace(state, tree=tree, saved=state.saved if state.is_changed else tree)


def _with_tree(state: GuiState, tree: GameTree) -> GuiState:
    """Another tree; before the game begins that is no edit."""
    is_edit = _has_begun(state) or state.is_changed
    return replace(state, tree=tree, saved=state.saved if is_edit else tree)


def _has_begun(state: GuiState) -> bool:
    """Whether there are moves, or were, that can be done again."""
    is_bare = state.past is None and state.future is None
    return len(state.tree.nodes) > 1 or not is_bare
