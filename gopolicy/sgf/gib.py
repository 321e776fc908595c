r"""GIB, the records of Tygem, to SGF text.

Header lines ``\[NAME=value\]``, then ``INI 0 1 <handicap> &4`` and the moves, ``STO 0
<number> <1 Black, 2 White> <column> <row>`` from 0 at the top left. Nothing says the
encoding but the country. There is no specification; this is what files of Tygem's
clients hold. ``formats`` imports this.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from gopolicy.go.coords import BOARD_SIZE
from gopolicy.sgf.encodings import decode_sgf
from gopolicy.sgf.gameinfo import parse_date, parse_result
from gopolicy.sgf.sgftext import (
    find_number,
    format_bad_move,
    format_game,
    format_handicap,
    format_move,
    format_root,
)

#: A line that only a GIB has.
SIGN: Final = re.compile(
    rb"^[ \t]*(?:\\HS\b|\\\[GAME[A-Z]+=|(?:INI|STO) \d+ \d+ \d+ )", re.M
)
_COUNTRY: Final = re.compile(rb"\\\[GIBOKIND=(\w+)")
_CODECS: Final = {b"Korea": "euc-kr", b"China": "gb18030", b"Japan": "cp932"}
#: Only from its first letter on: a run of letters is looked at once, not from each.
_ENTRY: Final = re.compile(r"(?<![A-Z])([A-Z]+):([^,]*)")
_TAG: Final = re.compile(r"(?:^|,)\s*([A-Z])([^,]*)")
_NAME: Final = re.compile(r"([^()]*)\(([^()]*)\)")
_COLORS: Final = {"1": "B", "2": "W"}
#: Every move, by its color, column and row.
_MOVES: Final[dict[tuple[str, ...], str]] = {
    (number, str(column), str(row)): format_move(color, column, row)
    for number, color in _COLORS.items()
    for column in range(BOARD_SIZE)
    for row in range(BOARD_SIZE)
}
_WON: Final = {"3": "B+R", "4": "W+R", "7": "B+T", "8": "W+T"}
_BY_POINTS: Final = {"0": "B+", "1": "W+"}


def convert_gib(data: bytes) -> str:
    """The games of a GIB file as SGF text."""
    country = _COUNTRY.search(data)
    declared = _CODECS.get(country[1], "") if country else ""
    lines = decode_sgf(data, declared).splitlines(keepends=True)
    return "".join(map(_convert_game, _split(lines)))


def _split(lines: list[str]) -> Iterator[list[str]]:
    r"""The lines of each game; one begins with ``\HS``."""
    game: list[str] = []
    for line in lines:
        if line.strip() == r"\HS" and game:
            yield game
            game = []
        if line.strip():
            game.append(line)
    yield game


def _is_cut(line: str) -> bool:
    """Whether the end of the file cuts off the line of a move, perhaps in a number."""
    is_ended = line[-1] in "\r\n" or (line[-1] == " " and len(line.split()) > 5)
    return not is_ended


def _convert_game(lines: list[str]) -> str:
    header: dict[str, str] = {}
    handicap = 0
    moves: list[str] = []
    for line in lines:
        text = line.strip()
        if text.startswith(r"\["):
            name, _, value = text[2:].partition("=")
            header.setdefault(name, value.removesuffix("]").removesuffix("\\"))
        elif text.startswith("INI") and not moves:
            handicap = find_number("".join(text.split()[3:4]))
        elif text.startswith(("STO", "SKI")) and not _is_cut(line):
            moves.append(_convert_move(text, moves[-1] if moves else "W"))
    root = format_root(_find_info(header)) + format_handicap(handicap)
    return format_game(root, moves)


def _convert_move(text: str, last: str) -> str:
    """The move of a line; ``last``: the move before it."""
    fields = text.split()
    move = _MOVES.get(tuple(fields[3:6])) if fields[0] == "STO" else None
    if move:
        return move
    color = _COLORS.get("".join(fields[3:4]), "")
    if fields[0] == "SKI":
        return f"{color or ('W' if last[0] == 'B' else 'B')}[]"
    return format_bad_move(color or "B", text)


def _find_info(header: Mapping[str, str]) -> dict[str, str]:
    """The properties of the root."""
    main = dict(_ENTRY.findall(header.get("GAMEINFOMAIN", "")))
    sub = dict(_ENTRY.findall(header.get("GAMEINFOSUB", "")))
    tag = dict(_TAG.findall(header.get("GAMETAG", "")))
    black, black_rank = _split_name(header.get("GAMEBLACKNAME", ""))
    white, white_rank = _split_name(header.get("GAMEWHITENAME", ""))
    dates = (tag.get("C", ""), sub.get("GDATE", ""), header.get("GAMEDATE", ""))
    return {
        "PB": black,
        "BR": black_rank,
        "PW": white,
        "WR": white_rank,
        "KM": _tenths(main.get("GONGJE") or tag.get("G") or header.get("GAMEGONGJE")),
        "RE": _find_result(main.get("GRLT"), main.get("ZIPSU"))
        or _find_result(tag.get("W"), tag.get("Z"))
        or parse_result(header.get("GAMERESULT", "")),
        "DT": next(filter(None, (parse_date(d.replace(":", "-")) for d in dates)), ""),
        "EV": header.get("GAMENAME", ""),
        "PC": header.get("GAMEPLACE", ""),
        "GC": header.get("GAMECOMMENT", ""),
    }


def _split_name(text: str) -> tuple[str, str]:
    """A player's name and rank, of "name (15K)"."""
    match = _NAME.fullmatch(text.strip())
    return (match[1], match[2]) if match and match[1] else (text, "")


def _tenths(text: str | None) -> str:
    """Points, of a number of tenths; "" when it is none."""
    text = (text or "").strip()
    return f"{find_number(text) / 10:g}" if text.isdecimal() else ""


def _find_result(how: str | None, points: str | None) -> str:
    """Result of Tygem's number for it; "" when nobody won, or there is none."""
    how = (how or "").strip()
    if how in _BY_POINTS:
        return _BY_POINTS[how] + _tenths(points)
    return _WON.get(how, "")
