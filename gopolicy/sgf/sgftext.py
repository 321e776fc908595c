"""SGF text made of a record that is in another format.

What the readers of such formats share: properties, handicap stones and moves as the
text that ``parse`` reads, so that SGF stays the one meaning of a game. Knows none of
the formats. ``gib``, ``ngf`` and ``ugf`` import this.
"""

from collections.abc import Iterable, Mapping

from gopolicy.go.coords import BOARD_SIZE, format_sgf_point
from gopolicy.go.handicap import HANDICAP_POINTS


def format_property(name: str, value: str) -> str:
    """One property; nothing for a value that is empty."""
    value = value.strip()
    escaped = value.replace("\\", "\\\\").replace("]", "\\]")
    return f"{name}[{escaped}]" if value else ""


def format_root(info: Mapping[str, str]) -> str:
    """The root of a game, from its ";" on."""
    return ";GM[1]FF[4]" + "".join(
        format_property(name, value) for name, value in info.items()
    )


def format_handicap(stones: int, size: str = "") -> str:
    """HA and AB of a handicap whose stones are implied; "" for none.

    Tygem and wBaduk put the third stone top left, as GTP does. ``size``: the board, as
    SZ says it; stones are put on 19x19 alone.
    """
    if stones not in HANDICAP_POINTS:
        return ""
    if size not in ("", str(BOARD_SIZE)):
        return f"HA[{stones}]"
    points = "".join(f"[{format_sgf_point(p)}]" for p in HANDICAP_POINTS[stones])
    return f"HA[{stones}]AB{points}"


def format_move(color: str, column: int, row: int, *, size: int = BOARD_SIZE) -> str:
    """A move of ``color``, "B" or "W"; column and row from 0 at the top left.

    One that is not on the board is written so that the line ends before it.
    """
    if 0 <= column < size and 0 <= row < size:
        return f"{color}[{chr(97 + column)}{chr(97 + row)}]"
    return format_bad_move(color, f"{column},{row}")


def format_bad_move(color: str, text: str) -> str:
    """A move that cannot be read: the line ends before it, and ``text`` says why."""
    # SGF would take two letters for a point, and nothing for a pass.
    return format_property(color, f"? {text}")


def format_game(root: str, moves: Iterable[str]) -> str:
    """A game without variations; ``moves`` as ``format_move`` gives them."""
    return f"({root}{''.join(f';{move}' for move in moves)})\n"


def find_number(text: str) -> int:
    """The whole number that ``text`` is; 0 when it is none, or no small one."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0
