"""Kernels: functions that are compiled to machine code once they are called.

Any module with kernels may import this one. It loads no compiler: that takes longer
than all else that one position needs. So a program that answers about one may have its
kernels run as the Python that they are, and compile them behind its first answer.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias, TypeVar, cast

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

#: What a kernel takes as a number: Python's, or an element of an array.
Int: TypeAlias = "int | np.integer[Any]"

#: Calls of kernels as Python that take as long as loading the compiler: half a second.
A_FEW: Final = 100_000

#: The functions of all kernels there are.
_FUNCTIONS: Final[set[Callable[..., Any]]] = set()
_LESSONS: Final[list[Callable[[], None]]] = []
_LOCK: Final = threading.RLock()


class _Python:
    """Whether calls of kernels, in all threads, go to Python, and some how many more.

    Threads may count one call for two. So ``is_on`` is what ends it, which is only ever
    cleared. ``is_over``: whether the compiler is there.
    """

    is_on = False
    calls = 0
    is_over = False


class _Thread(threading.local):
    """``compiles``: whether none of this thread's do."""

    compiles = False


_thread: Final = _Thread()


class Kernel:
    """A function that numba gets when it is first called, by Python or by a kernel."""

    def __init__(self, function: Callable[..., Any], *, is_long: bool) -> None:
        self.function: Final = function
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self._is_long: Final = is_long
        self._compiled: Any = None
        _FUNCTIONS.add(function)

    def __call__(self, *arguments: Any) -> Any:
        if _Python.is_on and not (self._is_long or _thread.compiles):
            _Python.calls -= 1
            if _Python.calls <= 0:
                _Python.is_on = False
            return self.function(*arguments)
        return (self._compiled or self.compiled)(*arguments)

    @property
    def compiled(self) -> Any:
        """numba's own object for it; loads numba."""
        with _LOCK:
            if self._compiled is None:
                from gopolicy.go.compiler.dispatch import compile_function

                _Python.is_over = True
                while _LESSONS:
                    _LESSONS.pop()()
                self._compiled = compile_function(self.function)
        return self._compiled

    @property
    def _numba_type_(self) -> Any:
        """Asked for by numba where a kernel that it compiles calls this one."""
        return self.compiled._numba_type_


def kernel(function: F) -> F:
    """Compiles ``function`` at its first call, without the GIL, cached on disk.

    A kernel is compiled once for each kind of its arguments, and so is what it calls:
    kernels pass numbers on to each other as np.int64, whatever array they come from.
    """
    return cast(F, Kernel(function, is_long=False))


def long_kernel(function: F) -> F:
    """As ``kernel``, for what takes too long to be run as Python even once."""
    return cast(F, Kernel(function, is_long=True))


def before_compiling(lesson: Callable[[], None]) -> Callable[[], None]:
    """Has ``lesson`` called once, when numba is there and nothing compiled yet."""
    _LESSONS.append(lesson)
    return lesson


def run_as_python(calls: int = A_FEW) -> None:
    """Has the next ``calls`` of kernels run as Python, but for long ones.

    Does nothing once a kernel has been compiled, or with a numpy whose numbers count
    otherwise than the machine's.
    """
    if not _Python.is_over and int(np.__version__.split(".")[0]) >= 2:
        _Python.calls = calls
        _Python.is_on = True


def run_compiled() -> None:
    """Has all kernels compiled from the next call on."""
    _Python.is_on = False


@contextmanager
def compiling() -> Iterator[None]:
    """The kernels that this thread calls meanwhile are compiled."""
    _thread.compiles = True
    try:
        yield
    finally:
        _thread.compiles = False


@contextmanager
def watching(tell: Callable[[int, int], None]) -> Iterator[None]:
    """``tell`` hears of each kernel compiled meanwhile: (how many by now, of all)."""
    from gopolicy.go.compiler.dispatch import watchers

    begun: set[Any] = set()

    def hear(function: Any) -> None:
        if function in _FUNCTIONS:
            begun.add(function)
            tell(len(begun), len(_FUNCTIONS))

    watchers.append(hear)
    try:
        yield
    finally:
        watchers.remove(hear)
