"""Trains the network that tells whose each point will be.

python tools/owners/train_owners.py OUT FILE.npz... --start MODEL [--steps N]
    [--learning-rate RATE] [--seed N]

The files are those of label_games.py. OUT is a model folder of the task "owners" in
float16. Begins with the weights of ``--start``: a policy network, or the owner network
of an earlier round. Each game gives its last three positions, two more of its last
fifty moves and four from anywhere; the ends of games that an earlier network counted
wrongly come four times as often. Loss: the mean over the points of the cross entropy of
whose they are at the end, nobody's being one half. Adam, the rate constant for half of
the steps, then falling to 0; each position under one of the 8 symmetries; averaged
weights. Of one game in forty, by the hash of its moves, the positions are held out and
measured at the end.
"""

import argparse
import sys
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from gopolicy import modelstore, networks  # noqa: E402
from gopolicy.go.coords import POINTS, SYMMETRIES  # noqa: E402
from gopolicy.go.features import PLANES, encode  # noqa: E402
from gopolicy.go.position import Position  # noqa: E402
from gopolicy.networks.backend import has_bfloat16, keras, tf, use_shards  # noqa: E402

BATCH, SHARDS = 32, 2
WARMUP_STEPS = 200
#: Of the averaged weights, a step.
DECAY = 0.999
#: Of so many games one is held out: the same ones in each round.
HELD_OUT = 40
#: How often the ends of hard games are drawn; how many moves before it are an end.
HARD, END = 4, 12
#: Where a symmetry's points come from.
SOURCES = np.argsort(SYMMETRIES[:, :POINTS], axis=1)


