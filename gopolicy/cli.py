"""The ``gopolicy`` command: the only place that prints and sets up logging.

Results go to stdout, all else to stderr; exit code 1 for our errors (one line, no
traceback), 2 for usage. Heavy modules are imported inside the commands, so that
``gopolicy --help`` answers at once.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import gopolicy
from gopolicy.errors import ConfigError, GoPolicyError, SgfError
from gopolicy.files import whole_file

if TYPE_CHECKING:
    from gopolicy.evaluate import Evaluation
    from gopolicy.modelstore import ModelInfo
    from gopolicy.position import Position
    from gopolicy.record import GameRecord


class _Commands(click.Group):
    """Turns our errors, and the system's, into one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except GoPolicyError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            where = f"{error.filename!r}: " if error.filename else ""
            raise click.ClickException(
                f"{where}{error.strerror or error}".strip()
            ) from error


_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=_Commands, context_settings=_CONTEXT)
@click.version_option(gopolicy.__version__, "-V", "--version", prog_name="gopolicy")
@click.option("-v", "--verbose", is_flag=True, help="Say more on stderr.")
def main(verbose: bool) -> None:
    """AlphaGo's supervised policy network: train it, ask it, play with it."""
    logging.basicConfig(
        stream=sys.stderr,
        format="%(message)s",
        level=logging.INFO if verbose else logging.WARNING,
    )


# --- arguments that several commands share -------------------------------------------

_MODEL = click.option(
    "--model", default="default", show_default=True, help="A model's name or folder."
)
_SYMMETRIES = click.option(
    "--symmetries",
    type=click.Choice(["1", "8"]),
    default="1",
    show_default=True,
    help="Average over so many of the board's symmetries.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_MOVE = click.option(
    "--move",
    "move_number",
    type=click.IntRange(min=1),
    metavar="N",
    help="The position before move N; by default after the last move.",
)
_MOVES = click.option(
    "--moves", default="", metavar="TEXT", help='Moves to play on, as "B Q16 W D4".'
)
_FILES = click.Path(path_type=Path)


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def _bar(label: str) -> Callable[[int, int | None], None]:
    """A progress bar on stderr, as a function of (done, total)."""
    import time

    began = time.monotonic()
    last = 0.0

    def show(done: int, total: int | None) -> None:
        nonlocal last
        now = time.monotonic()
        finished = total is not None and done >= total
        if now - last < 0.2 and not finished:
            return
        last = now
        text = f"{label} {done:,}"
        if total:
            left = (now - began) * (total - done) / max(done, 1)
            filled = 24 * done // total
            text = (
                f"{label} [{'#' * filled}{'.' * (24 - filled)}] "
                f"{100 * done // total:3d} %, {_clock(left)} left"
            )
        if sys.stderr.isatty():
            click.echo(f"\r{text:<70}" + ("\n" if finished else ""), nl=False, err=True)
        elif finished:
            click.echo(f"{label} {done:,} done in {_clock(now - began)}", err=True)

    return show


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


# --- positions ------------------------------------------------------------------------


def _read_record(game: str) -> GameRecord:
    """The first game of a file, or of stdin for "-".

    Raises: SgfError when there is none.
    """
    from gopolicy.record import parse_records

    if game == "-":
        data, name = sys.stdin.buffer.read(), "stdin"
    else:
        path = Path(game)
        if path.is_dir():
            raise SgfError(f"{game!r} is a folder; name one SGF file")
        if not path.exists():
            raise SgfError(f"no file {game!r}; name an SGF file, or - for stdin")
        data, name = path.read_bytes(), game
    return parse_records(data, name)[0]


