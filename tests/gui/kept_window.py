"""A window that plays by itself and keeps its game, until it is killed.

Usage: python kept_window.py FOLDER PAUSE. A line on stdout says how many nodes the game
has after each move.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")

from gopolicy_gui.app import app as windows
from gopolicy_gui.app.keeper import Keeper
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.options import Options, Role
from gopolicy_gui.model.settings import Settings
from gopolicy_gui.model.state import GuiState

from gopolicy.errors import ModelError


class NoBrain:
    """There is no network; the person plays both colors."""

    def load(self) -> str:
        """Says that there is none."""
        raise ModelError("no model")


def main(folder: str, pause: str) -> None:
    options = Options(role=Role.BOTH, hints=False)
    start = windows.Start(settings=Settings(size=(480, 360), options=options))

    def play(state: GuiState) -> None:
        if state.ready:
            legal = state.position.legal_mask(superko=True).nonzero()[0]
            app.post(ev.PointChosen(int(legal[len(legal) // 2])))
            sys.stdout.write(f"{len(state.tree.nodes)}\n")
            sys.stdout.flush()

    app = windows.App(start, NoBrain(), play)  # type: ignore[arg-type]
    app._keeper = Keeper(Path(folder), pause=float(pause))
    app.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
