"""pygame's keys as the names that ``commands`` and ``dialogs`` use."""

from __future__ import annotations

from collections.abc import Sequence
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


#: What ``Keyboard`` looks at.
KEY_EVENTS: Final = (pygame.KEYDOWN, pygame.KEYUP, pygame.TEXTINPUT)
#: Held with other keys; they do nothing by themselves.
_MODIFIERS: Final = (
    *(pygame.K_LSHIFT, pygame.K_RSHIFT, pygame.K_LCTRL, pygame.K_RCTRL),
    *(pygame.K_LALT, pygame.K_RALT, pygame.K_LMETA, pygame.K_RMETA),
)
#: What keys with Shift type on the keyboards of China; SDL says so only where text is
#: heard.
_SHIFTED: Final = dict(zip("1234567890-=[],./", "!@#$%^&*()_+{}<>?", strict=True))


class Keyboard:
    """Which key is held, and whether text is heard.

    ``hears``: while it is, letters may go to an input method first.
    """

    def __init__(self) -> None:
        self.hears = True
        self._held: int | None = None
        self._place = ""
        self._typed = ""
        self._composes = False
        self._takes_commands = False

    def listen(self, *, is_typed: bool, composed: str, language: str) -> None:
        """Begins or ends to hear text, without which keys are keys alone.

        ``is_typed``: whether there is a field for it. ``composed``: what an input
        method composes in that; one that is at it while nothing is there any more,
        since the person clicked elsewhere, begins anew. Chinese is written with such a
        method, which would take the letters that are commands, and so may English be.
        """
        wanted = is_typed or (language == "en" and not self._takes_commands)
        if self._composes and not composed and wanted and self.hears:
            pygame.key.stop_text_input()
            pygame.key.start_text_input()
        self._composes = bool(composed)
        if wanted != self.hears:
            self.hears = wanted
            (pygame.key.start_text_input if wanted else pygame.key.stop_text_input)()

    def compose(self, text: str, *, is_typed: bool) -> None:
        """An input method composes ``text``; perhaps of what was a command."""
        self._composes = bool(text)
        self._takes_commands |= bool(text) and not is_typed

    def is_spent(self, event: pygame.event.Event, place: str) -> bool:
        """Whether an event comes of a key that has done its work already.

        ``place``: the kind of the dialog in front, "" for none. A key that opens or
        closes a dialog means nothing in the place where that leads to, nor does what it
        types, however long it is held: R would ask whether to resign, and answer; Enter
        would open a game, and let the network move in it.
        """
        if event.type == pygame.KEYUP and event.key == self._held:
            self._held, self._place, self._typed = None, "", ""
        elif event.type == pygame.KEYDOWN and event.key == self._held:
            return place != self._place
        elif event.type == pygame.KEYDOWN and event.key not in _MODIFIERS:
            self._held, self._place, self._typed = event.key, place, event.unicode
        elif event.type == pygame.TEXTINPUT:
            was_typed = bool(self._typed) and event.text == self._typed
            return was_typed and place != self._place
        return False

    def is_late(
        self, event: pygame.event.Event, later: Sequence[pygame.event.Event]
    ) -> bool:
        """Whether a key is repeated that has been let go in the meantime.

        pygame repeats by a clock of its own: while the window has no time for events, a
        key just pressed seems to be held. ``later``: the events that wait behind.
        """
        is_repeat = event.type == pygame.KEYDOWN and event.key == self._held
        return is_repeat and any(
            other.type == pygame.KEYUP and other.key == event.key for other in later
        )

    def name(self, event: pygame.event.Event) -> str:
        """``key_name``, also where no text is heard."""
        name = key_name(event)
        is_shifted = event.mod & pygame.KMOD_SHIFT and not self.hears
        return _SHIFTED.get(name, name) if is_shifted else name


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
