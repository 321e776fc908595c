"""The folder of a run: its settings, its history, its models. No TensorFlow here."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gopolicy import modelstore
from gopolicy.config import (
    NetworkConfig,
    TrainConfig,
    describe_changes,
    format_config,
    parse_config,
)
from gopolicy.errors import ConfigError, ModelError, phrase, system_says, write_remedy
from gopolicy.files import whole_file

if TYPE_CHECKING:
    from gopolicy.data.dataset import Dataset
    from gopolicy.measure.evaluate import Scores

#: Where a run of tools/card/train_card.py is kept, to go on.
CARD_CHECKPOINT: Final = "checkpoints/card.pt"
#: Columns of history.csv.
HISTORY: Final = (
    "step",
    "positions",
    "seconds",
    "learning_rate",
    "loss",
    "valid_log_loss",
    "valid_top1",
    "valid_top5",
    "train_log_loss",
    "train_top1",
)


#: Draws the rows of history.csv, by the names of their runs, into a PNG.
DrawCurves: TypeAlias = Callable[
    [Path, Mapping[str, Sequence[Mapping[str, float]]]], None
]


def hash_games(data: Dataset) -> str:
    """A hash of the games, their order and weights, which the samples depend on."""
    parts = data.by_source(data.columns["hash"])
    return hash_hashes(
        part
        for part, source in zip(parts, data.sources, strict=True)
        for _ in range(source.weight)
    )


def hash_hashes(parts: Iterable[NDArray[np.generic]]) -> str:
    """A hash of the hashes of games, each part uint64 [G], one part after another."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.astype("<u8").tobytes())
    return digest.hexdigest()[:16]


def read_rows(path: Path) -> list[dict[str, float]]:
    """The rows of a history.csv; an older one has fewer columns. Raises: OSError."""
    with open(path, encoding="utf-8", newline="") as file:
        return [
            {key: _parse_number(value) for key, value in row.items() if value}
            for row in csv.DictReader(file)
        ]


def _parse_number(text: str) -> float:
    """The number that was written so; a whole one stays whole."""
    return int(text) if text.isdecimal() else float(text)


def history_row(
    *,
    step: int,
    positions: int,
    seconds: float,
    rate: float,
    loss: float,
    scores: Scores,
    known: Scores | None,
) -> dict[str, float]:
    """A line of history.csv; ``loss``: the mean since the line before.

    ``scores``: at held-out games; ``known``: at training games, if there was time.
    """
    return {
        "step": step,
        "positions": positions,
        "seconds": round(seconds, 1),
        "learning_rate": rate,
        "loss": round(loss, 5),
        "valid_log_loss": round(scores.log_loss, 5),
        "valid_top1": round(scores.top(1), 5),
        "valid_top5": round(scores.top(5), 5),
        "train_log_loss": round(known.log_loss, 5) if known else math.nan,
        "train_top1": round(known.top(1), 5) if known else math.nan,
    }


