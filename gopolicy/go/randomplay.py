"""One playout: which moves it plays, to the end, and who owns what there.

It answers ataris, fills no own eye and puts no chain into atari unless it may kill by
it. A careful one answers them by the best move and plays on the vital point of a small
eye; a shapely one also where a pattern fits beside the last move. Knows the rules only.
"""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import EMPTY, PASS, POINTS
from gopolicy.go.jit import Int, kernel
from gopolicy.go.ladders import add_rescues
from gopolicy.go.pointsets import BIT, WORDS, first_point, popcount, take_first
from gopolicy.go.rules import (
    BOARD_DTYPE,
    DIAGONALS,
    NEIGHBORS,
    TO_PLAY,
    BoardArrays,
    is_legal,
    is_repeated,
    is_true_eye,
    play_move,
)

#: Turns after which a playout stops; a playout from the empty board takes some 450.
MAX_TURNS: Final = 3 * POINTS
#: How a playout answers the last move; each takes more time than the one before.
QUICK: Final = 0
CAREFUL: Final = 1
SHAPELY: Final = 2
#: Of eight times, how often the last move is answered, if there is an answer.
_ANSWERS: Final = 7
#: Where strong players often answer in the middle: X and O are the colors, either way
#: round, # is off the board, x is anything but X, o anything but O, ? anything; turned
#: and mirrored. Source: Gelly, Wang, Munos, Teytaud, "Modification of UCT with Patterns
#: in Monte-Carlo Go" (MoGo), 2006, as Baudis wrote them down in michi.
PATTERNS: Final = (
    ("XOX", "...", "???"),  # hane, enclosing
    ("XO.", "...", "?.?"),  # hane, not cutting
    ("XO?", "X..", "x.?"),  # hane, magari
    (".O.", "X..", "..."),  # diagonal attachment
    ("XO?", "O.o", "?o?"),  # cut, not protected
    ("XO?", "O.X", "???"),  # cut, peeped at
    ("?X?", "O.O", "ooo"),  # cut between two
    ("OX?", "o.O", "???"),  # cut of a keima
    ("X.?", "O.?", "###"),  # chase along the edge
    ("OX?", "X.O", "###"),  # block a cut at the edge
    ("?X?", "x.O", "###"),  # block a connection at the edge
    ("?XO", "x.x", "###"),  # sagari
    ("?OX", "X.O", "###"),  # cut at the edge
)
#: What a mark may stand for: 0 empty, 1 and 2 the colors, 3 off the board.
_MARKS: Final = {
    ".": (0,),
    "X": (1,),
    "O": (2,),
    "#": (3,),
    "x": (0, 2, 3),
    "o": (0, 1, 3),
    "?": (0, 1, 2, 3),
}
_SWAPPED: Final = str.maketrans("XOxo", "OXox")
#: Row and column within a pattern of each two bits of a code, the lowest first: as
#: ``NEIGHBORS``, then ``DIAGONALS``.
_PLACES: Final = ((0, 1), (1, 0), (1, 2), (2, 1), (0, 0), (0, 2), (2, 0), (2, 2))


def _codes(pattern: NDArray[np.str_]) -> list[int]:
    """The codes of all surroundings that ``pattern`` [3, 3] fits."""
    codes = [0]
    for i, place in enumerate(_PLACES):
        meant = _MARKS[str(pattern[place])]
        codes = [code | mark << 2 * i for code in codes for mark in meant]
    return codes


def _table() -> NDArray[np.bool_]:
    table = np.zeros(1 << 2 * len(_PLACES), np.bool_)
    for rows in PATTERNS:
        for lines in (rows, [row.translate(_SWAPPED) for row in rows]):
            pattern = np.array([list(line) for line in lines])
            for turns in range(4):
                turned = np.rot90(pattern, turns)
                table[_codes(turned)] = table[_codes(np.fliplr(turned))] = True
    return table


#: bool [65536]: whether one of the patterns fits, by the code of the surroundings.
_FITS: Final = _table()
#: Points of the largest shape that leaves one eye, the rabbity six.
LARGEST_SHAPE: Final = 6


class Game(Protocol):
    """A playout in progress; one numpy record.

    ``board``: as the rules keep it. ``empties``: int16 [361], the empty points, the
    first ``n_empties`` (int32 [1]) of them valid. ``first``: int8 [362], who played
    there first. ``options``: uint64 [6], ``region``: int16 [6], scratch. ``random``:
    uint64 [1], the generator's state, never 0.
    """

    board: BoardArrays
    empties: NDArray[np.int16]
    n_empties: NDArray[np.int32]
    first: NDArray[np.int8]
    options: NDArray[np.uint64]
    region: NDArray[np.int16]
    random: NDArray[np.uint64]


