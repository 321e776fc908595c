"""Networks side by side, on equal terms: the same games, the same budget, K folds.

Cross-validation by game: the games fall into K parts, and each network is trained K
times, each time on all parts but one, and measured on that one. So each game is held
out exactly once, and no position is ever measured by a network that learned its game.

Each training is a run of ``train`` in a folder of its own, and its figures are written
beside it; what is finished is not done again. Tables and pictures are made elsewhere.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.compare.rivals import NETWORK_SETTINGS, TRAINING_SETTINGS, Rival
from gopolicy.config import (
    NetworkConfig,
    TrainConfig,
    describe_changes,
    format_config,
)
from gopolicy.data.dataset import Dataset
from gopolicy.errors import ConfigError, ModelError, TrainError, phrase, system_says
from gopolicy.files import whole_file
from gopolicy.measure.evaluate import FIGURES, score_positions
from gopolicy.measure.resampling import (
    bootstrap,
    holm,
    interval,
    paired_p_value,
    sums_by_game,
)
from gopolicy.networks import build
from gopolicy.networks.cost import Cost, measure_cost
from gopolicy.policy import load_policy
from gopolicy.train.folder import hash_games
from gopolicy.train.progress import Progress
from gopolicy.train.run import train
from gopolicy.train.schedule import Budget

#: Held-out positions that are measured in each fold.
POSITIONS_A_FOLD: Final = 4096

_RESULT: Final = "result.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is compared, and on what terms.

    ``network``: the options of all rivals that have none of their own, whatever its
    architecture. ``rates``: learning rates of networks that have one of their own.

    Raises: ConfigError when there is nothing to compare, or a rival's settings are out
    of range.
    """

    rivals: tuple[Rival, ...]
    network: NetworkConfig
    config: TrainConfig
    budget: Budget
    folds: int
    rates: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [rival.name for rival in self.rivals]
        if not names or len(set(names)) < len(names):
            raise ConfigError(
                phrase(
                    "the rivals are {names}: name some, each once",
                    names="; ".join(names) or "none",
                )
            )
        for rival in self.rivals:
            self.network_of(rival), self.config_of(rival)
        if not 2 <= self.folds <= 100:
            raise ConfigError(
                phrase(
                    "setting 'folds' is {folds}; allowed: 2 to 100", folds=self.folds
                )
            )
        if self.budget.steps is None and self.budget.minutes is None:
            raise ConfigError(phrase("a comparison must end; give it steps or minutes"))

    def network_of(self, rival: Rival) -> NetworkConfig:
        """The network to train."""
        own = rival.of(NETWORK_SETTINGS)
        return replace(self.network, architecture=rival.architecture, **own)

    def config_of(self, rival: Rival) -> TrainConfig:
        """How to train it."""
        rate = self.rates.get(rival.architecture, self.config.learning_rate)
        own = {"learning_rate": rate, **rival.of(TRAINING_SETTINGS)}
        return replace(self.config, **own)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldResult:
    """One network on one fold.

    ``sums``: float64 [G, 6], for each held-out game how many of its positions were
    measured, and the sums of ``FIGURES`` over them. ``curve``: the rows of history.csv.
    """

    steps: int
    seconds: float
    curve: list[dict[str, float]]
    sums: NDArray[np.float64]

    @property
    def figures(self) -> dict[str, float]:
        """``FIGURES`` of this fold."""
        return _figures(self.sums)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A rival's place in a comparison.

    ``network``: as it was trained. ``figures``, ``intervals``: over the held-out
    positions of all folds; 95 %, drawing games. ``spread``: the standard deviation of
    top-1 over the folds. ``behind``: the best rival's top-1 minus this one's, with its
    interval and the p-value of the difference; None for the best. ``p_value_above``: of
    the difference to the rival one place above, which says how sure the order is.
    """

    rival: Rival
    network: NetworkConfig
    cost: Cost
    folds: list[FoldResult]
    figures: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    spread: float
    behind: float | None
    behind_interval: tuple[float, float] | None
    p_value: float | None
    p_value_above: float | None


def compare(
    data: Dataset,
    out: str | Path,
    comparison: Comparison,
    *,
    started: Callable[[str, int, bool], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> list[Standing]:
    """Trains and measures every rival on every fold; the best first.

    ``out`` gets a folder for each rival and fold; what is finished there is taken
    over, what was cut goes on. ``started(name, fold, is_done)`` is called before each,
    folds counted from 1.

    Raises: ConfigError when ``out`` holds another comparison; ModelError when a result
    in it is damaged; OSError when it cannot be written; TrainError when a run was
    stopped; what else ``train`` raises.
    """
    out = Path(out)
    _claim(out, data, comparison)
    results: dict[str, list[FoldResult]] = {
        rival.name: [] for rival in comparison.rivals
    }
    # Fold by fold, so that a comparison that is cut holds whole ones.
    for fold in range(1, comparison.folds + 1):
        training, held_out = data.fold(fold, comparison.folds)
        for rival in comparison.rivals:
            folder = out / f"{rival.name.replace(' ', '-')}-fold{fold}"
            is_done = (folder / _RESULT).exists()
            if started is not None:
                started(rival.name, fold, is_done)
            if not is_done:
                _train_fold(training, held_out, folder, rival, comparison, progress)
            results[rival.name].append(_read_result(folder / _RESULT))
    return rank(comparison, results)


def _claim(out: Path, data: Dataset, comparison: Comparison) -> None:
    """Makes ``out`` this comparison's own, or makes sure that it is.

    Rivals may come and go; all else must stay.

    Raises: ConfigError when it holds another one; OSError when it cannot be written.
    """
    options = format_config(comparison.network)
    del options["architecture"]
    terms = {
        "data": hash_games(data),
        "games": data.n_games,
        "positions": data.n_positions,
        "folds": comparison.folds,
        **asdict(comparison.budget),
        **options,
        **format_config(comparison.config),
        "rates": dict(comparison.rates),
    }
    path = out / "comparison.json"
    if not path.exists():
        out.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write((json.dumps(terms, indent=1) + "\n").encode())
        return
    try:
        before = dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise ConfigError(
            phrase("{path!r} is damaged; choose another --out", path=str(path))
        ) from error
    # A first version knew its data by two counts only.
    changed = describe_changes({"data": terms["data"], **before}, terms)
    if changed:
        raise ConfigError(
            phrase(
                "{out!r} holds another comparison: {changed}; choose another --out",
                out=str(out),
                changed=changed,
            )
        )


def _train_fold(
    training: Dataset,
    held_out: Dataset,
    folder: Path,
    rival: Rival,
    comparison: Comparison,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Trains in ``folder`` and writes what the last weights reach on ``held_out``.

    The last, not the best: those were chosen by looking at the held-out games.
    """
    done = train(
        training,
        held_out,
        folder,
        network=comparison.network_of(rival),
        config=comparison.config_of(rival),
        budget=comparison.budget,
        resume=(folder / "run.json").exists(),
        progress=progress,
    )
    if not done.finished:
        raise TrainError(
            phrase(
                "stopped in {folder!r}; the same command goes on from there",
                folder=str(folder),
            )
        )
    positions = np.sort(held_out.shuffled_positions(POSITIONS_A_FOLD, seed=0))
    policy = load_policy(folder / "last")
    scores = score_positions(policy.log_probabilities, held_out, positions)
    table = np.column_stack([np.ones(len(positions)), scores.figures])
    sums = sums_by_game(table, held_out.places(positions)[0])
    result = FoldResult(
        steps=done.step, seconds=done.seconds, curve=done.history, sums=sums
    )
    with whole_file(folder / _RESULT) as file:
        file.write(json.dumps({**asdict(result), "sums": sums.tolist()}).encode())


