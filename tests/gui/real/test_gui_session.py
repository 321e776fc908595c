"""One session in a real window, by mouse and keys: review, who is ahead, marks and
words, setup, what hands expect, a beginner's game.

With GOPOLICY_PICTURES=docs in the environment it leaves the pictures of docs/window.md
there.
"""

import json
import os
import shutil
from pathlib import Path

import pygame
import pytest
from gopolicy_gui.view.layout import make_window_layout
from gopolicy_gui.view.window import find_layout
from gui_states import opened
from PIL import Image
from sgf_files import DATASETS
from trees import load_game

from gopolicy.go.coords import parse_vertex
from tests.gui.real.real_window import (
    MISSING,
    PATIENCE,
    SIZE,
    Window,
    is_shaded,
    virtual_screen,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]


class Person:
    """Hands on the mouse and the keys of a window."""

    def __init__(self, window):
        self.window, self.plain = window, make_window_layout(*SIZE)
        self.layout = self.plain

    def opens_a_record(self):
        """A graph takes room from the board from now on."""
        self.layout = find_layout(opened(), SIZE)
        self.window.board = self.layout.board

    def points(self, place, *more):
        self.window.xdotool("mousemove", "--window", self.window.id, *place, *more)

    def drags(self, start, end):
        self.points(start, "mousedown", "1")
        (left, top), (right, bottom) = start, end
        for share in (1, 2, 3):
            across, down = (right - left) * share // 3, (bottom - top) * share // 3
            self.points((left + across, top + down))
            self.window.xdotool("sleep", "0.05")
        self.window.xdotool("mouseup", "1")

    def types(self, text):
        self.window.wait(lambda: is_shaded(self.window))
        self.window.xdotool("type", "--delay", "15", text)

    def answers(self, *keys):
        """Keys that close a question."""
        self.window.press(*keys)
        self.window.wait(lambda: not is_shaded(self.window))

    def counts(self):
        """Stones on the board."""
        return sum(map(bool, self.window.stones()))

    def changes(self, box, act):
        """Does ``act``, and waits until something else is to be seen in a box."""

        def look():
            picture = self.window.picture()
            return pygame.image.tobytes(picture.subsurface(pygame.Rect(box)), "RGB")

        before = look()
        act()
        self.window.wait(lambda: look() != before)

    def takes_picture(self, name):
        folder = os.environ.get("GOPOLICY_PICTURES")
        self.window.picture()
        if folder:
            path = Path(folder) / f"session-{name}.png"
            with Image.open(self.window.folder / "screen.bmp") as image:
                image.convert("RGB").quantize(256).save(path, optimize=True)


@pytest.fixture
def person(tmp_path):
    shutil.copy(DATASETS / "alphago-leesedol-2.sgf", tmp_path / "game.sgf")
    with (
        virtual_screen() as display,
        Window(display, tmp_path, tmp_path / "game.sgf") as window,
    ):
        window.wait(lambda: "AlphaGo" in window.title())
        person = Person(window)
        person.opens_a_record()
        yield person


def test_a_session_does_all_that_one_studies_with(person, tmp_path):
    reviews(person)
    sees_who_is_ahead(person)
    marks_and_writes(person)
    sets_up(person)
    does_what_hands_expect(person, tmp_path)
    plays_a_first_game(person)
    person.window.press("ctrl+q")
    person.window.wait(lambda: is_shaded(person.window))
    person.window.press("d")
    assert person.window.process.wait(PATIENCE) == 0
    settings = json.loads((tmp_path / "gopolicy" / "window.json").read_text())
    assert settings["options"]["strength"] == "15k"
    assert settings["recent"][0] == [str(tmp_path / "game.sgf"), 0]


def graph_spot(person, share):
    """A pixel of the graph's bars, so far from its left end."""
    box, unit = person.layout.graph, person.layout.unit
    left, width = box.left + unit // 2, box.width - unit
    return round(left + share * width), box.top + box.height - unit // 3


def reviews(person):
    """The graph grows to its end, is clicked and dragged; surprises are listed."""
    window, paper = person.window, (255, 254, 251)

    def is_reviewed():
        picture = window.picture()
        x, y = graph_spot(person, 0.99)
        return any(tuple(picture.get_at((x - i, y))[:3]) != paper for i in range(12))

    window.wait(is_reviewed)
    person.points(graph_spot(person, 0.5), "click", "1")
    window.wait(lambda: person.counts() > 90)
    person.drags(graph_spot(person, 0.5), graph_spot(person, 0.2))
    window.wait(lambda: 30 < person.counts() < 55)
    person.changes(person.layout.tree, lambda: window.press("j"))
    window.press("n")
    person.takes_picture("surprises")
    window.press("j", "ctrl+r")


