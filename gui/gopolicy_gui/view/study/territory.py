"""What is drawn onto the board of a study: shading of territory, dots on stones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

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
from gopolicy_gui.view.shapes import draw_diamond, draw_disc
from gopolicy_gui.view.theme import (
    DARK_INK,
    LEAST_CONTRAST,
    LIGHT_INK,
    Theme,
    contrast,
)

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


class Dot(NamedTuple):
    """A sign of the review: a diamond for a surprise, else round; so that it needs no
    eye for colors."""

    color: Color
    is_surprise: bool


def stone_dots(state: GuiState, theme: Theme) -> dict[int, Dot]:
    """A dot for each stone whose move surprises the network, and for late stones that
    it agrees with."""
    dots = {
        point: dot_of(move, theme)
        for point, move in reviewing.dotted_moves(state).items()
    }
    return {point: dot for point, dot in dots.items() if dot is not None}


def dot_of(move: ReviewedMove | None, theme: Theme) -> Dot | None:
    """The dot for a move; None for one between choice and surprise."""
    if reviewing.is_surprise(move):
        return Dot(theme.mark, is_surprise=True)
    is_choice = move is not None and move.rank == 1
    return Dot(theme.bar, is_surprise=False) if is_choice else None


def draw_dots(
    surface: pygame.Surface,
    layout: Layout,
    stones: NDArray[np.int8],
    dots: Mapping[int, Dot],
    *,
    last_move: int | None = None,
    without: frozenset[int] = frozenset(),
) -> None:
    """The dots of ``stone_dots``, but on points where something else stands.

    That of the ``last_move`` is smaller, within its ring.
    """
    for point, dot in dots.items():
        if point not in without:
            radius = layout.cell * (0.1 if point == last_move else 0.15)
            draw_dot(surface, layout.center(point), radius, dot, int(stones[point]))


def draw_dot(
    surface: pygame.Surface,
    center: tuple[int, int],
    radius: float,
    dot: Dot,
    stone: int,
) -> None:
    """A dot on a stone, with a rim where its color would be lost on it."""
    draw, size = (
        (draw_diamond, 1.3 * radius) if dot.is_surprise else (draw_disc, radius)
    )
    if (rim := rim_of(dot.color, stone)) is not None:
        draw(surface, center, size + max(1.0, radius / 4), rim)
    draw(surface, center, size, dot.color)


def rim_of(color: Color, stone: int) -> Color | None:
    """What parts a color from a stone that is about as light; None for nothing."""
    ground, ink = (DARK_INK, LIGHT_INK) if stone == BLACK else (LIGHT_INK, DARK_INK)
    return ink if contrast(color, ground) < LEAST_CONTRAST else None
