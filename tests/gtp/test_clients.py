"""What other people's programs say at their start and in use, as conversations.

Source: their code, read in November 2026; docs/clients.md tells which, and which of
them were run. A line, and its answer as a regular expression; of a stream, as of an
analysis, the first line that is not empty.
"""

import re

import pytest
from gtp_client import WishfulPolicy, answers, new_state, run

INFO = r"info move Q16 visits \d+ .*"
DONE, FAILS, MOVE = "", r"\? .*", r"[A-T]\d+"
POLICY = "Q16 D4 C3 R17 Q4 D16"

#: By client, what it says and what it must hear.
CONVERSATIONS = {
    # featurecat/lizzie, Leelaz.java: with ids. Only of a version 0.15 or later it says
    # nothing; as "KataGo" it does not ask. "name" ends an analysis.
    "lizzie": [
        ("name", "gopolicy"),
        ("version", r"\d+\.\d+.*"),
        ("boardsize 19", DONE),
        ("boardsize 19 13", FAILS),
        ("komi 7.5", DONE),
        ("lz-analyze 10", INFO),
        ("name", "gopolicy"),
        ("play B Q16", DONE),
        ("lz-analyze 10 avoid b D4,C3 1 avoid w D4,C3 1", "info move R17 .*"),
        ("kata-analyze 10 ownership true", r"info move .* ownership -?\d.*"),
        ("undo", DONE),
        ("time_settings 0 5 1", DONE),
        ("lz-genmove_analyze B 10", INFO),
        ("genmove W", MOVE),
        ("clear_board", DONE),
        ("fixed_handicap 4", "D4 .*"),
        ("komi 0", DONE),
    ],
    # yzyray/lizzieyzy, Leelaz.java: without ids, "stop" as "KataGo".
    "lizzieyzy": [
        ("name", "gopolicy"),
        ("version", r"\d+\.\d+.*"),
        ("list_commands", "protocol_version"),
        ("komi 7.5", DONE),
        ("boardsize 19", DONE),
        ("lz-setoption name Visits value 100", FAILS),
        ("rectangular_boardsize 19 13", FAILS),
        ("kata-get-param playoutDoublingAdvantage", FAILS),
        ("kata-get-param analysisWideRootNoise", FAILS),
        ("kata-set-param numSearchThreads 4", FAILS),
        ("kata-set-rules chinese", DONE),
        ("kata-get-rules", r'\{"friendlyPassOk":.*"scoring":"AREA".*\}'),
        ("kata-analyze B 10 ownership true pvVisits true", r".* pvVisits \d+ .*"),
        ("stop", DONE),
        ("kata-analyze B 10 allow b Q16,C3 1 allow w Q16,C3 1 pvVisits true", INFO),
        ("kata-genmove_analyze B 2147483647 ownership true pvVisits true", INFO),
        ("kata-raw-nn 5", "symmetry .*"),
        ("heatmap", FAILS),
        ("time_left B 30.25 0", DONE),
        ("kata-time_settings none", DONE),
        ("place_free_handicap 2", FAILS),  # the board is not empty
        ("clear_board", DONE),
        ("place_free_handicap 2", "D4 Q16|Q16 D4"),
    ],
    # kaorahi/lizgoban, src/engine.js: what it tries at its start, and its use.
    "lizgoban": [
        ("name", "gopolicy"),
        ("lz-setoption name visits value 0", FAILS),
        ("kata-analyze interval 1", INFO),
        ("kata-set-rules chinese", DONE),
        ("set_free_handicap A1", FAILS),  # one stone is none; it then plays them
        ("set_position", DONE),
        ("lz-analyze interval 1 minmoves 30", INFO),
        ("endstate_map", FAILS),
        ("kata-raw-nn 0", "symmetry .*"),
        ("kata-analyze 1 pvVisits true", r".* pvVisits \d+ .*"),
        ("kata-analyze 1 pvEdgeVisits true", r".* pvEdgeVisits \d+ .*"),
        ("kata-analyze 1 ownershipStdev true", FAILS),
        ("kata-analyze 1 movesOwnership true", r".* movesOwnership -?\d.*"),
        ("kata-analyze 1 rootInfo true", r".* rootInfo visits \d+ .*"),
        ("lz-analyze 1 allow B D4 1", "info move D4 .*"),
        ("kata-get-param allowResignation", "true"),
        ("kata-search_analyze_cancellable B", FAILS),
        ("kata-get-param humanSLProfile", FAILS),
        ("kata-get-models", FAILS),
        ("clear_board", DONE),
        ("komi 7.5", DONE),
        ("set_position b Q16 w D4", DONE),
        ("play w C3", DONE),
        (
            "kata-analyze b interval 10 ownership true minmoves 30 pvVisits true "
            "pvEdgeVisits true movesOwnership true rootInfo true",
            r"info move .* rootInfo .* ownership -?\d.*",
        ),
        ("time_settings 0 5 1", DONE),
        ("kata-set-param allowResignation false", DONE),
        ("kata-genmove_analyze b interval 10 minmoves 30", "info move .*"),
        ("undo", DONE),
    ],
    # SabakiHQ/Sabaki, enginesyncer.js and sabaki.js; @sabaki/gtp 3.0.0 was heard. It
    # takes the first of "analyze", "kata-analyze", "lz-analyze" that is listed, and
    # asks for ownership only of the second.
    "sabaki": [
        ("name", "gopolicy"),
        ("version", r"\d+\.\d+.*"),
        ("protocol_version", "2"),
        ("list_commands", "protocol_version"),
        ("known_command set_free_handicap", "true"),
        ("known_command analyze", "false"),
        ("known_command loadsgf", "true"),
        ("boardsize 19", DONE),
        ("clear_board", DONE),
        ("komi 6.5", DONE),
        ("set_free_handicap D4 Q16", DONE),
        ("play W C3", DONE),
        ("kata-analyze B 50 ownership true", r"info move .* ownership -?\d.*"),
        ("protocol_version", "2"),  # ends the analysis
        ("kata-genmove_analyze B 50", "info move .*"),
        ("undo", DONE),
        ("final_score", r"[BW]\+[\d.]+|0"),
        ("final_status_list dead", r"[A-T\d ]*"),
    ],
    # Remi-Coulom/gogui: GtpClientBase.java, GtpSynchronizer.java, GtpClient.java.
    "gogui": [
        ("name", "gopolicy"),
        ("protocol_version", "2"),
        ("version", r"\d+\.\d+.*"),
        ("list_commands", "protocol_version"),
        ("gogui-interrupt", DONE),
        ("gogui-analyze_commands", r"sboard/.*"),
        ("boardsize 19", DONE),
        ("clear_board", DONE),
        ("komi 6.5", DONE),
        ("time_settings 0 1 0", DONE),  # no limit
        ("time_settings 600 30 5", DONE),
        ("gogui-setup b D4 b C3 w Q16", DONE),
        ("gogui-setup_player w", DONE),
        ("gogui-play_sequence w R17 b Q4", DONE),
        ("gg-undo 2", DONE),
        ("play empty D4", FAILS),
        ("# interrupt", None),
        ("time_left w 599 0", DONE),
        ("genmove w", MOVE),
        ("kgs-genmove_cleanup b", MOVE),
        ("final_status_list seki", DONE),
        ("cputime", FAILS),
    ],
    # qGo 2.1, as it was heard; with ids only if its program is named "gnugo".
    "qgo": [
        ("1000 protocol_version", "2"),
        ("1001 boardsize 19", DONE),
        ("1002 clear_board", DONE),
        ("1003 komi 5.50", DONE),
        ("1004 clear_board", DONE),
        ("1005 play black Q4", DONE),
        ("1006 genmove white", MOVE),
        ("1007 undo 0", DONE),
        ("1008 play white pass", DONE),
    ],
    # Quarry 0.2.0, as it was heard.
    "quarry": [
        ("protocol_version", "2"),
        ("name", "gopolicy"),
        ("version", r"\d+\.\d+.*"),
        ("list_commands", "protocol_version"),
        ("boardsize 19", DONE),
        ("clear_board", DONE),
        ("time_settings 600 600 25", DONE),
        ("komi 6.5", DONE),
        ("play black Q16", DONE),
        ("time_left white 600 0", DONE),
        ("genmove white", MOVE),
        ("final_status_list dead", r"[A-T\d ]*"),
    ],
    # vim-goban 0.3.3, as it was heard, and its engine.py.
    "vim-goban": [
        ("level 10", FAILS),
        ("clear_board", DONE),
        ("fixed_handicap 2", "D4 Q16"),
        ("genmove white", MOVE),
        ("play black PASS", DONE),
        ("undo", DONE),
        ("play black R17", DONE),
        ("genmove white", MOVE),
        ("final_score", r"[BW]\+[\d.]+|0"),
        ("final_status_list black_territory", r"[A-T\d ]*"),
        ("final_status_list white_territory", r"[A-T\d ]*"),
    ],
    # gomill 0.8.3, as it was heard, and gtp_games.py.
    "gomill": [
        ("protocol_version", "2"),
        ("name", "gopolicy"),
        ("version", r"\d+\.\d+.*"),
        ("known_command gomill-describe_engine", "false"),
        ("boardsize 19", DONE),
        ("clear_board", DONE),
        ("komi 7.5", DONE),
        ("known_command gomill-genmove_ex", "false"),
        ("known_command gomill-explain_last_move", "false"),
        ("genmove b", MOVE),
        ("play w Q4", DONE),
        ("known_command final_score", "true"),
        ("final_score", r"[BW]\+[\d.]+|0"),
        ("known_command gomill-cpu_time", "false"),
        ("quit", DONE),
    ],
}


@pytest.mark.parametrize("client", CONVERSATIONS)
def test_a_client_hears_what_it_needs(client):
    state = new_state(WishfulPolicy(POLICY), playouts=4)
    lines = [line for line, _ in CONVERSATIONS[client]]
    heard = list(answers(run([f"{line}\n" for line in lines], state)))
    expected = [
        (line, said) for line, said in CONVERSATIONS[client] if said is not None
    ]
    assert len(heard) == len(expected)
    for (line, wanted), (status, number, said) in zip(expected, heard, strict=True):
        assert number == (line.split()[0] if line[0].isdigit() else "")
        first = said.split("\n")[0]
        text = first if status == "=" else f"? {first}"
        assert re.fullmatch(wanted, text), (line, text[:200])
