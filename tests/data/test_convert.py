"""Conversion: the file that comes out, whatever is in the way."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import h5py
import numpy as np
import pytest
from small_datasets import random_game

from gopolicy.data import convert, h5file
from gopolicy.data.convert import build_dataset
from gopolicy.data.dataset import Dataset
from gopolicy.data.h5file import GameBlock
from gopolicy.data.selection import RecordFilter
from gopolicy.errors import DatasetError, SgfError
from gopolicy.sgf import sources
from gopolicy.sgf.parse import format_sgf
from gopolicy.sgf.record import GameRecord, make_tree, parse_records
from gopolicy.sgf.sources import Source

ROOT = Path(__file__).parents[2]
N_GAMES = 40


def sgf_of(codes, **info):
    return format_sgf([make_tree(GameRecord(codes=codes, **info))])


@pytest.fixture(scope="module")
def games():
    rng = np.random.default_rng(4)
    return [random_game(rng) for _ in range(N_GAMES)]


@pytest.fixture
def collection(tmp_path, games):
    """A folder: good games loose, in a zip and in a tar; bad ones among them."""
    folder = tmp_path / "games"
    (folder / "bad").mkdir(parents=True)
    for i in range(10):
        data = sgf_of(games[i], black_rank="9d", result="B+R", date="2016-03-09")
        (folder / f"{i:02}.sgf").write_bytes(data)
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for i in range(10, 25):
            archive.writestr(f"x/{i}.sgf", sgf_of(games[i], komi=6.5))
        archive.writestr("x/again.sgf", sgf_of(games[3]))
    with tarfile.open(folder / "b.tar.xz", "w:xz") as archive:
        for i in range(25, N_GAMES):
            info = tarfile.TarInfo(f"y/{i}.sgf")
            data = sgf_of(games[i])
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    for name, data in {
        "broken.sgf": b"no game",
        "small.sgf": b"(;SZ[9];B[aa])",
        "short.sgf": b"(;B[aa];W[bb])",
        "cut.sgf": sgf_of(games[0][:50]).rstrip().rstrip(b")") + b";B[aa];W[aa])",
    }.items():
        (folder / "bad" / name).write_bytes(data)
    (folder / "bad" / "gone.zip").write_bytes(b"PK")
    return folder


def build(*sources, out, **options):
    return build_dataset(sources, out, **{"workers": 1, **options})


def test_a_folder_of_everything_becomes_a_dataset(collection, games, tmp_path):
    out = tmp_path / "out.h5"
    report = build(collection, out=out)
    data = Dataset.open(out)
    assert report.games == data.n_games == N_GAMES + 1  # and what was left of cut.sgf
    assert report.positions == data.n_positions
    assert report.files == N_GAMES + 6
    assert report.skipped == {
        h5file.DUPLICATE: 1,
        "no game in the file": 1,
        "board is not 19x19": 1,
        "too short": 1,
        "cannot be read": 1,
    }
    assert sum(report.cut.values()) == 1
    found = [data.game(i).tolist() for i in range(data.n_games)]
    assert sorted(found[:10]) == sorted(game.tolist() for game in games[:10])
    for game in games:
        assert game.tolist() in found


def test_the_columns_of_a_dataset(tmp_path, games):
    path = tmp_path / "a.sgf"
    path.write_bytes(
        sgf_of(
            games[0],
            black_rank="9d",
            white_rank="3k",
            komi=7.5,
            handicap=2,
            result="W+R",
            date="2016-03",
        ).replace(b"HA[2]", b"HA[2]AB[ss][rs]")
    )
    path2 = tmp_path / "b.sgf"
    path2.write_bytes(sgf_of(games[1]))
    build(path, path2, out=tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5") as file:
        assert file.attrs["format"] == h5file.FORMAT
        assert file.attrs["version"] == h5file.FORMAT_VERSION
        assert file.attrs["board_size"] == 19
        assert json.loads(file.attrs["report"])["skipped"] == {}
        columns = {name: file[name][:] for name in file}
    (record,) = parse_records(path.read_bytes(), "")
    assert columns["offsets"].tolist() == [
        *(0, len(record.codes), len(record.codes) + len(games[1]))
    ]
    assert columns["codes"].tolist() == [*record.codes.tolist(), *games[1].tolist()]
    assert columns["date"].tolist() == [20160300, 0]
    assert columns["black_rank"].tolist() == [9, 0]
    assert columns["white_rank"].tolist() == [-3, 0]
    assert columns["result"].tolist() == [-1, 0]
    assert columns["handicap"].tolist() == [2, 0]
    assert columns["komi"][0] == 7.5
    assert np.isnan(columns["komi"][1])
    n_targets = sum(1 for code in games[1].tolist() if code & 0x1FF != 361)
    assert columns["targets"][1] == n_targets
    text = columns["source_text"].tobytes().decode()
    ends = columns["source_offsets"].tolist()
    assert [text[a:b] for a, b in pairwise(ends)] == [*(str(path), str(path2))]


def test_the_file_is_the_same_for_any_number_of_workers_and_blocks(
    collection, tmp_path, monkeypatch
):
    outs = [tmp_path / f"{i}.h5" for i in range(3)]
    reports = [build(collection, out=outs[0], report=tmp_path / "0.csv")]
    monkeypatch.setattr(convert, "_CHUNK_FILES", 3)
    monkeypatch.setattr(convert, "_SAVE_GAMES", 5)
    monkeypatch.setattr(h5file, "_TEXT_CHUNK", 1 << 18)
    reports += [build(collection, out=outs[1], report=tmp_path / "1.csv")]
    reports += [build(collection, out=outs[2], report=tmp_path / "2.csv", workers=3)]
    assert len({out.read_bytes() for out in outs}) == 1
    assert len({(tmp_path / f"{i}.csv").read_bytes() for i in range(3)}) == 1
    assert reports[1] == replace(reports[0], path=outs[1])
    assert reports[2] == replace(reports[0], path=outs[2])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("0.csv", "0.h5", "1.csv", "1.h5", "2.csv", "2.h5", "games")
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux only")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_may_begin_as_copies_or_anew(collection, tmp_path, method):
    """In a process of its own: this one has threads, which must not be copied."""
    script = f"""
