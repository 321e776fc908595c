"""A real window in a virtual screen, with the keys and the mouse of xdotool.

What it shows is read from the screen's pixels, as a person would.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict

import pygame
import pytest
from gopolicy_gui.model.commands import COMMANDS
from gopolicy_gui.model.options import Options
from gopolicy_gui.view.fonts import has_letters
from gopolicy_gui.view.layout import make_window_layout
from gopolicy_gui.view.window import find_layout
from gui_states import opened
from sgf_files import DATASETS
from trees import load_game

from gopolicy.go.coords import BLACK, EMPTY, POINTS, WHITE, parse_vertex

MISSING = [name for name in ("Xvfb", "xdotool", "import") if not shutil.which(name)]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]
SIZE = (1000, 700)
SCREEN = (1400, 900)
#: Seconds after which what is waited for will not come.
PATIENCE = 120


@pytest.fixture(scope="module")
def display():
    """A virtual screen, somewhat larger than the window."""
    read, write = os.pipe()
    # A number of our own: two servers that begin at once can choose the same one.
    number = 100 + os.getpid() % 30_000
    arguments = ["-displayfd", str(write), "-screen", "0", "{}x{}x24".format(*SCREEN)]
    with subprocess.Popen(
        ["Xvfb", f":{number}", *arguments, "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(write)
        with os.fdopen(read) as answer:
            yield f":{answer.readline().strip()}"
        server.terminate()


class Window:
    """``gopolicy play`` in a process of its own."""

    def __init__(self, display, folder, *arguments):
        self.folder = folder
        self.env = {**os.environ, "DISPLAY": display, "XDG_CONFIG_HOME": str(folder)}
        self.env["XDG_STATE_HOME"] = str(folder / "state")
        self.env.pop("SDL_VIDEODRIVER", None)
        size = "x".join(map(str, SIZE))
        command = [sys.executable, "-m", "gopolicy", "play", "--size", size]
        self.process = subprocess.Popen(
            [*command, *map(str, arguments)],
            env=self.env,
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.id = self.wait(lambda: self.xdotool("search", "--class", "gopolicy"))
        self.board = make_window_layout(*SIZE).board

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def wait(self, condition, seen=lambda: ""):
        """What ``condition`` gives as soon as it is true; ``seen``: told else."""
        until = time.monotonic() + PATIENCE
        while not (found := condition()):
            assert self.process.poll() is None, self.process.communicate()[1]
            late = time.monotonic() > until
            assert not late, f"nothing more happened in {self.title()!r}: {seen()}"
            time.sleep(0.05)
        return found

    def xdotool(self, *words):
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip()

    def press(self, *keys):
        self.xdotool("windowfocus", "--sync", self.id)
        self.xdotool("key", *keys)

    def click(self, vertex):
        x, y = self.board.center(parse_vertex(vertex))
        self.xdotool("mousemove", "--window", self.id, x, y, "click", "1")
        self.xdotool("mousemove", "--window", self.id, 5, SIZE[1] - 5)

    def title(self):
        return self.xdotool("getwindowname", self.id)

    def picture(self):
        """What the window shows."""
        path = self.folder / "screen.png"
        command = ["import", "-window", self.id, str(path)]
        subprocess.run(command, env=self.env, check=True)
        return pygame.image.load(path)

    def has_size(self, size):
        """Whether it has; SDL makes another window of it for full screen."""
        found = self.xdotool("search", "--class", "gopolicy").split()
        self.id = found[-1] if found else ""
        words = self.xdotool("getwindowgeometry", self.id)
        return bool(self.id) and f"Geometry: {size[0]}x{size[1]}" in words

    def stones(self):
        """The color on each point, beside the lines and within the last move's ring."""
        picture, off = self.picture(), round(self.board.cell * 0.09)
        found = []
        for x, y in map(self.board.center, range(POINTS)):
            light = sum(picture.get_at((x + off, y + off))[:3]) / 3
            found.append(BLACK if light < 100 else WHITE if light > 205 else EMPTY)
        return found

    def wait_for_stones(self, black, white):
        """The stones, once there are so many of each color."""

        counts = (0, 0)

        def there():
            nonlocal counts
            stones = self.stones()
            counts = stones.count(BLACK), stones.count(WHITE)
            return stones if counts == (black, white) else None

        return self.wait(there, lambda: f"{counts} stones, not {(black, white)}")


