"""The score of a position whose dead stones are known, by area or by territory.

Exact counting, no judgement: which stones are dead is the caller's to say, as players
do at the end of a game; ``playouts.judge`` gives an opinion. Knows positions only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import RULES, Rules
from gopolicy.errors import ConfigError, phrase
from gopolicy.go.coords import BLACK, EMPTY, PASS, POINTS, WHITE, check_point
from gopolicy.go.jit import Int, kernel
from gopolicy.go.pointsets import (
    WORDS,
    add_neighbors,
    add_set,
    copy_set,
    count_both,
    fill_where,
    keep_set,
)
from gopolicy.go.rules import NEIGHBORS, WALL, BoardArrays, clear_board, new_board
from gopolicy.go.turns import (
    ERASE_BIT,
    POINT_MASK,
    SETUP_BIT,
    WHITE_BIT,
    code_color,
    play_code,
)

if TYPE_CHECKING:
    from gopolicy.go.position import Position

#: An eye of so many points holds two.
_LARGE_EYE: Final = 4


@dataclass(frozen=True, slots=True)
class Seki:
    """``stones``: in seki. ``neutral``: points of nobody that no side can fill.
    ``eyes``: points that they surround, which are no territory by Japanese rules;
    ``lead``: how many more of these are Black's."""

    stones: frozenset[int] = frozenset()
    neutral: frozenset[int] = frozenset()
    eyes: frozenset[int] = frozenset()
    lead: int = 0


@dataclass(slots=True)
class _Part:
    """A chain or an empty region: its ``points``, and the parts that it touches."""

    color: int
    points: list[int]
    beside: set[int] = field(default_factory=set)


def check_rules(rules: str) -> Rules:
    """``rules`` itself, when there are such rules.

    Raises: ConfigError otherwise.
    """
    for known in RULES:
        if rules == known:
            return known
    raise ConfigError(
        phrase(
            "setting 'rules' is {rules!r}; allowed: {allowed}",
            rules=rules,
            allowed=", ".join(RULES),
        )
    )


def count_owners(
    position: Position, dead: Collection[int] = frozenset()
) -> NDArray[np.int8]:
    """int8 [361]: whose each point is, BLACK, WHITE or EMPTY, without ``dead`` stones.

    A stone owns its point; an empty region belongs to the color that alone borders it.

    Raises: VertexError when ``dead`` names a point off the board.
    """
    stones = position.stones
    stones[[check_point(point) for point in dead]] = EMPTY
    owners = np.empty(POINTS, np.int8)
    fill_owners(stones, owners)
    return owners


def final_score(
    position: Position,
    *,
    komi: float,
    dead: Collection[int] = frozenset(),
    rules: Rules = "area",
) -> float:
    """Black's lead in points, komi subtracted, once ``dead`` stones are taken off.

    Points that are surrounded within a seki count; see ``Seki``.

    Raises: ConfigError for unknown ``rules``.
    """
    lead = int(count_owners(position, dead).sum())
    return lead + rules_difference(position, rules) - komi


def rules_difference(position: Position, rules: Rules) -> int:
    """What turns a lead in stones and surrounded points into one by ``rules``.

    Each stone ever put on the board is one point of area or one prisoner of the
    opponent, so territory is area less the stones that Black put there more.

    Raises: ConfigError for unknown ``rules``.
    """
    if check_rules(rules) == "territory":
        return -int(_count_stones_put(position.codes, new_board()))
    return -handicap_points(position, rules)


def handicap_points(position: Position, rules: Rules) -> int:
    """White's points for Black's handicap stones, by ``rules``."""
    if rules in ("territory", "tromp-taylor"):
        return 0
    stones = handicap_stones(position)
    return max(0, stones - 1) if rules == "aga" else stones


def handicap_stones(position: Position) -> int:
    """Black's setup stones and moves before White's first move, two or more, else 0.

    Moves count as KataGo counts them: White may pass between them; where White plays
    twice on end after them, both set up a position by moves. Nor is it a handicap where
    White's stones are set up, or stones in mid-game.
    """
    codes = position.codes
    setup = codes[codes & SETUP_BIT != 0]
    is_edited = bool(len(setup)) and not codes[len(setup) - 1] & SETUP_BIT
    if is_edited or (setup & (WHITE_BIT | ERASE_BIT)).any():
        return 0
    stones = len(setup) + _count_first_moves(position.moves)
    return stones if stones >= 2 else 0


def _count_first_moves(moves: Sequence[tuple[int, int]]) -> int:
    """Black's stones before White's first one; see ``handicap_stones``."""
    stones = 0
    for number, (color, point) in enumerate(moves, 1):
        if color == BLACK:
            stones += point != PASS
        elif number < len(moves) and moves[number][0] != BLACK:
            return 0
        elif point != PASS:
            break
    return stones


