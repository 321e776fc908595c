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
from gopolicy.cli.shared.output import print_json, progress_bar, tell_written
from gopolicy.cli.shared.translation import left, right
from gopolicy.files import whole_file
from gopolicy.language import told, tr
from gopolicy.names import color_name

if TYPE_CHECKING:
    from gopolicy.review.moves import Agreement, ReviewedMove
    from gopolicy.review.review import Review
    from gopolicy.sgf.sources import Source

_BAR = 20  # characters for a probability of 1


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
    found = review_game(record, policy, progress=progress_bar(tr("reviewing")))
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
    tell_written(plot, sgf)


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
    record = found.record
    title = (
        f"{record.black or tr('Black')} - {record.white or tr('White')}",
        *(text for text in (record.date, record.result) if text),
    )
    click.echo(
        tr("{title}   (model {model})", title=", ".join(title), model=model) + "\n"
    )
    click.echo(_header() if found.moves else tr("the record holds no moves"))
    for move in found.moves:
        click.echo(_move_row(move))
    if record.stopped:
        click.echo(tr("the record ends here: {reason}", reason=told(record.stopped)))
    _print_agreement(found)
    _print_surprises(found.surprises(surprises))


def _header() -> str:
    first = f"{left(tr('move'), 12)} {left(tr('played'), 6)} {right(tr('rank'), 5)}"
    choice = tr("the network's choice")
    return f"{first}  {left(tr('probability'), 30)}  {choice}"


def _print_surprises(moves: list[ReviewedMove]) -> None:
    from gopolicy.review.annotate import format_probability
    from gopolicy.review.moves import SURPRISE

    if moves:
        said = tr(
            "Largest surprises: another move was at least {odds:.0f} times likelier",
            odds=SURPRISE,
        )
        click.echo(f"\n{said}\n")
    for move in moves:
        best = move.choices[0]
        rank = tr("rank {rank:3d}", rank=move.rank)
        choice = tr(
            "network: {move}  {odds:,.0f} times",
            move=f"{best.vertex:4s}{format_probability(best.probability):>8s}",
            odds=move.odds,
        )
        click.echo(
            f"{move.number:4d}  {left(color_name(move.color), 5)}  {move.vertex:4s}"
            f"{format_probability(move.probability or 0):>8s}  {rank}   {choice}"
        )


def _move_row(move: ReviewedMove) -> str:
    from gopolicy.review.annotate import format_probability

    row = f"{move.number:4d}  {left(color_name(move.color), 5)}  {move.vertex:6s}"
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

    said = tr(
        "Agreement with the network: the move was its first choice, among its\n"
        "first three, first five; mean log probability in nats (0 is the most)"
    )
    heads = (
        *(right(tr("moves"), 5), right(tr("first"), 6), right(tr("three"), 6)),
        *(right(tr("five"), 6), right(tr("log"), 7)),
    )
    click.echo(f"\n{said}\n\n{'':25s} {' '.join(heads)}")
    for color in (BLACK, WHITE):
        label = tr("{color}, game", color=color_name(color))
        click.echo(_agreement_row(label, found.agreement(color)))
        for phase, first, last in PHASES:
            row = found.agreement(color, phase)
            if row.moves:
                label = f"    {tr(phase)} {first}-{last or ''}"
                click.echo(_agreement_row(label, row))


def _agreement_row(label: str, row: Agreement) -> str:
    shares = "".join(
        "      -" if share is None else f"{100 * share:5.0f} %"
        for share in (row.top1, row.top3, row.top5)
    )
    log = "-" if row.log_probability is None else f"{row.log_probability:.2f}"
    return f"{left(label, 25)} {row.moves:5d}{shares} {log:>7s}"
