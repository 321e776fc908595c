"""``match``: games against another program, or between two of our networks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gopolicy.cli.shared.options import (
    json_option,
    model_option,
    out_option,
    rules_option,
    strength_option,
    symmetries_option,
    threads_option,
)
from gopolicy.cli.shared.output import print_json
from gopolicy.config import FULL_STRENGTH, STRENGTH_NAMES, STRENGTHS, StrengthName
from gopolicy.errors import ConfigError, phrase
from gopolicy.language import N_, told, tr

if TYPE_CHECKING:
    from gopolicy.config import Rules
    from gopolicy.match.folder import MatchFolder
    from gopolicy.match.game import GameResult, MakeSide, Plan
    from gopolicy.policy import NetworkPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchOptions:
    """The options of the command, by their names there."""

    opponent: str | None
    opponent_model: str | None
    games: int
    model: str
    symmetries: int
    threads: int | None
    strength: StrengthName
    opponent_strength: StrengthName
    komi: float
    rules: Rules
    temperature: float
    no_resign: bool
    openings: str | None
    opening_moves: int
    referee: str | None
    max_moves: int
    timeout: float
    parallel: int
    seed: int
    out: Path | None
    as_json: bool


@click.command()
@click.option(
    "--opponent",
    metavar="COMMAND",
    help='A GTP program, as "gnugo --mode gtp --level 10"; {seed} in it becomes a '
    "number of each game's own.",
)
@click.option(
    "--opponent-model", metavar="MODEL", help="Instead: another network of ours."
)
@click.option("--games", default=10, show_default=True, type=click.IntRange(min=1))
@model_option
@symmetries_option
@threads_option
@strength_option
@click.option(
    "--opponent-strength",
    type=click.Choice(STRENGTH_NAMES),
    default=FULL_STRENGTH,
    show_default=True,
    help="Of the network of --opponent-model.",
)
@click.option("--komi", default=6.5, show_default=True)
@rules_option("How we count; GNU Go counts territory unless given --chinese-rules.")
@click.option(
    "--temperature",
    default=0.3,
    show_default=True,
    help="How freely networks of full strength choose in the first 20 moves, so that "
    "games differ.",
)
@click.option("--no-resign", is_flag=True, help="We play lost games to the end.")
@click.option(
    "--openings",
    metavar="PATH",
    help="Games whose first moves begin ours, each for two games, colors swapped.",
)
@click.option(
    "--opening-moves", default=10, show_default=True, type=click.IntRange(min=1)
)
@click.option(
    "--referee",
    metavar="COMMAND",
    help="A GTP program that sees every move, and counts at the first pass and the "
    "end.",
)
@click.option("--max-moves", default=500, show_default=True, type=click.IntRange(2))
@click.option(
    "--timeout",
    default=60.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds that a program gets for an answer.",
)
@click.option("--parallel", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0))
@out_option("Folder of an SGF of each game; those there are not played again.")
@json_option
def match(**given: Any) -> None:
    """Play a match, we with Black in the first game, then colors alternating.

    Against a GTP program (--opponent) or another network (--opponent-model). Prints
    the win rate with its 95 % Wilson interval. A game in which the program crashes or
    does not answer is void, and the match goes on.
    """
    from gopolicy.match.game import run_match
    from gopolicy.match.tally import tally

    options = MatchOptions(**given)
    if bool(options.opponent) == bool(options.opponent_model):
        raise click.UsageError(tr("give either --opponent or --opponent-model"))
    plans = _make_plans(options)
    theirs, their_name, their_hash = _find_opponent(options)
    policy, our_hash = _load(options.model, options)
    names = (_player_name(policy, options.strength), their_name)
    folder = _open_folder(options, names, (our_hash, their_hash))
    results = {} if folder is None else dict(folder.results)
    if results:
        said = tr.plural(
            "{n} game is there already", "{n} games are there already", len(results)
        )
        click.echo(said, err=True)
    run_match(
        [plan for plan in plans if plan.number not in results],
        ours=_make_player(policy, options, 0),
        theirs=theirs,
        referee=_make_engine(options.referee, options) if options.referee else None,
        parallel=options.parallel,
        on_result=_keep_in(results, folder),
    )
    chosen = [results[plan.number] for plan in plans]
    figures = tally(chosen)
    if options.as_json:
        print_json({**figures, "model": policy.name, "opponent": their_name})
    else:
        _print_figures(figures, names, options.komi)
    _tell_faults(chosen)


def _keep_in(
    results: dict[int, GameResult], folder: MatchFolder | None
) -> Callable[[GameResult], None]:
    """Takes each result as it comes: into ``results`` and ``folder``, and on stderr."""
    from gopolicy.match.folder import describe
    from gopolicy.match.tally import tally

    def keep(result: GameResult) -> None:
        results[result.number] = result
        if folder is not None:
            folder.add(result)
        figures = tally(list(results.values()))
        click.echo(f"{describe(result)}   {_score_line(figures)}", err=True)

    return keep


def _make_plans(options: MatchOptions) -> list[Plan]:
    from gopolicy.go.coords import BLACK, WHITE
    from gopolicy.match.game import Plan

    openings: list[tuple[int, ...]] = [()]
    if options.openings is not None:
        openings = _read_openings(options.openings, options.opening_moves)
    return [
        Plan(
            number=number,
            our_color=BLACK if number % 2 else WHITE,
            komi=options.komi,
            opening=openings[(number - 1) // 2 % len(openings)],
            max_moves=options.max_moves,
        )
        for number in range(1, options.games + 1)
    ]


def _read_openings(path: str, count: int) -> list[tuple[int, ...]]:
    """The first ``count`` moves of even games; others are passed over.

    Raises: ConfigError when there is none; SgfError when nothing can be read.
    """
    from gopolicy.match.game import find_opening
    from gopolicy.sgf.collection import load_records

    found = [
        opening
        for record in load_records(path)
        if (opening := find_opening(record, count))
    ]
    if not found:
        said = phrase("no even game in {path!r}; name others for --openings", path=path)
        raise ConfigError(said)
    return found


def _load(name: str, options: MatchOptions) -> tuple[NetworkPolicy, str]:
    """A policy, and a digest of the weights: a name may get others later."""
    from gopolicy.policy import load_policy

    policy = load_policy(name, symmetries=options.symmetries, threads=options.threads)
    digest = hashlib.sha256()
    for path in sorted(policy.info.path.iterdir()):
        if path.is_file():
            digest.update(path.read_bytes())
    return policy, digest.hexdigest()[:16]


def _find_opponent(options: MatchOptions) -> tuple[MakeSide, str, str]:
    """How to start it, its name, and its weights' digest, "" for a program."""
    from gopolicy.errors import RefusedError
    from gopolicy.match.client import GtpClient

    if options.opponent_model:
        policy, digest = _load(options.opponent_model, options)
        theirs = _make_player(policy, options, 1)
        return theirs, _player_name(policy, options.opponent_strength), digest
    command = options.opponent or ""
    with GtpClient(_with_seed(command, 0), timeout=options.timeout) as client:
        name = client.ask("name")
        with suppress(RefusedError):
            name = f"{name} {client.ask('version')}".strip()
    return _make_engine(command, options), name, ""


