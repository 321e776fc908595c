"""Sets of points as 361 bits in six words, and what the machine does with words.

Bit p % 64 of word p // 64 is point p. Used by all kernels; knows nothing of Go.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BOARD_SIZE, PASS, POINTS
from gopolicy.go.jit import Int, before_compiling, kernel

#: Words of 64 bits in a set of points.
WORDS: Final = 6

#: uint64 [362]: the bit of a point within its word; that of 361 is never set.
BIT: Final = np.uint64(1) << (np.arange(POINTS + 1, dtype=np.uint64) % np.uint64(64))


def point_sets(points: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """uint64 [N, 6]: each row of ``points`` (uint16 [N, M]) as a set; 361 is none."""
    sets = np.zeros((len(points), WORDS), np.uint64)
    for row, place in zip(*np.nonzero(points < POINTS), strict=True):
        point = points[row, place]
        sets[row, point >> 6] |= BIT[point]
    return sets


_EACH: Final = np.arange(POINTS, dtype=np.uint16)
#: uint64 [361, 6]: a point as a set. With it, it is never a single word of a set that
#: changes: a whole set is read slowly right after that.
POINT_SETS: Final = point_sets(_EACH[:, np.newaxis])
#: uint64 [6]
ALL_POINTS: Final = point_sets(_EACH[np.newaxis])[0]


def popcount(word: Any) -> int:
    """How many bits of ``word`` (uint64) are set."""
    return int(word).bit_count()


def lowest_bit(word: Any) -> int:
    """The number of the lowest set bit of ``word`` (uint64, not 0)."""
    value = int(word)
    return (value & -value).bit_length() - 1


@kernel
def fill_where(
    values: NDArray[np.int8], value: Int, points: NDArray[np.uint64]
) -> None:
    """Makes ``points`` (uint64 [6]) those that ``values`` (int8) says ``value`` of."""
    for w in range(WORDS):
        word = np.uint64(0)
        first = w << 6
        for point in range(first, min(first + 64, POINTS)):
            # No branch: it would be guessed wrong for every other point.
            word |= np.uint64(values[point] == value) << np.uint64(point - first)
        points[w] = word


@kernel
def first_point(points: NDArray[np.uint64]) -> Int:
    """The lowest point in a set (uint64 [6]); PASS when it is empty."""
    for w in range(WORDS):
        if points[w] != 0:
            return (w << 6) + lowest_bit(points[w])
    return PASS


@kernel
def take_first(points: NDArray[np.uint64]) -> Int:
    """Takes the lowest point out of a set (uint64 [6]); PASS when it is empty."""
    for w in range(WORDS):
        word = points[w]
        if word != 0:
            points[w] = word & (word - np.uint64(1))
            return (w << 6) + lowest_bit(word)
    return PASS


# Whole sets at once: LLVM makes a few vector instructions of each. Loops over the words
# stay scalar, since the compiler cannot tell that two sets do not overlap.


def copy_set(target: NDArray[np.uint64], source: NDArray[np.uint64]) -> None:
    """Makes ``target`` equal to ``source``; sets are uint64 [6]."""
    target[:] = source


def add_set(target: NDArray[np.uint64], source: NDArray[np.uint64]) -> None:
    """Adds the points of ``source`` to ``target``."""
    target |= source


def drop_set(target: NDArray[np.uint64], source: NDArray[np.uint64]) -> None:
    """Takes the points of ``source`` out of ``target``."""
    target &= ~source


def keep_set(target: NDArray[np.uint64], source: NDArray[np.uint64]) -> None:
    """Leaves in ``target`` only points that are in ``source``."""
    target &= source


def count_both(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> int:
    """How many points are in both sets."""
    return sum(popcount(word) for word in one & other)


def add_neighbors(target: NDArray[np.uint64], source: NDArray[np.uint64]) -> None:
    """Adds the neighbors of the points in ``source`` to ``target``."""
    points = int.from_bytes(source.astype("<u8").tobytes(), "little")
    near = (
        points << BOARD_SIZE
        | points >> BOARD_SIZE
        | (points & ~_LAST_COLUMN) << 1
        | (points & ~_FIRST_COLUMN) >> 1
    )
    words = (near & _BOARD).to_bytes(8 * WORDS, "little")
    target |= np.frombuffer(words, "<u8").astype(np.uint64)


# Sets as numbers of 361 bits.
_BOARD: Final = (1 << POINTS) - 1
_FIRST_COLUMN: Final = sum(1 << BOARD_SIZE * row for row in range(BOARD_SIZE))
_LAST_COLUMN: Final = _FIRST_COLUMN << BOARD_SIZE - 1


@before_compiling
def _name_instructions() -> None:
    """Lets kernels do with a few instructions what the functions above do."""
    from gopolicy.go.compiler import words

    words.compile_as_word(popcount, words.count_bits)
    words.compile_as_word(lowest_bit, words.count_zeros_below)
    words.compile_as_change(copy_set, words.copy)
    words.compile_as_change(add_set, words.unite)
    words.compile_as_change(drop_set, words.subtract)
    words.compile_as_change(keep_set, words.intersect)
    words.compile_as_change(add_neighbors, words.unite_neighbors)
    words.compile_as_count(count_both)
