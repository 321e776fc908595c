"""Sets of points as 361 bits in six words, and what the machine does with words.

Bit p % 64 of word p // 64 is point p. Used by all kernels; knows nothing of Go.
"""

from typing import Any, Final

import numpy as np
from numba import types
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from gopolicy.coords import PASS, POINTS
from gopolicy.jit import Int, kernel

#: Words of 64 bits in a set of points.
WORDS: Final = 6

#: uint64 [362]: the bit of a point within its word; that of 361 is never set.
BIT: Final = np.uint64(1) << (np.arange(POINTS + 1, dtype=np.uint64) % np.uint64(64))


def popcount(word: Any) -> int:
    """How many bits of ``word`` (uint64) are set."""
    return int(word).bit_count()


@intrinsic
def _ctpop(typing_context: Any, word: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


@overload(popcount)
def _popcount(word: Any) -> Any:
    # One machine instruction; without the JIT, Python's own method does it.
    def implementation(word: Any) -> Any:
        return np.int64(_ctpop(word))  # type: ignore[call-arg]

    return implementation


def lowest_bit(word: Any) -> int:
    """The number of the lowest set bit of ``word`` (uint64, not 0)."""
    value = int(word)
    return (value & -value).bit_length() - 1


@intrinsic
def _cttz(typing_context: Any, word: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(types.boolean, True))

    return types.uint64(types.uint64), generate


@overload(lowest_bit)
def _lowest_bit(word: Any) -> Any:
    def implementation(word: Any) -> Any:
        return np.int64(_cttz(word))  # type: ignore[call-arg]

    return implementation


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
