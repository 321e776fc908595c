"""The player: which move, when to pass, when to resign."""

from collections import Counter
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest
from counted_games import counted_games
from diagrams import HALVES, parse_diagram, points
from gtp_client import WishfulPolicy

from gopolicy.config import STRENGTH_NAMES, STRENGTHS, Strength
from gopolicy.errors import ConfigError
from gopolicy.go.coords import BLACK, PASS, WHITE, parse_vertex
from gopolicy.go.position import Position
from gopolicy.player import LATE, LOST_JUDGEMENTS, Player
from gopolicy.policy import UniformPolicy


def after_a_pass(diagram, to_play=BLACK):
    position = parse_diagram(diagram, to_play=-to_play)
    position.play(PASS)
    return position


def test_the_likeliest_move_is_played():
    choice = Player(WishfulPolicy("Q16 D4")).choose(Position())
    assert (choice.point, choice.resigns) == (parse_vertex("Q16"), False)


def test_an_own_eye_is_never_filled():
    position = parse_diagram(". X . . O\nX X . O .\n. . . . O")
    player = Player(WishfulPolicy("A19 C19"))
    assert player.choose(position).point == parse_vertex("C19")
    assert Player(WishfulPolicy("A19")).choose(position).point == PASS


@pytest.mark.parametrize("color", [BLACK, WHITE])
def test_a_finished_game_is_ended_by_a_pass(color):
    choice = Player(UniformPolicy()).choose(after_a_pass(HALVES, color))
    assert choice.point == PASS and not choice.resigns
    assert choice.judgement.dead == set(points("B18 P18"))


def test_what_is_on_settled_points_speaks_for_a_pass():
    player = Player(UniformPolicy())
    uniform = UniformPolicy().probabilities([Position()])[0]
    assert player.pass_share(Position(), uniform) == 0, "not asked at the start"
    finished = after_a_pass(HALVES)
    answer = UniformPolicy().probabilities([finished])[0]
    assert player.pass_share(finished, answer) > 0.9
    assert player.pass_share(finished, 0 * answer) == 1


def test_after_a_pass_the_last_points_are_taken():
    # White's wall has a gap at K10, which decides some points on both sides.
    rows = HALVES.splitlines()
    rows[9] = ". . X . . X . . X . . . O . . O . . O"
    player = Player(UniformPolicy())
    point = player.choose(after_a_pass("\n".join(rows))).point
    assert point in points("K10 L10 M10")


def test_a_point_between_the_colors_is_worth_a_move_by_area_only():
    rows = HALVES.splitlines()
    rows[9] = ". . X . . X . . X . O . O . . O . . O"
    position = after_a_pass("\n".join(rows))
    policy = WishfulPolicy("A17 P17 K10")
    assert Player(policy).choose(position).point == parse_vertex("K10")
    assert Player(policy, rules="territory").choose(position).point == PASS


def test_a_pass_after_a_finished_game_is_answered_by_a_pass():
    player = Player(UniformPolicy(), playouts=128)
    answers = []
    for position, komi, _ in islice(counted_games(), 0, None, 4):
        player.komi = komi
        player.rules = "area" if komi == 7.5 else "territory"
        position = position.copy()
        if position.last_move != PASS:
            position.play(PASS)
        answers.append(player.choose(position).point)
    assert answers.count(PASS) >= 0.8 * len(answers)


#: Of games against GNU Go, before White's last move. A3: unless Black answers at C1,
#: the corner is lost.
CORNER = """
. . . . . . O O O X X X . . . . . . .
. . . . . . O X O O X . X X . . . . .
. O . . . . O X X O O X . O X . . . .
O . . O O O O O X O X X . O . X . . .
X O O . X X O O X X O . . . . . . . .
X X X X . O O O O X . . . O . X . X .
. . . . . . O O X X . . X X . . . . X
. X O O O O . O O X X X X O X X X X O
. X X X X X X X O X O O X O X O O O O
O O . X O O O O X X O O O O O . O . .
. . O X O O X X X X O X . . . . . . .
. . O X O X X O O X X O O O . . . . .
. . . O O O X O . X X O X X O O O O .
. . O . O O X O X . X X X . X O X O O
. . O X O X X O X X . O . X . X X X O
. . O O X X X X O X . . . . . X . . X
. O O O O X X O O X X O . O X X . X .
O X X X O X O O . O X X X O X O X . .
. X . O X X O . O O O O X . O . . . .
"""
#: N7: there is a race between Black's nine stones at G4 and White's five at J2.
RACE = """
. . . . . . . . . . . . . . . . O O .
. . . . . . . . . . . . . . O O O X X
O O O O . . . O O O O . . O X O X . .
O X O X O O O X O . O X O O X X . X X
O X X X X X X X X O O O X O O X . X O
X X . . . . . X X O O X X . O X X X O
. . . . X . . . . X X . . X X . . X O
. X . O . O . X X X X X X O O X X O O
X O O O O . O X O O X O O O . X . X O
. X X O X X X X O . O . . O X . X X O
. . . X X . . X O O . . . O X X . O O
X X X X O X X X X O X O O . O . O O O
O O O X O O O O X X O O . O O . O O .
O . . O O O O O X . X X X X X X X O X
. O O O O X X O X . . . . . . . . X X
. . . O O O X X O X X O . O . X . . .
. O . . O X X . O O X X . . O O X . .
. . . O O X . O O X . X . . . . X . .
. . . O X X . . . . X . . . . . . . .
"""

