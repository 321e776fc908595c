"""Makes models/default of a trained model: measured, in float16, with its card.

python tools/ship_model.py MODEL models/default NAME=FILE.h5 ...

Each FILE.h5 is a dataset of held-out games; its figures go into the card under NAME,
as ``gopolicy evaluate MODEL FILE.h5 --positions 30000`` gives them. When the network's
numbers come near the end of float16, so that it would overflow on a graphics card, the
ranges of its channels are drawn together first, which changes no answer.
"""

import sys
from pathlib import Path

import numpy as np

from gopolicy import modelstore
from gopolicy.dataset import Dataset
from gopolicy.evaluate import evaluate
from gopolicy.networks.equalize import equalize, widest
from gopolicy.policy import load_policy

POSITIONS = 30_000
#: Positions to see the network's numbers on, and how large these may be.
SEEN = 512
LARGEST = np.finfo(np.float16).max / 16


def main(model: str, out: str, files: list[str]) -> None:
    """Ships ``model`` to ``out`` and measures what was shipped."""
    network, info = modelstore.load_model(model)
    data = Dataset.open(files[0].partition("=")[2])
    planes = data.samples(data.shuffled_positions(SEEN, seed=0)).planes
    if widest(network, planes) > LARGEST:
        network = equalize(network, info.network, planes)
    modelstore.save_model(out, network, info.network, info.card, dtype="float16")
    policy = load_policy(Path(out))
    figures = []
    for item in files:
        name, _, path = item.partition("=")
        found = evaluate(
            policy.log_probabilities, Dataset.open(path), n_positions=POSITIONS
        )
        figures.append(
            {"data": name, "positions": found.positions, **found.figures}
            | {"intervals": found.intervals}
        )
    card = {**info.card, "figures": figures}
    modelstore.save_model(out, network, info.network, card, dtype="float16")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
