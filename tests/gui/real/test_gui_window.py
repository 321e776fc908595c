"""A real window in a virtual screen, with the keys and the mouse of xdotool.

What it shows is read from the screen's pixels, as a person would.
"""

import json
import shutil
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

from gopolicy.go.coords import BLACK, parse_vertex
from tests.gui.real.real_window import (
    MISSING,
    PATIENCE,
    SCREEN,
    SIZE,
    Window,
    has_hints,
    is_shaded,
    virtual_screen,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]


@pytest.fixture(scope="module")
def display():
    with virtual_screen() as name:
        yield name


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
