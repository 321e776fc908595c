"""Marks and words of a record: read, drawn, edited; stones put by hand; branches."""

import numpy as np
import pygame
import pytest
from gopolicy_gui.model import events as ev
from gopolicy_gui.model import tasks
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.sgftree import format_game, parse_game
from gopolicy_gui.model.study.marks import marks_at, node_words, read_points
from gopolicy_gui.model.update import update
from gopolicy_gui.view.controls import controls
from gopolicy_gui.view.window import draw_window, find_layout
from gui_states import fresh, opened, run, thought

from gopolicy.go.coords import BLACK, WHITE, parse_vertex

SIZE = (1000, 700)
FULL = (
    "(;GM[1]FF[4]SZ[19];B[pd];W[dd]LB[aa:A][cc:12][pd:a\\:b]TR[dp]SQ[dd]CR[pp]"
    "MA[jd]SL[jp]TB[qa:sc]TW[as]DD[ka:sj]AR[dp:dj]LN[pp:pj]TE[2]IT[]N[The name]"
    "V[3.5]GB[1]C[Words.];B[dp]VW[aa:jj])"
)


def point(vertex):
    return parse_vertex(vertex)


def at(state):
    return marks_at(state.tree, state.line, state.cursor)


def test_all_marks_of_a_node_are_read():
    marks = at(run(opened(FULL), "forward", "forward"))
    assert marks.labels == {0: "A", point("C17"): "12", point("Q16"): "a:b"}
    assert marks.shapes == {
        point("D4"): "triangle",
        point("D16"): "square",
        point("Q4"): "circle",
        point("K16"): "cross",
        point("K4"): "selected",
    }
    assert marks.lines == (
        (point("D4"), point("D10"), True),
        (point("Q4"), point("Q10"), False),
    )
    assert len(marks.black) == 9 and marks.white == {point("A1")}
    assert len(marks.dim) == 90


def test_what_is_dim_stays_so_until_the_record_says_more():
    state = run(opened(FULL), "last")
    dim = at(state).dim
    assert point("Q16") in dim, "dimmed a move before"
    assert point("A1") in dim, "outside the view"
    assert point("A19") not in dim
    ended = opened("(;GM[1]DD[aa]VW[aa:cc];B[dd]DD[]VW[])")
    assert point("A19") in at(ended).dim
    assert not at(run(ended, "forward")).dim


@pytest.mark.parametrize(
    ("values", "count"),
    [([b"aa:cc"], 9), ([b"cc:aa"], 9), ([b"zz", b"aa:", b"", b"TT", b"\xff"], 1)],
)
def test_rectangles_are_read_and_nonsense_is_passed_over(values, count):
    assert len(read_points(values)) == count


def test_verdicts_and_names_are_said_in_words():
    words = node_words(run(opened(FULL), "forward", "forward").node)
    assert words.split("\n") == [
        "The name",
        "Good move (very), Interesting move, Good for Black, Value 3.5 for Black",
        "Words.",
    ]
    assert node_words(opened(FULL).node) == ""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_are_seen_on_stones_and_on_empty_points(theme):
    state = run(opened(FULL, theme=theme), "hints", "review", "forward", "forward")
    plain = run(opened("(;GM[1];B[pd];W[dd])", theme=theme), "hints", "review")
    plain = run(plain, "forward", "forward")
    layout = find_layout(state, SIZE)
    drawn, bare = pygame.Surface(SIZE), pygame.Surface(SIZE)
    draw_window(drawn, state, layout)
    draw_window(bare, plain, layout)
    side = round(layout.board.cell * 0.8)
    for vertex in ("A19", "C17", "Q16", "D4", "D16", "Q4", "K16", "K4", "S18", "A1"):
        box = pygame.Rect(0, 0, side, side)
        box.center = layout.board.center(point(vertex))
        one, other = (
            pygame.surfarray.array3d(s.subsurface(box.clip(s.get_rect()))).astype(int)
            for s in (drawn, bare)
        )
        assert (np.abs(one - other).sum(axis=2) > 100).sum() > 12, vertex


