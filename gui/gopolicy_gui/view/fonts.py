"""Text on any pygame Surface, in a font that has its characters.

The usual font is the system's, pygame's own where none is known. What it lacks, Chinese
names say, comes from whichever of the system's fonts has it. On Linux pygame learns of
the fonts from fontconfig's ``fc-list``; without that none is known, and what pygame's
font lacks shows as boxes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import pygame
import pygame.font

from gopolicy.plots.cjkfonts import CJK_FONTS
from gopolicy.plots.palette import BLACK, Color
from gopolicy_gui.view.layout import is_wide_letter

#: Usual fonts, by pygame's names; the first that is installed is taken.
_USUAL_FONTS: Final = (
    "segoeui,helveticaneue,notosans,opensans,cantarell,ubuntu,roboto,liberationsans,"
    "arial,nimbussans,dejavusans"
)
#: Height of capitals for each pixel of size, in every font.
_CAPITALS: Final = 0.625
#: What no font has.
_NO_LETTER: Final = "\ufffe"
#: What no line begins with.
_NEVER_FIRST: Final = frozenset("，。；：！？、）》”…,.;:!?)")  # noqa: RUF001
#: No line of the window is longer; what is cut could not be seen.
_MAX_LINE: Final = 400


def draw_text(
    surface: pygame.Surface,
    text: str,
    place: tuple[int, int],
    size: int,
    color: Color,
    *,
    anchor: str = "midleft",
    width: int | None = None,
    bold: bool = True,
) -> pygame.Rect:
    """One line of text; cut with an ellipsis to ``width`` pixels. Returns its place.

    ``anchor``: what of the text is at ``place``, by pygame's name.
    """
    if width is not None:
        text = cut_text(text, size, width, bold=bold)
    text = _clean(text)
    image = _render(text, size, color, bold)
    # By the font's height, since a picture with deep letters is higher than others.
    height = find_font(text, size, bold=bold).get_height()
    box = pygame.Rect(0, 0, image.get_width(), height)
    setattr(box, anchor, place)
    return surface.blit(image, box)


def text_width(text: str, size: int, *, bold: bool = True) -> int:
    """How many pixels a line takes."""
    text = _clean(text)
    return find_font(text, size, bold=bold).size(text)[0]


@lru_cache(maxsize=1024)
def cut_text(text: str, size: int, width: int, *, bold: bool = True) -> str:
    """``text``, or as much of it as has room in ``width`` pixels with an ellipsis."""
    text = _clean(text)
    if text_width(text, size, bold=bold) <= width:
        return text
    low, high = 0, len(text)  # so many characters fit; so many do not
    while high - low > 1:
        middle = (low + high) // 2
        if text_width(text[:middle] + "…", size, bold=bold) <= width:
            low = middle
        else:
            high = middle
    return text[:low].rstrip() + "…" if low else ""


@lru_cache(maxsize=64)
def wrap_text(
    text: str, size: int, width: int, *, bold: bool = False
) -> tuple[str, ...]:
    """``text`` in lines of at most ``width`` pixels, broken at blanks where possible.

    Words too long for a line break anywhere, and so does Chinese, but not before a
    comma.
    """
    lines: list[str] = []
    for paragraph in text.splitlines():
        rest = paragraph.expandtabs(4).rstrip()
        while len(rest) > 1 and (  # a letter has a line, however narrow
            text_width(rest, size, bold=bold) > width or len(rest) > _MAX_LINE
        ):
            fits = cut_text(rest, size, width, bold=bold).removesuffix("…")
            count = _break_place(rest, max(1, len(fits)))
            lines.append(rest[:count].rstrip())
            rest = rest[count:].lstrip()
        lines.append(rest)
    return tuple(lines)


def wrap_spans(text: str, size: int, width: int) -> tuple[tuple[int, int], ...]:
    """The letters of each line, from and to, where ``text`` is edited: none is lost.

    A blank at the end of a broken line belongs to it; an end of line to no line.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for paragraph in text.split("\n"):
        ends = _line_ends(paragraph, size, width)
        starts = (0, *ends[:-1])
        spans += [(start + a, start + b) for a, b in zip(starts, ends, strict=True)]
        start += len(paragraph) + 1
    return tuple(spans)


