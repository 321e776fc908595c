"""Pictures in files: a board with suggestions, and the 48 planes. Needs no display."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pygame
from numpy.typing import NDArray

from gopolicy.files import whole_file
from gopolicy.go.coords import BLACK, BOARD_SIZE, POINTS
from gopolicy.plots import palette
from gopolicy_gui.model.language import color_name, tr
from gopolicy_gui.view.board import draw_board, draw_moves
from gopolicy_gui.view.fonts import draw_text
from gopolicy_gui.view.layout import make_layout
from gopolicy_gui.view.shapes import draw_stone
from gopolicy_gui.view.theme import LIGHT, Theme, mix

#: Height of a board picture as a share of its width: the board square and a panel.
_ASPECT: Final = 0.7


def draw_board_picture(
    stones: NDArray[np.int8],
    *,
    to_play: int,
    last_move: int | None,
    probabilities: NDArray[np.float32] | None,
    title: str,
    suggestions: Sequence[tuple[int, float]],
    played: int | None = None,
    width: int = 1200,
    theme: Theme = LIGHT,
) -> pygame.Surface:
    """The board with the overlay, and the best moves beside it.

    ``stones``: int8 [361]. ``probabilities``: float32 [361]. ``suggestions``: (point,
    probability), best first. ``played``: the game's own move, marked.
    """
    surface = pygame.Surface((width, round(width * _ASPECT)))
    surface.fill(theme.background)
    layout = make_layout(*surface.get_size())
    draw_board(
        surface,
        layout,
        theme,
        stones,
        last_move=last_move,
        probabilities=probabilities,
        played=played,
    )
    pad = round(layout.panel.width * 0.08)
    left, top = layout.panel.left + pad, layout.panel.top + pad
    inner, row = layout.panel.width - 2 * pad, round(width / 33)
    top = _draw_head(surface, theme, (left, top), inner, row, title, to_play)
    draw_moves(surface, theme, (left, top), inner, row, suggestions, played=played)
    if played is not None:
        place = (left, top + len(suggestions) * row + row // 2)
        draw_text(
            surface, tr("in corners: played"), place, round(row * 0.5), theme.mark_text
        )
    return surface


def _draw_head(
    surface: pygame.Surface,
    theme: Theme,
    place: tuple[int, int],
    width: int,
    row: int,
    title: str,
    to_play: int,
) -> int:
    """The title and whose turn it is, from ``place`` (left, top); the y under them."""
    left, y = place
    for line in _wrap(title):
        middle = (left, y + row // 2)
        draw_text(surface, line, middle, round(row * 0.66), theme.text, width=width)
        y += row
    y += row // 3
    radius = round(row * 0.36)
    draw_stone(surface, (left + radius, y + row // 2), radius, to_play)
    side = tr("{color} to play", color=color_name(to_play))
    middle = (left + 3 * radius, y + row // 2)
    draw_text(surface, side, middle, round(row * 0.62), theme.text)
    return y + round(row * 1.6)


def save_planes_picture(
    path: str | Path,
    planes: NDArray[np.uint8],
    names: Sequence[str],
    *,
    stones: NDArray[np.int8],
    width: int = 1760,
    theme: Theme = LIGHT,
) -> None:
    """Writes a PNG of all planes as small boards with their names, eight in a row.

    ``planes``: uint8 [19, 19, P]. ``stones``: int8 [361], shown faintly under the set
    points.

    Raises: OSError when ``path`` cannot be written.
    """
    columns = 8
    cell = width // columns // (BOARD_SIZE + 3)
    board = cell * BOARD_SIZE
    gap = (width - columns * board) // (columns + 1)
    head = round(cell * 2.6)
    rows = -(-len(names) // columns)
    surface = pygame.Surface((width, rows * (board + head) + gap))
    surface.fill(theme.background)
    for i, name in enumerate(names):
        left = gap + (i % columns) * (board + gap)
        top = (i // columns) * (board + head) + head
        count, y = int(planes[:, :, i].sum()), top - head // 2
        ink, faint = theme.text if count else theme.faint_text, theme.faint_text
        size, room = round(cell * 1.5), round(board * 0.84)
        draw_text(surface, f"{i} {name}", (left, y), size, ink, width=room)
        right, size = (left + board, y), round(cell * 1.4)
        draw_text(surface, str(count), right, size, faint, anchor="midright")
        _draw_plane(surface, (left, top), cell, planes[:, :, i], stones, theme)
    save_surface(surface, path)


def _draw_plane(
    surface: pygame.Surface,
    place: tuple[int, int],
    cell: int,
    plane: NDArray[np.uint8],
    stones: NDArray[np.int8],
    theme: Theme,
) -> None:
    """One plane: set points as colored cells, stones as faint dots."""
    left, top = place
    side = cell * BOARD_SIZE
    board = mix(theme.background, theme.board, 0.45)
    pygame.draw.rect(surface, board, (left, top, side, side))
    for point in range(POINTS):
        row, column = divmod(point, BOARD_SIZE)
        box = pygame.Rect(left + column * cell, top + row * cell, cell, cell)
        if plane[row, column]:
            pygame.draw.rect(surface, theme.ramp[1], box.inflate(-1, -1))
        if stones[point]:
            ink = palette.BLACK if stones[point] == BLACK else palette.WHITE
            under = theme.ramp[1] if plane[row, column] else board
            pygame.draw.circle(
                surface, mix(under, ink, 0.55), box.center, max(1, cell // 3)
            )
    pygame.draw.rect(surface, theme.faint_text, (left, top, side, side), 1)


def _wrap(title: str) -> list[str]:
    """A title of parts with commas as lines: names, then the rest."""
    return [part.strip() for part in title.split(",") if part.strip()][:4]


def save_surface(surface: pygame.Surface, path: str | Path) -> None:
    """Writes a PNG whole or not at all."""
    with whole_file(path) as file:
        pygame.image.save(surface, file, "picture.png")


def pixels(surface: pygame.Surface) -> NDArray[np.uint8]:
    """The colors of a surface, uint8 [H, W, 3], row 0 at the top."""
    colors: NDArray[np.uint8] = pygame.surfarray.array3d(surface).swapaxes(0, 1)
    return colors
