"""What kinds of games are in a dataset, and which games two of them share.

Told from the turn codes and the columns of a ``Dataset``, without replaying a game, so
a million games take seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.data.dataset import Dataset
from gopolicy.go.coords import PASS, POINTS, SYMMETRIES, format_vertex
from gopolicy.go.turns import POINT_MASK, SETUP_BIT

#: Kinds that are counted one by one; what is rarer is one sum.
MOST_COMMON: Final = 10
#: The first moves by which openings are told apart.
OPENING_MOVES: Final = 2

_CODES: Final = 1 << 12  # of which a turn code is one
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)  # odd, so that powers never vanish
_AT_ONCE: Final = 1 << 20  # codes


def take_census(data: Dataset, hashes: NDArray[np.uint64]) -> dict[str, Any]:
    """Counts of komi, handicap, endings and openings, as JSON values.

    ``hashes``: the ``board_hashes`` of ``data``.

    "komi", "handicap": games by their value as text, "unknown" where none is named.
    "ends": by the passes that end the record: two mean that it was played to the end.
    "openings": by the first moves, turned and mirrored so that the first lies in the
    upper right; ``MOST_COMMON`` of each kind. "same_games": those that another one of
    them repeats, turned or mirrored perhaps.
    """
    komi = [
        f"{value:g}" if value == value else "unknown" for value in _column(data, "komi")
    ]
    handicap = [str(int(value)) for value in _column(data, "handicap")]
    return {
        "komi": _most_common(komi),
        "handicap": _most_common(handicap),
        "ends": _most_common(_ends(data)),
        "openings": _most_common(_openings(data)),
        "same_games": len(hashes) - len(np.unique(hashes)),
    }


def count_shared(collections: Sequence[NDArray[np.uint64]]) -> list[list[int]]:
    """How many games of collection [row] are in collection [column], turned perhaps.

    ``collections``: the ``board_hashes`` of each.
    """
    return [
        [int(np.isin(own, other).sum()) for other in collections] for own in collections
    ]


def board_hashes(data: Dataset) -> NDArray[np.uint64]:
    """A number for each game, the same for its turned and mirrored images, [G].

    Equal numbers mean equal games but for one pair of different ones in some 10^19.
    """
    rng = np.random.Generator(np.random.Philox(0))
    words = rng.integers(1 << 63, size=_CODES, dtype=np.uint64) * np.uint64(
        2
    ) + np.uint64(1)
    codes = np.arange(_CODES)
    point = np.minimum(codes & POINT_MASK, POINTS)
    images = [words[codes & ~POINT_MASK | table[point]] for table in SYMMETRIES]
    parts = [np.empty(0, np.uint64)]
    offsets = data.offsets
    for first, last in _parts(offsets):
        starts = offsets[first:last]
        ends = offsets[first + 1 : last + 1]
        part = data.join_games(first, last)
        turns = np.arange(len(part)) - np.repeat(starts - starts[0], ends - starts)
        powers = _powers(int(turns.max(initial=0)) + 1)[turns]
        sums = [
            np.add.reduceat(image[part] * powers, starts - starts[0])
            for image in images
        ]
        parts.append(np.min(sums, axis=0))
    return np.concatenate(parts)


def _parts(starts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Ranges of games of some ``_AT_ONCE`` codes each."""
    first = 0
    while first < len(starts) - 1:
        last = int(np.searchsorted(starts, starts[first] + _AT_ONCE, side="right")) - 1
        last = min(max(last, first + 1), len(starts) - 1)
        yield first, last
        first = last


def _powers(count: int) -> NDArray[np.uint64]:
    """1, f, f^2, ... modulo 2^64."""
    powers: NDArray[np.uint64] = np.cumprod(
        np.concatenate([np.ones(1, np.uint64), np.full(count - 1, _FACTOR)]),
        dtype=np.uint64,
    )
    return powers


def _column(data: Dataset, name: str) -> list[float]:
    return [float(value) for value in np.asarray(data.columns[name]).tolist()]


def _ends(data: Dataset) -> list[str]:
    """How each record ends."""
    names = ("a move", "one pass", "two passes")
    ends = []
    for index in range(data.n_games):
        last = data.game(index)[-2:]
        passes = 0
        for code in reversed(last.tolist()):
            if code & SETUP_BIT or code & POINT_MASK != PASS:
                break
            passes += 1
        ends.append(names[passes])
    return ends


def _openings(data: Dataset) -> list[str]:
    """The first moves of each game, "Q16 D4"; games with setup or handicap apart."""
    openings = []
    for index in range(data.n_games):
        first = data.game(index)[:OPENING_MOVES].tolist()
        if any(code & SETUP_BIT for code in first):
            openings.append("setup stones")
            continue
        points = [code & POINT_MASK for code in first]
        openings.append(" ".join(format_vertex(point) for point in _upright(points)))
    return openings


def _upright(points: list[int]) -> list[int]:
    """``points`` turned and mirrored: the first to the upper right, over the diagonal.

    Of images that are alike in this the one that is so for the next point, and so on.
    """
    images = [[int(table[point]) for point in points] for table in SYMMETRIES]
    return min(images, key=lambda image: [_far_from_corner(point) for point in image])


def _far_from_corner(point: int) -> tuple[int, int]:
    """Sorts points: those far over the diagonal to the upper right come first."""
    if point == PASS:
        return (0, 0)
    row, column = divmod(point, 19)
    return (row - column, row)


def _most_common(values: Sequence[str]) -> dict[str, int]:
    """Counts, the largest first; what is beyond ``MOST_COMMON`` under "others"."""
    counts = Counter(values).most_common()
    shown = dict(counts[:MOST_COMMON])
    rest = sum(count for _, count in counts[MOST_COMMON:])
    return {**shown, "others": rest} if rest else shown
