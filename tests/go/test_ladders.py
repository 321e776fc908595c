"""The ladder reader: lines, diagrams, move counts, the budget, hard positions."""

from collections.abc import Iterator
from importlib import resources

import naive
import numpy as np
import pytest
from diagrams import Script, parse_diagram, parse_marked, points
from games import legal_games, playout
from hypothesis import given, settings

from gopolicy.go import ladderboard, ladders
from gopolicy.go.coords import BLACK, EMPTY, POINTS, WHITE
from gopolicy.go.features import encode, fill_planes, new_workspace
from gopolicy.go.position import Position

_BLOCKS = resources.files("gopolicy.go").joinpath("adversarial.txt").read_text("ascii")
#: Positions that tools/find_adversarial.py found.
HARD = [
    parse_diagram(block.partition("X to play\n")[2])
    for block in _BLOCKS.split("\n\n")
    if "X to play" in block
]


def ladder_points(position):
    """The points of planes 44 and 45."""
    planes = encode(position).reshape(POINTS, 48)  # [19, 19, 48] -> [361, 48]
    return tuple({int(p) for p in planes[:, n].nonzero()[0]} for n in (44, 45))


def naive_of(position):
    """The twin of a position of setup stones."""
    return naive.NaiveGame.from_stones(
        np.flatnonzero(position.stones == BLACK).tolist(),
        np.flatnonzero(position.stones == WHITE).tolist(),
        position.to_play,
    )


# --- lines


@pytest.mark.parametrize(
    ("script", "target", "plies"),
    [
        (Script(black="J10 K11 J9", white="K10"), "K10", 34),
        (Script(black="B17 C18 B16", white="C17"), "C17", 62),
        (Script(black="C16 D17 C15", white="D16"), "D16", 58),
    ],
    ids=["T11", "T13", "T13 shorter"],
)
def test_a_ladder_is_seen_to_its_end_from_every_ply(script, target, plies):
    position = script.position()
    (stone,) = points(target)
    played = 0
    while position.liberties(stone) == 2:
        captures, _ = ladder_points(position)
        chain = position.chain(stone)
        position.play(min(captures & _liberties(position, chain)))
        assert ladder_points(position)[1] == set(), "no way out"
        (extension,) = _liberties(position, chain)
        position.play(extension)
        played += 2
    assert position.liberties(stone) == 1, "the attacker takes it"
    assert played == plies


def test_the_specified_line_of_a_ladder():
    line = "L10 K9 K8 L9 M9 L8 L7 M8 N8 M7 M6 N7 O7 N6 N5 O6 P6 O5 O4 P5"
    position = Script(black="J10 K11 J9", white="K10").position()
    for number, move in enumerate(points(line)):
        captures, escapes = ladder_points(position)
        assert captures == ({move} if number % 2 == 0 else set())
        assert escapes == set()
        position.play(move)


def _liberties(position, chain):
    stones = {p: 1 for p in range(POINTS) if position.stones[p] != EMPTY}
    return naive.liberties_of(stones, chain)


# --- diagrams: a names the point of plane 44, e that of plane 45


@pytest.mark.parametrize(
    "diagram",
    [
        pytest.param(
            """
            . . . . . .
            . . X . . .
            . X O a . .
            . X . . . .
            . . . . . .
            """,
            id="running to the far corner",
        ),
        pytest.param(
            """
            . . X . . .
            . X O . . .
            . X . . . .
            . . . . . O
            . . . . . O
            """,
            id="stones in the way",
        ),
        pytest.param(
            """
            . X . . .
            . X O a .
            . . X . .
            """,
            id="driven to the top",
        ),
        pytest.param(
            """
            . X O .
            X O e O
            . X O .
            """,
            id="out of atari by taking a ko",
        ),
    ],
)
def test_ladder_diagram(diagram):
    position, named = parse_marked(diagram)
    captures, escapes = ladder_points(position)
    assert captures == {point for name, point in named.items() if name == "a"}
    assert escapes == {point for name, point in named.items() if name == "e"}
    assert (captures, escapes) == naive.ladder_points(naive_of(position))


# --- taking moves back


def snapshot(reader, depth):
    """The reader's chains after ``depth`` moves: color, stones, liberties, by stone."""
    black, white, *_, empty = (set_of(row) for row in reader.points[depth])
    assert sorted([*black, *white, *empty]) == list(range(POINTS))
    chains, by_head = {}, {}
    for color, stones in ((BLACK, black), (WHITE, white)):
        for stone in stones:
            head = ladderboard.head_of(reader, stone)
            if head not in by_head:
                chain = set_of(reader.stones[head])
                assert reader.n_stones[head] == len(chain)
                by_head[head] = (color, chain, set_of(reader.reach[head]) & empty)
            assert stone in by_head[head][1]
            chains[stone] = by_head[head]
    atari = set_of(reader.points[depth][2]) | set_of(reader.points[depth][3])
    assert atari == {stone for stone in chains if len(chains[stone][2]) == 1}
    return chains, int(reader.ko[depth])


def set_of(words):
    """The points of a set of six words."""
    bits = np.unpackbits(np.array(words, "<u8").view(np.uint8), bitorder="little")
    return set(np.flatnonzero(bits).tolist())


