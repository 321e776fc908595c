"""Training samples from stored games: which, in what order, and their planes.

The order is a *stateless shuffle*: a keyed bijection over position numbers, so sample
i of a run is a pure function of (seed, i). Every position is seen exactly once in each
epoch, a run resumes from its step number alone, and workers share by striding. Each
sample replays its game up to its position, under one of the eight symmetries.

Knows turn codes, rules and planes; nothing of files or networks.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import PASS, SYMMETRIES
from gopolicy.go.features import Workspace, fill_planes
from gopolicy.go.jit import Int, kernel
from gopolicy.go.rules import BoardArrays, clear_board, set_to_play
from gopolicy.go.scoring import fill_owners
from gopolicy.go.turns import POINT_MASK, SETUP_BIT, code_color, play_code

#: Rounds of the Feistel network; four make neighbors in the input strangers.
_ROUNDS: Final = 4

_SYMMETRIES: Final = SYMMETRIES


@kernel
def mix(x: Int) -> Int:
    """A 32-bit hash of a 32-bit number held in an int64.

    Source: the finalizer of MurmurHash3 (Appleby, public domain).
    """
    x = x & 0xFFFFFFFF
    x ^= x >> 16
    x = (x * 0x85EBCA6B) & 0xFFFFFFFF
    x ^= x >> 13
    x = (x * 0x45D9F3B) & 0xFFFFFFFF  # below 2**27, so the product fits in 63 bits
    x ^= x >> 16
    return x


@kernel
def shuffled(index: Int, n: Int, key: Int) -> Int:
    """Where the shuffle with ``key`` sends ``index``: a bijection of 0..n-1.

    A Feistel network over the smallest even number of bits that holds n, walked until
    it lands below n. Source: Black and Rogaway, CT-RSA 2002 (cycle walking).
    """
    half = 1
    while (1 << (2 * half)) < n:
        half += 1
    mask = (1 << half) - 1
    x = index
    while True:
        left = x >> half
        right = x & mask
        for r in range(_ROUNDS):
            left, right = right, left ^ (mix(right + mix(key + r)) & mask)
        x = (left << half) | right
        if x < n:
            return x


@kernel
def sample_at(index: Int, n: Int, seed: Int) -> tuple[Int, Int]:
    """Sample ``index`` of a run over n positions: (position number, symmetry 0..7)."""
    epoch = index // n
    key = mix(mix(seed) + epoch)
    position = shuffled(index % n, n, key)
    return position, mix(key ^ mix(position)) & 7


@kernel
def _game_of(position: Int, cumulative: NDArray[np.int64]) -> Int:
    """The game that position number ``position`` is in: cumulative[g] <= it."""
    low, high = 0, len(cumulative) - 1
    while high - low > 1:
        middle = (low + high) >> 1
        if cumulative[middle] <= position:
            low = middle
        else:
            high = middle
    return low


@kernel
def _turned(code: Int, symmetry: Int) -> Int:
    """A turn code under a symmetry."""
    point = code & POINT_MASK
    return (code - point) | np.int64(_SYMMETRIES[symmetry, point])


@kernel
def _replay_to(
    board: BoardArrays, codes: NDArray[np.uint16], ordinal: Int, symmetry: Int
) -> Int:
    """Replays a game to its training position ``ordinal``; the index of the move there.

    Counts moves that are no passes; the side to play is the one that moved there.
    """
    clear_board(board)
    count = 0
    for i in range(len(codes)):
        code = _turned(np.int64(codes[i]), symmetry)
        if not code & SETUP_BIT and code & POINT_MASK != PASS:
            if count == ordinal:
                set_to_play(board, code_color(code))
                return i
            count += 1
        play_code(board, code)
    return len(codes)


@kernel
def fill_game(
    codes: NDArray[np.uint16],
    board: BoardArrays,
    workspace: Workspace,
    planes: NDArray[np.uint8],
) -> Int:
    """Fills ``planes`` uint8 [n, 361, 48] before each move of a game; how many.

    Passes are replayed but are no moves here; ``planes`` has room for all.
    """
    clear_board(board)
    count = 0
    for i in range(len(codes)):
        code = np.int64(codes[i])
        if not code & SETUP_BIT and code & POINT_MASK != PASS:
            set_to_play(board, code_color(code))
            fill_planes(board, workspace, planes[count])
            count += 1
        play_code(board, code)
    return count


@kernel
def fill_samples(
    games: tuple[NDArray[np.uint16], NDArray[np.int64], NDArray[np.int64]],
    positions: NDArray[np.int64],
    symmetries: NDArray[np.int64],
    board: BoardArrays,
    workspace: Workspace,
    planes: NDArray[np.uint8],
    targets: NDArray[np.int32],
) -> None:
    """Fills a batch: ``planes`` uint8 [B, 361, 48], ``targets`` int32 [B].

    ``games``: codes [n], and int64 [G+1]: where the games start in it, and how many
    positions come before each game. ``positions``, ``symmetries``: int64 [B].
    """
    codes, starts, cumulative = games
    for b in range(len(positions)):
        game = _game_of(positions[b], cumulative)
        turns = codes[starts[game] : starts[game + 1]]
        ordinal = positions[b] - cumulative[game]
        move = _replay_to(board, turns, ordinal, symmetries[b])
        targets[b] = _turned(np.int64(turns[move]), symmetries[b]) & POINT_MASK
        fill_planes(board, workspace, planes[b])


@kernel
def fill_sequels(
    games: tuple[NDArray[np.uint16], NDArray[np.int64], NDArray[np.int64]],
    positions: NDArray[np.int64],
    symmetries: NDArray[np.int64],
    board: BoardArrays,
    later: NDArray[np.int32],
    owners: NDArray[np.int8],
) -> None:
    """Fills what came of positions: ``later`` int32 [B, n], ``owners`` int8 [B, 361].

    See ``dataset.Sequels``; the other arguments are those of ``fill_samples``.
    """
    codes, starts, cumulative = games
    for b in range(len(positions)):
        game = _game_of(positions[b], cumulative)
        turns = codes[starts[game] : starts[game + 1]]
        ordinal = positions[b] - cumulative[game]
        move = _replay_to(board, turns, ordinal, symmetries[b])
        later[b] = PASS
        n_turns = 0
        for i in range(move, len(turns)):
            code = _turned(np.int64(turns[i]), symmetries[b])
            if not code & SETUP_BIT:
                if 0 < n_turns <= later.shape[1]:
                    later[b, n_turns - 1] = code & POINT_MASK
                n_turns += 1
            play_code(board, code)
        fill_owners(board.stones, owners[b])
        owners[b] *= code_color(np.int64(turns[move]))


@kernel
def fill_order(
    first: Int,
    stride: Int,
    n: Int,
    seed: Int,
    positions: NDArray[np.int64],
    symmetries: NDArray[np.int64],
) -> None:
    """Which samples a batch holds: numbers first, first + stride, ... of the run."""
    for b in range(len(positions)):
        positions[b], symmetries[b] = sample_at(first + b * stride, n, seed)
