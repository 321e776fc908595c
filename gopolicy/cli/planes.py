"""``planes``: what the network sees of a position."""

from __future__ import annotations

from pathlib import Path

import click

from gopolicy.cli.shared.options import PATH, json_option
from gopolicy.cli.shared.output import print_json, save_array
from gopolicy.cli.shared.positions import (
    find_position,
    position_options,
    position_title,
)
from gopolicy.cli.shared.translation import left
from gopolicy.names import plane_name


@click.command()
@position_options
@json_option
@click.option(
    "--npy",
    type=PATH,
    metavar="OUT.npy",
    help="Save uint8 [19, 19, 48] for numpy.load.",
)
@click.option(
    "--picture", type=PATH, metavar="OUT.png", help="Write a PNG of the 48 planes."
)
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
    from gopolicy.go import jit
    from gopolicy.go.coords import COLOR_NAMES
    from gopolicy.go.features import PLANE_NAMES, encode

    jit.run_as_python()  # most positions are seen before a compiler is loaded
    position, record, _ = find_position(game, number, move_number, moves)
    values = encode(position)
    save_array(npy, values)
    if picture is not None:
        from gopolicy_gui.view.picture import save_planes_picture

        names = list(map(plane_name, PLANE_NAMES))
        save_planes_picture(picture, values, names, stones=position.stones)
    counts = [int(values[:, :, plane].sum()) for plane in range(values.shape[2])]
    if as_json:
        rows = [
            {"plane": i, "name": name, "points": count}
            for i, (name, count) in enumerate(zip(PLANE_NAMES, counts, strict=True))
        ]
        print_json(
            {
                "to_play": COLOR_NAMES[position.to_play],
                "move_number": position.turn + 1,
                "stopped": "" if record is None else record.stopped,
                "planes": rows,
            }
        )
        return
    click.echo(position_title(record, position) + "\n")
    click.echo(position.diagram())
    click.echo()
    for i, (name, count) in enumerate(zip(PLANE_NAMES, counts, strict=True)):
        click.echo(f"{i:3d}  {left(plane_name(name), 20)} {count:4d}")
