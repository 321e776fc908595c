"""The 48 planes: the specification's positions, invariants, symmetry, and the twin."""

from dataclasses import replace

import numpy as np
import pytest
from diagrams import parse_marked, points
from games import Game, legal_games, playout, room
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from spec_positions import CASES

from gopolicy.go.coords import (
    BLACK,
    EMPTY,
    PASS,
    POINTS,
    SYMMETRIES,
    WHITE,
    format_vertex,
)
from gopolicy.go.features import (
    FEATURES,
    PLANE_NAMES,
    PLANE_OFFSETS,
    PLANES,
    encode,
    fill_planes,
    legal_moves,
    new_workspace,
)
from gopolicy.go.ladderboard import NODE_BUDGET
from gopolicy.go.position import Position

IDS = [case.name for case in CASES]


def reader_nodes(position):
    """Moves that the ladder reader counts for all questions about ``position``."""
    workspace, planes = new_workspace(), np.empty((POINTS, PLANES), np.uint8)
    fill_planes(position.board, workspace, planes)
    return int(workspace.reader.nodes[0])


def flat(position):
    """uint8 [361, 48]."""
    return encode(position).reshape(POINTS, PLANES)  # [19, 19, 48] -> [361, 48]


# --- the table


def test_there_are_48_planes_in_the_papers_order():
    assert PLANES == 48 == sum(feature.planes for feature in FEATURES)
    assert list(PLANE_OFFSETS.values()) == [
        *(0, 1, 2, 3, 4, 12, 20, 28, 36, 44, 45, 46, 47)
    ]
    assert list(PLANE_OFFSETS) == [feature.name for feature in FEATURES]
    assert len(set(PLANE_NAMES)) == 48
    assert PLANE_NAMES[12] == "liberties 1"
    assert PLANE_NAMES[27] == "capture size 8+"
    assert all(feature.meaning for feature in FEATURES)


def test_planes_are_small_ints_row_by_row_channel_last():
    position = Position()
    position.play(3)  # D19
    planes = encode(position)
    assert planes.shape == (19, 19, 48) and planes.dtype == np.uint8
    assert planes.flags.c_contiguous
    assert planes[0, 3].nonzero()[0].tolist() == [1, 3, 4, 14]


def test_the_sum_of_the_empty_board():
    assert encode(Position()).sum() == 1444


# --- the specification's positions


@pytest.fixture(params=["kernels", "twin"])
def planes_of(request):
    """uint8 [361, 48] of a script, by the package or by the naive twin."""
    if request.param == "kernels":
        return lambda script: flat(script.position())
    return lambda script: script.naive().planes().reshape(POINTS, PLANES)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_specified_position(case, planes_of):
    planes = planes_of(case.script)
    for vertex, expected in case.at.items():
        (point,) = points(vertex)
        assert planes[point].nonzero()[0].tolist() == expected, vertex
    for plane, count in case.counts.items():
        assert planes[:, plane].sum() == count, plane
    for plane, vertices in case.planes.items():
        found = [format_vertex(point) for point in planes[:, plane].nonzero()[0]]
        assert sorted(found) == sorted(vertices.split()), plane
    for vertex, plane in case.has.items():
        assert planes[points(vertex)[0], plane] == 1
    assert planes[points(case.sensible), 46].all()
    assert not planes[points(case.not_sensible), 46].any()


def _swapped(text):
    return text.translate(str.maketrans("BW", "WB"))


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_specified_position_with_colors_swapped(case):
    script = case.script
    moves = " ".join(
        word if i % 2 else _swapped(word) for i, word in enumerate(script.moves.split())
    )
    swapped = replace(
        script,
        black=script.white,
        white=script.black,
        first=_swapped(script.first),
        moves=moves,
    )
    assert (flat(swapped.position()) == flat(script.position())).all()


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_specified_position_turned_and_mirrored(case):
    position = case.script.position()
    codes = position.codes
    planes = flat(position)
    for symmetry in SYMMETRIES:
        turned = Position()
        for code in codes.tolist():
            turned._apply((code & ~0x1FF) | int(symmetry[code & 0x1FF]))
        turned.set_to_play(position.to_play)
        assert (flat(turned)[symmetry[:POINTS]] == planes).all()


# --- counts of stones and turns at their ends


@pytest.mark.parametrize("turns", range(1, 12))
def test_turns_since_end_at_eight(turns):
    position = Position()
    position.play(0)
    for _ in range(turns - 1):
        position.play(PASS)
    assert flat(position)[0, 4:12].nonzero()[0].tolist() == [min(turns, 8) - 1]


