"""Games to try the rules and planes on: seeded playouts, drawn games, real records.

Records are read with sgfmill, not with gopolicy's own reader, so that a mistake there
cannot hide one here.
"""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from hypothesis import strategies as st
from naive import NaiveGame, all_chains, is_own_eye, liberties_of
from sgfmill import sgf, sgf_moves

from gopolicy.go.coords import BLACK, BOARD_SIZE, PASS, POINTS, WHITE
from gopolicy.go.position import Position

ROOT = Path(__file__).resolve().parents[2]

#: How a playout chooses its moves; seed s is of style s % 4.
STYLES = ("anywhere", "near", "fight", "room")


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """A legal game: setup stones and moves."""

    name: str = ""
    black: tuple[int, ...] = ()
    white: tuple[int, ...] = ()
    moves: tuple[tuple[int, int], ...] = ()  # (color, point or PASS)

    def start(self) -> tuple[Position, NaiveGame]:
        """The start position, by the package and by the twin."""
        to_play = self.moves[0][0] if self.moves else BLACK
        return (
            Position.from_stones(self.black, self.white, to_play=to_play),
            NaiveGame.from_stones(self.black, self.white, to_play),
        )

    def positions(self) -> Iterator[tuple[Position, NaiveGame]]:
        """Both positions before each move, and after the last; they are reused."""
        position, game = self.start()
        yield position, game
        for color, point in self.moves:
            position.play(point, color)
            game.play(point, color)
            yield position, game

    def end(self) -> tuple[Position, NaiveGame]:
        """Both positions after the last move."""
        *_, last = self.positions()
        return last


def room(
    top: int, left: int, side: int, black_rows: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Setup stones (black, white) around a square: a small board with living walls.

    The wall is Black's above row ``top + black_rows``, White's from there on. Stones
    in the room that do not reach their own wall can die, again and again.
    """
    wall = [
        row * BOARD_SIZE + column
        for row in range(top - 1, top + side + 1)
        for column in range(left - 1, left + side + 1)
        if 0 <= row < BOARD_SIZE
        and 0 <= column < BOARD_SIZE
        and not (top <= row < top + side and left <= column < left + side)
    ]
    border = (top + black_rows) * BOARD_SIZE
    return (
        tuple(point for point in wall if point < border),
        tuple(point for point in wall if point >= border),
    )


def square(top: int, left: int, side: int) -> list[int]:
    """The points of a square, row by row."""
    return [
        row * BOARD_SIZE + column
        for row in range(top, top + side)
        for column in range(left, left + side)
    ]


def playout(seed: int, length: int) -> Game:
    """``length`` random legal moves; one in fifty is a pass.

    Anywhere; near the last move; at chains with few liberties; or in a small room,
    where own eyes are filled as well, so that the fight never ends.
    """
    random = Random(seed)
    style = STYLES[seed % len(STYLES)]
    black: tuple[int, ...] = ()
    white: tuple[int, ...] = ()
    ground = list(range(POINTS))
    if style == "room":
        side = random.choice([2, 2, 3, 3, 4, 5, 7])
        top, left = (random.choice([0, 5, BOARD_SIZE - side]) for _ in range(2))
        black, white = room(top, left, side, random.choice([-1, side // 2, side + 1]))
        ground = square(top, left, side)
    game = NaiveGame.from_stones(black, white)
    last = POINTS // 2
    moves = []
    for _ in range(length):
        move = PASS
        if random.random() >= 0.02:
            wished = _wishes(random, style, game, last)
            for point in [*wished, *random.sample(ground, len(ground))]:
                fills_eye = is_own_eye(game.stones, point, game.to_play)
                if game.is_legal(point) and (style == "room" or not fills_eye):
                    move = last = point
                    break
        moves.append((game.to_play, move))
        game.play(move)
    return Game(name=f"{style} {seed}", black=black, white=white, moves=tuple(moves))


def _wishes(random: Random, style: str, game: NaiveGame, last: int) -> list[int]:
    """Points to try first, in random order."""
    points: list[int] = []
    if random.random() < 0.2:
        return points
    if style == "near":
        row, column = divmod(last, BOARD_SIZE)
        top, left = (min(max(x - 2, 0), BOARD_SIZE - 5) for x in (row, column))
        points = square(top, left, 5)
    elif style == "fight":
        weak: set[int] = set()
        for chain in all_chains(game.stones):
            liberties = liberties_of(game.stones, chain)
            if len(liberties) <= 2:
                weak |= liberties
        points = sorted(weak)
    random.shuffle(points)
    return points


@st.composite
def legal_games(draw: st.DrawFn) -> Game:
    """Any legal game, most often in a small room in a corner, at an edge or inside."""
    side = draw(st.sampled_from([2, 3, 4, 5, 6, 19]))
    top, left = (draw(st.sampled_from([0, (19 - side) // 2])) for _ in range(2))
    black_rows = draw(st.sampled_from([-1, side // 2]))
    black, white = room(top, left, side, black_rows)
    ground = [*square(top, left, side), PASS]
    game = NaiveGame.from_stones(black, white)
    moves = []
    for number in draw(st.lists(st.integers(0, len(ground) - 1), max_size=90)):
        point = ground[number]
        if point == PASS or game.is_legal(point):
            moves.append((game.to_play, point))
            game.play(point)
    return Game(black=black, white=white, moves=tuple(moves))


def real_games(count: int) -> list[Game]:
    """``count`` games of the collections in ``datasets/``, spread over all of them.

    The environment variable GOPOLICY_TEST_GAMES names another folder.
    """
    folder = Path(os.environ.get("GOPOLICY_TEST_GAMES", ROOT / "datasets"))
    paths = sorted(_record_paths(folder), key=str)
    step = max(1, len(paths) // (2 * count))  # some will not do
    games: list[Game] = []
    for path in paths[::step]:
        game = _parse_game(path.name, path.read_bytes())
        if game is not None:
            games.append(game)
        if len(games) == count:
            break
    return games


def _record_paths(folder: Path) -> Iterator[Path | zipfile.Path]:
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


def _parse_game(name: str, data: bytes) -> Game | None:
    """The main line of a record; None if it is no whole 19x19 game by our rules."""
    try:
        record = sgf.Sgf_game.from_bytes(data)
        board, plays = sgf_moves.get_setup_and_moves(record)
    except ValueError:
        return None
    if record.get_size() != BOARD_SIZE or len(plays) < 30:
        return None
    stones = board.list_occupied_points()
    black = tuple(_point(at) for color, at in stones if color == "b")
    white = tuple(_point(at) for color, at in stones if color == "w")
    moves = tuple((BLACK if c == "b" else WHITE, _point(at)) for c, at in plays)
    naive = NaiveGame.from_stones(black, white, moves[0][0])
    for color, point in moves:
        if point != PASS and not naive.is_legal(point, color):
            return None
        naive.play(point, color)
    return Game(name=name, black=black, white=white, moves=moves)


def _point(at: tuple[int, int] | None) -> int:
    """sgfmill counts rows from the bottom."""
    if at is None:
        return PASS
    return (BOARD_SIZE - 1 - at[0]) * BOARD_SIZE + at[1]
