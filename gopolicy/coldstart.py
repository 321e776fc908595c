"""From a cold process to its first answer: processor seconds and peak memory.

What users wait for when they start something, each in a process of its own; beside
those of another installation, in turn, if one is named. The clock of a process is that
of all its threads: on a busy machine, too, it tells what a quiet one would take.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gopolicy.errors import ConfigError, phrase

#: Starts a program, gives it lines if there are any, ends it at its first answer, and
#: prints (whether there was one, wait status, processor seconds, peak memory). Linux
#: counts the memory of the process that starts another one as the other's, so this one
#: must be small; nor is ``Popen.kill`` used, which would take the exit status.
_MEASURE: Final = """
import json, os, signal, subprocess, sys
lines, *words = sys.argv[1:]
process = subprocess.Popen(
    words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
)
answered = True
if lines:
    process.stdin.write(lines.encode())
    process.stdin.flush()
    answered = bool(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)  # what still loads is not waited for
else:
    process.stdout.read()
_, status, used = os.wait4(process.pid, 0)
process.returncode = status
print(json.dumps([answered, status, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""
_ENGINE: Final = ("-m", "gopolicy", "gtp")
#: Runs the window until it has drawn its first frame, a stone where the middle of the
#: board is clicked, or what the network thinks. Clicks on until the stone is there.
_WINDOW: Final = """
import os, sys
until = sys.argv.pop(1)
import gopolicy_gui
import pygame
answered = False
before = None
show, listen = pygame.display.flip, pygame.event.get
def look():
    global before
    surface = pygame.display.get_surface()
    middle = surface.get_height() // 2
    around = pygame.Rect(0, 0, 74, 74)
    around.center = (middle, middle + 10)
    color = sum(pygame.transform.average_color(surface, around)[:3])
    before = before or color
    return before - color > 30
def flip():
    show()
    if until == "frame" or answered or until == "stone" and look():
        os._exit(0)
def get():
    middle = pygame.display.get_surface().get_height() // 2
    place = (middle, middle + 10)
    click = pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=place, button=1)
    return listen() + [click] * (until == "stone")
pygame.display.flip, pygame.event.get = flip, get
try:  # no game is kept, or the next window would offer it, nor an earlier one offered
    from gopolicy_gui.app.keeper import Keeper
    Keeper.keep, Keeper.find = lambda self, state: "", lambda self: None
except ImportError:
    pass
if until == "hint":
    try:
        from gopolicy_gui.app.brain import NetworkBrain
    except ImportError:
        from gopolicy_gui.brain import NetworkBrain
    ask = NetworkBrain.probabilities
    def answer(*arguments, **named):
        global answered
        found = ask(*arguments, **named)
        answered = True
        return found
    NetworkBrain.probabilities = answer
from gopolicy.cli import main
main(["play"])
"""


@dataclass(frozen=True, slots=True)
class _Start:
    """``arguments`` of Python. ``lines``: GTP to write; as many answers end it."""

    name: str
    label: str
    arguments: tuple[str, ...]
    lines: tuple[str, ...] = ()


_STARTS: Final = (
    _Start(
        "suggest",
        phrase("suggestion"),
        ("-m", "gopolicy", "suggest", "--moves", "B Q16 W D4 B Q3"),
    ),
    _Start("gtp_line", phrase("engine's first line"), _ENGINE, ("protocol_version",)),
    _Start("gtp_move", phrase("engine's first move"), _ENGINE, ("genmove b",)),
    _Start("window_frame", phrase("window's first frame"), ("-c", _WINDOW, "frame")),
    _Start("window_stone", phrase("window's first stone"), ("-c", _WINDOW, "stone")),
    _Start("window_hint", phrase("window's first hint"), ("-c", _WINDOW, "hint")),
)

#: (path in the JSON, label, unit, values of the rounds).
Row = tuple[tuple[str, ...], str, str, list[float]]


def measure_starts(*, rounds: int, against: str | None = None) -> list[Row]:
    """The starts, once all is compiled, and the first start ever, once.

    ``against``: the Python of another installation; then its figures, and the ratios of
    ours to them, stand below.

    Raises: ConfigError where processes are not told what they took, or for one that
    does not answer.
    """
    if not hasattr(os, "wait4"):
        raise ConfigError(
            phrase("starts cannot be measured on Windows; leave out 'start'")
        )
    pythons = [sys.executable, *([against] if against else [])]
    rows: list[Row] = []
    for first_ever in (False, True):
        for start in _STARTS:
            with _homes(len(pythons)) as homes:
                count = 1 if first_ever else rounds + 1
                found = [
                    [
                        _run(start, python, home, first_ever=first_ever)
                        for python, home in zip(pythons, homes, strict=True)
                    ]
                    for _ in range(count)
                ]
            kept = found if first_ever else found[1:]  # the first may compile
            rows += _rows(start, kept, first_ever=first_ever)
    return rows


def measure_beside(arguments: Sequence[str], *, rounds: int, against: str) -> list[Row]:
    """What ``gopolicy bench --json ARGUMENTS`` gives here and there, in turn.

    ``against``: the Python of the other installation; what only one of them measures is
    left out, and what is 0.

    Raises: ConfigError when one of them fails.
    """
    found: list[list[dict[tuple[str, ...], float]]] = []
    with _homes(1) as (home,):
        pythons = (sys.executable, against)
        for number in range(rounds):
            order = pythons if number % 2 == 0 else pythons[::-1]
            by_python = {python: _bench(python, arguments, home) for python in order}
            found.append([by_python[python] for python in pythons])
    rows: list[Row] = []
    for path in found[0][0]:
        if not all(figures.get(path) for each in found for figures in each):
            continue
        ours, theirs = ([each[i][path] for each in found] for i in (0, 1))
        rows += _beside(path, " ".join(path), "", ours=ours, theirs=theirs)
    return rows


def _bench(
    python: str, arguments: Sequence[str], home: Path
) -> dict[tuple[str, ...], float]:
    """The figures of one run of ``bench``, by their places in its JSON."""
    done = subprocess.run(
        [python, "-m", "gopolicy", "bench", "--json", *arguments],
        cwd=home,  # as in ``_run``
        env=_environment(python, None),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        trouble = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise ConfigError(
            phrase(
                "{python!r} cannot measure {arguments!r}: {trouble}",
                python=python,
                arguments=" ".join(arguments),
                trouble=trouble,
            )
        )
    figures: dict[tuple[str, ...], float] = {}
    todo: list[tuple[tuple[str, ...], Any]] = [((), json.loads(done.stdout))]
    while todo:
        path, value = todo.pop()
        if isinstance(value, dict):
            todo += [
                ((*path, k), v) for k, v in reversed(value.items()) if k != "spread"
            ]
        else:
            figures[path] = float(value)
    return figures


def _rows(
    start: _Start, found: Sequence[Sequence[tuple[float, float]]], *, first_ever: bool
) -> Iterator[Row]:
    """Rows of one start; ``found``: by round and installation, seconds and MB."""
    place = "first_start" if first_ever else "start"
    label = start.label
    if first_ever:
        label = phrase("{what}, first start ever", what=label)
    for i, (unit, what) in enumerate((("s", "seconds"), ("MB", "memory_mb"))):
        path = (place, start.name, what)
        ours = [each[0][i] for each in found]
        if len(found[0]) > 1:
            theirs = [each[1][i] for each in found]
            yield from _beside(path, label, unit, ours=ours, theirs=theirs)
        else:
            yield path, label, unit, ours


def _beside(
    path: tuple[str, ...],
    label: str,
    unit: str,
    *,
    ours: list[float],
    theirs: list[float],
) -> Iterator[Row]:
    """Rows of a figure here and there, by round, and of their ratios."""
    *front, what = path
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    ratio = phrase("{what}, ratio", what=label)
    if unit:
        ratio = phrase("{what}, ratio ({unit})", what=label, unit=unit)
    yield path, label, unit, ours
    yield (
        (*front, f"{what}_other"),
        phrase("{what}, the other", what=label),
        unit,
        theirs,
    )
    yield (*front, f"{what}_ratio"), ratio, "", ratios


@contextmanager
def _homes(count: int) -> Iterator[list[Path]]:
    """Empty folders, for what a first start finds at home."""
    with tempfile.TemporaryDirectory() as folder:
        homes = [Path(folder) / str(i) for i in range(count)]
        for home in homes:
            home.mkdir()
        yield homes


def _run(
    start: _Start, python: str, home: Path, *, first_ever: bool = False
) -> tuple[float, float]:
    """Processor seconds and peak memory (MB) until the answer.

    ``home``: an empty folder, also the person's own if this is the ``first_ever``.

    Raises: ConfigError when there is none.
    """
    lines = "".join(f"{line}\n" for line in start.lines)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _MEASURE, lines, python, *start.arguments],
        cwd=home,  # a checkout would be found before the installation
        env=_environment(python, home if first_ever else None),
        stdout=subprocess.PIPE,
        check=True,
    )
    answered, status, seconds, memory = json.loads(done.stdout)
    if not answered or (status and not start.lines):
        raise ConfigError(
            phrase(
                "{python!r} gives no answer to {label!r}",
                python=python,
                label=start.label,
            )
        )
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, else kilobytes
    return float(seconds), memory / unit


def _environment(python: str, home: Path | None) -> dict[str, Any]:
    """Without a screen; ``home``: an empty one, for a first start."""
    found = {
        **os.environ,
        "SDL_VIDEODRIVER": "dummy",
        "SDL_AUDIODRIVER": "dummy",
    }
    if python != sys.executable:
        found.pop("PYTHONPATH", None)  # it leads to this installation
    if home is not None:
        found.pop("NUMBA_CACHE_DIR", None)
        found |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    return found
