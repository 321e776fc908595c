"""The pointer in fields, lists and scroll bars, and keys from line to line."""

import pygame
import pytest
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.commands import help_rows
from gopolicy_gui.model.forms.field import compose, go_to, insert, make_field
from gopolicy_gui.view import fonts
from gopolicy_gui.view.controls import controls
from gopolicy_gui.view.forms import helpview
from gopolicy_gui.view.forms.fieldview import (
    cursor_box,
    draw_field,
    picture_of,
    place_at,
    vertical_place,
)
from gopolicy_gui.view.forms.pointer import (
    active_field,
    drag,
    input_box,
    line_key,
    press,
    shape_at,
    wheel,
)
from gopolicy_gui.view.forms.scrollbar import first_at, handle_box
from gopolicy_gui.view.layout import Box
from gopolicy_gui.view.theme import LIGHT
from gopolicy_gui.view.window import draw_window, find_layout
from gui_states import fresh, opened, reviewed, run

SIZE = (800, 600)
FILES = tuple(f"game {i}.sgf" for i in range(100))
LONG = "a few words in a line that is broken somewhere " * 12
BOX = Box(10, 10, 300, 100)


def layout_of(state):
    return find_layout(state, SIZE)


def listed():
    return run(fresh(), "open", ev.FolderListed("/games", FILES))


def control(state, kind):
    return next(c for c in controls(state, layout_of(state)) if c.kind == kind)


def entries(state):
    found = controls(state, layout_of(state))
    return [c.label for c in found if c.kind == "entry" and c.event is not None][1:]


def pressed(state, place, **how):
    event, held = press(state, layout_of(state), place, **how)
    return run(state, event), held


def dragged(state, held, place):
    return run(state, drag(state, layout_of(state), held, place))


@pytest.mark.parametrize("is_long", [False, True])
def test_each_letter_is_found_where_it_is_drawn(is_long):
    field = make_field("abc 棋聖 xyz", is_long=is_long)
    for place in range(len(field.text) + 1):
        spot = cursor_box(go_to(field, place), BOX, 14)
        assert place_at(field, BOX, 14, spot.left, spot.centery) == place


