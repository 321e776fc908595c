"""Times the window: idle, clicks while the network thinks, a game that is reviewed.

Tells its memory as well, where Linux tells it.

Usage: python tools/measure_window.py [--idle SECONDS] [--size WxH]

Opens a real window where there is a display, else one of SDL's dummy driver, and drives
it with events as the keyboard and the mouse make them. Idle is the processor time of
the whole process; a click and a game are timed from the event to the end of drawing.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
if sys.platform.startswith("linux") and not (
    os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
):
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pygame
from gopolicy_gui.app.app import App, Start
from gopolicy_gui.app.brain import NetworkBrain
from gopolicy_gui.model.options import Options, Role
from gopolicy_gui.model.settings import Settings
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study import reviewing
from gopolicy_gui.model.study.boards import FULL, PlainPosition
from gopolicy_gui.view.controls import controls
from gopolicy_gui.view.layout import Box
from gopolicy_gui.view.window import find_layout

from gopolicy.go.coords import format_sgf_point
from gopolicy.go.turns import WHITE_BIT

#: What a script waits for.
Condition = Callable[[GuiState], bool]


class TimedApp(App):
    """Goes through ``script`` in rounds of the loop and knows when it has drawn."""

    def __init__(self, start: Start, script: Callable[[TimedApp], Iterator[Condition]]):
        super().__init__(start, NetworkBrain("default", seed=1), self._go_on)
        self._script = script(self)
        self._condition = next(self._script)
        self.drawn_at = 0.0

    def _draw(self) -> None:
        before = self._drawn
        super()._draw()
        if self._drawn is not before:
            self.drawn_at = time.perf_counter()

    def _go_on(self, state: GuiState) -> None:
        if not state.quit and self._condition(state):
            try:
                self._condition = next(self._script)
            except StopIteration:
                self.state = replace(self.state, quit=True)


def measure(app: TimedApp, idle: float, game: Path) -> Iterator[Condition]:
    """The script: yields what it waits for, prints what it found."""
    yield lambda s: bool(s.model) and s.shown_thoughts() is not None
    report("memory at the first hint", memory())
    until = time.perf_counter() + 2  # the judgement compiles in the background
    yield lambda _: time.perf_counter() > until
    wall, used = time.perf_counter(), time.process_time()
    until = wall + idle
    yield lambda _: time.perf_counter() > until
    share = (time.process_time() - used) / (time.perf_counter() - wall)
    report(f"idle for {idle:g} s", f"{100 * share:.1f} % of a core")

    app.state = replace(app.state, options=replace(app.state.options, symmetries=True))
    post(
        pygame.KEYDOWN, key=pygame.K_v, unicode="v", mod=0
    )  # the network plays both colors
    yield lambda s: s.role is Role.NONE and s.position.turn >= 3
    menu = controls(
        app.state, find_layout(app.state, pygame.display.get_window_size())
    )[0].box
    waits: list[float] = []
    while len(waits) < 60:
        yield from time_click(app, menu, waits)
    report("answered while the network thinks", in_words(waits))

    post(pygame.KEYDOWN, key=pygame.K_a, unicode="a", mod=0)
    yield lambda s: s.role is Role.BOTH  # or a late move would be one that is not saved
    options = replace(app.state.options, symmetries=False)
    app.state = replace(app.state, saved=app.state.tree, options=options)
    opened = time.perf_counter()
    post(pygame.DROPFILE, file=str(game))
    yield lambda s: s.path == str(game)
    yield lambda _: app.drawn_at > opened
    report("opening a game of 300 moves", f"{1000 * (app.drawn_at - opened):.0f} ms")
    yield from measure_review(app, menu)
    ended = time.perf_counter()
    post(pygame.KEYDOWN, key=pygame.K_END, unicode="", mod=0)
    yield lambda s: s.position.turn == 300
    yield lambda _: app.drawn_at > ended
    report("going to its end", f"{1000 * (app.drawn_at - ended):.0f} ms")


def measure_review(app: TimedApp, menu: Box) -> Iterator[Condition]:
    """Clicks while a game is reviewed, and how long the review takes."""
    begun, waits = time.perf_counter(), list[float]()
    while not reviewing.known(app.state).is_whole:
        yield from time_click(app, menu, waits)
    report("reviewing it", f"{time.perf_counter() - begun:.1f} s")
    report("answered meanwhile", in_words(waits))
    report("memory then", memory())


def time_click(app: TimedApp, menu: Box, waits: list[float]) -> Iterator[Condition]:
    """One click on a menu, at an odd moment; adds to ``waits`` what its answer took."""
    until = time.perf_counter() + 0.03 + 0.17 * (len(waits) * 0.618 % 1)
    yield lambda _: time.perf_counter() > until
    shown, clicked = app.state.menu, time.perf_counter()
    place = (menu.left + menu.width // 2, menu.top + menu.height // 2)
    post(pygame.MOUSEBUTTONDOWN, pos=place, button=1)
    yield lambda s: s.menu != shown
    yield lambda _: app.drawn_at > clicked
    waits.append(app.drawn_at - clicked)


def in_words(waits: list[float]) -> str:
    """The middle and the longest of some waits."""
    middle, longest = statistics.median(waits), max(waits)
    words = f"median {1000 * middle:.0f} ms"
    return f"{words}, longest of {len(waits)} {1000 * longest:.0f} ms"


def post(kind: int, **what: object) -> None:
    """An event as the system makes it."""
    pygame.event.post(pygame.event.Event(kind, what))


def report(what: str, found: str) -> None:
    print(f"{what:36} {found}", flush=True)  # noqa: T201


def memory() -> str:
    """What of the process is in memory: all, its share of what others use, at most."""
    try:
        lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
        lines += Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return "not told by this system"
    wanted = {"Rss": "all {} MB", "Pss": "its share {} MB", "VmHWM": "at most {} MB"}
    found = {
        name: int(rest.split()[0]) // 1000
        for name, _, rest in (line.partition(":") for line in lines.splitlines())
        if name in wanted
    }
    return ", ".join(text.format(found[name]) for name, text in wanted.items())


def long_game(moves: int) -> bytes:
    """A game of legal moves, scattered over the board; no kernel is needed for it."""
    position, text = PlainPosition(FULL), "(;GM[1]FF[4]SZ[19]"
    for turn in range(moves):
        legal = position.legal_mask(superko=True).nonzero()[0]
        point = int(legal[turn * 61 % len(legal)])
        color = "BW"[turn % 2]
        text += f";{color}[{format_sgf_point(point)}]C[move {turn + 1}]"
        position.replay([point | WHITE_BIT * (turn % 2)])
    return (text + ")").encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=float, default=20)
    parser.add_argument("--size", default="1280x800")
    chosen = parser.parse_args()
    width, height = map(int, chosen.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        game = Path(folder).resolve() / "game.sgf"
        game.write_bytes(long_game(300))
        settings = Settings(size=(width, height), options=Options())
        app = TimedApp(
            Start(settings=settings), lambda app: measure(app, chosen.idle, game)
        )
        app.run()


if __name__ == "__main__":
    main()
