"""``play``: the board in a window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from gopolicy.cli.shared.console import end_at_once
from gopolicy.cli.shared.options import PATH, model_option
from gopolicy.cli.shared.output import tell_written
from gopolicy.config import (
    LANGUAGE_NAMES,
    MAX_HANDICAP,
    ROLE_NAMES,
    STRENGTH_NAMES,
    THEME_NAMES,
    LanguageName,
    RoleName,
    StrengthName,
    ThemeName,
)
from gopolicy.errors import ConfigError, SgfError, phrase
from gopolicy.language import tr

if TYPE_CHECKING:
    from gopolicy_gui.model.settings import Settings


#: Seconds before the network answers a move: one sees the own stone first.
_PAUSE: Final = 0.6


def _parse_size(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[int, int] | None:
    """Width and height of a text such as "1280x800"."""
    if value is None:
        return None
    width, _, height = value.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        said = tr("{value!r} is no size; write it as 1280x800", value=value)
        raise click.BadParameter(said)
    return int(width), int(height)


@click.command()
@click.argument("game", required=False)
@model_option
@click.option(
    "--color",
    type=click.Choice(ROLE_NAMES),
    help="What you play; the network plays the rest.  [default: black; both with GAME]",
)
@click.option(
    "--handicap",
    type=click.Choice(["0", *map(str, range(2, MAX_HANDICAP + 1))]),
    default="0",
    show_default=True,
    help="Stones on the board before the first move.",
)
@click.option(
    "--komi",
    type=click.FloatRange(-50, 50),
    help="White's points.  [default: 0.5 with handicap stones]",
)
@click.option(
    "--strength",
    type=click.Choice(STRENGTH_NAMES),
    help="Of the network as a player; full is the plain network.",
)
@click.option(
    "--temperature",
    type=click.FloatRange(0, 2),
    help="0: the network always plays its likeliest move; 1: as often as likely.",
)
@click.option(
    "--size", metavar="WxH", callback=_parse_size, help="Of the window, in pixels."
)
@click.option("--theme", type=click.Choice(THEME_NAMES))
@click.option(
    "--language",
    type=click.Choice(LANGUAGE_NAMES),
    help="Of the window.  [default: the system's]",
)
@click.option(
    "--picture",
    type=PATH,
    metavar="OUT.png",
    help="Write a PNG of the window instead of opening it.",
)
def play(
    game: str | None,
    model: str,
    color: RoleName | None,
    handicap: str,
    komi: float | None,
    strength: StrengthName | None,
    temperature: float | None,
    size: tuple[int, int] | None,
    theme: ThemeName | None,
    language: LanguageName | None,
    picture: Path | None,
) -> None:
    """Play and study on a board in a window; opens GAME, an SGF file.

    What is not said is as it was the last time. The key ? lists all keys.
    """
    import os
    import secrets
    from datetime import date

    from gopolicy_gui.app.app import App, Start
    from gopolicy_gui.app.brain import NetworkBrain
    from gopolicy_gui.app.keeper import state_folder
    from gopolicy_gui.app.snapshot import save_snapshot
    from gopolicy_gui.model.language import find_language
    from gopolicy_gui.model.options import Role

    from gopolicy.go import jit

    if game is not None and not Path(game).exists():
        raise SgfError(phrase("no file {game!r}; name an SGF file, or none", game=game))
    settings_path = Path(click.get_app_dir("gopolicy")) / "window.json"
    changes: dict[str, Any] = {"komi": komi, "temperature": temperature}
    changes |= {"theme": theme, "language": language, "strength": strength}
    start = Start(
        settings=_change_settings(settings_path, size, changes),
        settings_path=settings_path,
        state_folder=state_folder(),
        game=game or "",
        role=Role(color) if color else None,
        handicap=int(handicap),
        komi=komi,
        today=date.today().isoformat(),
        language=find_language(os.environ),
        pause=_PAUSE,
    )
    brain = NetworkBrain(model, seed=secrets.randbits(31))
    if picture is None:
        App(start, brain).run()
        end_at_once()
        return
    jit.run_as_python()
    state = save_snapshot(picture, start, brain)
    if state.message is not None and state.message.is_error:
        raise ConfigError(state.message.text)
    tell_written(picture)


def _change_settings(
    path: Path, size: tuple[int, int] | None, options: dict[str, Any]
) -> Settings:
    """The settings of the last time, with what was said this time (not None)."""
    from dataclasses import replace

    from gopolicy_gui.model.settings import check_size, load_settings

    settings = load_settings(path)
    given = {name: value for name, value in options.items() if value is not None}
    return replace(
        settings,
        size=check_size(*size) if size else settings.size,
        options=replace(settings.options, **given),
    )
