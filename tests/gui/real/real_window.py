"""A real window in a virtual screen, driven by xdotool and read from its pixels."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

import pygame
from gopolicy_gui.view.layout import make_window_layout

from gopolicy.go.coords import BLACK, EMPTY, POINTS, WHITE, parse_vertex

MISSING = [name for name in ("Xvfb", "xdotool", "import") if not shutil.which(name)]
SIZE = (1000, 700)
SCREEN = (1400, 900)
#: Seconds after which what is waited for will not come.
PATIENCE = 120


@contextmanager
def virtual_screen():
    """The name of a virtual screen, somewhat larger than the window."""
    read, write = os.pipe()
    # A number of our own: two servers that begin at once can choose the same one.
    number = 100 + os.getpid() % 30_000
    arguments = ["-displayfd", str(write), "-screen", "0", "{}x{}x24".format(*SCREEN)]
    with subprocess.Popen(
        ["Xvfb", f":{number}", *arguments, "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(write)
        with os.fdopen(read) as answer:
            yield f":{answer.readline().strip()}"
        server.terminate()


class Window:
    """``gopolicy play`` in a process of its own."""

    def __init__(self, display, folder, *arguments):
        self.folder = folder
        self.env = {**os.environ, "DISPLAY": display, "XDG_CONFIG_HOME": str(folder)}
        self.env["XDG_STATE_HOME"] = str(folder / "state")
        self.env.pop("SDL_VIDEODRIVER", None)
        size = "x".join(map(str, SIZE))
        command = [sys.executable, "-m", "gopolicy", "play", "--size", size]
        self.process = subprocess.Popen(
            [*command, *map(str, arguments)],
            env=self.env,
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.id = self.wait(lambda: self.xdotool("search", "--class", "gopolicy"))
        self.board = make_window_layout(*SIZE).board

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def wait(self, condition, seen=lambda: ""):
        """What ``condition`` gives as soon as it is true; ``seen``: told else."""
        until = time.monotonic() + PATIENCE
        while not (found := condition()):
            assert self.process.poll() is None, self.process.communicate()[1]
            late = time.monotonic() > until
            assert not late, f"nothing more happened in {self.title()!r}: {seen()}"
            time.sleep(0.05)
        return found

    def xdotool(self, *words):
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip()

    def press(self, *keys):
        self.xdotool("windowfocus", "--sync", self.id)
        self.xdotool("key", *keys)

    def click(self, vertex):
        x, y = self.board.center(parse_vertex(vertex))
        self.xdotool("mousemove", "--window", self.id, x, y, "click", "1")
        self.xdotool("mousemove", "--window", self.id, 5, SIZE[1] - 5)

    def title(self):
        return self.xdotool("getwindowname", self.id)

    def picture(self):
        """What the window shows."""
        path = self.folder / "screen.bmp"
        command = ["import", "-window", self.id, str(path)]
        subprocess.run(command, env=self.env, check=True)
        return pygame.image.load(path)

    def has_size(self, size):
        """Whether it has; SDL makes another window of it for full screen."""
        found = self.xdotool("search", "--class", "gopolicy").split()
        self.id = found[-1] if found else ""
        words = self.xdotool("getwindowgeometry", self.id)
        return bool(self.id) and f"Geometry: {size[0]}x{size[1]}" in words

    def stones(self):
        """The color on each point, beside the lines and around the last move's ring."""
        picture, off = self.picture(), round(self.board.cell * 0.25)
        found = []
        for x, y in map(self.board.center, range(POINTS)):
            light = sum(picture.get_at((x + off, y - off))[:3]) / 3
            found.append(BLACK if light < 100 else WHITE if light > 205 else EMPTY)
        return found

    def wait_for_stones(self, black, white):
        """The stones, once there are so many of each color."""

        counts = (0, 0)

        def there():
            nonlocal counts
            stones = self.stones()
            counts = stones.count(BLACK), stones.count(WHITE)
            return stones if counts == (black, white) else None

        return self.wait(there, lambda: f"{counts} stones, not {(black, white)}")


def has_hints(window):
    """Whether the overlay covers a corner's star point."""
    x, y = window.board.center(parse_vertex("Q16"))
    red, _, blue = window.picture().get_at((x + round(window.board.cell * 0.3), y))[:3]
    return blue > red + 20


def is_shaded(window):
    """Whether a question stands in front: all else is darker."""
    return max(window.picture().get_at((SIZE[0] - 40, 10))[:3]) < 200
