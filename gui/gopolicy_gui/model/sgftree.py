"""Game trees from SGF files and back, with all that is written in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sgfmill.sgf import Sgf_game, Tree_node
from sgfmill.sgf_grammar import Coarse_game_tree, text_value

from gopolicy.errors import SgfError, phrase
from gopolicy.files import whole_file
from gopolicy.go.coords import BLACK, BOARD_SIZE, MOST_LINES, format_sgf_point
from gopolicy.go.turns import code_color, point_bits, point_of
from gopolicy.sgf.gameinfo import is_go
from gopolicy.sgf.line import PROPERTY_BITS, read_node
from gopolicy.sgf.parse import format_sgf, parse_any_size, split_games
from gopolicy_gui.model.language import tr
from gopolicy_gui.model.tree import ROOT, GameTree, Node, Properties

if TYPE_CHECKING:
    from gopolicy.review.moves import ReviewedMove

#: What the root of every saved game says.
_HEADER: Final = {
    "FF": [b"4"],
    "GM": [b"1"],
    "CA": [b"UTF-8"],
}
#: Longest game, in characters; joseki dictionaries have some 5 million.
MAX_GAME: Final = 16_000_000
#: A game's title is looked for in so many characters.
_TITLE_CHARS: Final = 2000
_INFO: Final = re.compile(r"\b(PB|PW|RE|DT|EV)\s*\[((?:\\.|[^\]\\])*)\]", re.S)


def load_games(path: str | Path) -> list[str]:
    """The SGF text of each game of a record, for ``parse_game`` and ``game_title``.

    Raises: SgfError for a folder or an encrypted file, OSError for the file.
    """
    path = Path(path)
    if path.is_dir():
        text = tr("{name} is a folder; choose an SGF file in it", name=repr(path.name))
        raise SgfError(text)
    try:
        return list(split_games(path.read_bytes()))
    except SgfError as error:
        raise SgfError(
            phrase("{name}: {reason}", name=path.name, reason=error)
        ) from error


def parse_game(text: str, source: str) -> GameTree:
    """The game in the text of one; ``source`` names it in errors.

    Raises: SgfError when there is no game in it, or one on a board beyond 25x25.
    """
    if len(text) > MAX_GAME:
        said = tr(
            "{name}: a game of {size} MB; only games up to {limit} MB are opened",
            name=source,
            size=f"{len(text) / 1e6:.0f}",
            limit=f"{MAX_GAME / 1e6:.0f}",
        )
        raise SgfError(said)
    found = next(parse_any_size(text, source), None)
    if found is None:
        raise SgfError(
            tr("{name}: no game in the file; an SGF begins with '(;'", name=source)
        )
    game, columns, rows = found
    tree = _make_tree(game, is_large=max(columns, rows) > BOARD_SIZE)
    if not is_go(tree.root.text("GM")):
        raise SgfError(tr("{name}: another game than Go; Go is GM[1]", name=source))
    return tree if columns == rows else tree.with_text("SZ", f"{columns}:{rows}")


def game_title(text: str) -> str:
    """Players, result, date and event that the text of a game begins with."""
    found = dict(reversed(_INFO.findall(text[:_TITLE_CHARS])))
    info = {
        name: " ".join(text_value(value.encode()).decode().split())
        for name, value in found.items()
    }
    players = f"{info.get('PB') or tr('Black')} - {info.get('PW') or tr('White')}"
    rest = [info[name] for name in ("RE", "DT", "EV") if info.get(name)]
    return ", ".join([players, *rest])


def save_game(path: str | Path, tree: GameTree) -> None:
    """Writes a tree as SGF in UTF-8, whole or not at all.

    Raises: OSError when ``path`` cannot be written.
    """
    data = format_game(tree)
    with whole_file(path) as file:
        file.write(data)


def format_game(tree: GameTree) -> bytes:
    """A tree as SGF in UTF-8."""
    return format_sgf([_make_sgf(tree)])


def annotate(
    tree: GameTree, line: Sequence[int], moves: Sequence[ReviewedMove], model: str
) -> GameTree:
    """``tree`` with a review of ``line`` written into it, as ``gopolicy review`` does.

    The nodes keep their numbers; those of new variations come after them.
    ``moves``: of ``line``, in order. ``model``: the network's name.
    """
    from gopolicy.review.annotate import annotate_line

    written = {ROOT: _make_sgf(tree).get_root()}
    for number in _reached(tree):
        children = tree.nodes[number].children
        written |= dict(zip(children, written[number], strict=True))
    annotate_line([written[number] for number in line], moves, model)
    nodes = list(tree.nodes)
    for number, node in written.items():
        nodes[number] = _reviewed(nodes[number], node)
        for added in list(node)[len(tree.nodes[number].children) :]:
            child = replace(_read_node(added)[0], parent=number)
            above = nodes[number]
            nodes[number] = replace(above, children=(*above.children, len(nodes)))
            nodes.append(child)
    return GameTree(tuple(nodes))


def _reached(tree: GameTree) -> Iterator[int]:
    """All nodes that can be reached, parents before children."""
    waiting = [ROOT]
    while waiting:
        number = waiting.pop()
        yield number
        waiting += reversed(tree.nodes[number].children)


def _reviewed(node: Node, written: Tree_node) -> Node:
    """The node with what a review has added to its properties."""
    added = {
        name: tuple(written.get_raw_list(name))
        for name in ("C", "LB", "CR", "TR")
        if written.has_property(name)
    }
    kept = tuple(item for item in node.properties if item[0] not in added)
    return replace(node, properties=(*kept, *added.items()))


def _make_tree(game: Sgf_game, *, is_large: bool) -> GameTree:
    """Our nodes in depth-first order, so that a parent comes before its children."""
    nodes: list[Node] = []
    children: list[list[int]] = []
    waiting: list[tuple[Tree_node, int]] = [(game.get_root(), -1)]
    while waiting:
        source_node, parent = waiting.pop()
        for node in _read_node(source_node, is_large=is_large):
            if parent >= 0:
                children[parent].append(len(nodes))
            nodes.append(replace(node, parent=parent))
            children.append([])
            parent = len(nodes) - 1
        waiting += [(child, parent) for child in reversed(list(source_node))]
    return GameTree(
        tuple(
            replace(node, children=tuple(followers))
            for node, followers in zip(nodes, children, strict=True)
        )
    )


def _read_node(source_node: Tree_node, *, is_large: bool = False) -> list[Node]:
    """A node as ours; several where it holds setup and a move, or two moves.

    The root gets no move: then its number can stand for the start. ``is_large``: as
    ``read_node`` has it.
    """
    values = {
        name: tuple(source_node.get_raw_list(name)) for name in source_node.properties()
    }
    found = read_node(values, is_large=is_large)
    kept = _unplayed(values, is_large=is_large)
    first = Node(setup=found.setup, to_play=found.side, properties=kept)
    moves = [
        Node(color=int(code_color(code)), point=point_of(code)) for code in found.moves
    ]
    if found.trouble:
        written = [(name, raw) for name, raw in values.items() if name in ("B", "W")]
        rest = tuple(written[len(moves) :])
        return [first, *moves, Node(properties=rest, trouble=found.trouble)]
    if len(moves) == 1 and not found.setup and source_node.parent is not None:
        return [replace(first, color=moves[0].color, point=moves[0].point)]
    return [first, *moves]


def _unplayed(values: Mapping[str, tuple[bytes, ...]], *, is_large: bool) -> Properties:
    """What of a node does nothing to the board, values that are no point included."""
    kept = []
    for name, raw in values.items():
        if name in ("AB", "AW", "AE", "PL"):
            raw = tuple(
                value
                for value in raw
                if not any(read_node({name: [value]}, is_large=is_large))
            )
        if name not in ("B", "W") and raw:
            kept.append((name, raw))
    return tuple(kept)


def _make_sgf(tree: GameTree) -> Sgf_game:
    """The tree for sgfmill's writer."""
    made: dict[int, Coarse_game_tree] = {}
    waiting = [ROOT]
    while waiting:
        number = waiting.pop()
        node = tree.nodes[number]
        made[number] = coarse = Coarse_game_tree()
        coarse.sequence = [_written(node)]
        if number == ROOT:
            coarse.sequence[0] |= _HEADER | {"SZ": [str(max(tree.size)).encode()]}
        else:
            made[node.parent].children.append(coarse)
        waiting += reversed(node.children)
    game = Sgf_game.from_coarse_game_tree(made[ROOT], "UTF-8")
    columns, rows = tree.size
    if columns != rows:  # sgfmill knows no such boards, but its nodes are these
        made[ROOT].sequence[0]["SZ"] = [f"{columns}:{rows}".encode()]
    return game


def _written(node: Node) -> dict[str, list[bytes]]:
    """The properties of a node as they stand in the file.

    A name that SGF does not allow, such as LizzieYzy's LZ2, stays as it was read.
    """
    written = {name: list(values) for name, values in node.properties}
    if node.to_play:
        written["PL"] = [b"B" if node.to_play == BLACK else b"W"]
    names = {bits: name for name, bits in PROPERTY_BITS.items()}
    for code in node.codes:
        point = format_sgf_point(point_of(code), lines=MOST_LINES).encode()
        name = names[code & ~point_bits(point_of(code))]
        written.setdefault(name, []).append(point)
    return written
