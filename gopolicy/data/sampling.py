"""Training samples from stored games: which, in what order, and their planes.

The order is a *stateless shuffle*: a keyed bijection over the draws of an epoch, so
sample i of a run is a pure function of (seed, i). Every position is seen exactly as
often as its source's weight says in each epoch, a run resumes from its step number
alone, and workers share by striding. Each sample lays out its game up to its position,
under one of the eight symmetries.

Knows turn codes, rules and planes; nothing of files or networks.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import PASS, SYMMETRIES, WHITE
from gopolicy.go.features import Workspace, fill_planes
from gopolicy.go.jit import Int, kernel
from gopolicy.go.rules import (
    BoardArrays,
    clear_board,
    new_board,
    rebuild_chains,
    set_to_play,
)
from gopolicy.go.scoring import fill_owners
from gopolicy.go.turns import (
    POINT_MASK,
    SETUP_BIT,
    code_color,
    is_target,
    lay_code,
    mark_games,
    play_code,
)

#: Rounds of the Feistel network; four make neighbors in the input strangers.
_ROUNDS: Final = 4


class Games(NamedTuple):
    """Games as the kernels take them; several may lie on the same codes.

    ``codes``: uint16 [n], turn codes as ``turns.mark_takes`` leaves them. ``starts``,
    ``ends``: int64 [G], where each game lies in them. ``cumulative``: int64 [G+1], how
    many positions come before each game, and in all.
    """

    codes: NDArray[np.uint16]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    cumulative: NDArray[np.int64]


class Draws(NamedTuple):
    """Which position each draw of an epoch is, before the epoch is shuffled.

    ``starts``: int64 [S+1], the draws before each source, and in all. ``firsts``,
    ``counts``: int64 [S], the first position of each source, and how many it has.
    """

    starts: NDArray[np.int64]
    firsts: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, bounds: NDArray[np.int64], weights: Sequence[int]) -> "Draws":
        """``bounds``: int64 [S+1], positions before each source, and in all."""
        counts = np.diff(bounds)
        starts = np.cumsum(np.concatenate([[0], counts * np.array(weights, np.int64)]))
        return cls(starts, bounds[:-1], counts)

    def find_positions(self, draws: NDArray[np.int64]) -> NDArray[np.int64]:
        """The position numbers of ``draws``, each int64 [B].

        A source's draws are all its positions, then all again, as often as it weighs.
        """
        source = np.searchsorted(self.starts, draws, side="right") - 1
        place = (draws - self.starts[source]) % self.counts[source]
        positions: NDArray[np.int64] = self.firsts[source] + place
        return positions


@kernel
def mix(x: Int) -> Int:
    """A 32-bit hash of a 32-bit number held in an int64.

    Like the finalizer of MurmurHash3, but for the second factor. The order of all runs
    hangs on it, so it stays as it is.
    """
    x = x & 0xFFFFFFFF
    x ^= x >> 16
    x = (x * 0x85EBCA6B) & 0xFFFFFFFF  # may wrap; the low 32 bits are right
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
    """Sample ``index`` of a run over n draws: (number of a draw, symmetry 0..7)."""
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
    return (code - point) | np.int64(SYMMETRIES[symmetry, point])


@kernel
def _find_target(turns: NDArray[np.uint16], ordinal: Int) -> Int:
    """The index of a game's target number ``ordinal``; its length if there is none."""
    count = 0
    for i in range(len(turns)):
        if is_target(np.int64(turns[i])):
            if count == ordinal:
                return i
            count += 1
    return len(turns)


@kernel
def _lay_out(
    board: BoardArrays, turns: NDArray[np.uint16], move: Int, symmetry: Int
) -> Int:
    """Puts the position before the code at index ``move`` on the board; its point.

    The side to play is the one that moved there.
    """
    clear_board(board)
    for i in range(move):
        lay_code(board, _turned(np.int64(turns[i]), symmetry))
    rebuild_chains(board)
    code = np.int64(turns[move])
    set_to_play(board, code_color(code))
    return _turned(code, symmetry) & POINT_MASK


