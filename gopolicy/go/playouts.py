"""Fast random playouts, and what they tell of a position: who owns what, and the score.

A playout plays random moves to the end: it answers ataris, fills no own eye and puts
no chain into atari unless it may kill by it. ``judge`` plays some hundreds of them and
says which points and stones are whose. Knows the rules and positions; no network.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import Rules
from gopolicy.errors import ConfigError
from gopolicy.go.coords import EMPTY, PASS, POINTS
from gopolicy.go.jit import Int, kernel
from gopolicy.go.ladders import add_rescues
from gopolicy.go.pointsets import BIT, WORDS, first_point, popcount, take_first
from gopolicy.go.rules import (
    BOARD_DTYPE,
    NEIGHBORS,
    TO_PLAY,
    WALL,
    BoardArrays,
    copy_board,
    is_legal,
    is_repeated,
    is_true_eye,
    new_record,
    play_move,
)
from gopolicy.go.scoring import count_owners, rules_difference

if TYPE_CHECKING:
    from gopolicy.go.position import Position

#: Turns after which a playout stops; a playout from the empty board takes some 450.
MAX_TURNS: Final = 3 * POINTS
#: A chain whose color owns its points by less than this, from 1 to -1, is dead.
DEAD_BELOW: Final = 0.0
#: Ownership from which a point is somebody's, though no line of stones shuts it off.
OWNED_FROM: Final = 0.75
#: A point is contested when neither color owns it in three of four playouts; a game
#: with at most so many such empty points can be counted. Real games end with 0 to 22.
CONTESTED: Final = 0.5
MAX_CONTESTED: Final = 40
#: Of eight times, how often an atari is answered.
_ANSWERS: Final = 7
#: Self-atari with more stones kills nothing: six is the largest killing shape.
_LARGEST_KILLING_SHAPE: Final = 6


class Game(Protocol):
    """A playout in progress; one numpy record.

    ``board``: as the rules keep it. ``empties``: int16 [361], the empty points, the
    first ``n_empties`` (int32 [1]) of them valid. ``options``: uint64 [6], scratch.
    ``random``: uint64 [1], the generator's state, never 0.
    """

    board: BoardArrays
    empties: NDArray[np.int16]
    n_empties: NDArray[np.int32]
    options: NDArray[np.uint64]
    random: NDArray[np.uint64]


GAME_DTYPE: Final = np.dtype(
    [
        ("board", BOARD_DTYPE),
        ("empties", np.int16, (POINTS,)),
        ("n_empties", np.int32, (1,)),
        ("options", np.uint64, (WORDS,)),
        ("random", np.uint64, (1,)),
    ],
    align=True,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What playouts make of a position.

    ``ownership``: float32 [361], from +1 (Black's in all playouts) to -1 (White's).
    ``score``: Black's lead in points, komi subtracted; 0 is a jigo.
    ``contested``: empty points that neither color owns in three of four playouts.
    ``black_winrate``: share of playouts that Black wins, between 0 and 1.
    ``dead``: points of stones that most playouts take off the board.
    """

    ownership: NDArray[np.float32]
    score: float
    contested: int
    black_winrate: float
    dead: frozenset[int]


@kernel
def _next_below(game: Game, n: Int) -> Int:
    """A random number 0..n-1, for n below 2**24. Source: Marsaglia's xorshift64."""
    x = game.random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    game.random[0] = x
    return (np.int64(x >> np.uint64(40)) * n) >> 24


@kernel
def _list_empties(game: Game) -> None:
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
def _liberties_after(board: BoardArrays, point: Int, color: Int) -> Int:
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
    """Whether the chain after a self-atari is a shape that leaves one eye if taken.

    One to three stones; of four the square and the T, of five the bulky five and the
    cross, of six the rabbity six, told apart by how many of their stones touch.
    """
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
        if size > _LARGEST_KILLING_SHAPE:
            return False
        stone = head
        while True:
            degree = _degree(board, stone, point, color)
            pairs += degree
            largest = max(largest, degree)
            stone = np.int64(board.next_stone[stone])
            if stone == head:
                break
    if size <= 3:
        return True
    pairs >>= 1
    if size == 4:
        return bool(pairs == 4 or largest == 3)
    if size == 5:
        return bool(pairs == 5 or largest == 4)
    return bool(pairs == 6 and largest == 4)


@kernel
def is_sane(board: BoardArrays, point: Int, color: Int) -> bool:
    """Whether a playout may play there: legal, no own eye filled, no idle self-atari.

    ``point`` is empty.
    """
    if not is_legal(board, point, color) or is_true_eye(board, point, color):
        return False
    if _liberties_after(board, point, color) > 1:
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
                and _liberties_after(board, point, color) >= 2
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
        k = _next_below(game, left)
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
def _choose(game: Game, last: Int) -> Int:
    """The next move of a playout, already off the list of empty points."""
    if last != PASS and _next_below(game, 8) < _ANSWERS:
        point = _take_last(game.board, last)
        if point == PASS:
            point = _rescue(game, last)
        if point != PASS:
            _drop_empty(game, point)
            return point
    return _choose_anywhere(game)


