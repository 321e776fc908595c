"""The window's loop with SDL's dummy driver, its worker, files and settings."""

import errno
import json
import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest
from click.testing import CliRunner
from gopolicy_gui.app import app as windows
from gopolicy_gui.app import brain as brains
from gopolicy_gui.app import mouse, sounds
from gopolicy_gui.app.app import App, Start, first_state
from gopolicy_gui.app.keys import key_name
from gopolicy_gui.app.snapshot import save_snapshot
from gopolicy_gui.app.worker import Job, Worker, wanted
from gopolicy_gui.model import events as ev
from gopolicy_gui.model import tasks
from gopolicy_gui.model import update as updates
from gopolicy_gui.model.commands import BY_KEY, COMMANDS
from gopolicy_gui.model.events import RecentFile
from gopolicy_gui.model.options import Options, Role
from gopolicy_gui.model.settings import (
    USUAL_SIZE,
    Settings,
    check_size,
    load_settings,
    save_settings,
    size_on,
)
from gopolicy_gui.model.state import TRIES
from gopolicy_gui.model.study import reviewing
from gopolicy_gui.view.controls import controls
from gopolicy_gui.view.picture import pixels
from gopolicy_gui.view.window import draw_window, find_layout, status_words
from gtp_client import WishfulPolicy
from gui_states import fresh, run
from sgf_files import DATASETS
from trees import load_game

from gopolicy.cli import main
from gopolicy.config import STRENGTH_NAMES
from gopolicy.errors import ConfigError, ModelError
from gopolicy.go.coords import PASS, POINTS, parse_vertex
from gopolicy.go.playouts import Judgement
from gopolicy.go.position import Position
from gopolicy.policy import UniformPolicy
from gopolicy.sgf import sources


class ScriptedBrain:
    """Plays the first legal point, row by row; ``trouble`` keeps it from loading."""

    def __init__(self, trouble=""):
        self.trouble = trouble
        self.asked = []

    def load(self):
        if self.trouble:
            raise ModelError(self.trouble)
        return "scripted"

    def probabilities(self, position, *, symmetries):
        self.asked.append(("probabilities", symmetries))
        return UniformPolicy().probabilities([position])[0]

    def passes(self, position, *, komi, rules, symmetries):
        self.asked.append(("passes", symmetries))
        return False

    def pass_share(self, position, probabilities, *, komi, rules):
        self.asked.append(("pass share", komi))
        return 0.25

    def choose(self, position, *, game, komi, temperature, strength, rules, symmetries):
        self.asked.append(("choose", symmetries))
        return int(position.legal_mask(superko=True).argmax())

    def judge(self, position, *, komi, rules):
        self.asked.append(("judge", komi))
        return Judgement(np.zeros(POINTS, np.float32), 0.0, 0, 0.5, frozenset())

    def many(self, positions, *, symmetries):
        self.asked.append(("many", len(positions)))
        return UniformPolicy().probabilities(positions)

    def boards(self, position):
        self.asked.append(("boards", position.turn))
        return (position.stones.reshape(19, 19, 1).astype(np.float32),)

    def owners(self, position):
        self.asked.append(("owners", position.turn))
        return np.sign(np.arange(POINTS) - 120).astype(np.float32)

    def warm_up(self):
        pass


def press(key, unicode="", mod=0):
    pygame.event.post(
        pygame.event.Event(pygame.KEYDOWN, key=key, unicode=unicode, mod=mod)
    )


def click(app, place, button=1):
    pygame.event.post(
        pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=place, button=button)
    )


def click_point(app, vertex):
    layout = find_layout(app.state, pygame.display.get_window_size())
    click(app, layout.board.center(parse_vertex(vertex)))


def click_control(app, label):
    layout = find_layout(app.state, pygame.display.get_window_size())
    for control in reversed(controls(app.state, layout)):
        if control.label == label:
            return click(app, pygame.Rect(control.box).center)
    raise AssertionError(f"no control {label!r}")


def drive(
    script, *, brain=None, game="", settings=None, path=None, role=None, folder=None
):
    """Runs the real loop; ``script`` yields conditions to wait for. Gives the app."""
    start = Start(
        settings=settings or Settings(size=(800, 600)),
        settings_path=path,
        state_folder=folder,
        game=str(game),
        role=role,
    )
    steps = None
    waiting_for = None

    expired = threading.Event()

    def give_up():
        expired.set()
        app.post(ev.Pointed(None))  # wakes the loop

    def watch(state):
        nonlocal steps, waiting_for
        assert not expired.is_set(), f"nothing more happened: {state.message}"
        if steps is None:
            steps = script(app)
            waiting_for = next(steps)
        while waiting_for is not None and waiting_for(app.state):
            waiting_for = next(steps, None)
            if waiting_for is None:
                app.state = _closed(app.state)

    app = App(start, brain or ScriptedBrain(), watch)
    timer = threading.Timer(120, give_up)
    timer.start()
    try:
        app.run()
    finally:
        timer.cancel()
    assert not pygame.display.get_init()
    return app


def _closed(state):
    return replace(state, quit=True)


