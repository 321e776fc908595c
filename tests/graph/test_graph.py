"""Both ways to build a network give the same answers, from the same numbers."""

import numpy as np
import onnx
import pytest

from gopolicy import networks
from gopolicy.config import ACTIVATIONS, ARCHITECTURES, NetworkConfig
from gopolicy.graph.boards import open_boards
from gopolicy.graph.layers import build_graph, weights_of
from gopolicy.graph.runtime import default_threads, open_graph
from gopolicy.look.layers import board_layers
from gopolicy.networks.backend import keras


def some_planes(n):
    return (np.random.default_rng(0).random((n, 19, 19, 48)) < 0.2).astype(np.uint8)


def wild_network(config):
    """With numbers that hide nothing: no weight is 0 and no variance 1."""
    model = networks.build(config)
    rng = np.random.default_rng(1)
    for weight in model.weights:
        noise = rng.uniform(0.05, 0.1, weight.shape) * rng.choice([-1, 1], weight.shape)
        is_variance = "variance" in weight.path
        weight.assign(weight.numpy() + (abs(noise) if is_variance else noise))
    return model


@pytest.mark.parametrize("rich", [False, True], ids=["plain", "rich"])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_graph_answers_as_kerass_network(name, rich):
    dropout = 0.2 if rich else 0.0
    check(NetworkConfig(architecture=name, filters=9, batch_norm=rich, dropout=dropout))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", ["mlp", "alphago"])
def test_a_graph_has_every_activation(name, activation):
    check(NetworkConfig(architecture=name, filters=4, activation=activation))


def test_a_graph_has_the_branches_folded():
    check(NetworkConfig(filters=4, branches=True, batch_norm=True))


@pytest.mark.parametrize("activation", ["relu", "maxout"])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_layers_of_a_graph_say_what_kerass_say(name, activation):
    config = NetworkConfig(
        architecture=name, filters=4, activation=activation, batch_norm=True
    )
    model, planes = wild_network(config), some_planes(2)
    found = open_boards(build_graph(config, weights_of(model)))(planes)
    if name in ("linear", "mlp"):
        assert found == {}
        return
    layers = {layer.name: layer.output for layer in board_layers(model)}
    expected = keras.Model(model.input, layers)(planes)
    assert set(found) == set(layers)
    for layer, board in found.items():
        assert board == pytest.approx(expected[layer].numpy(), rel=1e-3, abs=1e-3)
    assert sum(np.ptp(board) > 0 for board in found.values()) > len(found) / 2


def check(config):
    model = wild_network(config)
    given, asked = weights_of(model), set()

    def weights(name, shape):
        asked.add(name)
        return given(name, shape)

    graph = build_graph(config, weights)
    onnx.checker.check_model(graph, full_check=True)
    assert asked == {weight.path for weight in model.weights}
    planes = some_planes(3)
    answers = open_graph(graph.SerializeToString())(planes)
    expected = model(planes, training=False).numpy()
    assert np.ptp(expected) > 0.1
    assert answers["logits"] == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_a_network_uses_few_threads_by_itself():
    assert 1 <= default_threads() <= 4
