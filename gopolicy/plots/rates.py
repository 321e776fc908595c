"""A picture of a learning-rate range test."""

from __future__ import annotations

from pathlib import Path

from gopolicy.language import tr
from gopolicy.plots import palette
from gopolicy.plots.figure import make_figure, open_sides, rgb, save_figure
from gopolicy.train.rates import RangeTest


def save_rates_plot(path: str | Path, found: RangeTest) -> None:
    """Writes a PNG: the loss over the rate, with the lowest loss and the suggestion.

    Raises: OSError when it cannot be written.
    """
    figure = make_figure(7, 4.2, layout="constrained")
    axes = figure.subplots()
    axes.plot(found.rates, found.losses, color=rgb(palette.BLUE))
    for rate, text, color in (
        (found.suggested, tr("suggested"), palette.GREEN),
        (found.lowest, tr("lowest loss"), palette.VERMILION),
    ):
        axes.axvline(rate, color=rgb(color), lw=1, ls="--")
        axes.annotate(
            f"{text} {rate:.1g} ",
            (rate, 0.97),
            xycoords=("data", "axes fraction"),
            ha="right",
            va="top",
            rotation=90,
            color=rgb(color),
        )
    axes.set_xscale("log")
    axes.set_title(tr("Loss while the rate grows, nats"), loc="left", fontsize=11)
    axes.set_xlabel(tr("learning rate"))
    axes.grid(alpha=0.3)
    open_sides(axes)
    save_figure(path, figure)
