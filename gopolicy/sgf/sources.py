"""Files, folders and archives as one stream of SGF files.

Nothing is unpacked to disk: an archive's member is read into memory, one at a time,
and its path is only a name. Zip and tar archives may hold further ones, one level
deep. Knows nothing of what is in an SGF.
"""

import os
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from lzma import LZMAError
from pathlib import Path
from tarfile import TarFile
from typing import IO, Final, NamedTuple
from zipfile import ZipFile

from gopolicy.errors import SgfError

#: Largest SGF file that is read; the largest dictionaries of openings have 8 MB.
MAX_SGF_BYTES: Final = 32 << 20
#: Largest archive within an archive; it is held in memory.
MAX_NESTED_BYTES: Final = 256 << 20
#: An archive that grows more than this when unpacked is a bomb; collections of games
#: grow 10 to 25 times.
MAX_GROWTH: Final = 300
_GROWTH_FREE_BYTES: Final = 64 << 20  # small archives may grow as they like

_SGF_SUFFIXES: Final = (".sgf",)
_ZIP_SUFFIXES: Final = (".zip",)
_TAR_SUFFIXES: Final = (
    *(".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz"),
)
_FOREIGN_SUFFIXES: Final = (".7z", ".rar", ".001", ".lzh", ".tar.zst", ".tzst")
_FOREIGN: Final = "this kind of archive is not read; unpack it"
#: Packed bytes of a tar read at once. ``tarfile`` copies what is left of them unpacked
#: for each member, so that its own 10,240 take longer.
_TAR_BYTES: Final = 2048
#: An absolute path, a drive, or a step up.
_LEADS_OUT: Final = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")
_DAMAGE: Final = (
    OSError,
    EOFError,
    LZMAError,
    RuntimeError,  # zipfile: a password is needed
    NotImplementedError,  # zipfile: a compression that Python has not
    ValueError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)

#: Told how many more bytes of the sources, as they lie on disk, have been read.
OnBytes = Callable[[int], None]
#: Told the name of each file in a folder or an archive that is passed over.
OnOther = Callable[[str], None]


class Source(NamedTuple):
    """One SGF file, or one that could not be read; a tuple, since workers get many.

    ``name``: its path; "a.zip!b/c.sgf" within an archive. ``problem``: why there is no
    ``data``; "" when there is.
    """

    name: str
    data: bytes = b""
    problem: str = ""


def iter_sources(
    paths: Iterable[str | Path],
    on_bytes: OnBytes | None = None,
    on_other: OnOther | None = None,
) -> Iterator[Source]:
    """Every SGF file of ``paths``, in a fixed order: as given, folders by name.

    A file named in ``paths`` is read whatever its suffix; folders and archives give
    what ends in .sgf, in any case. What is damaged, too large or of a path that climbs
    out of its archive comes as a ``Source`` with a problem.

    Raises: SgfError when a path does not exist or is a kind of archive not read here.
    """
    reports = _Reports(
        on_bytes or (lambda count: None), on_other or (lambda name: None)
    )
    for path in list_files(paths, on_other):
        yield from _iter_file(path, reports)


class _Reports(NamedTuple):
    """Whom to tell what."""

    on_bytes: OnBytes
    on_other: OnOther


def list_files(
    paths: Iterable[str | Path], on_other: OnOther | None = None
) -> list[str]:
    """The files on disk that ``iter_sources`` reads, in its order.

    Raises: SgfError as ``iter_sources``.
    """
    files: list[str] = []
    for name in map(str, paths):
        if os.path.isdir(name):
            files += _walk(name, on_other or (lambda name: None))
        elif not os.path.exists(name):
            raise SgfError(f"no file or folder {name!r}; check the path")
        elif name.lower().endswith(_FOREIGN_SUFFIXES):
            raise SgfError(
                f"{name}: this kind of archive is not read; unpack it, or make a .zip"
            )
        else:
            files.append(name)
    return files


def count_bytes(paths: Iterable[str | Path]) -> int:
    """Size on disk of all that ``iter_sources`` will read."""
    return sum(os.path.getsize(path) for path in list_files(paths))


