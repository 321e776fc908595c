"""The figures of ``gopolicy bench``: how fast each part of the program is here.

Everything that is compared runs in turns, round by round, so that what else the
machine does hits both alike; a figure is the median of its rounds. Figures of one core
count that core's time for this program (``time.thread_time``); those of networks and
the engine use all cores and count the time on the wall.

To add a figure of one core, add a function that makes its ``Work`` to ``_ONE_CORE``.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import count, cycle
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gopolicy.coldstart import measure_beside, measure_starts
from gopolicy.config import (
    BENCH_PARTS,
    LAPTOP,
    LAPTOP_NETWORK,
    BenchPart,
    NetworkConfig,
)
from gopolicy.data.convert import build_dataset
from gopolicy.data.dataset import Dataset
from gopolicy.data.sampling import fill_game
from gopolicy.errors import ConfigError, as_said, phrase
from gopolicy.go import rules
from gopolicy.go.coords import BOARD_SIZE, COLOR_NAMES, POINTS
from gopolicy.go.features import PLANES, encode, new_workspace
from gopolicy.go.playouts import play_outs
from gopolicy.go.position import Position, hard_positions
from gopolicy.go.turns import POINT_MASK, WHITE_BIT
from gopolicy.sgf.record import GameRecord, position_at, read_records, replay
from gopolicy.sgf.sources import iter_sources

if TYPE_CHECKING:
    from gopolicy.gtp.state import EngineState

#: Widths that are trained and asked; the paper's k is 192.
TRAIN_FILTERS: Final = (32, 64, 192)
INFER_FILTERS: Final = (64, 192)

_SAMPLE_GAMES: Final = ("sample-train.zip", "sample-valid.zip")
_START_ROUNDS: Final = 3
_AGAINST_ROUNDS: Final = 3

#: Does a piece of work and says how much it was: positions, games, ...
Work = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure.

    ``path``: its place in the JSON, such as ("train", "32", "share"). ``value`` is the
    median of the rounds, ``low`` and ``high`` the extremes.
    """

    path: tuple[str, ...]
    label: str
    unit: str
    value: float
    low: float
    high: float


