"""Training on several devices and workers: the same run as on one."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEVER = 10**6


def free_ports(count):
    """Ports of this machine that nobody uses, as far as one can tell."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def start_workers(out, steps, deaths):
    """A process for each worker; worker w dies after ``deaths[w]`` steps."""
    addresses = [f"127.0.0.1:{port}" for port in free_ports(len(deaths))]
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")])
    processes = []
    for index, death in enumerate(deaths):
        environment = {**os.environ, "PYTHONPATH": path}
        if len(deaths) > 1:
            task = {"type": "worker", "index": index}
            environment["TF_CONFIG"] = json.dumps(
                {"cluster": {"worker": addresses}, "task": task}
            )
        command = [
            ROOT / "tests" / "support" / "train_worker.py",
            out,
            str(steps),
            str(death),
        ]
        processes.append(
            subprocess.Popen(
                [sys.executable, *command],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    return processes


def finish(processes):
    """(exit codes, losses by step that the chief printed, stderr of each)."""
    try:
        outputs = [process.communicate(timeout=300) for process in processes]
    finally:
        for process in processes:
            process.kill()
    lines = [line.split() for line in outputs[0][0].splitlines()]
    losses = {int(step): float(loss) for step, loss in lines}
    return [p.returncode for p in processes], losses, [e for _, e in outputs]


@pytest.mark.slow
def test_two_workers_learn_as_one_also_when_one_dies_and_comes_back(tmp_path):
    """One dies after 55 of 80 steps; all are started again and go on from there."""
    alone = start_workers(tmp_path / "one", 80, [NEVER])
    both = start_workers(tmp_path / "two", 80, [NEVER, 55])
    codes, expected, errors = finish(alone)
    assert codes == [0], errors
    codes, losses, errors = finish(both)
    assert codes == [1, -signal.SIGKILL], errors
    assert "another worker is gone" in errors[0]
    assert max(losses) == 55
    codes, rest, errors = finish(start_workers(tmp_path / "two", 80, [NEVER, NEVER]))
    assert codes == [0, 0], errors
    assert min(rest) == 60
    losses |= rest
    assert losses.keys() == expected.keys()
    for step, loss in expected.items():
        assert losses[step] == pytest.approx(loss, abs=1e-3), step


TWO_DEVICES = """
import numpy as np
from small_datasets import random_dataset
from train_worker import CONFIG, NETWORK
from gopolicy.networks.backend import tf
from gopolicy.train.trainer import Trainer
from gopolicy.train.machines import Machines

cpu = tf.config.list_physical_devices("CPU")[0]
half = tf.config.LogicalDeviceConfiguration()
tf.config.set_logical_device_configuration(cpu, [half, half])
data = random_dataset(n_games=6)
both = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
for strategy in (tf.distribute.get_strategy(), both):
    trainer = Trainer(NETWORK, CONFIG, machines=Machines(strategy))
    batches = trainer.batches(data)
    print([trainer.run(batches, 5, 1e-3) for _ in range(3)])
"""


@pytest.mark.slow
def test_two_devices_learn_as_one():
    """As two GPUs would: a mirrored network on two logical processors."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")])
    done = subprocess.run(
        [sys.executable, "-c", TWO_DEVICES],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    one, two = (json.loads(line) for line in done.stdout.splitlines())
    assert len(one) == 3
    assert two == pytest.approx(one, abs=1e-4)
