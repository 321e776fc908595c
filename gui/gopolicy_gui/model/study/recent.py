"""The files opened last: which they are, choosing one, opening one again. Pure.

The settings keep them from one time to the next.
"""

from __future__ import annotations

import os
from dataclasses import replace

from gopolicy_gui.model.events import RecentFile, RecentFound, Task
from gopolicy_gui.model.forms.field import make_field
from gopolicy_gui.model.language import tr
from gopolicy_gui.model.settings import N_RECENT
from gopolicy_gui.model.state import Dialog, GuiState, Message


def remember_file(state: GuiState, path: str, number: int = 0) -> GuiState:
    """The state with a file before all others; ``number``: of the game in it, or 0."""
    if not path:
        return state
    opened = RecentFile(path, number)
    others = [file for file in state.recent if file != opened]
    return replace(state, recent=(opened, *others)[:N_RECENT])


def ask_recent(state: GuiState) -> GuiState:
    """Shows the files opened last; the app then looks which of them are there."""
    if not state.recent:
        text = tr("No file was opened or saved yet")
        return replace(state, message=Message(text))
    entries = tuple(map(_title, state.recent))
    dialog = Dialog(kind="recent", fields=(make_field(),), entries=entries)
    return replace(state, menu="", dialog=dialog, task=Task("find_recent"))


def name_missing(state: GuiState, event: RecentFound) -> GuiState:
    """The list says which files are not where they were."""
    dialog = state.dialog
    if dialog is None or dialog.kind != "recent":
        return state
    entries = tuple(
        tr("{name}  (not there any more)", name=_title(file))
        if file in event.missing
        else _title(file)
        for file in state.recent
    )
    return replace(state, dialog=replace(dialog, entries=entries))


def opening_task(state: GuiState, row: int) -> Task | None:
    """The task that opens a file of the list; None for no row of it."""
    if not 0 <= row < len(state.recent):
        return None
    path, number = state.recent[row]
    return Task("open", path, number=number)


def _title(file: RecentFile) -> str:
    """The file's name, the game in it, and its folder."""
    folder, name = os.path.split(file.path)
    if file.number:
        name = tr("{name}, game {number}", name=name, number=file.number)
    return f"{name}  -  {folder}" if folder else name
