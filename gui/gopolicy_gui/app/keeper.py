"""What keeps an unsaved game over a crash: a file of its own, in the state folder.

It is written in a thread at most every few seconds, and removed once there is nothing
to lose. A window holds a lock on its file's companion as long as its process lives, so
that no other window takes it for a dead one's; the system lets go of it in the end.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, Final

from gopolicy.errors import GoPolicyError
from gopolicy.files import lock_file, whole_file
from gopolicy_gui.model.events import LostFound
from gopolicy_gui.model.language import tr
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.sgftree import format_game, game_title, parse_game
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.tree import GameTree

logger = logging.getLogger(__name__)

#: Seconds from one writing to the next, and to another try after one that failed.
PAUSE: Final = 5.0
_PAUSE_AFTER_FAILURE: Final = 60.0


def state_folder(
    platform: str = sys.platform,
    environ: Mapping[str, str] = os.environ,
    home: Path | None = None,
) -> Path:
    """Where the platform wants programs to keep what is theirs between two runs."""
    home = home or Path.home()
    if platform == "win32":
        folder = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        named = Path(environ.get("XDG_STATE_HOME", ""))
        folder = named if named.is_absolute() else home / ".local" / "state"
    return folder / "gopolicy"


@dataclass(frozen=True, slots=True)
class _Place:
    """A game's file, which belongs to whom has locked its companion."""

    path: Path
    lock: IO[bytes]

    def release(self) -> None:
        """Leaves the file to whoever looks next."""
        self.lock.close()

    def remove(self) -> None:
        """Deletes both."""
        lock = _lock_path(self.path)
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        if os.name != "nt":  # while it is still locked, where that can be
            with suppress(OSError):
                lock.unlink(missing_ok=True)
        self.lock.close()
        with suppress(OSError):
            lock.unlink(missing_ok=True)


def _lock_path(path: Path) -> Path:
    return path.with_suffix(".lock")


def _take(path: Path) -> _Place | None:
    """The place of a file, locked; None when a living window has it.

    Raises: OSError for a companion that cannot be opened, or where there are no locks.
    """
    lock = open(_lock_path(path), "a+b")  # noqa: SIM115 # the place closes it
    if lock_file(lock):
        return _Place(path, lock)
    lock.close()
    return None


class Keeper:
    """Keeps the games of one window; without a ``folder`` it does nothing."""

    def __init__(
        self,
        folder: Path | None,
        *,
        pause: float = PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._pause = pause
        self._clock = clock
        self._place: _Place | None = None
        self._offered: _Place | None = None
        self._kept: GameTree | None = None
        self._due = 0.0
        self._trouble = ""
        self._thread: threading.Thread | None = None

    def keep(self, state: GuiState) -> str:
        """Sees to it that what would be lost is in the file, and nothing else.

        Gives what went wrong since the last time, "" for nothing; never waits.
        """
        if self._folder is None or (self._thread and self._thread.is_alive()):
            return ""
        trouble, self._trouble = self._trouble, ""
        if trouble:
            self._kept, self._due = None, self._clock() + _PAUSE_AFTER_FAILURE
        if not state.is_changed:
            if self._place is not None:
                self._place.remove()
            self._place = self._kept = None
        elif state.tree is not self._kept and self._clock() >= self._due:
            self._kept, self._due = state.tree, self._clock() + self._pause
            self._thread = threading.Thread(
                target=self._write, args=(state,), daemon=True, name="keeper"
            )
            self._thread.start()
        return trouble

    def close(self, state: GuiState) -> None:
        """The window closes: nothing is to be lost, or else all of it is kept."""
        if self._thread is not None:
            self._thread.join()
        if self._folder is None:
            return
        if state.quit and self._place is not None:
            self._place.remove()
        elif not state.quit and state.is_changed:
            self._write(state)
        for place in (self._place, self._offered):
            if place is not None:
                place.release()

    def find(self) -> LostFound | None:
        """The latest game of a window that ended without a word; it is ours then."""
        if self._folder is None:
            return None
        for path in sorted(self._folder.glob("*.sgf"), reverse=True):
            try:
                place = _take(path)
                if place is None:
                    continue
                if path.exists():
                    self._offered = place
                    return _read(path)
                place.release()
            except (OSError, LookupError, TypeError, ValueError, GoPolicyError):
                logger.warning("no game can be recovered from %s", path, exc_info=True)
                self.put_back()
        return None

    def adopt(self) -> None:
        """The game that was found is this window's own now."""
        if self._place is not None:
            self._place.remove()
        self._place, self._offered, self._kept = self._offered, None, None

    def put_back(self) -> None:
        """Leaves the game that was found for another time."""
        if self._offered is not None:
            self._offered.release()
        self._offered = None

    def forget(self) -> None:
        """Deletes the game that was found."""
        if self._offered is not None:
            self._offered.remove()
        self._offered = None

    def _write(self, state: GuiState) -> None:
        try:
            if self._place is None:
                self._place = self._make_place()
            with whole_file(self._place.path) as file:
                file.write(_format_header(state) + format_game(state.tree))
        except Exception as error:  # a disk may be full, a library may have a fault
            logger.exception("the game is not kept")
            reason = getattr(error, "strerror", None) or error
            self._trouble = tr(
                "The game would not outlive a crash: {reason}; save it", reason=reason
            )

    def _make_place(self) -> _Place:
        """A new one, named by the time, so that they stand in order."""
        assert self._folder is not None  # keep has looked
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(4)}.sgf"
        path = self._folder / name
        lock = open(_lock_path(path), "a+b")  # noqa: SIM115 # the place closes it
        with suppress(OSError):  # without locks the file is there, though not offered
            lock_file(lock)
        return _Place(path, lock)


def _format_header(state: GuiState) -> bytes:
    """A line before the game, which readers of SGF pass over: what a file has not."""
    nodes, line = state.tree.nodes, state.line[: state.cursor + 1]
    way = [nodes[parent].children.index(child) for parent, child in pairwise(line)]
    known = {
        "source": state.suggestion,
        "role": state.role.value,
        "way": " ".join(map(str, way)),
    }
    text = json.dumps(known)
    for mark in "([;":  # none of them is to begin a game here
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text.encode() + b"\n"


def _read(path: Path) -> LostFound:
    """The game of a file that ``_write`` made; of others it raises errors of all kinds,
    as Python does for data of another form."""
    header, _, data = path.read_bytes().partition(b"\n")
    known, text = json.loads(header), data.decode()
    return LostFound(
        title=game_title(text),
        tree=parse_game(text, path.name),
        source=str(known["source"]),
        role=Role(known["role"]),
        way=tuple(map(int, known["way"].split())),
    )
