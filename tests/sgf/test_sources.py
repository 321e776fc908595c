"""Files, folders and archives: what is read, in which order, and what is refused."""

import bz2
import gzip
import io
import lzma
import os
import random
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable

import py7zr
import pytest
from sgf_files import make_gib, make_ngf

from gopolicy.errors import SgfError
from gopolicy.sgf import sevenzip, sources
from gopolicy.sgf.parse import read_games
from gopolicy.sgf.sources import Source, count_bytes, iter_sources, list_files

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

A, B, C = b"(;B[aa])", b"(;B[bb])", b"(;B[cc])"


def make_zip(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def make_tar(files, mode="w"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def make_7z(files, method=py7zr.FILTER_LZMA2, **options):
    buffer = io.BytesIO()
    filters = [{"id": method, **options}]
    with py7zr.SevenZipFile(buffer, "w", filters=filters) as archive:
        for name, data in files.items():
            archive.writestr(data, "x")
            # It writes no path that leads out.
            archive.header.files_info.files[-1]["filename"] = name
    return buffer.getvalue()


def read(*paths):
    """(name without the folder, data or problem) of each source."""
    return [
        (source.name.rpartition("/test/")[2], source.data or source.problem)
        for source in iter_sources(paths)
    ]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "test"
    folder.mkdir()
    return folder


def test_a_folder_is_read_in_order_of_names_whatever_the_case(folder):
    (folder / "sub" / "deep").mkdir(parents=True)
    for name, data in {"b.SGF": B, "a.sgf": A, "sub/deep/c.Sgf": C, "x.txt": A}.items():
        (folder / name).write_bytes(data)
    assert read(folder) == [("a.sgf", A), ("b.SGF", B), ("sub/deep/c.Sgf", C)]


def test_a_named_file_is_read_whatever_its_suffix(folder):
    (folder / "game.txt").write_bytes(A)
    assert read(folder / "game.txt") == [("game.txt", A)]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("g.zip", make_zip),
        ("g.tar", make_tar),
        ("g.tar.gz", lambda files: make_tar(files, "w:gz")),
        ("g.TGZ", lambda files: make_tar(files, "w:gz")),
        ("g.tar.xz", lambda files: make_tar(files, "w:xz")),
        ("g.tar.bz2", lambda files: make_tar(files, "w:bz2")),
        ("g.tar.zst", lambda files: zstd.compress(make_tar(files))),
        ("g.tzst", lambda files: zstd.compress(make_tar(files))),
        ("g.7z", make_7z),
    ],
)
def test_archives_are_read_in_their_own_order(folder, name, make):
    data = make({"b/x.sgf": B, "readme.txt": A, "a.SGF": A})
    (folder / name).write_bytes(data)
    assert read(folder / name) == [(f"{name}!b/x.sgf", B), (f"{name}!a.SGF", A)]
    assert read(folder) == read(folder / name)


def test_archives_in_archives_are_read_one_level_deep(folder):
    inner = make_zip({"x.sgf": A, "deeper.tar": make_tar({"y.sgf": B})})
    outer = make_tar({"in.zip": inner, "z.sgf": C}, "w:gz")
    (folder / "out.tgz").write_bytes(outer)
    (x, deeper, z) = read(folder)
    assert x == ("out.tgz!in.zip!x.sgf", A)
    assert deeper[0] == "out.tgz!in.zip!deeper.tar"
    assert "archive in an archive" in deeper[1]
    assert z == ("out.tgz!z.sgf", C)


@pytest.mark.parametrize(
    "path", ["../x.sgf", "a/../../x.sgf", "/etc/x.sgf", "C:\\x.sgf", "a\\..\\x.sgf"]
)
@pytest.mark.parametrize(
    ("name", "make"), [("g.zip", make_zip), ("g.tar", make_tar), ("g.7z", make_7z)]
)
def test_paths_that_lead_out_of_an_archive_are_refused(folder, path, name, make):
    (folder / name).write_bytes(make({path: A, "good..name.sgf": B}))
    (bad, good) = read(folder)
    assert bad[1] == "the path leads out of the archive; unpack it where you trust it"
    assert good[1] == B


