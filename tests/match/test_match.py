"""Matches: how games end, who is to blame, several at a time, what is counted."""

import shutil
import threading
from typing import Any

import numpy as np
import pytest
from fake_engines import command
from gtp_client import WishfulPolicy

from gopolicy.errors import ConfigError, EngineError, RefusedError
from gopolicy.go.coords import BLACK, PASS, WHITE, format_vertex, parse_vertex
from gopolicy.go.position import Position
from gopolicy.match.folder import MatchFolder, describe
from gopolicy.match.game import (
    ILLEGAL,
    MOVE_LIMIT,
    PASSES,
    RESIGN,
    RESIGNATION,
    VOID,
    EngineSide,
    GameResult,
    Plan,
    PlayerSide,
    find_opening,
    parse_score,
    play_game,
    run_match,
)
from gopolicy.match.tally import tally, wilson_interval
from gopolicy.player import Choice, Player
from gopolicy.policy import UniformPolicy
from gopolicy.sgf.record import parse_records


class ScriptedSide:
    """Plays a list of vertices, then passes; "resign" and "refuse" do what they say."""

    def __init__(self, text="", *, lead=None, refuses=None, fails=False):
        self.script = [
            RESIGN if word == "resign" else parse_vertex(word) for word in text.split()
        ]
        self.lead, self.refuses, self.fails = lead, refuses, fails
        self.heard, self.counted, self.estimated, self.closed = [], [], [], 0

    def begin(self, position, komi):
        self.began = (position.turn, komi)

    def choose(self, position):
        if self.fails:
            raise EngineError("it crashed")
        return self.script.pop(0) if self.script else PASS

    def tell(self, color, point):
        if len(self.heard) == self.refuses:
            raise RefusedError("illegal move")
        self.heard.append((color, point))

    def score(self, position):
        self.counted.append(position.turn)
        return self.lead

    def estimate(self, position):
        self.estimated.append(position.turn)
        return self.lead

    def close(self):
        self.closed += 1


def plan(number=1, **options):
    color = BLACK if number % 2 else WHITE
    return Plan(number=number, our_color=color, komi=6.5, **options)


def game(ours="", theirs="", referee=None, *, number=1, leads=(None, None), **options):
    return play_game(
        plan(number, **options),
        ScriptedSide(ours, lead=leads[0]),
        ScriptedSide(theirs, lead=leads[1]),
        referee,
    )


# --- one game


def test_two_passes_end_a_game_and_it_is_counted():
    result = game("Q16 pass", "D4 pass", leads=(3.5, 2.5))
    assert (result.ending, result.result, result.winner) == (PASSES, "B+2.5", BLACK)
    assert (result.our_lead, result.their_lead) == (3.5, 2.5)
    assert result.points == [parse_vertex(v) for v in ("Q16", "D4", "pass", "pass")]


@pytest.mark.parametrize(
    ("ours", "theirs", "referee", "result"),
    [
        (3.5, -1.0, -7.5, "W+7.5"),
        (3.5, -1.0, None, "W+1"),
        (3.5, None, None, "B+3.5"),
        (0.0, None, None, "0"),
        (None, None, None, "Void"),
    ],
)
def test_the_referees_count_decides_then_theirs_then_ours(
    ours, theirs, referee, result
):
    judge = ScriptedSide(lead=referee)
    played = game(referee=judge, leads=(ours, theirs))
    assert played.result == result
    assert (played.our_lead, played.their_lead) == (ours, theirs)
    assert (played.referee_lead, played.first_pass) == (referee, referee)
    assert played.trouble == ("nobody could count it" if result == "Void" else "")
    assert (played.ending == VOID) == (result == "Void")
    assert isinstance(played.seconds, float) and 0 <= played.seconds < 3600


def test_resigning_loses_for_either_color():
    assert game("Q16 resign", "D4").result == "W+R"
    assert game("Q16", "resign").result == "B+R"
    assert game("resign", "Q16", number=2).result == "B+R"  # we are White
    assert game("resign", "Q16", number=2).winner == BLACK


def test_their_illegal_move_loses():
    result = game("Q16", "Q16")
    assert (result.ending, result.result, result.blame) == (ILLEGAL, "B+F", WHITE)
    assert "white cannot play Q16: " in result.trouble
    assert len(result.points) == 1


