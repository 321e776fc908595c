"""Games are labelled as their records count them, and an owner network learns of it."""

import argparse
from itertools import islice

import count_games
import label_games
import numpy as np
import pytest
import train_owners

from gopolicy import modelstore, networks
from gopolicy.config import NetworkConfig
from gopolicy.go.coords import POINTS, SYMMETRIES
from gopolicy.go.scoring import rules_difference
from gopolicy.policy import OwnerNetwork, load_owners

SAMPLES = str(count_games.DATASETS / "sample-valid.zip")
NETWORK = NetworkConfig(filters=4)


@pytest.fixture(scope="module")
def games():
    return list(islice(count_games.finished_games([SAMPLES]), 6))


@pytest.mark.slow
def test_the_owners_come_to_the_score_of_the_record(games):
    found = label_games.label(games, load_owners())
    assert len(found["hard"]) >= 5
    by_turns = {game.position.codes.tobytes(): game for game in games}
    codes, bounds = found["codes"], found["offsets"]
    for k, owners in enumerate(found["owners"]):
        game = by_turns[codes[bounds[k] : bounds[k + 1]].tobytes()]
        lead = int(owners.sum()) + rules_difference(game.position, game.rules)
        assert lead - game.komi == game.truth
    assert not found["hard"].all()


def test_a_game_that_only_playouts_count_is_hard(games):
    """Before a network that gives all points to the side to play."""
    blind = OwnerNetwork(lambda planes: np.full((len(planes), POINTS), 9.0))
    assert list(label_games.owners_by_network(games[:2], blind)) == [None, None]
    assert list(label_games.owners_by_network(games[:2], None)) == [None, None]
    assert label_games.owners_by_playouts(games[0]) is not None


def test_held_out_games_are_no_training_games(games):
    without = label_games.wanted_games(
        [SAMPLES], without=[SAMPLES], share=1.0, passes=False
    )
    assert list(without) == []
    twice = label_games.wanted_games(
        [SAMPLES, SAMPLES], without=[], share=1.0, passes=False
    )
    assert len([g for g in twice if g.key == games[0].key]) == 1


@pytest.fixture(scope="module")
def labelled(games, tmp_path_factory):
    """A file as of label_games.py: all points are Black's, in every game."""
    path = tmp_path_factory.mktemp("labelled") / "games.npz"
    codes = [game.position.codes for game in games]
    np.savez_compressed(
        path,
        codes=np.concatenate(codes),
        offsets=np.cumsum([0, *map(len, codes)]),
        owners=np.ones((len(games), POINTS), np.int8),
        hard=np.arange(len(games)) % 2 == 1,
    )
    return path


def test_positions_say_what_is_the_side_to_plays(labelled):
    data = train_owners.cut_games([str(labelled)], np.random.default_rng(1))
    assert {0, 1, 2} <= set(data.left.tolist())
    rows = np.arange(len(data.left))
    planes, chances = data.batch(rows, np.zeros(len(rows), np.int64))
    assert planes.shape == (len(rows), 19, 19, 48)
    # The color whose turn it is has all points or none.
    assert (chances == chances[:, :1]).all()
    assert set(chances[:, 0]) == {0.0, 1.0}


def test_a_batch_is_turned_with_its_labels(labelled):
    data = train_owners.cut_games([str(labelled)], np.random.default_rng(1))
    data.owners[0] = np.arange(POINTS) % 3
    plain, owners = data.batch(np.array([0]), np.array([0]))
    for symmetry in range(8):
        turned, moved = data.batch(np.array([0]), np.array([symmetry]))
        table = SYMMETRIES[symmetry, :POINTS]
        assert (turned.reshape(POINTS, -1)[table] == plain.reshape(POINTS, -1)).all()
        assert (moved[0][table] == owners[0]).all()


@pytest.mark.slow
def test_a_network_learns_whose_the_points_are(labelled, tmp_path):
    modelstore.save_model(tmp_path / "start", networks.build(NETWORK), NETWORK, {})
    train_owners.main(
        argparse.Namespace(
            out=tmp_path / "owners",
            files=[str(labelled)],
            start=tmp_path / "start",
            steps=60,
            learning_rate=3e-3,
            seed=1,
        )
    )
    info = modelstore.read_info(tmp_path / "owners")
    assert info.task == "owners" and info.card["positions"] == 60 * train_owners.BATCH
    assert set(info.card["wrong owners"]) == {"end", "last fifty moves", "before"}