def test_a_label_takes_the_percentage_off_its_point():
    data = "(;GM[1]LB[dp:A])"
    layout = find_layout(opened(data), SIZE)
    both = [
        thought(opened(data), D4=share, Q16=1 - share) for share in (0.3, 0.31, 0.32)
    ]
    box = pygame.Rect(0, 0, 14, 14)
    box.center = layout.board.center(point("D4"))
    pictures = set()
    for state in both:
        surface = pygame.Surface(SIZE)
        draw_window(surface, state, layout)
        pictures.add(pygame.image.tobytes(surface.subsurface(box), "RGB"))
    assert len(pictures) == 1, "the letter alone, whatever the share"


def test_marks_are_put_and_taken_away_and_saved():
    state = run(fresh(role=Role.BOTH), "Q16", "triangle", "D4", "D16", "square", "D4")
    assert at(state).shapes == {point("D4"): "square", point("D16"): "triangle"}
    state = run(state, "label", "K10", "K11", "K10")
    assert at(state).labels == {point("K11"): "B"}
    state = run(state, "K12")
    assert at(state).labels[point("K12")] == "A", "the first letter is free again"
    assert state.position.turn == 1, "no move was played"
    again = parse_game(format_game(state.tree).decode(), "x")
    line = again.line_through(0)
    assert marks_at(again, line, 1).shapes == at(state).shapes
    assert marks_at(again, line, 1).labels == at(state).labels
    undone = run(state, *["undo"] * 7)
    assert not at(undone).shapes
    assert run(state, "leave", "D4").position.turn == 2


def test_a_mark_within_a_rectangle_is_taken_out_alone():
    state = run(opened("(;GM[1]TR[aa:bb]LB[cc:x\\]y])"), "triangle", "A19")
    assert at(state).shapes == dict.fromkeys(
        [point("B19"), point("A18"), point("B18")], "triangle"
    )
    again = parse_game(format_game(state.tree).decode(), "x")
    assert marks_at(again, (0,), 0).labels == {point("C17"): "x]y"}


def test_the_network_waits_while_one_puts_marks():
    state = run(fresh(), "Q16")
    assert state.computer_to_play
    assert not run(state, "circle").computer_to_play
    assert run(state, "circle", "leave").computer_to_play


def test_a_comment_is_written_and_can_be_undone():
    state = run(opened("(;GM[1];B[aa]C[Old])"), "forward", "comment")
    assert state.dialog.typed == "Old"
    keys = [ev.DialogKey("backspace")] * 3
    typed = run(state, *keys, ev.Typed("New "), ev.DialogKey("enter"), ev.Typed("]x"))
    after = run(typed, ev.DialogKey("ctrl+enter"))
    assert after.dialog is None
    assert after.node.text("C") == "New \n]x"
    assert after.is_changed
    again = parse_game(format_game(after.tree).decode(), "x")
    assert again.nodes[1].text("C") == "New \n]x"
    assert run(after, "undo").node.text("C") == "Old"
    assert not run(typed, ev.DialogKey("escape")).is_changed
    same = run(opened("(;GM[1]C[a])"), "comment", ev.DialogKey("ctrl+enter"))
    assert not same.is_changed


def test_game_info_and_ranks_are_edited():
    state = run(opened("(;GM[1]PB[A]KM[6.5])"), "info", ev.Typed("da"))
    state = run(state, ev.DialogKey("down"), ev.Typed("5d"))
    layout = find_layout(state, SIZE)
    rows = {c.label: c for c in controls(state, layout) if c.kind == "setting"}
    assert rows["Black"].note == "Ada"
    wrong = run(state, rows["Komi"].event, ev.Typed("x"), ev.DialogKey("enter"))
    assert wrong.dialog is not None
    assert "number" in wrong.message.text
    done = run(wrong, ev.DialogKey("backspace"), ev.DialogKey("enter"))
    assert done.dialog is None
    root = done.tree.root
    assert [root.text(n) for n in ("PB", "BR", "KM")] == ["Ada", "5d", "6.5"]
    assert run(done, "undo").tree.root.text("PB") == "A"


