"""Drawing a board onto any pygame Surface; never flips, never reads input.

Stones, grain and discs are computed, so there are no image files; round things are
computed with their antialiased edge and kept by size.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import pygame
import pygame.font
from numpy.typing import NDArray

from gopolicy.coords import (
    BLACK,
    BOARD_SIZE,
    COLUMN_LETTERS,
    EMPTY,
    PASS,
    POINTS,
    format_vertex,
)
from gopolicy_gui.layout import Layout
from gopolicy_gui.theme import (
    LEAST_SHOWN,
    Color,
    Theme,
    ink_on,
    ramp_color,
    ramp_place,
)

_STARS: Final = tuple(
    row * BOARD_SIZE + column for row in (3, 9, 15) for column in (3, 9, 15)
)


def draw_board(
    surface: pygame.Surface,
    layout: Layout,
    theme: Theme,
    stones: NDArray[np.int8],
    *,
    last_move: int | None = None,
    probabilities: NDArray[np.float32] | None = None,
    played: int | None = None,
) -> None:
    """Draws wood, lines, coordinates, stones and the overlay of probabilities.

    ``stones``: int8 [361]. ``probabilities``: float32 [361], shown on a log scale.
    ``played``: a point to mark as the move made in the game.
    """
    _draw_wood(surface, layout, theme)
    _draw_lines(surface, layout, theme)
    _draw_coordinates(surface, layout, theme)
    for point in np.flatnonzero(stones):
        draw_stone(
            surface, layout.center(int(point)), layout.stone_radius, stones[point]
        )
    if last_move is not None and last_move != PASS and stones[last_move] != EMPTY:
        _draw_ring(
            surface,
            layout.center(last_move),
            layout.stone_radius * 0.55,
            theme.mark,
            max(1.5, layout.cell * 0.09),
        )
    if probabilities is not None:
        draw_probabilities(surface, layout, theme, probabilities)
    if played is not None and played != PASS:
        _draw_played(surface, layout, theme, played)


def draw_stone(
    surface: pygame.Surface, center: tuple[int, int], radius: int, color: int
) -> None:
    """A shaded stone of BLACK or WHITE with its shadow."""
    image = _stone_image(radius, color == BLACK)
    surface.blit(image, image.get_rect(center=center))


def draw_probabilities(
    surface: pygame.Surface,
    layout: Layout,
    theme: Theme,
    probabilities: NDArray[np.float32],
) -> None:
    """A disc on each likely point: color by probability, percentage from 1 % on."""
    best = int(probabilities.argmax())
    for point in range(POINTS):
        probability = float(probabilities[point])
        if probability < LEAST_SHOWN:
            continue
        center = layout.center(point)
        color = ramp_color(theme, probability)
        if probability < 0.01:
            draw_disc(surface, center, layout.cell * 0.13, color)
            continue
        radius = layout.cell * (0.36 + 0.1 * ramp_place(probability))
        draw_disc(surface, center, radius, color)
        draw_text(
            surface,
            format_percent(probability),
            center,
            round(layout.cell * 0.46),
            ink_on(color),
            anchor="center",
        )
        if point == best:
            _draw_ring(surface, center, radius, theme.best, max(2.0, layout.cell / 10))


def format_percent(probability: float) -> str:
    """A probability in at most three characters, without the sign: "42", "7.5"."""
    percent = 100 * probability
    return f"{percent:.1f}" if percent < 9.95 else f"{percent:.0f}"


def draw_moves(
    surface: pygame.Surface,
    theme: Theme,
    place: tuple[int, int],
    width: int,
    row_height: int,
    moves: Sequence[tuple[int, float]],
    *,
    played: int | None = None,
) -> None:
    """A list of (point, probability) with bars, from ``place`` (left, top) down."""
    left, top = place
    size = round(row_height * 0.62)
    name_width = row_height * 2
    percent_width = row_height * 2
    bar_width = max(1, width - name_width - percent_width)
    most = max((probability for _, probability in moves), default=1.0)
    for i, (point, probability) in enumerate(moves):
        y = top + i * row_height + row_height // 2
        name_color = theme.mark if point == played else theme.text
        draw_text(surface, format_vertex(point), (left, y), size, name_color)
        length = max(2, round(bar_width * probability / most))
        bar = pygame.Rect(left + name_width, 0, length, round(row_height * 0.55))
        bar.centery = y
        pygame.draw.rect(surface, theme.bar, bar, border_radius=bar.height // 4)
        draw_text(
            surface,
            f"{100 * probability:.1f} %",
            (left + width, y),
            size,
            theme.text,
            anchor="midright",
        )


def draw_text(
    surface: pygame.Surface,
    text: str,
    place: tuple[int, int],
    size: int,
    color: Color,
    *,
    anchor: str = "midleft",
    width: int | None = None,
) -> pygame.Rect:
    """One line of text; cut with an ellipsis to ``width`` pixels. Returns its place."""
    font = find_font(size, wide=not text.isascii())
    if width is not None and font.size(text)[0] > width:
        while text and font.size(text + "…")[0] > width:
            text = text[:-1]
        text += "…"
    image = font.render(text, True, color)
    return surface.blit(image, image.get_rect(**{anchor: place}))


#: Fonts that have Chinese, Japanese and Korean characters, by pygame's names.
_CJK_FONTS: Final = (
    "notosanscjksc,notosanscjkjp,notosanscjk,sourcehansans,microsoftyahei,msgothic,"
    "yugothic,pingfangsc,hiraginosans,applesdgothicneo,malgungothic,wenquanyizenhei,"
    "wqyzenhei,droidsansfallback,arialunicodems"
)


@lru_cache(maxsize=64)
def find_font(size: int, *, wide: bool = False) -> pygame.font.Font:
    """pygame's own font; with ``wide``, one of the system's that has CJK characters."""
    if not pygame.font.get_init():
        pygame.font.init()
    if wide:
        path = pygame.font.match_font(_CJK_FONTS.split(","))
        if path is not None:
            return pygame.font.Font(path, max(4, round(size * 0.8)))
    return pygame.font.Font(None, max(6, round(size * 1.25)))


def _draw_wood(surface: pygame.Surface, layout: Layout, theme: Theme) -> None:
    image = _wood_image(layout.board.width, theme)
    surface.blit(image, layout.board[:2])


def _draw_lines(surface: pygame.Surface, layout: Layout, theme: Theme) -> None:
    thickness = max(1, round(layout.cell / 26))
    for i in range(BOARD_SIZE):
        edge = thickness + (1 if i in (0, BOARD_SIZE - 1) and layout.cell > 20 else 0)
        row_start = layout.center(i * BOARD_SIZE)
        row_end = layout.center(i * BOARD_SIZE + BOARD_SIZE - 1)
        column_start = layout.center(i)
        column_end = layout.center(POINTS - BOARD_SIZE + i)
        pygame.draw.line(surface, theme.line, row_start, row_end, edge)
        pygame.draw.line(surface, theme.line, column_start, column_end, edge)
    for star in _STARS:
        draw_disc(surface, layout.center(star), max(2.0, layout.cell / 9), theme.line)


def _draw_coordinates(surface: pygame.Surface, layout: Layout, theme: Theme) -> None:
    size = round(layout.cell * 0.42)
    if size < 7:
        return
    away = round(layout.cell * 0.85)
    last = BOARD_SIZE - 1
    for i in range(BOARD_SIZE):
        letter, number = COLUMN_LETTERS[i], str(BOARD_SIZE - i)
        x, top = layout.center(i)
        _, bottom = layout.center(last * BOARD_SIZE)
        left, y = layout.center(i * BOARD_SIZE)
        right, _ = layout.center(last)
        for text, place in (
            (letter, (x, top - away)),
            (letter, (x, bottom + away)),
            (number, (left - away, y)),
            (number, (right + away, y)),
        ):
            draw_text(surface, text, place, size, theme.coordinate, anchor="center")


def _draw_played(
    surface: pygame.Surface, layout: Layout, theme: Theme, played: int
) -> None:
    """A diamond's corners around the point, so that the disc stays readable."""
    x, y = layout.center(played)
    reach = round(layout.cell * 0.47)
    arm = round(layout.cell * 0.17)
    thickness = max(2, round(layout.cell * 0.08))
    for dx in (-1, 1):
        for dy in (-1, 1):
            corner = (x + dx * reach, y + dy * reach)
            pygame.draw.line(
                surface,
                theme.mark,
                corner,
                (corner[0] - dx * arm, corner[1]),
                thickness,
            )
            pygame.draw.line(
                surface,
                theme.mark,
                corner,
                (corner[0], corner[1] - dy * arm),
                thickness,
            )


