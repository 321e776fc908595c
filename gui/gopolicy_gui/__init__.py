"""The board in a window and in pictures, drawn with pygame.

``layout`` is pure geometry, ``theme`` colors, ``draw`` puts a board onto any Surface,
``picture`` saves one as PNG without a display.
"""

import os

# pygame greets on stdout when it is imported; results go there, greetings do not.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
# By this name desktops know its windows; pygame would take the script's.
os.environ.setdefault("SDL_VIDEO_X11_WMCLASS", "gopolicy")
