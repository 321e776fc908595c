"""Game trees of the window, for tests."""

from pathlib import Path

from gopolicy_gui.model.sgftree import load_games, parse_game
from gopolicy_gui.model.tree import GameTree


def load_game(path: str | Path) -> GameTree:
    """The only game of an SGF file."""
    (text,) = load_games(path)
    return parse_game(text, Path(path).name)
