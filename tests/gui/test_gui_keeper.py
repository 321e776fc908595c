"""An unsaved game outlives a crash, and is offered at the next start."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gopolicy_gui.app.keeper import Keeper, state_folder
from gopolicy_gui.model import events as ev
from gopolicy_gui.model.events import Task
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.sgftree import parse_game
from gopolicy_gui.model.update import update
from gui_states import fresh, opened, run

KEPT_WINDOW = Path(__file__).parent / "kept_window.py"


class Clock:
    """Time that a test moves on."""

    now = 0.0

    def __call__(self):
        return self.now


def settle(keeper):
    """Waits for what is being written."""
    if keeper._thread is not None:
        keeper._thread.join()


def kept(folder):
    return sorted(path.name for path in folder.glob("*.sgf"))


def keep(keeper, state):
    trouble = keeper.keep(state)
    settle(keeper)
    return trouble


def crashed(folder, state):
    """What a window leaves that ends without a word, as the system cleans up."""
    keeper = Keeper(folder)
    keep(keeper, state)
    release(keeper)


def release(keeper):
    """The process of the window ends."""
    for place in (keeper._place, keeper._offered):
        if place is not None:
            place.release()


def offered(keeper):
    """The window that is offered what was found."""
    found = keeper.find()
    assert found is not None
    return update(fresh(), found)


@pytest.fixture
def make_keeper(tmp_path):
    """Keepers of windows, which end with the test."""
    made = []

    def make(folder=tmp_path, **options):
        made.append(Keeper(folder, **options))
        return made[-1]

    yield make
    for keeper in made:
        release(keeper)


@pytest.fixture
def changed():
    """A variation of a record, with the person as White."""
    return run(opened(), "forward_ten", "K10", "L10", "back", "role_white")


def test_a_changed_game_is_kept_and_no_other(tmp_path, changed, make_keeper):
    keeper = make_keeper()
    keep(keeper, opened())
    assert not kept(tmp_path)
    keep(keeper, changed)
    (name,) = kept(tmp_path)
    text = (tmp_path / name).read_text()
    assert parse_game(text, name).root.text("PB") == "AlphaGo", "any reader can"
    keep(keeper, replace(changed, saved=changed.tree))
    assert not list(tmp_path.iterdir()), "saved"


def test_it_is_written_now_and_then(tmp_path, make_keeper):
    clock = Clock()
    keeper = make_keeper(pause=5, clock=clock)
    state = run(fresh(role=Role.BOTH), "Q16")
    keep(keeper, state)
    (path,) = tmp_path.glob("*.sgf")
    state = run(state, "D4")
    keep(keeper, state)
    assert path.read_text().count(";W[") == 0
    clock.now = 5
    keep(keeper, state)
    assert path.read_text().count(";W[") == 1
    assert kept(tmp_path) == [path.name]


@pytest.mark.parametrize("end", ["quit", "crash"])
def test_closing_removes_it_and_a_crash_writes_it(tmp_path, changed, end, make_keeper):
    keeper = make_keeper()
    keep(keeper, changed)
    last = run(changed, "role_both", "K11")
    keeper.close(replace(last, quit=end == "quit"))
    assert len(kept(tmp_path)) == (end == "crash")
    if end == "crash":
        found = make_keeper().find()
        assert len(found.tree.nodes) == len(last.tree.nodes)


def test_what_a_crash_left_is_opened_as_it_was(tmp_path, changed, make_keeper):
    crashed(tmp_path, changed)
    keeper = make_keeper()
    state = offered(keeper)
    assert state.dialog.kind == "recover"
    assert "AlphaGo" in state.dialog.text
    state = update(state, ev.DialogKey("enter"))
    assert state.task == Task("adopt")
    assert state.position.moves == changed.position.moves
    assert np.array_equal(state.position.stones, changed.position.stones)
    assert state.role is Role.WHITE
    assert state.is_changed
    assert state.path == "", "it is not saved over the record without a question"
    assert state.suggestion == "/x/a.sgf"
    keeper.adopt()
    assert make_keeper().find() is None
    keep(keeper, state)
    assert len(kept(tmp_path)) == 1
    keep(keeper, replace(state, saved=state.tree))
    assert not list(tmp_path.iterdir())


def test_what_is_deleted_is_gone_and_what_is_for_later_stays(
    tmp_path, changed, make_keeper
):
    crashed(tmp_path, changed)
    keeper = make_keeper()
    state = offered(keeper)
    later = update(state, ev.DialogKey("escape"))
    assert (later.task, later.dialog) == (Task("leave"), None)
    keeper.put_back()
    keeper = make_keeper()
    assert keeper.find() is not None
    assert update(state, ev.Typed("d")).task == Task("forget")
    keeper.forget()
    assert not list(tmp_path.iterdir())


def test_two_windows_do_not_take_each_others_games(tmp_path, changed, make_keeper):
    first, second = make_keeper(), make_keeper()
    keep(first, changed)
    assert second.find() is None
    keep(second, run(fresh(role=Role.BOTH), "Q16"))
    assert len(kept(tmp_path)) == 2
    assert first.find() is None
    second.close(replace(changed, quit=True))
    assert len(kept(tmp_path)) == 1
    first._place.release()
    offered, other = make_keeper(), make_keeper()
    assert offered.find() is not None
    assert other.find() is None, "nor do two that start at once"


@pytest.mark.parametrize(
    "data", [b"", b"(;B[aa])", b"{}\n(;B[aa])", b"[]\n(;", b"null\n", b"\xff\n\xff"]
)
def test_a_damaged_file_is_passed_over(tmp_path, changed, data, make_keeper):
    crashed(tmp_path, changed)
    (tmp_path / "99999999-damaged.sgf").write_bytes(data)
    assert make_keeper().find() is not None
    assert len(kept(tmp_path)) == 2


@pytest.mark.parametrize("path", ["/x/(;B[aa]).sgf", "/x/my]model\n.sgf", "/x/棋.sgf"])
def test_any_name_of_a_file_can_be_kept(tmp_path, changed, path, make_keeper):
    crashed(tmp_path, replace(changed, suggestion=path))
    found = make_keeper().find()
    assert found.source == path
    (file,) = tmp_path.glob("*.sgf")
    tree = parse_game(file.read_text(), "x")
    assert len(tree.nodes) == len(found.tree.nodes)


def test_a_folder_that_cannot_be_written_is_told(tmp_path, changed, make_keeper):
    (tmp_path / "file").write_text("")
    clock = Clock()
    keeper = make_keeper(tmp_path / "file" / "unsaved", clock=clock)
    assert keep(keeper, changed) == ""
    assert "would not outlive a crash" in keep(keeper, changed)
    assert keep(keeper, changed) == "", "told once"
    (tmp_path / "file").unlink()
    clock.now = 60
    keep(keeper, changed)
    assert kept(tmp_path / "file" / "unsaved")


def test_without_a_folder_nothing_is_kept(changed, make_keeper):
    keeper = make_keeper(None)
    assert keeper.keep(changed) == ""
    assert keeper.find() is None
    keeper.close(changed)


def test_each_platform_has_its_own_place():
    home = Path("/home/me")
    assert state_folder("linux", {}, home) == home / ".local/state/gopolicy"
    there = {"XDG_STATE_HOME": "/state"}
    assert state_folder("linux", there, home) == Path("/state/gopolicy")
    relative = {"XDG_STATE_HOME": "state"}
    assert state_folder("linux", relative, home) == home / ".local/state/gopolicy"
    mac = home / "Library/Application Support/gopolicy"
    assert state_folder("darwin", {}, home) == mac
    local = {"LOCALAPPDATA": "/local"}
    assert state_folder("win32", local, home) == Path("/local/gopolicy")
    assert state_folder("win32", {}, home) == home / "AppData/Local/gopolicy"


@pytest.mark.slow
@pytest.mark.parametrize("moves", [1, 3, 13, 55])
def test_a_killed_window_leaves_its_game(tmp_path, moves, make_keeper):
    """Killed at any moment, it leaves a whole game; only the last moves may lack."""
    with subprocess.Popen(
        [sys.executable, str(KEPT_WINDOW), str(tmp_path), "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as window:
        shown = 0
        while shown <= moves or not kept(tmp_path):
            shown = int(window.stdout.readline())
        before = max(
            len(parse_game(p.read_text(), "x").nodes) for p in tmp_path.glob("*.sgf")
        )
        window.kill()
        window.wait()
    found = make_keeper().find()
    assert len(found.tree.nodes) >= before
    assert len(found.way) == len(found.tree.nodes) - 1
    assert os.listdir(tmp_path)
