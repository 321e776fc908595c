"""The 48 feature planes of AlphaGo's policy network.

``FEATURES`` names them, ``encode`` computes them for one position, and the kernel
``fill_planes`` does so for whoever owns a board and a ``Workspace``. Knows the rules
and the ladder reader; nothing of files, games or networks.

Source: Silver et al., Nature 529 (2016), Extended Data Table 2; SPEC-PLANES where the
paper leaves a choice open.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BOARD_SIZE, EMPTY, PASS, POINTS
from gopolicy.go.jit import Int, kernel
from gopolicy.go.ladderboard import READER_DTYPE, Reader, forget_board
from gopolicy.go.ladders import add_rescues, is_ladder_move, runs_free
from gopolicy.go.pointsets import BIT, WORDS, popcount, take_first
from gopolicy.go.rules import (
    KO_POINT,
    NEIGHBORS,
    TO_PLAY,
    TURN,
    BoardArrays,
    has_liberty,
    is_legal,
    is_repeated,
    is_true_eye,
    new_record,
)

if TYPE_CHECKING:
    from gopolicy.go.position import Position


@dataclass(frozen=True, slots=True)
class Feature:
    """A named run of planes; a count v in 1..8 sets plane min(v, 8) of its eight."""

    name: str
    planes: int
    meaning: str


#: In the paper's order (Extended Data Table 2).
FEATURES: Final = (
    Feature("own", 1, "stones of the side to play"),
    Feature("opponent", 1, "stones of the other side"),
    Feature("empty", 1, "empty points"),
    Feature("ones", 1, "1 everywhere"),
    Feature("turns since", 8, "turns since a stone on the board was placed"),
    Feature("liberties", 8, "liberties of the chain on the point"),
    Feature("capture size", 8, "opponent stones that a move here takes"),
    Feature("self-atari size", 8, "own stones that a move here puts in atari"),
    Feature("liberties after", 8, "liberties of the chain after a move here"),
    Feature("ladder capture", 1, "a move here captures in a ladder"),
    Feature("ladder escape", 1, "a move here escapes from a ladder"),
    Feature("sensible", 1, "legal and fills no own true eye"),
    Feature("zeros", 1, "0 everywhere"),
)


def _offsets() -> dict[str, int]:
    offsets, plane = {}, 0
    for feature in FEATURES:
        offsets[feature.name] = plane
        plane += feature.planes
    return offsets


def _plane_names() -> tuple[str, ...]:
    names = []
    for feature in FEATURES:
        if feature.planes == 1:
            names.append(feature.name)
        else:
            last = feature.planes
            names += [f"{feature.name} {n}" for n in range(1, last)]
            names.append(f"{feature.name} {last}+")
    return tuple(names)


#: The first plane of each feature, by its name.
PLANE_OFFSETS: Final = _offsets()
#: The name of each plane, such as "liberties 3" and "liberties 8+".
PLANE_NAMES: Final = _plane_names()
PLANES: Final = len(PLANE_NAMES)

#: Stored with data and weights: a model made for other planes is refused.
SPEC_ID: Final = "alphago-48-v1"

_OWN: Final = PLANE_OFFSETS["own"]
_OPPONENT: Final = PLANE_OFFSETS["opponent"]
_EMPTY: Final = PLANE_OFFSETS["empty"]
_ONES: Final = PLANE_OFFSETS["ones"]
_TURNS_SINCE: Final = PLANE_OFFSETS["turns since"]
_LIBERTIES: Final = PLANE_OFFSETS["liberties"]
_CAPTURE: Final = PLANE_OFFSETS["capture size"]
_SELF_ATARI: Final = PLANE_OFFSETS["self-atari size"]
_AFTER: Final = PLANE_OFFSETS["liberties after"]
_LADDER_CAPTURE: Final = PLANE_OFFSETS["ladder capture"]
_LADDER_ESCAPE: Final = PLANE_OFFSETS["ladder escape"]
_SENSIBLE: Final = PLANE_OFFSETS["sensible"]


class Workspace(Protocol):
    """Scratch memory of the kernels; one for each thread.

    ``reader``: the ladder reader. ``union``: uint64 [6], a set of points.
    """

    reader: Reader
    union: NDArray[np.uint64]


_WORKSPACE_DTYPE: Final = np.dtype(
    [("reader", READER_DTYPE), ("union", np.uint64, (WORDS,))], align=True
)


def new_workspace() -> Workspace:
    """Scratch memory for one thread."""
    workspace: Workspace = new_record(_WORKSPACE_DTYPE)
    return workspace


#: Holds the workspace that ``encode`` uses in each thread: new ones cost 0.3 ms.
_local: Final = threading.local()


def encode(position: Position) -> NDArray[np.uint8]:
    """The planes of ``position``: uint8 [19, 19, 48] of 0 and 1, row 0 at the top.

    Raises: IllegalMoveError for setup stones without a liberty.
    """
    position.check_chains()
    planes = np.empty((POINTS, PLANES), np.uint8)
    if not hasattr(_local, "workspace"):
        _local.workspace = new_workspace()
    fill_planes(position.board, _local.workspace, planes)
    return planes.reshape(BOARD_SIZE, BOARD_SIZE, PLANES)  # [361, 48] -> [19, 19, 48]


def legal_moves(planes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """bool [B, 361]: the legal moves, read off ``planes`` uint8 [B, 19, 19, 48].

    Planes 36-43 say how many liberties a legal move has, and are empty elsewhere.
    """
    flat = planes.reshape(-1, POINTS, PLANES)  # [B, 361, 48]
    legal = np.zeros(flat.shape[:2], np.bool_)
    flat[:, :, _AFTER : _AFTER + 8].any(axis=2, out=legal)
    return legal


@kernel
def _bucket(value: Int) -> Int:
    """Which of eight planes a count of at least 1 sets."""
    return min(value, 8) - 1


@kernel
def _fill_stones(board: BoardArrays, planes: NDArray[np.uint8]) -> None:
    """Planes 0-19: stones, ones, turns since, liberties."""
    color = np.int64(board.state[TO_PLAY])
    turn = board.state[TURN]
    for point in range(POINTS):
        planes[point, _ONES] = 1
        stone = board.stones[point]
        if stone == EMPTY:
            planes[point, _EMPTY] = 1
            continue
        planes[point, _OWN if stone == color else _OPPONENT] = 1
        age = turn - board.placed[point] + 1
        planes[point, _TURNS_SINCE + _bucket(age)] = 1
        n_liberties = board.n_liberties[board.chain[point]]
        planes[point, _LIBERTIES + _bucket(n_liberties)] = 1


@kernel
def _add_taken(
    board: BoardArrays, taken: Int, point: Int, union: NDArray[np.uint64]
) -> None:
    """Adds to ``union`` the liberties that taking a chain by ``point`` opens.

    ``taken`` is the head of the chain. A stone of it becomes a liberty where it
    touches the new chain: ``point`` and the own chains next to it.
    """
    color = np.int64(board.state[TO_PLAY])
    stone = taken
    while True:
        touches = False
        for i in range(4):
            n = NEIGHBORS[stone, i]
            if n == point:
                touches = True
            elif board.stones[n] == color:
                for j in range(4):
                    m = NEIGHBORS[point, j]
                    if board.stones[m] == color and board.chain[m] == board.chain[n]:
                        touches = True
        if touches:
            union[stone >> 6] |= BIT[stone]
        stone = board.next_stone[stone]
        if stone == taken:
            break


@kernel
def _count_union(board: BoardArrays, point: Int, union: NDArray[np.uint64]) -> Int:
    """Liberties of the chain after a move at ``point``, by the sets of all it joins.

    ``union``: uint64 [6], the liberties that come besides: taken stones.
    """
    color = np.int64(board.state[TO_PLAY])
    for i in range(4):
        n = NEIGHBORS[point, i]
        stone = board.stones[n]
        if stone == EMPTY:
            union[n >> 6] |= BIT[n]
        elif stone == color:
            head = board.chain[n]
            for w in range(WORDS):
                union[w] |= board.liberties[head, w]
    union[point >> 6] &= ~BIT[point]
    count = 0
    for w in range(WORDS):
        count += popcount(union[w])
    return count


@kernel
def _fill_contact_move(
    board: BoardArrays, point: Int, union: NDArray[np.uint64], planes: NDArray[np.uint8]
) -> bool:
    """Planes 20-43 at an empty point that touches a stone; whether it is legal."""
    color = np.int64(board.state[TO_PLAY])
    size = 1
    n_taken = 0
    n_joined = 0
    friend: Int = 0
    n_liberties: Int = 0
    for i in range(4):
        n = NEIGHBORS[point, i]
        stone = board.stones[n]
        if stone == EMPTY:
            n_liberties += 1
        elif stone == color:
            if n_joined == 0 or not is_repeated(board, point, i):
                friend = np.int64(board.chain[n])
                size += board.n_stones[friend]
                n_joined += 1
        elif stone == -color:
            head = np.int64(board.chain[n])
            if board.n_liberties[head] == 1 and not is_repeated(board, point, i):
                if n_taken == 0:
                    for w in range(WORDS):
                        union[w] = 0
                n_taken += board.n_stones[head]
                _add_taken(board, head, point, union)
    if n_taken > 0:
        n_liberties = _count_union(board, point, union)
    elif n_joined > 1:
        for w in range(WORDS):
            union[w] = 0
        n_liberties = _count_union(board, point, union)
    elif n_joined == 1:
        # The friend's liberties but this one, and those it did not have.
        n_liberties = board.n_liberties[friend] - 1
        for i in range(4):
            n = NEIGHBORS[point, i]
            if board.stones[n] == EMPTY and not has_liberty(board, friend, n):
                n_liberties += 1
    if n_liberties == 0 or point == board.state[KO_POINT]:
        return False
    if n_taken > 0:
        planes[point, _CAPTURE + _bucket(n_taken)] = 1
    if n_liberties == 1:
        planes[point, _SELF_ATARI + _bucket(size)] = 1
    planes[point, _AFTER + _bucket(n_liberties)] = 1
    return True


@kernel
def _fill_moves(
    board: BoardArrays, union: NDArray[np.uint64], planes: NDArray[np.uint8]
) -> None:
    """Planes 20-43 and 46: what a move at each empty point does."""
    color = np.int64(board.state[TO_PLAY])
    for point in range(POINTS):
        if board.stones[point] != EMPTY:
            continue
        n_empty = 0
        n_stones = 0
        for i in range(4):
            stone = board.stones[NEIGHBORS[point, i]]
            n_empty += stone == EMPTY
            n_stones += stone == color or stone == -color
        if n_stones == 0:
            planes[point, _AFTER + n_empty - 1] = 1
            planes[point, _SENSIBLE] = 1
        elif _fill_contact_move(board, point, union, planes) and not is_true_eye(
            board, point, color
        ):
            planes[point, _SENSIBLE] = 1


@kernel
def _fill_ladder_moves(
    board: BoardArrays, head: Int, workspace: Workspace, planes: NDArray[np.uint8]
) -> None:
    """Plane 44 at the liberties of an opponent chain, or plane 45 for an own one.

    An opponent chain has two liberties. An own one is in atari: it extends, or takes
    an attacker in atari.
    """
    color = np.int64(board.state[TO_PLAY])
    is_own = board.stones[head] == color
    plane = _LADDER_ESCAPE if is_own else _LADDER_CAPTURE
    points = workspace.union
    for w in range(WORDS):
        points[w] = board.liberties[head, w]
    if is_own:
        add_rescues(board, head, points)
    while True:
        point = take_first(points)
        if point == PASS:
            return
        if (
            planes[point, plane] == 0
            and (is_own or not runs_free(board, head, point))
            and is_legal(board, point, color)
            and is_ladder_move(workspace.reader, board, point, head, color)
        ):
            planes[point, plane] = 1


@kernel
def _fill_ladders(
    board: BoardArrays, workspace: Workspace, planes: NDArray[np.uint8]
) -> None:
    """Planes 44 and 45: ladder captures and escapes."""
    color = np.int64(board.state[TO_PLAY])
    forget_board(workspace.reader)
    for point in range(POINTS):
        stone = board.stones[point]
        # Each chain once, at its head.
        if stone == EMPTY or board.chain[point] != point:
            continue
        if board.n_liberties[point] == (1 if stone == color else 2):
            _fill_ladder_moves(board, point, workspace, planes)


@kernel
def fill_planes(
    board: BoardArrays, workspace: Workspace, planes: NDArray[np.uint8]
) -> None:
    """``planes``: uint8 [361, 48], all 48 planes of ``board``, whatever they held.

    That every chain has a liberty is not checked.
    """
    planes[:] = 0
    _fill_stones(board, planes)
    _fill_moves(board, workspace.union, planes)
    _fill_ladders(board, workspace, planes)
