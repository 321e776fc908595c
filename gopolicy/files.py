"""Writing files and folders whole or not at all. Any module may import this one."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


def temporary(path: Path) -> Path:
    """Where ``path`` is written before it is whole: a name of this thread's own, so
    that two writers of one file do not meet."""
    return path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")


@contextmanager
def whole_file(path: str | Path) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of ``path`` when all went well.

    Raises: OSError naming ``path``; nothing is then left behind.
    """
    path = Path(path)
    fresh = temporary(path)
    try:
        with open(fresh, "wb") as file:
            yield file
        fresh.replace(path)
    except OSError as error:
        raise _about(path, error) from error
    finally:
        with suppress(OSError):
            fresh.unlink()


@contextmanager
def whole_folder(path: str | Path) -> Iterator[Path]:
    """A folder to fill that takes the place of ``path`` when all went well.

    The folders above it are made.

    Raises: OSError naming ``path``. Whatever is raised, an older folder stays as it
    was, and beside it nothing is left behind.
    """
    path = Path(path)
    fresh = temporary(path)
    try:
        if path.exists() and not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        fresh.mkdir(parents=True)
        yield fresh
        _swap(fresh, path)
    except OSError as error:
        raise _about(path, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, folder: Path) -> None:
    """Puts ``fresh`` in the place of ``folder``: a folder that has files in it cannot
    be replaced in one step."""
    old = fresh.with_suffix(".old")
    if not folder.exists():
        fresh.rename(folder)
        return
    folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _about(path: Path, error: OSError) -> OSError:
    """``error``, naming ``path`` instead of the temporary place.

    Libraries raise OSError with a text alone, which is kept.
    """
    if error.errno is None:
        return OSError(f"{str(path)!r}: {error}")
    return OSError(error.errno, error.strerror, str(path))
