"""The window itself: pygame's events in, drawing out, and a worker beside it.

The loop looks for events sixty times a second and draws only what changed.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import pygame

from gopolicy.config import LanguageName
from gopolicy.errors import ConfigError
from gopolicy.go import jit
from gopolicy.go.coords import BLACK, PASS
from gopolicy_gui.app import clipboard, pictures, sounds
from gopolicy_gui.app.chores import wanted_chores
from gopolicy_gui.app.keeper import Keeper
from gopolicy_gui.app.keys import KEY_EVENTS, Keyboard
from gopolicy_gui.app.mouse import MOUSE_EVENTS, Mouse
from gopolicy_gui.app.worker import Brain, Worker, describe, wanted
from gopolicy_gui.model import events, tasks
from gopolicy_gui.model.commands import BY_KEY
from gopolicy_gui.model.dialogs import proceed
from gopolicy_gui.model.forms.field import TextField
from gopolicy_gui.model.language import speak, tr
from gopolicy_gui.model.moves import choose_role, make_game, step
from gopolicy_gui.model.options import HANDICAP_KOMI, Role
from gopolicy_gui.model.settings import (
    USUAL_SIZE,
    Settings,
    check_size,
    save_settings,
    size_on,
)
from gopolicy_gui.model.sgftree import format_game
from gopolicy_gui.model.state import GuiState, Message
from gopolicy_gui.model.study.recent import opening_task
from gopolicy_gui.model.update import update
from gopolicy_gui.view.fonts import has_letters
from gopolicy_gui.view.forms.pointer import input_box, line_key
from gopolicy_gui.view.layout import WindowLayout
from gopolicy_gui.view.shapes import draw_stone
from gopolicy_gui.view.window import draw_window, find_layout, window_title

logger = logging.getLogger(__name__)

#: Seconds between two looks at keyboard and mouse. SDL's own waiting looks every
#: millisecond where the system cannot wake it, at four times the cost.
_FRAME: Final = 1 / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What the window begins with. ``role``: None for the usual one.

    ``settings_path``: where its settings are kept, ``state_folder``: unsaved games;
    None for nowhere. ``komi``: of the first game; None for the usual one. ``today``:
    the date, as SGF writes it. ``language``: the system's, where the settings say none.
    ``pause``: seconds before the network answers a move.
    """

    settings: Settings
    settings_path: Path | None = None
    state_folder: Path | None = None
    game: str = ""
    role: Role | None = None
    handicap: int = 0
    komi: float | None = None
    today: str = ""
    language: LanguageName = "en"
    pause: float = 0.0


def first_state(start: Start) -> GuiState:
    """The state before anything happens; the rules are not needed for it."""
    options = start.settings.options
    if start.role is not None:
        options = replace(options, role=start.role)
    komi = start.komi
    if komi is None:
        komi = HANDICAP_KOMI if start.handicap else options.komi
    first = replace(options, handicap=start.handicap, komi=komi)
    tree = make_game(first, model="", today=start.today)
    return GuiState(
        options=options,
        usual_role=options.role,
        today=start.today,
        system_language=_legible(start.language),
        tree=tree,
        saved=tree,
        recent=start.settings.recent,
    )


def _legible(language: LanguageName) -> LanguageName:
    """``language``, or English where no font has its letters beside Latin ones."""
    speak(language)
    sample = tr("Undone; Ctrl+Y does it again")
    return language if language == "en" or has_letters(sample) else "en"