import sys, threading
from gopolicy.data import convert
if {method!r} == "spawn":
    threading.Thread(target=threading.Event().wait, daemon=True).start()
if __name__ == "__main__":
    assert convert._start_method() == {method!r}
    print(convert.build_dataset(sys.argv[1:2], sys.argv[2], workers=2).games)
"""
    (tmp_path / "build.py").write_text(script)
    done = subprocess.run(
        [sys.executable, tmp_path / "build.py", collection, tmp_path / "two.h5"],
        capture_output=True,
        text=True,
        check=True,
    )
    report = build(collection, out=tmp_path / "one.h5")
    assert int(done.stdout) == report.games
    assert (tmp_path / "two.h5").read_bytes() == report.path.read_bytes()


def test_the_report_names_every_game_that_is_not_as_it_was(collection, tmp_path):
    build(collection, out=tmp_path / "out.h5", report=tmp_path / "skipped.csv")
    with open(tmp_path / "skipped.csv", encoding="utf-8", newline="") as file:
        rows = {
            row["source"].removeprefix(f"{collection}/"): (row["what"], row["reason"])
            for row in csv.DictReader(file)
        }
    assert rows.pop("bad/cut.sgf")[0] == "cut"
    assert rows == {
        "bad/broken.sgf": ("skipped", "no game in the file"),
        "bad/small.sgf": ("skipped", "board is not 19x19"),
        "bad/short.sgf": ("skipped", "too short"),
        "bad/gone.zip": ("skipped", "cannot be read"),
        "a.zip!x/again.sgf": ("skipped", h5file.DUPLICATE),
    }


def test_what_is_not_read_is_counted_by_kind_and_told(games, tmp_path, monkeypatch):
    folder = tmp_path / "games"
    folder.mkdir()
    (folder / "a.sgf").write_bytes(sgf_of(games[0]))
    (folder / "large.sgf").write_bytes(b"(;SZ[19]" + b";B[aa]" * 2000 + b")")
    for name in ("a.doc", "b.DOC", "README", "c.7z"):
        (folder / name).write_bytes(b"x")
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("b.sgf", sgf_of(games[2]))
        archive.writestr("b.jpg", b"x")
        archive.writestr("inner.rar", b"x")
    monkeypatch.setattr(sources, "MAX_SGF_BYTES", 5000)
    report = tmp_path / "report.csv"
    done = build_dataset([folder], tmp_path / "x.h5", workers=1, report=report)
    assert done.games == 2
    assert done.skipped == {
        "cannot be read": 3,
        "not an SGF file: .doc": 2,
        "not an SGF file: .jpg": 1,
        "not an SGF file: no suffix": 1,
    }
    remedies = [line.rpartition("; ")[2] for line in done.unreadable]
    assert remedies == ["unpack it, or make a .zip", "get the file again", "split it"]
    rows = list(csv.reader(report.read_text().splitlines()))[1:]
    assert len(rows) == 7
    large = next(row for row in rows if "large" in row[0])
    assert "split it" in large[3]


def test_two_conversions_of_one_dataset_do_not_meet(collection, tmp_path):
    other = h5file.Checkpoint(tmp_path / "x.h5.partial")
    other.begin("another job")
    other.save(GameBlock(n_files=7))
    with pytest.raises(DatasetError, match="another conversion is at work"):
        build_dataset([collection], tmp_path / "x.h5", workers=1)
    assert other.n_files == 7, "its work is as it was"
    other.release()
    assert build_dataset([collection], tmp_path / "x.h5", workers=1).games


@pytest.mark.parametrize("name", ["notes.txt", "folder", ""])
def test_a_partial_that_is_not_ours_is_left_alone(collection, tmp_path, name):
    partial = tmp_path / "x.h5.partial"
    if name == "folder":
        (partial / name).mkdir(parents=True)
    else:
        partial.mkdir() if name else None
        (partial / name).write_text("mine")
    with pytest.raises(DatasetError, match="no conversion made it"):
        build_dataset([collection], tmp_path / "x.h5", workers=1)
    assert (partial / name).exists()


def test_filters_choose_the_games(collection, tmp_path):
    report = build(
        collection,
        out=tmp_path / "o.h5",
        filters=RecordFilter(since="2016", result="B"),
    )
    assert report.games == 10
    assert report.skipped["filtered: date"] == N_GAMES - 10 + 2


def test_progress_reaches_the_end(collection, tmp_path):
    told = []
    build(collection, out=tmp_path / "o.h5", progress=lambda *step: told.append(step))
    assert told == sorted(told)
    assert len(told) > 5
    assert told[-1][0] == told[-1][1] > 0


KILLED = """
import os, signal, sys
from gopolicy.data import convert
convert._CHUNK_FILES, convert._SAVE_GAMES = 2, 5
if __name__ == "__main__":
    source, out, workers, saves = sys.argv[1:]
    save, left = convert.Checkpoint.save, int(saves)
    def save_and_die(self, block):
        global left
        save(self, block)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    convert.Checkpoint.save = save_and_die
    convert.build_dataset([source], out, workers=int(workers))
