"""SGF files for fuzzing: any bytes, and real files with pieces changed.

``tools/fuzz_sgf.py`` is the long run.
"""

import os
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from gopolicy.errors import SgfError
from gopolicy.review.annotate import annotate_tree
from gopolicy.review.review import Review, ReviewedMove
from gopolicy.sgf.parse import format_sgf, parse_trees, read_games
from gopolicy.sgf.record import GameRecord, Rejected, read_records, replay

DATASETS = Path(__file__).parents[2] / "datasets"

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
)
PIECES = (
    *(b"(", b")", b"[", b"]", b";", b"\\", b"\0", b"\xff", b"\x1b$B", b"\n", b":"),
    *(b"(;", b"B[", b"W[tt]", b"AB[aa:ss]", b"SZ[9]", b"GM[1]", b"CA[UTF-8]", b"KM[x]"),
    *(b"CA[ISO-2022-JP]", b"CA[hex]", b"\xef\xbb\xbf", b"\xff\xfe", b"AE[dd]", b"a[b]"),
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
