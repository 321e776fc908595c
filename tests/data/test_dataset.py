"""Datasets: samples against a slow twin, splits, sharing, bad files."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import h5py
import naive
import numpy as np
import pytest
from small_datasets import (
    make_dataset,
    random_dataset,
    random_game,
    write_dataset,
)

from gopolicy.data.dataset import Dataset
from gopolicy.errors import DatasetError
from gopolicy.go.coords import PASS, POINTS, SYMMETRIES
from gopolicy.go.features import encode
from gopolicy.go.position import Position
from gopolicy.go.turns import POINT_MASK, SETUP_BIT, WHITE_BIT


def naive_samples(codes):
    """(planes, target, move number) of each training position of a game."""
    position, number = Position(), 0
    for code in codes.tolist():
        color = -1 if code & WHITE_BIT else 1
        point = code & POINT_MASK
        if code & SETUP_BIT:
            position.setup(point, color)
            continue
        number += 1
        position.set_to_play(color)
        if point != PASS:
            yield encode(position), point, number
        position.play(point, color)


@pytest.fixture(scope="module")
def data():
    return random_dataset()


def test_a_dataset_that_cannot_be_read_says_why(tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(b"no HDF5" * 999)
    with pytest.raises(DatasetError, match="is no HDF5 file"):
        Dataset.open(path)
    with pytest.raises(DatasetError, match="cannot be read: Is a directory"):
        Dataset.open(tmp_path)
    with h5py.File(path, "w") as file:
        file["codes"] = np.zeros(9999)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DatasetError, match="is cut off; build it again"):
        Dataset.open(path)


@pytest.mark.skipif(sys.platform != "linux", reason="HDF5 locks files by flock there")
def test_a_dataset_that_another_process_writes_is_locked_not_damaged(tmp_path):
    path = tmp_path / "a.h5"
    code = (
        "import h5py, sys\nfile = h5py.File(sys.argv[1], 'w')\n"
        "print('open', flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "HDF5_USE_FILE_LOCKING": "TRUE"},
    ) as writer:
        assert writer.stdin and writer.stdout
        writer.stdout.readline()
        with pytest.raises(DatasetError, match="in use by another program"):
            Dataset.open(path)
        writer.stdin.close()


def test_samples_are_the_positions_before_each_move(data):
    expected = [s for g in range(data.n_games) for s in naive_samples(data.game(g))]
    assert len(expected) == data.n_positions
    batch = data.samples(np.arange(data.n_positions))
    assert batch.planes.shape == (data.n_positions, 19, 19, 48)
    assert (batch.planes == np.array([planes for planes, _, _ in expected])).all()
    assert batch.targets.tolist() == [target for _, target, _ in expected]
    games, numbers = data.places(np.arange(data.n_positions))
    assert numbers.tolist() == [number for _, _, number in expected]
    counts = np.bincount(games, minlength=data.n_games)
    assert counts.tolist() == data.columns["targets"].tolist()


def naive_sequels(codes):
    """(later moves, owners as Black is 1) of each training position of a game."""
    position = Position()
    for code in codes.tolist():
        color = -1 if code & WHITE_BIT else 1
        if code & SETUP_BIT:
            position.setup(code & POINT_MASK, color)
        else:
            position.play(code & POINT_MASK, color)
    stones = enumerate(position.stones.tolist())
    owned = naive.owners({point: color for point, color in stones if color})
    turns = [int(code) for code in codes if not code & SETUP_BIT]
    for i, code in enumerate(turns):
        if code & POINT_MASK != PASS:
            later = [x & POINT_MASK for x in turns[i + 1 : i + 3]]
            side = -1 if code & WHITE_BIT else 1
            yield (
                [*later, PASS, PASS][:2],
                [side * owned.get(point, 0) for point in range(POINTS)],
            )


@pytest.mark.parametrize(
    "codes",
    [
        [60, 60],  # an occupied point
        [1, WHITE_BIT | 72, 19, WHITE_BIT | 0],  # suicide
        [362],
        [SETUP_BIT | PASS],
        [SETUP_BIT | 1, SETUP_BIT | 19, SETUP_BIT | WHITE_BIT, 72],  # a dead stone
    ],
)
def test_games_that_cannot_be_replayed_never_reach_the_kernels(codes):
    good = random_game(np.random.default_rng(0))
    with pytest.raises(DatasetError, match="damaged"):
        make_dataset([good, np.array(codes, np.uint16), good])


def test_sequels_are_the_moves_that_followed_and_the_owners_at_the_end(data):
    expected = [s for g in range(data.n_games) for s in naive_sequels(data.game(g))]
    everything = np.arange(data.n_positions)
    unturned = np.zeros_like(everything)
    batch, sequels = data.samples_with_sequels(everything, unturned)
    assert sequels.later.tolist() == [later for later, _ in expected]
    assert (sequels.owners == np.array([owners for _, owners in expected])).all()
    assert {-1, 0, 1} == set(sequels.owners.ravel().tolist())
    alone = data.samples(everything)
    assert (batch.planes == alone.planes).all()
    assert (batch.targets == alone.targets).all()


@pytest.mark.parametrize("symmetry", range(8))
def test_sequels_turn_like_their_samples(data, symmetry):
    positions = np.arange(0, data.n_positions, 37)
    _, plain = data.samples_with_sequels(positions, np.zeros_like(positions))
    _, turned = data.samples_with_sequels(positions, np.full_like(positions, symmetry))
    table = SYMMETRIES[symmetry]
    assert (turned.later == table[plain.later]).all()
    assert (turned.owners[:, table[:POINTS]] == plain.owners).all()


@pytest.mark.parametrize("symmetry", range(8))
def test_symmetries_turn_planes_and_target_alike(data, symmetry):
    positions = np.arange(0, data.n_positions, 37)
    plain = data.samples(positions)
    turned = data.samples(positions, np.full(len(positions), symmetry))
    table = SYMMETRIES[symmetry]
    assert (turned.targets == table[plain.targets]).all()
    before = plain.planes.reshape(-1, POINTS, 48)
    after = turned.planes.reshape(-1, POINTS, 48)
    assert (after[:, table[:POINTS]] == before).all()


def test_passes_are_turns_but_never_targets():
    codes = np.array([72, PASS | WHITE_BIT, 300, 60 | WHITE_BIT], np.uint16)
    data = make_dataset([codes])
    batch = data.samples(np.arange(data.n_positions))
    assert batch.targets.tolist() == [72, 300, 60]
    _, numbers = data.places(np.arange(3))
    assert numbers.tolist() == [1, 3, 4]
    # Black's stone is two turns old when Black moves again: plane 5.
    assert batch.planes[1].reshape(POINTS, 48)[72, 4:12].tolist() == [0, 1] + [0] * 6


def test_setup_stones_and_two_moves_in_a_row_are_replayed():
    codes = np.array(
        [72 | SETUP_BIT, 288 | SETUP_BIT, 60 | WHITE_BIT, 61 | WHITE_BIT], np.uint16
    )
    data = make_dataset([codes])
    batch = data.samples(np.arange(2))
    for planes, (expected, _, _) in zip(
        batch.planes, naive_samples(codes), strict=True
    ):
        assert (planes == expected).all()


def test_training_batches_are_a_pure_function_of_step_and_seed(data):
    one = data.training_batch(5, 16, seed=3)
    two = data.training_batch(5, 16, seed=3)
    other = data.training_batch(5, 16, seed=4)
    assert (one.planes == two.planes).all() and (one.targets == two.targets).all()
    assert (one.targets != other.targets).any()


def test_an_epoch_of_batches_sees_every_position_once(data):
    n = data.n_positions
    batch = data.training_batch(0, n, seed=1, augment=False)
    every = data.samples(np.arange(n))
    assert sorted(batch.targets) == sorted(every.targets)
    assert batch.planes.sum() == every.planes.sum()


def test_an_epoch_draws_each_position_as_often_as_its_file_weighs(tmp_path):
    """Turned anew each time; those of a file without a weight are drawn once."""
    rng = np.random.default_rng(5)
    paths = [tmp_path / name for name in ("one.h5", "two.h5", "three.h5")]
    for path in paths:
        write_dataset(path, [random_game(rng, 40) for _ in range(3)])
    weights = {paths[0]: 3, paths[2]: 2}
    data = Dataset.open(*paths, weights=weights)
    sizes = [Dataset.open(path).n_positions for path in paths]
    assert data.n_positions == sum(sizes)
    assert data.n_draws == 3 * sizes[0] + sizes[1] + 2 * sizes[2]
    positions, symmetries = data.training_order(0, data.n_draws, seed=1)
    drawn = np.repeat([3, 1, 2], sizes)
    assert np.bincount(positions).tolist() == drawn.tolist()
    of_first = symmetries[positions == 0], symmetries[positions == 1]
    assert any(len(set(found)) > 1 for found in of_first)


def test_weights_stay_with_their_games(tmp_path):
    rng = np.random.default_rng(6)
    paths = [tmp_path / "one.h5", tmp_path / "two.h5"]
    for path in paths:
        write_dataset(path, [random_game(rng, 40) for _ in range(8)])
    data = Dataset.open(*paths, weights={paths[1]: 5})
    for part in data.split(0.4):
        n_games = [source.n_games for source in part.sources]
        assert sum(n_games) == part.n_games and min(n_games) > 0
        targets = part.columns["targets"].astype(int)
        first, second = targets[: n_games[0]], targets[n_games[0] :]
        assert part.n_draws == first.sum() + 5 * second.sum()
        positions, _ = part.training_order(0, part.n_draws, seed=2)
        counts = [1] * first.sum() + [5] * second.sum()
        assert np.bincount(positions).tolist() == counts
    none = data.select(np.arange(16) < 8)  # nothing is left of the second
    assert none.n_draws == none.n_positions
    assert len(none.training_batch(3, 7, seed=1).targets) == 7


def test_a_weight_draws_what_a_repeated_name_drew(tmp_path):
    """So that runs begun when files were named again and again go on as they were."""
    rng = np.random.default_rng(7)
    codes = [random_game(rng, 40) for _ in range(6)]
    write_dataset(tmp_path / "a.h5", codes[:3])
    write_dataset(tmp_path / "b.h5", codes[3:])
    paths = [tmp_path / "a.h5", tmp_path / "b.h5"]
    weighed = Dataset.open(*paths, weights={paths[0]: 2})
    repeated = make_dataset([*codes[:3], *codes])
    for step in range(4):
        one = weighed.training_batch(step, 16, seed=1)
        other = repeated.training_batch(step, 16, seed=1)
        assert (one.planes == other.planes).all()
        assert (one.targets == other.targets).all()


def test_workers_share_a_batch_without_overlap(data):
    whole = data.training_batch(2, 10, seed=1)
    parts = [data.training_batch(2, 10, seed=1, worker=w, workers=3) for w in range(3)]
    for w, part in enumerate(parts):
        assert (part.planes == whole.planes[w::3]).all()
        assert (part.targets == whole.targets[w::3]).all()


def test_threads_do_not_disturb_each_other(data):
    alone = [data.training_batch(step, 32, seed=1) for step in range(12)]
    with ThreadPoolExecutor(4) as pool:
        together = list(
            pool.map(lambda step: data.training_batch(step, 32, seed=1), range(12))
        )
    for a, b in zip(alone, together, strict=True):
        assert (a.planes == b.planes).all() and (a.targets == b.targets).all()


def games_of(data):
    """The turn codes of each game, as bytes."""
    return [data.game(index).tobytes() for index in range(data.n_games)]


def test_the_split_is_by_game_and_stable():
    data = random_dataset(n_games=40, n_moves=5)
    train, held_out = data.split(0.25)
    assert train.n_games + held_out.n_games == 40
    assert 0 < held_out.n_games < 40
    assert not set(games_of(train)) & set(games_of(held_out))
    reversed_data = data.select(np.arange(40) >= 0).split(0.25)[1]
    assert games_of(reversed_data) == games_of(held_out)


def test_shuffled_positions_do_not_repeat(data):
    sample = data.shuffled_positions(100, seed=0)
    assert len(set(sample.tolist())) == 100
    everything = data.shuffled_positions(10**9, seed=0)
    assert sorted(everything) == list(range(data.n_positions))


@pytest.mark.parametrize("bad", [[-1], [10**9], [[0, 1]]])
def test_numbers_out_of_range_are_refused(data, bad):
    with pytest.raises(DatasetError):
        data.samples(np.array(bad))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DatasetError, match=r"no dataset .*none\.h5"):
        from gopolicy.data.dataset import Dataset

        Dataset.open(tmp_path / "none.h5")


def test_random_games_have_captures_or_the_tests_above_prove_little():
    rng = np.random.default_rng(1)
    position = Position()
    for code in random_game(rng, 300).tolist():
        position.play(code & POINT_MASK, -1 if code & WHITE_BIT else 1)
    moves = sum(point != PASS for _, point in position.moves)
    assert np.count_nonzero(position.stones) < moves
