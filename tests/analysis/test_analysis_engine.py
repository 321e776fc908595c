"""The engine of KataGo's analysis protocol: what is asked, and what it answers.

Source of what is expected: KataGo, docs/Analysis_Engine.md; what KaTrain 1.20.0 and
katagoanal 0.4.0 send and read, seen in them.
"""

import io
import json
import queue

import pytest
from analysis_client import (  # type: ignore[import-not-found] # beside
    Session,
    ask,
    fuzz,
    golden_requests,
    query,
)
from diagrams import HALVES, parse_diagram, points
from gtp_client import WishfulPolicy

from gopolicy.analysis import engine as engine_module
from gopolicy.analysis.engine import Engine, split_lines
from gopolicy.analysis.lines import ROUND_PLAYOUTS
from gopolicy.go.coords import BLACK, PASS, WHITE, format_vertex
from gopolicy.go.position import Position
from gopolicy.player import Player
from gopolicy.policy import UniformPolicy

#: Black has everything.
_STONES = ("C3", "C10", "C16", "G3", "G10", "G16", "N3", "N16", "R3", "R10", "R16")
BLACK_WINS = " ".join(f"B {vertex} W pass" for vertex in _STONES)


def only(answers):
    """The one answer."""
    (answer,) = answers
    return answer


def finals(answers):
    """(id, turn) of the last answers, in order."""
    return [(a["id"], a["turnNumber"]) for a in answers if not a["isDuringSearch"]]


def setup(diagram):
    """Initial stones of a diagram, as in a request."""
    stones = parse_diagram(diagram).stones
    names = {BLACK: "B", WHITE: "W"}
    return [[names[s], format_vertex(p)] for p, s in enumerate(stones.tolist()) if s]


# What KaTrain sent.


def test_each_request_that_clients_sent_gets_its_last_answers():
    requests = [r for r in golden_requests() if "action" not in r]
    session = Session()
    for number, request in enumerate(requests):
        request |= {"id": str(number), "maxVisits": 10}
        request["analyzeTurns"] = request["analyzeTurns"][:3]  # one asks for 180
        if number >= 5:  # those take long to check
            request.pop("includeMovesOwnership", None)
        session.send(request)
    answers = session.work()
    good = [r for r in requests if r["boardXSize"] == r["boardYSize"] == 19]
    assert sorted(finals(a for a in answers if "error" not in a)) == sorted(
        (request["id"], turn) for request in good for turn in request["analyzeTurns"]
    )
    refused = {a["id"] for a in answers if "error" in a}
    assert refused == {r["id"] for r in requests if r not in good}
    for answer in answers:
        if "error" not in answer:
            asked = requests[int(answer["id"])]
            assert ("ownership" in answer) == asked.get("includeOwnership", False)
            assert ("policy" in answer) == asked.get("includePolicy", False)


# Perspective.


@pytest.mark.parametrize("moves", [BLACK_WINS, BLACK_WINS + " B Q5"])
def test_numbers_are_blacks_whoever_is_to_play(moves):
    answer = only(ask(query(moves=moves, includeOwnership=True)))
    for values in (answer["rootInfo"], *answer["moveInfos"]):
        assert values["winrate"] > 0.5 and values["scoreLead"] > 0
    assert sum(answer["ownership"]) > 0


def test_another_perspective_turns_every_sign():
    def numbers(perspective, moves=BLACK_WINS + " B Q5"):
        settings = {"reportAnalysisWinratesAs": perspective}
        answer = only(
            ask(
                query(
                    moves=moves,
                    overrideSettings=settings,
                    includeOwnership=True,
                    includeMovesOwnership=True,
                )
            )
        )
        assert answer["rootInfo"]["currentPlayer"] == "W"
        first = answer["moveInfos"][0]
        return [
            *(2 * values["winrate"] - 1 for values in (answer["rootInfo"], first)),
            *(values["scoreLead"] for values in (answer["rootInfo"], first)),
            *answer["ownership"],
            *first["ownership"],
        ]

    black = numbers("BLACK")
    assert numbers("WHITE") == pytest.approx([-value for value in black], abs=1e-4)
    assert numbers("SIDETOMOVE") == numbers("WHITE")
    assert numbers("black") == black


def lead(komi=0, **fields):
    """Black's, of the whole position."""
    return only(ask(query(komi=komi, **fields)))["rootInfo"]["scoreLead"]


