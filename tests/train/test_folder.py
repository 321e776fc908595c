"""The folder of a run, with models that are a handful of numbers."""

import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_datasets import random_dataset

from gopolicy import modelstore
from gopolicy.config import NetworkConfig, TrainConfig, format_config
from gopolicy.data.dataset import DataSource
from gopolicy.errors import ConfigError, ModelError
from gopolicy.train import folder as folders
from gopolicy.train.folder import (
    HISTORY,
    RunFolder,
    hash_games,
    read_rows,
    read_settings,
)

NETWORK = NetworkConfig(filters=4)


def look(folder, step, log_loss):
    """A run's look at the held-out games after ``step`` steps."""
    row = {**dict.fromkeys(HISTORY, 0.0), "step": step, "valid_log_loss": log_loss}
    folder.add(row, {"weight": np.float32(step)}, NETWORK, {"step": step})


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


def test_a_resumed_run_forgets_the_looks_after_its_checkpoint_and_keeps_the_best(
    tmp_path,
):
    first = RunFolder(tmp_path)
    for step, log_loss in ((1, 4.0), (2, 5.0), (3, 4.5)):
        look(first, step, log_loss)
    again = RunFolder(tmp_path)
    again.read_history(2)
    assert [row["step"] for row in read_rows(tmp_path / "history.csv")] == [1, 2]
    look(again, 4, 4.2)
    assert [row["step"] for row in read_rows(tmp_path / "history.csv")] == [1, 2, 4]
    assert [row["valid_log_loss"] for row in again.history] == [4.0, 5.0, 4.2]
    assert modelstore.read_info(tmp_path / "best").card == {"step": 1}
    assert modelstore.read_info(tmp_path / "last").card == {"step": 4}


def test_a_folder_without_a_history_has_none(tmp_path):
    folder = RunFolder(tmp_path)
    folder.read_history(9)
    assert folder.history == [] and list(tmp_path.iterdir()) == []


def test_curves_are_drawn_of_two_looks_and_more(tmp_path):
    drawn = []
    folder = RunFolder(tmp_path, lambda path, runs: drawn.append((path, dict(runs))))
    look(folder, 1, 5.0)
    assert drawn == []
    look(folder, 2, 4.0)
    assert drawn == [(tmp_path / "curves.png", {"": folder.history})]


FILES = {"training": ["a.h5", "b.h5"], "held_out": [], "start": ["m"]}
LIMIT = {"steps": None, "minutes": 2.5}
GAMES = {"train": "1a", "valid": "2b"}
CONFIG = TrainConfig(batch_size=4)


def claim(
    path,
    network=NETWORK,
    config=CONFIG,
    games=GAMES,
    *,
    files=FILES,
    limit=LIMIT,
    resume=False,
):
    RunFolder(path).claim(
        network,
        config,
        games=games,
        files=files,
        limit=limit,
        looks=4,
        origin={"command": ["gopolicy"]},
        resume=resume,
    )


def test_a_run_says_with_what_it_goes_on(tmp_path):
    assert read_settings(tmp_path) is None
    claim(tmp_path)
    settings = read_settings(tmp_path)
    assert (settings.network, settings.config) == (NETWORK, CONFIG)
    assert (settings.training, settings.held_out) == (("a.h5", "b.h5"), ())
    assert (settings.start, settings.steps, settings.minutes) == ("m", None, 2.5)
    claim(tmp_path, files={}, limit={"steps": 7, "minutes": None}, resume=True)
    settings = read_settings(tmp_path)
    assert settings.training == ("a.h5", "b.h5"), "nobody said other ones"
    assert (settings.steps, settings.minutes) == (7, None)


def test_a_run_of_an_older_version_has_no_files_and_no_limit(tmp_path):
    claim(tmp_path)
    path = tmp_path / "run.json"
    stored = json.loads(path.read_text())
    del stored["files"], stored["limit"]
    path.write_text(json.dumps(stored))
    settings = read_settings(tmp_path)
    assert (settings.training, settings.steps, settings.minutes) == ((), None, None)
    path.write_text('{"network": 3}')
    with pytest.raises(ConfigError, match="damaged"):
        read_settings(tmp_path)


def test_a_run_claims_its_folder_by_its_settings(tmp_path):
    path = tmp_path / "runs" / "first"
    claim(path)
    assert json.loads((path / "run.json").read_text()) == {
        "network": format_config(NETWORK),
        "train": format_config(CONFIG),
        "games": GAMES,
        "files": FILES,
        "limit": {"minutes": 2.5},
        "looks": {"times": 4, "keep": False},
        "origin": {"command": ["gopolicy"]},
    }
    claim(path, resume=True)
    (tmp_path / "empty").mkdir()
    claim(tmp_path / "empty")


