"""The ``gopolicy`` command: the only place that prints and sets up logging.

Results go to stdout, all else to stderr; exit code 1 for our errors (one line, no
traceback), 2 for usage. Heavy modules are imported inside the commands, so that
``gopolicy --help`` answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import click

from gopolicy.cli import (
    analysis,
    bench,
    compare,
    dataset,
    evaluate,
    export,
    gtp,
    look,
    match,
    models,
    planes,
    play,
    review,
    suggest,
    train,
)
from gopolicy.cli.shared.console import open_consoles, undo_escapes
from gopolicy.cli.shared.translation import speak_for_click, translated
from gopolicy.errors import GoPolicyError, Said, system_says
from gopolicy.language import find_language, speak, spoken, told
from gopolicy.version import __version__


class _Commands(click.Group):
    """Turns our errors, and the system's, into one line and exit code 1.

    Speaks the system's language, if we know it.
    """

    def main(self, *args: Any, **extra: Any) -> Any:
        speak(find_language(os.environ))
        if spoken() == "en":
            return super().main(*args, **extra)
        speak_for_click()
        return super(_Commands, translated(self)).main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except GoPolicyError as error:
            raise click.ClickException(undo_escapes(told(error))) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            where = f"{error.filename!r}: " if error.filename else ""
            text = f"{where}{told(system_says(error))}".strip()
            raise click.ClickException(undo_escapes(text)) from error


class _Told(logging.Formatter):
    """The messages alone, in the person's language where they are ``Said``."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return told(record.msg) if isinstance(record.msg, Said) else record.message


_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=_Commands, context_settings=_CONTEXT)
@click.version_option(__version__, "-V", "--version", prog_name="gopolicy")
@click.option("-v", "--verbose", is_flag=True, help="Say more on stderr.")
def main(verbose: bool) -> None:
    """AlphaGo's supervised policy network: train it, ask it, play with it."""
    open_consoles()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Told())
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(handlers=[handler], level=level)


for _command in (
    suggest.suggest,
    planes.planes,
    bench.bench,
    compare.compare,
    dataset.dataset,
    gtp.gtp,
    analysis.analysis,
    export.export,
    train.train,
    match.match,
    evaluate.evaluate,
    models.models,
    review.review,
    play.play,
    look.look,
):
    main.add_command(_command)
