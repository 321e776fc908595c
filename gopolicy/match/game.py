"""Games between two sides, perhaps with a referee: played, ended, several at a time.

A side is our player, or another program over GTP. Whatever the other program does,
the game comes to an end: it may crash or fall silent (the game is void), or play where
it may not (it loses). Knows nothing of files and tables; ``tally`` counts.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from gopolicy.errors import (
    EngineError,
    IllegalMoveError,
    RefusedError,
    VertexError,
    phrase,
    saying,
)
from gopolicy.go.coords import (
    BLACK,
    COLOR_NAMES,
    PASS,
    WHITE,
    format_vertex,
    parse_vertex,
)
from gopolicy.go.position import Position
from gopolicy.go.scoring import format_score
from gopolicy.go.turns import POINT_MASK, SETUP_BIT, WHITE_BIT
from gopolicy.match.client import GtpClient
from gopolicy.sgf.record import GameRecord

if TYPE_CHECKING:
    from gopolicy.player import Player

#: What a side may do beside a point or PASS.
RESIGN: Final = -1

#: How games end.
PASSES: Final = "two passes"
RESIGNATION: Final = "resignation"
MOVE_LIMIT: Final = "move limit"
ILLEGAL: Final = "illegal move"
VOID: Final = "void"

#: Counting may take so many times longer than a move.
_COUNTING: Final = 5
_LEAD: Final = re.compile(r"([BW])\+(\d+(?:\.\d*)?)", re.I)


class Side(Protocol):
    """Who plays one color of one game."""

    def begin(self, position: Position, komi: float) -> None:
        """Starts a game at ``position``, an opening."""

    def choose(self, position: Position) -> int:
        """A point, PASS or RESIGN for the side to play at ``position``."""

    def tell(self, color: int, point: int) -> None:
        """What the other side has played.

        Raises: RefusedError when this side takes it for illegal.
        """

    def score(self, position: Position) -> float | None:
        """Black's lead at the end of a game, komi subtracted; None when not known."""

    def estimate(self, position: Position) -> float | None:
        """The same for a game that was broken off."""

    def close(self) -> None:
        """Lets go of what it holds."""


class PlayerSide:
    """Our player, in this process."""

    def __init__(self, player: Player) -> None:
        self._player = player

    def begin(self, position: Position, komi: float) -> None:
        """See ``Side``."""
        self._player.komi = komi

    def choose(self, position: Position) -> int:
        """See ``Side``."""
        choice = self._player.choose(position)
        return RESIGN if choice.resigns else choice.point

    def tell(self, color: int, point: int) -> None:
        """See ``Side``; the player sees the position anyway."""

    def score(self, position: Position) -> float | None:
        """See ``Side``: as the player counts the end of a game."""
        return self._player.count(position).score

    def estimate(self, position: Position) -> float | None:
        """See ``Side``: as the player judges while it plays, which is quicker."""
        return self._player.judge(position).score

    def close(self) -> None:
        """See ``Side``."""


class EngineSide:
    """Another program; every method may raise EngineError."""

    def __init__(self, command: str, *, timeout: float) -> None:
        """Starts the program; ``timeout``: seconds for each answer."""
        self._client = GtpClient(command, timeout=timeout)

    def begin(self, position: Position, komi: float) -> None:
        """See ``Side``."""
        for command in ("boardsize 19", "clear_board", f"komi {komi:g}"):
            self._client.ask(command)
        for color, point in position.moves:
            self.tell(color, point)

    def choose(self, position: Position) -> int:
        """See ``Side``."""
        answer = self._client.ask(f"genmove {COLOR_NAMES[position.to_play]}")
        if answer.strip().lower() == "resign":
            return RESIGN
        try:
            return parse_vertex(answer)
        except VertexError as error:
            raise EngineError(
                phrase(
                    "{program!r}: {reason}", program=self._client.command, reason=error
                )
            ) from None

    def tell(self, color: int, point: int) -> None:
        """See ``Side``."""
        self._client.ask(f"play {COLOR_NAMES[color]} {format_vertex(point)}")

    def score(self, position: Position) -> float | None:
        """See ``Side``: None when the program has no such command."""
        return self._ask_lead("final_score")

    def estimate(self, position: Position) -> float | None:
        """See ``Side``: GNU Go's command; its final_score plays on for minutes."""
        return self._ask_lead("estimate_score")

    def _ask_lead(self, command: str) -> float | None:
        patience = _COUNTING * self._client.timeout
        try:
            return parse_score(self._client.ask(command, timeout=patience))
        except RefusedError:
            return None

    def close(self) -> None:
        """See ``Side``."""
        self._client.close()


