"""Opening and saving: nothing replaces a game or a file that nobody agreed to lose."""

import gzip
import io
import lzma
import os
import tarfile
import zipfile
from dataclasses import replace

import pytest
from gopolicy_gui.app.worker import wanted
from gopolicy_gui.model import events as ev
from gopolicy_gui.model import tasks
from gopolicy_gui.model.events import Task
from gopolicy_gui.model.forms.field import make_field
from gopolicy_gui.model.options import Role
from gopolicy_gui.model.sgftree import parse_game
from gopolicy_gui.model.state import TRIES, Dialog
from gopolicy_gui.model.tasks import open_game
from gopolicy_gui.model.update import update
from gopolicy_gui.view.dialogview import dialog_note
from gopolicy_gui.view.window import status_words
from gui_states import fresh, opened, run
from sgf_files import make_gib, make_ngf, make_ugf

ONE, TWO = "(;GM[1]PB[One];B[aa])", "(;GM[1]PB[Two];B[bb];W[cc])"


def dropped(state, path):
    """(state after a file was dropped onto the window, the task that opens it)."""
    state = update(state, ev.FileDropped(path))
    return replace(state, task=None), state.task


def answer(task, data):
    """What the thread that reads the file of ``task`` says."""
    return ev.GameOpened(task.path, parse_game(data, "x"), task.serial)


def black(state):
    return state.tree.root.text("PB")


def test_a_late_file_does_not_replace_a_newer_one():
    state, first = dropped(fresh(), "one.sgf")
    state, second = dropped(state, "two.sgf")
    state = update(state, answer(second, TWO))
    assert black(state) == "Two"
    assert not state.busy
    edited = run(state, "forward", "K10")
    late = update(edited, answer(first, ONE))
    assert late is edited


def test_a_late_failure_is_not_told():
    state, first = dropped(fresh(), "one.sgf")
    state, second = dropped(state, "two.sgf")
    assert update(state, ev.Failed("gone", first.serial)) is state
    failed = update(state, ev.Failed("gone", second.serial))
    assert failed.message.is_error
    assert not failed.busy


def test_a_folder_to_be_opened_is_shown_in_the_chooser(tmp_path):
    (tmp_path / "one.sgf").write_text(ONE)
    state, task = dropped(fresh(), str(tmp_path))
    late = update(state, ev.FileDropped("two.sgf"))
    found = open_game(task.path, task.number, task.serial)
    assert update(late, found) is late, "another file is waited for by now"
    state = update(state, found)
    assert not state.busy
    assert (state.dialog.kind, state.dialog.entries) == ("open", ("one.sgf",))
    state = run(state, ev.DialogKey("down"), ev.DialogKey("enter"))
    assert state.task.path == str(tmp_path / "one.sgf")


def test_a_folder_without_games_says_so():
    dialog = Dialog(kind="open", folder="/x", fields=(make_field(),))
    assert dialog_note(dialog).startswith("There is no game in this folder")
    typed = dialog.with_field(make_field("y"))
    assert dialog_note(typed).startswith("No such game here")


def test_a_game_edited_while_a_file_was_read_is_asked_for():
    state, task = dropped(run(fresh(role=Role.BOTH), ev.NodeChosen(0)), "one.sgf")
    state = run(state, "pass")
    assert state.position.turn == 0, "nothing is played meanwhile"
    state = run(opened(), "last")
    state, task = dropped(state, "one.sgf")
    state = run(state, "delete")
    state = update(state, answer(task, ONE))
    assert state.dialog.kind == "unsaved"
    assert black(update(state, ev.DialogKey("escape"))) == "AlphaGo"
    assert black(update(state, ev.Typed("d"))) == "One"
    saving = update(state, ev.Typed("s"))
    assert saving.task.kind == "save"
    assert saving.dialog is None
    saved = ev.GameSaved("/x/a.sgf", saving.tree, saving.task.then, saving.task.serial)
    assert black(update(replace(saving, task=None), saved)) == "One"


def test_what_was_agreed_to_is_not_asked_twice():
    state = update(run(fresh(role=Role.BOTH), "Q16"), ev.FileDropped("one.sgf"))
    state = update(state, ev.Typed("d"))
    state, task = replace(state, task=None), state.task
    assert black(update(state, answer(task, ONE))) == "One"
    found = ev.GamesFound("one.sgf", ("1.  a", "2.  b"), task.serial)
    assert not run(state, found).busy
    chosen = run(state, found, ev.DialogChosen("entry", 1))
    assert chosen.task.number == 2
    assert chosen.dialog is None


