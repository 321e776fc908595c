"""Files, folders and archives as one stream of files with records.

Nothing is unpacked to disk: an archive's member is read into memory, one at a time,
and its path is only a name. Archives may hold further ones, one level deep. Knows
nothing of what is in a record; a file is one by its suffix.
"""

import os
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import BufferedReader, BytesIO
from pathlib import Path
from tarfile import TarFile
from typing import IO, Final, Literal, NamedTuple
from zipfile import ZipFile

from gopolicy.errors import SgfError, phrase, saying, system_says
from gopolicy.sgf.formats import OTHER_SUFFIXES
from gopolicy.sgf.packed import (
    DAMAGE,
    PACKED_SUFFIXES,
    open_packed,
    unpack,
    unpacked_name,
)
from gopolicy.sgf.parts import iter_parts
from gopolicy.sgf.sevenzip import (
    FIRST_VOLUME,
    Reading,
    iter_seven_zip,
    list_volumes,
    open_volumes,
)

#: Largest SGF file that is held in memory, and largest game; the largest dictionaries
#: of openings have 8 MB. A larger file comes in parts.
MAX_SGF_BYTES: Final = 32 << 20
#: Largest archive within an archive; it is held in memory.
MAX_NESTED_BYTES: Final = 256 << 20
#: An archive that grows more than this when unpacked is a bomb; collections of games
#: grow 10 to 25 times.
MAX_GROWTH: Final = 300
_GROWTH_FREE_BYTES: Final = 64 << 20  # small archives may grow as they like

#: Of records; KataGo writes .sgfs, a game a line.
RECORD_SUFFIXES: Final = (".sgf", ".sgfs", *OTHER_SUFFIXES)
_ZIP_SUFFIXES: Final = (".zip",)
_SEVEN_ZIP_SUFFIXES: Final = (".7z", FIRST_VOLUME)
_ZSTD_SUFFIXES: Final = (".tar.zst", ".tzst")
_TAR_SUFFIXES: Final = (
    *(".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz"),
    *_ZSTD_SUFFIXES,
)
#: Archives that are not read, and what their files are called. UGZ is an LHA of a UGF.
_FOREIGN: Final = {
    ".rar": phrase("a RAR archive"),
    ".lzh": phrase("an LHA archive"),
    ".lha": phrase("an LHA archive"),
    ".ugz": phrase("an LHA archive"),
    ".001": phrase("an archive in parts"),
    ".arj": phrase("an ARJ archive"),
    ".cab": phrase("a CAB archive"),
}
_FURTHER_VOLUME: Final = re.compile(r"(.*\.7z\.)(?!001)\d{3}", re.I | re.S)
#: Packed bytes of a tar read at once. ``tarfile`` copies what is left of them unpacked
#: for each member, so that its own 10,240 take longer.
_TAR_BYTES: Final = 2048
_BOMB: Final = phrase(
    "grows over {times} times: a bomb? unpack it where you trust it", times=MAX_GROWTH
)
_OUTSIDE: Final = phrase(
    "the path leads out of the archive; unpack it where you trust it"
)
_LARGER: Final = phrase("is larger than the archive says; unpack it where you trust it")
_TOO_DEEP: Final = phrase("an archive in an archive in an archive; unpack one")
#: An absolute path, a drive, or a step up.
_LEADS_OUT: Final = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")
_DAMAGE: Final = (
    *DAMAGE,
    RuntimeError,  # zipfile: a password is needed
    NotImplementedError,  # zipfile: a compression that Python has not
    IndexError,  # zipfile: a file without a name
    tarfile.TarError,
    zipfile.BadZipFile,
)

#: Told how many more bytes of the sources, as they lie on disk, have been read.
OnBytes = Callable[[int], None]
#: Told the name of each file in a folder or an archive that is passed over.
OnOther = Callable[[str], None]


class Source(NamedTuple):
    """One SGF file, or one that could not be read; a tuple, since workers get many.

    ``name``: its path; "a.zip!b/c.sgf" within an archive. ``problem``: why there is no
    ``data``; "" when there is. ``first``: of a part of a large file, the number of its
    first game there; 0 for a whole file.
    """

    name: str
    data: bytes = b""
    problem: str = ""
    first: int = 0


