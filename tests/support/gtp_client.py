"""A GTP session inside the test's process, and the policies that play in it."""

import io
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import Any

import numpy as np
from diagrams import points
from numpy.typing import NDArray

from gopolicy.go.coords import POINTS
from gopolicy.go.position import Position
from gopolicy.gtp.commands import make_handlers
from gopolicy.gtp.protocol import Session
from gopolicy.gtp.state import EngineState
from gopolicy.player import Player
from gopolicy.policy import Policy, UniformPolicy

#: An answer: status, id, text that has no empty line in it, and an empty line.
ANSWER = re.compile(r"([=?])(\d*)(?: ([^\n]*(?:\n[^\n]+)*)|((?:\n[^\n]+)*))\n\n")


class WishfulPolicy:
    """Wants the points of a list as far as they are legal, each half as much as the
    one before it, or ``fall`` times as much."""

    name = "wishful"

    def __init__(self, vertices: str, fall: float = 0.5) -> None:
        self.points = points(vertices)
        self.fall = fall

    def probabilities(self, positions: Sequence[Position]) -> NDArray[np.float32]:
        result = np.zeros((len(positions), POINTS), np.float32)
        for row, position in zip(result, positions, strict=True):
            row[self.points] = self.fall ** np.arange(len(self.points))
            row *= position.legal_mask(superko=True)
            row /= max(row.sum(), 1e-9)
        return result


class Output(io.StringIO):
    """Text that others can wait for."""

    def __init__(self) -> None:
        super().__init__()
        self._written = threading.Condition()

    def write(self, text: str) -> int:
        with self._written:
            count = super().write(text)
            self._written.notify_all()
        return count

    def wait_for(self, condition: Callable[[str], bool]) -> None:
        with self._written:
            done = self._written.wait_for(lambda: condition(self.getvalue()), 60)
        assert done, self.getvalue()[-2000:]


def new_state(policy: Policy | None = None, **settings: Any) -> EngineState:
    """An engine that judges by few playouts."""
    settings = {"playouts": 16, **settings}
    return EngineState(Player(policy or UniformPolicy(), **settings))


def run(
    lines: Iterable[str],
    state: EngineState | None = None,
    output: Output | None = None,
) -> str:
    """Everything that a session answers to ``lines``."""
    output = output or Output()
    Session(make_handlers(state or new_state()), lines, output).run()
    return output.getvalue()


def answers(text: str) -> Iterator[tuple[str, str, str]]:
    """(status, id, text) of each answer; all of ``text`` must be answers."""
    at = 0
    while at < len(text):
        match = ANSWER.match(text, at)
        assert match, f"no answer: {text[at : at + 200]!r}"
        yield match[1], match[2], (match[3] or match[4] or "").strip("\n")
        at = match.end()


def ask(*lines: str, state: EngineState | None = None) -> list[str]:
    """The answers to ``lines`` as "= text" or "? text"."""
    text = run([f"{line}\n" for line in lines], state)
    return [f"{status} {said}".rstrip() for status, _, said in answers(text)]


def random_line(random: Random, names: list[str]) -> str:
    """A line that is nearly a command, or no such thing."""
    words = [random.choice(names)]
    for _ in range(random.choice([0, 0, 1, 1, 2, 3, 6])):
        words.append(random.choice(WORDS))
    if random.random() < 0.3:
        words.insert(0, str(random.choice([0, 7, 99999, 2**31, -3])))
    line = " ".join(words)
    if random.random() < 0.3:
        at = random.randrange(len(line) + 1)
        line = line[:at] + chr(random.choice(CODES)) + line[at + 1 :]
    if random.random() < 0.05:
        line = "".join(chr(random.choice(CODES)) for _ in range(random.randrange(200)))
    return line.replace("\n", " ") + random.choice(["\n", "\n", "\r\n", " # x\n"])


WORDS = [
    *("b", "w", "black", "white", "B", "green", "Q16", "a1", "T19", "I9", "pass", "Z0"),
    *("0", "1", "-1", "2", "5", "9", "19", "1e9", "nan", "inf", "6.5", "0x10", "all"),
    *("dead", "alive", "seki", "interval", "maxmoves", "avoid", "allow", "ownership"),
    *("true", "Q16,D4", "/", "..", "japanese", "e", "\u56f4\u68cb", "9" * 40, "resign"),
]
CODES = [*range(128), 0x85, 0xA0, 0xFF, 0x2028, 0x56F4, 0x1F600]


def fuzz(lines: int, seed: int) -> int:
    """Feeds random lines to an engine; returns how many answers it gave."""
    source = Random(seed)
    state = new_state(playouts=2)
    names = [*make_handlers(state), "fly", ""]
    # Analysis takes most of the time when it is asked for in each line.
    cheap = [name for name in names if "analyze" not in name and "gopolicy" not in name]
    text = run(
        (
            random_line(source, names if number % 20 == 0 else cheap)
            for number in range(lines)
        ),
        state,
    )
    return len(list(answers(text)))
