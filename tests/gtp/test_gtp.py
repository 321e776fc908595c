"""The GTP commands, in legal and illegal forms.

Source of what is expected: GTP version 2, draft 2, section 6; KataGo's and GoGui's
pages on their commands.
"""

import gzip
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from diagrams import HALVES, ONE_EYED_SEKI, inset, parse_diagram, points
from gtp_client import Output, WishfulPolicy, answers, ask, new_state, run
from sgf_files import make_gib

from gopolicy import __version__
from gopolicy.analysis.limits import Limit, Limits
from gopolicy.analysis.lines import analyse
from gopolicy.go.coords import BLACK, PASS, WHITE, format_vertex, parse_vertex
from gopolicy.go.position import Position
from gopolicy.go.scoring import rules_difference
from gopolicy.gtp.commands import make_handlers
from gopolicy.gtp.protocol import Stream
from gopolicy.gtp.state import EngineState
from gopolicy.player import LATE, LOST_JUDGEMENTS, Choice, Player
from gopolicy.policy import OwnerNetwork, UniformPolicy

#: Of the specification, section 6, and of the design.
EXPECTED_COMMANDS = """
protocol_version name version known_command list_commands quit boardsize clear_board
komi play genmove undo reg_genmove fixed_handicap place_free_handicap set_free_handicap
loadsgf showboard final_score final_status_list time_settings time_left
kgs-genmove_cleanup kgs-rules lz-analyze lz-genmove_analyze kata-analyze
kata-set-rules kata-set-rule kata-get-rules kata-genmove_analyze kata-raw-nn
gogui-analyze_commands gogui-play_sequence
"""

