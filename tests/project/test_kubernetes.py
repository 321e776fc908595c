"""The page on Kubernetes: its manifest fits together, and its script does as told."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

from gopolicy.cli.train import train

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
(MANIFEST,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
SERVICE, CLAIM, JOB = yaml.safe_load_all(MANIFEST)
POD = JOB["spec"]["template"]
(CONTAINER,) = POD["spec"]["containers"]

SHOW = """#!{python}
import json, os, sys
print(json.dumps([sys.argv[1:], json.loads(os.environ["TF_CONFIG"])]))
"""


def start(index, folder):
    """What a worker's script starts: (arguments of gopolicy, TF_CONFIG)."""
    program = folder / "gopolicy"
    program.write_text(SHOW.format(python=sys.executable))
    program.chmod(0o755)
    own = {entry["name"]: entry["value"] for entry in CONTAINER["env"]}
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, *CONTAINER["command"][1:], *CONTAINER["args"]],
        env={**os.environ, **own, "JOB_COMPLETION_INDEX": str(index), "PATH": path},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_every_worker_knows_all_and_itself(tmp_path):
    job = JOB["metadata"]["name"]
    service = SERVICE["metadata"]["name"]
    (port,) = SERVICE["spec"]["ports"]
    n_workers = JOB["spec"]["completions"]
    hosts = [f"{job}-{i}.{service}:{port['port']}" for i in range(n_workers)]
    for index in (0, n_workers - 1):
        _, config = start(index, tmp_path)
        assert config == {
            "cluster": {"worker": hosts},
            "task": {"type": "worker", "index": index},
        }


def test_the_command_is_one_that_gopolicy_knows(tmp_path):
    arguments, _ = start(0, tmp_path)
    assert arguments.pop(0) == "train"
    given = train.make_context("train", arguments).params
    assert given["resume"]
    assert given["batch_size"] % JOB["spec"]["completions"] == 0
    (mount,) = CONTAINER["volumeMounts"]
    for path in (*given["files"], *given["valid"], given["out"]):
        assert path.is_relative_to(mount["mountPath"])


def test_the_manifest_fits_together():
    spec = JOB["spec"]
    assert spec["completionMode"] == "Indexed"
    (workers,) = CONTAINER["env"]
    assert str(spec["completions"]) == str(spec["parallelism"]) == workers["value"]
    assert SERVICE["spec"]["clusterIP"] == "None"
    assert SERVICE["spec"]["publishNotReadyAddresses"]
    assert SERVICE["spec"]["selector"] == POD["metadata"]["labels"]
    assert POD["spec"]["subdomain"] == SERVICE["metadata"]["name"]
    assert POD["spec"]["restartPolicy"] == "OnFailure"
    (inside,), (outside,) = CONTAINER["ports"], SERVICE["spec"]["ports"]
    assert inside["containerPort"] == outside["port"]
    (volume,), (mount,) = POD["spec"]["volumes"], CONTAINER["volumeMounts"]
    assert volume["name"] == mount["name"]
    assert volume["persistentVolumeClaim"]["claimName"] == CLAIM["metadata"]["name"]
    assert CLAIM["spec"]["accessModes"] == ["ReadWriteMany"]