def _player_name(policy: NetworkPolicy, strength: StrengthName) -> str:
    """What a network is called; its strength belongs to it where it is not all."""
    name = f"gopolicy {policy.name}"
    return name if strength == FULL_STRENGTH else f"{name}, {strength}"


def _make_player(policy: NetworkPolicy, options: MatchOptions, side: int) -> MakeSide:
    from gopolicy.match.game import PlayerSide
    from gopolicy.player import Player
    from gopolicy.policy import load_owners

    strength = options.opponent_strength if side else options.strength
    owners = load_owners(threads=options.threads)

    def make(plan: Plan) -> PlayerSide:
        player = Player(
            policy,
            owners=owners,
            temperature=options.temperature,
            temperature_moves=20,
            resign=not options.no_resign,
            komi=options.komi,
            rules=options.rules,
            seed=options.seed + 2 * plan.number + side,
        )
        if strength != FULL_STRENGTH:
            player.set_strength(STRENGTHS[strength])
        return PlayerSide(player)

    return make


def _make_engine(command: str, options: MatchOptions) -> MakeSide:
    from gopolicy.match.game import EngineSide

    def make(plan: Plan) -> EngineSide:
        line = _with_seed(command, options.seed + plan.number)
        return EngineSide(line, timeout=options.timeout)

    return make


