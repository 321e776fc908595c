"""Reading ladders: is a chain caught by successive ataris?

An exact, bounded, iterative search. It plays on a scratch board and takes its moves
back, so nothing is copied on the way. Knows nothing of planes; ``features`` asks it.

Source: SPEC-PLANES, "Ladder reader": fixed attacker and defender; the defender may
extend or take an adjacent attacker in atari; captured when the chain is taken, escaped
at three liberties; simple ko holds, superko does not; both sides try their options in
ascending point order; 2,000 nodes (moves played) for each question.
"""

from typing import Any, Final, Protocol

import numpy as np
from numba import types
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from gopolicy.coords import EMPTY, PASS
from gopolicy.jit import Int, kernel
from gopolicy.rules import (
    BIT,
    BOARD_DTYPE,
    KO_POINT,
    NEIGHBORS,
    TO_PLAY,
    TURN,
    WORDS,
    BoardArrays,
    _add_liberty,
    _drop_liberty,
    _merged_head,
    _play,
    is_legal,
    popcount,
)

#: Moves that may be played to answer one question.
NODE_BUDGET: Final = 2000

CAPTURED: Final = 1
ESCAPED: Final = 0
UNPROVEN: Final = -1


class Reader(Protocol):
    """A scratch board and what is needed to take moves back; one for each thread.

    Row d of each array belongs to the d-th move played on ``board``:
    ``moves`` int16 [D, 12]: its point, the head it joined, ko point before, number of
    chains taken, their heads (4), number of other chains joined, their heads (3).
    ``rows`` uint64 [D, 2, 6]: the liberties stored under that head and under the
    point before it. ``counts`` int16 [D, 6]: likewise sizes, numbers of liberties, and
    ``chain`` and ``next_stone`` of the point.
    ``options`` uint64 [D, 6]: the points still to try after d moves.
    ``nodes`` int64 [1]: moves played for all questions so far; only counted.
    """

    board: BoardArrays
    moves: NDArray[np.int16]
    rows: NDArray[np.uint64]
    counts: NDArray[np.int16]
    options: NDArray[np.uint64]
    nodes: NDArray[np.int64]


_DEPTH: Final = NODE_BUDGET + 2

READER_DTYPE: Final = np.dtype(
    [
        ("board", BOARD_DTYPE),
        ("moves", np.int16, (_DEPTH, 12)),
        ("rows", np.uint64, (_DEPTH, 2, WORDS)),
        ("counts", np.int16, (_DEPTH, 6)),
        ("options", np.uint64, (_DEPTH, WORDS)),
        ("nodes", np.int64, (1,)),
    ],
    align=True,
)


def lowest_bit(word: Any) -> int:
    """The number of the lowest set bit of ``word`` (uint64, not 0)."""
    value = int(word)
    return (value & -value).bit_length() - 1


@intrinsic
def _cttz(typing_context: Any, word: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(types.boolean, True))

    return types.uint64(types.uint64), generate


@overload(lowest_bit)
def _lowest_bit(word: Any) -> Any:
    def implementation(word: Any) -> Any:
        return np.int64(_cttz(word))  # type: ignore[call-arg]

    return implementation


@kernel
def _first_point(points: NDArray[np.uint64]) -> Int:
    """The lowest point in a set (uint64 [6]); PASS when it is empty."""
    for w in range(WORDS):
        if points[w] != 0:
            return (w << 6) + lowest_bit(points[w])
    return PASS


@kernel
def take_first(points: NDArray[np.uint64]) -> Int:
    """Takes the lowest point out of a set (uint64 [6]); PASS when it is empty."""
    point = _first_point(points)
    if point != PASS:
        points[point >> 6] &= ~BIT[point]
    return point