GAME_DTYPE: Final = np.dtype(
    [
        ("board", BOARD_DTYPE),
        ("empties", np.int16, (POINTS,)),
        ("n_empties", np.int32, (1,)),
        ("first", np.int8, (POINTS + 1,)),
        ("options", np.uint64, (WORDS,)),
        ("region", np.int16, (LARGEST_SHAPE,)),
        ("random", np.uint64, (1,)),
    ],
    align=True,
)


@kernel
def next_below(game: Game, n: Int) -> Int:
    """A random number 0..n-1, for n below 2**24. Source: Marsaglia's xorshift64."""
    x = game.random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    game.random[0] = x
    return (np.int64(x >> np.uint64(40)) * n) >> 24


@kernel
def list_empties(game: Game) -> None:
    count = 0
    for point in range(POINTS):
        if game.board.stones[point] == EMPTY:
            game.empties[count] = point
            count += 1
    game.n_empties[0] = count


@kernel
def _word_after(board: BoardArrays, point: Int, color: Int, w: Int) -> np.uint64:
    """Word ``w`` of the liberties that a chain made at an empty ``point`` has.

    Those of the chains it joins and of the stone, less ``point``; stones that the move
    takes are not counted.
    """
    word = np.uint64(0)
    for i in range(4):
        n = NEIGHBORS[point, i]
        if board.stones[n] == color:
            word |= board.liberties[board.chain[n], w]
        elif board.stones[n] == EMPTY and n >> 6 == w:
            word |= BIT[n]
    if point >> 6 == w:
        word &= ~BIT[point]
    return word


@kernel
def liberties_left(board: BoardArrays, point: Int, color: Int) -> Int:
    """Liberties of the chain after a move; 3 stands for more, and for a capture."""
    n_empty = 0
    for i in range(4):
        n = NEIGHBORS[point, i]
        stone = board.stones[n]
        if stone == EMPTY:
            n_empty += 1
        elif stone == color:
            if board.n_liberties[board.chain[n]] > 3:
                return 3
        elif stone == -color and board.n_liberties[board.chain[n]] == 1:
            return 3
    if n_empty >= 3:
        return 3
    count = 0
    for w in range(WORDS):
        count += popcount(_word_after(board, point, color, w))
    return min(count, 3)


@kernel
def fits_pattern(board: BoardArrays, point: Int) -> bool:
    """Whether one of ``PATTERNS`` has the empty ``point`` in its middle."""
    code: Int = 0
    for i in range(4):
        # EMPTY 0, BLACK 1, WALL 2, WHITE -1: the last two bits, and the last two swap.
        near = np.int64(board.stones[NEIGHBORS[point, i]]) & 3
        far = np.int64(board.stones[DIAGONALS[point, i]]) & 3
        code |= (near ^ near >> 1) << 2 * i | (far ^ far >> 1) << 2 * i + 8
    return bool(_FITS[code])


@kernel
def leaves_one_eye(size: Int, touching: Int, largest: Int) -> bool:
    """Whether so many points are a shape in which a stone leaves a single eye.

    One to three points; of four the square and the T, of five the bulky five and the
    cross, of six the rabbity six. ``touching``: how many pairs of them are neighbors;
    ``largest``: with how many one of them is, at most.
    """
    if size <= 3:
        return True
    if size == 4:
        return bool(touching == 4 or largest == 3)
    if size == 5:
        return bool(touching == 5 or largest == 4)
    return bool(size == LARGEST_SHAPE and touching == 6 and largest == 4)


@kernel
def _small_region(
    board: BoardArrays, start: Int, color: Int, region: NDArray[np.int16]
) -> Int:
    """Fills ``region``, int16 [6], with the empty points around ``start``.

    Returns how many; 0 where they are more, or have a stone of ``color`` beside them.
    """
    region[0] = start
    size = 1
    done = 0
    while done < size:
        for i in range(4):
            n = NEIGHBORS[region[done], i]
            stone = board.stones[n]
            if stone == color:
                return 0
            if stone != EMPTY:
                continue
            is_new = True
            for k in range(size):
                is_new = is_new and region[k] != n
            if is_new:
                if size == LARGEST_SHAPE:
                    return 0
                region[size] = n
                size += 1
        done += 1
    return size


