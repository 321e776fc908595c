"""Files and folders are written whole or not at all."""

import threading

import pytest

from gopolicy.files import whole_file, whole_folder


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


def test_two_writers_of_one_file_do_not_meet(tmp_path):
    """Both write before either is done; one of them is what stands there then."""
    together = threading.Barrier(2, timeout=60)
    failed = []

    def write(text):
        try:
            with whole_file(tmp_path / "a") as file:
                file.write(text)
                together.wait()
                file.write(text)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(text,)) for text in (b"x", b"y")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]
    assert (tmp_path / "a").read_bytes() in (b"xx", b"yy")


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
