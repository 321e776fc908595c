"""``train``: a network on the games of a dataset."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from click.core import ParameterSource

from gopolicy.cli.shared.options import (
    PATH,
    activation_option,
    dropout_option,
    filters_option,
    initializer_option,
    l2_option,
    optimizer_option,
    out_option,
    override,
)
from gopolicy.cli.shared.output import (
    count_games,
    count_positions,
    format_clock,
    format_percent,
    progress_bar,
)
from gopolicy.cli.shared.translation import left
from gopolicy.config import ARCHITECTURES, PRECISIONS, PRESETS, SCHEDULES
from gopolicy.language import tr

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gopolicy.config import NetworkConfig, TrainConfig
    from gopolicy.data.dataset import Dataset
    from gopolicy.train.folder import RunSettings
    from gopolicy.train.progress import Progress, TrainResult
    from gopolicy.train.tensorboard import Example

#: Looks at the held-out games, spread evenly over a run that ends: enough for a curve.
LOOKS: Final = 4


@click.command()
@click.argument("files", nargs=-1, type=PATH, metavar="FILE.h5[=WEIGHT]...")
@out_option("Folder of the run.")
@click.option(
    "--valid",
    multiple=True,
    type=PATH,
    help="Held-out games; else a share of FILE.h5, split by game.",
)
@click.option(
    "--preset",
    type=click.Choice(tuple(PRESETS)),
    default="laptop",
    show_default=True,
    help="The recipe; the options below change it.",
)
@click.option(
    "--config",
    "recipe",
    type=PATH,
    metavar="RUN.json",
    help="Settings of another run, or some in a file like its run.json.",
)
@click.option(
    "--network", "architecture", type=click.Choice(ARCHITECTURES), help="What to train."
)
@filters_option
@activation_option
@initializer_option
@l2_option
@dropout_option
@click.option(
    "--batch-norm/--no-batch-norm", default=None, help="Normalise each layer."
)
@click.option(
    "--branches", is_flag=True, default=None, help="Make 3x3 kernels sums of three."
)
@click.option("--start", type=PATH, help="Begin with a model's weights, grown to fit.")
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with the run in --out, with its games, settings and limit.",
)
@click.option("--steps", type=click.IntRange(min=0), help="End after so many steps.")
@click.option("--minutes", type=click.FloatRange(min=0), help="End after so long.")
@click.option(
    "--epochs", type=click.FloatRange(min=0), help="End after so many rounds."
)
@click.option(
    "--looks",
    type=click.IntRange(min=1),
    help=f"At held-out games, in all; {LOOKS} unless said.",
)
@click.option(
    "--keep", is_flag=True, help="Keep the model of each look, as OUT/step-N."
)
@click.option("--batch-size", type=int)
@click.option(
    "--accumulate", type=int, help="Parts a batch is computed in, for less memory."
)
@optimizer_option
@click.option("--learning-rate", type=float)
@click.option(
    "--try-rates",
    type=PATH,
    metavar="OUT.png",
    help="Train for some steps while the rate grows, draw the loss, keep nothing.",
)
@click.option("--schedule", type=click.Choice(SCHEDULES), help="Of the learning rate.")
@click.option("--halve-every", type=int, metavar="STEPS")
@click.option("--warmup-steps", type=int)
@click.option("--decay-share", type=float, help="Last part, in which the rate falls.")
@click.option("--weight-decay", type=float)
@click.option("--clip-norm", type=float, help="Global norm of the gradient; 0 is none.")
@click.option(
    "--ema", type=float, help="Decay of the averaged weights a step, less at the start."
)
@click.option("--later-moves", type=float, help="Weight of that side task; 0 is none.")
@click.option("--final-owners", type=float, help="Weight of that side task; 0 is none.")
@click.option("--augment/--no-augment", default=None, help="The 8 symmetries.")
@click.option("--precision", type=click.Choice(PRECISIONS), help="What to compute in.")
@click.option("--seed", type=int)
@click.option("--held-out", type=float, help="Share of games without --valid.")
def train(
    files: tuple[Path, ...],
    out: Path | None,
    valid: tuple[Path, ...],
    preset: str,
    recipe: Path | None,
    start: Path | None,
    resume: bool,
    try_rates: Path | None,
    **settings: Any,
) -> None:
    """Train a network on the games of FILE.h5.

    With several files, a WEIGHT says how often an epoch draws each position of one:
    `gopolicy train kgs.h5=8 tygem.h5` draws those of kgs.h5 eight times as often.

    Writes OUT/best, OUT/last (models), OUT/history.csv, OUT/curves.png and, for
    TensorBoard, OUT/tensorboard. Without --steps, --minutes or --epochs it goes on
    until Ctrl-C. With --steps or --epochs the same seed gives the same run, cut or not;
    with --minutes the clock has a say: all is done so long after the start, compiling
    and the last look at the held-out games included. The exit code is 130 when it was
    stopped before its end.

    With --try-rates it is a learning-rate range test instead: the loss falls while the
    rate grows, is lowest at some rate and rises beyond; a tenth of that is suggested.

    `gopolicy train --resume OUT` goes on with a run, whatever ended it: its games, its
    settings and its limit are in OUT/run.json. A limit that is given replaces its own,
    counted from the run's beginning; games that have moved can be named; other games
    or settings are refused, since it would not be the same run.
    """
    import time

    from gopolicy.train.folder import read_settings
    from gopolicy.train.schedule import Budget

    began = time.monotonic()
    if resume and out is None and len(files) == 1 and files[0].is_dir():
        out, files = files[0], ()
    out = _need("out", try_rates or out)
    before = read_settings(out) if resume else None
    wanted = _find_wanted(files, valid, start, settings, before)
    network, config = _choose_configs(preset, recipe, settings, before)
    data, held_out = _open_games(wanted.weights, wanted.valid, config.held_out)
    if try_rates is not None:
        _try_rates(data, network, config, try_rates)
        return
    steps = wanted.count_steps(data, config)
    _print_games(network, data, held_out)
    # After what can be told without it, so that a slip is told at once.
    from gopolicy.plots.curves import save_curves
    from gopolicy.train import run as running

    result = running.train(
        data,
        held_out,
        out,
        network=network,
        config=config,
        budget=Budget(
            steps=steps, minutes=wanted.minutes, looks=wanted.looks, began=began
        ),
        start=wanted.start,
        resume=resume,
        files=wanted.list_files(),
        command=["gopolicy", *sys.argv[1:]],
        keep=wanted.keep,
        progress=_train_line(),
        draw=_draw_example,
        draw_curves=save_curves,
    )
    _print_result(result, out)
    if not result.finished and (steps, wanted.minutes) != (None, None):
        # As a shell tells it; who started the run must see that it is not done.
        click.get_current_context().exit(130)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What a run learns from, when it ends, what it keeps: of the command line, and of
    the run that it goes on with where that says nothing.

    ``weights``: of the files to learn from.
    """

    weights: Mapping[Path, int]
    valid: tuple[Path, ...]
    start: Path | None
    steps: int | None
    minutes: float | None
    epochs: float | None
    looks: int
    keep: bool

    def count_steps(self, data: Dataset, config: TrainConfig) -> int | None:
        """The steps after which the run ends, if it ends by steps or epochs."""
        if self.epochs is None:
            return self.steps
        of_epochs = round(self.epochs * data.n_draws / config.batch_size)
        return of_epochs if self.steps is None else min(self.steps, of_epochs)

    def list_files(self) -> dict[str, list[str]]:
        """Where all is, for run.json."""
        names = zip(_lasting(self.weights), self.weights.values(), strict=True)
        return {
            "training": [
                name if weight == 1 else f"{name}={weight}" for name, weight in names
            ],
            "held_out": _lasting(self.valid),
            "start": _lasting([self.start] if self.start else []),
        }


