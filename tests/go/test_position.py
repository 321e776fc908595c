"""Position: the checked door, history, undo, copies, superko, diagrams."""

from random import Random

import numpy as np
import pytest
from diagrams import moves, parse_diagram, parse_marked, points
from games import Game, legal_games
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import NaiveGame, liberties_of, put

from gopolicy.errors import GoPolicyError, IllegalMoveError, VertexError
from gopolicy.go.coords import (
    BLACK,
    EMPTY,
    PASS,
    POINTS,
    WHITE,
    format_vertex,
    parse_vertex,
)
from gopolicy.go.features import encode
from gopolicy.go.playouts import judge, play_outs
from gopolicy.go.position import Position
from gopolicy.go.scoring import count_owners
from gopolicy.policy import UniformPolicy

OFF_BOARD = [-1, 361, 362, 10_000, -10_000, 2**40, -(2**70), 1.5, np.nan, "Q16", None]


def state(position):
    """All that can be seen of a position."""
    return (
        position.to_play,
        position.turn,
        position.ko_point,
        position.stones.tolist(),
        position.moves,
        position.last_move,
        position.hash,
        position.codes.tolist(),
        position.legal_mask(superko=True).tolist(),
        position.board.placed[position.stones != EMPTY].tolist(),
    )


def test_an_empty_position():
    position = Position()
    assert (position.to_play, position.turn) == (BLACK, 0)
    assert (position.ko_point, position.last_move, position.moves) == (None, None, ())
    assert position.stones.dtype == np.int8 and position.stones.shape == (POINTS,)
    assert not position.stones.any()
    assert position.legal_mask().all() and position.legal_mask(superko=True).all()


def test_moves_and_passes_are_remembered_with_their_colors():
    position = Position()
    played = [*moves("B Q16 W pass B D4 B C3 W K10")]
    for color, point in played:
        position.play(point, color)
    assert position.moves == tuple(played)
    assert position.last_move == parse_vertex("K10")
    assert position.turn == 5
    assert position.to_play == BLACK


def test_a_pass_is_a_turn_and_the_last_move():
    position = Position()
    position.play(PASS)
    assert (position.last_move, position.turn, position.to_play) == (PASS, 1, WHITE)


def test_setup_stones_are_no_moves():
    position = Position.from_stones(points("Q16 D4"), [], to_play=WHITE)
    position.setup(parse_vertex("K10"), WHITE)
    position.setup(parse_vertex("D4"), EMPTY)
    assert (position.turn, position.moves, position.last_move) == (0, (), None)
    assert position.to_play == WHITE
    assert np.flatnonzero(position.stones).tolist() == sorted(points("K10 Q16"))


def test_stones_are_a_copy():
    position = Position()
    position.stones[0] = BLACK
    assert position.stones[0] == EMPTY


def test_chain_and_liberties_of_points():
    position, named = parse_marked("XXa\nOX.\n.OO")
    assert position.chain(0) == {0, 1, 20}
    assert position.chain(named["a"]) == frozenset()
    assert [position.liberties(p) for p in (0, 19, named["a"])] == [2, 1, 0]


@given(legal_games())
@settings(max_examples=15, deadline=None)
def test_undo_takes_back_each_move_of_a_game(game):
    position, _ = game.start()
    states = []
    for color, point in game.moves:
        states.append(state(position))
        position.play(point, color)
    while states:
        position.undo()
        assert state(position) == states.pop()
    with pytest.raises(IllegalMoveError, match="nothing to take back"):
        position.undo()


def test_undo_takes_back_stones_set_up_after_the_move_and_no_others():
    position = Position.from_stones(points("D4"), [], to_play=WHITE)
    position.play(parse_vertex("Q16"))
    before = state(position)
    position.play(parse_vertex("K10"))
    position.setup(parse_vertex("C3"), WHITE)
    position.undo()
    assert state(position) == before


