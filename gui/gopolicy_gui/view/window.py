"""Drawing the whole window onto any Surface: the board, and the panel beside it.

Never flips, never reads input; all that can be clicked comes from ``controls``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

import pygame

from gopolicy.go.coords import BLACK, EMPTY, PASS, WHITE
from gopolicy.go.features import encode
from gopolicy.go.position import Position
from gopolicy.sgf.gameinfo import parse_result
from gopolicy_gui.model.commands import BY_NAME, key_label, label_of
from gopolicy_gui.model.count import count_score, result_words
from gopolicy_gui.model.events import (
    CommandGiven,
    Explained,
    FilterChosen,
    NodeChosen,
    PlaneChosen,
    PointChosen,
)
from gopolicy_gui.model.forms.panels import shifts_of
from gopolicy_gui.model.language import N_, color_name, move_name, speak, tr
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.state import GuiState, player_name
from gopolicy_gui.model.study.ahead import shown_line
from gopolicy_gui.model.study.leads import lead_words
from gopolicy_gui.model.study.marks import has_words, marks_at
from gopolicy_gui.model.study.tips import (
    filter_words,
    node_words,
    part_words,
    point_words,
)
from gopolicy_gui.model.tree import GameTree
from gopolicy_gui.view.board import draw_board, draw_owners, draw_plane
from gopolicy_gui.view.controls import (
    controls,
    is_long,
    number_box,
    pass_share,
)
from gopolicy_gui.view.dialogview import draw_dialog
from gopolicy_gui.view.fonts import draw_text, wrap_text
from gopolicy_gui.view.layout import (
    Box,
    Layout,
    WindowLayout,
    count_cells,
    make_window_layout,
)
from gopolicy_gui.view.listview import draw_list, draw_move, plane_words
from gopolicy_gui.view.shapes import draw_ghost, draw_stone
from gopolicy_gui.view.study.ahead import draw_ahead
from gopolicy_gui.view.study.commentview import draw_comment
from gopolicy_gui.view.study.graph import draw_graph, has_graph
from gopolicy_gui.view.study.lensview import draw_inside
from gopolicy_gui.view.study.territory import stone_dots
from gopolicy_gui.view.study.treepicture import draw_tree
from gopolicy_gui.view.theme import (
    THEMES,
    Theme,
    panel_mark,
    with_scheme,
    without_wood,
)
from gopolicy_gui.view.treeview import count_lanes
from gopolicy_gui.view.widgets import draw_control, draw_line

#: What ``players.player_names`` calls players in records.
_OWN_NAMES: Final = (N_("You"), N_("Black"), N_("White"))
#: The review's numbers have all the room of the tree.
_ALL_LANES: Final = 99
_ROLE_WORDS: Final = {
    Role.BLACK: N_("{color} to play, you are Black"),
    Role.WHITE: N_("{color} to play, you are White"),
    Role.BOTH: N_("{color} to play, you play both"),
    Role.NONE: N_("{color} to play, you watch"),
}


def draw_window(surface: pygame.Surface, state: GuiState, layout: WindowLayout) -> None:
    """The whole window as ``state`` has it."""
    speak(state.language)
    theme = with_scheme(THEMES[state.options.theme], state.options.scheme)
    surface.fill(theme.background)
    _draw_game(surface, state, layout, theme)
    draw_graph(surface, state, layout, theme)
    _draw_players(surface, state, layout, theme)
    _draw_status(surface, state, layout, theme)
    draw_list(surface, state, layout, theme)
    draw_comment(surface, state, layout, theme)
    _draw_message(surface, state, layout, theme)
    pygame.draw.rect(surface, theme.raised, layout.menu)
    _draw_model(surface, state, layout, theme)
    found = controls(state, layout)
    front = next((i for i, c in enumerate(found) if c.kind == "shade"), len(found))
    if not state.report_shown:
        draw_tree(surface, state, layout, theme)
    _draw_move_number(surface, state, layout, theme)
    for control in found[:front]:
        if control.kind == "move":
            draw_move(surface, state, layout, theme, control)
        else:
            draw_control(surface, control, layout.unit, theme, state.pointed)
    for control in found[front:]:
        draw_control(surface, control, layout.unit, theme, state.pointed)
    if state.dialog is not None:
        draw_dialog(surface, state.dialog, layout, theme)


def draw_board_picture(state: GuiState, side: int) -> pygame.Surface:
    """The board alone as it is shown, ``side`` pixels wide and high."""
    speak(state.language)
    theme = with_scheme(THEMES[state.options.theme], state.options.scheme)
    surface = pygame.Surface((side, side))
    surface.fill(theme.background)
    cell = side / count_cells(state.size)
    board = Layout(Box(0, 0, side, side), Box(0, 0, 0, 0), cell, state.size)
    layout = replace(find_layout(state, (side, side)), board=board)
    _draw_game(surface, replace(state, pointed=None), layout, theme)
    return surface


def find_layout(state: GuiState, size: tuple[int, int]) -> WindowLayout:
    """The layout of a window of ``size`` pixels for what ``state`` shows."""
    return make_window_layout(
        *size,
        comment=_has_comments(state.tree),
        graph=has_graph(state),
        lanes=_ALL_LANES if state.report_shown else count_lanes(state.tree),
        lines=state.size,
        shifts=shifts_of(state.options),
        zoom=state.options.tree_zoom,
    )


@lru_cache(maxsize=4)
def _has_comments(tree: GameTree) -> bool:
    """Whether any node says something, so that walking on moves nothing about."""
    return any(has_words(node) for node in tree.nodes)


def window_title(state: GuiState) -> str:
    """What the window's frame says."""
    speak(state.language)
    names = [shown_name(state, color) for color in (BLACK, WHITE)]
    title = " - ".join(name for name in names if name)[:100] or tr("game")
    return f"{'* ' if state.is_changed else ''}{title} - gopolicy"


