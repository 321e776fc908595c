"""Runs the real KaTrain over an engine and reports what it showed, as JSON on stdout.

Started by ``check_katrain.py`` with the Python of an environment that has KaTrain, in
which gopolicy need not be; a screen must be there (Xvfb does), and ``HOME`` must be a
folder of its own, since KaTrain keeps its settings below it. Usage:
python drive_katrain.py GAME.sgf OUT
"""

# mypy: ignore-errors
import contextlib
import itertools
import json
import os
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

GAME, OUT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
sys.argv = sys.argv[:1]
os.environ["KIVY_NO_ARGS"] = "1"

with contextlib.redirect_stdout(sys.stderr):
    import katrain.__main__ as katrain_main
    from katrain.core.ai import generate_ai_move
    from katrain.core.constants import AI_STRATEGIES
    from kivy.app import App

REPORT = {}


def wait(what, condition, seconds):
    """Until a condition holds; how long it took."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.05)
    return round(time.monotonic() - began, 2)


def picture(name):
    """What the screen shows."""
    time.sleep(2)
    target = OUT / f"katrain-{name}.png"
    subprocess.run(["import", "-window", "root", "-trim", str(target)], check=True)


def nodes(gui):
    return list(gui.game.root.nodes_in_tree)


def all_analysed(gui):
    return all(node.analysis_complete for node in nodes(gui))


def play(gui):
    """Some moves, each analysed before the next."""
    times = []
    for coords in ((15, 15), (3, 3), (15, 3), (3, 15), None):
        gui("play", coords)
        count = len(times) + 2
        wait("move", lambda count=count: len(nodes(gui)) == count, 60)
        node = gui.game.current_node
        times.append(wait("its analysis", lambda n=node: n.analysis_complete, 120))
    REPORT["seconds a move"] = times
    best = gui.game.current_node.candidate_moves
    REPORT["candidates"] = [move["move"] for move in best[:3]]


def each_ai(gui):
    """A move of each of KaTrain's AIs; those that give none are told."""
    REPORT["AIs"] = {}
    for name in AI_STRATEGIES:
        settings = gui.config(f"ai/{name}") or {}
        thread = threading.Thread(
            target=generate_ai_move, args=(gui.game, name, settings), daemon=True
        )
        before = len(nodes(gui))
        thread.start()
        thread.join(60)
        gui.update_state()
        move = gui.game.current_node.move if len(nodes(gui)) > before else None
        REPORT["AIs"][name] = move.gtp() if move else "no move"


def ponder(gui):
    """Analysis without end, and its end."""
    gui.toggle_continuous_analysis(quiet=True)
    node = gui.game.current_node
    REPORT["seconds of pondering"] = wait(
        "pondering", lambda: node.root_visits > 2000, 120
    )
    gui.toggle_continuous_analysis(quiet=True)
    wait("its end", gui.engine.is_idle, 60)


def open_game(gui, path):
    gui.load_sgf_file(str(path), fast=False)
    REPORT["nodes"] = len(nodes(gui))
    REPORT["seconds a game"] = wait("game", lambda: all_analysed(gui), 600)
    scores = [node.score for node in nodes(gui)]
    jumps = [abs(b - a) for a, b in itertools.pairwise(scores)]
    REPORT["mean jump in points"] = round(sum(jumps) / len(jumps), 2)


def sweep(gui):
    gui.game.redo(30)
    time.sleep(1)
    gui("analyze-extra", "sweep")
    time.sleep(1)
    REPORT["seconds a sweep"] = 1 + wait("sweep", gui.engine.is_idle, 300)
    REPORT["moves swept"] = len(gui.game.current_node.analysis["moves"])


def save_and_open(gui):
    target = OUT / "saved.sgf"
    gui("save-game", str(target))
    wait("saving", target.exists, 30)
    time.sleep(1)
    before = len(nodes(gui))
    gui.load_sgf_file(str(target), fast=False)
    wait("opening", lambda: len(nodes(gui)) == before, 60)
    wait("analysis of it", lambda: all_analysed(gui), 300)
    REPORT["analysed when opened again"] = sum(n.analysis_complete for n in nodes(gui))


def drive():
    code = 1
    try:
        wait("window", lambda: getattr(App.get_running_app(), "gui", None), 120)
        gui = App.get_running_app().gui
        wait("engine", lambda: gui.game and gui.game.root.analysis_complete, 300)
        play(gui)
        each_ai(gui)
        ponder(gui)
        picture("playing")
        open_game(gui, GAME)
        gui.game.redo(77)
        gui.update_state()
        picture("game")
        sweep(gui)
        picture("sweep")
        save_and_open(gui)
        REPORT["status"] = gui.controls.status.text
        code = 0
    except Exception:
        traceback.print_exc()
        with contextlib.suppress(Exception):
            picture("failure")
    sys.stdout.write(json.dumps(REPORT, indent=1) + "\n")
    sys.stdout.flush()
    os._exit(code)  # the engine notices that its input ended


threading.Thread(target=drive, daemon=True).start()
katrain_main.run_app()