#: Command, and its answer as a regular expression.
CASES = [
    ("protocol_version", "= 2"),
    ("name", "= gopolicy"),
    ("version", re.escape(f"= {__version__} (model uniform)")),
    ("known_command genmove", "= true"),
    ("known_command quit", "= true"),
    ("known_command fly", "= false"),
    ("known_command", "= false"),
    ("fly", r"\? unknown command"),
    ("GENMOVE b", r"\? unknown command"),
    ("boardsize 19", "="),
    ("boardsize 9", r"\? unacceptable size"),
    ("boardsize 13", r"\? unacceptable size"),
    ("boardsize 25", r"\? unacceptable size"),
    ("boardsize 19 19", "="),
    ("boardsize 19 13", r"\? unacceptable size"),  # as Lizzie says it
    ("boardsize 190", r"\? unacceptable size"),
    ("boardsize -19", r"\? unacceptable size"),
    ("boardsize", r"\? syntax error"),
    ("boardsize x", r"\? syntax error"),
    ("clear_board", "="),
    ("komi 6.5", "="),
    ("komi -3", "="),
    ("komi", r"\? syntax error"),
    ("komi much", r"\? syntax error.*"),
    ("komi nan", r"\? syntax error.*"),
    ("komi inf", r"\? syntax error.*"),
    ("komi 1e9", r"\? syntax error.*"),
    ("play b q16", "="),
    ("play BLACK Q16", "="),
    ("play W PASS", "="),
    ("play w pass", "="),
    ("play b I9", r"\? syntax error.*"),
    ("play b A0", r"\? syntax error.*"),
    ("play b T20", r"\? syntax error.*"),
    ("play b U5", r"\? syntax error.*"),
    ("play b", r"\? syntax error"),
    ("play", r"\? syntax error"),
    ("play green Q16", r"\? syntax error"),
    ("play Q16 b", r"\? syntax error"),
    ("play b resign", r"\? syntax error.*"),
    ("genmove b", r"= [A-T][0-9]+"),
    ("genmove White", r"= [A-T][0-9]+"),
    ("genmove", r"\? syntax error"),
    ("genmove x", r"\? syntax error"),
    ("reg_genmove b", r"= [A-T][0-9]+"),
    ("reg_genmove", r"\? syntax error"),
    ("undo", r"\? cannot undo"),
    ("gg-undo 3", r"\? cannot undo"),
    ("gg-undo -1", r"\? cannot undo"),
    ("fixed_handicap 2", "= D4 Q16"),
    ("fixed_handicap 9", "= D4 Q16 D16 Q4 D10 Q10 K4 K16 K10"),
    ("fixed_handicap 7", "= D4 Q16 D16 Q4 D10 Q10 K10"),
    ("fixed_handicap 1", r"\? invalid number of stones"),
    ("fixed_handicap 10", r"\? invalid number of stones"),
    ("fixed_handicap", r"\? syntax error"),
    ("place_free_handicap 3", "= D4 Q16 D16"),
    ("place_free_handicap 12", "= D4 Q16 D16 Q4 D10 Q10 K4 K16 K10"),
    ("place_free_handicap 1", r"\? invalid number of stones"),
    ("place_free_handicap 361", r"\? invalid number of stones"),
    ("set_free_handicap D4 K10 A1", "="),
    ("set_free_handicap D4", r"\? bad vertex list"),
    ("set_free_handicap D4 D4", r"\? bad vertex list"),
    ("set_free_handicap D4 pass", r"\? bad vertex list"),
    ("set_free_handicap D4 Z9", r"\? bad vertex list"),
    ("set_free_handicap", r"\? bad vertex list"),
    ("loadsgf", r"\? syntax error"),
    ("loadsgf nothing.sgf", r"\? cannot load file: .*"),
    ("loadsgf . 3", r"\? cannot load file: .*"),
    ("time_settings 0 1 0", "="),
    ("time_settings 1800 30 5", "="),
    ("time_settings 1800.5 30.0 5", "="),
    ("time_left b 12.34 0", "="),
    ("final_status_list dame", "= .*"),
    ("time_settings -1 0 0", r"\? syntax error"),
    ("time_settings 1800", r"\? syntax error"),
    ("time_settings a b c", r"\? syntax error"),
    ("time_left b 30 0", "="),
    ("time_left w 5 2", "="),
    ("time_left 5 2", r"\? syntax error"),
    ("time_left b x 2", r"\? syntax error"),
    ("stop", "="),
    ("clear_cache", "="),
    ("kata-list-params", "= allowResignation chosenMoveTemperature"),
    ("kata-get-params", r'= \{"allowResignation": "true", .*\}'),
    ("kata-get-param allowResignation", "= true"),
    ("kata-get-param chosenMoveTemperature", "= 0"),
    ("kata-get-param humanSLProfile", r"\? unknown parameter; known: .*"),
    ("kata-get-param", r"\? syntax error"),
    ("kata-set-param allowResignation false", "="),
    ("kata-set-param chosenMoveTemperature 0.5", "="),
    ("kata-set-param chosenMoveTemperature -1", r"\? chosenMoveTemperature is 0 or.*"),
    ("kata-set-param chosenMoveTemperature nan", r"\? syntax error"),
    ("kata-set-param allowResignation 7", r"\? allowResignation is true or false"),
    ("kata-set-param allowResignation", r"\? syntax error"),
    ("kata-set-param humanSLProfile rank_5k", r"\? unknown parameter; known: .*"),
    ("kata-list_time_settings", "= none absolute byoyomi .*"),
    ("kata-time_settings byoyomi 60 30 5", "="),
    ("level 10", r"\? unknown command"),
    ("final_score", r"= [BW]\+\d+\.5"),
    ("final_status_list dead", "="),
    ("final_status_list alive", "="),
    ("final_status_list seki", "="),
    ("final_status_list", r"\? syntax error"),
    ("final_status_list living", r"\? syntax error"),
    ("kgs-rules chinese", "="),
    ("kgs-rules Japanese", "="),
    ("kgs-rules martian", r"\? unsupported rules.*"),
    ("kgs-rules", r"\? syntax error"),
    ("kgs-rules aga", "="),
    ("kgs-rules new_zealand", "="),
    ("kata-set-rules chinese-ogs", "="),
    ("kata-set-rules New Zealand", "="),
    ('kata-set-rules {"ko": "SIMPLE", "suicide": false}', "="),
    ("kata-set-rules stone-scoring", r"\? rules 'stone-scoring': AREA with tax ALL .*"),
    ("kata-set-rules aga-button", r"\? rules 'aga-button': rules with a button .*"),
    ('kata-set-rules {"komi": 7}', r"\? unknown rule 'komi'; known: .*"),
    ("kata-set-rules", r"\? syntax error"),
    ("kata-set-rule suicide true", "="),
    ("kata-set-rule ko SPIGHT", r"\? rule ko is 'SPIGHT'; allowed: SIMPLE, .*"),
    ("kata-set-rule ko", r"\? syntax error"),
    ("kata-get-rules", r'= \{"friendlyPassOk":true,"hasButton":false,"ko":"SIMPLE",.*'),
    ("kgs-time_settings byoyomi 600 30 5", "="),
    ("kgs-game_over", "="),
    ("kgs-genmove_cleanup b", r"= [A-T][0-9]+"),
    ("kgs-genmove_cleanup", r"\? syntax error"),
    ("lz-analyze b x", r"\? syntax error"),
    ("lz-analyze interval nan", r"\? syntax error"),
    ("lz-analyze avoid b Z9 3", r"\? syntax error.*"),
    ("kata-raw-nn 8", r"\? syntax error"),
    ("kata-raw-nn x", r"\? syntax error"),
    ("gogui-play_sequence b C3 w D4 b pass", "="),
    ("gogui-play_sequence", "="),
    ("gogui-play_sequence b C3 w", r"\? syntax error"),
    ("gogui-play_sequence b C3 w C3", r"\? illegal move.*"),
    ("gogui-setup b A1 w B1", "="),
    ("gogui-setup b pass", r"\? syntax error"),
    ("gogui-setup w A1 b A2 b B1", r"\? illegal move.*"),
    ("gogui-setup_player w", "="),
    ("gogui-setup_player", r"\? syntax error"),
    ("gogui-interrupt", "="),
    ("set_position", "="),
    ("set_position b Q16 w D4 b C3", "="),
    ("set_position b", r"\? syntax error"),
    ("set_position b pass", r"\? syntax error"),
    ("set_position b Q16 w Q16", r"\? illegal move.*"),
    ("set_position b A1 w A2 w B1", r"\? illegal move.*"),
]


