"""The shipped network's card says what its files say, and its commands run."""

import re
import shutil

import pytest
from pages import ROOT, links, run_shown

from gopolicy import modelstore

MODELS = ROOT / "models"
CARD = (MODELS / "README.md").read_text(encoding="utf-8")
#: The pages that tools/ship_model.py fills, and the figures of each.
PAGES = {
    "README.md": ["top1"],
    "README.zh.md": ["top1"],
    "models/README.md": ["heldout"],
    "docs/training-log.md": ["phases"],
}


@pytest.fixture(scope="module")
def shipped():
    """The network and what it says of itself."""
    return modelstore.load_model(MODELS / "default")


def test_the_table_of_held_out_games_is_that_of_the_model(shipped):
    """Also with 8 symmetries; top-1 to the last digit that is shown."""
    rows = {row["data"]: row for row in shipped[1].card["figures"]}
    assert len(rows) == 6
    for name, row in rows.items():
        (cells,) = re.findall(rf"^\| {re.escape(name)} \| (.*) \|$", CARD, re.MULTILINE)
        positions, top1, *_, loss = cells.split(" | ")
        assert positions == f"{row['positions']:,}"
        assert top1.startswith(f"{100 * row['top1']:.2f} %")
        assert loss.startswith(f"{row['log_loss']:.4f} ")


def test_the_number_of_weights_is_that_of_the_model(shipped):
    assert f"{shipped[0].count_params():,} weights" in CARD


@pytest.mark.parametrize("name", PAGES)
def test_every_marked_figure_is_one_that_the_tool_fills(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"<!-- figure (\S+) -->", text) == PAGES[name]
    assert text.count("<!-- end -->") == len(PAGES[name])


def test_the_readmes_say_what_the_card_says(shipped):
    first = shipped[1].card["figures"][0]
    (won,) = re.findall(r"won (\d+) of 100 games", CARD)
    for name in ("README.md", "README.zh.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        (top1,) = re.findall(r"<!-- figure top1 -->(.*?)<!-- end -->", text)
        assert top1 == f"{100 * first['top1']:.1f} %"
        assert re.search(rf"(?<!\d)({won}\D+100|100\D+{won})(?!\d)", text)


def test_the_card_is_one_page():
    assert len(CARD.splitlines()) <= 90


def test_the_weights_are_small_enough_to_ship():
    size = sum(path.stat().st_size for path in (MODELS / "default").iterdir())
    assert 500_000 < size < 16_000_000


def test_every_picture_is_shown():
    log = (ROOT / "docs" / "training-log.md").read_text(encoding="utf-8")
    shown = {target.rpartition("/")[2] for target in (*links(CARD), *links(log))}
    assert {path.name for path in MODELS.glob("*.png")} <= shown


@pytest.mark.slow
def test_the_commands_of_the_card_make_its_pictures(tmp_path):
    shutil.copytree(ROOT / "datasets", tmp_path / "datasets")
    (tmp_path / "models").mkdir()
    commands = re.findall(r"`(gopolicy suggest [^`]*--picture [^`]*)`", CARD)
    for line in commands:
        run_shown(line, tmp_path)
    made = {path.name for path in (tmp_path / "models").iterdir()}
    assert len(made) == len(commands) >= 3
    assert made <= set(links(CARD))
