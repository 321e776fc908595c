"""What the arguments of an analysis ask for.

What is no such thing fails, and what is not done fails too: programs try at their start
what an engine knows, and then rely on it. Sources: Leela Zero 0.17, ``lz-analyze``;
KataGo, docs/GTP_Extensions.md, ``kata-analyze``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gopolicy.analysis.limits import Limit, Limits
from gopolicy.analysis.lines import MOST_MOVES
from gopolicy.go.coords import COLOR_WORDS, POINTS, parse_vertex
from gopolicy.gtp.protocol import GtpError
from gopolicy.gtp.words import (
    FLAGS,
    SYNTAX_ERROR,
    Words,
    parse_color,
    parse_integer,
    parse_number,
)

#: Seconds between two lines of an analysis: by default, at least, at most.
_INTERVAL: Final = 0.5
_MIN_INTERVAL: Final = 0.05
_MAX_INTERVAL: Final = 3600.0
#: What both commands understand beside "avoid" and "allow".
_NUMBERS: Final = frozenset({"interval", "minmoves", "maxmoves"})
#: What ``kata-analyze`` shows when it is asked to.
KATA_FIELDS: Final = frozenset(
    {"ownership", "movesOwnership", "rootInfo", "pvVisits", "pvEdgeVisits"}
)
#: What KataGo shows besides, and we cannot; "false" is right.
_NOT_DONE: Final = frozenset({"ownershipStdev", "movesOwnershipStdev", "noResultValue"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What to analyse, and how to tell it.

    ``interval``: seconds. ``least``, ``most``: moves to tell of. ``fields``: names out
    of ``KATA_FIELDS``.
    """

    color: int
    interval: float
    least: int
    most: int
    fields: frozenset[str]
    limits: Limits


def read_wish(
    words: Words, to_play: int, *, known: frozenset[str] = frozenset()
) -> Wish:
    """[color] [hundredths of a second], and pairs such as "interval 50".

    ``to_play``: whose turn it is where no color is named. ``known``: which fields may
    be asked for.

    Raises: GtpError; VertexError.
    """
    left = list(words)
    color = to_play
    if left and left[0].lower() in COLOR_WORDS:
        color = parse_color(left.pop(0))
    readable = _NUMBERS | known | (_NOT_DONE if known else frozenset())
    pairs: dict[str, str] = {}
    if left and left[0].replace(".", "", 1).isdigit():
        pairs["interval"] = left.pop(0)
    limits: list[Limit] = []
    while left:
        key = left.pop(0)
        if key in ("avoid", "allow") and len(left) >= 3:
            limits.append(_read_limit(key, *left[:3]))
            del left[:3]
        elif not left:
            raise GtpError(SYNTAX_ERROR)
        elif key in readable:
            pairs[key] = left.pop(0)
        else:
            raise GtpError(f"{SYNTAX_ERROR}: {key!r} cannot be asked for")
    least, most = _read_range(pairs)
    return Wish(
        color=color,
        interval=_read_interval(pairs),
        least=least,
        most=most,
        fields=_read_fields(pairs),
        limits=Limits(tuple(limits)),
    )


def _read_interval(pairs: dict[str, str]) -> float:
    if "interval" not in pairs:
        return _INTERVAL
    seconds = parse_number(pairs["interval"]) / 100
    return min(max(seconds, _MIN_INTERVAL), _MAX_INTERVAL)


def _read_range(pairs: dict[str, str]) -> tuple[int, int]:
    """The least and the most moves to tell of."""
    least = min(max(0, parse_integer(pairs.get("minmoves", "0"))), POINTS)
    if "maxmoves" not in pairs:
        return least, max(MOST_MOVES, least)
    most = max(1, parse_integer(pairs["maxmoves"]))
    if most < least:
        raise GtpError(f"{SYNTAX_ERROR}: maxmoves is less than minmoves")
    return least, most


def _read_fields(pairs: dict[str, str]) -> frozenset[str]:
    """The fields that are asked for by "true"."""
    wanted = set()
    for key in pairs.keys() - _NUMBERS:
        if pairs[key].lower() not in FLAGS:
            raise GtpError(f"{SYNTAX_ERROR}: {key} is true or false")
        if FLAGS[pairs[key].lower()]:
            wanted.add(key)
    if wanted & _NOT_DONE:
        raise GtpError(f"not done here: {', '.join(sorted(wanted & _NOT_DONE))}")
    return frozenset(wanted)


def _read_limit(key: str, color: str, vertices: str, until: str) -> Limit:
    """What "avoid b Q16,pass 5" says; "resign" may be among the vertices."""
    words = [word for word in vertices.split(",") if word.lower() != "resign"]
    last = parse_integer(until)
    if last < 1:
        raise GtpError(SYNTAX_ERROR)
    return Limit(
        color=parse_color(color),
        points=frozenset(map(parse_vertex, words)),
        until=last,
        is_allow=key == "allow",
        resign=len(words) < len(vertices.split(",")),
    )
