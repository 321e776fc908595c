"""The middle of the panel: likely moves, the count, a plane's words, or the guesses."""

from __future__ import annotations

import numpy as np
import pygame

from gopolicy.go.features import FEATURES, PLANE_NAMES, PLANE_OFFSETS, encode
from gopolicy.go.scoring import handicap_points
from gopolicy_gui.model.count import count_score
from gopolicy_gui.model.moves import score_words
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.view.board import draw_move_row
from gopolicy_gui.view.control import Control
from gopolicy_gui.view.controls import list_rows
from gopolicy_gui.view.fonts import draw_text
from gopolicy_gui.view.layout import Box, WindowLayout
from gopolicy_gui.view.study.report import draw_report
from gopolicy_gui.view.theme import Theme
from gopolicy_gui.view.widgets import draw_line


def draw_list(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """The heading of the list of moves, or what stands in its place."""
    if state.plane is not None:
        _draw_plane_words(surface, state, layout, theme)
    elif state.report_shown:
        draw_report(surface, state, layout, theme)
    elif state.scoring is not None:
        _draw_count(surface, state, layout, theme)
    elif state.guessing is not None:
        lines = ("Guess the move", *score_words(state).split(", "))
        _draw_lines(surface, lines, layout, theme)
    elif state.is_played and not state.hints_shown:
        lines = ("No hints while you play", "Space shows them here", "H always")
        _draw_lines(surface, lines, layout, theme)
    elif not state.hints_on:
        lines = ("Hints are off", "Press H or Hints to see", "where the network plays")
        _draw_lines(surface, lines, layout, theme)
    elif not state.hints_shown:
        lines = ("Think first", "Space shows the hints")
        _draw_lines(surface, lines, layout, theme)
    elif state.model_trouble:
        _draw_lines(surface, ("No network", "the board works without"), layout, theme)
    else:
        _draw_heading(surface, state, layout, theme)


def _draw_heading(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """What stands above the likely moves, and how much is on the moves not listed."""
    thoughts = state.shown_thoughts()
    heading = "Likely moves"
    if thoughts is None:
        heading = "Loading the network ..." if not state.model else "Thinking ..."
        if state.has_given_up:
            heading = "No answer from the network"
    elif not thoughts.probabilities.any():
        heading = "Only a pass is left"
    elif thoughts.passes:
        heading = "The network would pass"
    _draw_lines(surface, (heading,), layout, theme)
    if thoughts is None or thoughts.passes:
        return
    rest = 1 - sum(p for _, p in thoughts.best(list_rows(layout)))
    box = layout.list
    draw_text(
        surface,
        f"others {100 * max(0.0, rest):.0f} %",
        (box.left + box.width, box.top + layout.row // 2),
        round(layout.unit * 0.85),
        theme.faint_text,
        anchor="midright",
        bold=False,
    )


def _draw_lines(
    surface: pygame.Surface,
    lines: tuple[str, ...],
    layout: WindowLayout,
    theme: Theme,
) -> None:
    """A heading and lines of text in the list's place."""
    for i, line in enumerate(lines):
        color = theme.text if i == 0 else theme.faint_text
        draw_line(
            surface,
            line,
            layout.list,
            layout.unit,
            color,
            bold=i == 0,
            row=i,
            height=layout.row,
        )


def draw_move(
    surface: pygame.Surface,
    state: GuiState,
    layout: WindowLayout,
    theme: Theme,
    control: Control,
) -> None:
    """A row of the list of moves."""
    thoughts = state.shown_thoughts()
    if thoughts is None:
        return
    upcoming = state.next_node
    played = upcoming is not None and upcoming.point == control.data
    box = control.box
    if control.data == state.hover:
        pygame.draw.rect(surface, theme.chosen, box, border_radius=layout.unit // 4)
    draw_move_row(
        surface,
        theme,
        (box.left, box.top),
        box.width,
        box.height,
        control.data,
        float(thoughts.probabilities[control.data]),
        most=float(thoughts.probabilities.max()),
        is_played=played,
    )


def _draw_count(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    count = count_score(state)
    if count is None or state.scoring is None:
        heading = "Counting ..." if not state.has_given_up else "The count failed"
        _draw_lines(surface, (heading,), layout, theme)
        return
    basis, komi = f"Area {count.black} to {count.white}", f"komi {state.komi:g}"
    if state.rules == "territory":
        basis = "By territory and prisoners"
    elif handicap := handicap_points(state.position, state.rules):
        komi += f" + {handicap}"
    lines = [count.words, f"{basis}, {komi}"]
    if number := len(count.neutral):
        lines.append(f"{number} neutral (crosses): dame or seki")
    if count.open:
        lines.append(f"Black wins {100 * state.scoring.winrate:.0f} % of playouts")
    _draw_lines(surface, tuple(lines), layout, theme)


def _draw_plane_words(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """Name, meaning and count of the plane on the board."""
    plane = state.plane or 0
    values = encode(state.position)[:, :, plane]
    box, row = layout.list, layout.row
    inner = Box(box.left + row, box.top, max(1, box.width - 2 * row), row)
    draw_text(
        surface,
        f"{plane}  {PLANE_NAMES[plane]}",
        (inner.left + inner.width // 2, inner.top + row // 2),
        layout.unit,
        theme.text,
        anchor="center",
        width=inner.width,
    )
    # The last feature that begins at this plane or before it.
    feature = [f for f in FEATURES if PLANE_OFFSETS[f.name] <= plane][-1]
    draw_line(
        surface,
        feature.meaning,
        box,
        round(layout.unit * 0.9),
        theme.faint_text,
        row=1,
        height=row,
    )
    number = int(np.count_nonzero(values))
    text = f"{number} point{'' if number == 1 else 's'} set"
    draw_line(
        surface,
        text,
        box,
        round(layout.unit * 0.9),
        theme.faint_text,
        row=2,
        height=row,
    )
