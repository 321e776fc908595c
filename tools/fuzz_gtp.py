"""Feeds random lines to the GTP engine, in parts of a thousand, and watches its memory.

Each line must be answered as the protocol says; ``tests/support/gtp_client.py`` makes
the lines and reads the answers. 100,000 take some time. Memory is right on Linux, which
gives it in kilobytes; needs a Unix. Usage:
python tools/fuzz_gtp.py [LINES]
"""

import resource
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from gtp_client import fuzz  # noqa: E402


def main(lines: int) -> None:
    for part in range(lines // 1000):
        given = fuzz(1000, seed=1000 + part)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        report = f"{(part + 1) * 1000} lines, {given} answers, at most {memory} MB"
        sys.stdout.write(report + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
