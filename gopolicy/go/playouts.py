"""Many playouts, and what they tell of a position: who owns what, and the score.

``judge`` plays some hundreds and says which points and stones are whose. ``judge_end``
takes more time, for the count: where careful playouts do not agree on a chain, and the
game is over but for a few points, a tree search decides, and somebody else's opinion is
heard, as that of a network. Knows the rules and positions; no network itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import Rules
from gopolicy.errors import ConfigError, phrase
from gopolicy.go.coords import BLACK, EMPTY, PASS, POINTS, WHITE
from gopolicy.go.jit import Int, long_kernel
from gopolicy.go.position import Position
from gopolicy.go.randomplay import CAREFUL, GAME_DTYPE, QUICK, Game, play_out
from gopolicy.go.rules import BoardArrays, copy_board, new_record
from gopolicy.go.scoring import count_owners, find_seki, owner_at, rules_difference
from gopolicy.go.treesearch import search_part, undecided_parts

Found = TypeVar("Found")

#: A chain whose color owns its points by less than this, from 1 to -1, is dead.
DEAD_BELOW: Final = 0.0
#: Ownership from which a point is somebody's, though no line of stones shuts it off.
OWNED_FROM: Final = 0.75
#: A point is contested when neither color owns it in three of four playouts; a game
#: with at most so many such empty points can be counted. Real games end with 0 to 22.
CONTESTED: Final = 0.5
MAX_CONTESTED: Final = 40
#: Simulations for each color that moves first, shared by the undecided parts, of which
#: so many are searched. They take as long as some 6,000 playouts.
_SIMULATIONS: Final = 3000
_MOST_PARTS: Final = 4
#: What another's opinion weighs beside the playouts and the search.
_OPINION: Final = np.float32(0.3)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What playouts, or whoever knows better, make of a position.

    ``ownership``: float32 [361], from +1 (Black's in all playouts) to -1 (White's).
    ``score``: Black's lead in points, komi subtracted; 0 is a jigo.
    ``contested``: empty points that neither color owns in three of four playouts.
    ``black_winrate``: share of playouts that Black wins, between 0 and 1; of an
    ownership without playouts, 0, 0.5 or 1. ``dead``: points of stones that are taken
    off the board in most of them.
    """

    ownership: NDArray[np.float32]
    score: float
    contested: int
    black_winrate: float
    dead: frozenset[int]

    @property
    def is_over(self) -> bool:
        """Whether the game can be counted: but for a few points, all are somebody's."""
        return self.contested <= MAX_CONTESTED


