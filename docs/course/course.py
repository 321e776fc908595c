"""What all chapters share: two languages, pictures, checks of exercises, the games.

A chapter is a notebook in ``en`` or ``zh`` beside this file, made from ``NN_name.py`` by
``tools/course/build_course.py``. The folder that a notebook lies in is its language;
``GOPOLICY_COURSE_LANG`` says it otherwise. With ``GOPOLICY_COURSE_QUICK=1`` everything is
tiny, so that a test runs a chapter in seconds; the figures then mean nothing.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib import font_manager

from gopolicy.data.convert import build_dataset
from gopolicy.data.dataset import Dataset
from gopolicy.networks.backend import keras as keras  # without their greetings
from gopolicy.networks.backend import tf as tf
from gopolicy.plots import palette
from gopolicy.plots.cjkfonts import CJK_FONTS
from gopolicy.plots.figure import open_sides, rgb

#: The checkout: the sample games lie in ``datasets``, the shipped network in ``models``.
ROOT = Path(__file__).resolve().parents[2]
GAMES = ROOT / "datasets" / "sample-train.zip"
OTHER_GAMES = ROOT / "datasets" / "sample-valid.zip"
#: What chapters write goes there: datasets, runs, exported networks.
OUT = Path(os.environ.get("GOPOLICY_COURSE_OUT", ROOT / "out" / "course"))

LANGUAGE = os.environ.get(
    "GOPOLICY_COURSE_LANG", "zh" if Path.cwd().name == "zh" else "en"
)
QUICK = os.environ.get("GOPOLICY_COURSE_QUICK") == "1"

ORANGE, SKY_BLUE, GREEN, BLUE, VERMILION, PURPLE, BLACK, GRAY = map(
    rgb,
    (
        palette.ORANGE,
        palette.SKY_BLUE,
        palette.GREEN,
        palette.BLUE,
        palette.VERMILION,
        palette.PURPLE,
        palette.BLACK,
        palette.GRAY,
    ),
)
#: From one hue to the other through white: what is negative, zero, positive.
TWO_SIDES = "RdBu_r"
#: From dark to light, in order also for the color-blind.
ONE_SIDE = "cividis"

_BOARD = (0.93, 0.85, 0.68)


def say(english: str, chinese: str) -> str:
    """The text in the language of the notebook."""
    return chinese if LANGUAGE == "zh" else english


#: What ``check`` prints first.
RIGHT = say("Right.", "对。")
WRONG = say("Not right.", "不对。")
NOT_YET = say(
    "Not yet: replace the three dots above.", "还没有答案：把上面的三个点换掉。"
)


def check(answer: Any, is_right: Callable[[Any], Any], hint: str = "") -> None:
    """Prints whether the answer to an exercise is right.

    ``answer``: what the learner made; ``...`` where nothing stands yet. ``is_right``: told
    the answer, says whether it is. ``hint``: printed beside a wrong one.
    """
    if answer is ...:
        print(NOT_YET)
        return
    try:
        verdict = bool(np.all(is_right(answer)))
    except (TypeError, ValueError, IndexError, AttributeError, KeyError) as error:
        verdict, hint = False, f"{hint} ({type(error).__name__}: {error})".strip()
    print(RIGHT if verdict else f"{WRONG} {hint}".strip())


def near(value: Any, other: Any, tolerance: float = 1e-3) -> bool:
    """Whether two numbers, or arrays of one shape, differ by no more than that."""
    value, other = np.asarray(value, float), np.asarray(other, float)
    return value.shape == other.shape and bool(np.allclose(value, other, 0, tolerance))


def size(full: int, quick: int) -> int:
    """How many of something: ``full`` for a reader, ``quick`` for a test."""
    return quick if QUICK else full


def open_games() -> tuple[Dataset, Dataset]:
    """(900 games to learn from, 100 others to be examined on), of the sample records.

    The two files are built when first asked for, in a few seconds.
    """
    OUT.mkdir(parents=True, exist_ok=True)
    made = []
    for source in (GAMES, OTHER_GAMES):
        file = OUT / f"{source.stem}.h5"
        if not file.exists():
            build_dataset([source], file, workers=1)
        made.append(Dataset.open(file))
    return made[0], made[1]


def panels(
    columns: int = 1, rows: int = 1, *, width: float = 4.4, height: float = 3.2
) -> tuple[Any, Any]:
    """(figure, axes) of ``rows`` x ``columns`` panels, inches each; axes as of pyplot."""
    return plt.subplots(
        rows, columns, figsize=(width * columns, height * rows), layout="constrained"
    )


def show() -> None:
    """Shows all pictures drawn in this cell, and forgets them."""
    for number in plt.get_fignums():
        figure = plt.figure(number)
        for axes in figure.axes:
            if axes.axison and "top" in axes.spines and not axes.images:
                open_sides(axes)
        figure.canvas.draw()
    if matplotlib.get_backend().lower() != "agg":
        plt.show()
    plt.close("all")


def draw_board(
    axes: Any,
    stones: Any,
    *,
    values: Any = None,
    marks: dict[tuple[int, int], str] | None = None,
    limits: tuple[float, float] | None = None,
    colors: str = TWO_SIDES,
) -> Any:
    """Draws a board, or a part of one, and gives the image of ``values`` (or None).

    ``stones``: int [rows, columns], 1 black, -1 white, 0 empty. ``values``: numbers [rows,
    columns], tinted squares below the stones, ``limits`` their least and greatest.
    ``marks``: text for (row, column), row 0 on top.
    """
    stones = np.asarray(stones)
    rows, columns = stones.shape
    axes.set(xlim=(-0.6, columns - 0.4), ylim=(rows - 0.4, -0.6), aspect="equal")
    axes.set_axis_off()
    axes.add_patch(plt.Rectangle((-0.6, -0.6), columns + 0.2, rows + 0.2, color=_BOARD))
    image = None
    if values is not None:
        low, high = limits or (np.min(values), np.max(values))
        scale = {"cmap": colors, "vmin": low, "vmax": high}
        image = axes.imshow(values, interpolation="nearest", zorder=1, **scale)
        axes.set(xlim=(-0.6, columns - 0.4), ylim=(rows - 0.4, -0.6))
    axes.hlines(range(rows), 0, columns - 1, color="0.25", lw=0.6, zorder=2)
    axes.vlines(range(columns), 0, rows - 1, color="0.25", lw=0.6, zorder=2)
    for row, column in np.argwhere(stones):
        face = "black" if stones[row, column] > 0 else "white"
        axes.add_patch(
            plt.Circle((column, row), 0.44, fc=face, ec="black", lw=0.7, zorder=3)
        )
    for (row, column), text in (marks or {}).items():
        dark = stones[row, column] > 0
        axes.text(
            column,
            row,
            text,
            color="white" if dark else "black",
            ha="center",
            va="center",
            zorder=4,
        )
    return image


def _set_style() -> None:
    """Fonts of the language, colors that the color-blind can tell apart, small files."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    chinese = [name for name in CJK_FONTS if name in installed]
    # Powers of ten on an axis are drawn with the first one, and cannot be with some
    # Chinese fonts; a letter that it lacks is taken from the next.
    families = ["DejaVu Sans", *chinese]
    if LANGUAGE == "zh" and not chinese:
        print(
            "没有找到中文字体，图中的汉字会显示为方框。请安装 Noto Sans CJK SC。",
            file=sys.stderr,
        )
    plt.rcParams.update(
        {
            "font.family": families,
            "font.size": 10,
            "axes.unicode_minus": False,
            "axes.prop_cycle": cycler(
                color=[BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY_BLUE, BLACK]
            ),
            "axes.titlesize": 10.5,
            "axes.titlelocation": "left",
            "legend.frameon": False,
            "figure.dpi": 80,
            "savefig.dpi": 80,
            "lines.linewidth": 1.8,
        }
    )


_set_style()
