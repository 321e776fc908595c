"""Which games go into a dataset, and how much of each."""

import pytest

from gopolicy.data import selection
from gopolicy.data.selection import RecordFilter, cut_to_game, why_no_game
from gopolicy.errors import ConfigError
from gopolicy.sgf.record import parse_records


def record_of(moves, root=""):
    (record,) = parse_records(f"(;GM[1]{root}{moves})".encode(), "a.sgf")
    return record


def moves(count, first="B"):
    """``count`` moves, colors in turn, no captures."""
    colors = "BW" if first == "B" else "WB"
    return "".join(
        f";{colors[i % 2]}[{chr(97 + i % 19)}{chr(97 + 2 * (i // 19))}]"
        for i in range(count)
    )


def reasons(record):
    return [note.reason for note in cut_to_game(record)[1]]


@pytest.mark.parametrize(
    ("text", "root", "reason"),
    [
        (moves(4), "", ""),
        (moves(4), "HA[0]", ""),
        (moves(4, "W"), "HA[2]AB[pd][dp]", ""),
        (moves(4, "W"), "AB[pd][dp]", ""),
        (";B[pd];B[dp]" + moves(4, "W"), "HA[2]", ""),  # placed as moves
        (moves(4, "W"), "HA[2]", selection.NO_HANDICAP_STONES),
        (moves(4), "HA[2]", selection.NO_HANDICAP_STONES),
        (moves(4, "W"), "", selection.WHITE_FIRST),
        (";B[]" + moves(4, "W"), "", ""),
    ],
)
def test_games_whose_start_is_not_recorded_are_left_out(text, root, reason):
    assert why_no_game(record_of(text, root)) == reason


def test_a_whole_game_stays_whole():
    record = record_of(moves(5) + ";W[];B[]")
    codes, cuts = cut_to_game(record)
    assert codes.tolist() == record.codes.tolist()
    assert cuts == []


def test_an_illegal_move_is_noted_with_its_place():
    (note,) = cut_to_game(record_of(moves(4) + ";B[aa]", ""))[1]
    assert (note.source, note.what) == ("a.sgf", "cut")
    assert (note.reason, note.detail) == (
        selection.CUT_ILLEGAL,
        "move 5: occupied point A19",
    )


def test_setup_in_the_middle_ends_the_game():
    record = record_of(moves(4) + ";AE[aa];B[ss]", "AB[pp]")
    codes, cuts = cut_to_game(record)
    assert codes.tolist() == record.codes[:5].tolist()
    assert [(cut.reason, cut.detail) for cut in cuts] == [
        (selection.CUT_SETUP, "after move 4")
    ]


def test_dead_stones_taken_off_at_the_end_are_no_cut():
    record = record_of(moves(4) + ";AE[aa]AE[ba]")
    codes, cuts = cut_to_game(record)
    assert len(codes) == 4
    assert cuts == []


def test_a_last_move_out_of_turn_is_no_target():
    assert reasons(record_of(moves(4) + ";W[ss]")) == [selection.CUT_LAST]
    assert reasons(record_of(moves(4) + ";W[ss];B[rs]")) == []
    codes, _ = cut_to_game(record_of(moves(4) + ";W[ss]"))
    assert len(codes) == 4
    assert reasons(record_of(";B[pd]", "AB[dd]")) == []


GAME = record_of(
    moves(30), "PB[Kitani Minoru]PW[柯洁]BR[5d]WR[1p]RE[W+R]DT[2016-03-09]KM[6.5]"
)
HANDICAP = record_of(moves(30, "W"), "HA[2]AB[pp][dp]BR[5k]WR[?]DT[2016]RE[Void]")


@pytest.mark.parametrize(
    ("settings", "game", "handicap"),
    [
        ({}, "", ""),
        ({"min_moves": 30}, "", ""),
        ({"min_moves": 31}, selection.TOO_SHORT, selection.TOO_SHORT),
        ({"no_handicap": True}, "", "filtered: handicap or setup stones"),
        ({"min_rank": "5d"}, "", "filtered: rank"),
        ({"min_rank": "6D"}, "filtered: rank", "filtered: rank"),
        ({"min_rank": "30k"}, "", "filtered: rank"),  # a rank is not known
        ({"since": "2016"}, "", ""),
        ({"since": "2016-03-09", "until": "2016-03-09"}, "", ""),
        ({"since": "2016-03-10"}, "filtered: date", ""),  # 2016: perhaps later
        ({"until": "2016-03-08"}, "filtered: date", ""),
        ({"until": "2016"}, "", ""),
        ({"since": "2017"}, "filtered: date", "filtered: date"),
        ({"result": "W"}, "", "filtered: result"),
        ({"result": "B"}, "filtered: result", "filtered: result"),
        ({"player": "kitani"}, "", "filtered: player"),
        ({"player": "柯洁"}, "", "filtered: player"),
        ({"player": "minoru\n柯"}, "", "filtered: player"),
    ],
)
def test_filters(settings, game, handicap):
    wanted = RecordFilter(**settings)
    assert wanted.why_not(GAME, 30) == game
    assert wanted.why_not(HANDICAP, 30) == handicap


def test_an_unknown_date_passes_only_without_a_range():
    undated = record_of(moves(30))
    assert RecordFilter().why_not(undated, 30) == ""
    assert RecordFilter(until="2020").why_not(undated, 30) == "filtered: date"


@pytest.mark.parametrize(
    "settings",
    [
        {"min_moves": -1},
        {"min_rank": "strong"},
        {"min_rank": "12d"},
        {"since": "yesterday"},
        {"until": "2016-3-9"},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings):
    (name,) = settings
    with pytest.raises(ConfigError, match=f"'{name}' is .*; allowed: "):
        RecordFilter(**settings)
