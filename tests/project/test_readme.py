"""The README: every command it shows runs, and the Chinese one shows the same."""

import re
import shutil
from typing import Any

import pytest
from pages import ROOT, code_blocks, headings, links, run_shown, without_code

GNUGO = shutil.which("gnugo") or shutil.which("gnugo", path="/usr/games")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def shown_commands():
    """Lines of code blocks that call gopolicy, in the order of the page."""
    for block in code_blocks(README):
        for line in block.splitlines():
            if line.startswith("gopolicy "):
                yield line
    yield from re.findall(r"`(gopolicy suggest [^`]*--picture docs[^`]*)`", README)


@pytest.mark.slow
def test_every_command_of_the_readme_runs(tmp_path):
    """In the order of the page, where one uses what another made."""
    shutil.copytree(ROOT / "datasets", tmp_path / "datasets")
    (tmp_path / "docs").mkdir()
    commands = list(shown_commands())
    assert len(commands) >= 13
    for line in commands:
        command, _, stdin = line.partition(" < ")
        name, extra = command.split()[1], []
        if name == "evaluate":
            extra = ["--positions", "500"]
        if name == "play":
            extra = ["--picture", "window.png"]  # else a window waits for a person
        if name == "compare":
            extra = ["--networks", "linear", "--steps", "1", "--folds", "2"]
        if name == "look":
            extra = ["--positions", "50"] if "filters" in line else []
        if name == "bench":
            extra = ["--only", "features", "--seconds", "0.1"]
        if name == "match":
            extra = ["--games", "1", "--max-moves", "20"]
            if "gnugo" in line and not GNUGO:
                continue
        run_shown(
            command.replace("--minutes 1 ", "--minutes 0.05 "),
            tmp_path,
            extra=extra,
            stdin=(tmp_path / stdin).read_bytes() if stdin else b"",
        )
    made = {p.name for p in tmp_path.rglob("*.png")}
    made.discard("curves.png")  # a run that looked twice draws its own
    assert made == {
        "board.png",
        "filters.png",
        "look-answer.png",
        "planes.png",
        "move78.png",
        "review.png",
        "window.png",
        "compare.png",
        "train.png",
    }


def test_the_python_example_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    (code,) = code_blocks(README, "python")
    names: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), names)
    assert names["planes"].shape == (19, 19, 48)


def test_the_make_targets_it_names_are_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


def _shown(text):
    """Commands (without what comments say of them), pictures, pages, code in a line."""
    blocks = code_blocks(text) + code_blocks(text, "python")
    commands = [line.split("  #")[0] for block in blocks for line in block.splitlines()]
    rest = without_code(text)
    others = {"README.md", "README.zh.md"}  # each names the other
    targets = [x for x in links(text) if x not in others and not x.startswith("#")]
    words = re.findall(r"`([^`]+)`", rest)
    return commands, sorted(targets), sorted(set(words))


def test_the_chinese_readme_shows_the_same():
    """Its pictures of the window in Chinese, and the course."""
    chinese = (ROOT / "README.zh.md").read_text(encoding="utf-8")
    same = chinese.replace("-zh.png)", ".png)").replace("/README.zh.md)", "/README.md)")
    assert _shown(same) == _shown(README)
    assert chinese.count("(docs/window-") == chinese.count("-zh.png)") > 0
    assert len(headings(chinese)) == len(headings(README))


def test_the_two_commands_come_first():
    """And who it is for before them, the Python and GTP lines soon after."""
    first = code_blocks(README)[0].splitlines()
    assert [line.split("  #")[0].strip() for line in first] == [
        "make demo",
        "make test",
    ]
    first_screen = README.splitlines()[:40]
    for words in (
        "docs/course/README.md",
        "It is for",
        "make demo",
        "load_policy",
        "`gopolicy gtp`",
    ):
        assert any(words in line for line in first_screen), words


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_it_has_a_list_of_contents(name):
    """That it is complete, test_pages.py says."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert len(re.findall(r"^- \[.*\]\(#.*\)$", text, re.MULTILINE)) > 10
