"""Which moves an analysis may look at: ``avoid`` and ``allow``.

Sources: Leela Zero 0.17, ``lz-analyze``; KataGo, docs/GTP_Extensions.md,
``kata-analyze``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import PASS


@dataclass(frozen=True, slots=True)
class Limit:
    """Moves of ``color``, PASS among them perhaps, that are left out.

    With ``is_allow`` all others are. It holds up to the ``until``-th move of a line, 1
    being the first. ``resign``: whether resigning was named, too.
    """

    color: int
    points: frozenset[int]
    until: int
    is_allow: bool = False
    resign: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """All that one command says: what an ``allow`` lets in and no ``avoid`` bars."""

    limits: tuple[Limit, ...] = ()

    def mask(self, color: int, number: int) -> NDArray[np.bool_]:
        """bool [362]: what ``color`` may play as move ``number``; PASS is last."""
        limits = self._of(color, number)
        let_in = [limit.points for limit in limits if limit.is_allow]
        allowed = np.full(PASS + 1, not let_in)
        allowed[[point for points in let_in for point in points]] = True
        for limit in limits:
            if not limit.is_allow:
                allowed[list(limit.points)] = False
        return allowed

    def may_resign(self, color: int) -> bool:
        """Whether ``color`` may give up instead of its first move."""
        limits = self._of(color, 1)
        avoided = any(limit.resign for limit in limits if not limit.is_allow)
        let_in = [limit.resign for limit in limits if limit.is_allow]
        return not avoided and (any(let_in) or not let_in)

    def names(self, color: int, number: int) -> NDArray[np.bool_]:
        """bool [362]: what is asked for by name, however unlikely it is."""
        if any(limit.is_allow for limit in self._of(color, number)):
            return self.mask(color, number)
        return np.zeros(PASS + 1, np.bool_)

    def _of(self, color: int, number: int) -> list[Limit]:
        return [
            limit
            for limit in self.limits
            if limit.color == color and number <= limit.until
        ]
