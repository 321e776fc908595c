"""How well a network predicts held-out moves: top-k accuracy, log loss, calibration.

The probabilities measured are those a player sees: a softmax over the legal moves.
Positions stream through in batches; what is kept are sums by game, so memory does not
grow with the positions, and every figure gets its interval by drawing games.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.data.dataset import Dataset
from gopolicy.errors import DatasetError, phrase
from gopolicy.go.features import legal_moves
from gopolicy.measure.baselines import BASELINES
from gopolicy.measure.phases import PHASES
from gopolicy.measure.resampling import bootstrap, interval
from gopolicy.predict import Predict

Array = NDArray[np.float64]

TOP_K: Final = (1, 3, 5, 10)
FIGURES: Final = (*(f"top{k}" for k in TOP_K), "log_loss")
#: Moves in a row of the table by move number, and where its last, open row begins.
MOVES_A_ROW: Final = 25
LAST_ROW: Final = 301
#: Bins of the calibration curve, of equal width.
N_BINS: Final = 10
#: Positions that go through the network together.
EVALUATION_BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class Scores:
    """How each position was predicted.

    ``above``, ``ties``: int [N], legal moves rated above the one played, and as high.
    ``log_losses``: float64 [N], minus the log of its probability, in nats.
    ``confidences``: float64 [N], the probability of the likeliest move.
    """

    above: NDArray[np.int64]
    ties: NDArray[np.int64]
    log_losses: Array
    confidences: Array

    def hits(self, k: int) -> Array:
        """For each position, the chance that the k best have the move played, [N].

        That is 0 or 1 but for ties over the border, which are broken by lot.
        """
        return np.clip((k - self.above) / (self.ties + 1), 0.0, 1.0)

    @property
    def figures(self) -> Array:
        """What ``FIGURES`` names, for each position: [N, 5]."""
        return np.stack([*(self.hits(k) for k in TOP_K), self.log_losses], axis=1)

    def top(self, k: int) -> float:
        """The share of positions whose move is among the k best."""
        return float(self.hits(k).mean())

    @property
    def log_loss(self) -> float:
        """Mean log loss in nats."""
        return float(self.log_losses.mean())


def score(log_probabilities: Array, targets: NDArray[np.int32]) -> Scores:
    """Scores of one batch: log probabilities [B, 361], targets [B]."""
    own = log_probabilities[np.arange(len(targets)), targets][:, None]
    return Scores(
        above=(log_probabilities > own).sum(axis=1),
        ties=(log_probabilities == own).sum(axis=1) - 1,
        log_losses=-own[:, 0],
        confidences=np.exp(log_probabilities.max(axis=1)),
    )


def score_positions(
    predict: Predict,
    data: Dataset,
    positions: NDArray[np.int64],
    *,
    progress: Callable[[int, int], None] | None = None,
    enough: Callable[[], bool] | None = None,
) -> Scores:
    """Scores of the given position numbers, in their order.

    ``enough``: asked after each batch whether to leave out those that follow.
    """
    parts = []
    for _, planes, legal, targets in _batches(data, positions, progress):
        parts.append(score(predict(planes, legal), targets))
        if enough is not None and enough():
            break
    return Scores(
        np.concatenate([part.above for part in parts]),
        np.concatenate([part.ties for part in parts]),
        np.concatenate([part.log_losses for part in parts]),
        np.concatenate([part.confidences for part in parts]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What ``evaluate`` found; shares are 0 to 1, log losses in nats, intervals 95 %.

    ``figures``, ``intervals``: by the names in ``FIGURES``. ``by_move``, ``by_phase``:
    rows of "first", "last" (move numbers; None for no end), "positions", "top1",
    "top1_interval", "log_loss", "log_loss_interval"; phases have a "name" too.
    ``calibration``: "error" (expected calibration error: how far the network's
    confidence in its first choice is from how often it is right, on average),
    "error_interval", and "bins" of "low", "high", "positions", "confidence",
    "accuracy", "accuracy_interval". ``baselines``: for each name, its figures and
    "intervals".
    """

    positions: int
    games: int
    figures: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    by_move: list[dict[str, Any]]
    by_phase: list[dict[str, Any]]
    calibration: dict[str, Any]
    baselines: dict[str, dict[str, Any]]


def format_evaluation(evaluation: Evaluation) -> dict[str, Any]:
    """The whole evaluation as JSON values."""
    values = asdict(evaluation)
    return {**values.pop("figures"), **values}


