"""Datasets made of datasets."""

import itertools
from typing import Any

import h5py
import numpy as np
import pytest
from games import ROOT

from gopolicy.data.convert import build_dataset
from gopolicy.data.dataset import Dataset
from gopolicy.data.h5file import COLUMNS, iter_blocks
from gopolicy.data.rewrite import (
    export_moves,
    export_sgf,
    filter_dataset,
    merge_datasets,
    split_dataset,
)
from gopolicy.data.selection import RecordFilter
from gopolicy.errors import ConfigError, DatasetError
from gopolicy.sgf.gameinfo import decode_date, encode_date
from gopolicy.sgf.record import parse_records


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """All games of a collection, its even and its odd ones as records tell them."""
    folder = tmp_path_factory.mktemp("sets")
    for name, source in {"zip": "alphago.zip", "one": "alphago-leesedol-4.sgf"}.items():
        build_dataset([ROOT / "datasets" / source], folder / f"{name}.h5", workers=1)
    return folder


def games(path):
    """Each game: its codes, its source, its players, its columns; hashable."""
    return [
        (
            block.codes[i],
            block.names[i],
            block.players[i],
            *(str(block.columns[column][i]) for column in COLUMNS),
        )
        for block in iter_blocks(path)
        for i in range(len(block.codes))
    ]


def test_merged_games_are_those_of_the_parts_each_once(sets, tmp_path):
    written = merge_datasets([sets / "one.h5", sets / "zip.h5"], tmp_path / "all.h5")
    assert (written.games, written.repeated) == (216, 1)
    merged = games(tmp_path / "all.h5")
    assert merged[0] == games(sets / "one.h5")[0]
    assert {game[0] for game in merged} == {game[0] for game in games(sets / "zip.h5")}
    assert Dataset.open(tmp_path / "all.h5").n_positions == written.positions
    assert not list(tmp_path.glob("*.partial"))


def test_a_dataset_merged_alone_is_the_same_file(sets, tmp_path, monkeypatch):
    """But for the report; in whatever parts it is read."""
    monkeypatch.setattr("gopolicy.data.h5file._BLOCK_GAMES", 50)
    merge_datasets([sets / "zip.h5"], tmp_path / "same.h5")
    with h5py.File(sets / "zip.h5") as one, h5py.File(tmp_path / "same.h5") as other:
        assert set(one) == set(other)
        for name in one:
            assert np.array_equal(
                one[name][:], other[name][:], equal_nan="f" in one[name].dtype.kind
            )


@pytest.mark.parametrize(
    "filters",
    [
        {"since": "2017"},
        {"until": "2016-03-12"},
        {"result": "W"},
        {"min_rank": "9p"},
        {"min_moves": 200, "no_handicap": True},
        {"player": "lee"},
    ],
    ids=str,
)
def test_filters_do_as_when_the_records_are_read(sets, tmp_path, filters):
    wanted = RecordFilter(**filters)
    filter_dataset([sets / "zip.h5"], tmp_path / "some.h5", wanted)
    source = ROOT / "datasets" / "alphago.zip"
    build_dataset([source], tmp_path / "built.h5", filters=wanted, workers=1)
    some = games(tmp_path / "some.h5")
    assert some == games(tmp_path / "built.h5")
    assert 0 < len(some) < 216


def test_what_a_dataset_does_not_know_is_refused(sets, tmp_path):
    for filters, match in (
        (RecordFilter(result="W+R"), "who won, not how"),
        (RecordFilter(result="W+1"), "who won, not how"),
    ):
        with pytest.raises(ConfigError, match=match):
            filter_dataset([sets / "one.h5"], tmp_path / "x.h5", filters)
    with pytest.raises(DatasetError, match="no game is left"):
        filter_dataset([sets / "one.h5"], tmp_path / "x.h5", RecordFilter(since="2030"))
    assert not list(tmp_path.iterdir())


def test_datasets_of_the_version_before_hold_no_names(sets, tmp_path):
    old = tmp_path / "old.h5"
    old.write_bytes((sets / "one.h5").read_bytes())
    with h5py.File(old, "a") as file:
        del file["player_text"], file["player_offsets"]
    for make in (
        lambda: filter_dataset([old], tmp_path / "x.h5", RecordFilter(player="Lee")),
        lambda: split_dataset([old], tmp_path / "x.h5", tmp_path / "y", player="Lee"),
    ):
        with pytest.raises(ConfigError, match="holds no names, as datasets of version"):
            make()
    merge_datasets([old, sets / "zip.h5"], tmp_path / "all.h5")
    lee = RecordFilter(player="Lee")
    filter_dataset([tmp_path / "all.h5"], tmp_path / "x.h5", lee)
    known = filter_dataset([sets / "zip.h5"], tmp_path / "y.h5", lee).games
    assert Dataset.open(tmp_path / "x.h5").n_games == known - 1, "one came without"


