"""The marks of a record on the board: shapes, labels, lines, territory, what is dim."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
import pygame
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, EMPTY
from gopolicy.plots.palette import Color
from gopolicy_gui.model.study.marks import Marks
from gopolicy_gui.view.fonts import draw_text
from gopolicy_gui.view.layout import Layout
from gopolicy_gui.view.shapes import draw_disc, draw_ring
from gopolicy_gui.view.theme import DARK_INK, LIGHT_INK, Theme, ink_on

#: How opaque the veil over dimmed points is, of 255.
_DIM: Final = 150


def draw_marks(
    surface: pygame.Surface,
    layout: Layout,
    theme: Theme,
    stones: NDArray[np.int8],
    marks: Marks,
) -> None:
    """All of ``marks``, over stones and hints. ``stones``: int8 [361]."""
    for point in sorted(marks.dim):
        _draw_veil(surface, layout, theme, point)
    for points, ink, edge in (
        (marks.black, DARK_INK, LIGHT_INK),
        (marks.white, LIGHT_INK, DARK_INK),
    ):
        for point in points:
            _draw_square(surface, layout.center(point), layout.cell * 0.3, ink, edge)
    for start, end, is_arrow in marks.lines:
        _draw_line(surface, layout, theme, start, end, is_arrow)
    for point, shape in marks.shapes.items():
        ink = _ink(stones, point, theme)
        if stones[point] == EMPTY:
            _draw_patch(surface, layout, theme, point, 0.34)
        _draw_shape(surface, layout.center(point), layout.cell, shape, ink)
    for point, label in marks.labels.items():
        if stones[point] == EMPTY:
            _draw_patch(surface, layout, theme, point, 0.4)
        short = label if len(label) <= 3 else label[:2] + "…"
        size = round(layout.cell * (0.58, 0.58, 0.48, 0.4)[len(short)])
        ink = _ink(stones, point, theme)
        draw_text(surface, short, layout.center(point), size, ink, anchor="center")


def _ink(stones: NDArray[np.int8], point: int, theme: Theme) -> Color:
    if stones[point] == EMPTY:
        return ink_on(theme.board)
    return LIGHT_INK if stones[point] == BLACK else DARK_INK


def _draw_patch(
    surface: pygame.Surface, layout: Layout, theme: Theme, point: int, share: float
) -> None:
    """Ground for a mark where lines cross; the rim of a hint stays to be seen."""
    draw_disc(surface, layout.center(point), layout.cell * share, theme.board)


def _draw_veil(
    surface: pygame.Surface, layout: Layout, theme: Theme, point: int
) -> None:
    side = math.ceil(layout.cell)
    x, y = layout.center(point)
    surface.blit(_veil(side, theme.board), (x - side // 2, y - side // 2))


@lru_cache(maxsize=4)
def _veil(side: int, color: Color) -> pygame.Surface:
    veil = pygame.Surface((side, side), pygame.SRCALPHA)
    veil.fill((*color, _DIM))
    return veil


def _draw_square(
    surface: pygame.Surface,
    center: tuple[int, int],
    side: float,
    ink: Color,
    edge: Color,
) -> None:
    box = pygame.Rect(0, 0, max(3, round(side)), max(3, round(side)))
    box.center = center
    pygame.draw.rect(surface, edge, box.inflate(2, 2))
    pygame.draw.rect(surface, ink, box)


def _draw_shape(
    surface: pygame.Surface,
    center: tuple[int, int],
    cell: float,
    shape: str,
    ink: Color,
) -> None:
    x, y = center
    reach, thick = cell * 0.26, max(2, round(cell * 0.08))
    if shape == "circle":
        draw_ring(surface, center, reach, ink, thick)
    elif shape == "selected":
        draw_disc(surface, center, cell * 0.16, ink)
    elif shape == "triangle":
        tips = [(math.sin(a), -math.cos(a)) for a in (0, 2.0944, 4.1888)]
        corners = [(x + 1.15 * reach * dx, y + 1.15 * reach * dy) for dx, dy in tips]
        pygame.draw.polygon(surface, ink, corners, thick)
    elif shape == "square":
        box = pygame.Rect(0, 0, round(1.7 * reach), round(1.7 * reach))
        box.center = center
        pygame.draw.rect(surface, ink, box, thick)
    else:
        arm = 0.85 * reach
        for sign in (1, -1):
            ends = (x - arm, y - sign * arm), (x + arm, y + sign * arm)
            pygame.draw.line(surface, ink, *ends, thick + 1)


def _draw_line(
    surface: pygame.Surface,
    layout: Layout,
    theme: Theme,
    start: int,
    end: int,
    is_arrow: bool,
) -> None:
    """A line between two points, with a head where it is an arrow."""
    (x, y), (to_x, to_y) = layout.center(start), layout.center(end)
    thick = max(2, round(layout.cell * 0.09))
    pygame.draw.line(surface, theme.mark, (x, y), (to_x, to_y), thick)
    if not is_arrow:
        return
    angle = math.atan2(to_y - y, to_x - x)
    head = layout.cell * 0.42
    corners = [
        (to_x - head * math.cos(angle + turn), to_y - head * math.sin(angle + turn))
        for turn in (0.45, -0.45)
    ]
    pygame.draw.polygon(surface, theme.mark, [(to_x, to_y), *corners])
