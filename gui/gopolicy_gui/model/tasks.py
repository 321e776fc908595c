"""What the window does with files: opening, saving, listing folders.

Each gives an event that says how it went, whatever is in the file or befalls the disk.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from gopolicy.errors import GoPolicyError, SgfError
from gopolicy.sgf import sources
from gopolicy.sgf.packed import unpacked_name
from gopolicy.sgf.parse import split_games
from gopolicy.sgf.sources import is_archive, is_packed, is_record, iter_sources
from gopolicy_gui.model.events import (
    Event,
    Failed,
    FileExists,
    FileStamp,
    FolderListed,
    GameOpened,
    GameSaved,
    GamesFound,
    RecentFile,
    RecentFound,
    Task,
)
from gopolicy_gui.model.language import told, tr
from gopolicy_gui.model.sgftree import game_title, load_games, parse_game, save_game
from gopolicy_gui.model.study.diagram import parse_diagram

logger = logging.getLogger(__name__)

#: A file dialog shows no more names.
_MAX_ENTRIES: Final = 5000
#: A list of games shows no more.
_MAX_GAMES: Final = 100_000
#: So much of a file is looked at to tell whether it is text.
_HEAD: Final = 4096
#: Bytes below 32 that texts have, also those of Japanese mail.
_TEXT_CONTROLS: Final = frozenset(b"\t\n\v\f\r\x1b")


def open_game(path: str, number: int = 0, serial: int = 0) -> Event:
    """Game ``number`` of a file or archive, or why not; for 0 the only one, or all.

    Of a folder, what is in it. ``serial``: that of the task, for the answer.
    """
    if os.path.isdir(path):
        return list_folder(path, serial)
    try:
        return _open(os.path.abspath(path), number, serial)
    except GoPolicyError as error:
        text = told(error)
    except OSError as error:
        logger.info("%s cannot be opened", path, exc_info=True)
        text = _not_opened(path, error.strerror or error)
    except MemoryError:
        text = tr(
            "{path} is too large for this computer's memory; split it", path=repr(path)
        )
    except Exception as error:  # whatever is in the file, the window lives on
        logger.exception("%s cannot be opened", path)
        text = _not_opened(path, f"{type(error).__name__}: {error}")
    return Failed(text, serial)


def _not_opened(path: str, reason: object) -> str:
    return tr("{path} cannot be opened: {reason}", path=repr(path), reason=reason)


def open_text(text: str, serial: int = 0) -> Event:
    """The game, or the diagram of a position, in ``text``; or why there is none."""
    diagram = parse_diagram(text)
    if diagram is not None:
        return GameOpened("", diagram, serial, "position.sgf")
    if not text.strip():
        return Failed(tr("Nothing was copied that could be pasted"), serial)
    try:
        games = list(split_games(text.encode()))
        tree = parse_game(games[0] if games else text, tr("the clipboard"))
    except GoPolicyError as error:
        return Failed(told(error), serial)
    except Exception as error:  # whatever was copied, the window lives on
        logger.exception("what was copied cannot be read")
        reason = f"{type(error).__name__}: {error}"
        return Failed(tr("it cannot be read: {reason}", reason=reason), serial)
    return GameOpened("", tree, serial, "pasted.sgf")


def _open(path: str, number: int, serial: int) -> Event:
    stamp = read_stamp(path)  # before it is read, so that a later change is one
    found = _read(path, number, serial)
    if isinstance(found, GameOpened):
        return replace(found, stamp=stamp, source=RecentFile(path, number))
    return found


def _read(path: str, number: int, serial: int) -> GameOpened | GamesFound:
    problems: list[str] = []
    games = _iter_games(path, problems)
    name = os.path.basename(path)
    if number:
        text = "".join(text for _, text in islice(games, number - 1, number))
        return _opened(path, text, number, serial)
    first, titles = "", []
    for count, (member, text) in enumerate(games, 1):
        if count > _MAX_GAMES:
            text = tr("only the first {number} games are shown", number=_MAX_GAMES)
            problems.insert(0, text)
            break
        first = first or text
        title = game_title(text) + (f"  ({member})" if member else "")
        titles.append(f"{count}.  {title}")
    note = ""
    if problems:
        note = tr(
            "{number} files in {name} cannot be read: ",
            number=len(problems),
            name=name,
        )
    note = "" if titles and len(titles) == _MAX_GAMES else note
    note += "; ".join(problems[:1])
    if not titles and problems:
        text = tr(
            "{name}: no game can be read in it: {reason}", name=name, reason=problems[0]
        )
        raise SgfError(text)
    if len(titles) > 1:
        return GamesFound(path, tuple(titles), serial, note)
    return _opened(path, first, 0, serial)


def _opened(path: str, text: str, number: int, serial: int) -> GameOpened:
    """The game in ``text``.

    Only the one game of an SGF file is saved in its place; others as SGF beside it.
    """
    name = os.path.basename(path)
    tree = parse_game(text, name)
    known = {key for key, _ in tree.root.properties} - {"SZ", "CA"}
    if len(tree.nodes) == 1 and not known and not tree.root.setup:
        raise SgfError(
            tr("{name}: no game in the file; an SGF begins with '(;'", name=name)
        )
    is_other = (
        is_archive(path)
        or is_packed(path)
        or (is_record(path) and not path.lower().endswith(".sgf"))
    )
    if number == 0 and not is_other:
        return GameOpened(path, tree, serial)
    stem = os.path.splitext(unpacked_name(path))[0]
    suggestion = f"{stem}-{number}.sgf" if number else f"{stem}.sgf"
    return GameOpened("", tree, serial, suggestion)


def _iter_games(path: str, problems: list[str]) -> Iterator[tuple[str, str]]:
    """(its file in an archive, text) of each game; what cannot be read is a problem.

    Raises: SgfError when there can be none, OSError for the file.
    """
    is_file = os.path.isfile(path)
    if is_file and not (is_archive(path) or is_packed(path)):
        _check_text(path)
    is_large = is_file and os.path.getsize(path) > sources.MAX_SGF_BYTES
    if not (is_archive(path) or is_packed(path) or is_large) or not is_file:
        yield from (("", text) for text in load_games(path))
        return
    for source in iter_sources([path]):
        member = source.name.removeprefix(path).lstrip("!")
        if source.problem:
            archive = is_archive(path)
            where = member or (tr("the archive") if archive else tr("the file"))
            reason = told(source.problem)
            problems.append(tr("{name}: {reason}", name=where, reason=reason))
        else:
            yield from ((member, text) for text in split_games(source.data))


def _check_text(path: str) -> None:
    """Raises SgfError for a file of something else: in random bytes games are found."""
    with open(path, "rb") as file:
        head = file.read(_HEAD)
    zeros = head[::2].count(0), head[1::2].count(0)
    is_utf16 = max(zeros) > 4 * min(zeros) and max(zeros) > len(head) // 5
    odd = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in head)
    if not is_utf16 and odd * 50 > len(head):
        name = os.path.basename(path)
        raise SgfError(
            tr("{name}: no game in the file; it is no text, as SGF is", name=name)
        )


def start_opening(task: Task, post: Callable[[Event], None]) -> threading.Thread:
    """Opens a file in a thread of its own; ``post`` hears of it there."""

    def read() -> None:
        try:
            event = open_game(task.path, task.number, task.serial)
        except BaseException as error:  # or the window would wait for ever
            logger.exception("%s cannot be opened", task.path)
            text = _not_opened(task.path, f"{type(error).__name__}: {error}")
            event = Failed(text, task.serial)
        post(event)

    thread = threading.Thread(target=read, daemon=True, name="opening")
    thread.start()
    return thread


def read_stamp(path: str) -> FileStamp | None:
    """By what a file is known again; None where there is none.

    Raises: OSError when it cannot be looked at.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError:
        if not os.path.islink(path):
            return None
        found = os.lstat(path)  # a link to nowhere is a file, too
    return FileStamp(found.st_size, found.st_mtime_ns)


