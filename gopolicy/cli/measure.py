"""``evaluate`` and ``models``: how good a network is, and which there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gopolicy.cli.shared import (
    JSON,
    SYMMETRIES,
    format_percent,
    print_json,
    progress_bar,
)

if TYPE_CHECKING:
    from gopolicy.evaluate import Evaluation
    from gopolicy.modelstore import ModelInfo


@click.command()
@click.argument("arguments", nargs=-1, required=True, metavar="[MODEL] FILE.h5...")
@click.option(
    "--positions", type=click.IntRange(min=1), help="Only so many, at random."
)
@SYMMETRIES
@JSON
def evaluate(
    arguments: tuple[str, ...], positions: int | None, symmetries: str, as_json: bool
) -> None:
    """Measure how well MODEL predicts the moves of a dataset."""
    from gopolicy import evaluate as evaluation
    from gopolicy.dataset import Dataset
    from gopolicy.policy import load_policy

    files = [name for name in arguments if name.endswith((".h5", ".hdf5"))]
    models = [name for name in arguments if name not in files]
    if len(models) > 1 or not files:
        raise click.UsageError("name one MODEL at most, and at least one FILE.h5")
    data = Dataset.open(*files)
    policy = load_policy(models[0] if models else "default", symmetries=int(symmetries))
    result = evaluation.evaluate(
        policy.log_probabilities,
        data,
        n_positions=positions,
        progress=progress_bar("evaluating"),
    )
    if as_json:
        print_json(
            {
                "model": policy.name,
                "positions": result.positions,
                "games": result.games,
                "symmetries": policy.symmetries,
                **result.figures,
                "intervals": result.intervals,
                "by_move": result.by_move,
            }
        )
        return
    click.echo(
        f"model {policy.name} on {result.positions:,} positions of "
        f"{result.games:,} games, {policy.symmetries} symmetries\n"
    )
    _print_evaluation(result)


def _print_evaluation(result: Evaluation) -> None:
    for name, value in result.figures.items():
        low, high = result.intervals[name]
        if name == "log_loss":
            click.echo(f"{'log loss':9s} {value:8.4f}    [{low:.4f}, {high:.4f}] nats")
        else:
            click.echo(
                f"{name.replace('top', 'top-'):9s} {format_percent(value):>9s}   "
                f"[{format_percent(low)}, {format_percent(high)}]"
            )
    click.echo("\nmoves         positions     top-1   log loss")
    for row in result.by_move:
        click.echo(
            f"{row['first']:4.0f} - {row['last']:4.0f} {row['positions']:12,.0f} "
            f"{format_percent(row['top1']):>9s} {row['log_loss']:10.4f}"
        )


@click.command()
@JSON
def models(as_json: bool) -> None:
    """List the models that are installed, with their cards' figures."""
    from gopolicy.modelstore import list_models, places

    found = list_models()
    if as_json:
        print_json([_model_row(info) for info in found])
        return
    if not found:
        looked = ", ".join(str(place) for place in places())
        raise click.ClickException(f"no models in {looked}")
    for info in found:
        network = info.network
        click.echo(f"{info.name}   {network.architecture}, {network.filters} filters")
        click.echo(f"    {info.path}")
        for key, value in info.card.items():
            if not isinstance(value, (dict, list)):
                click.echo(f"    {key}: {value}")
        for row in info.card.get("figures", []):
            click.echo(
                f"    {row['data']}: top-1 {format_percent(row['top1'])}, "
                f"top-5 {format_percent(row['top5'])}, log loss {row['log_loss']:.4f}"
            )


def _model_row(info: ModelInfo) -> dict[str, object]:
    from gopolicy.config import format_config

    return {
        "name": info.name,
        "path": str(info.path),
        "network": format_config(info.network),
        "card": info.card,
    }
