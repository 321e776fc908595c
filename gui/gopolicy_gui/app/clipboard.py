"""The system's clipboard, as far as text goes."""

from __future__ import annotations

from typing import Final

import pygame
import pygame.scrap

#: The only type that pygame 2.6 both gives and takes under SDL 2.
_TYPE: Final = "text/plain;charset=utf-8"


def get_text() -> str:
    """What was copied; "" for nothing, or where there is no clipboard."""
    try:
        _begin()
        data = pygame.scrap.get(_TYPE)
    except pygame.error:
        return ""
    return (data or b"").decode("utf-8", "replace").rstrip("\0")


def put_text(text: str) -> None:
    """Copies ``text``.

    Raises: pygame.error where there is no clipboard.
    """
    _begin()
    pygame.scrap.put(_TYPE, text.encode())


def _begin() -> None:
    """Once: each time it opens pygame's display once more, to be closed as often."""
    if not pygame.scrap.get_init():
        pygame.scrap.init()
