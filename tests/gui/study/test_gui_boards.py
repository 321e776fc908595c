"""Records on boards of other sizes: shown and played through, without the network."""

import numpy as np
import pygame
import pytest
from gopolicy_gui.app.chores import wanted_chores
from gopolicy_gui.app.worker import wanted
from gopolicy_gui.model import events as ev
from gopolicy_gui.model import tasks
from gopolicy_gui.model.sgftree import format_game, parse_game
from gopolicy_gui.model.study.boards import (
    FULL,
    BoardSize,
    PlainPosition,
    empty_position,
)
from gopolicy_gui.model.study.marks import marks_at
from gopolicy_gui.model.update import update
from gopolicy_gui.view.listview import _instead_of_moves
from gopolicy_gui.view.window import draw_window, find_layout
from gui_states import fresh, opened, run

from gopolicy.errors import SgfError
from gopolicy.go.coords import (
    BLACK,
    BOARD_SIZE,
    EMPTY,
    PASS,
    POINTS,
    WHITE,
    place_of,
    point_at,
)
from gopolicy.go.position import Position
from gopolicy.go.rules import (
    DEAD_SETUP,
    KO,
    LEGAL,
    OCCUPIED,
    OFF_BOARD,
    SUICIDE,
    has_dead_chain,
)
from gopolicy.go.turns import ERASE_BIT, SETUP_BIT, WHITE_BIT, point_bits

NINE = "(;GM[1]FF[4]SZ[9]KM[5.5]PB[Ann]PW[Ben];B[ee];W[ge];B[gg]C[good];W[ce])"


LARGE = "(;GM[1]FF[4]SZ[25]PB[Ann]PW[Ben];B[dd];W[vv];B[tt];W[yy]C[corner];B[dv])"


def at(column, row):
    """A point by column and row from the top left of any board."""
    return point_at(row, column)


def black(column, row):
    return point_bits(at(column, row))


def white(column, row):
    return black(column, row) | WHITE_BIT


def chain_has_liberty(stones, size, point):
    """Whether the chain on ``point`` has one; the slow way, over a set of points."""
    color, seen, waiting = stones[point], {point}, [point]
    while waiting:
        row, column = place_of(waiting.pop(0))
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


@pytest.mark.parametrize(
    "size",
    [(9, 9), (5, 7), (13, 13), (2, 2), (19, 18), (1, 6), (21, 21), (25, 2), (20, 25)],
)
def test_moves_and_captures_are_those_of_a_board_of_that_size(size):
    """Random games, beside a slow twin that has only this board."""
    size, rng = BoardSize(*size), np.random.default_rng(1)
    position, stones = empty_position(size), np.zeros(size.numbers, np.int8)
    for _ in range(120):
        color = position.to_play
        legal = np.flatnonzero(position.legal_mask(superko=True))
        assert all(size.holds(point) for point in legal.tolist())
        if not len(legal):
            assert position.replay([PASS | (WHITE_BIT if color == WHITE else 0)])[0]
            continue
        point = int(rng.choice(legal))
        code = point_bits(point) | (WHITE_BIT if color == WHITE else 0)
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


@pytest.mark.parametrize("seed", range(6))
def test_the_plain_rules_are_those_of_the_kernels(seed):
    """Random codes on 19x19, many of them illegal, setup stones among them."""
    rng = np.random.default_rng(seed)
    plain, position = PlainPosition(FULL), Position()
    area = np.flatnonzero(np.arange(POINTS) % BOARD_SIZE < 5)[: 5 * (3 + seed)]
    reasons = set()
    for _ in range(250):
        codes = rng.choice(area, rng.integers(1, 4)).astype(int)
        codes += WHITE_BIT * (position.to_play == WHITE) ^ WHITE_BIT * (
            rng.random(len(codes)) < 0.15
        )
        if rng.random() < 0.2:
            codes |= SETUP_BIT | ERASE_BIT * (rng.random(len(codes)) < 0.6)
        codes[rng.random(len(codes)) < 0.04] = PASS | WHITE_BIT * int(rng.integers(2))
        found = plain.replay(codes.tolist())
        assert found == position.replay(codes.tolist())
        reasons.add(found[1])
        side = int(rng.choice([BLACK, WHITE])) if rng.random() < 0.1 else plain.to_play
        plain.set_to_play(side)
        position.set_to_play(side)
        for name in ("stones", "to_play", "turn", "ko_point", "moves", "last_move"):
            assert np.array_equal(getattr(plain, name), getattr(position, name)), name
        if not has_dead_chain(position.board):  # as setup may leave it before a ko
            np.testing.assert_array_equal(
                plain.legal_mask(superko=True), position.legal_mask(superko=True)
            )
        point = int(rng.choice(area))
        assert plain.chain(point) == position.chain(point)
    assert reasons >= {LEGAL, OCCUPIED, DEAD_SETUP}


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
    most = BoardSize(25, 25)
    assert (most.vertex(at(24, 24)), most.vertex(at(0, 0))) == ("Z1", "A25")
    assert most.vertex(at(19, 5)) == "U20" and not most.holds(PASS)
    assert {most.vertex(star) for star in most.stars} == {
        *("D22", "N22", "W22", "D13", "N13", "W13", "D4", "N4", "W4")
    }
    assert len(BoardSize(20, 20).stars) == 4  # no lines in the middle


