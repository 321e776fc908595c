"""7z archives, also in volumes, as a stream of their files.

py7zr reads the headers and knows the methods of compression. Its own extraction writes
to disk, or holds all files at once; so the packed blocks are read here, one after
another and a piece at a time. ``sources`` imports this.
"""

import os
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from itertools import accumulate, count, takewhile
from typing import IO, Any, Final, NamedTuple

from gopolicy.errors import SgfError

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
    for entry in archive.files:
        if entry.emptystream or entry.folder is None:
            if entry.is_file:
                yield PackedFile(entry.filename, 0, lambda limit: b"")
            continue
        with _damage_told():
            if block is None or block.folder is not entry.folder:
                block = _Block(file, archive, 0 if block is None else block.number + 1)
            block.begin(entry.uncompressed, entry.crc32)
        if not entry.is_symlink:
            yield PackedFile(entry.filename, entry.uncompressed, block.read)
        block.skip()


@contextmanager
def _damage_told() -> Iterator[None]:
    """Makes an SgfError of whatever a damaged archive leads to."""
    try:
        yield
    except SgfError:
        raise
    except MemoryError as error:
        text = "the archive takes more memory than there is; unpack it elsewhere"
        raise SgfError(text) from error
    except Exception as error:  # each library under py7zr has errors of its own
        if type(error).__name__ == "PasswordRequired":
            raise SgfError("the archive is encrypted; unpack it") from error
        # The first of several arguments may be all that is in the header.
        text = " ".join(str(error.args[-1] if error.args else "").split())
        text = text[:100] or type(error).__name__
        raise SgfError(f"the archive is damaged: {text}; get the file again") from error


class _Block:
    """Files that were packed as one, and where its reading has come to.

    ``number``: of the blocks of the archive, from 0.
    """

    def __init__(self, file: IO[bytes], archive: Any, number: int) -> None:
        streams = archive.header.main_streams
        pack = streams.packinfo
        self.number = number
        self.folder = streams.unpackinfo.folders[number]
        self._file = file
        self._total = self.folder.unpacksizes[-1]
        _check_memory(self.folder.coders)
        self._decompressor = self.folder.get_decompressor(pack.packsizes[number])
        self.folder.decompressor = None  # or each block's dictionary stays to the end
        methods = {coder["method"] for coder in self.folder.coders}
        is_bounded = methods <= {_COPY, _LZMA, _LZMA2, _PPMD}
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
                "the archive is damaged: a wrong checksum; get the file again"
            )
        return data

    def _unpack(self) -> bytes:
        while True:
            before = self._decompressor.consumed
            # What is beyond the end of LZMA1 might be taken for more of it.
            wanted = min(_UNPACKED_BYTES, self._total)
            data = bytes(self._decompressor.decompress(self._file, wanted))
            self._total -= len(data)
            if data:
                return data
            if self._decompressor.consumed == before:
                raise SgfError(
                    "the archive is damaged: it ends early; get the file again"
                )


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
                f"the archive takes {memory >> 20} MB of memory to unpack; unpack it"
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
