"""Feeds damaged records and archives to the reader until some CPU time is used up.

python tools/fuzz_sgf.py [--formats] [--seed N] [SECONDS] [SOURCE...]

Damages files of SOURCE (by default the sample games and those of ``sgf_files.py`` in
tests/support): pieces are changed, cut, doubled, put in, or swapped between two files;
one in twenty is packed first, in one of many ways, and damaged as it is then. One in
four is a collection, of which at most one game is damaged, read at once and in parts:
both must give the same games, and all that are whole. ``--formats``: only records of
GIB, NGF, UGF and UGI, or those of SOURCE. ``sgf_files.py`` says what must hold.
A file that breaks something, takes longer than ten seconds of CPU, or more memory than
it may is written to the current folder, and the run ends. The same call always tries
the same files; another seed tries others. 600 SECONDS by default; needs Linux for the
limits.
"""

import argparse
import bz2
import gzip
import io
import lzma
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Final

import numpy as np
import py7zr

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from sgf_files import (  # noqa: E402
    DATASETS,
    OTHER_SEEDS,
    PIECES,
    SEEDS,
    SGF_PIECES,
    check_collection,
    check_file,
)

from gopolicy.sgf.sources import iter_sources  # noqa: E402

#: For one file; of CPU, so that what else the machine does changes nothing.
_SECONDS: Final = 10
_MORE_MEMORY: Final = 512 << 20
_MAX_FILES: Final = 2000
_REPORT_SECONDS: Final = 60
#: Between the games of a collection.
_BETWEEN: Final = (b"", b"\n", b"\r\n \r\n", b"--")
_PACKERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
}
_METHODS: Final[tuple[dict[str, Any], ...]] = (
    {"id": py7zr.FILTER_LZMA2, "preset": 1},
    {"id": py7zr.FILTER_LZMA},
    {"id": py7zr.FILTER_PPMD, "order": 6, "mem": 20},
    {"id": py7zr.FILTER_BZIP2},
    {"id": py7zr.FILTER_DEFLATE},
    {"id": py7zr.FILTER_ZSTD, "level": 3},
    {"id": py7zr.FILTER_COPY},
)


