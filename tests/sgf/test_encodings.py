"""Encodings: what CA says, what the bytes say, and which of them is believed."""

import codecs
import encodings
import pkgutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gopolicy.sgf.encodings import decode_name, decode_sgf
from gopolicy.sgf.gameinfo import parse_result
from gopolicy.sgf.record import parse_records


def sgf(name, ca=None):
    """A record with the name thrice, so that a guess has enough to go by."""
    declared = f"CA[{ca}]" if ca else ""
    return f"(;GM[1]{declared}PB[{name}]EV[{name}杯]PW[{name}];B[pd];W[dp])"


CHINESE, JAPANESE, KOREAN = "柯洁围棋大师", "アルファ碁の対局", "이세돌과박정환"
CYRILLIC, ACCENTS = "Шикшин", "Renée Müller"


@pytest.mark.parametrize(
    ("name", "ca", "codec"),
    [
        (CHINESE, "GB2312", "gb2312"),
        (CHINESE, "GBK", "gbk"),
        (CHINESE, "GB18030", "gb18030"),
        ("𠀀" + CHINESE, "gb18030", "gb18030"),
        ("功夫囲棋許", "Big5", "big5"),
        (JAPANESE, "Shift_JIS", "shift_jis"),
        (JAPANESE, "EUC-JP", "euc_jp"),
        (JAPANESE, "ISO-2022-JP", "iso2022_jp"),
        (KOREAN, "EUC-KR", "euc_kr"),
        (CYRILLIC, "Windows-1251", "cp1251"),
        (ACCENTS, "ISO-8859-1", "latin-1"),
        (ACCENTS, "ISO8859_1", "latin-1"),
    ],
)
def test_an_encoding_that_ca_names_is_used(name, ca, codec):
    text = sgf(name, ca).replace("杯", "")
    try:
        data = text.encode(codec)
    except UnicodeEncodeError:
        text = text.replace("囲", "圍")
        data = text.encode(codec)
    assert decode_sgf(data) == text


@pytest.mark.parametrize(
    "ca",
    [None, "GB2312", "Shift_JIS", "ISO-2022-JP", "none-such", "UTF-16", "", "hex"],
)
def test_utf8_is_recognized_whatever_ca_says(ca):
    text = sgf(CHINESE, ca)
    assert decode_sgf(text.encode()) == text


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_marks_and_zero_bytes_tell_the_unicode_encodings(codec):
    text = sgf("Go Seigen")
    assert decode_sgf(text.encode(codec)) == text


def test_a_mark_goes_before_ca():
    text = sgf("Ōtake Hideo", "UTF-8")
    assert decode_sgf(codecs.BOM_UTF16_LE + text.encode("utf-16-le")) == text


@pytest.mark.parametrize("ca", [None, "UTF-8", "none-such"])
@pytest.mark.parametrize(
    ("name", "codec"),
    [
        (CHINESE, "gb18030"),
        (JAPANESE, "shift_jis"),
        (KOREAN, "euc_kr"),
        ("對局開始於臺灣圍棋協會", "big5"),
        (ACCENTS, "latin-1"),
    ],
)
def test_an_encoding_that_is_not_said_is_guessed(name, codec, ca):
    text = sgf(name, ca).replace("杯", "")
    assert decode_sgf(text.encode(codec)) == text


def test_a_second_byte_that_looks_like_a_bracket_ends_no_value():
    text = "(;CA[Shift_JIS]PB[ソ表]PW[ー];B[pd])"  # 0x5C and 0x5B are halves here
    assert decode_sgf(text.encode("shift_jis")) == text


@pytest.mark.parametrize("ca", ["", "CA[UTF-8]"])
def test_a_utf8_name_cut_in_a_character_leaves_the_bracket(ca):
    data = f"(;{ca}PB[围棋].PW[吴清源];B[pd])".encode().replace(b"].", b"\xe5\x90]")
    assert decode_sgf(data) == f"(;{ca}PB[围棋\ufffd]PW[吴清源];B[pd])"


def test_a_mark_of_zero_bytes_only_is_empty():
    assert decode_sgf(bytes(1020)) == ""


@pytest.mark.parametrize(
    "codec", sorted(module.name for module in pkgutil.iter_modules(encodings.__path__))
)
def test_no_codec_of_python_makes_a_plain_record_unreadable(codec):
    text = f"(;CA[{codec.replace('_', '-')}]PB[??];B[pd])"
    data = text.encode().replace(b"??", b"\xff\x80\xfe")
    assert decode_sgf(data).endswith("];B[pd])")


def test_names_damaged_by_a_server_leave_what_is_whole_as_it_is():
    """More than half of the characters are damaged, and still it is UTF-8."""
    whole = "(;GM[1]PB[绝艺星阵围棋]PW[骊龙小心我捶你]BR[9段]WR[9段]RE[B+R];B[pd])"
    data = bytearray(whole.encode())
    for name in ("绝艺星阵围棋", "骊龙小心我捶你"):
        at = data.index(name.encode())
        for i in range(at + 1, at + len(name.encode()) - 2, 3):
            data[i] = ord("?")
    text = decode_sgf(bytes(data))
    assert "BR[9段]WR[9段]RE[B+R]" in text
    assert text.count("[") == text.count("]")


def test_chinese_of_another_encoding_is_not_taken_for_damaged_utf8():
    whole = "(;GM[1]PB[柯洁]PW[古力]BR[9段]WR[九段]RE[黑中盘胜];B[pd])"
    assert decode_sgf(whole.encode("gb18030")) == whole


HANZI = "柯洁李世石棋圣一号好名字在此绝艺潜伏神之手野狐围棋天下第一无敌古力连笑时越"
RANKS = {"9段": "9d", "8段": "8d", "5级": "5k", "职业九段": "职业九段"}