def test_our_illegal_move_loses_and_superko_counts_for_us():
    assert game("Q16 Q16", "D4").result == "W+F"
    # Sending two, returning one: White's B1 repeats the position before A1.
    script = "A2 B1 B2 C2 Q16 D1 pass A1 C1"
    opening = tuple(parse_vertex(vertex) for vertex in script.split())
    ours = game("B1", number=2, opening=opening)
    assert (ours.ending, ours.blame) == (ILLEGAL, WHITE)
    assert ours.trouble == "white's move 10 B1 is illegal or repeats a position"
    theirs = game("", "B1", opening=opening, leads=(1.0, None))
    assert (theirs.ending, theirs.blame) == (PASSES, 0)


def test_a_move_limit_ends_a_game_by_counting():
    result = game("A1 B2 C3", "D4 E5 F6", leads=(1.5, None), max_moves=4)
    assert (result.ending, result.result, len(result.points)) == (
        *(MOVE_LIMIT, "B+1.5"),
        4,
    )


def test_a_finished_game_is_scored_and_one_broken_off_is_estimated():
    finished, limited, given_up = ScriptedSide(), ScriptedSide(), ScriptedSide()
    play_game(plan(), ScriptedSide(), finished)
    assert (finished.counted, finished.estimated) == ([2], [])
    play_game(plan(max_moves=1), ScriptedSide("Q16"), limited)
    assert (limited.counted, limited.estimated) == ([], [1])
    play_game(plan(), ScriptedSide("Q16"), ScriptedSide("resign"), given_up)
    assert (given_up.counted, given_up.estimated) == ([], [1])


def test_a_match_that_is_stopped_makes_the_game_void():
    moves = iter([False, False, True])
    result = play_game(
        *(plan(), ScriptedSide("Q16"), ScriptedSide("D4")),
        stopped=lambda: next(moves),
    )
    assert (result.result, result.trouble) == ("Void", "the match was stopped")
    assert len(result.points) == 2


def test_our_player_is_a_side():
    """Its komi is the game's, its count the player's at a game's end."""
    player = Player(WishfulPolicy("Q16"), playouts=16)
    side = PlayerSide(player)
    side.begin(Position(), -2.5)
    assert player.komi == -2.5
    assert side.choose(Position()) == parse_vertex("Q16")
    assert side.score(Position()) == player.count(Position()).score
    assert side.estimate(Position()) == player.judge(Position()).score


def test_our_player_may_resign():
    class Loser(Player):
        def choose(self, position):
            return Choice(PASS, resigns=True)

    assert PlayerSide(Loser(UniformPolicy())).choose(Position()) == RESIGN


def test_a_crash_makes_the_game_void():
    result = play_game(plan(), ScriptedSide("Q16"), ScriptedSide(fails=True))
    assert (result.ending, result.result, result.winner) == (VOID, "Void", None)
    assert result.trouble == "it crashed"


def test_who_fails_at_the_count_spoils_no_game():
    class NoCounter(ScriptedSide):
        def score(self, position):
            raise EngineError("it crashed")

    result = play_game(plan(), ScriptedSide(lead=1.5), ScriptedSide(), NoCounter())
    assert (result.ending, result.trouble) == (VOID, "it crashed")  # at the first pass
    result = play_game(plan(), ScriptedSide(lead=1.5), NoCounter())
    assert (result.result, result.trouble) == ("B+1.5", "it crashed")


def test_a_move_that_only_they_take_for_illegal_is_nobodys_loss():
    result = play_game(plan(), ScriptedSide("Q16"), ScriptedSide(refuses=0))
    assert (result.ending, result.blame, result.winner) == (VOID, BLACK, None)
    assert result.trouble == "black's move 1 Q16: illegal move"
    assert result.points == [parse_vertex("Q16")]


def test_the_referee_hears_every_move_and_has_the_last_word_on_legality():
    referee = ScriptedSide(lead=0.5)
    game("Q16", "D4", referee, opening=(0,), number=2)
    assert referee.began == (1, 6.5)
    vertices = [format_vertex(point) for _, point in referee.heard]
    assert vertices == ["Q16", "D4", "pass", "pass"]
    colors = [color for color, _ in referee.heard]
    assert colors == [WHITE, BLACK, WHITE, BLACK]
    assert referee.counted == [4, 5]  # at the first pass, and at the end
    strict = ScriptedSide(refuses=1)
    result = game("Q16", "D4", strict)
    assert (result.result, result.blame) == ("B+F", WHITE)
    assert (result.ending, len(result.points)) == (ILLEGAL, 2)
    assert result.trouble == "white's move 2 D4: illegal move"


