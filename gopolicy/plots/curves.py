"""A picture of how runs went: loss and accuracy over the positions seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from gopolicy.language import tr
from gopolicy.plots import palette
from gopolicy.plots.figure import make_figure, open_sides, rgb, save_figure

_TRAINING: Final = rgb(palette.GRAY)
_HELD_OUT: Final = rgb(palette.BLUE)
_TOP5: Final = rgb(palette.SKY_BLUE)
_KNOWN: Final = rgb(palette.ORANGE)


def save_curves(
    path: str | Path, histories: Mapping[str, Sequence[Mapping[str, float]]]
) -> None:
    """Writes a PNG of two panels: losses; top-1 and top-5.

    What a look found at training games stands beside held-out ones where the history
    has it; "loss" is what was minimized, of the weights as they were, not averaged.

    ``histories``: the rows of history.csv of runs that followed each other, by name;
    their positions are added up. Raises: OSError when it cannot be written.
    """
    from matplotlib.ticker import EngFormatter

    figure = make_figure(11, 4.4, layout="constrained")
    loss, accuracy = figure.subplots(1, 2)
    curves = (
        (loss, "loss", _TRAINING, tr("minimized"), 1),
        (loss, "train_log_loss", _KNOWN, tr("training games"), 1),
        (loss, "valid_log_loss", _HELD_OUT, tr("held-out games"), 1),
        (accuracy, "train_top1", _KNOWN, tr("training games, top-1"), 100),
        (accuracy, "valid_top1", _HELD_OUT, tr("held-out top-1"), 100),
        (accuracy, "valid_top5", _TOP5, tr("held-out top-5"), 100),
    )
    before = 0.0
    for name, rows in histories.items():
        seen = [before + row["positions"] for row in rows]
        for axes, column, color, label, scale in curves:
            values = [scale * row.get(column, math.nan) for row in rows]
            if all(map(math.isnan, values)):  # an older run did not look there
                continue
            style = {"ms": 3, "lw": 1.2, "color": color}
            axes.plot(seen, values, "o-", label="" if before else label, **style)
        if before:
            for axes in (loss, accuracy):
                axes.axvline(before, color="0.7", lw=1, ls=":")
                axes.annotate(
                    f" {name}",
                    (before, 0.02),
                    xycoords=("data", "axes fraction"),
                    color="0.4",
                )
        before = seen[-1] if seen else before
    loss.set_title(tr("Log loss, nats"), loc="left", fontsize=11)
    accuracy.set_title(
        tr("Move played is among the k best, %"), loc="left", fontsize=11
    )
    # The first steps from a start can lose far more than all later ones.
    worst = max(row["valid_log_loss"] for rows in histories.values() for row in rows)
    loss.set_ylim(top=min(1.3 * worst, loss.get_ylim()[1]))
    for axes in (loss, accuracy):
        axes.set_xlabel(tr("positions seen"))
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
        open_sides(axes)
    save_figure(path, figure)
