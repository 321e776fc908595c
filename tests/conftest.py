"""What all tests share; set before pygame, TensorFlow or the kernels are imported.

The kernels' cache needs nothing here: ``gopolicy/go/jit.py`` keys it by their sources.
"""

import os
import random

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import pytest
from games import Game, real_games
from hypothesis import settings

# CI answers for a change, so it tries the same examples each time; a developer's run
# looks for new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


# Keras draws the seeds of its weights from Python's generator. One network of 4 filters
# in fifty is as good as dead, so each fixture and each test begins from the same seed,
# whichever tests ran in this process before it.
@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup() -> None:
    """Make the networks of a fixture the same in each run."""
    random.seed(0)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call() -> None:
    """Make the networks of a test the same in each run."""
    random.seed(0)


# Tracing makes the twins, which are plain Python, take more than twice as long; what
# other programs run is not traced anyway.
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave slow tests out of the coverage."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session")
def some_games() -> list[Game]:
    """Four real games, one in each quarter of the collections."""
    return _games(4)


@pytest.fixture(scope="session")
def many_games() -> list[Game]:
    """A hundred real games."""
    return _games(100)


def _games(count: int) -> list[Game]:
    games = real_games(count)
    assert len(games) == count, "datasets/ holds too few games; see support/games.py"
    return games