def find_seki(position: Position, dead: Collection[int] = frozenset()) -> Seki:
    """The seki of a game that is over, once ``dead`` stones are taken off.

    A group is all chains of a color that hold together by their own territory or by a
    common liberty. One with two eyes, or with an eye of four points, lives on its own
    and can fill the dame beside it. Where none of the groups around a neutral region
    does, nobody can fill it: a seki. So it is told from the position alone, without
    reading.

    Source: Japanese rules 1989, Article 8 (stones that live and have dame are in seki;
    what they surround is no territory), with dame that can be filled taken for filled.

    Raises: VertexError when ``dead`` names a point off the board.
    """
    owners = count_owners(position, dead)
    stones = position.stones
    stones[list(dead)] = EMPTY
    parts, part_at = _split(stones)
    groups = _join(parts, part_at, owners)
    eyes: dict[int, list[int]] = {}
    for number, part in enumerate(parts):
        if part.color == EMPTY and owners[part.points[0]] != EMPTY and part.beside:
            eyes.setdefault(groups[min(part.beside)], []).append(number)
    alone = {
        group
        for group, regions in eyes.items()
        if len(regions) > 1 or len(parts[regions[0]].points) >= _LARGE_EYE
    }
    neutral: set[int] = set()
    weak: set[int] = set()
    for part in parts:
        if part.color != EMPTY or owners[part.points[0]] != EMPTY:
            continue
        around = {groups[chain] for chain in part.beside}
        if around and not around & alone:
            neutral |= set(part.points)
            weak |= around
    inside = [p for group in weak for n in eyes.get(group, ()) for p in parts[n].points]
    held = [
        p
        for chain, group in groups.items()
        if group in weak
        for p in parts[chain].points
    ]
    lead = int(owners[inside].sum())
    return Seki(frozenset(held), frozenset(neutral), frozenset(inside), lead)


def _split(stones: NDArray[np.int8]) -> tuple[list[_Part], list[int]]:
    """Chains and empty regions, and which of them each point is in."""
    colors = stones.tolist()
    parts: list[_Part] = []
    part_at = [-1] * POINTS
    for start in range(POINTS):
        if part_at[start] >= 0:
            continue
        part_at[start] = len(parts)
        part = _Part(colors[start], [start])
        for point in part.points:  # it grows meanwhile
            for other in _neighbors(point):
                if colors[other] == part.color and part_at[other] < 0:
                    part_at[other] = len(parts)
                    part.points.append(other)
        parts.append(part)
    for number, part in enumerate(parts):
        near = {part_at[n] for point in part.points for n in _neighbors(point)}
        part.beside = near - {number}
    return parts, part_at


def _neighbors(point: int) -> list[int]:
    return [n for n in NEIGHBORS[point].tolist() if n < POINTS]


def _join(
    parts: list[_Part], part_at: list[int], owners: NDArray[np.int8]
) -> dict[int, int]:
    """The group of each chain: the number of one of its chains."""
    group = {n: n for n, part in enumerate(parts) if part.color != EMPTY}

    def find(chain: int) -> int:
        while group[chain] != chain:
            chain = group[chain]
        return chain

    def join(chains: Iterable[int]) -> None:
        first, *others = {find(chain) for chain in chains}
        for other in others:
            group[other] = first

    for part in parts:
        if part.color != EMPTY or not part.beside:
            continue
        if owners[part.points[0]] != EMPTY:
            join(part.beside)
            continue
        for point in part.points:
            for color in (1, -1):
                near = {part_at[n] for n in _neighbors(point)}
                same = [n for n in near if parts[n].color == color]
                if same:
                    join(same)
    return {chain: find(chain) for chain in group}


def format_score(lead: float) -> str:
    """A result as GTP and SGF write it: "B+3.5", "W+12", "0"."""
    if lead == 0:
        return "0"
    return f"{'B' if lead > 0 else 'W'}+{abs(lead):g}"


@kernel
def fill_owners(stones: NDArray[np.int8], owners: NDArray[np.int8]) -> None:
    """``owners``: int8 [361]; see ``count_owners``. ``stones``: int8 [361] or [362]."""
    sets = np.empty((4, WORDS), np.uint64)
    black, white, empty, grown = sets[0], sets[1], sets[2], sets[3]
    fill_where(stones, BLACK, black)
    fill_where(stones, WHITE, white)
    fill_where(stones, EMPTY, empty)
    _spread(black, empty, grown)
    _spread(white, empty, grown)
    for point in range(POINTS):
        w, bit = point >> 6, np.uint64(point & 63)
        is_black = np.int8((black[w] >> bit) & np.uint64(1))
        is_white = np.int8((white[w] >> bit) & np.uint64(1))
        owners[point] = is_black - is_white


@kernel
def _spread(
    points: NDArray[np.uint64], empty: NDArray[np.uint64], grown: NDArray[np.uint64]
) -> None:
    """Adds to ``points`` all that they reach through ``empty``; uint64 [6] each.

    ``grown`` is scratch.
    """
    before = -1
    count = count_both(points, points)
    while count > before:
        before = count
        copy_set(grown, points)
        add_neighbors(grown, points)
        keep_set(grown, empty)
        add_set(points, grown)
        count = count_both(points, points)


@kernel
def _count_stones_put(codes: NDArray[np.uint16], board: BoardArrays) -> Int:
    """Stones that Black put on the board, by move or setup, minus White's.

    A stone that setup replaces or takes away was never there. ``board`` is scratch.
    """
    clear_board(board)
    difference = 0
    for k in range(len(codes)):
        code = np.int64(codes[k])
        point = code & POINT_MASK
        if code & SETUP_BIT:
            difference -= board.stones[point]
        if point < POINTS and not code & ERASE_BIT:
            difference += code_color(code)
        play_code(board, code)
    return difference


@kernel
def owner_at(board: BoardArrays, point: Int) -> Int:
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