def _read_result(path: Path) -> FoldResult:
    """What ``_train_fold`` wrote. Raises: ModelError when it is damaged."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        values["sums"] = np.array(values["sums"], np.float64).reshape(
            -1, 1 + len(FIGURES)
        )
        return FoldResult(**values)
    except OSError as error:
        reason = system_says(error)
        raise ModelError(
            phrase("{path!r} cannot be read: {reason}", path=str(path), reason=reason)
        ) from error
    except (TypeError, ValueError, KeyError) as error:
        raise ModelError(
            phrase(
                "{path!r} is damaged; remove its folder to train again", path=str(path)
            )
        ) from error


def rank(
    comparison: Comparison, results: Mapping[str, list[FoldResult]]
) -> list[Standing]:
    """The rivals by top-1 over all folds, the best first, each tested against it.

    ``results``: by the rivals' names.

    The test pairs by game: every network was measured on the same positions of the same
    held-out games, after training on the same other games. It says whether *these*
    trained networks differ on games of this kind. Whether training again would give
    the same order, the spread over the folds tells.
    """
    rng = np.random.default_rng(0)
    sums = {
        name: np.concatenate([fold.sums for fold in folds])  # [G, 6], folds in order
        for name, folds in results.items()
    }
    names = sorted(results, key=lambda name: -_figures(sums[name])["top1"])

    def p_values(pairs: list[tuple[str, str]]) -> list[float]:
        hits = [sums[better][:, 1] - sums[name][:, 1] for better, name in pairs]
        return holm([paired_p_value(differences, rng) for differences in hits])

    to_best = p_values([(names[0], name) for name in names[1:]])
    to_above = p_values(list(itertools.pairwise(names)))
    best = sums[names[0]]
    rivals = {rival.name: rival for rival in comparison.rivals}
    return [
        _standing(
            rivals[name],
            comparison.network_of(rivals[name]),
            results[name],
            np.concatenate([sums[name], best], axis=1),
            p_value,
            p_value_above,
            rng,
        )
        for name, p_value, p_value_above in zip(
            names, [None, *to_best], [None, *to_above], strict=True
        )
    ]


def _standing(
    rival: Rival,
    network: NetworkConfig,
    folds: list[FoldResult],
    sums: NDArray[np.float64],
    p_value: float | None,
    p_value_above: float | None,
    rng: np.random.Generator,
) -> Standing:
    """``sums``: float64 [G, 12], of this network and of the best; no p-value: it is."""
    n = 1 + len(FIGURES)
    draws = bootstrap(sums, rng)
    means = draws[:, 1:n] / draws[:, :1]
    behind = (draws[:, n + 1] - draws[:, 1]) / draws[:, 0]
    figures = _figures(sums[:, :n])
    top1 = [fold.figures["top1"] for fold in folds]
    return Standing(
        rival=rival,
        network=network,
        cost=measure_cost(build(network)),
        folds=folds,
        figures=figures,
        intervals={name: interval(means[:, i]) for i, name in enumerate(FIGURES)},
        spread=float(np.std(top1, ddof=1)),
        behind=None
        if p_value is None
        else _figures(sums[:, n:])["top1"] - figures["top1"],
        behind_interval=None if p_value is None else interval(behind),
        p_value=p_value,
        p_value_above=p_value_above,
    )


def _figures(sums: NDArray[np.float64]) -> dict[str, float]:
    """``FIGURES`` from sums by game, [G, 6]."""
    total = sums.sum(axis=0)
    return {name: float(total[i] / total[0]) for i, name in enumerate(FIGURES, start=1)}


def format_comparison(
    standings: list[Standing], comparison: Comparison
) -> dict[str, Any]:
    """The whole comparison as JSON values."""
    return {
        "folds": comparison.folds,
        "budget": asdict(comparison.budget),
        "filters": comparison.network.filters,
        "networks": [
            {
                "network": standing.network.architecture,
                "settings": dict(standing.rival.settings),
                "parameters": standing.cost.parameters,
                "flops": standing.cost.flops,
                "learning_rate": comparison.config_of(standing.rival).learning_rate,
                **standing.figures,
                "intervals": standing.intervals,
                "spread": standing.spread,
                "behind": standing.behind,
                "behind_interval": standing.behind_interval,
                "p_value": standing.p_value,
                "p_value_above": standing.p_value_above,
                "folds": [
                    {
                        "steps": fold.steps,
                        "positions": fold.steps * comparison.config.batch_size,
                        "seconds": fold.seconds,
                        **fold.figures,
                        "curve": fold.curve,
                    }
                    for fold in standing.folds
                ],
            }
            for standing in standings
        ],
    }
