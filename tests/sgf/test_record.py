"""Records: what the text of an SGF means, where it stops being legal, and replay."""

import csv
import io
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from sgf_files import MUTATED_FILES, check_file, fuzz_settings, nodes_of

from gopolicy.errors import SgfError
from gopolicy.go.coords import (
    BLACK,
    EMPTY,
    PASS,
    WHITE,
    format_vertex,
    parse_sgf_point,
    parse_vertex,
)
from gopolicy.go.turns import ERASE_BIT, SETUP_BIT, WHITE_BIT
from gopolicy.sgf import line as line_module
from gopolicy.sgf import record as record_module
from gopolicy.sgf.collection import load_records
from gopolicy.sgf.parse import SgfGame, format_sgf, parse_trees, read_games
from gopolicy.sgf.record import (
    GameRecord,
    Rejected,
    make_tree,
    parse_records,
    position_at,
    read_records,
    replay,
)
from gopolicy.sgf.sources import iter_sources

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"


def record_of(moves, root=""):
    """The record of a file with ``moves`` after the root."""
    (record,) = parse_records(f"(;GM[1]SZ[19]{root}{moves})".encode(), "a.sgf")
    return record


def play(moves):
    """SGF nodes of "B Q16 W D4 ..."."""
    words = moves.split()
    return "".join(
        f";{color}[{_sgf(vertex)}]"
        for color, vertex in zip(words[::2], words[1::2], strict=True)
    )


def _sgf(vertex):
    point = parse_vertex(vertex)
    return (
        "" if point == PASS else "".join(chr(97 + x) for x in divmod(point, 19)[::-1])
    )


def test_codes_hold_points_colors_and_setup():
    record = record_of(";B[ab];W[];AE[ab]AW[ss]", "AB[aa]")
    assert record.codes.dtype == np.uint16
    assert record.codes.tolist() == [
        SETUP_BIT | 0,
        19,
        WHITE_BIT | PASS,
        SETUP_BIT | WHITE_BIT | 360,
        SETUP_BIT | ERASE_BIT | 19,
    ]
    assert record.n_moves == 2
    assert record.stopped == ""


def test_what_the_header_says():
    record = record_of(
        ";B[pd]",
        "PB[A]PW[B]BR[9段]WR[P5]KM[375]HA[0]RE[黑中盘胜]DT[2016/3/9]EV[Cup]PL[W]",
    )
    assert (record.black, record.white) == ("A", "B")
    assert (record.black_rank, record.white_rank) == ("9d", "5p")
    assert (record.komi, record.handicap) == (7.5, 0)
    assert (record.result, record.date, record.event) == ("B+R", "2016-03-09", "Cup")
    assert record.sides == ((0, WHITE),)


def test_a_header_that_says_nothing():
    record = record_of(";B[pd]")
    assert record.komi is None
    assert record.sides == ()
    assert (record.black, record.result, record.date, record.handicap) == (
        "",
        "",
        "",
        0,
    )


def test_korean_names_of_properties_count():
    record = record_of(";W[pd]", "TE[Cup]RD[2021-01-20]KO[6.5]HD[3]AB[aa][bb][cc]")
    assert (record.event, record.date) == ("Cup", "2021-01-20")
    assert (record.komi, record.handicap) == (6.5, 3)


@pytest.mark.parametrize(("program", "komi"), [("AP[foxwq]", None), ("", 0.0)])
def test_fox_writes_komi_0_when_it_does_not_know(program, komi):
    assert record_of(";B[pd]", f"KM[0]{program}").komi == komi


def test_fox_is_known_by_the_second_program_too():
    text = "KM[0]AP[GNU Go:3.8]RU[Chinese]AP[foxwq]"
    for record in (record_of(";B[pd]", text), record_of(";B[pd]TR[pd]", text)):
        assert record.komi is None
    assert record_of(";B[pd]", text.replace("KM[0]", "KM[350]")).komi == 7.0


@pytest.mark.parametrize(
    ("root", "moves", "handicap"),
    [
        ("HA[0]", "B Q16 B Q3 B D16 B D4 W G19 B M3", 4),
        ("", "B Q16 B D4 W D16", 2),
        ("HA[1]", "B Q16 W D4", 1),
        ("HA[0]AB[pd][dp]", "W D16", 2),
        ("HA[3]", "B Q16 B D4 W D16", 3),
        ("", "B Q16 B D4", 0),  # White never came: who knows
        ("", "B Q16 B pass W D16", 0),
        ("AB[pd][dp]AW[dd]", "W Q3", 0),
        ("", "B Q16 W D4 B C3 B D3 W C4", 0),
    ],
)
def test_handicap_is_checked_against_the_moves(root, moves, handicap):
    assert record_of(play(moves), root).handicap == handicap


