"""Runs a chapter of the course as a notebook would, in a process of its own.

The process is forked from one that has imported TensorFlow and not used it, where the
system can: each chapter then begins afresh, and TensorFlow is loaded once for all.
"""

import contextlib
import io
import multiprocessing
import os
import re
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from build_course import COURSE, read_chapter


@dataclass(frozen=True)
class Exercise:
    """Its code cells, and what a wrong and the right answer put for the first one."""

    blank: str
    check: str
    wrong: str
    solution: str


@dataclass
class Outcome:
    """What the checks of a chapter said: of blank, wrong and right answers."""

    not_yet: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    printed: str = ""


def find_solution(text: str) -> str:
    """The code of a folded solution; "" where the text has none."""
    if "<details>" not in text:
        return ""
    return "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.M))


def parts_of(source: Path, language: str) -> list[str | Exercise]:
    """The code cells of a chapter; those of an exercise are one part.

    Raises: AssertionError for an exercise without a check, a wrong or a right answer.
    """
    cells = [
        cell
        for cell in read_chapter(source).cells
        if cell.metadata.get("lang", language) == language
    ]
    parts: list[str | Exercise] = []
    i = 0
    while i < len(cells):
        cell = cells[i]
        if "exercise" in cell.metadata.get("tags", []):
            check, text = cells[i + 1 : i + 3]
            assert "check" in check.metadata["tags"], check.source
            wrong, solution = check.metadata["wrong"], find_solution(text.source)
            assert wrong and solution, cell.source
            parts.append(Exercise(cell.source, check.source, wrong, solution))
            i += 2
        elif cell.cell_type == "code":
            parts.append(cell.source)
        i += 1
    return parts


def _run_here(source: Path, language: str, out: Path) -> Outcome:
    """The body of the process: all cells in one namespace, warnings as errors."""
    os.environ |= {
        "GOPOLICY_COURSE_LANG": language,
        "GOPOLICY_COURSE_QUICK": "1",
        "GOPOLICY_COURSE_OUT": str(out),
        "MPLBACKEND": "agg",
    }
    warnings.simplefilter("error")
    os.chdir(COURSE / language)
    names: dict[str, Any] = {"__name__": "__main__"}
    outcome = Outcome()

    def run(code: str) -> str:
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            exec(compile(code, f"{source.stem}.ipynb", "exec"), names)
        return text.getvalue()

    for part in parts_of(source, language):
        if isinstance(part, str):
            outcome.printed += run(part)
            continue
        for answer, said in (
            (part.wrong, outcome.wrong),
            (part.solution, outcome.right),
            (part.blank, outcome.not_yet),  # last: the cells below run without it
        ):
            run(part.blank)
            run(answer)
            said.append(run(part.check))
    return outcome


def run_chapter(source: Path, language: str, out: Path) -> Outcome:
    """Runs it in ``language``, quickly; ``out``: where it may write.

    Raises: what a cell raises.
    """
    can_fork = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if can_fork else "spawn")
    context.set_forkserver_preload(["tensorflow", "matplotlib.pyplot"])
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_run_here, source, language, out).result()