def _walk(folder: str, on_other: OnOther) -> Iterator[str]:
    """The files below ``folder`` that are read, in order; links to folders are not
    followed, so that a link to a parent makes no circle."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(parent, name)
            is_ours = name.lower().endswith(_SGF_SUFFIXES + _FOREIGN_SUFFIXES)
            if not os.path.isfile(path):
                continue
            if is_ours or is_archive(name):
                yield path
            else:
                on_other(path)


def is_archive(name: str) -> bool:
    """Whether a file of this name is a zip or tar archive, which is looked into."""
    return name.lower().endswith(_ZIP_SUFFIXES + _TAR_SUFFIXES)


def _iter_file(path: str, reports: _Reports) -> Iterator[Source]:
    """The sources in one file on disk."""
    try:
        size = os.path.getsize(path)
        if path.lower().endswith(_FOREIGN_SUFFIXES):
            yield Source(path, problem=_FOREIGN)
        elif is_archive(path):
            with open(path, "rb") as file:
                yield from _iter_archive(
                    path, file, size, nested=False, reports=reports
                )
            return
        elif size > MAX_SGF_BYTES:
            yield Source(path, problem=_too_large(size))
        else:
            yield Source(path, Path(path).read_bytes())
        reports.on_bytes(size)
    except OSError as error:
        yield Source(path, problem=f"cannot be read: {error.strerror or error}")


def _too_large(size: int) -> str:
    return (
        f"{size:,} bytes, and an SGF file may have {MAX_SGF_BYTES:,}; "
        "split it into games"
    )


def _iter_archive(
    name: str, file: IO[bytes], size: int, *, nested: bool, reports: _Reports
) -> Iterator[Source]:
    """The sources in the archive ``file``, whose ``size`` is in bytes."""
    is_zip = name.lower().endswith(_ZIP_SUFFIXES)
    unpacked = 0
    told = 0
    try:
        for member in _iter_zip(file) if is_zip else _iter_tar(file):
            unpacked += member.size
            if unpacked > max(_GROWTH_FREE_BYTES, MAX_GROWTH * size):
                yield Source(name, problem=f"grows over {MAX_GROWTH} times: a bomb?")
                break
            yield from _iter_member(
                f"{name}!{member.path}", member, reports.on_other, nested=nested
            )
            position = told + member.packed if is_zip else file.tell()
            reports.on_bytes(position - told)
            told = position
    except _DAMAGE as error:
        yield Source(name, problem=f"the archive is damaged: {_describe(error)}")
    reports.on_bytes(size - told)


def _describe(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


@dataclass(frozen=True, slots=True)
class _Member:
    """A file in an archive.

    ``size``: as the archive says, which may be a lie; ``packed``: in a zip only.
    ``read``: the data, at most so many bytes.
    """

    path: str
    size: int
    packed: int
    read: Callable[[int], bytes]


def _iter_zip(file: IO[bytes]) -> Iterator[_Member]:
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                read = partial(_read_zip_member, archive, info)
                yield _Member(info.filename, info.file_size, info.compress_size, read)


def _read_zip_member(archive: ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    with archive.open(info) as stream:
        return stream.read(limit)


def _iter_tar(file: IO[bytes]) -> Iterator[_Member]:
    with tarfile.open(fileobj=file, mode="r|*", bufsize=_TAR_BYTES) as archive:
        while info := archive.next():
            if info.isfile():
                read = partial(_read_tar_member, archive, info)
                yield _Member(info.name, info.size, 0, read)
            archive.members = []  # type: ignore[attr-defined] # it keeps every header
        # Two empty blocks end a tar; tarfile itself takes a cut for the end.
        if archive.fileobj is not None and len(archive.fileobj.read(512)) < 512:
            raise tarfile.ReadError("it ends early; perhaps it was cut off")


def _read_tar_member(archive: TarFile, info: tarfile.TarInfo, limit: int) -> bytes:
    stream = archive.extractfile(info)
    return stream.read(limit) if stream else b""


def _iter_member(
    name: str, member: _Member, on_other: OnOther, *, nested: bool
) -> Iterator[Source]:
    """The sources in one member of an archive."""
    lower = member.path.lower()
    packed = is_archive(lower)
    if lower.endswith(_FOREIGN_SUFFIXES):
        yield Source(name, problem=_FOREIGN)
        return
    if not packed and not lower.endswith(_SGF_SUFFIXES):
        on_other(name)
        return
    limit = MAX_NESTED_BYTES if packed else MAX_SGF_BYTES
    if _LEADS_OUT.search(member.path):
        yield Source(name, problem="the path leads out of the archive")
    elif packed and nested:
        yield Source(name, problem="an archive in an archive in an archive; unpack one")
    elif member.size > limit:
        yield Source(name, problem=_too_large(member.size))
    else:
        try:
            data = member.read(member.size + 1)
        except _DAMAGE as error:
            # The next members of a zip may be whole; in a tar they fail as well.
            yield Source(name, problem=f"damaged in the archive: {_describe(error)}")
            return
        if len(data) > member.size:
            yield Source(name, problem="is larger than the archive says")
        elif packed:
            yield from _iter_archive(
                name,
                BytesIO(data),
                len(data),
                nested=True,
                reports=_Reports(lambda count: None, on_other),
            )
        else:
            yield Source(name, data)
