"""``models``: which models are installed, and which kinds of network there are."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import click

from gopolicy.cli.shared.options import json_option
from gopolicy.cli.shared.output import format_nats, format_share, print_json
from gopolicy.cli.shared.translation import left, right
from gopolicy.language import told, tr

if TYPE_CHECKING:
    from gopolicy.errors import ModelError
    from gopolicy.modelstore import ModelInfo


@click.command()
@json_option
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
        said = [tr("no models in {places}", places=looked)]
        raise click.ClickException("; ".join([*said, *map(told, found.values())]))
    if as_json:
        print_json([_model_row(name, each) for name, each in found.items()])
        return
    for name, each in found.items():
        if isinstance(each, ModelError):
            click.echo(
                tr("{name}   cannot be used: {reason}", name=name, reason=told(each))
            )
        else:
            _print_model(each)


def _print_model(info: ModelInfo) -> None:
    network = info.network
    said = tr(
        "{name}   {network}, {filters} filters, {size:.1f} MB",
        name=info.name,
        network=network.architecture,
        filters=network.filters,
        size=info.size / 1e6,
    )
    click.echo(said)
    click.echo(f"    {info.path}")
    if info.task == "owners":
        click.echo(tr("    tells whose the points will be, for leads and counts"))
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
        ("top1", tr("top-1"), format_share),
        ("top5", tr("top-5"), format_share),
        ("log_loss", tr("log loss"), format_nats),
    ):
        if name in row and name in row["intervals"]:
            figure = format_figure(row[name], row["intervals"][name])
            shown.append(f"{label} {figure.strip()}")
    return f"{row['data']}: {', '.join(shown)}"


def _print_networks(filters: int, as_json: bool) -> None:
    """What each architecture costs."""
    from gopolicy.config import ARCHITECTURES, NetworkConfig
    from gopolicy.networks import build
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
    click.echo(
        f"{left(tr('network'), 12)} {right(tr('parameters'), 12)} "
        f"{right(tr('MFLOPs a position'), 18)}"
    )
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
        "task": each.task,
        "network": format_config(each.network),
        "card": each.card,
        "size": each.size,
    }
