"""Drawing a board onto any pygame Surface; never flips, never reads input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
import pygame
from numpy.typing import NDArray

from gopolicy.go.coords import (
    ALL_LETTERS,
    BLACK,
    EMPTY,
    PASS,
    POINTS,
    WHITE,
    format_vertex,
    point_at,
)
from gopolicy.plots import palette
from gopolicy_gui.model.study.marks import Marks
from gopolicy_gui.view.fonts import draw_text
from gopolicy_gui.view.layout import Layout
from gopolicy_gui.view.shapes import (
    draw_disc,
    draw_ghost,
    draw_ring,
    draw_stone,
)
from gopolicy_gui.view.study.markview import draw_marks
from gopolicy_gui.view.study.territory import (
    Dot,
    draw_dots,
    draw_dying,
    draw_shading,
    rim_of,
)
from gopolicy_gui.view.theme import (
    DARK_INK,
    LEAST_SHOWN,
    LIGHT_INK,
    Theme,
    ink_on,
    ramp_color,
    ramp_place,
)

#: Width and height of the picture of wood, in pixels.
_WOOD_SIDE: Final = 1024
#: From where to where its grain goes; as it sways, a little more than the picture.
_GRAIN: Final = (-0.02, 1.02)
#: The number on the last stone, to be read on either color.
_LAST_INK: Final = {BLACK: (255, 159, 64), WHITE: (160, 52, 0)}


def draw_board(
    surface: pygame.Surface,
    layout: Layout,
    theme: Theme,
    stones: NDArray[np.int8],
    *,
    last_move: int | None = None,
    probabilities: NDArray[np.float32] | None = None,
    percentages: bool = True,
    letters: bool = False,
    small_numbers: bool = False,
    played: int | None = None,
    coordinates: bool = True,
    numbers: Mapping[int, int] | None = None,
    dead: frozenset[int] = frozenset(),
    ownership: NDArray[np.float32] | None = None,
    dots: Mapping[int, Dot] | None = None,
    marks: Marks | None = None,
) -> None:
    """Draws wood, lines, coordinates, stones and the overlay of probabilities.

    ``stones``: int8 [361]. ``probabilities``: float32 [361], shown on a log scale, with
    ``percentages``, ``letters`` and ``small_numbers`` if wished. ``played``: a point to
    mark as the move made in the game. ``numbers``: of the moves that placed the stones.
    ``dead``: stones shown faintly.
    ``ownership``: float32 [361], a shading of who owns what; +1 is Black's. ``dots``:
    by point, on stones. ``marks``: the record's own.
    """
    surface.blit(_board_image(layout, theme, coordinates), layout.board[:2])
    if ownership is not None:
        draw_shading(surface, layout, ownership)
    for point in np.flatnonzero(stones).tolist():
        center, color = layout.center(point), int(stones[point])
        if point in dead:
            draw_ghost(surface, center, layout.stone_radius, color)
        else:
            draw_stone(surface, center, layout.stone_radius, color)
    if ownership is not None:
        draw_dying(surface, layout, stones, ownership)
    covered = marks.covered if marks else frozenset[int]()
    shown = None if numbers else last_move
    draw_dots(surface, layout, stones, dots or {}, last_move=shown, without=covered)
    if numbers:
        _draw_numbers(surface, layout, theme, stones, numbers, last_move)
    elif last_move is not None and last_move != PASS and stones[last_move] != EMPTY:
        _draw_last_move(surface, layout, theme, last_move, int(stones[last_move]))
    if probabilities is not None:
        draw_probabilities(
            surface,
            layout,
            theme,
            probabilities,
            percentages=percentages,
            letters=letters,
            small_numbers=small_numbers,
            covered=covered,
        )
    if marks is not None:
        draw_marks(surface, layout, theme, stones, marks)
    if played is not None and played != PASS:
        _draw_played(surface, layout, theme, played)


@lru_cache(maxsize=2)
def _board_image(layout: Layout, theme: Theme, coordinates: bool) -> pygame.Surface:
    """The empty board, drawn once for each size."""
    side = layout.board.width
    image = pygame.Surface((side, side))
    at_origin = replace(layout, board=layout.board._replace(left=0, top=0))
    _draw_wood(image, at_origin, theme)
    _draw_lines(image, at_origin, theme)
    if coordinates:
        _draw_coordinates(image, at_origin, theme)
    return image


def _draw_last_move(
    surface: pygame.Surface, layout: Layout, theme: Theme, point: int, stone: int
) -> None:
    """A ring on its stone, with rims where its color would be lost on it."""
    center, radius = layout.center(point), layout.stone_radius * 0.55
    thickness = max(1.5, layout.cell * 0.09)
    if (ink := rim_of(theme.mark, stone)) is not None:
        rim = max(1.0, layout.cell * 0.03)
        draw_ring(surface, center, radius + rim, ink, thickness + 2 * rim)
    draw_ring(surface, center, radius, theme.mark, thickness)


def _draw_numbers(
    surface: pygame.Surface,
    layout: Layout,
    theme: Theme,
    stones: NDArray[np.int8],
    numbers: Mapping[int, int],
    last_move: int | None,
) -> None:
    """The number of each move on its stone, the last one in the color of marks."""
    for point, number in numbers.items():
        if stones[point] == EMPTY:
            continue
        ink = (245, 245, 245) if stones[point] == BLACK else (25, 25, 28)
        text = str(number)
        draw_text(
            surface,
            text,
            layout.center(point),
            round(layout.cell * (0.5 if len(text) < 3 else 0.4)),
            ink if point != last_move else _LAST_INK[int(stones[point])],
            anchor="center",
        )


def draw_owners(
    surface: pygame.Surface,
    layout: Layout,
    stones: NDArray[np.int8],
    owners: NDArray[np.int8],
    dead: frozenset[int],
    dame: frozenset[int] = frozenset(),
    seki: frozenset[int] = frozenset(),
) -> None:
    """A small square of its owner's color on each point of territory, a gray cross on
    each of ``dame``, and a gray ring on each within a ``seki``."""
    side = max(3, round(layout.cell * 0.3))
    for point in np.flatnonzero(owners).tolist():
        if stones[point] != EMPTY and point not in dead:
            continue
        box = pygame.Rect(0, 0, side, side)
        box.center = layout.center(point)
        black = owners[point] == BLACK
        edge = LIGHT_INK if black else DARK_INK
        pygame.draw.rect(surface, edge, box.inflate(2, 2))
        pygame.draw.rect(surface, (24, 24, 28) if black else (246, 246, 244), box)
    arm, thick = round(layout.cell * 0.2), max(2, round(layout.cell * 0.08))
    for point in seki:
        center = layout.center(point)
        draw_ring(surface, center, arm * 1.25 + 1, palette.GRAY, thick + 2)
        draw_ring(surface, center, arm * 1.25, DARK_INK, max(1.5, thick * 0.7))
    for point in dame:
        x, y = layout.center(point)
        for sign in (1, -1):
            ends = (x - arm, y - sign * arm), (x + arm, y + sign * arm)
            pygame.draw.line(surface, palette.GRAY, *ends, thick + 2)
            pygame.draw.line(surface, DARK_INK, *ends, max(1, thick - 1))


def draw_plane(
    surface: pygame.Surface,
    layout: Layout,
    theme: Theme,
    stones: NDArray[np.int8],
    plane: NDArray[np.uint8],
) -> None:
    """Marks the set points of a plane, uint8 [361]: squares, smaller on stones."""
    for point in np.flatnonzero(plane).tolist():
        share = 0.42 if stones[point] else 0.72
        side = max(3, round(layout.cell * share))
        box = pygame.Rect(0, 0, side, side)
        box.center = layout.center(point)
        fill = theme.best if stones[point] else theme.ramp[1]
        pygame.draw.rect(surface, fill, box, border_radius=max(1, side // 5))


def draw_probabilities(
    surface: pygame.Surface,
    layout: Layout,
    theme: Theme,
    probabilities: NDArray[np.float32],
    *,
    percentages: bool = True,
    letters: bool = False,
    small_numbers: bool = False,
    covered: frozenset[int] = frozenset(),
) -> None:
    """A disc on each likely point: color by probability, percentage from 1 % on.

    ``letters``: on the best three. ``small_numbers``: percentages of less than 1 %,
    too. Points that are ``covered`` by marks have neither.
    """
    best = int(probabilities.argmax())
    for point in range(POINTS):
        probability = float(probabilities[point])
        if probability < LEAST_SHOWN:
            continue
        center = layout.center(point)
        color = ramp_color(theme, probability)
        is_small = probability < 0.01
        radius = layout.cell * (0.36 + 0.1 * ramp_place(probability))
        if is_small:
            radius = layout.cell * (0.28 if small_numbers else 0.13)
        draw_disc(surface, center, radius, color)
        is_bare = is_small and not small_numbers
        if percentages and not is_bare and point not in covered:
            size = round(layout.cell * (0.36 if is_small else 0.46))
            text = format_short_percent(probability)
            draw_text(surface, text, center, size, ink_on(color), anchor="center")
        if point == best:
            draw_ring(surface, center, radius, theme.best, max(2.0, layout.cell / 10))
    if letters:
        for point, letter in best_letters(probabilities).items():
            if point not in covered:
                _draw_letter(surface, layout, theme, point, letter)


def best_letters(probabilities: NDArray[np.float32]) -> dict[int, str]:
    """The letters of the best three moves by their points; of those that are shown."""
    order = np.argsort(-probabilities, kind="stable")[:3].tolist()
    shown = [point for point in order if probabilities[point] >= LEAST_SHOWN]
    return dict(zip(shown, ALL_LETTERS, strict=False))


def _draw_letter(
    surface: pygame.Surface, layout: Layout, theme: Theme, point: int, letter: str
) -> None:
    """A letter on a small disc, at the upper left of its hint."""
    x, y = layout.center(point)
    away, radius = round(layout.cell * 0.34), layout.cell * 0.21
    center = (x - away, y - away)
    draw_disc(surface, center, radius + max(1.0, layout.cell / 26), theme.line)
    draw_disc(surface, center, radius, theme.raised)
    size = round(layout.cell * 0.38)
    draw_text(surface, letter, center, size, theme.text, anchor="center")


def format_short_percent(probability: float) -> str:
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
    most = max((probability for _, probability in moves), default=1.0)
    for i, (point, probability) in enumerate(moves):
        draw_move_row(
            surface,
            theme,
            (left, top + i * row_height),
            width,
            row_height,
            point,
            probability,
            most=most,
            is_played=point == played,
        )


def draw_move_row(
    surface: pygame.Surface,
    theme: Theme,
    place: tuple[int, int],
    width: int,
    height: int,
    point: int,
    probability: float,
    *,
    most: float,
    is_played: bool = False,
    letter: str = "",
) -> None:
    """A move's vertex, a bar of its share of ``most``, and its percentage.

    ``letter``: that it has on the board.
    """
    left, top = place
    y = top + height // 2
    size = round(height * 0.62)
    name_width, percent_width = height * (3 if letter else 2), round(height * 2.6)
    bar_width = max(1, width - name_width - percent_width)
    name_color = theme.mark_text if is_played else theme.text
    name = f"{letter} {format_vertex(point)}".strip()
    draw_text(surface, name, (left, y), size, name_color)
    length = max(2, round(bar_width * probability / most))
    bar = pygame.Rect(left + name_width, 0, length, round(height * 0.55))
    bar.centery = y
    pygame.draw.rect(surface, theme.bar, bar)
    draw_text(
        surface,
        f"{100 * probability:.1f} %",
        (left + width, y),
        size,
        theme.text,
        anchor="midright",
    )


def _draw_wood(surface: pygame.Surface, layout: Layout, theme: Theme) -> None:
    side = layout.board.width
    image = pygame.transform.smoothscale(_wood_image(theme), (side, side))
    surface.blit(image, layout.board[:2])


def _draw_lines(surface: pygame.Surface, layout: Layout, theme: Theme) -> None:
    thickness = max(1, round(layout.pen / 26))
    columns, rows = layout.lines
    lines = [
        (point_at(0, i), point_at(rows - 1, i), i in (0, columns - 1))
        for i in range(columns)
    ]
    for i in range(rows):
        ends_at = point_at(i, 0), point_at(i, columns - 1)
        lines.append((*ends_at, i in (0, rows - 1)))
    for start, end, is_edge in lines:
        width = thickness + (1 if is_edge and layout.cell > 20 else 0)
        ends = layout.center(start), layout.center(end)
        pygame.draw.line(surface, theme.line, *ends, width)
    for star in layout.lines.stars:
        draw_disc(surface, layout.center(star), max(2.0, layout.pen / 9), theme.line)


def _draw_coordinates(surface: pygame.Surface, layout: Layout, theme: Theme) -> None:
    size = round(layout.pen * 0.42)
    if size < 7:
        return
    away = round(layout.cell * 0.85)
    columns, rows = layout.lines
    places: list[tuple[str, tuple[int, int]]] = []
    for i in range(columns):
        x, top = layout.center(point_at(0, i))
        _, bottom = layout.center(point_at(rows - 1, i))
        letter = ALL_LETTERS[i]
        places += [(letter, (x, top - away)), (letter, (x, bottom + away))]
    for i in range(rows):
        left, y = layout.center(point_at(i, 0))
        right, _ = layout.center(point_at(i, columns - 1))
        number = str(rows - i)
        places += [(number, (left - away, y)), (number, (right + away, y))]
    for text, place in places:
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


@lru_cache(maxsize=4)
def _wood_image(theme: Theme) -> pygame.Surface:
    """Straight grain, in bands of uneven width that sway a little; to be scaled."""
    axis = np.linspace(0, 1, _WOOD_SIDE, dtype=np.float32)
    y, x = axis[:, None], axis[None, :]
    across = x + 0.012 * np.sin(5 * y + 2 * x) + 0.004 * np.sin(17 * y)
    colors = _grain_colors(theme)
    low, high = _GRAIN
    # Looked up: this is most of what the window's first frame would take.
    steps = (across - np.float32(low)) * np.float32((len(colors) - 1) / (high - low))
    pixels = colors[steps.astype(np.uint16)].tobytes()
    return pygame.image.frombuffer(pixels, across.shape, "BGRA").copy()


def _grain_colors(theme: Theme) -> NDArray[np.uint32]:
    """BGRA of the grain, from one side to the other: a stretch like ``_GRAIN``."""
    rng = np.random.default_rng(7)
    across = np.linspace(*_GRAIN, 8 * _WOOD_SIDE)
    grain = np.zeros_like(across)
    for frequency in (9, 23, 61, 140):
        phase, weight = rng.uniform(0, 6.28), rng.uniform(0.5, 1) / frequency**0.25
        grain += weight * np.sin(frequency * 6.28 * across + phase)
    grain = (grain - grain.min()) / np.ptp(grain)
    low, high = np.array(theme.board), np.array(theme.grain)
    bgra = np.full((len(grain), 4), 255, np.uint8)
    bgra[:, 2::-1] = low + 0.55 * grain[:, None] * (high - low) + 0.5
    return bgra.view(np.uint32)[:, 0]
