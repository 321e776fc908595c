"""What a player makes of judgements: they are given here, not played out."""

from dataclasses import replace

import numpy as np
import pytest
from diagrams import moves, parse_diagram, points
from gtp_client import WishfulPolicy

from gopolicy.go.coords import BLACK, PASS, POINTS, WHITE, format_vertex
from gopolicy.go.playouts import MAX_CONTESTED, Judgement, judge
from gopolicy.go.position import Position
from gopolicy.player import LATE, LONG_GAME, LOST_JUDGEMENTS, OVER, Player
from gopolicy.policy import UniformPolicy

#: Nothing is settled, contested or dead, and the game is even.
EVEN = Judgement(np.zeros(POINTS, np.float32), 0.0, 0, 0.5, frozenset())
#: What a policy wants that has no plan: the first a little more than the next.
NO_PLAN = "D4 Q4 D16 Q16 C10"


class ToldPlayer(Player):
    """A player that is told its judgements.

    ``told``: by the turn just played ("B D4", "W pass"), what differs from EVEN.
    """

    def __init__(self, policy, told=None, **settings):
        super().__init__(policy, **settings)
        self.told = told or {}

    def judge(self, position):
        color, point = position.moves[-1]
        turn = f"{'B' if color == BLACK else 'W'} {format_vertex(point)}"
        return replace(EVEN, **self.told.get(turn, {}))

    def count(self, position):
        return self.judge(position)


def owned(rest=0.0, **shares):
    """A judgement's ownership: that of some points, and of all the rest."""
    ownership = np.full(POINTS, rest, np.float32)
    for vertex, share in shares.items():
        ownership[points(vertex)] = share
    return {"ownership": ownership}


def late(diagram=".", last_move="R10", *, turns=LATE + 1, color=WHITE):
    """A late game after ``color``'s ``last_move``; its turn is ``turns``."""
    position = parse_diagram(diagram)
    for _ in range(turns - 1):
        position.play(PASS)
    (point,) = points(last_move)
    position.play(point, color)
    return position


def choice(wishes, told=None, *, position=None, fall=0.9):
    """The vertex that a player chooses; late, after White's R10."""
    player = ToldPlayer(WishfulPolicy(wishes, fall=fall), told)
    return format_vertex(player.choose(position or late()).point)


# --- when it judges


def scattered(turns):
    """So many stones in a row, none of which touches another."""
    position = Position()
    for turn in range(turns):
        position.play(3 * turn % POINTS)
    return position


@pytest.mark.parametrize(
    ("resign", "judged"), [(True, [64, 65, 80, 81, 96, 97]), (False, [])]
)
def test_before_the_late_game_it_is_judged_now_and_then_for_resignation(resign, judged):
    player = ToldPlayer(WishfulPolicy("S10"), resign=resign)
    found = []
    for turn in range(LATE + 4):
        choice = player.choose(scattered(turn))
        if choice.judgement is not None:
            found.append(turn)
        assert turn >= LATE or choice.point == points("S10")[0]
    assert found == [*judged, *range(LATE, LATE + 4)]


def test_only_late_or_after_a_pass_does_a_player_think_of_passing():
    assert choice(NO_PLAN, position=late(turns=LATE - 1)) == "D4"
    assert choice(NO_PLAN, position=late(turns=LATE)) == "pass"
    assert choice(NO_PLAN, position=late(last_move="pass", turns=9)) == "pass"


def test_a_player_judges_by_its_own_settings():
    player = Player(UniformPolicy(), komi=-3.5, rules="territory", playouts=16, seed=5)
    position = parse_diagram("X X O", to_play=WHITE)
    position.play(PASS)
    expected = judge(position, komi=-3.5, rules="territory", playouts=16, seed=5)
    found = player.judge(position)
    assert found.score == expected.score
    assert found.black_winrate == expected.black_winrate
    assert (found.ownership == expected.ownership).all()


def test_warming_up_asks_the_policy_and_plays_out():
    player = Player(UniformPolicy(), playouts=2)
    player.warm_up()
    assert player.choose(Position()).point in range(POINTS)


# --- answers to the last move