def test_a_game_is_played_and_saved_by_clicks_and_keys(tmp_path):
    seen = []

    def script(app):
        yield lambda s: s.ready and s.model and s.shown_thoughts()
        for i, vertex in enumerate(("Q16", "D4", "Q4", "D16", "K10"), 1):
            click_point(app, vertex)
            yield lambda s, i=i: s.position.turn == 2 * i and s.shown_thoughts()
        surface = pygame.display.get_surface()
        layout = find_layout(app.state, (800, 600))
        x, y = layout.board.center(parse_vertex("Q16"))
        seen.append(surface.get_at((x, y))[:3])
        click_control(app, "Hints")
        yield lambda s: s.options.play_hints
        click_control(app, "Take back")
        yield lambda s: s.position.turn == 8
        press(pygame.K_s, "s", pygame.KMOD_CTRL)
        yield lambda s: s.dialog is not None and s.dialog.folder
        for letter in "!":
            pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text=letter))
        yield lambda s: s.dialog.typed == "!.sgf"
        press(pygame.K_RETURN, "\r")
        yield lambda s: s.path and not s.is_changed

    folder = Settings(size=(800, 600), folder=str(tmp_path))
    app = drive(script, settings=folder)
    assert max(seen[0]) < 90, "a black stone"
    (saved,) = tmp_path.iterdir()
    assert saved.name == "!.sgf"
    tree = load_game(saved)
    assert len(tree.nodes) == 11
    assert tree.root.text("PW") == "gopolicy scripted"
    assert app.state.position.turn == 8


def test_a_game_is_opened_walked_and_guessed():
    def script(app):
        yield lambda s: s.path and s.ready
        press(pygame.K_END)
        yield lambda s: s.position.turn == 211
        yield lambda s: s.thoughts is not None and s.thoughts.pass_share == 0.25
        press(pygame.K_HOME)
        press(pygame.K_RIGHT, mod=pygame.KMOD_SHIFT)
        yield lambda s: s.position.turn == 10
        press(pygame.K_f, "f")
        yield lambda s: s.plane == 0
        press(pygame.K_ESCAPE)
        press(pygame.K_g, "g")
        yield lambda s: s.guessing is not None and s.shown_thoughts()
        click_point(app, "A1")
        yield lambda s: s.guessing.tries == 1
        press(pygame.K_g, "g")
        press(pygame.K_SLASH, "?", pygame.KMOD_SHIFT)
        yield lambda s: s.dialog is not None and s.dialog.kind == "help"

    app = drive(script, game=DATASETS / "alphago-leesedol-2.sgf")
    assert app.state.options.role is Role.BOTH


def test_a_game_can_be_played_on_by_the_network():
    def script(app):
        yield lambda s: s.position.turn == 212

    path = DATASETS / "alphago-leesedol-2.sgf"
    app = drive(script, game=path, role=Role.BLACK)
    assert app.state.role is Role.BLACK


def test_an_answer_takes_a_moment_and_the_level_is_told():
    brain = ScriptedBrain()
    heard: list[str] = []
    times: list[tuple[ev.Event, float]] = []

    def choose(position, **settings):
        heard.append(settings["strength"])
        return int(position.legal_mask(superko=True).argmax())

    brain.choose = choose

    def post(event):
        times.append((event, time.monotonic()))

    worker = Worker(brain, post, pause=0.3)
    worker.start()
    state = run(fresh(strength="full"), "weaker", "Q16")
    begun = time.monotonic()
    worker.ask(wanted(state))
    while not any(isinstance(event, ev.MoveFound) for event, _ in times):
        time.sleep(0.01)
    (found,) = [at for event, at in times if isinstance(event, ev.MoveFound)]
    worker.stop()
    assert found - begun >= 0.3
    assert heard == [STRENGTH_NAMES[-2]]


def test_the_network_plays_at_the_level_that_is_chosen():
    def drawn(strength, temperature):
        found = set()
        for seed in range(40):
            brain = brains.NetworkBrain("default", seed=seed)
            brain._policy = WishfulPolicy("Q16 D4 Q4 D16")  # type: ignore[assignment]
            point = brain.choose(
                Position(),
                game=1,
                komi=7.5,
                temperature=temperature,
                strength=strength,
                rules="area",
                symmetries=1,
            )
            found.add(point)
        return found

    assert drawn("full", 0.0) == {parse_vertex("Q16")}
    assert len(drawn("full", 1.0)) > 2, "the opening is drawn by the temperature"
    weakest = STRENGTH_NAMES[0]
    assert len(drawn(weakest, 0.0)) > 2, "the level has its own"


def test_two_passes_are_counted_and_accepted():
    brain = ScriptedBrain()
    brain.choose = lambda position, **_: PASS

    def script(app):
        yield lambda s: s.ready and s.model
        press(pygame.K_p, "p")
        yield lambda s: s.scoring is not None and s.scoring.dead is not None
        click_control(app, "Accept")
        yield lambda s: s.result == "W+7.5"

    drive(script, brain=brain)


