"""Pictures of what a network has learned: kernels, patches, activation maps, answers.

Where positions of many games stand side by side they are drawn as the side to play sees
them: its stones black, the other's white. One position keeps its colors.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.go.coords import BOARD_SIZE, COLUMN_LETTERS
from gopolicy.go.features import FEATURES, PLANE_OFFSETS
from gopolicy.language import tr
from gopolicy.look.field import Field
from gopolicy.plots import palette
from gopolicy.plots.figure import make_figure, open_sides, rgb, save_figure

_WOOD: Final = "#ecd9b0"
_OUTSIDE: Final = "0.8"
_MARK: Final = rgb(palette.VERMILION)
#: What speaks for is purple, what speaks against orange: told apart by everyone.
_SIGNED: Final = "PuOr"
_FOR, _AGAINST = "#542788", "#b35806"
_STAR: Final = (3, 9, 15)
#: Stones with less than this share of the largest value are left plain.
_WORTH_A_MARK: Final = 0.03


def save_kernels_plot(path: Path, kernels: NDArray[np.float32], title: str) -> None:
    """Writes a PNG: a row for each filter, a board of its weights for each plane.

    ``kernels``: float32 [filters, planes, height, width].

    Raises: OSError naming ``path`` when it cannot be written.
    """
    n_filters, n_planes, height, width = kernels.shape
    gap = 1
    grid = np.full(
        (n_filters * (height + gap) + gap, n_planes * (width + gap) + gap), np.nan
    )
    for row, column in np.ndindex(n_filters, n_planes):
        top, left = row * (height + gap) + gap, column * (width + gap) + gap
        grid[top : top + height, left : left + width] = kernels[row, column]
    figure = make_figure(
        16, 15.5 * grid.shape[0] / grid.shape[1] + 2.2, layout="constrained"
    )
    axes = figure.subplots()
    limit = float(np.quantile(np.abs(kernels), 0.998)) or 1.0
    image = axes.imshow(grid, cmap=_SIGNED, vmin=-limit, vmax=limit)
    axes.set_facecolor("0.75")
    figure.suptitle(title, fontsize=12)
    axes.set_ylabel(tr("filter"))
    step = 1 if n_filters <= 32 else 4
    rows = np.arange(0, n_filters, step)
    axes.set_yticks(rows * (height + gap) + gap + (height - 1) / 2, rows)
    middles = [PLANE_OFFSETS[f.name] + (f.planes - 1) / 2 for f in FEATURES]
    axes.set_xticks(
        [m * (width + gap) + gap + (width - 1) / 2 for m in middles],
        [tr(feature.name) for feature in FEATURES],
        rotation=45,
        ha="right",
    )
    for feature in FEATURES[1:]:
        axes.axvline(PLANE_OFFSETS[feature.name] * (width + gap), color="black", lw=1)
    figure.colorbar(
        image, ax=axes, label=tr("weight"), location="top", aspect=60, shrink=0.5
    )
    save_figure(path, figure)


def save_filters_plot(
    path: Path,
    rows: Sequence[tuple[str, Sequence[tuple[NDArray[np.uint8], int, str]]]],
    *,
    reach: int,
    title: str,
) -> None:
    """Writes a PNG: a row of patches for each filter, the strongest first.

    ``rows``: a filter's title and its patches: planes uint8 [19, 19, 48], the point
    that excites it, and a caption. ``reach``: how far the filter sees from there.

    Raises: OSError naming ``path`` when it cannot be written.
    """
    count = max(len(patches) for _, patches in rows)
    size = 1.5 if reach < 6 else 2.2
    figure = make_figure(
        max(count * size, 8), len(rows) * (size + 0.55) + 0.6, layout="constrained"
    )
    figure.suptitle(title, fontsize=12)
    grid = figure.subplots(len(rows), count, squeeze=False)
    for line, (name, patches) in zip(grid, rows, strict=True):
        for axes in line[len(patches) :]:
            axes.set_axis_off()
        for axes, (planes, point, caption) in zip(line, patches, strict=False):
            _draw_board(axes, _stones_seen(planes))
            row, column = divmod(point, BOARD_SIZE)
            axes.plot(column, row, "s", ms=7, mfc="none", mec=_MARK, mew=1.6, zorder=4)
            axes.set_xlim(column - reach - 0.6, column + reach + 0.6)
            axes.set_ylim(row + reach + 0.6, row - reach - 0.6)
            axes.set_xlabel(caption, fontsize=7)
        line[0].set_title(name, loc="left", fontsize=9)
    save_figure(path, figure)


def save_maps_plot(
    path: Path,
    maps: NDArray[np.float32],
    stones: NDArray[np.int8],
    *,
    title: str,
) -> None:
    """Writes a PNG of what all filters of a layer say of one position.

    ``maps``: float32 [19, 19, filters], each drawn from its own least to its largest
    value, so that small ones can be seen, too. ``stones``: int8 [361].

    Raises: OSError naming ``path`` when it cannot be written.
    """
    n_filters = maps.shape[2]
    columns = int(np.ceil(np.sqrt(n_filters)))
    lines = int(np.ceil(n_filters / columns))
    figure = make_figure(1.25 * columns, 1.4 * lines + 0.5, layout="constrained")
    figure.suptitle(title, fontsize=12)
    board_stones = stones.reshape(BOARD_SIZE, -1)
    for number, axes in enumerate(figure.subplots(lines, columns, squeeze=False).flat):
        if number >= n_filters:
            axes.set_axis_off()
            continue
        board = maps[:, :, number]
        axes.imshow(board, cmap="cividis")
        for color, face in ((1, "black"), (-1, "white")):
            y, x = np.nonzero(board_stones == color)
            axes.plot(x, y, "o", ms=1.6, mfc=face, mec="none", alpha=0.8)
        name = str(number) if np.ptp(board) else tr("{filter} (off)", filter=number)
        axes.set_title(name, fontsize=7, pad=2)
        _no_ticks(axes)
    save_figure(path, figure)


def save_answer_plot(
    path: Path,
    stones: NDArray[np.int8],
    point: int,
    inputs: NDArray[np.float32],
    changes: NDArray[np.float32],
    *,
    title: str,
) -> None:
    """Writes a PNG of what an answer hangs on, as ``look.answers`` gives it.

    ``stones``: int8 [361]; ``inputs``: float32 [19, 19, 48]; ``changes``: float32
    [361], NaN on no stone.

    Raises: OSError naming ``path`` when it cannot be written.
    """
    figure = make_figure(15, 5.6, layout="constrained")
    figure.suptitle(title, fontsize=12)
    by_stone, by_point, by_feature = figure.subplots(1, 3, width_ratios=(1, 1, 0.8))
    board_stones = stones.reshape(BOARD_SIZE, -1)
    boards = (
        (by_stone, changes.reshape(BOARD_SIZE, -1), tr("Each stone taken away")),
        (by_point, inputs.sum(axis=2), tr("Gradient x input, by point")),
    )
    for axes, values, name in boards:
        _draw_board(axes, board_stones, names=True)
        image = _lay_over(axes, values, board_stones)
        y, x = divmod(point, BOARD_SIZE)
        axes.plot(x, y, "s", ms=13, mfc="none", mec=_MARK, mew=2, zorder=6)
        axes.set_title(name, loc="left", fontsize=11)
        figure.colorbar(image, ax=axes, shrink=0.75, label=tr("nats for the move"))
    _draw_features(by_feature, inputs)
    save_figure(path, figure)


def save_fields_plot(path: Path, fields: Sequence[Field], title: str) -> None:
    """Writes a PNG of what the center of each layer's board looks at.

    Raises: OSError naming ``path`` when it cannot be written.
    """
    columns = min(len(fields), 6)
    lines = int(np.ceil(len(fields) / columns))
    figure = make_figure(2.2 * columns, 2.5 * lines + 0.5, layout="constrained")
    figure.suptitle(title, fontsize=12)
    for number, axes in enumerate(figure.subplots(lines, columns, squeeze=False).flat):
        if number >= len(fields):
            axes.set_axis_off()
            continue
        field = fields[number]
        axes.imshow(np.sqrt(field.weights), cmap="cividis")
        axes.set_title(
            tr(
                "layer {number}: reach {reach}, 95 % in {radius}",
                number=number + 1,
                reach=field.reach,
                radius=field.radius,
            ),
            fontsize=8,
        )
        _no_ticks(axes)
    save_figure(path, figure)


def _draw_features(axes: Any, inputs: NDArray[np.float32]) -> None:
    """A bar for each feature: its sum over all points."""
    sums = [
        float(inputs[:, :, first : first + feature.planes].sum())
        for feature in FEATURES
        for first in [PLANE_OFFSETS[feature.name]]
    ]
    axes.barh(
        [tr(feature.name) for feature in FEATURES],
        sums,
        color=[_FOR if value > 0 else _AGAINST for value in sums],
    )
    axes.invert_yaxis()
    axes.axvline(0, color="0.4", lw=1)
    axes.set_title(tr("Gradient x input, by feature"), loc="left", fontsize=11)
    axes.set_xlabel(tr("nats for the move"))
    open_sides(axes)


def _lay_over(axes: Any, values: NDArray[np.float32], stones: NDArray[np.int8]) -> Any:
    """Colors points by ``values`` [19, 19]: below stones, and as squares on them."""
    limit = float(np.nanmax(np.abs(values), initial=1e-6))
    scale = {"cmap": _SIGNED, "vmin": -limit, "vmax": limit}
    image = axes.imshow(values, alpha=0.8, zorder=2, **scale)
    y, x = np.nonzero((stones != 0) & (np.abs(values) > _WORTH_A_MARK * limit))
    axes.scatter(x, y, c=values[y, x], s=30, marker="s", zorder=5, **scale)
    return image


def _stones_seen(planes: NDArray[np.uint8]) -> NDArray[np.int8]:
    """int8 [19, 19] of planes [19, 19, 48]: 1 the side to play's, -1 the other's."""
    own = planes[..., PLANE_OFFSETS["own"]].astype(np.int8)
    other = planes[..., PLANE_OFFSETS["opponent"]].astype(np.int8)
    return own - other


def _draw_board(axes: Any, stones: NDArray[np.int8], *, names: bool = False) -> None:
    """Draws lines and stones (int8 [19, 19]) where a row and a column are 1 apart."""
    last = BOARD_SIZE - 1
    axes.set_facecolor(_OUTSIDE)
    axes.fill_between([-0.6, last + 0.6], -0.6, last + 0.6, color=_WOOD, zorder=0)
    axes.hlines(range(BOARD_SIZE), 0, last, color="0.45", lw=0.6, zorder=1)
    axes.vlines(range(BOARD_SIZE), 0, last, color="0.45", lw=0.6, zorder=1)
    stars = [(x, y) for x in _STAR for y in _STAR]
    axes.plot(*zip(*stars, strict=True), "o", ms=2, color="0.3", zorder=1)
    circles = [
        (x, y, "black" if stones[y, x] > 0 else "white")
        for y, x in np.argwhere(stones).tolist()
    ]
    from matplotlib.collections import EllipseCollection

    axes.add_collection(
        EllipseCollection(
            *([0.94] * len(circles), [0.94] * len(circles), [0] * len(circles)),
            units="xy",
            offsets=[(x, y) for x, y, _ in circles] or np.empty((0, 2)),
            offset_transform=axes.transData,
            facecolors=[face for _, _, face in circles],
            edgecolors="0.2",
            linewidths=0.5,
            zorder=3,
        )
    )
    axes.set_aspect("equal")
    axes.set_xlim(-0.7, last + 0.7)
    axes.set_ylim(last + 0.7, -0.7)
    if names:
        axes.set_xticks(range(BOARD_SIZE), COLUMN_LETTERS, fontsize=7)
        axes.set_yticks(range(BOARD_SIZE), range(BOARD_SIZE, 0, -1), fontsize=7)
        axes.tick_params(length=0)
    else:
        _no_ticks(axes)


def _no_ticks(axes: Any) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