def test_links_in_a_tar_are_passed_over(folder):
    with tarfile.open(folder / "g.tar", "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE):
            link = tarfile.TarInfo("x.sgf")
            link.type, link.linkname = kind, "/etc/passwd"
            archive.addfile(link)
    assert read(folder) == []


def test_a_folder_that_may_not_be_looked_into_is_told(folder, monkeypatch):
    closed = folder / "closed"
    closed.mkdir()
    scan = os.scandir

    def refuse(path):
        if os.fspath(path) == str(closed):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    before = {source.name for source in iter_sources([folder])}
    monkeypatch.setattr(os, "scandir", refuse)
    sources = list(iter_sources([folder]))
    assert {s.name for s in sources} - before == {str(closed)}
    assert "cannot be read" in sources[-1].problem


def test_folders_that_link_to_a_parent_make_no_circle(folder):
    (folder / "a.sgf").write_bytes(A)
    (folder / "loop").symlink_to(folder)
    (folder / "gone.sgf").symlink_to(folder / "nowhere")
    assert read(folder) == [("a.sgf", A)]


@pytest.mark.parametrize(
    ("name", "make"), [("g.zip", make_zip), ("g.tar", make_tar), ("g.7z", make_7z)]
)
def test_large_files_are_read_in_parts(folder, name, make, monkeypatch):
    monkeypatch.setattr(sources, "MAX_SGF_BYTES", 100)
    (folder / name).write_bytes(make({"big.sgf": A * 20, "a.sgf": A}))
    (folder / "z.sgf").write_bytes(B * 20)
    found: dict[str, bytes] = {}
    for source, data in read(folder):
        found[source] = found.get(source, b"") + data
    big, small = f"{name}!big.sgf", f"{name}!a.sgf"
    assert found == {big: A * 20, small: A, "z.sgf": B * 20}


def test_a_large_compressed_file_is_read_in_parts_but_no_bomb(folder, monkeypatch):
    monkeypatch.setattr(sources, "MAX_SGF_BYTES", 1000)
    data = A * 20_000
    (folder / "z.sgf.gz").write_bytes(gzip.compress(data))
    assert b"".join(part for _, part in read(folder)) == data
    monkeypatch.setattr(sources, "_GROWTH_FREE_BYTES", 5000)
    monkeypatch.setattr(sources, "MAX_GROWTH", 10)
    *parts, bomb = read(folder)
    assert sum(len(part) for _, part in parts) < 10_000
    assert "a bomb?" in bomb[1]


@pytest.mark.parametrize(
    ("name", "make"), [("g.zip", make_zip), ("g.tar", make_tar), ("g.7z", make_7z)]
)
def test_games_that_are_too_large_are_refused(folder, name, make, monkeypatch):
    monkeypatch.setattr(sources, "MAX_SGF_BYTES", 100)
    (folder / name).write_bytes(make({"big.sgf": b"(" * 101, "a.sgf": A}))
    (folder / "z.sgf").write_bytes(b"(" * 101)
    (big, small, loose) = read(folder)
    assert "more than 100 bytes; split it" in big[1]
    assert small[1] == A
    assert "more than 100 bytes; split it" in loose[1]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("g.zip", make_zip),
        ("g.tar.gz", lambda files: make_tar(files, "w:gz")),
        ("g.tar.xz", lambda files: make_tar(files, "w:xz")),
        ("g.tar.zst", lambda files: zstd.compress(make_tar(files))),
        ("g.7z", make_7z),
    ],
)
def test_an_archive_that_grows_beyond_measure_is_left(folder, name, make, monkeypatch):
    monkeypatch.setattr(sources, "_GROWTH_FREE_BYTES", 1 << 20)
    files = {"a.sgf": A, "bomb.bin": bytes(16 << 20), "b.sgf": B}
    (folder / name).write_bytes(make(files))
    (first, bomb) = read(folder)
    assert first[1] == A
    assert "a bomb?" in bomb[1]


@pytest.mark.parametrize(
    "name", ["g.zip", "g.tar.gz", "g.tar.xz", "g.tar", "g.tar.zst", "g.7z", "g.7z.001"]
)
@pytest.mark.parametrize("data", [b"", b"no archive", bytes(2000)])
def test_what_is_no_archive_is_told_in_one_line(folder, name, data):
    (folder / name).write_bytes(data)
    found = read(folder / name)
    assert all("damaged" in problem and "\n" not in problem for _, problem in found)
    is_empty_tar = data == bytes(2000) and name.startswith("g.tar")
    assert found or is_empty_tar