def test_stones_are_played_while_the_network_loads_and_kernels_are_compiled_after():
    brain, order, loads = ScriptedBrain(), [], threading.Event()

    def load():
        assert loads.wait(60)
        return "late"

    def choose(position, **_):
        order.append("chosen")
        return 0

    brain.load, brain.choose = load, choose
    brain.warm_up = lambda: order.append("compiled")

    def script(app):
        yield lambda s: True  # the first round
        click_point(app, "Q16")
        yield lambda s: s.position.turn == 1
        assert not app.state.model
        loads.set()
        yield lambda s: s.position.turn == 2
        yield lambda s: "compiled" in order
        app.post(ev.Compiling(3, 9))
        yield lambda s: s.compiling == (3, 9)

    drive(script, brain=brain)
    assert order == ["chosen", "compiled"]


def test_a_window_without_a_compiler_says_so_and_plays_on():
    brain = ScriptedBrain()

    def fail():
        raise OSError("no disk")

    brain.warm_up = fail

    def script(app):
        yield lambda s: s.message is not None and "no disk" in s.message.text
        click_point(app, "Q16")
        yield lambda s: s.position.turn == 2

    drive(script, brain=brain)


@pytest.mark.parametrize("answer", ["recover", "later"])
def test_a_game_that_a_crash_left_is_offered_first(tmp_path, answer):
    def crash(app):
        yield lambda s: s.ready
        press(pygame.K_a, "a")
        click_point(app, "Q16")
        yield lambda s: s.position.turn == 1
        yield lambda s: list((tmp_path / "unsaved").glob("*.sgf"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        drive(crash, folder=tmp_path)

    def again(app):
        yield lambda s: s.dialog is not None and s.dialog.kind == "recover"
        press(pygame.K_RETURN if answer == "recover" else pygame.K_ESCAPE)
        if answer == "recover":
            yield lambda s: s.position.turn == 1 and s.is_changed
        else:
            yield lambda s: s.tree.root.text("PB") == "AlphaGo"

    drive(again, folder=tmp_path, game=DATASETS / "alphago-leesedol-2.sgf")
    left = list((tmp_path / "unsaved").glob("*.sgf"))
    assert len(left) == (answer == "later"), "closed without saving, it is given up"


def test_a_missing_model_is_told_and_the_board_still_works():
    def script(app):
        yield lambda s: s.model_trouble
        assert app.state.message.is_error
        press(pygame.K_a, "a")
        yield lambda s: s.role is Role.BOTH
        click_point(app, "Q16")
        yield lambda s: s.position.turn == 1

    app = drive(script, brain=ScriptedBrain(trouble="no model 'x'; try another"))
    assert "no model 'x'" in app.state.model_trouble


@pytest.mark.parametrize("move", [True, False])
def test_what_was_asked_before_a_failed_load_is_dropped(move, caplog):
    brain, heard = ScriptedBrain(trouble="no model 'x'; try another"), []
    loaded, counted = threading.Event(), threading.Event()

    def post(event):
        heard.append(event)
        if isinstance(event, ev.ModelLoaded):
            loaded.set()
        if isinstance(event, ev.Judged):
            counted.set()

    worker = Worker(brain, post)
    worker.ask(job(1, move=move))
    worker.start()
    assert loaded.wait(60)
    worker.ask(replace(job(2, move=move), judgement=True))
    assert counted.wait(60), "playouts need no network"
    worker.stop()
    worker._thread.join(60)
    assert {kind for kind, _ in brain.asked} == {"judge"}
    assert not any(isinstance(event, ev.JobFailed) for event in heard)
    assert "no answer" not in caplog.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_window_that_is_told_to_end_asks_nothing_and_keeps_the_game(tmp_path, number):
    assert threading.current_thread() is threading.main_thread()
    before = signal.getsignal(number)

    def script(app):
        yield lambda s: s.ready and s.model
        press(pygame.K_a, "a")
        yield lambda s: s.role is Role.BOTH
        click_point(app, "Q16")
        yield lambda s: s.position.turn == 1 and s.is_changed
        signal.raise_signal(number)
        yield lambda s: False

    app = drive(script, folder=tmp_path)
    assert app.state.dialog is None
    assert not app.state.quit
    (kept,) = (tmp_path / "unsaved").glob("*.sgf")
    assert b";B[pd]" in kept.read_bytes()
    assert signal.getsignal(number) is before


def test_a_game_is_reviewed_and_the_graph_dragged():
    brain = ScriptedBrain()

    def script(app):
        yield lambda s: s.ready and reviewing.known(s).is_whole and len(s.line) > 200
        assert ("many", 8) in brain.asked
        box = find_layout(app.state, pygame.display.get_window_size()).graph
        at = box.left + box.width // 2, box.top + box.height // 2
        click(app, at)
        yield lambda s: s.cursor > 90
        for x in (box.left + box.width // 4, 790):
            pygame.event.post(
                pygame.event.Event(
                    pygame.MOUSEMOTION, pos=(x, 5), rel=(0, 0), buttons=(1, 0, 0)
                )
            )
        yield lambda s: s.cursor == len(s.line) - 1
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=at, button=1))
        pygame.event.post(
            pygame.event.Event(
                pygame.MOUSEMOTION, pos=at, rel=(0, 0), buttons=(0, 0, 0)
            )
        )
        yield lambda s: s.pointed is not None
        assert app.state.cursor == len(app.state.line) - 1
        press(pygame.K_e, "e")
        yield lambda s: s.estimate is not None

    drive(script, brain=brain, game=DATASETS / "alphago-leesedol-2.sgf")


def test_a_game_is_copied_and_pasted():
    def script(app):
        yield lambda s: s.ready
        press(pygame.K_a, "a")
        click_point(app, "Q16")
        yield lambda s: s.position.turn == 1
        press(pygame.K_c, "c", pygame.KMOD_CTRL)
        yield lambda s: s.message is not None and "copied" in s.message.text
        before = app.state.game
        app.state = _saved(app.state)
        press(pygame.K_v, "v", pygame.KMOD_CTRL)
        yield lambda s: s.game > before
        assert len(app.state.tree.nodes) == 2
        press(pygame.K_e, "e", pygame.KMOD_CTRL)
        yield lambda s: s.dialog is not None
        press(pygame.K_v, "v", pygame.KMOD_CTRL)
        yield lambda s: "(;" in s.dialog.typed
        composed = pygame.event.Event(pygame.TEXTEDITING, text="zh", start=2, length=0)
        pygame.event.post(composed)
        yield lambda s: s.dialog.fields[0].composed == "zh"
        assert os.environ["SDL_IME_SHOW_UI"] == "1", "or there is no list to choose of"
        pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text="中"))
        yield lambda s: s.dialog.typed.endswith("中")
        press(pygame.K_HOME)
        yield lambda s: s.dialog.fields[0].cursor < len(s.dialog.typed)

    drive(script)


