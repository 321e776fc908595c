"""What the worker does when nobody waits: moves ahead, the review, who is ahead.

Moves ahead are those after a hint that one points at.

Each step is short, so that a job of the window, which waits for a hint or a move, comes
soon. What is found is heard of by events, as the answers to jobs are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import Rules
from gopolicy.go.coords import PASS
from gopolicy.go.position import Position
from gopolicy.go.scoring import rules_difference
from gopolicy.look.occlusion import without
from gopolicy.review.review import judge_move
from gopolicy_gui.model.events import (
    BoardsFound,
    Event,
    LeadEstimated,
    LineFound,
    MovesReviewed,
    StonesWeighed,
)
from gopolicy_gui.model.state import GuiState, View
from gopolicy_gui.model.study.ahead import N_AHEAD, wanted_hint
from gopolicy_gui.model.study.findings import Way, estimate_key, find_ways
from gopolicy_gui.model.study.leads import make_estimate
from gopolicy_gui.model.study.lens import wanted_view
from gopolicy_gui.model.tree import GameTree, Node, empty_board, replay_line

#: Boards that the network sees in one step of the review: some 30 ms at 64 filters.
_STEP: Final = 8


class Asked(Protocol):
    """What of a ``worker.Brain`` is asked here."""

    def many(
        self, positions: list[Position], *, symmetries: int
    ) -> NDArray[np.float32]:
        """float32 [B, 361], each row for the side to play."""

    def boards(self, position: Position) -> tuple[NDArray[np.float32], ...]:
        """What each layer says, float32 [19, 19, filters]; none of no layer."""

    def owners(self, position: Position) -> NDArray[np.float32]:
        """float32 [361]: whose each point will be, +1 is Black's."""


