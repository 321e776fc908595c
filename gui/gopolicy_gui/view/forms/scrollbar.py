"""Scroll bars: how long and where the handle is, and back. Pure."""

from __future__ import annotations

from gopolicy_gui.view.layout import Box

#: (first row shown, how many are, of how many)
Span = tuple[int, int, int]


def handle_box(box: Box, span: Span) -> Box:
    """The part of a scroll bar that can be dragged."""
    first, room, total = span
    length = min(max(box.height * room // max(1, total), box.width), box.height)
    free = box.height - length
    top = box.top + round(free * first / max(1, total - room))
    return Box(box.left, min(top, box.top + free), box.width, length)


def first_at(box: Box, span: Span, y: float) -> int:
    """The first row shown when the top of the handle is at pixel ``y``."""
    _, room, total = span
    free = max(1, box.height - handle_box(box, span).height)
    share = min(max((y - box.top) / free, 0.0), 1.0)
    return round(share * max(0, total - room))