def test_a_person_plays_and_saves_and_looks_at_the_game_again(display, tmp_path):
    with Window(display, tmp_path) as window:
        window.wait(lambda: "default" in window.title())
        assert not has_hints(window), "not asked for"
        window.press("h")
        window.wait(lambda: has_hints(window))
        window.press("h")
        window.wait(lambda: not has_hints(window))
        for turn, vertex in enumerate(("K10", "B2", "S18"), 1):
            window.click(vertex)
            stones = window.wait_for_stones(turn, turn)
            assert stones[parse_vertex(vertex)] == BLACK
        assert window.title().startswith("*"), "changed"
        window.press("BackSpace")
        window.wait_for_stones(2, 2)
        window.press("ctrl+s")
        window.wait(lambda: is_shaded(window))
        window.press(*["BackSpace"] * len("game.sgf"))
        window.xdotool("type", "mine")
        window.press("Return")
        window.wait(lambda: (tmp_path / "mine.sgf").exists())
        window.wait(lambda: not window.title().startswith("*"))
        window.press("ctrl+q")
        assert window.process.wait(PATIENCE) == 0
    assert len(load_game(tmp_path / "mine.sgf").nodes) == 7, "taken back, but kept"
    assert (tmp_path / "gopolicy" / "window.json").exists()


def test_a_game_is_opened_and_closing_asks_before_a_loss(display, tmp_path):
    game = shutil.copy(DATASETS / "alphago-leesedol-2.sgf", tmp_path)
    arguments = (game, "--model", "no-such-model")
    with Window(display, tmp_path, *arguments) as window:
        window.wait(lambda: "AlphaGo" in window.title())
        window.press("Escape", "i", "shift+Right")  # the graph takes room
        window.wait_for_stones(5, 5)
        window.xdotool("mousemove", "--window", window.id, *window.board.center(180))
        window.xdotool("click", "4", "click", "4")
        window.xdotool("mousemove", "--window", window.id, 5, SIZE[1] - 5)
        window.wait_for_stones(4, 4)
        window.click("K10")
        window.wait(lambda: window.title().startswith("*"))
        window.press("ctrl+q")
        window.wait(lambda: is_shaded(window))
        window.press("Escape")
        window.wait(lambda: not is_shaded(window))
        window.press(*(key for keys in every_key() for key in (*keys, "Escape")))
        window.xdotool("windowsize", window.id, 700, 600)
        window.wait(lambda: window.picture().get_size() == (700, 600))
        window.press("ctrl+q", "d")
        assert window.process.wait(PATIENCE) == 0
    settings = json.loads((tmp_path / "gopolicy" / "window.json").read_text())
    assert settings["size"] == [700, 600]
    usual, found = asdict(Options()), settings["options"]
    assert {name for name in found if found[name] != usual[name]} == {
        *("theme", "wood", "coordinates", "numbers", "percentages"),
        *("think_first", "symmetries", "sound"),
        *("scheme", "territory", "language", "letters", "small_numbers"),
        *("reopen", "strength"),
    }, "each switch was pressed once; the hints came back by the space bar"


def test_a_person_writes_finds_drags_and_takes_a_picture(display, tmp_path):
    game = shutil.copy(DATASETS / "alphago-leesedol-2.sgf", tmp_path)
    with Window(display, tmp_path, game, "--model", "no-such-model") as window:
        window.wait(lambda: "AlphaGo" in window.title())
        window.press("Escape", "i", "ctrl+e")  # the graph takes room
        window.wait(lambda: is_shaded(window))
        window.xdotool("type", "--delay", "30", "one two three")
        window.press("ctrl+shift+Left", "ctrl+c", "Home", "ctrl+v", "Return")
        window.press("ctrl+Return")
        window.wait(lambda: not is_shaded(window))
        window.press("ctrl+g")
        window.wait(lambda: is_shaded(window))
        window.xdotool("type", "--delay", "30", "10")
        window.press("Return")
        window.wait_for_stones(5, 5)
        window.press("ctrl+f")
        window.wait(lambda: is_shaded(window))
        window.xdotool("type", "--delay", "30", "TWO")
        window.press("Return")
        window.wait_for_stones(0, 0)
        drag_border(window, "board", -60)
        window.press("ctrl+p")
        window.wait(lambda: is_shaded(window))
        window.press("ctrl+a")
        window.xdotool("type", "--delay", "30", f"{tmp_path}/board")
        window.press("Return")
        window.wait(lambda: (tmp_path / "board.png").exists())
        window.press("ctrl+s")
        window.wait(lambda: not window.title().startswith("*"))
        window.press("ctrl+q")
        assert window.process.wait(PATIENCE) == 0
    assert "C[three\none two three]" in (tmp_path / game).read_text()
    settings = json.loads((tmp_path / "gopolicy" / "window.json").read_text())
    assert settings["options"]["board_shift"] < -2
    assert pygame.image.load(tmp_path / "board.png").get_width() > 900


