"""What commands print, in Chinese: whole, in columns, and with no English left over."""

import ast
import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from pages import read_catalogue

import gopolicy
from gopolicy import errors, names
from gopolicy.cli import main
from gopolicy.cli.shared.translation import columns, left, right
from gopolicy.go.coords import BLACK
from gopolicy.go.features import FEATURES
from gopolicy.go.rules import ILLEGAL_REASONS
from gopolicy.language import speak, tr
from gopolicy.match import game
from gopolicy.match.folder import describe
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
        path.name: list(_told_in_english(ast.parse(text)))
        for path in ROOMS.rglob("*.py")
        for text in [path.read_text(encoding="utf-8")]
        if re.search(r"Error\(|warning\(", text)
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A record of twelve moves and a dataset of some games."""
    folder = tmp_path_factory.mktemp("chinese")
    moves = "".join(f";{'BW'[i % 2]}[{'dpqc'[i % 4]}{chr(100 + i)}]" for i in range(12))
    (folder / "short.sgf").write_text(f"(;GM[1]SZ[19]PB[a]PW[b]{moves};B[tt])")
    (folder / "broken.sgf").write_text("(;GM[1]SZ[19];B[dd];W[dd])")
    with zipfile.ZipFile(folder / "outside.zip", "w") as archive:
        archive.writestr("../out.sgf", "(;B[dd])")
    (folder / "notes.txt").write_text("no record")
    run("dataset", "build", GAME, folder, "--min-moves", 10, "-o", folder / "a.h5")
    return folder


def run(*words, env=CHINESE):
    shown = CliRunner().invoke(main, [str(word) for word in words], env=env)
    assert not shown.exception or isinstance(shown.exception, SystemExit)
    return shown


#: Names of files, of options and of commands.
_NOT_SAID = re.compile(
    r"'[^']*'|[\w/.-]*\.(h5|sgf|png|txt|zip)"
    r"|--[a-z-]+|(gopolicy|main) (dataset )?[a-z]+"
)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("suggest short.sgf --top 3", 0),
        ("planes short.sgf --move 5", 0),
        ("review short.sgf --plot review.png --sgf reviewed.sgf", 0),
        ("dataset build short.sgf broken.sgf notes.txt -o b.h5 --min-moves 10", 0),
        ("dataset build short.sgf outside.zip -o e.h5 --min-moves 10", 0),
        ("dataset info a.h5 --plot info.png", 0),
        ("dataset merge a.h5 b.h5 -o c.h5", 0),
        ("dataset export a.h5 -o a.sgf", 0),
        ("evaluate a.h5 --positions 20 --plot evaluated.png", 0),
        ("suggest", 1),
        ("suggest nothing.sgf", 1),
        ("suggest short.sgf --move 99", 1),
        ("suggest --moves Z99", 1),
        ("suggest broken.sgf --game 2", 1),
        ("dataset info nothing.h5", 1),
        ("dataset info short.sgf", 1),
        ("dataset build notes.txt -o d.h5", 1),
        ("dataset build short.sgf -o no/d.h5", 1),
        ("dataset filter a.h5 -o d.h5 --result W+R", 1),
        ("dataset export a.h5 -o a.txt", 2),
        ("evaluate default", 2),
        ("play nothing.sgf", 1),
        ("match", 2),
        ("suggest a b", 2),
        ("suggest --top x", 2),
        ("suggest --model", 2),
        ("play --theme foo", 2),
        ("match --opponent no-such-program --games 1", 1),
    ],
)
def test_what_a_command_says_is_in_chinese(folder, monkeypatch, words, code):
    monkeypatch.chdir(folder)
    shown = run(*words.split())
    assert shown.exit_code == code, shown.output
    said = _NOT_SAID.sub("", shown.output)
    assert re.search("[\u4e00-\u9fff]", said)
    assert not re.search(r"[A-Za-z]{3,}[ ,;:]+[A-Za-z]{2,}", said)


def test_tables_keep_their_columns(folder, monkeypatch):
    monkeypatch.chdir(folder)
    lines = run("review", "short.sgf").stdout.splitlines()
    (head,) = [
        line for line in lines if "\u540d\u6b21" in line and "\u6982\u7387" in line
    ]
    table = lines[lines.index(head) + 1 :]
    table = table[: table.index("")]
    rows = [re.match(r" +\d+  \S+ +[A-T]\d+ +\d+", line) for line in table]
    ends = [columns(row[0]) for row in rows if row]
    assert len(ends) >= 12
    assert set(ends) == {columns(head[: head.index("\u540d\u6b21") + 2])}


def test_json_stays_english(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for words in ("review short.sgf --json", "dataset info a.h5 --json"):
        shown = [run(*words.split(), env=env).stdout for env in (CHINESE, {})]
        assert json.loads(shown[0]) == json.loads(shown[1])


def test_comments_of_a_review_are_known_again_in_every_language(folder, monkeypatch):
    """The window tells by their beginning that a game has been reviewed."""
    catalogue = read_catalogue(tr.folder / "zh_CN" / "LC_MESSAGES" / "gopolicy.po")
    begins = [said for text, said in catalogue.items() if text.startswith("gopolicy: ")]
    assert len(begins) >= 4
    assert all(said.startswith("gopolicy: ") for said in begins)
    monkeypatch.chdir(folder)
    run("review", "short.sgf", "--sgf", "again.sgf")
    written = Path("again.sgf").read_text(encoding="utf-8")
    assert re.search("gopolicy: [A-T]\\d+ \u7b2c \\d+ \u9009", written)


def test_what_a_game_of_a_match_came_to():
    result = game.GameResult(
        number=3,
        our_color=BLACK,
        points=[72, 288],
        result="B+R",
        ending=game.RESIGNATION,
        our_lead=3.5,
    )
    assert describe(result) == (
        "game 3: we (Black) won, B+R, by resignation after 2 moves; counts: we B+3.5"
    )
    speak("zh_CN")
    assert not _WORD.search(describe(result))
