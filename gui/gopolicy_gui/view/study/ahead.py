"""The moves that would follow a hint, as stones with numbers."""

from __future__ import annotations

from collections.abc import Sequence

import pygame

from gopolicy.go.coords import BLACK, opponent
from gopolicy_gui.view.fonts import draw_text
from gopolicy_gui.view.layout import Layout
from gopolicy_gui.view.shapes import draw_ghost
from gopolicy_gui.view.theme import DARK_INK, LIGHT_INK


def draw_ahead(
    surface: pygame.Surface, layout: Layout, points: Sequence[int], to_play: int
) -> None:
    """Stones that one sees through on ``points``, by turns, the first of ``to_play``.

    Where one is played again on a point, the first number stands there.
    """
    color, size = to_play, round(layout.cell * 0.52)
    drawn: set[int] = set()
    for number, point in enumerate(points, 1):
        if point not in drawn:
            drawn.add(point)
            center = layout.center(point)
            draw_ghost(surface, center, layout.stone_radius, color)
            draw_ghost(surface, center, layout.stone_radius, color)
            ink = LIGHT_INK if color == BLACK else DARK_INK
            draw_text(surface, str(number), center, size, ink, anchor="center")
        color = opponent(color)
