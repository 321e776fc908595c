"""Turn codes: how a game is stored, 16 bits for each thing that happens in it.

A code is a move, a pass, or a setup stone put or taken away; see ``record``. Kernels
that play them, and the check that a whole game is legal. Knows nothing of files.
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
    OFF_BOARD,
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


@kernel
def code_color(code: Int) -> Int:
    """The color that a turn code is about."""
    return WHITE if code & WHITE_BIT else BLACK


@kernel
def play_code(board: BoardArrays, code: Int) -> None:
    """Plays or sets up what a turn code says; that it is legal is not checked."""
    point = code & POINT_MASK
    if code & SETUP_BIT:
        set_point(board, point, EMPTY if code & ERASE_BIT else code_color(code))
    else:
        play_move(board, point, code_color(code))


@kernel
def first_illegal(codes: NDArray[np.uint16], board: BoardArrays) -> tuple[Int, Int]:
    """Plays ``codes`` on the empty ``board``: index of the first illegal, and why.

    A whole game gives ``(len(codes), LEGAL)``. ``board`` is cleared first and left
    where it stopped.
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
        point = code & POINT_MASK
        if point > PASS or (code & SETUP_BIT and point == PASS):
            return i, OFF_BOARD
        if code & SETUP_BIT:
            if first_setup < 0:
                first_setup = i
        else:
            if first_setup >= 0 and has_dead_chain(board):
                return first_setup, DEAD_SETUP
            first_setup = -1
            # Nor may the side that took a ko fill it at once, out of turn: a move is
            # missing in such a record.
            if point != PASS and point == board.state[KO_POINT]:
                return i, KO
            reason = why_illegal(board, point, code_color(code))
            if reason != LEGAL:
                return i, reason
        play_code(board, code)
    if first_setup >= 0 and has_dead_chain(board):
        return first_setup, DEAD_SETUP
    return len(codes), LEGAL


@kernel
def are_legal(
    codes: NDArray[np.uint16],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    board: BoardArrays,
) -> bool:
    """Whether ``first_illegal`` finds nothing in any of the games in ``codes``.

    ``starts``, ``ends``: int64 [G], where each game lies. ``board`` is written over.
    """
    for game in range(len(starts)):
        turns = codes[starts[game] : ends[game]]
        if first_illegal(turns, board)[0] < len(turns):
            return False
    return True
