"""The rules' kernels: against diagrams, the naive twin, sgfmill and fixed counts."""

import naive
import numpy as np
import pytest
from diagrams import parse_diagram, parse_marked
from games import legal_games, playout
from hypothesis import given, settings
from hypothesis import strategies as st
from sgfmill.boards import Board

from gopolicy.errors import GoPolicyError
from gopolicy.go import rules, turns
from gopolicy.go.coords import BLACK, BOARD_SIZE, EMPTY, PASS, POINTS, WHITE
from gopolicy.go.position import Position

LIBERTY_DIAGRAMS = [
    ("corner", "X", 2),
    ("edge", ".X", 3),
    ("centre", "...\n.X.", 4),
    ("a pair shares none", "....\n.XX.", 6),
    ("a bend shares one", "...\n.XX.\n.X", 7),
    ("opponents take liberties", ".O.\nOX.", 2),
    ("one eye counts once", "XXX\nX.X\nXXX\nOOO", 4),
]


@pytest.mark.parametrize(
    ("diagram", "count"),
    [entry[1:] for entry in LIBERTY_DIAGRAMS],
    ids=[entry[0] for entry in LIBERTY_DIAGRAMS],
)
def test_liberties_of_a_black_chain(diagram, count):
    position = parse_diagram(diagram)
    stone = int(np.flatnonzero(position.stones == BLACK)[0])
    assert position.liberties(stone) == count


def test_one_move_takes_three_chains():
    position, named = parse_marked(
        """
        . . X O . .
        . X O O X .
        X O a O O X
        . X O X X .
        . . X . . .
        """
    )
    position = Position.from_stones(
        np.flatnonzero(position.stones == BLACK),
        [*np.flatnonzero(position.stones == WHITE)],
    )
    position.play(4)  # E19: closes the upper chain
    position.play(PASS)
    position.play(named["a"])
    assert (position.stones == WHITE).sum() == 0
    assert position.ko_point is None


@pytest.mark.parametrize(
    ("diagram", "legal"),
    [
        (".O\nO", False),  # a single stone
        (".XO\nXXO\nOO", False),  # joins its own chain's last liberty
        (".OX\nOX\nX", True),  # takes two chains
        (".XO\nO.O\n", True),  # the joined chain keeps a liberty
    ],
)
def test_legality_in_the_corner(diagram, legal):
    assert parse_diagram(diagram).is_legal(0) is legal


def test_snapback_is_no_ko():
    position, named = parse_marked(
        """
        . X O O .
        X O a X O
        . X O O .
        """
    )
    # White's single stone falls, but the taker is a chain of two.
    position.play(named["a"])
    assert position.ko_point is None


def test_ko_point_is_where_the_stone_was_taken_and_clears_after_any_turn():
    for reply in (PASS, 300):
        position, named = parse_marked(".XO.\nXOaO\n.XO.")
        position.play(named["a"])
        assert position.ko_point == BOARD_SIZE + 1
        assert not position.is_legal(BOARD_SIZE + 1)
        position.play(reply)
        assert position.ko_point is None
        position.play(PASS)
        assert position.is_legal(BOARD_SIZE + 1)


def test_taking_one_stone_with_a_stone_of_two_liberties_is_no_ko():
    position, named = parse_marked(".XO.\nXOa.\n.XO.")
    position.play(named["a"])
    assert position.stones[BOARD_SIZE + 1] == EMPTY
    assert position.ko_point is None


def test_taking_two_stones_with_one_is_no_ko():
    position, named = parse_marked("aOOX\nOXX.\nX")
    black = np.flatnonzero(position.stones == BLACK)
    position = Position.from_stones(black, [1, 2])
    position.play(named["a"])
    assert position.ko_point is None
    assert position.stones[[1, 2]].tolist() == [EMPTY, EMPTY]


