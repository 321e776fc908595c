"""Colors of the board, light and dark, and the ramp of the probabilities."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, TypedDict

from gopolicy.plots.palette import (
    BLACK,
    FAINT_INK,
    INK,
    PALE_BLUE,
    PAPER,
    VERMILION,
    WHITE,
    Color,
)
from gopolicy_gui.model.options import SchemeName
from gopolicy_gui.model.study.ahead import LEAST_HINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colors (red, green, blue) by what they are for."""

    name: str
    background: Color
    text: Color
    faint_text: Color
    board: Color
    grain: Color  # of the wood
    line: Color
    coordinate: Color
    ramp: tuple[Color, ...]  # unlikely to likely; lightness falls or rises all the way
    best: Color  # ring around the best move
    mark: Color  # last move, played move
    mark_text: Color  # the same as text, and in the graph
    key_text: Color  # keys in the help, what leads elsewhere
    bar: Color
    raised: Color  # buttons, menus, dialogs
    edge: Color  # lines around them
    chosen: Color  # what is switched on, or under the cursor
    error: Color
    plain: Color  # a board without wood, its lines and letters
    plain_line: Color
    plain_coordinate: Color


# Blue on wood: complementary in hue, and the ramp's lightness alone tells the order. No
# hint may look like a stone. The ring is the vermilion of Okabe and Ito's palette.
LIGHT: Final = Theme(
    name="light",
    background=PAPER,
    text=INK,
    faint_text=FAINT_INK,
    board=(222, 184, 119),
    grain=(205, 164, 98),
    line=(78, 58, 32),
    coordinate=(72, 54, 30),
    ramp=((158, 190, 214), PALE_BLUE, (0, 66, 160)),
    best=VERMILION,
    mark=VERMILION,
    mark_text=(158, 62, 0),
    key_text=(24, 88, 146),
    bar=PALE_BLUE,
    raised=(255, 254, 251),
    edge=(208, 202, 192),
    chosen=(214, 229, 241),
    error=(164, 28, 28),
    plain=(233, 224, 204),
    plain_line=(122, 112, 94),
    plain_coordinate=(96, 88, 75),
)
DARK: Final = Theme(
    name="dark",
    background=(30, 31, 35),
    text=(232, 230, 226),
    faint_text=(178, 176, 172),
    board=(130, 97, 58),
    grain=(116, 85, 49),
    line=(38, 27, 15),
    coordinate=(250, 238, 216),
    ramp=((44, 74, 128), (70, 130, 215), (70, 200, 255)),
    best=(255, 149, 43),
    mark=(255, 149, 43),
    mark_text=(255, 172, 92),
    key_text=(140, 196, 244),
    bar=(96, 160, 214),
    raised=(46, 48, 54),
    edge=(76, 79, 87),
    chosen=(42, 63, 86),
    error=(255, 138, 128),
    plain=(92, 95, 102),
    plain_line=(46, 48, 53),
    plain_coordinate=(226, 228, 232),
)
#: On what is light and on what is dark, whatever the theme.
DARK_INK: Final[Color] = BLACK
LIGHT_INK: Final[Color] = WHITE
THEMES: Final = {theme.name: theme for theme in (LIGHT, DARK)}


class _Changes(TypedDict, total=False):
    """The colors that a scheme changes."""

    ramp: tuple[Color, ...]
    best: Color
    mark: Color
    mark_text: Color
    bar: Color


#: Vermilion on wood is hard to see for who sees no red or no green: marks are yellow
#: there. Who sees no blue has red hints and marks of green and blue together. Chosen by
#: distances in CIELAB as those eyes see (Machado et al. 2009); a test measures them.
_YELLOW: Final[dict[str, _Changes]] = {
    "light": {"best": (255, 240, 0), "mark": (255, 240, 0)},
    "dark": {"best": (255, 250, 30), "mark": (255, 250, 30)},
}
SCHEMES: Final[dict[SchemeName, dict[str, _Changes]]] = {
    "usual": {},
    "red-blind": _YELLOW,
    "green-blind": {
        "light": {"best": (255, 255, 0), "mark": (255, 255, 0)},
        "dark": {"best": (255, 255, 0), "mark": (255, 255, 0)},
    },
    "blue-blind": {
        "light": {
            "ramp": ((240, 190, 190), (215, 20, 60), (116, 20, 12)),
            "best": (0, 120, 120),
            "mark": (0, 120, 120),
            "mark_text": (0, 100, 100),
            "bar": (215, 20, 60),
        },
        "dark": {
            "ramp": ((110, 40, 110), (226, 24, 110), (255, 140, 110)),
            "best": (0, 230, 230),
            "mark": (0, 230, 230),
            "mark_text": (0, 230, 230),
            "bar": (236, 60, 130),
        },
    },
}

#: The ramp begins here; a move less likely is not shown.
LEAST_SHOWN: Final = LEAST_HINT


def ramp_place(probability: float) -> float:
    """Where a probability stands on the ramp, 0 to 1, on a log scale."""
    if probability <= LEAST_SHOWN:
        return 0.0
    return min(1.0, 1 - math.log(probability) / math.log(LEAST_SHOWN))


def ramp_color(theme: Theme, probability: float) -> Color:
    """The color of a probability."""
    place = ramp_place(probability) * (len(theme.ramp) - 1)
    i = min(int(place), len(theme.ramp) - 2)
    low, high = theme.ramp[i], theme.ramp[i + 1]
    return mix(low, high, place - i)


def without_wood(theme: Theme) -> Theme:
    """The theme with a board of one color."""
    return replace(
        theme,
        board=theme.plain,
        grain=theme.plain,
        line=theme.plain_line,
        coordinate=theme.plain_coordinate,
    )


def mix(low: Color, high: Color, share: float) -> Color:
    """The color ``share`` (0 to 1) of the way from ``low`` to ``high``."""
    r, g, b = (round(a + share * (z - a)) for a, z in zip(low, high, strict=True))
    return r, g, b


def ink_on(color: Color) -> Color:
    """Black or white, whichever has more contrast on ``color``; at least 4.5 to 1."""
    return max((DARK_INK, LIGHT_INK), key=lambda ink: contrast(ink, color))


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colors, 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    """Source: WCAG 2.2, "relative luminance"."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (part / 255 for part in color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


#: Marks with less contrast are lost on their ground: they get a rim, or other ink.
LEAST_CONTRAST: Final = 2.0


def panel_mark(theme: Theme) -> Color:
    """The color of marks on the panel's ground; there yellow would be lost on paper."""
    lost = contrast(theme.mark, theme.background) < LEAST_CONTRAST
    return theme.mark_text if lost else theme.mark


def with_scheme(theme: Theme, scheme: SchemeName) -> Theme:
    """The theme with the colors of hints and marks that a scheme has for it."""
    changes = SCHEMES[scheme].get(theme.name)
    return replace(theme, **changes) if changes else theme
