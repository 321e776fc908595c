"""Conformance of every architecture, and the facts of AlphaGo's."""

from typing import Any

import numpy as np
import pytest

from gopolicy import networks
from gopolicy.config import ACTIVATIONS, ARCHITECTURES, NetworkConfig
from gopolicy.errors import ConfigError
from gopolicy.go.coords import parse_vertex
from gopolicy.modelstore import load_model, save_model
from gopolicy.networks.backend import keras, tf
from gopolicy.networks.cost import Cost, measure_cost
from gopolicy.networks.fold import branch, fold, unfold
from gopolicy.networks.growth import grow
from gopolicy.networks.health import dead_shares, revive
from gopolicy.networks.layers import BoardNormalization, Maxout


def some_planes(n=4, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.random((n, 19, 19, 48)) < 0.2).astype(np.uint8)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_planes_in_float32_logits_out(name, precision):
    config = NetworkConfig(architecture=name, filters=8)
    model = networks.build(config, precision=precision)
    logits = model(some_planes(2))
    assert logits.shape == (2, 361)
    assert logits.dtype == tf.float32
    assert np.isfinite(logits.numpy()).all()
    assert {weight.dtype for weight in model.weights} == {"float32"}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_step_lowers_the_loss(name):
    model = networks.build(NetworkConfig(architecture=name, filters=8))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-3), loss)
    planes, targets = some_planes(8), np.arange(8)
    before = model.evaluate(planes, targets, verbose=0)
    model.fit(planes, targets, epochs=3, verbose=0)
    assert model.evaluate(planes, targets, verbose=0) < before


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_network_takes_every_activation(name, activation):
    config = NetworkConfig(architecture=name, filters=4, activation=activation)
    model = networks.build(config)
    logits = model(some_planes(2)).numpy()
    assert logits.shape == (2, 361)
    assert np.isfinite(logits).all()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_network_comes_back_from_disk_as_it_was(name, tmp_path):
    config = NetworkConfig(
        architecture=name,
        filters=4,
        activation="maxout",
        l2=0.01,
        dropout=0.1,
        batch_norm=True,
    )
    model = networks.build(config)
    save_model(tmp_path / "m", model, config, {})
    loaded, info = load_model(tmp_path / "m")
    assert info.network == config
    planes = some_planes(3)
    assert (model(planes).numpy() == loaded(planes).numpy()).all()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_dropout_acts_in_training_only(name):
    model = networks.build(NetworkConfig(architecture=name, filters=4, dropout=0.5))
    rng = np.random.default_rng(0)
    for weight in model.weights:  # the last layer begins at zero and would hide it
        weight.assign(rng.normal(0, 0.1, weight.shape))
    planes = some_planes(2)
    calm, again = (model(planes, training=False).numpy() for _ in range(2))
    wild, other = (model(planes, training=True).numpy() for _ in range(2))
    assert (calm == again).all()
    assert not np.allclose(wild, other)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_l2_is_the_sum_of_the_squared_kernels(name):
    model = networks.build(NetworkConfig(architecture=name, filters=4, l2=0.01))
    kernels = [w for w in model.weights if w.path.endswith("kernel")]
    expected = 0.01 * sum(float((w.numpy() ** 2).sum()) for w in kernels)
    assert sum(float(loss) for loss in model.losses) == pytest.approx(expected, 1e-4)
    assert len(model.losses) == len(kernels)


@pytest.mark.parametrize("name", sorted(set(ARCHITECTURES) - {"linear"}))
def test_batch_norm_stands_before_every_activation(name):
    config = NetworkConfig(architecture=name, filters=4, batch_norm=True)
    model = networks.build(config)
    activations = [x for x in model.layers if isinstance(x, keras.layers.Activation)]
    assert activations
    for layer in activations:
        before = layer.input._keras_history.operation
        assert isinstance(before, keras.layers.BatchNormalization), layer.name


