"""A game as a tree of moves with variations; every change makes a new tree.

Nodes are numbered in the order in which they came, the root is 0. A *line* is the way
from the root to a leaf, as node numbers. Pure: knows nothing of files or of drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
from sgfmill.sgf_grammar import escape_text, text_value

from gopolicy.go.coords import BLACK, EMPTY, MOST_LINES, PASS, WHITE, opponent
from gopolicy.go.handicap import HANDICAP_POINTS
from gopolicy.go.position import Position
from gopolicy.go.rules import LEGAL
from gopolicy.go.turns import SETUP_BIT, encode_code, point_of
from gopolicy.sgf.gameinfo import parse_handicap, parse_size
from gopolicy.sgf.line import at_move, format_stop, side_to_play
from gopolicy_gui.model.language import told
from gopolicy_gui.model.study.boards import (
    FULL,
    BoardSize,
    PlainPosition,
    empty_position,
)

ROOT: Final = 0

#: Properties that SGF files hold beside moves and setup: name and raw UTF-8 values.
Properties = tuple[tuple[str, tuple[bytes, ...]], ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A move or setup, and what is written about it.

    ``color``: who moves, EMPTY when nobody does. ``setup``: turn codes of stones put
    or taken away. ``to_play``: who is next if the file says so (PL). ``trouble``: why
    the line stops before this node, whatever the board; it has a move that is none.
    """

    parent: int = -1
    color: int = EMPTY
    point: int = PASS
    setup: tuple[int, ...] = ()
    to_play: int = EMPTY
    properties: Properties = ()
    children: tuple[int, ...] = ()
    trouble: str = ""

    @property
    def codes(self) -> tuple[int, ...]:
        """The turn codes of what happens here, setup before the move."""
        if not self.color:
            return self.setup
        move = encode_code(self.point, self.color)
        return (*self.setup, move)

    def text(self, name: str) -> str:
        """The first value of a property as text, without escapes; "" without it."""
        for key, values in self.properties:
            if key == name and values:
                return str(text_value(values[0]), "utf-8", "replace")
        return ""

    def with_text(self, name: str, text: str) -> Node:
        """The node with a property set to ``text``, or without it for ""."""
        kept = tuple(item for item in self.properties if item[0] != name)
        if text:
            kept += ((name, (escape_text(text.encode()),)),)
        return replace(self, properties=kept)


@dataclass(frozen=True, slots=True, eq=False)
class GameTree:
    """All nodes of a game; two trees are equal when they are the same one."""

    nodes: tuple[Node, ...] = (Node(),)

    @property
    def root(self) -> Node:
        """Where the game's properties stand."""
        return self.nodes[ROOT]

    @property
    def size(self) -> BoardSize:
        """Of the board; a root that says nothing of it, or nonsense, means 19x19."""
        text = self.root.text("SZ")
        columns, rows = parse_size(text.strip()) if text else FULL
        is_known = 1 <= min(columns, rows) <= max(columns, rows) <= MOST_LINES
        return BoardSize(columns, rows) if is_known else FULL

    @property
    def info(self) -> dict[str, str]:
        """What ``gameinfo`` asks of a header: text by property; of AP all values."""
        texts = {name: self.root.text(name) for name, _ in self.root.properties}
        programs = dict(self.root.properties).get("AP", ())
        raw = b", ".join(text_value(program) for program in programs)
        return texts | {"AP": str(raw, "utf-8", "replace")}

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
    """What is shown of a line, and the stones that each color has taken.

    ``position``: not to be changed. ``replayed``: the same as the moves leave it; where
    the file says that another side is to play, that side's turn ends a ko.
    """

    position: Position
    replayed: Position
    black_captures: int
    white_captures: int


def empty_board(size: BoardSize = FULL) -> Board:
    """Before any move."""
    return Board(empty_position(size), empty_position(size), 0, 0)


def replay_line(
    tree: GameTree,
    line: Sequence[int],
    cursor: int | None = None,
    *,
    start: Board | None = None,
    done: int = 0,
) -> tuple[Board, int, str]:
    """(board after node ``line[cursor]``, how many nodes are on it, what is wrong).

    By default after the last node of ``line``, which begins at the root. Ends before a
    node that is illegal and says why, as records do; "" when there is none. ``start``:
    the board after the first ``done`` nodes, if that is known.
    """
    before = start or empty_board(tree.size)
    position = before.replayed.copy()
    taken = {BLACK: before.black_captures, WHITE: before.white_captures}
    end = len(line) if cursor is None else cursor + 1
    count, wrong = done, ""
    while count < end and not wrong:
        wrong = _play_node(position, tree.nodes[line[count]], taken)
        count += not wrong
    shown = position.copy()
    shown.set_to_play(_side_after(tree, line, count, position))
    return Board(shown, position, taken[BLACK], taken[WHITE]), count, wrong


def _side_after(
    tree: GameTree, line: Sequence[int], count: int, position: Position
) -> int:
    """Whose turn it is after the first ``count`` nodes of ``line``: BLACK or WHITE.

    Where ``line`` ends, the first variation tells who moves next; a move that is not
    legal in ``position`` tells nothing, since there the record ends.
    """
    codes: list[int] = []
    sides: list[tuple[int, int]] = []
    for number in line[:count]:
        node = tree.nodes[number]
        codes += node.codes
        if node.to_play:
            sides.append((len(codes), node.to_play))
    done = len(codes)
    for number in (*line[count:], *tree.line_through(line[-1])[len(line) :]):
        node = tree.nodes[number]
        codes += node.codes
        if node.color or node.trouble:
            break
    if position.copy().replay(codes[done:])[1] != LEGAL:
        del codes[done:]
    handicap = parse_handicap(tree.root.text("HA") or tree.root.text("HD"))
    return side_to_play(codes, sides, done=done, handicap=handicap)


def _play_node(position: Position, node: Node, taken: dict[int, int]) -> str:
    """Plays a node and counts what it takes; says why it cannot be played."""
    move_number = position.turn + 1
    if node.trouble:
        return told(at_move(move_number, node.trouble))
    if not node.codes:
        return ""
    before = np.count_nonzero(position.stones == opponent(node.color))
    count, reason = position.replay(node.codes)
    if reason != LEGAL:
        code, vertex = node.codes[count], ""
        if isinstance(position, PlainPosition):  # the point has another name there
            vertex = position.size.vertex(point_of(code))
        return told(format_stop(code, reason, move_number, vertex=vertex))
    if node.color:
        after = np.count_nonzero(position.stones == opponent(node.color))
        taken[node.color] += int(before - after)
    return ""


def new_game(*, komi: float, handicap: int, black: str, white: str) -> GameTree:
    """A tree of a root with what was agreed on, and handicap stones on star points."""
    root = Node()
    if handicap >= 2:
        stones = HANDICAP_POINTS[handicap]
        root = replace(
            root, setup=tuple(SETUP_BIT | point for point in stones), to_play=WHITE
        )
        root = root.with_text("HA", str(handicap))
    for name, text in (("PB", black), ("PW", white), ("KM", f"{komi:g}")):
        root = root.with_text(name, text)
    return GameTree((root,))