@kernel
def _fill_sequel(
    board: BoardArrays,
    turns: NDArray[np.uint16],
    move: Int,
    symmetry: Int,
    later: NDArray[np.int32],
    owners: NDArray[np.int8],
) -> None:
    """Goes on from where ``_lay_out`` stopped, to what came of the position.

    ``later``: int32 [n], ``owners``: int8 [361]; see ``dataset.Sequels``.
    """
    for k in range(len(later)):
        later[k] = PASS
    n_turns = 0
    for i in range(move, len(turns)):
        code = _turned(np.int64(turns[i]), symmetry)
        if not code & SETUP_BIT:
            if 0 < n_turns <= len(later):
                later[n_turns - 1] = code & POINT_MASK
            n_turns += 1
        lay_code(board, code)
    fill_owners(board.stones, owners)
    if code_color(np.int64(turns[move])) == WHITE:
        for point in range(len(owners)):
            owners[point] = -owners[point]


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
        if is_target(code):
            set_to_play(board, code_color(code))
            fill_planes(board, workspace, planes[count])
            count += 1
        play_code(board, code)
    return count


@kernel
def fill_samples(
    games: Games,
    positions: NDArray[np.int64],
    symmetries: NDArray[np.int64],
    board: BoardArrays,
    workspace: Workspace,
    planes: NDArray[np.uint8],
    targets: NDArray[np.int32],
) -> None:
    """Fills a batch: ``planes`` uint8 [B, 361, 48], ``targets`` int32 [B].

    ``positions``, ``symmetries``: int64 [B], not checked. ``board``, ``workspace`` are
    written over.
    """
    for b in range(len(positions)):
        game = _game_of(positions[b], games.cumulative)
        turns = games.codes[games.starts[game] : games.ends[game]]
        move = _find_target(turns, positions[b] - games.cumulative[game])
        targets[b] = _lay_out(board, turns, move, symmetries[b])
        fill_planes(board, workspace, planes[b])


@kernel
def fill_samples_and_sequels(
    games: Games,
    positions: NDArray[np.int64],
    symmetries: NDArray[np.int64],
    board: BoardArrays,
    workspace: Workspace,
    planes: NDArray[np.uint8],
    targets: NDArray[np.int32],
    later: NDArray[np.int32],
    owners: NDArray[np.int8],
) -> None:
    """As ``fill_samples``, and what came of them, from one replay of each game.

    ``later``: int32 [B, n], ``owners``: int8 [B, 361]; see ``dataset.Sequels``.
    """
    for b in range(len(positions)):
        game = _game_of(positions[b], games.cumulative)
        turns = games.codes[games.starts[game] : games.ends[game]]
        move = _find_target(turns, positions[b] - games.cumulative[game])
        targets[b] = _lay_out(board, turns, move, symmetries[b])
        fill_planes(board, workspace, planes[b])
        _fill_sequel(board, turns, move, symmetries[b], later[b], owners[b])


@kernel
def fill_move_numbers(
    games: Games,
    positions: NDArray[np.int64],
    of_games: NDArray[np.int64],
    numbers: NDArray[np.int64],
) -> None:
    """Fills int64 [B] each: the games of ``positions``, and their move numbers.

    A move number counts the turns of a game, passes included; 1 is the first.
    """
    for b in range(len(positions)):
        game = _game_of(positions[b], games.cumulative)
        turns = games.codes[games.starts[game] : games.ends[game]]
        move = _find_target(turns, positions[b] - games.cumulative[game])
        number = 1
        for i in range(move):
            number += turns[i] & SETUP_BIT == 0
        of_games[b] = game
        numbers[b] = number


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


def mark_all_games(
    codes: NDArray[np.uint16], starts: NDArray[np.int64], targets: NDArray[np.int64]
) -> bool:
    """``mark_games`` on all cores; some 10 million moves a second and core.

    ``starts``: int64 [G+1], the games' beginnings and the end of the last.
    """
    n_parts = os.cpu_count() or 1
    parts = (
        np.array_split(each, n_parts) for each in (starts[:-1], starts[1:], targets)
    )
    with ThreadPoolExecutor(n_parts) as pool:
        return all(
            pool.map(
                lambda begins, ends, counts: mark_games(
                    codes, begins, ends, counts, new_board()
                ),
                *parts,
            )
        )
