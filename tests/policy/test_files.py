"""Files and folders are written whole or not at all, also by who is killed."""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from kill_at_each_step import kill_at_each_step

from gopolicy import files
from gopolicy.files import mend, whole_file, whole_folder, whole_path

ROOT = Path(__file__).parents[2]


def test_a_file_takes_its_place_when_all_went_well(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with whole_file(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_takes_its_place_when_all_went_well(tmp_path):
    path = tmp_path / "above" / "a"
    for text in ("old", "new"):
        with whole_folder(path) as folder:
            (folder / text).write_text(text)
            assert folder != path
    assert [found.name for found in path.iterdir()] == ["new"]
    assert list(path.parent.iterdir()) == [path]


def test_a_path_takes_its_place_when_all_went_well(tmp_path):
    with whole_path(tmp_path / "a") as fresh:
        fresh.write_bytes(b"new")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a").read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


@pytest.mark.skipif(os.name == "nt", reason="Windows lets few people make links")
def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path):
    link, target = tmp_path / "link", tmp_path / "far" / "a"
    target.parent.mkdir()
    link.symlink_to(target)
    for data in (b"new", b"newer"):
        with whole_file(link) as file:
            file.write(data)
        assert link.is_symlink()
        assert target.read_bytes() == data
    assert [*target.parent.iterdir()] == [target]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("fails", [False, True])
def test_what_is_no_file_is_written_to_and_stays(tmp_path, fails):
    """As root, /dev/null was replaced by a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with contextlib.suppress(ValueError), whole_file(pipe) as file:
            file.write(b"data")
            if fails:
                raise ValueError
        assert os.read(end, 100) == (b"" if fails else b"data")
    finally:
        os.close(end)
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.fixture
def hurried_threads():
    """Threads that take turns as often as they can: they meet where they may."""
    kept = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(kept)


@pytest.mark.parametrize("whole", [whole_file, whole_folder])
def test_two_writers_do_not_meet(whole, tmp_path, hurried_threads):
    """Both write before either is done; one of them is what stands there then."""
    together = threading.Barrier(2, timeout=60)
    failed = []

    def write(text):
        try:
            for _ in range(20):
                with whole(tmp_path / "a") as fresh:
                    together.wait()
                    if whole is whole_file:
                        fresh.write(text)
                    else:
                        (fresh / "x").write_bytes(text)
        except Exception as error:
            failed.append(error)
            together.abort()

    threads = [threading.Thread(target=write, args=(text,)) for text in (b"x", b"y")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]
    assert content(tmp_path) in (b"x", b"y")


def test_a_folder_that_another_writer_moves_aside_just_then_is_no_error(
    tmp_path, monkeypatch
):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x").write_bytes(b"old")
    rename = Path.rename

    def meet(self, target):
        try:
            return rename(self, target)
        except OSError:
            if (tmp_path / "a").exists():
                rename(tmp_path / "a", tmp_path / "others")
            raise

    monkeypatch.setattr(Path, "rename", meet)
    with whole_folder(tmp_path / "a") as fresh:
        (fresh / "x").write_bytes(b"new")
    assert content(tmp_path) == b"new"


def content(place):
    """What the file ``a`` or all files of the folder ``a`` hold; None without it."""
    path = place / "a"
    if not path.is_dir():
        return path.read_bytes() if path.exists() else None
    return b"".join(found.read_bytes() for found in sorted(path.iterdir()))


def fill(folder, text):
    """Two files, so that it is seen when one is missing."""
    folder.mkdir(parents=True)
    (folder / "x").write_bytes(text[:1])
    (folder / "y").write_bytes(text[1:])


class Slip(Exception):
    """What a caller may raise."""


@pytest.mark.parametrize("error", [Slip("x"), OSError(5, "Input/output error")])
@pytest.mark.parametrize("whole", [whole_file, whole_folder])
def test_whatever_is_raised_the_old_one_stays_alone(whole, error, tmp_path):
    path = tmp_path / "a"
    if whole is whole_file:
        path.write_bytes(b"old")
    else:
        path.mkdir()
        (path / "old").touch()
    with pytest.raises(type(error)), whole(path):
        raise error
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old" if path.is_file() else (path / "old").exists()


@pytest.mark.parametrize("whole", [whole_file, whole_folder])
def test_an_error_names_the_place_that_was_asked_for(whole, tmp_path):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "a"
    with pytest.raises(OSError) as caught, whole(path):
        pass
    assert caught.value.filename == str(path)


@pytest.mark.parametrize("whole", [whole_file, whole_folder])
def test_an_error_that_is_a_text_alone_keeps_it(whole, tmp_path):
    """As h5py's are."""
    with (
        pytest.raises(OSError, match=r"a.: cannot extend the file"),
        whole(tmp_path / "a"),
    ):
        raise OSError("cannot extend the file")


def test_a_folder_does_not_take_the_place_of_a_file(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(NotADirectoryError), whole_folder(path):
        pass
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_one(tmp_path, monkeypatch):
    """As Windows cannot rename a folder in which a file is open."""
    rename = Path.rename

    def refuse(path, target):
        if path.name == "new":
            raise PermissionError(errno.EACCES, "a file is open")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    fill(tmp_path / "a", b"old")
    with pytest.raises(PermissionError), whole_folder(tmp_path / "a"):
        pass
    assert content(tmp_path) == b"old"
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


# Killed writers.


@pytest.fixture(scope="module", params=["first", "again"])
def before(request):
    """What was there before, if anything."""
    return b"old" if request.param == "again" else None


@pytest.fixture(scope="module", params=["file", "folder"])
def left(request, before, tmp_path_factory):
    """What writers of "new" left that were killed before each of their steps."""
    place = tmp_path_factory.mktemp("left")
    template, source = place / "template", place / "source"
    template.mkdir()
    if request.param == "file":
        source.write_bytes(b"new")
        if before:
            (template / "a").write_bytes(before)
    else:
        fill(source, b"new")
        if before:
            fill(template / "a", before)
    return kill_at_each_step(template, place / "out", request.param, source)


@pytest.fixture
def killed(left, tmp_path):
    """The same, to change."""
    return [shutil.copytree(place, tmp_path / place.name) for place in left]


def is_clean(place):
    return all(path.name == "a" for path in place.iterdir())


def test_who_is_killed_leaves_the_old_or_the_new_one_whole(killed, before):
    found = []
    for place in killed:
        mend(place)  # as readers do that find nothing
        found.append(content(place))
        assert is_clean(place), place
    n_new = found.count(b"new")
    assert found == [before] * (len(found) - n_new) + [b"new"] * n_new
    assert 1 < n_new < len(found) - 5  # it was cut everywhere


def test_the_next_writer_sweeps_what_was_left(killed):
    for place in killed:
        with whole_file(place / "other"):
            pass
        (place / "other").unlink()
        assert is_clean(place), place


def test_a_file_is_there_at_any_moment(tmp_path):
    template, source = tmp_path / "template", tmp_path / "source"
    template.mkdir()
    (template / "a").write_bytes(b"old")
    source.write_bytes(b"new")
    for place in kill_at_each_step(template, tmp_path / "out", "file", source):
        assert content(place) in (b"old", b"new")


def test_who_mends_can_be_killed_too(tmp_path):
    """The writer was killed between its two renames, or after them."""
    fill(tmp_path / "source", b"new")
    fill(tmp_path / "template" / "a", b"old")
    left = kill_at_each_step(
        tmp_path / "template", tmp_path / "out", "folder", tmp_path / "source"
    )
    (between,) = [place for place in left if content(place) is None]
    after = left[left.index(between) + 1]
    for place, expected in ((between, b"old"), (after, b"new")):
        for again in kill_at_each_step(place, tmp_path / expected.decode(), "mend"):
            mend(again)
            assert content(again) == expected
            assert is_clean(again), again


def test_a_folder_half_deleted_never_comes_back(tmp_path):
    """The writer was killed between its renames, and another one's is there now."""
    template = tmp_path / "template"
    fill(template / "a", b"other")
    fill(template / "a.gopolicy-01234567.tmp" / "new", b"new")
    fill(template / "a.gopolicy-01234567.tmp" / "old", b"old")
    (template / "a.gopolicy-01234567.tmp" / "lock").touch()
    for place in kill_at_each_step(template, tmp_path / "out", "mend"):
        assert content(place) == b"other"
        shutil.rmtree(place / "a")  # by hand
        mend(place)
        assert content(place) in (None, b"old")
        assert is_clean(place), place


def test_a_folder_between_two_renames_is_put_back_for_a_reader(tmp_path):
    """By the living, too: who comes back to its second rename tries again."""
    scratch = tmp_path / "a.gopolicy-01234567.tmp"
    fill(scratch / "new", b"new")
    fill(scratch / "old", b"old")
    with open(scratch / "lock", "xb") as lock:
        files.lock_file(lock)
        mend(tmp_path)
        assert content(tmp_path) == b"old"
        files._swap(scratch / "new", tmp_path / "a")
    assert content(tmp_path) == b"new"
    mend(tmp_path)
    assert is_clean(tmp_path)


@pytest.mark.parametrize("whole", [whole_file, whole_folder])
def test_what_a_living_writer_uses_is_left(whole, tmp_path):
    with whole(tmp_path / "a") as mine:
        mend(tmp_path)
        with whole(tmp_path / "a"):
            pass
        mend(tmp_path)
        if whole is whole_file:
            mine.write(b"mine")
        else:
            (mine / "x").write_bytes(b"mine")
    assert content(tmp_path) == b"mine"
    assert is_clean(tmp_path)


def test_what_a_writer_in_another_process_uses_is_left(tmp_path):
    code = (
        "import sys; from gopolicy.files import whole_file\n"
        "with whole_file(sys.argv[1]) as file:\n"
        "    print(flush=True); input(); file.write(b'theirs')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path / "a"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        other.stdout.readline()
        mend(tmp_path)
        other.communicate(b"\n", timeout=60)
    assert other.returncode == 0
    assert content(tmp_path) == b"theirs"
    assert is_clean(tmp_path)


def test_what_is_not_ours_is_left(tmp_path):
    names = ("a.tmp", "a.old", "a.1-2.tmp", "b.gopolicy-01234567.tmp", ".tmp")
    for name in names:
        (tmp_path / name).touch()
    for name in ("a.gopolicy-01234567.tmp", "a.gopolicy-mine.tmp"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kept").touch()
    before = sorted(tmp_path.rglob("*"))
    with whole_file(tmp_path / "a"):
        pass
    (tmp_path / "a").unlink()
    assert sorted(tmp_path.rglob("*")) == before


def test_without_locks_nothing_is_swept_but_all_is_written(tmp_path, monkeypatch):
    def refuse(file):
        raise OSError(errno.ENOTSUP, "no locks here")

    monkeypatch.setattr(files, "lock_file", refuse)
    with whole_folder(tmp_path / "a") as mine:
        mend(tmp_path)
        (mine / "x").write_bytes(b"mine")
    assert content(tmp_path) == b"mine"
    assert is_clean(tmp_path)
