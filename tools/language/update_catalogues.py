"""Brings the catalogues up to the texts of the program, and compiles them; needs Babel.

Usage: python tools/language/update_catalogues.py [--add LANGUAGE]

The window's are those of ``tr`` and ``N_`` in ``gui/gopolicy_gui``; all others those
of ``tr``, ``tr.plural`` and ``N_`` in ``gopolicy``, of ``phrase`` anywhere, and of the
commands' help. New ones stand in each .po with an empty translation, to be filled in;
then run this again: it compiles what is translated. ``--add fr`` begins catalogues.
What click says is in ``messages.po``, kept by hand and compiled here.
"""

from __future__ import annotations

import argparse
import ast
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from gopolicy.cli import main as command
from gopolicy.cli.shared.translation import help_texts

ROOT = Path(__file__).resolve().parents[2]
WINDOW = ROOT / "gui" / "gopolicy_gui"
BELOW = ROOT / "gopolicy"
HEADER = '# Texts of gopolicy; see CONTRIBUTING.md, "A language".'


def main() -> None:
    """Updates all catalogues."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--add", default="", metavar="LANGUAGE")
    added = parser.parse_args().add
    for room in (WINDOW, BELOW):
        locale = room / "locale"
        if added:
            (locale / added / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
        texts = collect_texts(room)
        for folder in sorted(locale.iterdir()):
            update(folder / "LC_MESSAGES" / "gopolicy.po", folder.name, texts)
    for path in BELOW.glob("locale/*/LC_MESSAGES/messages.po"):
        with path.open("rb") as file:
            compile_catalogue(path, read_po(file))


#: A text, or one thing and many.
Text = str | tuple[str, str]


def collect_texts(room: Path) -> list[Text]:
    """All texts of the window, or of all rooms but it, file by file in their order.

    Babel's own extraction passes over calls within calls.
    """
    texts: dict[Text, None] = {}
    sources: list[tuple[Path, tuple[str, ...]]] = [(room, ("tr", "N_", "plural"))]
    if room == BELOW:
        texts |= dict.fromkeys(help_texts(command))
        sources = [(room, ("tr", "N_", "plural", "phrase")), (WINDOW, ("phrase",))]
    for folder, marks in sources:
        for path in sorted(folder.rglob("*.py")):
            texts |= dict.fromkeys(marked_texts(path, marks))
    return list(texts)


def marked_texts(path: Path, marks: Sequence[str]) -> list[Text]:
    """The texts of a file that are first in calls of these names."""
    calls = [
        (node, getattr(node.func, "id", getattr(node.func, "attr", "")))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    texts: list[Text] = []
    for call, name in sorted(calls, key=lambda x: (x[0].lineno, x[0].col_offset)):
        said = [str(x.value) for x in call.args[:2] if isinstance(x, ast.Constant)]
        if name in marks and said:
            texts.append((said[0], said[1]) if name == "plural" else said[0])
    return texts


def update(path: Path, language: str, texts: list[Text]) -> None:
    """The .po with ``texts`` and no others, what is translated kept; and its .mo."""
    now = datetime.now(timezone.utc)
    catalogue = Catalog(
        locale=language,
        project="gopolicy",
        version="",
        copyright_holder="gopolicy",
        creation_date=now,
        revision_date=now,
        last_translator="gopolicy",
        language_team="",
        header_comment=HEADER,
        fuzzy=False,
    )
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    template = Catalog()
    for text in texts:
        template.add(text)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, ignore_obsolete=True)
    compile_catalogue(path, catalogue)


def compile_catalogue(path: Path, catalogue: Catalog) -> None:
    """The .mo of a .po."""
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


if __name__ == "__main__":
    main()
