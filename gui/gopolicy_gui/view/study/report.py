"""The review in numbers, in the place of the likely moves and the tree."""

from __future__ import annotations

from typing import Final

import pygame

from gopolicy.go.coords import BLACK, WHITE
from gopolicy.measure.phases import PHASES
from gopolicy_gui.model.language import color_name, move_name, tr
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study import reviewing
from gopolicy_gui.view.control import Control
from gopolicy_gui.view.fonts import draw_text
from gopolicy_gui.view.layout import Box, WindowLayout
from gopolicy_gui.view.theme import Theme

#: Rows above the surprises: a heading, the phases, both players, a heading.
HEAD_ROWS: Final = 5
_COLUMNS: Final = ("game", *(name.split()[0] for name, _, _ in PHASES))


def report_box(layout: WindowLayout) -> Box:
    """Where the numbers are."""
    box, tree = layout.list, layout.tree
    return box._replace(height=tree.top + tree.height - box.top)


def surprise_span(state: GuiState, layout: WindowLayout) -> tuple[int, int, int]:
    """The first surprise that is listed, how many are, and of how many."""
    found = reviewing.surprises(state)
    room = max(0, report_box(layout).height // layout.row - HEAD_ROWS)
    return min(state.report_scroll, max(0, len(found) - room)), room, len(found)


def surprise_bar(state: GuiState, layout: WindowLayout) -> Control | None:
    """The scroll bar of the surprises, in the panel's rim; None where all are seen."""
    first, room, total = surprise_span(state, layout)
    if total <= room or not room:
        return None
    box, rim = report_box(layout), max(2, round(layout.unit * 0.75) - 1)
    top, height = box.top + HEAD_ROWS * layout.row, room * layout.row
    bar = Box(box.left + box.width, top, rim, height)
    return Control("bar", bar, None, "report", span=(first, room, total))


def surprise_rows(
    state: GuiState, layout: WindowLayout
) -> list[tuple[Box, int, str, str]]:
    """(place, where it is in the line, words, how likely) of each listed surprise."""
    box, row = report_box(layout), layout.row
    first, room, _ = surprise_span(state, layout)
    moves, rows = reviewing.known(state).moves, []
    for i, place in enumerate(reviewing.surprises(state)[first : first + room]):
        move = moves[place]
        if move is None or move.probability is None:
            continue
        at = Box(box.left, box.top + (HEAD_ROWS + i) * row, box.width, row)
        side = color_name(move.color)
        note = reviewing.percent(move.probability)
        if move.choices:
            best = move.choices[0]
            note += f", {best.vertex} {reviewing.percent(best.probability)}"
        rows.append((at, place, f"{move.number} {side} {move_name(move.point)}", note))
    return rows


def draw_report(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """Agreement of each player by phase, and the heading of the surprises."""
    known = reviewing.known(state)
    heading = tr("First choices, %")
    if not known.is_whole:
        done, total = len(known.found), known.wanted
        heading += tr(" ({done} of {total} moves)", done=done, total=total)
    _draw_cell(surface, layout, theme, 0, -1, heading)
    for column, name in enumerate(_COLUMNS):
        _draw_cell(surface, layout, theme, 1, column, tr(name))
    phases = (None, *(name for name, _, _ in PHASES))
    for row, color in enumerate((BLACK, WHITE), 2):
        _draw_cell(surface, layout, theme, row, -1, color_name(color))
        for column, phase in enumerate(phases):
            share = reviewing.agreement(state, color, phase)
            text = "-" if share is None else f"{100 * share:.0f}"
            _draw_cell(surface, layout, theme, row, column, text)
    words = tr("No surprise")
    if reviewing.surprises(state):
        words = tr("Largest surprises (N, K)")
    _draw_cell(surface, layout, theme, HEAD_ROWS - 1, -1, words)


def _draw_cell(
    surface: pygame.Surface,
    layout: WindowLayout,
    theme: Theme,
    row: int,
    column: int,
    text: str,
) -> None:
    """A number of the table, right-aligned; column -1 has the words at the left."""
    box, height = report_box(layout), layout.row
    y = box.top + row * height + height // 2
    bold = row in (0, HEAD_ROWS - 1)
    if column < 0:
        room = box.width if bold else box.width // 5
        draw_text(
            surface,
            text,
            (box.left, y),
            layout.unit,
            theme.text,
            width=room,
            bold=bold,
        )
        return
    width = box.width * 4 // 5 // len(_COLUMNS)
    right = box.left + box.width - (len(_COLUMNS) - 1 - column) * width
    size = round(layout.unit * (0.85 if row == 1 else 1))
    ink = theme.faint_text if row == 1 else theme.text
    draw_text(
        surface,
        text,
        (right, y),
        size,
        ink,
        anchor="midright",
        width=width - layout.unit // 4,
        bold=False,
    )