class App:
    """One window. ``watch`` is shown the state after each round of the loop."""

    def __init__(
        self,
        start: Start,
        brain: Brain,
        watch: Callable[[GuiState], None] | None = None,
    ) -> None:
        self._start = start
        self._watch = watch
        self._heard: queue.SimpleQueue[events.Event] = queue.SimpleQueue()
        self._worker = Worker(brain, self.post, pause=start.pause)
        self._keeper = Keeper(start.state_folder and start.state_folder / "unsaved")
        self._drawn: tuple[GuiState, tuple[int, int]] | None = None
        self._folder = start.settings.folder
        self._size = start.settings.size or USUAL_SIZE
        self._next_move = 0.0
        self._is_full = False
        self._mouse = Mouse()
        self._keyboard = Keyboard()
        self._role = start.role if start.game else None
        self._is_told_to_end = False
        self.state = first_state(start)

    def post(self, event: events.Event) -> None:
        """Takes an event from any thread."""
        self._heard.put(event)

    def run(self) -> None:
        """Opens the window and returns when it is closed.

        It also returns when the system tells it to end: then nobody is there to be
        asked, and a game that is not saved is offered at the next start.

        Raises: ConfigError when there is no display.
        """
        with _heeding_signals(self._end):
            self._run()

    def _end(self) -> None:
        self._is_told_to_end = True

    def _run(self) -> None:
        self._size = _open_window(self._start.settings.size)
        try:
            self._draw()  # before the worker takes the processor
            jit.run_as_python(sys.maxsize)  # until the worker has compiled all
            self.post(events.KernelsReady())
            self._worker.start()
            while not (self.state.quit or self._is_told_to_end):
                self._draw()
                self._round()
        finally:
            self._worker.stop()
            while pygame.display.get_init():  # the clipboard has opened it, too
                pygame.display.quit()  # at once; fonts stay: they are kept by size
            self._keeper.close(self.state)
            self._keep_settings()
            pygame.mixer.quit()

    def _round(self) -> None:
        """Takes in all that has happened, then does what the state asks for."""
        with suppress(queue.Empty):
            self._update(self._heard.get(timeout=_FRAME))
            while True:
                self._update(self._heard.get_nowait())
        waiting = pygame.event.get()
        for i, event in enumerate(waiting):
            if self._keyboard.is_late(event, waiting[i + 1 :]):
                continue
            with self._kept_open(f"understand {event!r}"):
                for ours in self._translate(event):
                    self._update(ours)
        self._play_through()
        self._fill_screen()
        self._listen()
        self._worker.ask(wanted(self.state), wanted_chores(self.state))
        if trouble := self._keeper.keep(self.state):
            self._update(events.Failed(trouble))
        if self._watch is not None:
            self._watch(self.state)

    def _listen(self) -> None:
        """Text is heard where it is typed; elsewhere an input method is in the way."""
        field = self._field()
        self._keyboard.listen(
            is_typed=field is not None,
            composed="" if field is None else field.composed,
            language=self.state.language,
        )

    def _field(self) -> TextField | None:
        """What is typed into."""
        dialog = self.state.dialog
        return dialog.fields[dialog.active] if dialog and dialog.fields else None

    def _play_through(self) -> None:
        """The next move, when a game plays through by itself and its time has come."""
        now = time.monotonic()
        if not self.state.autoplay:
            self._next_move = 0.0
        elif not self._next_move:
            self._next_move = now + self.state.options.pace
        elif now >= self._next_move:
            self._next_move = now + self.state.options.pace
            self._update(events.PaceKept())

    def _fill_screen(self) -> None:
        """Makes the window as large as the screen, or as it was before."""
        if self.state.full_screen == self._is_full:
            return
        self._is_full = self.state.full_screen
        try:
            if self._is_full:
                pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
            else:
                pygame.display.set_mode(self._size, pygame.RESIZABLE)
                if pygame.display.get_window_size() != self._size:
                    # SDL's dummy driver only takes the flag at the first call.
                    pygame.display.set_mode(self._size, pygame.RESIZABLE)
        except pygame.error as error:
            self._is_full = False
            self.state = replace(self.state, full_screen=False)
            self._update(events.Failed(_went_wrong(error)))
        self._drawn = None

    def _update(self, event: events.Event) -> None:
        self._look_at_clock()
        before = self.state
        with self._kept_open(f"take in {event!r}"):
            self.state = update(before, event)
        if isinstance(event, events.KernelsReady):
            self._begin()
        is_new = isinstance(event, events.GameOpened) and self.state.game != before.game
        if is_new and self._role is not None:
            self.state = choose_role(step(self.state, len(self.state.line)), self._role)
            self._role = None  # asked for with the first game only
        if self.state.options.sound and self.state.serial != before.serial:
            self._sound(before)
        while self.state.task is not None:  # at once: the next event may ask for more
            self._do(self.state.task)

    @contextmanager
    def _kept_open(self, task: str) -> Iterator[None]:
        """A fault of the program is told in the window; no game is lost by it."""
        try:
            yield
        except Exception as error:
            logger.exception("the window could not %s", task)
            message = Message(_went_wrong(error), is_error=True)
            if self.state.message != message:
                self.state = replace(self.state, message=message)

    def _look_at_clock(self) -> None:
        """A window may stay open past midnight."""
        today = date.today().isoformat()
        if self.state.today not in ("", today):
            self.state = replace(self.state, today=today)

    def _begin(self) -> None:
        """The rules are there: first of all a game that a crash has left is offered."""
        found = self._keeper.find()
        if found is not None:
            self._update(found)
        else:
            self._begin_game()

    def _begin_game(self) -> None:
        """Sets up the board, or opens the game asked for."""
        if self._start.game:
            path = os.path.abspath(self._start.game)
            self.state = proceed(self.state, events.Task("open", path))
            return
        self.state = update(self.state, events.NodeChosen(0))
        task = opening_task(self.state, 0)
        if self.state.options.reopen and task is not None:
            self.state = proceed(self.state, task)

    def _sound(self, before: GuiState) -> None:
        """A knock when a stone came onto the board."""
        position, old = self.state.position, before.position
        if position.turn == old.turn + 1 and position.last_move != PASS:
            captures = self.state.board[1:] != before.board[1:]
            try:
                sounds.play_stone(captures=captures)
            except pygame.error as error:
                options = replace(self.state.options, sound=False)
                self.state = replace(self.state, options=options)
                text = tr("no sound can be played: {reason}", reason=error)
                self._update(events.Failed(text))

    def _do(self, task: events.Task) -> None:
        self.state = replace(self.state, task=None)
        try:
            self._carry_out(task)
        except Exception as error:
            logger.exception("the window could not %s", task.kind)
            opening = task.serial if task.kind == "open" else None
            self._update(events.Failed(_went_wrong(error), opening))

    def _carry_out(self, task: events.Task) -> None:
        match task.kind:
            case "quit":
                self.state = replace(self.state, quit=True)
            case "open":
                self._keep_folder(task.path)
                tasks.start_opening(task, self.post)
            case "save":
                self._keep_folder(task.path)
                self._update(tasks.write_game(task))
            case "copy" if task.tree is None:
                clipboard.put_text(task.text)
            case "copy" if task.tree is not None:
                clipboard.put_text(format_game(task.tree).decode())
                self._update(events.Done(tr("The game is copied as SGF")))
            case "picture":
                self._keep_folder(task.path)
                self._update(pictures.write_picture(task, self.state))
            case "copy_picture":
                self._update(pictures.copy_picture(self.state, os.environ))
            case "paste":
                self._update(tasks.open_text(clipboard.get_text(), task.serial))
            case "find_recent":
                self._update(tasks.find_recent(self.state.recent))
            case "list":
                self._list(task.path or self._folder or ".")
            case "adopt":
                self._keeper.adopt()
            case "forget":
                self._keeper.forget()
                self._begin()  # perhaps there is another one
            case "leave":
                self._keeper.put_back()
                self._begin_game()

    def _keep_folder(self, path: str) -> None:
        """The next dialog begins where this file is, unless there is no such place."""
        folder = os.path.dirname(os.path.abspath(path))
        if os.path.isdir(folder):
            self._folder = folder

    def _list(self, folder: str) -> None:
        """Shows a folder; the person's own in the place of one that is gone."""
        found = tasks.list_folder(folder)
        self._update(found)
        dialog = self.state.dialog
        if (
            isinstance(found, events.Failed)
            and dialog is not None
            and not dialog.folder
        ):
            self._update(tasks.list_folder("~"))

    def _layout(self) -> WindowLayout:
        return find_layout(self.state, pygame.display.get_window_size())

    def _translate(self, event: pygame.event.Event) -> list[events.Event]:
        """What one of pygame's events means."""
        state = self.state
        if event.type == pygame.QUIT:
            return [events.CloseAsked()]
        if event.type in KEY_EVENTS and self._keyboard.is_spent(
            event, "" if state.dialog is None else state.dialog.kind
        ):
            return []
        if event.type in MOUSE_EVENTS:
            found = self._mouse.translate(event, state, self._layout())
            return [] if found is None else [found]
        if event.type == pygame.DROPFILE:
            return [events.FileDropped(event.file)]
        if event.type == pygame.TEXTINPUT and state.dialog is not None:
            return [events.Typed(event.text)]
        if event.type == pygame.TEXTEDITING:
            self._keyboard.compose(event.text, is_typed=self._field() is not None)
            return [events.Composed(event.text, event.start)]
        if event.type == pygame.KEYDOWN:
            return self._translate_key(self._keyboard.name(event))
        if event.type == pygame.VIDEORESIZE:
            _keep_size((event.w, event.h))
        if event.type in (pygame.WINDOWEXPOSED, pygame.VIDEORESIZE):
            self._drawn = None
        if event.type == pygame.WINDOWLEAVE:
            return [events.Pointed(None)]
        return []

    def _translate_key(self, name: str) -> list[events.Event]:
        if self.state.dialog is not None and name == "ctrl+v":
            return [events.Typed(clipboard.get_text())]
        if self.state.dialog is not None:
            moved = line_key(self.state, self._layout(), name)
            if moved is not None:
                return [moved]
            if len(name) == 1 and not self._keyboard.hears:
                return [events.Typed(name)]
            return [events.DialogKey(name)] if len(name) > 1 else []
        return [events.CommandGiven(BY_KEY[name])] if name in BY_KEY else []

    def _draw(self) -> None:
        """Draws when something changed since the last time."""
        size = pygame.display.get_window_size()
        if self._drawn is not None:
            state, drawn_size = self._drawn
            if state is self.state and drawn_size == size:
                return
        if not pygame.display.get_active():
            return
        self._drawn = (self.state, size)
        if not self._is_full:
            self._size = size
        with self._kept_open("be drawn"):
            draw_window(
                pygame.display.get_surface(), self.state, find_layout(self.state, size)
            )
            pygame.display.flip()
            if (box := input_box(self.state, self._layout())) is not None:
                pygame.key.set_text_input_rect(box)
            title = window_title(self.state)
            if pygame.display.get_caption()[0] != title:
                pygame.display.set_caption(title)

    def _keep_settings(self) -> None:
        if self._start.settings_path is not None:
            settings = Settings(
                check_size(*self._size),
                self._folder,
                self.state.recent,
                self.state.options,
            )
            save_settings(self._start.settings_path, settings)


