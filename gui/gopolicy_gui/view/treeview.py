"""Where a tree's nodes are drawn: depth to the right, variations down. Pure."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from functools import lru_cache
from math import ceil, floor
from typing import Final, NamedTuple

from gopolicy_gui.model.state import GuiState
from gopolicy_gui.model.tree import ROOT, GameTree
from gopolicy_gui.view.layout import Box, WindowLayout

#: Trees with more nodes show the variation on the board alone.
_MAX_NODES: Final = 20_000


class Place(NamedTuple):
    """Column (depth) and lane (0 for the main line) of a node."""

    column: int
    lane: int


class Placement(NamedTuple):
    """The place of each node, the nodes of each column by lanes, what is at a place,
    the last column, all lanes."""

    places: dict[int, Place]
    columns: dict[int, list[int]]
    at: dict[Place, int]
    last: int
    lanes: int


class Spot(NamedTuple):
    """A node in the picture: its pixel, and its parent's."""

    number: int
    center: tuple[int, int]
    parent: tuple[int, int] | None


@lru_cache(maxsize=2)
def place_nodes(tree: GameTree) -> Placement:
    """The place of each node that can be reached; no two are the same.

    Each variation takes the nearest lane below its parent's that is free beside it;
    the later it parts the nearer it comes, so that no lines cross.
    """
    places: dict[int, Place] = {}
    columns: dict[int, list[int]] = {}
    taken: list[set[int]] = []
    waiting = [(ROOT, 0, 0)]  # first node of a chain, its column, its least lane
    while waiting:
        start, column, lane = waiting.pop()
        chain = [start]
        while children := tree.nodes[chain[-1]].children:
            chain.append(children[0])
        span = range(column - 1, column + len(chain) + 1)
        while lane < len(taken) and not taken[lane].isdisjoint(span):
            lane += 1
        if lane == len(taken):
            taken.append(set())
        taken[lane].update(span)
        for i, number in enumerate(chain):
            places[number] = Place(column + i, lane)
            columns.setdefault(column + i, []).append(number)
            for child in reversed(tree.nodes[number].children[1:]):
                waiting.append((child, column + i + 1, lane + 1))
    for numbers in columns.values():
        numbers.sort(key=lambda number: places[number].lane)
    at = {place: number for number, place in places.items()}
    return Placement(places, columns, at, len(columns) - 1, len(taken))


def count_lanes(tree: GameTree) -> int:
    """How many lanes there are; 1 where one variation alone is shown."""
    return place_nodes(tree).lanes if len(tree.nodes) <= _MAX_NODES else 1


def _place_line(line: tuple[int, ...], cursor: int, reach: int) -> Placement:
    """The nodes of one variation alone, up to ``reach`` around the one on the board."""
    near = range(max(0, cursor - reach), min(len(line), cursor + reach + 1))
    places = {line[i]: Place(i, 0) for i in near}
    at = {place: number for number, place in places.items()}
    return Placement(places, {i: [line[i]] for i in near}, at, len(line) - 1, 1)


class TreeWindow(NamedTuple):
    """The part of a tree that is seen: its upper left corner, in columns and lanes, how
    many have room, and the pixels from node to node."""

    placement: Placement
    box: Box
    step: int
    column: float
    lane: float
    columns: float
    lanes: float

    def pixel(self, place: Place) -> tuple[int, int]:
        """The middle of a place."""
        return (
            self.box.left + round((place.column - self.column + 0.5) * self.step),
            self.box.top + round((place.lane - self.lane + 0.5) * self.step),
        )

    def clipped(self, column: float, lane: float) -> tuple[float, float]:
        """The corner nearest to one that shows no more than the tree."""
        right = max(0.0, self.placement.last + 1 - self.columns)
        low = max(0.0, self.placement.lanes - self.lanes)
        return min(max(column, 0.0), right), min(max(lane, 0.0), low)


def window_of(
    tree: GameTree,
    line: tuple[int, ...],
    cursor: int,
    box: Box,
    step: int,
    pan: tuple[float, float] = (0.0, 0.0),
) -> TreeWindow:
    """What is seen of a tree in ``box``: the node on the board in the middle, or
    ``pan`` columns and lanes beside it."""
    columns, lanes = max(1.0, box.width / step), max(1.0, box.height / step)
    if len(tree.nodes) <= _MAX_NODES:
        placement = place_nodes(tree)
    else:
        placement = _place_line(line, cursor, int(columns) + round(abs(pan[0])))
    middle = placement.places[line[cursor]]
    seen = TreeWindow(placement, box, step, 0.0, 0.0, columns, lanes)
    first = middle.column - columns // 2
    top = middle.lane - lanes // 2 if middle.lane >= int(lanes) else 0.0
    first, top = seen.clipped(float(round(first)), float(round(top)))
    first, top = seen.clipped(first + pan[0], top + pan[1])
    return seen._replace(column=first, lane=top)


def tree_window(state: GuiState, layout: WindowLayout) -> TreeWindow:
    """What the window shows of its tree."""
    line, cursor = state.line, state.cursor
    pan, step = state.tree_pan, layout.tree_step
    return window_of(state.tree, line, cursor, layout.tree, step, pan)


def visible_nodes(tree: GameTree, seen: TreeWindow) -> list[Spot]:
    """The nodes that have their middle in the box; parents may be outside."""
    places, columns = seen.placement.places, seen.placement.columns

    def lane(number: int) -> int:
        return places[number].lane

    first, top = ceil(seen.column - 0.5), ceil(seen.lane - 0.5)
    last = ceil(seen.column + seen.columns - 0.5)
    low = ceil(seen.lane + seen.lanes - 0.5)
    spots = []
    for column in range(first, last):
        numbers = columns.get(column, [])
        start = bisect_left(numbers, top, key=lane)
        for number in numbers[start : bisect_left(numbers, low, key=lane)]:
            parent = places.get(tree.nodes[number].parent)
            center = seen.pixel(places[number])
            spots.append(Spot(number, center, parent and seen.pixel(parent)))
    return spots


def node_at(seen: TreeWindow, x: int, y: int) -> int | None:
    """The node at a pixel; None for none."""
    box = seen.box
    if not (0 <= x - box.left < box.width and 0 <= y - box.top < box.height):
        return None
    column = floor((x - box.left) / seen.step + seen.column)
    lane = floor((y - box.top) / seen.step + seen.lane)
    return seen.placement.at.get(Place(column, lane))


def pan_to(
    state: GuiState, layout: WindowLayout, column: float, lane: float
) -> tuple[float, float]:
    """The pan with which the corner is at ``column`` and ``lane``, or near it."""
    plain = replace(state, tree_pan=(0.0, 0.0))
    usual = tree_window(plain, layout)
    column, lane = usual.clipped(column, lane)
    return column - usual.column, lane - usual.lane
