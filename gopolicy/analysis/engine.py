"""The engine of KataGo's analysis protocol: lines in, lines out, work in between.

One thread works, at the most urgent position, in strokes of a tenth of a second; before
each it reads what came in, and does at once what needs no work. Positions that wait go
through the network together.
"""

from __future__ import annotations

import json
import logging
import queue
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, TypeAlias

from gopolicy.analysis import answers
from gopolicy.analysis.jobs import Backlog, Job, Jobs
from gopolicy.analysis.memory import Memory
from gopolicy.analysis.positions import GameReader
from gopolicy.analysis.requests import Command, Query, RequestError, parse_request
from gopolicy.analysis.work import Work
from gopolicy.version import __version__

if TYPE_CHECKING:
    from gopolicy.policy import OwnerNetwork, Policy

logger = logging.getLogger(__name__)

#: Lines that came in; None is their end.
Inbox: TypeAlias = "queue.Queue[bytes | None]"

#: Positions that go through the network together.
BATCH: Final = 8
#: With so many positions waiting, further queries wait as they came: a position takes
#: much more room than its line. With so many bytes of these, no line is read.
MOST_WAITING: Final = 2_000
MOST_BYTES: Final = 50_000_000
#: Lines that are read before the next stroke of work.
MOST_LINES: Final = 1_000


class Engine:
    """Answers requests by ``write``, a line each, with the moves of ``policy``.

    ``owners``: tells whose the points will be; without it playouts do. ``clock``:
    seconds, from whenever.
    """

    def __init__(
        self,
        policy: Policy,
        write: Callable[[str], None],
        *,
        owners: OwnerNetwork | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._policy = policy
        self._owners = owners
        self._write = write
        self._clock = clock
        self._games = GameReader()
        self._memory = Memory()
        self._jobs: Jobs[Work] = Jobs()
        self._backlog = Backlog()

    def run(self, inbox: Inbox, *, finish: bool = True) -> None:
        """Works until the end of the input; with ``finish`` until all is answered."""
        ended = False
        while not ended or (finish and not self._is_idle):
            ended = ended or self._take_lines(inbox)
            self.step()

    @property
    def _is_idle(self) -> bool:
        return not len(self._jobs) and not len(self._backlog)

    def _take_lines(self, inbox: Inbox) -> bool:
        """Accepts what came in, waiting where nothing is to do; whether it ended."""
        for _ in range(MOST_LINES):
            if self._backlog.size >= MOST_BYTES:
                return False
            try:
                line = inbox.get(block=self._is_idle)
            except queue.Empty:
                return False
            if line is None:
                return True
            self.accept(line)
        return False

    def accept(self, line: bytes) -> None:
        """Takes a request in, and answers all that can be answered at once."""
        if not line.strip():
            return
        try:
            request = parse_request(line)
            if isinstance(request, Command):
                self._obey(request)
            elif len(self._jobs) < MOST_WAITING and not len(self._backlog):
                self._begin(request)
            else:
                self._backlog.add(
                    request.id,
                    frozenset(request.turns),
                    priority=max(request.priorities, default=0),
                    line=line,
                )
        except RequestError as error:
            self._answer(answers.refusal(error))
        except RecursionError:
            self._answer({"error": "could not parse the line as JSON: too deep"})

    def _let_in(self) -> None:
        """Begins with what is in the backlog, as far as there is room."""
        while len(self._backlog) and len(self._jobs) < MOST_WAITING:
            request = self._backlog.pop()
            query = parse_request(request.line)
            assert isinstance(query, Query)
            try:
                self._begin(query, wanted=request.numbers)
            except RequestError as error:
                self._answer(answers.refusal(error))

    def _begin(self, query: Query, *, wanted: frozenset[int] | None = None) -> None:
        """Puts the turns of a query in line, or of them those that are ``wanted``."""
        try:
            works = self._games.read(query)
        except RequestError as error:
            error.id = query.id
            raise
        for name in query.unknown:
            self._answer(answers.warning(query, name))
        for turn, priority, game in zip(
            query.turns, query.priorities, works, strict=True
        ):
            if wanted is not None and turn not in wanted:
                continue
            work = Work(
                self._policy,
                query,
                turn,
                game=game,
                memory=self._memory,
                owners=self._owners,
            )
            self._jobs.add(query.id, turn, priority=priority, work=work)

    def _obey(self, command: Command) -> None:
        """Does what an action says, and echoes it with what it asks for."""
        echo = dict(command.fields)
        if command.action == "query_version":
            echo |= {"version": __version__, "git_hash": "gopolicy"}
        elif command.action == "query_models":
            echo |= {"models": [self._describe_model()]}
        elif command.action == "clear_cache":
            self._memory.clear()
        self._answer(echo)
        if command.action.startswith("terminate"):
            for job in self._jobs.named(command.target, command.turns):
                self._finish(job)
            for name, turn in self._backlog.give_up(command.target, command.turns):
                self._answer(answers.no_results(name, turn))

    def _describe_model(self) -> answers.Answer:
        return {
            "name": self._policy.name,
            "internalName": self._policy.name,
            "maxBatchSize": BATCH,
            "usesHumanSLProfile": False,
            "version": 0,
            "usingFP16": "false",
        }

    def step(self) -> bool:
        """One stroke of work at the job that comes first; False when there is none."""
        self._let_in()
        batch = self._jobs.first(BATCH)
        if not batch:
            return False
        job = batch[0]
        try:
            self._prepare(batch)
            self._work_at(job)
        except BrokenPipeError:
            raise
        except Exception as error:
            logger.exception("a position could not be analysed")
            text = f"internal error: {type(error).__name__}: {error}"
            self._answer({"error": text, "id": job.name, "turnNumber": job.number})
            self._jobs.remove(job)
        return True

    def _prepare(self, batch: list[Job[Work]]) -> None:
        """Asks the policy about all of ``batch`` together, if it must for the first."""
        if batch[0].work.is_begun:
            return
        works = [job.work for job in batch if not job.work.is_begun]
        found = self._policy.probabilities([work.position for work in works])
        for work, probabilities in zip(works, found, strict=True):
            work.begin(probabilities)

    def _work_at(self, job: Job[Work]) -> None:
        now = self._clock()
        job.work.advance(now, is_alone=len(self._jobs) == 1)
        now = self._clock()
        if job.work.is_done(now):
            self._finish(job)
        elif job.work.is_due(now):
            self._answer(job.work.answer(now, is_final=False))

    def _finish(self, job: Job[Work]) -> None:
        """The last answer of a job, done or given up."""
        self._jobs.remove(job)
        self._answer(job.work.answer(self._clock(), is_final=True))

    def _answer(self, answer: answers.Answer) -> None:
        self._write(json.dumps(answer, separators=(",", ":"), allow_nan=False) + "\n")


def split_lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of a stream that comes in pieces, however long they are."""
    parts: list[bytes] = []
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        parts.append(first)
        for other in others:
            yield b"".join(parts)
            parts = [other]
    if any(parts):
        yield b"".join(parts)