def _keep_size(size: tuple[int, int]) -> None:
    """No window is smaller than what can be read; SDL 2 has no such limit in pygame."""
    smallest = check_size(*size)
    if smallest != size:
        pygame.display.set_mode(smallest, pygame.RESIZABLE)


def _went_wrong(error: Exception) -> str:
    reason = describe(error)
    return tr("That went wrong ({reason}); the game is as before", reason=reason)


@contextmanager
def _heeding_signals(end: Callable[[], None]) -> Iterator[None]:
    """Calls ``end`` when the system, or the person's session, tells the process to end.

    SDL would make a click on the close button of it, which asks about a changed game;
    it leaves a signal alone that has a handler before a window is opened.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python hears of signals in the main thread alone
        return
    numbers = [getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP")]
    before = {n: signal.signal(n, lambda *_: end()) for n in numbers if n is not None}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _open_window(wanted: tuple[int, int] | None) -> tuple[int, int]:
    """Opens it, as large as was wanted and there is room for; gives that size."""
    # On Windows, pixels are then the screen's own, and all is crisp.
    os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")
    # SDL 2 would keep an input method's list of words from sight (SDL_hints.h).
    os.environ.setdefault("SDL_IME_SHOW_UI", "1")
    forced = os.environ.get("SDL_VIDEODRIVER")
    if sys.platform.startswith("linux"):
        # SDL would load Mesa to copy pixels, whose LLVM and TensorFlow's do not get on:
        # importing TensorFlow with a window open ended in a segmentation fault.
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
    try:
        pygame.display.init()
        if pygame.display.get_driver() == "offscreen" and not forced:
            # SDL's last resort, which nobody sees.
            pygame.display.quit()
            raise pygame.error("there is no display")
        icon = pygame.Surface((64, 64), pygame.SRCALPHA)
        draw_stone(icon, (32, 32), 27, BLACK)
        pygame.display.set_icon(icon)
        size = size_on(_screen(), wanted)
        pygame.display.set_mode(size, pygame.RESIZABLE)
    except pygame.error as error:
        raise ConfigError(
            f"no window can be opened: {error}; start it in a desktop session"
        ) from error
    pygame.display.set_caption("gopolicy")
    pygame.key.set_repeat(350, 40)
    return size


def _screen() -> tuple[int, int] | None:
    """The size of the first screen; None where there is none to be seen."""
    if pygame.display.get_driver() in ("dummy", "offscreen"):
        return None
    sizes = pygame.display.get_desktop_sizes()
    return sizes[0] if sizes else None
