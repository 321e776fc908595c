"""SGF text to game trees and main lines, and back; any file that people have.

A plain record, as servers write it, goes through a small scanner of two regular
expressions. All else goes through sgfmill, and what sgfmill refuses through a tolerant
parser that builds the same trees. ``formats.read_text`` makes text of bytes, whatever
format they are in.

Knows no Go rules: a point stays the text it is in the file. ``line`` gives it its
meaning.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sgfmill import sgf_grammar
from sgfmill.sgf import Sgf_game

from gopolicy.errors import Said, SgfError, phrase
from gopolicy.go.coords import BLACK, MOST_LINES
from gopolicy.sgf.formats import read_text
from gopolicy.sgf.gameinfo import parse_size, parse_to_play
from gopolicy.sgf.parts import MORE_NODES, NEW_GAME, STRUCTURE, split_off

#: More nodes in one game than any record or dictionary of openings has.
MAX_NODES: Final = 500_000

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SETUP_NAMES: Final = ("AB", "AW", "AE")

# The expressions below are linear in the text: no two ways to match the same stretch,
# and a failed match does not read to the end of the text again and again.
_PLAIN_ROOT: Final = re.compile(
    r"\s*\(\s*;((?:\s*[A-Z]{1,2}(?:\s*\[[^\]\\]*\])+)*)\s*(?=[;)])"
)
_PLAIN_PROPERTY: Final = re.compile(r"([A-Z]{1,2})\s*\[([^\]\\]*)\]")
_PLAIN_SETUP: Final = re.compile(r"(A[BW])((?:\s*\[[^\]\\]*\])+)")
_PLAIN_EXTRAS: Final = re.compile(r"(?:BL|WL|OB|OW|C|N)\s*\[[^\[\]\\]*\]|\s+")
_PLAIN_PIECES: Final = frozenset(
    [f"{c}[{x}{y}]" for c in "BW" for x in _LETTERS[:19] for y in _LETTERS[:19]]
    + [f"{c}[{p}]" for c in "BW" for p in ("", "tt", "``")]
)

_STRUCTURE: Final = re.compile(STRUCTURE, re.S)
_GAME_START: Final = re.compile(r"\(\s*;")
_NEW_GAME: Final = re.compile(NEW_GAME)
_MORE_NODES: Final = re.compile(MORE_NODES)
_NODE: Final = re.compile(r";\s*[A-Za-z]{1,20}\s*\[")
_MORE_NODES_IN_BYTES: Final = re.compile(MORE_NODES.encode())
_BARE_START: Final = re.compile(
    r"\s*(?:\(\s*[A-Za-z]{1,20}\s*\[|;|[A-Z][A-Za-z]*\s*\[)"
)

_TOKEN: Final = re.compile(
    rb"\s*(?:(?P<name>[A-Za-z][A-Za-z0-9]{0,63})(?P<gap>\s*)(?=\[)|(?P<other>.))", re.S
)
_VALUE: Final = re.compile(rb"\s*\[([^\\\]]*(?:\\.[^\\\]]*)*)\]", re.S)
# What may follow a value: another one, a node, a bracket of the tree, a property.
_AFTER_VALUE: Final = re.compile(
    rb"\s*(?:[\[;)]|\(\s*[;()]|\Z|"
    rb"\(?\s*(?:[A-Z][A-Za-z0-9]{0,63}\s*|[a-z][A-Za-z0-9]{0,63})\[)"
)
# A stretch of text up to a bracket, in which no node begins.
_MORE_TEXT: Final = re.compile(rb"(?:[^\\\];]|\\[^;])*\]", re.S)
# A property within such a stretch; in a text a blank stands before a bracket.
_PROPERTY_AHEAD: Final = re.compile(
    rb"(?<![A-Za-z])(?:[A-Z]{1,2}\s*|[A-Za-z][A-Za-z0-9]{0,63})\["
)
#: How many stray ``]`` the tolerant parser takes into one value.
_MAX_STRAY: Final = 8
#: Properties of free text, in which a bracket may have been forgotten to be escaped.
_TEXTS: Final = frozenset(
    b"C GC N PB PW BR WR BT WT EV RO PC DT RD RE RU AN CP ON OT SO US GN AP TE".split()
)


@dataclass(frozen=True, slots=True)
class SgfGame:
    """The main line of one game, as written.

    ``info``: first value of each property before the first move, as simple text; of
    AP all, since servers add theirs to the program's that they use.
    ``line``: what its nodes do, in order, in the words of ``node_pieces``.
    ``size``: columns and rows; (0, 0) when SZ says something that is no board.
    ``setup_ends``: at which places of ``line`` a node with setup ends, where another
    one follows it.
    """

    info: dict[str, str]
    line: list[str]
    size: tuple[int, int] = (19, 19)
    setup_ends: tuple[int, ...] = ()


def read_games(data: bytes, source: str) -> list[SgfGame]:
    """The games of one file, in order; variations are left out.

    Raises: SgfError when there is no game in it, or one of too many nodes.
    """
    text = _read_text(data, source)
    game = scan_plain(text)
    if game is not None:
        return [game]
    games: list[SgfGame] = []
    for part in _split_games(text):
        game = scan_plain(part)
        if game is not None:
            games.append(game)
        else:
            games.extend(_read_main_line(tree) for tree in _parse_part(part, source))
    if not games:
        raise SgfError(_no_game(source))
    return games


def _no_game(source: str) -> Said:
    """Why there is nothing to read in ``source``."""
    return phrase("{name}: no game in the file; an SGF begins with '(;'", name=source)


def read_games_by_sgfmill(data: bytes, source: str) -> list[SgfGame]:
    """What ``read_games`` gives, without the scanner; to compare the two.

    Raises: SgfError as ``read_games``.
    """
    parts = _split_games(_read_text(data, source))
    return [
        _read_main_line(tree) for part in parts for tree in _parse_part(part, source)
    ]


def parse_trees(data: bytes, source: str) -> list[Sgf_game]:
    """The games of one file as sgfmill's trees: variations, comments and markup kept.

    Raises: SgfError when there is no game, or a board that is not square or larger
    than 26x26.
    """
    parts = _split_games(_read_text(data, source))
    trees = [tree for part in parts for tree in parse_part(part, source)]
    if not trees:
        raise SgfError(_no_game(source))
    return trees


def split_games(data: bytes) -> Iterator[str]:
    """The text of each game of a file, unparsed; several in one where it is broken.

    Raises: SgfError as ``formats.read_text``.
    """
    return _split_games(read_text(data))


def _read_text(data: bytes, source: str) -> str:
    """The SGF text of a file that ``source`` names in errors."""
    try:
        return read_text(data)
    except SgfError as error:
        raise SgfError(phrase("{name}: {reason}", name=source, reason=error)) from error


def parse_part(part: str, source: str) -> Iterator[Sgf_game]:
    """What ``parse_trees`` gives, of one of the texts of ``split_games``.

    Raises: SgfError for a board that is not square or larger than 26x26.
    """
    for tree in _parse_part(part, source):
        root = tree.sequence[0]
        columns, rows = parse_size(_first(root, "SZ"))
        if columns != rows or not 1 <= columns <= 26:
            said = phrase(
                "{name}: board size {size!r}; write SZ[19] or another number up to 26",
                name=source,
                size=_first(root, "SZ")[:20],
            )
            raise SgfError(said)
        yield _make_game(tree, columns)


def parse_any_size(part: str, source: str) -> Iterator[tuple[Sgf_game, int, int]]:
    """As ``parse_part``, also of boards that are not square: (game, columns, rows).

    sgfmill knows no such boards: to it, one is as wide as high, the longer side.

    Raises: SgfError for a board of more than ``MOST_LINES`` lines.
    """
    for tree in _parse_part(part, source):
        size = _first(tree.sequence[0], "SZ")
        columns, rows = parse_size(size)
        if not 1 <= min(columns, rows) <= max(columns, rows) <= MOST_LINES:
            text = phrase(
                "{name}: board size {size!r}; boards up to 25x25 are shown, such as "
                "SZ[19] or SZ[9:13]",
                name=source,
                size=size[:20],
            )
            raise SgfError(text)
        yield _make_game(tree, max(columns, rows)), columns, rows


def _make_game(tree: sgf_grammar.Coarse_game_tree, side: int) -> Sgf_game:
    """A game on ``side`` x ``side``."""
    tree.sequence[0] |= {"SZ": [str(side).encode()], "CA": [b"UTF-8"]}
    return Sgf_game.from_coarse_game_tree(tree, "UTF-8")


def format_sgf(games: Iterable[Sgf_game]) -> bytes:
    """The SGF file of ``games``, in UTF-8, with all that is in their trees."""
    return b"".join(game.serialise() for game in games)


def scan_plain(text: str) -> SgfGame | None:
    """The game of a plain record; None when ``text`` is anything else.

    Plain is: one game on 19x19, stones in the root at most as setup, then one node
    for each move, holding at most clocks, a comment and a name beside it.
    """
    root = _PLAIN_ROOT.match(text)
    if root is None:
        return None
    body = text[root.end() :].rstrip()
    if not body.endswith(")"):
        return None
    pieces = body[:-1].split(";")
    if not _PLAIN_PIECES.issuperset(pieces[1:]):
        pieces = _PLAIN_EXTRAS.sub("", body[:-1]).split(";")
        if not _PLAIN_PIECES.issuperset(pieces[1:]):
            return None
    if pieces[0]:
        return None
    found = _PLAIN_PROPERTY.findall(root[1])
    # Reversed, so that the first of a doubled property stands.
    info = dict(reversed(found))
    if "AP" in info:
        info["AP"] = ", ".join(value for name, value in found if name == "AP")
    if (
        info.get("SZ", "19") != "19"
        or info.get("GM", "1") != "1"
        or not info.keys().isdisjoint(("B", "W", "AE"))
    ):
        return None
    if info.keys().isdisjoint((*_SETUP_NAMES, "PL")):
        line = pieces[1:]
    else:
        # All AB before all AW, as in the other way through.
        setup = sorted(_PLAIN_SETUP.findall(root[1]), key=lambda item: str(item[0]))
        line = [
            piece
            for name, values in setup
            for value in values.strip()[1:-1].split("]")
            for piece in _setup_pieces(name, value.strip().lstrip("[").strip())
        ]
        line += _side_pieces(info.get("PL", "")) + pieces[1:]
    return SgfGame({name: _simple_text(value) for name, value in info.items()}, line)


def _simple_text(raw: str) -> str:
    """``raw`` without escapes, each run of white space one blank."""
    if "\\" in raw:
        raw = sgf_grammar.simpletext_value(raw.encode()).decode()
    return " ".join(raw.split())


def node_pieces(node: Mapping[str, Sequence[bytes]]) -> list[str]:
    """What a node does, in the order in which it counts, whatever the file's order.

    ``node``: raw values in UTF-8 by property. First setup points, such as "AB[dd]",
    rectangles expanded; then moves, "B[pd]" or "W[]", of which a node should have one;
    last whose turn it is then, "PL[W]". The points are not checked.
    """
    pieces: list[str] = []
    for name in _SETUP_NAMES:
        for raw in node.get(name, ()):
            pieces += _setup_pieces(name, _simple_text(raw.decode("utf-8")))
    pieces += [f"{name}[{_first(node, name)}]" for name in node if name in ("B", "W")]
    return pieces + _side_pieces(_first(node, "PL"))


def _side_pieces(text: str) -> list[str]:
    """One piece for the side that PL names; none where it names none."""
    side = parse_to_play(text)
    return [] if side is None else ["PL[B]" if side == BLACK else "PL[W]"]


def _expand_points(value: str) -> Iterator[str]:
    """The points of ``value``, which is one, or a rectangle of them like "aa:cc"."""
    first, colon, last = value.partition(":")
    first, last = first.strip(), last.strip()
    spans = [
        (_LETTERS.find(a), _LETTERS.find(b)) for a, b in zip(first, last, strict=False)
    ]
    if not colon or len(first) != 2 or len(last) != 2 or min(map(min, spans)) < 0:
        yield value
        return
    (left, right), (top, bottom) = (sorted(span) for span in spans)
    for y in range(top, bottom + 1):
        for x in range(left, right + 1):
            yield _LETTERS[x] + _LETTERS[y]


def _setup_pieces(name: str, value: str) -> Iterator[str]:
    """One piece for each point of ``value``."""
    return (f"{name}[{point}]" for point in _expand_points(value))


def _split_games(text: str) -> Iterator[str]:
    """The parts of ``text`` that hold one game each, from "(" to the matching ")".

    A part is more than that where brackets do not match; the words between games are
    left out.
    """
    depth = 0
    bare = _BARE_START.match(text)
    if bare:
        start = 0
        depth = 0 if "(" in bare[0] else 1  # the first bracket is missing
    else:
        found = _GAME_START.search(text) or re.search(r"\(\s*[A-Z]{1,2}\[", text)
        if not found:
            return
        start = found.start()
    position = start
    inner: list[int] = []  # brackets within the game that look like a new one
    cuts: list[int] = []  # and those at which a value was cut
    while match := _STRUCTURE.search(text, position):
        position = match.end()
        token = match[0]
        if token == "(":
            if depth and _NEW_GAME.match(text, match.start()):
                inner.append(match.start())
            depth += 1
        elif token == ")":
            depth -= 1
            if depth <= 0 and _MORE_NODES.match(text, position):
                depth = 1
            elif depth <= 0:
                for begin, end in pairwise([start, *cuts, position]):
                    yield text[begin:end]
                found = _GAME_START.search(text, position)
                if not found:
                    return
                start = position = found.start()
                depth, inner, cuts = 0, [], []
        elif token[-1] != "]" and position < len(text):
            cuts.append(position)
    # The last part was never closed: perhaps it swallowed the games after it.
    for begin, end in pairwise([start, *inner, len(text)]):
        yield text[begin:end]


def _parse_part(part: str, source: str) -> list[sgf_grammar.Coarse_game_tree]:
    """The tree of one game; several where broken brackets hid where a game ends."""
    if part.count(";") > MAX_NODES:
        text = phrase(
            "{name}: a game of more than {limit} nodes; split it",
            name=source,
            limit=MAX_NODES,
        )
        raise SgfError(text)
    trees = _parse_trees(part)
    return [game for tree in trees for game in split_off(tree)]


def _parse_trees(part: str) -> list[sgf_grammar.Coarse_game_tree]:
    """As ``_parse_part``, but games may be variations of another one."""
    data = part.encode("utf-8", "replace")
    if _GAME_START.match(part.lstrip()):
        try:
            tree = sgf_grammar.parse_sgf_game(data)
        except ValueError:
            return _parse_broken(data)
        nodes = list(_iter_nodes(tree))
        # sgfmill drops lower-case letters, so a name without capitals is now "", and it
        # reads no further than the last bracket.
        is_all = len(nodes) == part.count(";") or not _goes_on(part)
        if is_all and not any("" in node for node in nodes):
            return [tree]
    return _parse_broken(data)


def _goes_on(part: str) -> bool:
    """Whether a node stands behind the bracket that closes the game."""
    depth = 0
    for match in _STRUCTURE.finditer(part):
        depth += (match[0] == "(") - (match[0] == ")")
        if depth == 0 and match[0] == ")":
            return bool(_NODE.search(part, match.end()))
    return False


def _iter_nodes(tree: sgf_grammar.Coarse_game_tree) -> Iterator[dict[str, list[bytes]]]:
    """All nodes of a tree, in no particular order."""
    waiting = [tree]
    while waiting:
        tree = waiting.pop()
        yield from tree.sequence
        waiting += tree.children


class _TreeBuilder:
    """Builds trees from the pieces of an SGF, whatever their order."""

    def __init__(self) -> None:
        self.games: list[sgf_grammar.Coarse_game_tree] = []
        self._tree: sgf_grammar.Coarse_game_tree | None = None
        self._parents: list[sgf_grammar.Coarse_game_tree | None] = []
        self._opened = 0  # brackets since the last node

    @property
    def is_last(self) -> bool:
        """Whether the next bracket closes the game."""
        return len(self._parents) == 1 and not self._opened

    def open(self) -> None:
        self._opened += 1

    def close(self) -> None:
        if self._opened:
            self._opened -= 1  # "()" holds nothing
        elif self._parents:
            self._tree = self._parents.pop()

    def add_node(self) -> None:
        """Begins a node; after a closed variation it begins a further variation."""
        if self._tree is None or self._opened or self._tree.children:
            child = sgf_grammar.Coarse_game_tree()
            siblings = self.games if self._tree is None else self._tree.children
            siblings.append(child)
            if self._opened:
                self._parents += [self._tree] + [child] * (self._opened - 1)
            self._tree = child
            self._opened = 0
        self._tree.sequence.append({})

    def add_property(self, name: str, values: list[bytes]) -> None:
        if self._tree is None or self._opened or self._tree.children:
            self.add_node()
        assert self._tree is not None  # add_node saw to it
        self._tree.sequence[-1].setdefault(name, []).extend(values)


def _parse_broken(data: bytes) -> list[sgf_grammar.Coarse_game_tree]:
    """The trees of ``data``, whose brackets, names or values are damaged.

    A value that the end of the file cuts off is dropped; what is neither bracket, nor
    semicolon, nor a name with values is passed over. Names keep their digits, which
    LizzieYzy's LZ2 has and SGF has not.

    Source: SGF FF[4], "If a property is not known, keep it"; FF[1] to FF[3] on names in
    small letters.
    """
    builder = _TreeBuilder()
    position, last = 0, b""  # last: the name of the property before
    is_odd = False  # what stands before
    while token := _TOKEN.match(data, position):
        position = token.end()
        name, other = token["name"], token["other"]
        if name and is_odd and token["gap"] and name.islower():
            continue  # the last of several words, of which none is a property
        is_odd = bool(other) and other not in b"();["
        if other == b"(":
            builder.open()
        elif other == b")":
            if not (builder.is_last and _MORE_NODES_IN_BYTES.match(data, position)):
                builder.close()
        elif other == b";":
            builder.add_node()
            last = b""
        elif name or (other == b"[" and last):
            if name:
                last = _capitals(name)
            else:
                position -= 1  # a further value of the property, behind something odd
            values, position = _read_values(data, position, is_text=last in _TEXTS)
            if values:
                builder.add_property(last[:64].decode(), values)
            elif name:
                break  # the bracket that follows the name is never closed
            else:
                position += 1
    return builder.games


def _capitals(name: bytes) -> bytes:
    """What counts of a name: FF[1] to FF[3] wrote long ones with small letters."""
    kept = re.sub(rb"^[^A-Z]+|[^A-Z0-9]", b"", name)
    return kept if re.search(rb"[A-Z]", kept) else name.upper()


def _read_values(
    data: bytes, position: int, *, is_text: bool
) -> tuple[list[bytes], int]:
    """The raw values of a property that begin at ``position``, and where they end."""
    values = []
    while value := _VALUE.match(data, position):
        position = value.end()
        if is_text:
            position = _skip_stray_brackets(data, position)
        raw = data[value.start(1) : position - 1]
        values.append(re.sub(rb"(?<!\\)((?:\\\\)*)\]", rb"\1\\]", raw))
    return values, position


def _skip_stray_brackets(data: bytes, position: int) -> int:
    """Where the value ends whose first ``]`` is before ``position``.

    A bracket ends a value when what follows can follow a value; a bracket that
    somebody forgot to escape has more text behind it, in which neither a node nor a
    property begins.
    """
    end = position
    for _ in range(_MAX_STRAY):
        if _AFTER_VALUE.match(data, end):
            return end
        more = _MORE_TEXT.match(data, end, end + 10_000)
        if not more or _PROPERTY_AHEAD.search(data, end, more.end()):
            break
        end = more.end()
    return position


def _first(node: Mapping[str, Sequence[bytes]], name: str) -> str:
    return next(iter(_texts(node, name)), "")


def _texts(node: Mapping[str, Sequence[bytes]], name: str) -> list[str]:
    """All values of a property as simple text."""
    return [_simple_text(raw.decode("utf-8", "replace")) for raw in node.get(name, ())]


def _read_main_line(tree: sgf_grammar.Coarse_game_tree) -> SgfGame:
    info: dict[str, str] = {}
    line: list[str] = []
    setup_ends: list[int] = []
    begun = False
    for node in sgf_grammar.main_sequence_iter(tree):
        moves = [name for name in node if name in ("B", "W")]
        if not begun and (not moves or node is tree.sequence[0]):
            for name in node:
                info.setdefault(name, _first(node, name))
            if "AP" in node:
                info["AP"] = ", ".join(_texts(node, "AP"))
        if not node.keys().isdisjoint(_SETUP_NAMES):
            setup_ends.append(len(line))
        line += node_pieces(node)
        begun = begun or bool(moves)
    # Only where one setup follows another does it matter where the first one ends.
    ends = tuple(end for end in setup_ends if end and line[end - 1][0] not in "BW")
    return SgfGame(info, line, parse_size(info.get("SZ", "")), ends)
