"""Looking inside a network: what is shown is there."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from diagrams import parse_marked
from small_datasets import random_dataset

from gopolicy import modelstore
from gopolicy.cli import main
from gopolicy.config import NetworkConfig
from gopolicy.data.convert import build_dataset
from gopolicy.errors import ConfigError
from gopolicy.go.coords import EMPTY, SYMMETRIES, parse_vertex
from gopolicy.go.features import PLANE_OFFSETS, encode
from gopolicy.go.position import Position
from gopolicy.look.answers import weigh_inputs
from gopolicy.look.field import measure_fields
from gopolicy.look.filters import find_peaks, most_exciting
from gopolicy.look.kernels import first_kernels
from gopolicy.look.layers import activations, board_layers, open_layer
from gopolicy.look.motifs import find_motifs, find_picks
from gopolicy.look.occlusion import take_stones
from gopolicy.networks import build
from gopolicy.networks.backend import logits_of
from gopolicy.policy import NetworkPolicy

ROOT = Path(__file__).parents[2]
NETWORK = NetworkConfig(architecture="alphago", filters=6)


@pytest.fixture(scope="module")
def data():
    return random_dataset(n_games=8)


def detector():
    """A network whose first filters say what they were made to say.

    0: the last move; 1: a point whose right neighbor takes stones; 2: as 0, twice as
    loud; 3: nothing. The rest is as it comes.
    """
    model = build(NETWORK)
    kernel, bias = model.get_layer("conv1").get_weights()
    kernel[..., :4], bias[:4] = 0, 0
    kernel[2, 2, PLANE_OFFSETS["turns since"], 0] = 1
    takes = PLANE_OFFSETS["capture size"]
    kernel[2, 3, takes : takes + 8, 1] = 1
    kernel[2, 2, PLANE_OFFSETS["turns since"], 2] = 2
    model.get_layer("conv1").set_weights([kernel, bias])
    return model


@pytest.fixture(scope="module")
def peaks(data):
    return find_peaks(detector(), data, 1, n_positions=300)


def test_a_filter_is_named_by_what_it_was_made_for(data, peaks):
    picks = find_picks(peaks, data)
    last, takes = picks[0][0], picks[1][0]
    assert (last.motif, last.offset, last.share) == ("last move", (0, 0), 1)
    assert (takes.motif, takes.offset) == ("move that takes stones", (0, 1))
    assert takes.share == 1
    assert last.base < 1 / 361 + 1e-9  # one point of a board, none after a pass


def test_the_share_is_of_positions_that_the_place_beside_was_not_chosen_on(data, peaks):
    """Else a filter of noise would seem to pick one of 500 motifs and places."""
    noise = peaks.__class__(
        peaks.positions,
        np.random.default_rng(1).random(peaks.values.shape, np.float32),
        np.random.default_rng(2).integers(361, size=peaks.points.shape).astype("i2"),
        peaks.is_dead,
        peaks.likeness,
    )
    rare = [
        pick for found in find_picks(noise, data) for pick in found if pick.base < 0.02
    ]
    assert np.mean([pick.share for pick in rare]) < 0.05


def test_dead_filters_and_twins_are_found(peaks):
    assert peaks.is_dead.tolist() == [False, False, False, True, False, False]
    assert (0, 2) in [pair[:2] for pair in peaks.twins()]
    assert all(3 not in pair[:2] for pair in peaks.twins())


def test_places_are_the_strongest_and_of_different_games(data, peaks):
    places = most_exciting(peaks, data, 4, 5)
    assert len({place.game for place in places}) == 5
    values = [place.value for place in places]
    assert values == sorted(values, reverse=True)
    assert values[0] == peaks.values[:, 4].max()
    numbers = np.array([place.position for place in places], np.int64)
    games, moves = data.places(numbers)
    assert [place.game - 1 for place in places] == games.tolist()
    assert [place.move for place in places] == moves.tolist()


def test_the_place_is_where_the_layer_says_so(data):
    model = detector()
    peaks = find_peaks(model, data, 1, n_positions=20)
    boards = next(
        activations(open_layer(model, 1), data.samples(peaks.positions).planes)
    )
    flat = boards.reshape(20, 361, 6)
    assert np.array_equal(flat.max(axis=1), peaks.values)
    assert np.array_equal(flat.argmax(axis=1), peaks.points)


MOTIFS = [
    ("own eye", ". X .\nX X .\n. . .", "A19"),
    ("opponent's eye", ". O . .\nO . O .\n. O . .", "A19 B18"),
    ("hane", ". X .\n. O .\n. . .", "A18 C18"),
    ("own cutting point", ". X O\n. a X\n. . .", "B18"),
    ("opponent's cutting point", "O . .\nX O .\n. . .", "B19"),
    ("own tiger's mouth", ". X .\nX . X\n. . .", "B18"),
    ("opponent's tiger's mouth", ". . .\nO . O\n. O .", "B18"),
    ("opponent's chain in atari", "O X .\n. . .\n. . .", "A19"),
    ("own chain in atari", "X O .\n. . .\n. . .", "A19"),
    ("move that takes stones", "O X .\n. . .\n. . .", "A18"),
    ("move that saves from atari", ". O . .\nO X . .\n. O . .", "C18"),
    ("move that gives atari", "O . .\n. . .\n. . .", "A18 B19"),
]


@pytest.mark.parametrize(("name", "diagram", "vertices"), MOTIFS)
@pytest.mark.parametrize("symmetry", [0, 5])
def test_motifs_are_what_players_mean(name, diagram, vertices, symmetry):
    position, _ = parse_marked(diagram)
    planes = turned(encode(position), symmetry)
    board = find_motifs(planes[None])[name][0].ravel()
    wanted = {int(SYMMETRIES[symmetry, parse_vertex(v)]) for v in vertices.split()}
    assert set(np.flatnonzero(board).tolist()) == wanted


def test_hane_goes_around_the_head():
    """X stands below the black row's end: a is hane, b is a plain extension."""
    position, marks = parse_marked(
        ". . . . .\n. . . . .\n. b a . .\n. X O O .\n. X X O .\n. . . . ."
    )
    board = find_motifs(encode(position)[None])["hane"][0].ravel()
    assert board[marks["a"]] and not board[marks["b"]]