@pytest.mark.parametrize(("line", "expected"), CASES, ids=[line for line, _ in CASES])
def test_each_command_answers_as_specified(line, expected):
    (answer,) = ask(line)
    assert re.fullmatch(expected, answer), answer


def test_all_commands_are_listed_and_known():
    (answer,) = ask("list_commands")
    listed = answer.removeprefix("= ").split("\n")
    assert set(EXPECTED_COMMANDS.split()) <= set(listed)
    assert set(listed) == set(make_handlers(new_state())) | {"quit"}
    assert set(ask(*(f"known_command {name}" for name in listed))) == {"= true"}
    tried = {line.split()[0] for line, _ in CASES}
    elsewhere = {"quit", "list_commands", "showboard"}
    streams_and_boards = re.compile(r"(lz|kata)-.*|.*analyze.*|gopolicy-.*")
    assert not {
        name
        for name in set(listed) - tried - elsewhere
        if not streams_and_boards.fullmatch(name)
    }


def test_illegal_moves_are_refused_with_the_rule():
    setup = ["play b A18", "play b B19", "play w A1", "play b B1", "play w C1"]
    *_, suicide, occupied = ask(*setup, "play w A19", "play w C1")
    assert suicide == "? illegal move: white cannot play A19: suicide"
    assert occupied == "? illegal move: white cannot play C1: occupied point"


KO_MOVES = [
    "play b B2",
    "play b A1",
    "play w C2",
    "play w D1",
    "play b C1",
    "play w B1",
]


def test_ko_is_refused_to_the_player_and_to_the_controller():
    state = new_state(WishfulPolicy("C1 Q4"))
    *_, retake, generated, retaken = ask(
        *KO_MOVES, "play b C1", "genmove b", "play b C1", state=state
    )
    assert retake == "? illegal move: black cannot play C1: ko"
    assert generated == "= Q4"
    assert retaken == "="


def test_moves_out_of_turn_are_played():
    state = new_state()
    assert ask("play b C3", "play b D3", "play w E3", "genmove w", state=state)[:3] == (
        ["="] * 3
    )
    assert [color for color, _ in state.position.moves] == [BLACK, BLACK, WHITE, WHITE]


def test_undo_takes_back_moves_of_both_kinds():
    state = new_state()
    said = ask("play b C3", "genmove w", "undo", "undo", "undo", state=state)
    assert [said[0], *said[2:]] == ["=", "=", "=", "? cannot undo"]
    assert state.is_empty and state.position.to_play == BLACK
    ask("play b C3", "play w D4", "play b E5", "gg-undo 2", state=state)
    assert state.position.moves == ((BLACK, points("C3")[0]),)


def test_reg_genmove_plays_nothing():
    state = new_state(WishfulPolicy("Q16"))
    assert ask("reg_genmove w", "reg_genmove b", state=state) == ["= Q16", "= Q16"]
    assert state.is_empty


def test_handicap_needs_an_empty_board_and_makes_it_whites_turn():
    state = new_state()
    said = ask(
        *("set_free_handicap D4 Q16", "fixed_handicap 2", "place_free_handicap 2"),
        *("set_free_handicap A1 A2", "clear_board", "fixed_handicap 5"),
        state=state,
    )
    assert said == ["=", *["? board not empty"] * 3, "=", "= D4 Q16 D16 Q4 K10"]
    assert state.position.to_play == WHITE
    assert state.position.stones.sum() == 5


