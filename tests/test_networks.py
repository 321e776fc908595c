"""Conformance of every architecture, and the facts of AlphaGo's."""

import numpy as np
import pytest

from gopolicy import networks
from gopolicy.backend import keras, tf
from gopolicy.config import ACTIVATIONS, NetworkConfig
from gopolicy.coords import parse_vertex
from gopolicy.errors import ConfigError
from gopolicy.networks.growth import grow


def some_planes(n=4, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.random((n, 19, 19, 48)) < 0.2).astype(np.uint8)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", networks.ARCHITECTURES)
def test_planes_in_float32_logits_out(name, precision):
    config = NetworkConfig(architecture=name, filters=8)
    model = networks.build(config, precision=precision)
    logits = model(some_planes(2))
    assert logits.shape == (2, 361)
    assert logits.dtype == tf.float32
    assert np.isfinite(logits.numpy()).all()
    assert {weight.dtype for weight in model.weights} == {"float32"}


@pytest.mark.parametrize("name", networks.ARCHITECTURES)
def test_a_step_lowers_the_loss(name):
    keras.utils.set_random_seed(1)
    model = networks.build(NetworkConfig(architecture=name, filters=8))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-3), loss)
    planes, targets = some_planes(8), np.arange(8)
    before = model.evaluate(planes, targets, verbose=0)
    model.fit(planes, targets, epochs=3, verbose=0)
    assert model.evaluate(planes, targets, verbose=0) < before


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_that_is_allowed_can_be_built(activation):
    model = networks.build(NetworkConfig(filters=2, activation=activation))
    assert np.isfinite(model(some_planes(1)).numpy()).all()


def test_alphago_is_the_papers_network():
    model = networks.build(NetworkConfig(architecture="alphago", filters=192))
    convolutions = [x for x in model.layers if isinstance(x, keras.layers.Conv2D)]
    assert len(convolutions) == 13
    assert [c.kernel_size for c in convolutions] == [(5, 5)] + [(3, 3)] * 11 + [(1, 1)]
    assert [c.filters for c in convolutions] == [192] * 12 + [1]
    assert {c.padding for c in convolutions[:-1]} == {"same"}
    assert {c.activation.__name__ for c in convolutions[:-1]} == {"relu"}
    assert convolutions[-1].activation.__name__ == "linear"  # logits, no softmax
    assert model.input_shape == (None, 19, 19, 48)
    assert model.count_params() == 3_882_793


def test_each_point_has_a_bias_of_its_own():
    model = networks.build(NetworkConfig(filters=4))
    before = model(some_planes(1)).numpy()
    bias = np.arange(361, dtype=np.float32)
    model.get_layer("point_bias").set_weights([bias])
    assert np.allclose(model(some_planes(1)).numpy() - before, bias, atol=1e-4)


def test_logits_are_in_point_order():
    """With kernels that pass each point on, a stone is seen at its own logit alone."""
    model = networks.build(NetworkConfig(filters=2))
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            kernel = np.zeros(layer.kernel.shape, np.float32)
            middle = kernel.shape[0] // 2
            kernel[middle, middle] = np.eye(*kernel.shape[2:])
            layer.kernel.assign(kernel)
    planes = np.zeros((1, 19, 19, 48), np.uint8)
    planes[0, 3, 15] = 1
    logits = model(planes).numpy()[0]
    assert np.flatnonzero(logits).tolist() == [parse_vertex("Q16")]


def test_an_unknown_architecture_names_the_known_ones():
    with pytest.raises(ConfigError, match=r"'resnext'; choose from alphago"):
        networks.build(NetworkConfig(architecture="resnext"))


def test_building_leaves_keras_settings_alone():
    networks.build(NetworkConfig(filters=2), precision="bfloat16")
    assert keras.config.dtype_policy().name == "float32"


def test_growing_keeps_the_function_and_its_copies_differ():
    keras.utils.set_random_seed(3)
    network = NetworkConfig(filters=6)
    model = networks.build(network)
    grown, wider = grow(model, network, 16, rng=np.random.default_rng(0))
    assert wider.filters == 16
    planes = some_planes(3)
    before, after = model(planes).numpy(), grown(planes).numpy()
    assert np.abs(before - after).max() < 1e-4 * np.abs(before).max()
    # Copies of a filter must not have equal outgoing weights, or they stay twins.
    outgoing = grown.get_layer("conv3").kernel.numpy().transpose(2, 0, 1, 3)
    assert len({unit.tobytes() for unit in outgoing}) == 16


def test_a_network_cannot_shrink_by_growing():
    network = NetworkConfig(filters=6)
    model = networks.build(network)
    with pytest.raises(ConfigError, match="can only grow"):
        grow(model, network, 4, rng=np.random.default_rng(0))
