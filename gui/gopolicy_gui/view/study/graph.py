"""The graph under the board: each move's probability, agreement, and who was ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pygame

from gopolicy.go.coords import BLACK, WHITE
from gopolicy.plots.palette import Color
from gopolicy_gui.model.events import NodeChosen
from gopolicy_gui.model.language import color_name, move_name, tr
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study import reviewing
from gopolicy_gui.view.fonts import draw_text
from gopolicy_gui.view.layout import Box, WindowLayout
from gopolicy_gui.view.shapes import draw_disc
from gopolicy_gui.view.theme import Theme, mix, ramp_place

if TYPE_CHECKING:
    from gopolicy.review.moves import ReviewedMove

#: A lead of so many points reaches the border.
_MOST_LEAD: Final = 40.0


def has_graph(state: GuiState) -> bool:
    """Whether the graph is under the board."""
    return state.options.review and state.is_studied


def graph_event(
    state: GuiState, layout: WindowLayout, x: int, y: int, *, held: bool = False
) -> NodeChosen | None:
    """Where a click in the graph leads; ``held``: a drag that may have left it."""
    box = layout.graph
    inside = box.left <= x < box.left + box.width and (
        held or box.top <= y < box.top + box.height
    )
    if not box.height or not (inside or held) or len(state.line) < 2:
        return None
    left, width = _span(layout)
    share = min(max((x - left) / max(1, width), 0.0), 1.0)
    number = state.line[round(share * (len(state.line) - 1))]
    return NodeChosen(number, part="bars" if y >= _bands(layout)[1].top else "curves")


def draw_graph(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """Bars by move below, agreement and lead above, and where the board is."""
    if not layout.graph.height or not has_graph(state):
        return
    above, below = _bands(layout)
    for box in (above, below):
        pygame.draw.rect(surface, theme.raised, box)
    known = reviewing.known(state)
    _draw_bars(surface, known.moves, layout, below, theme)
    middle = above.top + above.height // 2
    right = above.left + above.width
    pygame.draw.line(surface, theme.edge, (above.left, middle), (right, middle))
    places = [
        None if lead is None else 0.5 + max(-0.5, min(0.5, lead / _MOST_LEAD / 2))
        for lead in reviewing.leads(state)
    ]
    _draw_area(surface, places, layout, above, mix(theme.raised, theme.mark_text, 0.3))
    _draw_curve(surface, places, layout, above, theme.mark_text)
    for color, ink in _inks(theme).items():
        _draw_curve(surface, list(known.agreement[color]), layout, above, ink)
    _draw_cursor(surface, state, layout, theme)
    _draw_words(surface, state, layout, theme)


def _span(layout: WindowLayout) -> tuple[int, int]:
    """Left end and width of what stands for the game, in pixels."""
    box, pad = layout.graph, layout.unit // 2
    return box.left + pad, max(1, box.width - 2 * pad)


def _bands(layout: WindowLayout) -> tuple[Box, Box]:
    """The upper and the lower band, under a line of words."""
    box, gap = layout.graph, max(1, layout.unit // 5)
    left, width = _span(layout)
    head = round(layout.unit * 1.2)
    room = max(2, box.height - head - 2 * gap)
    first = Box(left, box.top + head, width, room // 2)
    top = first.top + first.height + gap
    return first, Box(left, top, width, room - first.height)


def _x(layout: WindowLayout, i: int, count: int) -> int:
    left, width = _span(layout)
    return left + round(width * i / max(1, count - 1))


def _inks(theme: Theme) -> dict[int, Color]:
    """Black's line and White's, to be told apart on the graph's ground."""
    strong, weak = theme.text, theme.faint_text
    is_light = sum(theme.raised) > sum(theme.text)
    return {BLACK: strong, WHITE: weak} if is_light else {BLACK: weak, WHITE: strong}