def test_what_was_agreed_to_holds_for_that_file_alone():
    state = update(run(fresh(role=Role.BOTH), "Q16"), ev.FileDropped("one.sgf"))
    state = update(state, ev.Typed("d"))
    found = ev.GamesFound("one.sgf", ("1.  a", "2.  b"), state.task.serial)
    state = run(replace(state, task=None), found, ev.DialogKey("escape"))
    assert run(state, ev.CloseAsked()).dialog.kind == "unsaved"


def test_an_undo_beyond_what_was_saved_meanwhile_is_a_change():
    state, task = dropped(run(opened(), "last"), "one.sgf")
    state = run(state, "delete")
    state = update(state, ev.GameSaved("/x/b.sgf", state.tree, None, state.game))
    state = run(state, "undo")
    assert state.is_changed
    state = update(state, answer(task, ONE))
    assert state.dialog.kind == "unsaved"


def test_a_file_waits_for_a_question_to_be_answered():
    state, task = dropped(fresh(), "one.sgf")
    state = run(state, "resign")
    state = update(state, answer(task, ONE))
    assert (black(state), state.dialog.kind) == ("You", "resign")
    assert black(update(state, ev.DialogKey("escape"))) == "One"
    resigned = update(state, ev.DialogKey("enter"))
    assert (black(resigned), resigned.dialog.kind) == ("You", "unsaved")


def test_escape_stops_the_opening_of_a_file():
    state, task = dropped(fresh(), "one.sgf")
    state = run(state, "leave")
    assert not state.busy
    assert "one.sgf" in state.message.text
    assert update(state, answer(task, ONE)) is state
    state, _ = dropped(state, "two.sgf")
    assert update(state, answer(task, ONE)) is state


def test_the_network_makes_no_move_while_a_file_is_opened():
    state, task = dropped(fresh(role=Role.WHITE), "one.sgf")
    assert not state.computer_to_play
    assert not wanted(state).move
    assert not update(state, ev.MoveFound(state.serial, 72)).is_changed
    assert update(state, ev.Failed("gone", task.serial)).computer_to_play


def test_a_saved_game_is_the_one_that_was_asked_for():
    state = run(opened(), "last", "delete", "save")
    task = state.task
    assert task is not None
    assert task.tree is not None
    state = replace(state, task=None)
    other = update(state, ev.GameOpened("", parse_game(ONE, "x"), state.openings))
    late = ev.GameSaved("/x/a.sgf", task.tree, None, task.serial)
    other = update(run(other, ev.Typed("d"), "forward", "K10"), late)
    assert black(other) == "One"
    assert other.is_changed
    assert other.path != "/x/a.sgf"


def test_cancelling_a_new_game_leaves_the_running_one_as_it_was():
    before = run(fresh(), "Q16")
    state = run(before, "new", *[ev.DialogKey("right")] * 2, ev.DialogKey("enter"))
    assert state.dialog.kind == "unsaved"
    for cancel in (ev.DialogKey("escape"), ev.DialogChosen("cancel")):
        after = update(state, cancel)
        assert after.options == before.options
        assert after.tree is before.tree
    saving = update(state, ev.Typed("s"))
    assert update(saving, ev.DialogKey("escape")).options == before.options
    assert update(state, ev.Typed("d")).role is Role.BOTH


# Files on a disk.


def save_as(state, text, folder, *more):
    """The window after Save as with ``text`` typed, and the task done."""
    state = run(state, "save_as", ev.FolderListed(str(folder), ()))
    state = run(
        state, ev.DialogKey("ctrl+a"), ev.Typed(text), ev.DialogKey("enter"), *more
    )
    return written(state)


def written(state):
    """The window after the task to save was done."""
    task = state.task
    assert task is not None
    return update(replace(state, task=None), tasks.write_game(task))


@pytest.mark.parametrize("typed", ["a.sgf", "a", "{}/a.sgf", "{}/sub/../a", "A.SGF"])
def test_a_typed_path_replaces_no_file_without_a_question(tmp_path, typed):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.sgf").write_text("mine")
    if typed == "A.SGF" and not (tmp_path / "A.SGF").exists():
        pytest.skip("names of other case are other files here")
    state = run(fresh(role=Role.BOTH), "Q16")
    state = save_as(state, typed.format(tmp_path), tmp_path)
    assert state.dialog.kind == "overwrite"
    assert (tmp_path / "a.sgf").read_text() == "mine"
    state = run(state, ev.Typed("o"))
    state = written(state)
    assert (tmp_path / "a.sgf").read_text().startswith("(;")
    assert not state.is_changed


