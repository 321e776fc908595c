"""Pages: their headings and links, running what they show. And catalogues of texts."""

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from click.testing import CliRunner

from gopolicy.cli import main

ROOT = Path(__file__).parents[2]
#: All pages, but those that tools keep in hidden folders.
PAGES = sorted(
    path
    for pattern in ("*.md", "*/*.md", "docs/*/*.md")
    for path in ROOT.glob(pattern)
    if not path.relative_to(ROOT).parts[0].startswith(".")
)


def without_code(text: str) -> str:
    """A page without its code blocks, where a # begins no heading."""
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def code_blocks(text: str, language: str = "") -> list[str]:
    """What stands in the code blocks of a page that name this language, or none."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    return [code for named, code in blocks if named == language]


def headings(text: str) -> list[str]:
    """The headings below the title, in their order."""
    return re.findall(r"^##+ (.*)$", without_code(text), flags=re.MULTILINE)


def anchor(heading: str) -> str:
    """What GitHub makes of a heading for a link within a page."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def links(text: str) -> list[str]:
    """The targets of links and pictures; words and pictures may stand for them."""
    return re.findall(r"\]\(([^)\s]+)\)", without_code(text))


def run_shown(
    line: str, folder: Path, *, extra: Sequence[str] = (), stdin: bytes = b""
) -> None:
    """Runs a line "gopolicy ..." in ``folder``, ``extra`` words added to it.

    In this process: to start TensorFlow for each line would take most of the time, and
    that a process starts and ends well is tested elsewhere.
    """
    words = [*shlex.split(line)[1:], *extra]
    if words[0] == "gtp":  # takes the stdout of its process for itself
        _run_process(words, folder, stdin)
        return
    kept = os.getcwd()
    os.chdir(folder)
    try:
        result = CliRunner().invoke(main, words, input=stdin)
    finally:
        os.chdir(kept)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, f"{line}\n{result.output}"


def _run_process(words: list[str], folder: Path, stdin: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gopolicy", *words],
        input=stdin,
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gui'}"},
        timeout=600,
    )
    assert done.returncode == 0, f"{words}\n{done.stderr.decode()}"


def read_catalogue(path: Path) -> dict[str, str]:
    """The texts of a .po and their translations, its header as that of "".

    Of a thing that is counted, the text for one and that for many have the translation
    for many. No fuzzy ones are known.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.startswith("msgctxt")]
    assert not [line for line in lines if line.startswith("#") and "fuzzy" in line]
    found: dict[str, str] = {}
    said: list[list[str]] = []
    meant: list[str] = []
    parts = meant
    for line in lines:
        key, _, text = line.partition('"')
        if key.startswith("msgid"):
            said = [] if key == "msgid " else said
            parts = []
            said.append(parts)
        elif key.startswith("msgstr"):
            parts = meant = []
        elif key:  # a remark
            continue
        parts.append(ast.literal_eval(f'"{text}') if text else "")
        if parts is meant:
            found |= dict.fromkeys(map("".join, said), "".join(meant))
    return found


def calls_in(folder: Path, *marks: str) -> Iterator[tuple[str, str, ast.Call]]:
    """(place, name, call) of each call of these names in the code of ``folder``."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            func = getattr(node, "func", None)
            name = getattr(func, "id", getattr(func, "attr", ""))
            if isinstance(node, ast.Call) and name in marks:
                yield f"{path.name}:{node.lineno}", name, node


def marked_texts(folder: Path, *marks: str) -> set[str]:
    """The texts in calls of these names in the code of ``folder``.

    "plural" stands for ``tr.plural``, whose first two arguments are texts. None is an
    f-string or a sum, which could be in no catalogue.
    """
    texts = set()
    for place, name, call in calls_in(folder, *marks):
        said = call.args[: 2 if name == "plural" else 1]
        assert not [x for x in said if isinstance(x, (ast.JoinedStr, ast.BinOp))], place
        texts |= {str(x.value) for x in said if isinstance(x, ast.Constant)}
    return texts
