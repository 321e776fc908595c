"""Reading ladders: is a chain caught by successive ataris?

An exact, bounded, iterative search on a board of its own, made for playing and taking
back: points are sets of 361 bits, and a chain keeps its stones and its *reach*, all
points beside them. So its liberties are reach AND empty, whatever is captured
elsewhere, and only what a move joins has to be taken back. Knows nothing of planes;
``features`` asks it.

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

from gopolicy.coords import BLACK, EMPTY, PASS, POINTS
from gopolicy.jit import Int, kernel
from gopolicy.rules import (
    BIT,
    KO_POINT,
    NEIGHBORS,
    WORDS,
    ZOBRIST,
    BoardArrays,
    liberties_after,
    popcount,
    zobrist_row,
)

#: Moves that may be played to answer one question.
NODE_BUDGET: Final = 2000

CAPTURED: Final = 1
ESCAPED: Final = 0
UNPROVEN: Final = -1

# Rows of Reader.points; White's stand after Black's.
_STONES: Final = 0  # and 1
_ATARI: Final = 2  # and 3: stones of chains with one liberty
_EMPTY: Final = 4

# Columns of Reader.moves.
_POINT: Final = 0
_CHAIN_BEFORE: Final = 1  # what ``chain`` said of the point
_HEAD: Final = 2
_SIZE_BEFORE: Final = 3  # of the chain under the head; 0 when the stone made it
_N_JOINED: Final = 4
_JOINED: Final = 5  # heads of the other chains that it joined: 3

# Rows of Reader.after: what a move does that is being weighed.
_OWN: Final = 0  # stones of the chain it makes
_REACH: Final = 1  # reach of that chain
_TAKEN: Final = 2  # stones that it takes
_FREED: Final = 3  # reach of these


class Reader(Protocol):
    """The reader's board after each move of the line being read; one for each thread.

    ``points`` uint64 [D, 5, 6]: after d moves, the stones of Black and of White, those
    in atari of each, and the empty points. ``ko`` int16 [D].
    ``chain`` int16 [361]: for a stone, a chain that ``parent`` int16 [C] leads on from
    to the head of its chain, which is its own parent. By head: ``n_stones`` int16 [C],
    ``stones``, ``reach`` uint64 [C, 6]. Chains 0..360 are those of the position, by
    their heads on its board; 361 + d is the lone stone played as move d.
    ``moves`` int16 [D, 8], ``before`` uint64 [D, 2, 6]: what taking back move d needs:
    see the columns above; stones and reach that its head had.
    ``options`` uint64 [D, 6]: the points still to try after d moves.
    ``after`` uint64 [4, 6]: see the rows above.
    ``keys`` uint64 [D]: Zobrist key of the stones; ``opened`` int64 [D]: moves played
    before the node was opened.
    ``seen_tag`` int64 [S], ``seen_points`` uint64 [S, 2, 6], ``seen_value``,
    ``seen_nodes`` int16 [S]: nodes of this question that are answered, at the slots of
    their keys; ``question`` int64 [1]: its number.
    ``loaded`` int64 [1]: whether the position is on the board; ``nodes`` int64 [1]:
    moves played for all questions so far, only counted.
    """

    points: NDArray[np.uint64]
    ko: NDArray[np.int16]
    chain: NDArray[np.int16]
    parent: NDArray[np.int16]
    n_stones: NDArray[np.int16]
    stones: NDArray[np.uint64]
    reach: NDArray[np.uint64]
    moves: NDArray[np.int16]
    before: NDArray[np.uint64]
    options: NDArray[np.uint64]
    after: NDArray[np.uint64]
    keys: NDArray[np.uint64]
    opened: NDArray[np.int64]
    seen_tag: NDArray[np.int64]
    seen_points: NDArray[np.uint64]
    seen_value: NDArray[np.int16]
    seen_nodes: NDArray[np.int16]
    question: NDArray[np.int64]
    loaded: NDArray[np.int64]
    nodes: NDArray[np.int64]


_DEPTH: Final = NODE_BUDGET + 2
_CHAINS: Final = POINTS + _DEPTH
_SLOTS: Final = 4096

READER_DTYPE: Final = np.dtype(
    [
        ("points", np.uint64, (_DEPTH, 5, WORDS)),
        ("ko", np.int16, (_DEPTH,)),
        ("chain", np.int16, (POINTS,)),
        ("parent", np.int16, (_CHAINS,)),
        ("n_stones", np.int16, (_CHAINS,)),
        ("stones", np.uint64, (_CHAINS, WORDS)),
        ("reach", np.uint64, (_CHAINS, WORDS)),
        ("moves", np.int16, (_DEPTH, 8)),
        ("before", np.uint64, (_DEPTH, 2, WORDS)),
        ("options", np.uint64, (_DEPTH, WORDS)),
        ("after", np.uint64, (4, WORDS)),
        ("keys", np.uint64, (_DEPTH,)),
        ("opened", np.int64, (_DEPTH,)),
        ("seen_tag", np.int64, (_SLOTS,)),
        ("seen_points", np.uint64, (_SLOTS, 2, WORDS)),
        ("seen_value", np.int16, (_SLOTS,)),
        ("seen_nodes", np.int16, (_SLOTS,)),
        ("question", np.int64, (1,)),
        ("loaded", np.int64, (1,)),
        ("nodes", np.int64, (1,)),
    ],
    align=True,
)


def _neighbor_sets() -> NDArray[np.uint64]:
    sets = np.zeros((POINTS, WORDS), np.uint64)
    for point in range(POINTS):
        for n in NEIGHBORS[point]:
            if n < POINTS:
                sets[point, n >> 6] |= BIT[n]
    return sets


#: uint64 [361, 6]: the neighbors of a point as a set.
_NEIGHBOR_SETS: Final = _neighbor_sets()


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
    for w in range(WORDS):
        word = points[w]
        if word != 0:
            points[w] = word & (word - np.uint64(1))
            return (w << 6) + lowest_bit(word)
    return PASS


@kernel
def _row(color: Int) -> Int:
    """Which of two rows of ``Reader.points`` is that of ``color``."""
    return 0 if color == BLACK else 1


@kernel
def forget_board(reader: Reader) -> None:
    """To be called when questions about another position come."""
    reader.loaded[0] = 0


@kernel
def _load_board(reader: Reader, board: BoardArrays) -> None:
    """Puts a position on the reader's board, unless it is there."""
    if reader.loaded[0] != 0:
        return
    reader.loaded[0] = 1
    reader.ko[0] = board.state[KO_POINT]
    reader.keys[0] = board.key[0]
    reader.points[0, :, :] = 0
    for point in range(POINTS):
        if board.stones[point] != EMPTY and board.chain[point] == point:
            reader.parent[point] = point
            reader.n_stones[point] = board.n_stones[point]
            for w in range(WORDS):
                reader.stones[point, w] = 0
                reader.reach[point, w] = 0
    for point in range(POINTS):
        stone = board.stones[point]
        if stone == EMPTY:
            reader.points[0, _EMPTY, point >> 6] |= BIT[point]
            continue
        head = np.int64(board.chain[point])
        reader.chain[point] = head
        reader.stones[head, point >> 6] |= BIT[point]
        for w in range(WORDS):
            reader.reach[head, w] |= _NEIGHBOR_SETS[point, w]
        row = _row(stone)
        reader.points[0, _STONES + row, point >> 6] |= BIT[point]
        if board.n_liberties[head] == 1:
            reader.points[0, _ATARI + row, point >> 6] |= BIT[point]