@pytest.mark.parametrize("text", ["", "tt", "``"])
def test_passes_have_three_spellings(text):
    record = record_of(f";B[pd];W[{text}];B[dd]")
    assert (record.n_moves, record.stopped) == (3, "")


@pytest.mark.parametrize(
    ("moves", "n_kept", "stopped"),
    [
        (play("B Q16 W Q16"), 1, "move 2: occupied point Q16"),
        (play("B A2 W Q16 B B1 W A1"), 3, "move 4: suicide A1"),
        (play("B A2 W B2 B B1 W C1 B T19 W A1"), 6, ""),  # it takes B1
        (
            play("B A2 W B2 B B1 W C1 B T19 W A1 B B1"),
            6,
            "move 7: ko B1",
        ),
        (
            play("B A2 W B2 B B1 W C1 B T19 W A1 B pass W pass B B1"),
            9,
            "",
        ),  # a superko is legal
        (
            play("B A2 W B2 B B1 W C1 B T19 W A1 W B1"),
            6,
            "move 7: ko B1",  # filled out of turn: a move is missing
        ),
        (play("B Q16") + ";W[R16]", 1, "move 2: no point on the board: 'R16'"),
        (play("B Q16") + ";W[zz];B[dd]", 1, "move 2: no point on the board: 'zz'"),
        (
            play("B Q16") + f";W[{'x' * 99}]",
            1,
            f"move 2: no point on the board: '{'x' * 20}...'",
        ),
        (
            play("B A2 W Q16 B B1") + ";AW[as]",
            3,
            "setup before move 4: setup stones without a liberty A1",
        ),
        (
            play("B Q16") + ";AB[aa]AW[ab][ba];AE[ab]" + play("W D4"),
            1,
            "setup before move 2: setup stones without a liberty A19",
        ),
    ],
)
def test_a_record_ends_before_its_first_illegal_move(moves, n_kept, stopped):
    record = record_of(moves)
    assert record.n_moves == n_kept
    assert record.stopped == stopped
    assert len(list(replay(record))) == n_kept


def test_setup_that_is_no_point_costs_only_itself():
    record = record_of(";B[pd];AW[tt]AB[dd][][zz]" + play("W K10"), "AB[]")
    assert (record.n_moves, record.stopped) == (2, "")
    assert record.ignored == (
        "setup before move 2: no point on the board: 'zz'",
        "setup before move 2: no point on the board: 'tt'",
    )
    assert position_at(record, 2).stones[parse_vertex("D16")] == BLACK


def test_one_color_may_play_twice_and_passes_count():
    record = record_of(play("B Q16 B D4 W pass W pass W C3"))
    assert [format_vertex(point) for _, point in replay(record)] == [
        *("Q16", "D4", "pass", "pass", "C3")
    ]
    assert [position.to_play for position, _ in replay(record)] == [
        *(BLACK, BLACK, WHITE, WHITE, WHITE)
    ]


def test_replay_gives_the_position_before_each_move():
    record = record_of(play("B Q16 W D4") + ";AE[pd]AB[aa]" + play("B K10"))
    seen = [(position.copy(), point) for position, point in replay(record)]
    assert [point for _, point in seen] == [
        parse_vertex(vertex) for vertex in ("Q16", "D4", "K10")
    ]
    assert seen[0][0].stones.any() == 0
    assert seen[1][0].stones[parse_vertex("Q16")] == BLACK
    assert seen[2][0].stones[parse_vertex("Q16")] == EMPTY
    assert seen[2][0].stones[0] == BLACK
    assert seen[2][0].turn == 2


def test_a_problem_without_moves_is_a_record():
    (record,) = parse_records(b"(;GM[1]AB[dd]AW[pp]PL[W])", "a.sgf")
    assert record.n_moves == 0
    assert record.sides == ((2, WHITE),)
    assert position_at(record).to_play == WHITE
    assert list(replay(record)) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no game in the file"),
        ("(;GM[1]SZ[9];B[ee])", "SZ[9] is no board of 19x19"),
        ("(;GM[1]SZ[19:13];B[ee])", "SZ[19:13] is no board of 19x19"),
        ("(;GM[6];B[ee])", "GM[6], but Go is GM[1]"),
        ("(;GM[1]PB[x]RE[W+R])", "no moves"),
        ("(;GM[1];B[R16])", "move 1: no point on the board: 'R16'"),
        ("(;GM[1]AB[ss]AW[rs][sr])", "setup before move 1: setup stones without"),
    ],
)
def test_what_is_no_record_is_told_in_one_line(text, message):
    with pytest.raises(SgfError) as caught:
        parse_records(text.encode(), "dir/a.sgf")
    assert str(caught.value).startswith(f"dir/a.sgf: {message}")
    assert "\n" not in str(caught.value)


