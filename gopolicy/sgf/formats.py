"""Any record to SGF text: by what is in it, not by its name.

Files of other formats come with the suffix .sgf or none, too, and from a pipe.
``parse`` asks here for the text of a file; a further format is a line of ``_READERS``.
"""

import codecs
import re
from typing import Final

from gopolicy.errors import SgfError, phrase
from gopolicy.sgf import gib, ngf, ugf
from gopolicy.sgf.encodings import decode_sgf

#: Suffixes of the records that are read beside .sgf.
OTHER_SUFFIXES: Final = (".gib", ".ngf", ".ugf", ".ugi")

_READERS: Final = (
    ("GIB", gib.SIGN, gib.convert_gib),
    ("UGF", ugf.SIGN, ugf.convert_ugf),
    ("NGF", ngf.SIGN, ngf.convert_ngf),
)
#: In so many bytes one of the signs must stand.
_HEAD: Final = 1 << 16
#: The longest record of another format; a game takes 20,000 bytes.
_MAX_BYTES: Final = 4 << 20
_SGF: Final = re.compile(rb"\s*\(|\s*;\s*[A-Z]{1,2}\s*\[")
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(data: bytes) -> str:
    """The SGF text of a file, whatever format its games are in; "" is no game.

    Raises: SgfError when it is in another format than SGF, and too long or encrypted.
    """
    if _SGF.match(data):
        return decode_sgf(data)
    if data.startswith(_UTF16):
        data = decode_sgf(data).encode("utf-8")
    head = data[:_HEAD].removeprefix(codecs.BOM_UTF8)
    sgf = re.search(rb"\(\s*;", head)
    end = sgf.start() if sgf else len(head)
    for name, sign, convert in _READERS:
        if sign.search(head, 0, end):
            if len(data) > _MAX_BYTES:
                raise SgfError(
                    phrase(
                        "a {format} file of more than {limit:,} bytes; split it",
                        format=name,
                        limit=_MAX_BYTES,
                    )
                )
            return convert(data)
    return decode_sgf(data)
