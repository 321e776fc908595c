"""The program's end: at once where threads may be left, else as Python's always is."""

import atexit
import os
import subprocess
import sys

import pytest

from gopolicy import __main__ as program
from gopolicy.cli.shared import console


class Ended(Exception):
    pass


@pytest.mark.parametrize("code", [0, 1, 2])
@pytest.mark.parametrize("at_once", [False, True])
def test_the_exit_code_is_the_commands_own(monkeypatch, code, at_once):
    def end(status):
        raise Ended(status)

    monkeypatch.setattr(program, "main", lambda: sys.exit(code))
    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(atexit, "_run_exitfuncs", lambda: None)
    monkeypatch.setattr(console, "_left", [True] * at_once)
    with pytest.raises(Ended if at_once else SystemExit) as caught:
        program.run()
    assert caught.value.args == (code,)


@pytest.mark.slow
def test_no_thread_keeps_the_program_and_what_was_registered_is_done():
    code = (
        "import atexit, threading, time\n"
        "def work():\n"
        "    time.sleep(60)\n"
        "    print('waited', flush=True)\n"
        "from gopolicy import __main__ as program\n"
        "from gopolicy.cli.shared import console\n"
        "def main():\n"
        "    atexit.register(print, 'tidied')\n"
        "    threading.Thread(target=work).start()\n"
        "    console.end_at_once()\n"
        "    raise SystemExit\n"
        "program.main = main\n"
        "program.run()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=os.environ, check=True
    )
    assert done.stdout == b"tidied\n"
