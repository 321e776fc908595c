"""GameRecord: a game as turn codes, made from what an SGF file says.

A turn code is a uint16 for each thing that happens, in order: bits 0..8 the point
(361 is PASS), bit 9 White, bit 10 setup stone instead of move, bit 11 (with bit 10)
the point is emptied. Setup is no turn.

Here the text of an SGF gets its meaning, and its moves are checked. Knows nothing of
archives, datasets or planes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sgfmill.sgf import Sgf_game

from gopolicy.errors import SgfError
from gopolicy.go import rules, turns
from gopolicy.go.coords import (
    BLACK,
    BOARD_SIZE,
    EMPTY,
    PASS,
    POINTS,
    WHITE,
    format_sgf_point,
    format_vertex,
)
from gopolicy.go.position import Position
from gopolicy.go.turns import ERASE_BIT, POINT_MASK, SETUP_BIT, WHITE_BIT
from gopolicy.sgf import gameinfo
from gopolicy.sgf.parse import SgfGame, read_games
from gopolicy.sgf.sources import iter_sources

#: What a record cannot be used for, in the words of reports.
NO_GAME: Final = "no game in the file"
UNREADABLE: Final = "cannot be read"
NOT_GO: Final = "another game than Go"
OTHER_SIZE: Final = "board is not 19x19"
NO_MOVES: Final = "no moves"
ILLEGAL_START: Final = "illegal from the start"

_BITS: Final = {
    "B": 0,
    "W": WHITE_BIT,
    "AB": SETUP_BIT,
    "AW": SETUP_BIT | WHITE_BIT,
    "AE": SETUP_BIT | ERASE_BIT,
}
#: Turn code of each piece of a main line, such as "B[pd]".
_CODES: Final = {
    f"{name}[{format_sgf_point(point)}]": bits | point
    for name, bits in _BITS.items()
    for point in range(POINTS)
} | {
    f"{name}[{value}]": _BITS[name] | PASS
    for name in ("B", "W")
    for value in ("", "tt")
}
#: Moves and setup stones read of one record; the longest game known has 600.
MAX_CODES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GameRecord:
    """One game: the main line of a record, as far as it is legal.

    ``codes``: uint16 [n], turn codes; stones of the start position come first.
    ``komi``: White's points, None when not said; ``handicap``: stones, 0 for none.
    ``result``, ``date`` and the ranks as ``gameinfo`` writes them. ``source``: path,
    with "#2" for the second game of a file. ``to_play``: BLACK or WHITE when the
    record says who begins (PL). ``stopped``: why the record ends before its last
    move, such as "move 57: occupied point K10"; "" when it is whole.
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
    to_play: int | None = None
    stopped: str = ""

    @property
    def n_moves(self) -> int:
        """Turns, passes included."""
        return _count_moves(self.codes)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A game that is no record; ``reason`` is one of the constants above."""

    source: str
    reason: str
    detail: str


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
    raise SgfError(f"{first.source}: {first.detail}")


def load_records(path: str | Path) -> list[GameRecord]:
    """The records of one SGF file, archive or folder.

    Raises: SgfError when there is no such file, or no game in it that can be used.
    """
    records: list[GameRecord] = []
    trouble = ""
    for source in iter_sources([path]):
        if source.problem:
            trouble = trouble or f"{source.name}: {source.problem}"
            continue
        for result in read_records(source.data, source.name):
            if isinstance(result, GameRecord):
                records.append(result)
            else:
                trouble = trouble or f"{result.source}: {result.detail}"
    if not records:
        raise SgfError(trouble or f"{path}: no .sgf file in it; name another folder")
    return records


def read_records(data: bytes, source: str) -> list[GameRecord | Rejected]:
    """Every game of one SGF file, as a record or with the reason why it is none."""
    try:
        games = read_games(data, source)
    except SgfError as error:
        detail = str(error).removeprefix(f"{source}: ")
        return [Rejected(source, NO_GAME, detail)]
    if len(games) == 1:
        return [_make_record(games[0], source)]
    return [_make_record(game, f"{source}#{k}") for k, game in enumerate(games, 1)]


def replay(record: GameRecord) -> Iterator[tuple[Position, int]]:
    """Before each move: the position, and the point played (or PASS).

    It is one and the same Position each time; ``copy`` it to keep it.

    Raises: IllegalMoveError for codes that no reader of ours would give.
    """
    position = Position()
    for point in _play_record(record, position):
        yield position, point


def position_at(record: GameRecord, move_number: int | None = None) -> Position:
    """The position before a move, 1 being the first; by default after the last.

    That is also the answer for numbers past the end.

    Raises: IllegalMoveError for codes that no reader of ours would give.
    """
    position = Position()
    for _ in _play_record(record, position):
        if position.turn + 1 == move_number:
            break
    return position


def _play_record(record: GameRecord, position: Position) -> Iterator[int]:
    """Plays a record on an empty ``position``; each point before it is played."""
    if record.to_play is not None:
        position.set_to_play(record.to_play)
    for code in record.codes.tolist():
        point = code & POINT_MASK
        color = WHITE if code & WHITE_BIT else BLACK
        if code & SETUP_BIT:
            position.setup(point, EMPTY if code & ERASE_BIT else color)
            continue
        position.set_to_play(color)
        yield point
        position.play(point, color)


def _make_record(game: SgfGame, source: str) -> GameRecord | Rejected:
    info = game.info
    if info.get("GM", "1") not in ("1", ""):
        return Rejected(source, NOT_GO, f"GM[{_shorten(info['GM'])}], but Go is GM[1]")
    if game.size != (BOARD_SIZE, BOARD_SIZE):
        size = _shorten(info.get("SZ", ""))
        detail = f"SZ[{size}] is no board of 19x19, the only size known here"
        return Rejected(source, OTHER_SIZE, detail)
    codes, stopped = _legal_codes(game.line)
    if not len(codes):
        if stopped:
            return Rejected(source, ILLEGAL_START, f"{stopped}; correct the record")
        return Rejected(source, NO_MOVES, "no moves and no stones; name another game")
    return GameRecord(
        codes=codes,
        black=info.get("PB", ""),
        white=info.get("PW", ""),
        black_rank=gameinfo.parse_rank(info.get("BR", "")),
        white_rank=gameinfo.parse_rank(info.get("WR", "")),
        komi=_komi(info),
        handicap=gameinfo.parse_handicap(info.get("HA") or info.get("HD", "")),
        result=gameinfo.parse_result(info.get("RE", "")),
        date=gameinfo.parse_date(info.get("DT") or info.get("RD", "")),
        event=info.get("EV") or info.get("TE", ""),
        source=source,
        to_play=gameinfo.parse_to_play(info.get("PL", "")),
        stopped=stopped,
    )


def _komi(info: dict[str, str]) -> float | None:
    """Komi of a record; Korean programs name it KO; Fox writes 0 for "not said"."""
    komi = gameinfo.parse_komi(info.get("KM") or info.get("KO", ""))
    return None if komi == 0 and "foxwq" in info.get("AP", "") else komi


def _legal_codes(line: list[str]) -> tuple[NDArray[np.uint16], str]:
    """Turn codes of a main line up to the first that is illegal, and what it is."""
    numbers = list(map(_CODES.get, line[:MAX_CODES]))
    known = numbers.index(None) if None in numbers else len(numbers)
    codes = np.array(numbers[:known], np.uint16)
    end, reason = map(int, turns.first_illegal(codes, rules.new_board()))
    if end == len(line):
        return codes, ""
    number = 1 + _count_moves(codes[:end])
    if end == MAX_CODES:
        return codes, f"move {number}: longer than any game"
    if end == known:
        name, _, value = line[end][:-1].partition("[")
        place = (
            f"move {number}" if name in ("B", "W") else f"setup before move {number}"
        )
        return codes, f"{place}: no point on the board: {_shorten(value)!r}"
    code = int(codes[end])
    vertex = format_vertex(code & POINT_MASK)
    why = f"{rules.ILLEGAL_REASONS[reason]} {vertex}"
    if code & SETUP_BIT:
        return codes[:end], f"setup before move {number}: {why}"
    return codes[:end], f"move {number}: {why}"


def _count_moves(codes: NDArray[np.uint16]) -> int:
    return int(np.count_nonzero((codes & SETUP_BIT) == 0))


def _shorten(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:20]}..."


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
    if record.to_play is not None:
        root.set("PL", "b" if record.to_play == BLACK else "w")
    _add_codes(game, record.codes.tolist())
    return game


def _add_codes(game: Sgf_game, codes: Iterable[int]) -> None:
    """Adds turn codes to the main line; setup goes to the root or a node of its own."""
    names = {bits: name for name, bits in _BITS.items()}
    node = game.get_root()
    for code in codes:
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
