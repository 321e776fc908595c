"""GameRecord: the main line of a game and what its header says.

Here the text of an SGF gets its meaning: ``gameinfo`` understands the header, ``line``
the moves. Knows nothing of files (``collection`` reads them), datasets or planes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sgfmill.sgf import Sgf_game

from gopolicy.config import MAX_HANDICAP
from gopolicy.errors import SgfError, phrase, saying
from gopolicy.go.coords import BLACK, BOARD_SIZE, EMPTY, PASS, WHITE, format_sgf_point
from gopolicy.go.position import Position
from gopolicy.go.turns import ERASE_BIT, POINT_MASK, SETUP_BIT, WHITE_BIT
from gopolicy.sgf import gameinfo
from gopolicy.sgf.gameinfo import is_go
from gopolicy.sgf.line import (
    PROPERTY_BITS,
    count_moves,
    read_line,
    shorten,
    side_to_play,
)
from gopolicy.sgf.parse import SgfGame, read_games

#: What a record cannot be used for, in the words of reports.
NO_GAME: Final = "no game in the file"
UNREADABLE: Final = "cannot be read"
NOT_GO: Final = "another game than Go"
OTHER_SIZE: Final = "board is not 19x19"
NO_MOVES: Final = "no moves"
ILLEGAL_START: Final = "illegal from the start"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GameRecord:
    """One game: the main line of a record, as far as it is legal.

    A turn code is a uint16 for each thing that happens, in order: bits 0..8 the point
    (361 is PASS), bit 9 White, bit 10 setup stone instead of move, bit 11 (with bit 10)
    the point is emptied. Setup is no turn.

    ``codes``: uint16 [n], turn codes; stones of the start position come first.
    ``sides``, ``stopped`` and ``ignored`` as in ``line.Line``. ``komi``: White's
    points, None when not said; ``handicap``: stones, 0 for none. ``result``, ``date``
    and the ranks as ``gameinfo`` writes them. ``source``: path, with "#2" for the
    second game of a file.
    """

    codes: NDArray[np.uint16]
    black: str = ""
    white: str = ""
    black_rank: str = ""
    white_rank: str = ""
    komi: float | None = None
    handicap: int = 0
    result: str = ""
    date: str = ""
    event: str = ""
    source: str = ""
    sides: tuple[tuple[int, int], ...] = ()
    stopped: str = ""
    ignored: tuple[str, ...] = ()

    @property
    def n_moves(self) -> int:
        """Turns, passes included."""
        return count_moves(self.codes)

    @property
    def troubles(self) -> tuple[str, ...]:
        """What of the record is not used, and why, as sentences for people."""
        ends = (f"the record ends before {self.stopped}",) if self.stopped else ()
        return (*(f"left out, {text}" for text in self.ignored), *ends)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A game that is no record; ``reason`` is one of the constants above.

    ``whole``: ``detail`` with ``source`` in one, where it is known so.
    """

    source: str
    reason: str
    detail: str
    whole: str = ""

    @property
    def trouble(self) -> str:
        """Which game, and what is wrong with it."""
        said = phrase("{name}: {reason}", name=self.source, reason=self.detail)
        return self.whole or said


def parse_records(data: bytes, source: str) -> list[GameRecord]:
    """The games of one SGF file that can be replayed; ``source`` names it.

    A game without moves counts when it has setup stones: a problem, say.

    Raises: SgfError when there is none, with what is wrong with the first.
    """
    results = read_records(data, source)
    records = [result for result in results if isinstance(result, GameRecord)]
    if records:
        return records
    first = next(result for result in results if isinstance(result, Rejected))
    raise SgfError(first.trouble)


def read_records(
    data: bytes, source: str, *, first: int = 0
) -> list[GameRecord | Rejected]:
    """Every game of one SGF file, as a record or with the reason why it is none.

    ``first``: the number of its first game where this is a part of a file, else 0.
    """
    try:
        games = read_games(data, source)
    except SgfError as error:
        detail = str(error).removeprefix(f"{source}: ")
        return [Rejected(source, NO_GAME, detail, whole=saying(error))]
    if len(games) == 1 and not first:
        return [_make_record(games[0], source)]
    numbered = enumerate(games, first or 1)
    return [_make_record(game, f"{source}#{number}") for number, game in numbered]


def replay(record: GameRecord) -> Iterator[tuple[Position, int]]:
    """Before each move: the position, the mover to play, and the point (or PASS).

    It is one and the same Position each time; ``copy`` it to keep it.

    Raises: IllegalMoveError for codes that no reader of ours would give.
    """
    position = Position()
    for code in record.codes.tolist():
        color, point = _color_of(code), code & POINT_MASK
        if code & SETUP_BIT:
            position.setup(point, EMPTY if code & ERASE_BIT else color)
            continue
        position.set_to_play(color)
        yield position, point
        position.play(point, color)