@given(
    st.lists(
        st.tuples(st.text(HANZI, min_size=1, max_size=6), st.sets(st.integers(0, 17))),
        min_size=2,
        max_size=2,
    ),
    st.sampled_from(sorted(RANKS)),
    st.sampled_from(["B+R", "白中盘胜", "黑1目半胜"]),
)
@settings(deadline=None)
def test_what_a_server_left_whole_is_read_whatever_it_did_to_names(names, rank, result):
    damaged = []
    for name, places in names:
        cut = bytearray(name.encode())
        for place in places:
            if place < len(cut):
                cut[place] = ord("?")
        damaged.append(bytes(cut))
    black, white = damaged
    rest = f"BR[{rank}]WR[{rank}]RE[{result}];B[pd];W[dd])".encode()
    data = b"(;GM[1]SZ[19]PB[%b]PW[%b]" % (black, white) + rest
    record = parse_records(data, "x")[0]
    assert record.black_rank == record.white_rank == RANKS[rank]
    assert record.result == parse_result(result)


@pytest.mark.parametrize("codec", ["gb18030", "utf-8"])
def test_names_that_lost_bytes_do_not_garble_the_others(codec):
    """In two bytes a character, in which a damaged one may take a bracket along."""
    text = "(;GM[1]PB[#]PW[李世石]BR[9段]WR[职业九段]RE[白中盘胜];B[pd])"
    for name in ("柯洁", "野狐围棋", "棋第天越一"):
        data = name.encode(codec)
        for place in range(len(data)):
            cut = data[:place] + b"?" + data[place + 1 :]
            found = decode_sgf(text.encode(codec).replace(b"#", cut))
            assert text.partition("#")[2] in found, cut


@pytest.mark.parametrize("name", ["石第绝第号", "一古一廷廷", "第", "下", "潜廷围睿笑"])
def test_chinese_whose_characters_look_like_utf8_is_read(name):
    text = f"(;GM[1]PB[{name}]PW[之]BR[职业九段]WR[9段];B[pd])"
    assert decode_sgf(text.encode("gb18030")) == text


RARE = "朱镕基与常昊古力下围棋"  # in GB2312 but for one


def test_chinese_with_a_rare_character_is_not_taken_for_big5():
    text = f"(;GM[1]PB[{RARE}];B[pd])"
    data = text.encode("gbk")
    assert data.decode("big5") and len(data) > len(RARE)
    assert decode_sgf(data) == text


@pytest.mark.parametrize(
    ("ca", "codec"), [("GB2312", "gbk"), ("GBK", "gb18030"), ("ISO-8859-1", "cp1252")]
)
def test_an_encoding_holds_more_than_its_name_says(ca, codec):
    name = {"gbk": "朱镕基", "gb18030": "𠀀", "cp1252": "“Go”"}[codec]
    text = f"(;CA[{ca}]PB[{name}];B[pd])"
    assert decode_sgf(text.encode(codec)) == text


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("has_mark", [True, False])
def test_half_a_character_at_the_end_costs_only_itself(codec, has_mark):
    text = sgf("Go Seigen")
    mark = "\ufeff".encode(codec) if has_mark else b""
    assert decode_sgf(mark + text.encode(codec) + b"\x01") == text + "\ufffd"


def test_zeros_and_escapes_are_left_out():
    assert decode_sgf(b"(;PB[a\0b];B[pd])") == "(;PB[ab];B[pd])"
    assert decode_sgf("(;PB[a\x1bé];B[pd])".encode()) == "(;PB[aé];B[pd])"
    assert decode_sgf("\ufeff(;PB[a\0\x1bb])".encode()) == "(;PB[ab])"


def test_a_damaged_escape_sequence_costs_only_itself():
    data = "(;CA[ISO-2022-JP]PB[碁];B[pd])".encode("iso2022_jp")
    text = decode_sgf(data.replace(b";B", b"\xff;B"))
    assert text.startswith("(;CA[ISO-2022-JP]PB[碁]") and text.endswith(";B[pd])")


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        (CHINESE, "gb18030"),
        (JAPANESE, "shift_jis"),
        (f"{KOREAN}의", "euc_kr"),  # fewer than eight letters may be Chinese
        ("對局開始於臺灣圍棋協會", "big5"),
        (ACCENTS, "latin-1"),
    ],
)
def test_the_name_of_a_file_is_guessed(name, codec):
    assert decode_name(name.encode(codec)) == name


def test_what_is_no_text_at_all_has_a_name():
    assert decode_name(b"\xff\xff\xff\xff") == "ÿÿÿÿ"


@pytest.mark.parametrize(
    "name",
    [
        "吳清源",
        "周俊勳",
        "夏大銘",
        "古力",
        "山下敬吾",
        "高尾紳路",
        "小林光一",
        "許家元",
    ],
)
def test_a_short_name_in_big5_is_read(name):
    """By its common characters, also where their second bytes are ASCII."""
    data = f"(;GM[1]PB[{name}]RE[B+R];B[pd])".encode("big5")
    assert f"PB[{name}]" in decode_sgf(data)


@pytest.mark.parametrize("name", ["柯洁", "古力", "芈昱廷", "辜梓豪", "王一"])
def test_a_short_name_in_gb2312_stays_one(name):
    data = f"(;GM[1]PB[{name}]RE[B+R];B[pd])".encode("gb2312")
    assert f"PB[{name}]" in decode_sgf(data)


@pytest.mark.parametrize("name", ["Ärger", "Böhm", "Müller (1d)", "± 2, 20 °C", "José"])
def test_accents_and_symbols_are_no_big5(name):
    data = f"(;GM[1]PB[{name}]RE[B+R];B[pd])".encode("latin-1")
    assert f"PB[{name}]" in decode_sgf(data)