def damaged(
    rng: np.random.Generator,
    files: Sequence[bytes],
    pieces: Sequence[bytes] = PIECES,
) -> bytes:
    """One of ``files`` with a few ``pieces`` changed or put in."""
    data = bytearray(files[int(rng.integers(len(files)))])
    for _ in range(rng.integers(1, 9)):
        at = int(rng.integers(len(data) + 1))
        length = int(2 ** rng.uniform(0, 8))
        match rng.integers(7):
            case 0:
                data[at:at] = pieces[int(rng.integers(len(pieces)))] * int(
                    rng.integers(1, 4)
                )
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length] * int(2 ** rng.uniform(0, 8))
            case 3:
                data[at : at + 1] = rng.bytes(1)
            case 4:
                data[at : at + length] = rng.bytes(length)
            case 5:
                other = files[int(rng.integers(len(files)))]
                start = int(rng.integers(len(other) + 1))
                data[at : at + length] = other[start : start + length]
            case _:
                del data[at + len(data) // 2 :]
    return bytes(data)


def packed(rng: np.random.Generator, files: Sequence[bytes]) -> tuple[str, bytes]:
    """Some of ``files`` in an archive, or one compressed: (its name, what is in it)."""
    chosen = [files[number] for number in rng.integers(len(files), size=3)]
    kind = int(rng.integers(4 + len(_PACKERS)))
    if kind < len(_PACKERS):
        suffix = list(_PACKERS)[kind]
        return f"a.sgf{suffix}", _PACKERS[suffix](chosen[0])
    buffer = io.BytesIO()
    if kind == len(_PACKERS):
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name, data in zip("abc", chosen, strict=True):
                zipped.writestr(f"a/{name}.sgf", data)
        return "a.zip", buffer.getvalue()
    method = _METHODS[rng.integers(len(_METHODS))]
    with py7zr.SevenZipFile(buffer, "w", filters=[method]) as archive:
        # A plain header is damaged in its fields, another as a whole.
        archive.set_encoded_header_mode(bool(rng.integers(3) == 0))
        for name, data in zip("abc", chosen, strict=True):
            archive.writestr(data, f"a/{name}.sgf")
    return "a.7z", buffer.getvalue()


def with_checksums(data: bytes) -> bytes:
    """A 7z archive whose header's checksums are right again after damage."""
    if len(data) < 32:
        return data
    offset, size = struct.unpack("<QQ", data[12:28])
    header = data[32 + offset : 32 + offset + size] if offset + size < 1 << 32 else b""
    start = data[12:28] + struct.pack("<I", zlib.crc32(header))
    return data[:8] + struct.pack("<I", zlib.crc32(start)) + start + data[32:]


def check_archive(
    rng: np.random.Generator, files: Sequence[bytes], folder: Path
) -> int:
    """Damages something packed and reads it from ``folder``; files in it."""
    for old in folder.iterdir():
        old.unlink()
    name, whole = packed(rng, files)
    data = damaged(rng, [whole])
    path = folder / name
    path.write_bytes(with_checksums(data) if name.endswith(".7z") else data)
    found = 0
    for source in iter_sources([path]):
        found += 1
        assert "\n" not in source.problem
        if not source.problem:
            check_file(source.data)
    return found


def make_collection(
    rng: np.random.Generator, files: Sequence[bytes]
) -> tuple[list[bytes], dict[int, bytes], bytes, int]:
    """What ``check_collection`` wants: some of ``files``, one perhaps damaged."""
    games = [files[number] for number in rng.integers(len(files), size=6)]
    games = games[int(rng.integers(5)) :]
    broken = {}
    if rng.integers(2):
        number = int(rng.integers(len(games)))
        # In UTF-16 there are zeros; then all games would be read as such.
        broken[number] = damaged(rng, [games[number]], SGF_PIECES).replace(b"\0", b"")
    between = _BETWEEN[rng.integers(len(_BETWEEN))]
    return games, broken, between, int(rng.integers(50, 8000))


class _Fuzzer:
    """Files to damage, and what became of them."""

    def __init__(
        self, files: Sequence[bytes], games: Sequence[bytes], seed: int
    ) -> None:
        self.files = files
        self.games = games  # in UTF-8, each a collection of one
        self.counts: Counter[str] = Counter()
        self.rng = np.random.default_rng(seed)

    def step(self, folder: Path) -> dict[str, bytes]:
        """Tries a file. ``folder``: for archives. Gives what broke, by names."""
        kind = int(self.rng.integers(20))
        data, archives = b"", False
        try:
            if kind == 0:
                archives = True
                check_archive(self.rng, self.files, folder)
                self.counts["archives"] += 1
            elif kind <= 5 and self.games:
                games, broken, between, size = make_collection(self.rng, self.games)
                data = between.join(broken.get(i, g) for i, g in enumerate(games))
                self.counts["games of collections"] += check_collection(
                    games, broken, between, size
                )
                self.counts["collections"] += 1
            else:
                data = damaged(self.rng, self.files)
                self.counts[check_file(data)] += 1
        except Exception:  # whatever it is, it is what was looked for
            signal.setitimer(signal.ITIMER_PROF, 0)
            sys.stderr.write(traceback.format_exc())
            if archives:
                return {path.name: path.read_bytes() for path in folder.iterdir()}
            return {"broken.sgf": data}
        return {}


def _stop(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"longer than {_SECONDS} seconds of CPU")


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + _MORE_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))


def main(seconds: float, sources: Sequence[str], *, formats: bool, seed: int) -> int:
    """The exit code: 1 when a file broke something."""
    for whole in SEEDS:
        check_file(whole)  # kernels are compiled before memory is limited
    chosen = sources or [str(DATASETS / "sample-valid.zip")]
    found = [source.data for source in iter_sources(chosen) if not source.problem]
    found = found[:_MAX_FILES]
    if formats:
        fuzzer = _Fuzzer(found if sources else OTHER_SEEDS, [], seed)
    else:
        games = [data for data in found if data.startswith(b"(;GM[1]FF[4]CA[UTF-8]")]
        fuzzer = _Fuzzer([*SEEDS, *found], games, seed)
    signal.signal(signal.SIGPROF, _stop)
    _limit_memory()
    slowest = 0.0
    began = told = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        while (now := time.process_time()) - began < seconds:
            signal.setitimer(signal.ITIMER_PROF, _SECONDS)
            broken = fuzzer.step(Path(folder))
            signal.setitimer(signal.ITIMER_PROF, 0)
            for name, data in broken.items():
                Path(name).write_bytes(data)
            if broken:
                sys.stderr.write(f"the file is in {', '.join(broken)}\n")
                return 1
            slowest = max(slowest, time.process_time() - now)
            if now - told > _REPORT_SECONDS:
                told = now
                _report(now - began, fuzzer.counts, slowest)
    _report(time.process_time() - began, fuzzer.counts, slowest)
    return 0


def _report(seconds: float, counts: Counter[str], slowest: float) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = ", ".join(f"{n:,} {name}" for name, n in counts.most_common())
    sys.stdout.write(
        f"{seconds:.0f} s of CPU: {found}; slowest {slowest:.2f} s, "
        f"at most {memory} MB\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--formats", action="store_true")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("seconds", type=float, nargs="?", default=600.0)
    parser.add_argument("sources", nargs="*")
    args = parser.parse_args()
    sys.exit(main(args.seconds, args.sources, formats=args.formats, seed=args.seed))
