"""The page on serving says what an export takes and gives."""

import json
import re
import socket
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from small_datasets import random_dataset

from gopolicy import Position, encode
from gopolicy.export import dataset_check_set, export_model, load_saved_model
from gopolicy.go.coords import parse_vertex
from gopolicy.modelstore import load_model
from gopolicy.networks.backend import tf
from gopolicy.policy import load_policy

ROOT = Path(__file__).parents[2]
STUB = ROOT / "tests" / "support" / "serving_stub.py"
PAGE = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")


def block(language, containing=""):
    """The page's one code block in a language that has these words."""
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)
    (text,) = [text for text in blocks if containing in text]
    return text


def client():
    """The program that asks a server."""
    return block("python", "urlopen")


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("serving") / "gopolicy" / "1"
    model, info = load_model()
    check_set = dataset_check_set(random_dataset(n_games=3))
    export_model(model, info, folder, check_set, form="saved_model")
    return folder


def tensors_of(values):
    """What TensorFlow Serving's metadata says of tensors, without their names."""
    return {
        name: {
            "dtype": f"DT_{tensor.dtype.name.upper().replace('FLOAT32', 'FLOAT')}",
            "tensor_shape": {
                "dim": [
                    {"size": str(-1 if size is None else size), "name": ""}
                    for size in tensor.shape
                ]
            },
        }
        for name, tensor in values.items()
    }


def test_the_metadata_on_the_page_are_the_signatures(exported):
    shown = json.loads(block("json"))
    assert shown["model_spec"]["version"] == exported.name
    (name, signature), *others = tf.saved_model.load(str(exported)).signatures.items()
    assert not others
    assert shown["metadata"]["signature_def"]["signature_def"] == {
        name: {
            "inputs": tensors_of(signature.structured_input_signature[1]),
            "outputs": tensors_of(signature.structured_outputs),
        }
    }


@pytest.mark.slow
def test_the_client_on_the_page_prints_the_moves_of_the_network(
    exported, monkeypatch, capsys
):
    """It asks a process that loads the export with nothing but TensorFlow."""
    server = subprocess.Popen(
        [sys.executable, STUB, exported, "gopolicy"], stdout=subprocess.PIPE, text=True
    )
    try:
        port = server.stdout.readline().strip()
        monkeypatch.setattr(sys, "argv", ["client.py", f"http://127.0.0.1:{port}"])
        exec(compile(client(), "client.py", "exec"), {"__name__": "__main__"})
        assert server.wait(timeout=60) == 0
    finally:
        server.kill()
        server.stdout.close()
        server.wait()
    position = Position()
    for vertex in ("Q16", "D4", "Q3"):
        position.play(parse_vertex(vertex))
    _, (probabilities,) = load_saved_model(exported)(encode(position)[None])
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert len(printed) == 5
    assert parse_vertex(printed[0][0]) == probabilities.argmax()
    for vertex, percent, _ in printed:
        expected = 100 * probabilities[parse_vertex(vertex)]
        assert float(percent) == pytest.approx(expected, abs=0.06)


def test_the_client_says_in_one_line_that_no_server_answers(monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = f"http://127.0.0.1:{free.getsockname()[1]}"  # nobody listens there
        monkeypatch.setattr(sys, "argv", ["client.py", server])
        with pytest.raises(SystemExit, match=rf"^no answer from {server}: .*refused"):
            exec(compile(client(), "client.py", "exec"), {"__name__": "__main__"})


@pytest.mark.slow
def test_the_program_on_the_page_asks_a_tflite_file(tmp_path, monkeypatch, capsys):
    model, info = load_model()
    check_set = dataset_check_set(random_dataset(n_games=3))
    out = tmp_path / "gopolicy.tflite"
    export_model(model, info, out, check_set, form="tflite")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\s*Warning: tf.lite.Interpreter is")
        exec(compile(block("python", "tf.lite"), "tflite.py", "exec"), names)
    assert capsys.readouterr().out == "(1, 361)\n"
    (expected,) = load_policy().probabilities([Position()])
    found = names["answer"]["probabilities"][0]
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_manifest_fits_together():
    deployment, service = yaml.safe_load_all(block("yaml"))
    pod = deployment["spec"]["template"]
    labels = pod["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert service["spec"]["selector"] == labels
    (container,) = pod["spec"]["containers"]
    (port,) = container["ports"]
    (outside,) = service["spec"]["ports"]
    assert outside["targetPort"] == port["name"]
    assert container["readinessProbe"]["httpGet"]["port"] == port["name"]
    # The program on the page asks this port for this model.
    assert f"http://localhost:{outside['port']}" in client()
    model = container["readinessProbe"]["httpGet"]["path"]
    assert f"{model}:predict" in client()
    name = model.rpartition("/")[2]
    assert f"MODEL_NAME={name}\n" in block("dockerfile")
    assert f"serving/{name}/1\n" in PAGE
