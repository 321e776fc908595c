"""The board as a picture, in a file or copied; the games of an archive to choose."""

import sys
import zipfile
from dataclasses import replace

import pygame
import pytest
from gopolicy_gui.app import pictures
from gopolicy_gui.model import events as ev
from gopolicy_gui.model import tasks
from gopolicy_gui.model.dialogs import visible_entries
from gopolicy_gui.model.update import update
from gopolicy_gui.view.window import draw_board_picture
from gui_states import fresh, opened, run, thought


def asked(state, folder, name):
    """(state, task) after a picture was to be saved under ``name``."""
    state = run(state, "picture", ev.FolderListed(str(folder), ("old.png", "a.sgf")))
    state = run(state, ev.DialogKey("ctrl+a"), ev.Typed(name), ev.DialogKey("enter"))
    return replace(state, task=None), state.task


def test_a_picture_is_proposed_under_the_games_name_and_saved(tmp_path):
    state = run(opened(), "forward_ten")
    dialog = run(state, "picture", ev.FolderListed("/x", ("b.png", "c.sgf"))).dialog
    assert dialog.typed == "a-10.png"
    assert visible_entries(dialog) == ("b.png",)
    state, task = asked(state, tmp_path, "mine")
    said = pictures.write_picture(task, state)
    assert update(state, said).message.text.endswith("mine.png")
    picture = pygame.image.load(tmp_path / "mine.png")
    assert picture.get_size() == (pictures.SIDE, pictures.SIDE)
    shown = draw_board_picture(state, pictures.SIDE)
    for place in [(540, 540), (300, 200), (999, 17)]:
        assert picture.get_at(place)[:3] == shown.get_at(place)[:3]


def test_a_file_that_is_there_is_asked_for(tmp_path):
    (tmp_path / "mine.png").write_text("old")
    state, task = asked(opened(), tmp_path, "mine.png")
    state = update(state, pictures.write_picture(task, state))
    assert state.dialog.kind == "overwrite"
    state = run(state, ev.Typed("o"))
    assert isinstance(pictures.write_picture(state.task, state), ev.Done)
    assert (tmp_path / "mine.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_written_is_told(tmp_path):
    state, task = asked(opened(), tmp_path, "no/such/mine.png")
    said = pictures.write_picture(task, state)
    assert isinstance(said, ev.Failed)
    assert "cannot be written" in said.text


def test_the_picture_shows_the_hints_and_no_pointer():
    state = run(opened(), "forward_ten")

    def pixels(state):
        return pygame.image.tobytes(draw_board_picture(state, 300), "RGB")

    hinted = thought(state, K10=0.9)
    assert pixels(hinted) != pixels(state)
    assert pixels(run(hinted, ev.Pointed(ev.PointChosen(180)))) == pixels(hinted)
    small = opened("(;GM[1]SZ[9];B[ee])")
    assert draw_board_picture(run(small, "last"), 300).get_size() == (300, 300)


def make_program(folder, name, script):
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"DISPLAY": ":9"}, "xclip"),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ""}, "wl-copy"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_a_picture_is_copied_by_a_program_of_the_desktop(
    tmp_path, monkeypatch, environ, name
):
    monkeypatch.setenv("PATH", str(tmp_path))
    said = pictures.copy_picture(opened(), environ)
    assert isinstance(said, ev.Failed)
    assert "Ctrl+P" in said.text
    out = tmp_path / "out"
    keep = f"import sys; open({str(out)!r}, 'wb').write(sys.stdin.buffer.read())"
    make_program(tmp_path, name, keep)
    assert isinstance(pictures.copy_picture(opened(), environ), ev.Done)
    assert out.read_bytes().startswith(b"\x89PNG")
    make_program(tmp_path, name, "raise SystemExit(1)")
    said = pictures.copy_picture(opened(), environ)
    assert name in said.text


def test_an_archive_lists_its_games_to_choose_from(tmp_path):
    path = tmp_path / "games.zip"
    with zipfile.ZipFile(path, "w") as archive:
        names = ["Shusaku", "Shuwa", "Genan"]
        for i, name in enumerate(names):
            data = f"(;GM[1]PB[{name}]PW[Other]RE[B+{i}]DT[184{i}-01-02];B[aa])"
            archive.writestr(f"old/{name}.sgf", data)
    state = run(fresh(), ev.FileDropped(str(path)))
    found = tasks.open_game(str(path), serial=state.task.serial)
    state = update(replace(state, task=None), found)
    assert state.dialog.kind == "games"
    rows = visible_entries(state.dialog)
    assert [name in row for name, row in zip(names, rows, strict=True)] == [True] * 3
    assert "Shuwa - Other, B+1, 1841-01-02  (old/Shuwa.sgf)" in rows[1]
    state = run(state, ev.Typed("1842"))
    assert len(visible_entries(state.dialog)) == 1
    state = run(state, ev.DialogKey("enter"))
    assert (state.task.path, state.task.number) == (str(path), 3)
