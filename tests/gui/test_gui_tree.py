"""The game tree of the window, its SGF files, and where its nodes are drawn."""

import numpy as np
import pytest
from games import real_games
from gopolicy_gui.model import sgftree
from gopolicy_gui.model.sgftree import format_game, game_title, parse_game, save_game
from gopolicy_gui.model.tree import GameTree, new_game, replay_line
from gopolicy_gui.view import treeview
from gopolicy_gui.view.layout import Box
from gopolicy_gui.view.treeview import place_nodes, visible_nodes, window_of
from sgf_files import DATASETS
from trees import load_game

from gopolicy.errors import SgfError
from gopolicy.go.coords import BLACK, EMPTY, PASS, WHITE, format_vertex
from gopolicy.sgf.collection import load_records
from gopolicy.sgf.parse import read_games
from gopolicy.sgf.record import replay


def written(tree, tmp_path):
    save_game(tmp_path / "x.sgf", tree)
    return load_game(tmp_path / "x.sgf")


def as_text(tree, number=0):
    """A tree in brackets, with moves as vertices."""
    node = tree.nodes[number]
    name = format_vertex(node.point) if node.color else "-"
    inner = " ".join(as_text(tree, child) for child in node.children)
    return f"({name} {inner})" if inner else name


def test_a_move_played_twice_is_one_node():
    tree, first = GameTree().with_move(0, BLACK, 72)
    again, second = tree.with_move(0, BLACK, 72)
    assert again is tree
    assert first == second
    other, third = tree.with_move(0, BLACK, 60)
    assert other.root.children == (first, third)
    assert tree.root.children == (first,), "a tree never changes"


def test_lines_run_from_the_root_to_the_leaf():
    tree = parse_game("(;GM[1];B[aa](;W[bb];B[cc])(;W[dd];B[ee]))", "x")
    assert tree.line_to(3) == (0, 1, 2, 3)
    assert tree.line_through(4) == (0, 1, 4, 5)
    assert tree.siblings(4) == (2, 4)
    assert tree.siblings(0) == (0,)
    assert as_text(tree.without(2)) == "(- (A19 (D16 E15)))"
    assert tree.without(0) is tree


def test_every_real_game_replays_as_its_record_does():
    path = DATASETS / "alphago-leesedol-4.sgf"
    tree = load_game(path)
    (record,) = load_records(path)
    *_, (expected, _) = replay(record)  # the last move is on it by now
    board, count, wrong = replay_line(tree, tree.line_through(0))
    assert (count, wrong) == (len(tree.nodes), "")
    assert np.array_equal(board.position.stones, expected.stones)
    assert board.position.turn == record.n_moves
    stones = expected.stones
    placed = [sum(color == side for color, p in expected.moves) for side in (1, -1)]
    assert board.black_captures == placed[1] - np.count_nonzero(stones == WHITE)
    assert board.white_captures == placed[0] - np.count_nonzero(stones == BLACK)


def test_replay_stops_before_what_is_illegal_and_says_why():
    tree = parse_game("(;GM[1];B[aa];W[bb];B[bb];W[cc])", "x")
    board, count, wrong = replay_line(tree, tree.line_through(0))
    assert count == 3
    assert board.position.turn == 2
    assert wrong == "move 3: occupied point B18"


def test_setup_without_liberties_leaves_the_board_alone():
    tree = parse_game("(;GM[1];B[dd];AB[aa]AW[ab][ba];W[cc])", "x")
    board, count, wrong = replay_line(tree, tree.line_through(0))
    assert (count, board.position.turn) == (2, 1)
    assert wrong == "setup before move 2: setup stones without a liberty A19"
    assert np.count_nonzero(board.position.stones) == 1


FULL = (
    "(;GM[1]FF[4]CA[UTF-8]SZ[19]PB[柯洁]PW[이세돌]KM[6.5]AB[dd][pp]PL[W]C[root]"
    "(;W[pd]C[a \\] bracket\nand a line]LB[aa:1][bb:2];B[])"
    "(;W[tt]N[pass]TR[dd];AE[dd]AW[cc];B[qq]))"
)


def test_all_that_is_in_a_file_comes_back(tmp_path):
    tree = parse_game(FULL, "x")
    again = written(tree, tmp_path)
    assert as_text(again) == as_text(tree) == "(- (Q16 pass) (pass (- R3)))"
    for old, new in zip(tree.nodes, again.nodes, strict=True):
        assert old.setup == new.setup
        assert old.to_play == new.to_play
        assert set(old.properties) == set(new.properties)
    assert again.root.text("PB") == "柯洁"
    assert "bracket" in again.nodes[1].text("C")


def test_a_root_with_a_move_gets_a_child_for_it():
    tree = parse_game("(;GM[1]B[pd]C[x];W[dd])", "x")
    assert as_text(tree) == "(- (Q16 D16))"


