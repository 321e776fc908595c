"""Measures a training step against PyTorch's: same network, batch, optimizer, machine.

python -m venv torchenv && torchenv/bin/pip install torch==2.13.0 numpy
python tools/compare_torch.py torchenv/bin/python [--filters 32,64,192]
    [--batches 16,32,128] [--seconds 4] [--rounds 5] [--cpu]

Both train AlphaGo's network with Adam on one batch again and again, on all cores, in
processes of their own that take turns, round by round, so that what else the machine
does hits all alike. PyTorch's formats (channels first and last) are both measured and
the better one counts, for each precision. --cpu counts processor seconds of all cores
instead of seconds, for a machine that has other work.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

#: Takes so many steps.
Steps = Callable[[int], None]

PRECISIONS = ("float32", "bfloat16")


def gopolicy_steps(precision: str, filters: int, batch: int) -> Steps:
    """Steps of ``gopolicy train``."""
    import numpy as np

    from gopolicy.config import NetworkConfig, TrainConfig, parse_config
    from gopolicy.networks.backend import tf
    from gopolicy.train.trainer import Trainer

    config = parse_config(TrainConfig, {"batch_size": batch, "precision": precision})
    trainer = Trainer(NetworkConfig(filters=filters), config)
    rng = np.random.default_rng(0)
    planes = rng.integers(0, 2, (batch, 19, 19, 48), np.uint8)
    targets = rng.integers(0, 361, batch, np.int32)
    constant = iter(tf.data.Dataset.from_tensors((planes, targets)).repeat())

    def take(steps: int) -> None:
        float(trainer.run(constant, steps, 1e-4))  # waits until they are done

    return take


def torch_steps(precision: str, filters: int, batch: int, form: str) -> Steps:
    """Steps of the same network written for PyTorch; ``form``: its memory format."""
    import os

    import torch
    from torch import nn

    torch.set_num_threads(os.cpu_count() or 1)
    torch.manual_seed(0)

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            layers: list[nn.Module] = [nn.Conv2d(48, filters, 5, padding=2), nn.ReLU()]
            for _ in range(11):
                layers += [nn.Conv2d(filters, filters, 3, padding=1), nn.ReLU()]
            self.layers = nn.Sequential(*layers, nn.Conv2d(filters, 1, 1, bias=False))
            self.bias = nn.Parameter(torch.zeros(361))

        def forward(self, planes: Any) -> Any:
            return self.layers(planes).flatten(1) + self.bias

    layout = getattr(torch, form)
    network = Network().to(memory_format=layout)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4, fused=True)
    # NHWC in memory, as the planes come from the kernels; channels_last is a view.
    planes = torch.randint(0, 2, (batch, 19, 19, 48), dtype=torch.uint8)
    targets = torch.randint(0, 361, (batch,))

    def steps(n: int) -> None:
        for _ in range(n):
            optimizer.zero_grad()
            x = planes.permute(0, 3, 1, 2).float().contiguous(memory_format=layout)
            with torch.autocast("cpu", torch.bfloat16, precision == "bfloat16"):
                logits = network(x)
            loss = nn.functional.cross_entropy(logits.float(), targets)
            loss.backward()
            optimizer.step()
        loss.item()

    return steps


def serve(kind: str, precision: str, filters: int, batch: int) -> None:
    """Answers each line, a number of seconds, with "positions seconds cpu-seconds"."""
    if kind == "gopolicy":
        steps = gopolicy_steps(precision, filters, batch)
    else:
        steps = torch_steps(precision, filters, batch, kind)
    piece = max(1, 4096 // (filters * batch))
    steps(piece)
    say("ready")
    for line in sys.stdin:
        done, wall, cpu = 0, time.perf_counter(), time.process_time()
        while time.perf_counter() - wall < float(line):
            steps(piece)
            done += piece * batch
        say(done, time.perf_counter() - wall, time.process_time() - cpu)


def _answer(worker: subprocess.Popen[str], line: str = "") -> str:
    """The next line that ``worker`` says, told ``line`` first."""
    assert worker.stdin is not None and worker.stdout is not None
    worker.stdin.write(line)
    worker.stdin.flush()
    return worker.stdout.readline()


def say(*values: object) -> None:
    sys.stdout.write(" ".join(map(str, values)) + "\n")
    sys.stdout.flush()


def compare(options: argparse.Namespace, filters: int, batch: int) -> None:
    """Measures one size; prints a line for each precision."""
    kinds = ("gopolicy", "contiguous_format", "channels_last")
    workers: dict[tuple[str, str], subprocess.Popen[str]] = {}
    try:
        for precision in PRECISIONS:
            for kind in kinds:
                python = sys.executable if kind == "gopolicy" else options.torch
                size = [str(filters), str(batch)]
                worker = subprocess.Popen(
                    [python, __file__, "--serve", kind, precision, *size],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                )
                workers[precision, kind] = worker
                if _answer(worker) != "ready\n":
                    sys.exit(f"{kind}, {precision} did not start")
        rates: dict[tuple[str, str], list[float]] = {name: [] for name in workers}
        for _ in range(options.rounds):
            for name, worker in workers.items():
                answer = _answer(worker, f"{options.seconds}\n")
                done, wall, cpu = map(float, answer.split())
                rates[name].append(done / (cpu if options.cpu else wall))
    finally:
        for worker in workers.values():
            worker.kill()
    for precision in PRECISIONS:
        own = rates[precision, "gopolicy"]
        best = max((rates[precision, kind] for kind in kinds[1:]), key=median)
        ratios = [a / b for a, b in zip(own, best, strict=True)]
        values = [median(rates[precision, kind]) for kind in kinds]
        say(
            f"{filters:4d} {batch:5d}  {precision:8s}"
            + "".join(f"{value:10,.0f}" for value in values)
            + f"   {median(ratios):.2f} [{min(ratios):.2f}, {max(ratios):.2f}]"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="; see the top of this file")
    parser.add_argument("torch", type=Path, help="Python of an environment with torch")
    parser.add_argument("--filters", default="32,64,192")
    parser.add_argument("--batches", default="16,32,128")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cpu", action="store_true")
    options = parser.parse_args()
    unit = "processor second" if options.cpu else "second"
    say(f"positions a {unit}; torch with channels first and last; ours / the better")
    say("   k batch  precision  gopolicy     first      last   ratio")
    for filters in map(int, options.filters.split(",")):
        for batch in map(int, options.batches.split(",")):
            compare(options, filters, batch)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    else:
        main()
