"""Records on smaller boards: shown and played through, without the network."""

import numpy as np
import pygame
import pytest
from gopolicy_gui.app.chores import wanted_chores
from gopolicy_gui.app.worker import wanted
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.sgftree import format_game, parse_game
from gopolicy_gui.model.study.marks import marks_at
from gopolicy_gui.model.study.smallboard import FULL, BoardSize, empty_position
from gopolicy_gui.view.listview import _instead_of_moves
from gopolicy_gui.view.window import draw_window, find_layout
from gui_states import fresh, opened, run

from gopolicy.errors import SgfError
from gopolicy.go.coords import BLACK, BOARD_SIZE, EMPTY, PASS, POINTS, WHITE
from gopolicy.go.rules import KO, LEGAL, OFF_BOARD, SUICIDE
from gopolicy.go.turns import SETUP_BIT, WHITE_BIT

NINE = "(;GM[1]FF[4]SZ[9]KM[5.5]PB[Ann]PW[Ben];B[ee];W[ge];B[gg]C[good];W[ce])"


def at(column, row):
    """A point by column and row from the top left of any board."""
    return row * BOARD_SIZE + column


def black(column, row):
    return at(column, row)


def white(column, row):
    return at(column, row) | WHITE_BIT


def chain_has_liberty(stones, size, point):
    """Whether the chain on ``point`` has one; the slow way, over a set of points."""
    color, seen, waiting = stones[point], {point}, [point]
    while waiting:
        column, row = waiting[0] % BOARD_SIZE, waiting.pop(0) // BOARD_SIZE
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            x, y = column + dx, row + dy
            if not (0 <= x < size.columns and 0 <= y < size.rows) or at(x, y) in seen:
                continue
            if stones[at(x, y)] == EMPTY:
                return True
            if stones[at(x, y)] == color:
                seen.add(at(x, y))
                waiting.append(at(x, y))
    return False


@pytest.mark.parametrize("size", [(9, 9), (5, 7), (13, 13), (2, 2), (19, 18), (1, 6)])
def test_moves_and_captures_are_those_of_a_board_of_that_size(size):
    """Random games, beside a slow twin that has only this board."""
    size, rng = BoardSize(*size), np.random.default_rng(1)
    position, stones = empty_position(size), np.zeros(POINTS, np.int8)
    for _ in range(120):
        color = position.to_play
        legal = np.flatnonzero(position.legal_mask(superko=True))
        assert all(size.holds(point) for point in legal.tolist())
        if not len(legal):
            assert position.replay([PASS | (WHITE_BIT if color == WHITE else 0)])[0]
            continue
        point = int(rng.choice(legal))
        code = point | (WHITE_BIT if color == WHITE else 0)
        assert position.replay([code]) == (1, LEGAL)
        stones[point] = color
        dead = [
            other
            for other in np.flatnonzero(stones == -color).tolist()
            if not chain_has_liberty(stones, size, other)
        ]
        stones[dead] = EMPTY
        assert chain_has_liberty(stones, size, point)
        np.testing.assert_array_equal(position.stones, stones)
        np.testing.assert_array_equal(position.copy().stones, stones)


def test_the_edge_of_a_smaller_board_takes_liberties():
    position = empty_position(BoardSize(9, 9))
    codes = [black(8, 8), white(7, 8), PASS, white(8, 7)]
    assert position.replay(codes) == (4, LEGAL)
    assert position.stones[at(8, 8)] == EMPTY
    assert position.replay([black(8, 8)]) == (0, SUICIDE)
    assert position.replay([PASS, white(9, 8)]) == (1, OFF_BOARD)


def test_a_ko_and_setup_stones_hold_on_smaller_boards():
    position = empty_position(BoardSize(5, 5))
    setup = [
        *(SETUP_BIT | black(x, y) for x, y in ((1, 0), (0, 1), (1, 2))),
        *(SETUP_BIT | white(x, y) for x, y in ((2, 0), (3, 1), (2, 2), (1, 1))),
    ]
    assert position.replay(setup) == (len(setup), LEGAL)
    assert position.replay([black(2, 1), white(1, 1)]) == (1, KO)
    assert position.replay([SETUP_BIT | white(5, 0)]) == (0, OFF_BOARD)


def test_names_of_points_and_stars():
    nine = BoardSize(9, 9)
    assert (nine.vertex(at(0, 0)), nine.vertex(at(8, 8))) == ("A9", "J1")
    assert sorted(nine.stars) == [at(2, 2), at(6, 2), at(4, 4), at(2, 6), at(6, 6)]
    assert len(FULL.stars) == 9 and len(BoardSize(13, 13).stars) == 5
    assert BoardSize(5, 5).stars == ()


