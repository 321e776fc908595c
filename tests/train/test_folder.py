"""The folder of a run, with models that are a handful of numbers."""

import pytest

from gopolicy import modelstore
from gopolicy.config import NetworkConfig
from gopolicy.train.folder import HISTORY, RunFolder, read_rows

NETWORK = NetworkConfig(filters=4)


class Weight:
    """One number, as Keras would hold it."""

    path = "weight"

    def __init__(self, value):
        self.value = value

    def numpy(self):
        return self.value


class Model:
    """Has one weight: the step after which it was looked at."""

    def __init__(self, step):
        self.weights = [Weight(step)]


def look(folder, step, log_loss):
    """A run's look at the held-out games after ``step`` steps."""
    row = {**dict.fromkeys(HISTORY, 0.0), "step": step, "valid_log_loss": log_loss}
    folder.add(row, Model(step), NETWORK, {"step": step})


@pytest.mark.parametrize(
    ("log_losses", "best"),
    [((5.0,), 1), ((5.0, 4.0), 2), ((5.0, 4.0, 4.5), 2), ((5.0, 4.0, 4.0), 2)],
)
def test_the_best_model_is_the_first_of_the_least_log_loss(tmp_path, log_losses, best):
    folder = RunFolder(tmp_path)
    for step, log_loss in enumerate(log_losses, start=1):
        look(folder, step, log_loss)
    assert modelstore.read_info(tmp_path / "best").card == {"step": best}
    assert modelstore.read_info(tmp_path / "last").card == {"step": len(log_losses)}


def test_a_resumed_run_keeps_the_best_model_of_what_came_before(tmp_path):
    first = RunFolder(tmp_path)
    for step, log_loss in ((1, 4.0), (2, 5.0), (3, 3.0)):
        look(first, step, log_loss)
    again = RunFolder(tmp_path)
    again.read_history(2)  # the checkpoint was of step 2
    look(again, 3, 4.5)
    assert [row["step"] for row in read_rows(tmp_path / "history.csv")] == [1, 2, 3]
    assert [row["valid_log_loss"] for row in again.history] == [4.0, 5.0, 4.5]
