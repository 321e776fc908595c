"""Feeds damaged records and archives to the reader until some CPU time is used up.

python tools/fuzz_sgf.py [SECONDS] [SOURCE...]

Damages files of SOURCE (by default the sample games and those of ``sgf_files.py`` in
tests/support): pieces are changed, cut, doubled, put in, or swapped between two files;
one in twenty is packed first, in one of many ways, and damaged as it is then. That
file says what must hold.
A file that breaks something, takes longer than ten seconds of CPU, or more memory than
it may is written to the current folder, and the run ends. The same call always tries
the same files. 600 SECONDS by default; needs Linux for the limits.
"""

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

from sgf_files import DATASETS, PIECES, SEEDS, check_file  # noqa: E402

from gopolicy.sgf.sources import iter_sources  # noqa: E402

#: For one file; of CPU, so that what else the machine does changes nothing.
_SECONDS: Final = 10
_MORE_MEMORY: Final = 512 << 20
_MAX_FILES: Final = 2000
_REPORT_SECONDS: Final = 60
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


def damaged(rng: np.random.Generator, files: Sequence[bytes]) -> bytes:
    """One of ``files`` with a few pieces changed."""
    data = bytearray(files[int(rng.integers(len(files)))])
    for _ in range(rng.integers(1, 9)):
        at = int(rng.integers(len(data) + 1))
        length = int(2 ** rng.uniform(0, 8))
        match rng.integers(7):
            case 0:
                data[at:at] = PIECES[rng.integers(len(PIECES))] * int(
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


def _stop(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"longer than {_SECONDS} seconds of CPU")


def main(seconds: float, sources: Sequence[str]) -> int:
    """The exit code: 1 when a file broke something."""
    chosen = sources or [str(DATASETS / "sample-valid.zip")]
    files = [source.data for source in iter_sources(chosen) if not source.problem]
    files = [*SEEDS, *files[:_MAX_FILES]]
    rng = np.random.default_rng(4)
    for seed in SEEDS:
        check_file(seed)  # kernels are compiled before memory is limited
    signal.signal(signal.SIGPROF, _stop)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + _MORE_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
    counts: Counter[str] = Counter()
    slowest = 0.0
    began = told = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        archives = Path(folder)
        while (now := time.process_time()) - began < seconds:
            is_archive = bool(rng.integers(20) == 0)
            data = b"" if is_archive else damaged(rng, files)
            signal.setitimer(signal.ITIMER_PROF, _SECONDS)
            try:
                if is_archive:
                    check_archive(rng, files, archives)
                else:
                    counts[check_file(data)] += 1
            except Exception:  # whatever it is, it is what was looked for
                signal.setitimer(signal.ITIMER_PROF, 0)
                name = "broken.sgf"
                for path in archives.iterdir() if is_archive else ():
                    data, name = path.read_bytes(), path.name
                Path(name).write_bytes(data)
                sys.stderr.write(f"{traceback.format_exc()}the file is in {name}\n")
                return 1
            signal.setitimer(signal.ITIMER_PROF, 0)
            counts["archives"] += is_archive
            slowest = max(slowest, time.process_time() - now)
            if now - told > _REPORT_SECONDS:
                told = now
                _report(now - began, counts, slowest)
    _report(time.process_time() - began, counts, slowest)
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
    limit = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    sys.exit(main(limit, sys.argv[2:]))
