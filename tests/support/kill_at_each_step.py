"""Writers that are killed: one before its first step, one before its second, ...

As a program: python kill_at_each_step.py TEMPLATE OUT ACTION [SOURCE]. Each writer has
a copy of TEMPLATE to work in, OUT/1, OUT/2, ...; the last comes to its end. ACTION:
"file" writes the file ``a`` there and "folder" the folder ``a``, with what is in
SOURCE; "mend" mends. A step is what Python tells its audit hooks before it is done.
"""

import itertools
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gopolicy.files import mend, whole_file, whole_folder

ROOT = Path(__file__).parents[2]


def kill_at_each_step(template: Path, out: Path, *arguments: str | Path) -> list[Path]:
    """The folders as the killed left them, by the step that they did not take."""
    if not hasattr(os, "fork"):
        pytest.skip("Windows has no fork")
    # A process of its own, since one with threads had better not fork.
    subprocess.run(
        [sys.executable, __file__, template, out, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=300,
    )
    return sorted(out.iterdir(), key=lambda place: int(place.name))


def main(template: Path, out: Path, action: str, source: Path) -> None:
    """Kills them."""
    for step in itertools.count(1):
        place = out / str(step)
        shutil.copytree(template, place)
        child = os.fork()
        if child == 0:
            die_at(step)
            work(place, action, source)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            return
        assert os.WTERMSIG(status) == signal.SIGKILL, f"{place}: {status}"


def die_at(step: int) -> None:
    """Kills this process before the given one of its steps on files."""
    count = 0

    def hook(event: str, arguments: object) -> None:
        nonlocal count
        if event == "open" or event.startswith(("os.", "shutil.", "fcntl.")):
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def work(place: Path, action: str, source: Path) -> None:
    """What is cut."""
    if action == "mend":
        mend(place)
    elif action == "file":
        with whole_file(place / "a") as file:
            file.write(source.read_bytes())
    else:
        with whole_folder(place / "a") as folder:
            for path in sorted(source.iterdir()):
                shutil.copyfile(path, folder / path.name)


if __name__ == "__main__":
    first, second, action, *rest = sys.argv[1:]
    main(Path(first), Path(second), action, Path(*rest))
