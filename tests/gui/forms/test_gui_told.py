"""What rooms below say of files, moves and models, in the window's language."""

import pickle
import re
import zipfile

import pytest
from gopolicy_gui.app.worker import describe
from gopolicy_gui.model import tasks
from gopolicy_gui.model.language import speak, told
from gui_states import opened, run

from gopolicy.errors import ModelError, SgfError, phrase
from gopolicy.modelstore import find_model
from gopolicy.sgf.sources import iter_sources


@pytest.fixture(autouse=True)
def _english_again():
    yield
    speak("en")


def test_a_phrase_is_its_english_text_and_keeps_its_parts():
    said = phrase("{name}: {size:,} bytes", name="a.sgf", size=5000)
    assert said == "a.sgf: 5,000 bytes"
    again = pickle.loads(pickle.dumps(SgfError(said))).args[0]
    assert (again, again.template, again.values) == (said, said.template, said.values)
    assert phrase("a {brace}", brace="{b}") == "a {b}"
    assert phrase("100 %") == "100 %"


def test_phrases_within_phrases_and_errors_are_translated():
    inner = SgfError(phrase("the archive is encrypted; unpack it"))
    outer = SgfError(phrase("{name}: {reason}", name="a.7z", reason=inner))
    assert told(outer) == "a.7z: the archive is encrypted; unpack it"
    speak("zh_CN")
    assert told(outer) == "a.7z：压缩包已加密；请先解压"  # noqa: RUF001
    assert told("outside software") == "outside software"
    assert told(ValueError(1, 2)) == "(1, 2)"
    assert str(outer) == "a.7z: the archive is encrypted; unpack it", "for the rest"


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        (";B[aa];W[aa]", "第 2 手：该点已有棋子 A19"),  # noqa: RUF001
        (";B[aa];W[zz]", "第 2 手：棋盘上没有这个点：'zz'"),  # noqa: RUF001
    ],
)
def test_where_a_record_stops_is_said_in_chinese(moves, words):
    state = run(opened(f"(;GM[1]{moves})", language="zh_CN"), "last")
    assert state.message.is_error
    assert words in state.message.text
    assert not re.search("[A-Za-z]{3}", state.message.text)


def broken_files(folder):
    """Files of many kinds that cannot be opened."""
    (folder / "a.rar").write_bytes(b"Rar!")
    (folder / "b.sgf.gz").write_bytes(b"\x1f\x8b\x08 nothing")
    (folder / "c.ugf").write_text("[Header]\nCrypt=XYZ,1\nSize=19\n[Data]\nAB,B1,0\n")
    (folder / "d.sgf").write_text("(;GM[1]SZ[99];B[aa])")
    (folder / "e.7z").write_bytes(b"7z\xbc\xaf\x27\x1c nothing")
    with zipfile.ZipFile(folder / "f.zip", "w") as archive:
        archive.writestr("../out.sgf", "(;GM[1];B[aa])")
    return sorted(folder.iterdir())


def test_why_a_file_cannot_be_opened_is_said_in_chinese(tmp_path):
    speak("zh_CN")
    said = [tasks.open_game(str(path)).text for path in broken_files(tmp_path)]
    for text in said:
        assert re.search("[一-鿿]{4}", text), text
        for word in ("unpack", "damaged", "the archive", "write", "again", "which"):
            assert word not in text
    assert "可信的环境" in said[-1]


def test_sources_say_the_same_in_english_as_before(tmp_path):
    problems = [s.problem for s in iter_sources(broken_files(tmp_path)[1:3])]
    assert problems[0].startswith("the file is damaged: ")
    assert problems[0].endswith("; get the file again")


def test_a_model_that_is_missing_is_said_in_chinese():
    speak("zh_CN")
    with pytest.raises(ModelError) as caught:
        find_model("no-such")
    assert describe(caught.value).startswith("没有模型 'no-such'")
    assert str(caught.value).startswith("no model 'no-such'; looked for")
