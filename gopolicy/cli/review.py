"""``review``: each move of a game beside what the network would have played."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gopolicy.cli.shared.games import GAME_NUMBER, open_game
from gopolicy.cli.shared.options import (
    PATH,
    json_option,
    model_option,
    symmetries_option,
    threads_option,
)
from gopolicy.cli.shared.output import print_json, progress_bar
from gopolicy.files import whole_file

if TYPE_CHECKING:
    from gopolicy.review.moves import Agreement, ReviewedMove
    from gopolicy.review.review import Review
    from gopolicy.sgf.sources import Source

_BAR = 20  # characters for a probability of 1
_HEADER = (
    "move         played  rank  probability                     the network's choice"
)


@click.command()
@click.argument("game")
@GAME_NUMBER
@click.option(
    "--surprises",
    default=10,
    show_default=True,
    type=click.IntRange(min=0),
    help="List so many of the largest surprises.",
)
@model_option
@symmetries_option
@threads_option
@json_option
@click.option(
    "--plot", type=PATH, metavar="OUT.png", help="Write a PNG of the probabilities."
)
@click.option(
    "--sgf",
    type=PATH,
    metavar="OUT.sgf",
    help="Write the game with comments, marks and variations.",
)
def review(
    game: str,
    number: int | None,
    surprises: int,
    model: str,
    symmetries: int,
    threads: int | None,
    as_json: bool,
    plot: Path | None,
    sgf: Path | None,
) -> None:
    """Judge every move of GAME (an SGF file, an archive, or - for stdin).

    Shows each move's rank and probability, how far each player agrees with the network
    in the opening, middle game and endgame, and the largest surprises.
    """
    from gopolicy.policy import load_policy
    from gopolicy.review.review import format_review, review_game

    record, source, index = open_game(game, number)
    policy = load_policy(model, symmetries=symmetries, threads=threads)
    found = review_game(record, policy, progress=progress_bar("reviewing"))
    if plot is not None:
        from gopolicy.plots.review import save_review_plot

        save_review_plot(plot, found, policy.name)
    if sgf is not None:
        _save_sgf(sgf, found, policy.name, source, index)
    if as_json:
        values = format_review(found, surprises=surprises)
        print_json({"model": policy.name, "symmetries": policy.symmetries, **values})
        return
    _print_review(found, policy.name, surprises)
    for path in (plot, sgf):
        if path is not None:
            click.echo(f"wrote {path}", err=True)


def _save_sgf(
    path: Path, found: Review, model: str, source: Source, index: int
) -> None:
    from gopolicy.review.annotate import annotate_tree
    from gopolicy.sgf.parse import format_sgf, parse_trees

    tree = parse_trees(source.data, source.name)[index]
    annotate_tree(tree, found, model)
    with whole_file(path) as file:
        file.write(format_sgf([tree]))


def _print_review(found: Review, model: str, surprises: int) -> None:
    from gopolicy.go.coords import COLOR_NAMES
    from gopolicy.review.annotate import format_probability
    from gopolicy.review.moves import SURPRISE

    record = found.record
    details = [text for text in (record.date, record.result) if text]
    title = f"{record.black or 'Black'} - {record.white or 'White'}"
    click.echo(f"{', '.join([title, *details])}   (model {model})\n")
    click.echo(_HEADER if found.moves else "the record holds no moves")
    for move in found.moves:
        click.echo(_move_row(move))
    if record.stopped:
        click.echo(f"the record ends here: {record.stopped}")
    _print_agreement(found)
    listed = found.surprises(surprises)
    if listed:
        click.echo(
            "\nLargest surprises: another move was at least "
            f"{SURPRISE:.0f} times likelier\n"
        )
    for move in listed:
        best = move.choices[0]
        click.echo(
            f"{move.number:4d}  {COLOR_NAMES[move.color].capitalize()}  "
            f"{move.vertex:4s}{format_probability(move.probability or 0):>8s}  rank "
            f"{move.rank:3d}   network: {best.vertex:4s}"
            f"{format_probability(best.probability):>8s}  {move.odds:,.0f} times"
        )


def _move_row(move: ReviewedMove) -> str:
    from gopolicy.go.coords import COLOR_NAMES
    from gopolicy.review.annotate import format_probability

    side = COLOR_NAMES[move.color].capitalize()
    row = f"{move.number:4d}  {side}  {move.vertex:6s}"
    if move.rank is None or move.probability is None:
        row += f"{'-':>6s}{'':{_BAR + 12}s}"
    else:
        bar = "#" * round(_BAR * move.probability)
        share = format_probability(move.probability)
        row += f"{move.rank:6d}  {share:>8s}  {bar:{_BAR}s}"
    if move.rank != 1 and move.choices:
        best = move.choices[0]
        row += f"  {best.vertex:4s}{format_probability(best.probability):>8s}"
    return row.rstrip()


def _print_agreement(found: Review) -> None:
    from gopolicy.go.coords import BLACK, WHITE
    from gopolicy.measure.phases import PHASES

    click.echo("\nAgreement with the network: the move was its first choice, among its")
    click.echo(
        "first three, first five; mean log probability in nats (0 is the most)\n"
    )
    click.echo("                          moves  first  three   five     log")
    for side, color in (("Black", BLACK), ("White", WHITE)):
        click.echo(_agreement_row(f"{side}, game", found.agreement(color)))
        for phase, first, last in PHASES:
            row = found.agreement(color, phase)
            if row.moves:
                bounds = f"{first}-{last or ''}"
                click.echo(_agreement_row(f"    {phase} {bounds}", row))


def _agreement_row(label: str, row: Agreement) -> str:
    shares = "".join(
        "      -" if share is None else f"{100 * share:5.0f} %"
        for share in (row.top1, row.top3, row.top5)
    )
    log = "-" if row.log_probability is None else f"{row.log_probability:.2f}"
    return f"{label:25s} {row.moves:5d}{shares} {log:>7s}"
