"""The course: both languages complete, every cell runs, checks say right and wrong."""

import ast
import re

import nbformat
import pytest
from build_course import COURSE, LANGUAGES, MAX_BYTES, chapters, make_notebook
from build_course import read_chapter as read
from course_run import (  # type: ignore[import-not-found] # beside
    Exercise,
    find_solution,
    parts_of,
    run_chapter,
)
from pages import ROOT, links

from gopolicy.config import ARCHITECTURES

CHAPTERS = [source.stem for source in chapters()]
#: What ``check`` says first.
VERDICTS = {"en": ("Right", "Not right", "Not yet"), "zh": ("对", "不对", "还没有答案")}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def source_of(name):
    return COURSE / f"{name}.py"


def texts_of(name):
    """Pairs (English, Chinese) of a chapter's text cells."""
    cells = [c for c in read(source_of(name)).cells if c.cell_type == "markdown"]
    assert [c.metadata["lang"] for c in cells] == ["en", "zh"] * (len(cells) // 2)
    return [(a.source, b.source) for a, b in zip(cells[::2], cells[1::2], strict=True)]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Where the chapters write: datasets are built once."""
    return tmp_path_factory.mktemp("course")


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CHAPTERS)
def test_every_cell_runs_and_the_checks_tell_right_from_wrong(name, language, out):
    outcome = run_chapter(source_of(name), language, out)
    right, wrong, not_yet = VERDICTS[language]
    assert outcome.right, "a chapter without an exercise"
    for said, word in (
        (outcome.right, right),
        (outcome.wrong, wrong),
        (outcome.not_yet, not_yet),
    ):
        assert all(text.splitlines()[-1].startswith(word) for text in said), said
    if outcome.printed:
        assert bool(_CHINESE.search(outcome.printed)) == (language == "zh")


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_text_is_complete_in_both_languages(name):
    """The same blocks in the same order: headings, items, code, links, solutions."""
    for english, chinese in texts_of(name):
        assert not _CHINESE.search(english), english
        assert _CHINESE.search(chinese), chinese
        blocks = [re.split(r"\n{2,}", text.strip()) for text in (english, chinese)]
        assert len(blocks[0]) == len(blocks[1]), english
        for pattern in (r"^#+ ", r"^(?:[-*] |\d+\. )", r"\|", r"^\$\$"):
            found = [re.findall(pattern, text, re.M) for text in (english, chinese)]
            assert len(found[0]) == len(found[1]), (pattern, english)
        assert sorted(links(english)) == sorted(links(chinese))
        assert find_solution(english) == find_solution(chinese)


@pytest.mark.parametrize("name", CHAPTERS)
def test_links_of_the_text_lead_somewhere(name):
    for pair in texts_of(name):
        for target in links(pair[0]):
            file = target.partition("#")[0]
            if file and not file.startswith("https://"):
                assert (COURSE / "en" / file).exists(), target


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_exercise_has_a_question_a_wrong_answer_and_a_solution(name):
    parts = parts_of(source_of(name), "en")
    exercises = [part for part in parts if isinstance(part, Exercise)]
    assert exercises
    assert len(exercises) == sum("<details>" in text for text, _ in texts_of(name))


#: Calls and their arguments that a reader sees.
_SHOWN_BY = {"print", "set_title", "set_xlabel", "set_ylabel", "suptitle", "annotate"}
_SHOWN_AS = {"label", "title", "xlabel", "ylabel", "hint"}


def _unsaid(tree):
    """Words that a reader would see in English only: not given to ``say``."""

    def words(node):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"[a-zA-Z]{4,}", node.value)
        if isinstance(node, ast.Subscript | ast.FormattedValue):
            return
        for child in ast.iter_child_nodes(node):
            yield from words(child)

    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            seen = [k.value for k in node.keywords if k.arg in _SHOWN_AS]
            for argument in (*(node.args if name in _SHOWN_BY else ()), *seen):
                yield from words(argument)


#: The same in both languages.
_NAMES = {
    "tanh",
    "relu",
    "leaky",
    "maxout",
    "alphago",
    "resnet",
    "inception",
    "alexnet",
    "gopolicy",
    "linear",
    "mflops",
}


@pytest.mark.parametrize("name", CHAPTERS)
def test_what_pictures_and_prints_say_is_said_in_both_languages(name):
    for cell in read(source_of(name)).cells:
        if cell.cell_type == "code":
            found = {word.lower() for word in _unsaid(ast.parse(cell.source))}
            assert not found - _NAMES, cell.source


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CHAPTERS)
def test_the_notebook_is_that_of_the_source(name, language):
    """``python tools/course/build_course.py`` makes it; each code cell was run."""
    file = COURSE / language / f"{name}.ipynb"
    assert file.stat().st_size <= MAX_BYTES
    there = nbformat.read(file, 4)
    made = make_notebook(source_of(name), language)
    assert [(c.cell_type, c.source) for c in there.cells] == [
        (c.cell_type, c.source) for c in made.cells
    ]
    nbformat.validate(there)
    assert all(c.execution_count for c in there.cells if c.cell_type == "code")
    assert str(ROOT) not in file.read_text(encoding="utf-8")


#: A row of the table: topic, chapter, headings in it.
_ROW = re.compile(r"^\| (.+?) \| \[(\d+)\]\((\w\w)/(\w+)\.ipynb\) \| (.+) \|$", re.M)
_SEPARATOR = re.compile("; |\uff1b")
_PAGES = {"en": COURSE / "README.md", "zh": COURSE / "README.zh.md"}


def headings_of(name, language):
    """Those of a chapter, in one language."""
    place = LANGUAGES.index(language)
    text = "\n".join(pair[place] for pair in texts_of(name))
    return re.findall(r"^##+ (.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_network_is_explained_and_compared(name):
    for place in (0, 1):
        explained, compared = (
            "\n".join(pair[place] for pair in texts_of(chapter))
            for chapter in ("07_architectures", "09_evaluation")
        )
        assert f"**`{name}`**" in explained and f"**{name}**" in compared
    table = (COURSE / "six-networks.txt").read_text(encoding="utf-8")
    assert re.search(rf"^{name} ", table, re.MULTILINE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_of_the_slides_has_a_chapter_and_a_heading_there(language):
    page = _PAGES[language].read_text(encoding="utf-8")
    rows = _ROW.findall(page)
    table = page[page.index("|---") :].partition("\n\n")[0]
    assert len(rows) == table.count("\n") > 10
    for _, number, folder, name, found in rows:
        assert folder == language and name.startswith(f"{int(number):02}_")
        for heading in _SEPARATOR.split(found):
            assert heading in headings_of(name, language), heading


def test_the_two_tables_name_the_same_places():
    rows = [_ROW.findall(_PAGES[language].read_text("utf-8")) for language in LANGUAGES]
    places = [
        [
            (
                name,
                [headings_of(name, lang).index(x) for x in _SEPARATOR.split(found)],
            )
            for _, _, lang, name, found in some
        ]
        for some in rows
    ]
    assert places[0] == places[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_lists_every_chapter_by_its_title(language):
    page = _PAGES[language].read_text(encoding="utf-8")
    listed = re.findall(rf"^(\d+)\. \[(.*)\]\({language}/(\w+)\.ipynb\)$", page, re.M)
    assert [name for _, _, name in listed] == CHAPTERS
    for number, title, name in listed:
        text = texts_of(name)[0][LANGUAGES.index(language)]
        assert text.startswith(f"# {number}. {title}\n")
