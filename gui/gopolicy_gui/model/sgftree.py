"""Game trees from SGF files and back, with all that is written in them."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from sgfmill.sgf import Sgf_game, Tree_node

from gopolicy.errors import SgfError, VertexError
from gopolicy.files import whole_file
from gopolicy.go.coords import (
    BLACK,
    BOARD_SIZE,
    EMPTY,
    WHITE,
    format_sgf_point,
    parse_sgf_point,
)
from gopolicy.sgf.gameinfo import parse_handicap, parse_to_play
from gopolicy.sgf.parse import expand_points, format_sgf, parse_part, split_games
from gopolicy_gui.model.tree import ROOT, GameTree, Node

#: Largest file that is opened, in bytes.
MAX_BYTES: Final = 256 << 20
#: Longest game, in characters; joseki dictionaries have some 5 million.
MAX_GAME: Final = 16_000_000
#: A game's title is looked for in so many characters.
_TITLE_CHARS: Final = 2000
_INFO: Final = re.compile(r"\b(PB|PW|RE|DT|EV)\s*\[([^\]\\]*)\]")
_MOVES: Final = {"B": BLACK, "W": WHITE}
_SETUP: Final = {"AB": BLACK, "AW": WHITE, "AE": EMPTY}


def load_game(path: str | Path) -> GameTree:
    """The first game of an SGF file.

    Raises: SgfError when there is none on 19x19, OSError for the file.
    """
    return parse_game(next(iter(load_games(path)), ""), Path(path).name)


def load_games(path: str | Path) -> list[str]:
    """The text of each game of an SGF file, for ``parse_game`` and ``game_title``.

    Raises: SgfError for a folder or a file too large, OSError for the file.
    """
    path = Path(path)
    if path.is_dir():
        raise SgfError(f"{path.name!r} is a folder; choose an SGF file in it")
    if os.path.getsize(path) > MAX_BYTES:
        raise SgfError(
            f"{path.name!r} is larger than {MAX_BYTES >> 20} MB; split it into games"
        )
    return list(split_games(path.read_bytes()))


def parse_game(text: str, source: str) -> GameTree:
    """The game in the text of one; ``source`` names it in errors.

    Raises: SgfError when there is no game on 19x19 in it.
    """
    if len(text) > MAX_GAME:
        raise SgfError(
            f"{source}: a game of {len(text) / 1e6:.0f} MB; "
            f"only games up to {MAX_GAME / 1e6:.0f} MB are opened"
        )
    game = next(parse_part(text, source), None)
    if game is None:
        raise SgfError(f"{source}: no game in the file; an SGF begins with '(;'")
    if game.get_size() != BOARD_SIZE:
        raise SgfError(
            f"{source}: the board is {game.get_size()}x{game.get_size()}; "
            "only 19x19 is known here"
        )
    return _make_tree(game)


def game_title(text: str) -> str:
    """Players, result, date and event that the text of a game begins with."""
    found = dict(reversed(_INFO.findall(text[:_TITLE_CHARS])))
    info = {name: " ".join(value.split()) for name, value in found.items()}
    players = f"{info.get('PB') or 'Black'} - {info.get('PW') or 'White'}"
    rest = [info[name] for name in ("RE", "DT", "EV") if info.get(name)]
    return ", ".join([players, *rest])


def save_game(path: str | Path, tree: GameTree) -> None:
    """Writes a tree as SGF in UTF-8, whole or not at all.

    Raises: OSError when ``path`` cannot be written.
    """
    data = format_sgf([_make_sgf(tree)])
    with whole_file(path) as file:
        file.write(data)


def _make_tree(game: Sgf_game) -> GameTree:
    """Our nodes in depth-first order, so that a parent comes before its children."""
    nodes: list[Node] = []
    children: list[list[int]] = []
    waiting: list[tuple[Tree_node, int]] = [(game.get_root(), -1)]
    while waiting:
        source_node, parent = waiting.pop()
        for node in _read_node(source_node):
            if parent >= 0:
                children[parent].append(len(nodes))
            nodes.append(replace(node, parent=parent))
            children.append([])
            parent = len(nodes) - 1
        waiting += [(child, parent) for child in reversed(list(source_node))]
    nodes = [
        replace(node, children=tuple(followers))
        for node, followers in zip(nodes, children, strict=True)
    ]
    return GameTree(tuple(_with_sides(nodes)))


def _read_node(source_node: Tree_node) -> list[Node]:
    """A node as ours; several where it holds setup and a move, or two moves.

    The root gets no move: then its number can stand for the start.
    """
    moves: list[tuple[int, int]] = []
    setup: list[tuple[int, int]] = []
    to_play = EMPTY
    rest: list[tuple[str, tuple[bytes, ...]]] = []
    for name in source_node.properties():
        values = tuple(source_node.get_raw_list(name))
        side = parse_to_play(_text(values[0]))
        try:
            if name in _MOVES:
                moves.append((_MOVES[name], parse_sgf_point(_text(values[0]))))
            elif name in _SETUP:
                points = [p for value in values for p in expand_points(_text(value))]
                setup += [(parse_sgf_point(p), _SETUP[name]) for p in points if p]
            elif name == "PL" and side:
                to_play = side
            else:
                rest.append((name, values))
        except VertexError:
            rest.append((name, values))  # no point of this board: kept, not played
    first = Node(setup=tuple(setup), to_play=to_play, properties=tuple(rest))
    if len(moves) == 1 and not setup and source_node.parent is not None:
        color, point = moves[0]
        return [replace(first, color=color, point=point)]
    return [first, *(Node(color=color, point=point) for color, point in moves)]


def _with_sides(nodes: list[Node]) -> list[Node]:
    """The nodes with the side to play named after setup, as the next move tells.

    Without a next move it is White's turn after handicap stones.
    """
    for number, node in enumerate(nodes):
        if node.color or node.to_play or not (node.setup or number == ROOT):
            continue
        follower = nodes[node.children[0]] if node.children else None
        side = follower.color if follower else EMPTY
        if not side and parse_handicap(node.text("HA")):
            side = WHITE
        nodes[number] = replace(node, to_play=side)
    return nodes


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").strip()


def _make_sgf(tree: GameTree) -> Sgf_game:
    """The tree for sgfmill's writer."""
    game = Sgf_game(BOARD_SIZE, encoding="UTF-8")
    made: dict[int, Tree_node] = {}
    waiting = [ROOT]
    while waiting:
        number = waiting.pop()
        node = tree.nodes[number]
        target = game.get_root() if number == ROOT else made[node.parent].new_child()
        made[number] = target
        for name, values in node.properties:
            if name not in ("SZ", "CA", "FF", "GM"):
                target.set_raw_list(name, list(values))
        if node.to_play == WHITE or (node.to_play and node.setup):
            target.set_raw("PL", b"B" if node.to_play == BLACK else b"W")
        for name, color in _SETUP.items():
            points = [
                format_sgf_point(point).encode()
                for point, stone in node.setup
                if stone == color
            ]
            if points:
                target.set_raw_list(name, points)
        if node.color:
            name = "B" if node.color == BLACK else "W"
            target.set_raw(name, format_sgf_point(node.point).encode())
        waiting += reversed(node.children)
    return game
