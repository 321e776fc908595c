"""The map of the code says what is there."""

import re
import shlex

import pytest
from pages import ROOT, code_blocks, links
from test_imports import FLOOR, WINDOW  # type: ignore[import-not-found] # beside

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def chapter(heading):
    """The text below a heading, up to the next."""
    return TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_every_room_stands_on_its_floor():
    rows = re.findall(r"^\| (\d+) \| \[`(\w+)`\]\((.*?)\) \|", TEXT, re.MULTILINE)
    assert {room: int(floor) for floor, room, _ in rows} == FLOOR
    for _, room, target in rows:
        assert target.endswith((f"/{room}.py", f"/{room}/__init__.py"))


def test_the_rooms_of_the_window_are_all_there():
    rows = re.findall(r"^\| \[`(\w+)`\]\(gui/", TEXT, re.MULTILINE)
    assert rows == [room for room in WINDOW if room != "__init__"]


@pytest.mark.parametrize(
    ("file", "name"),
    re.findall(r"^\| .* \| `(.*)` \| (.*) \|$", chapter("Where things are"), re.M),
)
def test_what_is_looked_for_is_in_its_file(file, name):
    text = (ROOT / file).read_text(encoding="utf-8")
    for word in re.findall(r"`(\w+)`", name):
        assert re.search(rf"\b{word}\b", text), word


def test_every_path_it_names_exists():
    """Perhaps in gopolicy/; NAME and ROOM stand for what a reader puts there."""
    words = [*re.findall(r"`([^`\s]+)`", TEXT), *links(TEXT)]
    for block in code_blocks(TEXT):
        words += shlex.split(block, comments=True)
    paths = [w for w in words if "/" in w and not re.search(r"[A-Z]{4}|^\.venv", w)]
    assert len(paths) > 60
    for path in paths:
        assert any((ROOT / top / path).exists() for top in ("", "gopolicy")), path


def test_the_targets_of_make_it_names_are_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make ([a-z]+) ", TEXT, re.MULTILINE):
        assert f"\n{target}:" in makefile


def test_every_finding_is_in_the_table_and_pins_what_it_installs():
    table = (ROOT / "findings" / "README.md").read_text(encoding="utf-8")
    for script in (ROOT / "findings").iterdir():
        if script.suffix == ".sh":
            assert f"({script.name})" in table
            (installed,) = re.findall(r" install (.*)", script.read_text("utf-8"))
            wanted = [word for word in installed.split() if not word.startswith("-")]
            assert wanted and all("==" in word for word in wanted)