@pytest.mark.parametrize("name", ["linear", "mlp"])
def test_batch_norm_standardises_the_planes_of_a_dense_layer(name):
    model = networks.build(NetworkConfig(architecture=name, filters=4, batch_norm=True))
    standard = keras.Model(model.input, model.get_layer("standard").output)
    values = standard(some_planes(8), training=True).numpy()
    assert np.abs(values.mean(axis=(0, 1, 2))).max() < 1e-3
    assert np.abs(values.std(axis=(0, 1, 2)) - 1).max() < 0.01


def test_normalisation_in_one_operation_is_that_of_keras():
    """Its outputs, gradients and moving averages, but for the variance's n - 1."""
    rng = np.random.default_rng(0)
    x = tf.constant(rng.normal(3, 2, (8, 19, 19, 5)).astype(np.float32))
    weights = tf.constant(rng.normal(size=x.shape).astype(np.float32))
    found: list[list[Any]] = []
    for kind in (BoardNormalization, keras.layers.BatchNormalization):
        layer = kind(momentum=0.9)
        layer.build(x.shape)
        layer.gamma.assign(rng.uniform(0.5, 2, 5) if not found else found[0][0])
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
            loss = tf.reduce_sum(weights * y)
        gradients = tape.gradient(loss, [x, *layer.trainable_variables])
        calm = layer(x, training=False)
        found.append([layer.gamma.numpy(), y, calm, *gradients, *layer.weights])
    for ours, theirs in zip(*found, strict=True):
        assert np.allclose(ours, theirs, rtol=1e-3, atol=1e-3)


def test_a_maxout_unit_takes_the_larger_of_two_pieces():
    x = np.array([[1.0, -2.0, 3.0, 0.0, 5.0, -6.0]])
    assert Maxout()(x).numpy().tolist() == [[1.0, 5.0, 3.0]]


def test_a_residual_block_begins_as_the_identity():
    model = networks.build(NetworkConfig(architecture="resnet", filters=4))
    ends = [model.get_layer(name).output for name in ("conv1_relu", "block6_sum")]
    first, last = keras.Model(model.input, ends)(some_planes(1))
    assert (first.numpy() == last.numpy()).all()


def test_only_alexnet_loses_the_place():
    """Pooling with strides makes the board smaller; no other network does so."""
    for name in ARCHITECTURES:
        model = networks.build(NetworkConfig(architecture=name, filters=4))
        sizes = {x.output.shape[1] for x in model.layers if len(x.output.shape) == 4}
        assert sizes == ({19, 10, 5} if name == "alexnet" else {19})


def test_alphago_is_the_papers_network():
    model = networks.build(NetworkConfig(architecture="alphago", filters=192))
    convolutions = [x for x in model.layers if isinstance(x, keras.layers.Conv2D)]
    assert len(convolutions) == 13
    assert [c.kernel_size for c in convolutions] == [(5, 5)] + [(3, 3)] * 11 + [(1, 1)]
    assert [c.filters for c in convolutions] == [192] * 12 + [1]
    assert {c.padding for c in convolutions[:-1]} == {"same"}
    rectifiers = [x for x in model.layers if isinstance(x, keras.layers.Activation)]
    assert [x.activation.__name__ for x in rectifiers] == ["relu"] * 12
    assert not any(isinstance(x, keras.layers.Dropout) for x in model.layers)
    assert model.losses == []
    assert convolutions[-1].activation.__name__ == "linear"  # logits, no softmax
    assert model.input_shape == (None, 19, 19, 48)
    assert model.count_params() == 3_882_793


