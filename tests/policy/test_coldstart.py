"""What a cold process takes is asked of the system; ratios are of rounds in turn."""

import os
import sys

import pytest
from click.testing import CliRunner

from gopolicy import coldstart
from gopolicy.cli import main
from gopolicy.errors import ConfigError

pytestmark = pytest.mark.skipif(
    not hasattr(os, "wait4"), reason="processes are not told what they took"
)


def start(code, *lines):
    return coldstart._Start("x", "start of x", ("-c", code), lines)


def test_seconds_and_memory_are_those_of_the_process(tmp_path):
    code = "sum(range(3_000_000)); kept = bytearray(80_000_000)"
    seconds, memory = coldstart._run(start(code), sys.executable, tmp_path)
    assert seconds > 0.02
    assert memory > 80


def test_an_engine_is_ended_at_its_first_line(tmp_path):
    code = "print(input(), flush=True); input()"
    seconds, _ = coldstart._run(start(code, "name"), sys.executable, tmp_path)
    assert seconds > 0


@pytest.mark.parametrize("lines", [(), ("name",)])
def test_a_start_without_an_answer_is_told(lines, tmp_path):
    with pytest.raises(ConfigError, match="gives no answer to 'start of x'"):
        coldstart._run(start("raise SystemExit(1)", *lines), sys.executable, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("until", ["frame", "stone", "hint"])
def test_the_window_shows_plays_and_hints_before_a_compiler_is_loaded(until, tmp_path):
    code = coldstart._WINDOW.replace("os._exit(0)", "os._exit('numba' in sys.modules)")
    window = coldstart._Start("window", "window", ("-c", code, until))
    _, memory = coldstart._run(window, sys.executable, tmp_path, first_ever=True)
    assert memory < 250


def test_each_round_gives_a_ratio():
    found = [[(1.0, 100.0), (4.0, 400.0)], [(1.0, 100.0), (2.0, 200.0)]]
    rows = list(coldstart._rows(start(""), found, first_ever=False))
    assert [(path, unit, values) for path, _, unit, values in rows] == [
        (("start", "x", "seconds"), "s", [1.0, 1.0]),
        (("start", "x", "seconds_other"), "s", [4.0, 2.0]),
        (("start", "x", "seconds_ratio"), "", [0.25, 0.5]),
        (("start", "x", "memory_mb"), "MB", [100.0, 100.0]),
        (("start", "x", "memory_mb_other"), "MB", [400.0, 200.0]),
        (("start", "x", "memory_mb_ratio"), "", [0.25, 0.5]),
    ]


def test_another_installation_is_compared_by_its_starts():
    result = CliRunner().invoke(main, ["bench", "--against", sys.executable])
    assert result.exit_code == 2
    assert "--against goes with --only start" in result.stderr