def test_a_file_that_was_opened_is_saved_without_a_question(tmp_path):
    path = tmp_path / "a.sgf"
    path.write_text(TWO)
    state = update(fresh(), tasks.open_game(str(path)))
    state = written(run(state, "last", "K10", "save"))
    assert not state.is_changed
    assert "jj" in path.read_text()


@pytest.mark.parametrize("what", ["longer", "as long", "gone"])
def test_a_file_that_another_program_changed_is_asked_for(tmp_path, what):
    path = tmp_path / "a.sgf"
    path.write_text(TWO)
    state = update(fresh(), tasks.open_game(str(path)))
    state = written(run(state, "last", "K10", "save"))  # what it wrote itself is known
    state = run(state, "L10")
    if what == "gone":
        path.unlink()
    else:
        path.write_text(ONE if what == "longer" else path.read_text())
        os.utime(path, ns=(1, 1))
    state = written(run(state, "save"))
    assert (state.dialog.kind, state.is_changed) == ("overwrite", True)
    assert ("Not there" if what == "gone" else "Changed since") in state.dialog.text
    assert path.exists() != (what == "gone")
    kept = update(state, ev.DialogKey("escape"))
    assert kept.is_changed
    state = written(update(state, ev.Typed("o")))
    assert not state.is_changed
    assert "kj" in path.read_text()
    assert written(run(state, "M10", "save")).dialog is None


def test_nothing_is_saved_in_a_folder_that_nobody_has_seen():
    for ask in ("save_as", "open"):
        state = replace(run(fresh(), ask), task=None)
        typed = run(state, ev.Typed("a.sgf"), ev.DialogKey("enter"))
        assert (typed.task, typed.dialog.kind) == (None, state.dialog.kind)
        assert "not read yet" in typed.message.text
        path = os.path.abspath("x/a.sgf")
        state = run(state, ev.DialogKey("ctrl+a"), ev.Typed(path))
        assert run(state, ev.DialogKey("enter")).task.path == path


@pytest.mark.parametrize("name", ["all.sgf", "all.zip"])
def test_a_game_of_several_is_not_saved_over_all_of_them(tmp_path, name):
    path = tmp_path / name
    if name.endswith("zip"):
        make_zip(path, {"one.sgf": ONE, "two.sgf": TWO})
    else:
        path.write_text(ONE + TWO)
    before = path.read_bytes()
    state = update(fresh(), tasks.open_game(str(path), number=2))
    state = run(state, "last", "K10", "save")
    assert state.dialog.kind == "save", "under a name of its own"
    assert state.dialog.typed == "all-2.sgf"
    assert state.task == Task("list", str(tmp_path))
    assert path.read_bytes() == before


def test_opening_takes_the_path_that_was_typed():
    state = run(fresh(), "open")
    state = update(replace(state, task=None), ev.FolderListed("/games", ("only.sgf",)))
    for typed in ("/else/c", "sub/c.sgf", "other.sgf", "games.zip"):
        chosen = run(state, ev.Typed(typed), ev.DialogKey("enter"))
        assert chosen.task == Task("open", os.path.join("/games", typed))
    home = run(state, ev.Typed("~/c.sgf"), ev.DialogKey("enter"))
    assert home.task.path == os.path.expanduser("~/c.sgf")