def evaluate(
    predict: Predict,
    data: Dataset,
    *,
    n_positions: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Measures ``predict`` on the ``chosen_positions`` of ``data``.

    Raises: DatasetError when there is no position.
    """
    positions = chosen_positions(data, n_positions, seed=seed)
    games, moves = data.places(positions)
    found, rows = np.unique(games, return_inverse=True)
    sums = np.zeros((len(found), _WIDTHS.sum()))  # [G, columns]
    for chosen, planes, legal, targets in _batches(data, positions, progress):
        own = score(predict(planes, legal), targets)
        others = [score(known(planes, legal), targets) for known in BASELINES.values()]
        np.add.at(sums, rows[chosen], _columns(own, others, moves[chosen]))
    rng = np.random.default_rng(seed)
    totals = _split(sums.sum(axis=0, keepdims=True))
    draws = _split(bootstrap(sums, rng))
    return _evaluation(totals, draws, n_games=len(found))


def chosen_positions(
    data: Dataset, count: int | None, *, seed: int
) -> NDArray[np.int64]:
    """The numbers of all positions, or of ``count`` of a shuffle; in their order.

    Raises: DatasetError when there is none.
    """
    if not data.n_positions:
        raise DatasetError(
            phrase("no positions to evaluate; build a dataset with games in it")
        )
    if count is None or count >= data.n_positions:
        return np.arange(data.n_positions)
    return np.sort(data.shuffled_positions(count, seed=seed))


def _batches(
    data: Dataset,
    positions: NDArray[np.int64],
    progress: Callable[[int, int], None] | None,
) -> Iterator[tuple[slice, NDArray[np.uint8], NDArray[np.bool_], NDArray[np.int32]]]:
    """Which of ``positions``, their planes, legal moves and targets, batch by batch."""
    for first in range(0, len(positions), EVALUATION_BATCH):
        chosen = slice(first, min(first + EVALUATION_BATCH, len(positions)))
        batch = data.samples(positions[chosen])
        yield chosen, batch.planes, legal_moves(batch.planes), batch.targets
        if progress is not None:
            progress(chosen.stop, len(positions))


# What is summed by game, in this order: the position count; FIGURES; counts, hits and
# log losses by row of moves and phases; counts, confidences and hits by bin; FIGURES of
# each baseline. Columns of one table, so that one draw of games serves all.
_MOVE_ROWS: Final = (
    *((m, m + MOVES_A_ROW - 1) for m in range(1, LAST_ROW, MOVES_A_ROW)),
    (LAST_ROW, None),
)
_ROWS: Final = (*_MOVE_ROWS, *((first, last) for _, first, last in PHASES))
_WIDTHS: Final = np.array(
    [1, len(FIGURES), *[len(_ROWS)] * 3, *[N_BINS] * 3]
    + [len(FIGURES)] * len(BASELINES)
)


def _split(table: Array) -> list[Array]:
    """The parts of a table [..., columns], in the order above."""
    return np.split(table, np.cumsum(_WIDTHS)[:-1], axis=-1)


def _columns(own: Scores, others: list[Scores], moves: NDArray[np.int64]) -> Array:
    """A batch's rows of the table, [B, columns]. ``moves``: its move numbers, [B]."""
    hit, loss = own.hits(1)[:, None], own.log_losses[:, None]
    confidence = own.confidences[:, None]
    in_row = np.stack(
        [(moves >= first) & (moves <= (last or moves)) for first, last in _ROWS], axis=1
    )
    bins = np.minimum((own.confidences * N_BINS).astype(int), N_BINS - 1)
    in_bin = bins[:, None] == np.arange(N_BINS)
    return np.concatenate(
        [
            np.ones_like(hit),
            own.figures,
            *(in_row, in_row * hit, in_row * loss),
            *(in_bin, in_bin * confidence, in_bin * hit),
            *(other.figures for other in others),
        ],
        axis=1,
    )


def _evaluation(totals: list[Array], draws: list[Array], *, n_games: int) -> Evaluation:
    """Figures from the totals [1, columns], intervals from the draws [D, columns]."""
    count, counts = totals[0], draws[0]

    def named(part: int) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
        values, drawn = totals[part][0] / count[0], draws[part] / counts
        return (
            {name: float(values[i]) for i, name in enumerate(FIGURES)},
            {name: interval(drawn[:, i]) for i, name in enumerate(FIGURES)},
        )

    figures, intervals = named(1)
    baselines = {}
    for part, name in enumerate(BASELINES, start=8):
        values, ranges = named(part)
        baselines[name] = {**values, "intervals": ranges}
    rows = [
        {"first": first, "last": last, **row}
        for (first, last), row in zip(
            _ROWS, _shares(totals[2:5], draws[2:5], ("top1", "log_loss")), strict=True
        )
    ]
    names = (name for name, _, _ in PHASES)
    return Evaluation(
        positions=int(count[0, 0]),
        games=n_games,
        figures=figures,
        intervals=intervals,
        by_move=[row for row in rows[: len(_MOVE_ROWS)] if row["positions"]],
        by_phase=[
            {"name": name, **row}
            for name, row in zip(names, rows[len(_MOVE_ROWS) :], strict=True)
            if row["positions"]
        ],
        calibration=_calibration(totals, draws),
        baselines=baselines,
    )


def _shares(
    totals: list[Array], draws: list[Array], names: tuple[str, ...]
) -> list[dict[str, Any]]:
    """For each column: "positions", and each name's mean with its interval.

    ``totals``, ``draws``: the counts, then the sums for each name; [1 or D, columns].
    """
    rows = []
    for column in range(totals[0].shape[1]):
        count, counts = totals[0][0, column], draws[0][:, column]
        row: dict[str, Any] = {"positions": int(count)}
        for name, total, drawn in zip(names, totals[1:], draws[1:], strict=True):
            if count:
                with np.errstate(invalid="ignore"):  # 0 / 0 in draws without any
                    means = drawn[:, column] / counts
                row[name] = float(total[0, column] / count)
                row[f"{name}_interval"] = interval(means)
        rows.append(row)
    return rows


def _calibration(totals: list[Array], draws: list[Array]) -> dict[str, Any]:
    """The calibration curve and its error; see ``Evaluation``.

    Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017,
    section 2, equations 2-3.
    """

    def error(parts: list[Array]) -> Array:
        count, _, _, _, _, _, confidence, hits = parts[:8]
        gaps: Array = np.abs(confidence - hits).sum(axis=1) / count[:, 0]
        return gaps

    rows = _shares(totals[5:8], draws[5:8], ("confidence", "accuracy"))
    return {
        "error": float(error(totals)[0]),
        "error_interval": interval(error(draws)),
        "bins": [
            {"low": i / N_BINS, "high": (i + 1) / N_BINS, **row}
            for i, row in enumerate(rows)
            if row["positions"]
        ],
    }
