"""Single files that are compressed: gz, xz, bz2 and zst. ``sources`` imports this."""

import bz2
import gzip
import lzma
import sys
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, Final

from gopolicy.errors import SgfError, phrase

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_OPENERS: Final[dict[str, Callable[[IO[bytes]], Any]]] = {
    ".gz": lambda file: gzip.GzipFile(fileobj=file),
    ".xz": lzma.LZMAFile,
    ".bz2": bz2.BZ2File,
    ".zst": zstd.ZstdFile,
}
PACKED_SUFFIXES: Final = tuple(_OPENERS)
#: What a damaged file makes the libraries raise.
DAMAGE: Final = (
    *(OSError, EOFError, ValueError, MemoryError),
    *(lzma.LZMAError, zlib.error, zstd.ZstdError),
)


def unpacked_name(name: str) -> str:
    """The name of what is in a compressed file; ``name`` itself for any other."""
    lower = name.lower()
    if not lower.endswith(PACKED_SUFFIXES):  # nearly all; asked for each record
        return name
    return name[: -max(len(s) for s in PACKED_SUFFIXES if lower.endswith(s))]


def open_packed(name: str, file: IO[bytes]) -> IO[bytes]:
    """What is in a compressed file, as a stream; ``name`` says how it is compressed."""
    suffix = name[len(unpacked_name(name)) :].lower()
    stream: IO[bytes] = _OPENERS[suffix](file)
    return stream


def unpack(name: str, data: bytes, *, limit: int) -> bytes:
    """What is in a compressed file.

    Raises: SgfError when it is damaged, or has more than ``limit`` bytes.
    """
    try:
        with open_packed(name, BytesIO(data)) as stream:
            unpacked = stream.read(limit + 1)
    except DAMAGE as error:
        text = " ".join(str(error).split()) or type(error).__name__
        said = phrase("the file is damaged: {reason}; get the file again", reason=text)
        raise SgfError(said) from error
    if len(unpacked) > limit:
        raise SgfError(
            phrase(
                "unpacked it has more than {limit:,} bytes; unpack it, and split it",
                limit=limit,
            )
        )
    return unpacked
