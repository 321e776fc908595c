"""Shapes that a Go player has a word for, and which filters pick them.

A motif is true or false of each point of a position, told from the planes alone. A
filter picks a motif when the points that excite it most have it far more often than
points have it in general.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.data.dataset import Dataset
from gopolicy.go.coords import BOARD_SIZE, POINTS
from gopolicy.go.features import PLANE_OFFSETS
from gopolicy.look.filters import Peaks

Board = NDArray[np.bool_]  # [B, 19, 19]

#: The share of positions, those that excite a filter most, that is looked at.
TOP_SHARE: Final = 0.01
#: A filter may answer beside the point that has the motif, by so many points.
_OFFSETS: Final = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3)]
_SIDES: Final = ((-1, 0), (1, 0), (0, -1), (0, 1))
_DIAGONALS: Final = ((-1, -1), (-1, 1), (1, -1), (1, 1))


@dataclass(frozen=True, slots=True)
class Pick:
    """How well a filter picks a motif.

    ``share``: of the 1 % of positions that excite it most, those whose strongest point
    has the motif (moved by ``offset``, rows and columns); ``base``: the share of all
    points of all positions that have it.
    """

    filter: int
    motif: str
    offset: tuple[int, int]
    share: float
    base: float


def find_motifs(planes: NDArray[np.uint8]) -> dict[str, Board]:
    """Each motif by its name, bool [B, 19, 19], of planes uint8 [B, 19, 19, 48].

    "Own" is the side to play.
    """
    own, opponent, empty = (
        _plane(planes, name) for name in ("own", "opponent", "empty")
    )
    legal = _any(planes, "liberties after")
    one, two = (_plane(planes, "liberties", n) for n in (0, 1))
    return {
        "last move": _plane(planes, "turns since"),
        "move that takes stones": _any(planes, "capture size"),
        "move into atari": _any(planes, "self-atari size"),
        "own chain in atari": own & one,
        "opponent's chain in atari": opponent & one,
        "own chain with two liberties": own & two,
        "opponent's chain with two liberties": opponent & two,
        "move that gives atari": legal & _beside(opponent & two),
        "move that saves from atari": legal
        & _beside(own & one)
        & ~_plane(planes, "liberties after"),
        "ladder that works": _plane(planes, "ladder capture"),
        "ladder that can be escaped": _plane(planes, "ladder escape"),
        "own eye": empty & _all_sides(own),
        "opponent's eye": empty & _all_sides(opponent),
        "hane": legal & _corner_of(opponent, own),
        "opponent's hane": empty & _corner_of(own, opponent),
        "own cutting point": empty & _cut(own, opponent),
        "opponent's cutting point": empty & _cut(opponent, own),
        "own tiger's mouth": empty & (_count_sides(own) == 3) & ~_beside(opponent),
        "opponent's tiger's mouth": empty
        & (_count_sides(opponent) == 3)
        & ~_beside(own),
        "first line": _line(planes, 0),
        "second line": _line(planes, 1),
        "third line": _line(planes, 2),
    }


def find_picks(peaks: Peaks, data: Dataset, *, part: int = 512) -> list[list[Pick]]:
    """For each filter its motifs, the one it picks best first.

    Best is where the share is farthest above the base, as a likelihood ratio weighted
    by the share. The offset is chosen on every other of a filter's positions and the
    share measured on the rest, so that the choice does not flatter it.
    """
    has, base = _motifs_at_peaks(peaks, data, part=part)
    names = list(base)
    count = max(2, round(TOP_SHARE * len(peaks.positions)))
    picks = []
    for number in range(peaks.n_filters):
        top = np.argsort(-peaks.values[:, number], kind="stable")[:count]
        rates = has[:, :, top, number]  # [motifs, offsets, count]
        chosen = rates[:, :, ::2].mean(axis=2).argmax(axis=1)  # [motifs]
        shares = rates[np.arange(len(names)), chosen, 1::2].mean(axis=1)
        found = [
            Pick(number, name, _OFFSETS[offset], float(share), base[name])
            for name, offset, share in zip(names, chosen, shares, strict=True)
        ]
        picks.append(sorted(found, key=lambda pick: -_strength(pick)))
    return picks


def _strength(pick: Pick) -> float:
    """How far a share stands above its base: nats a position, 0 where it does not."""
    if pick.share <= pick.base:
        return 0.0
    return pick.share * float(np.log(pick.share / max(pick.base, 1e-6)))


def _motifs_at_peaks(
    peaks: Peaks, data: Dataset, *, part: int
) -> tuple[NDArray[np.bool_], dict[str, float]]:
    """Whether each motif is at, or beside, each filter's strongest point; and bases.

    (bool [motifs, offsets, P, filters], shares of all points by name.)
    """
    found = []
    totals: dict[str, int] = {}
    for first in range(0, len(peaks.positions), part):
        rows = slice(first, first + part)
        motifs = find_motifs(data.samples(peaks.positions[rows]).planes)
        points = peaks.points[rows].astype(np.int64)  # [b, filters]
        y, x = points // BOARD_SIZE + 2, points % BOARD_SIZE + 2
        b = np.arange(len(points))[:, None]
        at = []
        for name, board in motifs.items():
            totals[name] = totals.get(name, 0) + int(board.sum())
            padded = np.pad(board, ((0, 0), (2, 2), (2, 2)))
            at.append([padded[b, y + dy, x + dx] for dy, dx in _OFFSETS])
        found.append(np.array(at))
    n_points = len(peaks.positions) * POINTS
    base = {name: total / n_points for name, total in totals.items()}
    return np.concatenate(found, axis=2), base


def _plane(planes: NDArray[np.uint8], name: str, number: int = 0) -> Board:
    board: Board = planes[..., PLANE_OFFSETS[name] + number].astype(np.bool_)
    return board


def _any(planes: NDArray[np.uint8], name: str) -> Board:
    """Whether any of the eight planes of a feature is set."""
    first = PLANE_OFFSETS[name]
    board: Board = planes[..., first : first + 8].max(axis=-1).astype(np.bool_)
    return board


def _move(board: Board, dy: int, dx: int, *, outside: bool = False) -> Board:
    """``board`` as seen from the point (dy, dx) before each: its value there."""
    padded = np.pad(board, ((0, 0), (1, 1), (1, 1)), constant_values=outside)
    moved: Board = padded[:, 1 + dy : 20 + dy, 1 + dx : 20 + dx]
    return moved


def _beside(board: Board) -> Board:
    """The points with a neighbor on ``board``."""
    return _count_sides(board) > 0


def _all_sides(board: Board) -> Board:
    """The points all of whose neighbors, as far as there are any, are on ``board``."""
    around: Board = np.logical_and.reduce(
        [_move(board, dy, dx, outside=True) for dy, dx in _SIDES]
    )
    return around


def _count_sides(board: Board) -> NDArray[np.int64]:
    count: NDArray[np.int64] = np.sum(
        [_move(board, dy, dx) for dy, dx in _SIDES], axis=0
    )
    return count


def _corner_of(theirs: Board, ours: Board) -> Board:
    """Points diagonal to a stone of ours, around a stone of theirs: hane.

    The other point between the two is empty of theirs, or it would be a cut.
    """
    found = np.zeros_like(ours)
    for dy, dx in _DIAGONALS:
        diagonal = _move(ours, dy, dx)
        row, column = (dy, 0), (0, dx)
        for near, far in ((row, column), (column, row)):
            found |= (
                diagonal
                & _move(theirs, *near)
                & ~_move(theirs, *far)
                & ~_move(ours, *far)
            )
    return found


def _cut(ours: Board, theirs: Board) -> Board:
    """Points where two diagonal stones of ours meet and a stone of theirs cuts."""
    found = np.zeros_like(ours)
    for dy, dx in _DIAGONALS:
        found |= _move(ours, dy, 0) & _move(ours, 0, dx) & _move(theirs, dy, dx)
    return found


def _line(planes: NDArray[np.uint8], line: int) -> Board:
    """The points on line ``line`` from the edge, from 0."""
    rows, columns = np.indices((BOARD_SIZE, BOARD_SIZE))
    last = BOARD_SIZE - 1
    edge = np.minimum.reduce([rows, columns, last - rows, last - columns])
    return np.broadcast_to(edge == line, planes.shape[:3])