@pytest.mark.parametrize("filler", [WHITE, BLACK])
def test_undo_after_a_move_out_of_turn_gives_back_the_turn_and_the_ko(filler):
    position, named = parse_marked(".XO.\nXOaO\n.XO.")
    position.play(named["a"])
    before = state(position)
    assert position.ko_point is not None and position.to_play == WHITE
    position.play(parse_vertex("Q16"), filler)
    position.undo()
    assert state(position) == before
    other = position.copy()
    other.set_to_play(BLACK)
    before = state(other)
    other.play(parse_vertex("Q16"), filler)
    other.undo()
    assert state(other) == before


@given(legal_games(), st.data())
@settings(max_examples=30, deadline=None)
def test_copies_go_their_own_ways(game, data):
    cut = data.draw(st.integers(0, len(game.moves)))
    position, _ = game.start()
    for color, point in game.moves[:cut]:
        position.play(point, color)
    before = state(position)
    other = position.copy()
    assert state(other) == before
    for color, point in game.moves[cut:]:
        other.play(point, color)
    assert state(position) == before
    assert state(other) == state(game.end()[0])


@given(legal_games())
@settings(max_examples=30, deadline=None)
def test_the_diagram_shows_the_board(game):
    position, _ = game.end()
    read = parse_diagram(str(position))
    assert read.stones.tolist() == position.stones.tolist()
    assert str(position).count("(") == (position.last_move not in (None, PASS))


def test_the_diagram_names_rows_and_columns_and_brackets_the_last_move():
    position = Position.from_stones(points("A19"), [], to_play=WHITE)
    position.play(parse_vertex("T1"))
    lines = str(position).splitlines()
    assert lines[0].split() == list("ABCDEFGHJKLMNOPQRST") == lines[-1].split()
    assert lines[1].startswith("19 X") and lines[1].endswith("19")
    assert lines[19].endswith("(O)1")
    assert lines[4][3 + 2 * 3] == "+"


# --- what is refused


@pytest.mark.parametrize("point", OFF_BOARD)
def test_points_off_the_board_are_refused_everywhere(point):
    position = Position.from_stones(points("D4"), points("Q16"))
    before = state(position)
    if point != PASS:
        with pytest.raises(IllegalMoveError):
            position.play(point)
        assert not position.is_legal(point)
    for refused in (
        lambda: position.setup(point, BLACK),
        lambda: position.setup(point, EMPTY),
        lambda: position.liberties(point),
        lambda: position.chain(point),
        lambda: Position.from_stones([point], []),
        lambda: Position.from_stones([], [point]),
        lambda: count_owners(position, [point]),
    ):
        with pytest.raises(VertexError):
            refused()
    assert state(position) == before


@pytest.mark.parametrize("color", [0, 2, -2, 3, 255])
def test_what_is_no_color_is_refused(color):
    position = Position()
    with pytest.raises(IllegalMoveError, match="no color"):
        position.play(0, color)
    with pytest.raises(IllegalMoveError, match="no color"):
        position.set_to_play(color)
    with pytest.raises(IllegalMoveError, match="no color"):
        Position.from_stones([], [], to_play=color)
    if color != EMPTY:
        with pytest.raises(IllegalMoveError, match="no color"):
            position.setup(0, color)
    assert state(position) == state(Position())


@pytest.mark.parametrize(
    ("diagram", "reason"), [("X", "occupied"), (".O\nO", "suicide")]
)
def test_a_refused_move_says_why_and_changes_nothing(diagram, reason):
    position = parse_diagram(diagram)
    before = state(position)
    with pytest.raises(IllegalMoveError, match=f"black cannot play A19: {reason}"):
        position.play(0)
    assert state(position) == before


