"""What TensorBoard shows of a run: curves, weights, the graph, boards, settings.

Event files are written by TensorFlow itself; the package tensorboard is only needed to
look at them, and where it is installed, the settings are written for its page HPARAMS.
How a board is drawn is not known here: who starts the run brings that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.data.dataset import Dataset
from gopolicy.go.features import legal_moves
from gopolicy.go.position import Position
from gopolicy.networks.backend import tf
from gopolicy.predict import Predict
from gopolicy.sgf.record import GameRecord, position_at

#: Held-out positions that are drawn.
N_BOARDS: Final = 4

#: Bins of a histogram.
_BINS: Final = 50

#: TensorBoard's names of the columns of history.csv that it shows.
_LOOK_NAMES: Final = {
    "valid_log_loss": "held-out/log loss",
    "valid_top1": "held-out/top-1",
    "train_log_loss": "training games/log loss",
    "train_top1": "training games/top-1",
    "valid_top5": "held-out/top-5",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A held-out position, the move played there, and what the network thinks of it.

    ``probabilities``: float32 [361], over the legal moves.
    """

    position: Position
    played: int
    probabilities: NDArray[np.float32]
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What a look finds inside a network, by the names of weights or layers.

    ``weights``: arrays of any shape. ``gradients``: of the mean loss, in the weights'
    shapes. ``dead``: the share of dead filters, 0 to 1.
    """

    weights: Mapping[str, NDArray[np.float32]]
    gradients: Mapping[str, NDArray[np.float32]]
    dead: Mapping[str, float]


#: Draws an example; uint8 [H, W, 3].
Draw = Callable[[Example], NDArray[np.uint8]]


class TensorBoardLog:
    """Writes event files into ``folder``.

    ``boards``: position numbers of ``valid`` that are drawn, by ``draw``; none without.

    Raises: tf.errors.OpError, from all methods, when they cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        valid: Dataset,
        boards: NDArray[np.int64],
        draw: Draw | None,
    ) -> None:
        self._writer = tf.summary.create_file_writer(str(folder))
        self._valid = valid
        self._boards = boards
        self._draw = draw

    def add_start(self, graph: tf.Graph, settings: Mapping[str, object]) -> None:
        """The graph of the network, and the settings of the run by name."""
        with self._writer.as_default():
            tf.summary.graph(graph)
            if find_spec("tensorboard"):
                tf.summary.experimental.write_raw_pb(_format_settings(settings), 0)

    def add_call(
        self, step: int, *, loss: float, rate: float, positions_per_second: float
    ) -> None:
        """The steps up to ``step``, taken with the learning rate ``rate``."""
        scalars = {
            "training/loss": loss,
            "training/learning rate": rate,
            "training/positions a second": positions_per_second,
        }
        self._write(step, scalars)

    def add_look(
        self, row: dict[str, float], predict: Predict, inside: Inside, *, number: int
    ) -> None:
        """Look ``number`` (from 1) at the held-out games; ``row``: of history.csv.

        Boards are drawn at looks 1, 2, 4, 8 ...: enough to see them change.
        """
        pictures = {}
        if self._draw is not None and number & (number - 1) == 0:
            for i, example in enumerate(self._examples(predict), start=1):
                pictures[f"boards/{i}"] = self._draw(example)
        scalars = {name: row[column] for column, name in _LOOK_NAMES.items()}
        scalars |= {f"dead filters/{name}": x for name, x in inside.dead.items()}
        spreads = {f"weights/{name}": x for name, x in inside.weights.items()}
        spreads |= {f"gradients/{name}": x for name, x in inside.gradients.items()}
        self._write(int(row["step"]), scalars, pictures, spreads)
        self._writer.flush()

    def _write(
        self,
        step: int,
        scalars: Mapping[str, float],
        pictures: Mapping[str, NDArray[np.uint8]] = MappingProxyType({}),
        spreads: Mapping[str, NDArray[np.float32]] = MappingProxyType({}),
    ) -> None:
        """Writes values, pictures (uint8 [H, W, 3]) and histograms by their names.

        ``tf.summary.scalar`` and its like would want the package tensorboard.
        """
        summary = tf.compat.v1.Summary()
        for name, value in scalars.items():
            summary.value.add(tag=name, simple_value=value)
        for name, picture in pictures.items():
            image = tf.compat.v1.Summary.Image(
                height=picture.shape[0],
                width=picture.shape[1],
                colorspace=picture.shape[2],
                encoded_image_string=tf.io.encode_png(picture).numpy(),
            )
            summary.value.add(tag=name, image=image)
        for name, values in spreads.items():
            summary.value.add(tag=name, histo=_histogram(values))
        with self._writer.as_default():
            tf.summary.experimental.write_raw_pb(summary.SerializeToString(), step)

    def _examples(self, predict: Predict) -> list[Example]:
        batch = self._valid.samples(self._boards)
        found = np.exp(predict(batch.planes, legal_moves(batch.planes)))
        games, moves = self._valid.places(self._boards)
        return [
            Example(
                position=position_at(
                    GameRecord(codes=self._valid.game(int(game))), int(move)
                ),
                played=int(played),
                probabilities=probabilities.astype(np.float32),
                title=f"held-out game {game + 1}, move {move}",
            )
            for game, move, played, probabilities in zip(
                games, moves, batch.targets, found, strict=True
            )
        ]


def _histogram(values: NDArray[np.float32]) -> tf.compat.v1.HistogramProto:
    """How finite ``values`` of any shape are spread, in ``_BINS`` bins of one width."""
    flat = values.astype(np.float64).ravel()
    counts, edges = np.histogram(flat, _BINS)
    return tf.compat.v1.HistogramProto(
        min=flat.min(),
        max=flat.max(),
        num=flat.size,
        sum=flat.sum(),
        sum_squares=flat @ flat,
        bucket_limit=edges[1:],
        bucket=counts,
    )


def _format_settings(settings: Mapping[str, object]) -> bytes:
    """What the page HPARAMS reads; all but numbers, truths and texts as text."""
    from tensorboard.plugins.hparams.summary_v2 import hparams_pb

    plain = {
        name: value if isinstance(value, bool | int | float | str) else str(value)
        for name, value in settings.items()
    }
    summary: bytes = hparams_pb(plain).SerializeToString()
    return summary