@kernel
def vital_point(
    board: BoardArrays, last: Int, color: Int, region: NDArray[np.int16]
) -> Int:
    """Where ``color`` leaves one eye of a space beside ``last``, the opponent's stone.

    PASS where there is no such space of three to six points, and where ``last`` has
    three free sides: then it hardly closed one. ``region``: int16 [6], scratch.
    """
    free = 0
    for i in range(4):
        free += board.stones[NEIGHBORS[last, i]] == EMPTY
    if free > 2:
        return PASS
    for i in range(4):
        start = np.int64(NEIGHBORS[last, i])
        if board.stones[start] != EMPTY:
            continue
        size = _small_region(board, start, color, region)
        if size < 3:
            continue
        touching = 0  # twice as many
        largest = 0
        vital: Int = PASS
        for k in range(size):
            degree = 0
            for j in range(4):
                degree += board.stones[NEIGHBORS[region[k], j]] == EMPTY
            touching += degree
            if degree > largest:
                largest = degree
                vital = np.int64(region[k])
        is_square = size == 4 and largest == 2  # one eye as it is
        if leaves_one_eye(size, touching >> 1, largest) and not is_square:
            return vital
    return PASS


@kernel
def _degree(board: BoardArrays, stone: Int, point: Int, color: Int) -> Int:
    """How many neighbors of ``stone`` are ``color`` once it also has ``point``."""
    count = 0
    for i in range(4):
        n = NEIGHBORS[stone, i]
        if board.stones[n] == color or n == point:
            count += 1
    return count


@kernel
def _may_kill(board: BoardArrays, point: Int, color: Int) -> bool:
    """Whether the chain after a self-atari is a shape that leaves one eye if taken."""
    size = 1
    pairs = _degree(board, point, point, color)  # twice as many
    largest = pairs
    for i in range(4):
        n = NEIGHBORS[point, i]
        if board.stones[n] != color:
            continue
        if is_repeated(board, point, i):
            continue
        head = np.int64(board.chain[n])
        size += board.n_stones[head]
        if size > LARGEST_SHAPE:
            return False
        stone = head
        while True:
            degree = _degree(board, stone, point, color)
            pairs += degree
            largest = max(largest, degree)
            stone = np.int64(board.next_stone[stone])
            if stone == head:
                break
    return leaves_one_eye(size, pairs >> 1, largest)


@kernel
def is_sane(board: BoardArrays, point: Int, color: Int) -> bool:
    """Whether a playout may play there: legal, no own eye filled, no idle self-atari.

    ``point`` is empty.
    """
    if not is_legal(board, point, color) or is_true_eye(board, point, color):
        return False
    if liberties_left(board, point, color) > 1:
        return True
    return _may_kill(board, point, color)


@kernel
def _take_last(board: BoardArrays, last: Int) -> Int:
    """The move that takes the chain just played to ``last``; PASS when none does."""
    head = board.chain[last]
    if board.n_liberties[head] != 1:
        return PASS
    point = first_point(board.liberties[head])
    return point if is_legal(board, point, np.int64(board.state[TO_PLAY])) else PASS


@kernel
def _rescue(game: Game, last: Int) -> Int:
    """A move that saves an own chain which ``last`` put into atari; PASS if none.

    It takes an attacker, or has two liberties afterwards.
    """
    board = game.board
    color = np.int64(board.state[TO_PLAY])
    for i in range(4):
        n = NEIGHBORS[last, i]
        if board.stones[n] != color or board.n_liberties[board.chain[n]] != 1:
            continue
        for w in range(WORDS):
            game.options[w] = 0
        add_rescues(board, np.int64(board.chain[n]), game.options)
        while True:
            point = take_first(game.options)
            if point == PASS:
                break
            if (
                is_legal(board, point, color)
                and liberties_left(board, point, color) >= 2
            ):
                return point
    return PASS


@kernel
def _room_after(board: BoardArrays, point: Int, color: Int) -> Int:
    """Liberties of the chain after a move, and a few for stones that it takes."""
    room = 0
    for w in range(WORDS):
        room += popcount(_word_after(board, point, color, w))
    for i in range(4):
        n = NEIGHBORS[point, i]
        if board.stones[n] != -color or is_repeated(board, point, i):
            continue
        head = board.chain[n]
        if board.n_liberties[head] == 1:
            room += min(int(board.n_stones[head]), 3)
    return room


@kernel
def _take_last_well(board: BoardArrays, last: Int) -> Int:
    """As ``_take_last``, but not if more stones are then taken back."""
    point = _take_last(board, last)
    color = np.int64(board.state[TO_PLAY])
    if point == PASS or _degree(board, point, point, color) == 0:
        return point
    return point if _room_after(board, point, color) >= 2 else PASS