def _find_position(
    game: str | None, move_number: int | None, moves: str
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
        record = _read_record(game)
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
    elif move_number is not None:
        raise ConfigError("--move needs a game")
    if moves:
        _play_moves(position, moves)
        played = None
    return position, record, played


def _play_moves(position: Position, moves: str) -> None:
    """Plays "B Q16 W D4" (or "Q16 D4", colors in turn)."""
    from gopolicy.coords import BLACK, WHITE, parse_vertex

    colors = {"B": BLACK, "BLACK": BLACK, "W": WHITE, "WHITE": WHITE}
    color: int | None = None
    for word in moves.replace(",", " ").replace(";", " ").split():
        if word.upper() in colors:
            color = colors[word.upper()]
        else:
            position.play(parse_vertex(word), color)
            color = None
    if color is not None:
        raise ConfigError(f"--moves ends in a color: {moves!r}; name a vertex after it")


def _title(record: GameRecord | None, position: Position) -> str:
    from gopolicy.coords import COLOR_NAMES

    names = ""
    if record is not None and (record.black or record.white):
        names = f"{record.black or '?'} - {record.white or '?'}, "
    side = COLOR_NAMES[position.to_play].capitalize()
    return f"{names}move {position.turn + 1}, {side} to play"


# --- commands -------------------------------------------------------------------------


@main.command()
@click.argument("game", required=False)
@_MOVE
@_MOVES
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 361))
@_MODEL
@_SYMMETRIES
@_JSON
@click.option("--picture", type=_FILES, help="Write a PNG of the board with the moves.")
def suggest(
    game: str | None,
    move_number: int | None,
    moves: str,
    top: int,
    model: str,
    symmetries: str,
    as_json: bool,
    picture: Path | None,
) -> None:
    """Suggest moves for a position of GAME (an SGF file, or - for stdin)."""
    from gopolicy import policy as policies

    position, record, played = _find_position(game, move_number, moves)
    policy = policies.load_policy(model, symmetries=int(symmetries))
    found = policies.suggest(position, policy, top)
    title = _title(record, position)
    if picture is not None:
        _draw_suggestions(picture, position, policy, found, title, played)
    if as_json:
        _print_json(
            {
                "model": policy.name,
                "to_play": "black" if position.to_play > 0 else "white",
                "move_number": position.turn + 1,
                "suggestions": [
                    {"vertex": s.vertex, "point": s.point, "probability": s.probability}
                    for s in found
                ],
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
    from gopolicy_gui.picture import save_board_picture

    save_board_picture(
        path,
        position.stones,
        to_play=position.to_play,
        last_move=position.last_move,
        probabilities=policy.probabilities([position])[0],
        title=title.rpartition(", ")[0],
        suggestions=[(s.point, s.probability) for s in found],
        played=played,
    )


@main.command()
@click.argument("game", required=False)
@_MOVE
@_MOVES
@_JSON
@click.option("--npy", type=_FILES, help="Save uint8 [19, 19, 48] for numpy.load.")
@click.option("--picture", type=_FILES, help="Write a PNG of the 48 planes.")
def planes(
    game: str | None,
    move_number: int | None,
    moves: str,
    as_json: bool,
    npy: Path | None,
    picture: Path | None,
) -> None:
    """Show what the network sees at a position of GAME: the 48 feature planes."""
    from gopolicy.features import PLANE_NAMES, encode

    position, record, _ = _find_position(game, move_number, moves)
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
        _print_json({"move_number": position.turn + 1, "planes": rows})
        return
    click.echo(_title(record, position) + "\n")
    click.echo(position.diagram())
    click.echo()
    for i, (name, count) in enumerate(zip(PLANE_NAMES, counts, strict=True)):
        click.echo(f"{i:3d}  {name:20s} {count:4d}")


@main.group()
def dataset() -> None:
    """Build and inspect datasets of games."""


@dataset.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--out", required=True, type=_FILES, metavar="FILE.h5")
@click.option("--min-moves", default=20, show_default=True, help="Shorter games go.")
@click.option("--rank", default="", metavar="RANK", help='Both players at least: "5d".')
@click.option("--no-handicap", is_flag=True, help="Even games only.")
@click.option("--since", default="", metavar="DATE")
@click.option("--until", default="", metavar="DATE")
@click.option("--result", default="", metavar="TEXT", help='Begins so: "B", "W+R".')
@click.option("--player", default="", metavar="NAME", help="Part of a player's name.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; all cores.")
@click.option("--report", type=_FILES, help="CSV of games skipped or cut, and why.")
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
    from gopolicy.convert import build_dataset
    from gopolicy.selection import RecordFilter

    done = build_dataset(
        sources,
        out,
        filters=RecordFilter(min_rank=rank, **filters),
        workers=workers,
        report=report,
        progress=_bar("converting"),
    )
    size = out.stat().st_size
    click.echo(
        f"{done.games:,} games, {done.positions:,} positions from {done.files:,} files;"
        f" {size / 1e6:.1f} MB, {size / max(done.positions, 1):.2f} bytes a position"
    )
    for title, counts in (("skipped", done.skipped), ("cut", done.cut)):
        for reason, count in sorted(counts.items(), key=lambda item: -item[1]):
            click.echo(f"  {title:8s} {count:8,}  {reason}")


@dataset.command()
@click.argument("files", nargs=-1, required=True, type=_FILES, metavar="FILE.h5...")
@_JSON
def info(files: tuple[Path, ...], as_json: bool) -> None:
    """Show what is in datasets: games, positions, ranks, years, splits."""
    from gopolicy.config import TrainConfig
    from gopolicy.dataset import Dataset

    data = Dataset.open(*files)
    summary = data.summary(TrainConfig().held_out)
    if as_json:
        _print_json(summary)
        return
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


@main.command()
@click.argument("files", nargs=-1, required=True, type=_FILES, metavar="FILE.h5...")
@click.option("--out", required=True, type=_FILES, help="Folder of the run.")
@click.option(
    "--valid",
    multiple=True,
    type=_FILES,
    help="Held-out games; else a share of FILE.h5, split by game.",
)
@click.option(
    "--preset",
    type=click.Choice(["paper", "laptop"]),
    default="laptop",
    show_default=True,
    help="The recipe; the options below change it.",
)
@click.option("--network", help="Architecture.")
@click.option("--filters", type=int, help="Filters in each hidden layer.")
@click.option(
    "--start", type=_FILES, help="Begin with a model's weights, grown to fit."
)
@click.option("--resume", is_flag=True, help="Go on with the run in --out.")
@click.option("--steps", type=click.IntRange(min=0), help="End after so many steps.")
@click.option("--minutes", type=click.FloatRange(min=0), help="End after so long.")
@click.option(
    "--epochs", type=click.FloatRange(min=0), help="End after so many rounds."
)
@click.option("--batch-size", type=int)
@click.option("--optimizer")
@click.option("--learning-rate", type=float)
@click.option("--schedule", help="constant, halving, cosine or linear.")
@click.option("--halve-every", type=int, metavar="STEPS")
@click.option("--warmup-steps", type=int)
@click.option("--decay-share", type=float, help="Last part, in which the rate falls.")
@click.option("--weight-decay", type=float)
@click.option("--clip-norm", type=float, help="Global norm of the gradient; 0 is none.")
@click.option("--ema", type=float, help="Decay of the averaged weights a step.")
@click.option("--augment/--no-augment", default=None, help="The 8 symmetries.")
@click.option("--precision", help="auto, float32, bfloat16 or float16.")
@click.option("--seed", type=int)
@click.option("--held-out", type=float, help="Share of games without --valid.")
def train(
    files: tuple[Path, ...],
    out: Path,
    valid: tuple[Path, ...],
    preset: str,
    network: str | None,
    filters: int | None,
    start: Path | None,
    resume: bool,
    steps: int | None,
    minutes: float | None,
    epochs: float | None,
    **settings: Any,
) -> None:
    """Train a network on the games of FILE.h5.

    Writes OUT/best, OUT/last (models), OUT/history.csv. Without --steps, --minutes or
    --epochs it goes on until Ctrl-C; --resume goes on with a run that ended.
    """
    from dataclasses import replace

    from gopolicy.config import PRESETS
    from gopolicy.dataset import Dataset

    network_config, config = PRESETS[preset]
    given = {key: value for key, value in settings.items() if value is not None}
    config = replace(config, **given)
    network_config = replace(
        network_config,
        architecture=network or network_config.architecture,
        filters=filters or network_config.filters,
    )
    data = Dataset.open(*files)
    if valid:
        held_out = Dataset.open(*valid)
    else:
        data, held_out = data.split(config.held_out)
    if epochs is not None:
        steps = min(
            steps if steps is not None else sys.maxsize,
            round(epochs * data.n_positions / config.batch_size),
        )
    # After what can be told without TensorFlow, so that a slip is told at once.
    from gopolicy import train as training

    click.echo(
        f"{network_config.architecture}, {network_config.filters} filters; "
        f"{data.n_positions:,} positions of {data.n_games:,} games, "
        f"{held_out.n_games:,} games held out",
        err=True,
    )
    result = training.train(
        data,
        held_out,
        out,
        network=network_config,
        config=config,
        budget=training.Budget(steps=steps, minutes=minutes),
        start=start,
        resume=resume,
        progress=_train_line(),
    )
    last = result.history[-1]
    click.echo(
        f"{'done' if result.finished else 'stopped'} at step {result.step:,}: held-out "
        f"top-1 {_percent(last['valid_top1'])}, log loss {last['valid_log_loss']:.4f}; "
        f"models in {out / 'best'} and {out / 'last'}"
    )


def _train_line() -> Callable[[Any], None]:
    """The progress line of a training run."""
    import time

    shown_at = -60.0
    every = 0.5 if sys.stderr.isatty() else 20.0

    def show(now: Any) -> None:
        nonlocal shown_at
        if time.monotonic() - shown_at < every:
            return
        shown_at = time.monotonic()
        text = (
            f"{now.positions:,} positions, {now.positions_per_second:,.0f}/s, "
            f"loss {now.loss:.3f}"
        )
        if now.valid:
            text += f", held-out top-1 {_percent(now.valid['valid_top1'])}"
        if now.share_done:
            text += f", {_clock(now.seconds / now.share_done - now.seconds)} left"
        if sys.stderr.isatty():
            click.echo(f"\r{text:<79}", nl=False, err=True)
        else:
            click.echo(text, err=True)

    return show


@main.command()
@click.argument("arguments", nargs=-1, required=True, metavar="[MODEL] FILE.h5...")
@click.option(
    "--positions", type=click.IntRange(min=1), help="Only so many, at random."
)
@_SYMMETRIES
@_JSON
def evaluate(
    arguments: tuple[str, ...], positions: int | None, symmetries: str, as_json: bool
) -> None:
    """Measure how well MODEL predicts the moves of a dataset."""
    from gopolicy import evaluate as evaluation
    from gopolicy.dataset import Dataset
    from gopolicy.policy import load_policy

    files = [name for name in arguments if name.endswith((".h5", ".hdf5"))]
    models = [name for name in arguments if name not in files]
    if len(models) > 1 or not files:
        raise click.UsageError("name one MODEL at most, and at least one FILE.h5")
    data = Dataset.open(*files)
    policy = load_policy(models[0] if models else "default", symmetries=int(symmetries))
    result = evaluation.evaluate(
        policy.log_probabilities,
        data,
        n_positions=positions,
        progress=_bar("evaluating"),
    )
    if as_json:
        _print_json(
            {
                "model": policy.name,
                "positions": result.positions,
                "games": result.games,
                "symmetries": policy.symmetries,
                **result.figures,
                "intervals": result.intervals,
                "by_move": result.by_move,
            }
        )
        return
    click.echo(
        f"model {policy.name} on {result.positions:,} positions of "
        f"{result.games:,} games, {policy.symmetries} symmetries\n"
    )
    _print_evaluation(result)


def _print_evaluation(result: Evaluation) -> None:
    for name, value in result.figures.items():
        low, high = result.intervals[name]
        if name == "log_loss":
            click.echo(f"{'log loss':9s} {value:8.4f}    [{low:.4f}, {high:.4f}] nats")
        else:
            click.echo(
                f"{name.replace('top', 'top-'):9s} {_percent(value):>9s}   "
                f"[{_percent(low)}, {_percent(high)}]"
            )
    click.echo("\nmoves         positions     top-1   log loss")
    for row in result.by_move:
        click.echo(
            f"{row['first']:4.0f} - {row['last']:4.0f} {row['positions']:12,.0f} "
            f"{_percent(row['top1']):>9s} {row['log_loss']:10.4f}"
        )


@main.command()
@_JSON
def models(as_json: bool) -> None:
    """List the models that are installed, with their cards' figures."""
    from gopolicy.modelstore import list_models, places

    found = list_models()
    if as_json:
        _print_json([_model_row(info) for info in found])
        return
    if not found:
        looked = ", ".join(str(place) for place in places())
        raise click.ClickException(f"no models in {looked}")
    for info in found:
        network = info.network
        click.echo(f"{info.name}   {network.architecture}, {network.filters} filters")
        click.echo(f"    {info.path}")
        for key, value in info.card.items():
            if not isinstance(value, (dict, list)):
                click.echo(f"    {key}: {value}")
        for row in info.card.get("figures", []):
            click.echo(
                f"    {row['data']}: top-1 {_percent(row['top1'])}, "
                f"top-5 {_percent(row['top5'])}, log loss {row['log_loss']:.4f}"
            )


def _model_row(info: ModelInfo) -> dict[str, object]:
    from gopolicy.config import format_config

    return {
        "name": info.name,
        "path": str(info.path),
        "network": format_config(info.network),
        "card": info.card,
    }


if __name__ == "__main__":
    main()
