"""Which neutral points lie within a seki, and which are dame that one may fill. Pure.

A group is all chains of a color that hold together by their own territory or by a
common liberty. One with two eyes, or with an eye of four points, lives on its own and
can fill the dame beside it. Where none of the groups around a neutral region does,
nobody can fill it: a seki. So it is told from the position alone, without reading.

Source: Japanese rules 1989, Article 8 (stones that live and have dame are in seki; what
they surround is no territory), with dame that can be filled taken for filled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import EMPTY, POINTS
from gopolicy.go.rules import NEIGHBORS

#: An eye of so many points holds two.
_LARGE_EYE = 4


@dataclass(frozen=True, slots=True)
class Seki:
    """``neutral``: points of nobody that no side can fill. ``eyes``: points that groups
    in seki surround, which are no territory by Japanese rules."""

    neutral: frozenset[int] = frozenset()
    eyes: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Part:
    """A chain or an empty region: its ``points``, and the parts that it touches."""

    color: int
    points: list[int]
    beside: set[int] = field(default_factory=set)


def find_seki(stones: NDArray[np.int8], owners: NDArray[np.int8]) -> Seki:
    """The seki of a board that is counted.

    ``stones``: int8 [361], without the dead ones. ``owners``: int8 [361], as
    ``scoring.count_owners`` has them.
    """
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
    return Seki(frozenset(neutral), frozenset(inside))


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
