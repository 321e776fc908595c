"""Running the commands that a page shows."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run_shown(line, folder, *, extra=(), stdin=b""):
    """Runs a line "gopolicy ..." in ``folder``, ``extra`` words added to it."""
    done = subprocess.run(
        [sys.executable, "-m", "gopolicy", *shlex.split(line)[1:], *extra],
        input=stdin,
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gui'}"},
        timeout=600,
    )
    assert done.returncode == 0, f"{line}\n{done.stderr.decode()}"