@kernel
def _try_move(reader: Reader, depth: Int, point: Int, color: Int) -> None:
    """Plays a legal move as number ``depth`` so that it can be taken back."""
    board = reader.board
    move = reader.moves[depth]
    head = _merged_head(board, point, color)
    move[0] = point
    move[1] = head
    move[2] = board.state[KO_POINT]
    n_taken = 0
    n_joined = 0
    for i in range(4):
        n = NEIGHBORS[point, i]
        stone = board.stones[n]
        if stone == -color:
            other = board.chain[n]
            if board.n_liberties[other] == 1:
                known = False
                for k in range(n_taken):
                    known |= move[4 + k] == other
                if not known:
                    move[4 + n_taken] = other
                    n_taken += 1
        elif stone == color and board.chain[n] != head:
            other = board.chain[n]
            known = False
            for k in range(n_joined):
                known |= move[9 + k] == other
            if not known:
                move[9 + n_joined] = other
                n_joined += 1
    move[3] = n_taken
    move[8] = n_joined
    for w in range(WORDS):
        reader.rows[depth, 0, w] = board.liberties[head, w]
        reader.rows[depth, 1, w] = board.liberties[point, w]
    counts = reader.counts[depth]
    counts[0] = board.n_stones[head]
    counts[1] = board.n_liberties[head]
    counts[2] = board.n_stones[point]
    counts[3] = board.n_liberties[point]
    counts[4] = board.chain[point]
    counts[5] = board.next_stone[point]
    _play(board, point, color)


@kernel
def _split_off(board: BoardArrays, head: Int, other: Int) -> None:
    """Undoes the joining of the chain under ``other`` to the one under ``head``."""
    board.next_stone[head], board.next_stone[other] = (
        board.next_stone[other],
        board.next_stone[head],
    )
    stone = other
    while True:
        board.chain[stone] = other
        stone = board.next_stone[stone]
        if stone == other:
            break


@kernel
def _put_back(board: BoardArrays, head: Int, point: Int, color: Int) -> None:
    """Puts the chain of ``color`` that a move at ``point`` took back on the board."""
    stone = head
    while True:
        board.stones[stone] = color
        for i in range(4):
            n = NEIGHBORS[stone, i]
            if board.stones[n] == -color:
                _drop_liberty(board, board.chain[n], stone)
        stone = board.next_stone[stone]
        if stone == head:
            break
    for w in range(WORDS):
        board.liberties[head, w] = 0
    board.liberties[head, point >> 6] = BIT[point]
    board.n_liberties[head] = 1


@kernel
def _take_back(reader: Reader, depth: Int) -> None:
    """Undoes move number ``depth``, the last one played; leaves the key wrong."""
    board = reader.board
    move = reader.moves[depth]
    point = np.int64(move[0])
    head = np.int64(move[1])
    color = board.stones[point]
    for k in range(move[3] - 1, -1, -1):
        _put_back(board, np.int64(move[4 + k]), point, -color)
    for k in range(move[8] - 1, -1, -1):
        _split_off(board, head, np.int64(move[9 + k]))
    if head != point:
        _split_off(board, head, point)
    board.stones[point] = EMPTY
    for w in range(WORDS):
        board.liberties[point, w] = reader.rows[depth, 1, w]
        board.liberties[head, w] = reader.rows[depth, 0, w]
    counts = reader.counts[depth]
    board.n_stones[point] = counts[2]
    board.n_liberties[point] = counts[3]
    board.chain[point] = counts[4]
    board.next_stone[point] = counts[5]
    board.n_stones[head] = counts[0]
    board.n_liberties[head] = counts[1]
    for i in range(4):
        n = NEIGHBORS[point, i]
        if board.stones[n] == -color:
            _add_liberty(board, board.chain[n], point)
    board.state[KO_POINT] = move[2]
    board.state[TO_PLAY] = color
    board.state[TURN] -= 1


@kernel
def add_rescues(board: BoardArrays, head: Int, points: NDArray[np.uint64]) -> None:
    """Adds to ``points`` what saves the chain under ``head``, which is in atari.

    ``points``: uint64 [6]: its liberty, and those of adjacent chains in atari.
    """
    color = board.stones[head]
    for w in range(WORDS):
        points[w] |= board.liberties[head, w]
    stone = head
    while True:
        for i in range(4):
            n = NEIGHBORS[stone, i]
            if board.stones[n] == -color:
                other = board.chain[n]
                if board.n_liberties[other] == 1:
                    for w in range(WORDS):
                        points[w] |= board.liberties[other, w]
        stone = board.next_stone[stone]
        if stone == head:
            break


@kernel
def _open_node(reader: Reader, depth: Int, target: Int, attacker: Int) -> Int:
    """What is known of the chain on ``target`` before a move is tried.

    CAPTURED or ESCAPED when that is plain; else UNPROVEN, with the points to try in
    ``reader.options[depth]``.
    """
    board = reader.board
    head = np.int64(board.chain[target])
    n_liberties = board.n_liberties[head]
    if n_liberties >= 3:
        return ESCAPED
    options = reader.options[depth]
    if board.state[TO_PLAY] == attacker:
        if n_liberties == 1:
            taking = _first_point(board.liberties[head])
            return CAPTURED if is_legal(board, taking, attacker) else ESCAPED
        for w in range(WORDS):
            options[w] = board.liberties[head, w]
    else:
        for w in range(WORDS):
            options[w] = 0
        add_rescues(board, head, options)
    return UNPROVEN