def turned(planes, symmetry):
    flat = np.empty((361, planes.shape[2]), np.uint8)
    flat[SYMMETRIES[symmetry, :361]] = planes.reshape(361, -1)
    return flat.reshape(planes.shape)


def test_kernels_are_those_that_count_with_normalisation(data):
    config = NetworkConfig(architecture="alphago", filters=4, batch_norm=True)
    model = build(config)
    norm = model.get_layer("conv1_norm")
    rng = np.random.default_rng(1)
    norm.set_weights([rng.random(4) + 0.5 for _ in range(4)])
    kernels = first_kernels(model, config)
    assert kernels.shape == (4, 48, 5, 5)
    gamma, _, _, variance = norm.get_weights()
    plain = model.get_layer("conv1").get_weights()[0]
    scale = gamma / np.sqrt(variance + norm.epsilon)
    assert np.allclose(kernels[2, 7], plain[:, :, 7, 2] * scale[2])


@pytest.mark.parametrize("architecture", ["linear", "mlp"])
def test_networks_without_boards_are_refused(architecture):
    config = NetworkConfig(architecture=architecture, filters=4)
    model = build(config)
    with pytest.raises(ConfigError, match="begin with a convolution"):
        first_kernels(model, config)
    with pytest.raises(ConfigError, match="no hidden layer that is a board"):
        board_layers(model)


def test_a_layer_that_is_not_there_is_refused():
    with pytest.raises(ConfigError, match="name 1 to 12"):
        open_layer(build(NETWORK), 13)


def test_layers_see_as_far_as_their_kernels_let_them(data):
    planes = data.samples(np.arange(0, 400, 100)).planes
    fields = measure_fields(build(NETWORK), planes)
    assert [field.reach for field in fields] == [2, 3, 4, 5, 6, 7, 8, *[9] * 5]
    assert all(0 < field.radius <= field.reach for field in fields)
    assert all(np.isclose(field.weights.sum(), 1) for field in fields)


@pytest.fixture
def fight():
    """Some stones, and a ko that Black may not take back at once."""
    position = Position()
    for vertex in ["D4", "Q16", "D5", "Q15", "C3", "R4", "K10", "pass"]:
        position.play(parse_vertex(vertex))
    return position


