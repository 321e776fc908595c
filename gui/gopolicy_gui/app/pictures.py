"""The board as a picture: into a file, or into the system's clipboard."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import Final

import pygame

from gopolicy_gui.model.events import Done, Event, Failed, FileExists, Task
from gopolicy_gui.model.language import tr
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.view.picture import save_surface
from gopolicy_gui.view.window import draw_board_picture

#: Width and height of the picture, in pixels.
SIDE: Final = 1080
#: Seconds that a program has to take a picture.
_PATIENCE: Final = 5


def write_picture(task: Task, state: GuiState) -> Event:
    """Saves the board of ``state`` as PNG; tells when a yes is needed for that."""
    path = os.path.abspath(task.path)
    if not task.overwrite and os.path.lexists(path):
        return FileExists(task)
    try:
        save_surface(draw_board_picture(state, SIDE), path)
    except OSError as error:
        reason = error.strerror or error
        text = tr("{path} cannot be written: {reason}", path=repr(path), reason=reason)
        return Failed(text)
    return Done(tr("The picture is saved as {path}", path=path))


def copy_picture(state: GuiState, environ: Mapping[str, str]) -> Event:
    """Copies the board of ``state``, by a program that can: SDL 2 copies text alone.

    Source: SDL 2.28, SDL_clipboard.h, which knows no other type.
    """
    command = _copying_command(environ)
    if command is None:
        text = tr("Copying pictures needs xclip or wl-copy; Ctrl+P saves one in a file")
        return Failed(text)
    file = io.BytesIO()
    pygame.image.save(draw_board_picture(state, SIDE), file, "picture.png")
    try:
        subprocess.run(
            command,
            input=file.getvalue(),
            stdout=subprocess.DEVNULL,  # it lives on, and would hold ours open
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        text = tr(
            "{program} took no picture; Ctrl+P saves one in a file", program=command[0]
        )
        return Failed(text)
    return Done(tr("The picture is copied"))


def _copying_command(environ: Mapping[str, str]) -> tuple[str, ...] | None:
    """The program that takes a picture for this desktop; None where none is known."""
    if environ.get("WAYLAND_DISPLAY") and shutil.which("wl-copy"):
        return "wl-copy", "--type", "image/png"
    if environ.get("DISPLAY") and shutil.which("xclip"):
        return "xclip", "-selection", "clipboard", "-t", "image/png"
    return None
