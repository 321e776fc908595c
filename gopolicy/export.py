"""Networks for other programs: SavedModel, TFLite, ONNX, checked when written.

An export takes planes (uint8 [B, 19, 19, 48]) and gives ``logits`` and
``probabilities`` (float32 [B, 361]), the latter over the legal moves, which the planes
tell. The planes themselves are not part of the graph: they come from kernels, which
TensorFlow cannot hold.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.config import FORMAT_DTYPES, Dtype, Format
from gopolicy.data.dataset import Dataset
from gopolicy.errors import ConfigError, DatasetError, ModelError, phrase
from gopolicy.files import mend, whole_file, whole_folder
from gopolicy.go.coords import BOARD_SIZE, PASS, POINTS
from gopolicy.go.features import PLANE_OFFSETS, PLANES, encode, legal_moves
from gopolicy.go.position import Position
from gopolicy.measure.resampling import bootstrap, interval, sums_by_game
from gopolicy.policy import NetworkPolicy
from gopolicy.predict import log_softmax

if TYPE_CHECKING:
    from gopolicy.modelstore import ModelInfo
    from gopolicy.networks.backend import keras, tf

#: By how much an export's top-1 accuracy may fall below the original's.
TOP1_TOLERANCE: Final[dict[Dtype, float]] = {
    "float32": 0.0,
    "float16": 0.005,
    "int8": 0.01,
}

#: Positions an export is checked on. int8 has another best move at one position in
#: twenty, some of them better: of a thousand, chance alone would make it seem a point
#: worse now and then.
N_CHECKED: Final[dict[Dtype, int]] = {"float32": 1000, "float16": 1000, "int8": 4000}
#: Others that show the range of values.
N_CALIBRATION: Final = 200
#: Moves of a game of self-play; the last game calibrates.
_GAME_LENGTH: Final = 200
#: Times that one position is put to each network, in turn.
_ROUNDS: Final = 50
_BATCH_SIZE: Final = 100
#: A dataset to check on has at least so many.
_MIN_POSITIONS: Final = 100

#: Planes (uint8 [B, 19, 19, 48]) to logits and probabilities (float32 [B, 361]).
Run = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSet:
    """Positions to check an export on.

    ``planes``: uint8 [N, 19, 19, 48]. ``targets``: int64 [N], the points played there.
    ``games``: int64 [N], the number of each one's game. ``calibration``: uint8 [C, 19,
    19, 48], other positions. ``source``: in words.
    """

    planes: NDArray[np.uint8]
    targets: NDArray[np.int64]
    games: NDArray[np.int64]
    calibration: NDArray[np.uint8]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """``top1``: share of targets hit, with its interval (95 %, drawing games).
    ``size``: bytes. ``latency_ms``: one position."""

    top1: float
    top1_interval: tuple[float, float]
    size: int
    latency_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fidelity:
    """An export beside its original.

    ``same_best``: positions at which both have the same best legal move. ``lost``: the
    original's top-1 minus the export's, with its interval.
    """

    positions: int
    same_best: int
    lost: float
    lost_interval: tuple[float, float]
    max_logit_difference: float
    max_probability_difference: float
    original: Figures
    export: Figures


def dataset_check_set(
    data: Dataset, *, n_checked: int = N_CHECKED["float32"], seed: int = 0
) -> CheckSet:
    """Positions of a shuffle of ``data``; the last, at most 200, calibrate.

    A dataset with too few positions is divided in the same shares.

    Raises: DatasetError when it has fewer than 100 positions.
    """
    if data.n_positions < _MIN_POSITIONS:
        raise DatasetError(
            phrase(
                "{positions} positions are too few to check an export on; name a "
                "dataset of at least {least}",
                positions=data.n_positions,
                least=_MIN_POSITIONS,
            )
        )
    wanted = n_checked + N_CALIBRATION
    chosen = data.shuffled_positions(wanted, seed=seed)
    n_checked = len(chosen) * n_checked // wanted
    batch = data.samples(chosen)
    return CheckSet(
        planes=batch.planes[:n_checked],
        targets=batch.targets[:n_checked].astype(np.int64),
        games=data.places(chosen[:n_checked])[0],
        calibration=batch.planes[n_checked:],
        source=", ".join(source.name for source in data.sources),
    )


def self_play_check_set(
    policy: NetworkPolicy,
    *,
    n_checked: int = N_CHECKED["float32"],
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> CheckSet:
    """Positions of the network's games against itself, moves drawn as it rates them.

    So no data is needed. A target is the move drawn: top-1 says how often the network
    draws its first choice, not how well it plays.
    """
    rng = np.random.default_rng(seed)
    n_games = (n_checked + N_CALIBRATION) // _GAME_LENGTH
    games = [Position() for _ in range(n_games)]
    planes = np.empty((n_games, _GAME_LENGTH, BOARD_SIZE, BOARD_SIZE, PLANES), np.uint8)
    targets = np.full((n_games, _GAME_LENGTH), PASS)
    for turn in range(_GAME_LENGTH):
        rated = policy.probabilities(games).astype(np.float64)
        for g, position in enumerate(games):
            planes[g, turn] = encode(position)
            total = rated[g].sum()
            if total > 0:
                targets[g, turn] = rng.choice(POINTS, p=rated[g] / total)
            position.play(int(targets[g, turn]))
        if progress is not None:
            progress(turn + 1, _GAME_LENGTH)
    n_games = n_checked // _GAME_LENGTH
    checked, calibration = planes[:n_games], planes[n_games:]
    moves = targets[:n_games].reshape(-1)
    is_move = moves != PASS
    shape = (-1, BOARD_SIZE, BOARD_SIZE, PLANES)
    return CheckSet(
        planes=checked.reshape(shape)[is_move],
        targets=moves[is_move],
        games=np.repeat(np.arange(n_games), _GAME_LENGTH)[is_move],
        calibration=calibration.reshape(shape),
        source=phrase("{n} games of the network against itself", n=n_games),
    )


def check_target(
    out: Path, *, form: Format, dtype: Dtype = "float32", overwrite: bool = False
) -> None:
    """Makes sure that an export can go to ``out``; cheap, so that a slip is told early.

    Raises: ConfigError for a dtype that the format does not have; ModelError when
    something stands there and ``overwrite`` is off, or is no export of that format.
    """
    if dtype not in FORMAT_DTYPES[form]:
        raise ConfigError(
            phrase(
                "setting 'dtype' is {dtype!r}; allowed for {form}: {allowed}",
                dtype=dtype,
                form=form,
                allowed=", ".join(FORMAT_DTYPES[form]),
            )
        )
    mend(out.absolute().parent)  # a killed export has moved the one before aside
    if not out.exists():
        return
    if not overwrite:
        raise ModelError(
            phrase(
                "{path!r} exists; name another place, or give --force", path=str(out)
            )
        )
    if form == "saved_model":
        replaceable = (out / "saved_model.pb").is_file()
    else:
        replaceable = out.is_file()
    if not replaceable:
        raise ModelError(
            phrase(
                "{path!r} is no {form}; name another place", path=str(out), form=form
            )
        )


def export_model(
    model: keras.Model,
    info: ModelInfo,
    out: str | Path,
    check_set: CheckSet,
    *,
    form: Format,
    dtype: Dtype = "float32",
    overwrite: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Fidelity:
    """Writes ``model`` to ``out`` as ``form``, whole or not at all, and checks it.

    ``form``: "saved_model" (a folder), "tflite" or "onnx" (files); ``dtype``: one of
    those that ``FORMAT_DTYPES`` has for it.

    Raises: ConfigError, ModelError as ``check_target``; ModelError when the export does
    not answer as the original does; OSError when it cannot be written.
    """
    out = Path(out)
    check_target(out, form=form, dtype=dtype, overwrite=overwrite)
    from gopolicy.networks.backend import logits_of
    from gopolicy.networks.equalize import equalize

    policy = NetworkPolicy(logits_of(model), info)
    if form == "saved_model":
        with whole_folder(out) as folder:
            _save(model, folder)
            run = load_saved_model(folder)
            result = _compare(policy, run, _size(folder), check_set, progress)
            _require_same(result, dtype)
    else:
        if dtype != "float32":
            model = equalize(model, info.network, check_set.calibration)
        if form == "onnx":
            content, load = _convert_to_onnx(model, info, dtype), load_onnx
        else:
            content, load = _convert(model, dtype), load_tflite
        with whole_file(out) as file:
            file.write(content)
            file.flush()
            run = load(file.name)
            result = _compare(policy, run, len(content), check_set, progress)
            _require_same(result, dtype)
    return result


def _save(model: keras.Model, folder: Path) -> None:
    """Writes a SavedModel with one signature, "serving_default"."""
    from gopolicy.networks.backend import tf

    after = PLANE_OFFSETS["liberties after"]

    @tf.function(  # type: ignore[untyped-decorator]
        input_signature=[
            tf.TensorSpec(
                (None, BOARD_SIZE, BOARD_SIZE, PLANES), tf.uint8, name="planes"
            )
        ]
    )
    def serve(planes: tf.Tensor) -> dict[str, tf.Tensor]:
        logits = model(planes, training=False)
        points = tf.reshape(planes, (-1, POINTS, PLANES))  # [B, 361, 48]
        # The twin of features.legal_moves.
        legal = tf.reduce_any(tf.cast(points[:, :, after : after + 8], tf.bool), axis=2)
        masked = tf.where(legal, logits, -1e9)
        probabilities = tf.where(legal, tf.nn.softmax(masked), 0.0)
        return {"logits": logits, "probabilities": probabilities}

    module = tf.Module()
    # TensorFlow's own variables: TFLite's converter does not find those behind Keras's.
    module.weights = [weight.value for weight in model.weights]
    tf.saved_model.save(module, str(folder), signatures=serve)


def _convert(model: keras.Model, dtype: Dtype) -> bytes:
    """The TFLite form of ``model``, its weights stored as ``dtype``.

    With int8, what a layer reads is turned to int8 as it comes, by its own range: that
    follows the values better than ranges fixed beforehand, and is as fast.
    """
    from gopolicy.networks.backend import quiet_stderr, tf

    with tempfile.TemporaryDirectory() as folder:
        _save(model, Path(folder))
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        if dtype != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if dtype == "float16":
            converter.target_spec.supported_types = [tf.float16]
        with quiet_stderr():
            content: bytes = converter.convert()
    return content


def _convert_to_onnx(model: keras.Model, info: ModelInfo, dtype: Dtype) -> bytes:
    """The ONNX form of ``model``, its weights stored as ``dtype``; ONNX checked it."""
    import onnx

    from gopolicy.graph import narrow
    from gopolicy.graph.layers import build_graph, weights_of

    graph = build_graph(info.network, weights_of(model))
    if dtype == "float16":
        narrow.halve(graph)
    elif dtype == "int8":
        narrow.quantize(graph)
    onnx.checker.check_model(graph, full_check=True)
    content: bytes = graph.SerializeToString()
    return content


def load_saved_model(folder: str | Path) -> Run:
    """The signature of an exported SavedModel, as a function."""
    from gopolicy.networks.backend import tf

    signature = tf.saved_model.load(str(folder)).signatures["serving_default"]

    def run(
        planes: NDArray[np.uint8],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        answer = signature(planes=tf.constant(planes))
        return answer["logits"].numpy(), answer["probabilities"].numpy()

    return run


def load_tflite(path: str | Path) -> Run:
    """The signature of an exported TFLite file, as a function; uses all cores."""
    from gopolicy.networks.backend import quiet_stderr, tf

    with quiet_stderr(), _no_notice_of_litert():
        interpreter = tf.lite.Interpreter(
            # Not by its path: a file that is mapped cannot be renamed under Windows.
            model_content=Path(path).read_bytes(),
            num_threads=os.cpu_count(),
        )
        interpreter.allocate_tensors()
    signature = interpreter.get_signature_runner()

    def run(
        planes: NDArray[np.uint8],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        answer = signature(planes=planes)
        return answer["logits"], answer["probabilities"]

    return run


def load_onnx(path: str | Path) -> Run:
    """An exported ONNX file, as a function."""
    from gopolicy.graph.runtime import open_graph

    answers = open_graph(Path(path).read_bytes())

    def run(
        planes: NDArray[np.uint8],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        answer = answers(planes)
        return answer["logits"], answer["probabilities"]

    return run


@contextlib.contextmanager
def _no_notice_of_litert() -> Iterator[None]:
    """Silences one warning: TensorFlow's interpreter will move to a package of its own.

    As long as the converter is TensorFlow's, so is the interpreter that fits it.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\s*Warning: tf.lite.Interpreter is")
        yield


