"""Playouts: which moves they play, and what is judged by them."""

import os

import naive
import numpy as np
import pytest
from counted_games import counted_games
from diagrams import HALVES, parse_diagram, points
from games import Game, legal_games
from hypothesis import example, given, settings

from gopolicy.config import Rules
from gopolicy.errors import ConfigError
from gopolicy.go import playouts, rules
from gopolicy.go.coords import BLACK, EMPTY, PASS, POINTS, WHITE
from gopolicy.go.playouts import judge, run_playouts
from gopolicy.go.position import Position
from gopolicy.go.rules import new_record

#: Its playout ends while a ko may not be taken back: that is the one move left.
KO_AT_THE_END = Game(
    white=(5, 24, 43, 62, 81, 95, 96, 97, 98, 99, 100),
    moves=(
        *((1, 20), (-1, 80), (1, 21), (-1, 78), (1, 39)),
        *((-1, 79), (1, 0), (-1, 76), (1, 4), (-1, 60)),
    ),
)


@given(legal_games())
@settings(max_examples=60, deadline=None)
def test_sane_moves_are_the_twins(game):
    position, twin = game.end()
    for point in twin.legal_points():
        expected = naive.is_sane(twin.stones, point, twin.to_play)
        sane = playouts.is_sane(position.board, point, position.to_play)
        assert sane == expected, point


def takes_a_ko(board, point, color):
    after = rules.new_board()
    rules.copy_board(board, after)
    rules.play_move(after, point, color)
    return after.state[rules.KO_POINT] != PASS


@given(legal_games())
@settings(max_examples=30, deadline=None)
@example(game=KO_AT_THE_END)
def test_a_playout_ends_where_no_sane_move_is_left(game):
    position, _ = game.end()
    state = new_record(playouts.GAME_DTYPE)
    ownership = np.zeros(POINTS, np.int32)
    leads = np.zeros(1, np.int32)
    seeds = np.array([11], np.uint64)
    turns = playouts._run_playouts(position.board, PASS, seeds, state, ownership, leads)
    assert turns <= playouts.MAX_TURNS
    assert leads[0] == ownership.sum()
    if turns < playouts.MAX_TURNS:
        for color in (BLACK, WHITE):
            for point in np.flatnonzero(state.board.stones[:POINTS] == EMPTY).tolist():
                is_sane = playouts.is_sane(state.board, point, color)
                assert not is_sane or takes_a_ko(state.board, point, color)
        stones = {
            p: int(c) for p, c in enumerate(state.board.stones[:POINTS]) if c != EMPTY
        }
        owned = naive.owners(stones)
        assert all(owned.get(p, 0) == c for p, c in enumerate(ownership) if c)


def test_the_same_seed_gives_the_same_judgement():
    position = Position()
    first, second, other = (run_playouts(position, 64, seed=seed) for seed in (3, 3, 4))
    assert (first[0] == second[0]).all() and (first[1] == second[1]).all()
    assert (first[0] != other[0]).any()


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