def test_a_stone_played_where_one_was_taken_is_new():
    position, named = parse_marked(".XO.\nXOaO\n.XO.")
    for point in (named["a"], 300, 301, named["a"] - 1, 302):
        position.play(point)
    assert position.stones[named["a"] - 1] == WHITE
    assert position.stones[named["a"]] == EMPTY
    planes = flat(position)
    assert planes[named["a"] - 1, 4:12].nonzero()[0].tolist() == [1]
    assert not planes[named["a"], 4:12].any()


def test_a_game_of_forty_thousand_turns_still_counts_them():
    position = Position()
    for _ in range(40_000):
        position.play(PASS)
    position.play(0)
    position.play(PASS)
    assert flat(position)[0, 4:12].nonzero()[0].tolist() == [1]


def test_setup_stones_in_the_middle_of_a_game_are_old():
    position = Position()
    position.play(0)
    position.setup(40, WHITE)
    assert flat(position)[40, 4:12].nonzero()[0].tolist() == [7]
    assert flat(position)[0, 4:12].nonzero()[0].tolist() == [0]


@pytest.mark.parametrize("count", range(1, 13))
def test_liberties_end_at_eight(count):
    """A chain on the first line with as many liberties as asked for."""
    length = max(count - 1, 1)
    stones = list(range(length))
    position = Position.from_stones(stones, [19] if count == 1 else [])
    assert position.liberties(0) == max(count, 1)
    assert flat(position)[0, 12:20].nonzero()[0].tolist() == [min(count, 8) - 1]


@pytest.mark.parametrize("count", range(1, 12))
def test_captures_and_self_ataris_end_at_eight(count):
    """A chain on the first line, in atari; then the same for its owner to extend."""
    white = list(range(count))
    black = [19 + point for point in white]
    planes = flat(Position.from_stones(black, white, to_play=BLACK))
    assert planes[count, 20:28].nonzero()[0].tolist() == [min(count, 8) - 1]
    planes = flat(Position.from_stones([*black, 19 + count], white, to_play=WHITE))
    assert planes[count, 28:36].nonzero()[0].tolist() == [min(count + 1, 8) - 1]
    assert planes[count, 36:44].nonzero()[0].tolist() == [0]


# --- invariants


def check_invariants(position):
    before = (position.stones.tolist(), position.codes.tolist(), position.ko_point)
    planes = flat(position)
    assert (position.stones.tolist(), position.codes.tolist(), position.ko_point) == (
        before
    )
    assert planes.max() == 1
    own, opponent, empty, ones = planes[:, :4].T
    stones = position.stones * position.to_play
    assert (own == (stones == 1)).all() and (opponent == (stones == -1)).all()
    assert (own + opponent + empty == 1).all()
    assert ones.all() and not planes[:, 47].any()
    legal = position.legal_mask()
    assert (planes[:, 4:12].sum(axis=1) == own + opponent).all()
    assert (planes[:, 12:20].sum(axis=1) == own + opponent).all()
    assert (planes[:, 36:44].sum(axis=1) == legal).all()
    assert (legal_moves(planes.reshape(1, 19, 19, 48))[0] == legal).all()
    for first, last in ((20, 28), (28, 36), (44, 45), (45, 46), (46, 47)):
        total = planes[:, first:last].sum(axis=1)
        assert total.max() <= 1 and (total <= legal).all()
    assert (planes[:, 28:36].sum(axis=1) == planes[:, 36]).all()
    assert (planes[:, 46] == position.sensible_mask()).all()


@given(legal_games())
@settings(max_examples=60, deadline=None)
def test_invariants_of_any_position(game):
    check_invariants(game.end()[0])


def test_invariants_in_playouts(playouts):
    for game in playouts:
        for position, _ in game.positions():
            check_invariants(position)


@pytest.fixture(scope="module")
def playouts():
    """Two playouts of each style."""
    return [playout(seed, 100) for seed in range(8)]


# --- symmetry


def mapped(game, *, symmetry=None, swap=False):
    """The game turned or with its colors swapped."""
    to = (lambda point: point) if symmetry is None else (lambda p: int(symmetry[p]))
    black, white = (tuple(map(to, stones)) for stones in (game.black, game.white))
    if swap:
        black, white = white, black
    sign = -1 if swap else 1
    moves = tuple((sign * color, to(point)) for color, point in game.moves)
    return replace(game, black=black, white=white, moves=moves)