def write_game(task: Task) -> Event:
    """Saves the tree of ``task`` where it says; tells when a yes is needed for that."""
    if task.tree is None:
        raise ValueError("a task to save without a tree")
    try:
        if not task.overwrite and read_stamp(task.path) != task.known:
            return FileExists(task, is_gone=not os.path.lexists(task.path))
        save_game(task.path, task.tree)
        stamp = read_stamp(task.path)
    except OSError as error:
        logger.info("%s cannot be written", task.path, exc_info=True)
        reason = str(error.strerror or error)
    except Exception as error:  # the game is still there, and can be saved elsewhere
        logger.exception("%s cannot be written", task.path)
        reason = f"{type(error).__name__}: {error}"
    else:
        path = os.path.abspath(task.path)
        return GameSaved(path, task.tree, task.then, task.serial, stamp)
    text = tr(
        "{path} cannot be written: {reason}; "
        "save it in another place with Ctrl+Shift+S",
        path=repr(task.path),
        reason=reason,
    )
    return Failed(text)


def find_recent(files: Iterable[RecentFile]) -> RecentFound:
    """Which of the files are not there, or cannot be looked at."""
    return RecentFound(frozenset(f for f in files if not os.path.exists(f.path)))


def list_folder(folder: str, serial: int = 0) -> Event:
    """The folders, records and archives in a folder, folders first.

    ``serial``: that of the task to open it; 0 for none.
    """
    folders, files = [], []
    try:
        path = Path(folder).expanduser().resolve()
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    folders.append(entry.name + "/")
                elif is_record(entry.name) or is_archive(entry.name):
                    files.append(entry.name)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        text = tr("{path} cannot be read: {reason}", path=repr(folder), reason=reason)
        return Failed(text, serial or None)
    names = sorted(folders, key=str.lower) + sorted(files, key=str.lower)
    return FolderListed(str(path), tuple(names[:_MAX_ENTRIES]), serial)