def _size(folder: Path) -> int:
    """Bytes of all files in ``folder``."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _compare(
    policy: NetworkPolicy,
    run: Run,
    size: int,
    check_set: CheckSet,
    progress: Callable[[int, int], None] | None,
) -> Fidelity:
    """Puts all positions of ``check_set`` to both, and times both on the first."""
    rows = _answers(policy, run, check_set, progress)
    latency, export_latency = _latencies(policy.logits, run, check_set.planes[:1])
    sums = sums_by_game(rows[:, :3], check_set.games)  # [G, 3]
    draws = bootstrap(sums, np.random.default_rng(0))
    (own, other), drawn = rows[:, 1:3].mean(axis=0), draws[:, 1:] / draws[:, :1]
    return Fidelity(
        positions=len(rows),
        same_best=int(rows[:, 3].sum()),
        lost=float(own - other),
        lost_interval=interval(drawn[:, 0] - drawn[:, 1]),
        max_logit_difference=float(rows[:, 4].max()),
        max_probability_difference=float(rows[:, 5].max()),
        original=Figures(
            top1=float(own),
            top1_interval=interval(drawn[:, 0]),
            size=_size(policy.info.path),
            latency_ms=latency,
        ),
        export=Figures(
            top1=float(other),
            top1_interval=interval(drawn[:, 1]),
            size=size,
            latency_ms=export_latency,
        ),
    )


def _answers(
    policy: NetworkPolicy,
    run: Run,
    check_set: CheckSet,
    progress: Callable[[int, int], None] | None,
) -> NDArray[np.float64]:
    """What both say of each position: float64 [N, 6].

    1; whether the original hits the target, and the export; whether both have the same
    best move; the largest difference of their logits, and of their probabilities.
    """
    n = len(check_set.planes)
    rows = np.ones((n, 6))
    for first in range(0, n, _BATCH_SIZE):
        part = slice(first, min(first + _BATCH_SIZE, n))
        planes, targets = check_set.planes[part], check_set.targets[part]
        own_logits = policy.logits(planes)
        own = np.exp(log_softmax(own_logits, legal_moves(planes)))
        logits, probabilities = run(planes)
        own_best, best = own.argmax(axis=1), probabilities.argmax(axis=1)
        rows[part, 1] = own_best == targets
        rows[part, 2] = best == targets
        rows[part, 3] = own_best == best
        rows[part, 4] = np.abs(logits - own_logits).max(axis=1)
        rows[part, 5] = np.abs(probabilities - own).max(axis=1)
        if progress is not None:
            progress(part.stop, n)
    return rows


def _latencies(
    first: Callable[[NDArray[np.uint8]], object],
    second: Callable[[NDArray[np.uint8]], object],
    planes: NDArray[np.uint8],
) -> tuple[float, float]:
    """Medians in ms, in turn, so that whatever else the machine does hits both."""
    seconds = np.empty((_ROUNDS, 2))
    for row in seconds:
        for i, run in enumerate((first, second)):
            began = time.perf_counter()
            run(planes)
            row[i] = time.perf_counter() - began
    one, other = np.median(seconds, axis=0) * 1000
    return float(one), float(other)


def _require_same(result: Fidelity, dtype: Dtype) -> None:
    """Raises: ModelError when the export is not as good as it should be."""
    if result.lost > TOP1_TOLERANCE[dtype]:
        low, high = (100 * bound for bound in result.lost_interval)
        raise ModelError(
            phrase(
                "as {dtype}, the network loses {lost:.2f} [{low:.2f}, {high:.2f}] "
                "points of top-1 at {positions} positions, more than {most:g}, so "
                "nothing was written (try another --dtype)",
                dtype=dtype,
                lost=100 * result.lost,
                low=low,
                high=high,
                positions=result.positions,
                most=100 * TOP1_TOLERANCE[dtype],
            )
        )
