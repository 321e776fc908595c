"""Running the commands that a page shows."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from gopolicy.cli import main

ROOT = Path(__file__).parents[2]


def run_shown(line, folder, *, extra=(), stdin=b""):
    """Runs a line "gopolicy ..." in ``folder``, ``extra`` words added to it.

    In this process: to start TensorFlow for each line would take most of the time, and
    that a process starts and ends well is tested elsewhere.
    """
    words = [*shlex.split(line)[1:], *extra]
    if words[0] == "gtp":  # takes the stdout of its process for itself
        _run_process(words, folder, stdin)
        return
    kept = os.getcwd()
    os.chdir(folder)
    try:
        result = CliRunner().invoke(main, words, input=stdin)
    finally:
        os.chdir(kept)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, f"{line}\n{result.output}"


def _run_process(words, folder, stdin):
    done = subprocess.run(
        [sys.executable, "-m", "gopolicy", *words],
        input=stdin,
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gui'}"},
        timeout=600,
    )
    assert done.returncode == 0, f"{words}\n{done.stderr.decode()}"
