"""7z archives, also in volumes, as a stream of their files.

py7zr reads the headers and knows the methods of compression. Its own extraction writes
to disk, or holds all files at once; so the packed blocks are read here, one after
another and a piece at a time. ``sources`` imports this.

PPMd is unpacked in a process of its own, by ``python -m gopolicy.sgf.sevenzip``: some
damaged archives end the process in which pyppmd 1.3 reads them.
"""

import json
import os
import subprocess
import sys
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader, RawIOBase
from itertools import accumulate, count, takewhile
from threading import Thread
from typing import IO, Any, Final, NamedTuple

from gopolicy.errors import SgfError, phrase

FIRST_VOLUME: Final = ".7z.001"
#: Memory that a method may want; 7-Zip's strongest preset takes 256 MB.
_MAX_DICTIONARY: Final = 256 << 20
_COPY, _LZMA, _LZMA2, _PPMD = b"\x00", b"\x03\x01\x01", b"\x21", b"\x03\x04\x01"
#: Unpacked bytes asked for at once, and packed bytes read for them; fewer for methods
#: that give all they can make of these, which is 100,000 times as much at most.
_UNPACKED_BYTES: Final = 1 << 20
_PACKED_BYTES: Final = 1 << 14
_PACKED_BYTES_UNBOUNDED: Final = 1 << 9


class PackedFile(NamedTuple):
    """A file in a 7z archive.

    ``read``: at most so many further bytes of it; only before the next is asked for.
    """

    path: str
    size: int
    read: Callable[[int], bytes]


def iter_seven_zip(file: IO[bytes]) -> Iterator[PackedFile]:
    """The files of an archive, in its order; folders and links are left out.

    Raises: SgfError for what is damaged, encrypted or wants too much memory.
    """
    from py7zr import SevenZipFile  # it takes as long as all else that is imported

    with _damage_told():
        archive = SevenZipFile(file)
    block: _Block | None = None
    apart = _Apart()
    try:
        for entry in archive.files:
            if entry.emptystream or entry.folder is None:
                if entry.is_file:
                    yield PackedFile(entry.filename, 0, lambda limit: b"")
                continue
            with _damage_told():
                if block is None or block.folder is not entry.folder:
                    number = 0 if block is None else block.number + 1
                    block = _Block(file, archive, number, apart)
                block.begin(entry.uncompressed, entry.crc32)
            if not entry.is_symlink:
                yield PackedFile(entry.filename, entry.uncompressed, block.read)
            block.skip()
    finally:
        apart.end()


@contextmanager
def _damage_told() -> Iterator[None]:
    """Makes an SgfError of whatever a damaged archive leads to."""
    try:
        yield
    except SgfError:
        raise
    except MemoryError as error:
        said = phrase(
            "the archive takes more memory than there is; unpack it elsewhere"
        )
        raise SgfError(said) from error
    except Exception as error:  # each library under py7zr has errors of its own
        if type(error).__name__ == "PasswordRequired":
            raise SgfError(phrase("the archive is encrypted; unpack it")) from error
        # The first of several arguments may be all that is in the header.
        text = " ".join(str(error.args[-1] if error.args else "").split())
        text = text[:100] or type(error).__name__
        said = phrase(
            "the archive is damaged: {reason}; get the file again", reason=text
        )
        raise SgfError(said) from error