def _saved(state):
    return replace(state, saved=state.tree)


def test_a_network_that_fails_later_is_told():
    brain = ScriptedBrain()

    def fail(position, *, symmetries):
        raise ModelError("the model is damaged; install it again")

    brain.probabilities = fail

    def script(app):
        yield lambda s: s.message is not None and s.message.is_error
        press(pygame.K_h, "h")
        yield lambda s: s.options.play_hints

    drive(script, brain=brain)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"nothing at all", "no game"),
        (b"(;SZ[37];B[aa])", "up to 25x25"),
        (None, "cannot"),
    ],
)
def test_a_file_that_cannot_be_opened_is_told(tmp_path, content, words):
    path = tmp_path / "bad.sgf"
    if content is not None:
        path.write_bytes(content)

    def script(app):
        yield lambda s: s.ready
        pygame.event.post(pygame.event.Event(pygame.DROPFILE, file=str(path)))
        yield lambda s: s.message is not None and s.message.is_error
        assert words in app.state.message.text
        assert not app.state.busy
        click_point(app, "Q16")
        yield lambda s: s.position.turn >= 1

    drive(script)


def test_a_full_disk_is_told_and_the_game_stays(tmp_path, monkeypatch):
    def full(path, tree):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(tasks, "save_game", full)

    def script(app):
        yield lambda s: s.ready
        click_point(app, "Q16")
        yield lambda s: s.position.turn >= 1
        press(pygame.K_s, "s", pygame.KMOD_CTRL)
        yield lambda s: s.dialog is not None and s.dialog.folder
        press(pygame.K_RETURN, "\r")
        yield lambda s: s.message is not None and s.message.is_error
        assert "No space left" in app.state.message.text
        assert app.state.is_changed

    drive(script, settings=Settings(size=(800, 600), folder=str(tmp_path)))


def test_a_save_that_fails_leaves_the_folder_of_the_dialogs_as_it_was(tmp_path):
    def script(app):
        yield lambda s: s.ready
        click_point(app, "Q16")
        yield lambda s: s.position.turn >= 1
        press(pygame.K_s, "s", pygame.KMOD_CTRL)
        yield lambda s: s.dialog is not None and s.dialog.folder
        app.post(ev.Typed("gone/"))
        app.post(ev.Typed("x"))
        app.post(ev.DialogKey("enter"))
        yield lambda s: s.message is not None and s.message.is_error
        press(pygame.K_s, "s", pygame.KMOD_CTRL)
        yield lambda s: s.dialog is not None and s.dialog.folder
        assert app.state.dialog.folder == str(tmp_path)
        press(pygame.K_ESCAPE, "")
        yield lambda s: s.dialog is None
        app.post(ev.FileDropped(str(tmp_path / "gone" / "game.sgf")))
        yield lambda s: s.dialog is not None
        app.post(ev.DialogChosen("discard"))
        yield lambda s: s.message is not None and "game.sgf" in s.message.text
        press(pygame.K_s, "s", pygame.KMOD_CTRL)
        yield lambda s: s.dialog is not None and s.dialog.folder
        assert app.state.dialog.folder == str(tmp_path)

    drive(script, settings=Settings(size=(800, 600), folder=str(tmp_path)))


def test_closing_asks_before_moves_are_lost():
    def script(app):
        yield lambda s: s.ready
        click_point(app, "Q16")
        yield lambda s: s.is_changed
        pygame.event.post(pygame.event.Event(pygame.QUIT))
        yield lambda s: s.dialog is not None and s.dialog.kind == "unsaved"
        pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text="d"))
        yield lambda s: s.quit

    drive(script)


