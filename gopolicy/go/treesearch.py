"""Who owns a contested part of the board: a tree search of the moves in and around it.

Monte-Carlo tree search with what playouts say of moves played later (RAVE). A playout
alone answers at random, so of a race, a ko, a seki or a shape that lives by one move it
says little; a tree finds the answers. Two passes end a line with all stones where they
stand, as in a seki. Knows the rules and playouts.

Source: Gelly, Silver, "Monte-Carlo tree search and rapid action value estimation in
computer Go", 2011.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, BOARD_SIZE, EMPTY, PASS, POINTS
from gopolicy.go.jit import Int, kernel, long_kernel
from gopolicy.go.randomplay import (
    GAME_DTYPE,
    SHAPELY,
    Game,
    fits_pattern,
    is_sane,
    liberties_left,
    next_below,
    play_out,
    urgent_move,
)
from gopolicy.go.rules import (
    NEIGHBORS,
    TO_PLAY,
    BoardArrays,
    copy_board,
    new_board,
    new_record,
    play_move,
    set_to_play,
)
from gopolicy.go.scoring import owner_at

if TYPE_CHECKING:
    from gopolicy.go.position import Position

#: A chain is undecided when its color owns its points by less than this, and an empty
#: point when nobody owns it by so much. Of 893 finished games, a third has such chains.
UNDECIDED: Final = 0.5
OPEN: Final = 0.7
#: Parts are that many steps from each other, and moves are tried so far around them.
_STEPS: Final = 2
#: Visits after which a node's moves are tried, one by one.
_EXPANDED_AFTER: Final = 8
#: The weight of what playouts say of a move played later, in visits; how much the less
#: visited are preferred; what is said at first of a move that nothing speaks against.
_RAVE: Final = 100.0
_CURIOSITY: Final = 0.1
_UNTRIED: Final = 1.0
#: Of a move that a playout would answer with, so many good results are believed in
#: advance; of a self-atari half as many bad ones, of a shape half as many, mostly good.
_BELIEVED: Final = 20
_MAX_DEPTH: Final = 100


class Node(Protocol):
    """A move in the tree; one element of an array of numpy records.

    ``children``: index of the first, ``n_children`` of them on end; 0 before they are
    tried. ``visits`` and ``wins`` are of playouts through it, ``later`` and
    ``later_wins`` of those in which its color was the first to play its point later;
    wins are those of the side that plays ``point``, between 0 and 1 each.
    """

    point: np.int16
    n_children: np.int16
    children: np.int32
    visits: np.int32
    wins: np.float32
    later: np.int32
    later_wins: np.float32


NODE_DTYPE: Final = np.dtype(
    [
        ("point", np.int16),
        ("n_children", np.int16),
        ("children", np.int32),
        ("visits", np.int32),
        ("wins", np.float32),
        ("later", np.int32),
        ("later_wins", np.float32),
    ],
    align=True,
)
#: An array of nodes; the root is the first.
Tree = NDArray[Any]


@kernel
def _add_node(tree: Tree, node: Int, point: Int, believed: Int, wins: Int) -> None:
    tree[node].point = point
    tree[node].n_children = 0
    tree[node].visits = 0
    tree[node].wins = 0
    tree[node].later = believed
    tree[node].later_wins = wins


@kernel
def _add_pass(tree: Tree, node: Int) -> None:
    _add_node(tree, node, np.int64(PASS), np.int64(0), np.int64(0))


@kernel
def _is_near(point: Int, other: Int) -> bool:
    """Whether two points are at most two steps apart."""
    row, column = divmod(point, BOARD_SIZE)
    other_row, other_column = divmod(other, BOARD_SIZE)
    return bool(abs(row - other_row) + abs(column - other_column) <= 2)


@kernel
def _expand(
    tree: Tree, node: Int, used: Int, game: Game, last: Int, region: NDArray[np.bool_]
) -> Int:
    """Adds the sane moves in ``region``, and the pass, to ``node``.

    Returns how many nodes are used then; ``used``: before.
    """
    board = game.board
    color = np.int64(board.state[TO_PLAY])
    urgent: Int = PASS
    if last != PASS:
        urgent = urgent_move(game, last)
    tree[node].children = used
    for point in range(POINTS):
        if not region[point] or board.stones[point] != EMPTY:
            continue
        if not is_sane(board, point, color):
            continue
        believed = 0
        wins = 0
        if point == urgent:
            believed = wins = _BELIEVED
        elif liberties_left(board, point, color) < 2:
            believed = _BELIEVED // 2
            wins = believed // 5
        elif last != PASS and _is_near(point, last) and fits_pattern(board, point):
            believed = _BELIEVED // 2
            wins = believed * 7 // 10
        _add_node(tree, used, point, believed, wins)
        used += 1
    _add_pass(tree, used)
    tree[node].n_children = used + 1 - tree[node].children
    return used + 1


@kernel
def _value(tree: Tree, node: Int, log_visits: float) -> float:
    """What speaks for a move; ``log_visits``: of its parent's visits."""
    visits = tree[node].visits
    later = tree[node].later
    if visits == 0 and later == 0:
        return _UNTRIED
    value: float = 0.0
    if visits > 0:
        value = tree[node].wins / visits
    if later > 0:
        trust = np.sqrt(_RAVE / (3 * visits + _RAVE))
        value += trust * (tree[node].later_wins / later - value)
    value += _CURIOSITY * np.sqrt(log_visits / (visits + 1))
    return value