def look_card(
    row: Mapping[str, float],
    network: NetworkConfig,
    config: TrainConfig,
    *,
    valid_positions: int,
) -> dict[str, Any]:
    """What a model's card says of the look at it, whose line of history is ``row``."""
    figures = {name: value for name, value in row.items() if not math.isnan(value)}
    return {
        "trained_as": format_config(network),
        "train": format_config(config),
        "run": {**figures, "valid_positions": valid_positions},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """What a run was started with, as run.json has it.

    ``training``, ``held_out``: its files of games, as on the command line, so perhaps
    with a weight; empty where nobody said so, and ``held_out`` also for a share of
    ``training``. ``start``: the model it began with,
    if any. ``steps``, ``minutes``: its limit. ``looks``: how often it looks at held-out
    games; ``keep``: whether it keeps the model of each look.
    """

    network: NetworkConfig
    config: TrainConfig
    training: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    start: str | None = None
    steps: int | None = None
    minutes: float | None = None
    looks: int | None = None
    keep: bool = False


def read_recipe(
    path: Path, network: NetworkConfig, config: TrainConfig
) -> tuple[NetworkConfig, TrainConfig]:
    """The settings in a run.json, or in a file with some of them.

    What stands neither in its "network" nor in its "train" is as in the arguments.

    Raises: ConfigError for a file that is missing, damaged or names unknown settings.
    """
    with _whole(path) as stored:
        return (
            parse_config(
                NetworkConfig, {**format_config(network), **stored.get("network", {})}
            ),
            parse_config(
                TrainConfig, {**format_config(config), **stored.get("train", {})}
            ),
        )


def read_settings(folder: Path) -> RunSettings | None:
    """What the run in ``folder`` was started with; None where there is no run.

    Raises: ConfigError for a damaged run.json.
    """
    path = folder / "run.json"
    if not path.is_file():
        return None
    with _whole(path) as stored:
        files, limit = stored.get("files", {}), stored.get("limit", {})
        looks = stored.get("looks", {})
        return RunSettings(
            network=parse_config(NetworkConfig, stored["network"]),
            config=parse_config(TrainConfig, stored["train"]),
            training=tuple(map(str, files.get("training", ()))),
            held_out=tuple(map(str, files.get("held_out", ()))),
            start=next(iter(files.get("start", ())), None),
            steps=limit.get("steps"),
            minutes=limit.get("minutes"),
            looks=looks.get("times"),
            keep=looks.get("keep", False),
        )


@contextmanager
def _whole(path: Path) -> Iterator[dict[str, Any]]:
    """What a run.json holds; raises ConfigError when it is not what we wrote."""
    try:
        yield json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = system_says(error)
        raise ConfigError(
            phrase("{path!r} cannot be read: {reason}", path=str(path), reason=reason)
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            phrase("{path!r} is damaged: {reason}", path=str(path), reason=error)
        ) from error


class RunFolder:
    """What a run leaves on disk, its checkpoints aside.

    ``history``: the rows of history.csv, oldest first. ``draw_curves``: makes
    curves.png of them; there is none without. ``keep``: the model of each look, too.
    """

    def __init__(
        self, path: Path, draw_curves: DrawCurves | None = None, *, keep: bool = False
    ) -> None:
        self.path = path
        self.draw_curves = draw_curves
        self.keep = keep
        self.history: list[dict[str, float]] = []

    def claim(
        self,
        network: NetworkConfig,
        config: TrainConfig,
        *,
        games: Mapping[str, str],
        files: Mapping[str, Sequence[str]],
        limit: Mapping[str, float | None],
        looks: int,
        origin: Mapping[str, Any],
        resume: bool,
    ) -> None:
        """Makes the folder this run's own, by writing its settings there.

        ``games``: hashes of what it learns from and is measured on, by name; ``files``:
        where these games are. ``limit``: when it is to end; a resumed run may have
        another one, and its files may have moved. ``looks``: how often it looks at
        held-out games. ``origin``: what it is made of and
        where, for readers.

        Raises: ConfigError when another run has it, or the run to resume had other
        settings or other games; ModelError when it cannot be written.
        """
        path = self.path / "run.json"
        if path.exists():
            if not resume:
                raise ConfigError(
                    phrase(
                        "{path!r} holds a run already; give --resume to go on, or "
                        "another --out",
                        path=str(self.path),
                    )
                )
            files_before = self._compare(path, network, config, games)
            files = files or files_before
        settings = {
            "network": format_config(network),
            "train": format_config(config),
            "games": dict(games),
            "files": {name: list(paths) for name, paths in files.items()},
            "limit": {name: end for name, end in limit.items() if end is not None},
            "looks": {"times": looks, "keep": self.keep},
            "origin": dict(origin),
        }
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with whole_file(path) as file:
                file.write((json.dumps(settings, indent=1) + "\n").encode())
        except OSError as error:
            raise ModelError(
                phrase(
                    "cannot write to {path!r}: {reason}; {remedy}, or give another "
                    "--out",
                    path=str(self.path),
                    reason=system_says(error),
                    remedy=write_remedy(error),
                )
            ) from error

    def _compare(
        self,
        path: Path,
        network: NetworkConfig,
        config: TrainConfig,
        games: Mapping[str, str],
    ) -> Mapping[str, Sequence[str]]:
        """Refuses other settings than those of the run; new ones have their default.

        Gives the files that the run has had so far.
        """
        with _whole(path) as stored:
            before = {
                **format_config(parse_config(NetworkConfig, stored["network"])),
                **format_config(parse_config(TrainConfig, stored["train"])),
            }
            # An older version did not write them.
            games_before = dict(stored.get("games", games))
            files: Mapping[str, Sequence[str]] = stored.get("files", {})
        now = {**format_config(network), **format_config(config)}
        changed = describe_changes(before, now)
        if changed:
            raise ConfigError(
                phrase(
                    "the run in {path!r} had other settings: {changed}",
                    path=str(self.path),
                    changed=changed,
                )
            )
        changed = describe_changes(games_before, games)
        if changed:
            raise ConfigError(
                phrase(
                    "the run in {path!r} had other games: {changed}; give the same "
                    "files, or another --out",
                    path=str(self.path),
                    changed=changed,
                )
            )
        return files

    def sweep(self) -> None:
        """Deletes what killed saves of TensorFlow left among the checkpoints."""
        for path in (self.path / "checkpoints").glob("*"):
            with suppress(OSError):
                if ".tempstate" in path.name:
                    path.unlink()
                elif path.name.endswith("_temp") and path.is_dir():
                    shutil.rmtree(path)

    def reserve(self, n_bytes: int) -> None:
        """Makes sure that so much can be written, by writing it.

        Raises: ModelError when it cannot.
        """
        piece = bytes(1 << 20)
        try:
            with tempfile.TemporaryFile(dir=self.path) as file:
                for _ in range(-(-n_bytes // len(piece))):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise ModelError(
                phrase(
                    "cannot write {size:,.0f} MB to {path!r}: {reason}; {remedy}, or "
                    "give another --out",
                    size=n_bytes / 1000000.0,
                    path=str(self.path),
                    reason=system_says(error),
                    remedy=write_remedy(error),
                )
            ) from error

    def read_history(self, step: int) -> None:
        """Takes up the rows of an earlier start, up to ``step``; drops the others.

        Raises: OSError.
        """
        path = self.path / "history.csv"
        rows = read_rows(path) if path.exists() else []
        self.history = [row for row in rows if row["step"] <= step]
        if len(self.history) < len(rows):
            self._write_history()

    def add(
        self,
        row: dict[str, float],
        weights: Mapping[str, NDArray[np.floating[Any]]],
        network: NetworkConfig,
        card: dict[str, Any],
    ) -> None:
        """Keeps a validated model as "last", as "best" when it is, as "step-N" if told.

        ``row``: its line of history.csv; ``weights``: by name, those of ``network``.
        Raises: ModelError, OSError.
        """
        best = min((old["valid_log_loss"] for old in self.history), default=math.inf)
        self.history.append(row)
        self._write_history()
        if self.draw_curves and len(self.history) > 1:  # one point is no curve
            self.draw_curves(self.path / "curves.png", {"": self.history})
        names = ["last"]
        names += ["best"] if row["valid_log_loss"] < best else []
        names += [f"step-{row['step']:.0f}"] if self.keep else []
        for name in names:
            modelstore.save_weights(self.path / name, weights, network, card)

    def _write_history(self) -> None:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, HISTORY)
        writer.writeheader()
        writer.writerows(self.history)
        with whole_file(self.path / "history.csv") as file:
            file.write(text.getvalue().encode())
