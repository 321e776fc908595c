"""Brings the window's catalogues up to its texts, and compiles them; needs Babel.

Usage: python tools/language/update_catalogues.py [--add LANGUAGE]

Texts are collected from ``gui/gopolicy_gui`` (``tr`` and ``N_``) and from ``gopolicy``
(``phrase``). New ones stand in each .po with an empty translation, to be filled in;
then run this again: it compiles what is translated. ``--add fr`` begins a catalogue.
"""

from __future__ import annotations

import argparse
import ast
from datetime import datetime, timezone
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
WINDOW = ROOT / "gui" / "gopolicy_gui"
BELOW = ROOT / "gopolicy"
LOCALE = WINDOW / "locale"
HEADER = '# Texts of gopolicy\'s window; see CONTRIBUTING.md, "A language".'


def main() -> None:
    """Updates all catalogues."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--add", default="", metavar="LANGUAGE")
    added = parser.parse_args().add
    if added:
        catalogue_path(added).parent.mkdir(parents=True, exist_ok=True)
    texts = collect_texts()
    for folder in sorted(LOCALE.iterdir()):
        update(folder.name, texts)


def catalogue_path(language: str) -> Path:
    """Where a language's texts are."""
    return LOCALE / language / "LC_MESSAGES" / "gopolicy.po"


def collect_texts() -> list[str]:
    """All texts of the window, file by file in their order, and those that rooms below
    make with ``phrase``.

    Babel's own extraction passes over calls within calls.
    """
    texts: dict[str, None] = {}
    for path in (*sorted(WINDOW.rglob("*.py")), *sorted(BELOW.rglob("*.py"))):
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("tr", "N_", "phrase")
        ]
        for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
            if isinstance(call.args[0], ast.Constant):
                texts[str(call.args[0].value)] = None
    return list(texts)


def update(language: str, texts: list[str]) -> None:
    """The .po with ``texts`` and no others, what is translated kept; and its .mo."""
    path = catalogue_path(language)
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
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


if __name__ == "__main__":
    main()
