"""The sample games in ``datasets/``: what the page there says of them."""

import hashlib
import re
from pathlib import Path

import pytest

from gopolicy.data.selection import cut_to_game, why_no_game
from gopolicy.sgf.collection import load_records

DATASETS = Path(__file__).parents[2] / "datasets"
PAGE = (DATASETS / "README.md").read_text(encoding="utf-8")
HASHES = dict(re.findall(r"\| `([\w.-]+)` \| `([0-9a-f]{64})` \|", PAGE))


def test_every_file_stands_on_the_page_with_its_hash():
    files = {p.name for p in DATASETS.iterdir() if p.suffix in (".zip", ".sgf")}
    assert HASHES.keys() == files
    for name, digest in HASHES.items():
        assert hashlib.sha256((DATASETS / name).read_bytes()).hexdigest() == digest


def test_there_is_no_code_among_the_data():
    assert not list(DATASETS.rglob("*.py"))


@pytest.fixture(scope="module")
def records():
    return {name: load_records(DATASETS / name) for name in HASHES}


def test_all_games_are_whole_and_of_strong_players(records):
    for name in ("sample-train.zip", "sample-valid.zip"):
        for record in records[name]:
            assert record.stopped == "", record.source
            assert why_no_game(record) == ""
            assert cut_to_game(record)[1] == []
            assert {record.black_rank, record.white_rank} <= {
                *("6d", "7d", "8d", "9d"),
                *(f"{n}p" for n in range(1, 10)),
            }


def test_players_of_samples_are_not_named(records):
    for name in ("sample-train.zip", "sample-valid.zip"):
        for record in records[name]:
            for player in (record.black, record.white):
                assert re.fullmatch(r"(kgs|tygem)-[\d-]+-[bw]", player), record.source


def test_no_game_is_in_two_samples(records):
    names = ("sample-train.zip", "sample-valid.zip", "alphago.zip")
    openings = [
        {record.codes[:60].tobytes() for record in records[name]} for name in names
    ]
    assert len(set.union(*openings)) == sum(len(each) for each in openings)


def test_the_examples_are_games_of_the_match(records):
    archived = {record.codes.tobytes() for record in records["alphago.zip"]}
    for number, n_moves in ((2, 211), (4, 180)):
        (record,) = records[f"alphago-leesedol-{number}.sgf"]
        assert record.codes.tobytes() in archived
        assert record.n_moves == n_moves
        assert (record.black, record.white) == ("AlphaGo", "Lee Sedol")