def test_komi_and_rules_decide_the_score():
    state = new_state(playouts=64)
    state.position = parse_diagram(HALVES)
    put = int(state.position.stones.sum())
    said = ask(
        *("komi 5.5", "final_score", "komi -30", "final_score"),
        *("kgs-rules japanese", "komi 0.5", "final_score"),
        state=state,
    )
    assert said[1] == f"= W+{19 + 5.5}"
    assert said[3] == f"= B+{30 - 19}"
    assert put == -19
    assert said[6] == "= W+0.5"


@pytest.mark.parametrize(
    ("rules", "points"),
    [("chinese", 3), ("aga", 2), ("new_zealand", 0), ("japanese", 0)],
)
@pytest.mark.parametrize(
    "given", [["set_free_handicap D4 Q16 Q4"], ["play b D4", "play b Q16", "play b Q4"]]
)
def test_whites_points_for_handicap_stones_are_those_of_the_rules(rules, points, given):
    state = new_state(playouts=2)
    ask(*given, f"kgs-rules {rules}", "komi 0", "play w K10", state=state)
    plain = state.position.stones.sum() if rules == "japanese" else 0
    assert rules_difference(state.position, state.player.rules) == -points - plain


def test_a_suicide_is_legal_by_the_rules_that_allow_it():
    state = new_state()
    stones = ["play w A3", "play w B2", "play w C1", "play b A2", "play b B1"]
    *_, said = ask(*stones, "play b A1", state=state)
    assert said == "? illegal move: black cannot play A1: suicide"
    *_, said = ask("kgs-rules new_zealand", "play b A1", state=state)
    assert said == "=" and state.position.stones.sum() == -3
    ask("undo", state=state)
    assert state.position.stones.sum() == -1
    *_, said = ask("clear_board", "play w A2", "play w B1", "play b A1", state=state)
    assert said == "? illegal move: black cannot play A1: suicide", "one stone alone"


def test_by_tromp_taylors_rules_dead_stones_are_taken_before_a_pass():
    said = {}
    for rules in ("chinese", "tromp-taylor"):
        state = new_state(WishfulPolicy("A1"), playouts=64)
        state.position = parse_diagram(HALVES)
        state.play(BLACK, PASS)
        state.play(WHITE, PASS)
        *_, said[rules] = ask(f"kata-set-rules {rules}", "genmove b", state=state)
    assert said["chinese"] == "= pass" != said["tromp-taylor"]


def test_the_engine_starts_with_the_rules_of_the_command_line():
    for rules in ("area", "territory", "aga", "tromp-taylor"):
        state = EngineState(Player(UniformPolicy(), rules=rules))
        assert state.ruleset.counting == state.player.rules == rules


def test_status_lists_name_every_stone_once_by_chains():
    state = new_state(playouts=64)
    state.position = parse_diagram(HALVES)
    dead, alive = ask("final_status_list dead", "final_status_list alive", state=state)
    assert sorted(dead.removeprefix("= ").split("\n")) == ["B18", "P18"]
    named = alive.removeprefix("= ").split()
    stones = {format_vertex(p) for p in range(361) if state.position.stones[p]}
    assert len(named) == len(set(named)) and set(named) == stones - {"B18", "P18"}


def test_stones_in_seki_are_named_and_their_eyes_are_no_territory():
    state = new_state(playouts=256)
    state.position = parse_diagram(inset(ONE_EYED_SEKI))
    dead, seki, alive, chinese, _, japanese = ask(
        *(f"final_status_list {status}" for status in ("dead", "seki", "alive")),
        *("final_score", "kgs-rules japanese", "final_score"),
        state=state,
    )
    assert dead == "= P18"
    assert {"B19", "D18", "A18"} <= set(seki.removeprefix("= ").split())
    assert not set(seki.split()) & set(alive.split()) - {"="}
    put = int(state.position.stones.sum())
    points = [
        float(said.replace("= B+", "").replace("= W+", "-"))
        for said in (chinese, japanese)
    ]
    assert points[1] == points[0] - put + 1


def test_cleanup_takes_dead_stones_before_it_passes():
    state = new_state(WishfulPolicy("A1"), playouts=64)
    state.position = parse_diagram(HALVES)
    state.play(BLACK, PASS)
    state.play(WHITE, PASS)
    assert ask("reg_genmove b", state=state) == ["= pass"]
    taken = 0
    for _ in range(8):
        (said,) = ask("kgs-genmove_cleanup b", state=state)
        if said == "= pass":
            break
        state.play(WHITE, PASS)
        taken += 1
    assert 1 <= taken <= 4
    assert state.position.stones[points("B18")[0]] != WHITE


def test_the_board_is_shown():
    state = new_state()
    _, board = ask("play b Q16", "showboard", state=state)
    assert board.removeprefix("= ").split() == str(state.position).split()
    assert "(X)" in board


