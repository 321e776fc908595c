"""The folder of a match: an SGF for each game, and what is needed to go on later.

``match.json`` holds the settings and the results; it is written anew, whole or not at
all, after each game. A match of other settings is not mixed in.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np

from gopolicy.errors import ConfigError, phrase
from gopolicy.files import whole_file
from gopolicy.go.coords import BLACK
from gopolicy.go.scoring import format_score
from gopolicy.go.turns import WHITE_BIT
from gopolicy.language import N_, told, tr
from gopolicy.match.game import GameResult
from gopolicy.names import color_name
from gopolicy.sgf.parse import format_sgf
from gopolicy.sgf.record import GameRecord, make_tree

_STATE: Final = "match.json"


class MatchFolder:
    """Where a match is kept. ``settings``: JSON values that decide how games go.

    ``names``: of us and of them.
    """

    def __init__(
        self,
        folder: Path,
        settings: dict[str, object],
        *,
        names: tuple[str, str],
        date: str = "",
    ) -> None:
        """Makes the folder, or reads what is in it.

        Raises: ConfigError when another match is in it, or what cannot be read.
        """
        self._folder = folder
        self._settings: dict[str, object] = json.loads(json.dumps(settings))
        self._names = names
        self._date = date
        folder.mkdir(parents=True, exist_ok=True)
        self.results = self._read()

    def add(self, result: GameResult) -> None:
        """Writes the game's SGF, and that it is done.

        Raises: OSError when that fails.
        """
        self.results[result.number] = result
        with whole_file(self._folder / f"game-{result.number:03d}.sgf") as file:
            file.write(self._format_game(result))
        rows = [asdict(self.results[number]) for number in sorted(self.results)]
        with whole_file(self._folder / _STATE) as file:
            value = {"settings": self._settings, "games": rows}
            file.write(json.dumps(value, indent=0).encode())

    def _read(self) -> dict[int, GameResult]:
        path = self._folder / _STATE
        if not path.exists():
            return {}
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
            settings = value["settings"]
            results = [GameResult(**row) for row in value["games"]]
        except (KeyError, TypeError, ValueError) as error:
            said = phrase(
                "{path!r} is damaged ({reason}); name another folder",
                path=str(path),
                reason=error,
            )
            raise ConfigError(said) from None
        if settings != self._settings:
            changed = [
                name
                for name in sorted({*settings, *self._settings})
                if settings.get(name) != self._settings.get(name)
            ]
            said = phrase(
                "{path!r} holds a match with another {settings}; name another folder",
                path=str(self._folder),
                settings=", ".join(changed),
            )
            raise ConfigError(said)
        return {result.number: result for result in results}

    def _format_game(self, result: GameResult) -> bytes:
        us, them = self._names
        black, white = (us, them) if result.our_color == BLACK else (them, us)
        codes = [
            point | (WHITE_BIT if turn % 2 else 0)
            for turn, point in enumerate(result.points)
        ]
        komi = self._settings.get("komi")
        record = GameRecord(
            codes=np.array(codes, np.uint16),
            black=black,
            white=white,
            komi=float(komi) if isinstance(komi, (int, float)) else None,
            result=result.result,
            date=self._date,
            event=f"gopolicy match, game {result.number}",
        )
        tree = make_tree(record)
        tree.get_root().set("C", describe(result))
        return format_sgf([tree])


def describe(result: GameResult) -> str:
    """How a game ended, in a line in the person's language."""
    parts = {
        "number": result.number,
        "color": color_name(result.our_color),
        "after": tr.plural("after {n} move", "after {n} moves", len(result.points)),
        "trouble": told(result.trouble),
        "result": result.result,
        "ending": tr(result.ending),
    }
    if result.winner is None:
        return tr("game {number}: we ({color}), void {after}: {trouble}", **parts)
    if result.winner == 0:
        text = tr(
            "game {number}: we ({color}) drew, {result}, by {ending} {after}", **parts
        )
    elif result.winner == result.our_color:
        text = tr(
            "game {number}: we ({color}) won, {result}, by {ending} {after}", **parts
        )
    else:
        text = tr(
            "game {number}: we ({color}) lost, {result}, by {ending} {after}", **parts
        )
    if result.trouble:
        text += tr(": {trouble}", **parts)
    return text + _describe_counts(result)


def _describe_counts(result: GameResult) -> str:
    """How far each side counts itself ahead, where one does."""
    leads = [
        tr(who, lead=format_score(lead))
        for who, lead in (
            (N_("we {lead}"), result.our_lead),
            (N_("they {lead}"), result.their_lead),
            (N_("the referee {lead}"), result.referee_lead),
            (N_("the referee at the first pass {lead}"), result.first_pass),
        )
        if lead is not None
    ]
    return tr("; counts: {leads}", leads=", ".join(leads)) if leads else ""
