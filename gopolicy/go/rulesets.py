"""Rules by the names and in the terms that KataGo gives them; those we can play by.

Others are refused, so that no game is counted otherwise than was agreed. Beside the
score, a ruleset says whether suicide is legal. By any ko rule a chain that took back a
ko at once would repeat the board, which ``Position`` forbids; the player's own moves
never repeat an earlier board, so that they are legal by every one.
Source: KataGo, docs/GTP_Extensions.md and docs/Analysis_Engine.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from gopolicy.config import Rules
from gopolicy.errors import ConfigError, phrase

#: The fields of a ruleset in JSON, and their values there.
_KEYS: Final = {
    "ko": "ko",
    "score": "scoring",
    "scoring": "scoring",
    "tax": "tax",
    "suicide": "suicide",
    "hasButton": "has_button",
    "whiteHandicapBonus": "white_handicap_bonus",
    "friendlyPassOk": "friendly_pass_ok",
}
_WORDS: Final = {
    "ko": ("SIMPLE", "POSITIONAL", "SITUATIONAL"),
    "scoring": ("AREA", "TERRITORY"),
    "tax": ("NONE", "SEKI", "ALL"),
    "white_handicap_bonus": ("0", "N-1", "N"),
}
#: How area is counted with these points for handicap stones.
_AREA_RULES: Final[dict[str, Rules]] = {"0": "tromp-taylor", "N-1": "aga", "N": "area"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """What players agree on but komi; by default Tromp-Taylor's rules.

    Raises: ConfigError for rules that we cannot count by.
    """

    ko: str = "POSITIONAL"
    scoring: str = "AREA"
    tax: str = "NONE"
    suicide: bool = True
    has_button: bool = False
    white_handicap_bonus: str = "0"
    friendly_pass_ok: bool = False

    def __post_init__(self) -> None:
        is_area = self.scoring == "AREA"
        if self.has_button:
            raise ConfigError(
                phrase("rules with a button cannot be played by; agree on none")
            )
        if self.tax == "ALL" or (self.tax == "SEKI" and is_area):
            said = phrase(
                "{scoring} with tax {tax} cannot be counted; agree on tax {known}",
                scoring=self.scoring,
                tax=self.tax,
                known="NONE" if is_area else phrase("SEKI or NONE"),
            )
            raise ConfigError(said)
        if not is_area and self.white_handicap_bonus != "0":
            raise ConfigError(
                phrase(
                    "TERRITORY with points for handicap stones cannot be counted; "
                    "agree on whiteHandicapBonus 0"
                )
            )

    @property
    def counting(self) -> Rules:
        """How the game is counted."""
        if self.scoring == "TERRITORY":
            return "territory"
        return _AREA_RULES[self.white_handicap_bonus]

    @property
    def needs_cleanup(self) -> bool:
        """Whether dead stones that stay on the board count as alive."""
        return self.scoring == "AREA" and not self.friendly_pass_ok


_CHINESE: Final = {
    "ko": "SIMPLE",
    "suicide": False,
    "whiteHandicapBonus": "N",
    "friendlyPassOk": True,
}
_SERVER: Final = {**_CHINESE, "ko": "POSITIONAL"}
_AGA: Final = {**_CHINESE, "ko": "SITUATIONAL", "whiteHandicapBonus": "N-1"}
_JAPANESE: Final = {"ko": "SIMPLE", "scoring": "TERRITORY", "suicide": False}
_STONES: Final = {**_CHINESE, "tax": "ALL", "whiteHandicapBonus": "0"}
#: The rules that KataGo knows by name, as far as they differ from Tromp-Taylor's, and
#: our own "area" and "territory".
_NAMED: Final[Mapping[str, Mapping[str, object]]] = {
    "chinese": _CHINESE,
    "area": _CHINESE,
    "chinese-ogs": _SERVER,
    "chinese-kgs": _SERVER,
    "aga": _AGA,
    "bga": _AGA,
    "french": _AGA,
    "aga-button": {**_AGA, "hasButton": True},
    "new-zealand": {"ko": "SITUATIONAL", "friendlyPassOk": True},
    "nz": {"ko": "SITUATIONAL", "friendlyPassOk": True},
    "tromp-taylor": {},
    "ing": {"friendlyPassOk": True},
    "goe": {"friendlyPassOk": True},
    "japanese": _JAPANESE,
    "korean": _JAPANESE,
    "territory": _JAPANESE,
    "stone-scoring": _STONES,
    "ancient-area": _STONES,
    "ancient-territory": {**_JAPANESE, "tax": "ALL"},
}


def parse_ruleset(text: str) -> Ruleset:
    """The rules of a name, such as "chinese-ogs" or "New Zealand", or of a JSON object.

    Raises: ConfigError for rules that are unknown, or that we cannot play by.
    """
    if not text.lstrip().startswith("{"):
        return _named_ruleset(text)
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ConfigError(
            phrase("the rules are no JSON object: {reason}", reason=error)
        ) from error
    return read_ruleset(found)


def _named_ruleset(text: str) -> Ruleset:
    name = _plain(text)
    for known, values in _NAMED.items():
        if _plain(known) == name:
            try:
                return read_ruleset(values)
            except ConfigError as error:
                raise ConfigError(
                    phrase("rules {known!r}: {reason}", known=known, reason=error)
                ) from error
    raise ConfigError(
        phrase(
            "unsupported rules {text!r}; known: {known}",
            text=text,
            known=", ".join(_NAMED),
        )
    )


def _plain(name: str) -> str:
    """KataGo takes "new-zealand", "new_zealand", "New Zealand" and "newzealand"."""
    return "".join(letter for letter in name.lower() if letter not in " -_")


def read_ruleset(values: Mapping[str, object]) -> Ruleset:
    """The rules of an object; what it leaves out is as in Tromp-Taylor's rules.

    Raises: ConfigError for an unknown field or value, or rules we cannot play by.
    """
    changes = dict(_read_rule(key, value) for key, value in values.items())
    if changes.get("scoring") == "TERRITORY":
        changes.setdefault("tax", "SEKI")
    return Ruleset(**changes)  # type: ignore[arg-type]


def change_rule(rules: Ruleset, key: str, value: str) -> Ruleset:
    """``rules`` with one field, by its name in JSON, changed.

    Raises: ConfigError for an unknown field or value, or rules we cannot play by.
    """
    name, read = _read_rule(key, {"true": True, "false": False}.get(value, value))
    changes = {name: read}
    return replace(rules, **changes)  # type: ignore[arg-type]


def _read_rule(key: str, value: object) -> tuple[str, object]:
    """(name of our field, its value)."""
    if key not in _KEYS:
        known = ", ".join(_KEYS)
        raise ConfigError(
            phrase("unknown rule {key!r}; known: {known}", key=key, known=known)
        )
    name = _KEYS[key]
    if name not in _WORDS:
        if not isinstance(value, bool):
            raise ConfigError(
                phrase(
                    "rule {key} is {value!r}; allowed: true, false",
                    key=key,
                    value=value,
                )
            )
        return name, value
    word = str(value).strip().upper()
    if word not in _WORDS[name]:
        allowed = ", ".join(_WORDS[name])
        raise ConfigError(
            phrase(
                "rule {key} is {value!r}; allowed: {allowed}",
                key=key,
                value=value,
                allowed=allowed,
            )
        )
    return name, word


def format_ruleset(rules: Ruleset) -> str:
    """The rules as a JSON object in one line."""
    keys = {name: key for key, name in _KEYS.items()}  # "scoring", as in the answers
    values = {keys[item.name]: getattr(rules, item.name) for item in fields(rules)}
    return json.dumps(values, sort_keys=True, separators=(",", ":"))
