"""What LLVM makes of words of 64 bits, and of the six of a set of points.

Stands in for functions of ``pointsets`` in what numba compiles; they are what it does.
"""

from collections.abc import Callable
from functools import partial, reduce
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload

from gopolicy.go.coords import BOARD_SIZE, POINTS

#: ``(builder, word) -> word``
WordCode = Callable[[Any, Any], Any]
#: ``(builder, target, source) -> the new target``; sets are lists of their pieces.
SetCode = Callable[[Any, list[Any], list[Any]], list[Any]]

# Sets as numbers of 384 bits.
_BOARD: Final = (1 << POINTS) - 1
_FIRST_COLUMN: Final = sum(1 << BOARD_SIZE * row for row in range(BOARD_SIZE))
_LAST_COLUMN: Final = _FIRST_COLUMN << BOARD_SIZE - 1

#: A set goes through the machine as a vector of four words and one of two: of a vector
#: of six, which no machine has, LLVM makes single words wherever code branches.
_PIECES: Final = tuple(ir.VectorType(ir.IntType(64), n) for n in (4, 2))


def compile_as_word(function: Any, code: WordCode) -> None:
    """Lets ``function`` of a word be compiled to ``code``, as a number."""

    @intrinsic
    def instruction(typing_context: Any, word: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return code(builder, arguments[0])

        return types.uint64(types.uint64), generate

    @overload(function)
    def compiled(word: Any) -> Any:
        # One machine instruction; without the JIT, Python's own method does it.
        def implementation(word: Any) -> Any:
            return np.int64(instruction(word))  # type: ignore[call-arg]

        return implementation


def count_bits(builder: Any, word: Any) -> Any:
    """How many bits are set."""
    return builder.ctpop(word)


def count_zeros_below(builder: Any, word: Any) -> Any:
    """The number of the lowest set bit; anything for a word of 0."""
    return builder.cttz(word, ir.IntType(1)(1))


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


def compile_as_change(function: Any, code: SetCode) -> None:
    """Lets ``function`` be compiled to storing what ``code`` makes of two sets."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sets = [
            _load_pieces(context, builder, kind, array)
            for kind, array in zip(signature.args, arguments, strict=True)
        ]
        pointers = _pieces_at(context, builder, signature.args[0], arguments[0])
        for piece, pointer in zip(code(builder, *sets), pointers, strict=True):
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


def copy(builder: Any, target: list[Any], source: list[Any]) -> list[Any]:
    """The source."""
    return source


def intersect(builder: Any, target: list[Any], source: list[Any]) -> list[Any]:
    """What is in both."""
    return [builder.and_(a, b) for a, b in zip(target, source, strict=True)]


def unite(builder: Any, target: list[Any], source: list[Any]) -> list[Any]:
    """What is in one of them."""
    return [builder.or_(a, b) for a, b in zip(target, source, strict=True)]


def subtract(builder: Any, target: list[Any], source: list[Any]) -> list[Any]:
    """What is in the target alone."""
    return intersect(builder, target, [builder.not_(piece) for piece in source])


def unite_neighbors(builder: Any, target: list[Any], source: list[Any]) -> list[Any]:
    """The target and the neighbors of the source."""
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
    return unite(builder, target, pieces)


def compile_as_count(function: Any) -> None:
    """Lets ``function`` be compiled to counting what is in both of two sets."""

    @intrinsic
    def counted(typing_context: Any, one: Any, other: Any) -> Any:
        return types.int64(one, other), _count_common

    @overload(function)
    def compiled(one: Any, other: Any) -> Any:
        def implementation(one: Any, other: Any) -> Any:
            return counted(one, other)  # type: ignore[call-arg]

        return implementation


def _count_common(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    sets = map(partial(_load_pieces, context, builder), signature.args, arguments)
    counts = []
    for piece, kind in zip(intersect(builder, *sets), _PIECES, strict=True):
        for name, result in (("ctpop", kind), ("vector.reduce.add", kind.element)):
            called = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
                builder.module,
                ir.FunctionType(result, [kind]),
                f"llvm.{name}.v{kind.count}i64",
            )
            piece = builder.call(called, [piece])
        counts.append(piece)
    return builder.add(*counts)
