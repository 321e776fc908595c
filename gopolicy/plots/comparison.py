"""A picture of a comparison: accuracy against cost, and the learning curves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from gopolicy.compare.compare import Comparison, Standing
from gopolicy.language import tr
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
#: Lines and marks of rivals that are the same network under other settings.
_LINES: Final = ("-", "--", ":", "-.")
_MARKS: Final = "os^Dv"


def save_comparison_plot(
    path: Path, standings: list[Standing], comparison: Comparison
) -> None:
    """Writes a PNG of two panels.

    Raises: OSError naming ``path`` when it cannot be written.
    """
    figure = make_figure(12, 4.6, layout="constrained")
    cost, curves = figure.subplots(1, 2)
    looks = _choose_looks(standings)
    _draw_cost(cost, standings, looks)
    by_time = comparison.budget.minutes is not None
    _draw_curves(curves, standings, looks, by_time=by_time)
    for axes in (cost, curves):
        axes.grid(alpha=0.3)
        open_sides(axes)
        axes.set_ylim(0)
    save_figure(path, figure)


class _Look(NamedTuple):
    """How a rival is drawn: color, line and mark."""

    color: Any
    line: str
    mark: str


def _choose_looks(standings: list[Standing]) -> dict[str, _Look]:
    """By the rivals' names: the first of a network in its color, the others in one
    that no network here has, each with a line and a mark of its own."""
    names = {standing.network.architecture for standing in standings}
    free = [color for name, color in _COLORS.items() if name not in names]
    seen: Counter[str] = Counter()
    looks = {}
    for standing in sorted(standings, key=lambda standing: standing.rival.name):
        name = standing.network.architecture
        number = seen[name]
        color = free.pop() if number and free else _COLORS[name]
        line, mark = _LINES[number % len(_LINES)], _MARKS[number % len(_MARKS)]
        looks[standing.rival.name] = _Look(color, line, mark)
        seen[name] += 1
    return looks


def _draw_cost(
    axes: Any, standings: list[Standing], looks: Mapping[str, _Look]
) -> None:
    """Top-1 over operations; bars are 95 % intervals, small dots the folds."""
    # Names stand left and right of their dots in turn, so that neighbors do not meet.
    for i, standing in enumerate(sorted(standings, key=lambda s: s.cost.flops)):
        name, top1 = standing.rival.name, 100 * standing.figures["top1"]
        color = looks[name].color
        mflops = standing.cost.flops / 1e6
        low, high = (100 * bound for bound in standing.intervals["top1"])
        axes.errorbar(
            [mflops],
            [top1],
            [[max(0.0, top1 - low)], [max(0.0, high - top1)]],
            fmt=looks[name].mark,
            markersize=7,
            capsize=4,
            color=color,
        )
        folds = [100 * fold.figures["top1"] for fold in standing.folds]
        axes.plot([mflops] * len(folds), folds, ".", color=color, alpha=0.5)
        axes.annotate(
            "\n".join([*name.split(), f"{top1:.1f} %"])
            if " " in name
            else f"{name} {top1:.1f} %",
            (mflops, top1),
            xytext=(9 if i % 2 else -9, 0),
            textcoords="offset points",
            ha="left" if i % 2 else "right",
            va="center",
            color=color,
        )
    axes.set_xscale("log")
    axes.margins(x=0.3, y=0.12)
    axes.set_title(tr("Held-out top-1 against cost"), loc="left", fontsize=11)
    axes.set_xlabel(tr("million operations for one position"))
    axes.set_ylabel("%")


def _draw_curves(
    axes: Any,
    standings: list[Standing],
    looks: Mapping[str, _Look],
    *,
    by_time: bool,
) -> None:
    """Held-out top-1 while training: mean of the folds, band from least to most."""
    key = "seconds" if by_time else "positions"
    for standing in standings:
        name = standing.rival.name
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
        color = looks[name].color
        axes.fill_between(
            x, y.min(axis=0), y.max(axis=0), color=color, alpha=0.15, lw=0
        )
        axes.plot(x, y.mean(axis=0), looks[name].line, color=color, label=name)
    axes.set_title(tr("Held-out top-1 while training"), loc="left", fontsize=11)
    axes.set_xlabel(tr("seconds of training") if by_time else tr("positions learned"))
    axes.set_ylabel("%")
    axes.legend(loc="upper left", frameon=False)
