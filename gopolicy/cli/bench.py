"""``bench``: how fast the parts of the program are on this machine."""

from __future__ import annotations

import click

from gopolicy.cli.shared.options import json_option, names_choice
from gopolicy.cli.shared.output import print_json
from gopolicy.cli.shared.translation import columns, left, right
from gopolicy.config import BENCH_PARTS, BenchPart
from gopolicy.language import told, tr


@click.command()
@click.argument("sources", nargs=-1, metavar="[GAMES]...")
@click.option(
    "--only",
    **names_choice(BENCH_PARTS, default=BENCH_PARTS[:-1]),
    show_default=True,
    help="What to measure; also start, which takes some minutes.",
)
@click.option(
    "--seconds",
    default=5.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="Time for each figure.",
)
@click.option(
    "--against",
    metavar="PYTHON",
    help="The Python of another installation: measured in turn with this one.",
)
@json_option
def bench(
    sources: tuple[str, ...],
    only: tuple[BenchPart, ...],
    seconds: float,
    against: str | None,
    as_json: bool,
) -> None:
    """Measure how fast this machine computes planes, converts, trains and plays.

    GAMES are the records to measure on, by default the sample games. Each figure is
    the median of several rounds, beside the lowest and the highest.
    """
    from gopolicy.bench import format_figures, measure

    figures = measure(
        sources,
        parts=only,
        seconds=seconds,
        against=against,
        say=lambda text: click.echo(f"{told(text)} ...", err=True),
    )
    if as_json:
        print_json(format_figures(figures))
        return
    labels = [told(figure.label) for figure in figures]
    width = max(map(columns, labels))
    heads = (tr("median"), tr("lowest"), tr("highest"))
    click.echo(" ".join([" " * width, *(right(head, 9) for head in heads)]))
    for label, figure in zip(labels, figures, strict=True):
        values = (figure.value, figure.low, figure.high)
        cells = " ".join(f"{format_figure(value):>9}" for value in values)
        unit = tr(figure.unit)
        click.echo(f"{left(label, width)} {cells}  {unit}".rstrip())


def format_figure(value: float) -> str:
    """Three digits or more: 35,120, 412, 12.3, 0.973."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3f}"
