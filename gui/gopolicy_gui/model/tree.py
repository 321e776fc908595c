"""A game as a tree of moves with variations; every change makes a new tree.

Nodes are numbered in the order in which they came, the root is 0. A *line* is the way
from the root to a leaf, as node numbers. Pure: knows nothing of files or of drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from gopolicy.errors import IllegalMoveError
from gopolicy.go.coords import BLACK, EMPTY, PASS, WHITE, opponent
from gopolicy.go.handicap import HANDICAP_POINTS
from gopolicy.go.position import Position

ROOT: Final = 0

#: Properties that SGF files hold beside moves and setup: name and raw UTF-8 values.
Properties = tuple[tuple[str, tuple[bytes, ...]], ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A move or setup, and what is written about it.

    ``color``: who moves, EMPTY when nobody does. ``setup``: (point, color) of stones
    set up, EMPTY for points emptied. ``to_play``: who is next if the file says so.
    """

    parent: int = -1
    color: int = EMPTY
    point: int = PASS
    setup: tuple[tuple[int, int], ...] = ()
    to_play: int = EMPTY
    properties: Properties = ()
    children: tuple[int, ...] = ()

    def text(self, name: str) -> str:
        """The first value of a property as text; "" without it."""
        for key, values in self.properties:
            if key == name:
                return values[0].decode("utf-8", "replace") if values else ""
        return ""

    def with_text(self, name: str, text: str) -> Node:
        """The node with a property set to ``text``, or without it for ""."""
        kept = tuple(item for item in self.properties if item[0] != name)
        if text:
            kept += ((name, (text.encode(),)),)
        return replace(self, properties=kept)


@dataclass(frozen=True, slots=True, eq=False)
class GameTree:
    """All nodes of a game; two trees are equal when they are the same one."""

    nodes: tuple[Node, ...] = (Node(),)

    @property
    def root(self) -> Node:
        """Where the game's properties stand."""
        return self.nodes[ROOT]

    def replaced(self, number: int, node: Node) -> GameTree:
        """The tree with another node in the place of ``number``."""
        return GameTree((*self.nodes[:number], node, *self.nodes[number + 1 :]))

    def with_text(self, name: str, text: str) -> GameTree:
        """The tree with a property of the game set."""
        return self.replaced(ROOT, self.root.with_text(name, text))

    def with_move(self, parent: int, color: int, point: int) -> tuple[GameTree, int]:
        """The tree with a move after ``parent``, and its node; one there is kept."""
        for child in self.nodes[parent].children:
            node = self.nodes[child]
            if (node.color, node.point, node.setup) == (color, point, ()):
                return self, child
        number = len(self.nodes)
        above = self.nodes[parent]
        above = replace(above, children=(*above.children, number))
        nodes = (*self.nodes[:parent], above, *self.nodes[parent + 1 :])
        return GameTree((*nodes, Node(parent, color, point))), number

    def without(self, number: int) -> GameTree:
        """The tree without a node and all that follows it; the root stays.

        The nodes keep their numbers; those taken out just cannot be reached.
        """
        if number == ROOT:
            return self
        parent = self.nodes[number].parent
        above = self.nodes[parent]
        children = tuple(child for child in above.children if child != number)
        return self.replaced(parent, replace(above, children=children))

    def line_to(self, number: int) -> tuple[int, ...]:
        """The nodes from the root to ``number``."""
        line = [number]
        while line[-1] != ROOT:
            line.append(self.nodes[line[-1]].parent)
        return tuple(reversed(line))

    def line_through(self, number: int) -> tuple[int, ...]:
        """The line that leads to ``number`` and on by first variations."""
        line = list(self.line_to(number))
        while children := self.nodes[line[-1]].children:
            line.append(children[0])
        return tuple(line)

    def siblings(self, number: int) -> tuple[int, ...]:
        """The variations that ``number`` is one of, itself included."""
        return self.nodes[self.nodes[number].parent].children if number else (ROOT,)


class Board(NamedTuple):
    """A position, not to be changed, and the stones that each color has taken."""

    position: Position
    black_captures: int
    white_captures: int


def empty_board() -> Board:
    """Before any move."""
    return Board(Position(), 0, 0)


def replay_line(
    tree: GameTree, line: Sequence[int], start: Board | None = None
) -> tuple[Board, int, str]:
    """(board after the nodes of ``line``, how many could be played, what is wrong).

    Begins with ``start``, by default the empty board. Ends before a node that is
    illegal and says why; "" when there is none.
    """
    board = start or empty_board()
    board = board._replace(position=board.position.copy())
    for count, number in enumerate(line):
        node = tree.nodes[number]
        try:
            if node.setup:
                board = _set_up(board, node)
            if node.to_play:
                board.position.set_to_play(node.to_play)
            if node.color:
                board = _play(board, node)
        except IllegalMoveError as error:
            return board, count, str(error)
    return board, len(line), ""


def _set_up(board: Board, node: Node) -> Board:
    position = board.position.copy()  # so that failing leaves no trace
    for point, color in node.setup:
        position.setup(point, color)
    position.check_chains()
    return board._replace(position=position)


def _play(board: Board, node: Node) -> Board:
    position = board.position
    before = np.count_nonzero(position.board.stones == opponent(node.color))
    position.play(node.point, node.color)
    after = np.count_nonzero(position.board.stones == opponent(node.color))
    taken = int(before - after)
    if node.color == BLACK:
        return board._replace(black_captures=board.black_captures + taken)
    return board._replace(white_captures=board.white_captures + taken)


def new_game(*, komi: float, handicap: int, black: str, white: str) -> GameTree:
    """A tree of a root with what was agreed on, and handicap stones on star points."""
    root = Node()
    if handicap >= 2:
        stones = HANDICAP_POINTS[handicap]
        root = replace(
            root, setup=tuple((point, BLACK) for point in stones), to_play=WHITE
        )
        root = root.with_text("HA", str(handicap))
    for name, text in (("PB", black), ("PW", white), ("KM", f"{komi:g}")):
        root = root.with_text(name, text)
    return GameTree((root,))
