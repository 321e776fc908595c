"""UGF and UGI, the records of PandaNet, to SGF text.

Sections as of an INI file: ``[Header]`` of names and values, ``[Data]`` of moves like
``QP,B1,3,0``: column and row as letters of which I is one, the row from the bottom; a
pass has Y or Z for its column, and number 0 is a stone that stands before the first
move. ``[ReviewNode]`` has the game again as a tree, with columns and rows from 1, and
``[ReviewComment]`` what was said of its nodes; ``[Figure]`` comments the moves.

Source: no specification; A. E. Brouwer, "The UGF format". ``formats`` imports this.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gopolicy.errors import SgfError, phrase
from gopolicy.sgf.encodings import decode_sgf
from gopolicy.sgf.gameinfo import parse_date, parse_komi
from gopolicy.sgf.sgftext import (
    find_number,
    format_bad_move,
    format_move,
    format_property,
    format_root,
)

#: A line that only a UGF has; its first, or after lines of comments.
SIGN: Final = re.compile(rb"^\[Header\][ \t]*\r?$", re.M)
_LANGUAGE: Final = re.compile(rb"^Lang=([A-Za-z0-9_-]{1,20})", re.M)
_MOVE: Final = re.compile(r"([A-Z])([A-Z]),([BW])\d?,(\d{1,4}|(?=,))")
_WON: Final = {"C": "R", "T": "T", "F": "F"}
#: Of what is not encrypted.
_PLAIN: Final = "PLAIN_UGF_FILE"
#: The columns that are no column but a pass.
_PASSES: Final = "YZ"


def convert_ugf(data: bytes) -> str:
    """The game of a UGF or UGI file as SGF text.

    Raises: SgfError when it is encrypted.
    """
    language = _LANGUAGE.search(data)
    text = decode_sgf(data, language[1].decode() if language else "shift_jis")
    sections = _split(text.splitlines())
    pairs = (line.partition("=") for line in reversed(sections.get("Header", [])))
    header = {name.strip(): value.strip() for name, _, value in pairs}
    crypt = _part(header.get("Crypt", ""), 1)
    if not _PLAIN.startswith(crypt):  # less of it where the file is cut
        raise SgfError(
            phrase("an encrypted UGF file; save it as a plain one, or as SGF")
        )
    size = find_number(header.get("Size", "")) or 19
    flip = header.get("CoordinateType", "") in ("", "IGS")
    stones, moves = _read_data(sections.get("Data", []), size=size, flip=flip)
    root = _Node(format_root(_find_info(header, size)) + stones)
    line = [_Node(f";{move}") for move in moves]
    tree = _read_tree(
        sections.get("ReviewNode", []),
        sections.get("ReviewComment", []),
        size=size,
        flip=flip,
    )
    if [node.text for node in tree.line()][: len(line)] == [node.text for node in line]:
        root.children = tree.children
        root.comment = tree.comment
    else:
        for parent, node in zip([root, *line], line, strict=False):
            parent.children.append(node)
    _add_comments([root, *root.line()], sections.get("Figure", []))
    return root.format()


@dataclass(slots=True)
class _Node:
    """A node of the tree; ``text`` from its ";" on, without the comment."""

    text: str
    comment: str = ""
    children: list["_Node"] = field(default_factory=list)

    def line(self) -> list["_Node"]:
        """The nodes of the main line below this one."""
        nodes: list[_Node] = []
        node = self
        while node.children:
            node = node.children[0]
            nodes.append(node)
        return nodes

    def format(self) -> str:
        """The tree below this node as a game."""
        pieces: list[str] = []
        waiting: list[_Node | str] = [")\n", self, "("]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                pieces.append(item)
                continue
            pieces += [item.text, format_property("C", item.comment)]
            if len(item.children) == 1:
                waiting += item.children
            else:
                for child in reversed(item.children):
                    waiting += [")", child, "("]
        return "".join(pieces)


def _split(lines: Sequence[str]) -> dict[str, list[str]]:
    """The lines of each section; of two of one name, the first."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in map(str.strip, lines):
        if line.startswith("[") and line.endswith("]"):
            current = []
            sections.setdefault(line[1:-1], current)
        elif line:
            current.append(line)
    return sections


def _part(text: str, number: int) -> str:
    """One of the parts of a value, from 0; "" where there is none."""
    return "".join(text.split(",")[number : number + 1]).strip()


