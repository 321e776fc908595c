"""What the window does with files: opening, saving, listing folders."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gopolicy.errors import GoPolicyError
from gopolicy_gui.model.events import (
    Event,
    Failed,
    FolderListed,
    GameOpened,
    GameSaved,
    GamesFound,
    Task,
)
from gopolicy_gui.model.sgftree import game_title, load_games, parse_game, save_game
from gopolicy_gui.model.tree import GameTree

#: A file dialog shows no more names.
_MAX_ENTRIES: Final = 5000


def open_game(path: str, number: int = 0) -> Event:
    """Game ``number`` of a file, or why not; for 0 the only one, or all titles."""
    name, whole = os.path.basename(path), os.path.abspath(path)
    try:
        games = load_games(path)
        if number == 0 and len(games) > 1:
            titles = (f"{i}.  {game_title(text)}" for i, text in enumerate(games, 1))
            return GamesFound(whole, tuple(titles))
        text = "".join(games[max(0, number - 1) :][:1])
        return GameOpened(whole, parse_game(text, name))
    except GoPolicyError as error:
        return Failed(str(error))
    except OSError as error:
        return Failed(f"{path!r} cannot be opened: {error.strerror or error}")
    except MemoryError:
        return Failed(f"{path!r} is too large for this computer's memory; split it")
    except Exception as error:  # whatever is in the file, the window lives on
        return Failed(f"{path!r} cannot be opened: {type(error).__name__}: {error}")


def start_opening(task: Task, post: Callable[[Event], None]) -> threading.Thread:
    """Opens a file in a thread of its own; ``post`` hears of it there."""
    thread = threading.Thread(
        target=lambda: post(open_game(task.path, task.number)),
        daemon=True,
        name="opening",
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
