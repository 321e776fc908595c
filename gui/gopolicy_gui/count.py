"""Counting a finished game, once it is said which stones are dead. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gopolicy.coords import BLACK, BOARD_SIZE, EMPTY, POINTS, WHITE
from gopolicy_gui.state import GuiState


class Count(NamedTuple):
    """Points of both sides, komi in White's. ``owner``: int8 [361], EMPTY for dame."""

    black: float
    white: float
    owner: NDArray[np.int8]

    @property
    def result(self) -> str:
        """As SGF writes it: "B+3.5", "W+0.5", "0"."""
        lead = self.black - self.white
        if lead == 0:
            return "0"
        return f"{'B' if lead > 0 else 'W'}+{abs(lead):g}"

    @property
    def words(self) -> str:
        """As people say it."""
        lead = self.black - self.white
        if lead == 0:
            return "Jigo: nobody wins"
        return f"{'Black' if lead > 0 else 'White'} wins by {abs(lead):g}"


def find_owners(stones: NDArray[np.int8], dead: frozenset[int]) -> NDArray[np.int8]:
    """int8 [361]: the color of the living stone on a point or all around it."""
    board = stones.copy()
    board[list(dead)] = EMPTY
    owner = board.copy()
    seen = board != EMPTY
    for start in range(POINTS):
        if seen[start]:
            continue
        region, borders, waiting = [start], set(), [start]
        seen[start] = True
        while waiting:
            for neighbor in _neighbors(waiting.pop()):
                if board[neighbor] != EMPTY:
                    borders.add(int(board[neighbor]))
                elif not seen[neighbor]:
                    seen[neighbor] = True
                    region.append(neighbor)
                    waiting.append(neighbor)
        if len(borders) == 1:
            owner[region] = borders.pop()
    return owner


def count_score(state: GuiState) -> Count | None:
    """The score on the board; None while it is not known what is dead."""
    if state.scoring is None or state.scoring.dead is None:
        return None
    stones, dead = state.position.stones, state.scoring.dead
    owner = find_owners(stones, dead)
    komi = state.komi
    if not state.options.territory:
        return Count(
            float(np.count_nonzero(owner == BLACK)),
            float(np.count_nonzero(owner == WHITE)) + komi,
            owner,
        )
    alive = stones.copy()
    alive[list(dead)] = EMPTY
    ground = (alive == EMPTY) & (owner != EMPTY)
    dead_black = sum(stones[point] == BLACK for point in dead)
    dead_white = len(dead) - dead_black
    black = np.count_nonzero(ground & (owner == BLACK)) + dead_white
    white = np.count_nonzero(ground & (owner == WHITE)) + dead_black
    return Count(
        float(black + state.board.black_captures),
        float(white + state.board.white_captures) + komi,
        owner,
    )


def _neighbors(point: int) -> list[int]:
    row, column = divmod(point, BOARD_SIZE)
    return [
        r * BOARD_SIZE + c
        for r, c in (
            (row - 1, column),
            (row + 1, column),
            (row, column - 1),
            (row, column + 1),
        )
        if 0 <= r < BOARD_SIZE and 0 <= c < BOARD_SIZE
    ]