def test_komi_counts_in_the_lead_and_less_on_an_open_board():
    over = {"initialStones": setup(HALVES), "maxVisits": 200}
    assert lead(**over) - lead(7.5, **over) == pytest.approx(7.5)
    assert lead(-20, **over) - lead(**over) == pytest.approx(20)
    early = lead() - lead(7.5)
    assert 0 < early < 7
    assert lead(-20) - lead() == pytest.approx(early * 20 / 7.5, abs=0.01)


def test_the_score_of_a_game_that_is_over_is_its_count():
    final = only(ask(query(initialStones=setup(HALVES), maxVisits=2000)))
    assert final["rootInfo"]["scoreLead"] == pytest.approx(-19 - 7.5, abs=3)


@pytest.mark.parametrize(("moves", "ahead"), [("B pass W pass", 1), ("B pass", -1)])
def test_a_game_that_ended_has_the_points_of_its_count(moves, ahead):
    ended = query(
        moves=moves,
        initialStones=setup(HALVES),
        maxVisits=100,
        includeOwnership=True,
        overrideSettings={"reportAnalysisWinratesAs": "SIDETOMOVE"},
    )
    answer = only(ask(ended))
    assert answer["rootInfo"]["scoreLead"] == ahead * (-19 - 7.5)
    assert (answer["rootInfo"]["winrate"] < 0.01) == (ahead > 0)
    assert min(abs(value) for value in answer["ownership"]) > 0.9
    (move, *_) = answer["moveInfos"]
    assert move["move"] == "pass" and move["scoreLead"] == ahead * (-19 - 7.5)


def test_after_two_passes_a_game_is_counted_whatever_the_policy_wants():
    position = Position()
    for color, point in [(BLACK, points("Q16")[0]), (WHITE, PASS), (BLACK, PASS)]:
        position.play(point, color)
    count = Player(UniformPolicy(), komi=7.5, rules="area").count(position)
    moves = "B Q16 W pass B pass"
    root = only(ask(query(moves=moves), policy=WishfulPolicy("D4")))["rootInfo"]
    assert root["scoreLead"] == pytest.approx(count.score, abs=1e-3)


# The policy, and passing.


def test_the_policy_goes_row_by_row_from_the_top_left_to_the_pass():
    policy = WishfulPolicy("A19 T19 A1 T1")
    answer = only(ask(query(includePolicy=True), policy=policy))
    values = answer["policy"]
    assert [values[i] for i in (0, 18, 342, 360)] == pytest.approx(
        [8 / 15, 4 / 15, 2 / 15, 1 / 15], abs=1e-5
    )
    assert 0 < values[361] < 1e-4 and answer["humanPolicy"] == values
    assert [move["move"] for move in answer["moveInfos"]] == ["A19", "T19", "A1", "T1"]


def test_points_that_are_not_legal_are_minus_one():
    answer = only(ask(query(moves="B Q16 W D4", includePolicy=True)))
    illegal = [p for p, value in enumerate(answer["policy"]) if value < 0]
    assert illegal == sorted(points("Q16 D4"))


def test_where_no_move_is_legal_all_of_the_policy_is_the_pass():
    policy = WishfulPolicy("Q16")
    answer = only(ask(query(moves="B Q16", includePolicy=True), policy=policy))
    assert answer["policy"][PASS] == 1
    assert only(answer["moveInfos"])["move"] == "pass"


def test_the_best_move_of_a_game_that_is_over_is_a_pass():
    stones = setup(HALVES)
    wanted = query(
        moves="B pass",
        initialStones=stones,
        includePolicy=True,
        maxVisits=100,
        rules="japanese",
    )
    answer = only(ask(wanted))
    assert answer["moveInfos"][0]["move"] == "pass"
    assert answer["policy"][PASS] == max(answer["policy"])


def test_before_the_end_no_pass_is_thought_of():
    answer = only(ask(query(moves="B Q16 W D4", maxVisits=100)))
    assert "pass" not in [move["move"] for move in answer["moveInfos"]]


def test_moves_can_be_avoided_or_alone_allowed():
    def moves(**fields):
        found = only(ask(query(**fields), policy=WishfulPolicy("Q16 D4 C3")))
        return [move["move"] for move in found["moveInfos"]]

    limit = {"moves": ["Q16", "C3"], "player": "B", "untilDepth": 1}
    assert moves(avoidMoves=[limit]) == ["D4"]
    assert moves(allowMoves=[limit]) == ["Q16", "C3"]
    assert moves(avoidMoves=[{**limit, "player": "W"}]) == ["Q16", "D4", "C3"]
    assert moves(allowMoves=[{**limit, "moves": ["pass"]}]) == ["pass"]


