"""Turn codes: games that are laid out stone by stone against games that are played."""

import numpy as np
from games import legal_games, playout
from hypothesis import given, settings
from hypothesis import strategies as st

from gopolicy.go import rules, turns
from gopolicy.go.coords import BLACK, EMPTY, POINTS, WHITE

#: Bits of a code that mean nothing, in a file.
NOISE = 0xF000


def marked(codes):
    """The codes as ``mark_takes`` leaves them."""
    codes = np.array(codes, np.uint16)
    assert turns.mark_takes(codes, rules.new_board())
    return codes


def seen(board):
    """All that a board says."""
    stones = board.stones[:POINTS]
    points = np.flatnonzero(stones != EMPTY)
    heads = board.chain[points]
    return {
        "stones": stones.tolist(),
        "state": board.state.tolist(),
        "key": int(board.key[0]),
        "empty": board.empty.tolist(),
        "placed": board.placed[points].tolist(),
        "chains": (heads[:, np.newaxis] == heads).tolist(),
        "sizes": board.n_stones[heads].tolist(),
        "counts": board.n_liberties[heads].tolist(),
        "liberties": board.liberties[heads].tolist(),
    }


def check_laid_out(codes):
    """The board is the same after each code, laid or played."""
    played, laid = rules.new_board(), rules.new_board()
    for code in marked(codes).tolist():
        turns.play_code(played, code)
        turns.lay_code(laid, code)
        rules.rebuild_chains(laid)
        assert seen(laid) == seen(played)


@given(legal_games())
@settings(max_examples=40, deadline=None)
def test_any_game_laid_out_is_the_game_played(game):
    check_laid_out(game.end()[0].codes)


def test_playouts_laid_out_are_the_playouts_played():
    for seed in range(8):
        check_laid_out(playout(seed, 200).end()[0].codes)


@given(st.lists(st.integers(0, 0xFFF), max_size=60))
@settings(max_examples=100, deadline=None)
def test_setup_anywhere_in_a_game_is_laid_out_alike(codes):
    """Also stones that are erased, or set up over others."""
    codes = np.array(codes, np.uint16)
    end, _ = turns.first_illegal(codes, rules.new_board())
    check_laid_out(codes[:end])


@given(legal_games())
@settings(max_examples=30, deadline=None)
def test_moves_that_take_stones_are_marked_and_noise_is_cleared(game):
    codes = game.end()[0].codes
    board = rules.new_board()
    takes = [turns.play_code(board, code) > 0 for code in codes.tolist()]
    result = marked(codes | NOISE)
    assert (result & turns.CODE_MASK == codes).all()
    assert (result & NOISE == np.where(np.array(takes), turns.TAKES_BIT, 0)).all()


@given(st.lists(st.integers(0, 0xFFF), max_size=60))
@settings(max_examples=100, deadline=None)
def test_only_legal_games_can_be_marked(codes):
    codes = np.array(codes, np.uint16)
    end, _ = turns.first_illegal(codes, rules.new_board())
    assert turns.mark_takes(codes, rules.new_board()) == (end == len(codes))


def test_games_are_marked_only_with_as_many_targets_as_are_said():
    codes = np.array([72, turns.WHITE_BIT | 361, 60, turns.SETUP_BIT | 9], np.uint16)
    bounds = np.array([0, 3, 4])
    for targets, expected in (([2, 0], True), ([3, 0], False), ([2, 1], False)):
        board = rules.new_board()
        counts = np.array(targets)
        assert (
            turns.mark_games(codes, bounds[:-1], bounds[1:], counts, board) is expected
        )


def test_a_code_is_about_a_color():
    assert turns.code_color(72) == BLACK
    assert turns.code_color(72 | turns.WHITE_BIT) == WHITE