def drag_border(window, name, way):
    """Drags an upright border so many pixels, in three steps."""
    layout = make_window_layout(*SIZE)
    border = next(b for b in layout.borders if b.name == name)
    x, y = pygame.Rect(border.box).center
    window.xdotool("mousemove", "--window", window.id, x, y, "mousedown", "1")
    for step in (1, 2, 3):
        to = x + way * step // 3
        window.xdotool("mousemove", "--window", window.id, to, y, "sleep", "0.1")
    window.xdotool("mouseup", "1")


def test_the_window_speaks_the_systems_language_until_told_otherwise(
    display, tmp_path, monkeypatch
):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    if not has_letters("您"):
        pytest.skip("no font for Chinese")
    with Window(display, tmp_path) as window:
        window.wait(lambda: window.title().startswith("您 - gopolicy"))
        window.press("l")
        window.wait(lambda: window.title().startswith("You - gopolicy"))
        window.press("ctrl+q")
        assert window.process.wait(PATIENCE) == 0
    settings = json.loads((tmp_path / "gopolicy" / "window.json").read_text())
    assert settings["options"]["language"] == "en"


def test_a_small_record_plays_through_and_the_window_fills_the_screen(
    display, tmp_path
):
    game = tmp_path / "nine.sgf"
    game.write_text("(;SZ[9]PB[Ann];B[ee];W[ge];B[gg])")
    with Window(display, tmp_path, game) as window:
        window.wait(lambda: "Ann" in window.title())
        window.board = find_layout(opened(game.read_text()), SIZE).board
        window.press("greater", "greater", "shift+space")
        stones = window.wait(lambda: count_stones(window, 9) == (2, 1))
        assert stones
        window.press("F11")
        window.wait(lambda: window.has_size(SCREEN))
        window.press("Escape")
        window.wait(lambda: window.has_size(SIZE))
        window.press("ctrl+shift+o")
        window.wait(lambda: is_shaded(window))
        window.press("Escape", "ctrl+q")
        assert window.process.wait(PATIENCE) == 0
    settings = json.loads((tmp_path / "gopolicy" / "window.json").read_text())
    assert settings["recent"] == [[str(game), 0]]
    assert settings["size"] == list(SIZE)


def count_stones(window, side):
    """Black's and White's stones on a board of ``side`` lines."""
    picture, off = window.picture(), round(window.board.cell * 0.09)
    light = [
        sum(picture.get_at((x + off, y + off))[:3]) / 3
        for x, y in (
            window.board.center(row * 19 + column)
            for row in range(side)
            for column in range(side)
        )
    ]
    return sum(value < 100 for value in light), sum(value > 205 for value in light)


def every_key():
    """The keys of each command but those that end the program, by xdotool's names."""
    names = {
        "enter": "Return",
        "backspace": "BackSpace",
        "delete": "Delete",
        "left": "Left",
        "right": "Right",
        "up": "Up",
        "down": "Down",
        "home": "Home",
        "end": "End",
        "pageup": "Prior",
        "pagedown": "Next",
        "escape": "Escape",
        "f1": "F1",
        "f3": "F3",
        "f11": "F11",
        "<": "less",
        ">": "greater",
        "?": "question",
        "%": "percent",
        "+": "plus",
        "=": "equal",
        "-": "minus",
        "[": "bracketleft",
        "]": "bracketright",
        ",": "comma",
        ".": "period",
    }
    for command in COMMANDS:
        if command.name != "quit":
            yield ["+".join(names.get(w, w) for w in split(k)) for k in command.keys]


def split(key):
    return key.split("+") if len(key) > 1 else [key]


def has_hints(window):
    """Whether the overlay covers a corner's star point."""
    x, y = window.board.center(parse_vertex("Q16"))
    red, _, blue = window.picture().get_at((x + round(window.board.cell * 0.3), y))[:3]
    return blue > red + 20


def is_shaded(window):
    """Whether a question stands in front: all else is darker."""
    return max(window.picture().get_at((SIZE[0] - 40, 10))[:3]) < 200