@pytest.mark.parametrize("seed", range(4))
def test_where_suicide_is_legal_chains_are_the_twins(seed):
    rng, suicides = Random(seed), 0
    wall = [*range(76, 81), *range(4, 76, 19)]
    position, stones = Position.from_stones([], wall), dict.fromkeys(wall, WHITE)
    corner = [19 * row + column for row in range(4) for column in range(4)]
    for number in range(600):
        point, color = rng.choice(corner), (BLACK, WHITE)[number % 2]
        if point in stones or (point, color) == (position.ko_point, position.to_play):
            continue
        after = put(stones, point, color)
        if after.suicide and len(after.chain) == 1:
            with pytest.raises(IllegalMoveError, match="suicide"):
                position.play(point, color, suicide=True)
            continue
        position.play(point, color, suicide=True)
        gone = after.chain if after.suicide else set()
        suicides += bool(gone)
        stones = {p: c for p, c in after.stones.items() if p not in gone}
        assert {p: int(c) for p, c in enumerate(position.stones) if c} == stones
        for p in stones:
            assert position.liberties(p) == len(liberties_of(stones, position.chain(p)))
    assert suicides
    before = state(position)
    position.play(PASS)
    position.undo()
    assert state(position) == before


def test_taking_a_ko_back_at_once_is_refused():
    position, named = parse_marked(".XO.\nXOaO\n.XO.")
    position.play(named["a"])
    with pytest.raises(IllegalMoveError, match="white cannot play B18: ko"):
        position.play(parse_vertex("B18"))


def test_whoever_took_the_ko_may_fill_it():
    position, named = parse_marked(".XO.\nXOaO\n.XO.")
    position.play(named["a"])
    position.play(parse_vertex("B18"), BLACK)
    assert position.liberties(named["a"]) == 3


@pytest.mark.parametrize(
    ("black", "white", "message"),
    [
        ("A19 A19", "", "A19 twice"),
        ("A19", "A19", "A19 twice"),
        ("A19", "B19 A18", "A19 has no liberty"),
        ("B2 C1", "B1 A1 A2 A3 B3 C2 D1", "has no liberty"),
    ],
)
def test_impossible_stones_are_refused(black, white, message):
    with pytest.raises(IllegalMoveError, match=message):
        Position.from_stones(points(black), points(white))


def test_a_full_board_is_refused():
    with pytest.raises(IllegalMoveError, match="no liberty"):
        Position.from_stones(range(POINTS), [])
    assert Position.from_stones(range(1, POINTS), []).liberties(1) == 1


@pytest.mark.parametrize(
    "ask",
    [
        Position.check_chains,
        Position.legal_mask,
        Position.sensible_mask,
        lambda position: position.is_legal(PASS),
        lambda position: position.play(72),
        encode,
        lambda position: UniformPolicy().probabilities([position]),
        lambda position: judge(position, komi=6.5, playouts=1),
        lambda position: play_outs(position, np.ones(1, np.uint64)),
    ],
)
def test_setup_without_a_liberty_reaches_no_kernel(ask):
    position = parse_diagram(".O\nO")
    position.setup(0, BLACK)
    before = position.diagram()
    with pytest.raises(IllegalMoveError, match="A19 has no liberty"):
        ask(position)
    assert position.diagram() == before
    position.setup(1, EMPTY)
    position.play(72)


CALLS = st.one_of(
    st.tuples(
        st.just("play"),
        st.integers(-2, 363),
        st.sampled_from([None, BLACK, WHITE, EMPTY, 2]),
    ),
    st.tuples(
        st.just("setup"),
        st.one_of(st.integers(-2, 363), st.integers(0, 2), st.integers(19, 21)),
        st.sampled_from([BLACK, WHITE, EMPTY, 2]),
    ),
    st.tuples(st.just("undo")),
    st.tuples(st.just("set_to_play"), st.sampled_from([BLACK, WHITE, EMPTY])),
)


@given(st.lists(CALLS, max_size=40))
@settings(max_examples=100, deadline=None)
def test_no_calls_do_worse_than_our_errors(calls):
    """Dead setup stones included, which nobody checked."""
    position = Position()
    for name, *arguments in calls:
        before = position.codes.tolist()
        try:
            getattr(position, name)(*arguments)
        except GoPolicyError:
            assert position.codes.tolist() == before
    planes = encode(position)
    assert set(np.unique(planes)) <= {0, 1}
    assert (planes[:, :, :3].sum(axis=2) == 1).all()
    assert position.copy().legal_mask(superko=True).shape == (POINTS,)