"""


@pytest.mark.parametrize(("workers", "saves"), [(1, 1), (1, 4), (2, 3)])
def test_a_killed_conversion_goes_on_where_it_was(collection, tmp_path, workers, saves):
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    out = tmp_path / "out.h5"
    done = subprocess.run(
        [sys.executable, script, collection, out, str(workers), str(saves)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert not out.exists()
    report = build(collection, out=out)
    assert report.resumed_files >= 5 * saves
    whole = build(collection, out=tmp_path / "whole.h5")
    assert out.read_bytes() == (tmp_path / "whole.h5").read_bytes()
    assert replace(report, path=whole.path, resumed_files=0) == whole
    assert not (tmp_path / "out.h5.partial").exists()


def test_blocks_of_another_job_are_not_used(collection, tmp_path):
    out = tmp_path / "out.h5"
    checkpoint = h5file.Checkpoint(tmp_path / "out.h5.partial")
    checkpoint.begin("another job")
    checkpoint.save(GameBlock(n_files=7))
    checkpoint.release()
    assert build(collection, out=out).resumed_files == 0


@pytest.mark.parametrize(("changed", "resumed"), [(True, 0), (False, 7)])
def test_blocks_of_a_source_that_was_changed_since_are_not_used(
    collection, tmp_path, changed, resumed
):
    checkpoint = h5file.Checkpoint(tmp_path / "out.h5.partial")
    checkpoint.begin(convert._describe_job([collection], RecordFilter()))
    checkpoint.save(GameBlock(n_files=7))
    checkpoint.release()
    if changed:  # its size is the same
        os.utime(collection / "a.zip", ns=(0, 1))
    assert build(collection, out=tmp_path / "out.h5").resumed_files == resumed


def test_a_block_that_was_being_written_is_not_used(collection, tmp_path, games):
    job = convert._describe_job([collection], RecordFilter())
    checkpoint = h5file.Checkpoint(tmp_path / "out.h5.partial")
    checkpoint.begin(job)
    checkpoint.release()
    (checkpoint.folder / "000000.tmp").write_bytes(b"half")
    assert build(collection, out=tmp_path / "out.h5").games == N_GAMES + 1


@contextmanager
def file_size_limit(limit):
    """No file can grow beyond ``limit`` bytes: a write fails as on a full disk."""
    resource = pytest.importorskip("resource", reason="Windows knows no such limit")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("limit", [50, 2_000, 6_000])
def test_a_disk_that_is_full_from_the_start_leaves_nothing_behind(
    collection, tmp_path, limit
):
    out = tmp_path / "out"
    out.mkdir()
    with file_size_limit(limit), pytest.raises(DatasetError) as caught:
        build(collection, out=out / "o.h5", report=out / "r.csv")
    assert "make room or choose another place" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(out.iterdir()) == []


def test_a_full_disk_keeps_the_work_so_far(collection, tmp_path, monkeypatch):
    monkeypatch.setattr(convert, "_CHUNK_FILES", 2)
    monkeypatch.setattr(convert, "_SAVE_GAMES", 5)
    out = tmp_path / "out.h5"
    with file_size_limit(9_000), pytest.raises(DatasetError) as caught:
        build(collection, out=out)
    assert "make room; the same command goes on where this one was" in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("games", "out.h5.partial")
    ]
    assert build(collection, out=out).resumed_files == N_GAMES + 6
    build(collection, out=tmp_path / "whole.h5")
    assert out.read_bytes() == (tmp_path / "whole.h5").read_bytes()
    assert not (tmp_path / "out.h5.partial").exists()


@pytest.mark.parametrize("limit", [0, 1_000, 3_000, 6_000, 9_000])
def test_a_disk_full_at_the_end_leaves_no_half_dataset(games, tmp_path, limit):
    checkpoint = h5file.Checkpoint(tmp_path / "partial")
    checkpoint.begin("job")
    checkpoint.release()
    files = [Source(f"{i}.sgf", sgf_of(game)) for i, game in enumerate(games)]
    checkpoint.save(convert.convert_files(files, RecordFilter()))
    kept = h5file.first_of_each(checkpoint)
    out = tmp_path / "out.h5"
    with file_size_limit(limit), pytest.raises(OSError, match="File too large"):
        h5file.write_dataset(checkpoint, out, kept)
    assert [path.name for path in tmp_path.iterdir()] == ["partial"]
    assert h5file.write_dataset(checkpoint, out, kept) > 1000
    assert out.stat().st_size > 9_000


@pytest.mark.parametrize("name", ["none/out.h5", ""])
def test_a_place_that_cannot_be_written_is_told_first(collection, tmp_path, name):
    with pytest.raises(DatasetError, match="cannot write"):
        build(collection, out=tmp_path / name)
    with pytest.raises(DatasetError, match="cannot write"):
        build(collection, out=tmp_path / "o.h5", report=tmp_path / "none" / "r.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["games"]


def test_an_old_dataset_stays_when_there_is_nothing_new(tmp_path):
    (tmp_path / "games").mkdir()
    (tmp_path / "games" / "a.sgf").write_bytes(b"(;SZ[9];B[aa])")
    out = tmp_path / "out.h5"
    out.write_bytes(b"old")
    with pytest.raises(DatasetError, match="no game to learn from; skipped: 1 board"):
        build(tmp_path / "games", out=out)
    assert out.read_bytes() == b"old"
    with pytest.raises(SgfError, match="no file or folder"):
        build(tmp_path / "none", out=out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["games", "out.h5"]


def test_sample_games_all_convert(tmp_path):
    out = tmp_path / "out.h5"
    report = build(
        ROOT / "datasets/sample-train.zip", ROOT / "datasets/sample-valid.zip", out=out
    )
    assert report.games == report.files == 1000
    assert report.skipped == report.cut == {}
    assert out.stat().st_size < 3 * report.positions


def test_repeated_games_are_found_across_blocks(monkeypatch):
    rng = np.random.default_rng(3)
    parts = [rng.integers(0, 9, n).astype(np.uint64) for n in (7, 0, 12, 1)]
    monkeypatch.setattr(h5file, "_load", lambda path, name: parts[path])
    monkeypatch.setattr(h5file, "_BLOCK_GAMES", 2)
    checkpoint: Any = SimpleNamespace(paths=range(4))
    kept = h5file.first_of_each(checkpoint)
    hashes = np.concatenate(parts)
    assert np.flatnonzero(kept).tolist() == sorted(
        np.unique(hashes, return_index=True)[1]
    )