def as_points(words):
    """The points of a set."""
    return {p for p in range(6 * 64) if int(words[p // 64]) >> (p % 64) & 1}


def check_board(position: Position, game: naive.NaiveGame) -> None:
    """Everything that the board keeps incrementally is what it should be."""
    board = position.board
    assert position.to_play == game.to_play
    assert position.turn == game.turn
    assert position.ko_point == game.ko_point
    stones = {p: int(c) for p, c in enumerate(position.stones) if c != EMPTY}
    assert stones == game.stones
    assert as_points(board.empty) == set(range(POINTS)) - set(stones)
    for chain in naive.all_chains(stones):
        liberties = naive.liberties_of(stones, chain)
        heads = {int(board.chain[stone]) for stone in chain}
        assert len(heads) == 1 and heads <= chain
        head = heads.pop()
        assert board.n_stones[head] == len(chain)
        assert board.n_liberties[head] == len(liberties)
        assert as_points(board.liberties[head]) == liberties
        ring = [head]
        while (stone := int(board.next_stone[ring[-1]])) != head:
            assert len(ring) <= len(chain)
            ring.append(stone)
        assert sorted(ring) == sorted(chain)


@given(legal_games())
@settings(max_examples=60, deadline=None)
def test_chains_liberties_and_ko_are_kept_right(game):
    for position, twin in game.positions():
        check_board(position, twin)


@given(legal_games())
@settings(max_examples=60, deadline=None)
def test_legal_and_sensible_masks_are_the_twins(game):
    position, twin = game.end()
    legal = twin.legal_points()
    assert np.flatnonzero(position.legal_mask()).tolist() == legal
    assert [p for p in range(POINTS) if position.is_legal(p)] == legal
    eyes = {p for p in legal if naive.is_own_eye(twin.stones, p, twin.to_play)}
    assert set(np.flatnonzero(position.sensible_mask())) == set(legal) - eyes


@given(legal_games())
@settings(max_examples=40, deadline=None)
def test_setting_stones_up_gives_the_board_that_playing_gave(game):
    played, _ = game.end()
    black, white = (np.flatnonzero(played.stones == c) for c in (BLACK, WHITE))
    placed = Position.from_stones(black, white, to_play=played.to_play)
    assert placed.hash == played.hash
    twin = naive.NaiveGame.from_stones(black.tolist(), white.tolist(), played.to_play)
    check_board(placed, twin)


@given(legal_games())
@settings(max_examples=40, deadline=None)
def test_equal_boards_and_only_those_have_equal_hashes(game):
    boards: dict[bytes, int] = {}
    for position, _ in game.positions():
        board = bytes(position.stones)
        assert boards.setdefault(board, position.hash) == position.hash
    assert len(set(boards.values())) == len(boards)


@pytest.mark.parametrize("seed", range(4))
def test_sgfmill_agrees_on_stones_ko_and_suicide(seed):
    game = playout(seed, 240)
    board = Board(BOARD_SIZE)
    for color, points in (("b", game.black), ("w", game.white)):
        for point in points:
            board.play(*_at(point), color)
    ko = None
    for number, (position, twin) in enumerate(game.positions()):
        if position.last_move is not None and position.last_move != PASS:
            color = "b" if position.to_play == WHITE else "w"
            ko = board.play(*_at(position.last_move), color)
        elif number:
            ko = None
        ours = {p: "b" if c == BLACK else "w" for p, c in twin.stones.items()}
        assert {p: board.get(*_at(p)) for p in range(POINTS) if board.get(*_at(p))} == (
            ours
        )
        assert (None if ko is None else _point(ko)) == position.ko_point
        if number % 60 == 0:
            mine = "b" if position.to_play == BLACK else "w"
            legal = position.legal_mask()
            for point in set(range(POINTS)) - set(ours) - {position.ko_point}:
                after = board.copy()
                after.play(*_at(point), mine)
                assert legal[point] == (after.get(*_at(point)) == mine)


def _at(point):
    row, column = divmod(point, BOARD_SIZE)
    return BOARD_SIZE - 1 - row, column


def _point(at):
    return (BOARD_SIZE - 1 - at[0]) * BOARD_SIZE + at[1]


#: seed -> stones taken, legal moves summed over all positions, legal moves at the end
#: of a playout of 300 turns. Counted with the twin; the legality behind it is also
#: sgfmill's, see above.
COUNTS = {
    0: (18, 64466, 75),
    1: (24, 65448, 84),
    2: (58, 68394, 115),
    3: (3, 105966, 352),
    4: (11, 63944, 68),
    5: (16, 64534, 77),
    6: (27, 66837, 91),
    7: (7, 102700, 341),
}


@pytest.mark.parametrize("seed", COUNTS)
def test_playouts_have_the_known_counts(seed):
    assert _count(seed, _by_kernels) == COUNTS[seed]
    assert _count(seed, _by_twin) == COUNTS[seed]


def _count(seed, count):
    game = playout(seed, 300)
    stones = len(game.black) + len(game.white)
    taken = total = 0
    for position, twin in game.positions():
        now, legal = count(position, twin)
        taken += stones + (position.last_move not in (None, PASS)) - now
        total += legal
        stones = now
    return taken, total, legal


def _by_kernels(position, twin):
    return int(np.count_nonzero(position.stones)), int(position.legal_mask().sum())


def _by_twin(position, twin):
    return len(twin.stones), len(twin.legal_points())


def _replay_codes(codes):
    """Index of the first code that Position refuses, and the position there."""
    position = Position()
    for i, code in enumerate(codes):
        color = int(turns.code_color(code))
        try:
            if code & turns.SETUP_BIT:
                empty = code & turns.ERASE_BIT
                position.setup(code & turns.POINT_MASK, EMPTY if empty else color)
                position.check_chains()
            else:
                position.play(code & turns.POINT_MASK, color)
        except GoPolicyError:
            return i, position
    return len(codes), position


@given(st.lists(st.integers(0, 0xFFF), max_size=60))
@settings(max_examples=100, deadline=None)
def test_codes_of_any_kind_are_refused_where_position_refuses_them(codes):
    board = rules.new_board()
    index, reason = turns.first_illegal(np.array(codes, np.uint16), board)
    expected, position = _replay_codes(codes)
    if index != expected:
        # Dead setup stones are refused at the first code of their run, and a ko
        # filled by the side that took it is a missing move, not an illegal one.
        assert reason in (rules.DEAD_SETUP, rules.KO)
    elif reason == rules.LEGAL:
        assert board.stones[:POINTS].tolist() == position.stones.tolist()
        assert int(board.key[0]) == position.hash
