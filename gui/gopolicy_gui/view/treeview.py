"""Where a tree's nodes are drawn: depth to the right, variations down. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from gopolicy_gui.model.tree import ROOT, GameTree
from gopolicy_gui.view.layout import Box, tree_step

#: Trees with more nodes show the variation on the board alone.
_MAX_NODES: Final = 20_000


class Place(NamedTuple):
    """Column (depth) and lane (0 for the main line) of a node."""

    column: int
    lane: int


class Placement(NamedTuple):
    """The place of each node, the nodes in each column, the last column, all lanes."""

    places: dict[int, Place]
    columns: dict[int, list[int]]
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
    return Placement(places, columns, len(columns) - 1, len(taken))


def count_lanes(tree: GameTree) -> int:
    """How many lanes there are; 1 where one variation alone is shown."""
    return place_nodes(tree).lanes if len(tree.nodes) <= _MAX_NODES else 1


def _place_line(line: tuple[int, ...], cursor: int, reach: int) -> Placement:
    """The nodes of one variation alone, up to ``reach`` around the one on the board."""
    near = range(max(0, cursor - reach), min(len(line), cursor + reach + 1))
    places = {line[i]: Place(i, 0) for i in near}
    return Placement(places, {i: [line[i]] for i in near}, len(line) - 1, 1)


def visible_nodes(
    tree: GameTree, line: tuple[int, ...], cursor: int, box: Box, unit: int
) -> list[Spot]:
    """The nodes around the one on the board that have room in ``box``."""
    step = tree_step(unit)
    columns, lanes = max(1, box.width // step), max(1, box.height // step)
    if len(tree.nodes) <= _MAX_NODES:
        places, in_column, last, _ = place_nodes(tree)
    else:
        places, in_column, last, _ = _place_line(line, cursor, columns)
    middle = places[line[cursor]]
    first_column = min(max(0, middle.column - columns // 2), max(0, last + 1 - columns))
    first_lane = max(0, middle.lane - lanes // 2) if middle.lane >= lanes else 0

    def pixel(place: Place) -> tuple[int, int]:
        return (
            box.left + round((place.column - first_column + 0.5) * step),
            box.top + round((place.lane - first_lane + 0.5) * step),
        )

    spots = []
    for column in range(first_column, first_column + columns):
        for number in in_column.get(column, ()):
            place = places[number]
            if 0 <= place.lane - first_lane < lanes:
                parent = places.get(tree.nodes[number].parent)
                spots.append(Spot(number, pixel(place), parent and pixel(parent)))
    return spots
