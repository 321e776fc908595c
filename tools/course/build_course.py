"""Makes the notebooks of docs/course, with outputs, from the chapters' sources.

python tools/course/build_course.py [--text] [NN_name ...]

Each ``docs/course/NN_name.py`` (jupytext's percent format) becomes the notebooks
``en/NN_name.ipynb`` and ``zh/NN_name.ipynb``: the text cells of one language and all
code cells, run from top to bottom. Without names, all chapters. Needs "dev". With
``--text`` nothing is run: where the code is as it was, the outputs are kept.
"""

from __future__ import annotations

import base64
import io
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import jupytext
import nbformat

ROOT: Final = Path(__file__).parents[2]
COURSE: Final = ROOT / "docs" / "course"
LANGUAGES: Final = ("en", "zh")
#: Of a notebook; so that a chapter can be looked at on the web.
MAX_BYTES: Final = 300_000
_SECONDS_A_CELL: Final = 600


def chapters() -> list[Path]:
    """The sources, in their order."""
    return sorted(COURSE.glob("[0-9][0-9]_*.py"))


def read_chapter(source: Path) -> Any:
    """The source as a notebook with the text of both languages."""
    return jupytext.read(source, fmt="py:percent")


def make_notebook(source: Path, language: str) -> Any:
    """The notebook of one language, without outputs."""
    cells = []
    for cell in read_chapter(source).cells:
        if cell.cell_type == "markdown":
            if cell.metadata["lang"] == language:
                cells.append(nbformat.v4.new_markdown_cell(cell.source))
        else:
            cells.append(nbformat.v4.new_code_cell(cell.source))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same in each build
    return nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {
                "name": "python3",
                "display_name": "Python 3",
                "language": "python",
            },
            "language_info": {"name": "python"},
        },
    )


def build(source: Path, language: str) -> Path:
    """Runs a chapter in one language and writes its notebook.

    Raises: nbclient's CellExecutionError when a cell fails.
    """
    from nbclient import NotebookClient

    notebook, folder = make_notebook(source, language), COURSE / language
    folder.mkdir(exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=_SECONDS_A_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
    )
    client.execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown = (_tidy(o) for o in cell.outputs if not _is_wait(o))
            cell.outputs = _join_prints(shown)
    out = folder / f"{source.stem}.ipynb"
    nbformat.write(notebook, out)
    return out


def renew_text(source: Path, language: str) -> Path:
    """Puts the text as it is now into a notebook, whose outputs stay.

    Raises: ValueError when its code is another than that of the source.
    """
    notebook, out = make_notebook(source, language), COURSE / language
    out /= f"{source.stem}.ipynb"
    before, after = (
        [cell for cell in some.cells if cell.cell_type == "code"]
        for some in (nbformat.read(out, 4), notebook)
    )
    if [cell.source for cell in before] != [cell.source for cell in after]:
        raise ValueError(f"the code of {out.name} has changed; run it")
    for old, new in zip(before, after, strict=True):
        new.outputs, new.execution_count = old.outputs, old.execution_count
    nbformat.write(notebook, out)
    return out


def _join_prints(outputs: Iterable[Any]) -> list[Any]:
    """What is printed in pieces, in one; else chance cuts it."""
    joined: list[Any] = []
    for output in outputs:
        if joined and output.get("name") == joined[-1].get("name") == "stdout":
            joined[-1]["text"] += output["text"]
        else:
            joined.append(output)
    return joined


def _is_wait(output: Any) -> bool:
    """Whether it only asks for patience, as the first run on a machine does."""
    return str(output.get("text", "")).startswith("compiling the kernels")


def _tidy(output: Any) -> Any:
    """An output in fewer bytes, without what says nothing: "<Figure size 640x480 ...>".

    Raises: ValueError for what a cell wrote to stderr, which no reader should see.
    """
    if output.get("name") == "stderr":
        raise ValueError(f"a cell wrote to stderr: {output['text']}")
    data = output.get("data", {})
    if "image/png" in data:
        data.pop("text/plain", None)
        data["image/png"] = _shrink(data["image/png"])
    return output


def _shrink(png: str) -> str:
    """A picture with at most 128 colors, in base64, which is what takes room here."""
    from PIL import Image

    made = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
        plain = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
        plain.save(made, "PNG", optimize=True)
    return base64.b64encode(made.getvalue()).decode()


def main(names: list[str]) -> None:
    """Builds the named chapters, or all, in both languages."""
    make = renew_text if "--text" in names else build
    names = [name for name in names if name != "--text"]
    for source in chapters():
        if names and source.stem not in names:
            continue
        for language in LANGUAGES:
            began = time.monotonic()
            out = make(source, language)
            seconds, n_bytes = time.monotonic() - began, out.stat().st_size
            sys.stdout.write(
                f"{out.relative_to(ROOT)}: {seconds:.0f} s, {n_bytes / 1000:.0f} KB"
                f"{', TOO LARGE' if n_bytes > MAX_BYTES else ''}\n"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
