"""Where things are: pixels to points and back, for a window of any size. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from gopolicy.go.coords import place_of, point_at
from gopolicy_gui.model.forms.panels import Shifts
from gopolicy_gui.model.study.boards import FULL, BoardSize

#: Room around the lines for half a stone and the coordinates, in cells on each side.
MARGIN: Final = 1.3
#: A panel narrower than this, in cells, goes below the board instead of beside it.
_MIN_PANEL: Final = 6.0
_NO_SHIFTS: Final = Shifts()


class Box(NamedTuple):
    """A rectangle in pixels."""

    left: int
    top: int
    width: int
    height: int


def count_cells(lines: BoardSize) -> float:
    """How many cells a whole board is wide and high."""
    return max(lines) - 1 + 2 * MARGIN


#: The same of 19x19.
_CELLS: Final = count_cells(FULL)


@dataclass(frozen=True, slots=True)
class Layout:
    """Geometry of one window size, in pixels.

    ``board``: the square with the coordinates. ``panel``: the rest, for text.
    ``cell``: distance of two lines. ``lines``: how many; the shorter way of a board
    that is not square is in the middle.
    """

    board: Box
    panel: Box
    cell: float
    lines: BoardSize = FULL

    def center(self, point: int) -> tuple[int, int]:
        """The pixel where a point's lines cross.

        Raises: VertexError for what is no point of any board.
        """
        row, column = place_of(point)
        across, down = self._edge
        return (
            round(self.board.left + (across + column) * self.cell),
            round(self.board.top + (down + row) * self.cell),
        )

    def point_at(self, x: float, y: float) -> int | None:
        """The point nearest to a pixel; None outside the board."""
        across, down = self._edge
        column = round((x - self.board.left) / self.cell - across)
        row = round((y - self.board.top) / self.cell - down)
        if 0 <= row < self.lines.rows and 0 <= column < self.lines.columns:
            return point_at(row, column)
        return None

    @property
    def pen(self) -> float:
        """What lines and letters are in proportion to: ``cell``, but not much more on
        smaller boards."""
        return min(self.cell, 1.25 * self.board.width / _CELLS)

    @property
    def _edge(self) -> tuple[float, float]:
        """How many cells the first lines are from the board's left and top."""
        most, (columns, rows) = max(self.lines), self.lines
        return MARGIN + (most - columns) / 2, MARGIN + (most - rows) / 2

    @property
    def stone_radius(self) -> int:
        """Half the width of a stone; neighbors just do not touch."""
        return max(2, int(self.cell * 0.48))


