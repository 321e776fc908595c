"""SGF collections to one dataset file of games.

Files are read here, one after another, parsed by the hundred, most of them in worker
processes, and gathered in their order; so the dataset is the same for any number of
workers. A killed conversion goes on where it was when it is started again. Knows
nothing of planes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import signal
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.cores import count_cores
from gopolicy.data import h5file
from gopolicy.data.h5file import Checkpoint, GameBlock, Note
from gopolicy.data.selection import TOO_SHORT, RecordFilter, cut_to_game, why_no_game
from gopolicy.errors import (
    DatasetError,
    as_said,
    listed,
    phrase,
    system_says,
    write_remedy,
)
from gopolicy.files import whole_file
from gopolicy.go import rules, turns
from gopolicy.go.coords import PASS
from gopolicy.go.turns import POINT_MASK, SETUP_BIT
from gopolicy.sgf.collection import records_of
from gopolicy.sgf.gameinfo import encode_date, encode_rank, encode_result
from gopolicy.sgf.record import UNREADABLE, GameRecord, Rejected
from gopolicy.sgf.sources import Source, count_bytes, iter_sources, list_files

#: Said of files in folders and archives that are passed over by their names.
NO_RECORD: Final = "not an SGF file"
#: Raised whenever the same sources give other games.
_CONVERTER: Final = 4
#: What comes of so many games mostly fits in a pipe (64 KB), so that a worker goes on
#: with its next chunk without waiting for this process.
_CHUNK_FILES: Final = 128
_CHUNK_BYTES: Final = 4 << 20
_SAVE_SECONDS: Final = 15.0
_SAVE_GAMES: Final = 10_000
#: Chunks under way for each worker: enough that none waits.
_CHUNKS_AHEAD: Final = 4
#: Chunks kept for each worker while an earlier one is not done; bounds the memory.
_MAX_WAITING: Final = 24
#: How soon this thread, which converts, lets those go on that feed the workers. They
#: need the interpreter again for every 64 KB; at Python's 5 ms the workers stand idle.
_SWITCH_SECONDS: Final = 0.0005


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a conversion did.

    ``games``, ``positions``: in the dataset, positions without passes. ``files``: SGF
    files read. ``skipped``, ``cut``: games by reason, and files that are none of ours.
    ``unreadable``: each kind of reason why files could not be read, how often it was
    met, and the first file of it. ``resumed_files``: how many of the files an earlier,
    killed run had done.
    """

    path: Path
    games: int
    positions: int
    files: int
    skipped: Mapping[str, int]
    cut: Mapping[str, int]
    resumed_files: int
    unreadable: tuple[str, ...] = ()