def test_a_lost_game_is_resigned_only_if_it_may_be():
    row = ". X . X . X . X . X . X . X . X . X ."
    lost = parse_diagram("\n".join([row] * 19))
    for turn in range(LATE + 2):
        lost.play(PASS, WHITE if turn % 2 else BLACK)
    for resign, last in ((True, "= resign"), (False, "= pass")):
        state = new_state(resign=resign)
        state.position = lost.copy()
        said = ask(*["genmove w", "play b pass"] * 6, state=state)
        assert last in said and said[0] == "= pass"


def sgf(tmp_path, text):
    path = tmp_path / "a game.sgf"
    path.write_text(text, encoding="utf-8")
    return path


def test_records_are_loaded_up_to_a_move(tmp_path):
    path = sgf(tmp_path, "(;GM[1]SZ[19]KM[0.5]HA[2]AB[dd][pp];W[qd];B[dq];W[])")
    state = new_state()
    assert ask(f"loadsgf {path}", state=state) == ["="]
    assert state.position.turn == 3 and state.position.to_play == BLACK
    assert state.player.komi == 0.5
    for number, turn, color in (
        (1, 0, WHITE),
        (2, 1, BLACK),
        (3, 2, WHITE),
        (99, 3, 1),
    ):
        assert ask(f"loadsgf {path} {number}", state=state) == ["="]
        assert (state.position.turn, state.position.to_play) == (turn, color)


def test_loadsgf_reads_a_compressed_record_of_another_format(tmp_path):
    path = tmp_path / "a.gib.gz"
    path.write_bytes(gzip.compress(make_gib()))
    state = new_state()
    assert ask(f"loadsgf {path}", state=state) == ["="]
    assert len(state.position.moves) == 4
    path.write_bytes(b"x")
    (said,) = ask(f"loadsgf {path}", state=state)
    assert said.startswith("? cannot load file: the file is damaged: ")


def test_a_record_that_cannot_be_loaded_changes_nothing(tmp_path):
    state = new_state()
    ask("play b Q16", state=state)
    for text in ("no sgf", "(;SZ[9];B[aa])", "(;)"):
        (said,) = ask(f"loadsgf {sgf(tmp_path, text)}", state=state)
        assert said.startswith("? cannot load file: ")
    (said,) = ask(f"loadsgf {tmp_path}", state=state)
    assert said == "? cannot load file: no SGF file of that name"
    assert state.position.turn == 1


def test_a_sequence_that_fails_plays_nothing():
    state = new_state()
    assert ask("gogui-play_sequence b C3 w C3", state=state)[0].startswith("? illegal")
    assert state.is_empty
    assert ask("gogui-setup b C3 e C3 w D4", "undo", state=state)[0] == "="
    assert state.position.stones.sum() == WHITE


INFO = re.compile(
    r"info move ([A-T]\d+|pass) visits (\d+) winrate (\d+) prior (\d+) lcb (\d+) "
    r"order (\d+) pv((?: (?:[A-T]\d+|pass))+)"
)


def first_info(line):
    """What is said of the first move of a line."""
    match = INFO.search(line)
    assert match, line
    return match


def first_line(*lines, state=None):
    """The first line of the stream that the last of ``lines`` begins."""
    text = run([f"{line}\n" for line in lines], state)
    *_, (status, _, said) = answers(text)
    assert status == "="
    return said.split("\n")[0]


def test_parameters_of_katago_are_the_players():
    state = new_state()
    ask(
        "kata-set-param allowResignation false",
        "kata-set-param chosenMoveTemperature 0.5",
        state=state,
    )
    assert (state.player.resign, state.player.temperature) == (False, 0.5)
    assert ask("kata-get-param chosenMoveTemperature", state=state) == ["= 0.5"]


def test_leela_zeros_analysis_has_a_move_for_each_likely_point():
    line = first_line("lz-analyze b 10", state=new_state(WishfulPolicy("Q16 D4 C3")))
    moves = INFO.findall(line)
    assert " ".join(match.group() for match in INFO.finditer(line)) == line
    assert [(move[0], move[5]) for move in moves] == [
        ("Q16", "0"),
        ("D4", "1"),
        ("C3", "2"),
    ]
    # Visits stand for probabilities: 4, 2 and 1 of 7.
    assert [int(move[1]) for move in moves] == [5714, 2857, 1429]
    assert all(int(m[1]) == int(m[3]) >= 10 for m in moves)  # Sabaki hides less
    assert all(0 <= int(m[4]) <= int(m[2]) <= 10_000 for m in moves)