@pytest.mark.parametrize(
    ("last_move", "wish", "chosen"),
    [
        ("R10", "R6", "R6"),
        ("R10", "P12", "P12"),
        ("R10", "R5", "pass"),
        ("R10", "O8", "pass"),
        ("pass", "A1", "pass"),
    ],
)
def test_a_policy_that_is_sure_of_an_answer_near_the_last_move_plays_it(
    last_move, wish, chosen
):
    """Also where all is settled; half of the policy is enough."""
    position = late(last_move=last_move)
    told = {f"W {last_move}": owned(1.0), "B pass": owned(1.0)}
    assert choice(f"{wish} C2", told, position=position, fall=1.0) == chosen
    assert choice(f"{wish} C2 C3", told, position=position, fall=1.0) == "pass"


# --- what is settled


@pytest.mark.parametrize(
    ("turns", "now", "after_a_pass", "chosen"),
    [
        (LATE, 0.96, 0.97, "Q4"),
        (LATE, -0.96, -0.97, "Q4"),
        (LATE, 0.94, 0.97, "D4"),
        (LATE, 0.97, -0.94, "D4"),
        (LONG_GAME - 1, 0.61, 0.61, "D4"),
        (LONG_GAME, 0.61, 0.61, "Q4"),
        (LONG_GAME, 0.59, 0.61, "D4"),
    ],
)
def test_a_settled_point_is_not_played_however_likely(turns, now, after_a_pass, chosen):
    told = {"W R10": owned(D4=now), "B pass": owned(D4=after_a_pass)}
    assert choice("D4 Q4", told, position=late(turns=turns)) == chosen


@pytest.mark.parametrize(
    ("wishes", "now"),
    [("P12 R12", {}), ("D4 Q4", {}), (NO_PLAN, {"contested": OVER + 1})],
)
def test_moves_of_a_late_game_are_drawn_by_temperature_too(wishes, now):
    drawn = set()
    for seed in range(20):
        player = ToldPlayer(
            WishfulPolicy(wishes),
            {"W R10": now},
            temperature=1.0,
            temperature_moves=1000,
            seed=seed,
        )
        drawn.add(player.choose(late()).point)
    assert len(drawn) > 1 and drawn <= set(points(wishes))


# --- when it passes


@pytest.mark.parametrize(
    ("last_move", "most"), [("R10", OVER), ("pass", MAX_CONTESTED)]
)
def test_a_pass_needs_few_contested_points_and_its_answer_not_so_few(last_move, most):
    for contested, chosen in ((most, "pass"), (most + 1, "D4")):
        for turn in (f"W {last_move}", "B pass"):
            told = {turn: {"contested": contested}}
            position = late(last_move=last_move)
            assert choice(NO_PLAN, told, position=position) == chosen


def test_the_first_pass_needs_a_policy_without_a_plan():
    assert choice("D4 Q4 D16 Q16", fall=1.0) == "D16", "a quarter is a plan"
    assert choice("D4 Q4 D16 Q16 C10", fall=1.0) == "pass"
    answer = late(last_move="pass")
    assert choice("D4", position=answer) == "pass"


@pytest.mark.parametrize(
    ("after_a_pass", "chosen"),
    [
        ({"score": 1.0}, "pass"),
        ({"score": 1.5}, "D4"),
        ({"score": -1.5}, "D4"),
        ({"dead": frozenset(points("R10"))}, "D4"),
    ],
)
def test_a_pass_that_changes_the_verdict_is_not_risked(after_a_pass, chosen):
    assert choice(NO_PLAN, {"B pass": after_a_pass}) == chosen


def test_the_verdict_is_what_the_board_was_judged_before():
    told = {"W R10": {"score": 9.0}, "B pass": {"score": 9.5}}
    assert choice(NO_PLAN, told) == "pass"
    assert choice(NO_PLAN, {**told, "B pass": {"score": 0.0}}) == "D4"


