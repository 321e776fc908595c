"""How often finished games are counted as their players counted them.

python tools/go/count_games.py [COLLECTION...] [--passes] [--sample N]
    [--without FILE...] [--playouts N] [--gnugo] [--katago COMMAND] [--worst N]
    [--boards] [--no-network]

Judges the end of every game that its record says was won by points (by default of the
games in datasets/), by the komi and the rules of the record, and writes how many are
within 2 points of the record, how many more than 6 and 20 off, and the worst. Where a
record names no rules, a komi of 7.5 or none means area, all else territory.

``--passes``: only games that end by two passes. ``--sample``: the N games whose moves
have the lowest hashes. ``--without``: collections whose games are left out. ``--gnugo``
has GNU Go count them, too. ``--katago`` starts KataGo's analysis engine and takes its
network's lead, of one visit, for the truth: how many records and how many of our counts
are that near. ``--no-network`` counts without the owner network. ``--boards`` draws the
worst: small letters are dead stones, + Black's points, - White's. Held-out games are
300 of both KGS archives:
--passes --sample 300 --without datasets/sample-*.zip datasets/alphago.zip
"""

import argparse
import contextlib
import hashlib
import json
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from gopolicy.config import Rules
from gopolicy.go.coords import BLACK, BOARD_SIZE, PASS, format_vertex
from gopolicy.go.playouts import Judgement, judge_end
from gopolicy.go.position import Position
from gopolicy.go.scoring import count_owners, format_score
from gopolicy.go.turns import SETUP_BIT, code_color, point_of
from gopolicy.match.client import GtpClient
from gopolicy.policy import load_owners
from gopolicy.sgf.gameinfo import parse_result
from gopolicy.sgf.parse import read_games
from gopolicy.sgf.record import parse_records, position_at
from gopolicy.sgf.sources import Source, iter_sources

DATASETS: Final = Path(__file__).resolve().parents[2] / "datasets"
SAMPLES: Final = ("sample-train.zip", "sample-valid.zip", "alphago.zip")
GNUGO: Final[dict[Rules, str]] = {
    "area": "gnugo --mode gtp --level 1 --chinese-rules",
    "territory": "gnugo --mode gtp --level 1 --japanese-rules",
}
CLOSE, FAR, WRONG = 2, 6, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """A finished game. ``truth``: Black's lead by the record; ``key``: of its moves."""

    name: str
    position: Position
    komi: float
    rules: Rules
    truth: float
    key: bytes

    @property
    def has_two_passes(self) -> bool:
        """Whether it ends by them."""
        return [point for _, point in self.position.moves[-2:]] == [PASS, PASS]


Score = Callable[[Game], float]


def finished_games(paths: Iterable[str | Path]) -> Iterator[Game]:
    """The games of collections that were won by points."""
    for source in iter_sources(paths):
        result = source.data.partition(b"RE[")[2].partition(b"]")[0]
        if parse_result(result.decode("latin-1"))[2:3].isdigit():
            yield read_game(source)


def read_game(source: Source) -> Game:
    """A game that was won by points."""
    record = parse_records(source.data, source.name)[0]
    named = read_games(source.data, source.name)[0].info.get("RU", "")
    komi = 7.5 if record.komi is None else record.komi
    by_area = named != "Japanese" if named else komi == 7.5
    return Game(
        name=source.name.rpartition("!")[2],
        position=position_at(record),
        komi=komi,
        rules="area" if by_area else "territory",
        truth=float(record.result[2:]) * (1 if record.result[0] == "B" else -1),
        key=hashlib.blake2b(record.codes.tobytes(), digest_size=8).digest(),
    )


def count_by_gnugo(game: Game, engines: dict[Rules, GtpClient]) -> float:
    """Black's lead as GNU Go counts it."""
    engine = engines[game.rules]
    engine.ask("boardsize 19")
    engine.ask(f"komi {game.komi}")
    engine.ask("clear_board")
    for color, point in game.position.moves:
        name = "black" if color == BLACK else "white"
        engine.ask(f"play {name} {format_vertex(point)}")
    text = engine.ask("final_score")
    return 0.0 if text == "0" else float(text[2:]) * (1 if text[0] == "B" else -1)


def _named(stones: Iterable[tuple[int, int]]) -> list[list[str]]:
    """(color, point)s as KataGo wants them."""
    return [["B" if c == BLACK else "W", format_vertex(p)] for c, p in stones]


def ask_katago(games: Sequence[Game], command: str) -> dict[str, float]:
    """Black's lead by KataGo's network at the end of each game, by its name."""
    requests = [
        {
            "id": game.name,
            "initialStones": _named(
                (int(code_color(code)), point_of(code))
                for code in game.position.codes.tolist()
                if code & SETUP_BIT
            ),
            "moves": _named(game.position.moves),
            "rules": "chinese" if game.rules == "area" else "japanese",
            "komi": game.komi,
            "boardXSize": BOARD_SIZE,
            "boardYSize": BOARD_SIZE,
            "maxVisits": 1,
            "overrideSettings": {"reportAnalysisWinratesAs": "BLACK"},
        }
        for game in games
    ]
    asked = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run(
        shlex.split(command), input=asked, stdout=subprocess.PIPE, text=True, check=True
    )
    answers = map(json.loads, done.stdout.splitlines())
    return {a["id"]: a["rootInfo"]["scoreLead"] for a in answers}