# --- superko


def play_all(position, text):
    for color, point in moves(text):
        position.play(point, color)


def repeats(position, vertex):
    """Legal but for superko."""
    point = parse_vertex(vertex)
    assert position.legal_mask()[point], "a case for superko alone"
    return not position.legal_mask(superko=True)[point]


def test_sending_two_returning_one_is_superko():
    position = Position.from_stones(points("A2 B2"), points("B1 C2 D1"), to_play=WHITE)
    play_all(position, "W A1 B C1")
    assert position.ko_point is None
    assert repeats(position, "B1")


def test_the_last_move_of_a_cycle_can_be_one_that_takes_nothing():
    position = Position.from_stones(points("A2 B2"), points("A1 B1 C2 D1"))
    play_all(position, "B C1")
    assert not repeats(position, "B1")
    play_all(position, "W B1 B pass")
    assert repeats(position, "A1")
    position.play(parse_vertex("A1"))  # simple ko allows it
    assert position.stones[parse_vertex("A1")] == WHITE


def test_the_sixth_move_around_a_triple_ko_is_superko():
    position, named = parse_marked(
        """
        . X O . . . X O . . . X O .
        X O a O . X b X O . X O c O
        . X O . . . X O . . . X O .
        """
    )
    for point in (named["a"], named["b"], named["c"]):
        assert not repeats(position, format_vertex(point))
        position.play(point)
    # The stones taken stood to the left of a and c, to the right of b.
    for point in (named["a"] - 1, named["b"] + 1):
        assert not repeats(position, format_vertex(point))
        position.play(point)
    assert repeats(position, format_vertex(named["c"] - 1))


def test_superko_knows_the_setup_position_but_passes_are_free():
    position = Position.from_stones([], points("B19 A18"), to_play=WHITE)
    for _ in range(4):
        assert position.is_legal(PASS)
        position.play(PASS)
    assert position.turn == 4
    assert position.legal_mask(superko=True).sum() == position.legal_mask().sum()


def test_undo_forgets_the_board_that_it_leaves():
    position = Position.from_stones(points("A2 B2"), points("B1 C2 D1"), to_play=WHITE)
    play_all(position, "W A1 B C1")
    position.undo()
    position.undo()
    play_all(position, "W A1")
    assert not repeats(position, "C1")


def check_superko(game: Game) -> int:
    """Compares all masks of a game with the twin's; how many points they take away."""
    taken = 0
    for position, twin in game.positions():
        legal = twin.legal_points()
        allowed = [point for point in legal if not twin.repeats(point)]
        assert np.flatnonzero(position.legal_mask(superko=True)).tolist() == allowed
        taken += len(legal) - len(allowed)
    return taken


@given(legal_games())
@settings(max_examples=40, deadline=None)
def test_superko_is_the_twins_superko(game):
    check_superko(game)


@pytest.mark.parametrize(
    ("black", "white", "ground"),
    [
        ("A2 B2", "B1 C2 D1", "A1 B1 C1"),
        (
            "C19 B18 C17 J19 H18 J17 K18 Q19 P18 Q17",
            "D19 C18 E18 D17 K19 L18 K17 R19 Q18 S18 R17",
            "C18 D18 J18 K18 Q18 R18",
        ),
    ],
    ids=["sending two", "three kos"],
)
def test_superko_is_the_twins_superko_in_long_fights(black, white, ground):
    random = Random(1)
    taken = 0
    for _ in range(20):
        game = NaiveGame.from_stones(points(black), points(white))
        played = []
        for _ in range(30):
            legal = [p for p in points(ground) if game.is_legal(p)]
            move = random.choice([PASS, *legal, *legal, *legal])
            played.append((game.to_play, move))
            game.play(move)
        taken += check_superko(
            Game(
                black=tuple(points(black)),
                white=tuple(points(white)),
                moves=tuple(played),
            )
        )
    assert taken >= 5