def test_a_line_shows_the_part_with_the_cursor():
    for length in (30, 300, 1000):
        field = make_field("wide words " * (length // 11))
        for place in (0, length // 2, len(field.text)):
            moved = go_to(field, place)
            spot = cursor_box(moved, BOX, 14)
            assert BOX.left <= spot.left <= BOX.left + BOX.width
            seen = picture_of(moved, BOX, 14).lines[0]
            assert seen.start <= place <= seen.end
    short = make_field("abc")
    assert picture_of(insert(short, "d"), BOX, 14).lines[0].start == 0


def test_lines_of_a_long_field_hold_every_letter_once():
    text = f"{LONG}\n\nlast  line \n" + "棋" * 90 + "\n"
    field = make_field(text, is_long=True)
    seen = picture_of(field, Box(0, 0, 200, 100_000), 14)
    lines = [text[line.start : line.end] for line in seen.lines]
    assert "".join(lines) == text.replace("\n", "")
    assert len(lines) > 12


def test_keys_go_from_line_to_line_as_they_are_broken():
    field = go_to(make_field(LONG, is_long=True), 0)
    lines = picture_of(field, BOX, 14).lines
    down = vertical_place(field, BOX, 14, "down")
    assert lines[1].start <= down < lines[1].end
    assert vertical_place(go_to(field, down), BOX, 14, "up") == 0
    assert vertical_place(go_to(field, down), BOX, 14, "home") == lines[1].start
    assert vertical_place(field, BOX, 14, "end") == lines[0].end - 1
    assert vertical_place(field, BOX, 14, "up") == 0
    last = go_to(field, len(LONG))
    assert vertical_place(last, BOX, 14, "down") == len(LONG)
    page = vertical_place(field, BOX, 14, "pagedown")
    assert page > down
    assert vertical_place(make_field("a"), BOX, 14, "down") is None


def test_the_pointer_selects_letters_and_words():
    state = run(opened(), "comment", ev.Typed("one two three"))
    box = control(state, "words").box
    start = cursor_box(go_to(make_field("one two three", is_long=True), 4), box, 12)
    unit = layout_of(state).unit
    start = cursor_box(go_to(state.dialog.fields[0], 4), box, unit)
    end = cursor_box(go_to(state.dialog.fields[0], 7), box, unit)
    state, held = pressed(state, start.center)
    assert (state.dialog.fields[0].span, held.kind) == ((4, 4), "field")
    state = dragged(state, held, end.center)
    assert state.dialog.fields[0].selected == "two"
    copied = run(state, ev.DialogKey("ctrl+c"))
    assert (copied.task.text, copied.dialog.typed) == ("two", "one two three")
    taken = run(state, ev.DialogKey("ctrl+x"))
    assert (taken.task.text, taken.dialog.typed) == ("two", "one  three")
    state, _ = pressed(state, (end.right + 20, end.centery), twice=True)
    assert state.dialog.fields[0].selected == "three"
    state, _ = pressed(state, start.center, extend=True)
    assert state.dialog.fields[0].span[0] == 4


def test_another_row_of_the_info_is_typed_into_by_a_click():
    state = run(opened(), "info")
    found = [c for c in controls(state, layout_of(state)) if c.field is not None]
    x, y = pygame.Rect(found[4].box).center
    state, _ = pressed(state, (x + 100, y))
    assert state.dialog.row == 4
    assert active_field(state, layout_of(state)).label == "Komi"
    state = run(state, ev.DialogKey("ctrl+a"), ev.Typed("0.5"), ev.DialogKey("enter"))
    assert state.komi == 0.5


def test_an_input_method_is_heard_and_its_keys_are_its_own():
    state = run(opened(), "comment", ev.Composed("zhong", 5))
    assert (state.dialog.typed, state.dialog.fields[0].shown) == ("", "zhong")
    before = input_box(run(state, ev.Composed("")), layout_of(state))
    assert input_box(state, layout_of(state)).left > before.left
    for key in ("enter", "escape", "backspace", "left", "down"):
        assert run(state, ev.DialogKey(key)).dialog == state.dialog
    assert line_key(state, layout_of(state), "down") is None
    state = run(state, ev.Composed(""), ev.Typed("中"))
    assert state.dialog.fields[0].shown == "中"
    assert run(fresh(), ev.Composed("x")).dialog is None
    assert input_box(fresh(), layout_of(fresh())) is None


def test_a_list_is_dragged_by_its_bar_wherever_the_cursor_is():
    state = run(listed(), ev.DialogKey("down"))
    bar = control(state, "bar")
    handle = handle_box(bar.box, bar.span)
    state, held = pressed(state, (handle.left + 2, handle.top + 3))
    assert entries(state)[0] == "game 0.sgf"
    state = dragged(state, held, (0, bar.box.top + bar.box.height + 900))
    assert entries(state)[-1] == "game 99.sgf"
    state = dragged(state, held, (0, bar.box.top + bar.box.height // 2))
    assert "game 0.sgf" not in entries(state)
    assert "game 99.sgf" not in entries(state)
    state = run(state, ev.DialogKey("down"))
    assert entries(state)[0] == "game 1.sgf", "the cursor's row comes into sight"
    x, y, _, _ = bar.box
    state, _ = pressed(state, (x + 2, y + 200))
    assert "game 1.sgf" not in entries(state), "a press beside the handle"


def test_the_wheel_scrolls_what_it_is_over():
    state = listed()
    state = run(state, wheel(state, layout_of(state), (400, 300), 2))
    assert entries(state)[0] == "game 6.sgf"
    state = run(state, wheel(state, layout_of(state), (400, 300), -9))
    assert entries(state)[0] == "game 0.sgf"
    state = run(opened(), "resign")
    assert wheel(state, layout_of(state), (400, 300), 1) is None
    words = opened(f"(;GM[1]C[{LONG * 9}];B[aa])")
    middle = pygame.Rect(layout_of(words).comment).center
    assert wheel(words, layout_of(words), middle, 1) == ev.ScrolledTo("comment", 3)
    assert wheel(words, layout_of(words), (100, 100), 1) == ev.Scrolled(1)


def test_the_wheel_leaves_the_cursor_of_a_long_field_behind():
    state = run(opened(), "comment", ev.Typed(LONG * 9))
    state = run(state, wheel(state, layout_of(state), (400, 300), -5))
    words = control(state, "words")
    seen = picture_of(words.field, words.box, layout_of(state).unit)
    assert seen.lines[-1].end < len(LONG * 9)
    typed = run(state, ev.Typed("x"))
    words = control(typed, "words")
    seen = picture_of(words.field, words.box, layout_of(state).unit)
    assert seen.lines[-1].end == len(words.field.text)


def test_the_pointer_is_a_bar_over_text():
    state = run(opened(), "comment")
    middle = pygame.Rect(control(state, "words").box).center
    assert shape_at(state, layout_of(state), middle) == "text"
    assert shape_at(state, layout_of(state), (3, 3)) == "arrow"


@pytest.mark.parametrize("total", [11, 40, 5000])
def test_a_handle_says_what_is_shown_and_leads_there(total):
    box = Box(5, 20, 12, 300)
    for first in {0, 1, (total - 10) // 3, total - 10}:
        handle = handle_box(box, (first, 10, total))
        assert handle.height >= 12
        assert box.top <= handle.top <= box.top + box.height - handle.height
        found = first_at(box, (first, 10, total), handle.top)
        assert abs(found - first) <= max(1, total / 280)
    assert first_at(box, (0, 10, total), -99) == 0
    assert first_at(box, (0, 10, total), 999) == total - 10


def test_what_is_selected_and_composed_is_seen():
    def drawn(field):
        surface = pygame.Surface((320, 120))
        draw_field(surface, field, BOX, 14, LIGHT)
        return pygame.image.tobytes(surface, "RGB")

    field = make_field("some words", is_long=True)
    selected = go_to(field, 0, extend=True)
    pictures = [drawn(field), drawn(selected), drawn(compose(field, "zh", 2))]
    assert len(set(pictures)) == 3


def test_dialogs_with_odd_text_are_drawn_in_any_window():
    for size in ((1, 1), SIZE):
        for text in ("\n\n\n", "\t\0", "棋" * 300):
            for name in ("comment", "info", "open"):
                state = run(opened(), name, ev.Typed(text), ev.Composed("x", 1))
                draw_window(pygame.Surface(size), state, find_layout(state, size))


@pytest.mark.parametrize("size", [(480, 360), SIZE, (2560, 1600)])
def test_all_keys_can_be_read_in_any_window(monkeypatch, size):
    drawn = []

    def draw_text(surface, text, place, height, color, **options):
        drawn.append((text, height))
        return fonts.draw_text(surface, text, place, height, color, **options)

    monkeypatch.setattr(helpview, "draw_text", draw_text)
    state, first = run(fresh(), "help"), None
    unit = find_layout(state, size).unit
    for _ in range(20):
        layout = find_layout(state, size)
        draw_window(pygame.Surface(size), state, layout)
        bars = [c for c in controls(state, layout) if c.kind == "bar"]
        if not bars or bars[0].span[0] == first:
            break
        first = bars[0].span[0]
        state = run(state, wheel(state, layout, (9, 9), 3))
    texts = {text for row in help_rows() for text in row if text}
    assert texts <= {text for text, _ in drawn}
    assert min(height for _, height in drawn) >= round(unit * 0.7)
    assert bool(bars) == (size != (2560, 1600))


def test_the_keys_are_scrolled_by_keys():
    state = run(fresh(), "help", *[ev.DialogKey("pagedown"), ev.DialogKey("up")])
    assert state.dialog.scroll == 9
    assert run(state, *[ev.DialogKey("pageup")] * 2).dialog.scroll == 0


def test_the_surprises_are_scrolled_by_their_bar_and_the_wheel():
    state = run(reviewed(opened()), "report")
    bar = control(state, "bar")
    _, room, total = bar.span
    assert total > room > 2

    def listed_now(state):
        found = controls(state, layout_of(state))
        return [c.label for c in found if c.kind == "item"]

    whole = list(listed_now(state))
    while len(whole) < total:
        middle = pygame.Rect(bar.box).midleft
        state = run(
            state, wheel(state, layout_of(state), (middle[0] - 40, middle[1]), 1)
        )
        whole += [label for label in listed_now(state) if label not in whole]
    x, y, _, _ = bar.box
    state, held = pressed(state, (x + 2, y + 2))
    assert listed_now(state) == whole[:room], "a press beside the handle"
    state = dragged(state, held, (x, y + 5000))
    assert listed_now(state) == whole[-room:]
    assert run(state, ev.GameOpened("/x/b.sgf", state.tree, 1)).report_scroll == 0