class _Block:
    """Files that were packed as one, and where its reading has come to.

    ``number``: of the blocks of the archive, from 0. ``apart``: what unpacks PPMd.
    """

    def __init__(
        self, file: IO[bytes], archive: Any, number: int, apart: "_Apart"
    ) -> None:
        apart.wait()  # it may still read the file
        streams = archive.header.main_streams
        pack = streams.packinfo
        self.number = number
        self.folder = streams.unpackinfo.folders[number]
        self._file = file
        self._total = self.folder.unpacksizes[-1]
        _check_memory(self.folder.coders)
        methods = {coder["method"] for coder in self.folder.coders}
        if _PPMD in methods:
            apart.begin(self.folder, pack.packsizes[number])
            self._decompressor: Any = apart
        else:
            self._decompressor = self.folder.get_decompressor(pack.packsizes[number])
            self.folder.decompressor = None  # or each dictionary stays to the end
            is_bounded = methods <= {_COPY, _LZMA, _LZMA2}
            self._decompressor.block_size = (
                _PACKED_BYTES if is_bounded else _PACKED_BYTES_UNBOUNDED
            )
        self._buffer, self._at = b"", 0
        self._left, self._sum = 0, 0
        self._checksum: int | None = None
        file.seek(archive.afterheader + pack.packpos + pack.packpositions[number])

    def begin(self, size: int, checksum: int | None) -> None:
        """The next file of the block."""
        self._left, self._checksum, self._sum = size, checksum, 0

    def read(self, limit: int) -> bytes:
        """At most ``limit`` bytes of the file.

        Raises: SgfError for damage.
        """
        with _damage_told():
            pieces = []
            while limit > 0 and self._left:
                pieces.append(self._take(limit))
                limit -= len(pieces[-1])
            return b"".join(pieces)

    def skip(self) -> None:
        """Reads the rest of the file and forgets it.

        Raises: SgfError for damage.
        """
        with _damage_told():
            while self._left:
                self._take(self._left)

    def _take(self, limit: int) -> bytes:
        """Some of the bytes left of the file; at least one."""
        if self._at >= len(self._buffer):
            self._buffer, self._at = self._unpack(), 0
        end = self._at + min(limit, self._left)
        data = self._buffer[self._at : end]
        self._at += len(data)
        self._left -= len(data)
        self._sum = zlib.crc32(data, self._sum)
        if not self._left and self._checksum not in (None, self._sum):
            raise SgfError(
                phrase("the archive is damaged: a wrong checksum; get the file again")
            )
        return data

    def _unpack(self) -> bytes:
        data = _unpack(self._decompressor, self._file, self._total)
        self._total -= len(data)
        return data


def _unpack(decompressor: Any, file: IO[bytes], left: int) -> bytes:
    """Some of the ``left`` bytes of a block; at least one.

    Raises: SgfError where it ends early.
    """
    while True:
        before = decompressor.consumed
        # What is beyond the end of LZMA1 might be taken for more of it.
        data = bytes(decompressor.decompress(file, min(_UNPACKED_BYTES, left)))
        if data:
            return data
        if decompressor.consumed == before:
            raise SgfError(
                phrase("the archive is damaged: it ends early; get the file again")
            )


class _Apart:
    """Unpacks blocks in another process, where py7zr's decompressor would do it here.

    ``consumed``: grows when there is something to read.
    """

    def __init__(self) -> None:
        self.consumed = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._feeder: Thread | None = None
        self._block: tuple[bytes, int] | None = None

    def begin(self, folder: Any, n_packed: int) -> None:
        """The next block, of ``n_packed`` bytes from where the file will stand."""
        if self._process is None:
            path = os.pathsep.join(filter(None, sys.path))  # as it is here
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gopolicy.sgf.sevenzip"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        values = {
            "coders": [
                {
                    name: value.hex() if isinstance(value, bytes) else value
                    for name, value in coder.items()
                }
                for coder in folder.coders
            ],
            "n_packed": n_packed,
            "sizes": list(folder.unpacksizes),
        }
        self._block = (json.dumps(values).encode() + b"\n", n_packed)

    def decompress(self, file: IO[bytes], limit: int) -> bytes:
        """At most ``limit`` bytes of the block; none when the process has ended."""
        assert self._process is not None and self._process.stdout is not None
        if self._block is not None:
            self._feeder = Thread(
                target=self._feed, args=(file, *self._block), daemon=True
            )
            self._block = None
            self._feeder.start()
        data = self._process.stdout.read(limit)
        self.consumed += len(data)
        return data

    def _feed(self, file: IO[bytes], header: bytes, n_packed: int) -> None:
        """Gives the process a block, while what comes of it is read."""
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(header)
            while n_packed:
                data = file.read(min(n_packed, _PACKED_BYTES))
                if not data:
                    self._process.stdin.close()  # the file ends early
                    return
                self._process.stdin.write(data)
                n_packed -= len(data)
            self._process.stdin.flush()
        except (OSError, ValueError):  # the process has ended
            pass

    def wait(self) -> None:
        """Until nothing more is read of the file."""
        if self._feeder is not None:
            self._feeder.join()
            self._feeder = None

    def end(self) -> None:
        """Ends the process."""
        if self._process is None:
            return
        self._process.kill()
        self.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what it held is not wanted any more
                if pipe is not None:
                    pipe.close()
        self._process.wait()


