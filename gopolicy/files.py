"""Writing files and folders whole or not at all. Any module may import this one.

What is written stands in a scratch folder beside its place until it is whole:
``NAME.gopolicy-1a2b3c4d.tmp`` holds ``new``; ``old``, the folder that had the place
before; and ``lock``, which the writer keeps locked. What holds on Linux, macOS and
Windows, wherever a writer is killed:

- A file is the old one or the new one at any moment.
- A folder cannot be replaced in one step on all three: between two renames nothing is
  in its place. What was there is whole in the scratch folder then, and ``mend`` puts it
  back. Writers mend first; readers do when they find nothing.
- ``mend`` also deletes what killed writers left, never what living ones use: a lock
  ends with its process. Where the file system has no locks, it deletes nothing.
- What is in its place is on the disk (fsync), should the power fail.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_SCRATCH: Final = re.compile(r"(?P<name>.+)\.gopolicy-[0-9a-f]{8}\.tmp")


@contextmanager
def whole_file(path: str | Path) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of ``path`` when all went well.

    Raises: OSError naming ``path``; nothing is then left behind.
    """
    with whole_path(path) as fresh, open(fresh, "wb") as file:
        yield file


@contextmanager
def whole_path(path: str | Path) -> Iterator[Path]:
    """As ``whole_file``, for what opens its file itself: where to make it.

    A link stays, and its target is replaced. What is no file, such as /dev/null or a
    pipe, is written to.
    """
    path = Path(path)
    with _naming(path):
        if path.exists() and not (path.is_file() or path.is_dir()):
            with tempfile.TemporaryDirectory(prefix="gopolicy-") as scratch:
                yield Path(scratch, "new")
                with open(Path(scratch, "new"), "rb") as file, open(path, "wb") as out:
                    shutil.copyfileobj(file, out)
            return
        with _fresh(path.resolve() if path.is_symlink() else path, os.replace) as fresh:
            yield fresh


@contextmanager
def whole_folder(path: str | Path) -> Iterator[Path]:
    """A folder to fill that takes the place of ``path`` when all went well.

    The folders above it are made.

    Raises: OSError naming ``path``. Whatever is raised, an older folder stays as it
    was, and beside it nothing is left behind.
    """
    path = Path(path)
    with _naming(path):
        if path.exists() and not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
        with _fresh(path, _swap) as fresh:
            fresh.mkdir()
            yield fresh


def hold(path: str | Path) -> IO[bytes] | None:
    """Opens and locks the file ``path``, which is made; None when somebody else has.

    The lock ends when the file is closed, or with the process, whose copies (fork) do
    not have it. Where the file system has no locks, everybody gets it.

    Raises: OSError naming ``path`` when it cannot be made.
    """
    file = open(path, "ab")  # noqa: SIM115 # the caller closes it
    try:
        is_ours = lock_file(file)
    except OSError:
        is_ours = True
    if not is_ours:
        file.close()
        return None
    if sys.platform != "win32":
        os.register_at_fork(after_in_child=file.close)
    return file


def mend(folder: str | Path) -> None:
    """Puts back in ``folder`` what writers moved aside; deletes what killed ones left.

    What cannot be mended stays as it is.
    """
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            found = _SCRATCH.fullmatch(entry.name)
            if found and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    _mend_one(Path(entry), Path(folder) / found["name"])


def _mend_one(scratch: Path, path: Path) -> None:
    """Ends what the writer of ``path`` began, unless it lives.

    One that lives tries again when something was put back in its way. A folder with
    files, but no lock, is not ours: nothing is done.
    """
    _put_back(scratch, path)
    try:
        lock = open(scratch / "lock", "r+b")  # noqa: SIM115 # _end closes it
    except FileNotFoundError:
        scratch.rmdir()  # its writer was killed at its first or last step
        return
    with lock:
        if lock_file(lock):
            _end(scratch, path, lock)


@contextmanager
def _fresh(path: Path, put: Callable[[Path, Path], None]) -> Iterator[Path]:
    """Where to make what is then ``put`` in the place of ``path``."""
    mend(path.parent)
    scratch, lock = _begin(path)
    try:
        yield scratch / "new"
        _sync(scratch / "new")
        put(scratch / "new", path)
        _sync_folder(path.parent)
    finally:
        with lock, suppress(OSError):  # else the next writer will do it
            _end(scratch, path, lock)


def _begin(path: Path) -> tuple[Path, IO[bytes]]:
    """A scratch folder for ``path``, and its file that is locked until it is closed."""
    while True:
        name = f"{path.name}.gopolicy-{secrets.token_hex(4)}.tmp"
        scratch = path.with_name(name)
        scratch.mkdir()
        # A ``mend`` may take it for a dead writer's until it is locked; the lock may be
        # had only because that mend is through with it, and then it is gone.
        with suppress(FileNotFoundError):
            lock = open(scratch / "lock", "xb")  # noqa: SIM115 # the caller closes it
            try:
                is_ours = lock_file(lock)
            except OSError:  # no locks here, so nobody takes it
                is_ours = True
            if is_ours and (scratch / "lock").exists():
                return scratch, lock
            lock.close()


def _end(scratch: Path, path: Path, lock: IO[bytes]) -> None:
    """Deletes a scratch folder, after what was moved aside for nothing is put back.

    Cut anywhere, it can be done again: the lock goes last.
    """
    _put_back(scratch, path)
    parts = [part for part in scratch.iterdir() if part.name != "lock"]
    for part in sorted(parts, key=lambda part: part.name != "new"):
        if part.is_dir() and not part.is_symlink():
            shutil.rmtree(part)
        else:
            part.unlink()
    with suppress(PermissionError):  # Windows: not while it is open
        (scratch / "lock").unlink()
    lock.close()
    (scratch / "lock").unlink(missing_ok=True)
    scratch.rmdir()


def _put_back(scratch: Path, path: Path) -> None:
    """Lets the old folder stand again where the new one was not put in its place.

    That is seen by ``new``: it goes first when the rest is deleted.
    """
    fresh, old = scratch / "new", scratch / "old"
    if fresh.exists() and os.path.lexists(old) and not os.path.lexists(path):
        old.rename(path)


def lock_file(file: IO[bytes]) -> bool:
    """Locks ``file`` until it is closed; False when somebody else has.

    Raises: OSError where the file system has no locks.
    """
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _swap(fresh: Path, folder: Path) -> None:
    """Puts ``fresh`` in the place of ``folder``, which goes to ``old`` beside it."""
    old = fresh.with_name("old")
    while True:
        try:
            fresh.rename(folder)
            return
        except OSError as error:
            # It was there; another writer may have moved it aside since.
            stood = error.errno in (errno.ENOTEMPTY, errno.EEXIST) or folder.is_dir()
            if not (fresh.is_dir() and stood):
                raise
        if os.path.lexists(old):  # another writer was quicker with its own
            old.rename(old.with_name(secrets.token_hex(4)))
        with suppress(FileNotFoundError):  # and is so again
            folder.rename(old)


def _sync(path: Path) -> None:
    """Sees to it that a file, or all in a folder, is on the disk."""
    if not path.is_dir():
        with open(path, "r+b") as file:
            os.fsync(file.fileno())
        return
    for entry in path.iterdir():
        _sync(entry)
    _sync_folder(path)


def _sync_folder(path: Path) -> None:
    with suppress(OSError):  # Windows opens no folder, and needs none of this
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Lets an OSError name ``path`` instead of the scratch folder.

    Libraries raise OSError with a text alone, which is kept.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise OSError(f"{str(path)!r}: {error}") from error
        raise OSError(error.errno, error.strerror, str(path)) from error
