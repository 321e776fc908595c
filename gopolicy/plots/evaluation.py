"""A picture of an evaluation: by move number, calibration, top-k."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from gopolicy.language import tr
from gopolicy.measure.evaluate import LAST_ROW, MOVES_A_ROW, TOP_K, Evaluation
from gopolicy.plots import palette
from gopolicy.plots.figure import make_figure, open_sides, rgb, save_figure

_NETWORK: Final = rgb(palette.BLUE)
_BASELINES: Final = {"uniform": rgb(palette.GRAY), "nearest": rgb(palette.ORANGE)}


def save_evaluation_plot(path: Path, result: Evaluation, title: str) -> None:
    """Writes a PNG of three panels; bands and bars are 95 % intervals.

    Raises: OSError naming ``path`` when it cannot be written.
    """
    figure = make_figure(13, 4.4, layout="constrained")
    figure.suptitle(title, fontsize=12)
    by_move, calibration, top_k = figure.subplots(1, 3, width_ratios=(1.4, 1, 1))
    _draw_by_move(by_move, result)
    _draw_calibration(calibration, result)
    _draw_top_k(top_k, result)
    for axes in (by_move, calibration, top_k):
        axes.grid(alpha=0.3)
        open_sides(axes)
    save_figure(path, figure)


def _draw_by_move(axes: Any, result: Evaluation) -> None:
    """Top-1 by move number, its band, the mean over all."""
    middles = [row["first"] + MOVES_A_ROW / 2 - 0.5 for row in result.by_move]
    axes.fill_between(
        middles,
        [100 * row["top1_interval"][0] for row in result.by_move],
        [100 * row["top1_interval"][1] for row in result.by_move],
        color=_NETWORK,
        alpha=0.2,
        linewidth=0,
    )
    axes.plot(
        middles, [100 * row["top1"] for row in result.by_move], "o-", color=_NETWORK
    )
    mean = 100 * result.figures["top1"]
    axes.axhline(mean, color="0.4", linestyle="--", linewidth=1)
    low, high = result.intervals["top1"]
    _note(
        axes,
        tr(
            "over all {mean:.1f} [{low:.1f}, {high:.1f}] %",
            mean=mean,
            low=100 * low,
            high=100 * high,
        ),
    )
    axes.set_title(tr("Top-1 by move number"), loc="left", fontsize=11)
    axes.set_xlabel(tr("move (the last dot: from {last} on)", last=LAST_ROW))
    axes.set_ylabel("%")
    axes.set_xlim(0, LAST_ROW + MOVES_A_ROW)
    axes.set_ylim(0)


def _draw_calibration(axes: Any, result: Evaluation) -> None:
    """How often the first choice is right, over the network's confidence in it."""
    bins = result.calibration["bins"]
    x = [100 * row["confidence"] for row in bins]
    y = [100 * row["accuracy"] for row in bins]
    axes.plot([0, 100], [0, 100], color="0.4", linestyle="--", linewidth=1)
    axes.errorbar(x, y, _bars(bins, "accuracy"), fmt="o-", color=_NETWORK, capsize=3)
    error = result.calibration["error"]
    low, high = result.calibration["error_interval"]
    _note(
        axes,
        tr(
            "calibration error\n{error:.1f} [{low:.1f}, {high:.1f}] %",
            error=100 * error,
            low=100 * low,
            high=100 * high,
        ),
    )
    axes.set_title(tr("Calibration of the first choice"), loc="left", fontsize=11)
    axes.set_xlabel(tr("confidence, %"))
    axes.set_ylabel(tr("right, %"))
    axes.set(xlim=(0, 100), ylim=(0, 100), aspect="equal")


def _draw_top_k(axes: Any, result: Evaluation) -> None:
    """Top-k of the network and of the baselines."""
    curves = [
        ("network", result.figures, result.intervals, _NETWORK),
        *(
            (name, row, row["intervals"], _BASELINES[name])
            for name, row in result.baselines.items()
        ),
    ]
    for name, figures, intervals, color in curves:
        rows = [
            {"top": figures[f"top{k}"], "top_interval": intervals[f"top{k}"]}
            for k in TOP_K
        ]
        values = [100 * row["top"] for row in rows]
        axes.errorbar(
            TOP_K,
            values,
            _bars(rows, "top"),
            fmt="o-",
            color=color,
            capsize=3,
            label=tr(name),
        )
        for k, value in zip(TOP_K, values, strict=True):
            axes.annotate(
                f"{value:.1f}",
                (k, value),
                xytext=(0, 6),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )
    axes.set_title(tr("Move played among the k best"), loc="left", fontsize=11)
    axes.set_xlabel("k")
    axes.set_ylabel("%")
    axes.set_xticks(TOP_K)
    axes.set(xlim=(0, max(TOP_K) + 1), ylim=(0, 100))
    axes.legend(loc="upper left", frameon=False)


def _note(axes: Any, text: str) -> None:
    """Words in the upper left corner."""
    axes.annotate(text, (0.03, 0.97), xycoords="axes fraction", va="top")


def _bars(rows: list[dict[str, Any]], name: str) -> list[list[float]]:
    """Lengths of the error bars below and above, in per cent."""
    return [
        [100 * max(0.0, row[name] - row[f"{name}_interval"][0]) for row in rows],
        [100 * max(0.0, row[f"{name}_interval"][1] - row[name]) for row in rows],
    ]
