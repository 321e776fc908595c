"""Komi, handicap, results, dates and ranks as people and programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopolicy.go.coords import BLACK, WHITE
from gopolicy.sgf.gameinfo import (
    decode_rank,
    encode_date,
    encode_rank,
    encode_result,
    find_komi,
    parse_date,
    parse_handicap,
    parse_komi,
    parse_rank,
    parse_result,
    parse_rules,
    parse_to_play,
)


@pytest.mark.parametrize(
    ("text", "color"),
    [
        *(("B", BLACK), ("b", BLACK), ("Black", BLACK), ("1", BLACK)),
        *(("W", WHITE), ("white", WHITE), ("2", WHITE)),
        *(("", None), ("x", None), ("3", None)),
    ],
)
def test_whose_turn_it_is(text, color):
    assert parse_to_play(text) == color


@pytest.mark.parametrize(
    ("text", "komi"),
    [
        ("6.5", 6.5),
        ("6,5", 6.5),
        ("0", 0.0),
        ("-1.5", -1.5),
        ("+6.5", 6.5),
        ("99.5", 99.5),
        ("0.500000", 0.5),
        ("7.5 points", 7.5),
        ("650", 6.5),  # Fox: hundredths
        ("375", 7.5),  # Fox: hundredths of Chinese stones
        ("3.75", 7.5),
        ("-3.25", -6.5),
        ("150.5", 150.5),
        ("36100", 361.0),
        ("36200", None),
        ("", None),
        ("none", None),
        ("999999", None),
        ("nan", None),
    ],
)
def test_komi(text, komi):
    assert parse_komi(text) == komi


@pytest.mark.parametrize(
    ("text", "rules", "komi"),
    [
        ("375", "Chinese", 7.5),
        ("350", "chinese", 7.0),
        ("325", "Chinese", 6.5),
        ("300", "中国规则", 6.0),
        ("750", "Chinese", 7.5),
        ("350", "Japanese", 3.5),
        ("350", "", 7.0),  # 3.5 points were never a komi, 3.5 stones are a usual one
        ("275", "", 5.5),
        ("-350", "", -7.0),
        ("450", "", 4.5),
        ("550", "", 5.5),
        ("375", "Japanese", 7.5),  # a quarter is never a point
        ("50", "Chinese", 50.0),  # 50 points, but of Fox: see below
        ("350", "中國規則", 7.0),
        ("350", "Area", 7.0),
        ("650", "Korean", 6.5),
        ("3.5", "Chinese", 3.5),
        ("7.5", "Chinese", 7.5),
        ("-375", "Chinese", -7.5),
        ("500", "Chinese", 5.0),
    ],
)
def test_hundredths_of_komi_are_of_stones_under_chinese_rules(text, rules, komi):
    assert parse_komi(text, rules) == komi


@pytest.mark.parametrize(
    ("info", "komi"),
    [
        ({"KM": "6.5", "KO": "5.5"}, 6.5),
        ({"KM": "", "KO": "5.5"}, 5.5),
        ({"KO": "5.5"}, 5.5),
        ({"KM": "350", "RU": "Chinese"}, 7.0),
        ({"KM": "0"}, 0.0),
        ({"KM": "0", "AP": "GNU Go"}, 0.0),
        ({"KM": "0", "AP": "GNU Go, foxwq"}, None),
        ({"KM": "650", "AP": "foxwq"}, 6.5),
        ({"KM": "350", "AP": "foxwq"}, 7.0),
        ({"KM": "50", "RU": "Japanese", "AP": "foxwq"}, 0.5),
        ({"KM": "-50", "RU": "Japanese", "AP": "foxwq"}, -0.5),
        ({"KM": "50", "RU": "Chinese", "AP": "GNU Go:3.8, foxwq"}, 1.0),
        ({"KM": "7.5", "RU": "Chinese", "AP": "foxwq"}, 7.5),
        ({"KM": "7", "RU": "Chinese", "AP": "foxwq"}, 7.0),
        ({"KM": "50"}, 50.0),
        ({}, None),
        ({"RU": "Chinese"}, None),
    ],
)
def test_the_komi_of_a_header(info, komi):
    assert find_komi(info) == komi


@pytest.mark.parametrize(
    ("text", "handicap"),
    [
        ("", 0),
        ("0", 0),
        ("1", 1),
        ("2", 2),
        ("9", 9),
        ("99", 99),
        ("100", 0),
        ("7.5", 0),
        ("-2", 0),
        ("x", 0),
    ],
)
def test_handicap_is_a_whole_number_of_stones(text, handicap):
    assert parse_handicap(text) == handicap


@pytest.mark.parametrize(
    ("text", "result", "code"),
    [
        ("B+R", "B+R", 1),
        ("W+Resign", "W+R", -1),
        ("Black wins by resignation", "B+R", 1),
        ("黑中盘胜", "B+R", 1),
        ("白中押し勝", "W+R", -1),
        ("226수 백불계승", "W+R", -1),
        ("b+time", "B+T", 1),
        ("W+F", "W+F", -1),
        ("B+3.5", "B+3.5", 1),
        ("W+17.50", "W+17.5", -1),
        ("B+2,5", "B+2.5", 1),
        ("B+1 5/6", "B+", 1),
        ("W+0.0", "W+", -1),
        ("W+R (time?)", "W+R", -1),
        ("黑超时白胜", "W+T", -1),
        ("白超时 黑胜", "B+T", 1),
        ("黑超时负", "W+T", -1),
        ("白认输", "B+R", 1),
        ("白胜43.5目", "W+43.5", -1),
        ("黑胜1.75子", "B+3.5", 1),
        ("黑2.5目胜", "B+2.5", 1),
        ("黑胜3又3/4子", "B+", 1),
        ("흑 불계승", "B+R", 1),
        ("白 3目半勝", "W+", -1),
        ("White won", "W+", -1),
        ("White wins by time", "W+T", -1),
        ("Black won", "B+", 1),
        ("B + 12 points", "B+12", 1),
        ("W+1 point", "W+1", -1),
        ("W+Forfeit", "W+F", -1),
        ("Black wins by forfeit", "B+F", 1),
        ("黒中押勝", "B+R", 1),
        ("白中盤勝", "W+R", -1),
        ("黒投了 白勝", "W+R", -1),
        ("白認輸", "B+R", 1),
        ("黑超時負", "W+T", -1),
        ("白時間切れ負け", "B+T", 1),
        ("흑 시간승", "B+T", 1),
        ("흑 반집패", "W+", -1),
        ("黒反則負", "W+F", -1),
        ("白敗", "B+", 1),
        ("黑败", "W+", -1),
        ("백 3집승", "W+3", -1),
        ("黑贏2子", "B+4", 1),
        ("白赢1.5", "W+1.5", -1),
        ("0", "0", 2),
        ("Draw", "0", 2),
        ("持碁", "0", 2),
        ("双方和棋", "0", 2),
        ("Jigo", "0", 2),
        ("Void", "Void", 0),
        ("?", "", 0),
        ("Both lost", "", 0),
        ("", "", 0),
    ],
)
def test_result(text, result, code):
    assert parse_result(text) == result
    assert encode_result(result) == code


@pytest.mark.parametrize(
    ("text", "date", "code"),
    [
        ("2016-03-09", "2016-03-09", 20160309),
        ("2016-03-09,10,12", "2016-03-09", 20160309),
        ("2016-3-9", "2016-03-09", 20160309),
        ("2016/03/09", "2016-03-09", 20160309),
        ("2016年3月9日", "2016-03-09", 20160309),
        ("2016.3.9", "2016-03-09", 20160309),
        ("2016 3 9", "2016-03-09", 20160309),
        ("2016年3月", "2016-03", 20160300),
        ("played 1999-12-31", "1999-12-31", 19991231),
        ("2099-01-01", "2099-01-01", 20990101),
        ("12016-03-09", "", 0),
        ("2016-00-09", "2016", 20160000),
        ("2016-03-00", "2016-03", 20160300),
        ("1253-02", "1253-02", 12530200),
        ("Published 1982", "1982", 19820000),
        ("1995-13-40", "1995", 19950000),
        ("2020-02-45", "2020-02", 20200200),
        ("13/5/95", "", 0),
        ("196 AD", "", 0),
        ("", "", 0),
    ],
)
def test_date(text, date, code):
    assert parse_date(text) == date
    assert encode_date(date) == code


@pytest.mark.parametrize(
    ("text", "rank", "code"),
    [
        ("9d", "9d", 9),
        ("9 dan", "9d", 9),
        ("9段", "9d", 9),
        ("九段", "9d", 9),
        ("9단", "9d", 9),
        ("6d?", "6d", 6),
        ("12k ", "12k", -12),
        ("11k+", "11k", -11),
        ("2 kyu", "2k", -2),
        ("15级", "15k", -15),
        ("9p", "9p", 19),
        ("9 pro", "9p", 19),
        ("pro 9 dan", "9p", 19),
        ("9p.", "9p", 19),
        ("15級", "15k", -15),
        ("15급", "15k", -15),
        ("3d*", "3d", 3),
        ("1k", "1k", -1),
        ("30k", "30k", -30),
        ("0d", "0d", 0),
        ("10p", "10p", 0),
        ("P9", "9p", 19),
        ("P9段", "9p", 19),
        ("1 dan pro", "1p", 11),
        ("5dp", "5p", 15),
        ("NR", "NR", 0),
        ("25th Honinbo", "25th Honinbo", 0),
        ("9", "9", 0),
        ("10d", "10d", 0),
        ("31k", "31k", 0),
        ("", "", 0),
    ],
)
def test_rank(text, rank, code):
    assert parse_rank(text) == rank
    assert encode_rank(rank) == code


@pytest.mark.parametrize(
    ("code", "rank"), [(0, "unknown"), (-12, "12k"), (-1, "1k"), (9, "9d"), (11, "1p")]
)
def test_ranks_are_written_as_they_are_read(code, rank):
    assert decode_rank(code) == rank


@pytest.mark.parametrize("code", [*range(-30, 0), *range(1, 10), *range(11, 20)])
def test_every_rank_has_its_number(code):
    assert encode_rank(decode_rank(code)) == code


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        *((text, "territory") for text in ("Japanese", "Korean", "territory")),
        *((text, "territory") for text in ("日本规则", "韩国", "韓國")),
        *((text, "territory") for text in ("韓国", "일본", "한국")),
        *((text, "area") for text in ("Chinese", "cn: chin", "area", "中國", "중국")),
        *((text, "area") for text in ("中国规则", "koSIMPLEscoreAREAtaxNONEsui0whbN")),
        *((text, "aga") for text in ("AGA", "BGA", "French")),
        ("koSITUATIONALscoreAREAtaxNONEsui0whbN-1", "aga"),
        *((text, "tromp-taylor") for text in ("NZ", "New Zealand", "Tromp-Taylor")),
        *((text, "tromp-taylor") for text in ("GOE", "Ing")),
        ("koPOSITIONALscoreAREAtaxNONEsui1", "tromp-taylor"),
        ("koSIMPLEscoreTERRITORYtaxSEKIsui0", "territory"),
        *((text, None) for text in ("", "house rules", "Ingo's", "nagano")),
    ],
)
def test_rules(text, rules):
    assert parse_rules(text) == rules


@given(st.text(max_size=30))
def test_any_text_is_taken(text):
    encode_date(parse_date(text))
    encode_rank(parse_rank(text))
    encode_result(parse_result(text))
    komi = parse_komi(text)
    assert komi is None or abs(komi) <= 361
    assert 0 <= parse_handicap(text) <= 99
