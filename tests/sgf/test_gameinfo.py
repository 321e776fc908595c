"""Komi, handicap, results, dates and ranks as people and programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopolicy.sgf.gameinfo import (
    encode_date,
    encode_rank,
    encode_result,
    parse_date,
    parse_handicap,
    parse_komi,
    parse_rank,
    parse_result,
)


@pytest.mark.parametrize(
    ("text", "komi"),
    [
        ("6.5", 6.5),
        ("6,5", 6.5),
        ("0", 0.0),
        ("-1.5", -1.5),
        ("0.500000", 0.5),
        ("7.5 points", 7.5),
        ("650", 6.5),  # Fox: hundredths
        ("375", 7.5),  # Fox: hundredths of Chinese stones
        ("3.75", 7.5),
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
        ("350", "", 3.5),
        ("650", "Korean", 6.5),
        ("3.5", "Chinese", 3.5),
        ("7.5", "Chinese", 7.5),
        ("-375", "Chinese", -7.5),
    ],
)
def test_hundredths_of_komi_are_of_stones_under_chinese_rules(text, rules, komi):
    assert parse_komi(text, rules) == komi


@pytest.mark.parametrize(
    ("text", "handicap"),
    [("", 0), ("0", 0), ("1", 1), ("2", 2), ("9", 9), ("7.5", 0), ("-2", 0), ("x", 0)],
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
        ("0", "0", 2),
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


@given(st.text(max_size=30))
def test_any_text_is_taken(text):
    encode_date(parse_date(text))
    encode_rank(parse_rank(text))
    encode_result(parse_result(text))
    komi = parse_komi(text)
    assert komi is None or abs(komi) <= 361
    assert 0 <= parse_handicap(text) <= 99
