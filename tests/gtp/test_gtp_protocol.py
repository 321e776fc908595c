"""Lines, ids, comments and answers, whatever the commands do."""

import io
import logging

import pytest
from gtp_client import Output, answers
from hypothesis import given, settings
from hypothesis import strategies as st

from gopolicy.gtp import protocol
from gopolicy.gtp.protocol import (
    Command,
    GtpError,
    Session,
    Stream,
    format_answer,
    parse_command,
    read_lines,
)


def fail(words):
    raise GtpError("it failed")


def crash(words):
    raise KeyError("some bug")


HANDLERS = {
    "echo": lambda words: " ".join(words),
    "rows": lambda words: "\na\n\n\nb\n",
    "count": lambda words: Stream(f"line {n}" for n in range(3)),
    "fail": fail,
    "crash": crash,
}


def session(*lines, handlers=HANDLERS):
    output = Output()
    Session(handlers, lines, output).run()
    return output.getvalue()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("echo a b\n", Command("", "echo", ("a", "b"))),
        ("  echo\ta\t b \n", Command("", "echo", ("a", "b"))),
        ("12 echo a\r\n", Command("12", "echo", ("a",))),
        ("12 echo a # 13 echo b\n", Command("12", "echo", ("a",))),
        ("ec\x00h\x07o a\x7f\r\n", Command("", "echo", ("a",))),
        ("2147483647 x\n", Command("2147483647", "x", ())),
        ("2147483648 x\n", Command("", "2147483648", ("x",))),
        ("-1 x\n", Command("", "-1", ("x",))),
        ("\u0663 x\n", Command("", "\u0663", ("x",))),
        ("7\n", Command("7", "", ())),
        ("", None),
        ("\n", None),
        ("\r\n", None),
        (" \t \n", None),
        ("# only a comment\n", None),
        ("\x01\x02\n", None),
    ],
)
def test_lines_are_taken_apart(line, expected):
    assert parse_command(line) == expected


@pytest.mark.parametrize(
    ("number", "text", "failed", "expected"),
    [
        ("", "", False, "=\n\n"),
        ("3", "", False, "=3\n\n"),
        ("3", "Q16", False, "=3 Q16\n\n"),
        ("", "syntax error", True, "? syntax error\n\n"),
        ("9", "", True, "?9\n\n"),
        ("", "a\n\nb\n\n\n", False, "= a\nb\n\n"),
        ("", "\nboard \nrow\x07\r", False, "= \nboard\nrow\n\n"),
    ],
)
def test_answers_end_in_the_only_empty_line(number, text, failed, expected):
    assert format_answer(number, text, failed=failed) == expected


def test_each_command_is_answered_in_turn():
    lines = [
        "echo a\n",
        "\n",
        "# x\n",
        "5 echo b c\r\n",
        "6 fail\n",
        "nothing\n",
        "8\n",
    ]
    assert session(*lines) == (
        "= a\n\n=5 b c\n\n?6 it failed\n\n? unknown command\n\n?8 unknown command\n\n"
    )


def test_quit_is_answered_and_ends_the_session():
    assert session("1 quit\n", "echo a\n") == "=1\n\n"


def test_the_end_of_the_input_ends_the_session():
    assert session() == ""
    assert session("echo last") == "= last\n\n"


def test_a_bug_in_a_command_is_answered_and_logged(caplog):
    with caplog.at_level(logging.ERROR):
        text = session("4 crash\n", "echo on\n")
    assert text == "?4 internal error: KeyError: 'some bug'\n\n= on\n\n"
    assert "crash failed" in caplog.text


def test_a_stream_that_ends_is_written_whole():
    assert session("7 count\n", "echo on\n") == (
        "=7\nline 0\nline 1\nline 2\n\n= on\n\n"
    )


def test_a_bug_in_a_stream_ends_it(caplog):
    def lines():
        yield "one"
        raise ZeroDivisionError

    text = session("a\n", "b\n", handlers={"a": lambda words: Stream(lines())})
    assert text == "=\none\n\n? unknown command\n\n"
    assert "a failed" in caplog.text


def endless():
    number = 0
    while True:
        yield f"line {number}"
        number += 1


@pytest.mark.parametrize("line", ["echo on\n", "\n", "# interrupt\n"])
def test_an_endless_stream_goes_on_until_the_next_line(line):
    output = Output()

    def source():
        yield "count\n"
        output.wait_for(lambda text: "line 3\n" in text)
        yield line

    handlers = {**HANDLERS, "count": lambda words: Stream(endless(), 0.001)}
    Session(handlers, source(), output).run()
    first, *rest = answers(output.getvalue())
    assert first[2].startswith("line 0\nline 1\nline 2\nline 3")
    assert rest == ([("=", "", "on")] if "echo" in line else [])


def test_an_endless_stream_ends_with_the_input():
    handlers = {"count": lambda words: Stream(endless(), 0.001)}
    output = Output()
    Session(handlers, ["count\n"], output).run()
    assert output.getvalue().startswith("=\nline 0\n")
    assert output.getvalue().endswith("\n\n")


class Deaf(Output):
    """Nobody listens any more."""

    def write(self, text):
        raise BrokenPipeError


@pytest.mark.parametrize("line", ["echo a\n", "count\n"])
def test_a_client_that_is_gone_ends_the_session(line):
    Session(HANDLERS, [line, "echo b\n"], Deaf()).run()


def test_bytes_of_any_kind_become_lines():
    data = b"echo \xff\xfe\n\xe5\x9b\xb4\xe6\xa3\x8b\r\nlast"
    assert list(read_lines(io.BytesIO(data))) == [
        "echo \ufffd\ufffd\n",
        "\u56f4\u68cb\r\n",
        "last",
    ]


def test_a_line_that_is_too_long_is_cut_and_the_next_one_is_whole(monkeypatch):
    monkeypatch.setattr(protocol, "MAX_LINE", 10)
    lines = list(read_lines(io.BytesIO(b"a" * 95 + b"\necho b\n")))
    assert lines == ["a" * 10, "echo b\n"]


@given(st.lists(st.text(max_size=40), max_size=30))
@settings(max_examples=150, deadline=None)
def test_any_lines_give_answers_that_can_be_read(lines):
    text = session(*(line.replace("\n", " ") + "\n" for line in lines))
    commands = [parse_command(line.replace("\n", " ")) for line in lines]
    expected = [command for command in commands if command is not None]
    names = [command.name for command in expected]
    if "quit" in names:
        expected = expected[: names.index("quit") + 1]
    assert [number for _, number, _ in answers(text)] == [c.id for c in expected]


@given(st.text(), st.booleans())
def test_any_text_is_one_answer(text, failed):
    (answer,) = answers(format_answer("1", text, failed=failed))
    assert answer[:2] == ("?" if failed else "=", "1")