def make_zip(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("one.gib", make_gib()),
        ("one.NGF", make_ngf()),
        ("one.ugi", make_ugf()),
        ("one.sgf.gz", gzip.compress(ONE.encode(), mtime=0)),
        ("one.gib.xz", lzma.compress(make_gib())),
        ("one.sgfs", ONE.encode()),
    ],
)
def test_a_record_that_is_no_sgf_opens_and_is_saved_as_sgf(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    game = tasks.open_game(str(tmp_path / name))
    assert (game.path, game.suggestion) == ("", str(tmp_path / "one.sgf"))
    assert tasks.list_folder(str(tmp_path)).entries == (name,)
    saved = tasks.write_game(Task("save", game.suggestion, tree=game.tree))
    assert saved.path == str(tmp_path / "one.sgf")
    again = tasks.open_game(saved.path)
    assert (again.path, again.tree.root.text("PB")) == (
        saved.path,
        game.tree.root.text("PB"),
    )
    assert [node.codes for node in again.tree.nodes] == [
        node.codes for node in game.tree.nodes
    ]


def test_a_damaged_compressed_record_is_told(tmp_path):
    (tmp_path / "a.sgf.gz").write_bytes(b"x")
    found = tasks.open_game(str(tmp_path / "a.sgf.gz"))
    assert found.text.startswith("a.sgf.gz: no game can be read in it: the file: ")


def test_an_encrypted_record_is_told(tmp_path):
    (tmp_path / "a.ugf").write_bytes(make_ugf().replace(b"PLAIN_UGF_FILE", b"SECRET"))
    found = tasks.open_game(str(tmp_path / "a.ugf"))
    assert found.text.startswith("a.ugf: an encrypted UGF file; ")


def test_an_archive_opens_its_games(tmp_path):
    make_zip(tmp_path / "a.zip", {"x/one.sgf": ONE, "two.sgf": TWO, "notes.txt": "x"})
    found = tasks.open_game(str(tmp_path / "a.zip"))
    assert found.titles == (
        "1.  One - White  (x/one.sgf)",
        "2.  Two - White  (two.sgf)",
    )
    game = tasks.open_game(str(tmp_path / "a.zip"), 2)
    assert game.tree.root.text("PB") == "Two"
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        data = ONE.encode()
        info = tarfile.TarInfo("one.sgf")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    game = tasks.open_game(str(tmp_path / "a.tar.gz"))
    assert (game.tree.root.text("PB"), game.path) == ("One", "")
    assert tasks.list_folder(str(tmp_path)).entries == ("a.tar.gz", "a.zip")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda path: path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 40),
            "damaged",
        ),
        (lambda path: make_zip(path, {}), "no game in the file"),
        (lambda path: make_zip(path, {"notes.txt": ONE}), "no game in the file"),
        (lambda path: make_zip(path, {"a.sgf": "prose"}), "no game in the file"),
    ],
)
def test_an_archive_without_a_game_says_so_in_one_line(tmp_path, make, words):
    make(tmp_path / "a.zip")
    found = tasks.open_game(str(tmp_path / "a.zip"))
    assert isinstance(found, ev.Failed)
    assert words in found.text
    assert "\n" not in found.text


def test_what_is_no_text_is_no_game(tmp_path):
    """In such bytes "(;" comes up now and then, and a game with nothing in it."""
    path = tmp_path / "a.sgf"
    path.write_bytes(bytes(range(256)) * 40 + b"(;B[aa])")
    assert "no text" in tasks.open_game(str(path)).text
    path.write_bytes(ONE.encode("utf-16-le"))
    assert tasks.open_game(str(path)).tree.root.text("PB") == "One"
    path.write_text("def f(;): pass")
    assert isinstance(tasks.open_game(str(path)), ev.Failed)


def test_a_fault_in_saving_is_told_and_the_game_stays(tmp_path, monkeypatch, caplog):
    def refuse(path, tree):
        raise ValueError("unescaped bracket")

    monkeypatch.setattr(tasks, "save_game", refuse)
    state = run(fresh(role=Role.BOTH), "Q16", ev.CloseAsked(), ev.Typed("s"))
    state = run(state, ev.FolderListed(str(tmp_path), ()), ev.DialogKey("enter"))
    state = written(state)
    assert "unescaped bracket" in state.message.text
    assert "Ctrl+Shift+S" in state.message.text
    assert state.is_changed
    assert not state.quit
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("folder", ["/no/such/folder", "a\0b", "~nobody-of-that-name"])
def test_a_folder_that_cannot_be_listed_is_told(folder):
    assert isinstance(tasks.list_folder(folder), ev.Failed)


# What the worker cannot answer.


def test_a_position_without_an_answer_is_asked_again_but_not_for_ever():
    state = run(fresh(), "Q16")
    keys = set()
    for _ in range(TRIES):
        job = wanted(state)
        assert job.key not in keys, "or the worker would take it for done"
        keys.add(job.key)
        state = update(state, ev.JobFailed(job.serial, "out of memory"))
        assert state.message.is_error
    assert wanted(state) is None
    assert "thinks" not in status_words(state)
    assert wanted(run(state, "move")).move, "Enter asks again"
    assert wanted(run(state, "take_back")) is not None


def test_a_failed_job_of_another_position_costs_no_try():
    state = run(fresh(), "Q16")
    assert update(state, ev.JobFailed(state.serial - 1, "x")).failures == 0


def test_a_count_that_fails_can_be_asked_for_again():
    state = run(fresh(), "Q16", "score")
    for _ in range(TRIES):
        state = update(state, ev.JobFailed(state.serial, "x"))
    assert wanted(state) is None
    assert wanted(run(state, "score", "score")).judgement


def test_without_rules_nothing_is_promised():
    state = replace(fresh(), ready=False)
    state = update(state, ev.KernelsFailed("The rules do not work: no disk"))
    assert "no disk" in state.message.text
    for step in ("Q16", "pass"):
        assert "do not work" in run(state, step).message.text
