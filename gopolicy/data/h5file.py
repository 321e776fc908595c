"""The dataset file as it is written: blocks of games, gathered, then one HDF5 file.

A ``GameBlock`` is what a worker makes of a few hundred files. ``Checkpoint`` keeps
blocks in a folder beside the dataset, so that a killed conversion can go on;
``write_dataset`` makes the file of them, each game once. The file depends on the games
and their order alone, not on how they came in blocks. Knows nothing of SGF.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import h5py
import numpy as np
from numpy.typing import NDArray

from gopolicy.errors import DatasetError, from_json, phrase, to_json
from gopolicy.files import hold, whole_file, whole_path
from gopolicy.go.coords import BOARD_SIZE

FORMAT: Final = "gopolicy-games"
FORMAT_VERSION: Final = 1

#: Columns with one entry for each game; little endian on every machine.
COLUMNS: Final = {
    "targets": "<u2",
    "hash": "<u8",
    "date": "<i4",
    "black_rank": "i1",
    "white_rank": "i1",
    "result": "i1",
    "komi": "<f4",
    "handicap": "u1",
}
DUPLICATE: Final = "same moves as an earlier game"

_ZEROS: Final = bytes(1 << 16)
_BLOCK_GAMES: Final = 10_000
_TEXT_CHUNK: Final = 1 << 18  # bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A game that was left out ("skipped") or shortened ("cut"), and why."""

    source: str
    what: str
    reason: str
    detail: str = ""


@dataclass(slots=True)
class GameBlock:
    """Games, and notes on those that are not as they were in the files.

    ``codes``, ``names``, ``players``: one entry for each game: its turn codes as bytes,
    its source, Black's and White's name, a line each. ``columns``: the entries of
    COLUMNS, in lists. ``n_files``: files read.
    """

    codes: list[bytes] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    players: list[str] = field(default_factory=list)
    columns: dict[str, list[float]] = field(
        default_factory=lambda: {name: [] for name in COLUMNS}
    )
    notes: list[Note] = field(default_factory=list)
    n_files: int = 0

    def extend(self, other: GameBlock) -> None:
        """Adds what ``other`` holds."""
        self.codes += other.codes
        self.names += other.names
        self.players += other.players
        for name, values in other.columns.items():
            self.columns[name] += values
        self.notes += other.notes
        self.n_files += other.n_files


