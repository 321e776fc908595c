"""What every plot shares: a matplotlib figure without a screen, and writing it.

matplotlib is loaded when the first figure is made. Knows nothing of what is plotted.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from gopolicy.files import whole_file
from gopolicy.plots.cjkfonts import CJK_FONTS
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
    """Writes a PNG whole or not at all; its texts may be in any language.

    Raises: OSError naming ``path`` when it cannot be written.
    """
    from matplotlib import rc_context
    from matplotlib.text import Text

    texts = figure.findobj(Text)
    families = ["DejaVu Sans"]
    if not all(text.get_text().isascii() for text in texts):
        families += _cjk_families()
    for text in texts:
        text.set_family(families)
    with rc_context({"font.family": families}), warnings.catch_warnings():
        # Letters that no font here has are drawn as boxes; that is enough.
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        with whole_file(path) as file:
            figure.savefig(file, format="png", facecolor=figure.get_facecolor())


def _cjk_families() -> list[str]:
    """The fonts here that have Chinese letters."""
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    return [name for name in CJK_FONTS if name in installed]
