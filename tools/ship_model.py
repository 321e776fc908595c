"""Makes models/default of a run: measured, in float16, with its card and pictures.

python tools/ship_model.py RUN NAME=FILE.h5 ...

RUN is a folder of ``gopolicy train``; its last model is taken. Each FILE.h5 is a
dataset of held-out games; its figures go into the card under NAME, as ``gopolicy
evaluate FILE.h5 --positions 30000`` gives them, with one and with 8 symmetries. The
tables of the card and of the training log, what the READMEs say of the first FILE.h5,
the curves and the picture by move number are made anew. When the network's numbers come
near the end of float16, so that it would overflow on a graphics card, the ranges of its
channels are drawn together first, which changes no answer.
"""

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np

from gopolicy import modelstore
from gopolicy.data.dataset import Dataset
from gopolicy.measure.evaluate import Evaluation, evaluate
from gopolicy.networks.equalize import equalize, widest
from gopolicy.plots.curves import save_curves
from gopolicy.plots.evaluation import save_evaluation_plot
from gopolicy.policy import load_policy
from gopolicy.train.folder import read_rows

ROOT = Path(__file__).parent.parent
MODELS = ROOT / "models"
#: Pages with figures of the shipped network.
PAGES = ("README.md", "README.zh.md", "models/README.md", "docs/training-log.md")
POSITIONS = 30_000
#: Positions to see the network's numbers on, and how large these may be.
SEEN = 512
LARGEST = np.finfo(np.float16).max / 16
#: A figure in a page stands between ``<!-- figure NAME -->`` and ``<!-- end -->``.
_MARKED = re.compile(r"(<!-- figure (\S+) -->)(.*?)(<!-- end -->)", re.DOTALL)


def share(value: float, interval: list[float], digits: int = 1) -> str:
    """As "43.3 % [41.7, 45.1]"; ``digits`` after the point, of the value alone."""
    low, high = (100 * bound for bound in interval)
    return f"{100 * value:.{digits}f} % [{low:.1f}, {high:.1f}]"


def fill(text: str, figures: dict[str, str]) -> str:
    """``text`` with each marked figure replaced that ``figures`` has."""
    return _MARKED.sub(lambda m: m[1] + figures.get(m[2], m[3]) + m[4], text)


def main(run: Path, files: list[str]) -> None:
    """Ships the last model of ``run`` and measures what was shipped."""
    out = MODELS / "default"
    model, info = modelstore.load_model(run / "last")
    data = {
        name: Dataset.open(path) for name, _, path in (f.partition("=") for f in files)
    }
    first = next(iter(data.values()))
    planes = first.samples(first.shuffled_positions(SEEN, seed=0)).planes
    if widest(model, planes) > LARGEST:
        model = equalize(model, info.network, planes)
    card = {**info.card, "figures": []}
    modelstore.save_model(out, model, info.network, card, dtype="float16")
    policies = [load_policy(out, symmetries=symmetries) for symmetries in (1, 8)]
    found = {
        (name, policy.symmetries): evaluate(
            policy.log_probabilities, games, n_positions=POSITIONS
        )
        for policy in policies
        for name, games in data.items()
    }
    card["figures"] = [
        {"data": label(*key), "positions": each.positions, **each.figures}
        | {"intervals": each.intervals}
        for key, each in found.items()
    ]
    modelstore.save_model(out, model, info.network, card, dtype="float16")
    shutil.copy(run / "history.csv", out / "history.csv")
    save_curves(MODELS / "curve.png", {"default": read_rows(out / "history.csv")})
    name, result = next(iter(found.items()))
    title = f"held-out games: {name[0]}, {result.positions:,} positions"
    save_evaluation_plot(MODELS / "accuracy.png", result, title)
    fill_pages(
        {
            "heldout": heldout_table(card["figures"]),
            "phases": phase_table(result),
            "top1": f"{100 * result.figures['top1']:.1f} %",
        }
    )


def fill_pages(figures: dict[str, str]) -> None:
    """Puts figures where pages have marks of their names."""
    for page in (ROOT / name for name in PAGES):
        text = page.read_text(encoding="utf-8")
        page.write_text(fill(text, figures), encoding="utf-8")


def label(name: str, symmetries: int) -> str:
    """How a row of figures is called."""
    return name if symmetries == 1 else f"{name}, {symmetries} symmetries"


def heldout_table(rows: list[dict[str, Any]]) -> str:
    """The figures of a card as Markdown, with their intervals."""
    lines = [
        "| held-out games | positions | top-1 | top-3 | top-5 | top-10 | log loss |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = [row["data"], f"{row['positions']:,}"]
        for name in ("top1", "top3", "top5", "top10"):
            cells.append(share(row[name], row["intervals"][name], digits=2))
        low, high = row["intervals"]["log_loss"]
        cells.append(f"{row['log_loss']:.4f} [{low:.3f}, {high:.3f}]")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(["", *lines, ""])


def phase_table(result: Evaluation) -> str:
    """Top-1 and log loss by phase of the game as Markdown."""
    lines = ["| moves | positions | top-1 | log loss |", "|---|---|---|---|"]
    for row in result.by_phase:
        moves = f"{row['name']}, {row['first']}-{row['last'] or ''}"
        top1 = share(row["top1"], row["top1_interval"])
        loss = "{:.2f} [{:.2f}, {:.2f}]".format(
            row["log_loss"], *row["log_loss_interval"]
        )
        lines.append(f"| {moves} | {row['positions']:,} | {top1} | {loss} |")
    return "\n".join(["", *lines, ""])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