def _draw_bars(
    surface: pygame.Surface,
    moves: tuple[ReviewedMove | None, ...],
    layout: WindowLayout,
    box: Box,
    theme: Theme,
) -> None:
    """A bar for each move, as high as it is likely on the hints' log scale."""
    count = len(moves)
    width = max(1, box.width // max(1, count) - (box.width > 4 * count))
    width = min(width, layout.unit // 2)
    for i, move in enumerate(moves):
        if move is None or move.probability is None:
            continue
        height = max(1, round(box.height * ramp_place(move.probability)))
        bar = pygame.Rect(0, box.top + box.height - height, width, height)
        bar.centerx = _x(layout, i, count)
        bar.clamp_ip(box)
        surprises = reviewing.is_surprise(move)
        pygame.draw.rect(surface, theme.mark_text if surprises else theme.bar, bar)


def _draw_area(
    surface: pygame.Surface,
    places: list[float | None],
    layout: WindowLayout,
    box: Box,
    ink: Color,
) -> None:
    """What is between a curve and the middle, so that it is told from other curves."""
    spots = _spots(places, layout, box)
    if len(spots) > 1:
        middle = box.top + box.height // 2
        ends = [(spots[-1][0], middle), (spots[0][0], middle)]
        pygame.draw.polygon(surface, ink, spots + ends)


def _spots(
    places: list[float | None], layout: WindowLayout, box: Box
) -> list[tuple[int, int]]:
    """The pixels of what is known of ``places``, 0 below to 1 above."""
    return [
        (
            _x(layout, i, len(places)),
            box.top + box.height - 1 - round((box.height - 1) * place),
        )
        for i, place in enumerate(places)
        if place is not None
    ]


def _draw_curve(
    surface: pygame.Surface,
    places: list[float | None],
    layout: WindowLayout,
    box: Box,
    ink: Color,
) -> None:
    """A line through what is known of ``places``, 0 below to 1 above."""
    spots = _spots(places, layout, box)
    if len(spots) > 1:
        pygame.draw.lines(surface, ink, False, spots, max(1, layout.unit // 9))
    elif spots:
        draw_disc(surface, spots[0], max(2.0, layout.unit / 7), ink)


def _draw_cursor(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    above, below = _bands(layout)
    x = _x(layout, state.cursor, len(state.line))
    ends = (x, above.top), (x, below.top + below.height)
    pygame.draw.line(surface, theme.text, *ends, max(1, layout.unit // 8))


def _draw_words(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """What the lines are, and how far the review has come."""
    left, width = _span(layout)
    size, y = round(layout.unit * 0.85), layout.graph.top + round(layout.unit * 0.6)
    inks = _inks(theme)
    parts = [(tr("agreement: "), theme.faint_text)]
    parts += [(f"{color_name(BLACK)} ", inks[BLACK]), (color_name(WHITE), inks[WHITE])]
    if any(lead is not None for lead in reviewing.leads(state)):
        parts.append((f"   {tr('lead')}", theme.mark_text))
    for text, ink in parts:
        place = draw_text(surface, text, (left, y), size, ink, bold=False)
        left = place.right
    right = _span(layout)[0] + width
    note, room = _note(state), max(1, right - left - size)
    draw_text(
        surface,
        note,
        (right, y),
        size,
        theme.faint_text,
        anchor="midright",
        width=room,
        bold=False,
    )


def _note(state: GuiState) -> str:
    """How likely the move on the board was, or how far the review has come."""
    known = reviewing.known(state)
    if state.findings.trouble or state.model_trouble:
        return tr("no review")
    if not known.is_whole:
        done, total = len(known.found), known.wanted
        return tr("{done} of {total} moves reviewed", done=done, total=total)
    move = known.moves[state.cursor]
    if move is None or move.probability is None or move.rank is None:
        return tr("below: how likely each move was")
    rank = tr("no choice")
    if move.rank <= 99:
        rank = tr("choice {rank}", rank=move.rank)
    share = reviewing.percent(move.probability)
    return f"{move_name(move.point)}: {share}" + tr(", ") + rank
