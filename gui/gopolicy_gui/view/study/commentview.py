"""What the record says of the move on the board, with a scroll bar where it is long."""

from __future__ import annotations

from typing import Final, NamedTuple

import pygame

from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study.marks import node_words
from gopolicy_gui.view.control import Control
from gopolicy_gui.view.fonts import wrap_text
from gopolicy_gui.view.layout import WindowLayout
from gopolicy_gui.view.theme import Theme
from gopolicy_gui.view.widgets import draw_line

#: No more letters of a comment are shown.
_MOST: Final = 20_000


class CommentRows(NamedTuple):
    """The lines of a comment, the first one shown, and how many are."""

    lines: tuple[str, ...]
    first: int
    room: int


def comment_rows(state: GuiState, layout: WindowLayout) -> CommentRows:
    """What of the comment is shown."""
    text, box = node_words(state.node), layout.comment
    if not text or not box.height:
        return CommentRows((), 0, 1)
    size, height = _sizes(layout)
    lines = wrap_text(text[:_MOST], size, max(10, box.width - layout.unit))
    room = max(1, box.height // height)
    first = min(state.comment_scroll, max(0, len(lines) - room))
    return CommentRows(lines, first, room)


def comment_bar(state: GuiState, layout: WindowLayout) -> Control | None:
    """The scroll bar of a comment that has not room enough."""
    lines, first, room = comment_rows(state, layout)
    if len(lines) <= room:
        return None
    box, width = layout.comment, round(layout.unit * 0.8)
    bar = box._replace(left=box.left + box.width - width, width=width)
    return Control("bar", bar, None, "comment", span=(first, room, len(lines)))


def draw_comment(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """The lines of the comment; its scroll bar is a control."""
    lines, first, room = comment_rows(state, layout)
    size, height = _sizes(layout)
    for i, line in enumerate(lines[first : first + room]):
        box = layout.comment
        draw_line(surface, line, box, size, theme.text, row=i, height=height)


def _sizes(layout: WindowLayout) -> tuple[int, int]:
    """Size of the text and height of a line, in pixels."""
    return round(layout.unit * 0.95), round(layout.unit * 1.35)