def draw_disc(
    surface: pygame.Surface, center: tuple[int, int], radius: float, color: Color
) -> None:
    """A filled circle with a smooth edge."""
    image = _round_image(round(radius * 4) / 4, 0.0, color)
    surface.blit(image, image.get_rect(center=center))


def _draw_ring(
    surface: pygame.Surface,
    center: tuple[int, int],
    radius: float,
    color: Color,
    thickness: float,
) -> None:
    image = _round_image(round(radius * 4) / 4, max(0.0, radius - thickness), color)
    surface.blit(image, image.get_rect(center=center))


def _distances(half: int) -> NDArray[np.float64]:
    """Distance of each pixel of a (2 half + 1)-square to its middle."""
    axis = np.arange(-half, half + 1)
    return np.hypot(axis[:, None], axis[None, :])


def _to_surface(rgba: NDArray[np.float64]) -> pygame.Surface:
    """An image [height, width, 4] of 0..255 as a Surface with alpha."""
    height, width, _ = rgba.shape
    data = np.clip(rgba + 0.5, 0, 255).astype(np.uint8).tobytes()
    return pygame.image.frombuffer(data, (width, height), "RGBA").copy()


@lru_cache(maxsize=256)
def _round_image(radius: float, inner: float, color: Color) -> pygame.Surface:
    distance = _distances(int(radius) + 2)
    rgba = np.empty((*distance.shape, 4))
    rgba[..., :3] = color
    cover = np.clip(radius + 0.5 - distance, 0, 1)
    if inner > 0:
        cover *= np.clip(distance - inner + 0.5, 0, 1)
    rgba[..., 3] = 255 * cover
    return _to_surface(rgba)