@dataclass(frozen=True, slots=True, eq=False)
class Chores:
    """What the state would like to know of the shown variation.

    ``hint``: the move on the board after which the next ones are wanted. ``view``: what
    of the network's inside is.
    """

    game: int
    tree: GameTree
    line: tuple[int, ...]
    cursor: int
    symmetries: int
    komi: float
    rules: Rules
    review: bool
    territory: bool
    serial: int = 0
    position: Position | None = None
    hint: int | None = None
    view: View | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for chores that ask the same; a tree is equal to itself alone."""
        return tuple(getattr(self, name) for name in self.__slots__)


def wanted_chores(state: GuiState) -> Chores | None:
    """What would be good to know; None for nothing."""
    if not state.ready or state.findings.trouble:
        return None
    is_studied, hint, view = state.is_studied, wanted_hint(state), wanted_view(state)
    review = state.options.review and bool(state.model) and is_studied
    territory = state.options.territory and state.scoring is None and is_studied
    if not review and not territory and hint is None and view is None:
        return None
    return Chores(
        game=state.game,
        tree=state.tree,
        line=state.line,
        cursor=state.cursor,
        symmetries=state.symmetries,
        komi=state.komi,
        rules=state.rules,
        review=review,
        territory=territory,
        serial=state.serial,
        position=None if hint is None and view is None else state.position,
        hint=hint,
        view=view,
    )


class _Stop(NamedTuple):
    """A node of a line, the position before its move and the one after it."""

    number: int
    node: Node
    before: Position
    after: Position


@lru_cache(maxsize=1)
def _walk(tree: GameTree, line: tuple[int, ...]) -> tuple[_Stop, ...]:
    """The nodes of ``line`` as far as they are legal; kept, as each step wants them."""
    board = empty_board()
    stops = []
    for i, number in enumerate(line):
        node = tree.nodes[number]
        after, _, wrong = replay_line(tree, line, i, start=board, done=i)
        if wrong:
            break
        before = board.position
        if node.color and (node.setup or before.to_play != node.color):
            before = board.replayed.copy()
            before.replay(node.setup)
            before.set_to_play(node.color)
        stops.append(_Stop(number, node, before, after.position))
        board = after
    return tuple(stops)


class Weighing:
    """Takes the stones of a position away, a few at a time.

    ``key``: the serial number of the position, and the symmetries asked for.
    """

    def __init__(self, key: tuple[int, int], position: Position) -> None:
        self.key = key
        self._position = position.copy()
        self._left = np.flatnonzero(position.stones).tolist()
        self._nats = np.full(len(position.stones), np.nan, np.float32)
        self._point, self._log = PASS, 0.0
        self._done = -1

    def step(self, brain: Asked) -> StonesWeighed | None:
        """The first choice, then some stones more; None when all are weighed."""
        serial, symmetries = self.key
        if self._done < 0:
            row = brain.many([self._position], symmetries=symmetries)[0]
            self._done = 0
            if not row.any():  # only a pass is legal
                self._left = []
                return None
            self._point = int(row.argmax())
            self._log = float(np.log(row[self._point]))
        elif not self._left:
            return None
        else:
            count = max(1, _STEP // symmetries)
            stones, self._left = self._left[:count], self._left[count:]
            boards = [without(self._position, stone) for stone in stones]
            rows = brain.many(boards, symmetries=symmetries)[:, self._point]
            known = rows > 0
            self._nats[np.array(stones)[known]] = self._log - np.log(rows[known])
            self._done += len(stones)
        return StonesWeighed(
            serial, symmetries, self._point, self._nats.copy(), self._done
        )


class Desk:
    """Does chores one after the other; used from the worker's thread only.

    ``keep``: is told the network's answers, which the hints may want later.
    """

    def __init__(
        self,
        brain: Asked,
        post: Callable[[Event], None],
        keep: Callable[[Position, int, NDArray[np.float32]], None],
    ) -> None:
        self._brain = brain
        self._post = post
        self._keep = keep
        self._game = -1
        self._looked: tuple[int, int | None, int] | None = None
        self._opened: int | None = None
        self._weighing: Weighing | None = None
        self._reviewed: set[Way] = set()
        self._estimated: set[Way] = set()

    def step(self, chores: Chores) -> bool:
        """Does one thing more; False when all is done.

        What is pointed at comes first, then the position on the board, then the review,
        then who was ahead.
        """
        if self._look_ahead(chores) or self._look_inside(chores):
            return True
        if chores.game != self._game:
            self._game, self._reviewed, self._estimated = chores.game, set(), set()
        ways = find_ways(chores.tree, chores.line, chores.symmetries)
        if chores.territory and self._estimate_here(chores, ways[self._here(chores)]):
            return True
        if chores.review and self._review(chores, ways):
            return True
        return chores.territory and self._estimate_next(chores, ways)

    def _look_ahead(self, chores: Chores) -> bool:
        """The moves that the network would play after a hint; False when known."""
        key = chores.serial, chores.hint, chores.symmetries
        if chores.hint is None or chores.position is None or key == self._looked:
            return False
        self._looked = key
        position, points = chores.position.copy(), [chores.hint]
        position.play(chores.hint)
        while len(points) < N_AHEAD:
            row = self._brain.many([position], symmetries=chores.symmetries)[0]
            row = row * position.sensible_mask()
            if not row.any():
                break
            points.append(int(row.argmax()))
            position.play(points[-1])
        found = LineFound(chores.serial, tuple(points), chores.symmetries)
        self._post(found)
        return True

    def _look_inside(self, chores: Chores) -> bool:
        """What its layers say, or what hangs on a few stones more; False when known."""
        if chores.view is None or chores.position is None:
            return False
        key = chores.serial, chores.symmetries
        if chores.view == "filters":
            if self._opened == chores.serial:
                return False
            self._opened = chores.serial
            boards = self._brain.boards(chores.position)
            self._post(BoardsFound(chores.serial, boards))
            return True
        if self._weighing is None or self._weighing.key != key:
            self._weighing = Weighing(key, chores.position)
        found = self._weighing.step(self._brain)
        if found is not None:
            self._post(found)
        return found is not None

    def _here(self, chores: Chores) -> int:
        return chores.line[chores.cursor]

    def _review(self, chores: Chores, ways: Mapping[int, Way]) -> bool:
        missing = [
            number
            for number in chores.line
            if chores.tree.nodes[number].color and ways[number] not in self._reviewed
        ]
        if not missing:
            return False
        wanted = set(missing[: _STEP // chores.symmetries])
        stops = [s for s in _walk(chores.tree, chores.line) if s.number in wanted]
        self._reviewed |= {ways[number] for number in wanted}
        if not stops:  # the rest of the line is not legal
            self._reviewed |= {ways[number] for number in missing}
            return True
        positions = [stop.before for stop in stops]
        rows = self._brain.many(positions, symmetries=chores.symmetries)
        found = []
        for stop, row in zip(stops, rows, strict=True):
            self._keep(stop.before, chores.symmetries, row)
            move = judge_move(stop.before, stop.node.point, row)
            found.append((ways[stop.number], move))
        self._post(MovesReviewed(chores.game, tuple(found)))
        return True

    def _estimate_here(self, chores: Chores, way: Way) -> bool:
        key = estimate_key(way, chores.komi, chores.rules)
        if key in self._estimated:
            return False
        stops = _walk(chores.tree, chores.line)
        if chores.cursor >= len(stops):  # the line is not legal so far
            return False
        self._estimate(chores, key, stops[chores.cursor].after)
        return True

    def _estimate_next(self, chores: Chores, ways: Mapping[int, Way]) -> bool:
        """An estimate of the next position of the line that has none."""
        for stop in _walk(chores.tree, chores.line):
            key = estimate_key(ways[stop.number], chores.komi, chores.rules)
            if key not in self._estimated:
                self._estimate(chores, key, stop.after)
                return True
        return False

    def _estimate(self, chores: Chores, key: Way, position: Position) -> None:
        self._estimated.add(key)
        difference = rules_difference(position, chores.rules) - chores.komi
        owners = self._brain.owners(position)
        estimate = make_estimate(owners, difference, position.to_play)
        self._post(LeadEstimated(chores.game, key, estimate))
