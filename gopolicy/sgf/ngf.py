"""NGF, the records of wBaduk and Cyberoro, to SGF text.

Twelve header lines, known by their number alone: title, board, White, Black, server,
handicap, one unknown, komi, date, minutes, result, moves. Then the moves, ``PM<two
letters that count><B or W><column><row>`` with A for 0, so that the first column is B;
the point is said twice, and AA is a pass. Some files have lines ``GI`` instead of the
header. There is no specification; this is what files hold. ``formats`` imports this.
"""

import re
from collections.abc import Sequence
from typing import Final

from gopolicy.go.coords import BOARD_SIZE
from gopolicy.sgf.encodings import decode_sgf
from gopolicy.sgf.gameinfo import encode_rank, parse_date, parse_rank, parse_result
from gopolicy.sgf.sgftext import (
    find_number,
    format_bad_move,
    format_game,
    format_handicap,
    format_move,
    format_root,
)

#: A line that only an NGF has.
SIGN: Final = re.compile(rb"^PM[A-Z]{2}[BW][A-Z]{4}[ \t]*\r?$", re.M)
#: Every move, by its color, column and row.
_MOVES: Final = {
    f"{color}{chr(66 + column)}{chr(66 + row)}": format_move(color, column, row)
    for color in "BW"
    for column in range(BOARD_SIZE)
    for row in range(BOARD_SIZE)
} | {"BAA": "B[]", "WAA": "W[]"}
_COMMENT: Final = re.compile(r"IDB\[\d+\](.*)")
_KOMI: Final = re.compile(r"-?\d{1,3}(?:\.\d{1,2})?")
_COMPACT_DATE: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?!\d)")
_RESULT: Final = re.compile(
    r"(white|black)\s+(win|lose)s?\b(?:\D{0,20}?(resi|time|(\d{1,3}(?:\.\d{1,2})?)))?",
    re.I,
)
#: In which encodings a result says who won; others have it in English.
_CODECS: Final = ("euc-kr", "gb18030", "cp932", "cp950")


def convert_ngf(data: bytes) -> str:
    """The game of an NGF file as SGF text."""
    lines = [line.strip() for line in decode_sgf(data, _find_codec(data)).splitlines()]
    while lines and not lines[0]:
        del lines[0]
    start = next((i for i, line in enumerate(lines) if _is_move(line)), len(lines))
    header, body = lines[:start], lines[start:]
    if header and all(line.startswith("GI") for line in header):
        info, handicap = _find_short_info([line[2:] for line in header], body)
    else:
        info, handicap = _find_info([*header, *[""] * 12])
    moves = list(map(_convert_move, filter(_is_move, body)))
    if body and _is_move(body[-1]) and len(body[-1]) < 7:
        del moves[-1]  # the end of the file cuts it off
    root = format_root(info) + format_handicap(handicap, info["SZ"])
    return format_game(root, moves)


def _find_codec(data: bytes) -> str:
    """The encoding in which a line says who won; "" when none does.

    Too little else is in a Korean or Chinese file to tell which it is.
    """
    head = [line for line in data.splitlines() if not line.startswith(b"PM")][:40]
    for codec in _CODECS:
        for line in head:
            if not line.isascii() and parse_result(line.decode(codec, "replace")):
                return codec
    return ""


def _is_move(line: str) -> bool:
    return line.startswith(("PM", "pm"))


def _convert_move(line: str) -> str:
    return _MOVES.get(line[4:7].upper()) or format_bad_move("B", line[:20])


def _find_info(lines: Sequence[str]) -> tuple[dict[str, str], int]:
    """(properties of the root, handicap stones), of at least 12 lines."""
    handicap = find_number(lines[5])
    white, white_rank = _split_name(lines[2])
    black, black_rank = _split_name(lines[3])
    date = _COMPACT_DATE.match(lines[8])
    return {
        "SZ": lines[1] if lines[1].isdecimal() else str(BOARD_SIZE),
        "PB": black,
        "BR": black_rank,
        "PW": white,
        "WR": white_rank,
        "KM": _find_komi(lines[7], handicap),
        "RE": _find_result(lines[10]),
        "DT": parse_date("-".join(date.groups()) if date else lines[8]),
        "EV": lines[0],
        "PC": lines[4],
    }, handicap


def _find_short_info(
    lines: Sequence[str], body: Sequence[str]
) -> tuple[dict[str, str], int]:
    """As ``_find_info``, of the lines GI: event, players, two unknown, date, board,
    handicap, one unknown, komi, moves. A comment after the moves says who won.

    That Black is named first is a guess.
    """
    lines = [*lines, *[""] * 11]
    handicap = find_number(lines[7])
    black, black_rank = _split_name(lines[1])
    white, white_rank = _split_name(lines[2])
    comments = [match[1] for match in map(_COMMENT.match, body) if match]
    return {
        "SZ": lines[6] if lines[6].isdecimal() else str(BOARD_SIZE),
        "PB": black,
        "BR": black_rank,
        "PW": white,
        "WR": white_rank,
        "KM": _find_komi(lines[9], handicap),
        "RE": _find_result(comments[-1] if comments else ""),
        "DT": parse_date(lines[5]),
        "EV": lines[0],
    }, handicap


def _split_name(text: str) -> tuple[str, str]:
    """A player's name, which may have blanks, and rank, of "name      7D*"."""
    name, _, last = text.rpartition(" ")
    rank = parse_rank(last)
    return (name, rank) if name.strip() and encode_rank(rank) else (text, "")


def _find_komi(text: str, handicap: int) -> str:
    """Komi: a whole number, to which an even game adds a half."""
    match = _KOMI.match(text)
    if not match:
        return ""
    komi = float(match[0])
    return f"{komi + 0.5 if handicap == 0 and komi.is_integer() else komi:g}"


def _find_result(text: str) -> str:
    """Result of a line such as "Black wins by 16.5 points! >> White(66)"."""
    match = _RESULT.search(text)
    if not match:
        return parse_result(text)
    is_black = (match[1].lower() == "black") == (match[2].lower() == "win")
    how = {"resi": "R", "time": "T"}.get((match[3] or "").lower(), match[4] or "")
    return ("B+" if is_black else "W+") + how
