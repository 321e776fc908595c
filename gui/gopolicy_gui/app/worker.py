"""Network and playouts in one background thread; the latest job wins.

The window asks with a ``Job`` and hears by events; it never waits. What is no longer
wanted when its turn comes is not begun, and a late answer carries its serial number, so
that ``update`` knows it for one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import Rules, StrengthName
from gopolicy.errors import GoPolicyError
from gopolicy.go import jit
from gopolicy.go.coords import BLACK, PASS
from gopolicy.go.features import encode
from gopolicy.go.position import Position
from gopolicy.go.scoring import final_score
from gopolicy_gui.app.chores import Asked, Chores, Desk
from gopolicy_gui.model.events import (
    Compiling,
    Event,
    JobFailed,
    Judged,
    KernelsFailed,
    ModelLoaded,
    MoveFound,
    PassShareFound,
    ProbabilitiesFound,
    StudyFailed,
)
from gopolicy_gui.model.language import told, tr
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.state import GuiState

if TYPE_CHECKING:
    from gopolicy.go.playouts import Judgement

logger = logging.getLogger(__name__)

#: Seconds that the first question has to come in before kernels are compiled.
_FIRST: Final = 1.0
#: Seconds that its answer has to be drawn in.
_DRAWN: Final = 0.3
#: Answers kept, so that walking through a game again costs nothing.
_KEPT: Final = 2000
#: Seconds from move to move when the network plays both colors.
_WATCH_PACE: Final = 0.7


class Brain(Asked, Protocol):
    """What the worker asks; slow, used from its thread only."""

    def load(self) -> str:
        """Gets ready and gives the model's name.

        Raises: GoPolicyError when there is no model.
        """

    def probabilities(
        self, position: Position, *, symmetries: int
    ) -> NDArray[np.float32]:
        """float32 [361] for the side to play."""

    def pass_share(
        self,
        position: Position,
        probabilities: NDArray[np.float32],
        *,
        komi: float,
        rules: Rules,
    ) -> float:
        """How much of ``probabilities`` is on moves that gain nothing, 0 to 1."""

    def passes(
        self, position: Position, *, komi: float, rules: Rules, symmetries: int
    ) -> bool:
        """Whether the network would pass, were it to move."""

    def choose(
        self,
        position: Position,
        *,
        game: int,
        komi: float,
        temperature: float,
        strength: StrengthName,
        rules: Rules,
        symmetries: int,
    ) -> int | None:
        """The move: a point, PASS, or None to resign.

        ``game``: its number; what was judged of another one is forgotten.
        """

    def judge(self, position: Position, *, komi: float, rules: Rules) -> Judgement:
        """Dead stones, whose points are, and Black's winrate by playouts."""

    def warm_up(self) -> None:
        """Compiles what it calls; in a thread of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """What is wanted of one position.

    ``pace``: seconds from the network's last move to this one. ``is_answer``: whether
    the move answers a person's.
    """

    serial: int
    game: int
    position: Position
    komi: float
    rules: Rules
    temperature: float
    strength: StrengthName
    symmetries: int
    probabilities: bool
    move: bool
    judgement: bool
    pace: float
    is_answer: bool
    attempt: int = 0

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for jobs that ask the same."""
        return (
            self.serial,
            self.symmetries,
            self.probabilities,
            self.move,
            self.judgement,
            self.attempt,
        )

    def covers(self, other: Job) -> bool:
        """Whether ``other`` asks no more than this one: the same, or all but hints.

        So it does once the probabilities have been heard, while the move is sought.
        While it is, hints are too late: they would be of the position before it.
        """
        is_hint = other.probabilities and not self.probabilities
        rest = replace(self, probabilities=other.probabilities)
        return other.key == rest.key and (self.move or not is_hint)


def wanted(state: GuiState) -> Job | None:
    """The job that the state waits for; None when it has all it shows."""
    move = state.computer_to_play and not state.model_trouble
    probabilities = (
        (state.options.hints or state.hints_shown or state.guessing is not None)
        and state.scoring is None
        and not state.model_trouble
        and state.size.is_full
        and state.shown_thoughts() is None
    )
    judgement = state.scoring is not None and state.scoring.dead is None
    is_idle = not (move or probabilities or judgement)
    if is_idle or not state.ready or state.has_given_up:
        return None
    return Job(
        serial=state.serial,
        game=state.game,
        position=state.position,
        komi=state.komi,
        rules=state.rules,
        temperature=state.options.temperature,
        strength=state.options.strength,
        symmetries=state.symmetries,
        probabilities=probabilities,
        move=move,
        judgement=judgement,
        pace=_WATCH_PACE if state.role is Role.NONE else 0.0,
        is_answer=state.is_played,
        attempt=state.failures,
    )


def warm_up() -> None:
    """Calls the kernels that the window calls: those that a stone needs come first."""
    position = Position()
    position.play(72)
    position.is_legal(PASS)
    position.chain(72)
    position.copy().legal_mask(superko=True)
    other = Position()
    other.setup(0, BLACK)
    other.check_chains()
    other.set_to_play(BLACK)
    encode(position)
    final_score(position, komi=0.0, rules="territory")


def describe(error: BaseException) -> str:
    """What to tell the person; of errors that nobody foresaw the kind as well."""
    if isinstance(error, GoPolicyError):
        return told(error)
    return f"{type(error).__name__}: {error}"


