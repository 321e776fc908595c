"""``evaluate``: how good a network is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gopolicy.cli.shared.options import (
    PATH,
    json_option,
    symmetries_option,
    threads_option,
)
from gopolicy.cli.shared.output import (
    count_games,
    count_positions,
    format_nats,
    format_percent,
    format_share,
    print_json,
    progress_bar,
)
from gopolicy.cli.shared.translation import columns, left, right
from gopolicy.language import tr

if TYPE_CHECKING:
    from gopolicy.data.dataset import Dataset
    from gopolicy.measure.evaluate import Evaluation
    from gopolicy.measure.pairwise import Pairwise


@click.command()
@click.argument("arguments", nargs=-1, required=True, metavar="[MODEL...] FILE.h5...")
@click.option(
    "--positions", type=click.IntRange(min=1), help="Only so many, at random."
)
@symmetries_option
@threads_option
@json_option
@click.option("--plot", type=PATH, metavar="OUT.png", help="Draw the figures.")
def evaluate(
    arguments: tuple[str, ...],
    positions: int | None,
    symmetries: int,
    threads: int | None,
    as_json: bool,
    plot: Path | None,
) -> None:
    """Measure how well MODEL predicts the moves of a dataset.

    Top-k accuracy, log loss and calibration, by move number and phase, each with its
    95 % interval by a bootstrap over games; beside baselines that need no network.
    Several models are compared in pairs, on the same positions.
    """
    from gopolicy.data.dataset import Dataset
    from gopolicy.measure import evaluate as evaluation
    from gopolicy.policy import load_policy

    files = [name for name in arguments if name.endswith((".h5", ".hdf5"))]
    models = [name for name in arguments if name not in files]
    if not files:
        raise click.UsageError(tr("name at least one FILE.h5"))
    data = Dataset.open(*files)
    if len(models) > 1:
        if plot is not None:
            raise click.UsageError(tr("--plot draws one MODEL"))
        _compare(
            models,
            data,
            positions,
            symmetries=symmetries,
            as_json=as_json,
            threads=threads,
        )
        return
    policy = load_policy(
        models[0] if models else "default", symmetries=symmetries, threads=threads
    )
    result = evaluation.evaluate(
        policy.log_probabilities,
        data,
        n_positions=positions,
        progress=progress_bar(tr("evaluating")),
    )
    title = tr(
        "model {model} on {positions} of {games}, {symmetries}",
        model=policy.name,
        positions=count_positions(result.positions),
        games=count_games(result.games),
        symmetries=_count_symmetries(policy.symmetries),
    )
    if plot is not None:
        from gopolicy.plots.evaluation import save_evaluation_plot

        save_evaluation_plot(plot, result, title)
    if as_json:
        values = evaluation.format_evaluation(result)
        print_json({"model": policy.name, "symmetries": policy.symmetries, **values})
        return
    click.echo(tr("{title}; in brackets: 95 % intervals", title=title) + "\n")
    _print_figures(result)
    _print_rows(result)
    _print_calibration(result)


def _compare(
    models: list[str],
    data: Dataset,
    positions: int | None,
    *,
    symmetries: int,
    threads: int | None,
    as_json: bool,
) -> None:
    """Prints several models' figures, and the difference of each two."""
    from gopolicy.measure.pairwise import compare_pairwise, format_pairwise
    from gopolicy.policy import load_policy

    policies = {
        name: load_policy(name, symmetries=symmetries, threads=threads)
        for name in dict.fromkeys(models)
    }
    if len(policies) < 2:
        raise click.UsageError(tr("name each MODEL once"))
    result = compare_pairwise(
        {name: policy.log_probabilities for name, policy in policies.items()},
        data,
        n_positions=positions,
        progress=progress_bar(tr("evaluating")),
    )
    if as_json:
        print_json({"symmetries": symmetries, **format_pairwise(result)})
        return
    title = tr(
        "{positions} of {games}, {symmetries}",
        positions=count_positions(result.positions),
        games=count_games(result.games),
        symmetries=_count_symmetries(symmetries),
    )
    click.echo(tr("{title}; in brackets: 95 % intervals", title=title) + "\n")
    _print_standings(result)


