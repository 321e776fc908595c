"""A picture of what is in datasets: lengths, years, ranks, results, komi, openings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.data.dataset import Dataset
from gopolicy.language import N_, tr
from gopolicy.plots import palette
from gopolicy.plots.figure import make_figure, open_sides, rgb, save_figure
from gopolicy.sgf.gameinfo import decode_rank

_BARS: Final = rgb(palette.BLUE)
_MOVES_A_BAR: Final = 10
#: Longer games are all in the last bar.
_LAST_BAR: Final = 400
#: A span of more years than this is drawn in decades.
_MAX_YEARS: Final = 60
_MAX_RANK_LABELS: Final = 12

#: Label and color of each result code, in the order of the bars.
_RESULTS: Final = {
    1: (N_("Black won"), "0.15"),
    -1: (N_("White won"), "white"),
    2: (N_("jigo"), "0.6"),
    0: (N_("unknown"), "0.85"),
}


def save_dataset_plot(
    path: Path, data: Dataset, census: Mapping[str, Any], title: str
) -> None:
    """Writes a PNG of six panels. ``census``: what ``take_census`` gives of ``data``.

    Raises: OSError naming ``path`` when it cannot be written.
    """
    figure = make_figure(11, 10.5, layout="constrained")
    head = tr(
        "{name}: {games:,} games, {positions:,} positions",
        name=title,
        games=data.n_games,
        positions=data.n_positions,
    )
    figure.suptitle(head, fontsize=12)
    (lengths, years), (ranks, results), (komi, openings) = figure.subplots(3, 2)
    _draw_lengths(lengths, data.lengths)
    _draw_years(years, data.columns["date"].astype(np.int64) // 10_000)
    columns = [data.columns[name] for name in ("black_rank", "white_rank")]
    _draw_ranks(ranks, np.concatenate(columns).astype(np.int64))
    _draw_results(results, data.columns["result"].astype(np.int64))
    _draw_counts(komi, tr("Komi"), census["komi"])
    title = tr("First moves, turned to the upper right")
    _draw_counts(openings, title, census["openings"])
    for axes in (lengths, years, ranks, results, komi, openings):
        open_sides(axes)
        axes.set_axisbelow(True)
        is_lying = axes in (results, komi, openings)
        axes.grid(axis="x" if is_lying else "y", alpha=0.3)
        count = axes.xaxis if is_lying else axes.yaxis
        count.set_major_formatter("{x:,.0f}")
        count.get_major_locator().set_params(integer=True)
    save_figure(path, figure)


def _draw_lengths(axes: Any, lengths: NDArray[np.int64]) -> None:
    """Games by their number of turns."""
    _head(axes, tr("Length"), tr("turns"), tr("games"))
    if not len(lengths):
        return
    if lengths.max() >= _LAST_BAR:
        axes.set_xlabel(tr("turns (the last bar: from {last} on)", last=_LAST_BAR))
    capped = np.minimum(lengths, _LAST_BAR) // _MOVES_A_BAR
    counts = np.bincount(capped)
    axes.bar(
        np.arange(len(counts)) * _MOVES_A_BAR,
        counts,
        0.9 * _MOVES_A_BAR,
        align="edge",
        color=_BARS,
    )
    median = float(np.median(lengths))
    axes.axvline(median, color="0.3", linestyle="--", linewidth=1)
    axes.margins(x=0.01)
    axes.annotate(
        " " + tr("median {turns:.0f}", turns=median),
        (min(median, _LAST_BAR), 1),
        xycoords=("data", "axes fraction"),
        va="top",
        fontsize=9,
        color="0.3",
    )


def _draw_years(axes: Any, years: NDArray[np.int64]) -> None:
    """Games by the year they were played in, those without a date left out."""
    known = years[years > 0]
    n_unknown = len(years) - len(known)
    span = int(np.ptp(known)) if len(known) else 0
    width = 1 if span <= _MAX_YEARS else 10
    unit = tr("year") if width == 1 else tr("decade")
    _head(axes, tr("Date"), _with_unknown(unit, n_unknown), tr("games"))
    if not len(known):
        axes.set(xticks=[], ylim=(0, 1))
        return
    found, counts = np.unique(known // width * width, return_counts=True)
    axes.bar(found + (0 if width == 1 else width / 2), counts, 0.9 * width, color=_BARS)
    axes.xaxis.get_major_locator().set_params(integer=True)
    low, high = int(found[0]), int(found[-1]) + width - 1
    axes.set_xlim(min(low, high - 4) - 0.7, high + 0.7)


def _draw_ranks(axes: Any, ranks: NDArray[np.int64]) -> None:
    """Players by rank, both colors together, weakest first."""
    known = ranks[ranks != 0]
    label = _with_unknown(tr("player's rank"), len(ranks) - len(known))
    _head(axes, tr("Rank"), label, tr("players"))
    if not len(known):
        axes.set(xticks=[], ylim=(0, 1))
        return
    found, counts = np.unique(known, return_counts=True)
    places = np.arange(len(found))
    axes.bar(places, counts, 0.8, color=_BARS)
    every = -(-len(found) // _MAX_RANK_LABELS)
    axes.set_xticks(places[::every], [decode_rank(int(r)) for r in found[::every]])
    room = max(1, 3 - len(found) / 2)  # so that a few bars stay slim
    axes.set_xlim(-room, len(found) - 1 + room)


def _draw_results(axes: Any, results: NDArray[np.int64]) -> None:
    """Games by who won, with shares."""
    _head(axes, tr("Result"), tr("games"), "")
    counts = [int((results == code).sum()) for code in _RESULTS]
    labels = [tr(label) for label, _ in _RESULTS.values()]
    bars = axes.barh(
        labels,
        counts,
        0.7,
        color=[color for _, color in _RESULTS.values()],
        edgecolor="0.15",
        linewidth=0.8,
    )
    total = max(1, len(results))
    axes.bar_label(
        bars,
        [f"{n:,} ({100 * n / total:.1f} %)" for n in counts],
        padding=4,
        fontsize=9,
    )
    axes.invert_yaxis()
    axes.margins(x=0.25)


def _draw_counts(axes: Any, title: str, counts: Mapping[str, int]) -> None:
    """Games by a value, the most frequent on top."""
    _head(axes, title, tr("games"), "")
    if not counts:
        axes.set(yticks=[], xlim=(0, 1))
        return
    axes.barh(list(map(tr, counts)), list(counts.values()), 0.7, color=_BARS)
    axes.invert_yaxis()


def _head(axes: Any, title: str, x: str, y: str) -> None:
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel(x)
    axes.set_ylabel(y)


def _with_unknown(label: str, n_unknown: int) -> str:
    """The label of an axis that does not show everything."""
    if not n_unknown:
        return label
    return tr("{label} ({n:,} unknown)", label=label, n=n_unknown)
