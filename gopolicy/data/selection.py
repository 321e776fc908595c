"""Which games of a collection go into a dataset, and how much of each.

Records come from ``sgf.record``; ``convert`` asks here. Knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.data.h5file import Note
from gopolicy.errors import ConfigError, phrase
from gopolicy.go.turns import SETUP_BIT, WHITE_BIT, has_setup
from gopolicy.sgf.gameinfo import encode_rank, parse_date, parse_rank
from gopolicy.sgf.record import GameRecord

CUT_ILLEGAL: Final = "illegal move: the moves before it are kept"
CUT_SETUP: Final = "setup in the middle: the moves before it are kept"
CUT_VALUE: Final = "setup that is no point on the board: left out"
CUT_LAST: Final = "last move out of turn: left out"
NO_HANDICAP_STONES: Final = "handicap stones are missing"
WHITE_FIRST: Final = "White first on an empty board"
TOO_SHORT: Final = "too short"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """Which games go into a dataset; what is left at its default lets all pass.

    ``min_moves``: passes included. ``min_rank``: both players at least, such as "5d"
    or "1p"; professionals are above all dan. ``no_handicap``: even games only, without
    setup stones. ``since``, ``until``: dates, "2015" or "2015-06-30". ``result``: what
    the result begins with, "B", "W+R", ... ``player``: part of a player's name, in
    any case.

    Raises: ConfigError for a number, rank or date that is none.
    """

    min_moves: int = 20  # shorter games are mostly left or broken off
    min_rank: str = ""
    no_handicap: bool = False
    since: str = ""
    until: str = ""
    result: str = ""
    player: str = ""

    def __post_init__(self) -> None:
        if self.min_moves < 0:
            raise ConfigError(
                phrase(
                    "'min_moves' is {min_moves}; allowed: 0 and more",
                    min_moves=self.min_moves,
                )
            )
        if self.min_rank and not encode_rank(parse_rank(self.min_rank)):
            raise ConfigError(
                phrase(
                    "'min_rank' is {min_rank!r}; allowed: 30k to 1k, 1d to 9d, 1p to "
                    "9p",
                    min_rank=self.min_rank,
                )
            )
        for name in ("since", "until"):
            text = getattr(self, name)
            if text and parse_date(text) != text:
                raise ConfigError(
                    phrase(
                        "{name!r} is {text!r}; allowed: a date as 2015, 2015-06 or "
                        "2015-06-30",
                        name=name,
                        text=text,
                    )
                )

    def why_not(self, record: GameRecord, n_moves: int) -> str:
        """Why the game does not pass; "" when it does. ``n_moves``: of what is kept."""
        if n_moves < self.min_moves:
            return TOO_SHORT
        if self.no_handicap and (record.handicap >= 2 or _has_setup(record)):
            return "filtered: handicap or setup stones"
        if self.min_rank:
            least = encode_rank(parse_rank(self.min_rank))
            ranks = encode_rank(record.black_rank), encode_rank(record.white_rank)
            if 0 in ranks or min(ranks) < least:
                return "filtered: rank"
        if not _in_range(record.date, self.since, self.until):
            return "filtered: date"
        if not record.result.startswith(self.result):
            return "filtered: result"
        names = f"{record.black}\n{record.white}".casefold()
        return "" if self.player.casefold() in names else "filtered: player"


def _in_range(date: str, since: str, until: str) -> bool:
    """Whether ``date`` lies between the others, as far as it is known."""
    if not (since or until):
        return True
    return (
        bool(date)
        and since[: len(date)] <= date
        and date[: len(until)] <= (until or date)
    )


def _has_setup(record: GameRecord) -> bool:
    """Whether stones stand on the board before the first move."""
    return bool(len(record.codes)) and bool(record.codes[0] & SETUP_BIT)


def why_no_game(record: GameRecord) -> str:
    """Why a record, legal as it is, shows no whole game; "" when it does.

    Handicap stones that are named but stand nowhere are not guessed.
    """
    if _has_setup(record):
        return ""
    first = record.codes[: max(1, record.handicap)]
    if record.handicap >= 2 and (first & WHITE_BIT).any():
        return NO_HANDICAP_STONES
    return WHITE_FIRST if first[0] & WHITE_BIT else ""


def cut_to_game(record: GameRecord) -> tuple[NDArray[np.uint16], list[Note]]:
    """The turn codes to learn from, and notes on what was cut off.

    Setup in the middle is a lesson or a diagram, and at the end it takes dead stones
    off; a last move out of turn is a slip.
    """
    codes = record.codes
    cuts = [Note(record.source, "cut", CUT_VALUE, text) for text in record.ignored]
    if record.stopped:
        cuts.append(Note(record.source, "cut", CUT_ILLEGAL, record.stopped))
    n_start = 0
    if has_setup(codes):
        is_setup = (codes & SETUP_BIT) != 0
        n_start = int(np.argmin(is_setup)) if not is_setup.all() else len(codes)
        later = np.flatnonzero(is_setup[n_start:])
        if len(later):
            end = n_start + int(later[0])
            if not is_setup[end:].all():
                detail = f"after move {end - n_start}"
                cuts.append(Note(record.source, "cut", CUT_SETUP, detail))
            codes = codes[:end]
    n_moves = len(codes) - n_start
    if n_moves >= 2 and not (codes[-1] ^ codes[-2]) & WHITE_BIT:
        cuts.append(Note(record.source, "cut", CUT_LAST, f"move {n_moves}"))
        codes = codes[:-1]
    return codes, cuts
