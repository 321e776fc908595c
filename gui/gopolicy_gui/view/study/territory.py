"""What is drawn onto the board of a study: shading of territory, dots on stones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np
import pygame
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK
from gopolicy.plots.palette import Color
from gopolicy.review.moves import ReviewedMove
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study import reviewing
from gopolicy_gui.model.study.tips import LEAST_OWNED
from gopolicy_gui.view.layout import Layout
from gopolicy_gui.view.shapes import draw_disc
from gopolicy_gui.view.theme import DARK_INK, LIGHT_INK, Theme

#: Shading begins at so much ownership, and has so many steps; the last is so opaque.
_LEAST: Final = LEAST_OWNED
_STEPS: Final = 6
_OPAQUE: Final = 130
#: A stone whose point is the opponent's by so much is marked.
_DYING: Final = 0.5


def draw_shading(
    surface: pygame.Surface, layout: Layout, ownership: NDArray[np.float32]
) -> None:
    """A veil over each point that is likely somebody's, under the stones.

    ``ownership``: float32 [361], +1 is Black's.
    """
    side = max(2, round(layout.cell))
    for point in np.flatnonzero(np.abs(ownership) > _LEAST).tolist():
        share = (abs(float(ownership[point])) - _LEAST) / (1 - _LEAST)
        veil = _veil(side, bool(ownership[point] > 0), 1 + int(share * (_STEPS - 1)))
        x, y = layout.center(point)
        surface.blit(veil, (x - side // 2, y - side // 2))


@lru_cache(maxsize=32)
def _veil(side: int, black: bool, step: int) -> pygame.Surface:
    veil = pygame.Surface((side, side), pygame.SRCALPHA)
    ink = (0, 0, 0) if black else (255, 255, 255)
    veil.fill((*ink, _OPAQUE * step // _STEPS))
    return veil


def draw_dying(
    surface: pygame.Surface,
    layout: Layout,
    stones: NDArray[np.int8],
    ownership: NDArray[np.float32],
) -> None:
    """A small square of the opponent's color on stones that will likely be taken."""
    side = max(3, round(layout.cell * 0.28))
    for point in np.flatnonzero(ownership * stones < -_DYING).tolist():
        box = pygame.Rect(0, 0, side, side)
        box.center = layout.center(point)
        ink = LIGHT_INK if stones[point] == BLACK else DARK_INK
        pygame.draw.rect(surface, ink, box)


def stone_dots(state: GuiState, theme: Theme) -> dict[int, Color]:
    """A color for each stone whose move surprises the network, and for late stones
    that it agrees with."""
    dots = {
        point: dot_color(move, theme)
        for point, move in reviewing.dotted_moves(state).items()
    }
    return {point: color for point, color in dots.items() if color is not None}


def dot_color(move: ReviewedMove | None, theme: Theme) -> Color | None:
    """The color of a dot for a move; None for one between choice and surprise."""
    if reviewing.is_surprise(move):
        return theme.mark
    return theme.bar if move is not None and move.rank == 1 else None


def draw_dots(
    surface: pygame.Surface,
    layout: Layout,
    dots: Mapping[int, Color],
    *,
    without: frozenset[int] = frozenset(),
) -> None:
    """The dots of ``stone_dots``, but on points where something else stands."""
    for point, color in dots.items():
        if point not in without:
            draw_disc(surface, layout.center(point), layout.cell * 0.15, color)
