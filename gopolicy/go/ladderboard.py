"""The ladder reader's board, made for playing and taking back.

Points are sets of 361 bits, and a chain keeps its stones and its *reach*, all points
beside them. So its liberties are reach AND empty, whatever is captured elsewhere, and
only what a move joins has to be taken back. A move is weighed first, which tells what
it does, and then played or not. Knows nothing of ladders; ``ladders`` reads on it.
"""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, PASS, POINTS, WHITE
from gopolicy.go.jit import Int, kernel
from gopolicy.go.pointsets import (
    ALL_POINTS,
    BIT,
    POINT_SETS,
    WORDS,
    add_set,
    copy_set,
    count_both,
    drop_set,
    fill_where,
    first_point,
    keep_set,
    lowest_bit,
    popcount,
)
from gopolicy.go.rules import (
    KO_POINT,
    NEIGHBOR_SETS,
    NEIGHBORS,
    ZOBRIST,
    BoardArrays,
    color_row,
)

#: Moves that may be played to answer one question.
NODE_BUDGET: Final = 2000

# Rows of Reader.points; White's stand after Black's.
STONES: Final = 0  # and 1
ATARI: Final = 2  # and 3: stones of chains with one liberty
EMPTY_ROW: Final = 4

# Columns of Reader.moves.
_POINT: Final = 0
_CHAIN_BEFORE: Final = 1  # what ``chain`` said of the point
_HEAD: Final = 2
_SIZE_BEFORE: Final = 3  # of the chain under the head; 0 when the stone made it
_N_JOINED: Final = 4
_JOINED: Final = 5  # heads of the other chains that it joined: 3

# Rows of Reader.after: what a move does that is being weighed.
OWN: Final = 0  # stones of the chain it makes
REACH: Final = 1  # reach of that chain
TAKEN: Final = 2  # stones that it takes
FREED: Final = 3  # reach of these


class Reader(Protocol):
    """The reader's board after each move of the line being read; one for each thread.

    ``points`` uint64 [D, 5, 6]: after d moves, the stones of Black and of White, those
    in atari of each, and the empty points. ``ko`` int16 [D].
    ``chain`` uint16 [361]: for a stone, a chain that ``parent`` uint16 [C] leads on
    from to the head of its chain, which is its own parent. By head: ``n_stones`` int16
    [C], ``stones``, ``reach`` uint64 [C, 6]. Chains 0..360 are those of the position,
    by their heads on its board; 361 + d is the lone stone played as move d.
    ``moves`` int16 [D, 8], ``before`` uint64 [D, 2, 6]: what taking back move d needs:
    see the columns above; stones and reach that its head had.
    ``options`` uint64 [D, 6]: the points still to try after d moves.
    ``after`` uint64 [4, 6]: see the rows above. ``takes`` uint8 [1]: whether the move
    being weighed takes stones; else two of the rows hold nothing.
    ``keys`` uint64 [D]: Zobrist key of the stones; ``opened`` int64 [D]: moves played
    before the node was opened.
    ``seen_tag`` int64 [S], ``seen_points`` uint64 [S, 2, 6], ``seen_value``,
    ``seen_nodes`` int16 [S]: nodes that were opened, at the slots of their keys.
    ``target`` int64 [1]: a stone of the chain that the question is about.
    ``loaded`` int64 [1]: whether the position is on the board; ``loads`` int64 [1]:
    how many have been. ``nodes``, ``weighed`` int64 [1]: moves played for all questions
    so far, and how many of them not just counted; both are for tests and tools.
    """

    points: NDArray[np.uint64]
    ko: NDArray[np.int16]
    chain: NDArray[np.uint16]
    parent: NDArray[np.uint16]
    n_stones: NDArray[np.int16]
    stones: NDArray[np.uint64]
    reach: NDArray[np.uint64]
    moves: NDArray[np.int16]
    before: NDArray[np.uint64]
    options: NDArray[np.uint64]
    after: NDArray[np.uint64]
    takes: NDArray[np.uint8]
    keys: NDArray[np.uint64]
    opened: NDArray[np.int64]
    seen_tag: NDArray[np.int64]
    seen_points: NDArray[np.uint64]
    seen_value: NDArray[np.int16]
    seen_nodes: NDArray[np.int16]
    target: NDArray[np.int64]
    loaded: NDArray[np.int64]
    loads: NDArray[np.int64]
    nodes: NDArray[np.int64]
    weighed: NDArray[np.int64]


_DEPTH: Final = NODE_BUDGET + 2
_CHAINS: Final = POINTS + _DEPTH
SLOTS: Final = 4096

