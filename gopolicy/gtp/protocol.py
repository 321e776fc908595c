"""GTP lines: what is said of commands, ids, comments and answers, and nothing of Go.

Source: Gunnar Farneback, "Specification of the Go Text Protocol, version 2, draft 2",
sections 2 and 3. A command may also stream: it then answers line by line until the
next line comes in, as Leela Zero's ``lz-analyze`` does.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final, TextIO, TypeAlias

logger = logging.getLogger(__name__)

#: The largest id that the specification allows (section 2.4).
MAX_ID: Final = 2**31 - 1
#: Characters of a line that are read; the longest command needs some 3,000.
MAX_LINE: Final = 100_000
#: Control characters but tab and line feed go (section 3.1), on input and output.
_DISCARDED: Final = {code: None for code in (*range(32), 127) if code not in (9, 10)}


class GtpError(Exception):
    """A command that fails; the message is what the client reads after "?"."""


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that comes line by line.

    ``lines`` are written as they come. With ``interval`` (seconds), there are that
    long between two of them, and the next line of input ends it.
    """

    lines: Iterator[str]
    interval: float | None = None


Answer: TypeAlias = "str | Stream"
Handler: TypeAlias = Callable[[Sequence[str]], Answer]


@dataclass(frozen=True, slots=True)
class Command:
    """A line, taken apart: ``id`` ("" when there is none), name and arguments."""

    id: str
    name: str
    arguments: tuple[str, ...]


def parse_command(line: str) -> Command | None:
    """The command of a line; None when the line is empty or a comment."""
    words = line.translate(_DISCARDED).partition("#")[0].split()
    if not words:
        return None
    number = ""
    if words[0].isascii() and words[0].isdigit() and int(words[0][:11]) <= MAX_ID:
        number = words.pop(0)
    name = words[0] if words else ""
    return Command(number, name, tuple(words[1:]))


def format_answer(number: str, text: str, *, failed: bool = False) -> str:
    """An answer as it goes over the line, with the empty line at its end.

    Empty lines inside ``text``, which would end the answer, are left out.
    """
    status = "?" if failed else "="
    lines = [line.rstrip() for line in text.translate(_DISCARDED).split("\n")]
    # A first line that is empty stays: the text then begins under the "=".
    body = "\n".join(line for i, line in enumerate(lines) if line or i == 0)
    return f"{status}{number} {body}".rstrip() + "\n\n"


class Session:
    """Reads commands from ``source``, answers them on ``target`` until "quit".

    ``handlers``: by name; "quit" needs none. A handler gives the answer, or raises
    GtpError. Any other error is answered too, and logged; the session goes on.
    """

    def __init__(
        self, handlers: Mapping[str, Handler], source: Iterable[str], target: TextIO
    ) -> None:
        self._handlers = handlers
        self._source = source
        self._target = target
        # One line ahead, so that a flood of input waits in the pipe and not here.
        self._lines: queue.Queue[str | None] = queue.Queue(maxsize=1)
        self._next: list[str | None] = []  # the line that ended a stream

    def run(self) -> None:
        """Answers until "quit", the end of the input, or until nobody listens."""
        threading.Thread(target=self._read, daemon=True).start()
        try:
            while (line := self._take()) is not None:
                command = parse_command(line)
                if command is not None and not self._answer(command):
                    return
        except BrokenPipeError:
            logger.info("the client is gone")

    def end(self) -> None:
        """Ends the session after the command it is at; may be called in any thread."""
        self._lines.put(None)

    def _read(self) -> None:
        """The reading thread: an answer that streams must notice the next line."""
        try:
            for line in self._source:
                self._lines.put(line)
        except (OSError, ValueError) as error:  # closed while we read
            logger.info("the input ended: %s", error)
        self._lines.put(None)

    def _take(self) -> str | None:
        """The next line; None at the end of the input."""
        return self._next.pop() if self._next else self._lines.get()

    def _is_interrupted(self, seconds: float) -> bool:
        """Waits so long; whether a line came in meanwhile."""
        try:
            self._next.append(self._lines.get(timeout=seconds))
        except queue.Empty:
            return False
        return True

    def _answer(self, command: Command) -> bool:
        """Answers one command; False after "quit"."""
        if command.name == "quit":
            self._write(format_answer(command.id, ""))
            return False
        try:
            if command.name not in self._handlers:
                raise GtpError("unknown command")
            answer = self._handlers[command.name](command.arguments)
        except GtpError as error:
            self._write(format_answer(command.id, str(error), failed=True))
        except Exception as error:
            logger.exception("%s failed", command.name)
            text = f"internal error: {type(error).__name__}: {error}"
            self._write(format_answer(command.id, text, failed=True))
        else:
            if isinstance(answer, Stream):
                self._stream(command, answer)
            else:
                self._write(format_answer(command.id, answer))
        return True

    def _stream(self, command: Command, answer: Stream) -> None:
        """Writes the lines of a stream, and the empty line after the last."""
        self._write(f"={command.id}\n")
        try:
            for line in answer.lines:
                self._write(line.translate(_DISCARDED) + "\n")
                if answer.interval is not None and self._is_interrupted(
                    answer.interval
                ):
                    break
        except BrokenPipeError:
            raise
        except Exception:
            logger.exception("%s failed", command.name)
        self._write("\n")

    def _write(self, text: str) -> None:
        self._target.write(text)
        self._target.flush()


def read_lines(source: BinaryIO) -> Iterator[str]:
    """The lines of a byte stream, whatever is in them; what is too long is cut."""
    while line := source.readline(MAX_LINE):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = source.readline(MAX_LINE)
        yield line.decode("utf-8", errors="replace")
