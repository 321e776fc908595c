"""Exports answer as the original does, are whole or not there, and load elsewhere."""

import dataclasses
import json
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from click.testing import CliRunner
from full_disk import fill_disk
from games import real_games
from small_datasets import make_dataset, random_dataset

from gopolicy import networks
from gopolicy.cli import main
from gopolicy.config import FORMAT_DTYPES, FORMATS, NetworkConfig
from gopolicy.errors import ConfigError, DatasetError, ModelError
from gopolicy.export import (
    check_target,
    dataset_check_set,
    export_model,
    self_play_check_set,
)
from gopolicy.go.coords import PASS
from gopolicy.go.features import legal_moves
from gopolicy.modelstore import ModelInfo, load_model
from gopolicy.networks.backend import keras, logits_of, quiet_stderr, tf
from gopolicy.networks.equalize import equalize, widest
from gopolicy.policy import NetworkPolicy
from gopolicy.predict import log_softmax

KINDS = [(form, dtype) for form, dtypes in FORMAT_DTYPES.items() for dtype in dtypes]


@pytest.fixture(scope="module")
def default():
    return load_model()


@pytest.fixture(scope="module")
def check_set():
    """A thousand positions of real games, and 200 to calibrate on."""
    data = make_dataset([game.end()[0].codes for game in real_games(12)])
    return dataset_check_set(data)


def tiny_network(seed=1, **settings):
    """A network of chance, and an info that a folder of no size belongs to."""
    keras.utils.set_random_seed(seed)
    network = NetworkConfig(filters=4, **settings)
    info = ModelInfo(name="tiny", path=Path("nowhere"), network=network, card={})
    return networks.build(network), info


def load_elsewhere(path, form):
    """What a program without gopolicy does: planes to a dict of arrays."""
    if form == "saved_model":
        signature = tf.saved_model.load(str(path)).signatures["serving_default"]
        return lambda planes: {
            name: value.numpy()
            for name, value in signature(planes=tf.constant(planes)).items()
        }
    if form == "onnx":
        session = onnxruntime.InferenceSession(path)
        names = [output.name for output in session.get_outputs()]
        return lambda planes: dict(
            zip(names, session.run(None, {"planes": planes}), strict=True)
        )
    with quiet_stderr(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\s*Warning: tf.lite.Interpreter is")
        interpreter = tf.lite.Interpreter(str(path))
        interpreter.allocate_tensors()
    runner = interpreter.get_signature_runner("serving_default")
    return lambda planes: runner(planes=planes)


@pytest.mark.slow
@pytest.mark.parametrize(("form", "dtype"), KINDS)
def test_an_export_answers_as_the_original(form, dtype, default, check_set, tmp_path):
    model, info = default
    out = tmp_path / "export"
    result = export_model(model, info, out, check_set, form=form, dtype=dtype)
    assert [path.name for path in tmp_path.iterdir()] == ["export"]
    assert result.positions == 1000
    assert result.original.top1 > 0.3  # these are real games and the shipped network
    if dtype == "int8":
        assert result.same_best > 900
        assert result.export.size < 0.7 * result.original.size
        low, high = result.lost_interval
        assert low < result.lost < high
        assert result.lost == result.original.top1 - result.export.top1
    else:
        assert result.same_best == 1000
        assert result.export.top1_interval == result.original.top1_interval
        assert (result.lost, *result.lost_interval) == (0, 0, 0)
        assert result.max_probability_difference < 1e-3

    planes = check_set.planes[:5]
    answer = load_elsewhere(out, form)(planes)
    assert {name: (x.shape, x.dtype) for name, x in answer.items()} == {
        "logits": ((5, 361), np.float32),
        "probabilities": ((5, 361), np.float32),
    }
    legal = legal_moves(planes)
    assert (answer["probabilities"][~legal] == 0).all()
    assert answer["probabilities"].sum(axis=1) == pytest.approx(1, abs=1e-5)
    if dtype != "int8":
        expected = np.exp(log_softmax(logits_of(model)(planes), legal))
        assert answer["probabilities"] == pytest.approx(expected, abs=1e-3)


def test_without_a_legal_move_all_probabilities_are_zero(tmp_path):
    model, info = tiny_network()
    data = dataset_check_set(random_dataset(n_games=4))
    export_model(model, info, tmp_path / "s", data, form="saved_model")
    answer = load_elsewhere(tmp_path / "s", "saved_model")
    assert (answer(np.zeros((1, 19, 19, 48), np.uint8))["probabilities"] == 0).all()


@pytest.mark.parametrize("architecture", ["linear", "resnet"])
def test_other_networks_can_be_exported(architecture, tmp_path):
    model, info = tiny_network(architecture=architecture, batch_norm=True)
    data = dataset_check_set(random_dataset(n_games=4))
    result = export_model(model, info, tmp_path / "t", data, form="tflite")
    assert result.same_best == result.positions


ALONE = """
import sys
import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1])
(planes,) = session.get_inputs()
logits, probabilities = session.get_outputs()
assert (planes.name, planes.type, planes.shape) == (
    "planes", "tensor(uint8)", ["batch", 19, 19, 48]
)
assert (logits.name, probabilities.name) == ("logits", "probabilities")
answers = session.run(None, {"planes": np.load(sys.argv[2])})
np.save(sys.argv[3], np.stack(answers))
assert not {"tensorflow", "keras", "gopolicy"} & set(sys.modules)
"""


def test_an_onnx_file_needs_nothing_but_a_runtime(tmp_path):
    model, info = tiny_network(initializer="he")
    data = dataset_check_set(random_dataset(n_games=4))
    result = export_model(model, info, tmp_path / "m.onnx", data, form="onnx")
    assert result.same_best == result.positions
    names = [str(tmp_path / name) for name in ("m.onnx", "planes.npy", "answers.npy")]
    np.save(names[1], data.planes[:7])
    subprocess.run([sys.executable, "-c", ALONE, *names], check=True, timeout=60)
    logits, probabilities = np.load(names[2])
    assert logits == pytest.approx(model(data.planes[:7]).numpy(), abs=1e-4)
    expected = np.exp(log_softmax(logits, legal_moves(data.planes[:7])))
    assert probabilities == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("dtype", "share"), [("float16", 0.65), ("int8", 0.5)])