def test_a_key_pressed_while_the_window_is_busy_is_no_held_one():
    def script(app):
        yield lambda s: s.ready and s.model
        press(pygame.K_a, "a")
        yield lambda s: s.role is Role.BOTH
        for vertex in ("Q16", "D4", "C3", "R4"):
            app.state = run(app.state, vertex)
        app.state = run(app.state, "first")
        down = {"key": pygame.K_RIGHT, "unicode": "", "mod": 0}
        for kind in (*[pygame.KEYDOWN] * 3, pygame.KEYUP):
            pygame.event.post(pygame.event.Event(kind, down))
        press(pygame.K_m, "m")
        yield lambda s: s.options.numbers
        assert app.state.position.turn == 1

    drive(script)


def test_settings_come_back(tmp_path):
    path = tmp_path / "new folder" / "window.json"

    def script(app):
        yield lambda s: s.ready
        press(pygame.K_d, "d")
        press(pygame.K_m, "m")
        yield lambda s: s.options.numbers and s.options.theme == "dark"

    drive(script, path=path)
    settings = load_settings(path)
    assert (settings.options.theme, settings.options.numbers) == ("dark", True)
    assert settings.size == (800, 600)
    assert settings.options.role is Role.BLACK
    assert load_settings(tmp_path / "none.json") == Settings()


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[1]",
        '{"size": "big", "options": 3, "folder": 7}',
        '{"size": [1.5, 2], "options": {"theme": "pink", "komi": "x", "wood": 1}}',
        '{"options": {"komi": 1e999, "temperature": -4, "handicap": 44}}',
        '{"recent": 3, "options": {"pace": 0, "reopen": 1}}',
        '{"options": {"komi": NaN, "rules": "mine", "role": "black", "other": null}}',
    ],
)
def test_odd_settings_are_as_usual(tmp_path, text):
    path = tmp_path / "window.json"
    path.write_text(text, encoding="utf-8")
    assert load_settings(path) == Settings()


def test_settings_round_trip(tmp_path):
    options = Options(theme="dark", komi=0.5, temperature=0.3, handicap=4, sound=True)
    settings = Settings(size=(900, 700), folder="/games", options=options)
    save_settings(tmp_path / "s.json", settings)
    assert load_settings(tmp_path / "s.json") == settings
    (tmp_path / "t.json").write_text(json.dumps({"size": [5, 90_000]}))
    assert load_settings(tmp_path / "t.json").size == check_size(5, 90_000)
    assert check_size(*USUAL_SIZE) == USUAL_SIZE


@pytest.mark.parametrize(
    ("screen", "wanted", "size"),
    [
        (None, None, USUAL_SIZE),
        ((1920, 1080), None, (1280, 800)),
        ((1366, 768), None, (1280, 691)),
        ((3840, 2160), None, (2560, 1440)),
        ((3840, 2160), (900, 700), (900, 700)),
        ((1366, 768), (2560, 1440), (1366, 768)),
        ((800, 600), None, (800, 540)),
    ],
)
def test_the_window_opens_as_large_as_suits_the_screen(screen, wanted, size):
    assert size_on(screen, wanted) == size


def test_settings_that_cannot_be_kept_are_no_error(tmp_path, caplog):
    (tmp_path / "file").write_text("x")
    save_settings(tmp_path / "file" / "s.json", Settings())
    assert "not kept" in caplog.text


def test_a_game_plays_through_by_itself_and_the_window_fills_the_screen(tmp_path):
    game = tmp_path / "a.sgf"
    game.write_text("(;B[aa];W[bb];B[cc])")
    settings = Settings(size=(800, 600), options=Options(pace=0.3))

    def script(app):
        yield lambda s: s.ready and s.path
        press(pygame.K_F11)
        yield lambda s: s.full_screen and app._is_full
        assert pygame.display.get_surface().get_flags() & pygame.FULLSCREEN
        press(pygame.K_SPACE, " ", pygame.KMOD_SHIFT)
        yield lambda s: s.autoplay
        yield lambda s: s.position.turn == 3 and not s.autoplay
        press(pygame.K_ESCAPE)
        yield lambda s: not s.full_screen and not app._is_full
        assert pygame.display.get_window_size() == (800, 600)

    drive(script, game=game, settings=settings, path=tmp_path / "s.json")
    kept = load_settings(tmp_path / "s.json")
    assert kept.size == (800, 600), "not the screen's"
    assert [file.path for file in kept.recent] == [str(game)]