@kernel
def _head_of(reader: Reader, point: Int) -> Int:
    """The head of the chain of the stone on ``point``."""
    head = np.int64(reader.chain[point])
    while reader.parent[head] != head:
        head = np.int64(reader.parent[head])
    return head


@kernel
def _count_liberties(reader: Reader, depth: Int, head: Int) -> Int:
    """How many liberties a chain has after ``depth`` moves."""
    count = 0
    for w in range(WORDS):
        count += popcount(reader.reach[head, w] & reader.points[depth, _EMPTY, w])
    return count


@kernel
def _weigh_move(reader: Reader, depth: Int, point: Int, color: Int) -> Int:
    """Liberties that the chain of a stone at an empty ``point`` would have.

    0 when the move is illegal: suicide, or ko. Fills ``reader.after``, the stones and
    empty points after the move as if it were played, and the ko point.
    """
    if point == reader.ko[depth]:
        return 0
    after = reader.after
    now = reader.points[depth]
    then = reader.points[depth + 1]
    own, other = _STONES + _row(color), _STONES + _row(-color)
    for w in range(WORDS):
        after[_OWN, w] = 0
        after[_REACH, w] = _NEIGHBOR_SETS[point, w]
        after[_TAKEN, w] = 0
        after[_FREED, w] = 0
    after[_OWN, point >> 6] = BIT[point]
    is_lone = True
    takes = False
    for i in range(4):
        n = NEIGHBORS[point, i]
        if now[own, n >> 6] & BIT[n] != 0:
            is_lone = False
            head = _head_of(reader, n)
            for w in range(WORDS):
                after[_OWN, w] |= reader.stones[head, w]
                after[_REACH, w] |= reader.reach[head, w]
        elif now[_ATARI + _row(-color), n >> 6] & BIT[n] != 0:
            takes = True
            head = _head_of(reader, n)
            for w in range(WORDS):
                after[_TAKEN, w] |= reader.stones[head, w]
                after[_FREED, w] |= reader.reach[head, w]
    n_liberties = 0
    for w in range(WORDS):
        then[own, w] = now[own, w] | after[_OWN, w]
        then[other, w] = now[other, w] & ~after[_TAKEN, w]
        empty = now[_EMPTY, w] | after[_TAKEN, w]
        if w == point >> 6:
            empty &= ~BIT[point]
        then[_EMPTY, w] = empty
        n_liberties += popcount(after[_REACH, w] & empty)
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
        word = reader.after[_TAKEN, w]
        n_taken += popcount(word)
        if word != 0:
            taken = (w << 6) + lowest_bit(word)
    if n_taken == 1:
        reader.ko[depth] = taken


