"""Bytes of a record to text, in whatever encoding they are.

The property CA is missing in most files and wrong in many, so the bytes are asked
first. Knows nothing of SGF but CA, and of other formats nothing: their readers say
what the file names. ``sgf`` imports this.
"""

import codecs
import re
from collections.abc import Sequence
from functools import partial
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"CA\s*\[\s*([A-Za-z0-9_.:\- ]{1,30}?)\s*\]")

#: Codecs that hold more characters than the name says, as files do too.
_WIDER: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "cp950",
    "iso8859-1": "cp1252",
}
#: Characters of two bytes, of which the second may look like a bracket or a backslash.
_HALVES: Final = {
    "cp932": re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]"),
    **dict.fromkeys(
        ("gb18030", "cp949", "cp950"), re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
    ),
}
_VALUE: Final = re.compile(rb"\[([^\]]*)\]")
#: Where a byte is gone that a "?" stands for, as servers write it.
_DAMAGE: Final = re.compile(rb"[\x80-\xff]\?|\?[\x80-\xff]")
_CONTROLS: Final = re.compile(rb"[\x80-\x9f]")
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_CUT_CHARACTER: Final = re.compile(rb"[\x81-\xfe]\](?=\s*(?:[;()]|[A-Z]{1,2}\s*\[))")
_CUT_VALUE: Final = re.compile(
    rb"\[([^\[\]]*[\x81-\xfe])\](?=\s*(?:[;()]|[A-Z]{1,2}\s*\[))"
)
#: The share of common characters from which text is in a Chinese encoding.
_SURELY_CHINESE: Final = 0.8
#: The 5,401 common characters of Big5, and the 3,755 of GB2312.
_COMMON_BIG5: Final = re.compile(rb"[\xa4-\xc6].", re.S)
_COMMON_GB2312: Final = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]", re.S)
_KANA: Final = re.compile("[\u3041-\u30fe]")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_REPLACED: Final = "\ufffd"


def decode_sgf(data: bytes, declared: str = "") -> str:
    """``data`` as text; never fails, in the worst case the names are garbled.

    In order: byte order mark; zero bytes as UTF-16 has them; UTF-8 if that is what the
    bytes are, whatever CA says; the encoding that CA names; damaged UTF-8; a guess.
    ``declared``: the encoding that a file of another format names, instead of CA.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(codec, "replace")
            break
    else:
        text = _decode_unmarked(data, _known_codec(declared))
    # Neither belongs into a text, and either would be taken for another encoding when
    # the text is written and read again.
    return text.replace("\0", "").replace("\x1b", "")


def decode_name(data: bytes) -> str:
    """A file's name that is not UTF-8, as its maker probably saw it; never fails."""
    return data.decode(_guess_codec(data), "replace")


