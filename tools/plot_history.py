"""Plots the learning curve of runs that followed each other.

python tools/plot_history.py OUT.png HISTORY.csv ...

The runs' positions are added up in the order given.
"""

import csv
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot


def main(out: str, histories: list[str]) -> None:
    """Draws held-out top-1 and log loss over millions of positions seen."""
    figure, top = pyplot.subplots(figsize=(8, 4.5), dpi=110)
    bottom = top.twinx()
    before = 0.0
    for path in histories:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        seen = [before + float(row["positions"]) / 1e6 for row in rows]
        label = Path(path).parent.name
        (line,) = top.plot(
            seen, [100 * float(r["valid_top1"]) for r in rows], "o-", ms=3, label=label
        )
        loss = [float(row["valid_log_loss"]) for row in rows]
        bottom.plot(seen, loss, "--", color=line.get_color(), lw=1)
        before = seen[-1]
    top.set(xlabel="million positions seen", ylabel="held-out top-1, % (solid)")
    bottom.set_ylabel("log loss, nats (dashed)")
    top.grid(alpha=0.3)
    top.legend(loc="center right")
    figure.tight_layout()
    figure.savefig(out)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