@pytest.mark.parametrize(
    ("text", "to_play"),
    [
        ("(;GM[1]HA[2]AB[pd][dp])", WHITE),
        ("(;GM[1]HA[2])", WHITE),
        ("(;GM[1]HD[3])", WHITE),
        ("(;GM[1]HA[1])", BLACK),
        ("(;GM[1]HA[2]AB[pd][dp];B[dd])", BLACK),
        ("(;GM[1]AB[pd]AW[dp]PL[W];B[dd])", WHITE),
        ("(;GM[1];W[dd])", WHITE),
        ("(;GM[1])", BLACK),
    ],
)
def test_the_side_to_play_is_as_the_file_says_or_shows(text, to_play):
    tree = parse_game(text, "x")
    board, _, _ = replay_line(tree, (0,))
    assert board.position.to_play == to_play


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no game"),
        ("what is this", "no game"),
        ("(;GM[1]SZ[37];B[aa])", "up to 25x25"),
        ("(;GM[1]SZ[9:0];B[aa])", "board size"),
        ("(;GM[6];B[aa])", "another game"),
    ],
)
def test_what_cannot_be_opened_says_why(text, words):
    with pytest.raises(SgfError, match=words):
        parse_game(text, "x.sgf")


def test_a_folder_is_told(tmp_path):
    with pytest.raises(SgfError, match="is a folder"):
        sgftree.load_games(tmp_path)


def test_a_move_that_is_none_stays_in_the_file(tmp_path):
    for move in ("W[zz]", "B[zz]", "B[dd]W[zz]"):
        tree = parse_game(f"(;GM[1];B[pd];{move}C[kept];W[qq])", "x")
        save_game(tmp_path / "x.sgf", tree)
        (game,) = read_games((tmp_path / "x.sgf").read_bytes(), "x")
        assert "".join(game.line) == f"B[pd]{move}W[qq]"
        assert "C[kept]" in (tmp_path / "x.sgf").read_text()


def test_titles_say_who_played():
    names = "PB[Honinbo\n  Shusaku]PW[柯洁]RE[B+2]DT[1846-09-11]"
    assert game_title(f"(;GM[1]{names};B[aa])") == (
        "Honinbo Shusaku - 柯洁, B+2, 1846-09-11"
    )
    assert game_title("(;GM[1];B[aa])") == "Black - White"
    assert game_title("no game at all") == "Black - White"


def test_handicap_stones_stand_on_their_points():
    tree = new_game(komi=0.5, handicap=3, black="a", white="b")
    board, _, _ = replay_line(tree, (0,))
    points = np.flatnonzero(board.position.stones == BLACK).tolist()
    assert sorted(map(format_vertex, points)) == ["D16", "D4", "Q16"]
    assert board.position.to_play == WHITE
    text = format_game(tree).decode()
    assert "HA[3]" in text
    assert "PL[W]" in text, "for programs that do not know whose turn it is then"


def test_no_two_nodes_share_a_place_and_lines_go_on_straight():
    tree = GameTree()
    rng = np.random.default_rng(1)
    for _ in range(300):
        parent = int(rng.integers(len(tree.nodes)))
        tree, _ = tree.with_move(parent, BLACK, int(rng.integers(361)))
    places = place_nodes(tree).places
    assert len(places) == len(tree.nodes) == len(set(places.values()))
    for number, place in places.items():
        children = tree.nodes[number].children
        for child in children:
            assert places[child].column == place.column + 1
        if children:
            assert places[children[0]].lane == place.lane
        assert all(places[child].lane > place.lane for child in children[1:])


def test_the_picture_of_the_tree_shows_the_node_on_the_board():
    tree, line = GameTree(), [0]
    for i in range(700):
        tree, number = tree.with_move(line[-1], BLACK, i % 361)
        line.append(number)
    box = Box(10, 20, 300, 100)
    for cursor in (0, 1, 350, 700):
        spots = visible_nodes(tree, window_of(tree, tuple(line), cursor, box, 19))
        assert cursor in {spot.number for spot in spots}
        assert len(spots) < 40
        for spot in spots:
            assert box.left <= spot.center[0] < box.left + box.width
            assert box.top <= spot.center[1] < box.top + box.height


def test_collections_keep_their_moves_when_saved(tmp_path):
    for game in real_games(3):
        tree = GameTree()
        number = 0
        for color, point in game.moves:
            tree, number = tree.with_move(number, color, point)
        again = written(tree, tmp_path)
        moves = [(node.color, node.point) for node in again.nodes if node.color]
        assert moves == list(game.moves)
    assert {EMPTY, PASS} == {0, 361}


def test_a_game_too_long_to_be_one_is_refused(monkeypatch):
    monkeypatch.setattr(sgftree, "MAX_GAME", 20)
    with pytest.raises(SgfError, match="a game of 0 MB"):
        parse_game("(;GM[1];B[aa];W[bb];B[cc])", "x")


def test_a_tree_too_large_to_be_drawn_shows_its_line(monkeypatch):
    tree = parse_game("(;GM[1];B[aa](;W[bb];B[cc];W[dd];B[ee])(;W[ff]))", "x")
    line, box = (0, 1, 2, 3, 4, 5), Box(0, 0, 60, 60)
    whole = visible_nodes(tree, window_of(tree, line, 3, box, 19))
    monkeypatch.setattr(treeview, "_MAX_NODES", 5)
    alone = visible_nodes(tree, window_of(tree, line, 3, box, 19))
    assert alone == [spot for spot in whole if spot.number in line]
