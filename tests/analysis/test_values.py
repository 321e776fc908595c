"""What a position is worth, and how its game keeps the numbers steady."""

from dataclasses import replace

import numpy as np
import pytest
from gtp_client import WishfulPolicy

from gopolicy.analysis.limits import Limit, Limits
from gopolicy.analysis.lines import Study
from gopolicy.analysis.memory import Memory
from gopolicy.analysis.positions import Game
from gopolicy.analysis.values import expected_lead, settledness, winrate_of
from gopolicy.go.coords import BLACK, PASS, POINTS, WHITE
from gopolicy.go.position import Position
from gopolicy.player import Player
from gopolicy.policy import OwnerNetwork, load_owners

POLICY = WishfulPolicy("Q16 D4 C3")


def studied(position, playouts=64):
    """An analysis of ``position`` without komi."""
    study = Study(Player(POLICY, komi=0), position, POLICY.probabilities([position])[0])
    study.add_playouts(playouts)
    return study.analysis()


def game(position, komi=0.0):
    return Game(position.copy(), komi, "area", Limits())


def test_a_settled_board_is_counted():
    ownership = np.ones(POINTS, np.float32)
    ownership[:100] = -1
    assert settledness(ownership) == 1
    for moves in (True, False):
        lead = expected_lead(ownership, -7.5, moves=moves)
        assert lead == pytest.approx(161 - 7.5)


def test_on_an_open_board_a_lead_is_less():
    ownership = np.full(POINTS, 0.2, np.float32)
    assert settledness(ownership) == pytest.approx(0.04, abs=1e-3)
    assert 0 < expected_lead(ownership, 0, moves=True) < 0.2 * POINTS / 4


def test_whose_turn_it_is_gives_no_lead():
    """The network gives the side to play two points more than the other one."""
    nobodys = np.zeros(POINTS, np.float32)
    mine, theirs = (expected_lead(nobodys, 0, moves=moves) for moves in (True, False))
    assert mine < 0 and theirs == -mine
    half = np.full(POINTS, 0.7, np.float32)
    apart = [expected_lead(half, 0, moves=moves) for moves in (False, True)]
    assert apart[0] - apart[1] == pytest.approx(2 * (1 - 0.49), rel=1e-4)


def test_winrates_grow_with_the_lead_and_more_so_late():
    assert winrate_of(0, 0.5) == 0.5
    assert winrate_of(-10, 0.5) == pytest.approx(1 - winrate_of(10, 0.5))
    assert 0.5 < winrate_of(10, 0.2) < winrate_of(10, 0.9) < 1
    assert winrate_of(1e6, 1.0) == 1 and winrate_of(-1e6, 1.0) < 1e-9


def begun():
    """A position that is not empty, Black to play."""
    position = Position()
    position.play(60)
    position.play(300)
    return position


@pytest.mark.parametrize("komi", [5.5, 6.5, 7.5])
def test_the_empty_board_is_nearly_even(komi):
    player = Player(POLICY, komi=komi, owners=load_owners())
    study = Study(player, Position(), POLICY.probabilities([Position()])[0])
    study.add_playouts(16)
    assert abs(study.analysis().score) < 1
    assert abs(study.analysis().winrate - 0.5) < 0.05


def test_a_study_asks_the_network_whose_the_points_are_and_playouts_about_moves():
    """White plays, and the network gives it all; playouts know better."""
    player = Player(POLICY, komi=0, owners=OwnerNetwork(all_the_movers))
    position = begun()
    position.set_to_play(WHITE)
    study = Study(player, position, POLICY.probabilities([position])[0])
    study.add_playouts(64)
    found = study.analysis()
    assert found.score == pytest.approx(POINTS, rel=1e-3)
    assert (found.ownership > 0.99).all() and found.winrate > 0.99
    shifts = sum(len(line.leads) * line.shift.sum() for line in found.lines)
    assert abs(shifts) < 64, "what one move gains, others lose"


def all_the_movers(planes):
    """Logits of a network by which all points will be the side to play's."""
    return np.full((len(planes), POINTS), 20.0)


def test_a_position_leans_on_the_one_before_it():
    memory, position = Memory(), begun()
    first = memory.steady(game(position), replace(studied(position), score=2.0))
    assert first.score == pytest.approx(2.0)
    position.play(72)
    found = replace(studied(position), score=-8.0)  # of White, so Black leads by 8
    second = memory.steady(game(position), found)
    assert 2 < -second.score < 6
    assert memory.steady(game(position), found).score == second.score
    alone = Memory().steady(game(position), found)
    assert alone.score == pytest.approx(-8.0)
    assert alone.winrate < second.winrate < 0.5


def test_what_cannot_be_chance_is_believed():
    memory, position = Memory(), begun()
    memory.steady(game(position), replace(studied(position), score=2.0))
    position.play(72)
    shock = memory.steady(game(position), replace(studied(position), score=-102.0))
    assert -102 < shock.score < -90


def test_a_move_is_worth_what_was_found_after_it():
    memory, position = Memory(), Position()
    position.play(72)
    child = memory.steady(game(position), studied(position))
    root = memory.steady(game(Position()), studied(Position()))
    (line,) = (line for line in root.lines if line.point == 72)
    assert line.score == pytest.approx(-child.score)
    memory.clear()
    again = memory.steady(game(Position()), studied(Position()))
    assert again.lines[0].score != line.score


def test_other_komi_and_avoided_moves_are_kept_apart():
    memory, position = Memory(), begun()
    memory.steady(game(position, komi=50.0), replace(studied(position), score=-40.0))
    limited = Game(
        position.copy(), 0.0, "area", Limits((Limit(BLACK, frozenset({72}), 1),))
    )
    memory.steady(limited, replace(studied(position), score=30.0))
    position.play(PASS)
    found = studied(position)
    assert memory.steady(game(position), found).score == found.score
