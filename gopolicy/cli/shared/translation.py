"""The command line's help pages in the person's language, and text in columns.

Commands say their help in English, where it stands for click. ``translated`` gives a
copy of a command whose help is in the spoken language; a line of it may be broken
between any two Chinese characters, which are two columns wide.
"""

from __future__ import annotations

import copy
import gettext
import inspect
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

import click

from gopolicy.language import tr

AnyCommand = TypeVar("AnyCommand", bound=click.Command)

#: Chinese, Japanese and Korean characters and marks, two columns wide each.
_WIDE: Final = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
#: Wide marks that must not begin a line.
_CLOSING: Final = "\u3001\u3002\uff0c\uff1a\uff1b\uff01\uff1f\uff09\u300b\u300d"
#: What a line is made of: a wide character with the marks behind it, a word, blanks.
_PIECES: Final = re.compile(rf"[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+[{_CLOSING}]*|\s+")


def help_texts(command: click.Command) -> Iterator[str]:
    """All texts of the help pages of ``command`` and of those below it."""
    options = (p.help for p in command.params if isinstance(p, click.Option))
    for text in (command.help, *options):
        if text:
            yield inspect.cleandoc(text)
    for other in getattr(command, "commands", {}).values():
        yield from help_texts(other)


def speak_for_click() -> None:
    """Has click say what it says itself in the system's language, where we know it."""
    gettext.bindtextdomain("messages", str(tr.folder))  # click names no domain


def translated(command: AnyCommand) -> AnyCommand:
    """A copy of ``command`` whose help, and that of those below, is translated."""
    ours = copy.copy(command)
    ours.context_class = _Context
    if command.help:
        ours.help = tr(inspect.cleandoc(command.help))
        ours.short_help = ours.help.partition("\n")[0].partition("\u3002")[0]
    ours.params = [_translated_parameter(parameter) for parameter in command.params]
    if isinstance(ours, click.Group):
        ours.commands = {
            name: translated(other) for name, other in ours.commands.items()
        }
    return ours


def _translated_parameter(parameter: click.Parameter) -> click.Parameter:
    ours = copy.copy(parameter)
    if isinstance(ours, click.Option) and ours.help:
        ours.help = tr(inspect.cleandoc(ours.help))
    return ours


class _Formatter(click.HelpFormatter):
    """Breaks lines by columns: click counts characters, and breaks at blanks alone."""

    def write_text(self, text: str) -> None:
        super().write_text(_wrap(text, self.width - self.current_indent))

    def write_dl(
        self,
        rows: Iterable[tuple[str, str]],
        col_max: int = 30,
        col_spacing: int = 2,
    ) -> None:
        rows = list(rows)
        first = min(max(columns(row[0]) for row in rows), col_max) + col_spacing
        wrapped = [(name, _wrap(text, self.width - first - 2)) for name, text in rows]
        super().write_dl(wrapped, col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


def columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)


def left(text: str, width: int) -> str:
    """``text`` on the left of a column of a table, ``width`` columns wide."""
    return text + " " * (width - columns(text))


def right(text: str, width: int) -> str:
    """``text`` on the right of a column of a table."""
    return " " * (width - columns(text)) + text


def _wrap(text: str, width: int) -> str:
    """Paragraphs of lines of at most ``width`` columns, which click leaves alone."""
    if not text:
        return ""
    paragraphs = []
    for paragraph in text.split("\n\n"):
        lines = [""]
        for piece in _PIECES.findall(" ".join(paragraph.split())):
            if lines[-1] and columns(lines[-1] + piece) > width:
                lines[-1] = lines[-1].rstrip()
                lines.append("")
            while len(piece) > width:
                lines[-1:] = [piece[:width], ""]
                piece = piece[width:]
            lines[-1] += piece if lines[-1] or not piece.isspace() else ""
        paragraphs.append("\b\n" + "\n".join(lines))
    return "\n\n".join(paragraphs)
