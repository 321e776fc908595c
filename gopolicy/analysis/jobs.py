"""What is waiting to be worked at, the most urgent first.

Knows neither JSON nor Go: a job has a name, a number within it and a priority, and
whoever works at it keeps what it likes in ``work``. Requests that there is no room for
wait as they came.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

W = TypeVar("W")


@dataclass(slots=True, eq=False)
class Job(Generic[W]):
    """One part of a query: the query's name, the part's number, what is made of it.

    ``order``: the smallest comes first.
    """

    name: str
    number: int
    order: tuple[int, int]
    work: W


class Jobs(Generic[W]):
    """Jobs by priority, and in order of arrival where that is equal."""

    def __init__(self) -> None:
        self._jobs: list[Job[W]] = []
        self._arrived = 0

    def __len__(self) -> int:
        return len(self._jobs)

    def add(self, name: str, number: int, *, priority: int, work: W) -> None:
        """Puts a job in line."""
        job = Job(name, number, (-priority, self._arrived), work)
        self._arrived += 1
        insort(self._jobs, job, key=_order)

    def first(self, most: int) -> list[Job[W]]:
        """The ``most`` jobs that come first; they stay in line."""
        return self._jobs[:most]

    def remove(self, job: Job[W]) -> None:
        """Takes ``job`` out, done or given up; it must be in line."""
        del self._jobs[bisect_left(self._jobs, job.order, key=_order)]

    def named(self, name: str | None, numbers: frozenset[int] | None) -> list[Job[W]]:
        """The jobs of a name and of these numbers, in order; None is any."""
        return [
            job
            for job in self._jobs
            if (name is None or job.name == name)
            and (numbers is None or job.number in numbers)
        ]


def _order(job: Job[W]) -> tuple[int, int]:
    return job.order


@dataclass(slots=True, order=True)
class Request:
    """A request as it came, its name, and which of its parts are still wanted."""

    order: tuple[int, int]
    name: str = field(compare=False)
    numbers: frozenset[int] = field(compare=False)
    line: bytes = field(compare=False)


class Backlog:
    """Requests that are not let in yet, the most urgent first."""

    def __init__(self) -> None:
        self._requests: list[Request] = []  # a heap
        self._arrived = 0
        self.size = 0  # bytes of all lines

    def __len__(self) -> int:
        return len(self._requests)

    def add(
        self, name: str, numbers: frozenset[int], *, priority: int, line: bytes
    ) -> None:
        """Lets a request wait."""
        order = (-priority, self._arrived)
        heappush(self._requests, Request(order, name, numbers, line))
        self._arrived += 1
        self.size += len(line)

    def pop(self) -> Request:
        """Takes the most urgent request out; there must be one."""
        request = heappop(self._requests)
        self.size -= len(request.line)
        return request

    def give_up(
        self, name: str | None, numbers: frozenset[int] | None
    ) -> list[tuple[str, int]]:
        """The parts of a name and of these numbers, no longer wanted; None is any."""
        given_up = []
        for request in sorted(self._requests):
            if name is None or request.name == name:
                named = request.numbers if numbers is None else numbers
                gone = request.numbers & named
                request.numbers -= gone
                given_up += [(request.name, number) for number in sorted(gone)]
        self._requests = [request for request in self._requests if request.numbers]
        heapify(self._requests)
        self.size = sum(len(request.line) for request in self._requests)
        return given_up
