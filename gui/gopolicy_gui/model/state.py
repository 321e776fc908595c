"""All that the window shows, as one value. Pure: knows nothing of pygame or threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import LanguageName, Rules
from gopolicy.go.coords import BLACK, PASS
from gopolicy.go.position import Position
from gopolicy.policy import best_moves
from gopolicy.sgf.gameinfo import find_komi, parse_result, parse_rules
from gopolicy_gui.model.events import (
    BoardsFound,
    Event,
    FileStamp,
    GameOpened,
    GamesFound,
    LineFound,
    LostFound,
    PointChosen,
    RecentFile,
    StonesWeighed,
    Task,
)
from gopolicy_gui.model.forms.field import TextField
from gopolicy_gui.model.language import tr
from gopolicy_gui.model.options import USUAL_KOMI, Options, Role
from gopolicy_gui.model.study.boards import BoardSize
from gopolicy_gui.model.study.findings import (
    Estimate,
    Findings,
    Way,
    estimate_key,
    find_ways,
)
from gopolicy_gui.model.tree import Board, GameTree, Node, empty_board

#: How often the worker is asked for an answer to one position.
TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Thoughts:
    """What the network thinks of one position. ``probabilities``: float32 [361].

    ``pass_share``: how much of them is on moves that gain nothing any more. ``passes``:
    whether the network itself would rather pass.
    """

    serial: int
    probabilities: NDArray[np.float32]
    pass_share: float = 0.0
    passes: bool = False

    def best(self, count: int) -> list[tuple[int, float]]:
        """The most likely (point, probability), best first; none that is zero."""
        return [(s.point, s.probability) for s in best_moves(self.probabilities, count)]

    def rank(self, point: int) -> int:
        """1 for the most likely move, and so on."""
        if point == PASS:
            return 1 + int(np.count_nonzero(self.probabilities))
        return 1 + int(np.count_nonzero(self.probabilities > self.probabilities[point]))


@dataclass(frozen=True, slots=True)
class Scoring:
    """Counting the end of a game. ``dead``: None until the playouts have answered.

    ``winrate``: share of the playouts that Black wins. ``contested``: empty points that
    no side owns in most of them.
    """

    dead: frozenset[int] | None = None
    winrate: float = 0.5
    contested: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """The end that a game has found in this window, after node ``number``.

    ``result``: as SGF writes it. ``before``: the RE whose place it took; None when the
    record kept its own.
    """

    number: int
    result: str
    before: str | None


@dataclass(frozen=True, slots=True)
class Guessing:
    """Guess the move: the running score of the person, and of the network beside."""

    tries: int = 0
    hits: int = 0
    network_tries: int = 0
    network_hits: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell the person."""

    text: str
    is_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moment:
    """The game before an edit, or after one that was undone.

    ``further``: the moment before it, or after it. ``is_answer``: whether the edit
    between this moment and now is the network's.
    """

    tree: GameTree
    line: tuple[int, ...]
    cursor: int
    role: Role
    ending: Ending | None
    scoring: Scoring | None
    further: Moment | None
    is_answer: bool


#: What can be looked at of the network; each is also the name of a command.
View: TypeAlias = Literal["planes", "filters", "stones"]


@dataclass(frozen=True, slots=True)
class Lens:
    """What of the network is looked at while the plane viewer is open.

    ``view``: the input's planes, what the filters of a layer say, or which stones the
    first choice hangs on. ``layer``, ``filter``: from 0.
    """

    view: View = "planes"
    layer: int = 1
    filter: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """A file that is being read; ``agreed``: the changed game that it may replace."""

    name: str
    agreed: GameTree | None


