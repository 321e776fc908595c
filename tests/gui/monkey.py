"""A monkey at the window: seeded random events, late answers, tasks that fail.

``play_pure`` drives ``update``, ``play_real`` the loop with SDL's dummy driver. Both
assert at each event that no unsaved edit is lost without a question; at times, that
undoing leads to the start of the game and doing again back.
"""

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pygame
from gopolicy_gui.app.app import App, Start
from gopolicy_gui.app.keys import _NAMES
from gopolicy_gui.app.worker import wanted
from gopolicy_gui.model import events as ev
from gopolicy_gui.model import history, tasks
from gopolicy_gui.model.commands import COMMANDS
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.settings import Settings
from gopolicy_gui.model.sgftree import parse_game
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.update import update
from gopolicy_gui.view.controls import hit
from gopolicy_gui.view.window import find_layout
from gui_states import FAMOUS, fresh

from gopolicy.go.coords import PASS, POINTS
from gopolicy.go.playouts import Judgement
from gopolicy.policy import UniformPolicy

_RECORDS = (
    FAMOUS,
    "(;GM[1]HA[2]AB[dd][pp]RE[W+3.5]C[x];W[pd](;B[dp];W[])(;B[qq]))",
    "(;GM[1];B[aa];W[bb];B[bb])",
    "(;GM[1]AB[aa][ab];PL[W];AE[aa];B[cc];W[];B[])",
    "(;GM[1]SZ[9];B[aa];W[ia])",
    "(;GM[1]SZ[25]AB[yy];W[tt]TR[xx];B[uu])",
)
_KEYS = (
    *("enter", "escape", "up", "down", "left", "right", "backspace", "tab"),
    *("home", "shift+left", "ctrl+shift+left", "ctrl+a", "ctrl+x", "ctrl+c", "ctrl+z"),
    *("ctrl+y", "delete", "ctrl+backspace", "pagedown", "shift+tab"),
)
_TEXTS = ("s", "d", "o", "r", "w", "l", "a", "game", "/x/a.sgf", "~", "\0", "棋")
_CHOICES = (
    *("cancel", "save", "discard", "accept", "entry", "overwrite", "start", "more"),
    *("less", "row", "parent", "resign", "write", "leave", "recover"),
)
_PATHS = ("/x/a.sgf", "/x/b.sgf", "/y/all.zip", "/y/none.sgf")


class Watcher:
    """What must hold from one state to the next."""

    def __init__(self, state: GuiState) -> None:
        self.base = state.tree
        self.agreed: list[Any] = []
        self.saved: list[Any] = []
        self.counts: Counter[str] = Counter()

    def look(self, before: GuiState, after: GuiState, event: object) -> None:
        """Asserts that nothing unsaved went without a question."""
        is_open = before.dialog is not None and before.dialog.kind == "unsaved"
        asked_on = after.dialog is not None and after.dialog.kind == "open"
        went_on = after.task is not None and after.task.kind != "save"
        is_other = (after.game, after.openings) != (before.game, before.openings)
        if is_open and (asked_on or went_on or is_other or after.quit):
            self.agreed = [*self.agreed[-20:], before.tree]
        if isinstance(event, ev.GameSaved):
            self.saved = [*self.saved[-20:], event.tree]
        is_saved = any(before.tree is tree for tree in self.saved)
        lost = before.is_changed and not is_saved
        if after.game != before.game:
            self.counts["games"] += 1
            known = any(before.tree is tree for tree in self.agreed)
            assert not lost or known, f"lost by {type(event).__name__}"
            self.base = after.tree
        elif after.past is None and after.future is None:
            self.base = after.tree
        if after.quit and not before.quit:
            self.counts["ends"] += 1
            assert not lost or is_open, f"ended by {type(event).__name__}"
        self.counts["edits"] += after.past is not before.past


def check_history(state: GuiState, base: object) -> int:
    """Asserts that undoing leads to ``base`` and doing again back; how many steps."""
    steps, walked = 0, state
    while walked.past is not None:
        walked = history.undo(walked)
        steps += 1
    assert walked.tree is base
    while walked.tree is not state.tree:
        assert walked.future is not None
        walked = history.redo(walked)
    return steps


