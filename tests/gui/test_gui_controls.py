"""Where the window's parts are, what can be clicked, and that it looks its part."""

from dataclasses import replace
from itertools import combinations
from typing import get_args

import numpy as np
import pygame
import pytest
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.commands import BY_KEY, COMMANDS, MENUS, help_rows, label_of
from gopolicy_gui.model.options import Options, Role
from gopolicy_gui.model.state import Dialog, DialogKind
from gopolicy_gui.model.update import update
from gopolicy_gui.view.controls import (
    PLANE_COLUMNS,
    controls,
    hit,
    number_box,
)
from gopolicy_gui.view.dialogcontrols import dialog_box
from gopolicy_gui.view.fonts import cut_text, find_font, text_width, wrap_text
from gopolicy_gui.view.layout import make_window_layout
from gopolicy_gui.view.listview import _instead_of_moves
from gopolicy_gui.view.theme import THEMES
from gopolicy_gui.view.window import draw_window, window_title
from gui_states import (
    estimated,
    fresh,
    judged,
    open_points,
    opened,
    reviewed,
    run,
    thought,
)

from gopolicy.go.coords import POINTS, parse_vertex

SIZES = [(800, 600), (1280, 800), (2560, 1600), (600, 900), (1024, 768), (480, 360)]


def boxes(layout):
    names = ("players", "status", "list", "tree", "comment", "navigation", "buttons")
    return {n: pygame.Rect(getattr(layout, n)) for n in (*names, "menu", "message")} | {
        "board": pygame.Rect(layout.board.board)
    }


def states():
    """The window in all it can show."""
    state = thought(run(opened(), "forward_ten"), D4=0.5, Q16=0.25)
    yield "review", state
    yield "pass", update(state, ev.PassShareFound(state.serial, 1.0))
    yield "numbers", run(state, "numbers")
    yield "report", run(reviewed(state), "report")
    yield "territory", estimated(run(state, "territory"))
    yield "comment", run(state, "comment", ev.Typed("Long words " * 60))
    yield "info", run(state, "info")
    yield "guess", run(state, "guess")
    yield "planes", run(state, "planes", *["next_plane"] * 14)
    yield "counting", run(state, "score")
    yield "counted", judged(run(state, "last", "score"), [0, 1])
    yield "not over", open_points(run(state, "score"), 220)
    yield "resign", run(state, "resign")
    lost = ev.LostFound("You - gopolicy default", state.tree, "", Role.BOTH, ())
    yield "recover", update(state, lost)
    yield "result", run(judged(run(state, "last", "score")), "move")
    yield "think first", run(state, "think_first")
    yield "no hints", run(state, "hints")
    for name in ("new", "help", "open"):
        yield name, run(state, name)
    files = tuple(f"game {i}.sgf" for i in range(100))
    yield "files", run(run(state, "open"), ev.FolderListed("/a" * 60, files))
    titles = tuple(f"{i}.  {'Long Name ' * 20}" for i in range(1, 1001))
    yield "games", update(state, ev.GamesFound("/a/collection.sgf", titles))
    for name in MENUS:
        yield name, run(state, ev.MenuOpened(name))
    changed = run(fresh(role=Role.BOTH), "Q16", ev.CloseAsked())
    yield "unsaved", changed


STATES = dict(states())


@pytest.mark.parametrize("graph", [False, True])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_parts_share_the_window(width, height, graph):
    layout = make_window_layout(width, height, graph=graph)
    window = pygame.Rect(0, 0, width, height)
    parts = boxes(layout) | ({"graph": pygame.Rect(layout.graph)} if graph else {})
    for (name, one), (other_name, other) in combinations(parts.items(), 2):
        assert not one.colliderect(other), (name, other_name)
    for name, part in parts.items():
        assert window.contains(part), name
        assert min(part.size) > 0, name
    for point in (0, 18, 180, 342, 360):
        assert layout.board.point_at(*layout.board.center(point)) == point


@pytest.mark.parametrize("size", [(1, 1), (97, 61), (300, 2000), (4000, 300)])
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_no_window_is_too_odd_to_draw(size, state):
    surface = pygame.Surface(size)
    draw_window(surface, state, make_window_layout(*size))


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("name", STATES)
def test_controls_are_in_sight_and_apart(width, height, name):
    state, layout = STATES[name], make_window_layout(width, height)
    found = controls(state, layout)
    front = next((i for i, c in enumerate(found) if c.kind == "shade"), len(found))
    window = pygame.Rect(0, 0, width, height)
    for part in (found[:front], found[front:]):
        flat = [c for c in part if c.kind not in ("shade", "menu", "dialog", "setting")]
        for control in flat:
            assert window.contains(pygame.Rect(control.box)), control
        for one, other in combinations(flat, 2):
            assert not pygame.Rect(one.box).colliderect(other.box), (one, other)


