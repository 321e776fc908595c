"""Every function of the window: its name, keys, words and menu, in one table.

Keys, menus and the help come from here, so that none can lack the other. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from gopolicy.config import LanguageName
from gopolicy_gui.model.language import LANGUAGES, N_, spoken, tr
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study.lens import VIEWS, shown_view
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
    Command("new", N_("Game"), N_("New game ..."), ("ctrl+n",)),
    Command("open", N_("Game"), N_("Open ..."), ("ctrl+o",)),
    Command("recent", N_("Game"), N_("Opened last ..."), ("ctrl+shift+o",)),
    Command("save", N_("Game"), N_("Save"), ("ctrl+s",)),
    Command("save_as", N_("Game"), N_("Save as ..."), ("ctrl+shift+s",)),
    Command("copy", N_("Game"), N_("Copy the game"), ("ctrl+c",)),
    Command("paste", N_("Game"), N_("Paste a game"), ("ctrl+v",)),
    Command("picture", N_("Game"), N_("Save a picture ..."), ("ctrl+p",)),
    Command("copy_picture", N_("Game"), N_("Copy a picture"), ("ctrl+shift+c",)),
    Command("undo", N_("Game"), N_("Undo"), ("ctrl+z",)),
    Command("redo", N_("Game"), N_("Redo"), ("ctrl+y", "ctrl+shift+z")),
    Command("reopen", N_("Game"), N_("Begin with the last file"), ("ctrl+shift+l",)),
    Command("quit", N_("Game"), N_("Quit"), ("ctrl+q",)),
    Command("pass", N_("Play"), N_("Pass"), ("p",)),
    Command("take_back", N_("Play"), N_("Take back"), ("backspace",)),
    Command("play_again", N_("Play"), N_("Play again"), ("shift+backspace",)),
    Command("resign", N_("Play"), N_("Resign ..."), ("r",)),
    Command("score", N_("Play"), N_("Count the score"), ("s",)),
    Command("move", N_("Play"), N_("Network, move here"), ("enter",)),
    Command("role_black", N_("Play"), N_("I play Black"), ("b",)),
    Command("role_white", N_("Play"), N_("I play White"), ("w",)),
    Command("role_both", N_("Play"), N_("Analyse: I play both"), ("a",)),
    Command("role_none", N_("Play"), N_("Watch: the network plays both"), ("v",)),
    Command("stronger", N_("Play"), N_("Network plays stronger"), ("shift+up",)),
    Command("weaker", N_("Play"), N_("Network plays weaker"), ("shift+down",)),
    Command("warmer", N_("Play"), N_("Network plays more freely"), ("+", "=")),
    Command("cooler", N_("Play"), N_("Network plays more strictly"), ("-",)),
    Command("hints", N_("Hints"), N_("Show hints"), ("h",)),
    Command("percentages", N_("Hints"), N_("Percentages on the board"), ("%",)),
    Command("letters", N_("Hints"), N_("Letters on the best three"), ("ctrl+l",)),
    Command("small_numbers", N_("Hints"), N_("Numbers on small dots"), ("ctrl+d",)),
    Command("think_first", N_("Hints"), N_("Let me think first"), ("t",)),
    Command("reveal", N_("Hints"), N_("Show them now"), ("space",)),
    Command("scheme", N_("Hints"), N_("Colors for other eyes"), ("q",)),
    Command("symmetries", N_("Hints"), N_("Average over 8 symmetries"), ("y",)),
    Command("review", N_("Review"), N_("Graph of all moves"), ("i",)),
    Command("report", N_("Review"), N_("Agreement and surprises"), ("j",)),
    Command("next_surprise", N_("Review"), N_("Next surprise"), ("n",)),
    Command("previous_surprise", N_("Review"), N_("Surprise before"), ("k",)),
    Command("territory", N_("Review"), N_("Who is ahead"), ("e",)),
    Command("write_review", N_("Review"), N_("Write it into the game"), ("ctrl+r",)),
    Command("comment", N_("Edit"), N_("Comment ..."), ("ctrl+e",)),
    Command("info", N_("Edit"), N_("Game info ..."), ("ctrl+i",)),
    Command("label", N_("Edit"), N_("Put letters"), ("1",)),
    Command("triangle", N_("Edit"), N_("Put triangles"), ("2",)),
    Command("square", N_("Edit"), N_("Put squares"), ("3",)),
    Command("circle", N_("Edit"), N_("Put circles"), ("4",)),
    Command("cross", N_("Edit"), N_("Put crosses"), ("5",)),
    Command("black_stones", N_("Edit"), N_("Put black stones"), ("6",)),
    Command("white_stones", N_("Edit"), N_("Put white stones"), ("7",)),
    Command("switch_side", N_("Edit"), N_("Other side to move"), ("8",)),
    Command("clear_board", N_("Edit"), N_("Clear the board"), ("9",)),
    Command("move_up", N_("Edit"), N_("Move variation up"), ("ctrl+up",)),
    Command("make_main", N_("Edit"), N_("Make it the main line"), ("ctrl+home",)),
    Command("delete", N_("Edit"), N_("Delete this variation"), ("delete",)),
    Command("coordinates", N_("Board"), N_("Coordinates"), ("c",)),
    Command("numbers", N_("Board"), N_("Move numbers"), ("m",)),
    Command("wood", N_("Board"), N_("Wooden board"), ("o",)),
    Command("theme", N_("Board"), N_("Dark colors"), ("d",)),
    Command("language", N_("Board"), N_("Language"), ("l",)),
    Command("full_screen", N_("Board"), N_("Full screen"), ("f11",)),
    Command("sound", N_("Board"), N_("Sound"), ("u",)),
    Command("board_larger", N_("View"), N_("Larger board"), ("ctrl+right",)),
    Command("board_smaller", N_("View"), N_("Smaller board"), ("ctrl+left",)),
    Command("list_longer", N_("View"), N_("Longer list"), ("ctrl+shift+pagedown",)),
    Command("list_shorter", N_("View"), N_("Shorter list"), ("ctrl+shift+pageup",)),
    Command("comment_higher", N_("View"), N_("Higher comment"), ("ctrl+pageup",)),
    Command("comment_lower", N_("View"), N_("Lower comment"), ("ctrl+pagedown",)),
    Command("graph_higher", N_("View"), N_("Higher graph"), ("ctrl+shift+home",)),
    Command("graph_lower", N_("View"), N_("Lower graph"), ("ctrl+shift+end",)),
    Command("usual_panels", N_("View"), N_("Usual panels"), ("ctrl+0",)),
    Command("tree_larger", N_("View"), N_("Larger tree"), ("ctrl+.",)),
    Command("tree_smaller", N_("View"), N_("Smaller tree"), ("ctrl+,",)),
    Command("tree_left", N_("View"), N_("Tree to the left"), ("ctrl+shift+left",)),
    Command("tree_right", N_("View"), N_("Tree to the right"), ("ctrl+shift+right",)),
    Command("tree_up", N_("View"), N_("Tree upward"), ("ctrl+shift+up",)),
    Command("tree_down", N_("View"), N_("Tree downward"), ("ctrl+shift+down",)),
    Command("tree_usual", N_("View"), N_("Usual tree"), ("ctrl+shift+0",)),
    Command("guess", N_("Learn"), N_("Guess the move"), ("g",)),
    Command("planes", N_("Learn"), N_("What the network sees"), ("f",)),
    Command("previous_plane", N_("Learn"), N_("Plane before"), ("[", ",")),
    Command("next_plane", N_("Learn"), N_("Plane after"), ("]", ".")),
    Command("filters", N_("Learn"), N_("What its filters say"), ("ctrl+k",)),
    Command("previous_layer", N_("Learn"), N_("Layer before"), ("{",)),
    Command("next_layer", N_("Learn"), N_("Layer after"), ("}",)),
    Command("stones", N_("Learn"), N_("What its choice hangs on"), ("ctrl+h",)),
    Command("help", N_("Learn"), N_("All keys"), ("?", "f1")),
    Command("first", N_("Go to"), N_("Start"), ("home",)),
    Command("back_ten", N_("Go to"), N_("10 moves back"), ("shift+left", "pageup")),
    Command("back", N_("Go to"), N_("Move before"), ("left", "z")),
    Command("forward", N_("Go to"), N_("Next move"), ("right", "x")),
    Command("forward_ten", N_("Go to"), N_("10 moves on"), ("shift+right", "pagedown")),
    Command("last", N_("Go to"), N_("End"), ("end",)),
    Command("jump", N_("Go to"), N_("Move number ..."), ("ctrl+g",)),
    Command("find", N_("Go to"), N_("Find in comments ..."), ("ctrl+f",)),
    Command("find_next", N_("Go to"), N_("Next place found"), ("f3",)),
    Command("find_previous", N_("Go to"), N_("Place found before"), ("shift+f3",)),
    Command("autoplay", N_("Go to"), N_("Play through by itself"), ("shift+space",)),
    Command("faster", N_("Go to"), N_("Faster"), (">",)),
    Command("slower", N_("Go to"), N_("Slower"), ("<",)),
    Command("variation_up", N_("Go to"), N_("Variation before"), ("up",)),
    Command("variation_down", N_("Go to"), N_("Variation after"), ("down",)),
    Command("leave", N_("Go to"), N_("Leave what is open"), ("escape",)),
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


#: Keys whose names have a capital within.
_KEY_NAMES: Final = {"pageup": "PageUp", "pagedown": "PageDown"}


def _label(key: str) -> str:
    words = key.split("+") if len(key) > 1 else [key]
    return "+".join(_KEY_NAMES.get(word, word.title()) for word in words)


def is_checked(state: GuiState, name: str) -> bool | None:
    """Whether a switch is on; None for what is no switch."""
    options = state.options
    if name in TOOLS:
        return state.tool == name
    views: dict[str, bool] = {view: shown_view(state) == view for view in VIEWS}
    values = {
        "role_black": options.role is Role.BLACK,
        "role_white": options.role is Role.WHITE,
        "role_both": options.role is Role.BOTH,
        "role_none": options.role is Role.NONE,
        "hints": state.hints_on,
        "percentages": options.percentages,
        "letters": options.letters,
        "small_numbers": options.small_numbers,
        "reopen": options.reopen,
        "full_screen": state.full_screen,
        "autoplay": state.autoplay,
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
        **views,
        "score": state.scoring is not None,
    }
    return values.get(name)


def label_of(command: Command) -> str:
    """What the menus call a command; of the language, also which ones there are."""
    label = tr(command.label)
    if command.name == "language":
        label += f": {' / '.join(LANGUAGES.values())}"
    return label


def help_rows() -> tuple[tuple[str, str], ...]:
    """(keys, what they do) of all commands; ("", menu) before those of a menu."""
    return _help_rows(spoken())


@lru_cache(maxsize=4)
def _help_rows(_language: LanguageName) -> tuple[tuple[str, str], ...]:
    rows: list[tuple[str, str]] = []
    for menu in MENUS:
        rows.append(("", tr(menu)))
        rows += [
            (key_labels(command), label_of(command).removesuffix(" ..."))
            for command in COMMANDS
            if command.menu == menu
        ]
    return tuple(rows)
