"""The page on serving says what an export takes and gives."""

import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import yaml
from small_datasets import random_dataset

from gopolicy import Position, encode
from gopolicy.backend import tf
from gopolicy.coords import parse_vertex
from gopolicy.export import dataset_check_set, export_model, load_saved_model
from gopolicy.modelstore import load_model

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")


def block(language):
    """The page's one code block in a language."""
    (text,) = re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)
    return text


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


class Serving(BaseHTTPRequestHandler):
    """The row format of TensorFlow Serving's REST interface, over our signature."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert set(body) == {"instances"}
        assert self.path == f"/v1/models/{self.server.model}:predict"
        planes = np.array(body["instances"])
        assert planes.dtype == np.int64  # whole numbers, so that they fit in uint8
        logits, probabilities = self.server.run(planes.astype(np.uint8))
        rows = zip(logits.tolist(), probabilities.tolist(), strict=True)
        answer = {"predictions": [{"logits": x, "probabilities": p} for x, p in rows]}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_):
        """Nothing: tests are quiet."""


@pytest.mark.slow
def test_the_client_on_the_page_prints_the_moves_of_the_network(exported, tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Serving)
    server.model, server.run = "gopolicy", load_saved_model(exported)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        program = tmp_path / "client.py"
        program.write_text(block("python"), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, program, f"http://127.0.0.1:{server.server_port}"],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=120,
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert done.returncode == 0, done.stderr
    position = Position()
    for vertex in ("Q16", "D4", "Q3"):
        position.play(parse_vertex(vertex))
    _, (probabilities,) = server.run(encode(position)[None])
    printed = [line.split() for line in done.stdout.splitlines()]
    assert len(printed) == 5
    assert parse_vertex(printed[0][0]) == probabilities.argmax()
    for vertex, percent, _ in printed:
        expected = 100 * probabilities[parse_vertex(vertex)]
        assert float(percent) == pytest.approx(expected, abs=0.06)


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
    assert f"http://localhost:{outside['port']}" in block("python")
    model = container["readinessProbe"]["httpGet"]["path"]
    assert f"{model}:predict" in block("python")
    name = model.rpartition("/")[2]
    assert f"MODEL_NAME={name}\n" in block("dockerfile")
    assert f"serving/{name}/1\n" in PAGE
