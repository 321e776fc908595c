"""The real KaTrain over ``gopolicy analysis``: plays, opens a game, sweeps, saves.

Run by hand; see README.md beside it. Usage:
python tests/clients/check_katrain.py PYTHON_WITH_KATRAIN [GAME.sgf] [OUT]
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).with_name("drive_katrain.py")


def write_settings(home: Path, python: str) -> None:
    """KaTrain's settings: its own, with our engine as the custom command."""
    code = "import katrain, pathlib; print(pathlib.Path(katrain.__file__).parent)"
    found = subprocess.check_output([python, "-c", code], text=True).strip()
    settings = json.loads((Path(found) / "config.json").read_text())
    command = f"{sys.executable} -m gopolicy analysis"
    settings["engine"] |= {"backend": "custom", "altcommand": command}
    folder = home / ".katrain"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(settings))


def main(python: str, game: Path, out: Path) -> int:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        write_settings(Path(home), python)
        path = os.pathsep.join([str(ROOT), str(ROOT / "gui")])
        cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
        environment = {
            **os.environ,
            "HOME": home,
            "PYTHONPATH": path,
            "XDG_CACHE_HOME": cache,  # or the engine compiles its kernels anew
        }
        command = [python, str(DRIVER), str(game), str(out)]
        screen = ["xvfb-run", "-a", "-s", "-screen 0 1920x1440x24"]
        return subprocess.run(
            [*screen, *command], env=environment, check=False, timeout=1800
        ).returncode


if __name__ == "__main__":
    arguments = [*sys.argv[1:], *[None] * 3]
    sys.exit(
        main(
            str(arguments[0]),
            Path(arguments[1] or ROOT / "datasets" / "alphago-leesedol-4.sgf"),
            Path(arguments[2] or "clients-out"),
        )
    )
