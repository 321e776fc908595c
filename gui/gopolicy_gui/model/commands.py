"""Every function of the window: its name, keys, words and menu, in one table.

Keys, menus and the help come from here, so that none can lack the other. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from gopolicy_gui.model.options import Role
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study.marks import TOOLS


@dataclass(frozen=True, slots=True)
class Command:
    """A function. ``keys``: names as ``app.keys`` makes them, the first is shown."""

    name: str
    menu: str
    label: str
    keys: tuple[str, ...]


#: In the order of the menus.
COMMANDS: Final = (
    Command("new", "Game", "New game ...", ("ctrl+n",)),
    Command("open", "Game", "Open ...", ("ctrl+o",)),
    Command("save", "Game", "Save", ("ctrl+s",)),
    Command("save_as", "Game", "Save as ...", ("ctrl+shift+s",)),
    Command("copy", "Game", "Copy the game", ("ctrl+c",)),
    Command("paste", "Game", "Paste a game", ("ctrl+v",)),
    Command("undo", "Game", "Undo", ("ctrl+z",)),
    Command("redo", "Game", "Redo", ("ctrl+y", "ctrl+shift+z")),
    Command("quit", "Game", "Quit", ("ctrl+q",)),
    Command("pass", "Play", "Pass", ("p",)),
    Command("take_back", "Play", "Take back", ("backspace",)),
    Command("play_again", "Play", "Play again", ("shift+backspace",)),
    Command("resign", "Play", "Resign ...", ("r",)),
    Command("score", "Play", "Count the score", ("s",)),
    Command("move", "Play", "Network, move here", ("enter",)),
    Command("role_black", "Play", "I play Black", ("b",)),
    Command("role_white", "Play", "I play White", ("w",)),
    Command("role_both", "Play", "Analyse: I play both", ("a",)),
    Command("role_none", "Play", "Watch: the network plays both", ("v",)),
    Command("warmer", "Play", "Network plays more freely", ("+", "=")),
    Command("cooler", "Play", "Network plays more strictly", ("-",)),
    Command("hints", "Hints", "Show hints", ("h",)),
    Command("percentages", "Hints", "Percentages on the board", ("%",)),
    Command("think_first", "Hints", "Let me think first", ("t",)),
    Command("reveal", "Hints", "Show them now", ("space",)),
    Command("scheme", "Hints", "Colors for other eyes", ("q",)),
    Command("symmetries", "Hints", "Average over 8 symmetries", ("y",)),
    Command("review", "Review", "Graph of all moves", ("i",)),
    Command("report", "Review", "Agreement and surprises", ("j",)),
    Command("next_surprise", "Review", "Next surprise", ("n",)),
    Command("previous_surprise", "Review", "Surprise before", ("k",)),
    Command("territory", "Review", "Who is ahead", ("e",)),
    Command("write_review", "Review", "Write it into the game", ("ctrl+r",)),
    Command("comment", "Edit", "Comment ...", ("ctrl+e",)),
    Command("info", "Edit", "Game info ...", ("ctrl+g",)),
    Command("label", "Edit", "Put letters", ("1",)),
    Command("triangle", "Edit", "Put triangles", ("2",)),
    Command("square", "Edit", "Put squares", ("3",)),
    Command("circle", "Edit", "Put circles", ("4",)),
    Command("cross", "Edit", "Put crosses", ("5",)),
    Command("black_stones", "Edit", "Put black stones", ("6",)),
    Command("white_stones", "Edit", "Put white stones", ("7",)),
    Command("switch_side", "Edit", "Other side to move", ("8",)),
    Command("clear_board", "Edit", "Clear the board", ("9",)),
    Command("move_up", "Edit", "Move variation up", ("ctrl+up",)),
    Command("make_main", "Edit", "Make it the main line", ("ctrl+home",)),
    Command("delete", "Edit", "Delete this variation", ("delete",)),
    Command("coordinates", "Board", "Coordinates", ("c",)),
    Command("numbers", "Board", "Move numbers", ("m",)),
    Command("wood", "Board", "Wooden board", ("o",)),
    Command("theme", "Board", "Dark colors", ("d",)),
    Command("sound", "Board", "Sound", ("u",)),
    Command("guess", "Learn", "Guess the move", ("g",)),
    Command("planes", "Learn", "What the network sees", ("f",)),
    Command("previous_plane", "Learn", "Plane before", ("[", ",")),
    Command("next_plane", "Learn", "Plane after", ("]", ".")),
    Command("help", "Learn", "All keys", ("?", "f1")),
    Command("first", "Go to", "Start", ("home",)),
    Command("back_ten", "Go to", "10 moves back", ("shift+left", "pageup")),
    Command("back", "Go to", "Move before", ("left", "z")),
    Command("forward", "Go to", "Next move", ("right", "x")),
    Command("forward_ten", "Go to", "10 moves on", ("shift+right", "pagedown")),
    Command("last", "Go to", "End", ("end",)),
    Command("variation_up", "Go to", "Variation before", ("up",)),
    Command("variation_down", "Go to", "Variation after", ("down",)),
    Command("leave", "Go to", "Leave what is open", ("escape",)),
)
BY_NAME: Final = {command.name: command for command in COMMANDS}
BY_KEY: Final = {key: command.name for command in COMMANDS for key in command.keys}
MENUS: Final = tuple(dict.fromkeys(command.menu for command in COMMANDS))


def key_label(command: Command) -> str:
    """The first key as people write it, such as "Ctrl+Shift+S"."""
    return _label(command.keys[0])


def key_labels(command: Command) -> str:
    """All keys, such as "Ctrl+Z  Backspace"."""
    return "  ".join(map(_label, command.keys))


def _label(key: str) -> str:
    words = key.split("+") if len(key) > 1 else [key]
    return "+".join(word.upper() if len(word) == 1 else word.title() for word in words)


def is_checked(state: GuiState, name: str) -> bool | None:
    """Whether a switch is on; None for what is no switch."""
    options = state.options
    if name in TOOLS:
        return state.tool == name
    values = {
        "role_black": options.role is Role.BLACK,
        "role_white": options.role is Role.WHITE,
        "role_both": options.role is Role.BOTH,
        "role_none": options.role is Role.NONE,
        "hints": state.hints_on,
        "percentages": options.percentages,
        "think_first": options.think_first,
        "symmetries": options.symmetries,
        "coordinates": options.coordinates,
        "numbers": options.numbers,
        "wood": options.wood,
        "scheme": options.scheme != "usual",
        "theme": options.theme == "dark",
        "sound": options.sound,
        "review": options.review,
        "territory": options.territory,
        "report": state.report,
        "guess": state.guessing is not None,
        "planes": state.plane is not None,
        "score": state.scoring is not None,
    }
    return values.get(name)


@lru_cache(maxsize=1)
def help_rows() -> tuple[tuple[str, str], ...]:
    """(keys, what they do) of all commands; ("", menu) before those of a menu."""
    rows: list[tuple[str, str]] = []
    for menu in MENUS:
        rows.append(("", menu))
        rows += [
            (key_labels(command), command.label.removesuffix(" ..."))
            for command in COMMANDS
            if command.menu == menu
        ]
    return tuple(rows)
