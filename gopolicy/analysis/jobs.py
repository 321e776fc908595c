"""What is waiting to be worked at, the most urgent first.

Knows neither JSON nor Go: a job has a name, a number within it and a priority, and
whoever works at it keeps what it likes in ``work``.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
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
