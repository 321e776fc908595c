"""Makes models/default of a trained model: measured, in float16, with its card.

python tools/ship_model.py MODEL models/default NAME=FILE.h5 ...

Each FILE.h5 is a dataset of held-out games; its figures go into the card under NAME,
as ``gopolicy evaluate MODEL FILE.h5 --positions 30000`` gives them.
"""

import sys
from pathlib import Path

from gopolicy import modelstore
from gopolicy.dataset import Dataset
from gopolicy.evaluate import evaluate
from gopolicy.policy import load_policy

POSITIONS = 30_000


def main(model: str, out: str, files: list[str]) -> None:
    """Ships ``model`` to ``out`` and measures what was shipped."""
    network, info = modelstore.load_model(model)
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
