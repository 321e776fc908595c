"""Models on disk: round trip, search, and every way to be damaged."""

import errno
import json
import shutil

import h5py
import numpy as np
import pytest
from kill_at_each_step import kill_at_each_step

from gopolicy import modelstore, networks
from gopolicy.config import NetworkConfig
from gopolicy.errors import ModelError

NETWORK = NetworkConfig(filters=4)


@pytest.fixture
def folder(tmp_path):
    model = networks.build(NETWORK)
    modelstore.save_model(tmp_path / "m", model, NETWORK, {"note": "a test"})
    return tmp_path / "m"


def test_saving_and_loading_gives_the_same_network(tmp_path):
    model = networks.build(NETWORK)
    modelstore.save_model(tmp_path / "m", model, NETWORK, {"note": "a test"})
    again, info = modelstore.load_model(tmp_path / "m")
    assert info.network == NETWORK
    assert info.card == {"note": "a test"}
    assert info.name == "m"
    for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
        assert (a == b).all()
    assert [p.name for p in tmp_path.iterdir()] == ["m"]


def test_float16_weights_are_half_the_size_and_nearly_the_same(tmp_path):
    model = networks.build(NETWORK)
    modelstore.save_model(tmp_path / "a", model, NETWORK, {})
    modelstore.save_model(tmp_path / "b", model, NETWORK, {}, dtype="float16")
    again, _ = modelstore.load_model(tmp_path / "b")
    for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
        assert np.abs(a - b).max() <= 2**-11 * np.abs(a).max()


def test_saving_again_replaces_the_whole_folder(folder):
    (folder / "stale").write_text("x")
    modelstore.save_model(folder, networks.build(NETWORK), NETWORK, {})
    assert sorted(p.name for p in folder.iterdir()) == ["config.json", "weights.h5"]


def test_a_model_is_there_wherever_its_writer_was_killed(tmp_path, monkeypatch):
    model = networks.build(NETWORK)
    modelstore.save_model(tmp_path / "models" / "a", model, NETWORK, {"saved": 1})
    modelstore.save_model(tmp_path / "source", model, NETWORK, {"saved": 2})
    arguments = (tmp_path / "models", tmp_path / "out", "folder", tmp_path / "source")
    found = []
    for place in kill_at_each_step(*arguments):
        listed = shutil.copytree(place, tmp_path / "listed" / place.name)
        monkeypatch.setenv("GOPOLICY_MODELS", str(listed))
        assert modelstore.list_models()["a"].path == listed / "a"
        info = modelstore.read_info(modelstore.find_model(place / "a"))
        found.append(info.card["saved"])
    assert found == sorted(found)
    assert set(found) == {1, 2}


def test_models_are_found_by_path_variable_and_name(folder, monkeypatch):
    assert modelstore.find_model(folder) == folder
    monkeypatch.setenv("GOPOLICY_MODELS", str(folder.parent))
    assert modelstore.find_model("m") == folder
    assert modelstore.list_models()["m"].path == folder


def test_a_missing_model_names_the_places_looked_in(tmp_path, monkeypatch):
    monkeypatch.setenv("GOPOLICY_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match=r"no model 'fast'; looked") as caught:
        modelstore.find_model("fast")
    assert str(tmp_path) in str(caught.value)
    assert "_models" in str(caught.value)


def change_config(folder, change):
    path = folder / "config.json"
    config = json.loads(path.read_text())
    change(config)
    path.write_text(json.dumps(config))


@pytest.fixture(params=[modelstore.load_model, modelstore.load_graph])
def load(request):
    """With TensorFlow and without, the same is refused."""
    return request.param


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.update(format="other"), "no gopolicy model"),
        (lambda c: c.update(version=99), "version 99"),
        (lambda c: c.pop("network"), "damaged"),
        (lambda c: c["network"].update(filters=-1), "filters"),
        (lambda c: c["network"].update(evil="os.system"), "unknown setting"),
        (lambda c: c["network"].update(architecture="none"), "architecture.*none"),
        (lambda c: c["network"].update(filters=5), "shape"),
        (lambda c: c.update(task="values"), "knows moves, owners; update"),
        (lambda c: c["planes"].update(spec="alphago-49"), "expects 48 planes"),
        (lambda c: c["planes"]["names"].pop(), "expects 47 planes"),
    ],
)
def test_a_config_that_does_not_fit_is_refused(folder, load, change, message):
    change_config(folder, change)
    with pytest.raises(ModelError, match=message):
        load(folder)


