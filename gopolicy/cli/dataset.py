"""``dataset``: game records to one file of games, and what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gopolicy.cli.shared.options import PATH, json_option, out_option
from gopolicy.cli.shared.output import print_json, progress_bar


@click.group()
def dataset() -> None:
    """Build and inspect datasets of games."""


@dataset.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@out_option("The dataset.", "OUT.h5", required=True)
@click.option("--min-moves", default=20, show_default=True, help="Shorter games go.")
@click.option("--rank", default="", metavar="RANK", help='Both players at least: "5d".')
@click.option("--no-handicap", is_flag=True, help="Even games only.")
@click.option("--since", default="", metavar="DATE")
@click.option("--until", default="", metavar="DATE")
@click.option("--result", default="", metavar="TEXT", help='Begins so: "B", "W+R".')
@click.option("--player", default="", metavar="NAME", help="Part of a player's name.")
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
    from gopolicy.data.convert import build_dataset
    from gopolicy.data.selection import RecordFilter

    done = build_dataset(
        sources,
        out,
        filters=RecordFilter(min_rank=rank, **filters),
        workers=workers,
        report=report,
        progress=progress_bar("converting"),
    )
    size = out.stat().st_size
    click.echo(
        f"{done.games:,} games, {done.positions:,} positions from {done.files:,} files;"
        f" {size / 1e6:.1f} MB, {size / max(done.positions, 1):.2f} bytes a position"
    )
    for title, counts in (("skipped", done.skipped), ("cut", done.cut)):
        for reason, count in sorted(counts.items(), key=lambda item: -item[1]):
            click.echo(f"  {title:8s} {count:8,}  {reason}")
    if done.unreadable:
        click.echo(f"the first that cannot be read is {done.unreadable}", err=True)


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
    from gopolicy.data.census import count_shared, take_census
    from gopolicy.data.dataset import Dataset

    data = Dataset.open(*files)
    census = take_census(data)
    if plot is not None:
        from gopolicy.plots.dataset import save_dataset_plot

        title = ", ".join(path.stem for path in files)
        save_dataset_plot(plot, data, census, title)
    summary = {**data.summary(TrainConfig().held_out), **census}
    if len(files) > 1:
        shared = count_shared([Dataset.open(path) for path in files])
        summary["shared"] = {
            str(path): dict(zip(map(str, files), row, strict=True))
            for path, row in zip(files, shared, strict=True)
        }
    if as_json:
        print_json(summary)
        return
    shared = summary.pop("shared", {})
    for name, value in summary.items():
        label = name.replace("_", " ")
        if isinstance(value, dict):
            click.echo(f"{label}:")
            for key, count in value.items():
                click.echo(f"    {key:12s} {count:12,}")
        elif isinstance(value, list):
            click.echo(f"{label}: {', '.join(value)}")
        else:
            click.echo(f"{label}: {value:,}")
    for path, row in shared.items():
        click.echo(f"games of {path} that are also in")
        for other, count in row.items():
            if other != path:
                click.echo(f"    {other}: {count:,}")
