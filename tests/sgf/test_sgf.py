"""SGF files of every kind: the scanner, sgfmill, the repairs, and writing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgf_files import check_file, nodes_of

from gopolicy.errors import SgfError
from gopolicy.sgf import parse as sgf
from gopolicy.sgf.parse import (
    format_sgf,
    parse_trees,
    read_games,
    read_games_by_sgfmill,
    scan_plain,
)
from gopolicy.sgf.sources import iter_sources

ROOT = Path(__file__).parents[2]


def read(text):
    """The only game of ``text``."""
    (game,) = read_games(text.encode(), "test")
    return game


def test_a_plain_record_goes_through_the_scanner():
    game = scan_plain("(;GM[1]SZ[19]PB[Kitani]KM[6.5];B[pd];W[dp];B[];W[tt])")
    assert game.line == ["B[pd]", "W[dp]", "B[]", "W[tt]"]
    assert game.info == {"GM": "1", "SZ": "19", "PB": "Kitani", "KM": "6.5"}
    assert game.size == (19, 19)


def test_clocks_comments_and_line_breaks_keep_a_record_plain():
    text = "(;SZ[19]\nPB[a b]\n\n;B[pd]BL[59.1]OB[3]\n;W[dp]WL[7]C[well; (played)]\n)\n"
    assert scan_plain(text).line == ["B[pd]", "W[dp]"]
    assert scan_plain("(;SZ[19];B[pd]BL[59.1];W[dp])").line == ["B[pd]", "W[dp]"]


def test_handicap_stones_in_the_root_keep_a_record_plain():
    game = scan_plain("(;HA[3]AW[aa]AB[dd]\n[pp] [dp];W[pd])")
    assert game.line == ["AB[dd]", "AB[pp]", "AB[dp]", "AW[aa]", "W[pd]"]


@pytest.mark.parametrize(
    "text",
    [
        "(;B[pd](;W[dp])(;W[dd]))",
        "(;SZ[9];B[ee])",
        "(;GM[6];B[pd])",
        "(;PB[a\\]b];B[pd])",
        "(;B[pd];W[dp])",  # a move in the root
        "(;PB[x];B[pd]CR[pd];W[dp])",
        "(;PB[x];B[pd];AE[pd];W[dp])",
        "(;PB[x];B[zz])",
        "(;PB[x];B[pd]",
        "(;PB[x];B[pd])(;PB[y];B[dd])",
        "PB[x];B[pd])",
        "",
    ],
)
def test_anything_else_is_left_to_sgfmill(text):
    assert scan_plain(text) is None


def test_scanner_and_sgfmill_agree_on_the_sample_games():
    n_games = n_plain = 0
    for source in iter_sources([ROOT / "datasets"]):
        games = read_games(source.data, source.name)
        assert games == read_games_by_sgfmill(source.data, source.name), source.name
        n_games += 1
        n_plain += scan_plain(source.data.decode("utf-8", "replace")) is not None
    assert n_games > 1000
    assert n_plain > 0.9 * n_games


@given(
    st.lists(
        st.sampled_from(
            [
                "(",
                ";",
                ")",
                "B[pd]",
                "W[dp]",
                "AB[aa][bb]",
                "PB[x y]",
                "C[a]",
                " ",
                "\n",
            ]
        ),
        max_size=12,
    )
)
def test_what_the_scanner_takes_sgfmill_reads_alike(words):
    text = "".join(["(;", *words, ")"])
    game = scan_plain(text)
    if game is not None:
        assert [game] == read_games_by_sgfmill(text.encode(), "test")


def test_the_main_line_follows_the_first_variation():
    game = read("(;PB[x];B[aa](;W[bb];B[cc](;W[dd])(;W[ee]))(;W[ff]))")
    assert game.line == ["B[aa]", "W[bb]", "B[cc]", "W[dd]"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("words (in brackets) before\n(;GM[1];B[aa];W[bb])", "B[aa] W[bb]"),
        ("(;GM[1];B[aa];W[bb])\nwords [after] the (game", "B[aa] W[bb]"),
        ("(;GM[1];B[aa];W[bb]))", "B[aa] W[bb]"),
        ("(;GM[1];B[aa];W[bb]", "B[aa] W[bb]"),
        ("(;GM[1];B[aa];W[bb];", "B[aa] W[bb]"),
        ("(;GM[1];B[aa];W[bb];B[c", "B[aa] W[bb]"),
        (";GM[1];B[aa];W[bb])", "B[aa] W[bb]"),
        (";GM[1];B[aa](;W[bb])(;W[cc]))", "B[aa] W[bb]"),
        ("GM[1]SZ[19];B[aa];W[bb]", "B[aa] W[bb]"),
        ("(\r\nPB[x]\r\nKO[6.5]\r\n;B[aa];W[bb]\r\n)", "B[aa] W[bb]"),
        ("((;GM[1];B[aa];W[bb]))", "B[aa] W[bb]"),
        ("(;GM[1]();B[aa];W[bb])", "B[aa] W[bb]"),
        ("(;GM[1]@@;B[aa] ... ;W[bb])", "B[aa] W[bb]"),
        ("(;GM[1]XY;B[aa];W[bb])", "B[aa] W[bb]"),
        ("(;GM[1];B[aa];W[bb]C[x], [;B[cc", "B[aa] W[bb]"),
        ("(;GM[1];b[aa];w[bb])", "B[aa] W[bb]"),
        ("(;GaMe[1]SiZe[19];Black[aa];White[bb])", "B[aa] W[bb]"),
        ("(;GaMe[1]SiZe[19]@@;Black[aa];White[bb])", "B[aa] W[bb]"),
        ("(;GM[1];B[aa](;W[bb]);W[cc])", "B[aa] W[bb]"),
        ("(;GM[1]C[a ] b];B[aa];W[bb])", "B[aa] W[bb]"),
        ("(;GM[1]C[never B[cc\\] then];B[aa]C[(;];W[bb])", "B[aa] W[bb]"),
        ("(;GM[1];B[ aa ];W[\nbb])", "B[aa] W[bb]"),
        (
            "(;GM[1];AB[aa]AW[cc];B[dd];AE[aa];W[bb])",
            "AB[aa] AW[cc] B[dd] AE[aa] W[bb]",
        ),
        ("(;GM[1]AB[aa:bb];W[cc])", "AB[aa] AB[ba] AB[ab] AB[bb] W[cc]"),
        ("(;GM[1]AB[bb:aa];W[cc])", "AB[aa] AB[ba] AB[ab] AB[bb] W[cc]"),
        ("(;GM[1]AB[cd:de];W[bb])", "AB[cd] AB[dd] AB[ce] AB[de] W[bb]"),
        ("(;GM[1]AB[a:b];W[R16])", "AB[a:b] W[R16]"),
        ("(;GM[1]KGSDE[aa]MULTIGOGM[1];B[aa];W[bb])", "B[aa] W[bb]"),
    ],
)
def test_broken_and_odd_files_give_their_moves(text, line):
    assert " ".join(read(text).line) == line


def test_a_bracket_nobody_escaped_stays_in_the_comment():
    game = read("(;GM[1]C[see [1] and [2], then (3)]PB[x];B[aa])")
    assert game.info["PB"] == "x"
    assert game.info["C"].endswith("then (3)")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", (19, 19)),
        ("SZ[]", (19, 19)),
        ("SZ[19:19]", (19, 19)),
        ("SZ[ 19 ]", (19, 19)),
        ("SZ[9]", (9, 9)),
        ("SZ[9:13]", (9, 13)),
        ("SZ[9x13]", (9, 13)),
        ("SZ[9 X 13]", (9, 13)),
        ("SZ[9*13]", (9, 13)),
        ("SZ[big]", (0, 0)),
        ("SiZe[13]", (13, 13)),
    ],
)
def test_board_sizes(text, size):
    assert read(f"(;GM[1]{text};B[aa];W[bb]C[\\]])").size == size


def test_texts_lose_escapes_and_line_breaks():
    text = "(;GM[1]PB[a\\]b\\\\c]EV[one\ntwo\\\nthree]PW[x \t y];B[aa])"
    info = read(text).info
    assert info["PB"] == "a]b\\c"
    assert info["EV"] == "one twothree"
    assert info["PW"] == "x y"


def test_the_first_of_a_doubled_property_stands_and_of_programs_all():
    for moves in (";B[aa])", ";B[aa]CR[aa])"):
        info = read(f"(;GM[1]PB[one]PB[two]AP[one]AP[two]{moves}").info
        assert (info["PB"], info["AP"]) == ("one", "one, two")


def test_properties_of_a_second_node_before_the_moves_count():
    game = read("(;GM[1];PB[x]AB[dd][pp];W[aa];PB[y]B[bb])")
    assert game.info["PB"] == "x"
    assert game.line == ["AB[dd]", "AB[pp]", "W[aa]", "B[bb]"]


def test_what_is_written_beside_a_move_says_nothing_of_the_game():
    for node in (";B[aa]C[good]", ";B[aa]C[good]CR[aa]", ";B[aa];AE[aa]C[good]"):
        game = read(f"(;GM[1]PB[x]{node};W[bb]PW[y])")
        assert game.info == {"GM": "1", "PB": "x"}


def test_a_header_without_a_bracket_before_it_is_read_from_its_first_letter():
    assert read("PB[x]SZ[13];B[aa];W[bb]").info == {"PB": "x", "SZ": "13"}


def test_every_game_of_a_file_is_read():
    text = "\n(;GM[1];B[aa])\n between (;GM[1](;B[bb])(;B[cc]))(;FF[3]GM[1];B[dd]"
    games = read_games(text.encode(), "test")
    assert [game.line for game in games] == [["B[aa]"], ["B[bb]"], ["B[dd]"]]
    games = read_games(b"(;PB[x];B[aa])\n(;PB[y];B[bb])", "test")
    assert [game.line for game in games] == [["B[aa]"], ["B[bb]"]]


def test_a_game_that_is_not_closed_does_not_swallow_the_next():
    games = read_games(b"(;GM[1];B[aa](;W[bb]\n(;GM[1];B[cc])", "test")
    assert [game.line for game in games] == [["B[aa]", "W[bb]"], ["B[cc]"]]


HEADER = "(;GM[1]FF[4]SZ[19]KM[7.5]"


@pytest.mark.parametrize("begin", [HEADER, "(;PB[a]PW[b]", "(;EV[x]AB[qq]SZ[19]"])
@pytest.mark.parametrize("cut", [";B[pd];W[dd]", ";B[pd](;W[dd](;B[pp]"])
@pytest.mark.parametrize("stray", ["", ")", "))", "\n)\n"])
def test_a_stray_bracket_does_not_make_variations_of_games(begin, cut, stray):
    files = [f"{begin}{cut}\n", f"{begin};B[aa];W[bb])", f"{begin};B[cc])"]
    games = read_games("".join([*files, stray, f"{begin};B[ee])"]).encode(), "test")
    lines = [[piece for piece in game.line if piece[0] in "BW"] for game in games]
    assert lines[0][:2] == ["B[pd]", "W[dd]"]
    assert lines[1:] == [["B[aa]", "W[bb]"], ["B[cc]"], ["B[ee]"]]


@pytest.mark.parametrize("end", ["))", ")", ""])
def test_merged_games_name_their_players_in_variations(end):
    """As in the example of FF[4], also where it is cut."""
    merged = "(;PW[x]WR[6d]RE[W+3.5]PB[y]W[dp]C[z])(;PW[a]PB[y]KM[0]W[cp];B[aa])"
    text = f"{HEADER};B[pd]{merged}(;W[ep];B[pp](;EV[e]PW[b]W[ed]){end}"
    assert len(parse_trees(text.encode(), "test")) == 1
    assert read_games(text.encode(), "test")[0].line == ["B[pd]", "W[dp]"]


@pytest.mark.parametrize("between", ["", "\n", " \r\n\t"])
@pytest.mark.parametrize("end", [")", "", "))\n"])
def test_moves_behind_a_bracket_too_many_are_read(between, end):
    text = f"{HEADER};B[pd]){between};W[dd]C[x];B[pp]{end}{HEADER};B[qq])"
    games = read_games(text.encode(), "test")
    assert [g.line for g in games] == [["B[pd]", "W[dd]", "B[pp]"], ["B[qq]"]]
    tree, _ = parse_trees(text.encode(), "test")
    assert len(nodes_of(tree)) == 4


def test_what_stands_behind_a_game_that_brackets_hid_is_read():
    """The fuzzer's: a game within a move; what follows it belonged to the first."""
    inner = "(;PB[x];W[aa];B[bb])"
    games = read_games(f"{HEADER};B[pd];W{inner}[km];B[jm];W[qq])".encode(), "test")
    moves = [[piece for piece in game.line if piece[0] in "BW"] for game in games]
    assert moves[0][-2:] == ["B[jm]", "W[qq]"]
    assert moves[1:] == [["W[aa]", "B[bb]"]]