def shown_name(state: GuiState, color: int) -> str:
    """Name and rank of a player; names that the window gives are translated."""
    name = player_name(state.tree, color)
    return tr(name) if name in _OWN_NAMES else name


def _draw_game(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """The board with whatever is to be seen on it."""
    board_theme = theme if state.options.wood else without_wood(theme)
    position = state.position
    stones = position.stones
    thoughts = state.shown_thoughts() if state.hints_shown else None
    if thoughts is not None and thoughts.passes:
        thoughts = None  # it would advise moves that it would not make
    plane = state.plane
    count = count_score(state)
    dead = frozenset[int]()
    if state.scoring is not None and state.scoring.dead is not None:
        dead = state.scoring.dead
    upcoming = state.next_node
    played, estimate = None, state.estimate
    shows_marks = plane is None and count is None and state.guessing is None
    line = shown_line(state)
    if line:
        thoughts = None  # hints would be in the way
    if thoughts is not None and plane is None and upcoming and upcoming.color:
        played = upcoming.point
    draw_board(
        surface,
        layout.board,
        board_theme,
        stones,
        last_move=position.last_move if plane is None else None,
        probabilities=(
            thoughts.probabilities if thoughts is not None and plane is None else None
        ),
        percentages=state.options.percentages,
        letters=state.options.letters,
        small_numbers=state.options.small_numbers,
        played=played,
        coordinates=state.options.coordinates,
        numbers=move_numbers(position) if state.options.numbers else None,
        dead=dead,
        ownership=estimate.ownership if estimate and plane is None else None,
        marks=marks_at(state.tree, state.line, state.cursor) if shows_marks else None,
        dots=stone_dots(state, theme) if plane is None and count is None else None,
    )
    if plane is not None and state.lens.view != "planes":
        draw_inside(surface, state, layout.board, board_theme)
    elif plane is not None:
        values = encode(position)[:, :, plane].reshape(-1)  # [19, 19] -> [361]
        draw_plane(surface, layout.board, board_theme, stones, values)
    elif count is not None:
        draw_owners(
            surface,
            layout.board,
            stones,
            count.owners,
            dead,
            dame=count.dame,
            seki=count.seki,
        )
    elif line:
        draw_ahead(surface, layout.board, line, position.to_play)
    elif state.hover is not None and stones[state.hover] == EMPTY:
        _draw_hover(surface, state, layout)


def move_numbers(position: Position) -> dict[int, int]:
    """The number of the last move on each point."""
    return {
        point: number
        for number, (_, point) in enumerate(position.moves, 1)
        if point != PASS
    }


def _draw_hover(surface: pygame.Surface, state: GuiState, layout: WindowLayout) -> None:
    """The stone that a click would place."""
    if state.hover is None or state.computer_to_play or state.dialog is not None:
        return
    color = state.position.to_play
    if state.tool:
        color = {"black_stones": BLACK, "white_stones": WHITE}.get(state.tool, EMPTY)
    if color == EMPTY:
        return
    board = layout.board
    draw_ghost(
        surface,
        board.center(state.hover),
        board.stone_radius,
        color,
    )


def _draw_players(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """Both players with their captures; the side to play stands out."""
    box, unit, row = layout.players, layout.unit, layout.row
    captures = {
        BLACK: state.board.black_captures,
        WHITE: state.board.white_captures,
    }
    for i, color in enumerate((BLACK, WHITE)):
        y = box.top + i * row + row // 2
        radius = max(3, round(unit * 0.52))
        ended = state.is_over or (state.result_here and not state.computer_to_play)
        if state.position.to_play == color and not ended:
            bar = pygame.Rect(box.left - unit // 2, 0, max(2, unit // 5), row * 4 // 5)
            bar.centery = y
            ink = panel_mark(theme)
            pygame.draw.rect(surface, ink, bar, border_radius=bar.width // 2)
        draw_stone(surface, (box.left + radius, y), radius, color)
        note = tr("{number} taken", number=captures[color])
        if color == WHITE:
            note = tr("komi {komi}", komi=f"{state.komi:g}") + tr(", ") + note
        size = round(unit * 0.85)
        place = draw_text(
            surface,
            note,
            (box.left + box.width, y),
            size,
            theme.faint_text,
            anchor="midright",
            bold=False,
        )
        left = box.left + 3 * radius
        draw_text(
            surface,
            shown_name(state, color) or color_name(color),
            (left, y),
            unit,
            theme.text,
            width=max(1, place.left - unit // 2 - left),
        )


def _draw_status(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """Who is to move and what the person does, or the result."""
    draw_line(surface, status_words(state), layout.status, layout.unit, theme.text)


def status_words(state: GuiState) -> str:
    """Who is to move and what the person does, or how the game ended."""
    side = color_name(state.position.to_play)
    if state.scoring is not None and state.record_result:
        return tr("The record says: {result}", result=_record_words(state))
    if state.is_over and not state.result_here:
        return tr("The game is over")
    if state.computer_to_play and state.ready:
        if state.model_trouble:
            return tr("{color}: no network to answer", color=side)
        if state.has_given_up:
            return tr("{color}: no answer; Enter asks the network again", color=side)
        return tr("{color}: the network thinks ...", color=side)
    if state.result_here:
        return result_words(state.result_here)
    if state.result and state.cursor == 0:
        text = N_("{result}. {color} to play")
        return tr(text, result=result_words(state.result), color=side)
    if (estimate := state.estimate) is not None:
        return tr(
            "{color} to play. {lead}, {low} to {high}",
            color=side,
            lead=lead_words(estimate.lead),
            low=lead_words(estimate.low),
            high=lead_words(estimate.high),
        )
    return tr(_ROLE_WORDS[state.role], color=side)


def _record_words(state: GuiState) -> str:
    """The record's result; in its own words where they are not understood."""
    result = parse_result(state.record_result)
    return result_words(result) if result else state.record_result


def _draw_move_number(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """The number of the move on the board, and of the last one."""
    box = number_box(layout)
    ahead = _count_moves(state.tree, state.line[state.cursor + 1 :])
    text = f"{state.position.turn} / {state.position.turn + ahead}"
    if state.position.last_move is not None and box.width > 8 * layout.unit:
        text += f"   {move_name(state.position.last_move, state.size.rows)}"
    draw_text(
        surface,
        text,
        pygame.Rect(box).center,
        round(layout.unit * 0.95),
        theme.text,
        anchor="center",
        width=box.width,
    )


@lru_cache(maxsize=4)
def _count_moves(tree: GameTree, line: tuple[int, ...]) -> int:
    """How many of the nodes of ``line`` are moves."""
    return sum(tree.nodes[number].color != EMPTY for number in line)


def _draw_message(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """The last thing to say, in at most three lines; errors in their color."""
    box, unit = layout.message, layout.unit
    text, color = state.busy or _tip(state), theme.faint_text
    if not text and state.message is None:
        text = _meaning(state) or _first_help(state)
    if state.message is not None and (state.message.is_error or not text):
        if is_long(state, layout):
            return  # it has a control of its own
        text = state.message.text
        color = theme.error if state.message.is_error else theme.text
    height = round(unit * 1.35)
    lines = wrap_text(text[:2000], unit, box.width)
    for i, line in enumerate(lines[:3]):
        draw_line(surface, line, box, unit, color, row=i, height=height)


def _tip(state: GuiState) -> str:
    """What a click would do, and its key."""
    if isinstance(state.tip, CommandGiven):
        command = BY_NAME[state.tip.name]
        share = pass_share(state) if command.name == "pass" else 0
        if share:
            text = N_("Pass: {share} % of the network's moves gain nothing any more")
            return tr(text, share=share)
        return f"{label_of(command).removesuffix(' ...')}  ({key_label(command)})"
    if isinstance(state.tip, PlaneChosen):
        return plane_words(state.tip.plane)
    return ""


def _first_help(state: GuiState) -> str:
    """What to do before the first move."""
    begun = len(state.tree.nodes) > 1 or state.path or not state.ready
    if begun or not state.role.plays(state.position.to_play):
        return ""
    return tr("Click where you want to play. H shows hints, ? lists all keys")


def _meaning(state: GuiState) -> str:
    """What is to be seen where the pointer is."""
    match state.tip:
        case PointChosen(point):
            return point_words(state, point)
        case NodeChosen(number, _, part):
            return node_words(state, number, part)
        case Explained(part):
            return part_words(state, part)
        case FilterChosen(layer, number):
            return filter_words(layer, number)
    return ""


def _draw_model(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """The network's name at the right of the menu bar; what the first start does."""
    done, total = state.compiling
    text = tr("loading the network ...")
    if state.model:
        text = tr("network: {name}", name=state.model)
    if state.model_trouble:
        text = tr("no network")
    if total:
        text = tr("first start: compiling, {done} of {total}", done=done, total=total)
    bar, unit = layout.menu, layout.unit
    room = bar.width - round(unit * 33)
    if room < 6 * unit:
        return
    draw_text(
        surface,
        text,
        (bar.width - bar.height - unit, bar.top + bar.height // 2),
        round(unit * 0.85),
        theme.faint_text,
        anchor="midright",
        width=room,
        bold=False,
    )
