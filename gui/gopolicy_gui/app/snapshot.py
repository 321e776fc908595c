"""The window as a picture in a file, without a display: for pages and reports."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pygame

from gopolicy_gui.app.app import Start, first_state
from gopolicy_gui.app.chores import Asked, Desk, wanted_chores
from gopolicy_gui.app.worker import Brain, wanted
from gopolicy_gui.model.commands import BY_KEY
from gopolicy_gui.model.events import (
    CommandGiven,
    Event,
    Failed,
    FolderListed,
    Judged,
    KernelsReady,
    ModelLoaded,
    NodeChosen,
    PassShareFound,
    ProbabilitiesFound,
)
from gopolicy_gui.model.language import tr
from gopolicy_gui.model.settings import USUAL_SIZE
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.tasks import open_game
from gopolicy_gui.model.update import update
from gopolicy_gui.view.picture import save_surface
from gopolicy_gui.view.window import draw_window, find_layout


def save_snapshot(
    path: str | Path, start: Start, brain: Brain, *, keys: Iterable[str] = ()
) -> GuiState:
    """Writes a PNG of what the window shows after ``keys``; gives its state.

    The network answers at once, but makes no moves of its own.

    Raises: OSError when ``path`` cannot be written; ModelError without a model.
    """
    state = update(first_state(start), KernelsReady())
    state = update(state, ModelLoaded(brain.load()))
    state = update(state, _open(start.game) if start.game else NodeChosen(0))
    for key in keys:
        state = answered(update(state, CommandGiven(BY_KEY[key])), brain)
    state = studied(answered(state, brain), brain)
    save_window(path, state, start.settings.size or USUAL_SIZE)
    return state


def _open(path: str) -> Event:
    """The game of a file; a folder has no picture."""
    found = open_game(path)
    if isinstance(found, FolderListed):
        name = repr(os.path.basename(found.folder))
        return Failed(tr("{name} is a folder; choose an SGF file in it", name=name))
    return found


def save_window(path: str | Path, state: GuiState, size: tuple[int, int]) -> None:
    """Writes a PNG of ``size`` pixels of what the window shows.

    Raises: OSError when ``path`` cannot be written.
    """
    surface = pygame.Surface(size)
    draw_window(surface, state, find_layout(state, size))
    save_surface(surface, path)


def studied(state: GuiState, brain: Asked) -> GuiState:
    """The state after all that the worker does while nobody waits."""
    heard: list[Event] = []
    desk = Desk(brain, heard.append, lambda *_: None)
    while (chores := wanted_chores(state)) is not None and desk.step(chores):
        for event in heard:
            state = update(state, event)
        heard.clear()
    return state


def answered(state: GuiState, brain: Brain) -> GuiState:
    """The state after what the worker would say of it."""
    job = wanted(state)
    answer: Event | None = None
    if job is not None and job.judgement:
        found = brain.judge(job.position, komi=job.komi, rules=job.rules)
        answer = Judged(job.serial, found)
    elif job is not None and job.probabilities:
        values = brain.probabilities(job.position, symmetries=job.symmetries)
        state = update(state, ProbabilitiesFound(job.serial, values, job.symmetries))
        share = brain.pass_share(job.position, values, komi=job.komi, rules=job.rules)
        passes = share > 0 and brain.passes(
            job.position, komi=job.komi, rules=job.rules, symmetries=job.symmetries
        )
        answer = PassShareFound(job.serial, share, passes)
    return state if answer is None else update(state, answer)
