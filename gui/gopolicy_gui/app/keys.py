"""pygame's keys as the names that ``commands`` and ``dialogs`` use."""

from __future__ import annotations

from typing import Final

import pygame

_NAMES: Final = {
    pygame.K_RETURN: "enter",
    pygame.K_KP_ENTER: "enter",
    pygame.K_ESCAPE: "escape",
    pygame.K_SPACE: "space",
    pygame.K_BACKSPACE: "backspace",
    pygame.K_DELETE: "delete",
    pygame.K_TAB: "tab",
    pygame.K_LEFT: "left",
    pygame.K_RIGHT: "right",
    pygame.K_UP: "up",
    pygame.K_DOWN: "down",
    pygame.K_HOME: "home",
    pygame.K_END: "end",
    pygame.K_PAGEUP: "pageup",
    pygame.K_PAGEDOWN: "pagedown",
    pygame.K_F1: "f1",
    pygame.K_F3: "f3",
    pygame.K_F11: "f11",
}


def key_name(event: pygame.event.Event) -> str:
    """The name of a pressed key with its modifiers, such as "ctrl+shift+s"; "" if none.

    What types a character is called by it, wherever it is on the keyboard: "?".
    """
    control = event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META)
    shift = "shift+" if event.mod & pygame.KMOD_SHIFT else ""
    if event.mod & pygame.KMOD_ALT and not event.unicode:
        return ""
    name = _NAMES.get(event.key, "")
    if control:
        name = name or pygame.key.name(event.key)
        return f"ctrl+{shift}{name}" if name else ""
    if name:
        return f"{shift}{name}"
    return event.unicode.lower() if event.unicode.isprintable() else ""