@pytest.mark.parametrize(
    ("color", "score", "chosen"),
    [(BLACK, 1.5, "pass"), (BLACK, -1.5, "D4"), (WHITE, -1.5, "pass")],
)
def test_a_pass_that_ends_the_game_is_no_risk_when_it_wins(color, score, chosen):
    position = late(last_move="pass", color=-color)
    told = {"B pass" if color == BLACK else "W pass": {"score": score}}
    now = {"W pass" if color == BLACK else "B pass": {"score": 0.0}}
    assert choice(NO_PLAN, {**told, **now}, position=position) == chosen


def test_a_pass_that_ends_the_game_even_is_a_risk():
    told = {"W pass": {"score": 5.0}, "B pass": {"score": 0.0}}
    assert choice(NO_PLAN, told, position=late(last_move="pass")) == "D4"


# --- what it plays instead of a pass


#: A19 to D19 are Black's. All else is nobody's.
CORNER = """
. . . . X . . .
X X X X X . . O
"""


def test_a_move_that_gains_is_played_if_it_is_among_the_three_likeliest():
    gain = {"score": 0.5}
    assert choice(NO_PLAN, {"B D16": gain}) == "D16"
    assert choice(NO_PLAN, {"B Q16": gain}) == "pass", "the fourth"
    assert choice(NO_PLAN, {"B D4": {"score": -0.5}}) == "pass"
    owned_by_black = "A19 B19 C19 D19 Q4"
    position = late(CORNER)
    assert choice(owned_by_black, {"B C19": gain}, position=position) == "C19"
    assert choice(owned_by_black, {"B D19": gain}, position=position) == "pass"


def test_white_gains_where_blacks_lead_falls():
    position = late(color=BLACK)
    assert choice(NO_PLAN, {"W D16": {"score": -0.5}}, position=position) == "D16"
    assert choice(NO_PLAN, {"W D16": {"score": 0.5}}, position=position) == "pass"


@pytest.mark.parametrize("lost", ["", "C19"])
def test_points_between_the_colors_are_tried_however_unlikely(lost):
    """With a dead stone in it, too, the corner is Black's."""
    position = late(CORNER)
    position = late(CORNER.replace(". .", ". O", 1) if lost else CORNER)
    wishes = f"A19 {'C19 D19' if lost else 'B19 C19'} K10 Q4"
    dead = {"dead": frozenset(points("B19") if lost else ())}
    told = {"W R10": dead, "B pass": dead, "B K10": {"score": 1.0}}
    assert choice(wishes, told, position=position) == "K10"


def test_the_point_from_which_the_opponent_would_do_harm_is_taken():
    harm = {"W Q4": {"score": -0.5}}
    assert choice(NO_PLAN, harm) == "Q4"
    assert choice(NO_PLAN, {**harm, "B Q4": {"score": -1.0}}) == "pass"
    assert choice(NO_PLAN, {"W Q4": {"score": 0.5}}) == "pass"
    assert choice(NO_PLAN, {"W D16": {"score": -0.5}}) == "pass", "the third answer"


def test_where_the_opponents_answer_is_a_blunder_or_settled_it_is_not_feared():
    harm = {"W Q4": {"score": -0.5}}
    settled = {"W R10": owned(Q4=1.0), "B pass": owned(Q4=1.0)}
    told = {turn: {**harm.get(turn, {}), **settled.get(turn, {})} for turn in settled}
    assert choice(NO_PLAN, {**harm, **told}) == "pass"


# --- stones in dispute

LONELY = "\n".join([*[". " * 19] * 9, ". . . . . . . . . X . . . . . . . . ."])


def disputed(now, after, *, position=None, **more):
    """What Black chooses when K10 is its own by ``now``, and by ``after`` K11."""
    told = {
        "W R10": owned(K10=now, R10=-1),
        "B pass": owned(K10=now, R10=-1),
        "B K11": owned(K10=after, R10=-1),
        **more,
    }
    return choice(NO_PLAN, told, position=position or late(LONELY))


@pytest.mark.parametrize(
    ("now", "after", "chosen"),
    [
        (-0.5, 0.5, "K11"),
        (-0.74, 0.5, "K11"),
        (-0.76, 0.5, "pass"),  # lost
        (0.29, 0.8, "K11"),
        (0.31, 0.8, "pass"),  # safe
        (-0.5, 0.29, "pass"),  # not saved
        (0.1, 0.39, "pass"),  # noise
        (0.1, 0.41, "K11"),
    ],
)
def test_a_stone_in_dispute_is_saved_before_a_pass(now, after, chosen):
    assert disputed(now, after) == chosen