@long_kernel
def _run_playouts(
    start: BoardArrays,
    last: Int,
    seeds: NDArray[np.uint64],
    style: Int,
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
        turns += play_out(game, last, style)
        lead = 0
        for point in range(POINTS):
            owner = owner_at(game.board, point)
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
    difference = rules_difference(position, rules) - komi
    ownership, leads = _play_out_all(position, playouts, seed=seed, style=QUICK)
    return _conclude(position, ownership, leads, difference=difference)


def judge_end(
    position: Position,
    *,
    komi: float,
    playouts: int = 256,
    seed: int = 0,
    rules: Rules = "area",
    opinion: NDArray[np.float32] | None = None,
) -> Judgement:
    """As ``judge``, but several times slower, and rarely wrong about a finished game.

    ``opinion``: what somebody else makes of the ownership, as ``count_by`` takes it; it
    counts beside the playouts and the search when the game is over.

    Raises: as ``judge``.
    """
    difference = rules_difference(position, rules) - komi
    ownership, leads = _play_out_all(position, playouts, seed=seed, style=CAREFUL)
    if _count_contested(position, ownership) <= MAX_CONTESTED:
        ownership = _searched(position, ownership, seed)
        if opinion is not None:
            ownership = ownership + _OPINION * (opinion - ownership)
    judged = _conclude(position, ownership, leads, difference=difference)
    return _without_seki(position, judged, rules)


def count_by(
    position: Position,
    ownership: NDArray[np.float32],
    *,
    komi: float,
    rules: Rules = "area",
) -> Judgement:
    """The judgement of a game that is over by somebody else's ``ownership``.

    float32 [361], from +1 (Black's) to -1 (White's), as of ``policy.OwnerNetwork``.

    Raises: ConfigError for unknown ``rules``.
    """
    difference = rules_difference(position, rules) - komi
    leads = np.array([round(float(ownership.sum()))], np.int32)
    judged = _conclude(position, ownership, leads, difference=difference)
    return _without_seki(position, judged, rules)


def _without_seki(position: Position, judged: Judgement, rules: Rules) -> Judgement:
    """By territory, what a seki surrounds at the end of a game is nobody's."""
    if rules != "territory" or not judged.is_over:
        return judged
    seki = find_seki(position, judged.dead)
    return replace(judged, score=judged.score - seki.lead)


def compile_kernels() -> None:
    """Loads and compiles all that the first count would have to wait for.

    Much longer than what the first move waits for: best done behind it.
    """
    position = Position()
    run_playouts(position, 2)
    search_part(position, position.stones == EMPTY, BLACK, simulations=2, seed=1)


def _play_out_all(
    position: Position, playouts: int, *, seed: int, style: int
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """The mean owners, float32 [361], and Black's leads, of playouts."""
    if playouts < 1:
        raise ConfigError(
            phrase(
                "setting 'playouts' is {playouts!r}; it must be at least 1",
                playouts=playouts,
            )
        )
    sums, leads, _ = run_playouts(position, playouts, seed=seed, style=style)
    return (sums / playouts).astype(np.float32), leads


def _conclude(
    position: Position,
    ownership: NDArray[np.float32],
    leads: NDArray[np.int32],
    *,
    difference: float,
) -> Judgement:
    """The judgement of ownership and leads; ``difference``: by rules and komi."""
    dead = _dead_stones(position, ownership)
    contested = _count_contested(position, ownership)
    over = contested <= MAX_CONTESTED
    lead = owners_by(position, ownership, dead).sum() if over else leads.mean()
    wins = leads + difference
    return Judgement(
        ownership=ownership,
        score=float(lead + difference),
        contested=contested,
        black_winrate=float((wins > 0).mean() + (wins == 0).mean() / 2),
        dead=dead,
    )


def _count_contested(position: Position, ownership: NDArray[np.float32]) -> int:
    empty = position.stones == EMPTY
    return int(np.count_nonzero(np.abs(ownership[empty]) < CONTESTED))


def _searched(
    position: Position, ownership: NDArray[np.float32], seed: int
) -> NDArray[np.float32]:
    """``ownership``, but in undecided parts the mean of it and of two searches.

    In each of them another color moves first. Players stop where it does not matter
    who does, and where they know better than both, the playouts still count.
    """
    parts = undecided_parts(position, ownership)[:_MOST_PARTS]
    tasks = [(part, color) for part in parts for color in (BLACK, WHITE)]
    searches = [
        partial(
            search_part,
            position,
            part,
            color,
            simulations=_SIMULATIONS // len(parts),
            seed=2 * (seed + 1) + number,
        )
        for number, (part, color) in enumerate(tasks)
    ]
    found = _on_all_cores(searches)
    mean = ownership.copy()
    for part, *both in zip(parts, found[::2], found[1::2], strict=True):
        mean[part] = np.mean([ownership, *both], axis=0)[part]
    return mean


def run_playouts(
    position: Position, playouts: int, *, seed: int = 0, style: int = QUICK
) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """Plays ``position`` out; the sums of the owners, Black's leads, all turns played.

    int32 [361], int32 [playouts] (by area, without komi), turns. ``style``: see
    ``randomplay``.

    Raises: IllegalMoveError for setup stones without a liberty.
    """
    generator = np.random.default_rng(seed)
    seeds = generator.integers(1, 2**64, size=playouts, dtype=np.uint64)
    parts = np.array_split(seeds, min(os.cpu_count() or 1, playouts))
    ends = _on_all_cores(
        [partial(play_outs, position, part, style=style) for part in parts]
    )
    ownership = np.zeros(POINTS, np.int32)
    for sums, _, _ in ends:
        ownership += sums
    leads = np.concatenate([part for _, part, _ in ends])
    return ownership, leads, sum(turns for _, _, turns in ends)


def _on_all_cores(tasks: Sequence[Callable[[], Found]]) -> list[Found]:
    """What each of ``tasks`` gives."""
    cores = min(os.cpu_count() or 1, len(tasks))
    if cores < 2:
        return [task() for task in tasks]
    with ThreadPoolExecutor(cores) as pool:
        return list(pool.map(lambda task: task(), tasks))


def play_outs(
    position: Position, seeds: NDArray[np.uint64], *, style: int = QUICK
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
        style,
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


def owners_by(
    position: Position, ownership: NDArray[np.float32], dead: frozenset[int]
) -> NDArray[np.int8]:
    """int8 [361]: whose each point is in a game that is over, without ``dead`` stones.

    A region that both sides border is dame, but for the points that have an owner by
    ``ownership``, float32 [361].
    """
    owners = count_owners(position, dead)
    shared = (owners == EMPTY) & (np.abs(ownership) >= OWNED_FROM)
    owners[shared] = np.sign(ownership[shared])
    return owners