@pytest.mark.parametrize("is_there", [True, False])
def test_the_last_file_is_opened_again_when_asked_for(tmp_path, is_there):
    game = tmp_path / "a.sgf"
    if is_there:
        game.write_text("(;PB[Ann];B[aa])")
    options = Options(reopen=True)
    recent = (RecentFile(str(game)),)
    settings = Settings(size=(800, 600), recent=recent, options=options)

    def script(app):
        if is_there:
            yield lambda s: s.path == str(game)
        else:
            yield lambda s: s.message is not None and s.message.is_error
            click_point(app, "Q16")
            yield lambda s: s.position.turn >= 1
        press(pygame.K_o, "o", pygame.KMOD_CTRL | pygame.KMOD_SHIFT)
        yield lambda s: s.dialog is not None and s.dialog.kind == "recent"
        gone = "not there any more" in app.state.dialog.entries[0]
        assert gone is not is_there

    drive(script, settings=settings)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_key_of_the_table_is_a_key_of_the_keyboard(command):
    """The names in the table are what ``key_name`` makes of pygame's events."""
    codes = {
        "enter": pygame.K_RETURN,
        "escape": pygame.K_ESCAPE,
        "left": pygame.K_LEFT,
        "right": pygame.K_RIGHT,
        "up": pygame.K_UP,
        "down": pygame.K_DOWN,
        "home": pygame.K_HOME,
        "end": pygame.K_END,
        "space": pygame.K_SPACE,
        "pageup": pygame.K_PAGEUP,
        "pagedown": pygame.K_PAGEDOWN,
        "backspace": pygame.K_BACKSPACE,
        "delete": pygame.K_DELETE,
        "f1": pygame.K_F1,
        "f11": pygame.K_F11,
    }
    pygame.display.init()  # key names need it
    for key in command.keys:
        *modifiers, name = key.split("+") if len(key) > 1 else [key]
        mod = sum({"ctrl": pygame.KMOD_CTRL, "shift": pygame.KMOD_SHIFT}[m] for m in
                  modifiers)  # fmt: skip
        code = codes.get(name) or pygame.key.key_code(name)
        text = name if len(name) == 1 and not modifiers else ""
        event = pygame.event.Event(pygame.KEYDOWN, key=code, unicode=text, mod=mod)
        assert key_name(event) == key
        assert BY_KEY[key] == command.name
    pygame.display.quit()


class Gate(ScriptedBrain):
    """Answers only when it is let through."""

    def __init__(self):
        super().__init__()
        self.entered, self.open = threading.Event(), threading.Event()

    def probabilities(self, position, *, symmetries):
        self.entered.set()
        assert self.open.wait(60)
        return super().probabilities(position, symmetries=symmetries)


def job(serial, *, moves=(), probabilities=True, move=False):
    position = Position()
    for point in moves:
        position.play(point)
    return Job(
        serial=serial,
        game=0,
        position=position,
        komi=7.5,
        rules="area",
        temperature=0.0,
        strength="full",
        symmetries=1,
        probabilities=probabilities,
        move=move,
        judgement=False,
        pace=0.0,
        is_answer=False,
    )


def test_the_latest_job_wins_and_answers_are_kept():
    brain, heard = Gate(), []
    last = threading.Event()

    def post(event):
        heard.append(event)
        if isinstance(event, ev.ProbabilitiesFound) and event.serial in (3, 4):
            last.set()

    worker = Worker(brain, post)
    worker.start()
    worker.ask(job(1, move=True))
    assert brain.entered.wait(60)
    worker.ask(job(2, moves=[0]))
    worker.ask(job(3, moves=[0, 1]))
    brain.open.set()
    assert last.wait(60)
    found = [e.serial for e in heard if isinstance(e, ev.ProbabilitiesFound)]
    assert found == [1, 3], "job 2 was never begun"
    assert not any(isinstance(e, ev.MoveFound) for e in heard), "job 1 was dropped"
    asked = brain.asked.count(("probabilities", 1))
    last.clear()
    worker.ask(job(4, moves=[0, 1]))
    assert last.wait(60)
    assert brain.asked.count(("probabilities", 1)) == asked, (
        "the same position is not asked twice"
    )
    worker.stop()


@pytest.mark.parametrize("hints", ["heard", "turned on"])
def test_a_move_is_thought_over_once_whatever_becomes_of_its_hints(hints):
    first, then = job(1, move=True), job(1, probabilities=False, move=True)
    if hints == "turned on":
        first, then = then, first
    brain, choices, found = ScriptedBrain(), [], threading.Event()

    def choose(position, **_):
        choices.append(position.turn)
        worker.ask(then)  # as the window does meanwhile
        return PASS

    def post(event):
        if isinstance(event, ev.MoveFound):
            found.set()

    brain.choose = choose
    worker = Worker(brain, post)
    worker.ask(first)
    worker.start()
    assert found.wait(60)
    worker.stop()
    assert choices == [0]


def test_the_networks_own_move_is_asked_with_the_symmetries_of_the_option():
    brain = ScriptedBrain()

    def script(app):
        yield lambda s: s.ready and s.model
        press(pygame.K_y, "y")
        yield lambda s: s.options.symmetries
        click_point(app, "Q16")
        yield lambda s: s.position.turn == 2
        assert brain.asked[-1] == ("choose", 8)
        press(pygame.K_y, "y")
        yield lambda s: not s.options.symmetries
        click_point(app, "D4")
        yield lambda s: s.position.turn == 4
        assert brain.asked[-1] == ("choose", 1)

    settings = Settings(size=(800, 600), options=Options(hints=False))
    drive(script, brain=brain, settings=settings)


def test_a_network_that_would_pass_advises_no_move():
    brain = ScriptedBrain()
    brain.passes = lambda position, **_: True

    def script(app):
        yield lambda s: s.thoughts is not None and s.thoughts.passes

    state = drive(script, brain=brain, game=DATASETS / "alphago-leesedol-2.sgf").state
    layout = find_layout(state, (800, 600))
    assert not [c for c in controls(state, layout) if c.kind == "move"]
    window, plain = pygame.Surface((800, 600)), pygame.Surface((800, 600))
    draw_window(window, state, layout)
    hidden = replace(state, options=replace(state.options, hints=False))
    draw_window(plain, hidden, layout)
    board = pygame.Rect(layout.board.board)
    assert (pixels(window.subsurface(board)) == pixels(plain.subsurface(board))).all()


