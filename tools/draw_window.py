"""Draws the READMEs' pictures of the window: playing, reviewing, planes, stones.

Usage: python tools/draw_window.py [--out docs] [--language zh_CN]

Pictures in Chinese are called "window-playing-zh.png" and so on.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from gopolicy_gui.app.app import Start, first_state
from gopolicy_gui.app.brain import NetworkBrain
from gopolicy_gui.app.snapshot import answered, save_window, studied
from gopolicy_gui.model.commands import BY_KEY
from gopolicy_gui.model.events import (
    CommandGiven,
    KernelsReady,
    ModelLoaded,
    MoveFound,
    NodeChosen,
)
from gopolicy_gui.model.options import Options, Role
from gopolicy_gui.model.settings import Settings
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.tasks import open_game
from gopolicy_gui.model.update import update
from PIL import Image

from gopolicy.config import LANGUAGE_NAMES

ROOT = Path(__file__).resolve().parent.parent
SIZE = (1000, 640)


def main() -> None:
    """Writes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    parser.add_argument("--language", choices=LANGUAGE_NAMES, default="en")
    asked = parser.parse_args()
    out, language = asked.out, asked.language
    suffix = "" if language == "en" else f"-{language.partition('_')[0]}"
    brain = NetworkBrain("default")
    name = brain.load()
    for picture, state in (
        ("window-playing", playing(brain, name, moves=61)),
        ("window-review", reviewing(brain, name, moves=36)),
        ("window-planes", seeing(name, plane=13)),
        ("window-stones", weighing(brain, name)),
    ):
        path = out / f"{picture}{suffix}.png"
        options = replace(state.options, language=language)
        state = replace(state, options=options)
        save_window(path, answered(state, brain), SIZE)
        # Wood has few colors; 256 of them make a quarter of the bytes.
        with Image.open(path) as image:
            image.convert("RGB").quantize(256).save(path, optimize=True)


def begin(name: str, **options: object) -> GuiState:
    """The window as it opens, with the network loaded."""
    settings = Settings(size=SIZE, options=replace(Options(), **options))  # type: ignore[arg-type]
    state = update(first_state(Start(settings=settings)), KernelsReady())
    return update(update(state, ModelLoaded(name)), NodeChosen(0))


def press(state: GuiState, keys: list[str]) -> GuiState:
    for key in keys:
        state = update(state, CommandGiven(BY_KEY[key]))
    return state


def playing(brain: NetworkBrain, name: str, *, moves: int) -> GuiState:
    """A game that the network plays against itself, White to move."""
    state = begin(name, role=Role.WHITE)
    state = replace(state, options=replace(state.options, role=Role.NONE))
    while state.position.turn < moves:
        point = brain.choose(
            state.position,
            game=0,
            komi=7.5,
            temperature=0.5,
            strength="full",
            rules="area",
            symmetries=1,
        )
        state = update(state, MoveFound(state.serial, point))
    options = replace(state.options, role=Role.WHITE, play_hints=True)
    return replace(state, options=options, message=None)


def reviewing(brain: NetworkBrain, name: str, *, moves: int) -> GuiState:
    """A famous game with its review, and what the network would have played."""
    game = open_game(str(ROOT / "datasets" / "alphago-leesedol-2.sgf"))
    return press(studied(update(begin(name), game), brain), ["right"] * moves)


def seeing(name: str, *, plane: int) -> GuiState:
    """One of the 48 planes on the board, in the dark theme."""
    game = open_game(str(ROOT / "datasets" / "alphago-leesedol-4.sgf"))
    state = update(begin(name, theme="dark", wood=False), game)
    return press(state, ["pagedown"] * 7 + ["right"] * 7 + ["f"] + ["]"] * plane)


def weighing(brain: NetworkBrain, name: str) -> GuiState:
    """Which stones the network's choice before move 78 hangs on."""
    game = open_game(str(ROOT / "datasets" / "alphago-leesedol-4.sgf"))
    state = update(begin(name, review=False, territory=False), game)
    state = press(state, ["pagedown"] * 7 + ["right"] * 7 + ["ctrl+h"])
    return studied(state, brain)


if __name__ == "__main__":
    main()
