"""The rules of Go as kernels over flat arrays: chains, liberties, capture, ko, eyes.

Knows nothing of files, history or superko; ``position.Position`` is the checked door
to it. Kernels trust their input: a point is 0..360, a color BLACK or WHITE, and a move
played here is legal. They never raise and never allocate.

Chains are kept incrementally. Each has a *head* (one of its points) under which its
size and its liberties, as a set of 361 bits in six words, are stored; its stones form
a ring through ``next_stone``. So the liberties after a move are an OR of a few words.
"""

from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, BOARD_SIZE, EMPTY, PASS, POINTS
from gopolicy.go.jit import Int, kernel
from gopolicy.go.pointsets import (
    ALL_POINTS,
    BIT,
    WORDS,
    add_set,
    copy_set,
    count_both,
    fill_where,
    keep_set,
    lowest_bit,
    point_sets,
    popcount,
)

#: What ``stones`` holds at index 361, to which every neighbor off the board points.
WALL: Final = 2

# Slots of BoardArrays.state.
TO_PLAY: Final = 0
KO_POINT: Final = 1  # PASS when there is none
TURN: Final = 2  # turns played so far; a pass is one
STATE_SLOTS: Final = 3

_NO_CHAIN: Final = POINTS
#: ``placed`` of a setup stone: older than any move.
SETUP_TURN: Final = -30_000


class BoardArrays(Protocol):
    """One board as flat arrays; the argument of every kernel.

    One numpy record, so that kernels pass on a single pointer: with a tuple of arrays,
    a move and all planes took five times as long.

    ``stones``: int8 [362], BLACK, WHITE or EMPTY; index 361 is WALL.
    ``chain``: uint16 [361], the head of the chain on a point (only where a stone is).
    ``next_stone``: uint16 [361], the ring of a chain's stones.
    ``n_stones``, ``n_liberties``: int16 [361], by head.
    ``liberties``: uint64 [362, 6], by head: bit p % 64 of word p // 64 is point p. The
    last row is always empty.
    ``empty``: uint64 [6], the empty points.
    ``placed``: int32 [361], the turn (first is 1) in which the stone came there.
    ``state``: int32 [3]: TO_PLAY, KO_POINT, TURN.
    ``key``: uint64 [1], Zobrist key of the stones.
    """

    stones: NDArray[np.int8]
    chain: NDArray[np.uint16]
    next_stone: NDArray[np.uint16]
    n_stones: NDArray[np.int16]
    n_liberties: NDArray[np.int16]
    liberties: NDArray[np.uint64]
    empty: NDArray[np.uint64]
    placed: NDArray[np.int32]
    state: NDArray[np.int32]
    key: NDArray[np.uint64]


BOARD_DTYPE: Final = np.dtype(
    [
        ("stones", np.int8, (POINTS + 1,)),
        ("chain", np.uint16, (POINTS,)),
        ("next_stone", np.uint16, (POINTS,)),
        ("n_stones", np.int16, (POINTS,)),
        ("n_liberties", np.int16, (POINTS,)),
        ("liberties", np.uint64, (POINTS + 1, WORDS)),
        ("empty", np.uint64, (WORDS,)),
        ("placed", np.int32, (POINTS,)),
        ("state", np.int32, (STATE_SLOTS,)),
        ("key", np.uint64, (1,)),
    ],
    align=True,
)


def new_record(dtype: np.dtype[Any]) -> Any:
    """A record of zeros whose fields are attributes."""
    return np.zeros(1, np.dtype((np.record, dtype)))[0]


def new_board() -> BoardArrays:
    """An empty board, Black to play."""
    # Not by ``clear_board``: to show a board, no compiler is loaded.
    board: BoardArrays = new_record(BOARD_DTYPE)
    board.stones[POINTS] = WALL
    board.empty[:] = ALL_POINTS
    board.state[TO_PLAY] = BLACK
    board.state[KO_POINT] = PASS
    return board


# What holds points and chains is unsigned: an index that may be negative takes longer.


def _neighbor_table(steps: tuple[tuple[int, int], ...]) -> NDArray[np.uint16]:
    table = np.full((POINTS, 4), POINTS, np.uint16)
    for point in range(POINTS):
        row, column = divmod(point, BOARD_SIZE)
        for i, (dr, dc) in enumerate(steps):
            r, c = row + dr, column + dc
            if 0 <= r < BOARD_SIZE and 0 <= c < BOARD_SIZE:
                table[point, i] = r * BOARD_SIZE + c
    return table