def test_a_network_that_crashes_while_loading_is_told():
    brain = ScriptedBrain()

    def crash():
        raise RuntimeError("out of memory")

    brain.load = crash

    def script(app):
        yield lambda s: "RuntimeError: out of memory" in s.model_trouble
        press(pygame.K_a, "a")
        click_point(app, "Q16")
        yield lambda s: s.position.turn == 1

    drive(script, brain=brain)


def test_after_a_crash_the_network_is_asked_again():
    brain, asked = ScriptedBrain(), []

    def crash_once(position, *, symmetries):
        asked.append(position)
        if len(asked) == 1:
            raise RuntimeError("out of memory")
        return UniformPolicy().probabilities([position])[0]

    brain.probabilities = crash_once

    def script(app):
        yield lambda s: s.message is not None and "out of memory" in s.message.text
        press(pygame.K_a, "a")
        click_point(app, "Q16")
        yield lambda s: s.shown_thoughts() is not None

    drive(script, brain=brain)


@pytest.mark.parametrize("fault", [RuntimeError("no memory"), SystemExit(3)])
def test_a_network_that_always_fails_is_not_waited_for(fault, caplog):
    brain, tries = ScriptedBrain(), []

    def choose(position, **_):
        tries.append(position.turn)
        raise fault

    brain.choose = choose

    def script(app):
        yield lambda s: s.ready and s.model and s.shown_thoughts()
        click_point(app, "Q16")
        yield lambda s: s.has_given_up
        assert "Enter asks" in status_words(app.state)
        assert tries == [1] * TRIES
        brain.choose = lambda position, **_: parse_vertex("D4")
        press(pygame.K_RETURN, "\r")
        yield lambda s: s.position.turn == 2

    drive(script, brain=brain)
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("name", ["write_game", "list_folder", "start_opening"])
def test_a_fault_in_a_task_closes_nothing(name, monkeypatch, caplog, tmp_path):
    monkeypatch.chdir(tmp_path)

    def fail(*_):
        raise ValueError("a bug")

    def script(app):
        yield lambda s: s.ready and s.model
        press(pygame.K_a, "a")
        click_point(app, "Q16")
        yield lambda s: s.position.turn == 1
        with monkeypatch.context() as broken:
            broken.setattr(tasks, name, fail)
            if name == "start_opening":
                app.post(ev.FileDropped("a.sgf"))
                yield lambda s: s.dialog is not None
                app.post(ev.DialogChosen("discard"))
            else:
                press(pygame.K_s, "s", pygame.KMOD_CTRL)
                yield lambda s: s.dialog is not None
                app.post(ev.DialogChosen("accept", -1))
            yield lambda s: s.message is not None and "a bug" in s.message.text
            assert not app.state.busy
        press(pygame.K_ESCAPE)
        yield lambda s: s.dialog is None and not s.busy
        click_point(app, "D4")
        yield lambda s: s.position.turn == 2

    drive(script, settings=Settings(size=(800, 600), folder=str(tmp_path)))
    assert "Traceback" in caplog.text


