"""The options of train_card.py: those of ``gopolicy train`` that a card can follow."""

from __future__ import annotations

import argparse
import dataclasses
import os
from pathlib import Path

from gopolicy.config import LAPTOP, NetworkConfig, TrainConfig, parse_config
from gopolicy.errors import ConfigError
from gopolicy.train.folder import read_recipe

#: What a card's trainer can do of the settings that name something.
ALLOWED = {
    "optimizer": ("adam", "adamw"),
    "accumulate": (1,),
    "precision": ("auto", "float32", "bfloat16"),
}


def check(config: TrainConfig) -> None:
    """Refuses settings that are not made for a card.

    Raises: ConfigError.
    """
    for name, values in ALLOWED.items():
        value = getattr(config, name)
        if value not in values:
            raise ConfigError(
                f"setting {name!r} is {value!r}; allowed on a card: "
                + ", ".join(map(str, values))
            )


def parse_weight(text: str) -> tuple[str, int]:
    """FILE.h5=WEIGHT, or FILE.h5 alone, as (file, weight)."""
    name, _, weight = text.rpartition("=")
    return (name, int(weight)) if name and weight.isdigit() else (text, 1)


def parse_options(words: list[str]) -> argparse.Namespace:
    """The options of train_card.py; settings that are not given are None."""
    parser = argparse.ArgumentParser(description="; see the top of train_card.py")
    parser.add_argument("start")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--valid", nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--looks", type=int, default=4)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--resume", action="store_true")
    for field in dataclasses.fields(TrainConfig):
        if field.name not in ("preset", "augment", "held_out"):
            name = f"--{field.name.replace('_', '-')}"
            parser.add_argument(name, type=type(field.default))
    options = parser.parse_args(words)
    if options.minutes is None and options.steps is None:
        parser.error("give --minutes or --steps")
    return options


def choose_config(options: argparse.Namespace, network: NetworkConfig) -> TrainConfig:
    """The recipe of --config, or the laptop's, with the settings that were given."""
    config = LAPTOP
    if options.config:
        _, config = read_recipe(options.config, network, config)
    names = (field.name for field in dataclasses.fields(TrainConfig))
    given = {name: getattr(options, name, None) for name in names}
    values = {name: value for name, value in given.items() if value is not None}
    return parse_config(TrainConfig, {**dataclasses.asdict(config), **values})