def test_alphagos_cost_counted_by_hand():
    """Multiply-adds of each kernel at each of 361 points, two operations each."""
    cost = measure_cost(networks.build(NetworkConfig(filters=192)))
    kernels = 5 * 5 * 48 * 192 + 11 * 3 * 3 * 192 * 192 + 192
    assert cost == Cost(parameters=3_882_793, flops=2 * 361 * kernels)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_cost_is_what_tensorflow_counts(name):
    """Its profiler counts every operation; we leave out what is small."""
    model = networks.build(NetworkConfig(architecture=name, filters=32))
    cost = measure_cost(model)
    assert cost.parameters == model.count_params()
    graph = tf.function(model).get_concrete_function(
        tf.TensorSpec((1, 19, 19, 48), tf.uint8)
    )
    options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    options["output"] = "none"
    counted = tf.compat.v1.profiler.profile(
        graph.graph, cmd="op", options=options
    ).total_float_ops
    assert cost.flops == pytest.approx(counted, rel=0.04)


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


def test_every_architecture_has_its_builder():
    assert tuple(networks.BUILDERS) == ARCHITECTURES


def test_an_unknown_architecture_names_the_known_ones():
    with pytest.raises(ConfigError, match=r"'resnext'; allowed: linear"):
        NetworkConfig(architecture="resnext")  # type: ignore[arg-type]


def test_building_leaves_keras_settings_alone():
    networks.build(NetworkConfig(filters=2), precision="bfloat16")
    assert keras.config.dtype_policy().name == "float32"


def test_growing_keeps_the_function_and_its_copies_differ():
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


def test_a_normalised_network_grows_too():
    network = NetworkConfig(filters=4, batch_norm=True)
    model = networks.build(network)
    rng = np.random.default_rng(0)
    for weight in model.weights:
        if "_norm/" in weight.path:
            weight.assign(rng.uniform(0.5, 2, weight.shape))
    grown, _ = grow(model, network, 6, rng=rng)
    planes = some_planes(3)
    before, after = model(planes).numpy(), grown(planes).numpy()
    assert np.abs(before - after).max() < 1e-4 * np.abs(before).max()


@pytest.mark.parametrize("name", ["alexnet", "inception", "resnet", "alphago"])
@pytest.mark.parametrize("activation", ["relu", "maxout"])
def test_folding_normalisation_away_keeps_the_function(name, activation):
    network = NetworkConfig(
        architecture=name, filters=4, activation=activation, batch_norm=True
    )
    model = networks.build(network)
    rng = np.random.default_rng(0)
    for weight in model.weights:  # the last layer begins at zero and would hide all
        if "_norm/" in weight.path:
            weight.assign(rng.uniform(0.5, 2, weight.shape))
        else:
            weight.assign(rng.normal(0, 0.1, weight.shape))
    folded, plain = fold(model, network)
    assert not plain.batch_norm
    assert not any("norm" in weight.path for weight in folded.weights)
    planes = some_planes(3)
    before, after = model(planes).numpy(), folded(planes).numpy()
    assert np.abs(before - after).max() < 1e-4 * np.abs(before).max()


@pytest.mark.parametrize("batch_norm", [True, False])
def test_branches_are_one_kernel_in_sum(batch_norm):
    network = NetworkConfig(filters=4, batch_norm=batch_norm, branches=True)
    model = networks.build(network)
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(rng.uniform(0.1, 0.2, weight.shape))
    assert model.get_layer("conv2").own.shape == (4,)
    folded, plain = fold(model, network)
    assert plain == NetworkConfig(filters=4)
    planes = some_planes(3)
    expected = model(planes).numpy()
    found = folded(planes).numpy()
    assert np.abs(found - expected).max() < 1e-4 * np.abs(expected).max()
    branched, again = branch(folded, plain)
    assert again.branches
    assert (branched(planes).numpy() == found).all()


@pytest.mark.parametrize("name", ["linear", "mlp"])
def test_normalised_planes_cannot_be_folded(name):
    network = NetworkConfig(architecture=name, filters=4, batch_norm=True)
    with pytest.raises(ConfigError, match=r"'standard' .* cannot be folded"):
        fold(networks.build(network), network)