@kernel
def _rescue_well(game: Game, last: Int) -> Int:
    """As ``_rescue``, but the best of such moves.

    Of several chains the largest, by the move after which it has the most room.
    """
    board = game.board
    color = np.int64(board.state[TO_PLAY])
    best: Int = PASS
    size: Int = 0
    for i in range(4):
        n = NEIGHBORS[last, i]
        if board.stones[n] != color or board.n_liberties[board.chain[n]] != 1:
            continue
        head = np.int64(board.chain[n])
        if board.n_stones[head] <= size or is_repeated(board, last, i):
            continue
        for w in range(WORDS):
            game.options[w] = 0
        add_rescues(board, head, game.options)
        most: Int = 1
        while True:
            point = take_first(game.options)
            if point == PASS:
                break
            if not is_legal(board, point, color):
                continue
            room = _room_after(board, point, color)
            if room > most:
                most = room
                best = point
                size = np.int64(board.n_stones[head])
    return best


@kernel
def urgent_move(game: Game, last: Int) -> Int:
    """What ``last`` calls for: a rescue, a capture, a vital point; PASS if nothing."""
    board = game.board
    color = np.int64(board.state[TO_PLAY])
    point = _rescue_well(game, last)
    if point == PASS:
        point = _take_last_well(board, last)
    if point == PASS:
        point = vital_point(board, last, color, game.region)
        if point != PASS and not is_legal(board, point, color):
            return PASS
    return point


@kernel
def _shape_move(game: Game, last: Int) -> Int:
    """A sane move beside ``last`` that fits a pattern; PASS when there is none."""
    board = game.board
    color = np.int64(board.state[TO_PLAY])
    begin = next_below(game, 8)
    for k in range(8):
        i = (begin + k) & 7
        table = NEIGHBORS if i & 1 else DIAGONALS
        point = np.int64(table[last, i >> 1])
        if (
            board.stones[point] == EMPTY
            and fits_pattern(board, point)
            and is_sane(board, point, color)
        ):
            return point
    return PASS


@kernel
def _choose_anywhere(game: Game) -> Int:
    """A random sane move; PASS when there is none."""
    board = game.board
    color = np.int64(board.state[TO_PLAY])
    left: Int = np.int64(game.n_empties[0])
    while left > 0:
        k = next_below(game, left)
        point = np.int64(game.empties[k])
        left -= 1
        game.empties[k] = game.empties[left]
        game.empties[left] = point
        if is_sane(board, point, color):
            # The point just chosen will be empty no more: take it off the list.
            game.n_empties[0] -= 1
            game.empties[left] = game.empties[game.n_empties[0]]
            game.empties[game.n_empties[0]] = point
            return point
    return PASS


@kernel
def _drop_empty(game: Game, point: Int) -> None:
    for k in range(game.n_empties[0]):
        if game.empties[k] == point:
            game.n_empties[0] -= 1
            game.empties[k] = game.empties[game.n_empties[0]]
            return


@kernel
def _answer(game: Game, last: Int, style: Int) -> Int:
    """An answer to ``last``; PASS when it needs none."""
    if style == QUICK:
        point = _take_last(game.board, last)
        return point if point != PASS else _rescue(game, last)
    point = urgent_move(game, last)
    if point == PASS and style == SHAPELY:
        return _shape_move(game, last)
    return point


@kernel
def _choose(game: Game, last: Int, style: Int) -> Int:
    """The next move of a playout, already off the list of empty points."""
    if last != PASS and next_below(game, 8) < _ANSWERS:
        point = _answer(game, last, style)
        if point != PASS:
            _drop_empty(game, point)
            return point
    return _choose_anywhere(game)


@kernel
def play_out(game: Game, last: Int, style: Int) -> Int:
    """Plays until both sides pass; returns the number of turns. ``last``: or PASS.

    ``style``: QUICK, CAREFUL or SHAPELY. Adds to ``game.first``.
    """
    list_empties(game)
    passes = 0
    turns = 0
    while passes < 2 and turns < MAX_TURNS:
        color = np.int64(game.board.state[TO_PLAY])
        point = _choose(game, last, style)
        if game.first[point] == EMPTY:
            game.first[point] = color
        if play_move(game.board, point, color) > 0:
            list_empties(game)
        passes = passes + 1 if point == PASS else 0
        last = point
        turns += 1
    return turns