@dataclass(frozen=True)
class Positions:
    """``planes``: uint8 [N, 361, 6], 48 bits a point. ``owners``: int8 [N, 361], 2 for
    the side to play, 0 for the other, 1 for nobody. ``left``: moves to the end."""

    planes: NDArray[np.uint8]
    owners: NDArray[np.int8]
    left: NDArray[np.int64]
    hard: NDArray[np.bool_]
    held: NDArray[np.bool_]

    def batch(
        self, rows: NDArray[np.int64], symmetries: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Planes uint8 [B, 19, 19, 48] and chances float32 [B, 361]."""
        sources = SOURCES[symmetries]
        planes = np.unpackbits(self.planes[rows], axis=2)
        planes = np.take_along_axis(planes, sources[:, :, None], 1)
        owners = np.take_along_axis(self.owners[rows], sources, 1)
        return planes.reshape(-1, 19, 19, PLANES), owners * np.float32(0.5)


def cut_games(files: list[str], generator: np.random.Generator) -> Positions:
    """The positions of all games."""
    rows: list[tuple[Any, ...]] = []
    for name in files:
        with np.load(name) as file:
            codes, offsets = file["codes"], file["offsets"]
            owners, hard = file["owners"], file["hard"]
        for k in range(len(hard)):
            game = codes[offsets[k] : offsets[k + 1]]
            held = zlib.crc32(game.tobytes()) % HELD_OUT == 0
            turns, n = game.tolist(), len(game)
            near = generator.integers([3, END], [END, 50])
            cuts = {n, n - 1, n - 2, *(n - near), *generator.integers(1, n, 4)}
            position, done = Position(), 0
            for cut in sorted(int(cut) for cut in cuts if cut > 0):
                position.replay(turns[done:cut])
                done = cut
                planes = np.packbits(encode(position).reshape(POINTS, PLANES), axis=1)
                mine = owners[k] * position.to_play + 1
                rows.append((planes, mine.astype(np.int8), n - cut, hard[k], held))
    return Positions(*(np.array(column) for column in zip(*rows, strict=True)))


class OwnerTrainer:
    """The network, its average, the optimizer."""

    def __init__(self, start: str, rate: float) -> None:
        kept, info = modelstore.load_model(start, task=None)
        precision = "bfloat16" if has_bfloat16() else "float32"
        self.network = info.network
        self.model = networks.build(info.network, precision=precision)
        self.averaged = kept
        for weight, value in zip(self.model.weights, kept.weights, strict=True):
            weight.assign(value)
        self.optimizer = keras.optimizers.Adam(rate)
        self.optimizer.build(self.model.trainable_variables)
        self.step = tf.function(self._step, reduce_retracing=True)
        self.predict = tf.function(lambda planes: self.averaged(planes, training=False))

    def _step(self, planes: tf.Tensor, chances: tf.Tensor) -> tf.Tensor:
        variables, parts, losses = self.model.trainable_variables, [], []
        for shard in range(SHARDS):  # side by side, one core each
            rows = slice(shard * BATCH // SHARDS, (shard + 1) * BATCH // SHARDS)
            with tf.GradientTape() as tape:
                logits = self.model(planes[rows], training=True)
                entropy = tf.nn.sigmoid_cross_entropy_with_logits(chances[rows], logits)
                loss = tf.reduce_mean(entropy) / SHARDS
            losses.append(loss)
            parts.append(tape.gradient(loss, variables))
        sums = [tf.add_n(list(part)) for part in zip(*parts, strict=True)]
        self.optimizer.apply(sums, variables)
        for mean, weight in zip(self.averaged.weights, self.model.weights, strict=True):
            mean.assign(DECAY * mean + (1 - DECAY) * tf.cast(weight, tf.float32))
        return tf.add_n(losses)


def measure(trainer: OwnerTrainer, data: Positions, rows: NDArray[np.int64]) -> float:
    """The share of owned points of which it names the wrong owner."""
    wrong = owned = 0
    for start in range(0, len(rows), 128):
        part = rows[start : start + 128]
        planes, chances = data.batch(part, np.zeros(len(part), np.int64))
        says = trainer.predict(tf.constant(planes)).numpy() > 0
        is_owned = chances != 0.5
        wrong += int(((says != (chances > 0.5)) & is_owned).sum())
        owned += int(is_owned.sum())
    return wrong / max(1, owned)


def main(asked: argparse.Namespace) -> None:
    use_shards(SHARDS)
    generator = np.random.default_rng(asked.seed)
    data = cut_games(asked.files, generator)
    held = data.held
    training = np.flatnonzero(~held)
    ends = training[data.hard[training] & (data.left[training] < END)]
    training = np.concatenate([training, *[ends] * (HARD - 1)])
    sys.stdout.write(f"{len(data.left)} positions, {held.sum()} of them held out\n")
    trainer = OwnerTrainer(asked.start, asked.learning_rate)
    began, total = time.time(), 0.0
    for step in range(1, asked.steps + 1):
        warm, fall = step / WARMUP_STEPS, 2 * (1 - step / asked.steps)
        trainer.optimizer.learning_rate.assign(
            asked.learning_rate * min(1.0, warm, fall)
        )
        rows = training[generator.integers(len(training), size=BATCH)]
        planes, chances = data.batch(rows, generator.integers(8, size=BATCH))
        total += float(trainer.step(tf.constant(planes), tf.constant(chances)))
        if step % 1000 == 0:
            seconds = time.time() - began
            sys.stdout.write(f"step {step}: {total / 1000:.4f} nats, {seconds:.0f} s\n")
            sys.stdout.flush()
            total = 0.0
    figures = {
        name: measure(trainer, data, np.flatnonzero(held & where))
        for name, where in {
            "end": data.left < 3,
            "last fifty moves": (data.left >= 3) & (data.left < 50),
            "before": data.left >= 50,
        }.items()
    }
    card = {"positions": asked.steps * BATCH, "wrong owners": figures}
    modelstore.save_model(
        asked.out,
        trainer.averaged,
        trainer.network,
        card,
        dtype="float16",
        task="owners",
    )
    for name, share in figures.items():
        sys.stdout.write(f"{name}: {100 * share:.2f} % of the owned points are wrong\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--start", required=True)
    parser.add_argument("--steps", type=int, default=25_000)
    parser.add_argument("--learning-rate", type=float, default=8e-4)
    parser.add_argument("--seed", type=int, default=3)
    main(parser.parse_args())