def parse_score(text: str) -> float | None:
    """Black's lead by GTP's "B+3.5", "W+12" or "0"; None for anything else."""
    word = text.strip()
    match = _LEAD.match(word)
    if match:
        return float(match[2]) if match[1].upper() == "B" else -float(match[2])
    return 0.0 if word.lower() in ("0", "draw", "jigo") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is fixed before a game begins.

    ``number``: of the game in its match, from 1. ``opening``: points played before
    the sides take over, Black's first. ``max_moves``: turns, those of the opening
    included, after which the game is counted as it stands.
    """

    number: int
    our_color: int
    komi: float
    opening: tuple[int, ...] = ()
    max_moves: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class GameResult:
    """How a game went; leads are Black's points, komi subtracted, None when unknown.

    ``points``: all that was played, Black's first. ``result``: as SGF writes it: "B+R",
    "W+3.5", "W+F" (the other side played an illegal move), "0", "Void". ``ending``:
    one of the constants above. ``trouble``: why it is void, or what was illegal.
    ``blame``: BLACK or WHITE where a move was illegal. ``first_pass``: the referee's
    count when somebody first passed; the other leads are counts of the last position.
    """

    number: int
    our_color: int
    points: list[int]
    result: str
    ending: str
    trouble: str = ""
    blame: int = 0
    our_lead: float | None = None
    their_lead: float | None = None
    referee_lead: float | None = None
    first_pass: float | None = None
    seconds: float = 0.0

    @property
    def winner(self) -> int | None:
        """BLACK, WHITE, 0 for a jigo, None for a void game."""
        if self.ending == VOID:
            return None
        return {"B": BLACK, "W": WHITE}.get(self.result[0], 0)


@dataclass(slots=True)
class _Course:
    """A game as it goes on; the leads as in ``GameResult``."""

    plan: Plan
    ours: Side
    theirs: Side
    referee: Side | None
    position: Position = field(default_factory=Position)
    ending: str = VOID
    winner: int = 0  # where it is no matter of counting
    trouble: str = ""
    blame: int = 0
    our_lead: float | None = None
    their_lead: float | None = None
    referee_lead: float | None = None
    first_pass: float | None = None

    def side(self, color: int) -> Side:
        return self.ours if color == self.plan.our_color else self.theirs


def play_game(
    plan: Plan,
    ours: Side,
    theirs: Side,
    referee: Side | None = None,
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> GameResult:
    """Plays one game to its end; the sides are not closed.

    The count that decides is the referee's, else theirs, else ours. ``stopped`` is
    asked before each move; the game is void when it says so.
    """
    began = time.monotonic()
    course = _Course(plan, ours, theirs, referee)
    try:
        _play(course, stopped)
        _count(course)
    except EngineError as error:
        course.ending, course.trouble = VOID, saying(error)
    result = _format_result(course)
    return GameResult(
        number=plan.number,
        our_color=plan.our_color,
        points=[point for _, point in course.position.moves],
        result=result,
        ending=course.ending,
        trouble=course.trouble,
        blame=course.blame,
        our_lead=course.our_lead,
        their_lead=course.their_lead,
        referee_lead=course.referee_lead,
        first_pass=course.first_pass,
        seconds=round(time.monotonic() - began, 2),
    )


def _count(course: _Course) -> None:
    """Asks for the leads at the end; where a side resigned, only the referee."""
    if course.ending in (PASSES, MOVE_LIMIT):
        course.our_lead = _ask_lead(course, course.ours)
        course.their_lead = _ask_lead(course, course.theirs)
    if course.ending != VOID:
        course.referee_lead = _ask_lead(course, course.referee)


def _ask_lead(course: _Course, side: Side | None) -> float | None:
    """A side's count of the last position; who fails now spoils no game."""
    if side is None:
        return None
    ask = side.score if course.ending == PASSES else side.estimate
    try:
        return ask(course.position)
    except EngineError as error:
        course.trouble = saying(error)
        return None


def _format_result(course: _Course) -> str:
    """As SGF writes it; a game that nobody counts becomes void."""
    if course.ending == VOID:
        return "Void"
    if course.winner:
        how = "R" if course.ending == RESIGNATION else "F"
        return f"{'B' if course.winner == BLACK else 'W'}+{how}"
    for lead in (course.referee_lead, course.their_lead, course.our_lead):
        if lead is not None:
            return format_score(lead)
    course.ending, course.trouble = VOID, phrase("nobody could count it")
    return "Void"


