"""A picture of a review: how likely the network held each move of both players."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BLACK, WHITE
from gopolicy.language import tr
from gopolicy.measure.phases import PHASES
from gopolicy.names import color_name
from gopolicy.plots import palette
from gopolicy.plots.figure import make_figure, open_sides, rgb, save_figure
from gopolicy.review.moves import ReviewedMove
from gopolicy.review.review import Review

#: Own moves in the running mean.
WINDOW: Final = 15
#: Surprises named in the picture.
NAMED: Final = 8
_LOWEST: Final = 1e-5  # the axis ends here; what is less likely lies on its edge


def save_review_plot(path: Path, review: Review, model: str) -> None:
    """Writes a PNG: a dot for each move, the running mean of each player, phases.

    The axis of the probabilities is logarithmic. ``model``: the network's name.

    Raises: OSError naming ``path`` when it cannot be written.
    """
    figure = make_figure(11, 6, layout="tight", facecolor=rgb(palette.PAPER))
    axes = figure.add_subplot(facecolor=rgb(palette.PAPER))
    record = review.record
    names = tr(
        "{black} (Black) - {white} (White)",
        black=record.black or tr("Black"),
        white=record.white or tr("White"),
    )
    details = ", ".join(text for text in (record.date, record.result) if text)
    axes.set_title(f"{names}   {details}", loc="left", fontsize=11)
    _draw_phases(axes, review)
    for color, name in ((BLACK, record.black), (WHITE, record.white)):
        _draw_player(axes, review, color, name)
    n_moves = max(record.n_moves, 20)
    _name_surprises(axes, review.surprises(NAMED), n_moves)
    _set_axes(axes, n_moves, model)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower left", framealpha=0.9, prop={"size": 9})
    save_figure(path, figure)


def _draw_player(axes: Any, review: Review, color: int, name: str) -> None:
    judged = [
        (move.number, max(move.probability, _LOWEST))
        for move in review.moves
        if move.color == color and move.probability is not None
    ]
    if not judged:
        return
    numbers, shares = np.array(judged).T
    black = color == BLACK
    line_color = rgb(palette.INK if black else palette.PALE_BLUE)
    axes.plot(
        numbers,
        shares,
        "o",
        markersize=4.5,
        markerfacecolor=rgb(palette.INK if black else palette.WHITE),
        markeredgecolor=line_color,
        markeredgewidth=0.9,
        zorder=2,
    )
    found = review.agreement(color)
    who = f"{color_name(color)}, {name}" if name else color_name(color)
    axes.plot(
        numbers,
        _running_mean(shares),
        color=line_color,
        linewidth=2.2,
        label=tr(
            "{player}: first choice {top1:.0f} %, first five {top5:.0f} %",
            player=who,
            top1=100 * (found.top1 or 0),
            top5=100 * (found.top5 or 0),
        ),
        zorder=3,
    )


def _running_mean(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Geometric mean over ``WINDOW`` moves around each, fewer at the ends."""
    logs = np.log(shares)
    kernel = np.ones(min(WINDOW, len(logs)))
    counts = np.convolve(np.ones(len(logs)), kernel, "same")
    means: NDArray[np.float64] = np.exp(np.convolve(logs, kernel, "same") / counts)
    return means


def _draw_phases(axes: Any, review: Review) -> None:
    """A line where a phase begins, its name at the top."""
    for name, first, _ in PHASES:
        if first > review.record.n_moves:
            continue
        if first > 1:
            axes.axvline(first - 0.5, color=rgb(palette.FAINT_INK), linewidth=0.8)
        axes.annotate(
            tr(name),
            (first, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, -4),
            textcoords="offset points",
            va="top",
            fontsize=9,
            color=rgb(palette.FAINT_INK),
        )


def _name_surprises(axes: Any, moves: list[ReviewedMove], n_moves: int) -> None:
    """Names above the dots, or below; none where another name stands already."""
    wide, tall = 0.055 * n_moves, 0.2  # of a name, in moves and decades
    taken: list[tuple[float, float]] = []
    for move in moves:
        dot = math.log10(max(move.probability or 0, _LOWEST))
        for side, points in ((0.13, 6), (-0.13, -12)):
            if any(
                abs(move.number - x) < wide and abs(dot + side - y) < tall
                for x, y in taken
            ):
                continue
            taken.append((move.number, dot + side))
            axes.annotate(
                f"{move.number} {move.vertex}",
                (move.number, 10**dot),
                xytext=(0, points),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                color=rgb(palette.VERMILION),
            )
            break


def _set_axes(axes: Any, n_moves: int, model: str) -> None:
    ticks = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1)
    axes.set_yscale("log")
    axes.set(xlim=(0, n_moves + 2), ylim=(_LOWEST / 1.6, 2.2))
    axes.set_yticks(ticks, [f"{100 * tick:g} %" for tick in ticks])
    axes.minorticks_off()
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(
        tr(
            "move number   (lines: geometric mean of {n} own moves; "
            "named: the largest surprises)",
            n=WINDOW,
        )
    )
    axes.set_ylabel(tr("probability of the move played, model {model}", model=model))
    axes.grid(axis="y", alpha=0.25)
    open_sides(axes)
