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

from gopolicy.go.coords import BOARD_SIZE, PASS, POINTS
from gopolicy.go.jit import Int, kernel
from gopolicy.go.ladderboard import READER_DTYPE, Reader, forget_board
from gopolicy.go.ladders import add_rescues, is_ladder_move
from gopolicy.go.pointsets import (
    ALL_POINTS,
    BIT,
    POINT_SETS,
    WORDS,
    add_neighbors,
    add_set,
    copy_set,
    count_both,
    drop_set,
    first_point,
    keep_set,
    lowest_bit,
    take_first,
)
from gopolicy.go.rules import (
    KO_POINT,
    N_NEIGHBORS,
    NEIGHBOR_SETS,
    NEIGHBORS,
    TO_PLAY,
    TURN,
    BoardArrays,
    has_liberty,
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

    ``reader``: the ladder reader. ``union``, ``points``: uint64 [6], sets of points.
    ``own_heads``, ``other_heads``: uint16 [362], the head of the chain on a point if it
    is the side's to play, or its opponent's; _NOTHING elsewhere and off the board.
    ``can_take``: uint8 [362], 1 for stones of the opponent that are in atari.
    ``asked``: uint16 [361], heads of the chains that ladders are read for; the first
    ``n_asked`` (int64 [1]) are valid.
    """

    reader: Reader
    union: NDArray[np.uint64]
    points: NDArray[np.uint64]
    own_heads: NDArray[np.uint16]
    other_heads: NDArray[np.uint16]
    can_take: NDArray[np.uint8]
    asked: NDArray[np.uint16]
    n_asked: NDArray[np.int64]


#: Where ``BoardArrays.liberties`` holds an empty set.
_NOTHING: Final = POINTS

_WORKSPACE_DTYPE: Final = np.dtype(
    [
        ("reader", READER_DTYPE),
        ("union", np.uint64, (WORDS,)),
        ("points", np.uint64, (WORDS,)),
        ("own_heads", np.uint16, (POINTS + 1,)),
        ("other_heads", np.uint16, (POINTS + 1,)),
        ("can_take", np.uint8, (POINTS + 1,)),
        ("asked", np.uint16, (POINTS,)),
        ("n_asked", np.int64, (1,)),
    ],
    align=True,
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


# What stands on a point, a processor cannot guess, and a wrong guess costs it more than
# a dozen sums. So these kernels go through the points of a set rather than look at each
# point, and treat all four neighbors of a move alike.


@kernel
def _fill_stones(
    board: BoardArrays, workspace: Workspace, planes: NDArray[np.uint8]
) -> None:
    """Planes 0, 1, 3-19: stones, ones, turns since, liberties; and the workspace."""
    color = np.int64(board.state[TO_PLAY])
    turn = np.int64(board.state[TURN])
    workspace.own_heads[:] = _NOTHING
    workspace.other_heads[:] = _NOTHING
    workspace.can_take[:] = 0
    n_asked = 0
    for point in range(POINTS):
        planes[point, _ONES] = 1
    for w in range(WORDS):
        word = ALL_POINTS[w] & ~board.empty[w]
        while word != 0:
            point = (w << 6) + lowest_bit(word)
            word &= word - np.uint64(1)
            is_own = board.stones[point] == color
            head = np.int64(board.chain[point])
            n_liberties = np.int64(board.n_liberties[head])
            planes[point, _OWN if is_own else _OPPONENT] = 1
            planes[point, _TURNS_SINCE + _bucket(turn - board.placed[point] + 1)] = 1
            planes[point, _LIBERTIES + _bucket(n_liberties)] = 1
            workspace.own_heads[point] = head if is_own else _NOTHING
            workspace.other_heads[point] = _NOTHING if is_own else head
            workspace.can_take[point] = 0 if is_own else n_liberties == 1
            # Each chain once, at its head.
            workspace.asked[n_asked] = head
            n_asked += (head == point) & (n_liberties == (1 if is_own else 2))
    workspace.n_asked[0] = n_asked


@kernel
def _add_taken(
    board: BoardArrays, taken: Int, point: Int, color: Int, union: NDArray[np.uint64]
) -> None:
    """Adds to ``union`` the liberties that taking a chain by ``point`` opens.

    ``taken`` is the head of the chain. A stone of it becomes a liberty where it
    touches the new chain: ``point`` and the chains of ``color`` next to it.
    """
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
def _take(
    board: BoardArrays, workspace: Workspace, point: Int, planes: NDArray[np.uint8]
) -> None:
    """Planes 20-27 at a point where stones are taken; adds what is freed to ``union``.

    Only stones beside the new chain become its liberties.
    """
    color = np.int64(board.state[TO_PLAY])
    n_taken = 0
    for i in range(4):
        n = np.int64(NEIGHBORS[point, i])
        if workspace.can_take[n] and not is_repeated(board, point, i):
            head = np.int64(board.chain[n])
            n_taken += board.n_stones[head]
            _add_taken(board, head, point, color, workspace.union)
    if point != board.state[KO_POINT]:
        planes[point, _CAPTURE + _bucket(n_taken)] = 1


@kernel
def _joined_size(board: BoardArrays, workspace: Workspace, point: Int) -> Int:
    """How many stones the chain has that a move at ``point`` makes."""
    size = 1
    for i in range(4):
        head = workspace.own_heads[NEIGHBORS[point, i]]
        if head != _NOTHING and not is_repeated(board, point, i):
            size += board.n_stones[head]
    return size


@kernel
def _unite(
    board: BoardArrays,
    heads: NDArray[np.uint16],
    point: Int,
    union: NDArray[np.uint64],
) -> None:
    """Makes ``union`` the liberties of a stone at ``point`` and the chains beside it.

    ``heads``: whose chains. ``point`` itself is among them when there is a chain.
    """
    copy_set(union, board.empty)
    keep_set(union, NEIGHBOR_SETS[point])
    for i in range(4):
        add_set(union, board.liberties[heads[NEIGHBORS[point, i]]])


@kernel
def _fill_contact_move(
    board: BoardArrays, workspace: Workspace, point: Int, planes: NDArray[np.uint8]
) -> None:
    """Planes 20-43 and 46 at an empty point that touches a stone."""
    union = workspace.union
    _unite(board, workspace.own_heads, point, union)
    n_own = 0
    takes = 0
    for i in range(4):
        n = NEIGHBORS[point, i]
        n_own += workspace.own_heads[n] != _NOTHING
        takes |= workspace.can_take[n]
    if takes:
        _take(board, workspace, point, planes)
    n_liberties = count_both(union, union) - (1 if n_own > 0 else 0)
    if n_liberties == 0 or point == board.state[KO_POINT]:
        return
    planes[point, _AFTER + _bucket(n_liberties)] = 1
    if n_liberties == 1:
        size = _joined_size(board, workspace, point)
        planes[point, _SELF_ATARI + _bucket(size)] = 1
    color = np.int64(board.state[TO_PLAY])
    if n_own < N_NEIGHBORS[point] or not is_true_eye(board, point, color):
        planes[point, _SENSIBLE] = 1


@kernel
def _fill_moves(
    board: BoardArrays, workspace: Workspace, planes: NDArray[np.uint8]
) -> None:
    """Planes 2, 20-43 and 46: empty points, and what a move there does."""
    stones = workspace.union
    touched = workspace.points
    copy_set(stones, ALL_POINTS)
    drop_set(stones, board.empty)
    copy_set(touched, stones)
    add_neighbors(touched, stones)
    for w in range(WORDS):
        lone = board.empty[w] & ~touched[w]
        while lone != 0:
            point = (w << 6) + lowest_bit(lone)
            lone &= lone - np.uint64(1)
            planes[point, _EMPTY] = 1
            planes[point, _AFTER + N_NEIGHBORS[point] - 1] = 1
            planes[point, _SENSIBLE] = 1
        contact = board.empty[w] & touched[w]
        while contact != 0:
            point = (w << 6) + lowest_bit(contact)
            contact &= contact - np.uint64(1)
            planes[point, _EMPTY] = 1
            _fill_contact_move(board, workspace, point, planes)


@kernel
def _runs_free(board: BoardArrays, workspace: Workspace, head: Int, atari: Int) -> bool:
    """Whether an opponent chain with two liberties plainly gets three after an atari.

    That is, by extending away from ``atari``, one of its liberties: then there is
    nothing to read. False also when ``atari`` takes stones and it is not plain.
    """
    takes = 0
    for i in range(4):
        takes |= workspace.can_take[NEIGHBORS[atari, i]]
    union = workspace.union
    copy_set(union, board.liberties[head])
    drop_set(union, POINT_SETS[atari])
    extension = first_point(union)
    _unite(board, workspace.other_heads, extension, union)
    drop_set(union, POINT_SETS[atari])
    return bool(takes == 0 and count_both(union, union) > 3)  # itself among them


@kernel
def _escapes(
    board: BoardArrays,
    workspace: Workspace,
    head: Int,
    point: Int,
    planes: NDArray[np.uint8],
) -> bool:
    """Whether a legal move at ``point`` saves the own chain under ``head``."""
    # An extension makes the chain that the planes of the move tell about.
    if has_liberty(board, head, point) and planes[point, _AFTER + 1] == 0:
        return bool(planes[point, _AFTER] == 0)
    color = np.int64(board.state[TO_PLAY])
    return is_ladder_move(workspace.reader, board, point, head, color)


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
    points = workspace.points
    copy_set(points, board.liberties[head])
    if is_own:
        add_rescues(board, head, points)
    while True:
        point = take_first(points)
        if point == PASS:
            return
        legal = 0
        for k in range(8):
            legal |= planes[point, _AFTER + k]
        if legal == 0:
            continue
        if is_own:
            if planes[point, _LADDER_ESCAPE] == 0:
                planes[point, _LADDER_ESCAPE] = _escapes(
                    board, workspace, head, point, planes
                )
        elif planes[point, _LADDER_CAPTURE] == 0 and not _runs_free(
            board, workspace, head, point
        ):
            planes[point, _LADDER_CAPTURE] = is_ladder_move(
                workspace.reader, board, point, head, color
            )


@kernel
def fill_planes(
    board: BoardArrays, workspace: Workspace, planes: NDArray[np.uint8]
) -> None:
    """``planes``: uint8 [361, 48], all 48 planes of ``board``, whatever they held.

    That every chain has a liberty is not checked.
    """
    planes[:] = 0
    _fill_stones(board, workspace, planes)
    _fill_moves(board, workspace, planes)
    forget_board(workspace.reader)
    for k in range(workspace.n_asked[0]):
        _fill_ladder_moves(board, np.int64(workspace.asked[k]), workspace, planes)