def test_words_before_a_bracket_are_no_property():
    game = read("(;GM[1];B[aa]TR[bb] and so on [cc];W[dd]lz[1] x  elo [2];b [ee])")
    assert game.line == ["B[aa]", "W[dd]", "B[ee]"]
    text = b"(;GM[1];B[aa]TR[bb] and so on [cc])"
    (tree,) = parse_trees(text, "test")
    assert nodes_of(tree)[1][0] == {"B": [b"aa"], "TR": [b"bb", b"cc"]}


def test_a_value_cut_by_a_game_keeps_nothing_of_it():
    """The fuzzer's: a game within a value."""
    inner = f"{HEADER}PB[x];B[aa];W[bb])"
    text = f"{HEADER};B[pd];W[{inner}[km];B[jm])"
    games = read_games(text.encode(), "test")
    assert [game.line[:2] for game in games[:2]] == [["B[pd]"], ["B[aa]", "W[bb]"]]
    assert check_file(text.encode()) == "read"


def test_words_with_a_semicolon_between_games_are_none():
    text = f"{HEADER};B[pd]) the first; now [2]: {HEADER};B[qq])"
    assert [g.line for g in read_games(text.encode(), "x")] == [["B[pd]"], ["B[qq]"]]


def test_depth_is_no_matter():
    deep = "(;B[aa]" * 5000 + ")" * 5000
    assert len(read(deep).line) == 5000
    assert len(read(deep.replace("B[", "b[")).line) == 5000
    (tree,) = parse_trees(deep.encode(), "test")
    assert len(nodes_of(tree)) == 5000


