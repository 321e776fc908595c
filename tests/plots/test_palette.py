"""Each color and each font is named once, for the plots and the window alike."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from gopolicy.plots import palette
from gopolicy.plots.cjkfonts import CJK_FONTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("BLACK", "#000000"),
        ("ORANGE", "#E69F00"),
        ("SKY_BLUE", "#56B4E9"),
        ("GREEN", "#009E73"),
        ("BLUE", "#0072B2"),
        ("VERMILION", "#D55E00"),
        ("PURPLE", "#CC79A7"),
    ],
)
def test_the_colors_of_okabe_and_ito_are_as_published(name, published):
    assert "#{:02X}{:02X}{:02X}".format(*getattr(palette, name)) == published


def colors_in(tree):
    """What a file writes out as a color: three numbers, or a text like #0072B2."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 3:
            values = [getattr(part, "value", None) for part in node.elts]
            if all(type(value) is int and 0 <= value <= 255 for value in values):
                yield tuple(values)
        elif isinstance(node, ast.Constant):
            text = re.fullmatch(r"#([0-9A-Fa-f]{6})", str(node.value))
            if text:
                yield tuple(bytes.fromhex(text[1]))


def test_no_color_is_written_out_in_two_files():
    files = defaultdict(set)
    for folder in ("gopolicy/plots", "gui/gopolicy_gui/view"):
        for path in (ROOT / folder).glob("*.py"):
            for color in colors_in(ast.parse(path.read_text(encoding="utf-8"))):
                files[color].add(path.name)
    assert palette.BLUE in files
    assert {color: names for color, names in files.items() if len(names) > 1} == {}


def test_no_font_is_listed_twice():
    names = [name.casefold().replace(" ", "") for name in CJK_FONTS]
    assert len(set(names)) == len(names)
