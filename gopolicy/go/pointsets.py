"""Sets of points as 361 bits in six words, and what the machine does with words.

Bit p % 64 of word p // 64 is point p. Used by all kernels; knows nothing of Go.
"""

from collections.abc import Callable
from functools import partial, reduce
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from gopolicy.go.coords import BOARD_SIZE, PASS, POINTS
from gopolicy.go.jit import Int, kernel

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


# Sets as numbers of 384 bits.
_BOARD: Final = (1 << POINTS) - 1
_FIRST_COLUMN: Final = sum(1 << BOARD_SIZE * row for row in range(BOARD_SIZE))
_LAST_COLUMN: Final = _FIRST_COLUMN << BOARD_SIZE - 1

#: A set goes through the machine as a vector of four words and one of two: of a vector
#: of six, which no machine has, LLVM makes single words wherever code branches.
_PIECES: Final = tuple(ir.VectorType(ir.IntType(64), n) for n in (4, 2))


def _pieces_at(context: Any, builder: Any, kind: Any, array: Any) -> list[Any]:
    """Pointers to the pieces of a set, of an argument that is an array."""
    words = context.make_array(kind)(context, builder, array).data
    starts = (words, builder.gep(words, [ir.IntType(64)(4)]))
    return [
        builder.bitcast(start, piece.as_pointer())
        for start, piece in zip(starts, _PIECES, strict=True)
    ]


def _load_pieces(context: Any, builder: Any, kind: Any, array: Any) -> list[Any]:
    pointers = _pieces_at(context, builder, kind, array)
    return [builder.load(pointer, align=8) for pointer in pointers]


def _compile_as(function: Any, combine: Callable[[Any, Any, Any], list[Any]]) -> None:
    """Lets ``function`` be compiled to storing ``combine(builder, target, source)``.

    Sets are lists of their pieces.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sets = [
            _load_pieces(context, builder, kind, array)
            for kind, array in zip(signature.args, arguments, strict=True)
        ]
        pointers = _pieces_at(context, builder, signature.args[0], arguments[0])
        for piece, pointer in zip(combine(builder, *sets), pointers, strict=True):
            builder.store(piece, pointer, align=8)
        return context.get_dummy_value()

    @intrinsic
    def combined(typing_context: Any, target: Any, source: Any) -> Any:
        return types.none(target, source), generate

    @overload(function)
    def compiled(target: Any, source: Any) -> Any:
        def implementation(target: Any, source: Any) -> None:
            combined(target, source)  # type: ignore[call-arg]

        return implementation


def _and(builder: Any, target: list[Any], source: list[Any]) -> list[Any]:
    return [builder.and_(a, b) for a, b in zip(target, source, strict=True)]


def _or(builder: Any, target: list[Any], source: list[Any]) -> list[Any]:
    return [builder.or_(a, b) for a, b in zip(target, source, strict=True)]


def _and_not(builder: Any, target: list[Any], source: list[Any]) -> list[Any]:
    return _and(builder, target, [builder.not_(piece) for piece in source])


def _or_neighbors(builder: Any, target: list[Any], source: list[Any]) -> list[Any]:
    low, high, number = ir.IntType(256), ir.IntType(128), ir.IntType(384)
    points = builder.or_(
        builder.zext(builder.bitcast(source[0], low), number),
        builder.shl(
            builder.zext(builder.bitcast(source[1], high), number), number(256)
        ),
    )
    row, one = number(BOARD_SIZE), number(1)
    inner = [
        builder.and_(points, number(_BOARD & ~column))
        for column in (_LAST_COLUMN, _FIRST_COLUMN)
    ]
    near = [
        builder.shl(points, row),
        builder.lshr(points, row),
        builder.shl(inner[0], one),
        builder.lshr(inner[1], one),
    ]
    found = builder.and_(reduce(builder.or_, near), number(_BOARD))
    top = builder.trunc(builder.lshr(found, number(256)), high)
    pieces = [
        builder.bitcast(part, piece)
        for part, piece in zip((builder.trunc(found, low), top), _PIECES, strict=True)
    ]
    return _or(builder, target, pieces)


_compile_as(copy_set, lambda builder, target, source: source)
_compile_as(add_set, _or)
_compile_as(drop_set, _and_not)
_compile_as(keep_set, _and)
_compile_as(add_neighbors, _or_neighbors)


@intrinsic
def _count_common(typing_context: Any, one: Any, other: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sets = map(partial(_load_pieces, context, builder), signature.args, arguments)
        counts = []
        for piece, kind in zip(_and(builder, *sets), _PIECES, strict=True):
            for name, result in (("ctpop", kind), ("vector.reduce.add", kind.element)):
                called = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
                    builder.module,
                    ir.FunctionType(result, [kind]),
                    f"llvm.{name}.v{kind.count}i64",
                )
                piece = builder.call(called, [piece])
            counts.append(piece)
        return builder.add(*counts)

    return types.int64(one, other), generate


@overload(count_both)
def _count_both(one: Any, other: Any) -> Any:
    def implementation(one: Any, other: Any) -> Any:
        return _count_common(one, other)  # type: ignore[call-arg]

    return implementation
