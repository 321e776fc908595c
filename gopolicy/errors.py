"""The errors that gopolicy raises on purpose; everything else is a bug.

    GoPolicyError
    +-- SgfError(ValueError)           a record that cannot be read
    +-- VertexError(ValueError)        text that names no point
    +-- IllegalMoveError(ValueError)   a move that the rules forbid
    +-- DatasetError                   a dataset file: missing, truncated, other format
    +-- ModelError                     a model: missing, damaged, other planes
    +-- ConfigError(ValueError)        a setting outside its range
    +-- TrainError                     a run that cannot go on
    +-- EngineError                    a GTP program that crashed, hangs, talks nonsense
        +-- RefusedError               ... or says no: its answer begins with "?"

Every message is one line, lower case, without a full stop: what is wrong, with the
offender as ``repr``, where, and what to do about it. The command line prints it and
exits with code 1. It is made by ``phrase``, so that ``language.told`` can say it in the
person's language. Any module may import this one; it imports nothing of gopolicy.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from typing import Any, Final


class Said(str):
    """A text that keeps what it is made of, for whoever says it in another language.

    ``template``: with a {name} for each of ``values``; these may be such texts, or
    errors with one.
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> Said:
        """The text in English."""
        text = super().__new__(cls, template.format(**values))
        text.template, text.values = template, values
        return text

    def __reduce__(self) -> tuple[type[Said], tuple[str, Mapping[str, object]]]:
        """As pickle wants it: errors go from process to process."""
        return Said, (self.template, self.values)


def phrase(template: str, /, **values: object) -> Said:
    """``template`` with its {names} filled in; a constant, found by the catalogues."""
    return Said(template, values)


def to_json(text: object) -> object:
    """A text, or a part of one, as JSON values; still ``Said`` after ``from_json``."""
    if isinstance(text, GoPolicyError):
        text = saying(text)
    if isinstance(text, Said):
        return [text.template, {name: to_json(x) for name, x in text.values.items()}]
    return text if isinstance(text, (str, int, float)) else str(text)


def from_json(value: Any) -> Any:
    """What ``to_json`` was given, or text where it was something else."""
    if not isinstance(value, list):
        return value
    template, values = value
    return Said(template, {name: from_json(x) for name, x in values.items()})


def listed(parts: Sequence[str], between: str = ", ") -> Said:
    """``parts``, each still ``Said`` where it is."""
    values = {f"part{number}": part for number, part in enumerate(parts)}
    return Said(between.join(f"{{{name}}}" for name in values), values)


def as_said(text: str) -> Said:
    """A constant as it came back from a file, to be translated if it is known."""
    if isinstance(text, Said):
        return text
    return Said(text.replace("{", "{{").replace("}", "}}"), {})


def system_says(error: OSError) -> Said:
    """What the system finds wrong, in a line."""
    return as_said(error.strerror or str(error).split("\n")[0])


def saying(error: Exception) -> str:
    """What an error says; still ``Said`` where it was made so, as ``str`` is not."""
    first = error.args[0] if len(error.args) == 1 else None
    return first if isinstance(first, Said) else str(error)


#: System errors that more room does not mend.
_FORBIDDEN: Final = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))


def read_problem(error: Exception, path: str, *, foreign: Said, again: Said) -> Said:
    """What is wrong with the file ``path`` that h5py cannot read, and the remedy.

    ``foreign``: what to do when it is none of HDF5; ``again``: when it is damaged. HDF5
    1.14 says which only in its texts, but for what the system says.
    """
    text = str(error)
    if isinstance(error, BlockingIOError) or "unable to lock" in text:
        return phrase(
            "{path!r} is in use by another program; wait until it is done, or copy "
            "the file",
            path=path,
        )
    if isinstance(error, PermissionError):
        return phrase("{path!r} may not be read; change its permissions", path=path)
    if isinstance(error, OSError) and error.errno is not None:
        reason = as_said(os.strerror(error.errno))
        return phrase("{path!r} cannot be read: {reason}", path=path, reason=reason)
    if "signature not found" in text:
        return phrase("{path!r} is no HDF5 file; {remedy}", path=path, remedy=foreign)
    if "truncated file" in text:
        return phrase("{path!r} is cut off; {remedy}", path=path, remedy=again)
    return phrase("{path!r} is damaged; {remedy}", path=path, remedy=again)


def write_remedy(error: BaseException | None) -> Said:
    """What to do about a place where something could not be written."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOENT, errno.ENOTDIR):
        return phrase("choose a folder that is there")
    if number in _FORBIDDEN:
        return phrase("change its permissions")
    return phrase("make room")


class GoPolicyError(Exception):
    """Base of all errors below; catch this one to catch them all."""


class SgfError(GoPolicyError, ValueError):
    """A game record that cannot be read; names the file and the place in it."""


class VertexError(GoPolicyError, ValueError):
    """A text that is no vertex; says which texts are."""


class IllegalMoveError(GoPolicyError, ValueError):
    """A move that the rules forbid; says which rule."""


class DatasetError(GoPolicyError):
    """A dataset file that is missing, truncated or of another format."""


class ModelError(GoPolicyError):
    """A model that is missing, damaged, or made for other planes."""


class ConfigError(GoPolicyError, ValueError):
    """A setting outside its range: the field, its value, what is allowed."""


class TrainError(GoPolicyError):
    """A training run that cannot go on: its loss is not finite."""


class EngineError(GoPolicyError):
    """Another program that crashed, gives no answer, or breaks the protocol."""


class RefusedError(EngineError):
    """Another program's "?" answer: it lives, and does not do what was asked."""
