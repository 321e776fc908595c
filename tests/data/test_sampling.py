"""The stateless shuffle: a bijection, a pure function, well mixed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gopolicy.data.sampling import sample_at, shuffled


@given(n=st.integers(1, 3000), key=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_the_shuffle_is_a_bijection(n, key):
    assert sorted(shuffled(i, n, key) for i in range(n)) == list(range(n))


@pytest.mark.parametrize("n", [45_000_000, 2**31 + 11])
def test_large_shuffles_stay_in_range_and_repeat_nothing(n):
    images = [int(shuffled(i, n, 7)) for i in range(20_000)]
    assert len(set(images)) == len(images)
    assert min(images) >= 0 and max(images) < n
    # Uniform: each tenth of the range gets about a tenth (five standard deviations).
    counts = np.histogram(images, bins=10, range=(0, n))[0]
    assert abs(counts - 2000).max() < 5 * np.sqrt(2000 * 0.9)


def test_each_epoch_sees_every_position_once_in_another_order():
    n = 500
    epochs = [[sample_at(e * n + i, n, 3)[0] for i in range(n)] for e in range(3)]
    for epoch in epochs:
        assert sorted(epoch) == list(range(n))
    assert epochs[0] != epochs[1] != epochs[2]


def test_neighbors_in_the_order_are_strangers():
    n = 10_000
    order = np.array([shuffled(i, n, 1) for i in range(n)])
    correlation = np.corrcoef(order[:-1], order[1:])[0, 1]
    assert abs(correlation) < 5 / np.sqrt(n)


def test_symmetries_are_drawn_evenly_and_change_between_epochs():
    n = 4000
    first = np.array([sample_at(i, n, 5) for i in range(n)])
    second = np.array([sample_at(n + i, n, 5) for i in range(n)])
    counts = np.bincount(first[:, 1], minlength=8)
    assert abs(counts - n / 8).max() < 5 * np.sqrt(n / 8)
    by_position = first[np.argsort(first[:, 0]), 1], second[np.argsort(second[:, 0]), 1]
    assert (by_position[0] != by_position[1]).mean() > 0.8


def test_the_order_depends_on_the_seed_alone():
    assert [sample_at(i, 99, 4) for i in range(99)] == [
        sample_at(i, 99, 4) for i in range(99)
    ]
    assert [sample_at(i, 99, 4) for i in range(99)] != [
        sample_at(i, 99, 5) for i in range(99)
    ]