def test_stones_are_put_and_taken_by_hand():
    state = run(fresh(role=Role.BOTH), "black_stones", "A19", "B19", "white_stones")
    state = run(state, "D4", "A19", "switch_side")
    stones = state.position.stones
    assert (stones[0], stones[1], stones[point("D4")]) == (WHITE, BLACK, WHITE)
    assert len(state.tree.nodes) == 1, "all of it in the root"
    assert state.position.to_play == WHITE
    again = parse_game(format_game(state.tree).decode(), "x")
    assert sorted(again.root.setup) == sorted(state.tree.root.setup)
    assert again.root.to_play == WHITE
    assert run(state, "white_stones", "leave", "K10").position.turn == 1
    assert not run(state, "clear_board").position.stones.any()


def test_setup_in_a_game_makes_a_variation_of_its_own():
    state = run(opened("(;GM[1];B[aa];W[bb];B[cc])"), "forward")
    after = run(state, "black_stones", "Q16", "Q17")
    assert after.tree.line_through(0) == state.line, "the game is as it was"
    assert len(after.tree.nodes) == len(state.tree.nodes) + 1
    assert after.position.stones[point("Q17")] == BLACK
    cleared = run(after, "clear_board")
    assert not cleared.position.stones.any()
    assert run(cleared, "undo").position.stones[0] == BLACK


def test_no_stone_is_put_that_leaves_a_chain_without_a_liberty():
    state = run(fresh(role=Role.BOTH), "black_stones", "A18", "B19", "white_stones")
    after = run(state, "A19")
    assert after.message.is_error
    assert after.tree is state.tree


def test_variations_are_moved_up_and_made_the_main_line():
    data = "(;GM[1];B[aa](;W[bb])(;W[cc](;B[dd])(;B[ee]))(;W[ff]))"
    state = run(opened(data), "forward", "forward", "variation_up")
    assert state.node.point == point("F14")
    up = run(state, "move_up")
    assert up.number == state.number
    assert [up.tree.nodes[n].point for n in up.tree.siblings(up.number)] == [
        *(point("B18"), point("F14"), point("C17"))
    ]
    deep = run(opened(data), "forward", "forward", "variation_down", "forward")
    deep = run(deep, "variation_down")
    main = run(deep, "make_main")
    assert main.tree.line_through(0)[-1] == deep.number
    assert "already" in run(main, "make_main").message.text
    assert "already" in run(main, "move_up").message.text
    assert run(main, "undo").tree is deep.tree


BOARD = "\n".join(
    [
        "$$B A position",
        "$$  ---------------------------------------",
        *("$$ | . . . . . . . . . . . . . . . . . . . |" for _ in range(3)),
        "$$ | . . . X . . . . . , . . . . . O . . . |",
        *("$$ | . . . . . . . . . . . . . . . . . . . |" for _ in range(15)),
        "$$  ---------------------------------------",
    ]
)
SHOWN = "\n".join(
    [
        "   A B C D E F G H J K L M N O P Q R S T",
        *(
            f"{row:2d} . . . {'#' if row == 16 else '+'} . . . . . + . . . . . "
            f"{'O' if row == 16 else '.'} . . . {row:2d}     WHITE (O) has captured 0"
            for row in range(19, 0, -1)
        ),
    ]
)


@pytest.mark.parametrize(
    "text", [BOARD, SHOWN.replace("     WHITE (O) has captured 0", "")]
)
def test_a_diagram_in_text_is_a_position(text):
    found = tasks.open_text(text, 7)
    assert (found.path, found.serial) == ("", 7)
    state = update(fresh(role=Role.BOTH), ev.GameOpened("", found.tree))
    stones = state.position.stones
    assert stones[point("D16")] == BLACK and stones[point("Q16")] == WHITE
    assert np.count_nonzero(stones) == 2


def test_copied_text_is_a_game_or_the_reason_why_not():
    found = tasks.open_text(format_game(opened(FULL).tree).decode())
    assert [node.point for node in found.tree.nodes] == [
        node.point for node in opened(FULL).tree.nodes
    ]
    for text, words in (
        ("", "Nothing"),
        ("hello", "no game"),
        (BOARD[:300], "no game"),
    ):
        assert words in tasks.open_text(text).text


def test_pasting_asks_before_a_loss():
    state = run(fresh(role=Role.BOTH), "Q16", "paste")
    assert state.dialog.kind == "unsaved"
    assert run(state, ev.DialogChosen("discard")).task.kind == "paste"
    assert run(fresh(), "copy").task.tree is not None