def compare_with_katago(
    games: Sequence[Game], scores: Sequence[float], command: str
) -> None:
    """How many records and how many counts are within 2 points of KataGo's lead."""
    leads = ask_katago(games, command)
    lead = np.array([leads[game.name] for game in games])
    truth = np.array([game.truth for game in games])
    near, far = np.abs(np.array(scores) - lead), np.abs(truth - lead)
    sys.stdout.write(
        f"within {CLOSE} points of KataGo: {(near <= CLOSE).sum()} counts and "
        f"{(far <= CLOSE).sum()} records of {len(games)}; more than {WRONG} off: "
        f"{(near > WRONG).sum()} and {(far > WRONG).sum()}\n"
    )
    for k in np.flatnonzero((near > CLOSE) | (far > CLOSE)).tolist():
        sys.stdout.write(
            f"  KataGo {lead[k]:+6.1f}, count {scores[k]:+6.1f}, "
            f"record {truth[k]:+6.1f}: {games[k].name}\n"
        )


def draw(game: Game, dead: Collection[int]) -> str:
    """The end of a game, its dead stones in small letters, and whose points are."""
    stones, owners = game.position.stones, count_owners(game.position, dead)
    marks = np.where(stones, np.array([*".XO"])[stones], np.array([*".+-"])[owners])
    for point in dead:
        marks[point] = marks[point].lower()
    rows = marks.reshape(BOARD_SIZE, BOARD_SIZE).tolist()  # row 0 at the top
    return "\n".join("    " + " ".join(row) for row in rows)


def report(
    games: Sequence[Game],
    score: Score,
    *,
    name: str,
    worst: int,
    judge: Callable[[Game], Judgement] | None = None,
) -> list[float]:
    """Counts the games, and writes how near the records that comes; the counts.

    ``judge``: names the dead stones of the worst, to draw them.
    """
    begin = time.perf_counter()
    scores = np.array([score(game) for game in games])
    seconds = (time.perf_counter() - begin) / len(games)
    off = np.abs(scores - [game.truth for game in games])
    close, far, wrong = (off <= CLOSE).sum(), (off > FAR).sum(), (off > WRONG).sum()
    sys.stdout.write(
        f"{name}: {close} of {len(games)} games within {CLOSE} points, "
        f"{(off < 1).sum()} the same, {far} more than {FAR} off, "
        f"{wrong} more than {WRONG}; {1000 * seconds:.0f} ms a game\n"
    )
    for k in np.argsort(-off, kind="stable")[:worst].tolist():
        if off[k] > CLOSE:
            found, told = format_score(scores[k]), format_score(games[k].truth)
            sys.stdout.write(f"  {found:8} for {told:8} {games[k].name}\n")
            if judge is not None:
                sys.stdout.write(f"{draw(games[k], judge(games[k]).dead)}\n")
    return [float(found) for found in scores]


def main() -> None:
    """Writes a line for each way to count, and the worst games."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("collections", nargs="*")
    parser.add_argument("--passes", action="store_true")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--playouts", type=int, default=256)
    parser.add_argument("--gnugo", action="store_true")
    parser.add_argument("--katago", metavar="COMMAND")
    parser.add_argument("--worst", type=int, default=20)
    parser.add_argument("--boards", action="store_true")
    parser.add_argument("--no-network", action="store_true")
    asked = parser.parse_args()
    left_out = {game.key for game in finished_games(asked.without)}
    games = [
        game
        for game in finished_games(asked.collections or [DATASETS / n for n in SAMPLES])
        if game.key not in left_out and (game.has_two_passes or not asked.passes)
    ]
    if asked.sample:
        games = sorted(games, key=lambda game: game.key)[: asked.sample]

    owners = None if asked.no_network else load_owners()

    def judge(game: Game) -> Judgement:
        return judge_end(
            game.position,
            komi=game.komi,
            rules=game.rules,
            playouts=asked.playouts,
            opinion=owners.ownership([game.position])[0] if owners else None,
        )

    def count(game: Game) -> float:
        return judge(game).score

    count(games[0])  # compiles the kernels
    scores = report(
        games,
        count,
        name="gopolicy",
        worst=asked.worst,
        judge=judge if asked.boards else None,
    )
    if asked.katago:
        compare_with_katago(games, scores, asked.katago)
    if asked.gnugo:
        with contextlib.ExitStack() as stack:
            engines = {r: stack.enter_context(GtpClient(GNUGO[r])) for r in GNUGO}
            report(
                games,
                lambda game: count_by_gnugo(game, engines),
                name="GNU Go",
                worst=asked.worst,
            )


if __name__ == "__main__":
    main()
