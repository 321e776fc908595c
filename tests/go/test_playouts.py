"""Playouts: which moves they play, and what is judged by them."""

import os

import numpy as np
import pytest
from counted_games import counted_game, counted_games
from diagrams import HALVES, parse_diagram, points

from gopolicy.config import Rules
from gopolicy.errors import ConfigError
from gopolicy.go.playouts import (
    count_by,
    judge,
    judge_end,
    owners_by,
    run_playouts,
)
from gopolicy.go.position import Position
from gopolicy.go.randomplay import CAREFUL, QUICK, SHAPELY


def test_the_same_seed_gives_the_same_judgement():
    position = Position()
    first, second, other = (run_playouts(position, 64, seed=seed) for seed in (3, 3, 4))
    assert (first[0] == second[0]).all() and (first[1] == second[1]).all()
    assert (first[0] != other[0]).any()


@pytest.mark.parametrize("style", [QUICK, CAREFUL, SHAPELY])
def test_the_lead_is_the_sum_of_the_owners(style):
    sums, leads, _ = run_playouts(parse_diagram(HALVES), 5, style=style)
    assert sums.sum() == leads.sum()


def test_the_number_of_cores_changes_nothing(monkeypatch):
    results = []
    for cores in (1, 2, 7):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        results.append(run_playouts(Position(), 10, seed=1))
    for ownership, leads, turns in results[1:]:
        assert (ownership == results[0][0]).all()
        assert (leads == results[0][1]).all()
        assert turns == results[0][2]


def test_the_position_stays_as_it_is():
    position = parse_diagram(HALVES)
    before = str(position), position.hash
    judge(position, komi=0, playouts=8)
    assert (str(position), position.hash) == before


def test_stones_alone_in_the_others_territory_are_dead():
    position = parse_diagram(HALVES)
    judgement = judge(position, komi=7.5)
    assert judgement.dead == set(points("B18 P18"))
    assert judgement.score == 9 * 19 - 10 * 19 - 7.5
    assert judgement.black_winrate < 0.1
    owners = judgement.ownership.reshape(19, 19)
    assert (owners[:, :9] > 0.5).all() and (owners[:, 9:] < -0.5).all()


def test_komi_and_rules_move_the_score():
    position = parse_diagram(HALVES)
    area = judge(position, komi=0).score
    assert judge(position, komi=5.5).score == area - 5.5
    assert position.stones.sum() != 0
    put = int(position.stones.sum())
    assert judge(position, komi=0, rules="territory").score == area - put


def test_a_jigo_is_half_a_win():
    _, leads, _ = run_playouts(Position(), 65)
    komi = int(np.median(leads))
    won, even = (leads > komi).mean(), (leads == komi).mean()
    assert won > 0 and even > 0
    judgement = judge(Position(), komi=komi, playouts=65)
    assert judgement.black_winrate == won + even / 2


def test_an_empty_board_is_about_even():
    judgement = judge(Position(), komi=0, playouts=400)
    assert not judgement.dead
    assert np.abs(judgement.ownership).max() < 0.5
    assert 0.35 < judgement.black_winrate < 0.65


def test_senseless_settings_are_refused():
    with pytest.raises(ConfigError, match="'playouts' is 0; it must be at least 1"):
        judge(Position(), komi=0, playouts=0)
    with pytest.raises(ConfigError, match="'rules' is 'x'"):
        judge(Position(), komi=0, rules="x")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("archive", "name", "rules"),
    [
        ("alphago.zip", "20 block vs AlphaGo Lee/Game_019.sgf", "area"),
        ("alphago.zip", "master/25-2016.12.31", "territory"),
        ("sample-valid.zip", "tygem/2016-07/888503477.sgf", "territory"),
        ("sample-train.zip", "tygem/2006-02/88810191.sgf", "territory"),
    ],
)
def test_games_that_playouts_alone_miscount_are_counted(archive, name, rules):
    position, komi, truth = counted_game(archive, name)
    score = judge_end(position, komi=komi, rules=rules).score
    assert abs(score - truth) <= 2


def test_a_count_takes_the_owners_that_it_is_given():
    position = parse_diagram(HALVES)
    halves = np.where(np.arange(361) % 19 < 9, 1.0, -1.0).astype(np.float32)
    judged = count_by(position, halves, komi=7.5)
    assert judged.is_over and judged.score == 9 * 19 - 10 * 19 - 7.5
    assert judged.dead == set(points("B18 P18"))
    assert judged.black_winrate == 0
    assert (owners_by(position, halves, judged.dead) == halves).all()
    alive = np.sign(halves + 3 * position.stones).astype(np.float32)
    assert count_by(position, alive, komi=0).dead == frozenset()


def test_another_opinion_counts_in_a_game_that_is_over():
    position = parse_diagram(HALVES)
    opinion = np.where(np.arange(361) % 19 < 9, 1.0, -1.0).astype(np.float32)
    agreed = judge_end(position, komi=0, opinion=opinion)
    assert np.allclose(agreed.ownership, opinion)
    refused = judge_end(position, komi=0, opinion=-opinion)
    assert np.allclose(np.abs(refused.ownership), 0.4), "seven votes to three"
    assert refused.dead == agreed.dead
    empty = judge_end(Position(), komi=0, opinion=opinion)
    assert (empty.ownership == judge_end(Position(), komi=0).ownership).all()


def test_finished_games_are_judged_as_their_players_did():
    games = list(counted_games())
    assert len(games) >= 50
    winners = exact = 0
    for position, komi, truth in games:
        rules: Rules = "territory" if komi != 7.5 else "area"
        score = judge(position, komi=komi, playouts=128, rules=rules).score
        winners += (score > 0) == (truth > 0)
        exact += score == truth
    assert winners >= 0.95 * len(games)
    assert exact >= 0.65 * len(games)