@lru_cache(maxsize=8)
def _stone_image(radius: int, black: bool) -> pygame.Surface:
    """A stone lit from the upper left, above a soft shadow to the lower right."""
    half = radius + max(2, radius // 4)
    axis = np.arange(-half, half + 1) / radius
    x, y = axis[None, :], axis[:, None]
    distance = np.hypot(x, y)
    height = np.sqrt(np.clip(1 - distance**2, 0, 1))
    # Lambert's law for the body, a narrow highlight on top.
    light = np.clip((-0.45 * x - 0.55 * y + 0.70 * height), 0, 1)
    shine = np.exp(-((x + 0.34) ** 2 + (y + 0.40) ** 2) / 0.06)
    body = 26 + 44 * light + 105 * shine if black else 188 + 62 * light + 14 * shine
    stone = np.clip((1 - distance) * radius + 0.5, 0, 1)
    shadow_distance = np.hypot(x - 0.07, y - 0.11)
    shadow = 0.42 * np.clip((1.12 - shadow_distance) / 0.24, 0, 1) * (1 - stone)
    alpha = stone + shadow
    rgba = np.zeros((*distance.shape, 4))
    tint = np.array([1.0, 1.0, 1.04]) if black else np.array([1.0, 0.995, 0.975])
    # Straight alpha: the shadow is black, so only the stone's share has color.
    share = np.divide(stone, alpha, out=np.zeros_like(stone), where=alpha > 0)
    rgba[..., :3] = body[..., None] * tint * share[..., None]
    rgba[..., 3] = 255 * alpha
    return _to_surface(rgba)


@lru_cache(maxsize=4)
def _wood_image(side: int, theme: Theme) -> pygame.Surface:
    """Straight grain: bands of uneven width that sway a little."""
    rng = np.random.default_rng(7)
    y = np.linspace(0, 1, side)[:, None]
    x = np.linspace(0, 1, side)[None, :]
    sway = 0.012 * np.sin(5 * y + 2 * x) + 0.004 * np.sin(17 * y)
    grain = np.zeros((side, side))
    for frequency in (9, 23, 61, 140):
        phase, weight = rng.uniform(0, 6.28), rng.uniform(0.5, 1) / frequency**0.25
        grain += weight * np.sin(frequency * 6.28 * (x + sway) + phase)
    grain = (grain - grain.min()) / (grain.max() - grain.min())
    low, high = np.array(theme.board), np.array(theme.grain)
    rgba = np.full((side, side, 4), 255.0)
    rgba[..., :3] = low + 0.55 * grain[..., None] * (high - low)
    return _to_surface(rgba)
