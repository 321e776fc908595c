"""What a record draws on the board and says of a move, beside its comment. Pure.

Source: SGF FF[4], "Node annotation", "Move annotation", "Markup" properties.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from sgfmill.sgf_grammar import escape_text, text_value

from gopolicy.errors import VertexError
from gopolicy.go.coords import (
    ALL_NUMBERS,
    MOST_LINES,
    PASS,
    format_sgf_point,
    parse_sgf_point,
    place_of,
    point_at,
)
from gopolicy_gui.model.language import N_, tr
from gopolicy_gui.model.tree import GameTree, Node

#: Marks of a point by their property; a point has at most one of them.
SHAPES: Final = {
    "TR": "triangle",
    "SQ": "square",
    "CR": "circle",
    "MA": "cross",
    "SL": "selected",
}
#: What each tool puts, in words.
TOOLS: Final = {
    "label": N_("letters"),
    "triangle": N_("triangles"),
    "square": N_("squares"),
    "circle": N_("circles"),
    "cross": N_("crosses"),
    "black_stones": N_("black stones"),
    "white_stones": N_("white stones"),
}
#: Said of a node or a move, by property; a second degree is "very".
_SAYINGS: Final = {
    "TE": N_("Good move"),
    "BM": N_("Bad move"),
    "DO": N_("Doubtful move"),
    "IT": N_("Interesting move"),
    "KO": N_("Ko"),
    "GB": N_("Good for Black"),
    "GW": N_("Good for White"),
    "DM": N_("Even position"),
    "UC": N_("Unclear position"),
    "HO": N_("Hotspot"),
}


@dataclass(frozen=True, slots=True)
class Marks:
    """What is drawn at a node.

    ``shapes``: by point, of ``SHAPES``' values. ``labels``: by point. ``lines``: (from,
    to, whether it is an arrow). ``black``, ``white``: territory. ``dim``: points that
    are to recede, those outside a view (VW) included.
    """

    shapes: dict[int, str]
    labels: dict[int, str]
    lines: tuple[tuple[int, int, bool], ...] = ()
    black: frozenset[int] = frozenset()
    white: frozenset[int] = frozenset()
    dim: frozenset[int] = frozenset()

    @property
    def covered(self) -> frozenset[int]:
        """Points whose hint has to leave room."""
        return frozenset((*self.shapes, *self.labels))


@lru_cache(maxsize=4)
def marks_at(tree: GameTree, line: tuple[int, ...], cursor: int) -> Marks:
    """The marks of node ``line[cursor]``; what recedes comes from those before, too."""
    node = tree.nodes[line[cursor]]
    values, holds = dict(node.properties), tree.size.holds
    shapes: dict[int, str] = {}
    for name, shape in SHAPES.items():
        points = filter(holds, read_points(values.get(name, ())))
        shapes |= dict.fromkeys(points, shape)
    labels: dict[int, str] = {}
    for raw in (*values.get("LB", ()), *values.get("L", ())):
        point, text = _read_label(raw)
        if point is not None and holds(point):
            labels[point] = text or "abcdefghijklmnopqrstuvwxyz"[len(labels) % 26]
    return Marks(
        shapes=shapes,
        labels=labels,
        lines=tuple(
            found
            for found in (*_read_lines(values, "AR"), *_read_lines(values, "LN"))
            if holds(found[0]) and holds(found[1])
        ),
        black=frozenset(filter(holds, read_points(values.get("TB", ())))),
        white=frozenset(filter(holds, read_points(values.get("TW", ())))),
        dim=frozenset(filter(holds, _find_dim(tree, line[: cursor + 1]))),
    )


def _find_dim(tree: GameTree, line: tuple[int, ...]) -> frozenset[int]:
    """What recedes: DD and VW hold from their node on until another one says more."""
    dim: frozenset[int] = frozenset()
    view: frozenset[int] | None = None
    for number in line:
        for name, values in tree.nodes[number].properties:
            points = frozenset(read_points(values)) if name in ("DD", "VW") else None
            if points is not None and name == "DD":
                dim = points
            elif points is not None:
                view = points or None
    everything = frozenset(range(ALL_NUMBERS)) - {PASS}
    return dim if view is None else dim | (everything - view)


def read_points(values: Iterable[bytes]) -> list[int]:
    """The points of a list with rectangles ("aa:cc"); others are passed over.

    Of a board of ``MOST_LINES``: which of them are on the board, the caller knows.
    """
    found: list[int] = []
    for raw in values:
        first, _, last = str(raw, "ascii", "replace").strip().partition(":")
        one, other = _read_point(first), _read_point(last or first)
        if one is None or other is None:
            continue
        (top, left), (bottom, right) = place_of(one), place_of(other)
        rows = range(min(top, bottom), max(top, bottom) + 1)
        columns = range(min(left, right), max(left, right) + 1)
        found += [point_at(row, column) for row in rows for column in columns]
    return found


def _read_point(text: str) -> int | None:
    try:
        point = parse_sgf_point(text, lines=MOST_LINES)
    except VertexError:
        return None
    return None if point == PASS else point


def _name(point: int) -> str:
    return format_sgf_point(point, lines=MOST_LINES)


def _read_label(raw: bytes) -> tuple[int | None, str]:
    """A point and its label; FF[3]'s L has points alone."""
    place, _, text = raw.partition(b":")
    words = str(text_value(text), "utf-8", "replace")
    return _read_point(str(place, "ascii", "replace")), " ".join(words.split())