class Worker:
    """The thread. ``post`` is called in it, with events for the window.

    ``pause``: seconds that an answer to a person's move takes at least, so that one
    sees the own stone before the other.
    """

    def __init__(
        self, brain: Brain, post: Callable[[Event], None], *, pause: float = 0.0
    ) -> None:
        self._brain = brain
        self._post = post
        self._pause = pause
        self._change = threading.Condition()
        self._job: Job | None = None
        self._chores: Chores | None = None
        self._desk = Desk(brain, post, self._keep)
        self._stopped = False
        self._has_network = False
        self._kept: OrderedDict[tuple[bytes, int, int], NDArray[np.float32]]
        self._kept = OrderedDict()
        self._last_move = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True, name="worker")
        self._compiler = threading.Timer(_DRAWN, self._compile)
        self._compiler.daemon = True

    def start(self) -> None:
        """Begins: first the model, then the jobs; after the first one the kernels."""
        self._thread.start()

    def ask(self, job: Job | None, chores: Chores | None = None) -> None:
        """Makes ``job`` the one to do; what was asked before is dropped.

        The one in work goes on when it covers ``job``, or a move would be sought twice.
        ``chores``: what to do while there is no job.
        """
        with self._change:
            old = self._chores
            if (old and old.key) != (chores and chores.key):
                self._chores = chores
                self._change.notify()
            if job is None or self._job is None or not self._job.covers(job):
                self._job = job
                self._change.notify()

    def stop(self) -> None:
        """Ends the thread after the step that it is in; does not wait for it."""
        with self._change:
            self._stopped = True
            self._compiler.cancel()
            self._job = None
            self._change.notify()

    def _run(self) -> None:
        try:
            name = self._brain.load()
            self._has_network = True
            self._post(ModelLoaded(name))
        except BaseException as error:  # the board works without a network
            logger.exception("the network cannot be loaded")
            self._post(ModelLoaded("", trouble=describe(error)))
        done: Job | None = None
        finished: Chores | None = None
        while not self._stopped:
            is_first = not self._compiler.ident
            with self._change:
                self._change.wait_for(
                    lambda: (
                        self._stopped
                        or self._job not in (None, done)  # noqa: B023
                        or self._chores not in (None, finished)  # noqa: B023
                    ),
                    _FIRST if is_first else None,
                )
                job, chores = self._job, self._chores
            if job not in (None, done):
                self._do(job)
                done = job
            elif chores is not None and not self._do_chore(chores):
                finished = chores
            if is_first:  # it would have taken the processor from the first answer
                self._compiler.start()

    def _compile(self) -> None:
        """Till this is done the kernels run as Python."""
        try:
            with jit.watching(lambda *counts: self._post(Compiling(*counts))):
                with jit.compiling():
                    warm_up()
                jit.run_compiled()
                self._brain.warm_up()
        except Exception as error:  # the window lives on and says so
            logger.exception("the kernels cannot be compiled")
            text = tr(
                "The program stays slow, for want of a compiler: {reason}",
                reason=describe(error),
            )
            self._post(KernelsFailed(text))
        self._post(Compiling())

    def _is_current(self, job: Job) -> bool:
        return self._job is job and not self._stopped

    def _do(self, job: Job) -> None:
        try:
            if job.judgement:
                judgement = self._brain.judge(
                    job.position, komi=job.komi, rules=job.rules
                )
                self._post(Judged(job.serial, judgement))
            if not self._has_network:  # as was not known yet when it was asked
                return
            if job.probabilities and self._is_current(job):
                found = self._probabilities(job)
                self._post(ProbabilitiesFound(job.serial, found, job.symmetries))
                if not job.move and self._job in (job, None):  # no other one waits
                    self._weigh_pass(job, found)
            if job.move and self._is_current(job):
                self._move(job)
        except BaseException as error:  # another try may go well; none ends the thread
            if self._stopped:
                return  # a program that ends begins no threads for playouts any more
            logger.exception("there is no answer to a position")
            self._post(JobFailed(job.serial, describe(error)))

    def _do_chore(self, chores: Chores) -> bool:
        """One more thing that nobody waits for; False when all is done."""
        try:
            return self._desk.step(chores)
        except BaseException as error:  # none ends the thread
            if self._stopped:
                return False
            logger.exception("the game cannot be studied")
            self._post(StudyFailed(chores.game, describe(error)))
            return False

    def _weigh_pass(self, job: Job, found: NDArray[np.float32]) -> None:
        """What speaks for a pass; where something does, whether that is enough."""
        brain, position, komi, rules = self._brain, job.position, job.komi, job.rules
        share = brain.pass_share(position, found, komi=komi, rules=rules)
        self._post(PassShareFound(job.serial, share))
        if (
            share > 0
            and self._job in (job, None)
            and brain.passes(
                position, komi=komi, rules=rules, symmetries=job.symmetries
            )
        ):
            self._post(PassShareFound(job.serial, share, passes=True))

    def _probabilities(self, job: Job) -> NDArray[np.float32]:
        position = job.position
        key = (position.codes.tobytes(), position.to_play, job.symmetries)
        found = self._kept.pop(key, None)
        if found is None:
            found = self._brain.probabilities(position, symmetries=job.symmetries)
        self._keep(position, job.symmetries, found)
        return found

    def _keep(
        self, position: Position, symmetries: int, found: NDArray[np.float32]
    ) -> None:
        """Keeps an answer, in the place of the oldest."""
        key = (position.codes.tobytes(), position.to_play, symmetries)
        self._kept[key] = found
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def _move(self, job: Job) -> None:
        earliest = self._last_move + job.pace
        if job.is_answer:
            earliest = max(earliest, time.monotonic() + self._pause)
        point = self._brain.choose(
            job.position,
            game=job.game,
            komi=job.komi,
            temperature=job.temperature,
            strength=job.strength,
            rules=job.rules,
            symmetries=job.symmetries,
        )
        with self._change:
            pause = earliest - time.monotonic()
            self._change.wait_for(lambda: not self._is_current(job), max(0.0, pause))
        self._last_move = time.monotonic()
        if self._is_current(job):
            self._post(MoveFound(job.serial, point))
