"""Compares what ONNX Runtime answers with what TensorFlow does, on held-out positions.

    python tools/networks/compare_answers.py [MODEL] FILE.h5 [POSITIONS]

``datasets/sample-valid.zip`` made into FILE.h5 by ``gopolicy dataset build`` will do;
10,000 positions by default, spread over it. The best moves must be the same but for
exact ties, and probabilities within 1e-4, or the exit code is 1.
"""

import sys

import numpy as np

from gopolicy.data.dataset import Dataset
from gopolicy.go.features import legal_moves
from gopolicy.modelstore import load_model
from gopolicy.networks.backend import logits_of
from gopolicy.policy import load_policy
from gopolicy.predict import log_softmax

_BATCH = 256
_ALIKE = 1e-4


def main() -> int:
    *model, path, positions = [*sys.argv[1:], *["10000"] * (not sys.argv[-1].isdigit())]
    name = model[0] if model else "default"
    data = Dataset.open(path)
    fast, slow = load_policy(name), logits_of(load_model(name)[0])
    count = min(int(positions), data.n_positions)
    chosen = np.linspace(0, data.n_positions - 1, count).astype(np.int64)
    other = ties = 0
    furthest = 0.0
    for begin in range(0, count, _BATCH):
        samples = data.samples(chosen[begin : begin + _BATCH])
        legal = legal_moves(samples.planes)
        ours = np.exp(fast.log_probabilities(samples.planes, legal))
        theirs = np.exp(log_softmax(slow(samples.planes), legal))
        furthest = max(furthest, float(np.abs(ours - theirs).max()))
        rows = np.flatnonzero(ours.argmax(axis=1) != theirs.argmax(axis=1))
        best = ours[rows].argmax(axis=1)
        tied = theirs[rows, best] == theirs[rows].max(axis=1)
        ties += int(tied.sum())
        other += int((~tied).sum())
    sys.stdout.write(
        f"{count} positions: {other} other best moves, {ties} exact ties, "
        f"probabilities within {furthest:.1e}\n"
    )
    return int(other > 0 or furthest > _ALIKE)


if __name__ == "__main__":
    sys.exit(main())
