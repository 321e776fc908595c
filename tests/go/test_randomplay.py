"""One playout: which moves it plays, and how it ends."""

import naive
import numpy as np
import pytest
from diagrams import parse_marked
from games import Game, legal_games
from hypothesis import example, given, settings

from gopolicy.go import randomplay, rules
from gopolicy.go.coords import BLACK, EMPTY, PASS, POINTS, WHITE
from gopolicy.go.randomplay import CAREFUL, QUICK, SHAPELY
from gopolicy.go.rules import new_record
from gopolicy.go.scoring import owner_at

#: Its playout ends while a ko may not be taken back: that is the one move left.
KO_AT_THE_END = Game(
    white=(5, 24, 43, 62, 81, 95, 96, 97, 98, 99, 100),
    moves=(
        *((1, 20), (-1, 80), (1, 21), (-1, 78), (1, 39)),
        *((-1, 79), (1, 0), (-1, 76), (1, 4), (-1, 60)),
    ),
)


def playout(position, seed=11):
    """A game of that position, to be played out."""
    game = new_record(randomplay.GAME_DTYPE)
    rules.copy_board(position.board, game.board)
    game.random[0] = seed
    return game


@given(legal_games())
@settings(max_examples=60, deadline=None)
def test_sane_moves_are_the_twins(game):
    position, twin = game.end()
    for point in twin.legal_points():
        expected = naive.is_sane(twin.stones, point, twin.to_play)
        sane = randomplay.is_sane(position.board, point, position.to_play)
        assert sane == expected, point


def takes_a_ko(board, point, color):
    after = rules.new_board()
    rules.copy_board(board, after)
    rules.play_move(after, point, color)
    return after.state[rules.KO_POINT] != PASS


@pytest.mark.parametrize("style", [QUICK, CAREFUL, SHAPELY])
@given(game=legal_games())
@settings(max_examples=30, deadline=None)
@example(game=KO_AT_THE_END)
def test_a_playout_ends_where_no_sane_move_is_left(game, style):
    position, _ = game.end()
    state = playout(position)
    turns = randomplay.play_out(state, PASS, style)
    assert turns <= randomplay.MAX_TURNS
    if turns == randomplay.MAX_TURNS:
        return
    empty = np.flatnonzero(state.board.stones[:POINTS] == EMPTY).tolist()
    for color in (BLACK, WHITE):
        for point in empty:
            is_sane = randomplay.is_sane(state.board, point, color)
            assert not is_sane or takes_a_ko(state.board, point, color)
    stones = {
        p: int(c) for p, c in enumerate(state.board.stones[:POINTS]) if c != EMPTY
    }
    owned = naive.owners(stones)
    for point in range(POINTS):
        owner = owner_at(state.board, point)
        assert owner in (EMPTY, owned.get(point, EMPTY)), point


def test_it_is_kept_who_played_a_point_first():
    position, named = parse_marked(". X . .\nX X O O\nO O O .")
    state = playout(position)
    state.first[named.get("a", 3)] = WHITE
    randomplay.play_out(state, PASS, QUICK)
    assert state.first[3] == WHITE, "what is there stays"
    stones = state.board.stones[:POINTS]
    played = (stones != EMPTY) & (position.stones == EMPTY)
    assert (state.first[:POINTS][played] != EMPTY).all()
    assert (state.first[:POINTS][position.stones != EMPTY] == EMPTY).any()


def urgent(rows, to_play=BLACK):
    """What the last move, at ``l``, calls for: the name of a point, or PASS.

    The stone there is the opponent's.
    """
    position, named = parse_marked(rows, to_play=-to_play)
    last = named["l"]
    position.play(last)
    point = int(randomplay.urgent_move(playout(position), last))
    names = {named[name]: name for name in named}
    return names.get(point, point)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # A chain runs out of atari.
        (". O . .\nO X a .\n. l . .", "a"),
        # It has no room, but an attacker can be taken.
        ("O . X O X .\nO X X O a X\n. l O X X .", "a"),
        # Of two chains in atari, the larger is saved.
        (". b . a . .\nO X l X O .\n. O O X O .\n. . . O . .", "a"),
        # A stone that put itself into atari is taken,
        (". . X .\n. X l a\n. . X .", "a"),
        # but not where more would be taken back.
        ("X X . O .\nO X l X .\nO O X . .", PASS),
        ("X X a O .\n. X l X .\nO O X . .", "a"),
        # The vital point of an eye that was just closed.
        ("X X . a . l\nO O O O O O\n", PASS),
        (". a . l X\nO O O O X", "a"),
        # Nothing is urgent.
        (". . .\n. l .\n. . X", PASS),
    ],
)
def test_the_last_move_calls_for(rows, expected):
    assert urgent(rows) == expected