@pytest.mark.parametrize("share", [5, 50, 90])
@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_a_cut_archive_gives_the_files_before_the_cut(folder, mode, share):
    files = {f"{i}.sgf": A + random.Random(i).randbytes(3000) for i in range(50)}
    data = make_tar(files, mode)
    (folder / "g.tar.gz").write_bytes(data[: len(data) * share // 100])
    found = [data_or_problem for _, data_or_problem in read(folder)]
    whole = [data for data in found if isinstance(data, bytes)]
    assert whole == list(files.values())[: len(whole)]
    assert len(whole) < 50
    assert len(found) > len(whole)
    assert all("damaged" in problem for problem in found[len(whole) :])


def test_a_damaged_file_in_a_zip_leaves_the_others(folder):
    data = bytearray(make_zip({"a.sgf": A * 50, "b.sgf": B}))
    data[40] ^= 0xFF
    (folder / "g.zip").write_bytes(data)
    (bad, good) = read(folder)
    assert "damaged in the archive" in bad[1]
    assert good == ("g.zip!b.sgf", B)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("G.RAR", "RAR"), ("g.lzh", "LHA"), ("g.ugz", "LHA"), ("g.zip.001", "parts")),
        *(("g.arj", "ARJ"), ("g.cab", "CAB")),
    ],
)
def test_archives_of_other_kinds_are_named(folder, name, kind):
    (folder / name).write_bytes(b"x")
    with pytest.raises(SgfError, match=f"{kind}.*, which is not read; unpack it"):
        list(iter_sources([folder / name]))
    ((_, problem),) = read(folder)
    assert kind in problem and "unpack it" in problem


def test_a_path_that_is_not_there_is_an_error(folder):
    with pytest.raises(SgfError, match=r"no file or folder '.*nothing'"):
        list(iter_sources([folder / "nothing"]))


def test_all_bytes_are_reported(folder):
    (folder / "a.sgf").write_bytes(A)
    (folder / "g.zip").write_bytes(make_zip({f"{i}.sgf": B for i in range(9)}))
    (folder / "h.tar.gz").write_bytes(make_tar({"c.sgf": C, "d.txt": A}, "w:gz"))
    (folder / "i.tar").write_bytes(b"broken")
    told: list[int] = []
    assert len(list(iter_sources([folder], told.append))) == 12
    assert sum(told) == count_bytes([folder])
    assert len(list_files([folder])) == 4


def test_bytes_are_reported_as_they_are_read(folder):
    files = {f"{i}.sgf": random.Random(i).randbytes(5000) for i in range(3)}
    (folder / "a.zip").write_bytes(make_zip(files))
    (folder / "b.tar").write_bytes(make_tar(files))
    told: list[int] = []
    list(iter_sources([folder / "a.zip"], told.append))
    with zipfile.ZipFile(folder / "a.zip") as archive:
        assert told[:3] == [info.compress_size for info in archive.infolist()]
    assert told[3:] == [(folder / "a.zip").stat().st_size - sum(told[:3])]
    told = []
    list(iter_sources([folder / "b.tar"], told.append))
    assert len(told) == 4 and min(told[:3]) >= 4096, "a block of the tar at a time"


def test_the_bytes_of_a_bomb_are_reported_too(folder, monkeypatch):
    monkeypatch.setattr(sources, "_GROWTH_FREE_BYTES", 1 << 20)
    (folder / "g.zip").write_bytes(make_zip({"a.sgf": A, "b": bytes(8 << 20)}))
    told: list[int] = []
    assert len(list(iter_sources([folder], told.append))) == 2
    assert sum(told) == count_bytes([folder])


def test_what_is_passed_over_is_told_by_name(folder):
    inner = make_zip({"x.sgf": A, "deep.txt": B})
    (folder / "g.tar").write_bytes(make_tar({"in.zip": inner, "read.me": B}))
    (folder / "n.txt").write_bytes(B)
    (folder / "gone.txt").symlink_to(folder / "nowhere")
    (folder / "z.sgf").write_bytes(A)
    told: list[str] = []
    assert len(list(iter_sources([folder], on_other=told.append))) == 2
    assert told == [
        f"{folder / name}"
        for name in ("n.txt", "g.tar!in.zip!deep.txt", "g.tar!read.me")
    ]
    told.clear()
    assert len(list_files([folder], told.append)) == 2
    assert told == [str(folder / "n.txt")]


def test_a_link_to_nothing_hides_no_file_behind_it(folder):
    (folder / "a.sgf").symlink_to(folder / "nowhere")
    (folder / "b.sgf").write_bytes(B)
    assert read(folder) == [("b.sgf", B)]