def _play(course: _Course, stopped: Callable[[], bool]) -> None:
    """Plays until ``course.ending`` is told.

    Raises: EngineError when a program fails.
    """
    position, plan = course.position, course.plan
    for point in plan.opening:
        position.play(point)
    for side in (course.ours, course.theirs, course.referee):
        if side:
            side.begin(position, plan.komi)
    while position.turn < plan.max_moves:
        if stopped():
            raise EngineError(phrase("the match was stopped"))
        color = position.to_play
        point = course.side(color).choose(position)
        if point == RESIGN:
            course.ending, course.winner = RESIGNATION, -color
            return
        if not _accept(course, point):
            return
        if point == PASS:
            if course.first_pass is None and course.referee:
                course.first_pass = course.referee.score(position)
            if [point for _, point in position.moves[-2:]] == [PASS, PASS]:
                course.ending = PASSES
                return
    course.ending = MOVE_LIMIT


def _accept(course: _Course, point: int) -> bool:
    """Plays ``point`` and tells the others; False when that ends the game.

    We are held to positional superko, the others to simple ko, as far as they know.
    """
    position, color = course.position, course.position.to_play
    ours = color == course.plan.our_color
    parts = {"number": position.turn + 1, "vertex": format_vertex(point)}
    name = phrase("white's move {number} {vertex}", **parts)
    if color == BLACK:
        name = phrase("black's move {number} {vertex}", **parts)
    try:
        if ours and point != PASS and not position.legal_mask(superko=True)[point]:
            said = phrase("{move} is illegal or repeats a position", move=name)
            raise IllegalMoveError(said)
        position.play(point)
    except IllegalMoveError as error:
        _forfeit(course, color, saying(error))
        return False
    if course.referee:
        try:
            course.referee.tell(color, point)
        except RefusedError as error:
            said = phrase("{move}: {reason}", move=name, reason=error)
            _forfeit(course, color, said)
            return False
    try:
        course.side(-color).tell(color, point)
    except RefusedError as error:
        # By our rules, and the referee's, the move was legal: nobody loses by it.
        said = phrase("{move}: {reason}", move=name, reason=error)
        course.trouble, course.blame = said, color
        return False
    return True


def _forfeit(course: _Course, color: int, trouble: str) -> None:
    course.ending, course.winner = ILLEGAL, -color
    course.trouble, course.blame = trouble, color


def find_opening(record: GameRecord, count: int) -> tuple[int, ...]:
    """The points of the first ``count`` moves, Black's first; fewer before a pass.

    None at all of a game with setup stones, or whose colors do not alternate.
    """
    points = []
    for turn, code in enumerate(record.codes[:count].tolist()):
        point = code & POINT_MASK
        if code & SETUP_BIT or bool(code & WHITE_BIT) != bool(turn % 2):
            return ()
        if point == PASS:
            break
        points.append(point)
    return tuple(points)


#: Starts what plays one side of a game.
MakeSide = Callable[[Plan], Side]


def run_match(
    plans: Iterable[Plan],
    *,
    ours: MakeSide,
    theirs: MakeSide,
    referee: MakeSide | None = None,
    parallel: int = 1,
    on_result: Callable[[GameResult], None],
) -> None:
    """Plays all ``plans``, so many at a time; ``on_result`` hears of each as it ends.

    Each game has fresh sides, so none suffers from an earlier one's crash. When
    ``on_result`` raises, or the user interrupts, all programs are closed at once.
    """
    stop = threading.Event()
    running: set[Side] = set()

    def open_side(make: MakeSide, plan: Plan, stack: ExitStack) -> Side:
        side = make(plan)
        stack.callback(side.close)
        running.add(side)
        stack.callback(running.discard, side)
        return side

    def play(plan: Plan) -> GameResult:
        with ExitStack() as stack:
            try:
                us = open_side(ours, plan, stack)
                them = open_side(theirs, plan, stack)
                judge = open_side(referee, plan, stack) if referee else None
            except EngineError as error:
                return _void(plan, saying(error))
            return play_game(plan, us, them, judge, stopped=stop.is_set)

    with ThreadPoolExecutor(parallel) as pool:
        waiting = {pool.submit(play, plan) for plan in plans}
        try:
            while waiting:
                # In short waits, since Windows hears no Ctrl-C in a long one.
                done, waiting = wait(waiting, 1.0, return_when=FIRST_COMPLETED)
                for future in done:
                    on_result(future.result())
        except BaseException:
            stop.set()
            for future in waiting:
                future.cancel()
            for side in list(running):
                side.close()
            raise


def _void(plan: Plan, trouble: str) -> GameResult:
    return GameResult(
        number=plan.number,
        our_color=plan.our_color,
        points=[],
        result="Void",
        ending=VOID,
        trouble=trouble,
    )
