"""The picture of a dataset: any of its columns may say little or nothing."""

import numpy as np
import pytest
from small_datasets import random_dataset

from gopolicy.data.census import board_hashes, take_census
from gopolicy.plots.dataset import save_dataset_plot


@pytest.mark.parametrize(
    ("dates", "ranks", "results"),
    [
        ([0], [0], [0]),
        ([20160309], [9], [1]),
        ([10000000, 16500000, 20260101, 0], [-30, -1, 1, 9, 11, 19, 0], [1, -1, 2, 0]),
    ],
    ids=["nothing known", "one of each", "everything"],
)
def test_whatever_is_known_is_drawn(dates, ranks, results, tmp_path):
    data = random_dataset(n_games=12)
    for name, values in {
        "date": dates,
        "black_rank": ranks,
        "white_rank": ranks[::-1],
        "result": results,
    }.items():
        data.columns[name] = np.resize(np.array(values, np.int32), 12)
    none = data.select(np.zeros(12, bool))
    save_dataset_plot(
        tmp_path / "plot.png", data, take_census(data, board_hashes(data)), "games"
    )
    save_dataset_plot(
        tmp_path / "none.png", none, take_census(none, board_hashes(none)), "none"
    )
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