def test_a_file_that_is_gone_when_its_turn_comes_is_told(folder):
    for name in ("a.sgf", "b.sgf"):
        (folder / name).write_bytes(A)
    found = iter_sources([folder])
    next(found)
    (folder / "b.sgf").unlink()
    problem = "cannot be read: No such file or directory; check the file"
    assert list(found) == [Source(str(folder / "b.sgf"), problem=problem)]


def test_an_archive_in_an_archive_may_be_larger_than_a_game(folder, monkeypatch):
    monkeypatch.setattr(sources, "MAX_SGF_BYTES", 20)
    inner = make_zip({"x.sgf": A})
    assert len(inner) > 20
    (folder / "g.zip").write_bytes(make_zip({"in.zip": inner}))
    assert read(folder) == [("g.zip!in.zip!x.sgf", A)]


def test_a_file_as_large_as_is_allowed_is_read(folder, monkeypatch):
    monkeypatch.setattr(sources, "MAX_SGF_BYTES", len(A))
    (folder / "a.sgf").write_bytes(A)
    (folder / "g.zip").write_bytes(make_zip({"x.sgf": A}))
    assert [data for _, data in read(folder)] == [A, A]


def test_a_foreign_archive_in_an_archive_is_named(folder):
    files = {"x.rar": A, "x.7z.001": A, "x.7z.002": A, "y.sgf": B}
    (folder / "g.zip").write_bytes(make_zip(files))
    (*foreign, y) = read(folder)
    assert [name for name, _ in foreign] == [
        f"g.zip!{name}" for name in list(files)[:3]
    ]
    assert "RAR" in foreign[0][1] and "unpack it" in foreign[0][1]
    assert foreign[1][1] == "a 7z archive in volumes; unpack it"
    assert "a volume of a 7z archive" in foreign[2][1]
    assert y == ("g.zip!y.sgf", B)


def test_an_archive_grows_by_the_sum_of_its_files(folder, monkeypatch):
    monkeypatch.setattr(sources, "_GROWTH_FREE_BYTES", 1 << 20)
    half = A + bytes(600_000)
    (folder / "g.zip").write_bytes(make_zip({"a.sgf": half, "b.sgf": half}))
    (first, bomb) = read(folder)
    assert first[1] == half and "a bomb?" in bomb[1]
    monkeypatch.setattr(sources, "MAX_GROWTH", 2000)
    assert len(read(folder)) == 2 and read(folder)[1][1] == half


def test_what_is_wrong_with_an_archive_is_told(folder):
    (folder / "a.zip").write_bytes(b"x")
    data = make_tar({"a.sgf": A})
    (folder / "b.tar").write_bytes(data[:1024])
    damaged, remedy = "the archive is damaged", "get the file again"
    assert read(folder) == [
        ("a.zip", f"{damaged}: File is not a zip file; {remedy}"),
        ("b.tar!a.sgf", A),
        (
            "b.tar",
            f"{damaged}: it ends early; perhaps it was cut off; {remedy}",
        ),
    ]


def test_a_source_has_data_or_a_problem(folder):
    (folder / "a.sgf").write_bytes(A)
    (source,) = iter_sources([folder])
    assert source == Source(str(folder / "a.sgf"), A, "")


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": zstd.compress,
}


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_compressed_record_is_read(folder, suffix):
    pack = PACKERS[suffix]
    (folder / f"a.SGF{suffix.upper()}").write_bytes(pack(A))
    (folder / f"b.txt{suffix}").write_bytes(pack(B))
    (folder / "g.zip").write_bytes(make_zip({f"c.gib{suffix}": pack(C)}))
    told: list[str] = []
    found = [(s.name.rpartition("/test/")[2], s.data) for s in iter_sources([folder])]
    assert found == [(f"a.SGF{suffix.upper()}", A), (f"g.zip!c.gib{suffix}", C)]
    assert len(list_files([folder], told.append)) == 2
    assert told == [str(folder / f"b.txt{suffix}")]
    assert read(folder / f"b.txt{suffix}") == [(f"b.txt{suffix}", B)]


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_compressed_file_has_a_limit_and_may_be_damaged(folder, suffix, monkeypatch):
    monkeypatch.setattr(sources, "MAX_SGF_BYTES", 1 << 20)
    bomb = PACKERS[suffix](bytes((1 << 20) + 1))
    whole = PACKERS[suffix](A * 100)
    files = {
        "a": bomb,
        "b": PACKERS[suffix](bytes(1 << 20)),
        "c": whole[:-9],
        "d": b"x",
    }
    for name, data in files.items():
        (folder / f"{name}.sgf{suffix}").write_bytes(data)
    (large, small, cut, none) = [problem for _, problem in read(folder)]
    assert large == "a game of more than 1,048,576 bytes; split it"
    assert small == bytes(1 << 20)
    assert all(p.startswith("the file is damaged: ") for p in (cut, none))


