"""Which of several networks predicts better, on the same positions of the same games.

A difference on the same games is far surer than two figures with intervals of their
own: what is hard in a game is hard for both.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gopolicy.data.dataset import Dataset
from gopolicy.measure.evaluate import FIGURES, chosen_positions, score_positions
from gopolicy.measure.resampling import (
    bootstrap,
    holm,
    interval,
    paired_p_value,
    sums_by_game,
)
from gopolicy.predict import Predict

_TOP1, _LOSS = FIGURES.index("top1"), FIGURES.index("log_loss")


@dataclass(frozen=True, slots=True)
class Standing:
    """One predictor's figures by the names in ``FIGURES``, with 95 % intervals."""

    name: str
    figures: dict[str, float]
    intervals: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How far ``first`` is ahead of ``second``.

    ``top1``: share of positions, positive where the first is better; ``log_loss``: in
    nats, negative where the first is better; 95 % intervals by a bootstrap over games.
    ``p_value``: of the difference in top-1, by flipping the signs of games,
    corrected for the number of pairs (Holm).
    """

    first: str
    second: str
    top1: float
    top1_interval: tuple[float, float]
    log_loss: float
    log_loss_interval: tuple[float, float]
    p_value: float


@dataclass(frozen=True, slots=True)
class Pairwise:
    """Predictors, the one with the best top-1 first, and all their differences."""

    positions: int
    games: int
    standings: list[Standing]
    differences: list[Difference]


def compare_pairwise(
    predictors: Mapping[str, Predict],
    data: Dataset,
    *,
    n_positions: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Pairwise:
    """Measures ``predictors`` (by name) on the same ``chosen_positions``.

    ``progress`` is told of positions done, of all predictors together.

    Raises: DatasetError when there is no position.
    """
    positions = chosen_positions(data, n_positions, seed=seed)
    games, _ = data.places(positions)
    tables = {}
    for number, (name, predict) in enumerate(predictors.items()):
        scores = score_positions(
            predict, data, positions, progress=_part(progress, number, len(predictors))
        )
        counted = np.column_stack([np.ones(len(positions)), scores.figures])
        tables[name] = sums_by_game(counted, games)  # [G, 1 + figures]
    names = sorted(tables, key=lambda name: -tables[name][:, 1 + _TOP1].sum())
    # One draw of games serves all, so that differences keep what networks share.
    draws = bootstrap(
        np.hstack([tables[n] for n in names]), np.random.default_rng(seed)
    )
    drawn = dict(zip(names, np.split(draws, len(names), axis=1), strict=True))
    pairs = list(itertools.combinations(names, 2))
    rng = np.random.default_rng(seed)
    p_values = holm(
        [paired_p_value((tables[a] - tables[b])[:, 1 + _TOP1], rng) for a, b in pairs]
    )
    return Pairwise(
        positions=len(positions),
        games=len(tables[names[0]]),
        standings=[_standing(name, tables[name], drawn[name]) for name in names],
        differences=[
            _difference((a, b), (tables[a], tables[b]), (drawn[a], drawn[b]), p_value)
            for (a, b), p_value in zip(pairs, p_values, strict=True)
        ],
    )


def format_pairwise(result: Pairwise) -> dict[str, Any]:
    """The whole comparison as JSON values."""
    return {
        "positions": result.positions,
        "games": result.games,
        "models": [
            {"model": one.name, **one.figures, "intervals": one.intervals}
            for one in result.standings
        ],
        "differences": [asdict(one) for one in result.differences],
    }


def _part(
    progress: Callable[[int, int], None] | None, number: int, count: int
) -> Callable[[int, int], None] | None:
    """``progress`` of the whole, for predictor ``number`` of ``count``."""
    if progress is None:
        return None
    tell = progress
    return lambda done, total: tell(number * total + done, count * total)


def _shares(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means over positions from sums [..., 1 + figures]; the first column counts."""
    shares: NDArray[np.float64] = sums[..., 1:] / sums[..., :1]
    return shares


def _standing(
    name: str, table: NDArray[np.float64], draws: NDArray[np.float64]
) -> Standing:
    own, drawn = _shares(table.sum(axis=0)), _shares(draws)
    return Standing(
        name,
        {figure: float(own[i]) for i, figure in enumerate(FIGURES)},
        {figure: interval(drawn[:, i]) for i, figure in enumerate(FIGURES)},
    )


def _difference(
    names: tuple[str, str],
    tables: tuple[NDArray[np.float64], NDArray[np.float64]],
    draws: tuple[NDArray[np.float64], NDArray[np.float64]],
    p_value: float,
) -> Difference:
    first, second = (_shares(table.sum(axis=0)) for table in tables)
    drawn = _shares(draws[0]) - _shares(draws[1])
    return Difference(
        first=names[0],
        second=names[1],
        top1=float(first[_TOP1] - second[_TOP1]),
        top1_interval=interval(drawn[:, _TOP1]),
        log_loss=float(first[_LOSS] - second[_LOSS]),
        log_loss_interval=interval(drawn[:, _LOSS]),
        p_value=p_value,
    )
