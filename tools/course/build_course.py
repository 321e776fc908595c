"""Makes the notebooks of docs/course, with outputs, from the chapters' sources.

python tools/course/build_course.py [NN_name ...]

Each ``docs/course/NN_name.py`` (jupytext's percent format) becomes the notebooks
``en/NN_name.ipynb`` and ``zh/NN_name.ipynb``: the text cells of one language and all
code cells, run from top to bottom. Without names, all chapters. Needs "dev".
"""

from __future__ import annotations

import base64
import io
import sys
import time
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
            cell.outputs = [_tidy(output) for output in cell.outputs]
    out = folder / f"{source.stem}.ipynb"
    nbformat.write(notebook, out)
    return out


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
    for source in chapters():
        if names and source.stem not in names:
            continue
        for language in LANGUAGES:
            began = time.monotonic()
            out = build(source, language)
            seconds, n_bytes = time.monotonic() - began, out.stat().st_size
            sys.stdout.write(
                f"{out.relative_to(ROOT)}: {seconds:.0f} s, {n_bytes / 1000:.0f} KB"
                f"{', TOO LARGE' if n_bytes > MAX_BYTES else ''}\n"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
