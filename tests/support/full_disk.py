"""A disk without room for what ``gopolicy.files`` writes."""

from pathlib import Path
from typing import IO, Any

import pytest

from gopolicy import files


def fill_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets each new file be ``/dev/full``, where every write fails."""

    def open_full(path: Path, mode: str) -> IO[Any]:
        return open("/dev/full" if mode == "wb" else path, mode)

    monkeypatch.setattr(files, "open", open_full, raising=False)
