"""The board in a window and in pictures, drawn with pygame.

Three rooms: ``model`` is what can be said without a screen, ``view`` draws it, ``app``
runs it. Commands of gopolicy come in, for a window or for a picture.
"""

import os
import sys

# pygame greets on stdout when it is imported; results go there, greetings do not.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
# By this name desktops know its windows; pygame would take the script's.
os.environ.setdefault("SDL_VIDEO_X11_WMCLASS", "gopolicy")
# pygame asks setuptools, where that is installed, for its own files; it does without,
# and loading that takes a third of the time.
_known = "pkg_resources" in sys.modules
if not _known:
    sys.modules["pkg_resources"] = None  # type: ignore[assignment]
import pygame  # noqa: E402, F401

if not _known:
    del sys.modules["pkg_resources"]
