"""The colors that the plots and the window share.

A color is (red, green, blue), 0 to 255. Knows nothing of matplotlib or pygame.
"""

from typing import Final, TypeAlias

Color: TypeAlias = tuple[int, int, int]

# Told apart by color-blind people too. Source: Okabe and Ito, "Color Universal
# Design" (2008).
BLACK: Final[Color] = (0, 0, 0)
ORANGE: Final[Color] = (230, 159, 0)
SKY_BLUE: Final[Color] = (86, 180, 233)
GREEN: Final[Color] = (0, 158, 115)
BLUE: Final[Color] = (0, 114, 178)
VERMILION: Final[Color] = (213, 94, 0)
PURPLE: Final[Color] = (204, 121, 167)

#: What stands beside them without a claim.
GRAY: Final[Color] = (153, 153, 153)
WHITE: Final[Color] = (255, 255, 255)

#: Of the light window and of reviews.
PAPER: Final[Color] = (244, 241, 235)
INK: Final[Color] = (34, 34, 38)
FAINT_INK: Final[Color] = (98, 94, 89)
PALE_BLUE: Final[Color] = (66, 133, 190)