def make_layout(width: int, height: int, *, panel: bool = True) -> Layout:
    """The layout of a window of ``width`` x ``height`` pixels (at least 1 x 1)."""
    side = min(width, height)
    beside = width >= height
    if panel:
        # The panel takes its share from the long side first, then from the board.
        long, short = max(width, height), min(width, height)
        side = min(short, int(long * _CELLS / (_CELLS + _MIN_PANEL)))
    side = max(side, 1)
    if not panel:
        board = Box((width - side) // 2, (height - side) // 2, side, side)
        rest = Box(0, 0, 0, 0)
    elif beside:
        board = Box(0, (height - side) // 2, side, side)
        rest = Box(side, 0, width - side, height)
    else:
        board = Box((width - side) // 2, 0, side, side)
        rest = Box(0, side, width, height - side)
    return Layout(board, rest, side / _CELLS)


class Border(NamedTuple):
    """Where a border between panels can be taken; ``upright``: it moves sidewards.

    ``edge``: where it is, in pixels from the left or the top; ``usual``: unless moved.
    """

    name: str
    box: Box
    upright: bool
    edge: int
    usual: int


@dataclass(frozen=True, slots=True)
class WindowLayout:
    """Where the parts of the window are, from top to bottom of the panel.

    ``unit``: height of a line's text in pixels. ``row``: of a line with its room.
    ``tree_step``: from node to node of the tree.
    """

    size: tuple[int, int]
    unit: int
    row: int
    board: Layout
    menu: Box
    players: Box
    status: Box
    list: Box
    tree: Box
    comment: Box
    graph: Box
    navigation: Box
    buttons: Box
    message: Box
    tree_step: int = 18
    borders: tuple[Border, ...] = ()


#: Height of the graph of the review, in heights of a line.
GRAPH_HEIGHT: Final = 5.5
#: Buttons in the panel: columns and rows.
BUTTON_COLUMNS: Final = 3
BUTTON_ROWS: Final = 3


def make_window_layout(
    width: int,
    height: int,
    *,
    comment: bool = True,
    graph: bool = False,
    lanes: int = 99,
    lines: BoardSize = FULL,
    shifts: Shifts = _NO_SHIFTS,
    zoom: float = 1.0,
) -> WindowLayout:
    """The layout of the whole window, for at least 1 x 1 pixels.

    Without room for a ``comment`` the list and the tree have more. A ``graph`` takes
    its room from the board, which it is under. A comment has what room is not wanted
    for the ``lanes`` of the tree, which is ``zoom`` times as large as usual.
    ``shifts``: of the borders, as far as there is room.
    """
    scale = min(width / 800, height / 600)
    if width < height:
        scale = min(width / 600, height / 900)
    # Not in proportion: a larger window also is to show more.
    unit = min(max(round(14 * scale**0.75), 8), 60)
    row = round(unit * 1.6)
    top = round(unit * 2)
    main = _share_window(width, height, unit, graph=graph, shifts=shifts)
    menu = Box(0, 0, width, top)
    share = 55 if comment else 70
    board, panel = main.board, main.panel
    parts = (width, height), unit, row, board, menu, panel, share
    whole, plain = (_fill_panel(*parts, by) for by in (shifts.list, 0.0))
    usual = plain.list.top + plain.list.height
    board = replace(board, lines=lines, cell=board.board.width / count_cells(lines))
    step = find_tree_step(unit, zoom)
    whole = replace(whole, graph=main.graph, board=board, tree_step=step)
    whole = _give_room(whole, lanes) if comment else _without_comment(whole)
    whole, inner = _move_within(whole, shifts, usual)
    return replace(whole, borders=(*main.borders, *inner))


class _Main(NamedTuple):
    """The large parts of a window, and the borders between them."""

    board: Layout
    panel: Box
    graph: Box
    borders: tuple[Border, ...]


def _share_window(
    width: int, height: int, unit: int, *, graph: bool, shifts: Shifts
) -> _Main:
    """The board with its graph beside the panel, or above it in a narrow window."""
    top, pad = round(unit * 2), round(unit * 0.75)
    under, beside = max(1, height - top), width >= height
    usual_strip = round(GRAPH_HEIGHT * unit)
    most = max(usual_strip, under // 2 if beside else under - round(39 * unit))
    strip = _clip(usual_strip - shifts.graph * unit, 3 * unit, most) if graph else 0
    if beside:
        usual = max(1, min(under - strip, width - round(16 * unit)))
        room = width - round(16 * unit)
    else:
        usual = max(1, min(width, under - strip - round(32 * unit)))
        room = min(width, under - strip - round(27 * unit))
    part = (
        _clip(usual + shifts.board * unit, 12 * unit, room) if shifts.board else usual
    )
    side = max(1, min(part, under - strip if beside else width))
    if beside:
        left, above = (part - side) // 2, (under - strip - side) // 2
        board = _place_board(left, top + above, side)
        panel = Box(part, top, max(1, width - part), under)
        under_it = Box(0, height - strip, part, strip)
        border = Border("board", Box(part, top, pad - 2, under), True, part, usual)
    else:
        board = _place_board((width - side) // 2, top, side)
        end = top + side + strip
        panel = Box(0, end, width, max(1, under - side - strip))
        under_it = Box(0, top + side, width, strip)
        usual += top + strip
        border = Border("board", Box(0, end, width, pad - 2), False, end, usual)
    borders = [border]
    if graph:
        reach, edge = max(2, unit // 4), under_it.top
        bar = Box(0, edge - reach, under_it.width, 2 * reach)
        usual = under_it.top + strip - usual_strip
        borders.append(Border("graph", bar, False, edge, usual))
    return _Main(board, panel, under_it, tuple(borders))


def _clip(value: float, low: int, high: int) -> int:
    """``value``, or what is nearest to it; ``low`` where both ends cannot be kept."""
    return max(low, min(round(value), high))


def _move_within(
    layout: WindowLayout, shifts: Shifts, usual_list: int
) -> tuple[WindowLayout, tuple[Border, ...]]:
    """The borders above and below the tree; the lower one where the person wants it.

    ``usual_list``: where the list would end.
    """
    tree, comment, row = layout.tree, layout.comment, layout.row
    moves, unit = layout.list, layout.unit
    edge, gap = moves.top + moves.height, tree.top - moves.top - moves.height
    bar = Box(tree.left, edge, tree.width, gap)
    upper = Border("list", bar, False, edge, usual_list)
    if not comment.height:
        return layout, (upper,)
    usual = edge = tree.top + tree.height
    end = comment.top + comment.height
    if shifts.comment:
        most = end - gap - min(2 * row, comment.height)
        least = tree.top + min(layout.tree_step, tree.height)
        edge = _clip(usual + shifts.comment * unit, least, max(least, most))
    tree = tree._replace(height=edge - tree.top)
    comment = comment._replace(top=edge + gap, height=max(1, end - edge - gap))
    lower = Border("comment", bar._replace(top=edge), False, edge, usual)
    return replace(layout, tree=tree, comment=comment), (upper, lower)


def is_wide_letter(letter: str) -> bool:
    """Whether a letter is as wide as high, as Chinese ones are."""
    return unicodedata.east_asian_width(letter) in "WF"


def text_length(text: str, unit: int) -> float:
    """About how many pixels a text of ``unit`` takes, rather too many; for layouts."""
    wide = sum(map(is_wide_letter, text))
    return unit * (0.62 * (len(text) - wide) + wide)


def find_tree_step(unit: int, zoom: float = 1.0) -> int:
    """How far the nodes of the tree are from each other, in pixels."""
    return max(4, round(unit * 1.35 * zoom))


def _give_room(layout: WindowLayout, lanes: int) -> WindowLayout:
    """The comment takes what the tree has no use for."""
    tree, comment = layout.tree, layout.comment
    spare = max(0, tree.height - lanes * layout.tree_step)
    return replace(
        layout,
        tree=tree._replace(height=tree.height - spare),
        comment=comment._replace(
            top=comment.top - spare, height=comment.height + spare
        ),
    )


def _without_comment(layout: WindowLayout) -> WindowLayout:
    """The tree takes the room of the comment."""
    tree, comment = layout.tree, layout.comment
    bottom = comment.top + comment.height
    return replace(
        layout,
        tree=tree._replace(height=bottom - tree.top),
        comment=comment._replace(top=bottom, height=0),
    )


def _place_board(left: int, top: int, side: int) -> Layout:
    return Layout(Box(left, top, side, side), Box(0, 0, 0, 0), side / _CELLS)


def _stack(left: int, top: int, width: int, gap: int, heights: list[int]) -> list[Box]:
    """Boxes of ``heights`` one under the other, ``gap`` pixels apart."""
    boxes = []
    for height in heights:
        boxes.append(Box(left, top, width, height))
        top += height + gap
    return boxes


def _fill_panel(
    size: tuple[int, int],
    unit: int,
    row: int,
    board: Layout,
    menu: Box,
    panel: Box,
    share: int,
    shift: float,
) -> WindowLayout:
    """Shares the panel: fixed parts at both ends, list and tree take the rest.

    ``share``: how much of that the list takes, in percent; ``shift``: how much more, in
    heights of a line.
    """
    pad = round(unit * 0.75)
    gap, button = pad // 2, round(unit * 1.9)
    left, width = panel.left + pad, max(1, panel.width - 2 * pad)
    top = panel.top + pad
    players, status = _stack(left, top, width, gap, [2 * row, row])
    top = status.top + row + gap
    heights = [
        button,
        BUTTON_ROWS * button + (BUTTON_ROWS - 1) * gap,
        round(unit * 1.35 * 3),
    ]
    bottom = panel.top + panel.height - sum(heights) - 4 * gap
    below = _stack(left, bottom + gap, width, gap, heights)
    navigation, buttons, message = below
    rows = min(max((max(3, bottom - top) * share // 100) // row, 2), 12)
    height = rows * row
    if shift:
        most = max(height, bottom - top - gap - 4 * unit - 2 * row)
        height = _clip(height + shift * unit, min(6 * row, height), most)
    free = max(2, bottom - top - height - gap)
    moves, tree = _stack(left, top, width, gap, [height, free - free // 2])
    top = tree.top + tree.height + gap
    comment = Box(left, top, width, max(1, bottom - top))
    return WindowLayout(
        size=size,
        unit=unit,
        row=row,
        board=board,
        menu=menu,
        players=players,
        status=status,
        list=moves,
        tree=tree,
        comment=comment,
        graph=Box(0, 0, 0, 0),
        navigation=navigation,
        buttons=buttons,
        message=message,
    )
