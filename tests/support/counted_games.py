"""Games of strong players that ended by two passes and were counted."""

import re
import zipfile
from collections.abc import Iterator

from games import ROOT

from gopolicy.go.position import Position
from gopolicy.sgf.record import parse_records, position_at, replay


def counted_games() -> Iterator[tuple[Position, float, float]]:
    """(final position, komi, result) of the samples that ended by counting on KGS."""
    for archive in ("sample-train.zip", "sample-valid.zip"):
        with zipfile.ZipFile(ROOT / "datasets" / archive) as file:
            for name in sorted(file.namelist()):
                text = file.read(name)
                result = re.search(rb"RE\[([BW])\+([\d.]+)\]", text)
                if "kgs" not in name or not result or text.count(b"[]") != 2:
                    continue
                record = parse_records(text, name)[0]
                *_, (position, _) = replay(record)
                assert record.komi is not None
                sign = 1 if result[1] == b"B" else -1
                yield position, record.komi, sign * float(result[2])


def counted_game(archive: str, name: str) -> tuple[Position, float, float]:
    """(final position, komi, result) of the one game whose file name has ``name``."""
    with zipfile.ZipFile(ROOT / "datasets" / archive) as file:
        (path,) = (path for path in file.namelist() if name in path)
        record = parse_records(file.read(path), path)[0]
    assert record.komi is not None
    sign = 1 if record.result[0] == "B" else -1
    return position_at(record), record.komi, sign * float(record.result[2:])
