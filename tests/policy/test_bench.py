"""The measurements: medians of rounds in turns, the JSON's keys, every part runs."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from gopolicy import bench
from gopolicy.cli import main
from gopolicy.data.dataset import Dataset
from gopolicy.data.sampling import fill_game
from gopolicy.errors import ConfigError, SgfError
from gopolicy.go import rules
from gopolicy.go.features import encode, new_workspace
from gopolicy.go.position import hard_positions
from gopolicy.sgf.collection import load_records
from gopolicy.sgf.record import parse_records, replay

GAME = str(Path(__file__).parents[2] / "datasets" / "alphago-leesedol-2.sgf")


class Clock:
    """Time that passes only while work is done."""

    now = 0.0

    def __call__(self):
        return self.now


def test_rates_are_work_by_time_and_taken_in_turns():
    clock, order = Clock(), []

    def work(name, seconds, amount):
        def run():
            order.append(name)
            clock.now += seconds
            return amount

        return run

    works = {"slow": work("slow", 2.0, 10), "quick": work("quick", 0.5, 5)}
    found = bench.rates(works, 4.0, rounds=2, clock=clock)
    assert found == {"slow": [5.0, 5.0], "quick": [10.0, 10.0]}
    warm_up, a_round = ["slow", "quick"], ["slow", *["quick"] * 4]
    assert order == warm_up + 2 * a_round


def test_a_work_longer_than_its_round_still_runs_once():
    clock = Clock()

    def work():
        clock.now += 10
        return 1

    assert bench.rates({"long": work}, 1.0, rounds=3, clock=clock) == {
        "long": [0.1] * 3
    }


def test_json_nests_the_figures_and_keeps_the_extremes():
    figures = [
        bench.Figure(("features_per_s",), "planes", "pos/s", 35123.4, 1.0, 2.0),
        bench.Figure(("train", "64", "share"), "training", "", 0.98765, 0.9, 1.0),
    ]
    assert bench.format_figures(figures) == {
        "features_per_s": 35120.0,
        "train": {"64": {"share": 0.9877}},
        "spread": {"features_per_s": [1.0, 2.0], "train.64.share": [0.9, 1.0]},
    }


def test_parts_of_one_core_are_measured_under_the_designs_names():
    parts = "features,samples,side-tasks,sgf,7z,gib,ngf,playouts,worst"
    arguments = ["bench", GAME, "--only", parts, "--seconds", "0.05", "--json"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    values = json.loads(result.stdout)
    names = ["features_per_s", "samples_per_s", "side_task_samples_per_s"]
    names += [f"{kind}_games_per_s" for kind in ("sgf", "7z", "gib", "ngf")]
    names += ["playout_moves_per_s", "worst_position_ms"]
    assert list(values) == [*names, "spread"]
    for name in names:
        low, high = values["spread"][name]
        assert 0 < low <= values[name] <= high


def test_the_records_of_other_formats_are_those_games():
    (record,) = load_records(GAME)
    moves = [code for code in record.codes.tolist() if code & 0x1FF < 361]
    for write in (bench._format_gib, bench._format_ngf):
        (again,) = parse_records(write(moves).encode(), "x")
        assert again.codes.tolist() == moves and not again.stopped


def test_the_table_names_each_figure():
    arguments = ["bench", GAME, "--only", "samples", "--seconds", "0.05"]
    result = CliRunner().invoke(main, arguments)
    heading, row = result.stdout.splitlines()
    assert heading.split() == ["median", "lowest", "highest"]
    assert row.startswith("training samples, one core") and row.endswith("pos/s")


@pytest.mark.slow
def test_networks_are_measured_beside_the_bare_ones(monkeypatch):
    monkeypatch.setattr(bench, "TRAIN_FILTERS", (4,))
    monkeypatch.setattr(bench, "INFER_FILTERS", (4,))
    figures = bench.measure([GAME], parts=["train", "infer"], seconds=0.1)
    values = bench.format_figures(figures)
    train, infer = values["train"]["4"], values["infer_ms"]["4"]
    assert list(train) == ["positions_per_s", "bare_positions_per_s", "share"]
    assert list(infer) == ["policy", "bare", "tensorflow", "ratio"]
    assert min(*train.values(), *infer.values()) > 0


@pytest.mark.slow
def test_the_engines_moves_and_analyses_are_timed():
    values = bench.format_figures(bench.measure([GAME], parts=["play"], seconds=0.2))
    assert list(values) == ["genmove_ms", "analyze_first_ms", "spread"]
    assert list(values["genmove_ms"]) == ["early", "late"]
    assert min(*values["genmove_ms"].values(), values["analyze_first_ms"]) > 0


def test_what_cannot_be_measured_is_refused(tmp_path, monkeypatch):
    with pytest.raises(ConfigError, match="no part 'speed'"):
        bench.measure(parts=["speed"])  # type: ignore[list-item]
    with pytest.raises(SgfError, match="no file or folder"):
        bench.measure([tmp_path / "none.sgf"], parts=["sgf"])
    monkeypatch.setattr(bench, "_SAMPLE_GAMES", ("gone.zip",))
    with pytest.raises(ConfigError, match="no sample games in"):
        bench.measure(parts=["features"])


def test_the_hard_positions_are_all_there():
    positions = hard_positions()
    assert len(positions) >= 12
    assert all(np.count_nonzero(position.stones) > 50 for position in positions)


def test_the_planes_of_a_whole_game_are_those_of_its_positions(tmp_path):
    (record,) = load_records(GAME)
    planes = np.empty((record.n_moves, 361, 48), np.uint8)
    count = fill_game(record.codes, rules.new_board(), new_workspace(), planes)
    assert count == record.n_moves > 200
    for filled, (position, _) in zip(planes, replay(record), strict=True):
        assert (filled.reshape(19, 19, 48) == encode(position)).all()


def test_the_same_games_make_the_dataset_that_is_measured(tmp_path):
    games = bench._Games([GAME], tmp_path)
    assert games.convert() == Dataset.open(games.dataset).n_games == 1