def build_dataset(
    sources: Sequence[str | Path],
    out: str | Path,
    *,
    filters: RecordFilter | None = None,
    workers: int | None = None,
    report: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> BuildReport:
    """Converts ``sources`` (files, folders, archives) to the dataset ``out``.

    ``workers``: processes, this one among them; by default one for each core.
    ``report``: a CSV file to make of the games that were skipped or cut. The work so
    far is kept in the folder OUT.partial until the end. ``progress`` is told how many
    bytes of how many have been read.

    Raises: SgfError for a source that is not there; DatasetError when ``out`` cannot
    be written, a worker dies, or there is no game at all.
    """
    out = Path(out)
    for path in (out, out if report is None else Path(report)):
        if not path.parent.is_dir() or path.is_dir():
            raise DatasetError(
                phrase(
                    "cannot write {path!r}; name a file in a folder there is",
                    path=str(path),
                )
            )
    filters = filters or RecordFilter()
    job = _describe_job(sources, filters)
    checkpoint = Checkpoint(out.with_name(out.name + ".partial"))
    others: list[str] = []
    with _told_in_our_words(checkpoint, out):
        checkpoint.begin(job)
        resumed_files = checkpoint.n_files
        n_files = _gather(
            sources,
            checkpoint,
            filters=filters,
            workers=workers or count_cores(),
            progress=_ByteCounter(progress, count_bytes(sources)),
            on_other=others.append,
        )
        games, positions, counts = _finish(checkpoint, out, others, report=report)
        unreadable = _why_unreadable(checkpoint)
        checkpoint.remove()
    return BuildReport(
        path=out,
        games=games,
        positions=positions,
        files=n_files,
        skipped=counts["skipped"],
        cut=counts["cut"],
        resumed_files=resumed_files,
        unreadable=unreadable,
    )


@contextmanager
def _told_in_our_words(checkpoint: Checkpoint, out: Path) -> Iterator[None]:
    """Releases the checkpoint in the end, and says how to go on after an error.

    Raises: DatasetError when a worker dies or there is no place to write.
    """
    try:
        yield
    except BrokenProcessPool as error:
        raise DatasetError(
            phrase(
                "a worker process died, perhaps for want of memory; the same command "
                "goes on where this one was (try: --workers 1)"
            )
        ) from error
    except OSError as error:
        # Sources that cannot be read are notes, so this is the place to be written.
        reason = system_says(error)
        what = write_remedy(error)
        remedy = phrase(
            "{what}; the same command goes on where this one was", what=what
        )
        if not checkpoint.paths:
            checkpoint.remove()
            remedy = phrase("{what} or choose another place", what=what)
        raise DatasetError(
            phrase(
                "cannot write {path!r}: {reason}; {remedy}",
                path=str(error.filename or out),
                reason=reason,
                remedy=remedy,
            )
        ) from error
    finally:
        checkpoint.release()


def _describe_job(sources: Sequence[str | Path], filters: RecordFilter) -> str:
    """A text that is the same when the same work is asked for again."""
    digest = hashlib.blake2b()
    for path in list_files(sources):
        status = os.stat(path)
        line = f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return json.dumps(
        {
            "converter": _CONVERTER,
            "filters": asdict(filters),
            "sources": digest.hexdigest(),
        }
    )


class _ByteCounter:
    """Adds up bytes and passes the sum on, a thousand times in all at most."""

    def __init__(self, progress: Callable[[int, int], None] | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0
        self._told = -1

    def add(self, count: int) -> None:
        self._done += count
        share = 1000 * self._done // max(1, self._total)
        if self._progress is not None and share != self._told:
            self._told = share
            self._progress(min(self._done, self._total), self._total)


def _gather(
    sources: Sequence[str | Path],
    checkpoint: Checkpoint,
    *,
    filters: RecordFilter,
    workers: int,
    progress: _ByteCounter,
    on_other: Callable[[str], None],
) -> int:
    """Converts what the checkpoint does not cover yet; files that it covers now."""
    n_done = checkpoint.n_files
    n_continued = 0  # parts of large files but the first

    def count(source: Source) -> Source:
        nonlocal n_continued
        n_continued += source.first > 1
        return source

    found = map(count, iter_sources(sources, progress.add, on_other))
    files = islice(found, n_done, None)
    waiting = GameBlock()
    saved = time.monotonic()
    for block in _convert_all(_chunk(files), filters, workers):
        waiting.extend(block)
        is_due = time.monotonic() - saved > _SAVE_SECONDS
        if is_due or len(waiting.codes) >= _SAVE_GAMES:
            checkpoint.save(waiting)
            n_done += waiting.n_files
            waiting, saved = GameBlock(), time.monotonic()
    if waiting.n_files:
        checkpoint.save(waiting)
    return n_done + waiting.n_files - n_continued


def _chunk(files: Iterable[Source]) -> Iterator[list[Source]]:
    chunk: list[Source] = []
    size = 0
    for file in files:
        chunk.append(file)
        size += len(file.data)
        if len(chunk) >= _CHUNK_FILES or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _convert_all(
    chunks: Iterator[list[Source]], filters: RecordFilter, workers: int
) -> Iterator[GameBlock]:
    """The blocks of ``chunks``, in order, made in ``workers`` processes."""
    # Compiled here once, so that the workers find the kernel in the cache.
    turns.first_illegal(np.empty(0, np.uint16), rules.new_board())
    if workers == 1:
        for chunk in chunks:
            yield convert_files(chunk, filters)
        return
    context = get_context(_start_method())
    with ProcessPoolExecutor(
        workers - 1, mp_context=context, initializer=_start_worker
    ) as pool:
        interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        try:
            yield from _share(chunks, filters, pool, others=workers - 1)
        finally:
            sys.setswitchinterval(interval)
            pool.shutdown(wait=False, cancel_futures=True)


def _share(
    chunks: Iterator[list[Source]],
    filters: RecordFilter,
    pool: ProcessPoolExecutor,
    *,
    others: int,
) -> Iterator[GameBlock]:
    """The blocks of ``chunks``, in order; what the pool has no room for is made here.

    So this process, which also reads, takes just the share that it has time for.
    """
    blocks: deque[Future[GameBlock]] = deque()
    for chunk in chunks:
        if sum(not block.done() for block in blocks) < _CHUNKS_AHEAD * others:
            blocks.append(pool.submit(convert_files, chunk, filters))
        else:
            made: Future[GameBlock] = Future()
            made.set_result(convert_files(chunk, filters))
            blocks.append(made)
        while blocks and (blocks[0].done() or len(blocks) > _MAX_WAITING * others):
            yield blocks.popleft().result()
    while blocks:
        yield blocks.popleft().result()


def _start_method() -> str:
    """How workers begin: as copies of this process where that is safe, else anew.

    A copy has all modules and kernels at once, and shares their memory: with one
    worker besides this process, 214,194 games took 19.7 and 22.7 s instead of 22.7 and
    26.7 s. A process with threads must not be copied, since their locks stay as they
    are; nor on macOS, where the system's own libraries have some. Windows cannot copy.
    """
    is_alone = threading.active_count() == 1 and "tensorflow" not in sys.modules
    return "fork" if sys.platform == "linux" and is_alone else "spawn"


def _start_worker() -> None:
    """Lets a worker end with its parent, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def convert_files(files: Iterable[Source], filters: RecordFilter) -> GameBlock:
    """The games of ``files`` that pass, and notes on the others."""
    block = GameBlock()
    for file in files:
        block.n_files += 1
        for record in records_of(file):
            if isinstance(record, Rejected):
                note = Note(record.source, "skipped", record.reason, record.detail)
                block.notes.append(note)
            else:
                _add_game(block, record, filters)
    return block


def _add_game(block: GameBlock, record: GameRecord, filters: RecordFilter) -> None:
    """Adds what can be learned of ``record`` to ``block``, or a note why nothing."""
    codes, cuts = cut_to_game(record)
    n_moves = len(codes)
    if turns.has_setup(codes):
        n_moves = int(np.count_nonzero((codes & SETUP_BIT) == 0))
    reason = why_no_game(record) or filters.why_not(record, n_moves)
    if reason:
        detail = "; ".join(cut.detail for cut in cuts)
        detail = detail or (f"{n_moves} moves" if reason == TOO_SHORT else "")
        block.notes.append(Note(record.source, "skipped", reason, detail))
        return
    block.notes += cuts
    data = codes.astype("<u2").tobytes()
    block.codes.append(data)
    block.names.append(record.source)
    block.players.append(f"{record.black}\n{record.white}")
    n_passes = int(np.count_nonzero((codes & POINT_MASK) == PASS))  # no setup is one
    values: dict[str, float] = {
        "targets": n_moves - n_passes,
        "hash": int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little"),
        "date": encode_date(record.date),
        "black_rank": encode_rank(record.black_rank),
        "white_rank": encode_rank(record.white_rank),
        "result": encode_result(record.result),
        "komi": np.nan if record.komi is None else record.komi,
        "handicap": record.handicap,
    }
    for name, value in values.items():
        block.columns[name].append(value)


def _finish(
    checkpoint: Checkpoint,
    out: Path,
    others: Sequence[str],
    *,
    report: str | Path | None,
) -> tuple[int, int, Mapping[str, dict[str, int]]]:
    """Writes the dataset and the report; (games, positions, notes by reason).

    ``others``: files that were passed over.
    """
    kept = h5file.first_of_each(checkpoint)
    counts = h5file.count_notes(checkpoint, kept)
    counts["skipped"].update(Counter(map(_why_passed_over, others)))
    if report is not None:
        _write_report(checkpoint, kept, others, Path(report))
    if not kept.any():
        unreadable = _why_unreadable(checkpoint)
        checkpoint.remove()
        reasons: list[str] = [
            phrase("{n} {reason}", n=n, reason=as_said(reason))
            for reason, n in counts["skipped"].items()
        ]
        reasons += unreadable[:1]
        raise DatasetError(
            phrase(
                "no game to learn from; skipped: {reasons}",
                reasons=listed(reasons) or phrase("nothing, no record"),
            )
        )
    positions = h5file.write_dataset(checkpoint, out, kept)
    return int(kept.sum()), positions, counts


def _why_unreadable(checkpoint: Checkpoint) -> tuple[str, ...]:
    """A line for each kind of reason, with the first file and the number of others."""
    firsts: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for note in checkpoint.notes():
        if note.reason == UNREADABLE:
            kind = re.sub(r"[\d,]*\d", "1", note.detail)
            said = phrase("{name}: {reason}", name=note.source, reason=note.detail)
            firsts.setdefault(kind, said)
            counts[kind] += 1
    return tuple(
        phrase("{first} ({n:,} more)", first=first, n=counts[kind] - 1)
        if counts[kind] > 1
        else first
        for kind, first in firsts.items()
    )


def _why_passed_over(name: str) -> str:
    """The reason, by which such files are counted."""
    suffix = os.path.splitext(name)[1].lower()[:12]
    if not suffix:
        return phrase("not an SGF file: no suffix")
    return phrase("not an SGF file: {suffix}", suffix=suffix)


def _write_report(
    checkpoint: Checkpoint,
    kept: NDArray[np.bool_],
    others: Sequence[str],
    path: Path,
) -> None:
    """A CSV file with a line for each game that was skipped or cut."""
    with whole_file(path) as binary:
        file = io.TextIOWrapper(
            binary, encoding="utf-8", errors="surrogateescape", newline=""
        )
        writer = csv.writer(file)
        writer.writerow(["source", "what", "reason", "detail"])
        for note in checkpoint.notes():
            writer.writerow([note.source, note.what, note.reason, note.detail])
        for name in h5file.duplicate_names(checkpoint, kept):
            writer.writerow([name, "skipped", h5file.DUPLICATE, ""])
        for name in others:
            writer.writerow([name, "skipped", _why_passed_over(name), ""])
        file.flush()
        file.detach()
