"""Lets a monkey at the window: random events, late answers, faults in every task.

Asserts that nothing ends it, that no unsaved edit is lost without a question, and that
undoing leads to the start. The short form is ``tests/gui/test_gui_monkey.py``. Usage:
python tools/monkey_window.py [--pure 20000] [--real 2000] [--seed 1]
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "gui"), str(ROOT / "tests" / "support")]

import pytest  # noqa: E402

from tests.gui.monkey import play_pure, play_real  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pure", type=int, default=20_000)
    parser.add_argument("--real", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    logging.disable()  # each fault is logged with its traceback
    begun = time.perf_counter()
    report("pure", play_pure(chosen.seed, chosen.pure), begun)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        counts = play_real(chosen.seed, chosen.real, Path(folder), patch)
    report("real", counts, begun)


def report(name: str, counts: dict[str, int], begun: float) -> None:
    """A line of what happened."""
    found = ", ".join(f"{key} {count}" for key, count in sorted(counts.items()))
    print(f"{name} in {time.perf_counter() - begun:.0f} s: {found}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
