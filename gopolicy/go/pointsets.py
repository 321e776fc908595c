"""Sets of points as 361 bits in six words, and what the machine does with words.

Bit p % 64 of word p // 64 is point p. Used by all kernels; knows nothing of Go.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from gopolicy.go.coords import PASS, POINTS
from gopolicy.go.jit import Int, kernel

#: Words of 64 bits in a set of points.
WORDS: Final = 6

#: uint64 [362]: the bit of a point within its word; that of 361 is never set.
BIT: Final = np.uint64(1) << (np.arange(POINTS + 1, dtype=np.uint64) % np.uint64(64))


def point_sets(points: NDArray[np.int16]) -> NDArray[np.uint64]:
    """uint64 [N, 6]: each row of ``points`` (int16 [N, M]) as a set; 361 is none."""
    sets = np.zeros((len(points), WORDS), np.uint64)
    for row, place in zip(*np.nonzero(points < POINTS), strict=True):
        point = points[row, place]
        sets[row, point >> 6] |= BIT[point]
    return sets


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


_SET: Final = ir.VectorType(ir.IntType(64), WORDS)


def _pointer(context: Any, builder: Any, kind: Any, array: Any) -> Any:
    """A pointer to a set, of an argument that is an array."""
    words = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(words, _SET.as_pointer())


def _compile_as(function: Any, combine: Callable[[Any, Any, Any], Any]) -> None:
    """Lets ``function`` be compiled to storing ``combine(builder, target, source)``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        target, source = map(
            partial(_pointer, context, builder), signature.args, arguments
        )
        sets = (builder.load(pointer, align=8) for pointer in (target, source))
        builder.store(combine(builder, *sets), target, align=8)
        return context.get_dummy_value()

    @intrinsic
    def combined(typing_context: Any, target: Any, source: Any) -> Any:
        return types.none(target, source), generate

    @overload(function)
    def compiled(target: Any, source: Any) -> Any:
        def implementation(target: Any, source: Any) -> None:
            combined(target, source)  # type: ignore[call-arg]

        return implementation


_compile_as(copy_set, lambda builder, target, source: source)
_compile_as(add_set, lambda builder, target, source: builder.or_(target, source))
_compile_as(
    drop_set,
    lambda builder, target, source: builder.and_(target, builder.not_(source)),
)
_compile_as(keep_set, lambda builder, target, source: builder.and_(target, source))


@intrinsic
def _count_common(typing_context: Any, one: Any, other: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointers = map(partial(_pointer, context, builder), signature.args, arguments)
        common = builder.and_(*(builder.load(pointer, align=8) for pointer in pointers))
        number = ir.IntType(64)
        for name, kind in (("ctpop", _SET), ("vector.reduce.add", number)):
            called = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
                builder.module,
                ir.FunctionType(kind, [_SET]),
                f"llvm.{name}.v{WORDS}i64",
            )
            common = builder.call(called, [common])
        return common

    return types.int64(one, other), generate


@overload(count_both)
def _count_both(one: Any, other: Any) -> Any:
    def implementation(one: Any, other: Any) -> Any:
        return _count_common(one, other)  # type: ignore[call-arg]

    return implementation
