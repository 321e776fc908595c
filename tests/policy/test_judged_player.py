"""What a player makes of judgements: they are given here, not played out."""

from dataclasses import replace

import numpy as np
import pytest
from diagrams import parse_diagram, points
from gtp_client import WishfulPolicy

from gopolicy.go.coords import BLACK, PASS, POINTS, WHITE, format_vertex
from gopolicy.go.playouts import MAX_CONTESTED, Judgement
from gopolicy.player import LATE, OVER, Player

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


def late(diagram=".", last_move="R10"):
    """Black to play, late in a game, after White's ``last_move``."""
    position = parse_diagram(diagram)
    for _ in range(LATE // 2):
        position.play(PASS, BLACK)
        position.play(PASS, WHITE)
    (point,) = points(last_move)
    position.play(point, WHITE)
    return position


def choice(wishes, told=None, *, position=None):
    """The vertex that a player chooses; late, after White's R10."""
    player = ToldPlayer(WishfulPolicy(wishes, fall=0.9), told)
    return format_vertex(player.choose(position or late()).point)


@pytest.mark.parametrize(
    ("last_move", "most"), [("R10", OVER), ("pass", MAX_CONTESTED)]
)
def test_a_pass_needs_few_contested_points_and_its_answer_not_so_few(last_move, most):
    for contested, chosen in ((most, "pass"), (most + 1, "D4")):
        told = {f"W {last_move}": {"contested": contested}}
        position = late(last_move=last_move)
        assert choice(NO_PLAN, told, position=position) == chosen


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


@pytest.mark.parametrize(("score", "chosen"), [(2.0, "pass"), (-2.0, "D4")])
def test_a_pass_that_ends_the_game_is_no_risk_when_it_wins(score, chosen):
    told = {"B pass": {"score": score}}
    assert choice(NO_PLAN, told, position=late(last_move="pass")) == chosen


def test_the_point_from_which_the_opponent_would_do_harm_is_taken():
    harm = {"W Q4": {"score": -3.0}}
    assert choice(NO_PLAN, harm) == "Q4"
    assert choice(NO_PLAN, {**harm, "B Q4": {"score": -1.0}}) == "pass"
    assert choice(NO_PLAN, {"W Q4": {"score": 3.0}}) == "pass"


#: A19 to D19 are Black's. All else is nobody's.
CORNER = """
. . . . X . . .
X X X X X . . O
"""


def test_points_between_the_colors_are_tried_however_unlikely():
    gain = {"B K10": {"score": 1.0}}
    position = late(CORNER)
    assert choice("A19 B19 C19 K10 Q4", gain, position=position) == "K10"
    assert choice("A19 B19 C19 Q4 C10", gain, position=position) == "pass"
