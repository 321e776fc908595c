"""Turn codes: how a game is stored, 16 bits for each thing that happens in it.

A code is a move, a pass, or a setup stone put or taken away; see ``sgf.record``.
Kernels that play them, the check that a whole game is legal, and a quicker way to
replay games that were checked. Knows nothing of files.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, EMPTY, PASS, WHITE
from gopolicy.go.jit import Int, kernel
from gopolicy.go.rules import (
    DEAD_SETUP,
    KO,
    KO_POINT,
    LEGAL,
    NEIGHBORS,
    OFF_BOARD,
    SETUP_TURN,
    TO_PLAY,
    TURN,
    WALL,
    BoardArrays,
    clear_board,
    has_dead_chain,
    play_move,
    set_point,
    why_illegal,
)

POINT_MASK: Final = 0x1FF
WHITE_BIT: Final = 0x200
SETUP_BIT: Final = 0x400
ERASE_BIT: Final = 0x800
#: The bits that mean something in a file.
CODE_MASK: Final = 0xFFF
#: A move that takes stones; in memory alone, see ``mark_takes``.
TAKES_BIT: Final = 0x1000
#: 512 more for the point, on boards of more than 19 lines; in memory alone.
WIDE_BIT: Final = 0x2000
_WIDE_SHIFT: Final = 4


def point_bits(point: int) -> int:
    """The bits of a code that name a point of any board, or ``PASS``."""
    return point & POINT_MASK | (point & ~POINT_MASK) << _WIDE_SHIFT


def point_of(code: int) -> int:
    """The point of any board, or ``PASS``, that a code is about; kernels know 19x19."""
    return code & POINT_MASK | (code & WIDE_BIT) >> _WIDE_SHIFT


def encode_code(point: int, color: int) -> int:
    """The code of a move or pass on any board."""
    return point_bits(int(point)) | (WHITE_BIT if color == WHITE else 0)


def has_setup(codes: NDArray[np.uint16]) -> bool:
    """Whether any of the turn codes is setup; most games have none.

    Codes as records have them, without the mark that a move takes stones.
    """
    return bool(len(codes)) and bool(codes.max() >= SETUP_BIT)


@kernel
def code_color(code: Int) -> Int:
    """The color that a turn code is about."""
    return WHITE if code & WHITE_BIT else BLACK


@kernel
def is_target(code: Int) -> bool:
    """Whether a turn code is a move that can be learned: no setup, no pass."""
    return bool(not code & SETUP_BIT and code & POINT_MASK != PASS)


@kernel
def play_code(board: BoardArrays, code: Int) -> Int:
    """Plays or sets up what a turn code says; the number of stones taken.

    That it is legal is not checked.
    """
    point = code & POINT_MASK
    if code & SETUP_BIT:
        set_point(board, point, EMPTY if code & ERASE_BIT else code_color(code))
        return 0
    return play_move(board, point, code_color(code))


@kernel
def _why_illegal_code(board: BoardArrays, code: Int, after_setup: bool) -> Int:
    """LEGAL, or why a game cannot go on with ``code``; was the one before setup?

    Setup stones must have liberties when the next move is played.
    """
    point = code & POINT_MASK
    if point > PASS or (code & SETUP_BIT and point == PASS):
        return OFF_BOARD
    if code & SETUP_BIT:
        return LEGAL
    if after_setup and has_dead_chain(board):
        return DEAD_SETUP
    # Nor may the side that took a ko fill it at once, out of turn: a move is missing
    # in such a record.
    if point != PASS and point == board.state[KO_POINT]:
        return KO
    return why_illegal(board, point, code_color(code))


@kernel
def first_illegal(codes: NDArray[np.uint16], board: BoardArrays) -> tuple[Int, Int]:
    """Plays ``codes`` on the empty ``board``: index of the first illegal, and why.

    Of setup stones without a liberty, the index is that of the first one. A whole game
    gives ``(len(codes), LEGAL)``. ``board`` is cleared first and left where it stopped.
    """
    clear_board(board)
    return first_illegal_from(codes, board)


@kernel
def first_illegal_from(
    codes: NDArray[np.uint16], board: BoardArrays
) -> tuple[Int, Int]:
    """Plays ``codes`` on ``board`` as it is: as ``first_illegal``, without clearing.

    Setup stones must have liberties when the next move is played, and at the end.
    """
    first_setup = -1  # where the run of setup codes before this code began
    for i in range(len(codes)):
        code = np.int64(codes[i])
        reason = _why_illegal_code(board, code, first_setup >= 0)
        if reason != LEGAL:
            return (first_setup if reason == DEAD_SETUP else i), reason
        if not code & SETUP_BIT:
            first_setup = -1
        elif first_setup < 0:
            first_setup = i
        play_code(board, code)
    if first_setup >= 0 and has_dead_chain(board):
        return first_setup, DEAD_SETUP
    return len(codes), LEGAL


@kernel
def mark_takes(codes: NDArray[np.uint16], board: BoardArrays) -> bool:
    """Sets TAKES_BIT in the codes of moves that take stones; False at an illegal one.

    All other bits that mean nothing are cleared. ``board`` is written over.
    """
    clear_board(board)
    after_setup = False
    for i in range(len(codes)):
        code = np.int64(codes[i]) & CODE_MASK
        if _why_illegal_code(board, code, after_setup) != LEGAL:
            return False
        after_setup = bool(code & SETUP_BIT)
        codes[i] = code | TAKES_BIT if play_code(board, code) > 0 else code
    return not (after_setup and has_dead_chain(board))


@kernel
def lay_code(board: BoardArrays, code: Int) -> None:
    """Does to the stones what a marked turn code says, and nothing to their chains.

    A tenth of the work of ``play_code``: what a game needs that is only replayed to one
    of its positions, where ``rebuild_chains`` makes the board whole. Stones, when they
    were placed, the ko point and whose turn it is are right after each code; for the
    rest the board is not fit for other kernels. The code is from ``mark_takes``.
    """
    point = code & POINT_MASK
    state = board.state
    state[KO_POINT] = PASS
    if code & SETUP_BIT:
        board.stones[point] = EMPTY if code & ERASE_BIT else code_color(code)
        board.placed[point] = SETUP_TURN
        return
    color = code_color(code)
    state[TURN] += 1
    state[TO_PLAY] = -color
    if point == PASS:
        return
    board.stones[point] = color
    board.placed[point] = state[TURN]
    if code & TAKES_BIT:
        _lift_taken(board, point, color)


@kernel
def _lift_taken(board: BoardArrays, point: Int, color: Int) -> None:
    """Takes off the chains without a liberty beside a stone just laid; sets the ko."""
    n_taken = 0
    n_own = 0
    taken_at: Int = np.int64(PASS)
    for i in range(4):
        n = np.int64(NEIGHBORS[point, i])
        if board.stones[n] == color:
            n_own += 1
        elif board.stones[n] == -color:
            size = _lift_chain(board, n)
            n_taken += size
            if size > 0:
                taken_at = n
    if n_taken == 1 and n_own == 0:
        n_empty = 0
        for i in range(4):
            n_empty += board.stones[NEIGHBORS[point, i]] == EMPTY
        if n_empty == 1:
            board.state[KO_POINT] = taken_at


@kernel
def _lift_chain(board: BoardArrays, start: Int) -> Int:
    """Takes off the chain on ``start`` if it has no liberty; how many stones."""
    color = np.int64(board.stones[start])
    found = board.next_stone  # nobody's while stones are laid
    found[0] = start
    n_found = 1
    # A stone that was found stands as WALL, so that it is not found again.
    board.stones[start] = WALL
    done = 0
    left_as: Int = np.int64(EMPTY)
    while done < n_found and left_as == EMPTY:
        stone = np.int64(found[done])
        done += 1
        for i in range(4):
            n = np.int64(NEIGHBORS[stone, i])
            if board.stones[n] == color:
                board.stones[n] = WALL
                found[n_found] = n
                n_found += 1
            elif board.stones[n] == EMPTY:
                left_as = color
    for k in range(n_found):
        board.stones[found[k]] = left_as
    return n_found if left_as == EMPTY else 0


@kernel
def mark_games(
    codes: NDArray[np.uint16],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    targets: NDArray[np.int64],
    board: BoardArrays,
) -> bool:
    """Marks the games in ``codes`` by ``mark_takes``; whether they are as they should.

    ``starts``, ``ends``, ``targets``: int64 [G], where each game lies, and how many of
    its codes ``is_target`` must find. ``board`` is written over.
    """
    for game in range(len(starts)):
        turns = codes[starts[game] : ends[game]]
        if not mark_takes(turns, board):
            return False
        count = 0
        for i in range(len(turns)):
            count += is_target(np.int64(turns[i]))
        if count != targets[game]:
            return False
    return True
