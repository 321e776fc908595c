"""``suggest``: where the network would play."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gopolicy.cli.shared.options import (
    PATH,
    json_option,
    model_option,
    symmetries_option,
    threads_option,
)
from gopolicy.cli.shared.output import print_json, tell_written
from gopolicy.cli.shared.positions import (
    find_position,
    position_name,
    position_options,
    position_title,
)
from gopolicy.language import tr

if TYPE_CHECKING:
    from gopolicy.go.position import Position
    from gopolicy.policy import Policy, Suggestion


@click.command()
@position_options
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 361))
@model_option
@symmetries_option
@threads_option
@json_option
@click.option(
    "--picture",
    type=PATH,
    metavar="OUT.png",
    help="Write a PNG of the board with the moves.",
)
def suggest(
    game: str | None,
    number: int | None,
    move_number: int | None,
    moves: str,
    top: int,
    model: str,
    symmetries: int,
    threads: int | None,
    as_json: bool,
    picture: Path | None,
) -> None:
    """Suggest moves for a position of GAME (an SGF file, an archive, or -, stdin)."""
    from gopolicy import policy as policies
    from gopolicy.go import jit
    from gopolicy.go.coords import COLOR_NAMES

    jit.run_as_python()  # most positions are answered before a compiler is loaded
    position, record, played = find_position(game, number, move_number, moves)
    policy = policies.load_policy(model, symmetries=symmetries, threads=threads)
    found = policies.suggest(position, policy, top)
    title = position_title(record, position)
    if picture is not None:
        name = position_name(record, position)
        _draw_suggestions(picture, position, policy, found, name, played)
    if as_json:
        print_json(
            {
                "model": policy.name,
                "to_play": COLOR_NAMES[position.to_play],
                "move_number": position.turn + 1,
                "stopped": "" if record is None else record.stopped,
                "suggestions": [policies.format_suggestion(s) for s in found],
            }
        )
        return
    head = tr("{title}   (model {model})", title=title, model=policy.name)
    _print_suggestions(head, position, found, played)
    tell_written(picture)


def _print_suggestions(
    title: str, position: Position, found: list[Suggestion], played: int | None
) -> None:
    """The board with the moves marked, and the list of them."""
    marks = {s.point: chr(ord("a") + i) for i, s in enumerate(found[:26])}
    click.echo(f"{title}\n")
    click.echo(position.diagram(marks))
    click.echo()
    for i, s in enumerate(found):
        mark = marks.get(s.point, " ")
        note = f"  {tr('played')}" if s.point == played else ""
        bar = "#" * round(40 * s.probability)
        click.echo(
            f"{i + 1:3d} {mark}  {s.vertex:4s} {100 * s.probability:5.1f} %"
            f"  {bar}{note}".rstrip()
        )
    if not found:
        click.echo(tr("no legal move but a pass"))


def _draw_suggestions(
    path: Path,
    position: Position,
    policy: Policy,
    found: list[Suggestion],
    title: str,
    played: int | None,
) -> None:
    from gopolicy_gui.view.picture import draw_board_picture, save_surface

    surface = draw_board_picture(
        position.stones,
        to_play=position.to_play,
        last_move=position.last_move,
        probabilities=policy.probabilities([position])[0],
        title=title,
        suggestions=[(s.point, s.probability) for s in found],
        played=played,
    )
    save_surface(surface, path)
