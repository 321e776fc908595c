"""Stones, discs, rings and icons on any pygame Surface, computed and kept by size.

There are no image files: round things are computed with their antialiased edge.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import pygame
import pygame.font
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK
from gopolicy.plots.palette import Color


def draw_stone(
    surface: pygame.Surface, center: tuple[int, int], radius: int, color: int
) -> None:
    """A shaded stone of BLACK or WHITE with its shadow."""
    image = _stone_image(radius, color == BLACK)
    surface.blit(image, image.get_rect(center=center))


def draw_ghost(
    surface: pygame.Surface, center: tuple[int, int], radius: int, color: int
) -> None:
    """A stone that one sees through: a dead one, or one that is not played yet."""
    image = _ghost_image(radius, color == BLACK)
    surface.blit(image, image.get_rect(center=center))


def draw_disc(
    surface: pygame.Surface, center: tuple[int, int], radius: float, color: Color
) -> None:
    """A filled circle with a smooth edge."""
    image = _round_image(round(radius * 4) / 4, 0.0, color)
    surface.blit(image, image.get_rect(center=center))


def draw_ring(
    surface: pygame.Surface,
    center: tuple[int, int],
    radius: float,
    color: Color,
    thickness: float,
) -> None:
    """A circle with smooth edges; ``radius`` is that of its outer one."""
    image = _round_image(round(radius * 4) / 4, max(0.0, radius - thickness), color)
    surface.blit(image, image.get_rect(center=center))


def draw_diamond(
    surface: pygame.Surface, center: tuple[int, int], radius: float, color: Color
) -> None:
    """A filled square on its corner with a smooth edge; ``radius``: to its corners."""
    image = _diamond_image(round(radius * 4) / 4, color)
    surface.blit(image, image.get_rect(center=center))


def _distances(half: int) -> NDArray[np.float64]:
    """Distance of each pixel of a (2 half + 1)-square to its middle."""
    axis = np.arange(-half, half + 1)
    return np.hypot(axis[:, None], axis[None, :])


def to_surface(rgba: NDArray[np.floating]) -> pygame.Surface:
    """An image [height, width, 4] of 0..255 as a Surface with alpha."""
    height, width, _ = rgba.shape
    # In the order of bytes that Surfaces have, blitting takes a third of the time.
    bgra = np.clip(rgba + 0.5, 0, 255).astype(np.uint8)[..., [2, 1, 0, 3]]
    return pygame.image.frombuffer(bgra.tobytes(), (width, height), "BGRA").copy()


@lru_cache(maxsize=256)
def _round_image(radius: float, inner: float, color: Color) -> pygame.Surface:
    distance = _distances(int(radius) + 2)
    rgba = np.empty((*distance.shape, 4))
    rgba[..., :3] = color
    cover = np.clip(radius + 0.5 - distance, 0, 1)
    if inner > 0:
        cover *= np.clip(distance - inner + 0.5, 0, 1)
    rgba[..., 3] = 255 * cover
    return to_surface(rgba)


@lru_cache(maxsize=64)
def _diamond_image(radius: float, color: Color) -> pygame.Surface:
    half = int(radius) + 2
    axis = np.abs(np.arange(-half, half + 1))
    distance = axis[:, None] + axis[None, :]
    rgba = np.empty((*distance.shape, 4))
    rgba[..., :3] = color
    # Across a slanted edge a pixel is covered along its diagonal.
    rgba[..., 3] = 255 * np.clip((radius - distance) / 1.41 + 0.5, 0, 1)
    return to_surface(rgba)


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
    return to_surface(rgba)


@lru_cache(maxsize=8)
def _ghost_image(radius: int, black: bool) -> pygame.Surface:
    image = _stone_image(radius, black).copy()
    image.fill((255, 255, 255, 120), special_flags=pygame.BLEND_RGBA_MULT)
    return image


#: Triangles and bars of each icon, in a square of side 1; y goes down.
_TRIANGLE_BACK: Final = ((0.66, 0.2), (0.66, 0.8), (0.26, 0.5))
_ICONS: Final[dict[str, tuple[tuple[tuple[float, float], ...], ...]]] = {
    "back": (_TRIANGLE_BACK,),
    "back_ten": (
        ((0.5, 0.22), (0.5, 0.78), (0.14, 0.5)),
        ((0.86, 0.22), (0.86, 0.78), (0.5, 0.5)),
    ),
    "first": (
        ((0.8, 0.2), (0.8, 0.8), (0.4, 0.5)),
        ((0.22, 0.2), (0.32, 0.2), (0.32, 0.8), (0.22, 0.8)),
    ),
}
_MIRRORED: Final = {"forward": "back", "forward_ten": "back_ten", "last": "first"}


def draw_icon(
    surface: pygame.Surface, name: str, center: tuple[int, int], side: int, color: Color
) -> None:
    """An arrow of the navigation, by its command's name, with smooth edges."""
    image = _icon_image(name, max(4, side), color)
    surface.blit(image, image.get_rect(center=center))


@lru_cache(maxsize=64)
def _icon_image(name: str, side: int, color: Color) -> pygame.Surface:
    finer = 4 * side
    image = pygame.Surface((finer, finer), pygame.SRCALPHA)
    image.fill((*color, 0))
    for outline in _ICONS[_MIRRORED.get(name, name)]:
        points = [(x * finer, y * finer) for x, y in outline]
        if name in _MIRRORED:
            points = [(finer - x, y) for x, y in points]
        pygame.draw.polygon(image, color, points)
    return pygame.transform.smoothscale(image, (side, side))