@kernel
def _best_child(tree: Tree, node: Int, game: Game) -> Int:
    """The move to try next; of equals a random one."""
    log_visits = np.log(tree[node].visits + 1.0)
    best: Int = 0
    most = -1.0
    children = np.int64(tree[node].children)
    for child in range(children, children + tree[node].n_children):
        value = _value(tree, child, log_visits) + next_below(game, 1000) * 1e-7
        if value > most:
            most = value
            best = child
    return best


@kernel
def _descend(
    tree: Tree,
    used: Int,
    game: Game,
    region: NDArray[np.bool_],
    path: NDArray[np.int32],
) -> tuple[Int, Int, Int, bool]:
    """Plays down the tree from the board of ``game``, and makes it grow.

    ``path``: int32 [MAX_DEPTH + 1], the nodes on the way. Returns its length without
    the root, how many nodes are used, the last move and whether both sides passed.
    """
    board = game.board
    path[0] = 0
    depth = 0
    last: Int = np.int64(PASS)  # as later ones: see ``kernel``
    before: Int = 0  # no move, nor a pass
    while depth < _MAX_DEPTH and not (depth > 1 and last == before == PASS):
        node = np.int64(path[depth])
        if tree[node].n_children == 0:
            is_young = depth > 0 and tree[node].visits < _EXPANDED_AFTER
            if is_young or used + POINTS >= len(tree):
                break
            used = _expand(tree, node, used, game, last, region)
        child = _best_child(tree, node, game)
        before = last
        last = np.int64(tree[child].point)
        color = np.int64(board.state[TO_PLAY])
        if game.first[last] == EMPTY:
            game.first[last] = color
        play_move(board, last, color)
        depth += 1
        path[depth] = child
    return depth, used, last, depth > 1 and last == before == PASS


@kernel
def _learn(
    tree: Tree, path: NDArray[np.int32], depth: Int, game: Game, color: Int, won: float
) -> None:
    """Adds a playout to the moves on its path, and to those it played later.

    ``color``: who moved first. ``won``: Black's share, between 0 and 1.
    """
    tree[0].visits += 1
    for k in range(depth):
        result = won if color == BLACK else 1.0 - won
        tree[path[k + 1]].visits += 1
        tree[path[k + 1]].wins += result
        children = np.int64(tree[path[k]].children)
        for child in range(children, children + tree[path[k]].n_children):
            point = tree[child].point
            if point != PASS and game.first[point] == color:
                tree[child].later += 1
                tree[child].later_wins += result
        color = -color


