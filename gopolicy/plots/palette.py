"""The colors that the plots and the light window share.

A color is (red, green, blue), 0 to 255. Knows nothing of matplotlib or pygame.
"""

from typing import Final

Color = tuple[int, int, int]

PAPER: Final[Color] = (244, 241, 235)
INK: Final[Color] = (34, 34, 38)
FAINT_INK: Final[Color] = (120, 116, 110)
BLUE: Final[Color] = (66, 133, 190)
#: Source: Okabe and Ito, "Color Universal Design" (2008).
VERMILION: Final[Color] = (213, 94, 0)