class PureMonkey:
    """Events for ``update``, and a world that answers late, out of order or not."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.state = fresh(role=Role.BOTH)
        self.waiting: list[ev.Event] = []
        self.watcher = Watcher(self.state)

    def play(self, count: int, *, every: int = 500) -> Counter[str]:
        """So many events; what happened."""
        for number in range(count):
            self._take(self._event())
            if number % every == every - 1:
                steps = check_history(self.state, self.watcher.base)
                self.watcher.counts["undone"] += steps
        check_history(self.state, self.watcher.base)
        return self.watcher.counts

    def _take(self, event: ev.Event) -> None:
        before = self.state
        self.state = update(before, event)
        self.watcher.look(before, self.state, event)
        self.watcher.counts[type(event).__name__] += 1
        job = wanted(self.state)
        if job is not None and self.random.random() < 0.1:
            self.waiting += self._answers(job)
        self.waiting = self.waiting[-30:]
        while (task := self.state.task) is not None:
            self.state = replace(self.state, task=None)
            self._do(task)

    def _answers(self, job: Any) -> list[ev.Event]:
        values = np.full(POINTS, 1 / POINTS, np.float32)
        legal = job.position.legal_mask(superko=True).nonzero()[0].tolist()
        move = self.random.choice([*legal, PASS] if legal else [PASS])
        contested = self.random.choice([0, 200])
        dead = frozenset(self.random.sample(range(POINTS), 5))
        return [
            ev.ProbabilitiesFound(job.serial, values, job.symmetries),
            ev.PassShareFound(job.serial, 0.5, self.random.random() < 0.5),
            ev.MoveFound(job.serial, self.random.choice([move, move, PASS, None])),
            ev.Judged(job.serial, Judgement(values, 0.0, contested, 0.5, dead)),
            ev.JobFailed(job.serial, "out of memory"),
        ]

    def _do(self, task: ev.Task) -> None:
        """A task, or its fault: a full disk, a file that is gone."""
        fails = self.random.random() < 0.3
        if task.kind == "quit":
            before, self.state = self.state, replace(self.state, quit=True)
            is_agreed = any(before.tree is tree for tree in self.watcher.agreed[-1:])
            assert not before.is_changed or is_agreed, "ended with an unsaved edit"
            self.watcher.counts["ends"] += 1
            self.state = replace(before, quit=False)
        elif task.kind == "open":
            tree = parse_game(self.random.choice(_RECORDS), "x")
            path = self.random.choice([task.path, ""])
            stamp = ev.FileStamp(len(tree.nodes), 0)
            found: ev.Event = ev.GameOpened(path, tree, task.serial, stamp=stamp)
            if fails:
                found = ev.Failed("it is gone", task.serial)
            elif not task.number and self.random.random() < 0.3:
                found = ev.GamesFound(task.path, ("1.  a", "2.  b"), task.serial)
            self.waiting.append(found)
        elif task.kind == "save" and task.tree is not None:
            if fails:
                self._take(ev.Failed("the disk is full"))
            elif not task.overwrite and self.random.random() < 0.5:
                is_gone = task.known is not None and task.known.size % 2 == 0
                self._take(ev.FileExists(task, is_gone))
            else:
                stamp = ev.FileStamp(len(task.tree.nodes), 0)
                then, serial = task.then, task.serial
                self._take(ev.GameSaved(task.path, task.tree, then, serial, stamp))
        elif task.kind == "paste":
            self.waiting.append(
                tasks.open_text(self.random.choice(_TEXTS), task.serial)
            )
        elif task.kind == "list":
            found = ev.FolderListed("/x", ("sub/", "a.sgf", "b.zip"))
            self._take(ev.Failed("no folder") if fails else found)

    def _event(self) -> ev.Event:
        choice, state = self.random, self.state
        if self.waiting and choice.random() < 0.3:
            return self.waiting.pop(choice.randrange(len(self.waiting)))
        kind = choice.random()
        if kind < 0.25:
            size = choice.choice([(800, 600), (480, 360), (600, 900), (97, 61)])
            place = choice.randrange(size[0]), choice.randrange(size[1])
            found = hit(state, find_layout(state, size), *place)
            return found if found is not None else ev.Pointed(None)
        if state.dialog is not None and kind > 0.95:  # what no question keeps out
            dropped = choice.random() < 0.5
            return ev.FileDropped(_PATHS[0]) if dropped else ev.CloseAsked()
        if state.dialog is not None:
            answers: list[ev.Event] = [
                ev.DialogKey(choice.choice(_KEYS)),
                ev.Typed(choice.choice(_TEXTS)),
                ev.DialogChosen(choice.choice(_CHOICES), choice.randrange(-1, 4)),
            ]
            return choice.choice(answers)
        if kind < 0.6:
            return ev.PointChosen(choice.randrange(POINTS))
        if kind < 0.9:
            return ev.CommandGiven(choice.choice(COMMANDS).name)
        reached = state.tree.line_through(choice.choice(state.line))
        others: list[ev.Event] = [
            ev.NodeChosen(choice.choice(reached)),
            ev.PlaneChosen(choice.randrange(48)),
            ev.MenuOpened(choice.choice(["Game", "Play", ""])),
            ev.Scrolled(choice.randrange(-3, 4)),
            ev.ScrolledTo(choice.choice(["dialog", "field", "comment"]), 3),
            ev.Composed(choice.choice(["", "", "zhong"]), choice.randrange(6)),
            ev.FieldPressed(
                choice.randrange(9), choice.randrange(12), word=choice.random() < 0.1
            ),
            ev.FileDropped(choice.choice(_PATHS)),
            ev.FileDropped(choice.choice(_PATHS)),
            ev.CloseAsked(),
            ev.ModelLoaded("net"),
        ]
        return choice.choice(others)


def play_pure(seed: int, count: int) -> Counter[str]:
    """So many events over the pure model."""
    return PureMonkey(seed).play(count)


class FaultyBrain:
    """Answers, or fails in one of the ways that libraries have."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def _perhaps_fail(self) -> None:
        if self._random.random() < 0.2:
            raise self._random.choice([MemoryError(), RuntimeError("x"), SystemExit(1)])

    def load(self) -> str:
        """See ``Brain``."""
        return "monkey"

    def probabilities(self, position: Any, **_: Any) -> Any:
        """See ``Brain``."""
        self._perhaps_fail()
        return UniformPolicy().probabilities([position])[0]

    def pass_share(self, position: Any, probabilities: Any, **_: Any) -> float:
        """See ``Brain``."""
        self._perhaps_fail()
        return self._random.random()

    def passes(self, position: Any, **_: Any) -> bool:
        """See ``Brain``."""
        return self._random.random() < 0.5

    def choose(self, position: Any, **_: Any) -> int | None:
        """See ``Brain``."""
        self._perhaps_fail()
        legal = position.legal_mask(superko=True).nonzero()[0].tolist()
        return self._random.choice([*legal, PASS, PASS, None])

    def judge(self, position: Any, **_: Any) -> Judgement:
        """See ``Brain``."""
        self._perhaps_fail()
        values = np.zeros(POINTS, np.float32)
        return Judgement(values, 0.0, self._random.choice([0, 99]), 0.5, frozenset())

    def many(self, positions: Any, **_: Any) -> Any:
        """See ``Brain``."""
        self._perhaps_fail()
        return UniformPolicy().probabilities(positions)

    def boards(self, position: Any) -> Any:
        """See ``Brain``."""
        self._perhaps_fail()
        stones = position.stones.reshape(19, 19, 1).astype(np.float32)
        return stones * np.array([1, 0, -1], np.float32), stones

    def owners(self, position: Any) -> Any:
        """See ``Brain``."""
        self._perhaps_fail()
        return np.zeros(POINTS, np.float32)

    def warm_up(self) -> None:
        """See ``Brain``."""


