"""What commands print, in Chinese: whole, in columns, and with no English left over."""

import ast
import re
from pathlib import Path

import pytest

import gopolicy
from gopolicy import errors, names
from gopolicy.cli.shared.translation import left, right
from gopolicy.go.features import FEATURES
from gopolicy.go.rules import ILLEGAL_REASONS
from gopolicy.language import speak, tr
from gopolicy.match import game
from gopolicy.measure.phases import PHASES
from gopolicy.sgf import record as records

ROOMS = Path(gopolicy.__file__).parent
GAMES = ROOMS.parent / "datasets"
GAME = str(GAMES / "alphago-leesedol-4.sgf")
CHINESE = {"LC_ALL": "zh_CN.UTF-8", "LANGUAGE": "", "COLUMNS": "100"}

#: Where what people read is put together.
SPEAKING = [
    *sorted((ROOMS / "cli").rglob("*.py")),
    *sorted((ROOMS / "plots").glob("*.py")),
    ROOMS / "review" / "annotate.py",
    ROOMS / "match" / "folder.py",
]
#: What they say to programs, by file: protocols, names of units, of fonts, of places in
#: a plot, what stands in files.
UNTRANSLATED = {
    "analysis.py": r"gopolicy analysis: (ready to begin|starting|cannot start)",
    "gtp.py": r"^gopolicy: GTP ready$",
    "compare.py": r"^MFLOPs$",
    "cjkfonts.py": r"",
    "figure.py": r"^DejaVu Sans$",
    "folder.py": r"^gopolicy match, game $",
}
_PLACES = re.compile(r"^(upper left|lower left|offset points|axes fraction)$")
_SENTENCE = re.compile(r"[A-Za-z]{2,}[ ,;:]+[A-Za-z]{2,}|^[A-Z][a-z]+$")
_WORD = re.compile(r"[A-Za-z]{3,}")
_PRINTS = {
    *("echo", "BadParameter", "UsageError", "ClickException", "progress_bar"),
    *("set_title", "set_xlabel", "set_ylabel", "suptitle", "annotate"),
}
_MARKS = ("tr", "N_", "phrase", "plural")


@pytest.fixture(autouse=True)
def _english_again():
    yield
    speak("en")


def _name(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _silent(tree):
    """Nodes whose strings are translated, or that nobody reads."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node  # a docstring
        if isinstance(node, ast.FunctionDef):
            yield from node.decorator_list  # the help is translated as a whole
        if isinstance(node, ast.FormattedValue) and node.format_spec:
            yield node.format_spec
        if isinstance(node, ast.Subscript):
            yield node.slice
        if isinstance(node, ast.Call):
            if _name(node) in _MARKS:
                yield from node.args[: 2 if _name(node) == "plural" else 1]
            if _name(node) in ("option", "argument", "out_option", "TypeVar"):
                yield node
            if getattr(getattr(node.func, "value", None), "id", "") in ("logger", "re"):
                yield node


def _printed(tree):
    """Nodes within what is printed or drawn, where a single word is a text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) in _PRINTS:
            yield from node.args
        if isinstance(node, ast.keyword) and node.arg in ("label", "title", "xlabel"):
            yield node.value


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: path.name)
def test_no_text_is_outside_the_catalogue(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {id(part) for node in _silent(tree) for part in ast.walk(node)}
    printed = {id(part) for node in _printed(tree) for part in ast.walk(node)}
    allowed = re.compile(UNTRANSLATED.get(path.name, "(?!)"))
    loose = [
        f"{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in silent
        and (_SENTENCE.search(node.value) or id(node) in printed)
        and _WORD.search(node.value)
        and not _PLACES.match(node.value)
        and not allowed.search(node.value)
    ]
    assert loose == []


def test_a_text_outside_the_catalogue_would_be_found(tmp_path, monkeypatch):
    path = tmp_path / "new.py"
    for line in (
        'click.echo(f"{n} games")',
        'click.echo(tr("{games}", games="ten games"))',
        'said = "a new sentence"',
        'axes.plot(x, label="network")',
    ):
        path.write_text(line, encoding="utf-8")
        with pytest.raises(AssertionError):
            test_no_text_is_outside_the_catalogue(path)
    path.write_text('click.echo(tr("{n} games", n=f"{n:,}"))', encoding="utf-8")
    test_no_text_is_outside_the_catalogue(path)


ERRORS = {
    name
    for name, what in vars(errors).items()
    if isinstance(what, type) and issubclass(what, errors.GoPolicyError)
}


def _told_in_english(tree):
    """Lines where one of our errors, or a warning, is no ``phrase``."""
    loose = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_text(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (_name(node) in {*ERRORS, "warning"}):
            for said in node.args[:1]:
                if _is_text(said) or getattr(said, "id", "") in loose:
                    yield node.lineno


def _is_text(node):
    """Whether it is a string or a sum of them, and no path or name."""
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    if isinstance(node, ast.JoinedStr):
        return any(map(_is_text, node.values))
    value = getattr(node, "value", None)
    return isinstance(value, str) and bool(_SENTENCE.search(value))


def test_every_error_is_said_so_that_it_can_be_translated():
    found = {
        path.name: list(_told_in_english(ast.parse(path.read_text(encoding="utf-8"))))
        for path in ROOMS.rglob("*.py")
    }
    assert {name: lines for name, lines in found.items() if lines} == {}
    for line in (
        'raise ConfigError(f"no such {name}")',
        'said = "some fault" + more\nraise ModelError(said)',
        'logger.warning("something is wrong")',
    ):
        assert list(_told_in_english(ast.parse(line)))
    said = ast.parse('raise ConfigError(phrase("no such {name}", name=name))')
    assert not list(_told_in_english(said))


def test_names_from_other_rooms_are_in_the_catalogue():
    found = {name for name, _, _ in PHASES} | {f.name for f in FEATURES}
    found |= set(ILLEGAL_REASONS)
    found |= {game.PASSES, game.RESIGNATION, game.MOVE_LIMIT, game.ILLEGAL, game.VOID}
    found |= {records.NO_GAME, records.UNREADABLE, records.NOT_GO, records.NO_MOVES}
    found |= {records.OTHER_SIZE, records.ILLEGAL_START}
    assert found <= set(names.NAMES)


def test_planes_and_kinds_have_names():
    speak("zh_CN")
    assert names.plane_name("liberties 8+") == "气数 8+"
    assert names.plane_name("self-atari size 3") == "送吃子数 3"
    assert names.plane_name("ones") == "全 1"
    assert names.kind_name("2010s") == "2010 年代"
    assert names.kind_name("7.5") == "7.5"
    assert names.kind_name("others") == "其他"
    speak("en")
    assert names.kind_name("2010s") == "2010s"


def test_columns_are_counted_by_width():
    assert left("平面", 6) == "平面  "
    assert right("平面", 6) == "  平面"
    assert left("ab", 3) == "ab "
    assert left("平面", 3) == "平面"


def test_one_and_many():
    assert tr.plural("{n:,} game", "{n:,} games", 1) == "1 game"
    assert tr.plural("{n:,} game", "{n:,} games", 1000) == "1,000 games"
    speak("zh_CN")
    assert tr.plural("{n:,} game", "{n:,} games", 1000) == "1,000 盘棋"
