"""What answers does so without TensorFlow; the engine without pictures, too."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GAME = str(ROOT / "datasets" / "alphago-leesedol-2.sgf")

#: Runs a command and says which modules it left alone; whatever it prints, too.
COMMAND = """
import sys
from gopolicy.cli import main
main(sys.argv[1:], standalone_mode=False)
heavy = ("tensorflow", "keras", "pygame", "matplotlib", "numba")
print("LOADED", *[name for name in heavy if name in sys.modules])
"""


def loaded(*arguments, given=""):
    """The heavy modules that a command loads."""
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gui'}"},
    )
    assert done.returncode == 0, done.stderr
    (found,) = re.findall("^LOADED(.*)", done.stdout + done.stderr, re.MULTILINE)
    return set(found.split())


def test_the_engine_loads_neither_tensorflow_nor_pictures():
    commands = "genmove b\nlz-genmove_analyze w\nfinal_score\nquit\n"
    assert loaded("gtp", "--playouts", "2", given=commands) == {"numba"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (("suggest", GAME, "--move", "37"), set()),
        (("planes", GAME, "--move", "37"), set()),
        (("review", GAME), {"numba"}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_a_question_loads_no_tensorflow_and_about_one_position_no_compiler(
    arguments, heavy
):
    assert loaded(*arguments) == heavy


@pytest.mark.slow
def test_the_window_loads_no_tensorflow(tmp_path):
    picture = str(tmp_path / "window.png")
    assert loaded("play", "--picture", picture) == {"pygame"}
    reviewed = loaded("play", GAME, "--picture", picture)
    assert reviewed == {"pygame", "numba"}, "it looks at each of the game's positions"


@pytest.mark.slow
def test_matches_and_evaluations_load_no_tensorflow(tmp_path):
    data = str(tmp_path / "games.h5")
    assert loaded("dataset", "build", GAME, "-o", data) == {"numba"}
    assert loaded("evaluate", data, "--positions", "50") == {"numba"}
    match = ("match", "--opponent-model", "default", "--games", "1")
    assert loaded(*match, "--max-moves", "4") == {"numba"}


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["onnx", "onnxruntime"])
def test_tensorflow_answers_where_the_runtime_is_missing(missing):
    code = f"import sys; sys.modules[{missing!r}] = None\n{COMMAND}"
    words = ["--verbose", "suggest", "--moves", "B Q16", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gui'}"},
    )
    assert "TensorFlow answers, for want of ONNX Runtime" in done.stderr
    assert "LOADED tensorflow keras" in done.stdout