@lru_cache(maxsize=1024)
def _line_ends(paragraph: str, size: int, width: int) -> tuple[int, ...]:
    """Where the lines of a paragraph end; one at least."""
    ends: list[int] = []
    start = 0
    while True:
        rest = paragraph[start : start + _MAX_LINE]
        if start + len(rest) == len(paragraph) and (
            len(rest) <= 1 or text_width(rest, size, bold=False) <= width
        ):
            return (*ends, len(paragraph))
        count = max(1, len(cut_text(rest, size, width, bold=False).removesuffix("…")))
        place = _break_place(rest, count) if count < len(rest) else count
        while place < len(rest) and rest[place] == " ":
            place += 1
        start += place
        ends.append(start)


@lru_cache(maxsize=512)
def text_offsets(text: str, size: int) -> tuple[int, ...]:
    """How far each letter of a line is from its start, and its end, in pixels."""
    text = _clean(text)
    font = find_font(text, size, bold=False)
    return tuple(font.size(text[:count])[0] for count in range(len(text) + 1))


def _break_place(text: str, most: int) -> int:
    """How many of the first ``most`` characters the line takes: up to a blank, or to
    beside a wide letter; all where there is neither."""
    for place in range(min(most, len(text) - 1), 0, -1):
        before, after = text[place - 1], text[place]
        is_wide = is_wide_letter(before) or is_wide_letter(after)
        if after == " " or (is_wide and after not in _NEVER_FIRST):
            return place
    return most


def has_letters(text: str) -> bool:
    """Whether a font of this system has all characters of ``text``."""
    return _n_missing(find_font(text, 20), text) == 0


def find_font(text: str, size: int, *, bold: bool = True) -> pygame.font.Font:
    """The font for ``text``: the usual one, or the first that has its characters."""
    font = _load_font(_usual_path(bold), size)
    if text.isascii() or _n_missing(font, text) == 0:
        return font
    others = [_load_font(path, size) for path in (None, *_cjk_paths(bold))]
    return min([font, *others], key=lambda other: _n_missing(other, text))


def _clean(text: str) -> str:
    """``text`` without what cannot be drawn in one line."""
    text = text[:_MAX_LINE]
    return (
        text
        if text.isprintable()
        else "".join(c if c.isprintable() else " " for c in text)
    )


@lru_cache(maxsize=2048)
def _render(text: str, size: int, color: Color, bold: bool) -> pygame.Surface:
    return find_font(text, size, bold=bold).render(text, True, color)


def _n_missing(font: pygame.font.Font, text: str) -> int:
    """How many characters of ``text`` the font lacks: it shows its box for them."""
    box = font.metrics(_NO_LETTER)[0]
    return sum(
        metrics is None or (metrics == box and _is_box(font, letter))
        for letter, metrics in zip(text, font.metrics(text), strict=True)
    )


@lru_cache(maxsize=4096)
def _is_box(font: pygame.font.Font, letter: str) -> bool:
    """Whether the font shows its box for a letter; one of that size may be known."""
    shown, box = (font.render(x, False, BLACK) for x in (letter, _NO_LETTER))
    return pygame.image.tobytes(shown, "RGBA") == pygame.image.tobytes(box, "RGBA")


@lru_cache(maxsize=256)
def _load_font(path: str | None, size: int) -> pygame.font.Font:
    """A font whose capitals are as high as those of any other of the same size."""
    _begin()
    pixels = max(5, round(max(5, size) * _CAPITALS / _capital_share(path)))
    return pygame.font.Font(path, pixels)


@lru_cache(maxsize=16)
def _capital_share(path: str | None) -> float:
    """Height of a capital for each pixel of the font's own size."""
    _begin()
    metrics = pygame.font.Font(path, 200).metrics("H")[0]
    return max(0.3, metrics[3] / 200) if metrics else 0.7


@lru_cache(maxsize=2)
def _usual_path(bold: bool) -> str | None:
    _begin()
    return pygame.font.match_font(_USUAL_FONTS.split(","), bold=bold)


@lru_cache(maxsize=2)
def _cjk_paths(bold: bool) -> tuple[str, ...]:
    _begin()
    found = (pygame.font.match_font(name, bold=bold) for name in CJK_FONTS)
    return tuple(path for path in found if path is not None)


def _begin() -> None:
    if not pygame.font.get_init():
        pygame.font.init()
