"""What stands in a comparison: networks, each perhaps with settings of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final

from gopolicy.config import (
    ARCHITECTURES,
    Architecture,
    NetworkConfig,
    TrainConfig,
    format_config,
)
from gopolicy.errors import ConfigError, phrase

#: Settings of training that a rival may have of its own. The others are the terms that
#: all train on.
TRAINING_SETTINGS: Final = ("learning_rate", "optimizer", "weight_decay")
NETWORK_SETTINGS: Final = tuple(
    item.name for item in fields(NetworkConfig) if item.name != "architecture"
)


@dataclass(frozen=True, slots=True)
class Rival:
    """A network in a comparison.

    ``settings``: those in which it differs from the others, of ``NETWORK_SETTINGS`` and
    ``TRAINING_SETTINGS``.
    """

    architecture: Architecture
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def name(self) -> str:
        """Such as "alphago", or "alphago dropout=0.2 filters=16"."""
        words = [f"{name}={value}" for name, value in sorted(self.settings.items())]
        return " ".join([self.architecture, *words])

    def of(self, kind: tuple[str, ...]) -> dict[str, Any]:
        """Its own settings of one kind, by name."""
        return {name: self.settings[name] for name in kind if name in self.settings}


def parse_rival(text: str) -> Rival:
    """The rival that is written "alphago,dropout=0.2,filters=16".

    Raises: ConfigError for an unknown network or setting, or a value of another type;
    whether it is in range, ``Comparison`` asks.
    """
    architecture, *words = (word.strip() for word in text.split(","))
    if architecture not in ARCHITECTURES:
        raise ConfigError(
            phrase(
                "rival {text!r}: unknown network {architecture!r}; known: {known}",
                text=text,
                architecture=architecture,
                known=", ".join(ARCHITECTURES),
            )
        )
    defaults = {**format_config(TrainConfig()), **format_config(NetworkConfig())}
    known = (*NETWORK_SETTINGS, *TRAINING_SETTINGS)
    settings: dict[str, Any] = {}
    for word in words:
        name, _, value = word.partition("=")
        if name not in known:
            raise ConfigError(
                phrase(
                    "rival {text!r}: unknown setting {name!r}; known: {known}",
                    text=text,
                    name=name,
                    known=", ".join(known),
                )
            )
        settings[name] = _parse_value(text, name, value, type(defaults[name]))
    return Rival(architecture, settings)


def _parse_value(text: str, name: str, value: str, kind: type) -> Any:
    """``value`` as ``kind``. Raises: ConfigError when it is none."""
    if kind is bool:
        if value not in ("true", "false"):
            raise ConfigError(
                phrase("rival {text!r}: {name} is true or false", text=text, name=name)
            )
        return value == "true"
    try:
        return kind(value)
    except ValueError as error:
        raise ConfigError(
            phrase(
                "rival {text!r}: {name} must be {kind}, not {value!r}",
                text=text,
                name=name,
                kind=kind.__name__,
                value=value,
            )
        ) from error