def test_games_of_one_file_are_numbered_and_the_bad_ones_left_out():
    data = b"(;GM[1];B[aa])(;GM[1]SZ[9];B[aa])(;GM[1];B[bb])"
    assert [record.source for record in parse_records(data, "f")] == ["f#1", "f#3"]
    assert isinstance(read_records(data, "f")[1], Rejected)


def test_endless_records_are_cut(monkeypatch):
    monkeypatch.setattr(line_module, "MAX_CODES", 50)
    record = record_of(";B[];W[]" * 40)
    assert record.n_moves == 50
    assert record.stopped == "move 51: longer than any game"


def test_load_records_reads_files_folders_and_archives(tmp_path):
    (tmp_path / "a.sgf").write_bytes(b"(;GM[1];B[aa])")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("c.sgf", "(;GM[1];B[bb])(;GM[1];B[cc])")
        archive.writestr("d.sgf", "nothing")
    sources = [record.source for record in load_records(tmp_path)]
    zipped = f"{tmp_path / 'b.zip'}!c.sgf"
    assert sources == [str(tmp_path / "a.sgf"), f"{zipped}#1", f"{zipped}#2"]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.sgf", None, "no file or folder"),
        ("a.sgf", b"x", "no game in the file"),
        ("a.zip", b"x", "the archive is damaged"),
        ("folder", None, "no .sgf file in it"),
    ],
)
def test_load_records_says_what_is_wrong(tmp_path, name, data, message):
    (tmp_path / "folder").mkdir()
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(SgfError) as caught:
        load_records(tmp_path / name)
    assert message in str(caught.value)
    assert name in str(caught.value)


def same(a, b):
    """Whether two records agree in all but the source."""
    names = [n for n in GameRecord.__slots__ if n not in ("codes", "source")]
    return np.array_equal(a.codes, b.codes) and all(
        getattr(a, name) == getattr(b, name) for name in names
    )


@pytest.mark.parametrize(
    "text",
    [
        "(;GM[1]PB[a \\] b\\\\]PW[柯洁]BR[9p]WR[3k]KM[-5.5]RE[W+2.5]DT[2016];B[aa])",
        "(;GM[1]HA[2]AB[dd][pp]KM[0];W[aa];B[];W[tt])",
        "(;GM[1]AB[aa]AW[bb]PL[W])",
        "(;GM[1]AB[aa];B[bb];AE[aa];AB[aa]AW[cc];AE[bb];W[dd];AE[dd])",
        "(;GM[1]AB[aa]PL[W];W[bb];PL[W];W[cc];AW[dd]PL[B])",
    ],
)
def test_a_record_survives_writing(text):
    (record,) = parse_records(text.encode(), "a.sgf")
    (again,) = parse_records(format_sgf([make_tree(record)]), "a.sgf")
    assert same(again, record)


def test_sample_games_survive_writing():
    count = 0
    for source in iter_sources([ROOT / "datasets" / "alphago.zip"]):
        (record,) = parse_records(source.data, source.name)
        (again,) = parse_records(format_sgf([make_tree(record)]), source.name)
        assert same(again, record), source.name
        count += 1
    assert count == 216


@fuzz_settings
@given(MUTATED_FILES)
def test_any_file_is_read_replayed_and_written_or_refused(data):
    check_file(data)


# --- the messy collection -------------------------------------------------------------


def messy_rows():
    """(file, what messy.csv says) for each of the awkward files, if they are here."""
    path = SHARED / "messy.csv"
    if not path.exists():
        return []
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    return [pytest.param(row, id=Path(row["file"]).stem) for row in rows]


MESSY_ROWS = messy_rows()
needs_messy = pytest.mark.skipif(
    not MESSY_ROWS, reason="the messy collection is not beside this checkout"
)