# Turns and priorities.


def test_every_turn_that_is_asked_for_is_answered():
    game = "B Q16 W D4 B C3"
    assert finals(ask(query("a", game, analyzeTurns=[0, 1, 2, 3]))) == [
        ("a", turn) for turn in range(4)
    ]
    assert finals(ask(query("a", game))) == [("a", 3)]
    assert finals(ask(query("a", game, analyzeTurns=[1, 1]))) == [("a", 1)]
    assert ask(query("a", game, analyzeTurns=[])) == []


def test_the_sides_to_play_are_those_of_the_game():
    def sides(**fields):
        answers = ask(query(analyzeTurns=[0, 1], **fields))
        return [a["rootInfo"]["currentPlayer"] for a in answers]

    assert sides(moves="B Q16") == ["B", "W"]
    assert sides(moves="W Q16") == ["W", "B"]
    assert sides(moves="B Q16", initialPlayer="W") == ["W", "W"]
    stones = [["B", "D4"], ["B", "Q16"]]
    assert sides(moves="W C16", initialStones=stones, initialPlayer="W") == ["W", "B"]


def test_the_most_urgent_position_comes_first_and_equals_in_order():
    session = Session()
    session.send(query("a", priority=-99), query("b", priority=-99))
    session.send(query("c", priority=1001), query("d"), query("e", priority=-100))
    session.send(query("f", "B Q16", analyzeTurns=[0, 1], priorities=[-999, 5000]))
    assert finals(session.work()) == [
        *(("f", 1), ("c", 0), ("d", 0), ("a", 0), ("b", 0), ("e", 0), ("f", 0))
    ]


def test_an_urgent_query_overtakes_one_that_is_being_worked_at():
    session = Session()
    session.send(query("long", maxVisits=10_000_000, reportDuringSearchEvery=1))
    assert session.work(3) == []
    session.send(query("urgent", priority=1))
    assert finals(session.work(3)) == [("urgent", 0)]


def test_a_game_is_the_same_read_in_one_go_or_move_by_move():
    game = ["B", "Q16", "W", "D4", "B", "Q4", "W", "D16", "B", "pass", "W", "R3"]
    session, whole = Session(), []
    for turn in range(7):
        session.send(query(str(turn), " ".join(game[: 2 * turn]), includePolicy=True))
        session.send(query("x", " ".join([*game[: 2 * turn], "B", "A1"])))
        answers = [a for a in session.work() if a["id"] != "x"]
        whole += answers
    parts = ask(
        query(moves=" ".join(game), analyzeTurns=list(range(7)), includePolicy=True)
    )
    for one, other in zip(whole, parts, strict=True):
        assert one["policy"] == other["policy"]


# Time and effort.


def test_partial_answers_come_when_they_are_due():
    session = Session()
    session.send(query(maxVisits=100_000, reportDuringSearchEvery=0.5))
    found = []
    for now in (0.0, 0.4, 0.5, 0.9, 1.2):
        session.now = now
        found.append([answer["isDuringSearch"] for answer in session.work(1)])
    assert found == [[], [], [True], [], [True]]


def test_no_partial_answers_come_that_nobody_asked_for():
    session = Session()
    session.send(query(maxVisits=100_000))
    session.work(1)
    session.now = 100.0
    assert session.work(1) == []


def test_the_time_of_a_position_ends_its_work():
    session = Session()
    session.send(query(maxVisits=10_000_000, overrideSettings={"maxTime": 8.0}))
    session.work(3)
    session.now = 7.9
    assert session.work(1) == []
    session.now = 8.0
    answer = only(session.work(1))
    assert answer["isDuringSearch"] is False
    assert answer["rootInfo"]["visits"] >= 4 * ROUND_PLAYOUTS


def test_more_visits_are_more_work_and_never_fewer_visits():
    visits = [
        only(ask(query(maxVisits=most)))["rootInfo"]["visits"] for most in (1, 25, 900)
    ]
    assert visits == [1, 25, 900]


