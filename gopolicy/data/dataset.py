"""Datasets of games: one HDF5 file of games, not planes.

``Dataset`` opens what ``convert`` wrote and hands out training samples; planes are
computed while asked for. The whole file is held in memory: 2 bytes a move, so 45
million positions take 90 MB. Knows nothing of TensorFlow.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np
from numpy.typing import NDArray

from gopolicy.data import sampling
from gopolicy.data.h5file import COLUMNS, FORMAT, FORMAT_VERSION
from gopolicy.errors import DatasetError
from gopolicy.go import rules
from gopolicy.go.coords import POINTS
from gopolicy.go.features import PLANES, Workspace, new_workspace
from gopolicy.go.turns import POINT_MASK, SETUP_BIT, are_legal
from gopolicy.sgf.gameinfo import decode_rank


@dataclass(frozen=True, slots=True)
class Batch:
    """Training samples.

    ``planes``: uint8 [B, 19, 19, 48]. ``targets``: int32 [B], the points played.
    """

    planes: NDArray[np.uint8]
    targets: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Sequels:
    """What came of positions, as the side to play there sees it.

    ``later``: int32 [B, LATER_MOVES], the points of the moves after the next one, the
    opponent's first; PASS where there is none, or a pass. ``owners``: int8 [B, 361],
    whose each point is by area when the record ends, dead stones left on the board:
    1 the side's own, -1 the opponent's, 0 nobody's.
    """

    later: NDArray[np.int32]
    owners: NDArray[np.int8]


#: Moves of a sequel.
LATER_MOVES: Final = 2


class Dataset:
    """Games for training or evaluation, in memory.

    ``codes``: uint16 [n], all turn codes; ``starts``: int64 [G+1], where each game
    begins in it; ``columns``: the per-game columns, each [G]; ``sources``: names.
    ``is_checked``: whether the games are known to be whole and legal.

    Raises: DatasetError when they are not: kernels trust them.
    """

    def __init__(
        self,
        codes: NDArray[np.uint16],
        starts: NDArray[np.int64],
        columns: dict[str, NDArray[np.generic]],
        sources: Sequence[str],
        *,
        is_checked: bool = False,
    ) -> None:
        if not is_checked:
            _check(", ".join(sources), codes, starts, columns)
        self.codes = codes
        self.starts = starts
        self.columns = columns
        self.sources = list(sources)
        targets = columns["targets"].astype(np.int64)
        #: int64 [G+1]: how many positions come before each game.
        self.cumulative = np.concatenate([np.zeros(1, np.int64), np.cumsum(targets)])
        self._local = threading.local()

    @classmethod
    def open(cls, *paths: str | Path) -> Dataset:
        """The games of one or more dataset files, one after another.

        Raises: DatasetError for a file that is missing, truncated, or no dataset.
        """
        # One that is named several times, to be drawn more often, is read once.
        read = {path: _read(Path(path)) for path in dict.fromkeys(paths)}
        parts = [read[path] for path in paths]
        codes = np.concatenate([part[0] for part in parts])
        sizes = np.cumsum([0, *(len(part[0]) for part in parts)])
        starts = [
            part[1][:-1] + size for part, size in zip(parts, sizes[:-1], strict=True)
        ]
        columns = {
            name: np.concatenate([part[2][name] for part in parts]) for name in COLUMNS
        }
        return cls(
            codes,
            np.concatenate([*starts, sizes[-1:]]).astype(np.int64),
            columns,
            [str(path) for path in paths],
            is_checked=True,
        )

    @property
    def n_games(self) -> int:
        return len(self.starts) - 1

    @property
    def n_positions(self) -> int:
        """Moves that can be learned: all but the passes."""
        return int(self.cumulative[-1])

    def game(self, index: int) -> NDArray[np.uint16]:
        """The turn codes of one game."""
        return self.codes[self.starts[index] : self.starts[index + 1]]

    def select(self, chosen: NDArray[np.bool_]) -> Dataset:
        """The games where ``chosen`` (bool [G]) is set, as a dataset of their own."""
        games = np.flatnonzero(chosen)
        lengths = np.diff(self.starts)
        codes = self.codes[np.repeat(chosen, lengths)]
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths[games])])
        columns = {name: column[games] for name, column in self.columns.items()}
        return Dataset(codes, starts, columns, self.sources, is_checked=True)

    def split(self, held_out: float) -> tuple[Dataset, Dataset]:
        """(training games, held-out games), by a hash of each game's moves.

        The same game falls on the same side in every collection. ``held_out`` is the
        share of games held out, 0 to 1.
        """
        is_held_out = self._is_held_out(held_out)
        return self.select(~is_held_out), self.select(is_held_out)

    def fold(self, number: int, folds: int) -> tuple[Dataset, Dataset]:
        """(training games, held-out games) of a part in a cross-validation.

        The hash of its moves tells which of the ``folds`` parts a game is in; part
        ``number`` (from 1) is held out. Parts are of like, not of equal size.
        """
        hashes = self.columns["hash"].astype(np.uint64)
        is_held_out = hashes % np.uint64(folds) == np.uint64(number - 1)
        return self.select(~is_held_out), self.select(is_held_out)

    def _is_held_out(self, share: float) -> NDArray[np.bool_]:
        """bool [G]: the games that ``split`` holds out."""
        hashes = self.columns["hash"].astype(np.uint64)
        held_out: NDArray[np.bool_] = hashes % np.uint64(10_000) < np.uint64(
            round(share * 10_000)
        )
        return held_out

    def summary(self, held_out: float) -> dict[str, Any]:
        """What is inside, as JSON values: counts by rank, decade, result and split.

        ``held_out``: the share that ``split`` would hold out.
        """
        n_held_out = int(self._is_held_out(held_out).sum())
        lengths = np.diff(self.starts)
        ranks = np.concatenate(
            [self.columns["black_rank"], self.columns["white_rank"]]
        ).astype(np.int64)
        decades = self.columns["date"].astype(np.int64) // 100_000 * 10
        results = self.columns["result"].astype(np.int64)
        return {
            "games": self.n_games,
            "positions": self.n_positions,
            "median_length": int(np.median(lengths)) if self.n_games else 0,
            "sources": self.sources,
            "ranks": _count(ranks, decode_rank),
            "decades": _count(decades, lambda d: f"{d}s" if d else "unknown"),
            "results": _count(results, lambda r: _RESULT_NAMES.get(r, "unknown")),
            "splits": {"training": self.n_games - n_held_out, "held out": n_held_out},
        }

    def samples(
        self,
        positions: NDArray[np.int64],
        symmetries: NDArray[np.int64] | None = None,
    ) -> Batch:
        """The samples of the given position numbers (int64 [B], 0..n_positions-1).

        ``symmetries``: int64 [B], 0..7; by default none is applied. Safe to call from
        several threads at once; runs without the GIL.

        Raises: DatasetError when a number is out of range.
        """
        positions = np.ascontiguousarray(positions, np.int64)
        if symmetries is None:
            symmetries = np.zeros(len(positions), np.int64)
        self._check_positions(positions, symmetries)
        board, workspace = self._scratch()
        planes = np.empty((len(positions), POINTS, PLANES), np.uint8)
        targets = np.empty(len(positions), np.int32)
        sampling.fill_samples(
            (self.codes, self.starts, self.cumulative),
            positions,
            np.ascontiguousarray(symmetries & 7, np.int64),
            board,
            workspace,
            planes,
            targets,
        )
        return Batch(planes.reshape(-1, 19, 19, PLANES), targets)  # [B, 361, 48]

    def sequels(
        self, positions: NDArray[np.int64], symmetries: NDArray[np.int64]
    ) -> Sequels:
        """What came of the samples that ``samples`` gives for the same arguments.

        Raises: DatasetError when a number is out of range.
        """
        self._check_positions(positions, symmetries)
        board, _ = self._scratch()
        later = np.empty((len(positions), LATER_MOVES), np.int32)
        owners = np.empty((len(positions), POINTS), np.int8)
        sampling.fill_sequels(
            (self.codes, self.starts, self.cumulative),
            np.ascontiguousarray(positions, np.int64),
            np.ascontiguousarray(symmetries & 7, np.int64),
            board,
            later,
            owners,
        )
        return Sequels(later, owners)

    def _check_positions(
        self, positions: NDArray[np.int64], symmetries: NDArray[np.int64]
    ) -> None:
        """Refuses what the kernels must not be given; see ``samples``."""
        if positions.ndim != 1 or positions.shape != symmetries.shape:
            raise DatasetError(
                "positions and symmetries must be two rows of one length"
            )
        if len(positions) and not (
            positions.min() >= 0 and positions.max() < self.n_positions
        ):
            raise DatasetError(
                f"position numbers must be 0 to {self.n_positions - 1}, not "
                f"{positions.min()} to {positions.max()}"
            )

    def shuffled_positions(self, count: int, *, seed: int) -> NDArray[np.int64]:
        """The first ``count`` position numbers of a shuffle; int64 [count]."""
        positions, symmetries = np.empty((2, min(count, self.n_positions)), np.int64)
        sampling.fill_order(0, 1, self.n_positions, seed, positions, symmetries)
        return positions

    def places(
        self, positions: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(game numbers, move numbers) of position numbers; each int64 [B].

        A move number counts the turns of its game, passes included; 1 is the first.
        """
        games = np.searchsorted(self.cumulative, positions, side="right") - 1
        is_turn = (self.codes & SETUP_BIT) == 0
        is_target = is_turn & ((self.codes & POINT_MASK) != POINTS)
        turns = np.cumsum(is_turn)
        first_code = self.starts[games]
        code = np.flatnonzero(is_target)[positions]
        before = turns[first_code] - is_turn[first_code]
        return games, turns[code] - before

    def training_batch(
        self,
        step: int,
        batch_size: int,
        *,
        seed: int,
        augment: bool = True,
        worker: int = 0,
        workers: int = 1,
    ) -> Batch:
        """The samples of ``training_order`` for the same arguments."""
        order = self.training_order(
            step,
            batch_size,
            seed=seed,
            augment=augment,
            worker=worker,
            workers=workers,
        )
        return self.samples(*order)

    def training_order(
        self,
        step: int,
        batch_size: int,
        *,
        seed: int,
        augment: bool = True,
        worker: int = 0,
        workers: int = 1,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which samples batch number ``step`` of the run with ``seed`` holds.

        (positions, symmetries), each int64 [B]: a pure function of the arguments. With
        several ``workers``, worker w takes every ``workers``-th sample of the step's
        ``batch_size`` from sample w on.
        """
        n_mine = len(range(worker, batch_size, workers))
        positions = np.empty(n_mine, np.int64)
        symmetries = np.empty(n_mine, np.int64)
        sampling.fill_order(
            step * batch_size + worker,
            workers,
            self.n_positions,
            seed,
            positions,
            symmetries,
        )
        if not augment:
            symmetries[:] = 0
        return positions, symmetries

    def _scratch(self) -> tuple[rules.BoardArrays, Workspace]:
        """This thread's board and workspace."""
        if not hasattr(self._local, "scratch"):
            self._local.scratch = (rules.new_board(), new_workspace())
        scratch: tuple[rules.BoardArrays, Workspace] = self._local.scratch
        return scratch


_RESULT_NAMES: Final = {1: "Black won", -1: "White won", 2: "jigo"}


def _count(values: NDArray[np.int64], name: Callable[[int], str]) -> dict[str, int]:
    """How often each value comes, by its name, in the order of the values."""
    found, counts = np.unique(values, return_counts=True)
    return {name(int(v)): int(n) for v, n in zip(found, counts, strict=True)}


def _read(
    path: Path,
) -> tuple[NDArray[np.uint16], NDArray[np.int64], dict[str, NDArray[np.generic]]]:
    """Codes, starts and columns of one file, checked."""
    if not path.exists():
        raise DatasetError(
            f"no dataset {str(path)!r}; make one with gopolicy dataset build"
        )
    try:
        with h5py.File(path, "r") as file:
            if file.attrs.get("format") != FORMAT:
                raise DatasetError(
                    f"{str(path)!r} is an HDF5 file but no gopolicy dataset; "
                    "make one with gopolicy dataset build"
                )
            if file.attrs.get("version") != FORMAT_VERSION:
                raise DatasetError(
                    f"{str(path)!r} has dataset version {file.attrs.get('version')}, "
                    f"this program reads {FORMAT_VERSION}; build it again"
                )
            codes = file["codes"][:]
            starts = file["offsets"][:].astype(np.int64)
            columns = {name: file[name][:] for name in COLUMNS}
    except (OSError, KeyError, RuntimeError) as error:
        raise DatasetError(f"{str(path)!r} {_why_unreadable(error)}") from error
    _check(str(path), codes, starts, columns)
    return codes, starts, columns


def _why_unreadable(error: Exception) -> str:
    """What is wrong with a file that h5py cannot read, and the remedy.

    HDF5 1.14 says which only in its texts, but for what the system says.
    """
    text = str(error)
    if isinstance(error, BlockingIOError) or "unable to lock" in text:
        return "is in use by another program; wait until it is done, or copy the file"
    if isinstance(error, PermissionError):
        return "may not be read; change its permissions"
    if isinstance(error, OSError) and error.errno is not None:
        return f"cannot be read: {os.strerror(error.errno)}"
    if "signature not found" in text:
        return "is no HDF5 file; name a dataset that gopolicy dataset build made"
    return "is truncated or damaged; build it again"


def _check(
    source: str,
    codes: NDArray[np.uint16],
    starts: NDArray[np.int64],
    columns: dict[str, NDArray[np.generic]],
) -> None:
    """Makes sure that kernels can trust the arrays: legal games, from end to end.

    Raises: DatasetError when they cannot.
    """
    whole = (
        len(starts) > 0
        and starts[0] == 0
        and starts[-1] == len(codes)
        and bool((np.diff(starts) >= 0).all())
        and all(len(column) == len(starts) - 1 for column in columns.values())
        and _are_legal(codes, starts)
    )
    if whole:
        is_target = (codes & SETUP_BIT == 0) & (codes & POINT_MASK < POINTS)
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(is_target)])
        whole = bool((np.diff(before[starts]) == columns["targets"]).all())
    if not whole:
        raise DatasetError(f"{source!r} is damaged; build it again")


def _are_legal(codes: NDArray[np.uint16], starts: NDArray[np.int64]) -> bool:
    """Whether all games can be replayed; some 10 million moves a second and core."""
    parts = np.array_split(starts[:-1], os.cpu_count() or 1)
    ends = np.array_split(starts[1:], len(parts))
    with ThreadPoolExecutor(len(parts)) as pool:
        return all(
            pool.map(
                lambda begin, end: are_legal(codes, begin, end, rules.new_board()),
                parts,
                ends,
            )
        )
