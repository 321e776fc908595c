"""What the person has chosen: the looks of the window, how games are played. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias, get_args

from gopolicy.config import (
    FULL_STRENGTH,
    MAX_HANDICAP,
    LanguageName,
    Rules,
    StrengthName,
    ThemeName,
)
from gopolicy.go.coords import BLACK
from gopolicy_gui.model.language import N_

#: Komi of a game that says nothing.
USUAL_KOMI: Final = 7.5
#: Komi with handicap stones: only a jigo is ruled out.
HANDICAP_KOMI: Final = 0.5

#: What they are called, in RU of a record, too; the window translates them.
RULE_NAMES: Final[dict[Rules, str]] = {
    "area": N_("Chinese"),
    "territory": N_("Japanese"),
    "aga": N_("AGA"),
    "tromp-taylor": N_("Tromp-Taylor"),
}


#: What the levels of ``config.STRENGTHS`` are called.
STRENGTH_WORDS: Final[dict[StrengthName, str]] = {
    "15k": N_("about 15 kyu"),
    "14k": N_("about 14 kyu"),
    "12k": N_("about 12 kyu"),
    "10k": N_("about 10 kyu"),
    "8k": N_("about 8 kyu"),
    "full": N_("all it has, about 6 kyu"),
}


#: Colors of hints and marks: the usual ones, and for those who see no red, green, blue.
SchemeName: TypeAlias = Literal["usual", "red-blind", "green-blind", "blue-blind"]
SCHEME_NAMES: Final[tuple[SchemeName, ...]] = get_args(SchemeName)


class Role(Enum):
    """Which colors the person at the window plays; the network plays the others."""

    BLACK = "black"
    WHITE = "white"
    BOTH = "both"
    NONE = "none"

    def plays(self, color: int) -> bool:
        """Whether the person plays ``color``."""
        if self in (Role.BOTH, Role.NONE):
            return self is Role.BOTH
        return (self is Role.BLACK) == (color == BLACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the settings file keeps.

    ``language``: "" for the system's. ``scheme``: of the colors of hints. ``hints``:
    the overlay of probabilities; ``play_hints``: in a game against the network, too.
    ``think_first``: it stays hidden at each new position until asked for.
    ``strength``: of the network as a player. ``temperature``: of its moves in the
    opening at full strength, 0 for always the best. ``review``: of
    all moves, while the person plays both colors; ``territory``: whose points are
    whose, and who is ahead. ``letters``: on the best three hints; ``small_numbers``:
    also where a move has less than a percent. ``reopen``: the last file, when the
    window opens. ``pace``: seconds from move to move when a game plays through by
    itself. ``rules``: of counting. ``board_shift`` and so on: how far a border between
    panels is from its usual place, in heights of a line, forward or down.
    ``tree_zoom``: size of the tree of moves, 1 as usual.
    """

    language: LanguageName | Literal[""] = ""
    theme: ThemeName = "light"
    scheme: SchemeName = "usual"
    wood: bool = True
    coordinates: bool = True
    numbers: bool = False
    hints: bool = True
    play_hints: bool = False
    percentages: bool = True
    letters: bool = False
    small_numbers: bool = False
    think_first: bool = False
    symmetries: bool = False
    review: bool = True
    territory: bool = False
    sound: bool = False
    reopen: bool = False
    pace: float = 2.0
    strength: StrengthName = FULL_STRENGTH
    temperature: float = 0.0
    komi: float = USUAL_KOMI
    handicap: int = 0
    rules: Rules = "area"
    board_shift: float = 0.0
    list_shift: float = 0.0
    comment_shift: float = 0.0
    graph_shift: float = 0.0
    tree_zoom: float = 1.0
    role: Role = Role.BLACK


#: Least and greatest value of the options that are numbers.
RANGES: Final = {
    "komi": (-50.0, 50.0),
    "temperature": (0.0, 2.0),
    "pace": (0.3, 10.0),
    "handicap": (0, MAX_HANDICAP),
    "board_shift": (-60.0, 60.0),
    "list_shift": (-60.0, 60.0),
    "comment_shift": (-60.0, 60.0),
    "graph_shift": (-60.0, 60.0),
    "tree_zoom": (0.25, 2.5),
}