@kernel
def _play_weighed(
    reader: Reader, depth: Int, point: Int, color: Int, n_liberties: Int
) -> None:
    """Plays the move just weighed, as number ``depth``."""
    _join_chains(reader, depth, point, color)
    now = reader.points[depth]
    then = reader.points[depth + 1]
    after = reader.after
    own, other = _ATARI + _row(color), _ATARI + _row(-color)
    takes = False
    for w in range(WORDS):
        then[own, w] = now[own, w] & ~after[_OWN, w]
        then[other, w] = now[other, w] & ~after[_TAKEN, w]
        takes |= after[_TAKEN, w] != 0
        if n_liberties == 1:
            then[own, w] |= after[_OWN, w]
    for i in range(4):
        n = NEIGHBORS[point, i]
        if then[_STONES + _row(-color), n >> 6] & BIT[n] != 0:
            head = _head_of(reader, n)
            if _count_liberties(reader, depth + 1, head) == 1:
                for w in range(WORDS):
                    then[other, w] |= reader.stones[head, w]
    if takes:
        _relieve(reader, depth + 1, own)


@kernel
def _relieve(reader: Reader, depth: Int, row: Int) -> None:
    """Takes out of atari what gets liberties where stones were taken."""
    near = reader.after[_FREED]
    for w in range(WORDS):
        near[w] &= reader.points[depth, row, w]
    while True:
        point = take_first(near)
        if point == PASS:
            return
        head = _head_of(reader, point)
        is_out = _count_liberties(reader, depth, head) > 1
        for w in range(WORDS):
            near[w] &= ~reader.stones[head, w]
            if is_out:
                reader.points[depth, row, w] &= ~reader.stones[head, w]


@kernel
def _join_chains(reader: Reader, depth: Int, point: Int, color: Int) -> None:
    """Makes one chain of the stone played as move ``depth`` and those it touches.

    The largest takes the others in, so that no way to a head is long.
    """
    now = reader.points[depth]
    move = reader.moves[depth]
    own = _STONES + _row(color)
    lone = POINTS + depth
    head: Int = lone
    n_joined = 0
    for i in range(4):
        n = NEIGHBORS[point, i]
        if now[own, n >> 6] & BIT[n] == 0:
            continue
        friend = _head_of(reader, n)
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
        for w in range(WORDS):
            reader.before[depth, 0, w] = reader.stones[head, w]
            reader.before[depth, 1, w] = reader.reach[head, w]
        size = np.int64(reader.n_stones[head]) + 1
        for k in range(n_joined):
            size += reader.n_stones[move[_JOINED + k]]
        reader.n_stones[head] = size
    for w in range(WORDS):
        reader.stones[head, w] = reader.after[_OWN, w]
        reader.reach[head, w] = reader.after[_REACH, w]


