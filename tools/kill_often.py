"""Kills savers, converters, trainings and windows at random moments; see what is left.

python tools/kill_often.py [--times 10] [--seed 1] [saving converting training playing]

Each is killed (signal 9) so often, at moments drawn at random. Asserted: what stands
under its own name is whole; what is begun again ends as if nothing had happened; a
game in the window is lost but for its last minute. Needs Linux or macOS, no screen.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "gui")]

from gopolicy_gui.app.keeper import Keeper  # noqa: E402
from gopolicy_gui.model.sgftree import load_games, parse_game  # noqa: E402

from gopolicy.data.dataset import Dataset  # noqa: E402
from gopolicy.modelstore import load_model  # noqa: E402
from gopolicy.train.folder import hash_games  # noqa: E402

DATASETS: Final = ROOT / "datasets"
#: A saver writes a longer game each time, and says how long it was.
_SAVER: Final = """
import sys
from gopolicy_gui.model import tasks
from gopolicy_gui.model.events import Task
from gopolicy_gui.model.tree import new_game
tree, number, known = new_game(komi=6.5, handicap=0, black="a", white="b"), 0, None
while True:
    color = 1 + len(tree.nodes) % 2
    tree, number = tree.with_move(number, color, len(tree.nodes) % 361)
    done = tasks.write_game(Task("save", sys.argv[1], tree=tree, known=known))
    known = done.stamp
    print(len(tree.nodes), flush=True)
"""
#: A window in which somebody plays both colors, ten moves a second.
_PLAYER: Final = """
import sys, time
from pathlib import Path
import pygame
from gopolicy_gui.app.app import App, Start
from gopolicy_gui.app.brain import NetworkBrain
from gopolicy_gui.model.events import PointChosen
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.settings import Settings
played = 0.0
def watch(state):
    global played
    if not state.ready or time.monotonic() < played + 0.1:
        return
    played = time.monotonic()
    free = state.position.legal_mask(superko=True).nonzero()[0]
    app._update(PointChosen(int(free[len(state.tree.nodes) * 7 % len(free)])))
    print(len(app.state.tree.nodes), time.time(), flush=True)
