"""Feeds damaged requests to the analysis engine, by thousands, and watches its memory.

The requests are those that KaTrain sent, and others with fields that it does not; each
answer must be what the protocol allows (``tests/analysis/analysis_client.py``). Memory
is right on Linux, which gives it in kilobytes; needs a Unix. Usage:
python tools/fuzz_analysis.py [LINES]
"""

import resource
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "analysis")]

from analysis_client import fuzz, golden_requests  # type: ignore # noqa: E402


def main(lines: int) -> None:
    requests = golden_requests()
    for part in range(lines // 1000):
        given = fuzz(requests, 1000, seed=1000 + part)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        report = f"{(part + 1) * 1000} lines, {given} answers, at most {memory} MB"
        sys.stdout.write(report + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
