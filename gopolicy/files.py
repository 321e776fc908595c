"""Writing files whole or not at all. Any module may import this one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def whole_file(path: str | Path) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of ``path`` when all went well.

    Raises: OSError naming ``path``; nothing is then left behind.
    """
    path = Path(path)
    fresh = path.with_name(path.name + ".tmp")
    try:
        with open(fresh, "wb") as file:
            yield file
        fresh.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        fresh.unlink(missing_ok=True)
