"""Building notebooks: what is run, kept, and refused."""

import build_course
import nbformat
import pytest

CHAPTER = """# %% [markdown] lang="en"
# # 1. Sums

# %% [markdown] lang="zh"
# # 1. 求和

# %%
for number in range(3):
    print(number, flush=True)

# %% tags=["exercise"]
answer = ...

# %% tags=["check"] wrong="answer = 3"
print(answer)
"""


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    monkeypatch.setattr(build_course, "COURSE", tmp_path)
    source = tmp_path / "01_sums.py"
    source.write_text(CHAPTER, encoding="utf-8")
    return source


def printed(file):
    cells = nbformat.read(file, 4).cells
    return [
        [output["text"] for output in cell.outputs]
        for cell in cells
        if cell.cell_type == "code"
    ]


@pytest.mark.slow
def test_a_chapter_is_run_and_its_text_renewed_without_running(chapter):
    file = build_course.build(chapter, "zh")
    assert file == chapter.parent / "zh" / "01_sums.ipynb"
    assert printed(file) == [["0\n1\n2\n"], [], ["Ellipsis\n"]]
    assert nbformat.read(file, 4).cells[0].source == "# 1. 求和"

    chapter.write_text(CHAPTER.replace("求和", "加法"), encoding="utf-8")
    build_course.renew_text(chapter, "zh")
    assert nbformat.read(file, 4).cells[0].source == "# 1. 加法"
    assert printed(file) == [["0\n1\n2\n"], [], ["Ellipsis\n"]]

    chapter.write_text(CHAPTER.replace("range(3)", "range(4)"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"01_sums\.ipynb has changed; run it"):
        build_course.renew_text(chapter, "zh")


@pytest.mark.slow
def test_what_a_cell_writes_to_stderr_fails_the_build(chapter):
    noisy = "import sys\nsys.stderr.write('noise')\n"
    chapter.write_text(f"# %%\n{noisy}", encoding="utf-8")
    with pytest.raises(ValueError, match="stderr: noise"):
        build_course.build(chapter, "en")


def test_a_notebook_has_the_text_of_one_language_and_all_code(chapter):
    cells = build_course.make_notebook(chapter, "en").cells
    assert [cell.cell_type for cell in cells] == ["markdown", "code", "code", "code"]
    assert cells[0].source == "# 1. Sums"
    assert not any(cell.metadata for cell in cells)
