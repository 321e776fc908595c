"""Text fields: cursor, selection, words, undo, and what an input method composes."""

import random

import pytest
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.forms.field import (
    TextField,
    compose,
    go_to,
    insert,
    make_field,
    press,
    select_word,
)
from gui_states import opened, run


def after(text, *keys):
    """A field with ``text``, then keys; a "|" in it is where the cursor is."""
    cursor = text.index("|") if "|" in text else len(text)
    field = go_to(make_field(text.replace("|", ""), is_long=True), cursor)
    for key in keys:
        found = press(field, key)
        field = insert(field, key) if found is None else found
    return field


def shown(field):
    """The text with "|" at the cursor, and brackets around what is selected."""
    start, end = field.span
    if start == end:
        return f"{field.text[:start]}|{field.text[start:]}"
    return f"{field.text[:start]}[{field.text[start:end]}]{field.text[end:]}"


@pytest.mark.parametrize(
    ("before", "keys", "wanted"),
    [
        ("abc", ["left"], "ab|c"),
        ("|abc", ["left"], "|abc"),
        ("abc|", ["right"], "abc|"),
        ("a|bc", ["right", "x"], "abx|c"),
        ("ab cd ef", ["ctrl+left"], "ab cd |ef"),
        ("ab cd ef", ["ctrl+left", "ctrl+left"], "ab |cd ef"),
        ("|ab cd", ["ctrl+right"], "ab| cd"),
        ("|ab cd", ["ctrl+right", "ctrl+right"], "ab cd|"),
        ("one\ntw|o", ["home"], "one\n|two"),
        ("o|ne\ntwo", ["end"], "one|\ntwo"),
        ("one\ntw|o", ["ctrl+home"], "|one\ntwo"),
        ("o|ne\ntwo", ["ctrl+end"], "one\ntwo|"),
        ("abc", ["shift+left", "shift+left"], "a[bc]"),
        ("abc", ["shift+left", "shift+left", "left"], "a|bc"),
        ("abc", ["shift+left", "shift+left", "right"], "abc|"),
        ("abc", ["shift+home", "x"], "x|"),
        ("ab cd", ["ctrl+shift+left"], "ab [cd]"),
        ("ab cd", ["ctrl+shift+left", "delete"], "ab |"),
        ("abc", ["ctrl+a"], "[abc]"),
        ("abc", ["ctrl+a", "backspace"], "|"),
        ("ab|c", ["backspace"], "a|c"),
        ("ab|c", ["delete"], "ab|"),
        ("|abc", ["backspace"], "|abc"),
        ("ab cd", ["ctrl+backspace"], "ab |"),
        ("|ab cd", ["ctrl+delete"], "| cd"),
        ("棋聖|戦", ["backspace"], "棋|戦"),
    ],
)
def test_keys_do_what_hands_expect(before, keys, wanted):
    assert shown(after(before, *keys)) == wanted


def test_keys_that_mean_nothing_are_left_to_others():
    for key in ("enter", "escape", "up", "tab", "ctrl+s", "f1"):
        assert press(make_field("a"), key) is None


def test_one_undo_takes_back_a_word_and_redo_brings_it_again():
    field = after("", "o", "n", "e", " ", "t", "w", "o")
    assert [field.text, press(field, "ctrl+z").text] == ["one two", "one "]
    field = press(press(field, "ctrl+z"), "ctrl+z")
    assert field.text == "one"
    assert press(press(press(field, "ctrl+z"), "ctrl+z"), "ctrl+z").text == ""
    assert press(field, "ctrl+y").text == "one "
    assert press(press(field, "ctrl+y"), "ctrl+shift+z").text == "one two"
    assert press(insert(press(field, "ctrl+z"), "x"), "ctrl+y").text == "x"


def test_undo_of_what_replaced_a_selection_gives_it_back():
    field = insert(after("abc", "shift+left", "shift+left"), "x")
    assert field.text == "ax"
    assert press(field, "ctrl+z").text == "abc"


def test_a_field_of_one_line_has_one():
    assert insert(make_field(), "a\nb\r\nc").text == "a b c"
    assert insert(make_field(is_long=True), "a\r\nb\n").text == "a\nb\n"
    assert insert(make_field("~"), "\0x").text == "~x"
    assert insert(make_field("ab"), "cdef", most=4).text == "abcd"
    assert insert(make_field("abcd"), "x", most=4).text == "abcd"


def test_what_is_composed_is_shown_at_the_cursor_and_is_no_text_yet():
    field = compose(after("a|b"), "zhong", 5)
    assert (field.text, field.shown) == ("ab", "azhongb")
    field = insert(field, "中")
    assert (field.text, field.composed, field.cursor) == ("a中b", "", 2)
    given_up = compose(compose(after("ab"), "x", 1), "", 0)
    assert given_up.shown == "ab"
    over = compose(after("abc", "ctrl+a"), "y", 9)
    assert (over.shown, over.text, over.caret) == ("y", "abc", 1)


def test_a_double_click_selects_a_word():
    assert select_word(make_field("one two, x"), 5).selected == "two"
    assert select_word(make_field("one two, x"), 7).selected == ","
    assert select_word(make_field("one two"), 3).selected == ""


def test_a_random_typist_never_leaves_the_text_and_can_undo_all():
    choice = random.Random(7)
    keys = ["left", "right", "home", "end", "delete", "backspace", "ctrl+left"]
    keys += [*(f"shift+{key}" for key in keys[:4]), "ctrl+shift+right", "ctrl+a"]
    for _ in range(30):
        field = TextField(is_long=True)
        for _ in range(60):
            if choice.random() < 0.5:
                field = insert(field, choice.choice(["a", " ", "\n", "棋", "word "]))
            else:
                field = press(field, choice.choice(keys))
            assert 0 <= min(field.span) <= max(field.span) <= len(field.text)
        text = field.text
        for _ in range(60):
            field = press(field, "ctrl+z")
        assert field.text == ""
        for _ in range(60):
            field = press(field, "ctrl+y")
        assert field.text == text


def test_a_proposed_name_is_typed_over_but_for_its_suffix():
    state = run(opened(), "save_as", ev.Typed("mine"))
    assert state.dialog.typed == "mine.sgf"
    state = run(opened(), "picture", ev.DialogKey("end"), ev.DialogKey("ctrl+left"))
    assert state.dialog.fields[0].cursor == len("a-0.")