DialogKind: TypeAlias = Literal[
    "new",
    "open",
    "save",
    "games",
    "unsaved",
    "overwrite",
    "resign",
    "result",
    "recover",
    "comment",
    "info",
    "recent",
    "find",
    "jump",
    "picture",
    "help",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """A question in front of the board.

    ``text``: what else there is to say. ``fields``: what is typed into, one or one for
    each row. ``folder``, ``entries``: of a file dialog; a folder's name ends in a
    slash. For "games" they are the file and the titles of its games. ``row``: where the
    cursor is; ``scroll``: the first row shown; ``follows``: unless the cursor's row
    would be out of sight.
    ``draft``: the options that a new game is to have. ``then``: the task that waits for
    an answer.
    """

    kind: DialogKind
    text: str = ""
    folder: str = ""
    fields: tuple[TextField, ...] = ()
    entries: tuple[str, ...] = ()
    row: int = 0
    scroll: int = 0
    follows: bool = True
    draft: Options = field(default_factory=Options)
    then: Task | None = None

    @property
    def active(self) -> int:
        """Which of the fields is typed into."""
        return self.row if len(self.fields) > 1 else 0

    @property
    def typed(self) -> str:
        """What is typed; "" without a field."""
        return self.fields[self.active].text if self.fields else ""

    def with_field(self, changed: TextField) -> Dialog:
        """The dialog with another field in the place of the active one."""
        at = self.active
        fields = (*self.fields[:at], changed, *self.fields[at + 1 :])
        return replace(self, fields=fields)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GuiState:
    """The whole window."""

    options: Options = field(default_factory=Options)
    #: What a new game proposes; the role of the options is the running game's.
    usual_role: Role = Role.BLACK
    #: The date that a new game gets.
    today: str = ""
    #: Spoken where the options name none.
    system_language: LanguageName = "en"

    # The game, and what is on the board: node ``line[cursor]`` of a line that goes from
    # the root to the end of the shown variation.
    tree: GameTree
    line: tuple[int, ...] = (0,)
    cursor: int = 0
    board: Board = field(default_factory=empty_board)
    #: Counts the positions shown, so that a late answer of the worker is known for one.
    serial: int = 0
    #: Counts the games likewise.
    game: int = 0
    #: The tree as the file has it.
    saved: GameTree
    #: The game's own file; "" for none.
    path: str = ""
    #: That file as it was read or saved.
    stamp: FileStamp | None = None
    #: What "Save as" proposes.
    suggestion: str = ""
    ending: Ending | None = None
    #: The last node of the game as it was read.
    record_end: int = -1
    #: What can be undone and done again, the nearest first.
    past: Moment | None = None
    future: Moment | None = None

    # The network and the playouts.
    ready: bool = False
    #: How many kernels are compiled, of how many.
    compiling: tuple[int, int] = (0, 0)
    kernels_trouble: str = ""
    model: str = ""
    model_trouble: str = ""
    thoughts: Thoughts | None = None
    #: The serial at which the network is to move, whoever's turn it is.
    asked: int = -1
    #: The serial at which it does not move by itself.
    waits: int = -1
    #: How often the worker has failed at this position.
    failures: int = 0
    scoring: Scoring | None = None
    guessing: Guessing | None = None
    #: The moves after a hint that was pointed at.
    ahead: LineFound | None = None
    #: What has been found of this game's moves and positions.
    findings: Findings = field(default_factory=Findings)

    #: Whether the game plays through by itself.
    autoplay: bool = False

    # What is shown beside the game.
    revealed: bool = False
    #: Which plane of the network's input is drawn.
    plane: int | None = None
    #: What of the network is drawn in the place of the planes.
    lens: Lens = field(default_factory=Lens)
    inside_boards: BoardsFound | None = None
    inside_stones: StonesWeighed | None = None
    #: Whether the review's numbers stand in the place of the likely moves.
    report: bool = False
    #: What a click on the board puts in the place of a move; "" for nothing.
    tool: str = ""
    #: What was looked for in comments last.
    sought: str = ""
    #: What a click would do now.
    pointed: Event | None = None
    #: The same until something is done, to be told in words.
    tip: Event | None = None
    message: Message | None = None
    menu: str = ""
    dialog: Dialog | None = None
    comment_scroll: int = 0
    #: The first of the review's surprises that is listed.
    report_scroll: int = 0
    #: Columns and lanes from where the tree has the node on the board in the middle.
    tree_pan: tuple[float, float] = (0.0, 0.0)
    #: Whether the window fills the screen.
    full_screen: bool = False

    # Files.
    #: Those opened last, the latest first.
    recent: tuple[RecentFile, ...] = ()
    opening: Opening | None = None
    #: Counts the files asked for.
    openings: int = 0
    #: One that waits for a dialog to be closed.
    arrived: GameOpened | GamesFound | None = None
    #: A game that may be recovered.
    lost: LostFound | None = None
    #: What the app is to do next.
    task: Task | None = None
    quit: bool = False

    @property
    def hover(self) -> int | None:
        """The point of the board, or of the list, that the pointer is on."""
        if not isinstance(self.pointed, PointChosen):
            return None
        point = self.pointed.point
        # It may be of another board, until the pointer is moved.
        return point if point == PASS or self.size.holds(point) else None

    @property
    def position(self) -> Position:
        """What is on the board; not to be changed."""
        return self.board.position

    @property
    def size(self) -> BoardSize:
        """Of the board."""
        return self.tree.size

    @property
    def number(self) -> int:
        """The node on the board."""
        return self.line[self.cursor]

    @property
    def node(self) -> Node:
        """What is on the board, as the tree has it."""
        return self.tree.nodes[self.number]

    @property
    def next_node(self) -> Node | None:
        """What comes next in the shown variation."""
        if self.cursor + 1 >= len(self.line):
            return None
        return self.tree.nodes[self.line[self.cursor + 1]]

    @property
    def busy(self) -> str:
        """What the window waits for, in words; "" for nothing."""
        if self.opening is None:
            return ""
        return tr("Opening {name} ...", name=self.opening.name)

    @property
    def has_given_up(self) -> bool:
        """Whether the worker has failed so often here that it is asked no more."""
        return self.failures >= TRIES

    @property
    def language(self) -> LanguageName:
        """What the window speaks."""
        return self.options.language or self.system_language

    @property
    def role(self) -> Role:
        """Which colors the person plays."""
        return self.options.role

    @property
    def is_changed(self) -> bool:
        """Whether something would be lost with the window."""
        return self.tree is not self.saved

    @property
    def komi(self) -> float:
        """Of the game on the board."""
        komi = find_komi(self.tree.info)
        return USUAL_KOMI if komi is None else komi

    @property
    def rules(self) -> Rules:
        """Of the game on the board; where it does not say, as the options have it."""
        return parse_rules(self.tree.root.text("RU")) or self.options.rules

    @property
    def result(self) -> str:
        """Of the game on the board, such as "B+R"; "" for none."""
        return parse_result(self.tree.root.text("RE"))

    @property
    def record_result(self) -> str:
        """What the record came with as its result, in its own words; "" for nothing."""
        text = self.tree.root.text("RE")
        if self.ending is not None and self.ending.before is not None:
            text = self.ending.before
        return "" if text.strip() == "?" else text.strip()

    @property
    def result_here(self) -> str:
        """The result, where the game ends: in this window, or at the record's end."""
        if self.ending is not None and self.ending.number == self.number:
            return self.ending.result
        is_kept = self.ending is None or self.ending.before is None
        return self.result if self.number == self.record_end and is_kept else ""

    @property
    def has_passed_twice(self) -> bool:
        """Whether both sides have just passed."""
        numbers = self.line[max(0, self.cursor - 1) : self.cursor + 1]
        last = [self.tree.nodes[number] for number in numbers]
        return len(last) == 2 and all(n.color and n.point == PASS for n in last)

    @property
    def is_over(self) -> bool:
        """Whether the game has ended here: two passes, or somebody gave up."""
        has_ended = self.ending is not None and self.ending.number == self.number
        return has_ended or self.has_passed_twice

    @property
    def computer_to_play(self) -> bool:
        """Whether the network is to move now."""
        by_itself = self.waits != self.serial
        is_its_turn = by_itself and not self.role.plays(self.position.to_play)
        return (
            (self.asked == self.serial or is_its_turn)
            and not self.is_over
            and self.cursor + 1 == len(self.line)
            and self.scoring is None
            and self.guessing is None
            and self.dialog is None
            and self.opening is None
            and not self.tool
            and self.size.is_full
        )

    @property
    def hints_shown(self) -> bool:
        """Whether the overlay and the list of moves can be seen."""
        if self.guessing is not None or self.scoring is not None:
            return False
        if not self.size.is_full:
            return False
        options = self.options
        if self.is_played:
            return options.play_hints or self.revealed
        return options.hints and (self.revealed or not options.think_first)

    @property
    def is_played(self) -> bool:
        """Whether the person plays against the network, unaided until asked."""
        return self.role in (Role.BLACK, Role.WHITE)

    @property
    def hints_on(self) -> bool:
        """Whether hints are switched on for what is being done."""
        return self.options.play_hints if self.is_played else self.options.hints

    @property
    def is_studied(self) -> bool:
        """Whether the network studies the game: nobody plays it against it."""
        is_free = self.role is Role.BOTH and self.guessing is None
        return is_free and self.size.is_full

    @property
    def ways(self) -> Mapping[int, Way]:
        """The way to each node, for ``findings``."""
        return find_ways(self.tree, self.line, self.symmetries)

    @property
    def estimate(self) -> Estimate | None:
        """Who is ahead on the board, where that is to be seen and known."""
        is_seen = self.options.territory and self.is_studied and self.scoring is None
        if not is_seen:
            return None
        key = estimate_key(self.ways[self.number], self.komi, self.rules)
        return self.findings.estimates.get(key)

    @property
    def report_shown(self) -> bool:
        """Whether the review's numbers can be seen."""
        is_free = self.plane is None and self.scoring is None
        return self.report and self.is_studied and self.options.review and is_free

    @property
    def symmetries(self) -> int:
        """How many turned and mirrored boards the network is asked about."""
        return 8 if self.options.symmetries else 1

    def shown_thoughts(self) -> Thoughts | None:
        """The thoughts on this very position, if any."""
        thoughts = self.thoughts
        return thoughts if thoughts and thoughts.serial == self.serial else None


def player_name(tree: GameTree, color: int) -> str:
    """Name and rank of a player."""
    root = tree.root
    side = "B" if color == BLACK else "W"
    name, rank = (" ".join(root.text(key).split()) for key in (f"P{side}", f"{side}R"))
    return f"{name} ({rank})" if name and rank else name