#: With the colors changed. A3: White threatens the corner, but playouts do not see it.
THREAT = """
. . X X O . . . . . . . . . . . . . .
. . X O . . . . . . . . . . . . . . .
. . X O O . . . O O X . . . . . . . .
. . . X O O O O O X O O . O . O O O .
. X . . X X X X X X O . . . . O X O O
X . X X X X O X O X O O O O O O X X O
X X O X O X O X O O X O X X X X . X X
O X O O O X O O O X X X X . . . . . .
O O O . O O O O X . . . . . . . . X .
O X X O O . O X X X X . . . O . O X .
X . X X X O O O O O X . O . O . . . .
. . . X O O X X O O X . . . . . X . .
. . . X O X . . X X X X X X X X . . .
. . . X X X X X O O O O O O X O X . .
X . . . X O O O X X O X O O O O X X X
O X X X O . O O X O O X X X O O O X O
. O X O . O O X X X X X . X X O O O O
X X O O . . O O X . . . . X O O . O .
X O O . . . O X X . . . . X X X O . .
"""
#: Black's corner at P18 lives for most playouts, and dies by N17.
CUT = """
. O . . . O O O . X . . . . . . X X .
. X O O O O X X O O X . . . X X O X X
. X X . X O X . O X X . . X X O O O X
. . . X X X X O O X . . X O X O . O .
. . . X O O O X O O X X O O O O O . .
. . X X O O X X X X O X X X X O O O O
. . X O . . X O O O O O O O X X O X O
X . X O O O O . X O . . . O X . X X X
O X X X X X O O X X O O O X . . . . .
O O O X . . X X X . X X X X X . . X X
. . O O X . . X . X X X O O O X X X O
. . O X . . X X X O O X X O . O O . O
. O X X X . . X . X O X O O O . O O O
O . O X X X X X X X O O O X O O X X X
. . . O O O . X O O O O X X X X X . X
. . O . . X X X X O O X X O O O O X X
. . O X . X O O O X X X . X O . O O X
O O X . X X X O . O O X . X X O . . O
. X . . X O O O O . O X . X X X O O .
"""