def _serve(packed: IO[bytes], unpacked: IO[bytes]) -> None:
    """What the process of ``_Apart`` does: block after block, until none comes."""
    from py7zr.compressor import SevenZipDecompressor

    while header := packed.readline():
        values = json.loads(header)
        coders = [
            {
                name: bytes.fromhex(value) if isinstance(value, str) else value
                for name, value in coder.items()
            }
            for coder in values["coders"]
        ]
        decompressor = SevenZipDecompressor(
            coders, values["n_packed"], values["sizes"], None, None, _PACKED_BYTES
        )
        left = values["sizes"][-1]
        while left:
            data = _unpack(decompressor, packed, left)
            unpacked.write(data)
            left -= len(data)
        unpacked.flush()
        packed.read(values["n_packed"] - decompressor.consumed)


def _check_memory(coders: list[dict[str, Any]]) -> None:
    """Raises SgfError when a method wants more memory than it may have.

    Raises: MemoryError when there is not as much.
    """
    for coder in coders:
        values = coder["properties"] or b""
        memory = 0
        if coder["method"] in (_LZMA, _PPMD):
            memory = int.from_bytes(values[1:5], "little")
        elif coder["method"] == _LZMA2:
            memory = (2 | values[0] & 1) << values[0] // 2 + 11
        if memory > _MAX_DICTIONARY:
            raise SgfError(
                phrase(
                    "the archive takes {size} MB of memory to unpack; unpack it",
                    size=memory >> 20,
                )
            )
        # Where a method finds none, pyppmd 1.3 ends the process.
        bytearray(memory)


class Reading(RawIOBase):
    """A file in an archive as a stream; ``read`` as a ``PackedFile`` has it."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        super().__init__()
        self._read = read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills some of ``buffer``; 0 at the end of the file."""
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def list_volumes(path: str) -> list[str]:
    """The volumes on disk of an archive, from the first; a missing one ends them."""
    names = (f"{path[:-3]}{number:03}" for number in count(1))
    return list(takewhile(os.path.isfile, names))


def open_volumes(path: str) -> BufferedReader:
    """An archive in volumes as one file; ``path`` is the first.

    Raises: OSError as ``open``.
    """
    return BufferedReader(_Volumes(list_volumes(path)))


class _Volumes(RawIOBase):
    """Files as one, of which one at a time is open."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__()
        self._paths = paths
        self._starts = list(accumulate(map(os.path.getsize, paths), initial=0))
        self._position = 0
        self._number = 0
        self._file = open(paths[0], "rb")  # noqa: SIM115 # closed by close

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origins = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}
        self._position = max(0, origins.get(whence, self._starts[-1]) + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fills ``buffer`` up to the end of a volume; 0 at the end of the last."""
        if self._position >= self._starts[-1]:
            return 0
        number = bisect_right(self._starts, self._position) - 1
        if number != self._number:
            self._file.close()
            self._file = open(self._paths[number], "rb")  # noqa: SIM115
            self._number = number
        self._file.seek(self._position - self._starts[number])
        n_read = self._file.readinto(buffer)
        self._position += n_read
        return n_read

    def close(self) -> None:
        self._file.close()
        super().close()


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