def sees_who_is_ahead(person):
    """Shading comes to the board, and the lead to the graph."""
    window = person.window
    window.press("End", *["Prior"] * 6)
    window.wait(lambda: person.counts() > 110)
    empty = [i for i, stone in enumerate(window.stones()) if not stone]
    off = round(person.layout.board.cell * 0.35)
    spots = [(x + off, y + off) for x, y in map(person.layout.board.center, empty)]
    before = window.picture()
    window.press("e")

    def shaded():
        now = window.picture()
        changed = [now.get_at(spot) != before.get_at(spot) for spot in spots]
        return sum(changed) > len(spots) // 4

    window.wait(shaded)
    person.takes_picture("ahead")
    window.press("e")


def marks_and_writes(person):
    """A triangle, a letter, a comment, game info; a variation made the main line."""
    window = person.window
    window.press("Home", "Right", "2")
    window.click("K10")
    window.press("1")
    window.click("K11")
    window.press("Escape", "ctrl+e")
    person.types("a good start")
    person.answers("ctrl+Return")
    window.press("ctrl+i", "Tab")
    person.types("9p")
    person.answers("Return")
    window.click("D10")
    window.press("ctrl+Home", "ctrl+s")
    window.wait(lambda: not window.title().startswith("*"))
    tree = load_game(window.folder / "game.sgf")
    first = tree.nodes[tree.root.children[0]]
    assert first.text("C").startswith("a good start") or "a good start" in first.text(
        "C"
    )
    found = {name for name, _ in first.properties}
    assert {"TR", "LB"} <= found
    assert tree.root.text("BR") == "9p"
    played = tree.nodes[first.children[0]]
    assert played.point == parse_vertex("D10"), "the main line now"
    assert any("gopolicy: " in node.text("C") for node in tree.nodes)


def sets_up(person):
    """Stones put by hand, the other side to move, all of it undone again."""
    window = person.window
    window.press("h", "6")
    window.click("G10")
    window.press("7")
    window.click("H10")
    window.press("8", "Escape")
    window.wait_for_stones(2, 2)
    window.press("ctrl+z", "ctrl+z", "ctrl+z")
    window.wait_for_stones(1, 1)
    window.press("ctrl+y", "ctrl+y")
    window.wait_for_stones(2, 2)
    window.press("ctrl+z", "ctrl+z")
    window.wait_for_stones(1, 1)


def does_what_hands_expect(person, folder):
    """Copy and paste, go to a move, find, a picture, the moves after a hint."""
    window = person.window
    window.press("ctrl+g")
    person.types("2")
    person.answers("Return")
    window.press("ctrl+f")
    person.types("good")
    person.answers("Return")
    window.wait_for_stones(1, 0)
    window.press("h")
    row, board = person.layout.list, person.layout.board.board
    spot = (row.left + 20, row.top + round(person.layout.row * 1.5))
    person.changes(board, lambda: person.points(spot))
    person.takes_picture("next-moves")
    window.press("ctrl+p", "ctrl+a")
    person.types(str(folder / "board"))
    person.answers("Return")
    window.wait((folder / "board.png").exists)
    window.press("ctrl+c", "ctrl+v")
    window.wait(lambda: not window.title().startswith("*"))


def plays_a_first_game(person):
    """The weakest level from the dialog; it answers; giving up is asked."""
    window = person.window
    window.press("ctrl+n", "Down", *["Left"] * 5)
    window.wait(lambda: is_shaded(window))
    person.takes_picture("new-game")
    person.answers("Return")
    window.board = person.plain.board
    window.click("Q16")
    stones = window.wait_for_stones(1, 1)
    corners = ("D4", "Q4")  # the opponent may have taken one of them
    window.click(next(at for at in corners if not stones[parse_vertex(at)]))
    window.wait(lambda: person.counts() == 4)
    window.press("r")
    window.wait(lambda: is_shaded(window))
    person.answers("Escape")
    window.press("space")
    person.takes_picture("first-game")