def test_an_onnx_file_stores_what_it_was_told_to(dtype, share, tmp_path):
    model, info = tiny_network()
    data = dataset_check_set(random_dataset(n_games=4))
    for name in ("float32", dtype):
        out = tmp_path / name
        export_model(model, info, out, data, form="onnx", dtype=name)
    size, whole = ((tmp_path / name).stat().st_size for name in (dtype, "float32"))
    assert size < share * whole


def test_an_export_that_answers_otherwise_is_refused(tmp_path):
    """int8 cannot tell the points apart that this network finds nearly equal."""
    model, info = tiny_network(initializer="he")
    model.layers[-1].set_weights([np.linspace(0, 1e-3, 361, dtype=np.float32)])
    data = dataset_check_set(random_dataset(n_games=4))
    logits = logits_of(model)(data.planes)
    best = log_softmax(logits, legal_moves(data.planes)).argmax(axis=1)
    data = dataclasses.replace(data, targets=best)
    message = r"as int8, the network loses .* points .* more than 1, so nothing was"
    with pytest.raises(ModelError, match=message):
        export_model(model, info, tmp_path / "t", data, form="tflite", dtype="int8")
    assert list(tmp_path.iterdir()) == []


def test_an_older_export_is_replaced_only_when_told(tmp_path):
    model, info = tiny_network()
    data = dataset_check_set(random_dataset(n_games=4))
    out = tmp_path / "serving" / "1"  # the folders above are made
    export_model(model, info, out, data, form="saved_model")
    (out / "stale").write_text("x")
    with pytest.raises(ModelError, match="exists; name another place, or give --force"):
        export_model(model, info, out, data, form="saved_model")
    export_model(model, info, out, data, form="saved_model", overwrite=True)
    assert not (out / "stale").exists()
    assert [path.name for path in out.parent.iterdir()] == ["1"]


def test_force_replaces_nothing_but_an_export(tmp_path):
    (tmp_path / "photos").mkdir()
    for form in FORMATS:
        with pytest.raises(ModelError, match=f"is no {form}"):
            check_target(tmp_path / "photos", form=form, overwrite=True)


def test_what_a_format_cannot_store_is_told(tmp_path):
    with pytest.raises(ConfigError, match="allowed for saved_model: float32"):
        check_target(tmp_path / "x", form="saved_model", dtype="int8")