READER_DTYPE: Final = np.dtype(
    [
        ("points", np.uint64, (_DEPTH, 5, WORDS)),
        ("ko", np.int16, (_DEPTH,)),
        ("chain", np.uint16, (POINTS,)),
        ("parent", np.uint16, (_CHAINS,)),
        ("n_stones", np.int16, (_CHAINS,)),
        ("stones", np.uint64, (_CHAINS, WORDS)),
        ("reach", np.uint64, (_CHAINS, WORDS)),
        ("moves", np.int16, (_DEPTH, 8)),
        ("before", np.uint64, (_DEPTH, 2, WORDS)),
        ("options", np.uint64, (_DEPTH, WORDS)),
        ("after", np.uint64, (4, WORDS)),
        ("takes", np.uint8, (1,)),
        ("keys", np.uint64, (_DEPTH,)),
        ("opened", np.int64, (_DEPTH,)),
        ("seen_tag", np.int64, (SLOTS,)),
        ("seen_points", np.uint64, (SLOTS, 2, WORDS)),
        ("seen_value", np.int16, (SLOTS,)),
        ("seen_nodes", np.int16, (SLOTS,)),
        ("target", np.int64, (1,)),
        ("loaded", np.int64, (1,)),
        ("loads", np.int64, (1,)),
        ("nodes", np.int64, (1,)),
        ("weighed", np.int64, (1,)),
    ],
    align=True,
)


@kernel
def forget_board(reader: Reader) -> None:
    """To be called when questions about another position come."""
    reader.loaded[0] = 0


@kernel
def load_board(reader: Reader, board: BoardArrays) -> None:
    """Puts a position on the reader's board, unless it is there."""
    if reader.loaded[0] != 0:
        return
    reader.loaded[0] = 1
    reader.loads[0] += 1
    reader.ko[0] = board.state[KO_POINT]
    reader.keys[0] = board.key[0]
    now = reader.points[0]
    now[:] = 0
    copy_set(now[EMPTY_ROW], board.empty)
    fill_where(board.stones, BLACK, now[STONES])
    fill_where(board.stones, WHITE, now[STONES + 1])
    # Most chains are small: to begin one several times is less than to ask if it has
    # begun.
    for w in range(WORDS):
        word = ALL_POINTS[w] & ~board.empty[w]
        while word != 0:
            head = np.int64(board.chain[(w << 6) + lowest_bit(word)])
            word &= word - np.uint64(1)
            reader.parent[head] = head
            reader.n_stones[head] = board.n_stones[head]
            copy_set(reader.stones[head], POINT_SETS[head])
            copy_set(reader.reach[head], NEIGHBOR_SETS[head])
    for w in range(WORDS):
        word = ALL_POINTS[w] & ~board.empty[w]
        while word != 0:
            point = (w << 6) + lowest_bit(word)
            word &= word - np.uint64(1)
            head = np.int64(board.chain[point])
            reader.chain[point] = head
            add_set(reader.stones[head], POINT_SETS[point])
            add_set(reader.reach[head], NEIGHBOR_SETS[point])
            if board.n_liberties[head] == 1:
                row = ATARI + color_row(np.int64(board.stones[point]))
                add_set(now[row], POINT_SETS[point])


@kernel
def head_of(reader: Reader, point: Int) -> Int:
    """The head of the chain of the stone on ``point``."""
    head = np.int64(reader.chain[point])
    while reader.parent[head] != head:
        head = np.int64(reader.parent[head])
    return head


@kernel
def count_liberties(reader: Reader, depth: Int, head: Int) -> Int:
    """How many liberties a chain has after ``depth`` moves."""
    return count_both(reader.reach[head], reader.points[depth, EMPTY_ROW])


@kernel
def weigh_move(reader: Reader, depth: Int, point: Int, color: Int) -> Int:
    """Liberties that the chain of a stone at an empty ``point`` would have.

    0 when the move is illegal: suicide, or ko. Fills ``reader.after``, the stones and
    empty points after the move as if it were played, and the ko point.
    """
    if point == reader.ko[depth]:
        return 0
    after = reader.after
    now = reader.points[depth]
    then = reader.points[depth + 1]
    own, other = STONES + color_row(color), STONES + color_row(-color)
    copy_set(after[OWN], POINT_SETS[point])
    copy_set(after[REACH], NEIGHBOR_SETS[point])
    is_lone = True
    takes = False
    for i in range(4):
        n = np.int64(NEIGHBORS[point, i])
        if now[own, n >> 6] & BIT[n] != 0:
            is_lone = False
            head = head_of(reader, n)
            add_set(after[OWN], reader.stones[head])
            add_set(after[REACH], reader.reach[head])
        elif now[ATARI + color_row(-color), n >> 6] & BIT[n] != 0:
            if not takes:
                takes = True
                for w in range(WORDS):
                    after[TAKEN, w] = 0
                    after[FREED, w] = 0
            head = head_of(reader, n)
            add_set(after[TAKEN], reader.stones[head])
            add_set(after[FREED], reader.reach[head])
    reader.takes[0] = takes
    copy_set(then[own], now[own])
    copy_set(then[other], now[other])
    copy_set(then[EMPTY_ROW], now[EMPTY_ROW])
    add_set(then[own], POINT_SETS[point])
    drop_set(then[EMPTY_ROW], POINT_SETS[point])
    if takes:
        drop_set(then[other], after[TAKEN])
        add_set(then[EMPTY_ROW], after[TAKEN])
    n_liberties = count_both(after[REACH], then[EMPTY_ROW])
    reader.ko[depth + 1] = PASS
    if takes and is_lone and n_liberties == 1:
        _note_ko(reader, depth + 1)
    return n_liberties


