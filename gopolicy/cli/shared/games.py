"""Finding the game that a command is about: in a file, an archive, a folder, stdin."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from gopolicy.language import told, tr

if TYPE_CHECKING:
    from gopolicy.sgf.record import GameRecord
    from gopolicy.sgf.sources import Source

GAME_NUMBER = click.option(
    "--game",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    help="The N-th game of a file with several; by default the first.",
)


def open_game(path: str, number: int | None) -> tuple[GameRecord, Source, int]:
    """What ``collection.find_game`` finds in ``path``, "-" for stdin.

    What of the record is not used is told on stderr.

    Raises: SgfError when it is not there or not usable.
    """
    from gopolicy.sgf.collection import find_game
    from gopolicy.sgf.sources import Source, iter_sources

    sources: Iterable[Source] = (
        [Source("stdin", sys.stdin.buffer.read())]
        if path == "-"
        else iter_sources([path])
    )
    record, source, index = find_game(sources, number, where=path)
    for trouble in record.troubles:
        click.echo(
            tr("{name}: {reason}", name=record.source, reason=told(trouble)), err=True
        )
    return record, source, index