def test_an_opening_is_played_before_the_sides_take_over():
    ours, theirs = ScriptedSide(), ScriptedSide("Q4")
    opening = tuple(parse_vertex(v) for v in ("Q16", "D4", "D16"))
    result = play_game(plan(1, opening=opening), ours, theirs)
    assert theirs.began == (3, 6.5)
    assert result.points[3] == parse_vertex("Q4")
    assert ours.heard[0] == (WHITE, parse_vertex("Q4"))


def test_openings_come_from_even_games_without_setup():
    def opening(body, count=10):
        return find_opening(parse_records(b"(;SZ[19]%s)" % body, "test")[0], count)

    assert opening(b";B[aa];W[ba];B[ca]", 2) == (0, 1)
    assert opening(b";B[aa];W[ba];B[ca];W[da];B[ea]") == (0, 1, 2, 3, 4)
    assert opening(b";B[aa];W[];B[ca]") == (0,)
    assert opening(b";B[aa];B[ba]") == ()
    assert opening(b";W[aa]") == ()
    assert opening(b"AB[pd];W[aa];B[ba]") == ()


def test_scores_of_programs_are_understood():
    texts = ("B+3.5", "w+12.0", "W+0.5 (upper bound: 3)", "0", "Draw", "Jigo")
    leads = (3.5, -12.0, -0.5, 0.0, 0.0, 0.0)
    assert tuple(parse_score(text) for text in texts) == leads
    assert [parse_score(text) for text in ("B+R", "", "?")] == [None, None, None]


# --- real programs


def engine(*manner, timeout=60.0):
    return lambda plan: EngineSide(command(*manner), timeout=timeout)


def results_of(theirs, games=1, **options):
    results: list[GameResult] = []
    run_match(
        [plan(number, max_moves=20) for number in range(1, games + 1)],
        ours=lambda plan: ScriptedSide("T1 T2 T3 T4 T5 T6", lead=5.0),
        theirs=theirs,
        on_result=results.append,
        **options,
    )
    return sorted(results, key=lambda result: result.number)


@pytest.mark.slow
def test_a_program_plays_both_colors():
    black, white = results_of(engine("score", "W+7.5"), games=2)
    assert black.points[:2] == [parse_vertex("T1"), parse_vertex("A1")]
    assert white.points[:2] == [parse_vertex("A1"), parse_vertex("T1")]
    assert (black.their_lead, black.result) == (-7.5, "W+7.5")
    assert (black.ending, white.ending) == (PASSES, PASSES)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("manner", "ending", "trouble"),
    [
        (("resign", "2"), RESIGNATION, ""),
        (("illegal", "2"), ILLEGAL, "white cannot play A1: occupied"),
        (("crash", "2"), VOID, "fake: out of stones"),
        (("nonsense", "2"), VOID, "which is not GTP"),
        (("refuse", "2"), VOID, "refuses 'play black T2'"),
        (("play", "2"), PASSES, ""),
    ],
)
def test_whatever_a_program_does_the_game_ends(manner, ending, trouble):
    (result,) = results_of(engine(*manner))
    assert result.ending == ending
    assert trouble in result.trouble


@pytest.mark.slow
def test_a_silent_program_costs_one_game_not_the_match():
    manners = {1: ("hang", "1"), 2: ("crash", "1"), 3: ("resign", "1")}
    results = results_of(
        lambda plan: EngineSide(
            command(*manners[plan.number]), timeout=0.5 if plan.number == 1 else 60
        ),
        games=3,
        parallel=2,
    )
    assert [result.ending for result in results] == [VOID, VOID, RESIGNATION]
    assert "did not answer" in results[0].trouble


GNUGO = shutil.which("gnugo") or shutil.which("gnugo", path="/usr/games")


@pytest.mark.slow
@pytest.mark.skipif(not GNUGO, reason="GNU Go is not installed")
def test_a_game_against_gnu_go_with_gnu_go_as_referee():
    line = f"{GNUGO} --mode gtp --level 0 --chinese-rules --seed 1"
    results: list[GameResult] = []
    run_match(
        [plan(number, max_moves=12) for number in (1, 2)],
        ours=lambda plan: PlayerSide(Player(UniformPolicy(), temperature=1)),
        theirs=lambda plan: EngineSide(line, timeout=120),
        referee=lambda plan: EngineSide(line, timeout=120),
        on_result=results.append,
    )
    for result in results:
        assert (result.ending, result.trouble, len(result.points)) == (
            *(MOVE_LIMIT, ""),
            12,
        )
        assert result.their_lead == result.referee_lead
        assert result.winner == -result.our_color  # random moves lose