class _WatchedApp(App):
    """Tells a watcher of each state; what would end it is noted and undone."""

    watcher: Watcher

    def _update(self, event: ev.Event) -> None:
        before = self.state
        super()._update(event)
        self.watcher.look(before, self.state, event)


def play_real(seed: int, count: int, folder: Path, patch: Any) -> Counter[str]:
    """So many events of pygame over the real loop; ``patch``: pytest's monkeypatch."""
    choice = random.Random(seed)
    patch.chdir(folder)  # and nothing is written elsewhere
    for number, text in enumerate(_RECORDS):
        (folder / f"{number}.sgf").write_text(text, encoding="utf-8")
    for name in ("write_game", "list_folder", "open_game"):
        patch.setattr(tasks, name, _faulty(getattr(tasks, name), choice))
    sent = 0

    def watch(state: GuiState) -> None:
        nonlocal sent
        if not state.ready:
            return
        if sent >= count:
            check_history(state, app.watcher.base)
            app.state = replace(app.state, quit=True)
            return
        if state.quit:
            app.state = replace(app.state, quit=False)
        for _ in range(4):
            pygame.event.post(_pygame_event(choice, folder))
            sent += 1

    settings = Settings(size=(480, 360), folder=str(folder))
    start = Start(settings=settings, state_folder=folder / "state")
    app = _WatchedApp(start, FaultyBrain(seed), watch)
    app.watcher = Watcher(app.state)
    app.run()
    app.watcher.counts["events"] = sent
    return app.watcher.counts


def _faulty(function: Any, choice: random.Random) -> Any:
    def perhaps(*arguments: Any, **named: Any) -> Any:
        if choice.random() < 0.3:
            raise choice.choice([OSError(28, "full"), ValueError("x"), MemoryError()])
        return function(*arguments, **named)

    return perhaps


def _pygame_event(choice: random.Random, folder: Path) -> pygame.event.Event:
    kind = choice.random()
    place = choice.randrange(480), choice.randrange(360)
    if kind < 0.35:
        return pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=place, button=1)
    if kind < 0.45:
        return pygame.event.Event(pygame.MOUSEMOTION, pos=place)
    if kind < 0.55:
        return pygame.event.Event(pygame.TEXTINPUT, text=choice.choice(_TEXTS))
    if kind < 0.6:
        path = folder / f"{choice.randrange(6)}.sgf"
        return pygame.event.Event(pygame.DROPFILE, file=str(path))
    if kind < 0.63:
        return pygame.event.Event(pygame.QUIT)
    if kind < 0.68:
        return pygame.event.Event(pygame.MOUSEWHEEL, y=choice.choice([-1, 1]))
    if kind < 0.8:
        key = choice.choice(list(_NAMES))
        mod = choice.choice([0, pygame.KMOD_SHIFT])
        return pygame.event.Event(pygame.KEYDOWN, key=key, unicode="", mod=mod)
    letter = choice.choice("abcdefghmnoprstuvwxyz+-?[].")
    mod = choice.choice([0, 0, pygame.KMOD_CTRL])
    key = ord(letter)
    return pygame.event.Event(pygame.KEYDOWN, key=key, unicode=letter, mod=mod)
