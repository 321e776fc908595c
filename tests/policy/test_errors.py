"""What is said of files that cannot be read or written."""

import errno

import pytest

from gopolicy.errors import write_remedy


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EDQUOT, "make room"),
        (errno.EFBIG, "make room"),
        (errno.EACCES, "change its permissions"),
        (errno.EROFS, "change its permissions"),
        (errno.ENOENT, "choose a folder that is there"),
    ],
)
def test_room_is_asked_for_where_room_would_help(number, remedy):
    assert write_remedy(OSError(number, "")) == remedy
    assert write_remedy(RuntimeError()) == "make room"