def test_katagos_analysis_has_decimal_points_and_ownership():
    line = first_line("kata-analyze w 10 ownership true rootInfo true maxmoves 2")
    infos, _, owners = line.partition(" ownership ")
    infos, _, root = infos.partition(" rootInfo ")
    values = [float(word) for word in owners.split()]
    assert len(values) == 361 and all(-1 <= value <= 1 for value in values)
    parts = infos.split("info ")[1:]
    assert len(parts) == 2
    for part in parts:
        fields, _, line_of_play = part.partition(" pv ")
        words = fields.split()
        found = dict(zip(words[::2], words[1::2], strict=True))
        assert "." in found["winrate"] and 0 <= float(found["winrate"]) <= 1
        assert {"scoreLead", "prior", "lcb", "utility", "order"} <= set(found)
        assert re.fullmatch(r"[A-T]\d+ ?", line_of_play)
    assert root.startswith("visits ")


def test_analysis_is_for_the_side_that_is_named():
    state = new_state(WishfulPolicy("K10"))
    for point in points("C3 C10 C16 G3 G10 G16 N3 N16 R3 R10 R16"):
        state.play(BLACK, point)
    for color, won in (("b", True), ("w", False)):
        info = first_info(first_line(f"lz-analyze {color} 10", state=state))
        winrate = int(info[3])
        assert (winrate > 5000) == won


def test_a_jigo_is_half_a_win_in_an_analysis():
    player = new_state(WishfulPolicy("K10"), komi=0).player
    open_board = next(analyse(player, Position()))
    assert open_board.winrate > 0.5 and open_board.score > 0
    # On an open board, a lead counts as less than its points.
    share = min(1, math.exp(4 * (open_board.settled - 0.43)))
    player.komi = open_board.score / share
    even = next(analyse(player, Position()))
    (line,) = even.lines
    assert even.winrate == pytest.approx(0.5) == line.winrate
    assert even.score == pytest.approx(0, abs=1e-3)


def test_avoided_moves_are_left_out_and_only_allowed_ones_let_in():
    policy = "Q16 D4 C3 R17"
    for limits, expected in [
        ("avoid b Q16,D4 1", ["C3", "R17"]),
        ("allow b D4,R17 1", ["D4", "R17"]),
        ("allow b D4,R17 1 avoid b D4 1", ["R17"]),
        ("avoid b Q16,D4,C3,R17 5", ["pass"]),
        ("avoid w Q16,D4 1", ["Q16", "D4", "C3", "R17"]),  # the other side's
        ("allow b D4 1 allow b R17 1", ["D4", "R17"]),
        ("allow b A1,D4 1", ["D4", "A1"]),  # asked for, however unlikely
        ("allow b pass 1", ["pass"]),
        ("allow b D4,pass 1", ["D4", "pass"]),
        ("avoid b Q16,pass,resign 1", ["D4", "C3", "R17"]),
        ("interval 10 maxmoves 1", ["Q16"]),
        ("minmoves 2 maxmoves 2 interval 10", ["Q16", "D4"]),
    ]:
        line = first_line(
            f"lz-analyze b {limits}", state=new_state(WishfulPolicy(policy))
        )
        assert [move[0] for move in INFO.findall(line)] == expected, limits


def test_moves_are_avoided_only_up_to_the_depth_that_is_said():
    for until, follows in ((1, "D4"), (2, "C3")):
        state = new_state(WishfulPolicy("Q16 D4 C3"))
        limits = Limits((Limit(WHITE, frozenset({parse_vertex("D4")}), until),))
        rounds = analyse(state.player, state.position, limits=limits, most=1)
        next(rounds)
        (line,) = next(rounds).lines
        assert [format_vertex(point) for point in line.moves] == ["Q16", follows]


@pytest.mark.parametrize("command", ["lz-genmove_analyze", "kata-genmove_analyze"])
@pytest.mark.parametrize(
    ("limits", "move"),
    [
        ("avoid b Q16,D4 1", "C3"),
        ("allow b R17 50", "R17"),
        ("allow b A1 1", "A1"),
        ("avoid w Q16 1", "Q16"),
        ("allow b pass 1", "pass"),
    ],
)
def test_what_is_avoided_is_not_played(command, limits, move):
    state = new_state(WishfulPolicy("Q16 D4 C3 R17"))
    text = run([f"{command} b 20 {limits}"], state)
    assert text.rstrip().endswith(f"play {move}")
    assert state.position.moves == (
        (BLACK, PASS if move == "pass" else parse_vertex(move)),
    )


def test_a_lost_game_is_played_on_where_resigning_is_avoided():
    state = new_state(WishfulPolicy("Q16"))
    state.suggest = lambda color: Choice(PASS, resigns=True)
    lost = Limits((Limit(BLACK, frozenset({PASS}), 1, resign=True),))
    assert state.generate_within(BLACK, lost).point == parse_vertex("Q16")
    assert state.generate_within(BLACK, Limits()).resigns