def test_records_of_all_formats_are_found_by_their_suffix(folder):
    names = ["a.GIB", "b.ngf", "c.sgfs", "d.ugf", "e.UGI"]
    for name in names:
        (folder / name).write_bytes(A)
    (folder / "g.7z").write_bytes(make_7z(dict.fromkeys(names, B)))
    assert [name for name, _ in read(folder)] == [*names, *(f"g.7z!{n}" for n in names)]


def test_games_of_all_formats_come_from_one_folder(folder):
    (folder / "a.gib").write_bytes(make_gib())
    (folder / "b.ngf.gz").write_bytes(gzip.compress(make_ngf()))
    (folder / "c.sgfs").write_bytes(b"".join(b"(;B[aa];W[%cb])\n" % c for c in b"abc"))
    (folder / "d.7z").write_bytes(make_7z({"x/y.gib": make_gib()}))
    sources = iter_sources([folder])
    games = [game for source in sources for game in read_games(source.data, "x")]
    assert [len(game.line) for game in games] == [4, 4, 2, 2, 2, 4]


METHODS = {
    "LZMA2": py7zr.FILTER_LZMA2,
    "LZMA": py7zr.FILTER_LZMA,
    "PPMd": py7zr.FILTER_PPMD,
    "BZip2": py7zr.FILTER_BZIP2,
    "Deflate": py7zr.FILTER_DEFLATE,
    "Zstandard": py7zr.FILTER_ZSTD,
    "Copy": py7zr.FILTER_COPY,
}


@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_a_7z_is_read(folder, method):
    options = {"order": 6, "mem": 24} if method == "PPMd" else {}
    options |= {"level": 3} if method in ("PPMd", "Zstandard") else {}
    files = {f"{i}.sgf": A + random.Random(i).randbytes(i * 99) for i in range(30)}
    files["empty.sgf"] = b""
    files["text.sgf"] = A * 150_000
    (folder / "g.7z").write_bytes(make_7z(files, METHODS[method], **options))
    found = {s.name.rpartition("!")[2]: s.data for s in iter_sources([folder])}
    assert found == files


PPMD_OF_7Z = {"method": py7zr.FILTER_PPMD, "order": 6, "mem": 24}
PPMD = {"id": py7zr.FILTER_PPMD, "order": 6, "mem": 24}


def test_blocks_of_ppmd_are_read_one_after_another(folder, tmp_path):
    """As an archive has them that was added to; also when not all of it is wanted."""
    files = {f"{i}.sgf": A + random.Random(i).randbytes(90_000) for i in range(4)}
    for name, data in files.items():
        mode = "a" if (folder / "g.7z").exists() else "w"
        with py7zr.SevenZipFile(folder / "g.7z", mode, filters=[PPMD]) as archive:
            archive.writestr(data, name)
    found = {s.name.rpartition("!")[2]: s.data for s in iter_sources([folder])}
    assert found == files
    some = iter_sources([folder])
    assert next(some).data == files["0.sgf"]
    some.close()  # type: ignore[attr-defined] # what iter_sources gives is a generator


def test_an_unpacker_that_dies_is_a_damaged_archive(folder, monkeypatch):
    """As pyppmd's process does at some damage, here before it has begun."""
    (folder / "g.7z").write_bytes(make_7z({"a.sgf": A, "b.sgf": A}, **PPMD_OF_7Z))
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    problems = [source.problem for source in iter_sources([folder])]
    assert problems and all("it ends early" in problem for problem in problems)


def test_a_7z_in_volumes_is_read_as_one(folder):
    files = {f"{i}.sgf": A + random.Random(i).randbytes(500) for i in range(20)}
    data = make_7z(files)
    for number in range(4):
        part = data[number * 3000 : (number + 1) * 3000]
        (folder / f"g.7z.{number + 1:03}").write_bytes(part)
    assert len(data) < 12_000
    names = [f"g.7z.001!{name}" for name in files]
    assert read(folder) == list(zip(names, files.values(), strict=True))
    told: list[int] = []
    list(iter_sources([folder / "g.7z.001"], told.append))
    assert sum(told) == count_bytes([folder]) == len(data)
    with pytest.raises(SgfError, match="a volume of a 7z archive; the first, "):
        list_files([folder / "g.7z.002"])


