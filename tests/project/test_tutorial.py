"""Every command of the tutorial runs, on shorter budgets."""

import re
import shutil
from pathlib import Path

import pytest
from pages import run_shown

from gopolicy.config import ARCHITECTURES
from gopolicy.measure.baselines import BASELINES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial.md"
TEXT = PAGE.read_text(encoding="utf-8")


def shown_commands():
    """Lines of code blocks that call gopolicy, in the order of the page."""
    return re.findall(r"^gopolicy .*$", TEXT, flags=re.MULTILINE)


@pytest.mark.slow
def test_every_command_of_the_tutorial_runs(tmp_path):
    shutil.copytree(ROOT / "datasets", tmp_path / "datasets")
    (tmp_path / "docs" / "tutorial").mkdir(parents=True)
    commands = shown_commands()
    assert len(commands) >= 5
    for line in commands:
        name, extra = line.split()[1], []
        if name == "compare":
            # One network, one step.
            extra = ["--networks", "linear", "--steps", "1", "--folds", "2"]
        if name == "train":
            extra = ["--steps", "1", "--filters", "2"]
        if name == "evaluate":
            extra = ["--positions", "100"]
        run_shown(line, tmp_path, extra=extra)
    made = {p.name for p in (tmp_path / "docs" / "tutorial").iterdir()}
    assert made == {p.name for p in (ROOT / "docs" / "tutorial").iterdir()}


def test_every_network_has_its_step():
    headings = re.findall(r"^## \d\. .*$", TEXT, flags=re.MULTILINE)
    assert len(headings) == len(ARCHITECTURES)
    for name, heading in zip(ARCHITECTURES, headings, strict=True):
        assert f"`{name}`" in heading


def test_every_marked_figure_is_one_that_the_tool_fills():
    """So that none grows old unseen."""
    names = re.findall(r"<!-- figure (\S+) -->", TEXT)
    assert len(names) > 12 and len(names) == TEXT.count("<!-- end -->")
    known = {
        f"{n}.{kind}" for n in ARCHITECTURES for kind in ("top1", "loss", "learned")
    }
    known |= {"table", "minutes", "note", "seconds", "default.top1", "default.sure"}
    assert set(names) <= known | {f"{name}.top1" for name in BASELINES}
