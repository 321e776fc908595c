"""SGF files for fuzzing: any bytes, and real files with pieces changed.

Also records of other formats, made up: the layout is that of files of Tygem, wBaduk
and PandaNet; players and moves are not.

``tools/fuzz_sgf.py`` is the long run.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from gopolicy.errors import SgfError
from gopolicy.review.annotate import annotate_tree
from gopolicy.review.moves import ReviewedMove
from gopolicy.review.review import Review
from gopolicy.sgf.parse import format_sgf, parse_trees, read_games
from gopolicy.sgf.parts import Part, iter_parts
from gopolicy.sgf.record import GameRecord, Rejected, read_records, replay

DATASETS = Path(__file__).parents[2] / "datasets"


def make_gib(
    *,
    header: Iterable[str] = (),
    main: str = "GRLT:255,ZIPSU:0,DUM:0,GONGJE:65,TCNT:4,AUSZ:0",
    tag: str = "S0,R0,D0,G65,W255,Z0,T30-3-1200,C2019:04:05:20:15,I:x,L:18",
    start: str = "INI 0 1 0 &4 ",
    moves: Iterable[str] = (
        "STO 0 2 1 15 3 ",
        "STO 0 3 2 3 15 ",
        "STO 0 4 1 2 3 ",
        "STO 0 5 2 15 16 ",
    ),
    encoding: str = "utf-8",
) -> bytes:
    """A GIB; ``header``: further lines of it, such as "GAMENAME=Free"."""
    lines = [
        "\\HS",
        *(f"\\[{line}\\]" for line in header),
        f"\\[GAMEINFOMAIN=GBKIND:3,GTYPE:0,GCDT:3,GTIME:1200-30-3,{main}\\]",
        f"\\[GAMETAG={tag}\\]",
        *("\\HE", "\\GS", "2 1 0", "5 0 &4", start, *moves, "\\GE", ""),
    ]
    return "\r\n".join(lines).encode(encoding)


def make_ngf(
    *,
    white: str = "shirogo     7D*",
    black: str = "kurogo      5D*",
    handicap: str = "0",
    komi: str = "6",
    date: str = "20190405 [20:15]",
    result: str = "White wins by 3.5!",
    moves: Iterable[str] = ("PMABBQEEQ", "PMACWEQQE", "PMADBDEED", "PMAEWQRRQ"),
    size: str = "19",
    title: str = "Rated game",
    encoding: str = "utf-8",
) -> bytes:
    """An NGF with the twelve lines of a header."""
    lines = [
        *(title, size, white, black, "www.example.com", handicap, "0", komi),
        *(date, "5", result, "4", *moves, ""),
    ]
    return "\r\n".join(lines).encode(encoding)


def make_ugf(
    *,
    header: Iterable[str] = (),
    hdcp: str = "0,6.50",
    winner: str = "W,2.50",
    data: Iterable[str] = ("PP,B1,1,0", "DD,W1,2,12", "CP,B2,3,0", "PC,W1,4,9"),
    more: Iterable[str] = (),
    encoding: str = "utf-8",
) -> bytes:
    """A UGF; ``more``: the lines of further sections."""
    lines = [
        *("[Header]", "Ver=UGF3,200", "Crypt=0,PLAIN_UGF_FILE,READ_WRITE", "Code="),
        *("Title=2019,Cup,final", "Place=Server", "Rule=JPN", "Size=19"),
        *("Date=2019/04/05,20:15:00,2019/04/05,21:20:00", f"Hdcp={hdcp}"),
        *(f"Winner={winner}", "Moves=4", "CoordinateType=IGS", "Comment=", *header),
        *("PlayerB=kurogo,5d,,", "PlayerW=shirogo,7d?,,", "[Data]", *data, *more, ""),
    ]
    return "\r\n".join(lines).encode(encoding)


#: A review with a variation, as PandaNet's.
UGI_REVIEW = (
    *("[ReviewNode]", "NODE,1,0,0,0", "NODE,2,1,16,16", "NODE,3,2,4,4"),
    *("  VARIATION,", "    NODE,7,1,10,10", "    NODE,8,2,20,20"),
    *("  VARIATIONEND,", "NODE,4,1,3,16", "NODE,5,2,16,3", "NODE,6,1,17,17"),
    *("[ReviewComment]", ".Comment,1", "Hello [all]", ".Comment,7", "or", "here"),
)

#: Records of other formats.
OTHER_SEEDS = (
    make_gib(header=("GAMEBLACKNAME=kuro (2D)", "GAMEDATE=2015- 8-29-22-56-58")),
    make_gib(start="INI 0 1 5 &4 ", moves=("STO 0 2 2 9 3 ", "SKI 0 3 1 ")),
    make_ngf(),
    make_ngf(handicap="3", result="흑 불계승!", encoding="euc-kr"),
    make_ugf(more=UGI_REVIEW),
    make_ugf(hdcp="2,-0.50", data=("PD,B1,0,0", "DP,B1,0,0", "DD,W1,1,3")),
)
#: Files of ours that go through each part of the reader.
SEEDS = (
    (DATASETS / "alphago-leesedol-2.sgf").read_bytes(),
    b"(;GM[1]SZ[19]PB[x];B[pd];W[dp];B[pp];W[dd];B[];W[tt])",
    b"(;FF[4]GM[1]AB[dd][pp]C[a \\] b](;W[aa];B[bb])(;W[cc]LB[dd:1];B[]))",
    b"(\r\nTE[Cup]\r\nKO[6.5]\r\n;B[aa];W[bb]\r\n)(;GaMe[1];Black[cc])",
    "(;CA[GB2312]PB[柯洁]PW[古力]RE[黑中盘胜];B[qd];W[dd])".encode("gb2312"),
    "(;PB[井山ソ裕太]RE[W+R]HA[2]AB[pd][dp];W[dd])".encode("shift_jis"),
    "(;GM[1]PB[Go Seigen];B[pd])".encode("utf-16"),
    b";GM[1];B[aa](;W[bb];AE[aa])(;W[cc]))",
    *OTHER_SEEDS,
)
SGF_PIECES = (
    *(b"(", b")", b"[", b"]", b";", b"\\", b"\0", b"\xff", b"\x1b$B", b"\n", b":"),
    *(b"(;", b"B[", b"W[tt]", b"AB[aa:ss]", b"SZ[9]", b"GM[1]", b"CA[UTF-8]", b"KM[x]"),
    *(b"CA[hex]", b"AE[dd]", b"a[b]"),
)
PIECES = (
    *SGF_PIECES,
    *(b"\\HS\r\n", b"STO 0 9 1 3 3 \n", b"INI 0 1 9 ", b"\\[GAMETAG=", b"\nPMABB"),
    *(b"[Header]\n", b"[Data]\n", b"NODE,1,", b"\nVARIATION,\n", b"Lang=", b",0\n"),
    *(b"CA[ISO-2022-JP]", b"\xef\xbb\xbf", b"\xff\xfe"),
)


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(data)))
        action = draw(st.sampled_from(("insert", "delete", "repeat", "byte", "cut")))
        length = draw(st.integers(1, 12))
        if action == "insert":
            data[at:at] = draw(st.sampled_from(PIECES))
        elif action == "delete":
            del data[at : at + length]
        elif action == "repeat":
            data[at:at] = data[at : at + length] * draw(st.integers(1, 20))
        elif action == "byte" and at < len(data):
            data[at] = draw(st.integers(0, 255))
        elif action == "cut":
            del data[at:]
    return bytes(data)


MUTATED_FILES = st.one_of(
    _mutated(),
    st.binary(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join),
)

#: A short run by default; GOPOLICY_FUZZ_EXAMPLES=100000 makes it a long one.
fuzz_settings = settings(
    max_examples=int(os.environ.get("GOPOLICY_FUZZ_EXAMPLES", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def nodes_of(tree: Any) -> list[tuple[dict[str, list[bytes]], int]]:
    """The raw properties of all nodes, depth first, and how many children each has."""
    found: list[tuple[dict[str, list[bytes]], int]] = []
    waiting = [tree.get_root()]
    while waiting:
        node = waiting.pop()
        properties = {name: node.get_raw_list(name) for name in node.properties()}
        found.append((properties, len(node)))
        waiting.extend(reversed(list(node)))
    return found


def check_file(data: bytes) -> str:
    """A file is read or refused in one line, and what was read survives writing.

    Every record of it replays. Gives what became of the file.
    """
    records = 0
    for result in read_records(data, "test"):
        if isinstance(result, Rejected):
            assert result.detail
            assert "\n" not in result.detail
        else:
            assert sum(1 for _ in replay(result)) == result.n_moves
            records += 1
    try:
        games = read_games(data, "test")
        trees = parse_trees(data, "test")
    except SgfError as error:
        assert "\n" not in str(error)
        return "refused"
    assert len(trees) == len(games)
    again = parse_trees(format_sgf(trees), "test")
    assert [nodes_of(tree) for tree in again] == [nodes_of(tree) for tree in trees]
    for result, tree in zip(read_records(data, "test"), trees, strict=True):
        if isinstance(result, GameRecord):
            annotate_tree(tree, _no_opinion(result), "no network")
    assert len(parse_trees(format_sgf(trees), "test")) == len(games)
    return "read" if records else "without a record"


def check_collection(
    games: Sequence[bytes], damaged: Mapping[int, bytes], between: bytes, size: int
) -> int:
    """A collection read at once and in parts gives the same games; how many.

    ``damaged``: what stands in the place of some of the ``games``, which are UTF-8;
    the others are whole in both readings. ``size``: bytes that are read at a time.
    """
    data = between.join(damaged.get(i, game) for i, game in enumerate(games))
    parts = list(iter_parts(BytesIO(data).read, limit=1 << 20, size=size))
    assert b"".join(part.data for part in parts) == data[-sum(map(_length, parts)) :]
    at_once = [_codes(result) for result in read_records(data, "test")]
    in_parts = [
        _codes(result)
        for part in parts
        for result in read_records(part.data, "test", first=part.first)
    ]
    # Of a game cut before its first move, either may see nothing.
    assert _moves(in_parts) == _moves(at_once)
    found = iter(at_once)
    for number, game in enumerate(games):
        if number not in damaged:
            [wanted] = map(_codes, read_records(game, "test"))
            assert wanted in found, f"game {number + 1} is lost"
    return len(at_once)


def _moves(results: Iterable[tuple[int, ...] | str]) -> list[tuple[int, ...]]:
    return [result for result in results if not isinstance(result, str)]


def _length(part: Part) -> int:
    return len(part.data)


def _codes(result: GameRecord | Rejected) -> tuple[int, ...] | str:
    """The moves of a record, or why there is none."""
    return tuple(result.codes) if isinstance(result, GameRecord) else result.detail


def _no_opinion(record: GameRecord) -> Review:
    """A review in which nothing can be judged."""
    moves = (
        ReviewedMove(
            number=position.turn + 1,
            color=position.to_play,
            point=point,
            rank=None,
            probability=None,
            choices=(),
        )
        for position, point in replay(record)
    )
    return Review(record=record, moves=tuple(moves))
