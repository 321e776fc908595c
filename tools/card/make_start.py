"""Makes a model to begin with on a card: with batch normalisation, fresh or another's.

python tools/card/make_start.py OUT [--filters 128] [--seed 1]
    [--start MODEL --games FILE.h5]

A fresh one has the weights that ``gopolicy train`` with this seed begins with. With
--start it is MODEL, whose answers stay the same while it is given normalisation and
more filters, as ``gopolicy train --start`` does it (FILE.h5: games to see its filters
at work). Needs TensorFlow, no card; what it writes, train_card.py reads without.
"""

from __future__ import annotations

import argparse
import sys

from gopolicy import modelstore
from gopolicy.config import NetworkConfig, TrainConfig
from gopolicy.data.dataset import Dataset
from gopolicy.errors import GoPolicyError
from gopolicy.train.run import START_POSITIONS
from gopolicy.train.trainer import Trainer
from gopolicy.train.warmstart import begin_with


def make_start(
    out: str, *, filters: int, seed: int, start: str | None, games: str | None
) -> None:
    """Writes the model ``out``.

    Raises: ModelError when ``start`` does not fit, DatasetError for ``games``.
    """
    network = NetworkConfig(filters=filters, batch_norm=True)
    trainer = Trainer(network, TrainConfig(seed=seed))
    if start is not None and games is not None:
        data = Dataset.open(games)
        positions = data.shuffled_positions(START_POSITIONS, seed=0)
        begin_with(trainer, start, data.samples(positions).planes)
    card = {"made_by": "tools/card/make_start.py", "seed": seed, "start": start}
    modelstore.save_model(out, trainer.model, network, card)


def main() -> None:
    parser = argparse.ArgumentParser(description="; see the top of this file")
    parser.add_argument("out")
    parser.add_argument("--filters", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start")
    parser.add_argument("--games")
    options = parser.parse_args()
    if (options.start is None) != (options.games is None):
        parser.error("--start and --games go together")
    try:
        make_start(**vars(options))
    except GoPolicyError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
