"""A picture of a comparison: accuracy against cost, and the learning curves."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from gopolicy.compare.compare import Comparison, Standing
from gopolicy.plots import palette
from gopolicy.plots.figure import make_figure, open_sides, rgb, save_figure

_COLORS: Final = {
    "linear": rgb(palette.BLACK),
    "mlp": rgb(palette.ORANGE),
    "alexnet": rgb(palette.SKY_BLUE),
    "inception": rgb(palette.PURPLE),
    "resnet": rgb(palette.GREEN),
    "alphago": rgb(palette.BLUE),
}


def save_comparison_plot(
    path: Path, standings: list[Standing], comparison: Comparison
) -> None:
    """Writes a PNG of two panels.

    Raises: OSError naming ``path`` when it cannot be written.
    """
    figure = make_figure(12, 4.6, layout="constrained")
    cost, curves = figure.subplots(1, 2)
    _draw_cost(cost, standings)
    _draw_curves(curves, standings, by_time=comparison.budget.minutes is not None)
    for axes in (cost, curves):
        axes.grid(alpha=0.3)
        open_sides(axes)
        axes.set_ylim(0)
    save_figure(path, figure)


def _draw_cost(axes: Any, standings: list[Standing]) -> None:
    """Top-1 over operations; bars are 95 % intervals, small dots the folds."""
    # Names stand left and right of their dots in turn, so that neighbors do not meet.
    for i, standing in enumerate(sorted(standings, key=lambda s: s.cost.flops)):
        name, top1 = standing.network.architecture, 100 * standing.figures["top1"]
        mflops = standing.cost.flops / 1e6
        low, high = (100 * bound for bound in standing.intervals["top1"])
        axes.errorbar(
            [mflops],
            [top1],
            [[max(0.0, top1 - low)], [max(0.0, high - top1)]],
            fmt="o",
            markersize=7,
            capsize=4,
            color=_COLORS[name],
        )
        folds = [100 * fold.figures["top1"] for fold in standing.folds]
        axes.plot([mflops] * len(folds), folds, ".", color=_COLORS[name], alpha=0.5)
        axes.annotate(
            f"{name} {top1:.1f} %",
            (mflops, top1),
            xytext=(9 if i % 2 else -9, 0),
            textcoords="offset points",
            ha="left" if i % 2 else "right",
            va="center",
            color=_COLORS[name],
        )
    axes.set_xscale("log")
    axes.margins(x=0.3, y=0.12)
    axes.set_title("Held-out top-1 against cost", loc="left", fontsize=11)
    axes.set_xlabel("million operations for one position")
    axes.set_ylabel("%")


def _draw_curves(axes: Any, standings: list[Standing], *, by_time: bool) -> None:
    """Held-out top-1 while training: mean of the folds, band from least to most."""
    key = "seconds" if by_time else "positions"
    for standing in standings:
        name = standing.network.architecture
        curves = [
            (
                [0.0, *(row[key] for row in fold.curve)],
                [0.0, *(100 * row["valid_top1"] for row in fold.curve)],
            )
            for fold in standing.folds
        ]
        # The folds looked at different moments; read all off at the same ones.
        x = np.linspace(0, min(seen[-1] for seen, _ in curves), 13)
        y = np.array([np.interp(x, seen, top1) for seen, top1 in curves])
        color = _COLORS[name]
        axes.fill_between(
            x, y.min(axis=0), y.max(axis=0), color=color, alpha=0.15, lw=0
        )
        axes.plot(x, y.mean(axis=0), color=color, label=name)
    axes.set_title("Held-out top-1 while training", loc="left", fontsize=11)
    axes.set_xlabel("seconds of training" if by_time else "positions learned")
    axes.set_ylabel("%")
    axes.legend(loc="upper left", frameon=False)