def loaded_reader(position):
    reader = new_workspace().reader
    ladderboard.load_board(reader, position.board)
    return reader


def play(reader, depth, point, color):
    """Plays a legal move as number ``depth``."""
    n_liberties = ladderboard.weigh_move(reader, depth, point, color)
    assert n_liberties > 0
    ladderboard.set_key(reader, depth, point, color)
    ladderboard.play_weighed(reader, depth, point, color, n_liberties)


@given(legal_games())
@settings(max_examples=20, deadline=None)
def test_the_reader_plays_by_the_rules_and_takes_back(game):
    position, _ = game.end()
    reader = loaded_reader(position)
    before = snapshot(reader, 0)
    for point in range(POINTS):
        if position.stones[point] != EMPTY:
            continue
        if not position.is_legal(point):
            assert ladderboard.weigh_move(reader, 0, point, position.to_play) == 0
            continue
        play(reader, 0, point, position.to_play)
        after = position.copy()
        after.play(point)
        assert snapshot(reader, 1) == snapshot(loaded_reader(after), 0)
        assert reader.keys[1] == after.hash
        ladderboard.take_back(reader, 0)
        assert snapshot(reader, 0) == before


def test_a_whole_playout_can_be_taken_back():
    """All captures of a long fight, one inside the other."""
    reader = loaded_reader(Position())
    position = Position()
    snapshots: list[tuple[object, ...]] = []
    for color, point in playout(2, 300).moves:
        position.set_to_play(color)
        # A pass would clear the ko point, but the reader never passes.
        if point == POINTS or point == reader.ko[len(snapshots)]:
            continue
        if not position.is_legal(point):
            continue
        snapshots.append(snapshot(reader, len(snapshots)))
        play(reader, len(snapshots) - 1, point, color)
        position.play(point)
    assert len(snapshots) - np.count_nonzero(position.stones) > 20, "stones were taken"
    end = snapshot(reader, len(snapshots))
    assert end[0] == snapshot(loaded_reader(position), 0)[0]
    for depth in reversed(range(len(snapshots))):
        ladderboard.take_back(reader, depth)
        assert snapshot(reader, depth) == snapshots[depth]


# --- moves played, and the budget


def check_questions(position: Position, twin: naive.NaiveGame) -> Iterator[int]:
    """Checks each question's answer; yields the number of moves played for it."""
    reader = new_workspace().reader
    local = naive.Local(twin.stones, twin.ko_point)
    for chain in naive.all_chains(twin.stones):
        target = min(chain)
        own = twin.stones[target] == twin.to_play
        liberties = naive.liberties_of(twin.stones, chain)
        if len(liberties) != (1 if own else 2):
            continue
        expect = naive.escapes_ladder if own else naive.captures_in_ladder
        moves = naive.defences(twin.stones, target) if own else sorted(liberties)
        for move in filter(twin.is_legal, moves):
            reader.nodes[0] = 0
            answer = ladders.is_ladder_move(
                reader, position.board, move, target, twin.to_play
            )
            expected, nodes = expect(local, move, target)
            assert answer == expected
            # An escape that needs no reading plays its own move only, uncounted.
            assert max(int(reader.nodes[0]), 1) == nodes
            yield nodes


def test_each_question_plays_exactly_the_specified_moves():
    assert ladderboard.NODE_BUDGET == naive.BUDGET == 2000
    counts: list[int] = []
    for seed in (1, 2, 6):
        for number, (position, twin) in enumerate(playout(seed, 250).positions()):
            if number % 10 == 0:
                counts += check_questions(position, twin)
    assert len(counts) > 300 and max(counts) > 20


def test_hard_positions_are_hard():
    """They use the budget up many times over."""
    assert len(HARD) >= 12
    workspace = new_workspace()
    planes = np.empty((POINTS, 48), np.uint8)
    spent = []
    for position in HARD:
        workspace.reader.nodes[0] = 0
        fill_planes(position.board, workspace, planes)
        spent.append(int(workspace.reader.nodes[0]))
    assert sum(nodes > 10 * ladderboard.NODE_BUDGET for nodes in spent) >= 5, spent


def test_what_the_budget_does_not_prove_is_not_set():
    """Some question of a hard position uses up its moves, and the answer is no."""
    position = HARD[0]
    counts = check_questions(position, naive_of(position))
    assert next(nodes for nodes in counts if nodes == naive.BUDGET)


def check_hard(position: Position) -> None:
    twin = naive_of(position)
    assert (encode(position) == twin.planes()).all()
    assert max(check_questions(position, twin), default=0) <= ladderboard.NODE_BUDGET


@pytest.mark.parametrize("number", range(len(HARD) - 5, len(HARD)))
def test_many_questions_and_kos_are_answered_as_by_the_twin(number):
    check_hard(HARD[number])


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(HARD)))
@pytest.mark.parametrize("to_play", [BLACK, WHITE])
def test_hard_positions_are_the_twins_for_both_sides(number, to_play):
    position = HARD[number].copy()
    position.set_to_play(to_play)
    check_hard(position)
