"""Compares a step on a card with one of ``gopolicy train``: same weights, same batch.

python -m venv torchenv && torchenv/bin/pip install torch==2.13.0 numpy numba h5py
python tools/card/compare_gradients.py torchenv/bin/python FILE.h5 [--filters 16]
    [--batch 32]

Both read the same games, in float32, on the processor, batch normalisation in training
mode; once without and once with both side tasks. Printed, and held against bounds, are
the loss of the next move, each weight's gradient (its largest difference, in units of
its largest value), the moving means after the step; and of a run of some pieces with
Adam, while the rate warms up and falls, the losses and the averaged weights at its end
(the norm of each array's difference, in units of its norm: Adam makes whole steps of
the smallest gradients, so single numbers soon hang on the last digit).
"""

from __future__ import annotations

import argparse
import dataclasses
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from card_loader import STEPS, make_piece
from card_weights import to_torch
from numpy.typing import NDArray

from gopolicy import modelstore
from gopolicy.config import TrainConfig
from gopolicy.data.dataset import Dataset
from gopolicy.train.schedule import learning_rate

if TYPE_CHECKING:
    from card_trainer import CardTrainer

Weights = dict[str, NDArray[np.float32]]

#: A step so large that the gradient can be read off the weights, to float32's digits.
RATE = 1e3
#: Pieces of the run, and its settings but for the batch.
N_PIECES = 3
PLAIN = TrainConfig(
    precision="float32", warmup_steps=12, decay_share=0.5, ema=0.9, seed=3
)
SIDE = dataclasses.replace(PLAIN, later_moves=0.15, final_owners=1.0)
#: The largest differences allowed.
BOUNDS = {
    "loss": 1e-4,
    "gradients": 1e-3,
    "moving means": 1e-4,
    "losses of the run": 1e-3,
    "averaged weights": 1e-2,
}


def rates(config: TrainConfig) -> list[float]:
    """The rate of each piece of the run."""
    return [learning_rate(config, i * STEPS, i / N_PIECES) for i in range(N_PIECES)]


def expect(data: Dataset, config: TrainConfig, filters: int) -> dict[str, Any]:
    """What ``gopolicy train`` makes of the first batches."""
    from gopolicy.config import NetworkConfig
    from gopolicy.train.trainer import Trainer

    network = NetworkConfig(filters=filters, batch_norm=True)
    step = Trainer(network, dataclasses.replace(config, optimizer="sgd"))
    run = Trainer(network, config)
    rng = np.random.default_rng(0)
    for one, other in zip(step.whole.weights, run.whole.weights, strict=True):
        # None may be at 0, as biases and side tasks are at first.
        noise = rng.normal(0, 0.02, one.shape).astype(np.float32)
        one.assign_add(np.abs(noise) if one.path.endswith("variance") else noise)
        other.assign(one)
    run.copy_to_average()
    for trainer in (step, run):
        trainer.shards = 1  # each part of a batch would be normalised by itself
    before = {x.path: x.numpy() for x in step.whole.weights}
    loss = step.run(step.batches(data), 1, RATE)
    after = {x.path: x.numpy() for x in step.whole.weights}
    trained = [x.path for x in step.whole.trainable_variables]
    batches = run.batches(data)
    of_pieces = [run.run(batches, STEPS, rate) for rate in rates(config)]
    return {
        "before": before,
        "loss": loss,
        "gradients": {name: (before[name] - after[name]) / RATE for name in trained},
        "means": before | {x: after[x] for x in after if "moving" in x},
        "losses": np.array(of_pieces),
        "averaged": modelstore.weights_of(run.averaged),
    }


def measure_step(
    trainer: CardTrainer, data: Dataset, found: dict[str, Any]
) -> dict[str, float]:
    """How far PyTorch's first step is from the one that was ``found``."""
    import torch
    from card_network import losses

    trainer.begin_with(found["before"])
    first = [torch.from_numpy(x[0]) for x in make_piece(data, trainer.config, 0)]
    whole, loss = losses(trainer.network, trainer.config, first)
    whole.backward()
    gradients = {
        name: np.zeros(x.shape) if x.grad is None else x.grad.numpy()
        for name, x in trainer.network.named_parameters()
    }
    means = to_torch(found["means"])
    return {
        "loss": abs(loss.item() - found["loss"]),
        "gradients": farthest(to_torch(found["gradients"]), gradients),
        "moving means": farthest(
            {name: x for name, x in means.items() if "running" in name},
            trainer.network.weights(),
        ),
    }


def measure_run(
    trainer: CardTrainer, data: Dataset, found: dict[str, Any]
) -> dict[str, float]:
    """How far PyTorch's run is from the one that was ``found``."""
    trainer.begin_with(found["before"])
    of_pieces = [
        float(trainer.run(trainer.place(make_piece(data, trainer.config, i)), rate))
        for i, rate in enumerate(rates(trainer.config))
    ]
    averaged = to_torch(trainer.averaged_weights())
    return {
        "losses of the run": float(np.abs(of_pieces - found["losses"]).max()),
        "averaged weights": max(
            float(np.linalg.norm(averaged[name] - x) / np.linalg.norm(x))
            for name, x in to_torch(found["averaged"]).items()
        ),
    }


def farthest(expected: Weights, found: Weights) -> float:
    """The largest difference of any array, in units of its largest value."""
    return max(
        float(np.abs(found[name] - values).max() / np.abs(values).max())
        for name, values in expected.items()
    )


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def configs(batch: int) -> dict[str, TrainConfig]:
    """The settings of both comparisons, by name."""
    both = {"without side tasks": PLAIN, "with side tasks": SIDE}
    return {x: dataclasses.replace(c, batch_size=batch) for x, c in both.items()}


def answer(options: argparse.Namespace, data: Dataset) -> bool:
    """Prints how far PyTorch is from what was found; whether all is near enough."""
    from card_trainer import CardTrainer, find_device

    found = np.load(options.found, allow_pickle=True).item()
    is_near = True
    for name, config in configs(options.batch).items():
        say(f"{name}, {options.filters} filters, batch {config.batch_size}")
        expected = found[name]
        trainer = CardTrainer(options.filters, config, device=find_device())
        far = measure_step(trainer, data, expected)
        far |= measure_run(trainer, data, expected)
        for what, distance in far.items():
            say(f"  {what}: {distance:.1e} (allowed {BOUNDS[what]:.0e})")
            is_near &= distance <= BOUNDS[what]
    return is_near


def main() -> None:
    parser = argparse.ArgumentParser(description="; see the top of this file")
    parser.add_argument("torch", help="Python of an environment with torch")
    parser.add_argument("games", type=Path)
    parser.add_argument("--filters", type=int, default=16)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--found", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    data = Dataset.open(options.games)
    if options.found:  # we are the one with torch
        sys.exit(not answer(options, data))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "found.npy")
        cases = configs(options.batch).items()
        found = {name: expect(data, config, options.filters) for name, config in cases}
        np.save(path, np.array(found, object))
        words = [options.torch, *sys.argv, "--found", str(path)]
        sys.exit(subprocess.run(words, check=False).returncode)


if __name__ == "__main__":
    main()
