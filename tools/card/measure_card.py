"""Measures a card: samples a second, positions a second, time of an answer.

python tools/card/measure_card.py FILE.h5 [--filters 128,192] [--batches 256,1024]
    [--seconds 3] [--workers N]

Prints the card's name, what the loader makes on the processor's cores with both side
tasks, what training steps take on one piece again and again (eager and compiled), and
how long the network takes for 1 and for 256 positions (bfloat16 and float32).
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from card_loader import STEPS, Arrays, make_piece, pieces
from card_network import Network
from card_trainer import CardTrainer, find_device

from gopolicy.config import LAPTOP, TrainConfig
from gopolicy.data.dataset import Dataset

#: Calls before the clock starts: the first ones compile and choose kernels.
WARM_UP = 3


def say(*values: object) -> None:
    sys.stdout.write(" ".join(map(str, values)) + "\n")
    sys.stdout.flush()


def time_of(call: Callable[[], object], seconds: float) -> float:
    """Seconds that ``call`` takes, the mean of those in some ``seconds``.

    ``call`` must wait for the card before it ends.
    """
    for _ in range(WARM_UP):
        call()
    n_calls, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        call()
        n_calls += 1
    return (time.perf_counter() - began) / n_calls


def measure_loader(data: Dataset, config: TrainConfig, workers: int, s: float) -> None:
    """Samples a second, made and thrown away."""

    def count(arrays: Arrays) -> int:
        return int(arrays[1].size)

    source = pieces(data, config, 0, workers=workers, finish=count)
    each = time_of(lambda: next(source), s)
    source.close()
    rate = STEPS * config.batch_size / each
    say(f"loader: {rate:,.0f} samples a second, {workers} threads")


def measure_steps(
    data: Dataset, config: TrainConfig, filters: int, device: torch.device, s: float
) -> None:
    """Positions a second of training, eager and compiled."""
    for compiled in (False, True):
        trainer = CardTrainer(filters, config, device=device, compiled=compiled)
        piece = trainer.place(make_piece(data, config, 0))
        each = time_of(partial(take, trainer, piece), s)
        say(
            f"{filters} filters, batch {config.batch_size}, "
            f"{'compiled' if compiled else 'eager'}: "
            f"{STEPS * config.batch_size / each:,.0f} positions a second"
        )


def take(trainer: CardTrainer, piece: list[torch.Tensor]) -> float:
    """Takes the steps of a piece and waits until they are done; their loss."""
    return float(trainer.run(piece, 1e-4))


def measure_answers(filters: int, device: torch.device, s: float) -> None:
    """How long an answer takes, its way to the card and back with it."""
    network = Network(filters).to(device, memory_format=torch.channels_last).eval()
    for positions in (1, 256):
        planes = torch.randint(0, 2, (positions, 19, 19, 48), dtype=torch.uint8)
        for half in (True, False):
            kind = "bfloat16" if half else "float32"
            with (
                torch.inference_mode(),
                torch.autocast(device.type, torch.bfloat16, enabled=half),
            ):
                took = 1e3 * time_of(partial(answer, network, planes, device), s)
            say(f"{filters} filters, {positions} positions, {kind}: {took:.2f} ms")


def answer(
    network: Network, planes: torch.Tensor, device: torch.device
) -> torch.Tensor:
    """The network's logits, [B, 361], back from the card."""
    logits: torch.Tensor = network(planes.to(device))[0].cpu()
    return logits


def main() -> None:
    parser = argparse.ArgumentParser(description="; see the top of this file")
    parser.add_argument("games", type=Path)
    parser.add_argument("--filters", default="128,192")
    parser.add_argument("--batches", default="256,1024")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    device, s = find_device(), options.seconds
    on_card = device.type == "cuda"
    torch.backends.cudnn.benchmark = True
    torch.set_float32_matmul_precision("high")
    name = torch.cuda.get_device_name() if on_card else "no card: the processor"
    say(f"{name}; torch {torch.__version__}, {os.cpu_count()} cores")
    data = Dataset.open(options.games)
    sizes = [int(size) for size in options.batches.split(",")]
    configs = [dataclasses.replace(LAPTOP, batch_size=size) for size in sizes]
    measure_loader(data, configs[0], options.workers, s)
    for filters in map(int, options.filters.split(",")):
        for config in configs:
            measure_steps(data, config, filters, device, s)
        measure_answers(filters, device, s)


if __name__ == "__main__":
    main()