@kernel
def _take_back(reader: Reader, depth: Int) -> None:
    """Undoes move number ``depth``, the last one played."""
    move = reader.moves[depth]
    head = np.int64(move[_HEAD])
    reader.chain[move[_POINT]] = move[_CHAIN_BEFORE]
    for k in range(move[_N_JOINED]):
        reader.parent[move[_JOINED + k]] = move[_JOINED + k]
    if move[_SIZE_BEFORE] > 0:
        reader.n_stones[head] = move[_SIZE_BEFORE]
        for w in range(WORDS):
            reader.stones[head, w] = reader.before[depth, 0, w]
            reader.reach[head, w] = reader.before[depth, 1, w]


@kernel
def _set_liberties(
    reader: Reader, depth: Int, head: Int, points: NDArray[np.uint64]
) -> None:
    """Makes ``points`` the liberties of a chain."""
    for w in range(WORDS):
        points[w] = reader.reach[head, w] & reader.points[depth, _EMPTY, w]


@kernel
def _set_rescues(reader: Reader, depth: Int, target: Int, defender: Int) -> None:
    """Makes ``options`` what may save the chain on ``target``, which is in atari.

    Its liberty, and those of adjacent chains in atari.
    """
    head = _head_of(reader, target)
    options = reader.options[depth]
    _set_liberties(reader, depth, head, options)
    now = reader.points[depth]
    weak = reader.after[_OWN]
    row = _ATARI + _row(-defender)
    for w in range(WORDS):
        weak[w] = reader.reach[head, w] & now[row, w]
    while True:
        point = take_first(weak)
        if point == PASS:
            return
        attacker = _head_of(reader, point)
        for w in range(WORDS):
            options[w] |= reader.reach[attacker, w] & now[_EMPTY, w]
            weak[w] &= ~reader.stones[attacker, w]


@kernel
def _judge_defense(
    reader: Reader, depth: Int, point: Int, target: Int, n_liberties: Int
) -> Int:
    """What the move just weighed does for the chain on ``target``, if that is plain.

    CAPTURED when it can be taken at once, ESCAPED with three liberties; else, with
    two, UNPROVEN. ``n_liberties``: of the chain that the move makes.
    """
    head = _head_of(reader, target)
    then = reader.points[depth + 1]
    # An extension joins the chain, anything else leaves it as large as it was.
    extends = reader.reach[head, point >> 6] & BIT[point] != 0
    count = n_liberties if extends else _count_liberties(reader, depth + 1, head)
    if count >= 3:
        return ESCAPED
    if count == 2:
        return UNPROVEN
    liberty: Int = PASS
    for w in range(WORDS):
        reach = reader.after[_REACH, w] if extends else reader.reach[head, w]
        if reach & then[_EMPTY, w] != 0:
            liberty = (w << 6) + lowest_bit(reach & then[_EMPTY, w])
    return ESCAPED if liberty == reader.ko[depth + 1] else CAPTURED


@kernel
def _set_key(reader: Reader, depth: Int, point: Int, color: Int) -> None:
    """Sets the key of the stones after the move just weighed."""
    key = reader.keys[depth] ^ ZOBRIST[zobrist_row(color), point]
    for w in range(WORDS):
        word = reader.after[_TAKEN, w]
        while word != 0:
            stone = (w << 6) + lowest_bit(word)
            key ^= ZOBRIST[zobrist_row(-color), stone]
            word &= word - np.uint64(1)
    reader.keys[depth + 1] = key


@kernel
def _slot_of(reader: Reader, depth: Int) -> Int:
    """Where the node after ``depth`` moves is kept once it is answered."""
    return np.int64(reader.keys[depth] & np.uint64(_SLOTS - 1))


@kernel
def _tag_of(reader: Reader, depth: Int) -> Int:
    """A number for the question, the ko point and who is to play."""
    ko = np.int64(reader.ko[depth])
    return np.int64((reader.question[0] << 10) | (ko << 1) | (depth & 1))


@kernel
def _was_seen(reader: Reader, depth: Int) -> bool:
    """Whether the node after ``depth`` moves was answered in this question already."""
    slot = _slot_of(reader, depth)
    if reader.seen_tag[slot] != _tag_of(reader, depth):
        return False
    for row in range(2):
        for w in range(WORDS):
            if reader.seen_points[slot, row, w] != reader.points[depth, row, w]:
                return False
    return True


@kernel
def _keep_answer(reader: Reader, depth: Int, value: Int, nodes: Int) -> None:
    """Keeps the answer of a node, and how many moves it took."""
    slot = _slot_of(reader, depth)
    reader.seen_tag[slot] = _tag_of(reader, depth)
    reader.seen_value[slot] = value
    reader.seen_nodes[slot] = nodes
    for row in range(2):
        for w in range(WORDS):
            reader.seen_points[slot, row, w] = reader.points[depth, row, w]


