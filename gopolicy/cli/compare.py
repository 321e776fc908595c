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
    count_games,
    count_positions,
    format_clock,
    format_nats,
    format_share,
    print_json,
)
from gopolicy.cli.shared.translation import columns, left, right
from gopolicy.config import ARCHITECTURES, COMPARE, COMPARE_NETWORK, COMPARE_RATES
from gopolicy.language import tr

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
    limit = tr("{seconds:g} s", seconds=60 * (minutes or 0))
    if minutes is None:
        limit = tr.plural("{n:,} step", "{n:,} steps", steps or 0)
    said = tr(
        "{networks} on {positions} of {games}, {folds} folds, {limit} each; "
        "in brackets: 95 % intervals",
        networks=tr.plural("{n} network", "{n} networks", len(standings)),
        positions=count_positions(data.n_positions),
        games=count_games(data.n_games),
        folds=comparison.folds,
        limit=limit,
    )
    click.echo(f"{said}\n")
    _print_table(standings, comparison.config.batch_size)


def _print_table(standings: list[Standing], batch_size: int) -> None:
    """The networks, best first, and how sure the order is."""
    width = max(10, *(columns(standing.rival.name) for standing in standings))
    click.echo(
        f"{left(tr('network'), width)} {right(tr('weights'), 10)} {'MFLOPs':>7s} "
        f"{right(tr('learned'), 8)}  {left(tr('top-1'), 24)} {right(tr('spread'), 7)}  "
        f"{left(tr('log loss'), 28)} {left(tr('behind the best'), 24)} {'p':>7s} "
        f"{right(tr('p above'), 8)}"
    )
    for standing in standings:
        figures, intervals = standing.figures, standing.intervals
        learned = sum(fold.steps for fold in standing.folds) / len(standing.folds)
        text = (
            f"{left(standing.rival.name, width)} {standing.cost.parameters:10,d} "
            f"{standing.cost.flops / 1e6:7.1f} {learned * batch_size:8,.0f}  "
            f"{format_share(figures['top1'], intervals['top1']):24s} "
            f"{100 * standing.spread:7.2f}  "
            f"{left(format_nats(figures['log_loss'], intervals['log_loss']), 28)}"
        )
        if standing.behind is not None and standing.behind_interval is not None:
            behind = format_share(standing.behind, standing.behind_interval)
            text += (
                f" {behind:24s} {standing.p_value:7.4f} {standing.p_value_above:8.4f}"
            )
        click.echo(text.rstrip())
    said = tr(
        "weights: as trained; `models --networks` counts them without normalisation, "
        "which is folded away\nbefore answers; learned: positions in each fold; "
        "spread: standard deviation of top-1 over the folds,\nin points; p: chance of "
        "such a difference to the best between equals (sign flips by\ngame, Holm's "
        "correction); p above: the same to the "
        "network one place above, so that\nthe order is as sure as these"
    )
    click.echo(f"\n{said}")


def _say_what_is_next(comparison: Comparison) -> Callable[[str, int, bool], None]:
    """A line on stderr before each run."""
    total = comparison.folds * len(comparison.rivals)
    number = 0

    def say(name: str, fold: int, is_done: bool) -> None:
        nonlocal number
        number += 1
        said = tr(
            "run {number} of {total}: {name}, fold {fold}",
            number=number,
            total=total,
            name=name,
            fold=fold,
        )
        click.echo(f"{said} {tr('(done before)')}" if is_done else said, err=True)

    return say


def _training_line() -> Callable[[Progress], None]:
    """How one run goes, on a terminal."""

    def show(now: Progress) -> None:
        if not sys.stderr.isatty():
            return
        rest = now.seconds / now.share_done - now.seconds if now.share_done else 0.0
        text = tr(
            "{positions}, loss {loss:.3f}, {clock} left",
            positions=count_positions(now.positions),
            loss=now.loss,
            clock=format_clock(rest),
        )
        end = "\n" if now.share_done >= 1 else ""
        click.echo(f"\r  {left(text, 58)}{end}", nl=False, err=True)

    return show
