"""A file too large to be held in memory, as parts of whole games.

A part is bytes of the file as they are, from where a game begins to where another one
does; all parts together are the file. Where games begin is found as ``parse`` finds it,
which splits each part again. Knows nothing of names and archives.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Final, NamedTuple

from sgfmill import sgf_grammar

from gopolicy.errors import phrase
from gopolicy.sgf.encodings import hide_brackets, utf16_codec

#: Bytes read at a time; a part has about as many.
PART_BYTES: Final = 4 << 20
#: As much of a game's beginning as may be cut at the end of what was read.
_TAIL: Final = 10_000

_VALUE: Final = r"\[[^\[\]\\]{0,999}\]\s*"
#: A property that may stand before a game's first move.
_PROPERTY: Final = rf"(?:(?![BW]\s*\[)[A-Z]{{1,2}}\s*(?:{_VALUE})+)"
_OF_A_ROOT: Final = rf"{_PROPERTY}{{0,9}}?(?:GM|FF|CA|SZ|GaMe)\s*\["
#: A node that names players, and has no move; merged games name them at a move.
_OF_A_GAME: Final = rf"(?={_PROPERTY}{{0,9}}?P[BW]\s*\[){_PROPERTY}{{1,30}};"
#: What is likely to begin a game, even where one before it was never closed; a
#: variation may begin so as well.
NEW_GAME: Final = rf"\(\s*;\s*(?:{_OF_A_ROOT}|{_OF_A_GAME})"
#: What begins a game, though brackets make it a variation: see ``_is_game``.
_SURE_GAME: Final = re.compile(
    rf"\(\s*;\s*(?:{_OF_A_GAME}|(?={_OF_A_ROOT}){_PROPERTY}{{1,30}};\s*B\s*\[)".encode()
)
#: A value, or a bracket of the tree. A value ends before what can only be another game:
#: it was cut, and its bracket lost.
STRUCTURE: Final = (
    r"\[[^\\\](]*(?:(?:\\.|\((?!\s*;\s*(?:GM|FF|CA|SZ|GaMe)\s*"
    r"\[[^\[\]\\]{0,99}\]\s*(?:[A-Z]{1,2}\s*\[|;)))[^\\\](]*)*(?:\]|(?=\()|\\?\Z)"
    r"|[()]"
)
#: A node behind the last bracket of a game, which then is one too many.
MORE_NODES: Final = r"\s*;\s*[A-Za-z]{1,20}\s*\["

_START: Final = re.compile(rb"\(\s*;")
_NEW_GAME: Final = re.compile(NEW_GAME.encode())
#: A game without variations and escapes, which most are.
_PLAIN_GAME: Final = re.compile(
    rb"\(\s*;[^()\[\]\\]*(?:\[[^\]\\(]*(?:\((?!\s*;)[^\]\\(]*)*\][^()\[\]\\]*)*\)"
)
_STRUCTURE: Final = re.compile(STRUCTURE.encode(), re.S)
_MORE_NODES: Final = re.compile(MORE_NODES.encode())

#: Gives so many bytes more, b"" at the end.
Read = Callable[[int], bytes]


class Part(NamedTuple):
    """``first``: the number of its first game in the file, from 1.

    ``problem``: why a stretch of the file has no ``data``; "" when there is.
    """

    data: bytes
    first: int
    problem: str = ""


def iter_parts(read: Read, *, limit: int, size: int = PART_BYTES) -> Iterator[Part]:
    """The parts of a stream, in order; about ``limit`` bytes of it are held at most.

    A game of more than ``limit`` bytes is a problem; the next that is sure to be one
    goes on.
    """
    buffer, first, is_lost = b"", 1, False
    for chunk in _read_all(read, min(size, limit)):
        buffer += chunk
        text = hide_brackets(buffer)
        if is_lost:
            begin = _NEW_GAME.search(text, 1)
            buffer = buffer[begin.start() if begin else -_TAIL :]
            is_lost = begin is None
            continue
        starts, hidden, end = _find_games(text)
        if len(starts) > 1:
            yield Part(buffer[: starts[-1]], first)
            buffer = buffer[starts[-1] :]
            first += len(starts) - 1 + hidden
        elif len(buffer) > limit and end is not None:
            yield Part(buffer[:end], first)
            buffer, first = buffer[end:], first + 1
        elif len(buffer) > limit:
            said = phrase("a game of more than {limit:,} bytes; split it", limit=limit)
            yield Part(b"", first, said)
            first, is_lost = first + 1, True
    if buffer.strip() and not is_lost:
        yield Part(buffer, first)


def _read_all(read: Read, size: int) -> Iterator[bytes]:
    """What ``read`` gives, ``size`` bytes at a time; UTF-16 as UTF-8."""
    head = read(size)
    chunks = chain([head], iter(lambda: read(size), b""))
    codec = utf16_codec(head)
    if not codec:
        return chunks
    decoder = codecs.getincrementaldecoder(codec)("replace")
    texts = (decoder.decode(chunk) for chunk in chunks)
    return (text.removeprefix("\ufeff").encode() for text in texts)


def _find_games(text: bytes) -> tuple[list[int], int, int | None]:
    """Where games begin, how many hide in others than the last, where the last ends.

    None when it goes on beyond.
    """
    starts: list[int] = []
    hidden = in_last = 0
    end: int | None = None
    while found := _START.search(text, end or 0):
        starts.append(found.start())
        hidden, in_last = hidden + in_last, 0
        plain = _PLAIN_GAME.match(text, found.start())
        if plain and not _MORE_NODES.match(text, plain.end()):
            end = plain.end()
            continue
        end, inner, cuts = _follow_brackets(text, found.start())
        if end is None:  # or it was never closed, and hides the games after it
            return starts + inner, hidden, None
        sure = {start for start in inner if _SURE_GAME.match(text, start)}
        in_last = len(sure.union(cuts))
    return starts, hidden, end


def _follow_brackets(
    text: bytes, start: int
) -> tuple[int | None, list[int], list[int]]:
    """Where the game at ``start`` ends, if it does, and where others may begin in it.

    Of these a list of their own: those that begin where a value was cut.
    """
    depth, position = 0, start
    inner: list[int] = []
    cuts: list[int] = []
    while match := _STRUCTURE.search(text, position):
        position = match.end()
        if match[0] == b"(":
            if depth and _NEW_GAME.match(text, match.start()):
                inner.append(match.start())
            depth += 1
        elif match[0] == b")":
            depth -= 1
            if depth == 0 and not _MORE_NODES.match(text, position):
                return position, inner, cuts
            depth = max(depth, 1)
        elif match[0][-1:] != b"]" and position < len(text):
            cuts.append(position)
    return None, inner, cuts


def split_off(
    tree: sgf_grammar.Coarse_game_tree,
) -> Iterator[sgf_grammar.Coarse_game_tree]:
    """``tree`` without the variations that are games, and those games, in file order.

    They come to be where a game was never closed, and a bracket too many stands later.
    """
    yield tree
    waiting = [tree]
    while waiting:
        tree = waiting.pop()
        games = [child for child in tree.children if _is_game(child)]
        tree.children = [child for child in tree.children if child not in games]
        waiting += tree.children[::-1]
        for game in games:
            yield from split_off(game)


def _is_game(variation: sgf_grammar.Coarse_game_tree) -> bool:
    """Whether a variation begins as games do: without a move, but with players, or as a
    root with a handicap or with Black's move after it."""
    first = variation.sequence[0].keys()
    if not first.isdisjoint(("B", "W")):
        return False
    if not first.isdisjoint(("PB", "PW")):
        return True
    nodes = islice(sgf_grammar.main_sequence_iter(variation), 1, None)
    second: dict[str, list[bytes]] = next(nodes, {})
    is_begun = "HA" in first or "B" in second
    return is_begun and not first.isdisjoint(("GM", "FF", "CA", "SZ"))