def _read_lines(
    values: dict[str, tuple[bytes, ...]], name: str
) -> list[tuple[int, int, bool]]:
    lines = []
    for raw in values.get(name, ()):
        first, _, last = str(raw, "ascii", "replace").partition(":")
        one, other = _read_point(first), _read_point(last)
        if one is not None and other is not None and one != other:
            lines.append((one, other, name == "AR"))
    return lines


def node_words(node: Node) -> str:
    """What the record says of a node: name, verdict, comment; "" for nothing."""
    values, said = dict(node.properties), []
    for name, saying in _SAYINGS.items():
        if name in values:
            text = tr(saying)
            is_very = node.text(name) == "2"
            said.append(tr("{verdict} (very)", verdict=text) if is_very else text)
    if node.text("V"):
        value = node.text("V").strip()
        said.append(tr("Value {value} for Black", value=value))
    lines = [" ".join(node.text("N").split()), tr(", ").join(said)]
    lines.append(node.text("C").strip() or node.text("GC").strip())
    return "\n".join(line for line in lines if line)


def has_words(node: Node) -> bool:
    """Whether ``node_words`` says anything."""
    return any(name in _WORDS for name, _ in node.properties)


_WORDS: Final = frozenset((*_SAYINGS, "N", "V", "C", "GC"))


def toggle_shape(node: Node, name: str, point: int) -> Node:
    """The node with a shape of ``SHAPES`` on a point, or without it if it is there."""
    values = dict(node.properties)
    was_there = point in read_points(values.get(name, ()))
    for other in SHAPES:
        node = _without_point(node, other, point)
    return node if was_there else _with_value(node, name, _name(point))


def toggle_label(node: Node, point: int) -> Node:
    """The node with the next free letter on a point, or without the label there."""
    values = dict(node.properties)
    labels = dict(_read_label(raw) for raw in values.get("LB", ()))
    if point in labels:
        return _without_point(node, "LB", point)
    letters = (chr(code) for code in range(ord("A"), ord("Z") + 1))
    taken = set(labels.values())
    letter = next((letter for letter in letters if letter not in taken), "?")
    return _with_value(node, "LB", f"{_name(point)}:{letter}")


def _with_value(node: Node, name: str, value: str) -> Node:
    values = dict(node.properties)
    values[name] = (*values.get(name, ()), escape_text(value.encode()))
    return replace(node, properties=tuple(values.items()))


def _without_point(node: Node, name: str, point: int) -> Node:
    """A property without a point; a rectangle with it becomes single points."""
    kept: list[tuple[str, tuple[bytes, ...]]] = []
    for key, raws in node.properties:
        if key == name:
            raws = tuple(
                raw for old in raws for raw in _values_without(old, key, point)
            )
        if raws:
            kept.append((key, raws))
    return replace(node, properties=tuple(kept))


def _values_without(raw: bytes, name: str, point: int) -> list[bytes]:
    if name == "LB":
        return [] if _read_label(raw)[0] == point else [raw]
    points = read_points([raw])
    if point not in points:
        return [raw]
    return [_name(other).encode() for other in points if other != point]
