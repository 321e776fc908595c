"""``export``: a network for other programs."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gopolicy.cli.shared.options import PATH, json_option, out_option
from gopolicy.cli.shared.output import (
    count_positions,
    format_share,
    print_json,
    progress_bar,
)
from gopolicy.cli.shared.translation import left, right
from gopolicy.config import DTYPES, FORMATS, Dtype, Format
from gopolicy.language import told, tr

if TYPE_CHECKING:
    from gopolicy.data.dataset import Dataset
    from gopolicy.export import CheckSet, Fidelity
    from gopolicy.modelstore import ModelInfo
    from gopolicy.networks.backend import keras


@click.command()
@click.argument("model", default="default")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    required=True,
    help="A folder for TensorFlow (Serving), or a file for TFLite or ONNX.",
)
@out_option("The folder or file to write.", required=True)
@click.option(
    "--dtype",
    type=click.Choice(DTYPES),
    default="float32",
    show_default=True,
    help="What a file stores its weights as; TFLite also computes in int8.",
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
    form: Format,
    out: Path,
    dtype: Dtype,
    data: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write MODEL for other programs, and check what was written.

    The export takes planes and gives logits and probabilities over the legal moves. It
    is put 1,000 positions (int8: 4,000) beside the original; the table shows how they
    compare.
    """
    from gopolicy.export import check_target, export_model

    check_target(out, form=form, dtype=dtype, overwrite=force)
    games = None
    if data is not None:
        from gopolicy.data.dataset import Dataset

        games = Dataset.open(data)
    # After what can be told without TensorFlow, so that a slip is told at once.
    from gopolicy.modelstore import load_model

    network, info = load_model(model)
    check_set = _find_check_set(games, network, info, dtype)
    result = export_model(
        network,
        info,
        out,
        check_set,
        form=form,
        dtype=dtype,
        overwrite=force,
        progress=progress_bar(tr("checking")),
    )
    if as_json:
        head = {"model": info.name, "path": str(out), "format": form, "dtype": dtype}
        values = dataclasses.asdict(result)
        print_json({**head, "source": check_set.source, **values})
        return
    said = tr(
        "model {model} on {positions} of {source}; in brackets: 95 % intervals",
        model=info.name,
        positions=count_positions(result.positions),
        source=told(check_set.source),
    )
    click.echo(f"{said}\n")
    _print_fidelity(result, f"{form} {dtype}")


def _find_check_set(
    games: Dataset | None, model: keras.Model, info: ModelInfo, dtype: Dtype
) -> CheckSet:
    """Positions of ``games``, or of the network's games against itself."""
    from gopolicy.export import N_CHECKED, dataset_check_set, self_play_check_set
    from gopolicy.networks.backend import logits_of
    from gopolicy.policy import NetworkPolicy

    if games is not None:
        return dataset_check_set(games, n_checked=N_CHECKED[dtype])
    return self_play_check_set(
        NetworkPolicy(logits_of(model), info),
        n_checked=N_CHECKED[dtype],
        progress=progress_bar(tr("playing")),
    )


def _print_fidelity(result: Fidelity, name: str) -> None:
    click.echo(
        f"{'':20s} {right(tr('size'), 10)} {right(tr('one position'), 14)}   "
        f"{tr('top-1')}"
    )
    for label, figures in ((tr("original"), result.original), (name, result.export)):
        top1 = format_share(figures.top1, figures.top1_interval)
        size, took = f"{figures.size / 1e6:7.2f} MB", f"{figures.latency_ms:11.2f} ms"
        click.echo(f"{left(label, 20)} {size} {took} {top1}")
    said = tr(
        "lost: {lost} of top-1; same best move at {same:,} of {positions};\n"
        "probabilities differ by at most {probability:.2g}, logits by {logit:.2g}",
        lost=format_share(result.lost, result.lost_interval).strip(),
        same=result.same_best,
        positions=count_positions(result.positions),
        probability=result.max_probability_difference,
        logit=result.max_logit_difference,
    )
    click.echo(f"\n{said}")