def a_chain_with_dead_filters():
    """A network of 8 filters with random biases, of which some are never on."""
    model = networks.build(NetworkConfig(filters=8))
    rng = np.random.default_rng(0)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.use_bias:
            layer.bias.assign(rng.uniform(0.1, 0.3, 8))
    for name in ("conv7", "conv8", "conv12"):
        layer = model.get_layer(name)
        layer.bias.assign([-1e6, -1e6, *layer.bias.numpy()[2:]])
    return model


def test_dead_filters_begin_anew_without_changing_the_answers():
    model, planes = a_chain_with_dead_filters(), some_planes(8)
    before = model(planes).numpy()
    assert revive(model, NetworkConfig(filters=8), planes, seed=1) == 6
    assert set(dead_shares(model, planes).values()) == {0.0}
    assert np.allclose(model(planes).numpy(), before, atol=1e-4)
    # They are not read yet, but the layer that reads them learns at once.
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(planes) ** 2)
    gradient = tape.gradient(loss, model.get_layer("conv13").kernel).numpy()
    assert (np.abs(gradient[0, 0, :2, 0]) > 0).all()


def test_a_chain_is_given_normalisation_without_changing_the_answers():
    model, planes = a_chain_with_dead_filters(), some_planes(8)
    revive(model, NetworkConfig(filters=8), planes, seed=1)
    unfolded, normalised = unfold(model, NetworkConfig(filters=8), planes)
    assert normalised.batch_norm
    expected = model(planes).numpy()
    for training in (False, True):  # the statistics are those of these planes
        found = unfolded(planes, training=training).numpy()
        assert np.abs(found - expected).max() < 1e-3 * np.abs(expected).max()
    for layer in unfolded.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            assert np.allclose(layer.gamma, 1, atol=1e-2)
    again, _ = fold(unfolded, normalised)
    assert np.allclose(again(planes).numpy(), expected, atol=1e-3)


def test_only_a_rectified_chain_can_be_given_normalisation():
    for network in (
        NetworkConfig(architecture="resnet", filters=4),
        NetworkConfig(filters=4, activation="tanh"),
    ):
        with pytest.raises(ConfigError, match="cannot be given batch normalisation"):
            unfold(networks.build(network), network, some_planes(2))


def test_filters_are_not_dead_while_their_normalisation_is_young():
    """Moving means that lag behind let nothing through; a step of training does."""
    network = NetworkConfig(filters=8, batch_norm=True)
    model = networks.build(network)
    model.get_layer("conv4_norm").moving_mean.assign([1e6] * 8)
    model.get_layer("conv5_norm").beta.assign([-1e6] * 2 + [0] * 6)
    before = model.get_weights()
    shares = dead_shares(model, some_planes(8))
    assert shares.pop("conv5_relu") == 0.25
    assert set(shares.values()) == {0}
    for x, y in zip(before, model.get_weights(), strict=True):
        assert (x == y).all()


def test_dead_filters_are_counted_layer_by_layer():
    model = networks.build(NetworkConfig(filters=8))
    planes = some_planes(3)
    alive = dead_shares(model, planes)
    assert list(alive) == [f"conv{i}_relu" for i in range(1, 13)]
    assert set(alive.values()) == {0.0}
    bias = model.get_layer("conv7").bias
    bias.assign([-1e6, 0, 0, -1e6, 0, 0, 0, 0])
    assert dead_shares(model, planes) == {**alive, "conv7_relu": 0.25}


def test_networks_without_boards_have_no_dead_filters():
    for name in ("linear", "mlp"):
        model = networks.build(NetworkConfig(architecture=name, filters=4))
        assert dead_shares(model, some_planes(2)) == {}


def test_maxout_mixes_channels_and_cannot_grow():
    network = NetworkConfig(filters=4, activation="maxout")
    with pytest.raises(ConfigError, match="cannot grow"):
        grow(networks.build(network), network, 6, rng=np.random.default_rng(0))


def test_a_network_cannot_shrink_by_growing():
    network = NetworkConfig(filters=6)
    model = networks.build(network)
    with pytest.raises(ConfigError, match="can only grow"):
        grow(model, network, 4, rng=np.random.default_rng(0))