@pytest.mark.parametrize(("width", "height"), SIZES[:3])
@pytest.mark.parametrize("name", STATES)
def test_labels_fit_into_their_controls(width, height, name):
    state, layout = STATES[name], make_window_layout(width, height)
    for control in controls(state, layout):
        if control.kind in ("tab", "button", "item"):
            size = (
                round(layout.unit * 0.95) if control.kind == "button" else layout.unit
            )
            needed = text_width(control.label, size, bold=False)
            if control.kind == "item":
                note = round(layout.unit * 0.9)
                needed += text_width(control.note, note, bold=False)
                needed += round(layout.unit * 3.3)
            assert needed <= control.box.width, control


def test_hints_shown_once_in_a_game_have_no_words_under_them():
    state = run(thought(fresh(), Q16=0.6), "reveal")
    assert state.hints_shown and not state.hints_on
    assert _instead_of_moves(state) == ()
    assert len(_instead_of_moves(run(state, "reveal"))) == 3


def test_every_command_has_a_visible_control():
    layout = make_window_layout(800, 600)
    shown = set()
    for menu in MENUS:
        for control in controls(run(fresh(), ev.MenuOpened(menu)), layout):
            if isinstance(control.event, ev.CommandGiven):
                x, y = pygame.Rect(control.box).center
                if control.kind in ("item", "button", "icon"):
                    shown.add(control.event.name)
                if control.kind == "item":
                    state = run(fresh(), ev.MenuOpened(menu))
                    assert hit(state, layout, x, y) == control.event
    assert shown == {command.name for command in COMMANDS}


def test_the_help_lists_every_command():
    words = {text for key, text in help_rows() if key}
    assert {label_of(c).removesuffix(" ...") for c in COMMANDS} == words
    shown = {key.lower() for keys, _ in help_rows() for key in keys.split()}
    assert shown == set(BY_KEY), "every key, the second ones too"


def test_clicks_reach_what_is_in_front():
    layout = make_window_layout(1280, 800)
    state = STATES["review"]
    center = layout.board.center(180)
    assert hit(state, layout, *center) == ev.PointChosen(180)
    menu = run(state, ev.MenuOpened("Game"))
    below = layout.board.center(350)
    assert hit(menu, layout, *below) == ev.MenuOpened("")
    assert hit(run(state, "help"), layout, *center) is None
    number = hit(state, layout, *pygame.Rect(number_box(layout)).center)
    assert number == ev.Explained("number")
    for control in controls(state, layout):
        x, y = pygame.Rect(control.box).center
        assert hit(state, layout, x, y) == control.event
    moves = [c for c in controls(state, layout) if c.kind == "move"]
    assert [c.data for c in moves] == [parse_vertex("D4"), parse_vertex("Q16")]


def test_the_pass_button_shows_what_speaks_for_a_pass():
    layout = make_window_layout(1280, 800)

    def labels(state):
        return [c.label for c in controls(state, layout) if c.kind == "button"]

    state = thought(run(opened(), "last"), D4=0.5)
    assert "Pass" in labels(state)
    state = update(state, ev.PassShareFound(state.serial, 0.42))
    assert "Pass 42%" in labels(state)
    assert "Pass" in labels(run(state, "hints")), "hidden with the hints"
    assert "Pass" in labels(run(state, "back"))


def test_the_planes_can_be_chosen_one_by_one():
    layout = make_window_layout(1280, 800)
    cells = [c for c in controls(STATES["planes"], layout) if c.kind == "plane"]
    assert [c.event for c in cells] == [ev.PlaneChosen(i) for i in range(48)]
    assert 48 % PLANE_COLUMNS == 0
    assert [c.data for c in cells if c.chosen] == [14]


def pixels(state, size=(1280, 800)):
    surface = pygame.Surface(size)
    layout = make_window_layout(*size)
    draw_window(surface, state, layout)
    return surface, layout


def at(surface, place):
    return np.array(surface.get_at(place)[:3], int)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("wood", [True, False])
