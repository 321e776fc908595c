"""Reading ladders: is a chain caught by successive ataris?

An exact, bounded, iterative search on the board of ``ladderboard``. Knows nothing of
planes; ``features`` asks it.

Source: SPEC-PLANES, "Ladder reader": fixed attacker and defender; the defender may
extend or take an adjacent attacker in atari; captured when the chain is taken, escaped
at three liberties; simple ko holds, superko does not; both sides try their options in
ascending point order; 2,000 nodes (moves played) for each question.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import PASS
from gopolicy.go.jit import Int, kernel
from gopolicy.go.ladderboard import (
    ATARI,
    EMPTY_ROW,
    NODE_BUDGET,
    OWN,
    SLOTS,
    Reader,
    count_liberties,
    head_of,
    load_board,
    play_weighed,
    set_key,
    take_back,
    weigh_move,
)
from gopolicy.go.pointsets import (
    BIT,
    WORDS,
    add_set,
    copy_set,
    drop_set,
    first_point,
    keep_set,
    take_first,
)
from gopolicy.go.rules import (
    NEIGHBORS,
    BoardArrays,
    color_row,
)

CAPTURED: Final = 1
ESCAPED: Final = 0
UNPROVEN: Final = -1


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
        stone = np.int64(board.next_stone[stone])
        if stone == head:
            break


@kernel
def is_ladder_move(
    reader: Reader, board: BoardArrays, point: Int, target: Int, color: Int
) -> bool:
    """Whether a legal move of ``color`` at ``point`` does what it is meant to.

    It is meant to capture the chain on ``target`` in a ladder, when that is the
    opponent's, has two liberties, and ``point`` is one of them. An own chain, in
    atari, it is meant to save: with three liberties, or two and no ladder that
    captures it.
    """
    load_board(reader, board)
    first = np.int64(0)
    n_liberties = weigh_move(reader, first, point, color)
    set_key(reader, first, point, color)
    play_weighed(reader, first, point, color, n_liberties)
    if board.stones[target] != color:
        answer = _read(reader, target, color, -color)
        wished = CAPTURED
    else:
        wished = ESCAPED
        count = count_liberties(reader, first + 1, head_of(reader, target))
        if count == 2:
            answer = _read(reader, target, -color, -color)
        else:
            answer = np.int64(ESCAPED if count > 2 else CAPTURED)
    take_back(reader, first)
    return bool(answer == wished)


@kernel
def _read(reader: Reader, target: Int, attacker: Int, to_play: Int) -> Int:
    """Whether the chain on ``target`` is captured, one move being played already.

    That move, number 0, was the question's own; ``to_play`` goes on, the attacker
    with two liberties to choose from, or the defender in atari. CAPTURED, ESCAPED, or
    UNPROVEN when the budget is spent. Moves after the first are taken back.

    A node that comes again, by the same moves in another order, has the same answer
    after as many moves, and these are counted as if they were played once more. One
    that comes again below itself would come for ever, until the budget is spent.
    """
    reader.target[0] = target
    nodes: Int = np.int64(1)
    depth: Int = np.int64(1)  # moves played, the question's own included
    _open_node(reader, depth, nodes, target, attacker, to_play)
    value: Int = np.int64(UNPROVEN)
    while True:
        if value != UNPROVEN:
            if depth == 1:
                break
            _keep_answer(reader, depth, value, nodes - reader.opened[depth])
            depth -= 1
            to_play = -to_play
            take_back(reader, depth)
            # One good move settles it for who is to play; a bad one leaves the rest.
            if (value == CAPTURED) != (to_play == attacker):
                value = np.int64(UNPROVEN)
            continue
        point = take_first(reader.options[depth])
        if point == PASS:
            value = np.int64(ESCAPED if to_play == attacker else CAPTURED)
            continue
        n_liberties = weigh_move(reader, depth, point, to_play)
        reader.weighed[0] += 1
        if n_liberties == 0:
            continue
        answer, n_counted = _known_answer(
            reader, depth, point, target, attacker, to_play, n_liberties
        )
        nodes += 1 + n_counted
        if nodes > NODE_BUDGET:
            nodes = np.int64(NODE_BUDGET)
            break
        if answer == UNPROVEN:
            play_weighed(reader, depth, point, to_play, n_liberties)
            depth += 1
            to_play = -to_play
            _open_node(reader, depth, nodes, target, attacker, to_play)
        elif (answer == CAPTURED) == (to_play == attacker):
            value = answer
    if value == UNPROVEN:
        _give_up(reader, depth)
    reader.nodes[0] += nodes
    return value


@kernel
def _give_up(reader: Reader, depth: Int) -> None:
    """Takes back all moves but the first, and forgets the nodes that are open."""
    _forget_answer(reader, depth)
    while depth > 1:
        depth -= 1
        take_back(reader, depth)
        _forget_answer(reader, depth)


@kernel
def _open_node(
    reader: Reader, depth: Int, nodes: Int, target: Int, attacker: Int, to_play: Int
) -> None:
    """Sets the options of who is to play; ``nodes`` moves have been played so far."""
    reader.opened[depth] = nodes
    _keep_answer(reader, depth, np.int64(UNPROVEN), np.int64(0))
    if to_play == attacker:
        head = head_of(reader, target)
        copy_set(reader.options[depth], reader.reach[head])
        keep_set(reader.options[depth], reader.points[depth, EMPTY_ROW])
    else:
        _set_rescues(reader, depth, target, to_play)


@kernel
def _set_rescues(reader: Reader, depth: Int, target: Int, defender: Int) -> None:
    """Makes ``options`` what may save the chain on ``target``, which is in atari.

    Its liberty, and those of adjacent chains in atari.
    """
    head = head_of(reader, target)
    options = reader.options[depth]
    now = reader.points[depth]
    weak = reader.after[OWN]
    row = ATARI + color_row(-defender)
    copy_set(options, reader.reach[head])
    copy_set(weak, reader.reach[head])
    keep_set(weak, now[row])
    while True:
        point = first_point(weak)
        if point == PASS:
            break
        attacker = head_of(reader, point)
        add_set(options, reader.reach[attacker])
        drop_set(weak, reader.stones[attacker])
    keep_set(options, now[EMPTY_ROW])


@kernel
def _known_answer(
    reader: Reader,
    depth: Int,
    point: Int,
    target: Int,
    attacker: Int,
    to_play: Int,
    n_liberties: Int,
) -> tuple[Int, Int]:
    """What the move just weighed leads to, and the moves that a node seen before took.

    UNPROVEN when it must be read. A node that is open leads to itself again, and takes
    more moves than there are.
    """
    if to_play != attacker:
        answer = _judge_defense(reader, depth, point, target, n_liberties)
        if answer != UNPROVEN:
            return answer, np.int64(0)
    set_key(reader, depth, point, to_play)
    if not _was_seen(reader, depth + 1):
        return np.int64(UNPROVEN), np.int64(0)
    slot = _slot_of(reader, depth + 1)
    answer = np.int64(reader.seen_value[slot])
    return answer, np.int64(
        NODE_BUDGET if answer == UNPROVEN else reader.seen_nodes[slot]
    )


@kernel
def _judge_defense(
    reader: Reader, depth: Int, point: Int, target: Int, n_liberties: Int
) -> Int:
    """What the move just weighed does for the chain on ``target``, if that is plain.

    CAPTURED when it can be taken at once, ESCAPED with three liberties; else, with
    two, UNPROVEN. ``n_liberties``: of the chain that the move makes.

    No ko saves a chain with one liberty: a lone stone that took a single one beside
    the chain gave it a second.
    """
    head = head_of(reader, target)
    # An extension joins the chain, anything else leaves it as large as it was.
    extends = reader.reach[head, point >> 6] & BIT[point] != 0
    count = n_liberties if extends else count_liberties(reader, depth + 1, head)
    if count >= 3:
        return np.int64(ESCAPED)
    return np.int64(UNPROVEN if count == 2 else CAPTURED)


@kernel
def _slot_of(reader: Reader, depth: Int) -> Int:
    """Where the node after ``depth`` moves is kept."""
    return np.int64(reader.keys[depth] & np.uint64(SLOTS - 1))


@kernel
def _tag_of(reader: Reader, depth: Int) -> Int:
    """A number for the position, the target, the ko point and who is to play."""
    ko = np.int64(reader.ko[depth])
    question = (reader.loads[0] << 9) | reader.target[0]
    return np.int64((question << 10) | (ko << 1) | (depth & 1))


@kernel
def _was_seen(reader: Reader, depth: Int) -> bool:
    """Whether the node after ``depth`` moves is known, from this question or another.

    The other questions are those about the same target in the same position.
    """
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
    """Keeps the answer of a node, UNPROVEN as long as there is none, and its moves."""
    slot = _slot_of(reader, depth)
    reader.seen_tag[slot] = _tag_of(reader, depth)
    reader.seen_value[slot] = value
    reader.seen_nodes[slot] = nodes
    for row in range(2):
        copy_set(reader.seen_points[slot, row], reader.points[depth, row])


@kernel
def _forget_answer(reader: Reader, depth: Int) -> None:
    """Forgets an open node, which stays without an answer."""
    reader.seen_tag[_slot_of(reader, depth)] = 0
