"""The real katagoanal over ``gopolicy analysis``: a game gets its comments.

Run by hand; see README.md beside it. Usage:
python tests/clients/check_katagoanal.py KATAGOANAL [GAME.sgf]
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def write_settings(folder: Path) -> None:
    """A program in KataGo's place, and files in its network's and settings' place."""
    program = folder / "engine"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m gopolicy "$@"\n')
    program.chmod(0o755)
    paths = {"binary": str(program)}
    for name in ("config", "model"):
        paths[name] = str(folder / name)
        (folder / name).touch()
    (folder / "katagoanal").mkdir()
    (folder / "katagoanal" / "paths.json").write_text(json.dumps(paths))


def main(program: str, game: Path) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_settings(folder)
        path = os.pathsep.join([str(ROOT), str(ROOT / "gui")])
        environment = {**os.environ, "XDG_CONFIG_HOME": name, "PYTHONPATH": path}
        out = folder / "out"
        out.mkdir()
        command = [program, str(game), "-o", str(out)]
        done = subprocess.run(command, env=environment, check=False, timeout=1800)
        text = "".join(p.read_text(encoding="utf-8") for p in out.glob("*.sgf"))
    moves = len(re.findall(r"\b[BW]\[[a-s]{0,2}\]", text))
    comments = text.count("Score Lead")
    sys.stdout.write(f"{moves} moves, {comments} comments with a score lead\n")
    return done.returncode or int(moves < 100 or comments < moves)


if __name__ == "__main__":
    given = sys.argv[2] if len(sys.argv) > 2 else None
    sys.exit(
        main(sys.argv[1], Path(given or ROOT / "datasets" / "alphago-leesedol-4.sgf"))
    )