def position_at(record: GameRecord, move_number: int | None = None) -> Position:
    """The position before a move, 1 being the first; by default after the last.

    That is also the answer for numbers past the end. Whose turn it is says
    ``line.side_to_play``: PL may name another side than the one that moves next.

    Raises: IllegalMoveError for codes that no reader of ours would give.
    """
    codes = record.codes.tolist()
    done = len(codes)
    if move_number is not None and move_number <= record.n_moves:
        moves = [i for i, code in enumerate(codes) if not code & SETUP_BIT]
        done = moves[max(move_number, 1) - 1]
    position = Position()
    position.replay(codes[:done])
    position.set_to_play(
        side_to_play(codes, record.sides, done=done, handicap=record.handicap)
    )
    return position


def _color_of(code: int) -> int:
    return WHITE if code & WHITE_BIT else BLACK


def _make_record(game: SgfGame, source: str) -> GameRecord | Rejected:
    info = game.info
    if not is_go(info.get("GM", "")):
        detail = phrase("GM[{game}], but Go is GM[1]", game=shorten(info["GM"]))
        return Rejected(source, NOT_GO, detail)
    if game.size != (BOARD_SIZE, BOARD_SIZE):
        size = shorten(info.get("SZ", ""))
        detail = phrase(
            "SZ[{size}] is no board of 19x19, the only size known here", size=size
        )
        return Rejected(source, OTHER_SIZE, detail)
    line = read_line(game.line, game.setup_ends)
    if not len(line.codes):
        if line.stopped:
            detail = phrase("{reason}; correct the record", reason=line.stopped)
            return Rejected(source, ILLEGAL_START, detail)
        detail = phrase("no moves and no stones; name another game")
        return Rejected(source, NO_MOVES, detail)
    return GameRecord(
        codes=line.codes,
        black=info.get("PB", ""),
        white=info.get("PW", ""),
        black_rank=gameinfo.parse_rank(info.get("BR", "")),
        white_rank=gameinfo.parse_rank(info.get("WR", "")),
        komi=gameinfo.find_komi(info),
        handicap=_find_handicap(info, line.codes[: MAX_HANDICAP + 1].tolist()),
        result=gameinfo.parse_result(info.get("RE", "")),
        date=gameinfo.parse_date(info.get("DT") or info.get("RD", "")),
        event=info.get("EV") or info.get("TE", ""),
        source=source,
        sides=line.sides,
        stopped=line.stopped,
        ignored=line.ignored,
    )


def _find_handicap(info: Mapping[str, str], codes: Sequence[int]) -> int:
    """Handicap stones, as the header says, and where it says none as the moves do.

    Fox writes HA[0] and Black's stones as moves: more than one before White's first.
    ``codes``: the first of the record, one more than there may be such stones.
    """
    said = gameinfo.parse_handicap(info.get("HA") or info.get("HD", ""))
    if said:
        return said
    stones = list(takewhile(lambda code: not code & (WHITE_BIT | ERASE_BIT), codes))
    next_code = next(iter(codes[len(stones) :]), SETUP_BIT)
    is_given = not next_code & SETUP_BIT and PASS not in stones
    return len(stones) if is_given and 2 <= len(stones) <= MAX_HANDICAP else 0


def make_tree(record: GameRecord) -> Sgf_game:
    """``record`` as sgfmill's tree, for ``sgf.format_sgf``; the source is left out."""
    game = Sgf_game(BOARD_SIZE, encoding="UTF-8")
    root = game.get_root()
    texts = {
        "PB": record.black,
        "PW": record.white,
        "BR": record.black_rank,
        "WR": record.white_rank,
        "RE": record.result,
        "DT": record.date,
        "EV": record.event,
    }
    for name, text in texts.items():
        if text:
            root.set(name, text)
    if record.komi is not None:
        root.set("KM", record.komi)
    if record.handicap:
        root.set("HA", record.handicap)
    _add_codes(game, record)
    return game


def _add_codes(game: Sgf_game, record: GameRecord) -> None:
    """Adds turn codes to the main line; setup goes to the root or a node of its own."""
    names = {bits: name for name, bits in PROPERTY_BITS.items()}
    sides = dict(record.sides)
    node = game.get_root()
    for number, code in enumerate([*record.codes.tolist(), None]):
        if number in sides:
            node.set_raw("PL", b"B" if sides[number] == BLACK else b"W")
        if code is None:
            break
        name = names[code & ~POINT_MASK]
        point = format_sgf_point(code & POINT_MASK).encode()
        if not code & SETUP_BIT:
            node = game.extend_main_sequence()
            node.set_raw(name, point)
            continue
        has_move = node.has_property("B") or node.has_property("W")
        if has_move or any(
            point in node.get_raw_list(other)
            for other in ("AB", "AW", "AE")
            if node.has_property(other)
        ):
            node = game.extend_main_sequence()
        earlier = node.get_raw_list(name) if node.has_property(name) else []
        node.set_raw_list(name, [*earlier, point])
