"""Why a file cannot be read or written, told apart, with what to do about it.

Knows nothing of what is in the files. Models and datasets are HDF5.
"""

from __future__ import annotations

import errno
import os
from typing import Final

from gopolicy.errors import Said, as_said, phrase

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