def test_a_record_of_nine_lines_is_played_through():
    state = run(opened(NINE), "forward", "forward")
    assert state.size == (9, 9) and state.position.turn == 2
    assert state.position.stones[at(6, 4)] == WHITE
    state = run(state, ev.PointChosen(at(0, 8)))
    assert state.position.stones[at(0, 8)] == BLACK and state.is_changed
    assert run(state, "take_back").position.turn == 2


@pytest.mark.parametrize(("text", "size"), [(NINE, "9x9"), (LARGE, "25x25")])
def test_the_network_is_not_asked_and_the_window_says_so(text, size):
    state = opened(text, territory=True)
    assert wanted(state) is None and wanted_chores(state) is None
    assert not state.hints_shown and not state.is_studied
    assert "19x19 only" in " ".join(_instead_of_moves(state))
    after = run(state, "score")
    assert after.message.text == f"Games on {size} are not counted here, only on 19x19"
    assert after.scoring is None and wanted(after) is None
    for name in ("move", "planes", "role_black", "report", "reveal"):
        after = run(state, name)
        assert f"it knows 19x19 only, this is {size}" in after.message.text, name
        assert after.scoring is None and after.plane is None
        assert wanted(after) is None


def test_two_passes_end_a_small_game_without_a_count():
    state = run(opened(NINE), "last", "pass", "pass")
    assert state.is_over and state.scoring is None
    assert "not counted here" in state.message.text
    assert wanted(state) is None


def test_moves_can_be_guessed_on_small_boards():
    state = run(
        opened(NINE), "guess", ev.PointChosen(at(4, 4)), ev.PointChosen(at(0, 0))
    )
    assert (state.guessing.tries, state.guessing.hits) == (2, 1)
    assert "Not A9 but G5" in state.message.text
    assert wanted(state) is None


def test_a_record_of_25_lines_is_played_through():
    state = run(opened(LARGE), "last")
    assert state.size == (25, 25) and state.position.turn == 5 and not state.message
    stones = set(map(state.size.vertex, np.flatnonzero(state.position.stones).tolist()))
    assert stones == {"D22", "W4", "U6", "Z1", "D4"}
    assert state.position.stones[at(19, 19)] == BLACK  # tt is no pass here
    state = run(state, ev.PointChosen(at(24, 23)), ev.PointChosen(at(23, 24)))
    assert state.position.turn == 7 and state.position.stones[at(24, 24)] == WHITE
    state = run(state, ev.PointChosen(at(22, 24)), ev.PointChosen(at(23, 24)))
    assert "cannot play Y1: occupied point" in state.message.text
    assert run(state, "take_back").position.turn == 7
    state = run(opened(LARGE), "guess", ev.PointChosen(at(20, 20)))
    assert "Not V5 but D22" in state.message.text


def test_captures_suicide_and_ko_beyond_19_lines():
    state = run(opened("(;SZ[21]AB[tu][ut]PL[W])"), ev.PointChosen(at(20, 20)))
    assert "White cannot play V1: suicide" in state.message.text
    state = opened("(;SZ[21]AB[su][tt]AW[tu][ut];B[uu])")
    state = run(state, "last")
    assert state.position.stones[at(19, 20)] == EMPTY  # U1 is taken
    assert (state.board.black_captures, state.board.white_captures) == (1, 0)
    state = run(state, ev.PointChosen(at(19, 20)))
    assert "White cannot play U1: ko" in state.message.text
    state = run(state, "pass", ev.PointChosen(at(0, 0)), ev.PointChosen(at(19, 20)))
    assert state.position.stones[at(20, 20)] == EMPTY