def iter_sources(
    paths: Iterable[str | Path],
    on_bytes: OnBytes | None = None,
    on_other: OnOther | None = None,
) -> Iterator[Source]:
    """Every record file of ``paths``, in a fixed order: as given, folders by name.

    A file named in ``paths`` is read whatever its suffix; folders and archives give
    what ends in .sgf or another suffix of records, in any case and also compressed.
    What is damaged, too large or of a path that climbs out of its archive comes as a
    ``Source`` with a problem.

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
            text = phrase("no file or folder {name!r}; check the path", name=name)
            raise SgfError(text)
        elif foreign := _why_foreign(name):
            raise SgfError(phrase("{name}: {reason}", name=name, reason=foreign))
        else:
            files.append(name)
    return files


def count_bytes(paths: Iterable[str | Path]) -> int:
    """Size on disk of all that ``iter_sources`` will read."""
    return sum(map(_size_of, list_files(paths)))


def _size_of(path: str) -> int:
    """Bytes on disk of a file, or of all volumes of an archive."""
    if path.lower().endswith(FIRST_VOLUME):
        return sum(map(os.path.getsize, list_volumes(path)))
    return os.path.getsize(path)


def _why_foreign(name: str) -> str:
    """Why a file of this name cannot be read, and what to do; "" when it can."""
    if is_archive(name):
        return ""
    volume = _FURTHER_VOLUME.fullmatch(name)
    if volume:
        return phrase(
            "a volume of a 7z archive; the first, {first}, is read with all",
            first=f"{volume[1]}001",
        )
    kind = _FOREIGN.get(os.path.splitext(name)[1].lower())
    if kind is None:
        return ""
    return phrase("{kind}, which is not read; unpack it, or make a .zip", kind=kind)


def _walk(folder: str, on_other: OnOther) -> Iterator[str]:
    """The files below ``folder`` that are read, in order; links to folders are not
    followed, so that a link to a parent makes no circle. A folder that may not be
    looked into is given itself, so that whoever opens it hears why."""
    refused: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=refused.append):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(parent, name)
            if not os.path.isfile(path):
                continue
            volume = _FURTHER_VOLUME.fullmatch(path)
            if volume and os.path.isfile(f"{volume[1]}001"):
                continue  # read with the first
            if is_record(name) or is_archive(name) or _why_foreign(name):
                yield path
            else:
                on_other(path)
    yield from (str(error.filename) for error in refused)


def is_archive(name: str) -> bool:
    """Whether a file of this name is an archive that is looked into."""
    return name.lower().endswith(_ZIP_SUFFIXES + _TAR_SUFFIXES + _SEVEN_ZIP_SUFFIXES)


def is_record(name: str) -> bool:
    """Whether a file of this name holds records, perhaps compressed."""
    return unpacked_name(name).lower().endswith(RECORD_SUFFIXES)


def is_packed(name: str) -> bool:
    """Whether a file of this name is compressed, and no archive."""
    return name.lower().endswith(PACKED_SUFFIXES) and not is_archive(name)


def _iter_file(path: str, reports: _Reports) -> Iterator[Source]:
    """The sources in one file on disk."""
    try:
        size = _size_of(path)
        if foreign := _why_foreign(path):
            yield Source(path, problem=foreign)
        elif is_archive(path):
            is_volume = path.lower().endswith(FIRST_VOLUME)
            with open_volumes(path) if is_volume else open(path, "rb") as file:
                yield from _iter_archive(
                    path, file, size, nested=False, reports=reports
                )
            return
        elif is_packed(path):
            yield from _iter_packed(path, size)
        elif size > MAX_SGF_BYTES:
            with open(path, "rb") as file:
                for source in _iter_parts(path, file.read):
                    yield source
                    reports.on_bytes(len(source.data))
                    size -= len(source.data)
        else:
            yield Source(path, Path(path).read_bytes())
        reports.on_bytes(size)
    except OSError as error:
        reason = system_says(error)
        yield Source(path, problem=_unreadable(reason))


def _iter_packed(path: str, size: int) -> Iterator[Source]:
    """The sources in a compressed file, of ``size`` bytes on disk."""
    with open(path, "rb") as file:
        head = b""
        with suppress(*_DAMAGE), open_packed(path, file) as stream:
            head = stream.read(MAX_SGF_BYTES + 1)
        file.seek(0)
        if len(head) <= MAX_SGF_BYTES:
            yield _make_source(path, file.read())
            return
        del head
        most = max(_GROWTH_FREE_BYTES, MAX_GROWTH * size)
        count = 0
        for source in _iter_stream(path, partial(open_packed, path, file), most):
            yield source
            count += len(source.data)
        if count >= most:
            yield Source(path, problem=_BOMB)


def _make_source(name: str, data: bytes) -> Source:
    """The source of what a file holds, which is unpacked where it is compressed."""
    if not is_packed(name):
        return Source(name, data)
    try:
        return Source(name, unpack(name, data, limit=MAX_SGF_BYTES))
    except SgfError as error:
        return Source(name, problem=saying(error))


def _iter_parts(name: str, read: Callable[[int], bytes]) -> Iterator[Source]:
    """The sources in a file that is too large to be held."""
    for part in iter_parts(read, limit=MAX_SGF_BYTES):
        yield Source(name, part.data, part.problem, part.first)


def _unreadable(reason: object) -> str:
    return phrase("cannot be read: {reason}; check the file", reason=reason)


def _too_large(size: int, limit: int) -> str:
    return phrase(
        "{size:,} bytes, and in an archive {limit:,} are read; unpack it",
        size=size,
        limit=limit,
    )


def _iter_archive(
    name: str, file: IO[bytes], size: int, *, nested: bool, reports: _Reports
) -> Iterator[Source]:
    """The sources in the archive ``file``, whose ``size`` is in bytes."""
    is_zip = name.lower().endswith(_ZIP_SUFFIXES)
    unpacked = 0
    told = 0
    try:
        for member in _iter_members(name, file):
            unpacked += member.size
            if unpacked > max(_GROWTH_FREE_BYTES, MAX_GROWTH * size):
                yield Source(name, problem=_BOMB)
                break
            yield from _iter_member(
                f"{name}!{member.path}", member, reports.on_other, nested=nested
            )
            position = told + member.packed if is_zip else max(told, file.tell())
            reports.on_bytes(position - told)
            told = position
    except SgfError as error:
        yield Source(name, problem=saying(error))
    except _DAMAGE as error:
        text = phrase("the archive is damaged: {reason}", reason=_describe(error))
        yield Source(name, problem=text)
    reports.on_bytes(size - told)


def _describe(error: Exception) -> str:
    reason = " ".join(str(error).split()) or type(error).__name__
    return f"{reason}; get the file again"


@dataclass(frozen=True, slots=True)
class _Member:
    """A file in an archive.

    ``size``: as the archive says, which may be a lie; ``packed``: in a zip only.
    ``read``: the data, at most so many bytes. ``open``: the same as a stream, where
    there is one.
    """

    path: str
    size: int
    packed: int
    read: Callable[[int], bytes]
    open: Callable[[], IO[bytes] | None] | None = None


def _iter_members(name: str, file: IO[bytes]) -> Iterator[_Member]:
    lower = name.lower()
    if lower.endswith(_ZIP_SUFFIXES):
        return _iter_zip(file)
    if lower.endswith(_SEVEN_ZIP_SUFFIXES):
        return (
            _Member(path, size, 0, read, partial(_open_reading, read))
            for path, size, read in iter_seven_zip(file)
        )
    if lower.endswith(_ZSTD_SUFFIXES):
        return _iter_tar(open_packed(".zst", file), "r|")
    return _iter_tar(file, "r|*")


def _open_reading(read: Callable[[int], bytes]) -> IO[bytes]:
    return BufferedReader(Reading(read))


def _iter_zip(file: IO[bytes]) -> Iterator[_Member]:
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                read = partial(_read_zip_member, archive, info)
                stream = partial(archive.open, info)
                yield _Member(
                    info.filename, info.file_size, info.compress_size, read, stream
                )


def _read_zip_member(archive: ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    with archive.open(info) as stream:
        return stream.read(limit)


def _iter_tar(file: IO[bytes], mode: Literal["r|", "r|*"]) -> Iterator[_Member]:
    with tarfile.open(fileobj=file, mode=mode, bufsize=_TAR_BYTES) as archive:
        while info := archive.next():
            if info.isfile():
                read = partial(_read_tar_member, archive, info)
                stream = partial(archive.extractfile, info)
                yield _Member(info.name, info.size, 0, read, stream)
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
    packed = is_archive(member.path)
    large = None if packed or is_packed(member.path) else member.open
    foreign = _why_foreign(member.path)
    if member.path.lower().endswith(FIRST_VOLUME):
        foreign = phrase("a 7z archive in volumes; unpack it")
    if foreign:
        yield Source(name, problem=foreign)
        return
    if not packed and not is_record(member.path):
        on_other(name)
        return
    limit = MAX_NESTED_BYTES if packed else MAX_SGF_BYTES
    if _LEADS_OUT.search(member.path):
        yield Source(name, problem=_OUTSIDE)
    elif packed and nested:
        yield Source(name, problem=_TOO_DEEP)
    elif member.size > limit and large is not None:
        yield from _iter_stream(name, large, member.size)
    elif member.size > limit:
        yield Source(name, problem=_too_large(member.size, limit))
    else:
        try:
            data = member.read(member.size + 1)
        except _DAMAGE as error:
            # The next members of a zip may be whole; in a tar they fail as well.
            text = phrase("damaged in the archive: {reason}", reason=_describe(error))
            yield Source(name, problem=text)
            return
        if len(data) > member.size:
            yield Source(name, problem=_LARGER)
        elif packed:
            yield from _iter_archive(
                name,
                BytesIO(data),
                len(data),
                nested=True,
                reports=_Reports(lambda count: None, on_other),
            )
        else:
            yield _make_source(name, data)


def _iter_stream(
    name: str, open_stream: Callable[[], IO[bytes] | None], most: int
) -> Iterator[Source]:
    """The parts of what a stream gives, at most so many bytes of it."""
    left = most
    try:
        stream = open_stream()
        if stream is None:
            return

        def read(count: int) -> bytes:
            nonlocal left
            data = stream.read(min(count, left))
            left -= len(data)
            return data

        with stream:
            yield from _iter_parts(name, read)
    except _DAMAGE as error:
        text = phrase("it is damaged: {reason}", reason=_describe(error))
        yield Source(name, problem=text)