def test_a_missing_volume_is_told(folder):
    data = make_7z({"a.sgf": A + random.Random(0).randbytes(5000)})
    (folder / "g.7z.001").write_bytes(data[:2000])
    ((name, problem),) = read(folder)
    assert name == "g.7z.001" and problem.startswith("the archive is damaged: ")
    (folder / "g.7z.001").rename(folder / "g.7z.002")
    ((name, problem),) = read(folder)
    assert name == "g.7z.002" and "a volume of a 7z archive" in problem


def test_a_damaged_7z_gives_the_files_before_the_damage(folder):
    files = {f"{i}.sgf": A + random.Random(i).randbytes(50_000) for i in range(9)}
    data = bytearray(make_7z(files, py7zr.FILTER_COPY))
    data[200_000] ^= 1
    (folder / "g.7z").write_bytes(data)
    found = read(folder)
    assert [d for _, d in found[:3]] == list(files.values())[:3]
    assert "a wrong checksum" in found[3][1]
    assert [d for _, d in found[4:]] == list(files.values())[4:]
    (folder / "g.7z").write_bytes(make_7z(files)[:-30])
    ((_, problem),) = read(folder)
    assert problem.startswith("the archive is damaged: ")


def test_a_7z_that_needs_a_password_says_so(folder):
    with py7zr.SevenZipFile(folder / "g.7z", "w", password="x") as archive:
        archive.writestr(A, "a.sgf")
    assert read(folder) == [("g.7z", "the archive is encrypted; unpack it")]


def test_a_7z_that_takes_too_much_memory_is_left(folder, monkeypatch):
    monkeypatch.setattr(sevenzip, "_MAX_DICTIONARY", 1 << 20)
    for name, method in (("a", py7zr.FILTER_LZMA2), ("b", py7zr.FILTER_LZMA)):
        data = make_7z({"a.sgf": A}, method, dict_size=2 << 20)
        (folder / f"{name}.7z").write_bytes(data)
    problem = "the archive takes 2 MB of memory to unpack; unpack it"
    assert [found[1] for found in read(folder)] == [problem, problem]


def test_links_and_folders_in_a_7z_are_passed_over(folder):
    (folder / "real").mkdir()
    (folder / "real" / "link.sgf").symlink_to("/etc/passwd")
    (folder / "real" / "x.sgf").write_bytes(A)
    with py7zr.SevenZipFile(folder / "g.7z", "w") as archive:
        archive.writeall(folder / "real", "real")
    assert read(folder / "g.7z") == [("g.7z!real/x.sgf", A)]


def test_a_7z_of_several_blocks_is_read_one_after_another(folder):
    files = {f"{i}.sgf": A + random.Random(i).randbytes(500) for i in range(9)}
    for number, (name, data) in enumerate(files.items()):
        mode = "a" if number else "w"
        with py7zr.SevenZipFile(folder / "g.7z", mode) as archive:
            archive.writestr(data, name)
    assert read(folder) == [(f"g.7z!{name}", data) for name, data in files.items()]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on memory")
def test_a_7z_for_which_there_is_no_memory_is_left_and_the_process_goes_on(folder):
    options = {"order": 6, "mem": 27}  # 128 MB
    (folder / "g.7z").write_bytes(make_7z({"a.sgf": A}, py7zr.FILTER_PPMD, **options))
    code = (
        "import resource, sys, py7zr\n"
        "from gopolicy.sgf.sources import iter_sources\n"
        "list(iter_sources([sys.argv[1]]))\n"
        "pages = int(open('/proc/self/statm').read().split()[0])\n"
        "limit = pages * resource.getpagesize() + (100 << 20)\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "print([source.problem for source in iter_sources([sys.argv[1]])])\n"
    )
    words = [sys.executable, "-c", code, str(folder / "g.7z")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert "more memory than there is" in done.stdout, done.stderr


def test_a_file_without_a_name_in_a_zip_is_damage(folder):
    data = make_zip({"a.sgf": A, "no name": B}).replace(b"no name", b"\0o name")
    (folder / "g.zip").write_bytes(data)
    ((_, problem),) = [found for found in read(folder) if isinstance(found[1], str)]
    assert "damaged" in problem