def test_a_program_that_does_not_start_makes_void_games():
    results = results_of(lambda plan: EngineSide("no-such-program", timeout=1), games=2)
    for number, color in ((1, BLACK), (2, WHITE)):
        result = results[number - 1]
        assert (result.number, result.our_color) == (number, color)
        assert (result.ending, result.result, result.points) == (VOID, "Void", [])
        assert "cannot start" in result.trouble


def test_games_run_side_by_side():
    together = threading.Barrier(2, timeout=60)

    class Meeting(ScriptedSide):
        def begin(self, position, komi):
            together.wait()

    results = results_of(lambda plan: Meeting(), games=4, parallel=2)
    assert [result.number for result in results] == [1, 2, 3, 4]


def test_the_referee_counts_the_games_of_a_match():
    referees = []

    def make(plan):
        referees.append(ScriptedSide(lead=float(plan.number)))
        return referees[-1]

    results = results_of(lambda plan: ScriptedSide(), games=2, referee=make)
    assert [result.referee_lead for result in results] == [1.0, 2.0]
    assert [referee.closed for referee in referees] == [1, 1]


def test_a_failing_report_stops_the_match_and_closes_all_sides():
    class Endless(ScriptedSide):
        """Thinks until it is closed, then plays on."""

        def __init__(self):
            super().__init__()
            self.moved, self.free = 0, threading.Event()

        def choose(self, position):
            assert self.free.wait(60)
            self.moved += 1
            return int(np.flatnonzero(position.sensible_mask())[0])

        def close(self):
            super().close()
            self.free.set()

    short: list[ScriptedSide] = []
    endless: list[Endless] = []

    def make(plan):
        if plan.number == 1:
            short.append(ScriptedSide())
            return short[-1]
        endless.append(Endless())
        return endless[-1]

    def full_disk(result):
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        run_match(
            [plan(number, max_moves=10**6) for number in (1, 2)],
            ours=make,
            theirs=make,
            parallel=2,
            on_result=full_disk,
        )
    assert [side.closed for side in short] == [1, 1]
    assert all(side.closed for side in endless)
    assert sum(side.moved for side in endless) <= 1, "none once it is stopped"


# --- counting