@long_kernel
def _search(
    start: BoardArrays,
    part: NDArray[np.int16],
    region: NDArray[np.bool_],
    simulations: Int,
    tree: Tree,
    game: Game,
    ownership: NDArray[np.int32],
) -> None:
    """``ownership``: int32 [P], to which the later half adds the owners of ``part``.

    ``part``: int16 [P]. ``region``: bool [361], where the tree has moves.
    """
    path = np.zeros(_MAX_DEPTH + 1, np.int32)
    color = np.int64(start.state[TO_PLAY])
    _add_pass(tree, np.int64(0))
    used: Int = np.int64(1)
    for k in range(simulations):
        copy_board(start, game.board)
        for point in range(POINTS + 1):
            game.first[point] = EMPTY
        depth, used, last, is_over = _descend(tree, used, game, region, path)
        if not is_over:
            play_out(game, last, SHAPELY)
        lead = 0
        for i in range(len(part)):
            owner = owner_at(game.board, np.int64(part[i]))
            lead += owner
            if 2 * k >= simulations:
                ownership[i] += owner
        _learn(tree, path, depth, game, color, (lead / len(part) + 1) / 2)


def search_part(
    position: Position,
    part: NDArray[np.bool_],
    color: int,
    *,
    simulations: int,
    seed: int,
) -> NDArray[np.float32]:
    """Who owns ``part``, bool [361], once ``color`` has moved first in it.

    float32 [361], from +1 (Black in all of the later half of the simulations) to -1; 0
    elsewhere. ``seed``: at least 1. That every chain has a liberty is not checked.
    """
    board = new_board()
    copy_board(position.board, board)
    set_to_play(board, color)
    points = np.flatnonzero(part).astype(np.int16)
    region = _grown(part, _STEPS)
    game = new_record(GAME_DTYPE)
    game.random[0] = seed
    n_nodes = (simulations // 4 + 1) * (int(region.sum()) + 1) + POINTS
    tree = np.zeros(n_nodes, np.dtype((np.record, NODE_DTYPE)))
    owners = np.zeros(len(points), np.int32)
    _search(board, points, region, simulations, tree, game, owners)
    ownership = np.zeros(POINTS, np.float32)
    ownership[points] = owners / (simulations - (simulations + 1) // 2)
    return ownership


def undecided_parts(
    position: Position, ownership: NDArray[np.float32]
) -> list[NDArray[np.bool_]]:
    """The parts of the board, bool [361] each, with chains that are undecided.

    ``ownership``: float32 [361], of many playouts. The largest part comes first.
    """
    stones = position.stones
    heads = np.where(stones == EMPTY, -1, position.board.chain.astype(np.int16))
    undecided = np.zeros(POINTS, np.bool_)
    for head in np.unique(heads[heads >= 0]):
        chain = heads == head
        undecided |= chain & (abs(ownership[chain].mean()) < UNDECIDED)
    loose = undecided | ((stones == EMPTY) & (np.abs(ownership) < OPEN))
    parts = []
    while undecided.any():
        part = np.zeros(POINTS, np.bool_)
        part[np.flatnonzero(undecided)[0]] = True
        size = 0
        while size < part.sum():
            size = int(part.sum())
            part |= (_grown(part, 1) & loose) | (_grown(part, _STEPS) & undecided)
        undecided &= ~part
        parts.append(part)
    return sorted(parts, key=lambda part: -int(part.sum()))


def _grown(points: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    """``points``, bool [361], and all within so many steps."""
    grown = np.append(points, False)  # and the wall
    for _ in range(steps):
        grown[NEIGHBORS[grown[:POINTS]]] = True
        grown[POINTS] = False
    return grown[:POINTS]
