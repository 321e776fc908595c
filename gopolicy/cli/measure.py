"""``evaluate`` and ``models``: how good a network is, and which there are."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gopolicy.cli.shared import (
    JSON,
    PATH,
    SYMMETRIES,
    format_nats,
    format_percent,
    format_share,
    print_json,
    progress_bar,
)

if TYPE_CHECKING:
    from gopolicy.errors import ModelError
    from gopolicy.evaluate import Evaluation
    from gopolicy.modelstore import ModelInfo


@click.command()
@click.argument("arguments", nargs=-1, required=True, metavar="[MODEL] FILE.h5...")
@click.option(
    "--positions", type=click.IntRange(min=1), help="Only so many, at random."
)
@SYMMETRIES
@JSON
@click.option("--plot", type=PATH, metavar="OUT.png", help="Draw the figures.")
def evaluate(
    arguments: tuple[str, ...],
    positions: int | None,
    symmetries: str,
    as_json: bool,
    plot: Path | None,
) -> None:
    """Measure how well MODEL predicts the moves of a dataset.

    Top-k accuracy, log loss and calibration, by move number and phase, each with its
    95 % interval by a bootstrap over games; beside baselines that need no network.
    """
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
    title = (
        f"model {policy.name} on {result.positions:,} positions of "
        f"{result.games:,} games, {policy.symmetries} symmetries"
    )
    if plot is not None:
        from gopolicy.evaluateplot import save_evaluation_plot

        save_evaluation_plot(plot, result, title)
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
                "by_phase": result.by_phase,
                "calibration": result.calibration,
                "baselines": result.baselines,
            }
        )
        return
    click.echo(f"{title}; in brackets: 95 % intervals\n")
    _print_figures(result)
    _print_rows(result)
    _print_calibration(result)


def _print_figures(result: Evaluation) -> None:
    """The model's figures, and those of the baselines beside it."""
    columns = [
        ("network", result.figures, result.intervals),
        *((name, row, row["intervals"]) for name, row in result.baselines.items()),
    ]
    click.echo(f"{'':9s}" + "".join(f"{name:28s}" for name, _, _ in columns).rstrip())
    for name in result.figures:
        is_loss = name == "log_loss"
        label = "log loss" if is_loss else name.replace("top", "top-")
        cells = [
            format_nats(figures[name], intervals[name])
            if is_loss
            else format_share(figures[name], intervals[name])
            for _, figures, intervals in columns
        ]
        click.echo(f"{label:9s}" + "".join(f"{cell:28s}" for cell in cells).rstrip())


def _print_rows(result: Evaluation) -> None:
    """Accuracy and log loss by phase and by move number."""
    click.echo(f"\n{'moves':22s} {'positions':>9s}   {'top-1':26s} log loss")
    for row in (*result.by_phase, *result.by_move):
        moves = f"{row['first']} - {row['last'] or ''}"
        click.echo(
            f"{row.get('name', ''):12s} {moves:9s} {row['positions']:9,d}   "
            f"{format_share(row['top1'], row['top1_interval']):26s} "
            f"{format_nats(row['log_loss'], row['log_loss_interval'])}"
        )


def _print_calibration(result: Evaluation) -> None:
    """How often the first choice is right, by the network's confidence in it."""
    curve = result.calibration
    click.echo(f"\n{'confidence':12s} {'mean':>8s} {'positions':>9s}   right")
    for row in curve["bins"]:
        label = f"{100 * row['low']:.0f} - {100 * row['high']:.0f} %"
        click.echo(
            f"{label:12s} {format_percent(row['confidence']):>8s} "
            f"{row['positions']:9,d}   "
            f"{format_share(row['accuracy'], row['accuracy_interval'])}"
        )
    click.echo(
        f"calibration error {format_share(curve['error'], curve['error_interval'])}"
    )


@click.command()
@JSON
@click.option("--networks", is_flag=True, help="List the kinds of network instead.")
@click.option(
    "--filters",
    type=click.IntRange(1, 1024),
    default=32,
    show_default=True,
    help="Of the networks that --networks lists.",
)
def models(as_json: bool, networks: bool, filters: int) -> None:
    """List the models that are installed, with their cards' figures."""
    if networks:
        _print_networks(filters, as_json)
        return
    from gopolicy.errors import ModelError
    from gopolicy.modelstore import list_models, places

    found = list_models()
    looked = ", ".join(str(place) for place in places())
    if not any(not isinstance(each, ModelError) for each in found.values()):
        damaged = "".join(f"; {error}" for error in found.values())
        raise click.ClickException(f"no models in {looked}{damaged}")
    if as_json:
        print_json([_model_row(name, each) for name, each in found.items()])
        return
    for name, each in found.items():
        if isinstance(each, ModelError):
            click.echo(f"{name}   cannot be used: {each}")
        else:
            _print_model(each)


def _print_model(info: ModelInfo) -> None:
    network = info.network
    click.echo(
        f"{info.name}   {network.architecture}, {network.filters} filters, "
        f"{info.size / 1e6:.1f} MB"
    )
    click.echo(f"    {info.path}")
    for key, value in info.card.items():
        if not isinstance(value, (dict, list)):
            click.echo(f"    {key}: {value}")
    rows = info.card.get("figures")
    for row in rows if isinstance(rows, list) else []:
        # A card is what its maker wrote; what is not there is not shown.
        with contextlib.suppress(KeyError, TypeError, ValueError):
            click.echo(f"    {_format_card_row(row)}")


def _format_card_row(row: Any) -> str:
    """What a card says of one dataset: the figures, each with its interval."""
    shown = []
    for name, label, format_figure in (
        ("top1", "top-1", format_share),
        ("top5", "top-5", format_share),
        ("log_loss", "log loss", format_nats),
    ):
        if name in row and name in row["intervals"]:
            figure = format_figure(row[name], row["intervals"][name])
            shown.append(f"{label} {figure.strip()}")
    return f"{row['data']}: {', '.join(shown)}"


def _print_networks(filters: int, as_json: bool) -> None:
    """What each architecture costs."""
    from gopolicy.config import NetworkConfig
    from gopolicy.networks import ARCHITECTURES, build
    from gopolicy.networks.cost import measure_cost

    costs = {
        name: measure_cost(build(NetworkConfig(architecture=name, filters=filters)))
        for name in ARCHITECTURES
    }
    if as_json:
        print_json(
            [
                {
                    "network": name,
                    "filters": filters,
                    "parameters": cost.parameters,
                    "flops": cost.flops,
                }
                for name, cost in costs.items()
            ]
        )
        return
    click.echo(f"{'network':12s} {'parameters':>12s} {'MFLOPs a position':>18s}")
    for name, cost in costs.items():
        click.echo(f"{name:12s} {cost.parameters:12,d} {cost.flops / 1e6:18,.1f}")


def _model_row(name: str, each: ModelInfo | ModelError) -> dict[str, object]:
    from gopolicy.config import format_config
    from gopolicy.errors import ModelError

    if isinstance(each, ModelError):
        return {"name": name, "error": str(each)}
    return {
        "name": each.name,
        "path": str(each.path),
        "network": format_config(each.network),
        "card": each.card,
        "size": each.size,
    }
