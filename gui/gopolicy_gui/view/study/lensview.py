"""Drawing the network's inside: what filters say, which stones its choice hangs on."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import pygame
from numpy.typing import NDArray

from gopolicy.go.coords import BOARD_SIZE
from gopolicy.plots.palette import Color
from gopolicy_gui.model.events import CommandGiven, FilterChosen
from gopolicy_gui.model.language import N_, move_name, tr
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study.lens import (
    VIEWS,
    place_of,
    shown_boards,
    shown_view,
    shown_weights,
)
from gopolicy_gui.view.control import Control
from gopolicy_gui.view.fonts import draw_text
from gopolicy_gui.view.layout import Box, Layout, WindowLayout
from gopolicy_gui.view.shapes import draw_disc, draw_ring
from gopolicy_gui.view.theme import Theme, mix
from gopolicy_gui.view.widgets import draw_line

#: Under the buttons: input, filters, stones.
_NAMES: Final = {
    "planes": N_("Input"),
    "filters": N_("Filters"),
    "stones": N_("Stones"),
}
#: What speaks for the move and what against: told apart by everyone, as in the plots.
FOR: Final[Color] = (84, 39, 136)
AGAINST: Final[Color] = (230, 97, 1)
#: Less than this share of the largest value is not drawn.
_LEAST: Final = 0.04
#: Rows of the list that the heading takes.
_HEAD: Final = 2


def view_buttons(state: GuiState, box: Box, gap: int) -> list[Control]:
    """A button for each view, side by side in ``box``."""
    width = (box.width - gap * (len(VIEWS) - 1)) // len(VIEWS)
    return [
        Control(
            "button",
            Box(box.left + i * (width + gap), box.top, width, box.height),
            CommandGiven(view),
            tr(_NAMES[view]),
            chosen=view == shown_view(state),
        )
        for i, view in enumerate(VIEWS)
    ]


def filter_controls(
    state: GuiState, layout: WindowLayout, bottom: int
) -> list[Control]:
    """A number for each layer, and a cell for each filter of the one that is shown."""
    boards = shown_boards(state)
    if shown_view(state) != "filters" or not boards:
        return []
    layer, number = place_of(state)
    box, row = layout.list, layout.row
    left, width = float(box.left), box.width / len(boards)
    found = [
        Control(
            "plane",
            Box(
                round(left + i * width),
                box.top + _HEAD * row,
                round(width) - 1,
                row - 2,
            ),
            FilterChosen(i, number),
            str(i + 1),
            chosen=i == layer,
        )
        for i in range(len(boards))
    ]
    cells = _cells(layout, bottom, boards[layer].shape[2])
    return found + [
        Control("filter", cell, FilterChosen(layer, i), chosen=i == number, data=i)
        for i, cell in enumerate(cells)
    ]


def _cells(layout: WindowLayout, bottom: int, count: int) -> list[Box]:
    """Squares for ``count`` filters under the layers' numbers, as large as they can."""
    box, top = layout.list, layout.list.top + (_HEAD + 1) * layout.row
    high = max(1, bottom - top)
    columns = next(
        (n for n in range(1, count) if -(-count // n) * (box.width // n) <= high), count
    )
    side = max(3, min(box.width // columns, high))
    left = box.left + (box.width - columns * side) // 2
    return [
        Box(left + i % columns * side, top + i // columns * side, side - 2, side - 2)
        for i in range(count)
    ]


def draw_inside(
    surface: pygame.Surface, state: GuiState, layout: Layout, theme: Theme
) -> None:
    """What is looked at, onto the board, which has its stones."""
    stones = state.position.stones
    boards, weights = shown_boards(state), shown_weights(state)
    if shown_view(state) == "filters" and boards:
        layer, number = place_of(state)
        shares = _shares(boards[layer][:, :, number]).reshape(-1)
        for point in np.flatnonzero(shares > _LEAST).tolist():
            share = float(shares[point])
            size = 0.46 if stones[point] else 0.86
            _draw_square(surface, layout, point, size, _ramp(theme, share))
    elif shown_view(state) == "stones" and weights is not None:
        largest = float(np.nanmax(np.abs(weights.nats), initial=1e-6))
        for point in np.flatnonzero(np.abs(weights.nats) > _LEAST * largest).tolist():
            share = float(weights.nats[point]) / largest
            color = FOR if share > 0 else AGAINST
            radius = layout.stone_radius * (0.25 + 0.5 * abs(share) ** 0.5)
            draw_disc(surface, layout.center(point), radius + 1.5, (250, 250, 250))
            draw_disc(surface, layout.center(point), radius, color)
        center, thick = layout.center(weights.point), max(2.0, layout.cell * 0.12)
        draw_ring(surface, center, layout.stone_radius * 0.8, theme.best, thick)


def draw_inside_words(
    surface: pygame.Surface,
    state: GuiState,
    layout: WindowLayout,
    theme: Theme,
    bottom: int,
) -> None:
    """What is looked at in words, and small maps of all filters of the layer."""
    lines = (
        _filter_lines(state)
        if shown_view(state) == "filters"
        else _stone_lines(state, (bottom - layout.list.top) // layout.row)
    )
    box, row = layout.list, layout.row
    draw_text(
        surface,
        lines[0],
        (box.left + box.width // 2, box.top + row // 2),
        layout.unit,
        theme.text,
        anchor="center",
        width=max(1, box.width - 2 * row),  # between the arrows
    )
    size = round(layout.unit * 0.9)
    for i, line in enumerate(lines[1:], start=1):
        draw_line(surface, line, box, size, theme.faint_text, row=i, height=row)
    boards = shown_boards(state)
    if shown_view(state) == "filters" and boards:
        values = boards[place_of(state)[0]]
        cells = _cells(layout, bottom, values.shape[2])
        pictures = _thumbnails(_Held(values), cells[0].width, theme)
        for cell, picture in zip(cells, pictures, strict=True):
            surface.blit(picture, cell[:2])


def _filter_lines(state: GuiState) -> tuple[str, ...]:
    boards = shown_boards(state)
    if boards is None:
        return (_waiting(state),)
    if not boards:
        return (tr("No layer is a board"),)
    layer, number = place_of(state)
    values = boards[layer][:, :, number]
    title = tr("Layer {layer}, filter {number}", layer=layer + 1, number=number)
    if np.ptp(values) == 0:
        return title, tr("The same on every point")
    place = move_name(int(values.argmax()), state.size.rows)
    return title, tr(
        "Strongest at {place}: {value}", place=place, value=f"{values.max():.2f}"
    )


def _stone_lines(state: GuiState, rows: int) -> tuple[str, ...]:
    weights = shown_weights(state)
    if weights is None:
        return (_waiting(state),)
    total = int(np.count_nonzero(state.position.stones))
    place = move_name(weights.point, state.size.rows)
    lines = [
        tr("What {move} hangs on", move=place),
        tr("Without this stone it has so many nats less:"),
    ]
    if weights.done < total:
        lines[1] = tr("{done} of {total} stones ...", done=weights.done, total=total)
    nats = np.nan_to_num(weights.nats)
    for point in np.argsort(-np.abs(nats), kind="stable")[: max(0, rows - 2)].tolist():
        if nats[point]:
            lines.append(f"{move_name(point, state.size.rows):4s} {nats[point]:+.2f}")
    return tuple(lines)


def _waiting(state: GuiState) -> str:
    if state.model:
        return tr("The network is asked ...")
    return tr("There is no network to look into")


class _Held:
    """An array as a key: the same array is the same key."""

    def __init__(self, values: NDArray[np.float32]) -> None:
        self.values = values

    def __hash__(self) -> int:
        return id(self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.values is self.values


@lru_cache(maxsize=4)
def _thumbnails(held: _Held, side: int, theme: Theme) -> tuple[pygame.Surface, ...]:
    """Each filter of float32 [19, 19, filters] as a picture of ``side`` pixels."""
    ramp = np.array(
        [
            mix(theme.raised, _ramp(theme, i / 255), min(1.0, i / 64))
            for i in range(256)
        ],
        np.uint8,
    )
    pictures = []
    for number in range(held.values.shape[2]):
        shares = _shares(held.values[:, :, number])
        pixels = ramp[(255 * shares).astype(np.uint8)]  # [row, column, 3]
        picture = pygame.surfarray.make_surface(pixels.transpose(1, 0, 2))
        pictures.append(pygame.transform.scale(picture, (side, side)))
    return tuple(pictures)


def _shares(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """A board from its least value, 0, to its largest, 1; all 0 of a constant one."""
    low, wide = values.min(), np.ptp(values)
    assert values.shape == (BOARD_SIZE, BOARD_SIZE)
    shares: NDArray[np.float32] = (values - low) / (wide or 1)
    return shares


def _ramp(theme: Theme, share: float) -> Color:
    """The color of a share, from the ramp of probabilities."""
    place = share * (len(theme.ramp) - 1)
    i = min(int(place), len(theme.ramp) - 2)
    return mix(theme.ramp[i], theme.ramp[i + 1], place - i)


def _draw_square(
    surface: pygame.Surface, layout: Layout, point: int, size: float, color: Color
) -> None:
    side = max(3, round(layout.cell * size))
    box = pygame.Rect(0, 0, side, side)
    box.center = layout.center(point)
    pygame.draw.rect(surface, color, box)
