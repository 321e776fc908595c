"""Runs what docs/tutorial.md shows and puts the figures into the page.

python tools/fill_tutorial.py [FOLDER]

On two quiet cores it takes some 20 minutes; the same command goes on where it was cut.
FOLDER (runs/tutorial) keeps the datasets and the runs. In the page, a figure stands
between "<!-- figure NAME -->" and "<!-- end -->", which a reader does not see. What the
words say around the figures, a person has to read again.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "tutorial.md"
_MARKED = re.compile(r"(<!-- figure (\S+) -->)(.*?)(<!-- end -->)", re.DOTALL)


def run(*arguments: str | Path) -> str:
    """The stdout of a gopolicy command; its progress is shown."""
    command = [sys.executable, "-m", "gopolicy", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def share(value: float, interval: list[float], digits: int = 1) -> str:
    """As "43.3 % [41.7, 45.1]"; ``digits`` after the point, of the value alone."""
    low, high = (100 * bound for bound in interval)
    return f"{100 * value:.{digits}f} % [{low:.1f}, {high:.1f}]"


def compared(answer: dict[str, Any]) -> dict[str, str]:
    """Figures of ``gopolicy compare --json``."""
    figures = {"seconds": f"{60 * answer['budget']['minutes']:.0f}"}
    for row in answer["networks"]:
        name, folds = row["network"], row["folds"]
        learned = sum(fold["positions"] for fold in folds) / len(folds)
        figures |= {
            f"{name}.top1": share(row["top1"], row["intervals"]["top1"]),
            f"{name}.loss": f"{row['log_loss']:.1f}",
            f"{name}.learned": f"{round(learned, -3):,.0f}",
        }
    return figures


def evaluated(answer: dict[str, Any]) -> dict[str, str]:
    """Figures of ``gopolicy evaluate --json``."""
    figures = {"default.top1": share(answer["top1"], answer["intervals"]["top1"])}
    for name, row in answer["baselines"].items():
        figures[f"{name}.top1"] = share(row["top1"], row["intervals"]["top1"])
    (sure,) = (b for b in answer["calibration"]["bins"] if round(10 * b["low"]) == 7)
    figures["default.sure"] = share(sure["accuracy"], sure["accuracy_interval"])
    return figures


def fill(text: str, figures: dict[str, str]) -> str:
    """``text`` with each marked figure replaced that ``figures`` has."""
    return _MARKED.sub(lambda m: m[1] + figures.get(m[2], m[3]) + m[4], text)


def main(folder: Path) -> None:
    """Fills the page and draws its pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    sample, valid = folder / "sample.h5", folder / "valid.h5"
    run("dataset", "build", "datasets/sample-train.zip", "-o", sample)
    run("dataset", "build", "datasets/sample-valid.zip", "-o", valid)
    pictures = PAGE.parent / "tutorial"
    is_new = not (folder / "six").exists()
    began = time.monotonic()
    compare = ("compare", sample, "--out", folder / "six")
    table = run(*compare, "--plot", pictures / "compare.png")
    minutes = (time.monotonic() - began) / 60
    evaluate = ("evaluate", valid, "--positions", "4000", "--json")
    figures = {
        "table": f"\n```\n{table.strip()}\n```\n",
        **compared(json.loads(run(*compare, "--json"))),
        **evaluated(json.loads(run(*evaluate, "--plot", pictures / "evaluate.png"))),
    }
    if is_new:
        figures |= {"minutes": f"{minutes:.0f}", "note": ""}
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(fill(page, figures), encoding="utf-8")
    sys.stdout.write(f"{table}\nthe comparison took {minutes:.1f} minutes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "runs" / "tutorial")
