"""What the window remembers from one time to the next, in a small JSON file."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from gopolicy.config import LANGUAGE_NAMES, RULES, STRENGTH_NAMES, THEME_NAMES
from gopolicy.files import whole_file
from gopolicy_gui.model.events import RecentFile
from gopolicy_gui.model.options import RANGES, SCHEME_NAMES, Options

logger = logging.getLogger(__name__)

#: The role is chosen anew each time: whoever analysed a game may want to play next.
_NOT_KEPT: Final = ("role",)
USUAL_SIZE: Final = (1280, 800)
SMALLEST_SIZE: Final = (480, 360)
_LARGEST: Final = 16_384
#: So many files are remembered.
N_RECENT: Final = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """``size``: of the window, in pixels; None for what suits the screen. ``folder``:
    of the last file. ``recent``: the files opened last, the latest first."""

    size: tuple[int, int] | None = None
    folder: str = ""
    recent: tuple[RecentFile, ...] = ()
    options: Options = field(default_factory=Options)


def load_settings(path: Path) -> Settings:
    """The settings in a file; what is missing or makes no sense is as usual."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    if not isinstance(data, dict):
        return Settings()
    folder = data.get("folder")
    return Settings(
        size=_read_size(data.get("size")),
        folder=folder if isinstance(folder, str) else "",
        recent=_read_recent(data.get("recent")),
        options=_read_options(data.get("options")),
    )


def save_settings(path: Path, settings: Settings) -> None:
    """Writes the file; a folder that cannot be written to costs only a warning."""
    options = asdict(settings.options)
    for name in _NOT_KEPT:
        del options[name]
    data = {
        "size": settings.size,
        "folder": settings.folder,
        "recent": settings.recent,
        "options": options,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(json.dumps(data, indent=2).encode())
    except OSError as error:
        logger.warning("the settings are not kept: %s: %s", path, error.strerror)


def check_size(width: int, height: int) -> tuple[int, int]:
    """The nearest size that a window can have."""
    return (
        min(max(width, SMALLEST_SIZE[0]), _LARGEST),
        min(max(height, SMALLEST_SIZE[1]), _LARGEST),
    )


def size_on(
    screen: tuple[int, int] | None, wanted: tuple[int, int] | None
) -> tuple[int, int]:
    """The size of a window that opens on a screen, both in pixels.

    ``wanted``: that of the last time, or None. No window is larger than its screen; the
    first one leaves room for a frame and for the bars of a desktop, and has two thirds
    of a large screen, whose pixels are small. ``screen``: None where it is not known.
    """
    if screen is None:
        return check_size(*(wanted or USUAL_SIZE))
    width, height = screen
    if wanted is None:
        wide, high = max(USUAL_SIZE[0], width * 2 // 3), height * 2 // 3
        wanted = wide, min(max(USUAL_SIZE[1], high), height * 9 // 10)
    return check_size(min(wanted[0], width), min(wanted[1], height))


def _read_size(value: Any) -> tuple[int, int] | None:
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(type(side) is int for side in value)
    ):
        return check_size(*value)
    return None


def _read_recent(value: Any) -> tuple[RecentFile, ...]:
    """The files in a list of paths and numbers; what is none is passed over."""
    files = []
    for pair in value if isinstance(value, list) else ():
        if isinstance(pair, list) and [type(part) for part in pair] == [str, int]:
            files.append(RecentFile(*pair))
    return tuple(dict.fromkeys(files))[:N_RECENT]


def _read_options(value: Any) -> Options:
    usual = Options()
    if not isinstance(value, dict):
        return usual
    kept: dict[str, Any] = {}
    for option in fields(Options):
        found = value.get(option.name)
        wanted = type(getattr(usual, option.name))
        if option.name in _NOT_KEPT or type(found) not in (wanted, int):
            continue
        if found is None or (wanted is bool and type(found) is not bool):
            continue
        if option.name in RANGES:
            low, high = RANGES[option.name]
            if not low <= found <= high:
                continue
        kept[option.name] = wanted(found)
    for name, allowed in (
        ("language", LANGUAGE_NAMES),
        ("theme", THEME_NAMES),
        ("rules", RULES),
        ("scheme", SCHEME_NAMES),
        ("strength", STRENGTH_NAMES),
    ):
        if kept.get(name) not in allowed:
            kept.pop(name, None)
    if kept.get("handicap") == 1:
        kept["handicap"] = 0
    return Options(**kept)