def test_of_moves_that_save_stones_the_one_that_saves_most_is_played():
    assert disputed(-0.5, 0.5, **{"B J10": owned(K10=0.6)}) == "J10"
    assert disputed(-0.5, 0.5, **{"B J10": owned(K10=0.4)}) == "K11"
    assert disputed(-0.5, 0.2, **{"B A1": owned(K10=1.0)}) == "pass", "not a liberty"


def test_what_ownership_changes_elsewhere_saves_no_stone():
    assert disputed(-0.5, -0.5, **{"B K11": owned(1.0, K10=-0.5, R10=-1)}) == "pass"


def test_a_liberty_that_is_settled_saves_no_stone():
    settled = owned(K10=-0.5, K11=1.0)
    told = {"W R10": settled, "B pass": settled}
    assert disputed(-0.5, 0.5, **told) == "pass"


def test_the_opponents_stones_in_dispute_are_taken():
    position = late(LONELY.replace("X", "O"))
    assert disputed(-0.5, 0.5, position=position) == "K11"


def test_white_saves_its_stones_too():
    position = late(LONELY.replace("X", "O"), color=BLACK)
    told = {
        "B R10": owned(K10=0.5),
        "W pass": owned(K10=0.5),
        "W K9": owned(K10=0.6),
        "W K11": owned(K10=-0.5),
    }
    assert choice(NO_PLAN, told, position=position) == "K11"


@pytest.mark.parametrize(
    ("score", "chosen"), [(0.5, "K11"), (1.5, "pass"), (-0.5, "K11"), (-1.5, "D4")]
)
def test_where_a_pass_ends_the_game_only_what_outweighs_the_lead_is_saved(
    score, chosen
):
    position = late(LONELY, last_move="pass")
    told = {"B pass": {**owned(K10=-0.5), "score": score}}
    assert disputed(-0.5, 0.5, position=position, **told) == chosen


def test_twelve_liberties_are_tried_those_of_the_least_certain_stones_first():
    three = ". . . X . . . . . . . . . . . . . . ."
    rows = [". " * 19] * 19
    rows[3] = rows[15] = three
    rows[9] = three[:18] + "X" + three[19:]
    for others, chosen in ((0.1, "pass"), (0.9, "K11")):
        sure = {"D16": others, "D10": others, "D4": others, "R10": -1}
        now = owned(K10=-0.5, **sure)
        told = {"W R10": now, "B pass": now, "B K11": owned(K10=0.5, **sure)}
        wishes = "Q4 Q16 R3 R17 O3"
        assert choice(wishes, told, position=late("\n".join(rows))) == chosen


def test_a_stone_is_not_saved_by_a_move_that_repeats_the_board():
    """Sending two, returning one: White's B1 would repeat what was before A1."""
    position = Position()
    for _ in range(LATE):
        position.play(PASS)
    script = "B A2 W B1 B B2 W C2 B R3 W D1 B pass W A1 B C1"
    for color, point in moves(script):
        position.play(point, color)
    assert position.legal_mask()[points("B1")].all()
    told = {"W B1": owned(-1.0)}
    assert choice(NO_PLAN, told, position=position) == "pass"


# --- resignation


def resigns_at(told, *, color=BLACK, games=None, **settings):
    """At which judgement a player resigns that is told the same again and again."""
    player = ToldPlayer(WishfulPolicy(NO_PLAN), **settings)
    position = late(last_move="pass", color=-color)
    turn = "W pass" if color == BLACK else "B pass"
    for number in range(1, 2 * LOST_JUDGEMENTS):
        player.told = {turn: games[number - 1] if games else told}
        choice = player.choose(position)
        assert choice.judgement.score == player.told[turn].get("score", 0.0)
        if choice.resigns:
            assert choice.point == PASS
            return number
        position.play(PASS, color)
        position.play(PASS, -color)
    return None


