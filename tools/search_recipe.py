"""Searches the laptop recipe: short runs of equal CPU time, the best ones longer.

python tools/search_recipe.py TRAIN.h5... --valid VALID.h5 --out runs/search

Each candidate is a chain of ``gopolicy train`` runs. First the cost of all is measured,
in CPU seconds a position, on a quiet machine best; then each gets as many steps as the
round's CPU minutes buy, whatever else the machine does, and a third of them goes on to
the next round, anew, with three times as long. A search that was cut goes on where it
was; the result is OUT/search.json and, on stdout, a table: positions seen, top-1 and
log loss after each round.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, Final

import click

from gopolicy.files import whole_file

#: What the candidates change.
PLAIN: Final = (
    "--no-batch-norm --batch-size 16 --optimizer adam --learning-rate 1e-3 "
    "--ema 0.9995 --later-moves 0 --final-owners 0"
)
K32: Final = f"{PLAIN} --filters 32"
NORMALISED: Final = f"{K32} --batch-norm --batch-size 32"
SIDE_TASKS: Final = "--later-moves 0.15 --final-owners 0.5"
#: Options of ``gopolicy train``, by candidate; a list of several is a chain of runs,
#: each begun with the model of the one before, on an equal share of the time.
CANDIDATES: Final[dict[str, list[str]]] = {
    "plain": [K32],
    "adam 5e-4": [f"{K32} --learning-rate 5e-4"],
    "adam 2e-3": [f"{K32} --learning-rate 2e-3"],
    "adamw 1e-3, decay 0.01": [f"{K32} --optimizer adamw --weight-decay 0.01"],
    "muon 2e-3": [f"{K32} --optimizer muon --learning-rate 2e-3"],
    "muon 1e-2": [f"{K32} --optimizer muon --learning-rate 1e-2"],
    "momentum 1e-2": [f"{K32} --optimizer momentum --learning-rate 1e-2"],
    "momentum 3e-2": [f"{K32} --optimizer momentum --learning-rate 3e-2"],
    "batch 32": [f"{K32} --batch-size 32 --learning-rate 1.4e-3"],
    "batch 128": [f"{K32} --batch-size 128 --learning-rate 3e-3 --ema 0.998"],
    "batch 512": [f"{K32} --batch-size 512 --learning-rate 4e-3 --ema 0.99"],
    "no average": [f"{K32} --ema 0"],
    "average 0.999": [f"{K32} --ema 0.999"],
    "later moves 0.15": [f"{K32} --later-moves 0.15"],
    "final owners 0.5": [f"{K32} --final-owners 0.5"],
    "both side tasks": [f"{K32} {SIDE_TASKS}"],
    "branches": [f"{K32} --branches"],
    "normalised": [f"{K32} --batch-norm"],
    "normalised, batch 32, 1.4e-3": [f"{NORMALISED} --learning-rate 1.4e-3"],
    "normalised, batch 32, 3e-3": [f"{NORMALISED} --learning-rate 3e-3"],
    "normalised, batch 32, both side tasks": [f"{NORMALISED} {SIDE_TASKS}"],
    "normalised, batch 32, both side tasks, 3e-3": [
        f"{NORMALISED} {SIDE_TASKS} --learning-rate 3e-3"
    ],
    "normalised, batch 32, folded at half": [
        NORMALISED,
        f"{K32} --batch-size 32 --learning-rate 5e-4",
    ],
    "normalised, batch 32, branches": [f"{NORMALISED} --branches"],
    "normalised, batch 32, momentum 0.1": [
        f"{NORMALISED} --optimizer momentum --learning-rate 0.1"
    ],
    "16 filters": [f"{PLAIN} --filters 16"],
    "48 filters": [f"{PLAIN} --filters 48"],
    "64 filters": [f"{PLAIN} --filters 64"],
    "96 filters": [f"{PLAIN} --filters 96"],
    "32 to 64 filters": [K32, f"{PLAIN} --filters 64 --learning-rate 5e-4"],
}
#: Steps and rounds in which a candidate's cost is measured.
COST_STEPS: Final = 16
COST_ROUNDS: Final = 3


def measure_cost(data: list[str], options: str) -> tuple[float, int]:
    """(CPU seconds a position, batch size) of training with ``options``."""
    from gopolicy.cli.shared.options import override
    from gopolicy.cli.train import train
    from gopolicy.config import PRESETS
    from gopolicy.data.dataset import Dataset
    from gopolicy.train.trainer import Trainer

    arguments = [*data, "--out", "none", *options.split()]
    given = train.make_context("train", arguments).params
    kinds = PRESETS[given["preset"]]
    network, config = override(kinds[0], given), override(kinds[1], given)
    trainer = Trainer(network, config)
    batches = trainer.batches(Dataset.open(*data))
    trainer.run(batches, COST_STEPS, 1e-6)
    costs = []
    for _ in range(COST_ROUNDS):
        began = time.process_time()
        trainer.run(batches, COST_STEPS, 1e-6)
        costs.append(time.process_time() - began)
    return median(costs) / COST_STEPS / config.batch_size, config.batch_size


def _apart(data: list[str], options: str) -> tuple[float, int]:
    """``measure_cost`` in a process of its own, as each run is one."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure_cost, data, options).result()


