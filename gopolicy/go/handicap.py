"""Star points, and the fixed places of handicap stones on them. Knows no position."""

from typing import Final

from gopolicy.go.coords import BOARD_SIZE, parse_vertex

_LINES: Final = (3, 9, 15)
#: The nine dots of the board, from the top left.
STAR_POINTS: Final = tuple(
    row * BOARD_SIZE + column for row in _LINES for column in _LINES
)

_CORNERS: Final = ("D4", "Q16", "D16", "Q4")
_SIDES: Final = ("D10", "Q10", "K4", "K16")
_CENTER: Final = "K10"
#: The points of 2 to 9 stones, in the order of their vertices in the answer to GTP's
#: ``fixed_handicap``. Source: GTP version 2, draft 2, section 4.1.1.
HANDICAP_POINTS: Final = {
    stones: tuple(parse_vertex(vertex) for vertex in vertices)
    for stones, vertices in {
        2: _CORNERS[:2],
        3: _CORNERS[:3],
        4: _CORNERS,
        5: (*_CORNERS, _CENTER),
        6: (*_CORNERS, *_SIDES[:2]),
        7: (*_CORNERS, *_SIDES[:2], _CENTER),
        8: (*_CORNERS, *_SIDES),
        9: (*_CORNERS, *_SIDES, _CENTER),
    }.items()
}