def test_judgements_of_a_game_do_not_count_in_the_next(tmp_path):
    late = "".join(f";{'BW'[i % 2]}[]" for i in range(60))
    (tmp_path / "late.sgf").write_text(f"(;GM[1]{late})")
    for begin in ("clear_board", f"loadsgf {tmp_path / 'late.sgf'}"):
        state = new_state()
        player = state.player
        lost = replace(player.judge(Position()), black_winrate=0.0, score=-200.0)
        for _ in range(LOST_JUDGEMENTS - 1):
            assert not player._is_lost(state.position, lost)
            state.play_all([(BLACK, PASS), (WHITE, PASS)])
        run([begin], state)
        assert not player._is_lost(state.position, lost)


def test_a_line_of_play_grows_while_nobody_asks():
    output = Output()

    def source():
        yield "lz-analyze 1\n"
        output.wait_for(lambda text: text.count("\n") >= 5)
        yield "play b Q16\n"

    run(source(), new_state(WishfulPolicy("Q16 D4 C3 R17")), output)
    (_, _, analysis), (_, _, played) = answers(output.getvalue())
    lengths = [
        len(first_info(line)[7].split()) for line in analysis.strip().split("\n")
    ]
    assert lengths[:4] == [1, 2, 3, 4]
    assert played == ""


@pytest.mark.parametrize("name", ["lz", "kata"])
def test_an_analysis_counts_its_interval_in_hundredths_of_a_second(name):
    command = make_handlers(new_state(WishfulPolicy("Q16")))[f"{name}-analyze"]
    for words, seconds in [
        ("b 20", 0.2),
        ("20", 0.2),
        ("w interval 250", 2.5),
        ("b", 0.5),
        ("b 0", 0.05),
        ("b 1000000", 3600.0),
    ]:
        assert command(words.split()).interval == seconds, words


@pytest.mark.parametrize("name", ["lz", "kata"])
def test_an_analysed_move_is_played(name):
    state = new_state(WishfulPolicy("Q16 D4"))
    text = run([f"3 {name}-genmove_analyze b 10\n", "showboard\n"], state)
    (status, number, said), _ = answers(text)
    assert (status, number) == ("=", "3")
    info, play = said.split("\n")
    assert info.startswith("info move Q16") and play == "play Q16"
    assert state.position.moves == ((BLACK, points("Q16")[0]),)


def test_a_full_analysis_stops_computing():
    stream = make_handlers(new_state(WishfulPolicy("A1")))["lz-analyze"](["b", "0"])
    assert isinstance(stream, Stream) and stream.interval > 0
    lines = [line for line, _ in zip(stream.lines, range(130), strict=False)]
    assert len(set(lines[100:])) == 1 and len(set(lines[:8])) == 8


def test_the_raw_network_is_written_as_katago_does():
    state = new_state(WishfulPolicy("Q16 D4"))
    ask("play b Q16", state=state)
    (said,) = ask("kata-raw-nn 0", state=state)
    words = said.removeprefix("= ").split()
    assert words[:2] == ["symmetry", "0"]
    values = words[words.index("policy") + 1 : words.index("policyPass")]
    assert len(values) == 361
    assert [p for p, value in enumerate(values) if value == "NAN"] == points("Q16")
    assert values[points("D4")[0]] == "1.000000"
    assert len(words[words.index("whiteOwnership") + 1 :]) == 361
    win, loss = (float(words[words.index(n) + 1]) for n in ("whiteWin", "whiteLoss"))
    assert win + loss == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("color", [BLACK, WHITE])
def test_who_owns_what_in_mid_game_is_what_an_analysis_says(color):
    """By a network that gives all points to the side to play."""
    mine = OwnerNetwork(lambda planes: np.full((len(planes), 361), 20.0))
    state = new_state(WishfulPolicy("Q16 D4"), owners=mine)
    state.position.play(parse_vertex("K10"), color)
    state.position.set_to_play(color)
    judged = state.judge()
    assert (judged.ownership == color).all()
    assert judged.score == pytest.approx(361 * color - state.player.komi)
    assert judged.black_winrate == pytest.approx((1 + color) / 2, abs=1e-3)
    (said,) = ask("kata-raw-nn 0", state=state)
    lead = float(said.split()[said.split().index("whiteLead") + 1])
    assert lead == pytest.approx(-judged.score, abs=1e-3)


def nobodys(planes):
    """Logits of a network that knows of no point whose it is."""
    return np.zeros((len(planes), 361), np.float32)


