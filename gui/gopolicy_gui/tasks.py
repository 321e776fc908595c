"""What the window does with files: opening, saving, listing folders."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gopolicy.errors import GoPolicyError
from gopolicy_gui.events import (
    Event,
    Failed,
    FolderListed,
    GameOpened,
    GameSaved,
    Task,
)
from gopolicy_gui.sgftree import load_game, save_game
from gopolicy_gui.tree import GameTree

#: A file dialog shows no more names.
_MAX_ENTRIES: Final = 5000


def open_game(path: str) -> Event:
    """The game in a file, or why there is none."""
    try:
        return GameOpened(os.path.abspath(path), load_game(path))
    except GoPolicyError as error:
        return Failed(str(error))
    except OSError as error:
        return Failed(f"{path!r} cannot be opened: {error.strerror or error}")
    except MemoryError:
        return Failed(f"{path!r} is too large for this computer's memory; split it")


def start_opening(path: str, post: Callable[[Event], None]) -> threading.Thread:
    """Opens a file in a thread of its own; ``post`` hears of it there."""
    thread = threading.Thread(
        target=lambda: post(open_game(path)), daemon=True, name="opening"
    )
    thread.start()
    return thread


def write_game(task: Task, tree: GameTree) -> Event:
    """Saves ``tree`` where ``task`` says, or tells why that failed."""
    try:
        save_game(task.path, tree)
    except OSError as error:
        return Failed(
            f"{task.path!r} cannot be written: {error.strerror or error}; "
            "save it in another place with Ctrl+Shift+S"
        )
    return GameSaved(os.path.abspath(task.path), tree, task.then)


def list_folder(folder: str) -> Event:
    """The folders and SGF files in a folder, folders first."""
    path = Path(folder).expanduser().resolve()
    folders, files = [], []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    folders.append(entry.name + "/")
                elif entry.name.lower().endswith(".sgf"):
                    files.append(entry.name)
    except OSError as error:
        return Failed(f"{str(path)!r} cannot be read: {error.strerror or error}")
    names = sorted(folders, key=str.lower) + sorted(files, key=str.lower)
    return FolderListed(str(path), tuple(names[:_MAX_ENTRIES]))