def run_chain(
    data: list[str],
    valid: str,
    chain: list[str],
    costs: list[tuple[float, int]],
    minutes: float,
    out: Path,
) -> dict[str, Any]:
    """Trains a candidate for so many CPU minutes, or goes on; its figures."""
    positions, start = 0, None
    for number, (options, (cost, batch)) in enumerate(zip(chain, costs, strict=True)):
        folder = out / str(number)
        steps = max(1, round(60 * minutes / len(chain) / cost / batch))
        positions += steps * batch
        begin: list[str] = ["--start", str(start)] if start else []
        resume = ["--resume"] if (folder / "run.json").exists() else []
        _gopolicy(
            *["train", *data, "--valid", valid, "--out", str(folder)],
            *["--steps", str(steps), *options.split(), *begin, *resume],
        )
        start = folder / "last"
    text = _gopolicy(
        "evaluate", str(start), valid, "--positions", "20000", "--json"
    ).stdout
    figures = json.loads(text)
    return {
        "positions": positions,
        "top1": figures["top1"],
        "log_loss": figures["log_loss"],
    }


def _gopolicy(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gopolicy", *arguments],
        check=True,
        capture_output=True,
        text=True,
    )


@click.command()
@click.argument("data", nargs=-1, required=True)
@click.option("--valid", required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--minutes", default=2.0, show_default=True, help="CPU, first round.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--only", multiple=True, help="Candidates; by default all.")
def main(
    data: tuple[str, ...],
    valid: str,
    out: Path,
    minutes: float,
    rounds: int,
    only: tuple[str, ...],
) -> None:
    """Searches; see the module."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "search.json"
    done: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    names = list(only or CANDIDATES)
    for name in names:
        entry = done.setdefault(name, {"options": CANDIDATES[name], "rounds": {}})
        if "costs" not in entry:
            entry["costs"] = [_apart(list(data), x) for x in CANDIDATES[name]]
            _save(path, done)
            click.echo(f"cost: {name} {entry['costs']}", err=True)
    for number in range(1, rounds + 1):
        for name in names:
            entry = done[name]
            if str(number) not in entry["rounds"]:
                entry["rounds"][str(number)] = {
                    "cpu_minutes": minutes,
                    **run_chain(
                        list(data),
                        valid,
                        CANDIDATES[name],
                        entry["costs"],
                        minutes,
                        out / f"round{number}" / name.replace(" ", "-"),
                    ),
                }
                _save(path, done)
                click.echo(f"round {number}: {name} {entry['rounds']}", err=True)
        names.sort(key=lambda name: done[name]["rounds"][str(number)]["log_loss"])
        names = names[: max(2, len(names) // 3)]
        minutes *= 3
    _table(done)


def _save(path: Path, done: dict[str, Any]) -> None:
    """Writes what is known so far; a killed search keeps what it had."""
    with whole_file(path) as file:
        file.write((json.dumps(done, indent=1) + "\n").encode())


def _table(done: dict[str, Any]) -> None:
    """All candidates: who went on longest first, then by the last log loss."""

    def order(name: str) -> tuple[int, float]:
        rounds = done[name]["rounds"]
        return -len(rounds), rounds[max(rounds)]["log_loss"]

    minutes = {
        number: row["cpu_minutes"]
        for entry in done.values()
        for number, row in entry["rounds"].items()
    }
    heads = [f"{minutes[number]:g} CPU min" for number in sorted(minutes)]
    click.echo(f"| candidate | {' | '.join(heads)} |")
    click.echo(f"|---|{'---|' * len(heads)}")
    for name in sorted((name for name in done if done[name]["rounds"]), key=order):
        cells = [
            f"{row['positions']:,}: {100 * row['top1']:.2f} %, {row['log_loss']:.3f}"
            for _, row in sorted(done[name]["rounds"].items())
        ]
        cells += [""] * (len(heads) - len(cells))
        click.echo(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