def test_lines_grow_while_there_is_time():
    policy = WishfulPolicy("Q16 D4 C3 R17")
    answer = only(ask(query(maxVisits=2000), policy=policy))
    best = answer["moveInfos"][0]
    assert best["pv"][:3] == ["Q16", "D4", "C3"]
    short = only(ask(query(maxVisits=2000, analysisPVLen=2), policy=policy))
    assert short["moveInfos"][0]["pv"] == ["Q16", "D4"]
    asked = query(maxVisits=2000, analysisPVLen=2, includePVVisits=True)
    first = only(ask(asked, policy=policy))["moveInfos"][0]
    assert first["pvVisits"][0] == first["visits"] and len(first["pvVisits"]) == 2


# Actions.


def test_a_query_that_waits_is_given_up_without_results():
    session = Session()
    session.send(query("a"), query("b", "B Q16"))
    stop = {"id": "s", "action": "terminate", "terminateId": "b"}
    session.send(stop)
    echo, given_up, done = session.work()
    assert echo == stop
    assert given_up == {
        "id": "b",
        "turnNumber": 1,
        "isDuringSearch": False,
        "noResults": True,
    }
    assert finals([done]) == [("a", 0)]


def test_a_query_that_is_worked_at_ends_with_what_is_known():
    session = Session()
    session.send(query("ponder", maxVisits=10_000_000, reportDuringSearchEvery=0.25))
    session.work(2)
    stop = {"id": "s", "action": "terminate", "terminateId": "ponder"}
    session.send(stop)
    echo, answer = session.work()
    assert echo == stop
    assert answer["isDuringSearch"] is False and answer["moveInfos"]


def test_ending_what_is_unknown_is_echoed_and_nothing_else():
    stop = {
        "id": "s",
        "action": "terminate",
        "terminateId": "never",
        "x": [1, "\u56f4"],
    }
    assert ask(stop) == [stop]


def test_some_turns_of_a_query_can_be_ended():
    session = Session()
    session.send(query("a", "B Q16 W D4", analyzeTurns=[0, 1, 2]))
    session.send(
        {"id": "s", "action": "terminate", "terminateId": "a", "turnNumbers": [0, 2]}
    )
    answers = session.work()[1:]
    assert [a["turnNumber"] for a in answers if "noResults" in a] == [0, 2]
    assert len(finals(answers)) == 3


def test_all_queries_can_be_ended():
    session = Session()
    session.send(
        query("a"), query("b", "B Q16"), {"id": "s", "action": "terminate_all"}
    )
    assert finals(session.work()[1:]) == [("a", 0), ("b", 1)]
    session.send(query("c"))
    assert finals(session.work()) == [("c", 0)]


@pytest.fixture
def crowded(monkeypatch):
    """A session with room for two positions, and queries "0" to "4" that came in."""
    monkeypatch.setattr(engine_module, "MOST_WAITING", 2)
    session = Session()
    session.send(*(query(str(n), "B Q16", analyzeTurns=[0, 1]) for n in range(5)))
    return session


def test_ending_is_answered_at_once_however_many_wait(crowded):
    crowded.send({"id": "s", "action": "terminate", "terminateId": "3"})
    part = {"id": "s", "action": "terminate", "terminateId": "4", "turnNumbers": [1]}
    crowded.send(part)
    echo, *given_up, again, last = crowded.answers  # without a stroke of work
    assert (echo["terminateId"], again) == ("3", part)
    assert finals(given_up) == [("3", 0), ("3", 1)] and finals([last]) == [("4", 1)]
    assert all("noResults" in answer for answer in (*given_up, last))
    crowded.work()
    crowded.send(query("5"), {"id": "s", "action": "terminate_all"})
    assert finals(crowded.answers[1:]) == [("5", 0)]


def test_queries_that_there_is_no_room_for_come_by_priority(crowded):
    crowded.send(query("urgent", priority=7), query("wrong", "B Z99"), "{")
    answers = crowded.work()
    assert [a["error"][:5] for a in answers if "error" in a] == ["could", "moves"]
    expected = ["0", "urgent", "1", "2", "3", "4"]
    assert (
        list(
            dict.fromkeys(
                name for name, _ in finals([a for a in answers if "error" not in a])
            )
        )
        == expected
    )
    assert len(answers) == 2 + 1 + 10


def test_what_waits_is_bounded_in_bytes_and_answered_after_the_end(monkeypatch):
    monkeypatch.setattr(engine_module, "MOST_WAITING", 2)
    monkeypatch.setattr(engine_module, "MOST_BYTES", 500)
    inbox: queue.Queue[bytes | None] = queue.Queue()
    for number in range(20):
        inbox.put(json.dumps(query(str(number))).encode())
    inbox.put(None)
    output, left = io.StringIO(), []

    def write(line):
        left.append(inbox.qsize())
        output.write(line)

    Engine(UniformPolicy(), write).run(inbox)
    assert left[0] > 10  # more than it had room for was not read
    answers = [json.loads(line) for line in output.getvalue().splitlines()]
    assert finals(answers) == [(str(number), 0) for number in range(20)]


