"""pygame's events of the mouse as those of ``model``: what is held, double clicks."""

from __future__ import annotations

import time
from typing import Final

import pygame

from gopolicy_gui.model.events import Event, Pointed
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.view.controls import hit
from gopolicy_gui.view.forms.pointer import Drag, drag, press, shape_at, wheel
from gopolicy_gui.view.layout import WindowLayout

#: What ``Mouse`` understands.
MOUSE_EVENTS: Final = (
    pygame.MOUSEBUTTONDOWN,
    pygame.MOUSEBUTTONUP,
    pygame.MOUSEMOTION,
    pygame.MOUSEWHEEL,
)
#: Seconds between the presses of a double click.
_DOUBLE: Final = 0.4
#: How the pointer looks, by name.
_SHAPES: Final = {
    "arrow": pygame.SYSTEM_CURSOR_ARROW,
    "text": pygame.SYSTEM_CURSOR_IBEAM,
    "sideward": pygame.SYSTEM_CURSOR_SIZEWE,
    "upward": pygame.SYSTEM_CURSOR_SIZENS,
}


class Mouse:
    """What the mouse holds, and when it was pressed.

    Where it was is known by its own events: the screen's pointer has long gone on when
    the window is busy.
    """

    def __init__(self) -> None:
        self._drag: Drag | None = None
        self._place: tuple[int, int] | None = None
        self._pressed = (0.0, (0, 0))
        self._shape = "arrow"

    def translate(
        self, event: pygame.event.Event, state: GuiState, layout: WindowLayout
    ) -> Event | None:
        """What a press, a move or the wheel means; a press may begin a drag."""
        if event.type == pygame.MOUSEWHEEL:
            return self._turn(-event.y, event.x, state, layout)
        self._place = event.pos
        if event.type == pygame.MOUSEMOTION and self._drag is not None:
            return drag(state, layout, self._drag, event.pos)
        if event.type == pygame.MOUSEMOTION:
            self._show(shape_at(state, layout, event.pos))
            return Pointed(hit(state, layout, *event.pos))
        if event.button == 1 and event.type == pygame.MOUSEBUTTONUP:
            self._drag = None
        elif event.button == 1:
            extend = bool(pygame.key.get_mods() & pygame.KMOD_SHIFT)
            twice = self._is_second(event.pos, max(5, layout.unit // 3))
            found, self._drag = press(
                state, layout, event.pos, extend=extend, twice=twice
            )
            return found
        return None

    def _turn(
        self, down: int, right: int, state: GuiState, layout: WindowLayout
    ) -> Event | None:
        """With Shift the wheel goes sidewards, with Ctrl it changes sizes."""
        held = pygame.key.get_mods()
        if held & pygame.KMOD_SHIFT and not right:
            down, right = 0, down
        if not (down or right):
            return None
        zoom, place = bool(held & pygame.KMOD_CTRL), self._place
        if place is None:  # it was there when the window came up
            place = pygame.mouse.get_pos()
        return wheel(state, layout, place, down, sideward=right, zoom=zoom)

    def _is_second(self, place: tuple[int, int], reach: int) -> bool:
        """Whether a press is the second one of a double click, ``reach`` pixels from
        the first at most."""
        now, (then, before) = time.monotonic(), self._pressed
        near = max(abs(place[0] - before[0]), abs(place[1] - before[1])) < reach
        is_second = near and now - then < _DOUBLE
        self._pressed = (0.0 if is_second else now, place)
        return is_second

    def _show(self, name: str) -> None:
        """Gives the pointer a shape, where it has another one."""
        if self._shape != name:
            self._shape = name
            pygame.mouse.set_cursor(_SHAPES[name])