def test_a_game_that_is_over_is_counted_whatever_the_network_says_of_empty_points():
    state = new_state(owners=OwnerNetwork(nobodys))
    state.position = parse_diagram(HALVES)
    assert state.judge().score == 9 * 19 - 10 * 19 - state.player.komi


def board(text):
    rows = [line.split() for line in text.removeprefix("= ").strip("\n").split("\n")]
    assert [len(row) for row in rows] == [19] * 19
    return [cell for row in rows for cell in row]


def test_gogui_gets_the_policy_as_boards():
    state = new_state(WishfulPolicy("Q16 D4 C3"))
    state.position.set_to_play(WHITE)
    (said,) = ask("gogui-analyze_commands", state=state)
    for line in said.removeprefix("= ").split("\n"):
        kind, label, command = line.split("/")
        (answer,) = ask(command, state=state)
        assert answer.startswith("=") and label
        if kind == "sboard":
            assert sorted(set(board(answer))) == ['""', "14", "29", "57"]
            assert board(answer)[points("Q16")[0]] == "57"
        elif kind == "dboard":
            values = [float(cell) for cell in board(answer)]
            assert all(-1 <= value <= 1 for value in values)
            if "influence" in command:  # White's is negative
                assert min(values) == values[points("Q16")[0]] < -0.9
        elif kind == "cboard":
            colors = board(answer)
            assert all(re.fullmatch(r'""|#[0-9a-f]{6}', color) for color in colors)
            assert colors[points("Q16")[0]] != '""' == colors[0]
        elif kind == "gfx":
            assert re.search(r"^LABEL Q16 57 D4 29 C3 14$", answer, re.MULTILINE)
            assert "CIRCLE Q16" in answer and "INFLUENCE " in answer
        elif kind == "string":
            assert re.fullmatch(r"= Black wins \d+ % of playouts, .*", answer)


def test_nothing_is_drawn_where_only_a_pass_is_left():
    state = new_state(WishfulPolicy("Q16"))
    ask("play b Q16", state=state)
    assert ask("gopolicy-best_moves", state=state) == ["= TEXT no move but a pass"]
    assert first_info(first_line("lz-analyze 1", state=state))[1] == "pass"


def test_an_analysis_tells_of_as_many_moves_as_are_asked_for():
    state = new_state(WishfulPolicy("Q16 D4 C3 R17", fall=0.01))
    for words, count in [("", 2), ("minmoves 3", 3), ("minmoves 9", 4)]:
        line = first_line(f"kata-analyze b {words}", state=state)
        assert line.count("info move") == count, words
    assert ask("lz-analyze minmoves 3 maxmoves 2")[0].startswith("? syntax error")


def test_visits_along_a_line_say_how_probable_it_is_to_get_there():
    state = new_state(WishfulPolicy("Q16 D4 C3"))
    rounds = analyse(state.player, state.position, most=1)
    next(rounds)
    (line,) = next(rounds).lines
    assert [format_vertex(point) for point in line.moves] == ["Q16", "D4"]
    # 4 of 7, then, without Q16, 2 of 3.
    assert line.move_visits == [5714, round(10_000 * 4 / 7 * 2 / 3)]


def test_what_kata_analyze_is_asked_for_stands_with_each_move():
    words = "pvVisits true pvEdgeVisits true movesOwnership true ownership false"
    line = first_line(
        f"kata-analyze b 10 {words}", state=new_state(WishfulPolicy("Q16 D4"))
    )
    assert " ownership" not in line
    for part in line.split("info ")[1:]:
        numbers = re.search(r"pv \S+ pvVisits (\d+) pvEdgeVisits \1 ", part)
        assert numbers
        owned = part.partition(" movesOwnership ")[2].split()
        assert len(owned) == 361 and all(-1 <= float(word) <= 1 for word in owned)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ownershipStdev true", "? not done here: ownershipStdev"),
        ("ownershipStdev false", "= info .*"),
        ("ownership maybe", "? syntax error: ownership is true or false"),
        ("fly true", "? syntax error: 'fly' cannot be asked for"),
    ],
)
def test_an_analysis_fails_for_what_it_cannot_tell(words, said):
    (answer,) = ask(f"kata-analyze {words}", state=new_state(WishfulPolicy("Q16")))
    assert re.fullmatch(said.replace("?", r"\?", 1), answer.replace("\n", " ", 1))
    assert ask("lz-analyze ownership true")[0].startswith("? syntax error")


def test_a_position_that_is_set_is_a_new_game():
    state = new_state()
    ask("play b Q16", "set_position w D4 b C3", state=state)
    assert state.position.to_play == BLACK and not state.position.moves
    assert state.position.stones[points("D4")[0]] == WHITE
    assert ask("undo", state=state) == ["? cannot undo"]