def test_the_engine_says_who_it_is():
    version, models, cleared = ask(
        {"id": "1", "action": "query_version"},
        {"id": "2", "action": "query_models"},
        {"id": "3", "action": "clear_cache"},
    )
    assert version["version"] and version["git_hash"] and version["id"] == "1"
    assert only(models["models"])["name"] == "uniform"
    assert cleared == {"id": "3", "action": "clear_cache"}


# What is wrong with a request.

WRONG = [
    ("id", query(id=7)),
    ("id", {"moves": []}),
    ("action", {"id": "q", "action": "fly"}),
    ("action", {"id": "q", "action": {}}),
    ("terminateId", {"id": "q", "action": "terminate"}),
    ("turnNumbers", {"id": "q", "action": "terminate_all", "turnNumbers": 3}),
    ("moves", query(moves="B Q16 W Q16")),
    ("moves", query(moves="B I9")),
    ("moves", query(moves="X Q16")),
    ("moves", {k: v for k, v in query().items() if k != "moves"}),
    ("boardXSize", {k: v for k, v in query().items() if k != "boardXSize"}),
    ("boardXSize", query(boardXSize=9)),
    ("boardYSize", query(boardYSize=13)),
    ("boardXSize", query(boardXSize="19")),
    ("rules", query(rules="martian")),
    ("rules", query(rules={"score": "MARTIAN"})),
    ("rules", query(rules=7)),
    ("komi", query(komi="much")),
    ("komi", query(komi=1000)),
    ("komi", query(komi=True)),
    ("maxVisits", query(maxVisits=0)),
    ("maxVisits", query(maxVisits=2.5)),
    ("analyzeTurns", query(analyzeTurns=[1])),
    ("analyzeTurns", query(analyzeTurns=[-1])),
    ("analyzeTurns", query(analyzeTurns=3)),
    ("priority", query(priority="high")),
    ("priorities", query(priorities=[1, 2])),
    ("priorities", query(priorities=[1], priority=1)),
    ("initialStones", query(initialStones=[["B", "Q16"], ["W", "Q16"]])),
    ("initialStones", query(initialStones=[["B", "pass"]])),
    ("initialStones", query(initialStones=[["W", "A1"], ["B", "A2"], ["B", "B1"]])),
    ("initialPlayer", query(initialPlayer="green")),
    ("overrideSettings", query(overrideSettings=[])),
    ("maxTime", query(overrideSettings={"maxTime": 0})),
    ("reportDuringSearchEvery", query(reportDuringSearchEvery=-1)),
    (
        "reportAnalysisWinratesAs",
        query(overrideSettings={"reportAnalysisWinratesAs": 1}),
    ),
    ("includePolicy", query(includePolicy="yes")),
    ("avoidMoves", query(avoidMoves=[{"moves": ["Q16"], "player": "B"}])),
    (
        "avoidMoves",
        query(avoidMoves=[{"moves": ["Z1"], "player": "B", "untilDepth": 1}]),
    ),
    ("allowMoves", query(allowMoves="Q16")),
]


@pytest.mark.parametrize(("field", "request_"), WRONG)
def test_a_wrong_request_is_refused_with_its_field_and_the_engine_goes_on(
    field, request_
):
    session = Session()
    session.send(request_, query("next"))
    refused, answer = session.work()
    assert refused["field"] == field
    assert refused.get("id") == (request_["id"] if field != "id" else None)
    assert finals([answer]) == [("next", 0)]


@pytest.mark.parametrize(
    "line",
    [
        *("hello", "{", "[1]", "null", '"x"', "7", "[" * 100_000, '{"a":' * 100_000),
        '{"id":"q","komi":NaN}',
        '{"id":"q","komi":1e999,"action":"clear_cache"}',
    ],
)
def test_what_is_no_json_is_refused(line):
    session = Session()
    session.send(line, query("next"))
    refused, answer = session.work()
    assert "error" in refused and "id" not in refused
    assert finals([answer]) == [("next", 0)]


