"""A position from a diagram in text, as people paste them into forums. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from gopolicy.go.coords import BOARD_SIZE
from gopolicy.go.turns import SETUP_BIT, WHITE_BIT
from gopolicy_gui.model.tree import GameTree

#: What stands for a stone or an empty point; Sensei's Library, GNU Go, plain text.
_BLACK: Final = "XxB#●@"
_WHITE: Final = "OoW○"
_EMPTY: Final = ".+,·-_"
_ROW: Final = re.compile(rf"[{re.escape(_BLACK + _WHITE + _EMPTY)}]+")
#: Beside a row: "$$", its number, borders, who took how many.
_EDGE: Final = re.compile(r"^\s*(\$\$\S*)?\s*\d*\s*\|?|\|?\s*\d*\s*$")


def parse_diagram(text: str) -> GameTree | None:
    """A game that begins with the position of a diagram; None when ``text`` has none.

    A diagram is 19 rows of 19 points, the first at the top, with or without blanks,
    numbers and borders at its sides.
    """
    rows = [row for line in text.splitlines() if (row := _read_row(line))]
    if len(rows) != BOARD_SIZE:
        return None
    setup = []
    for point, sign in enumerate("".join(rows)):
        if sign in _BLACK:
            setup.append(SETUP_BIT | point)
        elif sign in _WHITE:
            setup.append(SETUP_BIT | WHITE_BIT | point)
    tree = GameTree()
    return tree.replaced(0, replace(tree.root, setup=tuple(setup)))


def _read_row(line: str) -> str:
    """The 19 signs of a row; "" for a line of something else."""
    middle = "".join(_EDGE.sub("", line).split())
    is_row = len(middle) == BOARD_SIZE and _ROW.fullmatch(middle)
    return middle if is_row and set(middle) != {"-"} else ""
