"""What every plot shares: a matplotlib figure without a screen, and writing it.

matplotlib is loaded when the first figure is made. Knows nothing of what is plotted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gopolicy.files import whole_file
from gopolicy.plots.palette import Color


def make_figure(width: float, height: float, **options: Any) -> Any:
    """An empty matplotlib Figure of ``width`` x ``height`` inches; 110 pixels each."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=110, **options)


def rgb(color: Color) -> tuple[float, float, float]:
    """A color of the palette as matplotlib takes it, 0 to 1."""
    red, green, blue = color
    return red / 255, green / 255, blue / 255


def open_sides(axes: Any) -> None:
    """Takes the frame away at the top and on the right."""
    axes.spines[["top", "right"]].set_visible(False)


def save_figure(path: str | Path, figure: Any) -> None:
    """Writes a PNG whole or not at all.

    Raises: OSError naming ``path`` when it cannot be written.
    """
    with whole_file(path) as file:
        figure.savefig(file, format="png", facecolor=figure.get_facecolor())