def _find_wanted(
    files: tuple[Path, ...],
    valid: tuple[Path, ...],
    start: Path | None,
    settings: Mapping[str, Any],
    before: RunSettings | None,
) -> _Wanted:
    """``settings``: the other options; ``before``: those of the run that goes on."""
    limit = {name: settings[name] for name in ("steps", "minutes", "epochs")}
    looks, keep = settings["looks"], settings["keep"]
    if before is not None:
        files = files or tuple(map(Path, before.training))
        valid = valid or tuple(map(Path, before.held_out))
        start = start or (Path(before.start) if before.start else None)
        if not any(value is not None for value in limit.values()):
            limit |= {"steps": before.steps, "minutes": before.minutes}
        looks, keep = looks or before.looks, keep or before.keep
    return _Wanted(
        weights=_weigh(_need("files", files)),
        valid=valid,
        start=start,
        looks=looks or LOOKS,
        keep=keep,
        **limit,
    )


def _print_games(network: NetworkConfig, data: Dataset, held_out: Dataset) -> None:
    """What is trained on what, before that takes its time."""
    games = count_games(data.n_games)
    if data.n_draws != data.n_positions:
        games = tr("{games} ({n:,} an epoch)", games=games, n=data.n_draws)
    said = tr(
        "{network}, {filters} filters; {positions} of {games}, {held_out} held out",
        network=network.architecture,
        filters=network.filters,
        positions=count_positions(data.n_positions),
        games=games,
        held_out=count_games(held_out.n_games),
    )
    click.echo(said, err=True)
    said = tr("starting TensorFlow and preparing the training step ...")
    click.echo(said, err=True)


T = TypeVar("T")


def _need(name: str, value: T | None) -> T:
    """``value``, unless it is missing, which is told as click tells it."""
    if value:
        return value
    context = click.get_current_context()
    param = next(param for param in context.command.params if param.name == name)
    raise click.MissingParameter(ctx=context, param=param)