def test_a_model_knows_its_task_and_an_older_one_tells_moves(tmp_path, folder):
    model = networks.build(NETWORK)
    modelstore.save_model(tmp_path / "o", model, NETWORK, {}, task="owners")
    assert modelstore.read_info(tmp_path / "o").task == "owners"
    config = json.loads((tmp_path / "o" / "config.json").read_text())
    assert config["version"] == 2, "an older program would play by it"
    assert json.loads((folder / "config.json").read_text())["version"] == 1
    change_config(folder, lambda c: c.pop("task"))
    assert modelstore.read_info(folder).task == "moves"


def test_a_network_for_another_task_is_not_taken_for_one_of_moves(tmp_path, load):
    model = networks.build(NETWORK)
    modelstore.save_model(tmp_path / "o", model, NETWORK, {}, task="owners")
    with pytest.raises(ModelError, match="'o' tells owners, not moves"):
        load(tmp_path / "o")
    for task in ("owners", None):
        assert load(tmp_path / "o", task=task)[1].task == "owners"


def test_a_config_that_is_no_json_is_refused(folder, load):
    (folder / "config.json").write_text("{")
    with pytest.raises(ModelError, match="damaged"):
        load(folder)


@pytest.mark.parametrize("keep", [0, 100, 5000])
def test_truncated_weights_are_refused(folder, load, keep):
    path = folder / "weights.h5"
    path.write_bytes(path.read_bytes()[:keep])
    words = r"(is damaged|is cut off|is no HDF5 file); get the model again"
    with pytest.raises(ModelError, match=words):
        load(folder)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "no"), "may not be read; change its perm"),
        (BlockingIOError(errno.EAGAIN, "no"), "in use by another program"),
        (OSError(errno.EIO, "no"), "cannot be read: Input/output error"),
        (FileNotFoundError(errno.ENOENT, "no"), "is damaged; get the model again"),
    ],
)
def test_weights_that_the_system_does_not_give_are_not_called_damaged(
    folder, load, monkeypatch, error, words
):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr("h5py.File", refuse)
    with pytest.raises(ModelError, match=words):
        load(folder)


def test_weights_that_are_not_finite_are_refused(folder, load):
    with h5py.File(folder / "weights.h5", "a") as file:
        file["conv1/bias"][0] = np.nan
    with pytest.raises(ModelError, match="not finite"):
        load(folder)


def test_weights_that_are_missing_or_no_numbers_are_refused(folder, load):
    with h5py.File(folder / "weights.h5", "a") as file:
        del file["conv2/kernel"]
    with pytest.raises(ModelError, match="damaged"):
        load(folder)
    for value in ("os.system", h5py.Empty("f4")):
        with h5py.File(folder / "weights.h5", "a") as file:
            file.pop("conv1/bias", None)
            file["conv1/bias"] = value
        with pytest.raises(ModelError, match=r"damaged|shape"):
            load(folder)


def test_weights_of_other_shapes_are_refused_before_they_are_read(folder, load):
    """A few bytes may stand for more numbers than there is memory."""
    with h5py.File(folder / "weights.h5", "a") as file:
        del file["conv1/kernel"]
        file.create_dataset("conv1/kernel", (2**20, 2**20), "f4", chunks=(64, 64))
    with pytest.raises(ModelError, match="shape"):
        load(folder)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ModelError, match="cannot write"):
        modelstore.save_model(
            tmp_path / "file" / "m", networks.build(NETWORK), NETWORK, {}
        )
