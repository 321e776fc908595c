"""What a run on a graphics card shares with ``gopolicy train``, without PyTorch.

The step itself is compared by ``tools/card/compare_gradients.py``.
"""

import dataclasses
import itertools
import lzma

import card_loader
import card_options
import card_weights
import make_start
import numpy as np
import pack_games
import pytest
from small_datasets import random_dataset, random_game, write_dataset

from gopolicy import modelstore, networks
from gopolicy.config import LAPTOP, NetworkConfig, TrainConfig
from gopolicy.data.dataset import Dataset
from gopolicy.errors import ConfigError, ModelError
from gopolicy.networks.fold import fold
from gopolicy.policy import load_policy
from gopolicy.train.folder import CARD_CHECKPOINT, hash_games
from gopolicy.train.pipeline import batches
from gopolicy.train.run import train
from gopolicy.train.schedule import Budget

NETWORK = NetworkConfig(filters=4, batch_norm=True)


@pytest.fixture(scope="module")
def weights():
    """Weights of a small normalised network, none of them at 0."""
    rng = np.random.default_rng(2)
    return {
        name: rng.uniform(0.1, 1.0, shape).astype(np.float32)
        for name, shape in card_weights.shapes(NETWORK.filters).items()
    }


@pytest.mark.parametrize("side", [0.0, 0.15])
@pytest.mark.parametrize("first", [0, 2])
def test_batches_are_those_of_the_trainers_pipeline_to_the_bit(side, first):
    data = random_dataset()
    config = TrainConfig(batch_size=4, later_moves=side, seed=5)
    made = card_loader.pieces(data, config, first, workers=2, finish=lambda x: x)
    steps = iter(batches(data, config, first * card_loader.STEPS))
    for piece in itertools.islice(made, 2):
        for ours in zip(*piece, strict=True):
            theirs = next(steps)
            assert len(ours) == len(theirs) == (4 if side else 2)
            for one, other in zip(ours, theirs, strict=True):
                np.testing.assert_array_equal(one, other.numpy())
                assert one.dtype == other.numpy().dtype
    made.close()


def test_weights_have_the_names_shapes_and_order_of_keras():
    expected = {x.path: tuple(x.shape) for x in networks.build(NETWORK).weights}
    assert list(card_weights.shapes(4).items()) == list(expected.items())


def test_weights_fold_as_those_of_a_keras_model(weights):
    model = networks.build(NETWORK)
    model.set_weights(list(weights.values()))
    expected, plain = fold(model, NETWORK)
    found, network = card_weights.fold(weights, NETWORK)
    assert network == plain
    assert list(found) == [x.path for x in expected.weights]
    for name, values in modelstore.weights_of(expected).items():
        np.testing.assert_allclose(found[name], values, rtol=1e-6)


def test_weights_come_back_from_pytorchs_names_as_the_same_network(weights):
    side = {"side_tasks/kernel": np.ones((1, 1, 4, 5), np.float32)}
    state = card_weights.to_torch(weights | side)
    assert state["conv1.weight"].shape == (4, 48, 5, 5)
    assert state["conv13.weight"].shape == (1, 4, 1, 1)
    assert state["side_tasks.weight"].shape == (5, 4, 1, 1)
    assert "conv1.bias" not in state
    again = card_weights.from_torch(state)
    assert list(again) == list(weights)
    assert not again["conv3/bias"].any()
    before, _ = card_weights.fold(weights, NETWORK)
    after, _ = card_weights.fold(again, NETWORK)
    for name, values in before.items():
        np.testing.assert_allclose(after[name], values, rtol=1e-5, atol=1e-5)


def test_a_model_without_normalisation_is_no_start(tmp_path, weights):
    folded, plain = card_weights.fold(weights, NETWORK)
    modelstore.save_weights(tmp_path / "plain", folded, plain, {})
    with pytest.raises(ModelError, match=r"make_start\.py"):
        card_weights.load_weights(tmp_path / "plain")


def test_a_start_is_a_model_grown_and_normalised_with_the_same_answers(
    tmp_path, weights
):
    folded, plain = card_weights.fold(weights, NETWORK)
    # Small enough that float32 tells the answers apart.
    folded = {name: values * np.float32(0.25) for name, values in folded.items()}
    modelstore.save_weights(tmp_path / "small", folded, plain, {})
    rng = np.random.default_rng(0)
    write_dataset(tmp_path / "games.h5", [random_game(rng) for _ in range(4)])
    make_start.make_start(
        str(tmp_path / "start"),
        filters=6,
        seed=1,
        start=str(tmp_path / "small"),
        games=str(tmp_path / "games.h5"),
    )
    loaded, network = card_weights.load_weights(tmp_path / "start")
    assert network == dataclasses.replace(NETWORK, filters=6)
    modelstore.save_weights(tmp_path / "back", *card_weights.fold(loaded, network), {})
    batch = random_dataset().samples(np.arange(8))
    legal = np.ones((8, 361), np.bool_)
    small, back = (
        load_policy(tmp_path / name).log_probabilities(batch.planes, legal)
        for name in ("small", "back")
    )
    assert np.ptp(small) > 1e-3
    np.testing.assert_allclose(back, small, rtol=1e-3, atol=1e-3)


def test_packed_games_are_a_dataset_of_the_same_samples(tmp_path):
    rng = np.random.default_rng(1)
    write_dataset(tmp_path / "games.h5", [random_game(rng) for _ in range(4)])
    pack_games.pack(tmp_path / "games.h5", tmp_path / "packed.h5.xz")
    packed = lzma.decompress((tmp_path / "packed.h5.xz").read_bytes())
    (tmp_path / "packed.h5").write_bytes(packed)
    before, after = (Dataset.open(tmp_path / f"{x}.h5") for x in ("games", "packed"))
    assert hash_games(before) == hash_games(after)
    order = before.training_order(0, 64, seed=1)
    batch, sequels = before.samples_with_sequels(*order)
    same, likewise = after.samples_with_sequels(*order)
    np.testing.assert_array_equal(batch.planes, same.planes)
    np.testing.assert_array_equal(batch.targets, same.targets)
    np.testing.assert_array_equal(sequels.later, likewise.later)
    np.testing.assert_array_equal(sequels.owners, likewise.owners)


def test_settings_are_those_of_the_laptop_recipe_but_for_what_is_given():
    words = ["start", "a.h5=8", "b.h5", "--valid", "c.h5", "--out", "run"]
    words += ["--minutes", "6", "--batch-size", "256", "--learning-rate", "2e-3"]
    options = card_options.parse_options(words)
    config = card_options.choose_config(options, NETWORK)
    assert config == dataclasses.replace(LAPTOP, batch_size=256, learning_rate=2e-3)
    files = dict(map(card_options.parse_weight, options.files))
    assert files == {"a.h5": 8, "b.h5": 1}


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig(optimizer="muon"),
        TrainConfig(batch_size=4, accumulate=2),
        TrainConfig(precision="float16"),
    ],
)
def test_settings_that_a_card_does_not_know_are_refused(config):
    with pytest.raises(ConfigError, match="allowed on a card"):
        card_options.check(config)


def test_gopolicy_train_does_not_go_on_with_a_cards_run(tmp_path):
    state = tmp_path / CARD_CHECKPOINT
    state.parent.mkdir()
    state.touch()
    with pytest.raises(ConfigError, match=r"train_card\.py"):
        train(
            random_dataset(),
            random_dataset(seed=1),
            tmp_path,
            network=NETWORK,
            config=TrainConfig(batch_size=4, precision="float32"),
            budget=Budget(steps=1),
            resume=True,
        )
