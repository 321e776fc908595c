"""Buttons, menus and fields, drawn as their ``Control`` says."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pygame

from gopolicy_gui.model.events import Event
from gopolicy_gui.model.language import tr
from gopolicy_gui.view.control import BANNER_LINES, Control, field_part
from gopolicy_gui.view.fonts import draw_text, text_width, wrap_text
from gopolicy_gui.view.forms.fieldview import draw_field
from gopolicy_gui.view.forms.scrollbar import handle_box
from gopolicy_gui.view.layout import Box
from gopolicy_gui.view.shapes import draw_disc, draw_icon
from gopolicy_gui.view.theme import Theme, ink_on

#: Size of a button's label and of its key, in heights of a line.
_LABEL_SIZE: Final = 0.95
_KEY_SIZE: Final = 0.8


def draw_control(
    surface: pygame.Surface,
    control: Control,
    unit: int,
    theme: Theme,
    pointed: Event | None = None,
) -> None:
    """A control of any kind but "move", which needs the state.

    ``pointed``: what a click would do; the control that does it stands out.
    """
    box = pygame.Rect(control.box)
    if pointed is not None and control.event == pointed:
        if control.kind in ("tab", "item", "entry", "icon"):
            pygame.draw.rect(surface, theme.chosen, box, border_radius=unit // 4)
        theme = replace(theme, edge=theme.bar)
    match control.kind:
        case "tab":
            _draw_tab(surface, control, box, unit, theme)
        case "shade":
            _draw_shade(surface, box, control.event is None)
        case "menu" | "dialog":
            _draw_frame(surface, box, unit, theme)
        case "banner":
            _draw_banner(surface, control, box, unit, theme)
        case "item":
            _draw_item(surface, control, box, unit, theme)
        case "button":
            _draw_button(surface, control, box, unit, theme)
        case "icon":
            side = min(box.width, box.height, round(unit * 1.4))
            draw_icon(surface, control.label, box.center, side, theme.text)
        case "plane":
            _draw_plane_cell(surface, control, box, theme)
        case "filter":
            _draw_filter_frame(surface, control, box, theme, pointed)
        case "entry":
            _draw_entry(surface, control, box, unit, theme)
        case "field" | "words" if control.field is not None:
            draw_field(surface, control.field, control.box, unit, theme)
        case "border":
            _draw_border(surface, box, unit, theme)
        case "bar":
            draw_bar(surface, control, unit, theme)
        case "setting":
            _draw_setting(surface, control, box, unit, theme)
        case "move":
            raise ValueError(f"{control.kind!r} is not drawn without the state")


def _draw_shade(surface: pygame.Surface, box: pygame.Rect, dark: bool) -> None:
    """What is behind a dialog becomes darker; behind a menu it stays."""
    if dark:
        shade = pygame.Surface(box.size, pygame.SRCALPHA)
        shade.fill((0, 0, 0, 110))
        surface.blit(shade, box)


def _draw_frame(
    surface: pygame.Surface, box: pygame.Rect, unit: int, theme: Theme
) -> None:
    pygame.draw.rect(surface, theme.raised, box, border_radius=unit // 3)
    pygame.draw.rect(surface, theme.edge, box, 1, border_radius=unit // 3)


def _draw_banner(
    surface: pygame.Surface, control: Control, box: pygame.Rect, unit: int, theme: Theme
) -> None:
    _draw_frame(surface, box, unit, theme)
    pygame.draw.rect(surface, theme.error, box, 2, border_radius=unit // 3)
    lines = wrap_text(control.label[:2000], unit, max(10, box.width - 2 * unit))
    height = round(unit * 1.35)
    lines = lines[: min(BANNER_LINES, max(1, box.height // height))]
    top = box.centery - height * len(lines) // 2
    for i, line in enumerate(lines):
        place = (box.left + unit, top + i * height + height // 2)
        draw_text(surface, line, place, unit, theme.text, bold=False)


def _draw_tab(
    surface: pygame.Surface, control: Control, box: pygame.Rect, unit: int, theme: Theme
) -> None:
    if control.chosen:
        pygame.draw.rect(surface, theme.chosen, box)
    draw_text(
        surface,
        control.label,
        box.center,
        unit,
        theme.text,
        anchor="center",
        bold=control.label == "?",
    )


def _draw_item(
    surface: pygame.Surface, control: Control, box: pygame.Rect, unit: int, theme: Theme
) -> None:
    left = box.left + round(unit * 1.8)
    if control.checked:
        draw_disc(
            surface,
            (box.left + round(unit * 0.95), box.centery),
            unit * 0.28,
            theme.bar,
        )
    note = draw_text(
        surface,
        control.note,
        (box.right - unit, box.centery),
        round(unit * 0.9),
        theme.faint_text,
        anchor="midright",
        bold=False,
    )
    draw_text(
        surface,
        control.label,
        (left, box.centery),
        unit,
        theme.text,
        width=max(1, note.left - left - unit // 2),
        bold=False,
    )


def _draw_button(
    surface: pygame.Surface, control: Control, box: pygame.Rect, unit: int, theme: Theme
) -> None:
    fill = theme.chosen if control.chosen else theme.raised
    radius = unit // 3
    pygame.draw.rect(surface, fill, box, border_radius=radius)
    pygame.draw.rect(surface, theme.edge, box, 1, border_radius=radius)
    with_key = control.note and has_room_for_key(control, unit)
    if with_key:
        draw_text(
            surface,
            control.note,
            (box.right - unit // 2, box.centery),
            round(unit * _KEY_SIZE),
            theme.faint_text,
            anchor="midright",
            bold=False,
        )
    at = (box.left + unit * 2 // 3, box.centery) if control.note else box.center
    draw_text(
        surface,
        control.label,
        at,
        round(unit * _LABEL_SIZE),
        theme.text,
        anchor="midleft" if control.note else "center",
        width=max(1, box.right - unit // 4 - at[0] if control.note else box.width),
        bold=False,
    )


def has_room_for_key(control: Control, unit: int) -> bool:
    """Whether a button shows its key beside its label, whatever the language."""
    label = text_width(control.label, round(unit * _LABEL_SIZE), bold=False)
    key = text_width(control.note, round(unit * _KEY_SIZE), bold=False)
    rim = unit * 2 // 3 + 2 * (unit // 2)
    return label + key + rim <= control.box.width


def _draw_plane_cell(
    surface: pygame.Surface, control: Control, box: pygame.Rect, theme: Theme
) -> None:
    fill = theme.bar if control.chosen else theme.raised
    pygame.draw.rect(surface, fill, box)
    ink = ink_on(theme.bar) if control.chosen else theme.faint_text
    size = min(round(box.height * 0.62), round(box.width * 0.55))
    draw_text(surface, control.label, box.center, size, ink, anchor="center")


def _draw_filter_frame(
    surface: pygame.Surface,
    control: Control,
    box: pygame.Rect,
    theme: Theme,
    pointed: Event | None,
) -> None:
    """What a filter says is drawn before; here a frame around the chosen one."""
    if control.chosen:
        pygame.draw.rect(surface, theme.mark, box.inflate(2, 2), 3)
    elif control.event == pointed:
        pygame.draw.rect(surface, theme.bar, box, 2)


def _draw_entry(
    surface: pygame.Surface, control: Control, box: pygame.Rect, unit: int, theme: Theme
) -> None:
    """A row of a list; the folder's own also says that it leads up."""
    if control.chosen:
        pygame.draw.rect(surface, theme.chosen, box, border_radius=unit // 4)
    ink, room = theme.text, box.width - unit
    if control.note == "up":
        ink, room = theme.faint_text, room - round(unit * 8)
        size, right = round(unit * 0.85), (box.right - unit // 2, box.centery)
        words, ink_up = tr("Folder above"), theme.key_text
        draw_text(surface, words, right, size, ink_up, anchor="midright")
    place, is_folder = (box.left + unit // 2, box.centery), control.label.endswith("/")
    room = max(1, room)
    draw_text(surface, control.label, place, unit, ink, width=room, bold=is_folder)


def draw_bar(
    surface: pygame.Surface, control: Control, unit: int, theme: Theme
) -> None:
    """A scroll bar: a thin handle in a box that is easy to hit."""
    bar = pygame.Rect(handle_box(control.box, control.span))
    bar = bar.inflate(-(bar.width - max(3, unit // 3)), 0)
    pygame.draw.rect(surface, theme.faint_text, bar, border_radius=bar.width // 2)


def _draw_border(
    surface: pygame.Surface, box: pygame.Rect, unit: int, theme: Theme
) -> None:
    """A short bar in the middle of a border says that it can be taken."""
    thick, length = max(2, unit // 6), round(unit * 2.5)
    is_upright = box.height > box.width
    bar = pygame.Rect(0, 0, *((thick, length) if is_upright else (length, thick)))
    bar.center = box.center
    pygame.draw.rect(surface, theme.edge, bar, border_radius=thick // 2)


def _draw_setting(
    surface: pygame.Surface, control: Control, box: pygame.Rect, unit: int, theme: Theme
) -> None:
    """The name of a setting, and its value between the arrows that change it."""
    if control.chosen:
        pygame.draw.rect(surface, theme.chosen, box, border_radius=unit // 4)
    name_width = box.width * 2 // 5
    place, room = (box.left + unit // 2, box.centery), max(1, name_width)
    draw_text(surface, control.label, place, unit, theme.text, width=room, bold=False)
    if control.field is not None:  # text that can be typed
        field_box = field_part(control)
        if control.chosen:
            draw_field(surface, control.field, field_box, unit, theme)
            return
        left = (field_box.left + unit // 2, box.centery)
        most = max(1, field_box.width - unit)
        draw_text(surface, control.note, left, unit, theme.text, width=most, bold=False)
        return
    middle = ((box.left + name_width + box.right) // 2, box.centery)
    draw_text(
        surface,
        control.note,
        middle,
        unit,
        theme.text,
        anchor="center",
        width=max(1, box.width - name_width - 2 * box.height),
    )


def draw_line(
    surface: pygame.Surface,
    text: str,
    box: Box,
    unit: int,
    color: tuple[int, int, int],
    *,
    bold: bool = False,
    row: int = 0,
    height: int | None = None,
) -> None:
    """One line of text at the left of a box; ``row`` counts lines of ``height``."""
    height = box.height if height is None else height
    y = box.top + row * height + height // 2
    draw_text(surface, text, (box.left, y), unit, color, width=box.width, bold=bold)
