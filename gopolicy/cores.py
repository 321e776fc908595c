"""How many cores this process may use. Knows nothing else; any module may import it."""

import os


def count_cores() -> int:
    """Cores that this process may use; all, where the system does not tell (macOS).

    What a container may have of their time is not asked.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
