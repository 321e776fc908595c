"""The engine as other programs start it: a process of its own, and its stdout."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from gtp_client import answers, fuzz

ROOT = Path(__file__).resolve().parents[2]

#: The engine with a policy that prints, as a careless library would: by Python and past
#: it.
NOISY = """
import os, sys
from gopolicy import policy
class Noisy(policy.UniformPolicy):
    def probabilities(self, positions):
        print("noise")
        os.write(1, b"more noise\\n")
        return super().probabilities(positions)
policy.load_policy = lambda name, **options: Noisy()
from gopolicy.cli import main
main(sys.argv[1:])
"""


def start(*arguments):
    path = os.pathsep.join([str(ROOT), str(ROOT / "gui")])
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.slow
def test_stdout_holds_answers_and_nothing_else():
    process = start("-c", NOISY, "gtp", "--playouts", "2", "--seed", "5")
    commands = b"1 genmove b\r\n2 lz-genmove_analyze w\n3 final_score\n4 showboard\n"
    out, err = process.communicate(commands, timeout=300)
    assert process.returncode == 0, err
    found = list(answers(out.decode()))
    assert [(status, number) for status, number, _ in found] == [
        ("=", str(number)) for number in (1, 2, 3, 4)
    ]
    assert b"noise" not in out and err.count(b"more noise") >= 3
    assert b"GTP ready" in err  # LizGoban begins only then


@pytest.mark.slow
def test_the_shipped_network_plays_and_analyses_until_it_is_interrupted():
    process = start("-m", "gopolicy", "gtp", "--komi", "6.5", "--no-resign")
    process.stdin.write(b"play b Q16\ngenmove w\nkata-analyze b 5\n")
    process.stdin.flush()
    lines: list[bytes] = []
    while sum(line.startswith(b"info ") for line in lines) < 3:
        lines.append(process.stdout.readline())
        assert lines[-1], process.stderr.read()
    # Clients keep the pipe open until the engine is gone.
    process.stdin.write(b"stop\nquit\n")
    process.stdin.flush()
    with process:
        out, err = process.stdout.read(), process.stderr.read()
        assert process.wait() == 0, err
    *_, analysis, stop, last = answers((b"".join(lines) + out).decode())
    assert analysis[2].count("\n") >= 2
    assert stop == ("=", "", "") and last == ("=", "", "")
    assert re.match(rb"= *\n\n= [A-T]\d+\n\n", b"".join(lines) + out)


@pytest.mark.slow
def test_what_cannot_start_says_so_on_stderr():
    process = start("-m", "gopolicy", "gtp", "--model", "no such")
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (1, b"")
    assert err.decode().splitlines()[-1].startswith("Error: no model 'no such'")


@pytest.mark.parametrize("seed", [1, 2])
def test_random_lines_get_answers_that_can_be_read(seed):
    assert fuzz(500, seed) > 400
