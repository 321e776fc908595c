"""The middle of the panel: likely moves, the count, a plane's words, or the guesses."""

from __future__ import annotations

import numpy as np
import pygame
from numpy.typing import NDArray

from gopolicy.go.features import FEATURES, PLANE_NAMES, PLANE_OFFSETS, Feature, encode
from gopolicy.go.scoring import handicap_points
from gopolicy_gui.model.count import count_score
from gopolicy_gui.model.language import tr
from gopolicy_gui.model.moves import score_lines
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study.lens import shown_view
from gopolicy_gui.view.board import best_letters, draw_move_row
from gopolicy_gui.view.control import Control
from gopolicy_gui.view.controls import inside_bottom, list_rows
from gopolicy_gui.view.fonts import draw_text
from gopolicy_gui.view.layout import Box, WindowLayout
from gopolicy_gui.view.study.lensview import draw_inside_words
from gopolicy_gui.view.study.report import draw_report
from gopolicy_gui.view.theme import Theme
from gopolicy_gui.view.widgets import draw_line


def draw_list(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """The heading of the list of moves, or what stands in its place."""
    if shown_view(state) == "planes":
        _draw_plane_words(surface, state, layout, theme)
    elif state.plane is not None:
        draw_inside_words(surface, state, layout, theme, inside_bottom(layout))
    elif state.report_shown:
        draw_report(surface, state, layout, theme)
    elif state.scoring is not None:
        _draw_count(surface, state, layout, theme)
    elif lines := _instead_of_moves(state):
        _draw_lines(surface, lines, layout, theme)
    else:
        _draw_heading(surface, state, layout, theme)


def _instead_of_moves(state: GuiState) -> tuple[str, ...]:
    """What is said where the likely moves are not shown; nothing where they are."""
    if not state.size.is_full and state.guessing is None:
        return (
            tr("Board of {size}", size=state.size.words),
            tr("without hints and review:"),
            tr("the network knows 19x19 only"),
        )
    if state.guessing is not None:
        return tr("Guess the move"), *score_lines(state)
    if state.model_trouble and state.computer_to_play:
        return tr("No network"), tr("press A to play yourself")
    if state.is_played and not state.hints_shown:
        return (
            tr("No hints while you play"),
            tr("Space shows them here"),
            tr("H always shows them"),
        )
    if not state.hints_on and not state.hints_shown:
        return (
            tr("Hints are off"),
            tr("Press H or Hints to see"),
            tr("where the network plays"),
        )
    if not state.hints_shown:
        return tr("Think first"), tr("Space shows the hints")
    if state.model_trouble:
        return tr("No network"), tr("the board works without")
    return ()


def _draw_heading(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """What stands above the likely moves, and how much is on the moves not listed."""
    thoughts = state.shown_thoughts()
    heading = tr("Likely moves")
    if thoughts is None:
        heading = tr("Thinking ...") if state.model else tr("Loading the network ...")
        if state.has_given_up:
            heading = tr("No answer from the network")
    elif not thoughts.probabilities.any():
        heading = tr("Only a pass is left")
    elif thoughts.passes:
        heading = tr("The network would pass")
    _draw_lines(surface, (heading,), layout, theme)
    if thoughts is None or thoughts.passes:
        return
    rest = 1 - sum(p for _, p in thoughts.best(list_rows(layout)))
    box = layout.list
    draw_text(
        surface,
        tr("others {share} %", share=f"{100 * max(0.0, rest):.0f}"),
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
        letter=_letter(state, thoughts.probabilities, control.data),
    )


def _letter(state: GuiState, probabilities: NDArray[np.float32], point: int) -> str:
    """What stands before a move of the list: its letter, where the board has them."""
    if not state.options.letters:
        return ""
    return best_letters(probabilities).get(point, "\u2007")  # as wide as a digit


def _draw_count(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    count = count_score(state)
    if count is None or state.scoring is None:
        heading = tr("Counting ...")
        if state.has_given_up:
            heading = tr("The count failed")
        _draw_lines(surface, (heading,), layout, theme)
        return
    basis = tr("Area {black} to {white}", black=count.black, white=count.white)
    komi = tr("komi {komi}", komi=f"{state.komi:g}")
    if state.rules == "territory":
        basis = tr("By territory and prisoners")
    elif handicap := handicap_points(state.position, state.rules):
        komi += f" + {handicap}"
    lines = [count.words, basis + tr(", ") + komi]
    if number := len(count.dame):
        lines.append(tr("{number} dame (crosses)", number=number))
    if number := len(count.seki):
        lines.append(tr("{number} in seki (rings)", number=number))
    if count.open:
        share = f"{100 * state.scoring.winrate:.0f}"
        lines.append(tr("Black wins {share} % of playouts", share=share))
    _draw_lines(surface, tuple(lines), layout, theme)


def _feature(plane: int) -> Feature:
    """The last feature that begins at this plane or before it."""
    return [f for f in FEATURES if PLANE_OFFSETS[f.name] <= plane][-1]


def plane_words(plane: int) -> str:
    """The name of a plane: its feature, and for which number it stands."""
    feature = _feature(plane).name
    return tr(feature) + PLANE_NAMES[plane].removeprefix(feature)


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
        f"{plane}  {plane_words(plane)}",
        (inner.left + inner.width // 2, inner.top + row // 2),
        layout.unit,
        theme.text,
        anchor="center",
        width=inner.width,
    )
    draw_line(
        surface,
        tr(_feature(plane).meaning),
        box,
        round(layout.unit * 0.9),
        theme.faint_text,
        row=1,
        height=row,
    )
    number = int(np.count_nonzero(values))
    text = tr("{number} points set", number=number)
    if number == 1:
        text = tr("1 point set")
    draw_line(
        surface,
        text,
        box,
        round(layout.unit * 0.9),
        theme.faint_text,
        row=2,
        height=row,
    )