def utf16_codec(data: bytes) -> str:
    """Python's name of the UTF-16 that ``data`` is in; "" for anything else."""
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    head = data[:1000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    # Every other byte of the tokens is zero then; a few zeros are damage.
    if even > max(4 * odd, len(head) // 8):
        return "utf-16-be"
    return "utf-16-le" if odd > max(4 * even, len(head) // 8) else ""


def hide_brackets(data: bytes) -> bytes:
    """``data`` with "__" for characters that have a bracket or a backslash in them.

    Encodings of East Asia have them; then what is left of these is SGF's own. The end
    may be cut anywhere.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end == len(data):
            return data
    else:
        return data
    halves = _HALVES.get(_codec_of(data, _declared_codec(data)))
    return halves.sub(_hide, data) if halves else data


def _hide(character: re.Match[bytes]) -> bytes:
    return b"__" if character[0][1:] in b"[\\]" else character[0]


def _decode_unmarked(data: bytes, declared: str) -> str:
    if b"\0" in data:
        if codec := utf16_codec(data):
            return data.decode(codec, "replace")
        data = data.replace(b"\0", b"")
    escapes = (declared or _declared_codec(data)) if b"\x1b" in data else ""
    if escapes.startswith("iso2022"):
        return data.decode(escapes, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        codec = _codec_of(data, declared or _declared_codec(data))
    if codec == "utf-8":
        return data.decode(codec, "replace")
    return _decode_whole(data, codec)


def _codec_of(data: bytes, declared: str) -> str:
    """Python's name of the encoding of ``data``, which UTF-8 is not without damage."""
    if declared not in ("", "utf-8"):
        return declared
    # Names cut within a character are damage; mostly damage is another encoding. In
    # UTF-8 a damaged character never takes the bracket behind it along.
    text = data.decode("utf-8", "replace")
    is_mostly_whole = 2 * text.count(_REPLACED) <= len(_NOT_ASCII.findall(text))
    guess = _guess_codec(data)
    # Some characters of Chinese in two bytes are UTF-8 as well.
    if is_mostly_whole and _common_share(data, guess) < _SURELY_CHINESE:
        return "utf-8"
    values = _undamaged_values(data)
    if values and not (guess != "latin-1" and _decode_strictly(data, guess)):
        guess = _guess_codec(b" ".join(values))
    return "utf-8" if _is_rather_utf8(values, guess) else guess


def _undamaged_values(data: bytes) -> list[bytes]:
    """The values beyond ASCII, but for those in which a server put "?" for bytes.

    Half of the characters may be gone. What the server left alone, such as a rank, says
    more of the encoding.
    """
    found = {value for value in _VALUE.findall(data) if not value.isascii()}
    return sorted(value for value in found if not _DAMAGE.search(value))


def _is_rather_utf8(values: Sequence[bytes], other: str) -> bool:
    """Whether ``values`` are UTF-8 rather than ``other``.

    By being no text in the other encoding, or else by having the common characters of
    Chinese.
    """
    wholes = [value for value in values if _is_whole(value, "utf-8")]
    ours = sum(not _is_whole(value, other) for value in wholes)
    theirs = sum(_is_whole(v, other) and v not in wholes for v in values)
    if ours or theirs:
        return ours >= theirs
    text = b"".join(wholes)
    return _common_share(text, "utf-8") > _common_share(text, "gb18030")


def _is_whole(value: bytes, codec: str) -> bool:
    """Whether ``value`` is text in ``codec``.

    In Latin-1 anything is, but accents make neither control codes nor UTF-8.
    """
    if codec == "latin-1":
        return not _CONTROLS.search(value) and not _decode_strictly(value, "utf-8")
    return bool(_decode_strictly(value, codec))


def _decode_whole(data: bytes, codec: str) -> str:
    """``data`` in ``codec``, where a cut character must not take a bracket along.

    In the encodings of East Asia ``]`` may be the second half of a character, so that
    a name cut after a first half swallows the bracket that ends it.
    """
    text = data.decode(codec, "replace")
    if text.count("[") > text.count("]"):
        data = _CUT_VALUE.sub(partial(_cut_short, codec), data)
        text = data.decode(codec, "replace")
    if text.count("[") > text.count("]"):
        text = _CUT_CHARACTER.sub(b"?]", data).decode(codec, "replace")
    return text


def _cut_short(codec: str, value: re.Match[bytes]) -> bytes:
    """A value with its bracket, less the half character at its end, if there is one."""
    if _decode_strictly(value[1], codec):
        return value[0]
    return b"[" + value[1][:-1] + b"?]"


def _declared_codec(data: bytes) -> str:
    """Python's name of the encoding that CA names; "" when there is none."""
    match = _DECLARED.search(data)
    return _known_codec(match[1].decode("ascii")) if match else ""


def _known_codec(text: str) -> str:
    """Python's name of the encoding ``text``, which was found as ASCII; "" if none."""
    try:
        name = codecs.lookup(text).name
        # Python has codecs that make no text (hex) or cannot replace (idna).
        b"\xff".decode(name, "replace")
        # Where it says so in ASCII, UTF-16 or EBCDIC is a lie.
        if text.encode("ascii").decode(name) != text:
            return ""
    except (LookupError, ValueError):
        return ""
    return _WIDER.get(name, name)


def _guess_codec(data: bytes) -> str:
    """The likeliest encoding of ``data``, which is not UTF-8 and does not say.

    Chinese is the default, since servers write GB18030 without saying so.
    """
    japanese = _decode_strictly(data, "cp932")
    if japanese and _share(_KANA, japanese) >= 0.2:
        return "cp932"
    runs = _HIGH_RUN.findall(data)
    alone = [run for run in runs if len(run) == 1]
    big5 = _common_share(data, "big5")
    is_symbols = all(run < b"\xc0" for run in alone)  # in Latin-1; letters are above
    if 2 * len(alone) > len(runs) and not (big5 == 1 and is_symbols):
        return "latin-1"  # accents stand alone
    korean = _decode_strictly(data, "euc_kr")
    if len(_HANGUL.findall(korean)) >= 8 and _share(_HANGUL, korean) == 1:
        return "cp949"
    chinese = _decode_strictly(data, "gb18030")
    if big5 > _common_share(data, "gb18030"):
        return "cp950"
    return "gb18030" if chinese else "latin-1"


def _decode_strictly(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return ""


def _common_share(data: bytes, codec: str) -> float:
    """How many of the characters beyond ASCII are common Chinese ones, 0 to 1.

    Both Chinese encodings have their common characters in a range of their own, by
    which names of two characters are told that are text in either. 0 where the bytes
    are no text in ``codec``.
    """
    text = _decode_strictly(data, codec)
    characters = _NOT_ASCII.findall(text[:10_000])
    is_big5 = codec in ("big5", "cp950")
    name, common = (codec, _COMMON_BIG5) if is_big5 else ("gb18030", _COMMON_GB2312)
    encoded = (character.encode(name) for character in characters)
    found = sum(bool(common.fullmatch(character)) for character in encoded)
    return found / max(1, len(characters))


def _share(pattern: re.Pattern[str], text: str) -> float:
    """How much of the text beyond ASCII matches ``pattern``, 0 to 1."""
    return len(pattern.findall(text)) / max(1, len(_NOT_ASCII.findall(text)))
