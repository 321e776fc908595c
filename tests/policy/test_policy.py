"""Every policy keeps the contract of ``Policy``; suggestions are sorted."""

from pathlib import Path

import numpy as np
import pytest
from diagrams import HALVES, parse_diagram, points

from gopolicy import networks
from gopolicy.config import NetworkConfig
from gopolicy.errors import ConfigError, ModelError
from gopolicy.go.coords import PASS, SYMMETRIES, parse_vertex
from gopolicy.go.features import encode
from gopolicy.go.playouts import count_by
from gopolicy.go.position import Position
from gopolicy.modelstore import ModelInfo
from gopolicy.networks.backend import logits_of
from gopolicy.policy import (
    NetworkPolicy,
    OwnerNetwork,
    UniformPolicy,
    load_owners,
    load_policy,
    suggest,
)


def network_policy(symmetries=1):
    network = NetworkConfig(filters=4)
    info = ModelInfo(name="test", path=Path(), network=network, card={})
    return NetworkPolicy(
        logits_of(networks.build(network)), info, symmetries=symmetries
    )


@pytest.fixture(scope="module", params=[None, 1, 8])
def policy(request):
    """The uniform policy, and a network with 1 and with 8 symmetries."""
    return network_policy(request.param) if request.param else UniformPolicy()


def some_positions(n=5):
    rng = np.random.default_rng(2)
    position = Position()
    for _ in range(n):
        for _ in range(30):
            position.play(int(rng.choice(np.flatnonzero(position.legal_mask()))))
        yield position.copy()


def dead_end():
    """White to play, and every empty point is an eye of Black."""
    eyes = {0, 2, 4}
    return Position.from_stones(set(range(361)) - eyes, [], to_play=-1)


def test_rows_sum_to_one_over_legal_moves(policy):
    positions = list(some_positions())
    result = policy.probabilities(positions)
    assert result.shape == (5, 361)
    assert result.dtype == np.float32
    assert np.allclose(result.sum(axis=1), 1, atol=1e-5)
    for row, position in zip(result, positions, strict=True):
        legal = position.legal_mask(superko=True)
        assert (row[~legal] == 0).all()
        assert (row[legal] > 0).all()


def test_a_row_is_zero_when_only_a_pass_is_legal(policy):
    assert (policy.probabilities([dead_end()]) == 0).all()
    assert suggest(dead_end(), policy) == []


def test_no_positions_give_no_rows(policy):
    assert policy.probabilities([]).shape == (0, 361)


def test_a_batch_answers_as_its_positions_alone(policy):
    positions = list(some_positions())
    together = policy.probabilities(positions)
    alone = np.concatenate([policy.probabilities([p]) for p in positions])
    assert np.allclose(together, alone, atol=1e-5)


def test_averaging_makes_the_answer_symmetric():
    """On a board that is its own mirror image, so must the answer be."""
    position = Position.from_stones([parse_vertex("K10")], [])
    plain = network_policy().probabilities([position])[0]
    even = network_policy(8).probabilities([position])[0]
    for table in SYMMETRIES:
        assert np.allclose(even[table[:361]], even, atol=1e-6)
    assert not np.allclose(plain[SYMMETRIES[1][:361]], plain, atol=1e-6)


def test_averaging_is_the_mean_over_turned_positions():
    policy, averaging = network_policy(), None
    averaging = NetworkPolicy(policy.logits, policy.info, symmetries=8)
    position = next(iter(some_positions()))
    expected = np.zeros(361)
    for table in SYMMETRIES:
        turned = Position()
        for _, point in position.moves:
            turned.play(int(table[point]))
        expected += policy.probabilities([turned])[0][table[:361]] / 8
    assert np.allclose(averaging.probabilities([position])[0], expected, atol=1e-5)


def test_superko_is_no_suggestion():
    """A ko is taken, both pass, and taking back would repeat the board."""
    position = Position.from_stones(
        [parse_vertex(v) for v in ("K11", "J10", "K9")],
        [parse_vertex(v) for v in ("L11", "M10", "L9", "K10")],
    )
    position.play(parse_vertex("L10"))
    for _ in range(2):
        position.play(PASS)
    retake = parse_vertex("K10")
    assert position.is_legal(retake)  # simple ko has lapsed
    assert UniformPolicy().probabilities([position])[0][retake] == 0


def test_suggestions_are_sorted_and_counted():
    position = next(iter(some_positions()))
    found = suggest(position, network_policy(), 7)
    assert len(found) == 7
    assert [s.probability for s in found] == sorted(
        (s.probability for s in found), reverse=True
    )
    assert found[0].vertex.upper() == found[0].vertex
    assert len(suggest(position, UniformPolicy(), 999)) == position.legal_mask().sum()


def test_ownership_is_told_for_black_whoever_plays():
    """By a network that is sure that each stone keeps its point."""
    position = next(iter(some_positions()))
    sure = OwnerNetwork(lambda planes: stones_of(planes) * 20.0)
    for color in (1, -1):
        position.set_to_play(color)
        (found,) = sure.ownership([position])
        assert found.dtype == np.float32
        assert np.allclose(found, position.stones, atol=1e-6)


def test_ownership_is_the_mean_over_turned_positions():
    """By a network that gives the first point of the board to the side to play."""
    logits = np.zeros(361, np.float32)
    logits[0] = np.log(3)  # three to one
    network = OwnerNetwork(lambda planes: np.repeat(logits[None], len(planes), axis=0))
    (found,) = network.ownership([Position()])
    corners = [parse_vertex(v) for v in ("A1", "A19", "T1", "T19")]
    assert np.allclose(found[corners], 0.5 / 4)
    assert np.count_nonzero(found) == 4


def stones_of(planes):
    """float [B, 361]: 1 for a stone of the side to play, -1 for the other's."""
    flat = planes.reshape(len(planes), 361, -1).astype(np.float32)
    return flat[..., 0] - flat[..., 1]


def test_a_network_is_asked_only_for_what_it_tells():
    with pytest.raises(ModelError, match="'owners' tells owners, not moves"):
        load_policy("owners")
    with pytest.raises(ModelError, match="'default' tells moves, not owners"):
        load_owners("default")


def test_the_shipped_network_knows_whose_a_won_board_is():
    """Black holds the left half, White the right; two stones on each side are dead."""
    position = parse_diagram(HALVES)
    (found,) = load_owners().ownership([position])
    judged = count_by(position, found, komi=0)
    assert judged.dead == set(points("B18 P18"))
    assert judged.score == 9 * 19 - 10 * 19


def test_odd_symmetries_are_refused():
    with pytest.raises(ConfigError, match="symmetries"):
        network_policy(3)


def test_the_network_is_asked_about_the_planes():
    position = next(iter(some_positions()))
    policy = network_policy()
    logits = policy.logits(encode(position)[None])
    legal = position.legal_mask(superko=True)
    expected = np.exp(logits[0] - logits[0][legal].max()) * legal
    got = policy.probabilities([position])[0]
    assert np.allclose(got, expected / expected.sum(), atol=1e-6)