#: uint16 [361, 4]: the neighbors of a point; 361 (WALL) off the board.
NEIGHBORS: Final = _neighbor_table(((-1, 0), (0, -1), (0, 1), (1, 0)))
#: uint16 [361, 4]: the diagonal neighbors of a point; 361 off the board.
DIAGONALS: Final = _neighbor_table(((-1, -1), (-1, 1), (1, -1), (1, 1)))
#: int64 [361]: how many neighbors a point has.
N_NEIGHBORS: Final = (NEIGHBORS < POINTS).sum(axis=1)
#: uint64 [361, 6]: the neighbors of a point as a set.
NEIGHBOR_SETS: Final = point_sets(NEIGHBORS)
#: uint64 [2, 361]: Zobrist numbers of black and white stones; fixed, so that keys can
#: be compared between processes.
ZOBRIST: Final = np.random.default_rng(20160128).integers(
    1, 2**64, size=(2, POINTS), dtype=np.uint64
)


@kernel
def clear_board(board: BoardArrays) -> None:
    """Empties the board, whatever it held; Black to play, no turn played."""
    for point in range(POINTS):
        board.stones[point] = EMPTY
    board.stones[POINTS] = WALL
    copy_set(board.empty, ALL_POINTS)
    board.state[TO_PLAY] = BLACK
    board.state[KO_POINT] = PASS
    board.state[TURN] = 0
    board.key[0] = 0


@kernel
def copy_board(source: BoardArrays, target: BoardArrays) -> None:
    """Makes ``target`` equal to ``source``."""
    # Loops compile in a tenth of the time that slices take.
    for slot in range(STATE_SLOTS):
        target.state[slot] = source.state[slot]
    target.key[0] = source.key[0]
    copy_set(target.empty, source.empty)
    target.stones[POINTS] = WALL
    for point in range(POINTS):
        target.stones[point] = source.stones[point]
        target.chain[point] = source.chain[point]
        target.next_stone[point] = source.next_stone[point]
        target.n_stones[point] = source.n_stones[point]
        target.n_liberties[point] = source.n_liberties[point]
        target.placed[point] = source.placed[point]
    for point in range(POINTS):
        if source.stones[point] != EMPTY and source.chain[point] == point:
            for w in range(WORDS):
                target.liberties[point, w] = source.liberties[point, w]


@kernel
def color_row(color: Int) -> Int:
    """Which of two rows, such as those of ``ZOBRIST``, is that of ``color``."""
    return 0 if color == BLACK else 1


@kernel
def has_liberty(board: BoardArrays, head: Int, point: Int) -> bool:
    """Whether ``point`` is a liberty of the chain under ``head``."""
    return bool((board.liberties[head, point >> 6] & BIT[point]) != 0)


@kernel
def _add_liberty(board: BoardArrays, head: Int, point: Int) -> None:
    if not has_liberty(board, head, point):
        board.liberties[head, point >> 6] |= BIT[point]
        board.n_liberties[head] += 1


@kernel
def _drop_liberty(board: BoardArrays, head: Int, point: Int) -> None:
    if has_liberty(board, head, point):
        board.liberties[head, point >> 6] &= ~BIT[point]
        board.n_liberties[head] -= 1


@kernel
def is_suicide(board: BoardArrays, point: Int, color: Int) -> bool:
    """Whether a stone of ``color`` at the empty ``point`` would have no liberty."""
    for i in range(4):
        n = NEIGHBORS[point, i]
        stone = board.stones[n]
        if stone == EMPTY:
            return False
        if stone == color:
            if board.n_liberties[board.chain[n]] > 1:
                return False
        elif stone == -color and board.n_liberties[board.chain[n]] == 1:
            return False
    return True


@kernel
def is_legal(board: BoardArrays, point: Int, color: Int) -> bool:
    """Whether ``color`` may play at ``point``: empty, no suicide, no simple ko.

    Source: SPEC-PLANES, "Legal for planes"; superko is not asked here.
    """
    return (
        board.stones[point] == EMPTY
        and point != board.state[KO_POINT]
        and not is_suicide(board, point, color)
    )


@kernel
def is_true_eye(board: BoardArrays, point: Int, color: Int) -> bool:
    """Whether the empty ``point`` is a true eye of ``color``.

    All neighbors are of ``color``, and fewer than two diagonals are the opponent's,
    the edge counting as one. Source: SPEC-PLANES, plane 46.
    """
    for i in range(4):
        stone = board.stones[NEIGHBORS[point, i]]
        if stone != color and stone != WALL:
            return False
    opponents = 0
    at_edge = 0
    for i in range(4):
        stone = board.stones[DIAGONALS[point, i]]
        if stone == WALL:
            at_edge = 1
        elif stone == -color:
            opponents += 1
    return opponents + at_edge < 2


@kernel
def is_repeated(board: BoardArrays, point: Int, i: Int) -> bool:
    """Whether neighbor ``i`` of ``point`` is of a chain met among neighbors 0..i-1."""
    n = NEIGHBORS[point, i]
    for j in range(i):
        m = NEIGHBORS[point, j]
        if board.stones[m] == board.stones[n] and board.chain[m] == board.chain[n]:
            return True
    return False


