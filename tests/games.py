"""Games to try the rules and planes on: seeded playouts and real records.

Records are read with sgfmill, not with gopolicy's own reader, so that a mistake there
cannot hide one here.
"""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from naive import NaiveGame
from sgfmill import sgf, sgf_moves

from gopolicy.coords import BLACK, BOARD_SIZE, PASS, POINTS, WHITE
from gopolicy.position import Position

ROOT = Path(__file__).resolve().parent.parent

#: Sides of the windows that playouts stay in: small ones make dense fights.
WINDOWS = (19, 9, 7, 5, 4)


def playout_moves(seed: int, length: int) -> Iterator[tuple[NaiveGame, int]]:
    """Up to ``length`` random legal moves: the game before each, and the move.

    Every seed has its own window of the board and its own chance of passes.
    """
    random = Random(seed)
    side = WINDOWS[seed % len(WINDOWS)]
    top, left = (random.randint(0, BOARD_SIZE - side) for _ in range(2))
    window = [
        (top + row) * BOARD_SIZE + left + column
        for row in range(side)
        for column in range(side)
    ]
    game = NaiveGame()
    for _ in range(length):
        move = PASS
        if random.random() >= 0.02:
            for point in random.sample(window, len(window)):
                if game.is_legal(point):
                    move = point
                    break
        yield game, move
        game.play(move)


def playout(seed: int, length: int) -> Iterator[tuple[Position, NaiveGame]]:
    """Both positions before each move of a playout, and after the last."""
    position = Position()
    for game, move in playout_moves(seed, length):
        yield position, game
        position.play(move)
        last = game
    yield position, last


@dataclass(frozen=True, slots=True)
class RealGame:
    """A game that people or programs played."""

    name: str
    black: tuple[int, ...]  # setup stones
    white: tuple[int, ...]
    moves: tuple[tuple[int, int], ...]  # (color, point or PASS)

    def start(self) -> tuple[Position, NaiveGame]:
        """Both start positions."""
        to_play = self.moves[0][0]
        return (
            Position.from_stones(self.black, self.white, to_play=to_play),
            NaiveGame.from_stones(self.black, self.white, to_play),
        )

    def positions(self) -> Iterator[tuple[Position, NaiveGame]]:
        """Both positions before each move, and after the last."""
        position, game = self.start()
        for color, point in self.moves:
            yield position, game
            position.play(point, color)
            game.play(point, color)
        yield position, game


def real_games(count: int) -> list[RealGame]:
    """``count`` games of the collections in ``datasets/``, spread over all of them.

    The environment variable GOPOLICY_TEST_GAMES names another folder.
    """
    folder = Path(os.environ.get("GOPOLICY_TEST_GAMES", ROOT / "datasets"))
    names = sorted(_record_names(folder))
    step = max(1, len(names) // (2 * count))  # some will not do
    games: list[RealGame] = []
    for name in names[::step]:
        game = _parse_game(name.name, name.read_bytes())
        if game is not None:
            games.append(game)
        if len(games) == count:
            break
    return games


def _record_names(folder: Path) -> Iterator[Path | zipfile.Path]:
    for path in folder.rglob("*"):
        if path.suffix.lower() == ".sgf":
            yield path
        elif path.suffix.lower() == ".zip":
            yield from _inside(zipfile.Path(path))


def _inside(folder: zipfile.Path) -> Iterator[zipfile.Path]:
    for path in folder.iterdir():
        if path.is_dir():
            yield from _inside(path)
        elif path.name.lower().endswith(".sgf"):
            yield path


def _parse_game(name: str, data: bytes) -> RealGame | None:
    """The main line of a record; None if it is no whole 19x19 game by our rules."""
    try:
        game = sgf.Sgf_game.from_bytes(data)
        board, plays = sgf_moves.get_setup_and_moves(game)
    except ValueError:
        return None
    if game.get_size() != BOARD_SIZE or len(plays) < 30:
        return None
    black = [_point(at) for color, at in board.list_occupied_points() if color == "b"]
    white = [_point(at) for color, at in board.list_occupied_points() if color == "w"]
    moves = [(BLACK if c == "b" else WHITE, _point(at)) for c, at in plays]
    naive = NaiveGame.from_stones(black, white, moves[0][0])
    for color, point in moves:
        if point != PASS and not naive.is_legal(point, color):
            return None
        naive.play(point, color)
    return RealGame(name, tuple(black), tuple(white), tuple(moves))


def _point(at: tuple[int, int] | None) -> int:
    """sgfmill counts rows from the bottom."""
    if at is None:
        return PASS
    point = (BOARD_SIZE - 1 - at[0]) * BOARD_SIZE + at[1]
    assert 0 <= point < POINTS
    return point