def _with_seed(command: str, seed: int) -> str:
    return command.replace("{seed}", str(seed))


def _open_folder(
    options: MatchOptions, names: tuple[str, str], hashes: tuple[str, str]
) -> MatchFolder | None:
    """The folder of the match, if there shall be one.

    Its settings are all that decides how games go; their number and the pace do not.
    """
    from gopolicy.match.folder import MatchFolder

    if options.out is None:
        return None
    decisive = (
        *("opponent", "komi", "rules", "temperature", "no_resign", "openings"),
        *("opening_moves", "referee", "max_moves", "seed"),
    )
    weaker = {
        name: given
        for name in ("strength", "opponent_strength")
        if (given := getattr(options, name)) != FULL_STRENGTH
    }
    settings: dict[str, object] = {
        **{name: getattr(options, name) for name in decisive},
        **weaker,  # folders of older versions know no others
        "symmetries": str(options.symmetries),  # as the first versions wrote it
        "weights": hashes[0],
        "opponent_weights": hashes[1],
    }
    return MatchFolder(
        options.out, settings, names=names, date=date.today().isoformat()
    )


def _score_line(figures: dict[str, Any]) -> str:
    text = f"{figures['wins']}-{figures['losses']}"
    if figures["jigo"]:
        text += f"-{figures['jigo']}"
    if figures["win_rate"] is not None:
        low, high = figures["interval"]
        text += (
            f" ({100 * figures['win_rate']:.1f} %, {100 * low:.1f} - {100 * high:.1f})"
        )
    return text + (tr(", {n} void", n=figures["void"]) if figures["void"] else "")


def _print_figures(
    figures: dict[str, Any], names: tuple[str, str], komi: float
) -> None:
    low, high = figures["interval"]
    rate = figures["win_rate"]
    shown = "-" if rate is None else f"{100 * rate:.1f} %"
    endings = ", ".join(
        tr("{n} by {ending}", n=n, ending=tr(how))
        for how, n in figures["endings"].items()
    )
    black, white = figures["as_black"], figures["as_white"]
    title = tr(
        "{ours} against {theirs}, komi {komi:g}",
        ours=names[0],
        theirs=names[1],
        komi=komi,
    )
    lines = (
        tr("won {wins}, lost {losses}, jigo {jigo}, void {void}", **figures),
        tr(
            "win rate {rate}   [{low:.1f} %, {high:.1f} %] 95 %, Wilson",
            rate=shown,
            low=100 * low,
            high=100 * high,
        ),
        tr(
            "as Black {black} of {black_games}, as White {white} of {white_games}",
            black=black["wins"],
            black_games=black["games"],
            white=white["wins"],
            white_games=white["games"],
        ),
        tr("games ended: {endings}", endings=endings),
    )
    click.echo(f"{title}\n")
    for line in lines:
        click.echo(line)
    _print_course(figures)


def _print_course(figures: dict[str, Any]) -> None:
    """How long the games were, and how far the counts agree."""
    if figures["turns"]:
        turns = figures["turns"]
        said = tr(
            "moves: median {median:g}, most {most}; {games}; {seconds:.0f} s a game",
            median=turns["median"],
            most=turns["max"],
            games=tr.plural(
                "{n} different game", "{n} different games", figures["distinct"]
            ),
            seconds=figures["seconds_per_game"],
        )
        click.echo(said)
    for name, said in (
        (
            "ours_and_theirs",
            N_("same winner by ours and theirs count: {same} of {games}"),
        ),
        (
            "ours_and_referee",
            N_("same winner by ours and referee count: {same} of {games}"),
        ),
    ):
        both = figures["same_winner"][name]
        if both["games"]:
            click.echo(tr(said, **both))
    passing = figures["passing"]
    if passing["judged_at_first_pass"]:
        said = tr(
            "won at the first pass {won_at_first_pass}, thrown away then "
            "{thrown_away}, resigned when won {resigned_won}, unfinished {unfinished}",
            **passing,
        )
        click.echo(said)


def _tell_faults(results: list[GameResult]) -> None:
    """Illegal moves, loudly: ours are faults of this program."""
    for result in results:
        if result.blame == result.our_color:
            said = tr(
                "OUR MOVE WAS REFUSED, please report this: game {number}: {trouble}",
                number=result.number,
                trouble=told(result.trouble),
            )
            click.echo(said, err=True)
