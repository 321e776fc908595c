"""The GTP client against programs that behave, and that do not."""

import os
import shlex
import sys
import threading

import pytest
from fake_engines import command

from gopolicy.errors import EngineError, RefusedError
from gopolicy.match.client import GtpClient

pytestmark = pytest.mark.slow  # every test starts a program

#: Seconds; only programs that never answer wait for it.
SHORT = 0.5


def start(*manner, timeout=60.0):
    return GtpClient(command(*manner), timeout=timeout)


def python(code):
    return shlex.join([sys.executable, "-c", code])


def test_answers_come_without_their_sign_and_number():
    with start("play", "2") as engine:
        assert engine.ask("name") == "fake play"
        assert engine.ask("clear_board") == ""
        assert [engine.ask("genmove b") for _ in range(3)] == ["a1", "b1", "PASS"]


def test_a_refusal_is_told_and_the_program_lives_on():
    with start("play", "2") as engine:
        with pytest.raises(RefusedError, match="refuses 'final_score': cannot score"):
            engine.ask("final_score")
        assert engine.ask("version") == "1.0"


def test_answers_of_several_lines_and_control_characters():
    code = "input(); print('=1 a\\x07b\\r\\nc\\td\\n\\n', flush=True); input()"
    with GtpClient(python(code)) as engine:
        assert engine.ask("showboard") == "ab\nc\td"


def test_stderr_and_blank_lines_do_no_harm():
    with start("chatty") as engine:
        for _ in range(3):
            assert engine.ask("name") == "fake chatty"


@pytest.mark.parametrize(
    ("manner", "message"),
    [
        (("crash", "1"), "ended with code 3 when asked 'genmove b': fake: out of"),
        (("nonsense", "1"), "'I think D4 is big here', which is not GTP"),
        (("hang", "1"), "did not answer 'genmove b' in 0.5 s"),
        (("mute",), "did not answer 'genmove b' in 0.5 s"),
        (("unnumbered",), "answers command without number when asked"),
        (("flood", "1"), "answers 'genmove b' without an end"),
    ],
)
def test_misbehavior_is_an_engine_error(manner, message):
    silent = manner[0] in ("hang", "mute")
    with start(*manner, timeout=SHORT if silent else 60.0) as engine:
        with pytest.raises(EngineError, match=message) as caught:
            engine.ask("genmove b")
        assert not isinstance(caught.value, RefusedError)
        assert "\n" not in str(caught.value)


def test_a_line_without_end_is_cut():
    code = "import sys; input(); sys.stdout.write('=' * 10_000_000); sys.stdout.flush()"
    with (
        GtpClient(python(code)) as engine,
        pytest.raises(EngineError, match="without an end"),
    ):
        engine.ask("name")


def test_a_dead_program_stays_dead():
    with start("crash", "1") as engine:
        for _ in range(2):
            with pytest.raises(EngineError, match="ended with code 3"):
                engine.ask("genmove b")


@pytest.mark.parametrize("manner", [("play", "1"), ("deaf",), ("mute",), ("hang", "1")])
def test_closing_leaves_no_process_and_no_thread(manner):
    before = threading.active_count()
    engine = start(*manner, timeout=SHORT)
    process = engine._process
    if manner[0] == "hang":
        with pytest.raises(EngineError):
            engine.ask("genmove b")
    engine.close()
    engine.close()
    assert process.poll() is not None
    assert threading.active_count() == before
    with pytest.raises(EngineError):
        engine.ask("name")


@pytest.mark.skipif(os.name != "posix", reason="groups of processes")
def test_what_the_program_started_dies_with_it():
    child = "import time; print('=1 ok\\n', flush=True); time.sleep(600)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    engine = GtpClient(python(code))
    assert engine.ask("name") == "ok"
    engine.close()
    assert not any(thread.is_alive() for thread in engine._threads)  # no open pipe


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("no-such-program --gtp", "cannot start 'no-such-program --gtp': No such file"),
        ("", "no command"),
        ("  ", "no command"),
        ("'unclosed", "cannot read the command"),
        ("/", "cannot start '/'"),
    ],
)
def test_what_cannot_be_started_is_told(line, message):
    with pytest.raises(EngineError, match=message):
        GtpClient(line)


def test_no_shell_sees_the_command(tmp_path):
    code = "import sys; input(); print('=1', sys.argv[1], '\\n', flush=True)"
    with GtpClient(f"{python(code)} '; touch {tmp_path}/x'") as engine:
        assert engine.ask("name") == f"; touch {tmp_path}/x"
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_dies_is_quoted_from_stdout_when_stderr_is_empty():
    with start("weightless") as engine, pytest.raises(EngineError) as caught:
        engine.ask("name")
    assert "ended with code 1" in str(caught.value)
    assert "A network is needed. By default it is looked for" in str(caught.value)


def test_a_program_that_dies_is_quoted_from_stdout_whatever_it_chatters():
    code = (
        "import sys; print('Using 2 threads', file=sys.stderr, flush=True); "
        "print('A network is needed'); sys.exit(1)"
    )
    with GtpClient(python(code)) as engine, pytest.raises(EngineError) as caught:
        engine.ask("name")
    assert "ended with code 1" in str(caught.value)
    assert "Using 2 threads; A network is needed" in str(caught.value)