def test_a_record_of_nine_lines_is_played_through():
    state = run(opened(NINE), "forward", "forward")
    assert state.size == (9, 9) and state.position.turn == 2
    assert state.position.stones[at(6, 4)] == WHITE
    state = run(state, ev.PointChosen(at(0, 8)))
    assert state.position.stones[at(0, 8)] == BLACK and state.is_changed
    assert run(state, "take_back").position.turn == 2


def test_the_network_is_not_asked_and_the_window_says_so():
    state = opened(NINE, territory=True)
    assert wanted(state) is None and wanted_chores(state) is None
    assert not state.hints_shown and not state.is_studied
    assert "19x19 only" in " ".join(_instead_of_moves(state))
    for name in ("move", "score", "planes", "role_black", "report", "reveal"):
        after = run(state, name)
        assert "it knows 19x19 only, this is 9x9" in after.message.text, name
        assert after.scoring is None and after.plane is None
        assert wanted(after) is None


def test_two_passes_end_a_small_game_without_a_count():
    state = run(opened(NINE), "last", "pass", "pass")
    assert state.is_over and state.scoring is None
    assert wanted(state) is None


def test_moves_can_be_guessed_on_small_boards():
    state = run(
        opened(NINE), "guess", ev.PointChosen(at(4, 4)), ev.PointChosen(at(0, 0))
    )
    assert (state.guessing.tries, state.guessing.hits) == (2, 1)
    assert "Not A9 but G5" in state.message.text
    assert wanted(state) is None


@pytest.mark.parametrize("size", ["9", "13", "5:7", "19"])
def test_saving_keeps_the_size_and_all_else(size):
    text = f"(;GM[1]FF[4]SZ[{size}]XX[kept]AB[aa]LB[bb:A](;B[cc]TR[dd];W[])(;B[dc]))"
    tree = parse_game(text, "a")
    again = parse_game(format_game(tree).decode(), "a")
    assert f"SZ[{size}]".encode() in format_game(tree)
    assert again.size == tree.size
    assert [(n.codes, dict(n.properties).get("TR")) for n in again.nodes] == [
        (n.codes, dict(n.properties).get("TR")) for n in tree.nodes
    ]
    assert again.root.text("XX") == "kept"


def test_larger_boards_are_refused_in_words():
    with pytest.raises(SgfError, match=r"the board is 25x25; boards up to 19x19"):
        parse_game("(;SZ[25];B[aa])", "a")
    with pytest.raises(SgfError, match=r"the board is 9x21; boards up to 19x19"):
        parse_game("(;SZ[9:21];B[aa])", "a")
    with pytest.raises(SgfError, match="board size"):
        parse_game("(;SZ[9:0];B[aa])", "a")


def test_a_move_beyond_the_board_ends_the_line():
    state = run(opened("(;SZ[9];B[ee];W[jj];B[cc])"), "last")
    assert state.position.turn == 1
    assert "move 2: no such point" in state.message.text


def test_stones_and_marks_are_put_on_small_boards():
    state = run(opened(NINE), "black_stones", ev.PointChosen(at(8, 0)))
    assert state.position.stones[at(8, 0)] == BLACK
    state = run(state, "triangle", ev.PointChosen(at(7, 7)))
    assert marks_at(state.tree, state.line, state.cursor).shapes == {
        at(7, 7): "triangle"
    }
    assert b"TR[hh]" in format_game(state.tree)
    state = run(state, "clear_board")
    assert not state.position.stones.any()
    view = opened("(;SZ[9]VW[aa:cc]TR[ll])")
    marks = marks_at(view.tree, view.line, 0)
    assert len(marks.dim) == 81 - 9 and not marks.shapes


@pytest.mark.parametrize("size", [(9, 9), (13, 13), (5, 9), (19, 19)])
def test_every_point_of_a_small_board_can_be_clicked(size):
    state = opened(f"(;SZ[{size[0]}:{size[1]}];B[aa])")
    board = find_layout(state, (800, 600)).board
    for column in range(size[0]):
        for row in range(size[1]):
            assert board.point_at(*board.center(at(column, row))) == at(column, row)
    right, bottom = board.center(at(size[0] - 1, size[1] - 1))
    assert board.point_at(right + board.cell, bottom) is None
    assert board.point_at(right, bottom + board.cell) is None


def test_a_small_board_is_drawn_with_its_own_lines():
    state = run(opened(NINE), "last")
    surface = pygame.Surface((800, 600))
    layout = find_layout(state, surface.get_size())
    draw_window(surface, state, layout)
    center = layout.board.center(at(4, 4))
    assert max(surface.get_at(center)[:3]) < 90
    assert layout.board.cell > 1.8 * find_layout(fresh(), (800, 600)).board.cell


def test_a_game_on_19_lines_follows_a_small_one():
    state = run(opened(NINE), "new", ev.DialogChosen("start"))
    assert state.size.is_full and state.position.legal_mask().sum() == POINTS