def test_a_stone_weighs_what_the_answer_loses_without_it(fight):
    model = build(NETWORK)
    policy = NetworkPolicy(logits_of(model), info_of(model))
    point = parse_vertex("E4")
    changes = take_stones(policy, fight, point)
    assert np.isnan(changes).sum() == 361 - 7
    without = fight.copy()
    without.setup(parse_vertex("D5"), EMPTY)
    before, after = policy.probabilities([fight, without])[:, point]
    assert changes[parse_vertex("D5")] == pytest.approx(
        np.log(before) - np.log(after), abs=1e-4
    )


def test_gradient_times_input_is_the_slope(fight):
    """Dimming one plane at one point by 1 % changes the answer by 1 % of its share."""
    model = build(NETWORK)
    point = parse_vertex("E4")
    shares = weigh_inputs(model, fight, point)
    planes = encode(fight).astype(np.float32)
    assert not shares[planes == 0].any()
    place = np.unravel_index(np.abs(shares).argmax(), shares.shape)
    legal = fight.legal_mask(superko=True)

    def answer(factor):
        from gopolicy.look.answers import _after_cast
        from gopolicy.predict import log_softmax

        changed = planes.copy()
        changed[place] *= factor
        logits = _after_cast(model)(changed[None]).numpy()
        return log_softmax(logits, legal[None])[0, point]

    slope = (answer(1.02) - answer(0.98)) / 0.04
    assert slope == pytest.approx(shares[place], rel=0.05, abs=1e-4)


def test_only_legal_moves_have_reasons(fight):
    model = build(NETWORK)
    policy = NetworkPolicy(logits_of(model), info_of(model))
    for vertex in ("D4", "Q16"):
        with pytest.raises(ConfigError, match="not legal"):
            take_stones(policy, fight, parse_vertex(vertex))


def info_of(model):
    return modelstore.ModelInfo(name=model.name, path=None, network=NETWORK, card={})


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("look") / "small"
    modelstore.save_model(folder, detector(), NETWORK, {})
    return str(folder)


@pytest.fixture(scope="module")
def stored_games(tmp_path_factory):
    path = tmp_path_factory.mktemp("games") / "games.h5"
    build_dataset([ROOT / "datasets" / "alphago.zip"], path, workers=1)
    return str(path)


def look(*words):
    done = CliRunner().invoke(main, ["look", *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize(
    ("view", "shape"),
    [
        (["kernels"], (6, 48, 5, 5)),
        (["filters", "GAMES", "--positions", "40", "--filter", "1"], (40, 6)),
        (["maps", "--moves", "Q16 D4", "--layer", "2"], (19, 19, 6)),
        (["answer", "--moves", "Q16 D4"], (19, 19, 48)),
        (["field", "GAMES", "--positions", "3"], (12, 19, 19)),
    ],
)
def test_each_view_is_text_json_array_and_picture(
    view, shape, stored, stored_games, tmp_path
):
    words = [stored_games if word == "GAMES" else word for word in view]
    words += ["--model", stored]
    text = look(*words, "--npy", tmp_path / "a.npy", "--picture", tmp_path / "a.png")
    assert len(text.splitlines()) > 2
    assert np.load(tmp_path / "a.npy").shape == shape
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads(look(*words, "--json"))["model"] == "small"


def test_an_answer_is_of_the_likeliest_move_or_the_named_one(stored):
    moves = ["--moves", "Q16 D4", "--model", stored, "--json"]
    named = json.loads(look("answer", *moves, "--vertex", "q3"))
    assert named["vertex"] == "Q3"
    assert {row["vertex"] for row in named["stones"]} == {"Q16", "D4"}
    suggested = CliRunner().invoke(main, ["suggest", *moves]).stdout
    best = json.loads(suggested)["suggestions"][0]["vertex"]
    assert json.loads(look("answer", *moves))["vertex"] == best


def test_a_filter_that_is_not_there_is_wrong_usage(stored, stored_games):
    words = ["filters", stored_games, "--model", stored, "--positions", "10"]
    done = CliRunner().invoke(main, ["look", *words, "--filter", "6"])
    assert done.exit_code == 2
    assert "has filters 0 to 5, no 6" in done.stderr
