"""Finding the game that a command is about: in a file, an archive, a folder, stdin."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from gopolicy.errors import SgfError

if TYPE_CHECKING:
    from gopolicy.sgf.record import GameRecord, Rejected
    from gopolicy.sgf.sources import Source

GAME_NUMBER = click.option(
    "--game",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    help="The N-th game of a file with several; by default the first.",
)


def find_game(path: str, number: int | None) -> tuple[GameRecord, Source, int]:
    """A record, the file it is from, and which of that file's games it is, from 0.

    ``number``: 1 for the first game of all, usable or not; None for the first usable.

    Raises: SgfError when it is not there or not usable.
    """
    from gopolicy.sgf.record import Rejected

    count, trouble = 0, ""
    for result, source, index in _iter_games(path):
        count += 1
        if number is not None and count != number:
            continue
        if not isinstance(result, Rejected):
            return result, source, index
        trouble = trouble or f"{result.source}: {result.detail}"
        if number is not None:
            break
    if number is not None and count < number:
        trouble = f"{path}: no game {number}; there are {count}"
    raise SgfError(trouble or f"{path}: no .sgf file in it; name another")


def _iter_games(path: str) -> Iterator[tuple[GameRecord | Rejected, Source, int]]:
    from gopolicy.sgf.record import UNREADABLE, Rejected, read_records
    from gopolicy.sgf.sources import Source, iter_sources

    sources = (
        [Source("stdin", sys.stdin.buffer.read())]
        if path == "-"
        else iter_sources([path])
    )
    for source in sources:
        if source.problem:
            yield Rejected(source.name, UNREADABLE, source.problem), source, 0
            continue
        for index, result in enumerate(read_records(source.data, source.name)):
            yield result, source, index
