"""``suggest`` and ``planes``: what the network makes of a position, and sees of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gopolicy.cli.games import GAME_NUMBER, find_game
from gopolicy.cli.shared import JSON, MODEL, MOVE, MOVES, PATH, SYMMETRIES, print_json
from gopolicy.errors import ConfigError
from gopolicy.files import whole_file

if TYPE_CHECKING:
    from gopolicy.position import Position
    from gopolicy.record import GameRecord


@click.command()
@click.argument("game", required=False)
@GAME_NUMBER
@MOVE
@MOVES
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 361))
@MODEL
@SYMMETRIES
@JSON
@click.option("--picture", type=PATH, help="Write a PNG of the board with the moves.")
def suggest(
    game: str | None,
    number: int | None,
    move_number: int | None,
    moves: str,
    top: int,
    model: str,
    symmetries: str,
    as_json: bool,
    picture: Path | None,
) -> None:
    """Suggest moves for a position of GAME (an SGF file, an archive, or -, stdin)."""
    from gopolicy import policy as policies

    position, record, played = find_position(game, number, move_number, moves)
    policy = policies.load_policy(model, symmetries=int(symmetries))
    found = policies.suggest(position, policy, top)
    title = position_title(record, position)
    if picture is not None:
        _draw_suggestions(picture, position, policy, found, title, played)
    if as_json:
        print_json(
            {
                "model": policy.name,
                "to_play": "black" if position.to_play > 0 else "white",
                "move_number": position.turn + 1,
                "suggestions": [policies.format_suggestion(s) for s in found],
            }
        )
        return
    marks = {s.point: chr(ord("a") + i) for i, s in enumerate(found[:26])}
    click.echo(f"{title}   (model {policy.name})\n")
    click.echo(position.diagram(marks))
    click.echo()
    for i, s in enumerate(found):
        mark = marks.get(s.point, " ")
        note = "  played" if s.point == played else ""
        bar = "#" * round(40 * s.probability)
        click.echo(
            f"{i + 1:3d} {mark}  {s.vertex:4s} {100 * s.probability:5.1f} %"
            f"  {bar}{note}".rstrip()
        )
    if not found:
        click.echo("no legal move but a pass")
    if picture is not None:
        click.echo(f"wrote {picture}", err=True)


def _draw_suggestions(
    path: Path,
    position: Position,
    policy: Any,
    found: list[Any],
    title: str,
    played: int | None,
) -> None:
    from gopolicy_gui.picture import draw_board_picture, save_surface

    surface = draw_board_picture(
        position.stones,
        to_play=position.to_play,
        last_move=position.last_move,
        probabilities=policy.probabilities([position])[0],
        title=title.rpartition(", ")[0],
        suggestions=[(s.point, s.probability) for s in found],
        played=played,
    )
    save_surface(surface, path)


@click.command()
@click.argument("game", required=False)
@GAME_NUMBER
@MOVE
@MOVES
@JSON
@click.option("--npy", type=PATH, help="Save uint8 [19, 19, 48] for numpy.load.")
@click.option("--picture", type=PATH, help="Write a PNG of the 48 planes.")
def planes(
    game: str | None,
    number: int | None,
    move_number: int | None,
    moves: str,
    as_json: bool,
    npy: Path | None,
    picture: Path | None,
) -> None:
    """Show what the network sees at a position of GAME: the 48 feature planes."""
    from gopolicy.features import PLANE_NAMES, encode

    position, record, _ = find_position(game, number, move_number, moves)
    values = encode(position)
    if npy is not None:
        import numpy as np

        with whole_file(npy) as file:
            np.save(file, values, allow_pickle=False)
    if picture is not None:
        from gopolicy_gui.picture import save_planes_picture

        save_planes_picture(picture, values, PLANE_NAMES, stones=position.stones)
    counts = [int(values[:, :, plane].sum()) for plane in range(values.shape[2])]
    if as_json:
        rows = [
            {"plane": i, "name": name, "points": count}
            for i, (name, count) in enumerate(zip(PLANE_NAMES, counts, strict=True))
        ]
        print_json({"move_number": position.turn + 1, "planes": rows})
        return
    click.echo(position_title(record, position) + "\n")
    click.echo(position.diagram())
    click.echo()
    for i, (name, count) in enumerate(zip(PLANE_NAMES, counts, strict=True)):
        click.echo(f"{i:3d}  {name:20s} {count:4d}")


def find_position(
    game: str | None, number: int | None, move_number: int | None, moves: str
) -> tuple[Position, GameRecord | None, int | None]:
    """(position, its record, the point played there in the record or None).

    Raises: ConfigError when nothing or a move past the end is asked for; SgfError,
    VertexError, IllegalMoveError for what cannot be read or played.
    """
    from gopolicy.position import Position
    from gopolicy.record import replay

    position, record, played = Position(), None, None
    if game is None and not moves:
        raise ConfigError("name a game, or give --moves; see --help")
    if game is not None:
        record, _, _ = find_game(game, number)
        wanted = record.n_moves + 1 if move_number is None else move_number
        if wanted > record.n_moves + 1:
            raise ConfigError(
                f"{game!r} has {record.n_moves} moves; "
                f"--move can be 1 to {record.n_moves + 1}"
            )
        for position, point in replay(record):
            if position.turn + 1 == wanted:
                played = point
                break
    elif move_number is not None or number is not None:
        raise ConfigError("--move and --game need a game")
    if moves:
        _play_moves(position, moves)
        played = None
    return position, record, played


def _play_moves(position: Position, moves: str) -> None:
    """Plays "B Q16 W D4" (or "Q16 D4", colors in turn)."""
    from gopolicy.coords import COLOR_WORDS, parse_vertex

    color: int | None = None
    for word in moves.replace(",", " ").replace(";", " ").split():
        if word.lower() in COLOR_WORDS:
            color = COLOR_WORDS[word.lower()]
        else:
            position.play(parse_vertex(word), color)
            color = None
    if color is not None:
        raise ConfigError(f"--moves ends in a color: {moves!r}; name a vertex after it")


def position_title(record: GameRecord | None, position: Position) -> str:
    from gopolicy.coords import COLOR_NAMES

    names = ""
    if record is not None and (record.black or record.white):
        names = f"{record.black or '?'} - {record.white or '?'}, "
    side = COLOR_NAMES[position.to_play].capitalize()
    return f"{names}move {position.turn + 1}, {side} to play"