def late(diagram, last_move):
    position = parse_diagram(diagram)
    for _ in range(LATE // 2):
        position.play(PASS, BLACK)
        position.play(PASS, WHITE)
    position.play(parse_vertex(last_move), WHITE)
    return position


def test_stones_that_the_last_move_attacks_are_saved_before_a_pass():
    position = late(CORNER, "A3")
    assert Player(UniformPolicy(), komi=6.5).choose(position).point in points("C1")


@pytest.mark.parametrize("seed", range(3))
def test_a_race_is_played_out_before_a_pass(seed):
    player = Player(UniformPolicy(), komi=6.5, seed=seed)
    point = player.choose(late(RACE, "N7")).point
    assert point in points("H1 J1 G1")


def test_where_the_policy_wants_to_answer_the_last_move_it_does_before_a_pass():
    player = Player(WishfulPolicy("B6 B5 C6", fall=0.9), komi=-6.5)
    assert player.choose(late(THREAT, "A3")).point == parse_vertex("B6")
    elsewhere = Player(WishfulPolicy("N18 S7 N11 S6 S8", fall=0.9), komi=-6.5)
    assert elsewhere.choose(late(THREAT, "A3")).point == PASS


def test_a_policy_that_has_a_plan_does_not_pass_first():
    position = late(CUT, "T16")
    player = Player(WishfulPolicy("Q19 S8 T15 S2 C1", fall=0.7), komi=6.5)
    assert player.choose(position).point == parse_vertex("Q19")
    undecided = Player(WishfulPolicy("Q19 T15 S2 C1 B5", fall=1.0), komi=6.5)
    assert undecided.choose(position).point == PASS


def test_late_moves_in_settled_ground_are_not_played():
    position = late(HALVES, "pass")
    assert Player(WishfulPolicy("A17 P17")).choose(position).point == PASS


def test_a_game_of_random_moves_comes_to_an_end():
    player = Player(UniformPolicy(), playouts=4, resign=False)
    player.temperature, player.temperature_moves = 1.0, 1000
    position = Position()
    passes = 0
    while passes < 2:
        point = player.choose(position).point
        position.play(point)
        passes = passes + 1 if point == PASS else 0
        assert position.turn < 600


def lost_position():
    """All of the board is Black's, White to play; late in the game."""
    row = ". X . X . X . X . X . X . X . X . X ."
    position = parse_diagram("\n".join([row] * 18 + [row[:-1] + "O"]), to_play=BLACK)
    for turn in range(LATE + 1):
        position.play(PASS, WHITE if turn % 2 else BLACK)
    return position


def resigns_at(player, position, moves=2 * LOST_JUDGEMENTS):
    for number in range(moves):
        assert position.to_play == WHITE
        if player.choose(position).resigns:
            return number
        position.play(PASS, WHITE)
        position.play(PASS, BLACK)
    return None


def test_a_lost_game_is_resigned_after_several_judgements():
    player = Player(UniformPolicy(), playouts=16)
    assert resigns_at(player, lost_position()) == LOST_JUDGEMENTS - 1


def test_a_game_far_behind_by_count_is_resigned_though_playouts_still_win_some():
    player = Player(UniformPolicy(), playouts=16, komi=100.0)
    unclear = replace(player.judge(Position()), black_winrate=0.4, score=-40.0)
    position = Position()
    for contested, is_lost in ((70, True), (90, False)):
        judgement = replace(unclear, contested=contested)
        for turn in range(LOST_JUDGEMENTS):
            found = player._is_lost(position, judgement)
            assert found == (is_lost and turn == LOST_JUDGEMENTS - 1)
            position.play(PASS)
            position.play(PASS)


def test_resigning_can_be_turned_off():
    player = Player(UniformPolicy(), playouts=16, resign=False)
    assert resigns_at(player, lost_position()) is None


def test_judgements_of_moves_taken_back_do_not_count():
    player = Player(UniformPolicy(), playouts=16)
    position = lost_position()
    for _ in range(3 * LOST_JUDGEMENTS):
        assert not player.choose(position).resigns


def test_the_same_seed_plays_the_same_game():
    def game(seed):
        player = Player(UniformPolicy(), temperature=1.0, seed=seed)
        position = Position()
        for _ in range(12):
            position.play(player.choose(position).point)
        return position.moves

    assert game(1) == game(1)
    assert game(1) != game(2)


def test_temperature_is_for_the_opening():
    policy = WishfulPolicy("Q16 D4 Q4 D16")
    drawn = Counter(
        Player(policy, temperature=1.0, seed=seed).choose(Position()).point
        for seed in range(300)
    )
    # 8, 4, 2 and 1 of 15.
    shares = [drawn[p] / 300 for p in points("Q16 D4 Q4 D16")]
    assert np.allclose(shares, np.array([8, 4, 2, 1]) / 15, atol=0.09)
    position = Position()
    for _ in range(2):
        position.play(PASS)
    for seed in range(20):
        player = Player(policy, temperature=1.0, temperature_moves=2, seed=seed)
        assert player.choose(position).point == parse_vertex("Q16")


def test_a_low_temperature_sharpens():
    policy = WishfulPolicy("Q16 D4 Q4 D16")
    drawn = {
        Player(policy, temperature=0.05, seed=seed).choose(Position()).point
        for seed in range(50)
    }
    assert drawn == {parse_vertex("Q16")}


def test_a_short_list_leaves_out_what_is_less_likely():
    policy = WishfulPolicy("Q16 D4 Q4 D16")
    drawn = Counter(
        Player(policy, temperature=1.0, choices=2, seed=seed).choose(Position()).point
        for seed in range(150)
    )
    # 8 and 4 of 12.
    assert set(drawn) == set(points("Q16 D4"))
    assert abs(drawn[parse_vertex("Q16")] / 150 - 2 / 3) < 0.12


def test_a_strength_holds_in_the_whole_game():
    policy, late = WishfulPolicy("Q16 D4 Q4 D16"), Position()
    for _ in range(40):
        late.play(PASS)
    late.play(parse_vertex("K10"))  # nobody has just passed
    strength = Strength(temperature=2.0, choices=3)
    drawn = {
        Player.of_strength(policy, strength, seed=seed).choose(late).point
        for seed in range(60)
    }
    assert drawn == set(points("Q16 D4 Q4"))


def test_full_strength_is_the_plain_network():
    policy = WishfulPolicy("Q16 D4 Q4 D16")
    for seed in range(20):
        player = Player.of_strength(policy, STRENGTHS["full"], seed=seed)
        assert player.choose(Position()).point == parse_vertex("Q16")


def test_weaker_levels_are_warmer_and_choose_from_more():
    levels = list(STRENGTHS.values())
    assert tuple(STRENGTHS) == STRENGTH_NAMES and len(levels) >= 5
    for weaker, stronger in pairwise(levels):
        assert weaker.temperature > stronger.temperature
    assert [s.choices for s in levels[:-1]] == sorted(
        (s.choices for s in levels[:-1]), reverse=True
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"choices": 0}, "'choices' is 0; give 1 or more"),
        ({"temperature": -1}, "'temperature' is -1; it must be 0 or more"),
        ({"temperature": float("nan")}, "'temperature' is nan"),
        ({"playouts": 1}, "'playouts' is 1; give 2 or more"),
        ({"rules": "stones"}, "'rules' is 'stones'"),
    ],
)
def test_senseless_settings_are_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        Player(UniformPolicy(), **settings)
