"""Standard output and error that take any text, whatever the console can show.

A console of Windows, or one without a language, has no character for many a player's
name; and a file's name on Linux may be no text at all, but bytes in an old encoding,
which Python carries along as lone surrogates. Neither may end a command.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
from typing import Final, TextIO

from gopolicy.sgf.encodings import decode_name

_HANDLER: Final = "gopolicy.readable"
#: Whether threads are left that nobody waits for.
_left: Final[list[bool]] = []
#: How ``repr`` writes a byte that was no UTF-8.
_ESCAPED: Final = re.compile(r"(?<!\\)\\u(dc[89a-f][0-9a-f])")
#: What a name in a path or a message reaches to.
_NAME: Final = re.compile(r"[^\s/!:'\",]*")


def open_consoles() -> None:
    """Lets both streams show escapes for what they cannot, and bytes as text."""
    codecs.register_error(_HANDLER, _make_readable)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def undo_escapes(text: str) -> str:
    """``text`` with the bytes of names themselves, where ``repr`` has escaped them.

    Then the streams show them, as they do those of names that stand there plainly.
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _make_readable(error: UnicodeError) -> tuple[bytes, int]:
    """What stands for the characters that ``error`` is about, and where they end."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    end, text = error.end, error.object[error.start : error.end]
    if "\udc80" <= text[0] <= "\udcff":  # a byte that was no UTF-8 (PEP 383)
        match = _NAME.match(error.object, error.start)
        end = match.end() if match else end
        raw = error.object[error.start : end].encode("utf-8", "surrogateescape")
        text = decode_name(raw)
    return text.encode(error.encoding, "backslashreplace"), end


def end_at_once() -> None:
    """Says that all is done but what threads do, which need not be waited for."""
    _left.append(True)


def ends_at_once() -> bool:
    """Whether that was said."""
    return bool(_left)


def own_stdout() -> TextIO:
    """The stdout of this process; whatever else is printed goes to stderr from now on.

    Also what libraries print in C: a single line of it would break the protocol.
    """
    sys.stdout.flush()
    answers = os.fdopen(
        os.dup(1), "w", encoding="utf-8", errors="replace", newline="\n"
    )
    os.dup2(2, 1)
    return answers