@pytest.mark.parametrize(
    ("wins", "games", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (50, 100, 0.4038, 0.5962),
        (1, 1, 0.2065, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_intervals_are_those_of_the_books(wins, games, low, high):
    assert wilson_interval(wins, games) == pytest.approx((low, high), abs=5e-5)


def result(number, winner, **options):
    """A game that ``winner`` has won by resignation, unless told otherwise."""
    letter = {BLACK: "B+R", WHITE: "W+R", 0: "0"}[winner]
    values = {"ending": RESIGNATION, "points": [number], "result": letter, **options}
    color = BLACK if number % 2 else WHITE
    return GameResult(number=number, our_color=color, **values)


def test_a_tally_has_the_promised_keys_and_adds_up():
    games = [
        result(1, BLACK, points=[1] * 9, seconds=8.0),
        result(2, BLACK, points=[2] * 4),
        result(3, WHITE, points=[1] * 9),
        result(4, WHITE, points=[4] * 3),
        result(5, 0, ending=PASSES, points=[5] * 6),
        result(6, BLACK, ending=VOID, result="Void", blame=WHITE),
        result(7, BLACK, ending=ILLEGAL, result="B+F", blame=WHITE),
        result(8, BLACK, ending=ILLEGAL, result="B+F", blame=WHITE),
        result(9, BLACK, ending=VOID, result="Void", seconds=1.0),
        result(10, WHITE, ending=ILLEGAL, result="W+F", blame=BLACK),
        result(11, BLACK, ending=VOID, result="Void", seconds=2.0),
    ]
    assert tally(games) == {
        "games": 8,
        "wins": 4,
        "losses": 3,
        "jigo": 1,
        "win_rate": 0.5625,
        "interval": list(wilson_interval(4.5, 8)),
        "void": 3,
        "as_black": {"games": 4, "wins": 2, "losses": 1, "jigo": 1},
        "as_white": {"games": 4, "wins": 2, "losses": 2, "jigo": 0},
        "endings": {RESIGNATION: 4, PASSES: 1, VOID: 3, ILLEGAL: 3},
        "illegal": {"ours": 1, "theirs": 2, "refused": 1},
        "turns": {"median": 3.5, "max": 9},
        "distinct": 7,
        "same_winner": {
            "ours_and_theirs": {"games": 0, "same": 0},
            "ours_and_referee": {"games": 0, "same": 0},
        },
        "passing": {
            "ended_by_passes": 1,
            "judged_at_first_pass": 0,
            "won_at_first_pass": 0,
            "thrown_away": 0,
            "unfinished": 0,
            "resigned_won": 0,
        },
        "seconds_per_game": 1.0,
    }


def test_a_tally_of_nothing_knows_nothing():
    found = tally([])
    assert (found["games"], found["win_rate"], found["interval"]) == (0, None, [0, 1])
    assert (found["turns"], found["seconds_per_game"]) == ({}, None)


def test_won_games_that_were_not_won_are_counted():
    games = [
        result(1, WHITE, ending=PASSES, first_pass=0.5, referee_lead=-1.0),  # thrown
        result(2, WHITE, ending=PASSES, first_pass=-5.0, referee_lead=-5.0),  # won
        result(3, WHITE, ending=PASSES, first_pass=-2.0, referee_lead=-2.0),  # lost
        result(4, BLACK, referee_lead=-0.5),  # we, White, resigned and led
        result(5, BLACK, ending=MOVE_LIMIT, our_lead=9.0, referee_lead=7.0),
        result(6, WHITE, ending=PASSES, first_pass=-3.0, referee_lead=-9.0),  # won
        result(7, WHITE),  # we, Black, resigned; nobody counted
        result(8, BLACK, referee_lead=0.0),  # we resigned an even game
        result(9, BLACK, referee_lead=9.0),  # they resigned
        result(10, BLACK, ending=PASSES, referee_lead=-9.0),  # no matter of resigning
        result(12, BLACK, referee_lead=-3.5),  # as the fourth
    ]
    found: Any = tally(games)
    assert found["passing"] == {
        "ended_by_passes": 5,
        "judged_at_first_pass": 4,
        "won_at_first_pass": 3,
        "thrown_away": 1,
        "unfinished": 1,
        "resigned_won": 2,
    }


def test_two_counts_of_a_game_agree_when_the_same_side_has_won():
    leads = [
        *((0.5, 9.0), (9.0, 0.5), (-0.5, -9.0), (0.0, 0.0)),  # the same
        *((0.5, -0.5), (0.0, 0.5), (-0.5, 0.0)),
        *((0.5, None), (None, 0.5)),  # not counted twice
    ]
    games = [
        result(number, BLACK, ending=PASSES, our_lead=ours, their_lead=theirs)
        for number, (ours, theirs) in enumerate(leads)
    ]
    games += [result(99, BLACK, ending=PASSES, our_lead=1.0, referee_lead=-1.0)]
    assert tally(games)["same_winner"] == {
        "ours_and_theirs": {"games": 7, "same": 4},
        "ours_and_referee": {"games": 1, "same": 0},
    }


# --- the folder


SETTINGS = {"opponent": "x", "komi": 6.5, "openings": None}


def folder_of(path, **changes):
    settings = {**SETTINGS, **changes}
    return MatchFolder(path, settings, names=("us", "them"), date="2026-01-02")


def test_a_folder_remembers_finished_games(tmp_path):
    first = folder_of(tmp_path / "m")
    played = game("Q16", "D4", leads=(3.5, None))
    first.add(played)
    assert folder_of(tmp_path / "m").results == {1: played}
    names = sorted(path.name for path in (tmp_path / "m").iterdir())
    assert names == ["game-001.sgf", "match.json"]


def test_the_sgf_of_a_game_can_be_read(tmp_path):
    played = game("Q16 pass", "D4", leads=(-3.5, None))
    folder_of(tmp_path).add(played)
    (record,) = parse_records((tmp_path / "game-001.sgf").read_bytes(), "test")
    assert (record.black, record.white, record.komi) == ("us", "them", 6.5)
    assert (record.result, record.date) == ("W+3.5", "2026-01-02")
    assert record.n_moves == 4
    comment = (tmp_path / "game-001.sgf").read_text()
    assert "game 1: we (Black) lost, W+3.5, by two passes after 4 moves" in comment


def test_a_folder_of_another_match_is_refused(tmp_path):
    folder_of(tmp_path).add(game("Q16", "D4", leads=(3.5, None)))
    with pytest.raises(ConfigError, match="another komi, opponent; name another"):
        folder_of(tmp_path, opponent="y", komi=0.5)


def test_a_damaged_folder_is_told(tmp_path):
    (tmp_path / "match.json").write_text('{"settings": {}, "games": [{"x": 1}]}')
    with pytest.raises(ConfigError, match="is damaged"):
        folder_of(tmp_path)


def test_a_result_is_told_in_a_line():
    void = play_game(plan(2), ScriptedSide(), ScriptedSide(fails=True))
    line = "game 2: we (White), void after 0 moves: it crashed"
    assert describe(void) == line
