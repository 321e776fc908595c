"""The position that a command is asked about: ``suggest``, ``planes``, ``look``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gopolicy.cli.shared.games import GAME_NUMBER, open_game
from gopolicy.errors import ConfigError, phrase
from gopolicy.language import tr
from gopolicy.names import color_name

if TYPE_CHECKING:
    from gopolicy.go.position import Position
    from gopolicy.sgf.record import GameRecord


F = TypeVar("F", bound=Callable[..., Any])


def position_options(command: F) -> F:
    """The options that say which position; ``find_position`` takes what they give."""
    for option in reversed(
        [
            click.argument("game", required=False),
            GAME_NUMBER,
            click.option(
                "--move",
                "move_number",
                type=click.IntRange(min=1),
                metavar="N",
                help="The position before move N; by default after the last move.",
            ),
            click.option(
                "--moves",
                default="",
                metavar="TEXT",
                help='Moves to play on, as "B Q16 W D4".',
            ),
        ]
    ):
        command = option(command)
    return command


def find_position(
    game: str | None, number: int | None, move_number: int | None, moves: str
) -> tuple[Position, GameRecord | None, int | None]:
    """(position, its record, the point played there in the record or None).

    Raises: ConfigError when nothing or a move past the end is asked for; SgfError,
    VertexError, IllegalMoveError for what cannot be read or played.
    """
    from gopolicy.go.position import Position
    from gopolicy.sgf.record import position_at

    position, record, played = Position(), None, None
    if game is None and not moves:
        raise ConfigError(phrase("name a game, or give --moves; see --help"))
    if game is not None:
        record, _, _ = open_game(game, number)
        wanted = record.n_moves + 1 if move_number is None else move_number
        if wanted > record.n_moves + 1:
            said = phrase(
                "{game!r} has {moves} moves; --move can be 1 to {last}",
                game=game,
                moves=record.n_moves,
                last=record.n_moves + 1,
            )
            raise ConfigError(said)
        position = position_at(record, wanted)
        played = _played_at(record, position)
    elif move_number is not None or number is not None:
        raise ConfigError(phrase("--move and --game need a game"))
    if moves:
        _play_moves(position, moves)
        played = None
    return position, record, played


def _played_at(record: GameRecord, position: Position) -> int | None:
    """The point that the side to play of ``position`` plays next in the record."""
    from gopolicy.go.coords import WHITE
    from gopolicy.go.turns import POINT_MASK, SETUP_BIT, WHITE_BIT

    moves = [code for code in record.codes.tolist() if not code & SETUP_BIT]
    if position.turn >= len(moves):
        return None
    code = moves[position.turn]
    is_white = bool(code & WHITE_BIT)
    return code & POINT_MASK if is_white == (position.to_play == WHITE) else None


def _play_moves(position: Position, moves: str) -> None:
    """Plays "B Q16 W D4" (or "Q16 D4", colors in turn)."""
    from gopolicy.go.coords import COLOR_WORDS, parse_vertex

    color: int | None = None
    for word in moves.replace(",", " ").replace(";", " ").split():
        if word.lower() in COLOR_WORDS:
            color = COLOR_WORDS[word.lower()]
        else:
            position.play(parse_vertex(word), color)
            color = None
    if color is not None:
        said = phrase(
            "--moves ends in a color: {moves!r}; name a vertex after it", moves=moves
        )
        raise ConfigError(said)


def position_title(record: GameRecord | None, position: Position) -> str:
    """Who plays, which move comes next, and whose it is."""
    name = position_name(record, position)
    return tr("{name}, {color} to play", name=name, color=color_name(position.to_play))


def position_name(record: GameRecord | None, position: Position) -> str:
    """Who plays, and which move comes next."""
    number = position.turn + 1
    if record is None or not (record.black or record.white):
        return tr("move {number}", number=number)
    return tr(
        "{black} - {white}, move {number}",
        black=record.black or "?",
        white=record.white or "?",
        number=number,
    )