def test_a_split_by_player_holds_out_his_games(sets, tmp_path):
    out, held = tmp_path / "a.h5", tmp_path / "b.h5"
    split_dataset([sets / "zip.h5"], out, held, player="LEE")
    assert all("lee" in players.casefold() for _, _, players, *_ in games(held))
    assert not any("lee" in players.casefold() for _, _, players, *_ in games(out))
    assert sorted(games(out) + games(held)) == sorted(games(sets / "zip.h5"))


def test_a_split_by_share_is_that_of_training(sets, tmp_path):
    out, held = tmp_path / "a.h5", tmp_path / "b.h5"
    split_dataset([sets / "zip.h5"], out, held, share=0.3)
    training, held_out = Dataset.open(sets / "zip.h5").split(0.3)
    for path, expected in ((out, training), (held, held_out)):
        data = Dataset.open(path)
        assert [data.game(n).tolist() for n in range(data.n_games)] == [
            expected.game(n).tolist() for n in range(expected.n_games)
        ]


def test_a_split_by_date_leaves_undated_games_to_learn_from(sets, tmp_path):
    out, held = tmp_path / "a.h5", tmp_path / "b.h5"
    split_dataset([sets / "zip.h5"], out, held, since="2017-01-01")
    assert Dataset.open(held).columns["date"].astype(int).min() >= 20170101
    rest = Dataset.open(out).columns["date"].astype(int)
    assert ((rest < 20170101) | (rest == 0)).all()
    assert sorted(games(out) + games(held)) == sorted(games(sets / "zip.h5"))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"share": 0.1, "since": "2016"},
        {"player": "x", "since": "2016"},
        {"share": 1},
    ],
)
def test_a_split_is_by_one_thing(sets, tmp_path, options):
    with pytest.raises(ConfigError, match=r"name one of them|between 0 and 1"):
        split_dataset([sets / "one.h5"], tmp_path / "a", tmp_path / "b", **options)


def test_exported_sgf_gives_the_same_dataset(sets, tmp_path):
    assert export_sgf([sets / "zip.h5"], tmp_path / "games.sgf") == 216
    build_dataset([tmp_path / "games.sgf"], tmp_path / "again.h5", workers=1)
    strip = [(codes, *rest) for codes, _, *rest in games(sets / "zip.h5")]
    assert any(players.strip() for _, players, *_ in strip)
    assert [(codes, *rest) for codes, _, *rest in games(tmp_path / "again.h5")] == strip
    records = parse_records((tmp_path / "games.sgf").read_bytes(), "x")
    assert records[0].result in ("B+", "W+")


def test_exported_moves_are_the_games(sets, tmp_path):
    assert export_moves([sets / "one.h5"], tmp_path / "moves.npz") == 1
    arrays = np.load(tmp_path / "moves.npz", allow_pickle=False)
    data = Dataset.open(sets / "one.h5")
    assert arrays["points"].tolist() == (data.game(0) & 0x1FF).tolist()
    assert set(arrays["colors"].tolist()) == {1, -1}
    assert arrays["starts"].tolist() == [0, len(data.game(0))]
    assert not arrays["is_setup"].any()
    assert arrays["result"].tolist() == [-1]


def test_another_conversion_at_work_is_left_alone(sets, tmp_path):
    """Its folder is not ours to delete."""
    (tmp_path / "x.h5.partial").mkdir()
    (tmp_path / "x.h5.partial" / "notes.txt").write_text("mine")
    with pytest.raises(DatasetError, match="in the way"):
        merge_datasets([sets / "one.h5"], tmp_path / "x.h5")
    assert (tmp_path / "x.h5.partial" / "notes.txt").read_text() == "mine"


def test_dates_come_back_as_far_as_they_are_known():
    for date in ("", "2016", "2016-03", "2016-03-13", "0900-01-02"):
        assert decode_date(encode_date(date)) == date


def test_the_file_is_read_by_plain_h5py_as_the_page_says(sets):
    """The lines of datasets/README.md, run."""
    text = (ROOT / "datasets" / "README.md").read_text(encoding="utf-8")
    code = text.split("```python")[1].split("```")[0]
    printed: list[str] = []
    names: dict[str, Any] = {"print": printed.append}
    exec(code.replace("games.h5", str(sets / "one.h5")), names)
    data = Dataset.open(sets / "one.h5")
    colors = itertools.cycle(["B", "W"])
    wanted = [(next(colors), int(code) & 0x1FF) for code in data.game(0)]
    assert names["moves"] == wanted
    assert printed