def test_all_that_a_record_of_25_lines_holds_is_kept():
    text = (
        "(;FF[4]GM[1]SZ[25]CA[UTF-8]AB[yy][tt]AW[xx:xy]AE[aa]PL[W]TR[wy]LB[ys:one]"
        "VW[ss:yy]AR[aa:yy]XX[kept];W[ta]TB[ya:yc](;B[]C[pass])(;B[yt]SQ[tt]))"
    )
    tree = parse_game(text, "a")
    again = parse_game(format_game(tree).decode(), "a")
    assert again.size == tree.size
    for node, other in zip(again.nodes, tree.nodes, strict=True):
        assert (node.codes, node.to_play) == (other.codes, other.to_play)
        assert sorted(node.properties) == sorted(other.properties)
    marks = marks_at(tree, (0,), 0)
    assert marks.labels == {at(24, 18): "one"} and len(marks.dim) == 625 - 49
    assert marks.shapes == {at(22, 24): "triangle"}
    assert marks.lines == ((at(0, 0), at(24, 24), True),)
    assert tree.nodes[2].point == PASS and tree.nodes[3].point == at(24, 19)
    state = run(opened(text), "last", "circle", ev.PointChosen(at(21, 21)))
    assert b"CR[vv]" in format_game(state.tree)
    state = run(state, "white_stones", ev.PointChosen(at(21, 21)))
    assert b"AW[vv]" in format_game(state.tree)
    state = run(state, ev.PointChosen(at(21, 21)))
    assert state.position.stones[at(21, 21)] == EMPTY
    state = run(state, "clear_board")
    assert not state.position.stones.any()


@pytest.mark.parametrize("size", [5, 9, 13, 19, 21, 25])
def test_diagrams_of_any_square_board_are_pasted(size):
    rows = [["."] * size for _ in range(size)]
    rows[0][size - 1], rows[size - 1][size - 2] = "X", "O"
    header = "   " + " ".join("ABCDEFGHJKLMNOPQRSTUVWXYZ"[:size])
    lines = [f"{size - i:2d} {' '.join(row)} {size - i}" for i, row in enumerate(rows)]
    found = tasks.open_text("\n".join([header, *lines, header]))
    assert found.tree.size == (size, size)
    state = update(fresh(), found)
    stones = state.position.stones
    assert set(np.flatnonzero(stones).tolist()) == {
        at(size - 1, 0),
        at(size - 2, size - 1),
    }
    assert stones[at(size - 1, 0)] == BLACK
    assert "no game" in tasks.open_text("\n".join(lines[1:])).text  # a part of a board
    record = "(;GM[1]SZ[9];B[ee]C[" + "\n".join(lines) + "])"
    assert tasks.open_text(record).tree.size == (9, 9)


@pytest.mark.parametrize("size", ["9", "13", "5:7", "19", "21", "25:9"])
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


@pytest.mark.parametrize("size", ["26", "9:26", "37", "52", "9:0", "0", "x"])
def test_boards_that_cannot_be_shown_are_refused_in_words(size):
    with pytest.raises(SgfError, match=rf"'{size}'; boards up to 25x25 are shown"):
        parse_game(f"(;GM[1]SZ[{size}];B[aa])", "a")


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


@pytest.mark.parametrize(
    "size", [(9, 9), (13, 13), (5, 9), (19, 19), (25, 25), (25, 20)]
)
def test_every_point_of_a_board_can_be_clicked(size):
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


def test_what_was_pointed_at_on_a_larger_board_is_nowhere_on_a_smaller_one():
    state = run(opened(LARGE), ev.Pointed(ev.PointChosen(at(24, 23))))
    assert state.hover == at(24, 23)
    state = run(state, "new", ev.DialogChosen("start"))
    assert state.hover is None and state.size.is_full
    surface = pygame.Surface((480, 360))
    draw_window(surface, state, find_layout(state, surface.get_size()))
    assert run(state, ev.PointChosen(at(24, 23))) is state


def test_a_large_board_is_drawn_to_its_last_line():
    state = run(opened(LARGE), "last")
    surface = pygame.Surface((800, 600))
    layout = find_layout(state, surface.get_size())
    draw_window(surface, state, layout)
    radius = layout.board.stone_radius // 2
    x, y = layout.board.center(at(24, 24))
    assert min(surface.get_at((x - radius, y - radius))[:3]) > 150  # White at Z1
    x, y = layout.board.center(at(19, 19))
    assert max(surface.get_at((x, y))[:3]) < 90  # Black at U6


def test_a_game_on_19_lines_follows_a_small_one():
    state = run(opened(NINE), "new", ev.DialogChosen("start"))
    assert state.size.is_full and state.position.legal_mask().sum() == POINTS
