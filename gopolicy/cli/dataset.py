"""``dataset``: game records to one file of games, and what is in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from gopolicy.cli.shared.options import PATH, json_option, out_option
from gopolicy.cli.shared.output import (
    count_games,
    count_positions,
    print_json,
    progress_bar,
)
from gopolicy.cli.shared.translation import left
from gopolicy.errors import as_said
from gopolicy.language import N_, told, tr
from gopolicy.names import kind_name

if TYPE_CHECKING:
    from gopolicy.data.rewrite import Written

F = TypeVar("F", bound=Callable[..., Any])

#: What people call the values of ``dataset info --json``.
LABELS: Final = {
    "games": N_("games"),
    "positions": N_("positions"),
    "median_length": N_("median length"),
    "sources": N_("sources"),
    "ranks": N_("ranks"),
    "decades": N_("decades"),
    "results": N_("results"),
    "splits": N_("splits"),
    "komi": N_("komi"),
    "handicap": N_("handicap"),
    "ends": N_("ends"),
    "openings": N_("openings"),
    "same_games": N_("same games"),
}


def filter_options(command: F) -> F:
    """The options that say which games go into a dataset."""
    for option in reversed(
        [
            click.option(
                "--min-moves", default=20, show_default=True, help="Shorter games go."
            ),
            click.option(
                "--rank",
                default="",
                metavar="RANK",
                help='Both players at least: "5d".',
            ),
            click.option("--no-handicap", is_flag=True, help="Even games only."),
            click.option("--since", default="", metavar="DATE"),
            click.option("--until", default="", metavar="DATE"),
            click.option(
                "--result", default="", metavar="TEXT", help='Begins so: "B", "W+R".'
            ),
            click.option(
                "--player", default="", metavar="NAME", help="Part of a player's name."
            ),
        ]
    ):
        command = option(command)
    return command


@click.group()
def dataset() -> None:
    """Build datasets of games, look into them, and make others of them."""


@dataset.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@out_option("The dataset.", "OUT.h5", required=True)
@filter_options
@click.option("--workers", type=click.IntRange(min=1), help="Processes; all cores.")
@click.option(
    "--report", type=PATH, metavar="OUT.csv", help="Games skipped or cut, and why."
)
def build(
    sources: tuple[str, ...],
    out: Path,
    rank: str,
    workers: int | None,
    report: Path | None,
    **filters: Any,
) -> None:
    """Convert SOURCE (files, folders, .zip, .tar.*) to one dataset of games.

    A conversion that was killed goes on where it was when started again.
    """
    from gopolicy.data.convert import NO_RECORD, build_dataset
    from gopolicy.data.selection import RecordFilter

    done = build_dataset(
        sources,
        out,
        filters=RecordFilter(min_rank=rank, **filters),
        workers=workers,
        report=report,
        progress=progress_bar(tr("converting")),
    )
    size = out.stat().st_size
    said = tr(
        "{games}, {positions} from {files}; {size:.1f} MB, {each:.2f} bytes a position",
        games=count_games(done.games),
        positions=count_positions(done.positions),
        files=tr.plural("{n:,} file", "{n:,} files", done.files),
        size=size / 1e6,
        each=size / max(done.positions, 1),
    )
    click.echo(said)
    for title, counts in ((tr("skipped"), done.skipped), (tr("cut"), done.cut)):
        for reason, count in sorted(counts.items(), key=lambda item: -item[1]):
            click.echo(f"  {left(title, 8)} {count:8,}  {told(as_said(reason))}")
    if done.unreadable:
        click.echo(tr("cannot be read:"), err=True)
    for line in done.unreadable:
        click.echo(f"  {told(line)}", err=True)
    if any(reason.startswith(NO_RECORD) for reason in done.skipped):
        said = tr("name a file itself to have it read whatever its name")
        click.echo(said, err=True)


@dataset.command()
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE.h5...")
@click.option("--plot", type=PATH, metavar="OUT.png", help="Draw what is inside.")
@json_option
def info(files: tuple[Path, ...], plot: Path | None, as_json: bool) -> None:
    """Show what is in datasets: games, positions, ranks, years, openings, splits.

    Of several files also how many games of each are in each other, turned and mirrored
    ones included.
    """
    from gopolicy.config import TrainConfig
    from gopolicy.data.census import board_hashes, count_shared, take_census
    from gopolicy.data.dataset import Dataset

    data = Dataset.open(*files)
    hashes = board_hashes(data)
    census = take_census(data, hashes)
    if plot is not None:
        from gopolicy.plots.dataset import save_dataset_plot

        title = ", ".join(path.stem for path in files)
        save_dataset_plot(plot, data, census, title)
    summary = {**data.summary(TrainConfig().held_out), **census}
    if len(data.sources) > 1:
        names = [source.name for source in data.sources]
        shared = count_shared(data.by_source(hashes))
        summary["shared"] = {
            name: dict(zip(names, row, strict=True))
            for name, row in zip(names, shared, strict=True)
        }
    if as_json:
        print_json(summary)
        return
    _print_summary(summary)


def _print_summary(summary: dict[str, Any]) -> None:
    """What is in datasets; ``summary`` as it is printed as JSON."""
    shared = summary.pop("shared", {})
    for name, value in summary.items():
        label = tr(LABELS[name])
        if isinstance(value, dict):
            click.echo(tr("{label}:", label=label))
            for key, count in value.items():
                click.echo(f"    {left(kind_name(key), 12)} {count:12,}")
        else:
            shown = ", ".join(value) if isinstance(value, list) else f"{value:,}"
            click.echo(tr("{label}: {value}", label=label, value=shown))
    for path, row in shared.items():
        click.echo(tr("games of {path} that are also in", path=path))
        for other, count in row.items():
            if other != path:
                click.echo(f"    {other}: {count:,}")


files_argument = click.argument(
    "files", nargs=-1, required=True, type=PATH, metavar="FILE.h5..."
)


@dataset.command()
@files_argument
@out_option("The dataset.", "OUT.h5", required=True)
def merge(files: tuple[Path, ...], out: Path) -> None:
    """Make one dataset of several, each game once."""
    from gopolicy.data.rewrite import merge_datasets

    _print_written(merge_datasets(files, out))


@dataset.command("filter")
@files_argument
@out_option("The dataset.", "OUT.h5", required=True)
@filter_options
def filter_(files: tuple[Path, ...], out: Path, rank: str, **filters: Any) -> None:
    """Make a dataset of some of the games of others.

    What a dataset does not hold cannot be asked for: how a game was won.
    """
    from gopolicy.data.rewrite import filter_dataset
    from gopolicy.data.selection import RecordFilter

    wanted = RecordFilter(min_rank=rank, **filters)
    _print_written(filter_dataset(files, out, wanted))


@dataset.command()
@files_argument
@out_option("The games to learn from.", "OUT.h5", required=True)
@click.option("--held-out", type=PATH, required=True, metavar="HELD.h5")
@click.option("--share", type=float, help="Of the games, 0 to 1; the same each time.")
@click.option("--since", default="", metavar="DATE", help="Games from then on.")
@click.option("--player", default="", metavar="NAME", help="Part of a player's name.")
def split(
    files: tuple[Path, ...],
    out: Path,
    held_out: Path,
    share: float | None,
    since: str,
    player: str,
) -> None:
    """Divide datasets in two: what to learn from, and what to hold out.

    By a share of the games, as `train` does it, by date, or by player.
    """
    from gopolicy.data.rewrite import split_dataset

    for written in split_dataset(
        files, out, held_out, share=share, since=since, player=player
    ):
        _print_written(written)


@dataset.command()
@files_argument
@out_option("Ends in .sgf or .npz.", "OUT", required=True)
def export(files: tuple[Path, ...], out: Path) -> None:
    """Write games for other tools: one SGF collection, or a NumPy file of moves."""
    from gopolicy.data.rewrite import export_moves, export_sgf

    writers = {".sgf": export_sgf, ".npz": export_moves}
    if out.suffix.lower() not in writers:
        raise click.BadParameter(tr("name a file that ends in .sgf or .npz"))
    written = writers[out.suffix.lower()](files, out)
    click.echo(tr("{games} in {path}", games=count_games(written), path=out))


def _print_written(written: Written) -> None:
    said = tr(
        "{path}: {games}, {positions}",
        path=written.path,
        games=count_games(written.games),
        positions=count_positions(written.positions),
    )
    if written.repeated:
        said += tr.plural(
            "; {n:,} repeated one left out",
            "; {n:,} repeated ones left out",
            written.repeated,
        )
    click.echo(said)
