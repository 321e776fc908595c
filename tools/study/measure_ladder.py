"""Measures the ladder of strengths: each level against the next, or all by GNU Go.

Writes a row for each pair with its 95 % Wilson interval. Usage:
python tools/study/measure_ladder.py [--games 100] [--playouts 64] [--levels 8k,full]
    [--against "gnugo --mode gtp --level 1 --chinese-rules --seed {seed}"]
Levels may also be given as TEMPERATURE:CHOICES, to look for better ones.
``--playouts``: for each judgement of a position. A match of one pair, with its games,
is ``gopolicy match`` with ``--strength`` and ``--opponent-strength``.
"""

import argparse
import sys
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from gopolicy.config import STRENGTHS, Strength  # noqa: E402
from gopolicy.go.coords import BLACK, WHITE  # noqa: E402
from gopolicy.match.game import (  # noqa: E402
    EngineSide,
    GameResult,
    MakeSide,
    Plan,
    PlayerSide,
    run_match,
)
from gopolicy.match.tally import wilson_interval  # noqa: E402
from gopolicy.player import Player  # noqa: E402
from gopolicy.policy import NetworkPolicy, load_policy  # noqa: E402

KOMI = 7.5
#: Seconds for an answer of another program.
PATIENCE = 120


def find_level(name: str) -> Strength:
    """A level of the ladder by its name, or one of TEMPERATURE:CHOICES."""
    for known, strength in STRENGTHS.items():
        if known == name:
            return strength
    temperature, _, choices = name.partition(":")
    return Strength(float(temperature), int(choices))


def make_player(
    policy: NetworkPolicy, name: str, *, side: int, playouts: int
) -> MakeSide:
    """Starts a player of a level; each game has a seed of its own."""

    def make(plan: Plan) -> PlayerSide:
        seed = 2 * plan.number + side
        player = Player.of_strength(policy, find_level(name), seed=seed)
        player.playouts = playouts
        return PlayerSide(player)

    return make


def make_engine(command: str) -> MakeSide:
    """Starts another program; {seed} in its command becomes the game's number."""

    def make(plan: Plan) -> EngineSide:
        line = command.replace("{seed}", str(plan.number))
        return EngineSide(line, timeout=PATIENCE)

    return make


def play(ours: MakeSide, theirs: MakeSide, games: int, parallel: int) -> str:
    """Games with alternating colors; what we have won of them, as a row says it."""
    plans = [
        Plan(number=n, our_color=BLACK if n % 2 else WHITE, komi=KOMI)
        for n in range(1, games + 1)
    ]
    results: list[GameResult] = []
    run_match(
        plans, ours=ours, theirs=theirs, parallel=parallel, on_result=results.append
    )
    counted = [r for r in results if r.winner is not None]
    score = sum((1 + (r.winner or 0) * r.our_color) / 2 for r in counted)
    low, high = wilson_interval(score, len(counted))
    share = 100 * score / max(1, len(counted))
    return (
        f"{score:g} of {len(counted)}, {share:.0f} % "
        f"({100 * low:.0f} to {100 * high:.0f} %)"
    )


def main(asked: argparse.Namespace) -> None:
    """Plays the pairs one after the other."""
    policy, levels = load_policy("default"), asked.levels.split(",")
    pairs: list[tuple[str, str, MakeSide]] = [
        (level, command, make_engine(command))
        for command in asked.against
        for level in levels
    ]
    if not asked.against:
        pairs = [
            (
                stronger,
                weaker,
                make_player(policy, weaker, side=1, playouts=asked.playouts),
            )
            for weaker, stronger in pairwise(levels)
        ]
    for name, other, theirs in pairs:
        ours = make_player(policy, name, side=0, playouts=asked.playouts)
        row = play(ours, theirs, asked.games, asked.parallel)
        sys.stdout.write(f"{name} against {other}: {row}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--levels", default=",".join(STRENGTHS))
    parser.add_argument("--games", type=int, default=100)
    parser.add_argument("--playouts", type=int, default=256)
    parser.add_argument("--against", action="append", default=[])
    parser.add_argument("--parallel", type=int, default=1)
    main(parser.parse_args())