@kernel
def _note_ko(reader: Reader, depth: Int) -> None:
    """Notes the ko point when the lone stone being weighed takes a single one."""
    n_taken = 0
    taken: Int = PASS
    for w in range(WORDS):
        word = reader.after[TAKEN, w]
        n_taken += popcount(word)
        if word != 0:
            taken = (w << 6) + lowest_bit(word)
    if n_taken == 1:
        reader.ko[depth] = taken


@kernel
def play_weighed(
    reader: Reader, depth: Int, point: Int, color: Int, n_liberties: Int
) -> None:
    """Plays the move just weighed, as number ``depth``."""
    _join_chains(reader, depth, point, color)
    now = reader.points[depth]
    then = reader.points[depth + 1]
    after = reader.after
    own, other = ATARI + color_row(color), ATARI + color_row(-color)
    copy_set(then[own], now[own])
    copy_set(then[other], now[other])
    if n_liberties == 1:
        add_set(then[own], after[OWN])
    else:
        drop_set(then[own], after[OWN])
    if reader.takes[0] != 0:
        drop_set(then[other], after[TAKEN])
    for i in range(4):
        n = np.int64(NEIGHBORS[point, i])
        if then[STONES + color_row(-color), n >> 6] & BIT[n] != 0:
            head = head_of(reader, n)
            if count_liberties(reader, depth + 1, head) == 1:
                add_set(then[other], reader.stones[head])
    if reader.takes[0] != 0:
        _relieve(reader, depth + 1, own)


@kernel
def _relieve(reader: Reader, depth: Int, row: Int) -> None:
    """Takes out of atari what gets liberties where stones were taken."""
    near = reader.after[FREED]
    keep_set(near, reader.points[depth, row])
    while True:
        point = first_point(near)
        if point == PASS:
            return
        head = head_of(reader, point)
        is_out = count_liberties(reader, depth, head) > 1
        drop_set(near, reader.stones[head])
        if is_out:
            drop_set(reader.points[depth, row], reader.stones[head])


@kernel
def _join_chains(reader: Reader, depth: Int, point: Int, color: Int) -> None:
    """Makes one chain of the stone played as move ``depth`` and those it touches.

    The largest takes the others in, so that no way to a head is long.
    """
    now = reader.points[depth]
    move = reader.moves[depth]
    own = STONES + color_row(color)
    lone = POINTS + depth
    head: Int = lone
    n_joined = 0
    for i in range(4):
        n = np.int64(NEIGHBORS[point, i])
        if now[own, n >> 6] & BIT[n] == 0:
            continue
        friend = head_of(reader, n)
        if friend == head:
            continue
        if head == lone:
            head = friend
            continue
        if reader.n_stones[friend] > reader.n_stones[head]:
            friend, head = head, friend
        move[_JOINED + n_joined] = friend
        n_joined += 1
        reader.parent[friend] = head
    move[_POINT] = point
    move[_CHAIN_BEFORE] = reader.chain[point]
    move[_HEAD] = head
    move[_N_JOINED] = n_joined
    reader.chain[point] = head
    if head == lone:
        reader.parent[lone] = lone
        reader.n_stones[lone] = 1
        move[_SIZE_BEFORE] = 0
    else:
        move[_SIZE_BEFORE] = reader.n_stones[head]
        copy_set(reader.before[depth, 0], reader.stones[head])
        copy_set(reader.before[depth, 1], reader.reach[head])
        size = np.int64(reader.n_stones[head]) + 1
        for k in range(n_joined):
            size += reader.n_stones[move[_JOINED + k]]
        reader.n_stones[head] = size
    copy_set(reader.stones[head], reader.after[OWN])
    copy_set(reader.reach[head], reader.after[REACH])


@kernel
def take_back(reader: Reader, depth: Int) -> None:
    """Undoes move number ``depth``, the last one played."""
    move = reader.moves[depth]
    head = np.int64(move[_HEAD])
    reader.chain[move[_POINT]] = move[_CHAIN_BEFORE]
    for k in range(move[_N_JOINED]):
        reader.parent[move[_JOINED + k]] = move[_JOINED + k]
    if move[_SIZE_BEFORE] > 0:
        reader.n_stones[head] = move[_SIZE_BEFORE]
        copy_set(reader.stones[head], reader.before[depth, 0])
        copy_set(reader.reach[head], reader.before[depth, 1])


@kernel
def set_key(reader: Reader, depth: Int, point: Int, color: Int) -> None:
    """Sets the key of the stones after the move just weighed."""
    key = reader.keys[depth] ^ ZOBRIST[color_row(color), point]
    reader.keys[depth + 1] = key
    if reader.takes[0] == 0:
        return
    for w in range(WORDS):
        word = reader.after[TAKEN, w]
        while word != 0:
            stone = (w << 6) + lowest_bit(word)
            key ^= ZOBRIST[color_row(-color), stone]
            word &= word - np.uint64(1)
    reader.keys[depth + 1] = key
