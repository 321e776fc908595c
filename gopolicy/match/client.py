"""Talking to a Go program over GTP: start it, ask it, get rid of it.

The program may crash, hang, flood or talk nonsense; each of these becomes an
``EngineError``, none of them hurts or blocks the caller. Knows the protocol, no Go.
Source: GTP version 2 draft, sections 2.3 to 2.8.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shlex
import shutil
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import IO, Final

from gopolicy.errors import EngineError, RefusedError, phrase, system_says

#: A longer line, or an answer of more lines, is no answer.
MAX_LINE: Final = 1 << 16
MAX_LINES: Final = 10_000
#: Seconds that a program gets to leave after "quit" before it is killed.
PATIENCE: Final = 2.0
#: Debian installs games here, which a superuser's search path leaves out.
_GAMES_FOLDER: Final = "/usr/games"
_ANSWER: Final = re.compile(r"([=?])(\d*)(?:[ \t]+(.*)|)")
_CONTROL: Final = dict.fromkeys([*range(9), *range(11, 32), 127])


class GtpClient:
    """A program that was started and answers commands; use it in a ``with``.

    ``command``: as typed in a terminal; it is run without a shell.
    ``timeout``: seconds to wait for each answer.
    """

    def __init__(self, command: str, *, timeout: float = 60.0) -> None:
        """Starts the program.

        Raises: EngineError when it cannot be started.
        """
        self.command = command
        self.timeout = timeout
        self._process = _start(command)
        self._number = 0
        self._lines: queue.Queue[bytes | None] = queue.Queue(MAX_LINES)
        self._said: deque[bytes] = deque(maxlen=20)
        assert self._process.stdout is not None  # both are pipes
        assert self._process.stderr is not None
        self._threads = [
            threading.Thread(target=self._read_answers, daemon=True),
            threading.Thread(target=self._read_chatter, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, command: str, *, timeout: float | None = None) -> str:
        """The program's answer to ``command``, without "=" and line ends around it.

        Raises: RefusedError when it answers "?"; EngineError when it crashes, is
        silent for ``timeout`` seconds (by default the client's) or breaks the
        protocol, after which it can only be closed.
        """
        self._number += 1
        stdin = self._process.stdin
        assert stdin is not None  # a pipe
        try:
            stdin.write(f"{self._number} {command}\n".encode())
            stdin.flush()
        except (OSError, ValueError):  # closed by the other side, or by us
            raise self._crash(command) from None
        patience = self.timeout if timeout is None else timeout
        lines = self._read_answer(command, time.monotonic() + patience, patience)
        sign, text = self._split_answer(command, lines)
        if sign == "?":
            raise RefusedError(
                phrase(
                    "{program!r} refuses {command!r}: {text}",
                    program=self.command,
                    command=command,
                    text=text[:200],
                )
            )
        return text

    def close(self) -> None:
        """Says "quit", waits a little, kills; may be called twice, from any thread."""
        process = self._process
        if process.poll() is None and process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(b"quit\n")
                process.stdin.flush()
        with contextlib.suppress(OSError, ValueError):
            if process.stdin is not None:
                process.stdin.close()
        self._wait_or_kill()
        end = time.monotonic() + PATIENCE
        while any(t.is_alive() for t in self._threads) and time.monotonic() < end:
            self._forget_answers()  # or the reader of a flood could never end
            for thread in self._threads:
                thread.join(0.02)
        for thread, pipe in zip(
            self._threads, (process.stdout, process.stderr), strict=True
        ):
            if not thread.is_alive() and pipe is not None:
                pipe.close()
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(None)  # for an ``ask`` that waits in another thread

    def __enter__(self) -> GtpClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _wait_or_kill(self) -> None:
        """Lets the program leave; a flooding one is read on, so that it can."""
        process = self._process
        end = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < end:
            self._forget_answers()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        if process.poll() is None:
            _kill(process)
            process.wait()

    def _forget_answers(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._lines.get_nowait()

    def _read_answers(self) -> None:
        pipe: IO[bytes] | None = self._process.stdout
        while pipe is not None and (line := pipe.readline(MAX_LINE)):
            self._lines.put(line)
        self._lines.put(None)

    def _read_chatter(self) -> None:
        pipe: IO[bytes] | None = self._process.stderr
        while pipe is not None and (line := pipe.readline(MAX_LINE)):
            self._said.append(line)

    def _read_answer(self, command: str, end: float, patience: float) -> list[str]:
        """The lines of an answer up to the empty one; blank lines before it are none.

        ``end``: when to give up, on ``time.monotonic``'s clock.
        """
        lines: list[str] = []
        while len(lines) < MAX_LINES:
            try:
                raw = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise EngineError(
                    phrase(
                        "{program!r} did not answer {command!r} in {patience:g} s",
                        program=self.command,
                        command=command,
                        patience=patience,
                    )
                ) from None
            if raw is None:
                raise self._crash(command)
            if not raw.endswith(b"\n"):
                break
            line = raw.decode("utf-8", "replace").translate(_CONTROL).rstrip()
            if line:
                lines.append(line)
            elif lines:
                return lines
            if lines and not _ANSWER.fullmatch(lines[0]):
                return lines  # nonsense: no need to wait for its end
        raise EngineError(
            phrase(
                "{program!r} answers {command!r} without an end",
                program=self.command,
                command=command,
            )
        )

    def _split_answer(self, command: str, lines: list[str]) -> tuple[str, str]:
        """ "=" or "?", and the text."""
        match = _ANSWER.fullmatch(lines[0])
        if not match and self._has_ended():
            raise self._crash(command, lines)
        if not match:
            raise EngineError(
                phrase(
                    "{program!r} answers {command!r} with {answer!r}, which is not "
                    "GTP; start it in its GTP mode",
                    program=self.command,
                    command=command,
                    answer=lines[0][:60],
                )
            )
        if match[2] != str(self._number):
            raise EngineError(
                phrase(
                    "{program!r} answers command {number} when asked {command!r} as "
                    "{wanted}",
                    program=self.command,
                    number=match[2] or phrase("without number"),
                    command=command,
                    wanted=self._number,
                )
            )
        return match[1], "\n".join([match[3] or "", *lines[1:]]).strip()

    def _has_ended(self) -> bool:
        """Whether the program has left, or does so at once."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE / 4)
        return self._process.poll() is not None

    def _crash(self, command: str, lines: Sequence[str] = ()) -> EngineError:
        """An error with the program's last words, on stderr and on stdout.

        Leela Zero tells what it does on stderr, why it cannot on stdout. ``lines``: of
        stdout, read already.
        """
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        code = self._process.poll()
        ended = phrase("closed its output")
        if code is not None:
            ended = phrase("ended with code {code}", code=code)
        chatter = _words(b"".join(self._said))[-1:]
        printed = [*lines, *_words(b"".join(self._left()))][:3]
        said = [" ".join(words)[:200] for words in (chatter, printed) if words]
        last = f": {'; '.join(said)}" if said else ""
        return EngineError(
            phrase(
                "{program!r} {ended} when asked {command!r}{last}",
                program=self.command,
                ended=ended,
                command=command,
                last=last,
            )
        )

    def _left(self) -> Iterator[bytes]:
        """The lines of stdout that nobody has read."""
        with contextlib.suppress(queue.Empty):
            while (line := self._lines.get_nowait()) is not None:
                yield line


def _words(text: bytes) -> list[str]:
    """The lines of ``text`` that are not empty, without control codes."""
    lines = text.decode("utf-8", "replace").translate(_CONTROL).splitlines()
    return [line.strip() for line in lines if line.strip()]


def _start(command: str) -> subprocess.Popen[bytes]:
    """Starts the program that a command line names.

    In a session of its own, so that Ctrl-C is ours to handle. Windows has none: there
    Ctrl-C reaches the program, too.
    """
    try:
        # Windows takes the line as it is; its backslashes are no escapes.
        words = [command] if os.name == "nt" else shlex.split(command)
    except ValueError as error:
        raise EngineError(
            phrase(
                "cannot read the command {command!r}: {reason}",
                command=command,
                reason=error,
            )
        ) from None
    if not words or not words[0].strip():
        raise EngineError(phrase("no command; name a GTP program with its options"))
    if os.name != "nt" and not shutil.which(words[0]):
        words[0] = shutil.which(words[0], path=_GAMES_FOLDER) or words[0]
    try:
        return subprocess.Popen(
            command if os.name == "nt" else words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError(
            phrase(
                "cannot start {command!r}: {reason}; is it installed?",
                command=command,
                reason=system_says(error),
            )
        ) from None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kills the program with what it started itself; it leads a group of its own.

    Windows has no such groups: what it started lives on there.
    """
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
