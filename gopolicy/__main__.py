"""``python -m gopolicy`` is the ``gopolicy`` command."""

import atexit
import os
import sys

from gopolicy.cli import main
from gopolicy.cli.shared import console


def run() -> None:
    """The command, as a program.

    Where threads may still be at work that nobody waits for, such as a compiler, it
    ends without them: Python would tidy up all their memory first, a second and more.
    """
    try:
        main()
    except SystemExit as end:
        if not console.ends_at_once() or not isinstance(end.code, int | None):
            raise
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(end.code or 0)


if __name__ == "__main__":
    run()
