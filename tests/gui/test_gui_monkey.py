"""A monkey at the window ends nothing and loses nothing; see ``monkey``.

``python tools/monkey_window.py`` is the same for longer.
"""

import pytest

from tests.gui.monkey import play_pure, play_real


@pytest.mark.parametrize("seed", [2, 4, 6])  # seeds that come to other games
def test_a_monkey_loses_no_edit(seed):
    counts = play_pure(seed, 1000)
    assert counts["edits"] > 20
    assert counts["games"] > 0


def test_a_monkey_does_not_end_the_window(tmp_path, monkeypatch):
    counts = play_real(1, 200, tmp_path, monkeypatch)
    assert counts["events"] >= 200
