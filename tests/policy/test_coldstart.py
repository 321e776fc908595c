"""What a cold process takes is asked of the system; ratios are of rounds in turn."""

import json
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


def test_the_memory_is_not_that_of_the_process_that_measures(tmp_path):
    """Linux counts what a process has when it starts another one as the other's."""
    kept = bytearray(b"x" * 150_000_000)
    _, memory = coldstart._run(start("pass"), sys.executable, tmp_path)
    assert memory < 100 and len(kept) == 150_000_000


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
    assert not list(tmp_path.rglob("*.sgf")), "the next window would offer it"


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


def test_two_installations_are_measured_in_turn(tmp_path, monkeypatch):
    said = tmp_path / "said"

    def installation(name, figures):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\necho {name} $* >> {said}\necho '{figures}'\n")
        path.chmod(0o755)
        return str(path)

    ours = installation("ours", '{"a": {"b": 6}, "new": 1, "spread": {"a.b": [1, 2]}}')
    other = installation("other", '{"a": {"b": 4}}')
    monkeypatch.setattr(sys, "executable", ours)
    words = ["bench", "--only", "sgf", "--seconds", "2", "--against", other, "--json"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert figures["a"] == {"b": 6, "b_other": 4, "b_ratio": 1.5}
    assert "new" not in figures, "the other does not know it"
    runs = [line.split() for line in said.read_text().splitlines()]
    assert [run[0] for run in runs] == [
        "ours",
        "other",
        "other",
        "ours",
        "ours",
        "other",
    ]
    expected = "-m gopolicy bench --json --only sgf --seconds 2.0"
    assert {" ".join(run[1:]) for run in runs} == {expected}


def test_an_installation_that_cannot_measure_is_told(tmp_path):
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no such part >&2\nexit 2\n")
    broken.chmod(0o755)
    with pytest.raises(ConfigError, match="cannot measure '--only sgf': no such part"):
        coldstart._bench(str(broken), ["--only", "sgf"], tmp_path)
