"""Collections of games: files, folders and archives as one stream of records.

The one loop from ``sources`` to ``record``: commands, matches and the converter take
games from here. Knows nothing of what is done with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import Final, NamedTuple

from gopolicy.errors import SgfError, phrase
from gopolicy.sgf.record import UNREADABLE, GameRecord, Rejected, read_records
from gopolicy.sgf.sources import Source, iter_sources

#: Said of a folder or an archive without any record.
_NO_SGF: Final = phrase("no .sgf file in it, nor another record; name another")


class Game(NamedTuple):
    """A game of a collection: its record, or why there is none.

    ``source``: the file it is from, or the part of a large one; ``place``: which of the
    games there, from 0.
    """

    result: GameRecord | Rejected
    source: Source
    place: int


def iter_games(sources: Iterable[Source]) -> Iterator[Game]:
    """Every game of ``sources``, in order."""
    for source in sources:
        for place, result in enumerate(records_of(source)):
            yield Game(result, source, place)


def records_of(source: Source) -> list[GameRecord | Rejected]:
    """The games of one file, or of a part of one.

    A file without any, or unreadable, is one ``Rejected``.
    """
    if source.problem:
        return [Rejected(source.name, UNREADABLE, source.problem)]
    return read_records(source.data, source.name, first=source.first)


def load_records(path: str | Path) -> list[GameRecord]:
    """The records of one SGF file, archive or folder.

    Raises: SgfError when there is no such file, or no game in it that can be used.
    """
    records: list[GameRecord] = []
    trouble = ""
    for game in iter_games(iter_sources([path])):
        if isinstance(game.result, GameRecord):
            records.append(game.result)
        else:
            trouble = trouble or game.result.trouble
    if not records:
        raise SgfError(trouble or phrase("{name}: {reason}", name=path, reason=_NO_SGF))
    return records


def _counted(sources: Iterable[Source]) -> Iterator[tuple[Source, int]]:
    """Each source, and how many games it has, 0 where only reading it would tell.

    Parts of a large file are numbered, so those before a game need not be read.
    """
    for source, following in pairwise(chain(sources, [Source("")])):
        is_one_file = source.first and following.first and following.name == source.name
        yield source, following.first - source.first if is_one_file else 0


def find_game(
    sources: Iterable[Source], number: int | None, *, where: str
) -> tuple[GameRecord, Source, int]:
    """A record, the file it is from, and which of that file's games it is, from 0.

    ``number``: 1 for the first game of all, usable or not; None for the first usable.
    ``where``: what the sources are called in errors.

    Raises: SgfError when it is not there or not usable.
    """
    count, trouble = 0, ""
    for source, games in _counted(sources):
        if number is not None and games and count + games < number:
            count += games
            continue
        for place, result in enumerate(records_of(source)):
            count += 1
            if number is not None and count != number:
                continue
            if isinstance(result, GameRecord):
                return result, source, place
            trouble = trouble or result.trouble
            if number is not None:
                raise SgfError(trouble)
    if number is not None and count < number:
        trouble = phrase(
            "{name}: no game {number}; there are {count}",
            name=where,
            number=number,
            count=count,
        )
    raise SgfError(trouble or phrase("{name}: {reason}", name=where, reason=_NO_SGF))