def test_an_export_that_a_killed_one_moved_aside_is_there(tmp_path):
    old = tmp_path / "x.gopolicy-01234567.tmp" / "old"
    old.mkdir(parents=True)
    (old / "saved_model.pb").write_bytes(b"x")
    (old.parent / "new").mkdir()
    (old.parent / "lock").write_bytes(b"")
    with pytest.raises(ModelError, match="exists"):
        check_target(tmp_path / "x", form="saved_model")
    check_target(tmp_path / "x", form="saved_model", overwrite=True)


def test_too_few_positions_are_told():
    with pytest.raises(DatasetError, match="too few to check an export on"):
        dataset_check_set(random_dataset(n_games=1, n_moves=50))


def test_a_small_dataset_is_shared_between_check_and_calibration():
    data = dataset_check_set(random_dataset(n_games=4, n_moves=60))
    n = len(data.targets)
    assert len(data.planes) == len(data.games) == n
    assert set(data.games) == {0, 1, 2, 3}
    assert n == pytest.approx(5 * len(data.calibration), abs=5)


def test_self_play_gives_a_thousand_positions_and_the_moves_drawn():
    model, info = tiny_network()
    policy = NetworkPolicy(logits_of(model), info)
    data, again = self_play_check_set(policy), self_play_check_set(policy)
    assert data.planes.shape == (1000, 19, 19, 48)
    assert data.calibration.shape == (200, 19, 19, 48)
    assert (data.targets != PASS).all()
    assert legal_moves(data.planes)[np.arange(1000), data.targets].all()
    assert (data.targets == again.targets).all()
    # Move 1 of the five games, and move 200: a board with stones on it.
    assert data.planes[::200, :, :, :2].sum() == 0
    assert data.planes[199::200, :, :, :2].sum() > 5 * 100


def test_equalizing_tames_the_numbers_and_changes_no_answer(default, check_set):
    model, info = default
    planes = check_set.planes[:40]
    equalized = equalize(model, info.network, planes)
    assert widest(equalized, planes) < widest(model, planes)
    assert widest(equalized, planes) < np.finfo(np.float16).max / 10
    before, after = model(planes).numpy(), equalized(planes).numpy()
    assert after == pytest.approx(before, abs=1e-3)


@pytest.mark.parametrize(
    "settings", [{"activation": "tanh"}, {"architecture": "mlp"}, {"batch_norm": True}]
)
def test_what_cannot_be_equalized_stays_as_it_is(settings):
    model, info = tiny_network(**settings)
    planes = np.zeros((1, 19, 19, 48), np.uint8)
    assert equalize(model, info.network, planes) is model


def call(*arguments, code=0):
    result = CliRunner().invoke(main, ["export", *arguments])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def tiny_folder(tmp_path):
    from gopolicy.modelstore import save_model

    model, info = tiny_network()
    save_model(tmp_path / "tiny", model, info.network, {})
    return str(tmp_path / "tiny")


@pytest.mark.slow
def test_the_command_needs_no_data_and_prints_a_table(tiny_folder, tmp_path):
    options = (tiny_folder, "--format", "tflite", "--out", str(tmp_path / "t.tflite"))
    lines = call(*options).stdout.splitlines()
    assert lines[0] == (
        "model tiny on 1,000 positions of 5 games of the network against itself; "
        "in brackets: 95 % intervals"
    )
    assert lines[3].startswith("original ")
    assert lines[4].startswith("tflite float32 ")
    assert lines[6].startswith("lost: 0.00 [0.00, 0.00] % of top-1; same best move at")
    assert "give --force" in call(*options, code=1).stderr
    answer = json.loads(call(*options, "--force", "--json").stdout)
    assert set(answer) == {
        "model",
        "path",
        "format",
        "dtype",
        "source",
        "positions",
        "same_best",
        "lost",
        "lost_interval",
        "max_logit_difference",
        "max_probability_difference",
        "original",
        "export",
    }
    assert set(answer["export"]) == {"top1", "top1_interval", "size", "latency_ms"}
    assert answer["export"]["size"] == (tmp_path / "t.tflite").stat().st_size
    assert answer["export"]["latency_ms"] > 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_line_and_leaves_nothing(tiny_folder, tmp_path, monkeypatch):
    fill_disk(monkeypatch)
    out = str(tmp_path / "t.tflite")
    result = call(tiny_folder, "--format", "tflite", "--out", out, code=1)
    assert f"Error: {out!r}: No space left" in result.stderr.splitlines()[-1]
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]
