"""What kinds of games a dataset holds."""

import json

import numpy as np
import pytest
from diagrams import moves
from small_datasets import make_dataset, random_dataset, random_game

from gopolicy.data.census import board_hashes, count_shared, take_census
from gopolicy.go.coords import SYMMETRIES
from gopolicy.go.position import Position
from gopolicy.go.turns import POINT_MASK, SETUP_BIT


def turned(codes, symmetry):
    points = SYMMETRIES[symmetry, codes & POINT_MASK].astype(np.uint16)
    return codes & ~np.uint16(POINT_MASK) | points


def census(data):
    return take_census(data, board_hashes(data))


def game(text):
    position = Position()
    for color, point in moves(text):
        position.play(point, color)
    return position.codes


@pytest.fixture
def games():
    rng = np.random.default_rng(1)
    return [random_game(rng, 40) for _ in range(6)]


@pytest.mark.parametrize("symmetry", range(8))
def test_a_turned_game_is_the_same_game(games, symmetry):
    data = make_dataset(games + [turned(codes, symmetry) for codes in games])
    hashes = board_hashes(data)
    assert hashes[:6].tolist() == hashes[6:].tolist()
    assert len(set(hashes.tolist())) == 6
    assert census(data)["same_games"] == 6


def test_order_color_and_setup_make_another_game():
    setup = game("B Q16 W D4").copy()
    setup[0] |= SETUP_BIT
    data = make_dataset(
        [
            game("B Q16 W D4"),
            game("B D4 W Q16 B K10"),
            game("B Q16 B D4"),
            game("B Q16 W D3"),
            setup,
        ]
    )
    assert len(set(board_hashes(data).tolist())) == 5


def test_parts_do_not_change_hashes(games, monkeypatch):
    whole = board_hashes(make_dataset(games))
    monkeypatch.setattr("gopolicy.data.census._AT_ONCE", 1)
    assert board_hashes(make_dataset(games)).tolist() == whole.tolist()


def test_games_of_one_collection_are_found_in_another(games):
    some = make_dataset([turned(games[1], 5), games[4]])
    assert count_shared([board_hashes(make_dataset(games)), board_hashes(some)]) == [
        [6, 2],
        [2, 2],
    ]


def test_openings_are_counted_up_to_symmetry():
    openings = ["B Q16 W D4", "B D4 W Q16", "B Q4 W D16", "B Q17 W D4", "B R16 W D4"]
    counts = census(make_dataset([game(text) for text in openings]))["openings"]
    assert counts == {"Q16 D4": 3, "Q17 D4": 2}


def test_endings_are_told_by_their_passes():
    ends = ["B Q16", "B Q16 W pass", "B Q16 W pass B pass", "B pass W pass B pass"]
    counts = census(make_dataset([game(text) for text in ends]))["ends"]
    assert counts == {"two passes": 2, "a move": 1, "one pass": 1}


def test_rare_values_are_one_sum_and_unknown_is_said():
    data = random_dataset(n_games=14, n_moves=5)
    data.columns["komi"] = np.array([*range(12), np.nan, 6.5], np.float32)
    data.columns["handicap"] = np.array([0] * 12 + [2, 9], np.uint8)
    counts = census(data)
    assert sum(counts["komi"].values()) == 14
    assert counts["komi"]["others"] == 4
    assert counts["handicap"] == {"0": 12, "2": 1, "9": 1}
    assert json.loads(json.dumps(counts)) == counts


def test_an_empty_dataset_has_nothing(games):
    data = make_dataset(games).select(np.zeros(6, bool))
    assert census(data)["openings"] == {}
    assert count_shared([board_hashes(data)] * 2) == [[0, 0], [0, 0]]
