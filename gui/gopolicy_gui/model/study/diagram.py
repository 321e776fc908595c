"""A position from a diagram in text, as people paste them into forums. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from gopolicy.go.coords import BOARD_SIZE, MOST_LINES, point_at
from gopolicy.go.turns import SETUP_BIT, WHITE_BIT, point_bits
from gopolicy_gui.model.tree import GameTree

#: What stands for a stone or an empty point; Sensei's Library, GNU Go, plain text.
_BLACK: Final = "XxB#●@"
_WHITE: Final = "OoW○"
_EMPTY: Final = ".+,·-_"
_ROW: Final = re.compile(rf"[{re.escape(_BLACK + _WHITE + _EMPTY)}]+")
#: Lines of the smallest board that is told from words.
_LEAST: Final = 5
#: Beside a row: "$$", its number, borders, who took how many.
_EDGE: Final = re.compile(r"^\s*(\$\$\S*)?\s*\d*\s*\|?|\|?\s*\d*\s*$")


def parse_diagram(text: str) -> GameTree | None:
    """A game that begins with the position of a diagram; None when ``text`` has none.

    A diagram is as many rows as a row has points, 5 to 25, the first at the top, with
    or without blanks, numbers and borders at its sides. So a part of a board is none.
    SGF is none either, even with a diagram in a comment.
    """
    rows = [row for line in text.splitlines() if (row := _read_row(line))]
    size = len(rows)
    is_square = all(len(row) == size for row in rows)
    if not (_LEAST <= size <= MOST_LINES and is_square) or "(;" in text:
        return None
    setup = []
    for y, row in enumerate(rows):
        for x, sign in enumerate(row):
            if sign in _BLACK:
                setup.append(SETUP_BIT | point_bits(point_at(y, x)))
            elif sign in _WHITE:
                setup.append(SETUP_BIT | WHITE_BIT | point_bits(point_at(y, x)))
    tree = GameTree()
    tree = tree.replaced(0, replace(tree.root, setup=tuple(setup)))
    return tree if size == BOARD_SIZE else tree.with_text("SZ", str(size))


def _read_row(line: str) -> str:
    """The signs of a row; "" for a line of something else."""
    middle = "".join(_EDGE.sub("", line).split())
    return middle if _ROW.fullmatch(middle) and set(middle) != {"-"} else ""