@kernel
def _play_out(game: Game, last: Int) -> Int:
    """Plays until both sides pass; returns the number of turns. ``last``: or PASS."""
    _list_empties(game)
    passes = 0
    turns = 0
    while passes < 2 and turns < MAX_TURNS:
        point = _choose(game, last)
        taken = play_move(game.board, point, np.int64(game.board.state[TO_PLAY]))
        if taken > 0:
            _list_empties(game)
        passes = passes + 1 if point == PASS else 0
        last = point
        turns += 1
    return turns


@kernel
def _owner(board: BoardArrays, point: Int) -> Int:
    """Whose a point is at the end of a playout: the stone's, or the eye's."""
    if board.stones[point] != EMPTY:
        return np.int64(board.stones[point])
    owner: Int = EMPTY
    for i in range(4):
        stone = board.stones[NEIGHBORS[point, i]]
        if stone in (EMPTY, WALL):
            continue
        if owner == -stone:
            return EMPTY
        owner = np.int64(stone)
    return owner


@kernel
def _run_playouts(
    start: BoardArrays,
    last: Int,
    seeds: NDArray[np.uint64],
    game: Game,
    ownership: NDArray[np.int32],
    leads: NDArray[np.int32],
) -> Int:
    """Plays ``start`` to the end once for each seed; returns the number of turns.

    ``ownership``: int32 [361], to which each end adds its owners. ``leads``: int32
    [seeds], Black's points on the board minus White's.
    """
    turns: Int = 0
    for k in range(len(seeds)):
        copy_board(start, game.board)
        game.random[0] = seeds[k]
        turns += _play_out(game, last)
        lead = 0
        for point in range(POINTS):
            owner = _owner(game.board, point)
            ownership[point] += owner
            lead += owner
        leads[k] = lead
    return turns


def judge(
    position: Position,
    *,
    komi: float,
    playouts: int = 256,
    seed: int = 0,
    rules: Rules = "area",
) -> Judgement:
    """Judges ``position`` by so many playouts; the same ``seed`` gives the same answer.

    ``score`` is the count on the board once the game is over but for a few points,
    else the mean of the playouts. The playouts run on as many cores as there are.

    Raises: ConfigError for unknown ``rules`` or no playouts; IllegalMoveError for setup
    stones without a liberty.
    """
    if playouts < 1:
        raise ConfigError(f"setting 'playouts' is {playouts!r}; it must be at least 1")
    difference = rules_difference(position, rules) - komi
    sums, leads, _ = run_playouts(position, playouts, seed=seed)
    ownership = (sums / playouts).astype(np.float32)
    dead = _dead_stones(position, ownership)
    empty = position.stones == EMPTY
    contested = int(np.count_nonzero(np.abs(ownership[empty]) < CONTESTED))
    over = contested <= MAX_CONTESTED
    lead = _count_lead(position, ownership, dead) if over else leads.mean()
    wins = leads + difference
    return Judgement(
        ownership=ownership,
        score=float(lead + difference),
        contested=contested,
        black_winrate=float((wins > 0).mean() + (wins == 0).mean() / 2),
        dead=dead,
    )


def run_playouts(
    position: Position, playouts: int, *, seed: int = 0
) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """Plays ``position`` out; the sums of the owners, Black's leads, all turns played.

    int32 [361], int32 [playouts] (by area, without komi), turns.

    Raises: IllegalMoveError for setup stones without a liberty.
    """
    generator = np.random.default_rng(seed)
    seeds = generator.integers(1, 2**64, size=playouts, dtype=np.uint64)
    parts = np.array_split(seeds, min(os.cpu_count() or 1, playouts))
    if len(parts) == 1:
        ends = [play_outs(position, parts[0])]
    else:
        with ThreadPoolExecutor(len(parts)) as pool:
            ends = list(pool.map(lambda part: play_outs(position, part), parts))
    ownership = np.zeros(POINTS, np.int32)
    for sums, _, _ in ends:
        ownership += sums
    leads = np.concatenate([part for _, part, _ in ends])
    return ownership, leads, sum(turns for _, _, turns in ends)


def play_outs(
    position: Position, seeds: NDArray[np.uint64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """What ``run_playouts`` gives, of a playout for each seed, on one core.

    Raises: IllegalMoveError for setup stones without a liberty.
    """
    position.check_chains()
    ownership = np.zeros(POINTS, np.int32)
    leads = np.empty(len(seeds), np.int32)
    last = position.last_move
    turns = _run_playouts(
        position.board,
        PASS if last is None else last,
        seeds,
        new_record(GAME_DTYPE),
        ownership,
        leads,
    )
    return ownership, leads, int(turns)


def _dead_stones(position: Position, ownership: NDArray[np.float32]) -> frozenset[int]:
    """The stones of chains that the playouts take more often than not."""
    stones = position.stones
    dead: list[int] = []
    for head in np.unique(position.board.chain[stones != EMPTY]):
        chain = (position.board.chain == head) & (stones != EMPTY)
        kept = ownership[chain].mean() * stones[head]
        if kept < DEAD_BELOW:
            dead += np.flatnonzero(chain).tolist()
    return frozenset(dead)


def _count_lead(
    position: Position, ownership: NDArray[np.float32], dead: frozenset[int]
) -> int:
    """Black's lead by area of a game that is over.

    A region that both sides border is dame, but for the points that have an owner.
    """
    owners = count_owners(position, dead)
    shared = (owners == EMPTY) & (np.abs(ownership) >= OWNED_FROM)
    owners[shared] = np.sign(ownership[shared])
    return int(owners.sum())