class Checkpoint:
    """The blocks of a conversion under way, in a folder of numbered files.

    A file is complete or not there: it is written under another name and renamed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: IO[bytes] | None = None

    def begin(self, job: str) -> None:
        """Keeps the blocks that are there when they are of the same ``job``.

        Raises: DatasetError when another conversion is at work here, or what stands in
        this place is no conversion's.
        """
        if self.folder.exists() and not self._is_ours():
            raise DatasetError(
                phrase(
                    "{folder!r} is in the way, and no conversion made it; move it, or "
                    "give another -o",
                    folder=str(self.folder),
                )
            )
        self.folder.mkdir(exist_ok=True)
        self._lock = hold(self.folder / "lock")
        if self._lock is None:
            raise DatasetError(
                phrase(
                    "another conversion is at work in {folder!r}; wait until it is "
                    "done, or give another -o",
                    folder=str(self.folder),
                )
            )
        mark = self.folder / "job.txt"
        if not mark.exists() or mark.read_text(encoding="utf-8") != job:
            for path in self.paths:
                path.unlink()
            with whole_file(mark) as file:
                file.write(job.encode())

    def release(self) -> None:
        """Lets others work here."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _is_ours(self) -> bool:
        """Whether nothing is here that a conversion does not make."""
        return self.folder.is_dir() and all(
            path.name in ("job.txt", "lock") or path.suffix in (".npz", ".tmp")
            for path in self.folder.iterdir()
        )

    @property
    def paths(self) -> list[Path]:
        """The files of the blocks, in order."""
        return sorted(self.folder.glob("*.npz"))

    @property
    def n_files(self) -> int:
        """How many source files the blocks cover."""
        return sum(int(_load(path, "n_files")[0]) for path in self.paths)

    def save(self, block: GameBlock) -> None:
        """Adds a block."""
        path = self.folder / f"{len(self.paths):06}.npz"
        names = [name.encode("utf-8", "surrogateescape") for name in block.names]
        players = [names.encode("utf-8", "surrogateescape") for names in block.players]
        notes = [
            [note.source, note.what, note.reason, to_json(note.detail)]
            for note in block.notes
        ]
        arrays = {
            "n_files": np.array([block.n_files]),
            "codes": _join(block.codes, "<u2"),
            "code_lengths": np.array([len(codes) // 2 for codes in block.codes], int),
            "source_text": _join(names, "u1"),
            "source_lengths": np.array([len(name) for name in names], int),
            "player_text": _join(players, "u1"),
            "player_lengths": np.array([len(names) for names in players], int),
            "notes": np.frombuffer(json.dumps(notes).encode(), np.uint8),
        }
        for name, kind in COLUMNS.items():
            arrays[name] = np.array(block.columns[name], kind)
        with whole_file(path) as file:
            np.savez(file, **arrays)  # type: ignore[arg-type] # numpy's stub of savez

    def notes(self) -> Iterator[Note]:
        """The notes of all blocks, in the order of the sources."""
        for path in self.paths:
            rows = json.loads(_load(path, "notes").tobytes())
            for source, what, reason, detail in rows:
                yield Note(source, what, reason, from_json(detail))

    def remove(self) -> None:
        """Deletes the folder."""
        self.release()  # Windows deletes no open file
        shutil.rmtree(self.folder, ignore_errors=True)


def write_dataset(checkpoint: Checkpoint, path: Path, kept: NDArray[np.bool_]) -> int:
    """Makes the dataset ``path`` of the games of all blocks where ``kept`` is set.

    ``kept``: bool [games of all blocks]. The file appears when it is complete. Gives
    the number of positions in it.

    Raises: OSError when it cannot be written.
    """
    sizes = [len(_load(block, "hash")) for block in checkpoint.paths]
    parts = np.split(kept, np.cumsum(sizes)[:-1])
    blocks = list(zip(checkpoint.paths, parts, strict=True))
    with whole_path(path) as fresh:
        try:
            _try_room(fresh, sum(os.path.getsize(block) for block, _ in blocks))
            with h5py.File(fresh, "w") as file:
                _write_games(file, blocks, n_games=int(kept.sum()))
                file.attrs["report"] = json.dumps(count_notes(checkpoint, kept))
                return int(file["targets"][:].sum(dtype=np.int64))
        except RuntimeError as error:
            # So h5py calls it when the last bytes do not fit on the disk.
            raise OSError(
                errno.EIO, f"the file could not be completed: {error}"
            ) from error


def _write_games(
    file: h5py.File, blocks: list[tuple[Path, NDArray[np.bool_]]], *, n_games: int
) -> None:
    """Writes all but the report. ``blocks``: files, and which games of each to take."""
    file.attrs["format"] = FORMAT
    file.attrs["version"] = FORMAT_VERSION
    file.attrs["board_size"] = BOARD_SIZE
    # One column after another, so that the layout does not show the blocks.
    for name, kind in COLUMNS.items():
        entries = (_load(block, name)[mask] for block, mask in blocks)
        _write_parts(file, name, kind, n_games, entries)
    for name, lengths, offsets in (
        ("codes", "code_lengths", "offsets"),
        ("source_text", "source_lengths", "source_offsets"),
        ("player_text", "player_lengths", "player_offsets"),
    ):
        _write_ragged(file, blocks, name, lengths, offsets)


def _try_room(path: Path, size: int) -> None:
    """Fills ``path`` with as many bytes as the dataset can have, to see if they fit.

    On a full disk HDF5 prints, and keeps the file open that it cannot complete.
    """
    with open(path, "wb") as file:
        for _ in range(1 + size // len(_ZEROS)):
            file.write(_ZEROS)


def iter_blocks(path: Path) -> Iterator[GameBlock]:
    """The games of a dataset file, some thousands at a time, as they were written.

    Whether it is a dataset is not checked: ``Dataset.open`` does.

    Raises: OSError when it cannot be read.
    """
    with h5py.File(path, "r") as file:
        for first in range(0, len(file["hash"]), _BLOCK_GAMES):
            games = slice(first, first + _BLOCK_GAMES)
            block = GameBlock(
                codes=list(_read_ragged(file, "codes", "offsets", games)),
                names=list(_read_texts(file, "source", games)),
                players=list(_read_texts(file, "player", games)),
            )
            for name in COLUMNS:
                block.columns[name] = file[name][games].tolist()
            yield block


def _read_texts(file: h5py.File, name: str, games: slice) -> Iterator[str]:
    """The texts of ``games``; of a kind that the file does not hold, empty ones."""
    if f"{name}_text" not in file:
        yield from [""] * len(file["hash"][games])
        return
    for text in _read_ragged(file, f"{name}_text", f"{name}_offsets", games):
        yield text.decode("utf-8", "surrogateescape")


def _read_ragged(
    file: h5py.File, name: str, offsets_name: str, games: slice
) -> Iterator[bytes]:
    """The entries of ``games`` of a column whose entries have lengths of their own."""
    offsets = file[offsets_name][games.start : games.stop + 1].astype(np.int64)
    values = file[name][offsets[0] : offsets[-1]]
    for begin, end in itertools.pairwise((offsets - offsets[0]).tolist()):
        yield values[begin:end].tobytes()


def first_of_each(checkpoint: Checkpoint) -> NDArray[np.bool_]:
    """bool [games of all blocks]: False where the same moves came before.

    Takes 21 bytes a game; ``np.unique`` takes twice as many.
    """
    sizes = [len(_load(path, "hash")) for path in checkpoint.paths]
    hashes = np.empty(sum(sizes), np.uint64)
    for path, end in zip(checkpoint.paths, itertools.accumulate(sizes), strict=True):
        part = _load(path, "hash")
        hashes[end - len(part) : end] = part
    kept = np.ones(len(hashes), np.bool_)
    order = np.argsort(hashes, kind="stable")
    for first in range(0, len(order), _BLOCK_GAMES):
        of_part = order[first : first + 1 + _BLOCK_GAMES]  # one more, of the next
        is_repeated = hashes[of_part[1:]] == hashes[of_part[:-1]]
        kept[of_part[1:][is_repeated]] = False
    return kept


def duplicate_names(checkpoint: Checkpoint, kept: NDArray[np.bool_]) -> Iterator[str]:
    """The sources of the games that ``kept`` leaves out."""
    first = 0
    for path in checkpoint.paths:
        ends = np.cumsum(_load(path, "source_lengths"))
        text = _load(path, "source_text").tobytes()
        for i in np.flatnonzero(~kept[first : first + len(ends)]).tolist():
            begin = int(ends[i - 1]) if i else 0
            yield text[begin : int(ends[i])].decode("utf-8", "surrogateescape")
        first += len(ends)


def count_notes(
    checkpoint: Checkpoint, kept: NDArray[np.bool_]
) -> Mapping[str, dict[str, int]]:
    """How many games were "skipped" and "cut", by reason, the most frequent first."""
    counts: dict[str, Counter[str]] = {"skipped": Counter(), "cut": Counter()}
    for note in checkpoint.notes():
        counts[note.what][note.reason] += 1
    duplicates = int(np.count_nonzero(~kept))
    if duplicates:
        counts["skipped"][DUPLICATE] = duplicates
    return {what: dict(counter.most_common()) for what, counter in counts.items()}


def _write_ragged(
    file: h5py.File,
    blocks: list[tuple[Path, NDArray[np.bool_]]],
    name: str,
    lengths_name: str,
    offsets_name: str,
) -> None:
    """Writes a column whose entries have lengths of their own, and its offsets."""
    n_games = sum(int(np.count_nonzero(mask)) for _, mask in blocks)
    offsets = np.zeros(n_games + 1, "<u8")
    last = 0
    for block, mask in blocks:
        lengths = _load(block, lengths_name)[mask]
        ends = offsets[last + 1 : last + 1 + len(lengths)]
        np.cumsum(lengths, out=ends)
        ends += offsets[last]
        last += len(lengths)
    file.create_dataset(offsets_name, data=offsets, track_times=False)
    parts = (
        _load(block, name)
        if mask.all()  # most often, and quicker
        else _load(block, name)[np.repeat(mask, _load(block, lengths_name))]
        for block, mask in blocks
    )
    kind = "<u2" if name == "codes" else "u1"
    _write_parts(file, name, kind, int(offsets[-1]), parts)


def _write_parts(
    file: h5py.File,
    name: str,
    kind: str,
    size: int,
    parts: Iterator[NDArray[Any]],
) -> None:
    """Writes a dataset of ``size`` entries part by part."""
    if name.endswith("_text"):
        # Whole chunks only: else the layout would depend on where the parts end.
        chunk = min(_TEXT_CHUNK, max(1, size))
        target = file.create_dataset(
            name, (size,), kind, chunks=(chunk,), compression="gzip", track_times=False
        )
        parts = _regroup(parts, chunk)
    else:
        target = file.create_dataset(name, (size,), kind, track_times=False)
    position = 0
    for part in parts:
        if len(part):
            target[position : position + len(part)] = part
            position += len(part)


def _regroup(parts: Iterator[NDArray[Any]], size: int) -> Iterator[NDArray[Any]]:
    """The same entries in parts of ``size``, the last one shorter."""
    waiting = np.empty(0, "u1")
    for part in parts:
        waiting = np.concatenate([waiting, part])
        while len(waiting) >= size:
            yield waiting[:size]
            waiting = waiting[size:]
    yield waiting


def _join(pieces: list[bytes], kind: str) -> NDArray[Any]:
    return np.frombuffer(b"".join(pieces), kind)


def _load(path: Path, name: str) -> NDArray[Any]:
    """One array of a block's file."""
    with np.load(path, allow_pickle=False) as arrays:
        array: NDArray[Any] = arrays[name]
        return array
