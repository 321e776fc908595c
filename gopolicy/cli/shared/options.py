"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from gopolicy.config import NetworkConfig, TrainConfig

model_option = click.option(
    "--model", default="default", show_default=True, help="A model's name or folder."
)
symmetries_option = click.option(
    "--symmetries",
    type=click.Choice(["1", "8"]),
    default="1",
    show_default=True,
    help="Average over so many of the board's symmetries.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
move_option = click.option(
    "--move",
    "move_number",
    type=click.IntRange(min=1),
    metavar="N",
    help="The position before move N; by default after the last move.",
)
moves_option = click.option(
    "--moves", default="", metavar="TEXT", help='Moves to play on, as "B Q16 W D4".'
)
filters_option = click.option(
    "--filters", type=int, help="Filters in each hidden layer."
)
activation_option = click.option(
    "--activation", help="relu, sigmoid, tanh, leaky_relu, elu or maxout."
)
l2_option = click.option("--l2", type=float, help="Penalty on the squared weights.")
dropout_option = click.option(
    "--dropout", type=float, help="Share of hidden outputs left out."
)
PATH = click.Path(path_type=Path)

C = TypeVar("C", "NetworkConfig", "TrainConfig")


def override(config: C, options: Mapping[str, Any]) -> C:
    """``config`` with the options that were given; None is one that was not.

    Raises: ConfigError for a value outside its range.
    """
    given = {name: value for name, value in options.items() if value is not None}
    return replace(config, **given)
