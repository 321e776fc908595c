"""How commands print: JSON, progress, numbers as text."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gopolicy.cli.shared.translation import left
from gopolicy.files import whole_file
from gopolicy.language import tr

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


def tell_written(*paths: Path | None) -> None:
    """Says on stderr which files were asked for and are there now."""
    for path in paths:
        if path is not None:
            click.echo(tr("wrote {path}", path=path), err=True)


def progress_bar(label: str) -> Callable[[int, int | None], None]:
    """A progress bar on stderr, as a function of (done, total).

    ``label``: what is done, in the person's language.
    """
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
            left_over = (now - began) * (total - done) / max(done, 1)
            filled = 24 * done // total
            bar = "#" * filled + "." * (24 - filled)
            share, clock = 100 * done // total, format_clock(left_over)
            text = tr(
                "{label} [{bar}] {share:3d} %, {clock} left",
                label=label,
                bar=bar,
                share=share,
                clock=clock,
            )
        if sys.stderr.isatty():
            end = "\n" if finished else ""
            click.echo(f"\r{left(text, 70)}{end}", nl=False, err=True)
        elif finished:
            clock = format_clock(now - began)
            text = tr(
                "{label} {done:,} done in {clock}", label=label, done=done, clock=clock
            )
            click.echo(text, err=True)

    return show


def count_games(n: int) -> str:
    """So many games."""
    return tr.plural("{n:,} game", "{n:,} games", n)


def count_positions(n: int) -> str:
    """So many positions."""
    return tr.plural("{n:,} position", "{n:,} positions", n)


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
    low, high = interval
    return tr(
        "{value:6.3f} [{low:.3f}, {high:.3f}] nats", value=value, low=low, high=high
    )
