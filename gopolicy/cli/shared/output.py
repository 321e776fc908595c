"""How commands print: JSON, progress, numbers as text."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gopolicy.files import whole_file

if TYPE_CHECKING:
    from numpy.typing import NDArray


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def save_array(path: Path | None, values: NDArray[Any]) -> None:
    """Writes ``values`` for numpy.load, whole or not at all; nothing without a path."""
    if path is None:
        return
    import numpy as np

    with whole_file(path) as file:
        np.save(file, values, allow_pickle=False)


def progress_bar(label: str) -> Callable[[int, int | None], None]:
    """A progress bar on stderr, as a function of (done, total)."""
    import time

    began = time.monotonic()
    last = 0.0

    def show(done: int, total: int | None) -> None:
        nonlocal last
        now = time.monotonic()
        finished = total is not None and done >= total
        if now - last < 0.2 and not finished:
            return
        last = now
        text = f"{label} {done:,}"
        if total:
            left = (now - began) * (total - done) / max(done, 1)
            filled = 24 * done // total
            text = (
                f"{label} [{'#' * filled}{'.' * (24 - filled)}] "
                f"{100 * done // total:3d} %, {format_clock(left)} left"
            )
        if sys.stderr.isatty():
            click.echo(f"\r{text:<70}" + ("\n" if finished else ""), nl=False, err=True)
        elif finished:
            click.echo(
                f"{label} {done:,} done in {format_clock(now - began)}", err=True
            )

    return show


def format_clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def format_percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def format_share(share: float, interval: tuple[float, float]) -> str:
    """A share of 1 with its interval, in per cent."""
    low, high = interval
    return f"{100 * share:6.2f} [{100 * low:.2f}, {100 * high:.2f}] %"


def format_nats(value: float, interval: tuple[float, float]) -> str:
    """A log loss with its interval."""
    return f"{value:6.3f} [{interval[0]:.3f}, {interval[1]:.3f}] nats"