@kernel
def _read(reader: Reader, target: Int, attacker: Int, to_play: Int) -> Int:
    """Whether the chain on ``target`` is captured, one move being played already.

    That move, number 0, was the question's own; ``to_play`` goes on, the attacker
    with two liberties to choose from, or the defender in atari. CAPTURED, ESCAPED, or
    UNPROVEN when the budget is spent. Moves after the first are taken back.

    A node that comes again, by the same moves in another order, has the same answer
    after as many moves, and these are counted as if they were played once more.
    """
    reader.question[0] += 1
    nodes: Int = 1
    depth = 1  # moves played, the question's own included
    _open_node(reader, depth, target, attacker, to_play)
    value: Int = UNPROVEN
    while True:
        if value != UNPROVEN:
            if depth == 1:
                break
            _keep_answer(reader, depth, value, nodes - reader.opened[depth])
            depth -= 1
            to_play = -to_play
            _take_back(reader, depth)
            # One good move settles it for who is to play; a bad one leaves the rest.
            if (value == CAPTURED) != (to_play == attacker):
                value = UNPROVEN
            continue
        point = take_first(reader.options[depth])
        if point == PASS:
            value = ESCAPED if to_play == attacker else CAPTURED
            continue
        n_liberties = _weigh_move(reader, depth, point, to_play)
        if n_liberties == 0:
            continue
        if nodes == NODE_BUDGET:
            break
        nodes += 1
        answer: Int = UNPROVEN
        if to_play != attacker:
            answer = _judge_defense(reader, depth, point, target, n_liberties)
        if answer == UNPROVEN:
            _set_key(reader, depth, point, to_play)
            if _was_seen(reader, depth + 1):
                slot = _slot_of(reader, depth + 1)
                nodes += reader.seen_nodes[slot]
                if nodes > NODE_BUDGET:
                    nodes = NODE_BUDGET
                    break
                answer = np.int64(reader.seen_value[slot])
        if answer == UNPROVEN:
            _play_weighed(reader, depth, point, to_play, n_liberties)
            depth += 1
            to_play = -to_play
            reader.opened[depth] = nodes
            _open_node(reader, depth, target, attacker, to_play)
        elif (answer == CAPTURED) == (to_play == attacker):
            value = answer
    while depth > 1:
        depth -= 1
        _take_back(reader, depth)
    reader.nodes[0] += nodes
    return value


@kernel
def _open_node(
    reader: Reader, depth: Int, target: Int, attacker: Int, to_play: Int
) -> None:
    """Sets the options of who is to play."""
    if to_play == attacker:
        head = _head_of(reader, target)
        _set_liberties(reader, depth, head, reader.options[depth])
    else:
        _set_rescues(reader, depth, target, to_play)


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
        word = liberties_after(board, extension, color, w)
        if atari >> 6 == w:
            word &= ~BIT[atari]
        count += popcount(word)
    return count >= 3


@kernel
def is_ladder_capture(
    reader: Reader, board: BoardArrays, point: Int, target: Int, attacker: Int
) -> bool:
    """Whether a legal move at ``point`` ladder-captures the opponent's ``target``.

    ``target`` is a stone of a chain with two liberties, ``point`` one of them.
    """
    _load_board(reader, board)
    n_liberties = _weigh_move(reader, 0, point, attacker)
    _set_key(reader, 0, point, attacker)
    _play_weighed(reader, 0, point, attacker, n_liberties)
    captured = _read(reader, target, attacker, -attacker) == CAPTURED
    _take_back(reader, 0)
    return captured


@kernel
def is_ladder_escape(
    reader: Reader, board: BoardArrays, point: Int, target: Int, defender: Int
) -> bool:
    """Whether a legal move at ``point`` gets the chain of ``target`` out of atari.

    With three liberties, or with two and no ladder that captures it.
    """
    _load_board(reader, board)
    n_liberties = _weigh_move(reader, 0, point, defender)
    _set_key(reader, 0, point, defender)
    _play_weighed(reader, 0, point, defender, n_liberties)
    n_liberties = _count_liberties(reader, 1, _head_of(reader, target))
    escaped = n_liberties >= 3 or (
        n_liberties == 2 and _read(reader, target, -defender, -defender) == ESCAPED
    )
    _take_back(reader, 0)
    return bool(escaped)