@pytest.mark.parametrize(
    "data", [b"", b"   ", bytes(1000), b"../x/y.sgf", b"<html>", b")"]
)
def test_a_file_without_a_game_is_told(data):
    for function in (read_games, parse_trees):
        with pytest.raises(SgfError, match=r"^a\.sgf: no game in the file"):
            function(data, "a.sgf")


@pytest.mark.parametrize("function", [read_games, parse_trees])
def test_too_many_nodes_are_refused(function, monkeypatch):
    monkeypatch.setattr(sgf, "MAX_NODES", 10)
    with pytest.raises(SgfError, match=r"^a\.sgf: a game of more than 10 nodes"):
        function(b"(;GM[1]" + b";C[\\]]" * 20 + b")", "a.sgf")


@pytest.mark.parametrize(
    "data",
    [
        b"(" * 200_000,
        b"[" * 200_000,
        b"[" * 200_000 + b"\\",
        b"(;GM[1]" + b"C[" * 100_000 + b"\\",
        b"(;GM[1];B[aa]" + b"C[x]y" * 50_000,
        b"(;GM[1];B[aa]" + b"] " * 100_000,
        b"(;GM[1]C[x" + b"]  \n  " * 50_000 + b"y",
        b"(;" + b"A" * 200_000,
        b"(;GM[1]" + b"a[b] " * 50_000,
        b"( " * 100_000 + b";",
    ],
    ids=lambda data: repr(data[:20]),
)
def test_hostile_files_take_time_in_proportion(data):
    """Each would take hours if some expression read to the end again and again."""
    try:
        read_games(data, "test")
    except SgfError as error:
        assert "no game" in str(error)


