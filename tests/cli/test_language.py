"""The command line in Chinese: whole catalogues, help pages that fit, the same JSON."""

import gettext
import json
import re
from pathlib import Path
from string import Formatter

import click
import pytest
from click.testing import CliRunner
from pages import marked_texts, read_catalogue

import gopolicy
from gopolicy.cli import main
from gopolicy.cli.shared.translation import columns, help_texts
from gopolicy.language import speak, tr

ROOMS = Path(gopolicy.__file__).parent
WINDOW = ROOMS.parent / "gui"
FOLDER = tr.folder / "zh_CN" / "LC_MESSAGES"
#: Of click's; the type has an English name only.
FREE = {"{value!r} is not a valid {number_type}."}
#: Where gettext looks for click's texts unless told otherwise.
ENGLISH = gettext.bindtextdomain("messages")
CHINESE = {"LC_ALL": "zh_CN.UTF-8", "LANGUAGE": "", "COLUMNS": "80"}


@pytest.fixture(autouse=True)
def _english_again():
    yield
    speak("en")
    gettext.bindtextdomain("messages", ENGLISH)


def commands(command=main):
    """A command and all below it."""
    yield command
    for other in getattr(command, "commands", {}).values():
        yield from commands(other)


def blanks(text):
    """The {places} of a text, in any order, with how their values are written."""
    parts = Formatter().parse(text)
    return sorted((name, form, how or "") for _, name, form, how in parts if name)


def run(*words, env=CHINESE):
    for command in commands():
        command._help_option = None  # click keeps it, in the language it was made in
    return CliRunner().invoke(main, words, env=env, prog_name="gopolicy")


def pages(command=main, path=()):
    """The words that lead to each help page."""
    yield path
    for name, other in getattr(command, "commands", {}).items():
        yield from pages(other, (*path, name))


def test_every_text_is_in_the_catalogue_and_translated():
    texts = marked_texts(ROOMS, "tr", "N_", "plural", "phrase")
    texts |= marked_texts(WINDOW, "phrase") | set(help_texts(main))
    catalogue = read_catalogue(FOLDER / "gopolicy.po")
    assert set(catalogue) - {""} == texts
    assert [text for text, said in catalogue.items() if not said] == []


@pytest.mark.parametrize("name", ["gopolicy", "messages"])
def test_the_compiled_catalogue_is_the_written_one(name):
    with (FOLDER / f"{name}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    catalogue = read_catalogue(FOLDER / f"{name}.po")
    assert len(catalogue) > 25
    written = (FOLDER / f"{name}.po").read_text(encoding="utf-8")
    pairs = dict(re.findall(r'^msgid "(.*)"\nmsgid_plural "(.*)"$', written, re.M))
    ones = {many: one for one, many in pairs.items()}
    for text, said in catalogue.items():
        assert compiled.gettext(ones.get(text, text)) == said
        if text not in FREE:
            assert blanks(pairs.get(text, text)) == blanks(said), text
        for option in re.findall(r"(?<!\S)--[a-z][a-z-]+", text):
            assert option in said, "an option that the translation leaves out"


@pytest.mark.parametrize("path", list(pages()), ids=" ".join)
def test_help_is_in_chinese_and_fits(path):
    shown = run(*path, "--help")
    assert shown.exit_code == 0
    usage, *lines = shown.output.splitlines()
    assert usage.startswith("用法")
    assert max(map(columns, lines)) <= 80
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", "\n".join(lines))
    assert all(line[:1] not in ("\uff0c", "\u3002") for line in map(str.lstrip, lines))
    assert "选项" in shown.output and "Options" not in shown.output


def test_faults_of_usage_are_told_in_chinese():
    shown = run("suggest", "--no-such-option")
    assert shown.exit_code == 2
    assert "没有选项" in shown.output


def test_what_the_window_would_say_of_a_fault_is_said_in_chinese():
    shown = run("suggest", "--model", "no-such-model", "--moves", "B Q16")
    assert shown.exit_code == 1
    assert "no-such-model" in shown.output
    assert "没有" in shown.output


def test_json_and_english_stay():
    words = ("suggest", "--moves", "B Q16", "--top", "3", "--json")
    found = [json.loads(run(*words, env=env).stdout) for env in (CHINESE, {})]
    assert found[0] == found[1]
    english = {**CHINESE, "LC_ALL": "C.UTF-8"}
    assert run("--help", env=english).output.startswith("Usage: gopolicy [OPTIONS]")


def test_a_copy_is_translated_and_the_command_stays():
    before = list(help_texts(main))
    run("--help")
    assert list(help_texts(main)) == before
    assert isinstance(main, click.Group)