def _count_symmetries(n: int) -> str:
    return tr.plural("{n} symmetry", "{n} symmetries", n)


def _print_standings(result: Pairwise) -> None:
    """The models' figures, and the difference of each two."""
    width = max(columns(one.name) for one in result.standings) + 2
    click.echo(
        f"{left(tr('model'), width)} {left(tr('top-1'), 26)} {left(tr('top-5'), 26)} "
        f"{tr('log loss')}"
    )
    for one in result.standings:
        top1, top5, loss = (
            (one.figures[name], one.intervals[name])
            for name in ("top1", "top5", "log_loss")
        )
        click.echo(
            f"{left(one.name, width)} {format_share(*top1):26s} "
            f"{format_share(*top5):26s} {format_nats(*loss)}"
        )
    said = tr("how far the first is ahead (p: by games, corrected for all pairs)")
    click.echo(f"\n{said}")
    for pair in result.differences:
        said = tr(
            "{first} - {second}: top-1 {top1}, log loss {log_loss}, p {p:.4f}",
            first=pair.first,
            second=pair.second,
            top1=format_share(pair.top1, pair.top1_interval).strip(),
            log_loss=format_nats(pair.log_loss, pair.log_loss_interval).strip(),
            p=pair.p_value,
        )
        click.echo(said)


def _print_figures(result: Evaluation) -> None:
    """The model's figures, and those of the baselines beside it."""
    sources = [
        ("network", result.figures, result.intervals),
        *((name, row, row["intervals"]) for name, row in result.baselines.items()),
    ]
    heads = "".join(left(tr(name), 28) for name, _, _ in sources)
    click.echo(f"{'':9s}{heads}".rstrip())
    for name in result.figures:
        is_loss = name == "log_loss"
        label = tr("log loss") if is_loss else tr("top-{k}", k=name[len("top") :])
        cells = [
            format_nats(figures[name], intervals[name])
            if is_loss
            else format_share(figures[name], intervals[name])
            for _, figures, intervals in sources
        ]
        row = "".join(left(cell, 28) for cell in cells)
        click.echo(f"{left(label, 9)}{row}".rstrip())


def _print_rows(result: Evaluation) -> None:
    """Accuracy and log loss by phase and by move number."""
    click.echo(
        f"\n{left(tr('moves'), 22)} {right(tr('positions'), 9)}   "
        f"{left(tr('top-1'), 26)} {tr('log loss')}"
    )
    for row in (*result.by_phase, *result.by_move):
        moves = f"{row['first']} - {row['last'] or ''}"
        click.echo(
            f"{left(tr(row.get('name', '')), 12)} {moves:9s} {row['positions']:9,d}   "
            f"{format_share(row['top1'], row['top1_interval']):26s} "
            f"{format_nats(row['log_loss'], row['log_loss_interval'])}"
        )


def _print_calibration(result: Evaluation) -> None:
    """How often the first choice is right, by the network's confidence in it."""
    curve = result.calibration
    click.echo(
        f"\n{left(tr('confidence'), 12)} {right(tr('mean'), 8)} "
        f"{right(tr('positions'), 9)}   {tr('right')}"
    )
    for row in curve["bins"]:
        label = f"{100 * row['low']:.0f} - {100 * row['high']:.0f} %"
        click.echo(
            f"{label:12s} {format_percent(row['confidence']):>8s} "
            f"{row['positions']:9,d}   "
            f"{format_share(row['accuracy'], row['accuracy_interval'])}"
        )
    error = format_share(curve["error"], curve["error_interval"])
    click.echo(tr("calibration error {error}", error=error))
