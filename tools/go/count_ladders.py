"""How often a network's first choice is the expert's ladder move.

python tools/go/count_ladders.py FILE.h5 [MODEL]

Counts the moves in the games of FILE.h5 that the two ladder planes mark: those that
take stones in a ladder, and those that save stones from one.
"""

import sys
from pathlib import Path

import numpy as np

from gopolicy.data.dataset import Dataset
from gopolicy.go.coords import POINTS
from gopolicy.go.features import PLANE_OFFSETS, legal_moves
from gopolicy.measure.evaluate import EVALUATION_BATCH
from gopolicy.policy import load_policy

PLANES = ("ladder capture", "ladder escape")


def main(path: Path, model: str = "default") -> None:
    """Writes a line for each plane."""
    data, policy = Dataset.open(path), load_policy(model)
    moves, found = np.zeros((2, len(PLANES)), np.int64)
    for first in range(0, data.n_positions, EVALUATION_BATCH):
        chosen = np.arange(first, min(first + EVALUATION_BATCH, data.n_positions))
        batch = data.samples(chosen)
        planes, targets = batch.planes, batch.targets
        logs = policy.log_probabilities(planes, legal_moves(planes))
        flat = planes.reshape(len(planes), POINTS, -1)  # [B, 361, 48]
        played = flat[np.arange(len(flat)), targets]  # [B, 48]
        is_first = logs.argmax(axis=1) == targets
        for i, name in enumerate(PLANES):
            is_marked = played[:, PLANE_OFFSETS[name]] > 0
            moves[i] += is_marked.sum()
            found[i] += (is_marked & is_first).sum()
    for name, of, right in zip(PLANES, moves, found, strict=True):
        sys.stdout.write(f"{name}: {of:,} moves, first choice in {right:,}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