def test_bytes_that_are_no_text_are_refused_and_empty_lines_passed_over():
    session = Session()
    session.engine.accept(b'\xff\xfe{"id"')
    session.engine.accept(b" \r\n")
    assert "error" in only(session.work())


def test_a_field_that_is_none_of_the_protocol_is_warned_of():
    warning, answer = ask(query(frobnicate=1))
    assert warning["field"] == "frobnicate"
    assert finals([answer]) == [("q", 0)]


@pytest.mark.parametrize(
    "rules",
    ["New-Zealand", "new zealand", "stone_scoring", "ancient-territory", "AGA", None],
)
def test_rules_are_known_by_all_their_names(rules):
    fields = {} if rules is None else {"rules": rules}
    assert finals(ask({**query(), **fields})) == [("q", 0)]


def test_what_rules_say_of_counting_is_in_the_lead():
    # Black has put two stones more, and may put the last: points of area, and of
    # territory nothing. Stones before White's first one may be a handicap, too.
    moves = "B Q16 W pass B D4 W pass"
    area = lead(moves=moves, rules="tromp-taylor")
    point = area - lead(1, moves=moves, rules="tromp-taylor")

    def points(**fields):
        """By how many points the lead is another than by area."""
        return round((lead(moves=moves, **fields) - area) / point, 1)

    assert points(rules={"ko": "SIMPLE", "score": "AREA", "tax": "ALL"}) == 0
    assert points(rules={"score": "TERRITORY", "tax": "SEKI"}) == -2.5
    assert points(rules="japanese") == -2.5
    assert points(rules="chinese") == -2
    assert points(rules="aga") == -1
    assert points(rules="chinese", whiteHandicapBonus="0") == 0


def test_a_policy_that_fails_ends_no_engine():
    class Broken(UniformPolicy):
        def probabilities(self, positions):
            raise RuntimeError("no memory")

    session = Session(Broken())
    session.send(query("a"), query("b", "B Q16"))
    answers = session.work()
    assert [answer["id"] for answer in answers] == ["a", "b"]
    assert all("no memory" in answer["error"] for answer in answers)


# The network.


def test_positions_that_wait_go_through_the_network_together():
    class Counting(UniformPolicy):
        def __init__(self):
            self.sizes = []

        def probabilities(self, positions):
            self.sizes.append(len(positions))
            return super().probabilities(positions)

    policy = Counting()
    ask(query(moves="B Q16 " * 0, analyzeTurns=[0]), policy=policy)
    game = " ".join(f"{'BW'[i % 2]} {format_vertex(40 + i)}" for i in range(19))
    ask(query(moves=game, analyzeTurns=list(range(20))), policy=policy)
    assert policy.sizes == [1, 8, 8, 4]


# Lines.


def _write(output: io.StringIO, line: str) -> None:
    output.write(line)


def read(*lines, finish=True):
    """All that an engine writes that reads ``lines`` until their end."""
    inbox: queue.Queue[bytes | None] = queue.Queue()
    for line in lines:
        inbox.put(json.dumps(line).encode())
    inbox.put(None)
    output = io.StringIO()
    Engine(UniformPolicy(), lambda line: _write(output, line)).run(inbox, finish=finish)
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_the_end_of_the_input_finishes_what_waits():
    assert finals(read(query("a"), query("b"))) == [("a", 0), ("b", 0)]
    assert read() == []


def test_in_a_hurry_the_end_of_the_input_is_the_end():
    assert read(query("a", maxVisits=100_000), finish=False) == []


def test_a_reader_that_is_gone_ends_the_engine():
    def write(line):
        raise BrokenPipeError

    inbox: queue.Queue[bytes | None] = queue.Queue()
    inbox.put(json.dumps(query()).encode())
    with pytest.raises(BrokenPipeError):
        Engine(UniformPolicy(), write).run(inbox)


def test_lines_are_put_together_however_they_come():
    text = b"one\n\ntwo\r\n" + b"x" * 3_000_000 + b"\nlast"
    for size in (1 << 16, 7, 1):
        if size == 1:
            text = text[:20]
        pieces = (text[i : i + size] for i in range(0, len(text), size))
        assert list(split_lines(pieces)) == [
            line for line in text.split(b"\n") if line or size
        ]
    assert list(split_lines(iter([b"a\n", b"b\n"]))) == [b"a", b"b"]


@pytest.mark.parametrize("seed", [1, 2])
def test_damaged_requests_get_answers_that_can_be_read(seed):
    assert fuzz(golden_requests(), 200, seed) > 150
