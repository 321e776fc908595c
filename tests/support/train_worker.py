"""A worker of a training run, started by test_machines.py with TF_CONFIG set.

python train_worker.py OUT STEPS DIE_AFTER: trains a tiny network with --resume and
prints the loss of every five steps; kills itself once it has taken DIE_AFTER steps.
"""

import os
import signal
import sys
from typing import Any

import click
from small_datasets import random_dataset

from gopolicy.config import NetworkConfig, TrainConfig
from gopolicy.errors import TrainError
from gopolicy.train import run
from gopolicy.train.schedule import Budget
from gopolicy.train.trainer import Trainer

CONFIG = TrainConfig(
    batch_size=8, warmup_steps=0, precision="float32", ema=0.9, clip_norm=0.5
)
NETWORK = NetworkConfig(filters=4)


def main(out: str, steps: int, die_after: int) -> None:
    class Mortal(Trainer):
        def run(self, iterator: Any, n_steps: int, rate: float) -> Any:
            if int(self.step) >= die_after:
                os.kill(os.getpid(), signal.SIGKILL)
            return super().run(iterator, n_steps, rate)

    changes = {"Trainer": Mortal, "STEPS_PER_CALL": 5, "CHECKPOINT_SECONDS": 0.0}
    for name, value in changes.items():
        setattr(run, name, value)
    data = random_dataset(n_games=6)
    result = run.train(
        data,
        data,
        out,
        network=NETWORK,
        config=CONFIG,
        budget=Budget(steps=steps),
        resume=True,
        progress=lambda now: click.echo(f"{now.step} {now.loss}"),
    )
    assert result.step == steps


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except TrainError as error:
        sys.exit(str(error))