@kernel
def _absorb(board: BoardArrays, head: Int, other: Int) -> None:
    """Joins the chain under ``other`` into the one under ``head``, liberties aside."""
    stone = other
    while True:
        board.chain[stone] = head
        stone = board.next_stone[stone]
        if stone == other:
            break
    board.next_stone[head], board.next_stone[other] = (
        board.next_stone[other],
        board.next_stone[head],
    )
    board.n_stones[head] += board.n_stones[other]


@kernel
def _merged_head(board: BoardArrays, point: Int, color: Int) -> Int:
    """The head that the chain of a stone played at ``point`` will have.

    The largest neighbor chain takes the others in, so few stones are relabelled.
    """
    head: Int = point
    for i in range(4):
        n = NEIGHBORS[point, i]
        if board.stones[n] == color:
            friend = np.int64(board.chain[n])
            if head == point or board.n_stones[friend] > board.n_stones[head]:
                head = friend
    return head


@kernel
def _place(board: BoardArrays, point: Int, color: Int) -> Int:
    """Puts a stone on the empty ``point``, joins its chains; returns the head.

    Captures nothing: the opponent's chains only lose the liberty.
    """
    head = _merged_head(board, point, color)
    board.stones[point] = color
    board.empty[point >> 6] &= ~BIT[point]
    board.chain[point] = point
    board.next_stone[point] = point
    board.n_stones[point] = 1
    board.key[0] ^= ZOBRIST[color_row(color), point]
    if head == point:
        for w in range(WORDS):
            board.liberties[point, w] = 0
        board.n_liberties[point] = 0
    else:
        _absorb(board, head, point)
    merged = False
    for i in range(4):
        n = np.int64(NEIGHBORS[point, i])
        stone = board.stones[n]
        if stone == EMPTY:
            _add_liberty(board, head, n)
        elif stone == -color:
            _drop_liberty(board, np.int64(board.chain[n]), point)
        elif stone == color and board.chain[n] != head:
            friend = np.int64(board.chain[n])
            for w in range(WORDS):
                board.liberties[head, w] |= board.liberties[friend, w]
            _absorb(board, head, friend)
            merged = True
    if merged:
        count = 0
        for w in range(WORDS):
            count += popcount(board.liberties[head, w])
        board.n_liberties[head] = count
    _drop_liberty(board, head, point)
    return head


@kernel
def _remove_chain(board: BoardArrays, head: Int) -> Int:
    """Takes the chain under ``head`` off the board; returns its size."""
    color = np.int64(board.stones[head])
    row = color_row(color)
    stone = head
    while True:
        board.stones[stone] = EMPTY
        board.empty[stone >> 6] |= BIT[stone]
        board.key[0] ^= ZOBRIST[row, stone]
        for i in range(4):
            n = np.int64(NEIGHBORS[stone, i])
            if board.stones[n] == -color:
                _add_liberty(board, np.int64(board.chain[n]), stone)
        stone = np.int64(board.next_stone[stone])
        if stone == head:
            break
    return np.int64(board.n_stones[head])


@kernel
def play_move(board: BoardArrays, point: Int, color: Int) -> Int:
    """Plays a move (or PASS) of ``color``; returns the number of stones taken.

    A suicide takes its own chain, which is not in that number. That the move is legal
    is not checked, nor whose turn it is; afterwards it is the other's.
    """
    state = board.state
    state[TURN] += 1
    state[TO_PLAY] = -color
    state[KO_POINT] = PASS
    if point == PASS:
        return 0
    head = _place(board, point, color)
    board.placed[point] = state[TURN]
    taken = 0
    taken_at = PASS
    for i in range(4):
        n = NEIGHBORS[point, i]
        if board.stones[n] == -color and board.n_liberties[board.chain[n]] == 0:
            taken += _remove_chain(board, np.int64(board.chain[n]))
            taken_at = n
    if taken == 1 and board.n_stones[head] == 1 and board.n_liberties[head] == 1:
        state[KO_POINT] = taken_at
    if board.n_liberties[head] == 0:  # suicide, which some rules allow
        _remove_chain(board, head)
    return taken


@kernel
def set_point(board: BoardArrays, point: Int, color: Int) -> None:
    """Makes ``point`` hold ``color`` or EMPTY outside the rules; clears the ko point.

    Takes no stones and does not look for chains without liberties: the caller does,
    by ``has_dead_chain``. The chains are built anew, so this is slow.
    """
    board.stones[point] = color
    board.placed[point] = SETUP_TURN
    rebuild_chains(board)
    board.state[KO_POINT] = PASS


