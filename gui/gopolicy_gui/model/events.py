"""What can happen to the window, as small values, and what it asks the app to do.

Clicks become events by ``view.controls``, keys by ``app``; the worker and ``tasks``
answer with them. What they mean to the window, ``update`` alone says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gopolicy_gui.model.options import Options, Role
from gopolicy_gui.model.study.findings import Estimate, Way
from gopolicy_gui.model.tree import GameTree

if TYPE_CHECKING:
    from gopolicy.go.playouts import Judgement
    from gopolicy.review.moves import ReviewedMove

#: "list" shows a folder; "adopt", "forget" and "leave" are for a game found after a
#: crash; "copy", "copy_picture" and "paste" are the clipboard's; "picture" saves one of
#: the board; "find_recent" looks which of the files opened last are there. "new",
#: "ask_open" and "show" (an opened game) stay within the window: they are here because
#: they wait for an answer.
TaskKind: TypeAlias = Literal[
    "open",
    "save",
    "list",
    "quit",
    "adopt",
    "forget",
    "leave",
    "new",
    "ask_open",
    "show",
    "copy",
    "picture",
    "copy_picture",
    "paste",
    "find_recent",
]


@dataclass(frozen=True, slots=True)
class FileStamp:
    """By what a file is known again: its bytes, and when it was written, in ns."""

    size: int
    written: int


class RecentFile(NamedTuple):
    """A file opened or saved; ``number``: of the game in it, 0 for the only one."""

    path: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """What the app is to do.

    ``path``: of the file or folder. ``number``: of the game in the file, from 1; 0 for
    the only one, or to ask. ``then``: what to do after saving. ``overwrite``: whether a
    file that is there may be replaced. ``serial``: of what is opened, or of the game
    that is saved. ``tree``: what is saved; of an "open" task, the game that may be lost
    by it. ``text``: what is copied, where that is no game.
    ``known``: the file as this window has read or saved it, which a task to save
    may replace. ``draft``: of a "new" game. ``opened``: what is to be shown.
    """

    kind: TaskKind
    path: str = ""
    then: Task | None = None
    number: int = 0
    text: str = ""
    overwrite: bool = False
    serial: int = field(default=0, compare=False)
    tree: GameTree | None = field(default=None, compare=False)
    known: FileStamp | None = field(default=None, compare=False)
    draft: Options | None = None
    opened: GameOpened | None = None


@dataclass(frozen=True, slots=True)
class PointChosen:
    """The person clicks a point of the board."""

    point: int


@dataclass(frozen=True, slots=True)
class Pointed:
    """The pointer moves to where a click would mean ``event``; None for nothing."""

    event: Event | None


@dataclass(frozen=True, slots=True)
class CommandGiven:
    """A command of ``commands.COMMANDS``, by its name."""

    name: str


#: Parts of the window that need words of their own when they are pointed at.
Part: TypeAlias = Literal[
    "curves", "bars", "surprise", "players", "status", "number", "border"
]


@dataclass(frozen=True, slots=True)
class NodeChosen:
    """The person clicks a move in the tree, the graph or a list.

    ``pan``: with which the tree does not move by it; None to have it in the middle.
    ``part``: where it was, for words about it; None in the tree.
    """

    number: int
    pan: tuple[float, float] | None = field(default=None, compare=False)
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """The person is at a part of the window where a click does nothing."""

    part: Part


@dataclass(frozen=True, slots=True)
class PlaneChosen:
    """The person clicks one of the 48 planes."""

    plane: int


@dataclass(frozen=True, slots=True)
class FilterChosen:
    """The person clicks a layer, or one of its filters; both from 0."""

    layer: int
    filter: int


@dataclass(frozen=True, slots=True)
class MenuOpened:
    """A menu is opened; "" closes it."""

    name: str


@dataclass(frozen=True, slots=True)
class Scrolled:
    """The wheel turns over the board, forward for positive ``steps``."""

    steps: int


@dataclass(frozen=True, slots=True)
class ScrolledTo:
    """What is in ``place`` is shown from row ``first`` on.

    ``place``: "dialog" for its list, "field" for what is typed, "comment", "report".
    """

    place: str
    first: int


@dataclass(frozen=True, slots=True)
class BorderMoved:
    """A border of ``model.forms.panels`` is dragged to ``shift``, in heights of a line
    from its usual place."""

    name: str
    shift: float


@dataclass(frozen=True, slots=True)
class TreeMoved:
    """The tree is dragged: so many columns and lanes from having the board's node in
    the middle. ``zoom``: its size, unless that stays."""

    pan: tuple[float, float]
    zoom: float | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """Text comes from the keyboard, for a dialog."""

    text: str


@dataclass(frozen=True, slots=True)
class Composed:
    """An input method composes ``text``, its own cursor at ``caret``; "" ends it."""

    text: str
    caret: int = 0


@dataclass(frozen=True, slots=True)
class FieldPressed:
    """The pointer, or a key from line to line, leads to ``place`` in a field.

    ``row``: of the field, where a dialog has several. ``extend``: what lies between is
    selected; ``word``: the word there. ``scroll``: what is shown first in the field.
    """

    place: int
    row: int = 0
    extend: bool = False
    word: bool = False
    scroll: int = 0


@dataclass(frozen=True, slots=True)
class DialogKey:
    """A key without text in a dialog: enter, escape, up, down, left, backspace ..."""

    key: str


@dataclass(frozen=True, slots=True)
class DialogChosen:
    """A button or row of a dialog: ``what`` names it, ``row`` counts."""

    what: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class FileDropped:
    """A file is dropped onto the window."""

    path: str


@dataclass(frozen=True, slots=True)
class CloseAsked:
    """The window's own close button."""


