"""The tree of moves, as small stones that are joined to those they follow."""

from __future__ import annotations

from typing import Final

import pygame

from gopolicy.go.coords import BLACK, EMPTY
from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.study.marks import has_words
from gopolicy_gui.model.tree import Node
from gopolicy_gui.view.layout import WindowLayout
from gopolicy_gui.view.shapes import draw_disc, draw_ring
from gopolicy_gui.view.study.graph import has_graph
from gopolicy_gui.view.study.territory import Dot, dot_of, draw_dot
from gopolicy_gui.view.theme import Theme, mix, panel_mark
from gopolicy_gui.view.treeview import Spot, tree_window, visible_nodes

#: Black and white stones, the same in all themes.
_STONES: Final = {True: (28, 28, 32), False: (250, 250, 248)}
#: Nodes nearer to each other than so many pixels are dots.
_SMALL: Final = 9


def draw_tree(
    surface: pygame.Surface, state: GuiState, layout: WindowLayout, theme: Theme
) -> None:
    """What is seen of the tree, under a line that parts it from the list."""
    box, unit = layout.tree, layout.unit
    y = box.top - unit // 5
    pygame.draw.line(surface, theme.edge, (box.left, y), (box.left + box.width, y))
    spots = visible_nodes(state.tree, tree_window(state, layout))
    before = surface.get_clip()
    surface.set_clip(pygame.Rect(box).inflate(0, unit // 3).clip(before))
    _draw_lines(surface, spots, layout, theme)
    reviewed = state.findings.moves if has_graph(state) else {}
    for spot in spots:
        move = reviewed.get(state.ways.get(spot.number, 0)) if reviewed else None
        is_here, node = spot.number == state.number, state.tree.nodes[spot.number]
        dot = dot_of(move, theme)
        _draw_node(surface, spot, node, layout, theme, is_here=is_here, dot=dot)
    surface.set_clip(before)


def _draw_lines(
    surface: pygame.Surface, spots: list[Spot], layout: WindowLayout, theme: Theme
) -> None:
    """Down first, then across to the child, so that no line meets a stone."""
    ink = mix(theme.faint_text, theme.background, 0.4)
    width = max(1, layout.tree_step // 14)
    for _, center, parent in spots:
        if parent is None:
            continue
        elbow = (parent[0], max(parent[1], center[1] - center[0] + parent[0]))
        if elbow != parent:
            pygame.draw.line(surface, ink, parent, elbow, width)
        pygame.draw.line(surface, ink, elbow, center, width)


def _draw_node(
    surface: pygame.Surface,
    spot: Spot,
    node: Node,
    layout: WindowLayout,
    theme: Theme,
    *,
    is_here: bool,
    dot: Dot | None,
) -> None:
    """A move as a stone; with a ring where something is said, a dot by the review."""
    center, step = spot.center, layout.tree_step
    radius = max(1.5, step * 0.31)
    if has_words(node):
        draw_ring(surface, center, radius * 1.35, theme.bar, max(1.5, radius / 3))
    if is_here:
        draw_disc(surface, center, max(radius * 1.5, radius + 2), panel_mark(theme))
    if node.color == EMPTY:
        draw_disc(surface, center, radius * 0.7, theme.faint_text)
    else:
        rim = radius + (1 if step >= _SMALL else 0.5)
        draw_disc(surface, center, rim, mix(theme.text, theme.edge, 0.5))
        draw_disc(surface, center, radius, _STONES[node.color == BLACK])
    if dot is not None:
        draw_dot(surface, center, radius * 0.5, dot, node.color)
