"""Datasets of games: one HDF5 file of games, not planes.

``Dataset`` opens what ``convert`` wrote and hands out training samples; planes are
computed while asked for. The moves of the whole file are held in memory, once, however
it is divided and however often it is drawn: 2 bytes a move, and 45 for each game, so 45
million positions take 100 MB. Knows nothing of TensorFlow.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import h5py
import numpy as np
from numpy.typing import NDArray

from gopolicy.data import sampling
from gopolicy.data.h5file import COLUMNS, FORMAT, FORMAT_VERSION
from gopolicy.data.sampling import Draws, Games, mark_all_games
from gopolicy.errors import DatasetError, phrase, read_problem
from gopolicy.go import rules
from gopolicy.go.coords import BOARD_SIZE, POINTS
from gopolicy.go.features import PLANES, Workspace, new_workspace
from gopolicy.go.turns import CODE_MASK
from gopolicy.sgf.gameinfo import decode_rank

V = TypeVar("V", bound=np.generic)


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


@dataclass(frozen=True, slots=True)
class DataSource:
    """A file of games, or what stands for one.

    ``n_games``: how many of a dataset's games are from there. ``weight``: how often an
    epoch of training draws each of its positions.
    """

    name: str
    n_games: int
    weight: int = 1


class Dataset:
    """Games for training or evaluation, in memory.

    ``columns``: the per-game columns, each [G]; ``lengths``: int64 [G], turn codes of
    each game. ``sources``: whose games lie one after another. A dataset never changes:
    parts share their moves.
    """

    def __init__(
        self,
        games: Games,
        columns: dict[str, NDArray[np.generic]],
        sources: Sequence[DataSource],
    ) -> None:
        """Takes the games as they are: ``open`` and ``from_codes`` check them."""
        self._games = games
        self._local = threading.local()
        self.columns = columns
        self.sources = tuple(sources)
        self.lengths = games.ends - games.starts
        self._draws = Draws.of(
            games.cumulative[self.bounds], [source.weight for source in self.sources]
        )

    @classmethod
    def from_codes(
        cls,
        codes: NDArray[np.uint16],
        starts: NDArray[np.int64],
        columns: dict[str, NDArray[np.generic]],
        source: str,
    ) -> Dataset:
        """The games in ``codes``, turn codes [n]; game g begins at ``starts[g]`` there.

        ``starts``: int64 [G+1]. ``codes`` is copied.

        Raises: DatasetError when they are not whole and legal: kernels trust them.
        """
        codes = codes.copy()
        _check(source, codes, starts, columns)
        games = _as_games(codes, starts[:-1], starts[1:], columns)
        return cls(games, columns, [DataSource(source, len(starts) - 1)])

    @classmethod
    def open(
        cls, *paths: str | Path, weights: Mapping[Any, int] | None = None
    ) -> Dataset:
        """The games of one or more dataset files, one after another.

        A file that is named again is read once. ``weights``: how often an epoch of
        training draws each position of a file, 1 or more; 1 where none is given.

        Raises: DatasetError for a file that is missing, truncated, or no dataset.
        """
        files = {path: _read_games(Path(path)) for path in dict.fromkeys(paths)}
        sizes = {path: int(starts[-1]) for path, (starts, _) in files.items()}
        codes = np.empty(sum(sizes.values()), np.uint16)
        bounds, first = {}, 0
        for path, (starts, columns) in files.items():
            part = codes[first : first + sizes[path]]
            _read_codes(Path(path), part)
            _check(str(path), part, starts, columns)
            bounds[path] = starts + first
            first += len(part)
        columns = {
            name: np.concatenate([columns[name] for _, columns in files.values()])
            for name in COLUMNS
        }
        starts = np.concatenate([of_file[:-1] for of_file in bounds.values()])
        ends = np.concatenate([of_file[1:] for of_file in bounds.values()])
        sources = [
            DataSource(str(path), len(of_file) - 1, (weights or {}).get(path, 1))
            for path, of_file in bounds.items()
        ]
        return cls(_as_games(codes, starts, ends, columns), columns, sources)

    @property
    def bounds(self) -> NDArray[np.int64]:
        """int64 [S+1]: the games before each source, and in all."""
        return np.cumsum([0, *(source.n_games for source in self.sources)])

    def by_source(self, values: NDArray[V]) -> list[NDArray[V]]:
        """``values`` [G, ...] of the games, in a part for each source."""
        return np.split(values, self.bounds[1:-1])

    @property
    def n_games(self) -> int:
        return len(self.lengths)

    @property
    def n_positions(self) -> int:
        """Moves that can be learned: all but the passes."""
        return int(self._games.cumulative[-1])

    @property
    def n_draws(self) -> int:
        """Samples of an epoch: each position as often as its source's weight says."""
        return int(self._draws.starts[-1])

    def game(self, index: int) -> NDArray[np.uint16]:
        """The turn codes of one game."""
        codes, starts, ends, _ = self._games
        return codes[starts[index] : ends[index]] & np.uint16(CODE_MASK)

    @property
    def offsets(self) -> NDArray[np.int64]:
        """int64 [G+1]: where games begin that lie one after another, and their end."""
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(self.lengths)])

    def join_games(self, first: int, last: int) -> NDArray[np.uint16]:
        """The turn codes of games ``first`` to ``last`` - 1, one after another."""
        games = [self.game(index) for index in range(first, last)]
        return np.concatenate([np.empty(0, np.uint16), *games])

    def select(self, chosen: NDArray[np.bool_]) -> Dataset:
        """The games where ``chosen`` (bool [G]) is set, as a dataset of their own."""
        columns = {name: column[chosen] for name, column in self.columns.items()}
        codes, starts, ends, _ = self._games
        games = _as_games(codes, starts[chosen], ends[chosen], columns)
        kept = np.diff(np.concatenate([[0], np.cumsum(chosen)])[self.bounds])
        sources = [
            replace(source, n_games=int(n))
            for source, n in zip(self.sources, kept, strict=True)
        ]
        return Dataset(games, columns, sources)

    def split(self, held_out: float) -> tuple[Dataset, Dataset]:
        """(training games, held-out games), by a hash of each game's moves.

        The same game falls on the same side in every collection. ``held_out`` is the
        share of games held out, 0 to 1.
        """
        is_held_out = are_held_out(self.columns["hash"].astype(np.uint64), held_out)
        return self.select(~is_held_out), self.select(is_held_out)

    def fold(self, number: int, folds: int) -> tuple[Dataset, Dataset]:
        """(training games, held-out games) of a part in a cross-validation.

        The hash of its moves tells which of the ``folds`` parts a game is in; part
        ``number`` (from 1) is held out. Parts are of like, not of equal size.
        """
        hashes = self.columns["hash"].astype(np.uint64)
        is_held_out = hashes % np.uint64(folds) == np.uint64(number - 1)
        return self.select(~is_held_out), self.select(is_held_out)

    def summary(self, held_out: float) -> dict[str, Any]:
        """What is inside, as JSON values: counts by rank, decade, result and split.

        ``held_out``: the share that ``split`` would hold out.
        """
        n_held_out = int(
            are_held_out(self.columns["hash"].astype(np.uint64), held_out).sum()
        )
        ranks = np.concatenate(
            [self.columns["black_rank"], self.columns["white_rank"]]
        ).astype(np.int64)
        decades = self.columns["date"].astype(np.int64) // 100_000 * 10
        results = self.columns["result"].astype(np.int64)
        return {
            "games": self.n_games,
            "positions": self.n_positions,
            "median_length": int(np.median(self.lengths)) if self.n_games else 0,
            "sources": [source.name for source in self.sources],
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
        if symmetries is None:
            symmetries = np.zeros(len(positions), np.int64)
        self._check_positions(positions, symmetries)
        planes = np.empty((len(positions), POINTS, PLANES), np.uint8)
        targets = np.empty(len(positions), np.int32)
        sampling.fill_samples(
            self._games,
            np.ascontiguousarray(positions, np.int64),
            np.ascontiguousarray(symmetries & 7, np.int64),
            *self._scratch(),
            planes,
            targets,
        )
        return Batch(_as_board(planes), targets)

    def samples_with_sequels(
        self, positions: NDArray[np.int64], symmetries: NDArray[np.int64]
    ) -> tuple[Batch, Sequels]:
        """The samples that ``samples`` gives for the same arguments; what came of them.

        Raises: DatasetError when a number is out of range.
        """
        self._check_positions(positions, symmetries)
        planes = np.empty((len(positions), POINTS, PLANES), np.uint8)
        targets = np.empty(len(positions), np.int32)
        later = np.empty((len(positions), LATER_MOVES), np.int32)
        owners = np.empty((len(positions), POINTS), np.int8)
        sampling.fill_samples_and_sequels(
            self._games,
            np.ascontiguousarray(positions, np.int64),
            np.ascontiguousarray(symmetries & 7, np.int64),
            *self._scratch(),
            planes,
            targets,
            later,
            owners,
        )
        return Batch(_as_board(planes), targets), Sequels(later, owners)

    def _check_positions(
        self, positions: NDArray[np.int64], symmetries: NDArray[np.int64]
    ) -> None:
        """Refuses what the kernels must not be given; see ``samples``."""
        if positions.ndim != 1 or positions.shape != symmetries.shape:
            said = phrase("positions and symmetries must be two rows of one length")
            raise DatasetError(said)
        if len(positions) and not (
            positions.min() >= 0 and positions.max() < self.n_positions
        ):
            said = phrase(
                "position numbers must be 0 to {last}, not {smallest} to {largest}",
                last=self.n_positions - 1,
                smallest=positions.min(),
                largest=positions.max(),
            )
            raise DatasetError(said)

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

        Raises: DatasetError when a number is out of range.
        """
        self._check_positions(positions, positions)
        games, numbers = np.empty((2, len(positions)), np.int64)
        positions = np.ascontiguousarray(positions, np.int64)
        sampling.fill_move_numbers(self._games, positions, games, numbers)
        return games, numbers

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

        (positions, symmetries), each int64 [B]: a pure function of the arguments. An
        epoch is ``n_draws`` samples, a shuffle of all positions, each as often as its
        source's weight says and turned anew each time. With several ``workers``, worker
        w takes every ``workers``-th sample of the step's ``batch_size`` from sample w
        on.
        """
        n_mine = len(range(worker, batch_size, workers))
        positions = np.empty(n_mine, np.int64)
        symmetries = np.empty(n_mine, np.int64)
        sampling.fill_order(
            step * batch_size + worker,
            workers,
            self.n_draws,
            seed,
            positions,
            symmetries,
        )
        if not augment:
            symmetries[:] = 0
        return self._draws.find_positions(positions), symmetries

    def _scratch(self) -> tuple[rules.BoardArrays, Workspace]:
        """This thread's board and workspace."""
        if not hasattr(self._local, "scratch"):
            self._local.scratch = (rules.new_board(), new_workspace())
        scratch: tuple[rules.BoardArrays, Workspace] = self._local.scratch
        return scratch


def are_held_out(hashes: NDArray[np.uint64], share: float) -> NDArray[np.bool_]:
    """bool [G]: the games that a split by ``share`` holds out, by their hashes [G]."""
    held_out: NDArray[np.bool_] = hashes % np.uint64(10_000) < np.uint64(
        round(share * 10_000)
    )
    return held_out


_RESULT_NAMES: Final = {1: "Black won", -1: "White won", 2: "jigo"}


def _count(values: NDArray[np.int64], name: Callable[[int], str]) -> dict[str, int]:
    """How often each value comes, by its name, in the order of the values."""
    found, counts = np.unique(values, return_counts=True)
    return {name(int(v)): int(n) for v, n in zip(found, counts, strict=True)}


def _as_games(
    codes: NDArray[np.uint16],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    columns: dict[str, NDArray[np.generic]],
) -> Games:
    """Games that were checked, for the kernels."""
    cumulative = np.zeros(len(starts) + 1, np.int64)
    np.cumsum(columns["targets"], out=cumulative[1:])
    return Games(codes, starts, ends, cumulative)


def _as_board(planes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """[B, 361, 48] -> [B, 19, 19, 48]."""
    return planes.reshape(-1, BOARD_SIZE, BOARD_SIZE, PLANES)


@contextmanager
def _opened(path: Path) -> Iterator[h5py.File]:
    """A dataset file of this version, while it is open.

    Raises: DatasetError when it is none, or when what is read of it is not there.
    """
    name = str(path)
    if not path.exists():
        said = phrase(
            "no dataset {path!r}; make one with gopolicy dataset build", path=name
        )
        raise DatasetError(said)
    try:
        with h5py.File(path, "r") as file:
            if file.attrs.get("format") != FORMAT:
                said = phrase(
                    "{path!r} is an HDF5 file but no gopolicy dataset; make one with "
                    "gopolicy dataset build",
                    path=name,
                )
                raise DatasetError(said)
            if file.attrs.get("version") != FORMAT_VERSION:
                said = phrase(
                    "{path!r} has dataset version {version}, this program reads "
                    "{known}; build it again",
                    path=name,
                    version=file.attrs.get("version"),
                    known=FORMAT_VERSION,
                )
                raise DatasetError(said)
            yield file
    except (OSError, KeyError, RuntimeError, TypeError) as error:
        problem = read_problem(
            error,
            name,
            foreign=phrase("name a dataset that gopolicy dataset build made"),
            again=phrase("build it again"),
        )
        raise DatasetError(problem) from error


def has_players(path: str | Path) -> bool:
    """Whether a dataset file holds the players' names; version 0.2 did not keep them.

    Raises: DatasetError when it is no dataset, or cannot be read.
    """
    with _opened(Path(path)) as file:
        return "player_text" in file


def _read_games(
    path: Path,
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.generic]]]:
    """Starts (int64 [G+1]) and columns of one file; all starts lie in its codes."""
    with _opened(path) as file:
        starts = file["offsets"][:].astype(np.int64)
        columns = {name: file[name][:] for name in COLUMNS}
        if len(starts) == 0 or starts[-1] != len(file["codes"]):
            raise _damaged(str(path))
    return starts, columns


def _read_codes(path: Path, codes: NDArray[np.uint16]) -> None:
    """Fills ``codes`` (uint16 [n]) with all that the file has."""
    with _opened(path) as file:
        file["codes"].read_direct(codes)


def _damaged(source: str) -> DatasetError:
    return DatasetError(phrase("{source!r} is damaged; build it again", source=source))


def _check(
    source: str,
    codes: NDArray[np.uint16],
    starts: NDArray[np.int64],
    columns: dict[str, NDArray[np.generic]],
) -> None:
    """Makes sure that kernels can trust the arrays: legal games, from end to end.

    Marks the codes of moves that take stones; see ``turns.mark_takes``.

    Raises: DatasetError when they cannot.
    """
    whole = (
        len(starts) > 0
        and starts[0] == 0
        and starts[-1] == len(codes)
        and bool((np.diff(starts) >= 0).all())
        and all(len(column) == len(starts) - 1 for column in columns.values())
        and mark_all_games(codes, starts, columns["targets"].astype(np.int64))
    )
    if not whole:
        raise _damaged(source)