FULL = (
    "(;FF[4]GM[1]SZ[19]PB[吴清源]C[A comment with \\] and \\\\ and : in it]\n"
    "AB[dd]AW[pp]PL[W];W[dp]CR[dp]LB[aa:1][bb:2]C[two\nlines](;B[pd]N[main]TR[pd]"
    ";W[qf]GB[1])(;B[dd]VW[aa:ss]C[a trick](;W[cc])(;W[cd]BM[2])))"
)


def test_a_tree_with_variations_comments_and_markup_survives_writing():
    (tree,) = parse_trees(FULL.encode(), "test")
    (again,) = parse_trees(format_sgf([tree]), "test")
    assert nodes_of(again) == nodes_of(tree)
    assert len(nodes_of(tree)) == 7
    assert again.get_root().get("C") == "A comment with ] and \\ and : in it"


def test_several_games_are_written_into_one_file():
    trees = parse_trees(b"(;GM[1];B[aa])(;GM[1];B[bb])", "test")
    data = format_sgf(trees)
    assert len(parse_trees(data, "test")) == 2
    assert b")(" in b"".join(data.split())


@pytest.mark.parametrize("size", ["9:13", "0", "27", "53", "big"])
def test_boards_that_sgfmill_cannot_hold_are_refused(size):
    with pytest.raises(SgfError, match=f"^test: board size '{size}'"):
        parse_trees(f"(;SZ[{size}];B[aa])".encode(), "test")


def test_the_largest_board_that_sgfmill_can_hold_is_taken():
    (tree,) = parse_trees(b"(;SZ[26:26];B[zz])", "test")
    assert tree.get_size() == 26
