"""The analysis engine as clients start it: a process, with KataGo's options."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from analysis_client import (  # type: ignore[import-not-found] # beside
    check_answer,
    query,
)

ROOT = Path(__file__).resolve().parents[2]
#: As KaTrain's backend "local" starts KataGo.
KATAGO_OPTIONS = ["-model", "m.bin.gz", "-human-model", "h.bin.gz", "-config", "c.cfg"]
OVERRIDE = ["-override-config", "homeDataDir=/nowhere,logToStderr=false"]


def start(*options, **pipes):
    path = os.pathsep.join([str(ROOT), str(ROOT / "gui")])
    return subprocess.Popen(
        [sys.executable, "-m", "gopolicy", "analysis", *options],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **pipes,
    )


@pytest.mark.slow
def test_katagos_command_line_starts_it_and_the_end_of_the_input_ends_it():
    process = start(*KATAGO_OPTIONS, *OVERRIDE)
    big = query("big", "B Q16", padding="x" * 3_000_000)
    lines = [json.dumps(request) for request in (query("a", maxVisits=100), big)]
    out, err = process.communicate("\n".join(lines).encode(), timeout=300)
    assert process.returncode == 0, err
    answers = [check_answer(json.loads(line)) for line in out.splitlines()]
    assert {a["id"] for a in answers if "rootInfo" in a} == {"a", "big"}
    assert any(a.get("field") == "padding" for a in answers)
    # KaTrain shows a line with "ready" as good news, and one with "error" as bad.
    text = err.decode()
    assert "ready to begin handling requests" in text
    assert "error" not in text.lower()


@pytest.mark.slow
def test_a_client_that_goes_away_ends_it():
    process = start()
    process.stdout.close()
    process.stdin.write(json.dumps(query()).encode() + b"\n")
    process.stdin.flush()
    with process.stdin, process.stderr as err:  # the input stays open
        assert process.wait(timeout=300) == 0, err.read()


@pytest.mark.slow
def test_a_start_that_fails_ends_with_another_code_than_an_end_that_was_meant():
    process = start("--model", "no such")
    out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (2, b"")
    assert "no model 'no such'" in err.decode().splitlines()[-1]
