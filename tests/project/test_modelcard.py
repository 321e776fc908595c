"""The shipped network's card says what its files say, and its commands run."""

import re
import shutil
from pathlib import Path

import pytest
from pages import run_shown

from gopolicy import modelstore

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
TEXT = (MODELS / "README.md").read_text(encoding="utf-8")


def test_the_table_of_held_out_games_is_that_of_the_model():
    """Also with 8 symmetries; top-1 to the last digit that is shown."""
    _, info = modelstore.load_model(MODELS / "default")
    rows = {row["data"]: row for row in info.card["figures"]}
    assert len(rows) == 6
    for name, row in rows.items():
        (cells,) = re.findall(rf"^\| {re.escape(name)} \| (.*) \|$", TEXT, re.MULTILINE)
        positions, top1, *_, loss = cells.split(" | ")
        assert positions == f"{row['positions']:,}"
        assert top1.startswith(f"{100 * row['top1']:.2f} %")
        assert loss.startswith(f"{row['log_loss']:.4f} ")


def test_the_weights_are_small_enough_to_ship():
    size = sum(path.stat().st_size for path in (MODELS / "default").iterdir())
    assert 500_000 < size < 16_000_000


@pytest.mark.slow
def test_the_commands_of_the_card_make_its_pictures(tmp_path):
    shutil.copytree(ROOT / "datasets", tmp_path / "datasets")
    (tmp_path / "models").mkdir()
    commands = re.findall(r"`(gopolicy suggest [^`]*--picture [^`]*)`", TEXT)
    for line in commands:
        run_shown(line, tmp_path)
    made = {path.name for path in (tmp_path / "models").iterdir()}
    assert len(made) == len(commands) >= 3
    shown = set(re.findall(r"!\[[^]]*\]\(([^)]*)\)", TEXT))
    assert made <= shown == {path.name for path in MODELS.glob("*.png")}