@pytest.mark.parametrize(
    ("winrate", "score", "contested", "resigns"),
    [
        (0.24, -15.5, 0, True),
        (0.25, -15.5, 0, False),
        (0.24, -15.0, 0, False),
        (0.24, 15.5, 0, False),
        (0.5, -25.5, 0, True),
        (0.5, -25.0, 0, False),
        (0.5, -29.5, 20, True),
        (0.5, -29.0, 20, False),
        (0.5, 30.0, 0, False),
    ],
)
@pytest.mark.parametrize("color", [BLACK, WHITE])
def test_a_game_is_lost_by_winrate_and_points_or_by_points_alone(
    color, winrate, score, contested, resigns
):
    black = winrate if color == BLACK else 1 - winrate
    told = {"black_winrate": black, "score": score * color, "contested": contested}
    assert resigns_at(told, color=color) == (LOST_JUDGEMENTS if resigns else None)
    assert resigns_at(told, color=color, resign=False) is None


def test_one_judgement_that_is_not_lost_begins_the_count_anew():
    lost = {"score": -30.0}
    games = [lost, lost, {}, *[lost] * 20]
    assert resigns_at({}, games=games) == 3 + LOST_JUDGEMENTS


# --- cleaning up

#: White's chain at A18 has two eyes, C15 two liberties, J15 one.
DEAD = """
. O . O X . . . . . .
O O O O X . . . . . .
X X X X . . . . . . .
. . . . . . . . X . .
. X O X . . . X O X .
"""


def cleaned(dead, diagram=DEAD, **now):
    """What Black chooses when such stones are dead."""
    position = late(diagram)
    told = {"W R10": {"dead": frozenset(points(dead)), **now}}
    player = ToldPlayer(WishfulPolicy(NO_PLAN), told)
    choice = player.clean_up(position)
    assert not choice.resigns
    assert choice.judgement.dead == set(points(dead))
    return format_vertex(choice.point)


def test_dead_stones_are_taken_before_a_pass_those_with_fewest_liberties_first():
    assert cleaned("C15") == "C16"
    assert cleaned("J15") == "J14"
    assert cleaned("J15 C15") == "J14"
    assert cleaned("K10", diagram=LONELY.replace("X", "O")) == "K11"


def test_dead_stones_that_cannot_be_taken_and_own_ones_are_left():
    """Then it is as in any late game: the pass would change the verdict."""
    assert cleaned("A18") == "D4"
    assert cleaned("A18 C15") == "C16"
    assert cleaned("E18") == "D4"
    assert cleaned("E18 C15") == "C16"


def test_a_player_does_not_resign_while_it_cleans_up():
    position = late(last_move="pass")
    told = {turn: {"score": -50.0} for turn in ("W pass", "B pass", "B D4")}
    player = ToldPlayer(WishfulPolicy("D4"), told)
    for _ in range(LOST_JUDGEMENTS + 1):
        choice = player.clean_up(position)
        assert (choice.point, choice.resigns) == (PASS, False)
        assert choice.judgement.score == -50
        position.play(PASS)
        position.play(PASS)
    assert player.choose(position).resigns


# --- how much speaks for a pass


def test_what_speaks_for_a_pass_is_on_settled_points_and_own_eyes():
    eye = ". X . .\nX X . .\n. . . ."
    told = {turn: owned(D4=1.0) for turn in ("W R10", "B pass")}
    player = ToldPlayer(UniformPolicy(), told)
    probabilities = np.zeros(POINTS, np.float32)
    for vertex, share in (("A19", 0.125), ("D4", 0.25), ("Q4", 0.125)):
        probabilities[points(vertex)] = share
    assert player.pass_share(late(eye), probabilities) == 0.75
    assert player.pass_share(late(eye), 0 * probabilities) == 1
    assert player.pass_share(late(eye, turns=LATE), probabilities) == 0.75
    assert player.pass_share(late(eye, turns=LATE - 1), probabilities) == 0
    early = late(eye, last_move="pass", turns=9)
    player.told["W pass"] = owned(D4=1.0)
    assert player.pass_share(early, probabilities) == 0.75