@kernel
def _next_option(reader: Reader, depth: Int) -> Int:
    """Takes the next legal point off ``reader.options[depth]``; PASS when none is."""
    board = reader.board
    options = reader.options[depth]
    while True:
        point = take_first(options)
        if point == PASS or is_legal(board, point, board.state[TO_PLAY]):
            return point


@kernel
def _read(reader: Reader, target: Int, attacker: Int) -> Int:
    """Whether the chain on ``target`` is captured, one move being played already.

    That move, number 0, was the question's own; whoever is to play goes on. Leaves
    the board as it was found. CAPTURED, ESCAPED, or UNPROVEN when the budget is spent.
    """
    board = reader.board
    nodes = 1
    depth = 1  # moves played, the question's own included
    value = _open_node(reader, depth, target, attacker)
    while True:
        if value == UNPROVEN:
            to_play = board.state[TO_PLAY]
            point = _next_option(reader, depth)
            if point == PASS:
                value = ESCAPED if to_play == attacker else CAPTURED
            elif nodes == NODE_BUDGET:
                while depth > 1:
                    depth -= 1
                    _take_back(reader, depth)
                reader.nodes[0] += nodes
                return UNPROVEN
            else:
                _try_move(reader, depth, point, to_play)
                nodes += 1
                depth += 1
                value = _open_node(reader, depth, target, attacker)
        else:
            if depth == 1:
                reader.nodes[0] += nodes
                return value
            depth -= 1
            _take_back(reader, depth)
            # One good move settles it for who is to play; a bad one leaves the rest.
            if (value == CAPTURED) != (board.state[TO_PLAY] == attacker):
                value = UNPROVEN


@kernel
def runs_free(board: BoardArrays, head: Int, atari: Int) -> bool:
    """Whether a chain with two liberties plainly gets three after an atari.

    That is, by extending away from ``atari``, one of its liberties: then there is
    nothing to read. False also when ``atari`` takes stones and it is not plain.
    """
    color = board.stones[head]
    for i in range(4):
        n = NEIGHBORS[atari, i]
        if board.stones[n] == color and board.n_liberties[board.chain[n]] == 1:
            return False
    extension = PASS
    for w in range(WORDS):
        word = board.liberties[head, w]
        if atari >> 6 == w:
            word &= ~BIT[atari]
        if word != 0:
            extension = (w << 6) + lowest_bit(word)
    count = 0
    for w in range(WORDS):
        word = np.uint64(0)
        for i in range(4):
            n = NEIGHBORS[extension, i]
            if board.stones[n] == color:
                word |= board.liberties[board.chain[n], w]
            elif board.stones[n] == EMPTY and n >> 6 == w:
                word |= BIT[n]
        if atari >> 6 == w:
            word &= ~BIT[atari]
        if extension >> 6 == w:
            word &= ~BIT[extension]
        count += popcount(word)
    return count >= 3


@kernel
def is_ladder_capture(reader: Reader, point: Int, target: Int) -> bool:
    """Whether a legal move at ``point`` ladder-captures the opponent's ``target``.

    ``reader.board`` holds the position; ``target`` is a stone of a chain with two
    liberties, ``point`` one of them.
    """
    board = reader.board
    attacker = board.state[TO_PLAY]
    _try_move(reader, 0, point, attacker)
    captured = _read(reader, target, attacker) == CAPTURED
    _take_back(reader, 0)
    return captured


@kernel
def is_ladder_escape(reader: Reader, point: Int, target: Int) -> bool:
    """Whether a legal move at ``point`` gets the own chain of ``target`` out of atari.

    With three liberties, or with two and no ladder that captures it.
    """
    board = reader.board
    color = board.state[TO_PLAY]
    _try_move(reader, 0, point, color)
    n_liberties = board.n_liberties[board.chain[target]]
    escaped = n_liberties >= 3 or (
        n_liberties == 2 and _read(reader, target, -color) == ESCAPED
    )
    _take_back(reader, 0)
    return escaped
