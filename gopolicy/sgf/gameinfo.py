"""What the free text in a record's header means: komi, handicap, result, date, rank.

Programs and people write these in many ways. Each function takes the text of one
property, "" for none, and never fails: what cannot be understood is unknown. Knows
nothing of files; ``record`` and ``convert`` import this.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from gopolicy.config import Rules
from gopolicy.go.coords import BLACK, WHITE

# The same few texts come again and again in a collection.
_remember = lru_cache(maxsize=4096)

_NUMBER: Final = re.compile(r"[-+]?\d{1,6}(?:[.,]\d{1,6})?")
_DATE: Final = re.compile(
    r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)"
    r"(?:[-./年 ]+(\d{1,2})(?!\d)(?:[-./月 ]+(\d{1,2})(?!\d))?)?"
)
_CHINESE_DIGITS: Final = str.maketrans("初一二三四五六七八九", "1123456789")
_RANK: Final = re.compile(
    r"(?P<before>P|PRO)?\s*(?P<number>\d{1,2})\s*(?P<unit>DP|P|PRO|K|KYU|級|级|급|D|DAN|段|단)?"
    r"\s*(?P<after>P|PRO)?\.?\s*[?*+]?"
)
_WINNERS: Final = (
    (re.compile(r"B(?:LACK)?\s*(?:\+|WINS|WON)"), "B+"),
    (re.compile(r"W(?:HITE)?\s*(?:\+|WINS|WON)"), "W+"),
)
#: Who won, or lost, in Chinese, Japanese and Korean: the color named last before it.
_EASTERN: Final = re.compile(
    r"([黑黒흑白백])[^黑黒흑白백]*?(?:([胜勝贏赢승])|负|負|敗|败|认输|認輸|패)"
)
_HOW: Final = (
    (re.compile(r"\+\s*R\b|RES|中[盘盤押]|投了|认输|認輸|불계"), "R"),
    (re.compile(r"\+\s*T\b|TIME|超[时時]|時間|시간"), "T"),
    (re.compile(r"\+\s*F\b|FORF|反則"), "F"),
)
_MAX_KOMI: Final = 361
_RULES: Final[tuple[tuple[re.Pattern[str], Rules], ...]] = (
    (re.compile(r"JAPAN|KOREA|TERRITORY|日本|[韩韓]国|韓國|일본|한국"), "territory"),
    (re.compile(r"\bAGA\b|\bBGA\b|FRENCH|WHBN-1"), "aga"),
    # KataGo writes "koSIMPLEscoreAREAtaxNONEsui0", and "whbN" for points to White.
    (
        re.compile(r"\bNZ\b|NEW.?ZEALAND|TROMP|GOE|\bING\b|SCOREAREA(?!.*WHBN)"),
        "tromp-taylor",
    ),
    (re.compile(r"CHIN|AREA|中[国國]|중국"), "area"),
)


_COLORS: Final = {"B": BLACK, "W": WHITE, "1": BLACK, "2": WHITE}


def parse_to_play(text: str) -> int | None:
    """The color that PL names; None when unknown."""
    return _COLORS.get(text.upper()[:1])


@_remember
def parse_komi(text: str, rules: str = "", *, is_fox: bool = False) -> float | None:
    """White's points; None when unknown. ``rules``: what RU says.

    Fox and some others write hundredths: of Chinese stones, two points each, under
    Chinese rules (350 is 3.5 stones, 7 points), else of points (650 is 6.5). Numbers
    from 100 on are such, and in a record of Fox (``is_fox``) also those like 50, half a
    point. Where RU says nothing, 2 to 4 are stones, which is 4 to 8 points. A quarter
    is never a point.
    """
    match = _NUMBER.match(text)
    if not match:
        return None
    komi = float(match[0].replace(",", "."))
    is_whole = komi.is_integer()
    if is_whole and (abs(komi) >= 100 or (is_fox and komi % 25 == 0)):
        komi /= 100
        known = parse_rules(rules)
        # Some of Fox's records under Chinese rules give points: 5 stones are no komi.
        if (known == "area" and abs(komi) < 5) or (not known and 2 <= abs(komi) < 4):
            return 2 * komi
    if abs(komi) % 1 in (0.25, 0.75):
        komi *= 2
    return komi if abs(komi) <= _MAX_KOMI else None


def find_komi(info: Mapping[str, str]) -> float | None:
    """Komi of a header, the text of its properties by name; None when not said.

    Korean programs name it KO; Fox writes 0 for "not said".
    """
    is_fox = "foxwq" in info.get("AP", "")
    text = info.get("KM") or info.get("KO", "")
    komi = parse_komi(text, info.get("RU", ""), is_fox=is_fox)
    return None if komi == 0 and is_fox else komi


@_remember
def parse_handicap(text: str) -> int:
    """Handicap as it is written, 0 for none; a handicap of 1 gives no stone."""
    if text.isascii() and text.isdigit() and int(text) <= 99:
        return int(text)
    return 0


@_remember
def parse_result(text: str) -> str:
    """ "B+R", "W+T", "W+F", "B+3.5", "B+" (won, unknown how), "0" for jigo, "Void", "".

    A margin that is no number is left out: "B+1 5/6" is "B+", and so is Fox's "B+0.0".
    """
    upper = text.upper().strip()
    if upper in ("0", "DRAW", "JIGO") or "持碁" in text or "和棋" in text:
        return "0"
    if upper == "VOID":
        return "Void"
    for winner_pattern, winner in _WINNERS:
        if winner_pattern.search(upper):
            return winner + _parse_margin(upper)
    eastern = _EASTERN.search(upper)
    if eastern is None:
        return ""
    is_black = (eastern[1] in "黑黒흑") == bool(eastern[2])
    return ("B+" if is_black else "W+") + _parse_margin(upper)


def _parse_margin(text: str) -> str:
    """How the game was won, of a text in capitals that names the winner."""
    for pattern, how in _HOW:
        if pattern.search(text):
            return how
    margin = re.search(
        r"[+胜勝贏赢승]\s*(\d{1,3}(?:[.,]\d{1,2})?)\s*(POINTS?|目|집|子)?$", text
    ) or re.search(r"(\d{1,3}(?:\.\d{1,2})?)\s*(目|집|子)[胜勝贏赢승]", text)
    points = float(margin[1].replace(",", ".")) if margin else 0.0
    if margin and margin[2] == "子":
        points *= 2  # Chinese stones
    return f"{points:g}" if points else ""


@_remember
def parse_rules(text: str) -> Rules | None:
    """How RU says that the score is counted; None when unknown."""
    for pattern, rules in _RULES:
        if pattern.search(text.upper()):
            return rules
    return None


@_remember
def parse_date(text: str) -> str:
    """ISO date of the first day named: "2016-03-09", "2016-03", "2016"; "" if none."""
    match = _DATE.search(text)
    if not match:
        return ""
    year, month, day = match[1], int(match[2] or 0), int(match[3] or 0)
    if not 1 <= month <= 12:
        return year
    if not 1 <= day <= 31:
        return f"{year}-{month:02}"
    return f"{year}-{month:02}-{day:02}"


@_remember
def parse_rank(text: str) -> str:
    """ "9d", "12k", "5p" for a professional; what is no rank stays as it is.

    The dan of servers and of professionals are told apart only where the text does:
    "9p", "P9", "9 dan pro". A Chinese "9段" counts as a server's.
    """
    upper = text.translate(_CHINESE_DIGITS).upper().strip()
    match = _RANK.fullmatch(upper)
    if not match or not (match["unit"] or match["before"] or match["after"]):
        return text.strip()
    number, unit = int(match["number"]), match["unit"] or "P"
    if unit[0] in "K級级급":
        return f"{number}k"
    is_professional = "P" in (unit + (match["before"] or "") + (match["after"] or ""))
    return f"{number}{'p' if is_professional else 'd'}"


@_remember
def encode_rank(rank: str) -> int:
    """Number of a parsed rank: 30k..1k -30..-1, 1d..9d 1..9, 1p..9p 11..19, else 0."""
    match = re.fullmatch(r"(\d{1,2})([kdp])", rank)
    if not match or not 1 <= int(match[1]) <= (30 if match[2] == "k" else 9):
        return 0
    number = int(match[1])
    return {"k": -number, "d": number, "p": 10 + number}[match[2]]


def decode_rank(code: int) -> str:
    """The rank that ``encode_rank`` made a number of; "unknown" for 0."""
    if code == 0:
        return "unknown"
    if code < 0:
        return f"{-code}k"
    return f"{code}d" if code < 10 else f"{code - 10}p"


@_remember
def encode_date(date: str) -> int:
    """YYYYMMDD of a parsed date, 00 for what is unknown; 0 for ""."""
    year, month, day = (*map(int, date.split("-")), 0, 0)[:3] if date else (0, 0, 0)
    return year * 10_000 + month * 100 + day


def decode_date(code: int) -> str:
    """The date that ``encode_date`` made a number of, as far as it is known."""
    year, month, day = code // 10_000, code // 100 % 100, code % 100
    known = [f"{year:04d}", f"{month:02d}", f"{day:02d}"][: 1 + bool(month) + bool(day)]
    return "-".join(known) if year else ""


def encode_result(result: str) -> int:
    """1 Black won, -1 White won, 2 jigo, 0 unknown or void."""
    return {"B": 1, "W": -1, "0": 2}.get(result[:1], 0)


def is_go(game_type: str) -> bool:
    """Whether the value of GM names Go, as it does where it is left out."""
    return game_type.strip() in ("1", "")


def parse_size(text: str) -> tuple[int, int]:
    """Columns and rows that SZ says: "19", "19:19", nothing for 19; else (0, 0)."""
    match = re.fullmatch(r"(\d{1,2})(?:\s*[:xX*]\s*(\d{1,2}))?", text)
    if match:
        return int(match[1]), int(match[2] or match[1])
    return (0, 0) if text else (19, 19)
