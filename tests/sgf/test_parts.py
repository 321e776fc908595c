"""A large file in parts is the file: the same games, in the same order."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gopolicy.errors import SgfError
from gopolicy.sgf.collection import find_game, iter_games
from gopolicy.sgf.parse import format_sgf, parse_trees
from gopolicy.sgf.parts import Part, iter_parts
from gopolicy.sgf.record import GameRecord, Rejected, read_records
from gopolicy.sgf.sources import Source

PLAIN = "(;GM[1]FF[4]SZ[19]PB[a]PW[b];B[pd];W[dd];B[pp])"
TREE = "(;GM[1]SZ[19]C[a (b\\] :)](;B[dd]C[(;GM[1\\]](;W[pp])(;W[dp]))(;B[pd];W[dc]))"
#: 許 ends in a backslash in Big5, 表 in Shift-JIS; both hide the bracket behind it.
NAMES = {
    "utf-8": "柯洁(9段)",
    "gb18030": "柯洁俓乗",
    "big5": "許功蓋",
    "cp932": "表十さくら",
    "latin-1": "Müller]"[:-1],
}
GAMES = [
    PLAIN,
    TREE,
    "(;SZ[19]KM[7.5];B[aa];W[bb]\n;B[cc]C[)(])",
    "( ; EV[x]\n AB[dd][pp] ; W[qq] )",
]


def parts_of(data: bytes, *, size: int, limit: int = 1 << 20) -> list[Part]:
    return list(iter_parts(BytesIO(data).read, limit=limit, size=size))


def moves(results):
    return [tuple(r.codes) for r in results if isinstance(r, GameRecord)]


def check(data: bytes, size: int) -> list[Part]:
    """The parts, which hold all of ``data`` and its games."""
    parts = parts_of(data, size=size)
    assert b"".join(part.data for part in parts) == data
    whole = read_records(data, "a")
    found: list[GameRecord | Rejected] = []
    for part in parts:
        records = read_records(part.data, "a", first=part.first)
        assert records[0].source == f"a#{len(found) + 1}"
        found += records
    assert moves(found) == moves(whole)
    assert len(found) == len(whole)
    return parts


@given(
    st.lists(st.sampled_from(GAMES), min_size=2, max_size=12),
    st.sampled_from(["\n", "", " between ", "\r\n\r\n", "-- junk --"]),
    st.sampled_from(sorted(NAMES)),
    st.integers(1, 400),
)
@settings(max_examples=150, deadline=None)
def test_parts_are_whole_games_in_any_encoding(games, between, encoding, size):
    named = f"(;GM[1]CA[{encoding}]PB[{NAMES[encoding]}]PW[x];B[pd];W[dd])"
    text = between.join([named, *games, named])
    check(text.encode(encoding), size)


def test_a_game_that_was_never_closed_takes_no_other_along():
    data = (PLAIN * 3 + PLAIN[:-1] + PLAIN * 5).encode()
    parts = check(data, size=60)
    assert len(parts) > 3


@pytest.mark.parametrize("size", [30, 60, 100, 4000])
def test_a_bracket_too_many_is_no_end_and_makes_no_variations(size):
    early = PLAIN.replace(";W[dd]", ");W[dd]")
    data = (PLAIN[:-1] + PLAIN * 2 + ")\n)" + early + "\n" + PLAIN * 3).encode()
    check(data, size=size)
    assert [len(codes) for codes in moves(read_records(data, "a"))] == [3] * 7


@pytest.mark.parametrize(
    "cut",
    [
        "(;GM[1]SZ[19];B[pd];W[d",
        "(;GM[1]SZ[19];B[pd]C[see (a",
        "(;GM[1]SZ[19];B[pd](;W[d",
    ],
)
def test_a_game_cut_within_a_value_takes_no_other_along(cut):
    games = [PLAIN, PLAIN.replace("pp", "qq"), PLAIN.replace("pp", "rr")]
    data = (cut + "\n".join(games)).encode()
    for size in (40, 90, 4000):
        check(data, size)
    found = moves(read_records(data, "a"))
    wanted = [moves(read_records(game.encode(), "a"))[0] for game in games]
    assert [codes for codes in found if codes in wanted] == wanted


def test_a_variation_may_begin_as_a_game_does():
    data = b"(;GM[1]SZ[19];B[pd](;SZ[19];W[dd])(;GM[1]FF[4];W[dp]))"
    assert [len(codes) for codes in moves(read_records(data, "a"))] == [2]
    assert len(parse_trees(data, "a")) == 1
    assert len(parse_trees(format_sgf(parse_trees(data, "a")), "a")) == 1


def test_a_comment_may_tell_how_a_game_begins():
    for text in ("write (;GM[1\\]FF[4\\]", "write (;GM[1] first", "(; :) (;GM"):
        data = f"(;GM[1]SZ[19]C[{text}];B[pd]C[{text}];W[dd])".encode()
        assert [len(codes) for codes in moves(read_records(data, "a"))] == [2]


def test_utf16_is_read_in_parts_too():
    data = (PLAIN * 40).encode("utf-16")
    parts = parts_of(data, size=1000)
    assert len(parts) > 2
    assert b"".join(part.data for part in parts) == (PLAIN * 40).encode()


def test_a_game_over_the_limit_is_said_and_the_next_is_read():
    long = "(;GM[1]SZ[19]" + ";B[aa]" * 200 + ")"
    data = (PLAIN + long + PLAIN).encode()
    first, problem, last = parts_of(data, size=50, limit=500)
    assert (first.data, first.first) == (PLAIN.encode(), 1)
    assert problem == Part(b"", 2, "a game of more than 500 bytes; split it")
    assert (last.data, last.first) == (PLAIN.encode(), 3)


@pytest.mark.parametrize("data", [b"", b"no game at all " * 100, b"\xff\xfe" * 900])
def test_a_stream_without_games_ends(data):
    assert all(not part.problem for part in parts_of(data, size=64, limit=4000))
    assert len(parts_of(data, size=64, limit=200)) <= 1


def test_names_go_on_from_part_to_part():
    sources = [
        Source("a.sgf", part.data, part.problem, part.first)
        for part in parts_of((PLAIN * 9).encode(), size=100)
    ]
    games = list(iter_games(sources))
    names = [game.result.source for game in games]
    assert names == [f"a.sgf#{number}" for number in range(1, 10)]
    assert games[-1].place < 8, "its place is that in its part"


def test_parts_before_the_wanted_game_are_not_read():
    games = [PLAIN.replace("PB[a]", f"PB[{name}]").encode() for name in "abcde"]
    parts = [
        Source("x.sgf", b"not read", first=1),
        Source("x.sgf", games[2] + games[3], first=3),
        Source("x.sgf", games[4], first=5),
    ]
    for number, name in ((3, "c"), (4, "d"), (5, "e")):
        record, source, place = find_game(parts, number, where="x.sgf")
        assert (record.black, place) == (name, (number - 3) % 2)
        assert source.first + place == number
    with pytest.raises(SgfError, match="no game 6; there are 5"):
        find_game(parts, 6, where="x.sgf")