def measure(
    sources: Sequence[str | Path] = (),
    *,
    parts: Sequence[BenchPart] = BENCH_PARTS,
    seconds: float = 5.0,
    against: str | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> list[Figure]:
    """The figures of ``parts``; each takes about ``seconds``.

    ``against``: the Python of another installation, which is measured in turn with
    this one; what it calls by other names is left out.

    ``sources``: records to measure on, by default the sample games. ``say`` is told
    what is measured next.

    Raises: ConfigError for a part that is none, or when the sample games are missing;
    SgfError, DatasetError for ``sources`` that cannot be used.
    """
    for part in parts:
        if part not in BENCH_PARTS:
            known = ", ".join(BENCH_PARTS)
            raise ConfigError(
                phrase(
                    "no part {part!r} to measure; choose from {known}",
                    part=part,
                    known=known,
                )
            )
    figures: list[Figure] = []
    if against is not None:
        others = [part for part in parts if part != "start"]
        figures += _measure_beside(others, sources, seconds, against, say)
        parts = [part for part in parts if part == "start"]
    with tempfile.TemporaryDirectory() as folder:
        games = _Games(list(sources), Path(folder))
        one_core = [part for part in BENCH_PARTS if part in parts and part in _ONE_CORE]
        if one_core:
            say(phrase("measuring {parts}", parts=", ".join(one_core)))
            figures += _measure_one_core(one_core, games, seconds)
        if "worst" in parts:
            say(phrase("measuring the worst position"))
            figures.append(_measure_worst(seconds))
        if "train" in parts:
            for filters in TRAIN_FILTERS:
                say(phrase("measuring training, {n} filters", n=filters))
                figures += _apart(_measure_train, games.dataset, filters, seconds)
        if "infer" in parts:
            for filters in INFER_FILTERS:
                say(phrase("measuring one position, {n} filters", n=filters))
                figures += _apart(_measure_infer, filters, seconds)
        if "play" in parts:
            say(phrase("measuring the engine"))
            figures += _apart(_measure_play, games.dataset, seconds)
        if "start" in parts:
            say(phrase("measuring starts"))
            rows = measure_starts(rounds=_START_ROUNDS, against=against)
            figures += [_figure(*row) for row in rows]
    return figures


def _measure_beside(
    parts: Sequence[BenchPart],
    sources: Sequence[str | Path],
    seconds: float,
    against: str,
    say: Callable[[str], None],
) -> list[Figure]:
    """Part by part, in turn with another installation."""
    figures = []
    for part in parts:
        say(phrase("measuring {part}, here and there", part=part))
        words = ["--only", part, "--seconds", str(seconds)]
        words += [str(Path(source).absolute()) for source in sources]
        rows = measure_beside(words, rounds=_AGAINST_ROUNDS, against=against)
        figures += [_figure(*row) for row in rows]
    return figures


def format_figures(figures: Sequence[Figure]) -> dict[str, Any]:
    """The figures by their paths; all the rounds' extremes under "spread"."""
    result: dict[str, Any] = {}
    spread: dict[str, list[float]] = {}
    for figure in figures:
        place = result
        for name in figure.path[:-1]:
            place = place.setdefault(name, {})
        place[figure.path[-1]] = _rounded(figure.value)
        spread[".".join(figure.path)] = [_rounded(figure.low), _rounded(figure.high)]
    return {**result, "spread": spread}


def _rounded(value: float) -> float:
    """Four digits are more than any measurement is worth."""
    return float(f"{value:.4g}")


def rates(
    works: Mapping[str, Work],
    seconds: float,
    *,
    rounds: int = 5,
    clock: Callable[[], float] = time.thread_time,
) -> dict[str, list[float]]:
    """How much of each work is done a second, in each of the ``rounds``.

    The works take turns; each gets ``seconds`` in all, but runs once a round at least.
    Before that each runs once, so that nothing is compiled while the clock runs.
    """
    for work in works.values():
        work()
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            done = 0.0
            began = clock()
            while True:
                done += work()
                took = clock() - began
                if took >= seconds / rounds:
                    break
            found[name].append(done / took)
    return found


def _figure(
    path: tuple[str, ...], label: str, unit: str, rounds: Sequence[float]
) -> Figure:
    return Figure(path, label, unit, median(rounds), min(rounds), max(rounds))


# --- one core


class _Games:
    """Records to measure on, and the dataset of them; made when first asked for."""

    def __init__(self, sources: list[str | Path], folder: Path) -> None:
        self._sources = sources
        self.folder = folder

    @property
    def sources(self) -> list[str | Path]:
        if not self._sources:
            package = Path(__file__).parent
            packed, checkout = package / "_games", package.parent / "datasets"
            here = packed if packed.exists() else checkout
            self._sources = [here / name for name in _SAMPLE_GAMES]
            if not all(Path(path).exists() for path in self._sources):
                raise ConfigError(
                    phrase(
                        "no sample games in {path!r}; name records to measure on: "
                        "gopolicy bench GAMES",
                        path=str(here),
                    )
                )
        return self._sources

    @property
    def dataset(self) -> Path:
        path = self.folder / "games.h5"
        if not path.exists():
            build_dataset(self.sources, path, workers=1)
        return path

    def convert(self) -> int:
        """Converts all of them once more; the number of games."""
        return build_dataset(self.sources, self.folder / "again.h5", workers=1).games


def _features_work(games: _Games) -> Work:
    """Replays whole games; the planes before each move."""
    data = Dataset.open(games.dataset)
    board, workspace = rules.new_board(), new_workspace()
    longest = int(data.lengths.max())
    planes = np.empty((longest, POINTS, PLANES), np.uint8)
    numbers = cycle(range(data.n_games))

    def run() -> float:
        return int(fill_game(data.game(next(numbers)), board, workspace, planes))

    return run


def _samples_work(games: _Games) -> Work:
    """Batches of positions drawn at random, as training asks for them."""
    data = Dataset.open(games.dataset)
    steps = count()
    return lambda: len(data.training_batch(next(steps), 128, seed=1).targets)


def _side_tasks_work(games: _Games) -> Work:
    """The same batches with what came of their positions."""
    data = Dataset.open(games.dataset)
    steps = count()

    def run() -> float:
        order = data.training_order(next(steps), 128, seed=1)
        return len(data.samples_with_sequels(*order)[0].targets)

    return run


def _sgf_work(games: _Games) -> Work:
    """Converts the records, from archive to dataset."""
    return games.convert


def _seven_zip_work(games: _Games) -> Work:
    """Converts the records as ``_sgf_work`` does, packed as a .7z."""
    import py7zr

    path = games.folder / "games.7z"
    with py7zr.SevenZipFile(path, "w") as archive:
        for number, source in enumerate(iter_sources(games.sources)):
            if not source.problem:
                archive.writestr(source.data, f"{number}.sgf")
    out = games.folder / "from-7z.h5"
    return lambda: build_dataset([path], out, workers=1).games


def _gib_work(games: _Games) -> Work:
    """Reads records of Tygem's format; nothing is written."""
    return _reading(games, _format_gib)


def _ngf_work(games: _Games) -> Work:
    """Reads records of wBaduk's format; nothing is written."""
    return _reading(games, _format_ngf)


def _reading(games: _Games, write: Callable[[Sequence[int]], str]) -> Work:
    """Reads some of the games, one after another, from what ``write`` makes of each."""
    data = Dataset.open(games.dataset)
    some = [data.game(number).tolist() for number in range(min(data.n_games, 100))]
    files = cycle([write(codes).encode() for codes in some])
    return lambda: len(read_records(next(files), "bench"))


def _format_gib(codes: Sequence[int]) -> str:
    """A GIB of the moves among ``codes``."""
    lines = [
        f"STO 0 {number} {2 if code & WHITE_BIT else 1} {column} {row} "
        for number, code in enumerate(codes, 2)
        for row, column in [divmod(code & POINT_MASK, BOARD_SIZE)]
    ]
    return "\n".join(["\\HS", "\\HE", "\\GS", "INI 0 1 0 &4 ", *lines, "\\GE", ""])


def _format_ngf(codes: Sequence[int]) -> str:
    """An NGF of the moves among ``codes``."""
    lines = [
        f"PMAA{'W' if code & WHITE_BIT else 'B'}{point}{point[::-1]}"
        for code in codes
        for row, column in [divmod(code & POINT_MASK, BOARD_SIZE)]
        for point in [chr(66 + column) + chr(66 + row)]
    ]
    header = ["game", "19", "a", "b", "server", "0", "0", "6", "20190405", "5", "", ""]
    return "\n".join([*header, *lines, ""])


def _playouts_work(games: _Games) -> Work:
    """Plays the empty board out; the moves played."""
    seeds = count(1)
    return lambda: play_outs(Position(), np.array([next(seeds)], np.uint64))[2]


#: Path in the JSON, label, unit and work of each part that runs on one core.
_ONE_CORE: Final[dict[str, tuple[str, str, str, Callable[[_Games], Work]]]] = {
    "features": ("features_per_s", "planes, whole games", "pos/s", _features_work),
    "samples": ("samples_per_s", "training samples", "pos/s", _samples_work),
    "side-tasks": (
        "side_task_samples_per_s",
        "samples with side tasks",
        "pos/s",
        _side_tasks_work,
    ),
    "sgf": ("sgf_games_per_s", "records converted", "games/s", _sgf_work),
    "7z": ("7z_games_per_s", "the same from a .7z", "games/s", _seven_zip_work),
    "gib": ("gib_games_per_s", "GIB records read", "games/s", _gib_work),
    "ngf": ("ngf_games_per_s", "NGF records read", "games/s", _ngf_work),
    "playouts": ("playout_moves_per_s", "playouts", "moves/s", _playouts_work),
}


def _measure_one_core(
    parts: Sequence[str], games: _Games, seconds: float
) -> list[Figure]:
    works = {part: _ONE_CORE[part][3](games) for part in parts}
    found = rates(works, seconds)
    figures = []
    for part in parts:
        name, label, unit, _ = _ONE_CORE[part]
        label = phrase("{what}, one core", what=as_said(label))
        figures.append(_figure((name,), label, unit, found[part]))
    return figures


def _measure_worst(seconds: float) -> Figure:
    """Milliseconds for the planes of the position that takes longest."""

    def work(position: Position) -> Work:
        def run() -> float:
            encode(position)
            return 1

        return run

    positions = hard_positions()
    works = {str(i): work(position) for i, position in enumerate(positions)}
    found = rates(works, seconds / len(works))
    slowest = min(found.values(), key=median)
    rounds = [1000 / rate for rate in slowest]
    return _figure(("worst_position_ms",), phrase("worst position"), "ms", rounds)


# --- networks


def _apart(function: Callable[..., list[Figure]], *arguments: Any) -> list[Figure]:
    """Runs ``function`` in a process of its own.

    How many threads TensorFlow uses is settled once in a process, and training wants
    another number than a single answer.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _measure_train(dataset: Path, filters: int, seconds: float) -> list[Figure]:
    """Positions a second of ``gopolicy train``'s steps, and of the steps alone.

    The steps alone get one and the same batch again and again, so that the share tells
    what the samples cost.
    """
    from gopolicy.networks.backend import tf
    from gopolicy.train.pipeline import batches
    from gopolicy.train.trainer import Trainer

    data = Dataset.open(dataset)
    trainer = Trainer(replace(LAPTOP_NETWORK, filters=filters), LAPTOP)
    pipeline = iter(batches(data, LAPTOP, 0))
    constant = iter(tf.data.Dataset.from_tensors(next(pipeline)).repeat())
    # Some half a second a call, so that a round can end on time.
    n_steps = min(16, max(1, 512 // filters))

    def work(iterator: Any) -> Work:
        def run() -> float:
            trainer.run(iterator, n_steps, 1e-4)
            return n_steps * LAPTOP.batch_size

        return run

    works = {"trained": work(pipeline), "bare": work(constant)}
    found = rates(works, seconds, clock=time.perf_counter)
    shares = [a / b for a, b in zip(found["trained"], found["bare"], strict=True)]
    path, label = ("train", str(filters)), phrase("training, {n} filters", n=filters)
    share = phrase("{what}, share of that", what=label)
    return [
        _figure((*path, "positions_per_s"), label, "pos/s", found["trained"]),
        _figure(
            (*path, "bare_positions_per_s"),
            phrase("{what}, one batch repeated", what=label),
            "pos/s",
            found["bare"],
        ),
        _figure((*path, "share"), share, "", shares),
    ]


def _measure_infer(filters: int, seconds: float) -> list[Figure]:
    """Milliseconds for one position: through the policy, and of the network alone."""
    from gopolicy import networks
    from gopolicy.graph.layers import build_graph, weights_of
    from gopolicy.graph.runtime import open_graph
    from gopolicy.modelstore import ModelInfo
    from gopolicy.networks.backend import logits_of
    from gopolicy.policy import NetworkPolicy

    network = NetworkConfig(filters=filters)
    model = networks.build(network)
    info = ModelInfo(name="bench", path=Path(), network=network, card={})
    graph = build_graph(network, weights_of(model))
    answers, slow = open_graph(graph.SerializeToString()), logits_of(model)
    policy = NetworkPolicy(lambda planes: answers(planes)["logits"], info)
    position = hard_positions()[-1]
    planes = encode(position)[np.newaxis]
    works: dict[str, Work] = {
        "policy": lambda: len(policy.probabilities([position])),
        "bare": lambda: len(answers(planes)),
        "tensorflow": lambda: len(slow(planes)),
    }
    found = rates(works, seconds, rounds=25, clock=time.perf_counter)
    path = ("infer_ms", str(filters))
    label = phrase("one position, {n} filters", n=filters)
    policy_ms, bare_ms, slow_ms = (
        [1000 / rate for rate in found[name]] for name in works
    )
    ratios = [a / b for a, b in zip(policy_ms, bare_ms, strict=True)]
    bare = phrase("{what}, network alone", what=label)
    tensorflow = phrase("{what}, TensorFlow", what=label)
    ratio = phrase("{what}, ratio to it alone", what=label)
    return [
        _figure((*path, "policy"), label, "ms", policy_ms),
        _figure((*path, "bare"), bare, "ms", bare_ms),
        _figure((*path, "tensorflow"), tensorflow, "ms", slow_ms),
        _figure((*path, "ratio"), ratio, "", ratios),
    ]


# --- the engine


def _measure_play(dataset: Path, seconds: float) -> list[Figure]:
    """Milliseconds for a move, and until the first line of an analysis.

    By the engine's own commands, with the shipped network, in positions of the longest
    game: before and after the turn from which playouts judge every move. The highest
    figure is the worst position's.
    """
    from gopolicy.gtp.commands import make_handlers
    from gopolicy.gtp.state import EngineState
    from gopolicy.player import LATE, Player
    from gopolicy.policy import load_owners, load_policy

    data = Dataset.open(dataset)
    record = GameRecord(codes=data.game(int(data.lengths.argmax())))
    positions = [position.copy() for position, _ in replay(record)]
    positions.append(position_at(record))
    state = EngineState(Player(load_policy("default"), owners=load_owners()))
    state.player.warm_up()
    state.player.ownership(positions[-1])
    handlers = make_handlers(state)

    def waits(name: str, among: Sequence[Position]) -> list[float]:
        return _waits(state, handlers[name], among, seconds)

    early, late = positions[:LATE], positions[LATE:]
    path, label = "genmove_ms", phrase("move, first {n} turns", n=LATE)
    figures = [_figure((path, "early"), label, "ms", waits("genmove", early))]
    if late:
        rounds = waits("genmove", late)
        figures.append(_figure((path, "late"), phrase("move, later"), "ms", rounds))
    rounds = waits("lz-analyze", positions)
    path, label = "analyze_first_ms", phrase("analysis, first line")
    return [*figures, _figure((path,), label, "ms", rounds)]


def _waits(
    state: EngineState,
    handler: Callable[[list[str]], object],
    positions: Sequence[Position],
    seconds: float,
) -> list[float]:
    """Milliseconds until each answer to a command, in positions drawn at random."""
    from gopolicy.gtp.protocol import Stream

    found = []
    end = time.perf_counter() + seconds
    for i in np.random.default_rng(0).permutation(len(positions)):
        state.position = positions[i].copy()
        color = COLOR_NAMES[state.position.to_play]
        began = time.perf_counter()
        answer = handler([color])
        if isinstance(answer, Stream):
            next(answer.lines)
        found.append(1000 * (time.perf_counter() - began))
        if time.perf_counter() >= end:
            break
    return found
