"""Small games and datasets for tests, made from seeds."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gopolicy.data.convert import build_dataset
from gopolicy.data.dataset import Dataset
from gopolicy.go.coords import PASS, POINTS, format_sgf_point
from gopolicy.go.position import Position
from gopolicy.go.turns import POINT_MASK, SETUP_BIT, WHITE_BIT

#: Turn codes of a game.
Codes: TypeAlias = NDArray[np.uint16]


def random_game(rng: np.random.Generator, n_moves: int = 60) -> Codes:
    """Turn codes of a game of random legal moves, now and then a pass."""
    position = Position()
    for _ in range(n_moves):
        legal = np.flatnonzero(position.legal_mask())
        if len(legal) == 0 or rng.random() < 0.03:
            position.play(PASS)
        else:
            position.play(int(rng.choice(legal)))
    return position.codes


def make_dataset(games: Sequence[Codes]) -> Dataset:
    """A ``Dataset`` in memory of the given turn codes."""
    codes = np.concatenate(games).astype(np.uint16)
    starts = np.concatenate([[0], np.cumsum([len(game) for game in games])])
    zeros = np.zeros(len(games), np.int8)
    columns: dict[str, NDArray[np.generic]] = {
        "targets": np.array([count_targets(game) for game in games], np.uint16),
        "hash": np.arange(len(games), dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15),
        "date": zeros.astype(np.int32),
        "black_rank": zeros,
        "white_rank": zeros,
        "result": zeros,
        "komi": np.full(len(games), 6.5, np.float32),
        "handicap": zeros.astype(np.uint8),
    }
    return Dataset.from_codes(codes, starts.astype(np.int64), columns, "test")


def write_dataset(path: Path, games: Sequence[Codes]) -> None:
    """The file that ``dataset build`` makes of games of moves alone."""
    text = ""
    for codes in games:
        text += "(;SZ[19]"
        for code in codes.tolist():
            color = "W" if code & WHITE_BIT else "B"
            text += f";{color}[{format_sgf_point(code & POINT_MASK)}]"
        text += ")"
    source = path.with_suffix(".sgf")
    source.write_text(text)
    build_dataset([source], path, workers=1)


def count_targets(codes: Codes) -> int:
    """Moves of a game that are no passes."""
    return int(((codes & SETUP_BIT == 0) & (codes & POINT_MASK < POINTS)).sum())


def random_dataset(n_games: int = 12, seed: int = 0, n_moves: int = 60) -> Dataset:
    """A dataset of random games."""
    rng = np.random.default_rng(seed)
    return make_dataset([random_game(rng, n_moves) for _ in range(n_games)])
