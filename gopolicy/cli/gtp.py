"""``gtp``: the engine for other people's Go programs."""

from __future__ import annotations

import click

from gopolicy.cli.shared.console import own_stdout
from gopolicy.cli.shared.options import model_option, rules_option, symmetries_option
from gopolicy.config import Rules


@click.command()
@model_option
@symmetries_option
@click.option(
    "--temperature",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    help="0 plays the likeliest move; 1 draws by the probabilities.",
)
@click.option(
    "--temperature-moves",
    type=click.IntRange(min=0),
    default=30,
    show_default=True,
    metavar="N",
    help="Draw in the first N moves only.",
)
@click.option("--komi", type=float, default=7.5, show_default=True)
@rules_option("How to count: Chinese, Japanese, AGA's or Tromp-Taylor's rules.")
@click.option(
    "--resign/--no-resign", default=True, show_default=True, help="Give lost games up."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option(
    "--playouts",
    type=click.IntRange(2, 1_000_000),
    default=256,
    show_default=True,
    help="Playouts for each judgement of a position.",
)
def gtp(
    model: str,
    symmetries: int,
    temperature: float,
    temperature_moves: int,
    komi: float,
    rules: Rules,
    resign: bool,
    seed: int,
    playouts: int,
) -> None:
    """Play by GTP, the Go Text Protocol, on stdin and stdout.

    For Sabaki, GoGui, Lizzie and other programs: give them this command line.
    """
    answers = own_stdout()
    from gopolicy.gtp.commands import make_handlers
    from gopolicy.gtp.protocol import Session, read_lines
    from gopolicy.gtp.state import EngineState
    from gopolicy.player import Player
    from gopolicy.policy import load_policy

    player = Player(
        load_policy(model, symmetries=symmetries),
        temperature=temperature,
        temperature_moves=temperature_moves,
        resign=resign,
        rules=rules,
        playouts=playouts,
        seed=seed,
    )
    state = EngineState(player)
    state.set_komi(komi)
    player.warm_up()
    # Raw: Python cannot end while a thread waits inside a buffered reader.
    with open(0, "rb", buffering=0, closefd=False) as source:
        Session(make_handlers(state), read_lines(source), answers).run()