start = Start(settings=Settings(), role=Role.BOTH, state_folder=Path(sys.argv[1]))
app = App(start, NetworkBrain("default", seed=1), watch)
app.run()
"""
#: Checkpoints come every half a second, so that many of them are cut.
_TRAINER: Final = """
from gopolicy.train import run
run.CHECKPOINT_SECONDS = 0.5
from gopolicy.cli import main
main()
"""
_RUN: Final = ("--filters", "4", "--batch-size", "8", "--steps", "1000", "--seed", "1")


def begin(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A Python process of ``code``, whose lines can be read."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gui'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def kill(process: subprocess.Popen[str]) -> list[str]:
    """Kills it; the rest of the whole lines that it wrote."""
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    return [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]


def kill_saving(choice: random.Random, folder: Path) -> str:
    path = folder / "game.sgf"
    path.unlink(missing_ok=True)
    process = begin(_SAVER, path)
    assert process.stdout is not None
    said = [process.stdout.readline()]
    time.sleep(choice.uniform(0, 1.5))
    said += kill(process)
    (text,) = load_games(path)
    length = len(parse_game(text, "x").nodes)
    last = int(said[-1])
    assert last <= length <= last + 1, (last, length)
    return f"killed at saving {last}: the file has game {length}"


def kill_converting(choice: random.Random, folder: Path) -> str:
    uncut, out = folder / "uncut.h5", folder / "cut.h5"
    call = ("dataset", "build", DATASETS / "sample-train.zip", "-o")
    code = "from gopolicy.cli import main; main()"
    if not uncut.exists():
        began = time.monotonic()
        assert begin(code, *call, uncut).wait() == 0
        (folder / "seconds").write_text(str(time.monotonic() - began))
    seconds = float((folder / "seconds").read_text())
    process = begin(code, *call, out)
    time.sleep(choice.uniform(0, seconds))
    kill(process)
    is_there = out.exists()
    if is_there:
        Dataset.open(out)
    assert begin(code, *call, out).wait() == 0
    same = hash_games(Dataset.open(out)) == hash_games(Dataset.open(uncut))
    assert same and not list(folder.glob("*.partial*"))
    out.unlink()
    return f"killed with the dataset {'whole' if is_there else 'not there'}; then built"


def history(run: Path) -> list[dict[str, str]]:
    """The rows of history.csv without the times, which differ from run to run."""
    with open(run / "history.csv", encoding="utf-8", newline="") as file:
        return [{**row, "seconds": ""} for row in csv.DictReader(file)]


def checkpoint(run: Path) -> int:
    """The step of the last checkpoint; -1 for none."""
    index = run / "checkpoints" / "checkpoint"
    found = re.search(r"ckpt-(\d+)", index.read_text()) if index.exists() else None
    return int(found[1]) if found else -1


def kill_training(choice: random.Random, folder: Path) -> str:
    games, uncut, run = folder / "games.h5", folder / "uncut", folder / "run"
    if not uncut.exists():
        build = ("dataset", "build", DATASETS / "sample-valid.zip", "-o", games)
        assert begin("from gopolicy.cli import main; main()", *build).wait() == 0
        assert begin(_TRAINER, "train", games, "--out", uncut, *_RUN).wait() == 0
    resume = ("train", "--resume", run) if (run / "run.json").exists() else None
    process = begin(_TRAINER, *(resume or ("train", games, "--out", run, *_RUN)))
    before = checkpoint(run)
    while checkpoint(run) == before and process.poll() is None:
        time.sleep(0.02)
    time.sleep(choice.uniform(0, 1.5))
    kill(process)
    for name in ("best", "last"):
        if (run / name).exists():
            load_model(run / name)
    step = checkpoint(run)
    if process.returncode == 0:
        assert history(run) == history(uncut)
        shutil.rmtree(run)
    return f"killed behind checkpoint {step}, begun at {before}"


def finish_training(folder: Path) -> str:
    """What was killed so often goes on to its end, as if it never had been."""
    uncut, run = folder / "uncut", folder / "run"
    if not run.exists():
        return "the last one had ended"
    assert begin(_TRAINER, "train", "--resume", run).wait() == 0
    assert history(run) == history(uncut)
    left = [path.name for path in run.iterdir() if path.name.startswith(".")]
    assert not left, left
    return "resumed to its end: the history of an uncut run"


def kill_playing(choice: random.Random, folder: Path) -> str:
    state = folder / "state"
    shutil.rmtree(state, ignore_errors=True)
    process = begin(_PLAYER, state)
    assert process.stdout is not None
    said = [process.stdout.readline()]
    time.sleep(choice.uniform(0.5, 15))
    said += kill(process)
    killed = time.time()
    played = {int(line.split()[0]): float(line.split()[1]) for line in said if line}
    lost = Keeper(state / "unsaved").find()
    kept = len(lost.tree.nodes) if lost is not None else 1
    missing = [when for length, when in played.items() if length > kept]
    seconds = killed - min(missing) if missing else 0.0
    assert seconds < 60, seconds
    offered = f"{kept - 1} moves are offered again"
    return f"killed at move {max(played) - 1}: {offered}, {seconds:.1f} s are lost"


KILLS: Final[dict[str, Callable[[random.Random, Path], str]]] = {
    "saving": kill_saving,
    "converting": kill_converting,
    "training": kill_training,
    "playing": kill_playing,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=list(KILLS))
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    choice = random.Random(chosen.seed)
    for what in chosen.what:
        with tempfile.TemporaryDirectory() as folder:
            for number in range(1, chosen.times + 1):
                say(f"{what} {number}: {KILLS[what](choice, Path(folder))}")
            if what == "training":
                say(f"training: {finish_training(Path(folder))}")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
