"""``gtp``: the engine for other people's Go programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gopolicy.cli.shared.console import end_at_once, own_stdout
from gopolicy.cli.shared.options import (
    model_option,
    rules_option,
    strength_option,
    symmetries_option,
    threads_option,
)
from gopolicy.config import FULL_STRENGTH, STRENGTHS, Rules, StrengthName
from gopolicy.language import tr

if TYPE_CHECKING:
    from gopolicy.gtp.protocol import Handler
    from gopolicy.player import Player
    from gopolicy.policy import Policy


@click.command()
@model_option
@symmetries_option
@threads_option
@strength_option
@click.option(
    "--temperature",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    help="0 plays the likeliest move; 1 draws by the probabilities. For full strength.",
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
@click.option(
    "--name",
    default="gopolicy",
    show_default=True,
    help='What programs are told; as "KataGo", Lizzie shows points and territory.',
)
def gtp(
    model: str,
    symmetries: int,
    threads: int | None,
    strength: StrengthName,
    temperature: float,
    temperature_moves: int,
    komi: float,
    rules: Rules,
    resign: bool,
    seed: int,
    playouts: int,
    name: str,
) -> None:
    """Play by GTP, the Go Text Protocol, on stdin and stdout.

    For Sabaki, GoGui, Lizzie and other programs: give them this command line.
    """
    if strength != FULL_STRENGTH and temperature:
        said = tr("a --strength has its own temperature; give one of them")
        raise click.UsageError(said)
    answers = own_stdout()
    from gopolicy.gtp.protocol import read_lines
    from gopolicy.gtp.start import serve

    def make_player(policy: Policy) -> Player:
        from gopolicy.player import Player
        from gopolicy.policy import load_owners

        player = Player(
            policy,
            owners=load_owners(threads=threads),
            temperature=temperature,
            temperature_moves=temperature_moves,
            resign=resign,
            rules=rules,
            playouts=playouts,
            seed=seed,
        )
        if strength != FULL_STRENGTH:
            player.set_strength(STRENGTHS[strength])
        return player

    def make_handlers(policy: Policy) -> dict[str, Handler]:
        from gopolicy.go import jit
        from gopolicy.gtp import commands
        from gopolicy.gtp.state import EngineState

        jit.run_as_python(sys.maxsize)  # until ``warm_up`` has compiled all
        state = EngineState(make_player(policy))
        state.set_komi(komi)
        return commands.make_handlers(state)

    def warm_up(policy: Policy) -> None:
        from gopolicy.go import jit
        from gopolicy.go.playouts import compile_kernels

        with jit.compiling():
            make_player(policy).warm_up()
        jit.run_compiled()
        click.echo("gopolicy: GTP ready", err=True)  # LizGoban waits for this
        compile_kernels()

    def load() -> Policy:
        from gopolicy.policy import load_policy

        return load_policy(model, symmetries=symmetries, threads=threads)

    # Raw: Python cannot end while a thread waits inside a buffered reader.
    with open(0, "rb", buffering=0, closefd=False) as source:
        serve(
            read_lines(source),
            answers,
            model=Path(model).name,
            name=name,
            make_handlers=make_handlers,
            load=load,
            warm_up=warm_up,
        )
    end_at_once()