@pytest.fixture(scope="module")
def messy_files():
    with zipfile.ZipFile(SHARED / "messy.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pieces_of(game):
    """(name, value) of each piece of the main line."""
    return [
        (name, value[:-1]) for name, _, value in (p.partition("[") for p in game.line)
    ]


def is_on_board(value, size):
    return len(value) == 2 and all(0 <= ord(c) - ord("a") < size for c in value)


@needs_messy
@pytest.mark.parametrize("row", MESSY_ROWS)
def test_messy_files_give_what_their_list_says(row, messy_files):
    data = messy_files[row["file"]]
    try:
        games = read_games(data, row["file"])
    except SgfError:
        games = []
    assert len(games) == int(row["games in file"])
    game = games[0] if games else SgfGame({}, [])
    size = int(row["board size"])
    assert game.size == (size, size)
    moves = [(n, v) for n, v in pieces_of(game) if n in ("B", "W")]
    setup = [v for n, v in pieces_of(game) if n in ("AB", "AW", "AE")]
    passes = [v for _, v in moves if v == "" or (v == "tt" and size <= 19)]
    assert len(moves) == int(row["moves (main line)"])
    assert len(passes) == int(row["passes"])
    on_board = sum(is_on_board(value, size) for value in setup)
    assert on_board == int(row["setup points (main line)"])
    assert turn_order(moves) == row["turn order"]


def turn_order(moves):
    """In the words of the list: who is out of turn."""
    remarks = ["White first"] if moves and moves[0][0] == "W" else []
    for number, (before, now) in enumerate(pairwise(moves), 2):
        if before[0] == now[0]:
            remarks.append(f"move {number}: {now[0]} again")
    return "; ".join(remarks)


@needs_messy
@pytest.mark.parametrize("row", MESSY_ROWS)
def test_messy_files_stop_where_their_list_says(row, messy_files):
    result = read_records(messy_files[row["file"]], row["file"])[0]
    illegal = row["first illegal"]
    if row["games in file"] == "0":
        assert result.reason == record_module.NO_GAME
    elif row["board size"] != "19":
        assert result.reason == record_module.OTHER_SIZE
    elif "GM[19]" in row["what is awkward"]:
        assert result.reason == record_module.NOT_GO
    elif row["moves (main line)"] == row["setup points (main line)"] == "0":
        assert result.reason == record_module.NO_MOVES
    elif not illegal:
        assert result.stopped == ""
        assert result.n_moves == int(row["moves (main line)"])
    elif "no point" in illegal:
        assert illegal.partition(":")[0] in result.detail
        assert illegal.rpartition(" ")[2] in result.detail
    else:
        place, _, what = illegal.partition(": ")
        reason, _, point = what.rpartition(" ")
        vertex = format_vertex(parse_sgf_point(point))
        assert result.stopped == f"{place}: {reason} {vertex}"
        assert result.n_moves == int(place.split()[1]) - 1


@needs_messy
@pytest.mark.parametrize("row", MESSY_ROWS)
def test_messy_files_survive_writing(row, messy_files):
    """Variations, comments and markup included."""
    try:
        trees = parse_trees(messy_files[row["file"]], row["file"])
    except SgfError:
        assert row["games in file"] == "0"
        return
    assert len(trees) == int(row["games in file"])
    again = parse_trees(format_sgf(trees), row["file"])
    assert [nodes_of(tree) for tree in again] == [nodes_of(tree) for tree in trees]
    if len(trees) == 1:
        expected = read_games(messy_files[row["file"]], "")
        assert read_games(format_sgf(trees), "")[0].line == expected[0].line


@needs_messy
@pytest.mark.parametrize(
    ("name", "black", "white"),
    [
        ("enc-gb2312", "古力", "柯洁"),
        ("enc-shift-jis", "井山 裕太", "山下 敬吾"),
        ("enc-euc-kr", "이세돌", "박정환"),
        ("enc-utf16le-bom", "Kitani Minoru", "Go Seigen"),
        ("enc-utf8-bom", "Kitani Minoru", "Go Seigen"),
        ("enc-utf8-cut-name", "骊龙", "小心我捶\ufffd"),
        ("one-bracket-too-many", "커제", "탕웨이싱"),
        ("no-opening-bracket", "서봉수", "大竹英雄"),
        ("handicap-no-ab-3-ambiguous", "\ufffd?沙行", "张学斌"),
    ],
)
def test_names_in_messy_files_are_read(name, black, white, messy_files):
    record = parse_records(messy_files[f"messy/{name}.sgf"], name)[0]
    assert (record.black, record.white) == (black, white)