def _weigh(files: Iterable[Path]) -> dict[Path, int]:
    """The weight of each file, as "=8" at its end says; of one named again, the sum.

    What stands behind a "=" in the name of a file that is there is no weight.
    """
    weights: dict[Path, int] = {}
    for path in files:
        name, _, text = str(path).rpartition("=")
        weight = 1
        if name and not path.exists():
            path = Path(name)
            weight = int(text) if text.isascii() and text.isdigit() else 0
        if weight < 1:
            said = tr(
                "{path}={weight}: a weight is a whole number, 1 or more",
                path=name,
                weight=text,
            )
            raise click.UsageError(said)
        weights[path] = weights.get(path, 0) + weight
    return weights


def _is_given(name: str) -> bool:
    """Whether the option ``name`` is on the command line."""
    source = click.get_current_context().get_parameter_source(name)
    return source is not ParameterSource.DEFAULT


def _lasting(paths: Iterable[Path]) -> list[str]:
    """The paths as they are good in every folder."""
    return [str(path.absolute()) if path.exists() else str(path) for path in paths]


def _choose_configs(
    preset: str,
    recipe: Path | None,
    settings: Mapping[str, Any],
    before: RunSettings | None,
) -> tuple[NetworkConfig, TrainConfig]:
    """Those of the preset or the recipe, with the settings that were given (not None).

    Of a run that goes on, those it had ``before``, unless one of the two is given.
    """
    from gopolicy.train.folder import read_recipe

    if before is not None and not _is_given("preset") and recipe is None:
        return override(before.network, settings), override(before.config, settings)
    network, config = PRESETS[preset]
    if recipe is not None:
        network, config = read_recipe(recipe, network, config)
    if settings["architecture"] not in (None, network.architecture):
        # The recipes are AlphaGo's; not every network can learn the side tasks.
        config = override(config, {"later_moves": 0.0, "final_owners": 0.0})
    return override(network, settings), override(config, settings)


def _open_games(
    weights: Mapping[Path, int], valid: tuple[Path, ...], held_out: float
) -> tuple[Dataset, Dataset]:
    """(training games, held-out games): of ``valid``, or a share of the former."""
    from gopolicy.data.dataset import Dataset

    data = Dataset.open(*weights, weights=weights)
    return (data, Dataset.open(*valid)) if valid else data.split(held_out)


def _try_rates(
    data: Dataset, network: NetworkConfig, config: TrainConfig, plot: Path
) -> None:
    """A learning-rate range test: a line, and its picture."""
    from gopolicy.plots.rates import save_rates_plot
    from gopolicy.train.rates import try_rates

    found = try_rates(
        data, network=network, config=config, progress=progress_bar(tr("trying rates"))
    )
    save_rates_plot(plot, found)
    said = tr(
        "the loss was lowest, {loss:.3f} nats, at {lowest:.1e}; "
        "suggested: --learning-rate {suggested:.1e}",
        loss=min(found.losses, default=math.nan),
        lowest=found.lowest,
        suggested=found.suggested,
    )
    click.echo(said)


def _print_result(result: TrainResult, out: Path) -> None:
    if not result.history:  # a worker, and not the chief
        return
    last = result.history[-1]
    end = tr("stopped at step {step:,}", step=result.step)
    if result.finished:
        end = tr("done at step {step:,}", step=result.step)
    said = tr(
        "{end}: held-out top-1 {top1}, log loss {log_loss:.4f}; "
        "models in {best} and {last}",
        end=end,
        top1=format_percent(last["valid_top1"]),
        log_loss=last["valid_log_loss"],
        best=out / "best",
        last=out / "last",
    )
    click.echo(said)


def _draw_example(example: Example) -> NDArray[np.uint8]:
    """A held-out board as ``suggest --picture`` draws it; see ``tensorboard.Draw``."""
    from gopolicy_gui.view.picture import draw_board_picture, pixels

    from gopolicy.policy import best_moves

    position = example.position
    found = best_moves(example.probabilities, 10)
    surface = draw_board_picture(
        position.stones,
        to_play=position.to_play,
        last_move=position.last_move,
        probabilities=example.probabilities,
        title=example.title,
        suggestions=[(s.point, s.probability) for s in found],
        played=example.played,
        width=720,
    )
    return pixels(surface)


def _progress_text(now: Progress) -> str:
    """How far a run is, in a line."""
    text = tr(
        "{positions}, {speed:,.0f}/s, loss {loss:.3f}",
        positions=count_positions(now.positions),
        speed=now.positions_per_second,
        loss=now.loss,
    )
    if now.valid:
        top1 = format_percent(now.valid["valid_top1"])
        text += tr(", held-out top-1 {top1}", top1=top1)
    if now.share_done:
        rest = now.seconds / now.share_done - now.seconds
        text += tr(", {clock} left", clock=format_clock(rest))
    return text


def _train_line() -> Callable[[Progress], None]:
    """The progress line of a training run."""
    import time

    shown_at = -60.0
    every = 0.5 if sys.stderr.isatty() else 20.0

    def show(now: Progress) -> None:
        nonlocal shown_at
        if time.monotonic() - shown_at < every:
            return
        shown_at = time.monotonic()
        text = _progress_text(now)
        if sys.stderr.isatty():
            click.echo(f"\r{left(text, 79)}", nl=False, err=True)
        else:
            click.echo(text, err=True)

    return show
