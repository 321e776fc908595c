"""``export``: a network for other programs."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gopolicy.cli.shared.options import PATH, json_option
from gopolicy.cli.shared.output import format_share, print_json, progress_bar

if TYPE_CHECKING:
    from gopolicy.export import Fidelity


@click.command()
@click.argument("model", default="default")
@click.option(
    "--format",
    "form",
    type=click.Choice(["saved_model", "tflite"]),
    required=True,
    help="A folder for TensorFlow (Serving), or a file for TFLite.",
)
@click.option("--out", required=True, type=PATH, help="Where to.")
@click.option(
    "--dtype",
    type=click.Choice(["float32", "float16", "int8"]),
    default="float32",
    show_default=True,
    help="What a TFLite file stores its weights as; int8 also computes in it.",
)
@click.option(
    "--data",
    type=PATH,
    metavar="FILE.h5",
    help="Positions to check on; else games of the network against itself.",
)
@click.option("--force", is_flag=True, help="Replace an older export.")
@json_option
def export(
    model: str,
    form: str,
    out: Path,
    dtype: str,
    data: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write MODEL for other programs, and check what was written.

    The export takes planes and gives logits and probabilities over the legal moves. It
    is put 1,000 positions (int8: 4,000) beside the original; the table shows how they
    compare.
    """
    from gopolicy.export import (
        N_CHECKED,
        check_target,
        dataset_check_set,
        export_model,
        self_play_check_set,
    )

    check_target(out, form=form, dtype=dtype, overwrite=force)
    if data is not None:
        from gopolicy.data.dataset import Dataset

        games = Dataset.open(data)
    from gopolicy.modelstore import load_model
    from gopolicy.policy import NetworkPolicy

    network, info = load_model(model)
    if data is not None:
        check_set = dataset_check_set(games, n_checked=N_CHECKED[dtype])
    else:
        check_set = self_play_check_set(
            NetworkPolicy(network, info),
            n_checked=N_CHECKED[dtype],
            progress=progress_bar("playing"),
        )
    result = export_model(
        network,
        info,
        out,
        check_set,
        form=form,
        dtype=dtype,
        overwrite=force,
        progress=progress_bar("checking"),
    )
    if as_json:
        print_json(
            {
                "model": info.name,
                "path": str(out),
                "format": form,
                "dtype": dtype,
                "source": check_set.source,
                **dataclasses.asdict(result),
            }
        )
        return
    click.echo(
        f"model {info.name} on {result.positions:,} positions of {check_set.source}; "
        "in brackets: 95 % intervals\n"
    )
    _print_fidelity(result, f"{form} {dtype}")


def _print_fidelity(result: Fidelity, name: str) -> None:
    click.echo(f"{'':20s} {'size':>10s} {'one position':>14s}   top-1")
    for label, figures in (("original", result.original), (name, result.export)):
        click.echo(
            f"{label:20s} {figures.size / 1e6:7.2f} MB {figures.latency_ms:11.2f} ms "
            f"{format_share(figures.top1, figures.top1_interval)}"
        )
    lost = format_share(result.lost, result.lost_interval).strip()
    click.echo(
        f"\nlost: {lost} of top-1; same best move at {result.same_best:,} of "
        f"{result.positions:,} positions;\n"
        f"probabilities differ by at most {result.max_probability_difference:.2g}, "
        f"logits by {result.max_logit_difference:.2g}"
    )