def test_the_folder_of_another_run_is_refused(tmp_path):
    claim(tmp_path)
    before = (tmp_path / "run.json").read_bytes()
    name = re.escape(repr(str(tmp_path)))
    remedy = "give --resume to go on, or another --out"
    with pytest.raises(ConfigError, match=f"^{name} holds a run already; {remedy}$"):
        claim(tmp_path)
    other = f"^the run in {name} had other"
    with pytest.raises(ConfigError, match=f"{other} settings: filters 4 -> 5$"):
        claim(tmp_path, NetworkConfig(filters=5), resume=True)
    with pytest.raises(ConfigError, match=f"{other} settings: batch_size 4 -> 8$"):
        claim(tmp_path, config=TrainConfig(batch_size=8), resume=True)
    with pytest.raises(ConfigError, match=f"{other} games: valid '2b' -> '3c'; give"):
        claim(tmp_path, games={**GAMES, "valid": "3c"}, resume=True)
    assert (tmp_path / "run.json").read_bytes() == before


def test_what_an_older_version_did_not_write_has_its_default(tmp_path):
    claim(tmp_path)
    path = tmp_path / "run.json"
    settings = json.loads(path.read_text())
    del settings["games"], settings["network"]["dropout"], settings["train"]["ema"]
    path.write_text(json.dumps(settings))
    claim(tmp_path, resume=True)
    with pytest.raises(ConfigError, match=r"dropout 0\.0 -> 0\.5"):
        claim(tmp_path, NetworkConfig(filters=4, dropout=0.5), resume=True)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"network": {}}', '{"network": 1, "train": {}}']
)
def test_damaged_settings_are_told(tmp_path, text):
    path = tmp_path / "run.json"
    path.write_text(text)
    name = re.escape(repr(str(path)))
    with pytest.raises(ConfigError, match=f"^{name} is damaged: "):
        claim(tmp_path, resume=True)


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    path = tmp_path / "file" / "r"
    path.parent.touch()
    name = re.escape(repr(str(path)))
    with pytest.raises(ModelError, match=f"^cannot write to {name}: Not a directory;"):
        claim(path)
    with pytest.raises(ModelError, match=f"^cannot write 3 MB to {name}: Not a dir"):
        RunFolder(path).reserve(3_000_000)


def test_reserving_writes_so_much_and_leaves_nothing_behind(tmp_path, monkeypatch):
    sizes = []
    monkeypatch.setattr(os, "fsync", lambda file: sizes.append(os.fstat(file).st_size))
    RunFolder(tmp_path).reserve(2_000_000)
    assert len(sizes) == 1 and 2_000_000 <= sizes[0] < 4_000_000
    assert list(tmp_path.iterdir()) == []


def test_the_games_of_a_run_are_told_by_their_hashes_and_order():
    def dataset(*hashes, kind=np.uint64, weights=(1,)) -> Any:
        n_each = len(hashes) // len(weights)
        data = random_dataset(n_games=len(hashes), n_moves=1)
        data.columns["hash"] = np.array(hashes, kind)
        data.sources = tuple(DataSource("a.h5", n_each, w) for w in weights)
        return data

    written = "8bfd453c13278f5f"  # as it stands in run.json, on any machine
    assert hash_games(dataset(1, 2**63)) == written
    assert hash_games(dataset(1, 2**63, kind=">u8")) == written
    assert hash_games(dataset(2**63, 1)) != written
    assert hash_games(dataset(1)) != written
    repeated = hash_games(dataset(1, 1, 1, 2))
    assert hash_games(dataset(1, 2, weights=(3, 1))) == repeated


def test_what_killed_saves_left_among_the_checkpoints_is_swept(tmp_path):
    place = tmp_path / "checkpoints"
    (place / "ckpt-64_temp").mkdir(parents=True)
    (place / "ckpt-64_temp" / "part-00000-of-00001.data").write_bytes(b"x")
    kept = ["checkpoint", "ckpt-64.index", "ckpt-64.data-00000-of-00001"]
    for name in (*kept, "ckpt-64.index.tempstate1234", "checkpoint.tempstate9"):
        (place / name).write_bytes(b"x")
    RunFolder(tmp_path).sweep()
    assert sorted(path.name for path in place.iterdir()) == sorted(kept)
    RunFolder(tmp_path / "new").sweep()


def test_a_run_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    (tmp_path / "run.json").write_text("{}")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(ConfigError, match=r"run.json' cannot be read: Permission"):
        read_settings(tmp_path)


def test_a_folder_that_may_not_be_written_wants_no_room(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folders, "whole_file", refuse)
    with pytest.raises(ModelError, match=r"Permission denied; change its permissions"):
        claim(tmp_path / "r")