@kernel
def rebuild_chains(board: BoardArrays) -> None:
    """Derives all else from ``stones``: chains, their liberties, empty points, key.

    Chains may turn out to have no liberty.
    """
    board.key[0] = 0
    for point in range(POINTS):
        board.chain[point] = _NO_CHAIN
    fill_where(board.stones, EMPTY, board.empty)
    for w in range(WORDS):
        word = ALL_POINTS[w] & ~board.empty[w]
        while word != 0:
            point = (w << 6) + lowest_bit(word)
            word &= word - np.uint64(1)
            if board.chain[point] == _NO_CHAIN:
                _grow_chain(board, point)


@kernel
def _grow_chain(board: BoardArrays, head: Int) -> None:
    """Builds the chain of ``head`` by flood fill; its points are in no chain yet.

    ``empty`` is right. So all that stands beside a stone may be added to the liberties
    at first, without a look at what it is.
    """
    color = np.int64(board.stones[head])
    row = color_row(color)
    liberties = board.liberties[head]
    copy_set(liberties, NEIGHBOR_SETS[head])
    board.chain[head] = head
    board.next_stone[head] = head
    size = 1
    key = ZOBRIST[row, head]
    # The ring is its own queue: new stones go in before the head, the scan follows it.
    stone = head
    last = head
    while True:
        for i in range(4):
            n = np.int64(NEIGHBORS[stone, i])
            if board.stones[n] == color and board.chain[n] == _NO_CHAIN:
                board.chain[n] = head
                board.next_stone[last] = n
                board.next_stone[n] = head
                last = n
                size += 1
                key ^= ZOBRIST[row, n]
                add_set(liberties, NEIGHBOR_SETS[n])
        stone = np.int64(board.next_stone[stone])
        if stone == head:
            break
    keep_set(liberties, board.empty)
    board.n_stones[head] = size
    board.n_liberties[head] = count_both(liberties, board.empty)
    board.key[0] ^= key


@kernel
def has_dead_chain(board: BoardArrays) -> bool:
    """Whether some chain on the board has no liberty."""
    for point in range(POINTS):
        if board.stones[point] != EMPTY and board.n_liberties[board.chain[point]] == 0:
            return True
    return False


@kernel
def fill_legal(board: BoardArrays, color: Int, legal: NDArray[np.bool_]) -> None:
    """``legal``: bool [361], where ``color`` may play; simple ko, whoever made it."""
    for point in range(POINTS):
        legal[point] = is_legal(board, point, color)


@kernel
def fill_sensible(board: BoardArrays, color: Int, sensible: NDArray[np.bool_]) -> None:
    """``sensible``: bool [361], legal moves that fill no true eye of ``color``."""
    for point in range(POINTS):
        sensible[point] = is_legal(board, point, color) and not is_true_eye(
            board, point, color
        )


@kernel
def fill_keys_after(board: BoardArrays, color: Int, keys: NDArray[np.uint64]) -> None:
    """``keys``: uint64 [361], the Zobrist key after each legal move; 0 elsewhere."""
    row = color_row(color)
    for point in range(POINTS):
        keys[point] = 0
        if not is_legal(board, point, color):
            continue
        key = board.key[0] ^ ZOBRIST[row, point]
        for i in range(4):
            n = NEIGHBORS[point, i]
            if board.stones[n] != -color:
                continue
            head = board.chain[n]
            if board.n_liberties[head] > 1 or is_repeated(board, point, i):
                continue
            stone = head
            while True:
                key ^= ZOBRIST[1 - row, stone]
                stone = board.next_stone[stone]
                if stone == head:
                    break
        keys[point] = key


# Why a code cannot be played; the answers of ``first_illegal``.
LEGAL: Final = 0
OCCUPIED: Final = 1
SUICIDE: Final = 2
KO: Final = 3
DEAD_SETUP: Final = 4
OFF_BOARD: Final = 5
ILLEGAL_REASONS: Final = (
    "legal",
    "occupied point",
    "suicide",
    "ko",
    "setup stones without a liberty",
    "no such point",
)


@kernel
def set_to_play(board: BoardArrays, color: Int) -> None:
    """Makes it the turn of ``color``; ko holds only for the side it was made for.

    That ``color`` is BLACK or WHITE is not checked.
    """
    if color != board.state[TO_PLAY]:
        board.state[TO_PLAY] = color
        board.state[KO_POINT] = PASS


@kernel
def why_illegal(board: BoardArrays, point: Int, color: Int) -> Int:
    """LEGAL, or which rule forbids ``color`` to play at ``point`` (PASS is legal)."""
    if point == PASS:
        return LEGAL
    if point < 0 or point > PASS:
        return OFF_BOARD
    if board.stones[point] != EMPTY:
        return OCCUPIED
    if point == board.state[KO_POINT] and color == board.state[TO_PLAY]:
        return KO
    if is_suicide(board, point, color):
        return SUICIDE
    return LEGAL