def test_a_fault_of_the_program_loses_no_game(monkeypatch, caplog):
    def script(app):
        yield lambda s: s.ready
        press(pygame.K_a, "a")
        click_point(app, "Q16")
        yield lambda s: s.position.turn == 1
        monkeypatch.setitem(updates._COMMANDS, "score", lambda state: 1 // 0)
        press(pygame.K_s, "s")
        yield lambda s: s.message is not None and s.message.is_error
        assert "ZeroDivisionError" in app.state.message.text
        click_point(app, "D4")
        yield lambda s: s.position.turn == 2

    drive(script)
    assert "could not take in" in caplog.text


def test_a_fault_in_drawing_or_pointing_closes_nothing(monkeypatch, caplog):
    def script(app):
        yield lambda s: s.ready
        with monkeypatch.context() as broken:
            broken.setattr(windows, "draw_window", lambda *_: 1 // 0)
            press(pygame.K_a, "a")
            yield lambda s: s.message is not None and s.message.is_error
        with monkeypatch.context() as broken:
            broken.setattr(mouse, "press", lambda *_, **__: [][0])
            click(app, (5, 5))
            yield lambda s: "IndexError" in s.message.text
        click_point(app, "D4")
        yield lambda s: s.position.turn == 1

    drive(script)
    assert "could not be drawn" in caplog.text
    assert "could not understand" in caplog.text


def test_nothing_is_wanted_before_the_rules_are_there():
    state = first_state(Start(settings=Settings(), handicap=2))
    assert wanted(state) is None
    assert len(state.tree.root.setup) == 2


def test_without_a_display_the_error_says_so(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "no-such-driver")
    with pytest.raises(ConfigError, match="no window can be opened"):
        App(Start(settings=Settings()), ScriptedBrain()).run()


def test_folders_list_games_and_folders(tmp_path):
    for name in ("b.sgf", "A.SGF", "c.txt", ".hidden.sgf"):
        (tmp_path / name).write_text("")
    (tmp_path / "sub").mkdir()
    listed = tasks.list_folder(str(tmp_path))
    assert listed.entries == ("sub/", "A.SGF", "b.sgf")
    assert listed.folder == str(tmp_path.resolve())
    assert isinstance(tasks.list_folder(str(tmp_path / "none")), ev.Failed)
    assert tasks.open_game(str(tmp_path), serial=3).entries == listed.entries


def test_a_game_of_a_collection_is_chosen(tmp_path):
    path = tmp_path / "all.sgf"
    path.write_text("(;GM[1]PB[One];B[aa])\n(;GM[1]PB[Two];B[bb];W[cc])")

    def script(app):
        yield lambda s: s.dialog is not None and s.dialog.kind == "games"
        click_control(app, "2.  Two - White")
        yield lambda s: s.tree.root.text("PB") == "Two"
        assert len(app.state.tree.nodes) == 3
        assert app.state.role is Role.WHITE, "as asked for with the file"

    drive(script, game=path, role=Role.WHITE)
    assert "no game" in tasks.open_game(str(path), number=3).text


def test_a_file_larger_than_memory_allows_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MAX_SGF_BYTES", 10)
    path = tmp_path / "large.sgf"
    path.write_bytes(b"(;GM[1]" + b";B[aa];W[bb]" * 9 + b")")
    assert "more than 10 bytes; split it" in tasks.open_game(str(path)).text


def test_a_large_file_is_opened_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MAX_SGF_BYTES", 60)
    path = tmp_path / "large.sgf"
    games = [f"(;GM[1]SZ[19]PB[{name}];B[aa];W[bb])" for name in "abcdefgh"]
    path.write_text("\n".join(games))
    found = tasks.open_game(str(path))
    assert [title.split(" -")[0] for title in found.titles] == [
        f"{number}.  {name}" for number, name in enumerate("abcdefgh", 1)
    ]
    chosen = tasks.open_game(str(path), number=7)
    assert chosen.tree.root.text("PB") == "g"
    monkeypatch.setattr(tasks, "_MAX_GAMES", 5)
    found = tasks.open_game(str(path))
    assert (len(found.titles), found.note) == (5, "only the first 5 games are shown")


def test_the_knock_of_a_stone_is_short_and_not_too_loud():
    for captures in (False, True):
        samples = sounds.stone_samples(captures=captures)
        assert samples.dtype == np.int16
        assert 0.05 < len(samples) / 44_100 < 0.5
        assert 1000 < np.abs(samples.astype(int)).max() < 30_000
        assert np.abs(samples[-200:].astype(int)).max() < 2000


def test_sound_plays_or_says_that_it_cannot():
    def script(app):
        yield lambda s: s.ready
        press(pygame.K_u, "u")
        press(pygame.K_a, "a")
        yield lambda s: s.options.sound and s.role is Role.BOTH
        click_point(app, "Q16")
        yield lambda s: s.position.turn == 1

    drive(script)


def test_a_picture_of_the_window_needs_no_display(tmp_path):
    path = tmp_path / "w.png"
    start = Start(
        settings=Settings(size=(900, 650)),
        game=str(DATASETS / "alphago-leesedol-2.sgf"),
    )
    state = save_snapshot(path, start, ScriptedBrain(), keys=["pagedown", "%"])
    assert state.position.turn == 10
    assert state.shown_thoughts() is not None
    assert pygame.image.load(path).get_size() == (900, 650)
    assert Path(path).stat().st_size > 10_000
    assert not pygame.display.get_init()


def call(*arguments):
    return CliRunner().invoke(main, ["play", *arguments])


def test_the_command_draws_a_picture_with_its_options(tmp_path, monkeypatch):
    monkeypatch.setattr(brains, "NetworkBrain", lambda *_, **__: ScriptedBrain())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "w.png"
    options = ["--size", "700x500", "--theme", "dark", "--handicap", "4"]
    done = call(*options, "--picture", str(path))
    assert done.exit_code == 0, done.output
    picture = pygame.image.load(path)
    assert picture.get_size() == (700, 500)
    assert max(picture.get_at((690, 490))[:3]) < 60, "dark"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["no-such.sgf"], 1, "no file 'no-such.sgf'"),
        (["--size", "big"], 2, "write it as 1280x800"),
        (["--handicap", "1"], 2, "handicap"),
        (["--komi", "500"], 2, "komi"),
        (["--color", "red"], 2, "color"),
        (["--model", "no-such-model", "--picture", "x.png"], 1, "no-such-model"),
    ],
)
def test_wrong_options_are_told_in_one_line(
    tmp_path, monkeypatch, arguments, code, words
):
    monkeypatch.chdir(tmp_path)
    done = call(*arguments)
    assert done.exit_code == code
    assert words in done.output
    assert not list(tmp_path.iterdir())


def test_a_folder_has_no_picture(tmp_path):
    start = Start(settings=Settings(size=(480, 360)), game=str(tmp_path))
    state = save_snapshot(tmp_path / "w.png", start, ScriptedBrain())
    assert state.message.is_error
    assert "is a folder" in state.message.text