def both(game, other, *, every=1):
    """Planes [361, 48] of both games' positions, turn by turn."""
    pairs = zip(game.positions(), other.positions(), strict=True)
    for number, ((position, _), (image, _)) in enumerate(pairs):
        if number % every == 0:
            yield flat(position), flat(image)


def check_symmetries(game, *, every):
    for symmetry in SYMMETRIES[1:]:
        turned = mapped(game, symmetry=symmetry)
        for planes, image in both(game, turned, every=every):
            assert (image[symmetry[:POINTS]] == planes).all()


@given(legal_games(), st.integers(1, 7))
@settings(max_examples=30, deadline=None)
def test_any_position_turned_has_turned_planes(game, which):
    symmetry = SYMMETRIES[which]
    position, image = game.end()[0], mapped(game, symmetry=symmetry).end()[0]
    # A turned board is read in another order: where the budget ends a search, the
    # answers may differ.
    assume(max(map(reader_nodes, (position, image))) < NODE_BUDGET)
    assert (flat(image)[symmetry[:POINTS]] == flat(position)).all()


@given(legal_games())
@settings(max_examples=30, deadline=None)
def test_any_position_with_colors_swapped_has_the_same_planes(game):
    to_play = game.moves[0][0] if game.moves else BLACK
    if not game.moves:  # says who begins
        game = replace(game, moves=((to_play, PASS),))
    assert (flat(mapped(game, swap=True).end()[0]) == flat(game.end()[0])).all()


def test_real_games_turned_have_turned_planes(some_games):
    for game in some_games:
        check_symmetries(game, every=10)


@pytest.mark.slow
def test_twenty_real_games_turned_have_turned_planes(many_games):
    for game in many_games[::5]:
        check_symmetries(game, every=1)


def test_real_games_with_colors_swapped_have_the_same_planes(some_games):
    for game in some_games:
        for planes, image in both(game, mapped(game, swap=True)):
            assert (planes == image).all()


@pytest.mark.slow
def test_a_hundred_real_games_with_colors_swapped(many_games):
    for game in many_games:
        for planes, image in both(game, mapped(game, swap=True)):
            assert (planes == image).all()


# --- the twin


def check_twin(game: Game, *, every: int = 1) -> None:
    for number, (position, twin) in enumerate(game.positions()):
        if number % every == 0:
            planes, expected = encode(position), twin.planes()
            wrong = [
                f"{PLANE_NAMES[plane]} at {format_vertex(row * 19 + column)}"
                for row, column, plane in np.argwhere(planes != expected)
            ]
            assert not wrong, f"{game.name}, turn {number}\n{position}"


@given(legal_games())
@settings(max_examples=40, deadline=None)
def test_the_twin_agrees_on_any_position(game):
    position, twin = game.end()
    assert (encode(position) == twin.planes()).all()


@given(
    st.lists(st.tuples(st.integers(0, 48), st.sampled_from([BLACK, WHITE]))),
    st.sampled_from([0, 6, 12]),
    st.sampled_from([BLACK, WHITE]),
)
@settings(max_examples=60, deadline=None)
def test_the_twin_agrees_on_stones_set_up_anyhow(stones, corner, to_play):
    """Positions that no game would come to; stones without liberties are left out."""
    walls = room(corner, corner, 7, 3)
    colors = dict.fromkeys(walls[0], BLACK) | dict.fromkeys(walls[1], WHITE)
    for number, color in stones:
        row, column = divmod(number, 7)
        point = (corner + row) * 19 + corner + column
        trial = colors | {point: color}
        try:
            Position.from_stones(*_by_color(trial))
        except ValueError:
            continue
        colors = trial
    game = Game(black=_by_color(colors)[0], white=_by_color(colors)[1])
    position, twin = game.start()
    position.set_to_play(to_play)
    twin.to_play = to_play
    assert (encode(position) == twin.planes()).all()


def _by_color(colors):
    return tuple(
        tuple(point for point, color in colors.items() if color == wanted)
        for wanted in (BLACK, WHITE)
    )


def test_the_twin_agrees_on_playouts(playouts):
    for game in playouts:
        check_twin(game, every=2)


def test_the_twin_agrees_on_real_games(some_games):
    for game in some_games:
        check_twin(game, every=5)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 200, 20))
def test_the_twin_agrees_on_every_position_of_200_playouts(first):
    for seed in range(first, first + 20):
        check_twin(playout(seed, 200))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 100, 10))
def test_the_twin_agrees_on_every_position_of_100_real_games(first, many_games):
    for game in many_games[first : first + 10]:
        check_twin(game)