def test_the_board_shows_stones_hints_and_the_pointer(theme, wood):
    state = run(fresh(theme=theme, wood=wood, role=Role.BOTH), "Q16", "D4")
    empty, layout = pixels(replace(state, options=replace(state.options, hints=False)))
    center = layout.board.center
    black, white = center(parse_vertex("Q16")), center(parse_vertex("D4"))
    assert at(empty, black).mean() < 90
    off = round(layout.board.cell * 0.4)
    assert at(empty, (white[0] - off // 2, white[1] - off // 2)).mean() > 150
    hinted, _ = pixels(thought(state, K10=0.9))
    spot = center(parse_vertex("K10"))
    beside = (spot[0], spot[1] + round(layout.board.cell * 0.3))
    assert np.abs(at(hinted, beside) - at(empty, beside)).sum() > 60
    hovered, _ = pixels(run(state, ev.Pointed(ev.PointChosen(100)), "hints"))
    x, y = center(100)
    beside = (x + off // 2, y + off // 2)
    assert np.abs(at(hovered, beside) - at(empty, beside)).sum() > 60


def test_planes_and_territory_are_drawn_on_their_points():
    state = run(opened(), "forward_ten")
    plain, layout = pixels(run(state, "hints"))
    own, _ = pixels(run(state, "hints", "planes"))
    stones = state.position.stones
    for point in range(POINTS):
        center = layout.board.center(point)
        differs = np.abs(at(own, center) - at(plain, center)).sum() > 60
        if point != state.position.last_move:
            assert differs == (stones[point] == state.position.to_play)
    counted, _ = pixels(judged(run(opened(), "forward", "score")))
    center = layout.board.center(0)
    assert at(counted, center).mean() < 60, "all is Black's"


def test_themes_differ_and_text_stands_out():
    light, _ = pixels(fresh())
    dark, layout = pixels(fresh(theme="dark"))
    corner = (layout.comment.left, layout.comment.top)
    assert at(light, corner).mean() > 200
    assert at(dark, corner).mean() < 60
    for theme in THEMES.values():
        for ink in (theme.text, theme.faint_text, theme.error, theme.mark):
            contrast = abs(np.mean(ink) - np.mean(theme.background))
            assert contrast > 70, (theme.name, ink)


def test_long_and_foreign_names_fit():
    data = f"(;GM[1]PB[{'Long Name ' * 60}]PW[柯洁 이세돌 棋聖]C[{'word ' * 9000}])"
    state = opened(data)
    surface, layout = pixels(state, (800, 600))
    assert surface.get_size() == (800, 600)
    assert len(window_title(state)) < 130
    lines = wrap_text(state.node.text("C"), layout.unit, layout.comment.width)
    assert len(lines) > 100
    assert max(text_width(line, layout.unit, bold=False) for line in lines) <= (
        layout.comment.width
    )
    scrolled = run(state, ev.ScrolledTo("comment", 10))
    assert scrolled.comment_scroll == 10
    assert pixels(scrolled)[0].get_size() == (1280, 800)


def test_text_is_cut_and_wrapped_to_its_width():
    assert cut_text("short", 14, 500) == "short"
    cut = cut_text("a long line of text " * 10, 14, 120)
    assert cut.endswith("…")
    assert text_width(cut, 14) <= 120
    assert wrap_text("one\n\ntwo", 14, 200) == ("one", "", "two")
    assert "".join(wrap_text("棋" * 50, 14, 100)) == "棋" * 50
    assert cut_text("x", 14, 1) in ("", "…")
    assert text_width("tab\tand\0null", 14) > 0


def test_a_font_with_the_characters_is_found_where_there_is_one():
    latin = find_font("abc", 20)
    assert find_font("é", 20).size("é")[0] > 0
    if not pygame.font.match_font("notosanscjksc,droidsansfallback,msgothic"):
        pytest.skip("no font with Chinese characters here")
    chinese = find_font("棋聖", 20)
    assert chinese is not latin
    box = chinese.metrics("\ufffe")[0]
    assert box not in chinese.metrics("棋聖")


def test_dialogs_stay_inside_any_window():
    for size in SIZES:
        layout = make_window_layout(*size)
        for kind in get_args(DialogKind):
            box = dialog_box(Dialog(kind=kind), layout)
            assert pygame.Rect(0, 0, *size).contains(pygame.Rect(box))
    assert Options().hints
