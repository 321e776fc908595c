"""Options that several commands share, and how a command says where its output goes.

What is written is called OUT, with its ending where it has one: ``--plot OUT.png``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from gopolicy.config import (
    ACTIVATIONS,
    FULL_STRENGTH,
    INITIALIZERS,
    N_SYMMETRIES,
    OPTIMIZERS,
    RULES,
    STRENGTH_NAMES,
    NetworkConfig,
    TrainConfig,
)
from gopolicy.language import tr

C = TypeVar("C", NetworkConfig, TrainConfig)
F = TypeVar("F", bound=Callable[..., Any])

PATH = click.Path(path_type=Path)


def out_option(help: str, metavar: str = "OUT", **settings: Any) -> Callable[[F], F]:
    """``-o``, ``--out``: where the result of a command goes."""
    return click.option(
        "-o", "--out", type=PATH, metavar=metavar, help=help, **settings
    )


def int_choice(values: Sequence[int]) -> dict[str, Any]:
    """What makes an option one of ``values``; click before 8.2 chooses texts only."""
    return {
        "type": click.Choice([str(value) for value in values]),
        "callback": lambda ctx, param, text: None if text is None else int(text),
    }


def names_choice(
    values: Sequence[str], *, default: Sequence[str] | None = None
) -> dict[str, Any]:
    """What makes an option some of ``values``, divided by commas; by default all."""

    def parse(ctx: click.Context, param: click.Parameter, text: str) -> tuple[str, ...]:
        names = tuple(name.strip() for name in text.split(","))
        for name in names:
            if name not in values:
                known = ", ".join(values)
                said = tr("{name!r} is not one of {known}", name=name, known=known)
                raise click.BadParameter(said)
        return names

    return {
        "callback": parse,
        "default": ",".join(default or values),
        "metavar": "A,B,...",
    }


model_option = click.option(
    "--model", default="default", show_default=True, help="A model's name or folder."
)
symmetries_option = click.option(
    "--symmetries",
    **int_choice(N_SYMMETRIES),
    default="1",
    show_default=True,
    help="Average over so many of the board's symmetries.",
)
threads_option = click.option(
    "--threads",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Threads of the network.  [default: as many as cores, at most 4]",
)
strength_option = click.option(
    "--strength",
    type=click.Choice(STRENGTH_NAMES),
    default=FULL_STRENGTH,
    show_default=True,
    help="How strong the network plays, in kyu; full is the plain network.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
filters_option = click.option(
    "--filters", type=int, help="Filters in each hidden layer."
)
activation_option = click.option(
    "--activation", type=click.Choice(ACTIVATIONS), help="Of the hidden layers."
)
initializer_option = click.option(
    "--initializer", type=click.Choice(INITIALIZERS), help="How weights begin."
)
l2_option = click.option("--l2", type=float, help="Penalty on the squared weights.")
dropout_option = click.option(
    "--dropout", type=float, help="Share of hidden outputs left out."
)
optimizer_option = click.option("--optimizer", type=click.Choice(OPTIMIZERS))


def rules_option(help: str) -> Callable[[F], F]:
    """``--rules``: how games are counted."""
    return click.option(
        "--rules",
        type=click.Choice(RULES),
        default="area",
        show_default=True,
        help=help,
    )


def override(config: C, options: Mapping[str, Any]) -> C:
    """``config`` with those of ``options`` that it has and that were given.

    None is an option that was not given.

    Raises: ConfigError for a value outside its range.
    """
    names = {field.name for field in fields(config)}
    given = {
        name: value
        for name, value in options.items()
        if value is not None and name in names
    }
    return replace(config, **given)
