"""``compare``: networks side by side, on equal terms."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from gopolicy.cli.shared.options import (
    PATH,
    activation_option,
    dropout_option,
    filters_option,
    initializer_option,
    json_option,
    l2_option,
    names_choice,
    optimizer_option,
    out_option,
    override,
)
from gopolicy.cli.shared.output import (
    format_clock,
    format_nats,
    format_share,
    print_json,
)
from gopolicy.config import ARCHITECTURES, COMPARE, COMPARE_NETWORK, COMPARE_RATES

if TYPE_CHECKING:
    from gopolicy.compare.compare import Comparison, Standing
    from gopolicy.config import Architecture
    from gopolicy.data.dataset import Dataset
    from gopolicy.train.progress import Progress

#: Minutes of training for each network and fold, if nothing else is asked for.
DEFAULT_MINUTES = 40 / 60


@click.command()
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE.h5...")
@click.option(
    "--networks",
    **names_choice(ARCHITECTURES),
    show_default=True,
    help="What to compare.",
)
@click.option(
    "--rival",
    "rivals",
    multiple=True,
    metavar="NETWORK,SETTING=VALUE,...",
    help="One with settings of its own; then only what is named is compared.",
)
@out_option(
    "Folder of the runs; what is finished there is not trained again.",
    default="compare",
    show_default=True,
)
@click.option("--folds", type=int, default=3, show_default=True, help="Parts by game.")
@click.option("--steps", type=click.IntRange(min=1), help="Equal steps for each.")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    help=f"Equal training time for each; {60 * DEFAULT_MINUTES:g} s without --steps.",
)
@filters_option
@activation_option
@initializer_option
@l2_option
@dropout_option
@click.option(
    "--batch-norm/--no-batch-norm", default=None, help="Normalise each layer; default."
)
@click.option("--batch-size", type=int)
@optimizer_option
@click.option("--learning-rate", type=float, help="The same for all networks.")
@click.option("--seed", type=int)
@json_option
@click.option("--plot", type=PATH, metavar="OUT.png", help="Draw the comparison.")
def compare(
    files: tuple[Path, ...],
    networks: tuple[Architecture, ...],
    rivals: tuple[str, ...],
    out: Path,
    folds: int,
    steps: int | None,
    minutes: float | None,
    as_json: bool,
    plot: Path | None,
    **settings: Any,
) -> None:
    """Train networks on the games of FILE.h5 and compare them.

    Cross-validation by game: each network is trained once for each of K folds, on the
    games of the others, and measured on those of the fold. Ctrl-C and the same command
    again goes on where it was.

    `--networks alphago --rival alphago,dropout=0.2 --rival alphago,filters=16` compares
    one network with itself under other settings.
    """
    from gopolicy.compare.rivals import Rival, parse_rival
    from gopolicy.data.dataset import Dataset
    from gopolicy.train.schedule import Budget

    config = override(COMPARE, settings)
    network = override(COMPARE_NETWORK, settings)
    source = click.get_current_context().get_parameter_source("networks")
    if rivals and source is ParameterSource.DEFAULT:
        networks = ()
    chosen = (*map(Rival, networks), *map(parse_rival, rivals))
    data = Dataset.open(*files)
    if steps is None and minutes is None:
        minutes = DEFAULT_MINUTES
    # After what can be told without TensorFlow, so that a slip is told at once.
    from gopolicy.compare import compare as comparing

    comparison = comparing.Comparison(
        rivals=chosen,
        network=network,
        config=config,
        budget=Budget(steps=steps, minutes=minutes, looks=4, look_at=512),
        folds=folds,
        rates=COMPARE_RATES if settings["learning_rate"] is None else {},
    )
    standings = comparing.compare(
        data,
        out,
        comparison,
        started=_say_what_is_next(comparison),
        progress=_training_line(),
    )
    if plot is not None:
        from gopolicy.plots.comparison import save_comparison_plot

        save_comparison_plot(plot, standings, comparison)
    if as_json:
        print_json(comparing.format_comparison(standings, comparison))
    else:
        _print_comparison(standings, comparison, data)


def _print_comparison(
    standings: list[Standing], comparison: Comparison, data: Dataset
) -> None:
    """On what terms, and then the table."""
    steps, minutes = comparison.budget.steps, comparison.budget.minutes
    click.echo(
        f"{len(standings)} networks on {data.n_positions:,} positions of "
        f"{data.n_games:,} games, {comparison.folds} folds, "
        f"{f'{steps:,} steps' if minutes is None else f'{60 * minutes:g} s'} each; "
        "in brackets: 95 % intervals\n"
    )
    _print_table(standings, comparison.config.batch_size)


def _print_table(standings: list[Standing], batch_size: int) -> None:
    """The networks, best first, and how sure the order is."""
    width = max(10, *(len(standing.rival.name) for standing in standings))
    click.echo(
        f"{'network':{width}s} {'weights':>10s} {'MFLOPs':>7s} {'learned':>8s}  "
        f"{'top-1':24s} {'spread':>7s}  {'log loss':28s} "
        f"{'behind the best':24s} {'p':>7s} {'p above':>8s}"
    )
    for standing in standings:
        figures, intervals = standing.figures, standing.intervals
        learned = sum(fold.steps for fold in standing.folds) / len(standing.folds)
        text = (
            f"{standing.rival.name:{width}s} {standing.cost.parameters:10,d} "
            f"{standing.cost.flops / 1e6:7.1f} {learned * batch_size:8,.0f}  "
            f"{format_share(figures['top1'], intervals['top1']):24s} "
            f"{100 * standing.spread:7.2f}  "
            f"{format_nats(figures['log_loss'], intervals['log_loss']):28s}"
        )
        if standing.behind is not None and standing.behind_interval is not None:
            behind = format_share(standing.behind, standing.behind_interval)
            text += (
                f" {behind:24s} {standing.p_value:7.4f} {standing.p_value_above:8.4f}"
            )
        click.echo(text.rstrip())
    click.echo(
        "\nweights: as trained; `models --networks` counts them without normalisation, "
        "which is folded away\nbefore answers; learned: positions in each fold; "
        "spread: standard deviation of top-1 over the folds,\nin points; p: chance of "
        "such a difference to the best between equals (sign flips by\ngame, Holm's "
        "correction); p above: the same to the "
        "network one place above, so that\nthe order is as sure as these"
    )


def _say_what_is_next(comparison: Comparison) -> Callable[[str, int, bool], None]:
    """A line on stderr before each run."""
    total = comparison.folds * len(comparison.rivals)
    number = 0

    def say(name: str, fold: int, is_done: bool) -> None:
        nonlocal number
        number += 1
        click.echo(
            f"run {number} of {total}: {name}, fold {fold}"
            + (" (done before)" if is_done else ""),
            err=True,
        )

    return say


def _training_line() -> Callable[[Progress], None]:
    """How one run goes, on a terminal."""

    def show(now: Progress) -> None:
        if not sys.stderr.isatty():
            return
        left = now.seconds / now.share_done - now.seconds if now.share_done else 0.0
        text = (
            f"  {now.positions:,} positions, loss {now.loss:.3f}, "
            f"{format_clock(left)} left"
        )
        end = "\n" if now.share_done >= 1 else ""
        click.echo(f"\r{text:<60}{end}", nl=False, err=True)

    return show
