"""Where things are: pixels to points and back, for a window of any size. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from gopolicy.coords import BOARD_SIZE, check_point

#: Room around the lines for half a stone and the coordinates, in cells on each side.
MARGIN: Final = 1.3
#: A panel narrower than this, in cells, goes below the board instead of beside it.
_MIN_PANEL: Final = 6.0


class Box(NamedTuple):
    """A rectangle in pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Geometry of one window size, in pixels.

    ``board``: the square with the coordinates. ``panel``: the rest, for text.
    ``cell``: distance of two lines.
    """

    board: Box
    panel: Box
    cell: float

    def center(self, point: int) -> tuple[int, int]:
        """The pixel where a point's lines cross.

        Raises: VertexError for a point off the board.
        """
        row, column = divmod(check_point(point), BOARD_SIZE)
        return (
            round(self.board.left + (MARGIN + column) * self.cell),
            round(self.board.top + (MARGIN + row) * self.cell),
        )

    def point_at(self, x: float, y: float) -> int | None:
        """The point nearest to a pixel; None outside the board."""
        column = round((x - self.board.left) / self.cell - MARGIN)
        row = round((y - self.board.top) / self.cell - MARGIN)
        if 0 <= row < BOARD_SIZE and 0 <= column < BOARD_SIZE:
            return row * BOARD_SIZE + column
        return None

    @property
    def stone_radius(self) -> int:
        """Half the width of a stone; neighbors just do not touch."""
        return max(2, int(self.cell * 0.48))


def make_layout(width: int, height: int, *, panel: bool = True) -> Layout:
    """The layout of a window of ``width`` x ``height`` pixels (at least 1 x 1)."""
    cells = BOARD_SIZE - 1 + 2 * MARGIN
    side = min(width, height)
    beside = width >= height
    if panel:
        # The panel takes its share from the long side first, then from the board.
        long, short = max(width, height), min(width, height)
        side = min(short, int(long * cells / (cells + _MIN_PANEL)))
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
    return Layout(board, rest, side / cells)