def _find_info(header: Mapping[str, str], size: int) -> dict[str, str]:
    """The properties of the root."""
    stones, _, komi_text = header.get("Hdcp", "").partition(",")
    komi = parse_komi(komi_text)
    title = [part.strip() for part in header.get("Title", "").split(",")]
    players = {color: header.get(f"Player{color}", "") for color in "BW"}
    return {
        "SZ": str(size),
        "PB": _part(players["B"], 0),
        "BR": _part(players["B"], 1).replace("-dan", " dan"),
        "PW": _part(players["W"], 0),
        "WR": _part(players["W"], 1).replace("-dan", " dan"),
        "KM": "" if komi is None else f"{komi:g}",
        "HA": str(find_number(stones) or ""),
        "RE": _find_result(header.get("Winner", "")),
        "RU": header.get("Rule", "").replace("JPN", "Japanese"),
        "DT": parse_date(header.get("Date", "")),
        "EV": ", ".join(filter(None, title)),
        "PC": header.get("Place", ""),
        "CP": header.get("Copyright", ""),
        "GC": header.get("Comment", ""),
    }


def _find_result(text: str) -> str:
    """Result of "B,7.50", "W,C" (resigned), "D," (jigo) or "N,"; "" when unknown."""
    winner, how = _part(text, 0), _part(text, 1)
    if winner in ("B", "W"):
        points = parse_komi(how)
        return f"{winner}+{_WON.get(how[:1].upper(), f'{points:g}' if points else '')}"
    return {"D": "0", "N": "Void", "N1": "Void"}.get(winner, "")


def _read_data(lines: Sequence[str], *, size: int, flip: bool) -> tuple[str, list[str]]:
    """(properties of the stones that stand first, moves) of ``[Data]``."""
    stones: dict[str, str] = {}
    moves: list[str] = []
    for number, line in enumerate(lines):
        match = _MOVE.match(line.upper())
        if not match:
            # Text among the moves begins with a dot; the last line may be cut off.
            if not line.startswith((".", "#")) and number < len(lines) - 1:
                moves.append(format_bad_move("B", line[:20]))
            continue
        color, column, row = match[3], ord(match[1]) - 65, ord(match[2]) - 65
        move = format_move(color, column, size - 1 - row if flip else row, size=size)
        if match[1] in _PASSES:
            moves.append(f"{color}[]")
        elif match[4] == "0" and not moves:
            stones[color] = stones.get(color, f"A{color}") + move[1:]
        else:
            moves.append(move)
    return "".join(stones.values()), moves


def _read_tree(
    lines: Sequence[str], comments: Sequence[str], *, size: int, flip: bool
) -> _Node:
    """The tree of ``[ReviewNode]``, without what stands in the root."""
    root = node = _Node("")
    forks: list[_Node] = []
    is_variation = False  # whether the next node begins one
    numbered: dict[str, _Node] = {}
    for line in lines:
        name, _, rest = line.partition(",")
        if name == "VARIATION":
            forks.append(node)
            is_variation = True
        elif name == "VARIATIONEND" and forks:
            node, is_variation = forks.pop(), False
        elif name == "NODE":
            fields = [*map(find_number, rest.split(",")), 0, 0, 0]
            if fields[1] in (1, 2):
                child = _Node(f";{_tree_move(fields, size=size, flip=flip)}")
                # What goes on after a variation is the line that it leaves.
                at = len(node.children) if is_variation else 0
                node.children.insert(at, child)
                node, is_variation = child, False
            numbered[_part(rest, 0)] = node
    target: _Node | None = None
    for line in comments:
        if line.startswith(".Comment,"):
            target = numbered.get(_part(line, 1))
        elif target is not None:
            target.comment += f"{line}\n"
    return root


def _tree_move(fields: Sequence[int], *, size: int, flip: bool) -> str:
    """The move of a node: number, color, column and row from 1."""
    _, color, column, row = fields[:4]
    if column > size and row > size:
        return f"{'?BW'[color]}[]"
    row = size - row if flip else row - 1
    return format_move("?BW"[color], column - 1, row, size=size)


def _add_comments(line: Sequence[_Node], lines: Sequence[str]) -> None:
    """Adds what ``[Figure]`` says of moves; ``line`` begins with the root."""
    target: _Node | None = None
    for text in lines:
        if text.startswith(".Text,"):
            number = find_number(_part(text, 1))
            target = line[number] if number < len(line) else None
        elif text.startswith((".EndText", ".Fig")):
            target = None
        elif target is not None and not text.startswith(".#"):
            target.comment += f"{text}\n"
