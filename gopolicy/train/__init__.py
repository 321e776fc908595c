"""Training: a dataset and two configs in, a folder with the best and last model out.

``run`` is the loop and what it writes; ``trainer`` the network being trained and its
step; ``pipeline`` the batches; ``schedule`` when a run ends and how fast it learns.
Everything a step does follows from the configs and its number, so a run that was cut
goes on from its last checkpoint as if nothing had happened.
"""

from gopolicy.train.pipeline import batches
from gopolicy.train.run import Progress, TrainResult, train
from gopolicy.train.schedule import Budget, learning_rate
from gopolicy.train.trainer import Trainer

__all__ = [
    "Budget",
    "Progress",
    "TrainResult",
    "Trainer",
    "batches",
    "learning_rate",
    "train",
]