@dataclass(frozen=True, slots=True)
class KernelsReady:
    """The window is drawn: from now on the game is played."""


@dataclass(frozen=True, slots=True)
class Compiling:
    """``done`` of ``total`` kernels are being compiled or were; none of 0: it is over.

    So it is at the first start; later ones find them all.
    """

    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class ModelLoaded:
    """The network is there; ``trouble`` says why not."""

    name: str
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class ProbabilitiesFound:
    """The network answers. ``probabilities``: float32 [361]."""

    serial: int
    probabilities: NDArray[np.float32]
    symmetries: int = 1


@dataclass(frozen=True, slots=True)
class PassShareFound:
    """How much of the network's answer is on moves that gain nothing, 0 to 1.

    ``passes``: whether it would pass here.
    """

    serial: int
    share: float
    passes: bool = False


@dataclass(frozen=True, slots=True)
class MoveFound:
    """The network moves: a point, PASS, or None to resign."""

    serial: int
    point: int | None


@dataclass(frozen=True, slots=True)
class LineFound:
    """What the network would play after the hint ``points[0]``, it included."""

    serial: int
    points: tuple[int, ...]
    symmetries: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class BoardsFound:
    """What the layers say: float32 [19, 19, filters] of each."""

    serial: int
    boards: tuple[NDArray[np.float32], ...]


@dataclass(frozen=True, slots=True, eq=False)
class StonesWeighed:
    """How many nats ``point``, the likeliest move, loses without each stone.

    ``nats``: float32 [361], NaN where there is no stone, the move would be illegal, or
    it is not known yet. ``done``: so many stones have been taken away.
    """

    serial: int
    symmetries: int
    point: int
    nats: NDArray[np.float32]
    done: int


@dataclass(frozen=True, slots=True)
class Judged:
    """The playouts answer."""

    serial: int
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class MovesReviewed:
    """More of the review of ``game``: each move by the way to its node."""

    game: int
    found: tuple[tuple[Way, ReviewedMove], ...]


@dataclass(frozen=True, slots=True)
class LeadEstimated:
    """Who is ahead at a position of ``game``; ``key`` as ``estimate_key`` makes it."""

    game: int
    key: Way
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class StudyFailed:
    """Review and estimates of ``game`` end here; ``text`` says why."""

    game: int
    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Something went wrong; ``text`` says what. ``opening``: its serial, if any."""

    text: str
    opening: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Something went well that nothing shows; ``text`` says what."""

    text: str


@dataclass(frozen=True, slots=True)
class JobFailed:
    """The network or the playouts gave no answer; ``text`` says why."""

    serial: int
    text: str


@dataclass(frozen=True, slots=True)
class KernelsFailed:
    """The kernels stay Python; ``text`` says why."""

    text: str


@dataclass(frozen=True, slots=True)
class FolderListed:
    """What is in a folder; names of folders end in a slash.

    ``serial``: that of the task to open it, 0 where the dialog has asked.
    """

    folder: str
    entries: tuple[str, ...]
    serial: int = 0


@dataclass(frozen=True, slots=True)
class RecentFound:
    """Which of the files opened last are ``missing``."""

    missing: frozenset[RecentFile]


@dataclass(frozen=True, slots=True)
class PaceKept:
    """While the game plays through by itself: the time for the next move has come."""


@dataclass(frozen=True, slots=True)
class GamesFound:
    """A file holds several games; ``titles`` begin with their numbers, from 1.

    ``note``: what of the file could not be read; "" for nothing.
    """

    path: str
    titles: tuple[str, ...]
    serial: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class GameOpened:
    """A file is read. ``path``: where the game stands alone; "" if it does not.

    ``suggestion``: what "Save as" is to propose. ``serial``: that of the task.
    ``stamp``: of the file. ``source``: by what it can be opened again, if by anything.
    """

    path: str
    tree: GameTree
    serial: int = 0
    suggestion: str = ""
    stamp: FileStamp | None = None
    source: RecentFile | None = None


@dataclass(frozen=True, slots=True)
class LostFound:
    """A game that was not saved when a window ended without a word.

    ``source``: the file that it was of, or that was proposed for it; "" for none.
    ``way``: to the node that was on the board, by variations.
    """

    title: str
    tree: GameTree
    source: str
    role: Role
    way: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FileExists:
    """``task`` would replace a file that nobody agreed to lose; nothing was done.

    ``is_gone``: the game's own file is not there any more.
    """

    task: Task
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class GameSaved:
    """A file is written with ``tree``; ``then`` waited for it.

    ``serial``: the game's. ``stamp``: of the file.
    """

    path: str
    tree: GameTree
    then: Task | None = None
    serial: int = 0
    stamp: FileStamp | None = None


Event = (
    PointChosen
    | Pointed
    | CommandGiven
    | NodeChosen
    | Explained
    | PlaneChosen
    | FilterChosen
    | MenuOpened
    | Scrolled
    | ScrolledTo
    | BorderMoved
    | TreeMoved
    | Typed
    | Composed
    | FieldPressed
    | DialogKey
    | DialogChosen
    | FileDropped
    | CloseAsked
    | KernelsReady
    | Compiling
    | ModelLoaded
    | ProbabilitiesFound
    | PassShareFound
    | MoveFound
    | LineFound
    | BoardsFound
    | StonesWeighed
    | Judged
    | MovesReviewed
    | LeadEstimated
    | StudyFailed
    | Failed
    | Done
    | JobFailed
    | KernelsFailed
    | FileExists
    | LostFound
    | FolderListed
    | GamesFound
    | RecentFound
    | PaceKept
    | GameOpened
    | GameSaved
)
