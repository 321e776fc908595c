"""Colors of the board, light and dark, and the ramp of the probabilities."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from gopolicy.plots.palette import (
    FAINT_INK,
    INK,
    PALE_BLUE,
    PAPER,
    VERMILION,
    Color,
)


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
    bar: Color
    raised: Color  # buttons, menus, dialogs
    edge: Color  # lines around them
    chosen: Color  # what is switched on, or under the cursor
    error: Color
    plain: Color  # a board without wood, its lines and letters
    plain_line: Color
    plain_coordinate: Color


# Blue on wood: complementary in hue, and the ramp's lightness alone tells the order, so
# it reads the same with any kind of color blindness. The ring is the vermilion of Okabe
# and Ito's palette.
LIGHT: Final = Theme(
    name="light",
    background=PAPER,
    text=INK,
    faint_text=FAINT_INK,
    board=(222, 184, 119),
    grain=(205, 164, 98),
    line=(78, 58, 32),
    coordinate=(96, 74, 44),
    ramp=((158, 190, 214), PALE_BLUE, (8, 48, 107)),
    best=VERMILION,
    mark=VERMILION,
    bar=PALE_BLUE,
    raised=(255, 254, 251),
    edge=(208, 202, 192),
    chosen=(214, 229, 241),
    error=(178, 34, 34),
    plain=(233, 224, 204),
    plain_line=(122, 112, 94),
    plain_coordinate=(110, 102, 88),
)
DARK: Final = Theme(
    name="dark",
    background=(30, 31, 35),
    text=(232, 230, 226),
    faint_text=(150, 148, 144),
    board=(142, 108, 66),
    grain=(126, 94, 55),
    line=(38, 27, 15),
    coordinate=(210, 186, 150),
    ramp=((52, 84, 122), (96, 160, 214), (222, 240, 255)),
    best=(255, 149, 43),
    mark=(255, 149, 43),
    bar=(96, 160, 214),
    raised=(46, 48, 54),
    edge=(76, 79, 87),
    chosen=(52, 78, 104),
    error=(255, 138, 128),
    plain=(92, 95, 102),
    plain_line=(46, 48, 53),
    plain_coordinate=(188, 190, 196),
)
#: On what is light and on what is dark, whatever the theme.
DARK_INK: Final[Color] = (20, 20, 24)
LIGHT_INK: Final[Color] = (250, 250, 250)
THEMES: Final = {theme.name: theme for theme in (LIGHT, DARK)}

#: The ramp begins here; a move less likely is not shown.
LEAST_SHOWN: Final = 0.001


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
    """Black or white, whichever is easier to read on ``color``."""
    r, g, b = color
    return DARK_INK if 0.299 * r + 0.587 * g + 0.114 * b > 140 else LIGHT_INK
