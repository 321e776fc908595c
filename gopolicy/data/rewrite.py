"""Datasets made of datasets, without the records: merged, split, filtered, exported.

What a dataset does not hold cannot be asked for: how a game was won.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.data.dataset import Dataset, are_held_out, has_players
from gopolicy.data.h5file import (
    COLUMNS,
    Checkpoint,
    GameBlock,
    first_of_each,
    iter_blocks,
    write_dataset,
)
from gopolicy.data.selection import RecordFilter
from gopolicy.errors import ConfigError, DatasetError, phrase, system_says
from gopolicy.files import whole_file
from gopolicy.go.turns import POINT_MASK, SETUP_BIT, WHITE_BIT
from gopolicy.sgf.gameinfo import decode_date, decode_rank
from gopolicy.sgf.parse import format_sgf
from gopolicy.sgf.record import GameRecord, make_tree

Chooser = Callable[[GameBlock], NDArray[np.bool_]]

#: The winners that a dataset knows, as results begin.
_WINNERS: Final = {1: "B+", -1: "W+", 2: "0"}


@dataclass(frozen=True, slots=True)
class Written:
    """A dataset that was written. ``repeated``: games left out as repeated ones."""

    path: Path
    games: int
    positions: int
    repeated: int


def merge_datasets(paths: Sequence[str | Path], out: str | Path) -> Written:
    """The games of ``paths`` in one dataset, in order, each once.

    Raises: DatasetError for a file that cannot be read or written.
    """
    return _write(paths, Path(out), lambda block: np.ones(len(block.codes), np.bool_))


def filter_dataset(
    paths: Sequence[str | Path], out: str | Path, filters: RecordFilter
) -> Written:
    """The games of ``paths`` that pass ``filters``.

    Raises: ConfigError for what a dataset does not know: how a game was won, or names
    in one of an older version; DatasetError for a file that cannot be read or written,
    or when no game passes.
    """
    if filters.player:
        _need_players(paths)
    if filters.result[:2] not in ("", "B", "W", "0", "B+", "W+") or filters.result[2:]:
        raise ConfigError(
            phrase(
                "a dataset knows who won, not how: 'result' is {result!r}; allowed: "
                "B, W, 0",
                result=filters.result,
            )
        )

    return _write(paths, Path(out), lambda block: _passing(block, filters))


def split_dataset(
    paths: Sequence[str | Path],
    out: str | Path,
    held_out: str | Path,
    *,
    share: float | None = None,
    since: str = "",
    player: str = "",
) -> tuple[Written, Written]:
    """(the games to learn from in ``out``, those in ``held_out``).

    Held out is a ``share`` of the games, the same as ``train`` would hold out: by a
    hash, so that a game falls on the same side in every collection. Or those ``since``
    a date, such as "2015-06"; games without one are not. Or those of a ``player``, by
    part of the name, in any case.

    Raises: ConfigError when not just one of these is given, for a date that is none, or
    a dataset without names; DatasetError for a file that cannot be read or written, or
    when nothing is left on one side.
    """
    if (share is not None) + bool(since) + bool(player) != 1:
        raise ConfigError(
            phrase("split by a share, a date or a player; name one of them")
        )
    if player:
        _need_players(paths)
    if share is not None and not 0 < share < 1:
        raise ConfigError(
            phrase("'share' is {share}; allowed: between 0 and 1", share=share)
        )
    filters = RecordFilter(min_moves=0, since=since, player=player)

    def is_held_out(block: GameBlock) -> NDArray[np.bool_]:
        if share is not None:
            return are_held_out(np.array(block.columns["hash"], np.uint64), share)
        return _passing(block, filters)

    kept = _write(paths, Path(out), lambda block: ~is_held_out(block))
    return kept, _write(paths, Path(held_out), is_held_out)


def export_sgf(paths: Sequence[str | Path], out: str | Path) -> int:
    """Writes the games as one SGF collection; how many.

    Raises: DatasetError for a file that cannot be read; OSError for ``out``.
    """
    n_games = 0
    with whole_file(out) as file:
        for block in _blocks(paths):
            for record in _records(block):
                file.write(format_sgf([make_tree(record)]) + b"\n")
                n_games += 1
    return n_games


def export_moves(paths: Sequence[str | Path], out: str | Path) -> int:
    """Writes the games as a NumPy file of arrays (.npz); how many.

    "points": int16 [n], 0..360 from the top left, row by row, 361 for a pass;
    "colors": int8 [n], 1 Black, -1 White; "is_setup": bool [n], stones put before the
    first move; "starts": int64 [G+1], where each game begins; and the columns, [G].

    Raises: DatasetError for a file that cannot be read; OSError for ``out``.
    """
    data = Dataset.open(*paths)
    codes = data.join_games(0, data.n_games)
    arrays = {
        "points": (codes & POINT_MASK).astype(np.int16),
        "colors": np.where(codes & WHITE_BIT, -1, 1).astype(np.int8),
        "is_setup": (codes & SETUP_BIT) != 0,
        "starts": data.offsets,
        **{name: data.columns[name] for name in COLUMNS},
    }
    with whole_file(out) as file:
        np.savez_compressed(file, **arrays)
    return data.n_games


def _blocks(paths: Sequence[str | Path]) -> Iterator[GameBlock]:
    """The games of ``paths``, each file checked before it is read.

    Raises: DatasetError for a file that is missing, truncated, or no dataset.
    """
    for path in paths:
        Dataset.open(path)
        yield from iter_blocks(Path(path))


def _need_players(paths: Sequence[str | Path]) -> None:
    """Raises ConfigError for a dataset that does not hold names."""
    for path in paths:
        if not has_players(path):
            raise ConfigError(
                phrase(
                    "{path!r} holds no names, as datasets of version 0.2; build it "
                    "again from its records",
                    path=str(path),
                )
            )


def _records(block: GameBlock) -> Iterator[GameRecord]:
    """The games of ``block`` as records, as far as a dataset knows them."""
    rows = zip(*(block.columns[name] for name in COLUMNS), strict=True)
    for data, players, row in zip(block.codes, block.players, rows, strict=True):
        values = dict(zip(COLUMNS, row, strict=True))
        komi = values["komi"]
        black, _, white = players.partition("\n")
        yield GameRecord(
            codes=np.frombuffer(data, "<u2").astype(np.uint16),
            black=black,
            white=white,
            black_rank=_rank(values["black_rank"]),
            white_rank=_rank(values["white_rank"]),
            komi=komi if np.isfinite(komi) else None,
            handicap=int(values["handicap"]),
            result=_WINNERS.get(int(values["result"]), ""),
            date=decode_date(int(values["date"])),
        )


def _passing(block: GameBlock, filters: RecordFilter) -> NDArray[np.bool_]:
    """bool [games]: those of ``block`` that pass."""
    return np.array(
        [not filters.why_not(r, r.n_moves) for r in _records(block)], np.bool_
    )


def _rank(code: float) -> str:
    return decode_rank(int(code)) if code else ""


def _write(paths: Sequence[str | Path], out: Path, choose: Chooser) -> Written:
    """Writes the games of ``paths`` that ``choose`` takes, each once."""
    if not out.parent.is_dir() or out.is_dir():
        raise DatasetError(
            phrase(
                "cannot write {path!r}; name a file in a folder there is", path=str(out)
            )
        )
    checkpoint = Checkpoint(out.with_name(out.name + ".partial"))
    checkpoint.begin(uuid.uuid4().hex)  # what a killed run left is of no use
    try:
        for block in _blocks(paths):
            checkpoint.save(_take(block, choose(block)))
        kept = first_of_each(checkpoint)
        if not kept.any():
            raise DatasetError(
                phrase(
                    "no game is left for {path!r}; choose less narrowly", path=str(out)
                )
            )
        positions = write_dataset(checkpoint, out, kept)
    except OSError as error:
        reason = system_says(error)
        raise DatasetError(
            phrase("cannot write {path!r}: {reason}", path=str(out), reason=reason)
        ) from error
    finally:
        checkpoint.remove()
    games = int(kept.sum())
    return Written(out, games, positions, len(kept) - games)


def _take(block: GameBlock, chosen: NDArray[np.bool_]) -> GameBlock:
    """The games of ``block`` where ``chosen`` is set."""
    indices = np.flatnonzero(chosen).tolist()

    return dataclasses.replace(
        block,
        codes=[block.codes[i] for i in indices],
        names=[block.names[i] for i in indices],
        players=[block.players[i] for i in indices],
        columns={
            name: [values[i] for i in indices] for name, values in block.columns.items()
        },
    )
