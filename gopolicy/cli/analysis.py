"""``analysis``: the engine for programs that speak KataGo's analysis protocol."""

from __future__ import annotations

import logging
import queue
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from gopolicy.cli.shared.console import own_stdout
from gopolicy.cli.shared.options import (
    model_option,
    symmetries_option,
    threads_option,
)
from gopolicy.errors import GoPolicyError

if TYPE_CHECKING:
    from gopolicy.analysis.engine import Inbox

F = TypeVar("F", bound=Callable[..., Any])
logger = logging.getLogger(__name__)

#: Exit code of a start that failed. KaTrain takes 1 for an end that was meant, and
#: then says nothing.
_FAILED = 2
#: Bytes read at a time.
_CHUNK = 1 << 16


def _katago_option(name: str) -> Callable[[F], F]:
    """An option that KataGo's clients give, and that means nothing here."""
    dest = "katago_" + name.replace("-", "_")
    return click.option(
        f"-{name}", dest, multiple=True, expose_value=False, hidden=True
    )


@click.command()
@model_option
@symmetries_option
@threads_option
@_katago_option("model")
@_katago_option("config")
@_katago_option("human-model")
@_katago_option("override-config")
@_katago_option("analysis-threads")
@click.option(
    "-quit-without-waiting",
    "hurried",
    is_flag=True,
    help="At the end of the input, leave what is not yet answered.",
)
def analysis(model: str, symmetries: int, threads: int | None, hurried: bool) -> None:
    """Answer KataGo's analysis protocol, JSON on stdin and stdout.

    For KaTrain and others: name this program in KataGo's place. KataGo's own options
    (-model, -config, -human-model, -override-config) are passed over; the network is
    chosen by --model.
    """
    answers = own_stdout()
    inbox: Inbox = queue.Queue(maxsize=1000)
    threading.Thread(target=_read_stdin, args=(inbox,), daemon=True).start()
    click.echo(f"gopolicy analysis: starting, model {model}", err=True)
    from gopolicy.analysis.engine import Engine
    from gopolicy.go.position import Position
    from gopolicy.player import Player
    from gopolicy.policy import load_owners, load_policy

    try:
        policy = load_policy(model, symmetries=symmetries, threads=threads)
        owners = load_owners(threads=threads)
        player = Player(policy, owners=owners)
        player.warm_up()
        player.ownership(Position())
    except GoPolicyError as error:
        click.echo(f"gopolicy analysis: cannot start: {error}", err=True)
        sys.exit(_FAILED)
    click.echo("gopolicy analysis: ready to begin handling requests", err=True)
    try:
        engine = Engine(policy, _writer(answers), owners=owners)
        engine.run(inbox, finish=not hurried)
    except BrokenPipeError:
        logger.info("the client is gone")


def _writer(answers: TextIO) -> Callable[[str], None]:
    def write(line: str) -> None:
        answers.write(line)
        answers.flush()

    return write


def _read_stdin(inbox: Inbox) -> None:
    """The reading thread: requests wait in the inbox from the start on."""
    from gopolicy.analysis.engine import split_lines

    # Raw: Python cannot end while a thread waits inside a buffered reader.
    with open(0, "rb", buffering=0, closefd=False) as source:
        try:
            for line in split_lines(iter(lambda: source.read(_CHUNK), b"")):
                inbox.put(line)
        except (OSError, ValueError) as error:  # closed while we read
            logger.info("the input ended: %s", error)
    inbox.put(None)
