"""Finds whose each point is at the end of counted games, for train_owners.py.

python tools/owners/label_games.py OUT.npz COLLECTION... [--network MODEL] [--passes]
    [--without COLLECTION...] [--share S]

Counts the end of every game that its record says was won by points: by the owner
network of an earlier round, if one is named, and where its count is not that of the
record, by careful playouts. A count that is the record's to the half point names the
dead stones rightly, too, but for chance: such a game is kept, all others are left out.
``--passes``: only games that end by two passes. ``--without``: collections whose games
are left out. ``--share``: only this share of the games, by the hash of their moves.

OUT.npz: ``codes`` uint16, all games' turns; ``offsets`` int64 [G + 1]; ``owners`` int8
[G, 361], whose each point is at the end; ``hard`` bool [G]: the network was wrong.
"""

import argparse
import multiprocessing
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools" / "go")]

from count_games import Game, finished_games  # noqa: E402

from gopolicy.go.playouts import (  # noqa: E402
    Judgement,
    count_by,
    judge_end,
    owners_by,
)
from gopolicy.policy import OwnerNetwork, load_owners  # noqa: E402

Owners = NDArray[np.int8]
#: A count is the record's when it is no more than this away: less than a point.
SAME = 0.6
#: Playouts for a game; the search decides where they do not agree.
PLAYOUTS = 64
BATCH = 32


def owners_if_right(game: Game, judged: Judgement) -> Owners | None:
    """Whose the points are by a judgement, if its score is the record's."""
    if not judged.is_over or abs(judged.score - game.truth) > SAME:
        return None
    return owners_by(game.position, judged.ownership, judged.dead)


def owners_by_playouts(game: Game) -> Owners | None:
    """As ``owners_if_right``, by careful playouts and a search."""
    judged = judge_end(
        game.position, komi=game.komi, rules=game.rules, playouts=PLAYOUTS
    )
    return owners_if_right(game, judged)


def owners_by_network(
    games: list[Game], network: OwnerNetwork | None
) -> Iterator[Owners | None]:
    """As ``owners_if_right``, by the network; None without one."""
    if network is None:
        yield from [None] * len(games)
        return
    for start in range(0, len(games), BATCH):
        part = games[start : start + BATCH]
        found = network.ownership([game.position for game in part])
        for game, ownership in zip(part, found, strict=True):
            judged = count_by(
                game.position, ownership, komi=game.komi, rules=game.rules
            )
            yield owners_if_right(game, judged)


def wanted_games(
    paths: Iterable[str], *, without: Iterable[str], share: float, passes: bool
) -> Iterator[Game]:
    """The games to label, each once."""
    seen = {game.key for game in finished_games(without)}
    for game in finished_games(paths):
        is_due = game.key[0] < 256 * share and (game.has_two_passes or not passes)
        if is_due and game.key not in seen:
            seen.add(game.key)
            yield game


def label(games: list[Game], network: OwnerNetwork | None) -> dict[str, NDArray[Any]]:
    """The arrays of OUT.npz."""
    owners = list(owners_by_network(games, network))
    hard = [k for k, found in enumerate(owners) if found is None]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        asked = pool.map(owners_by_playouts, [games[k] for k in hard], chunksize=8)
        for k, found in zip(hard, asked, strict=True):
            owners[k] = found
    kept = [k for k, found in enumerate(owners) if found is not None]
    codes = [games[k].position.codes for k in kept]
    return {
        "codes": np.concatenate([*codes, np.empty(0, np.uint16)]),
        "offsets": np.cumsum([0, *map(len, codes)]),
        "owners": np.array([owners[k] for k in kept], np.int8).reshape(-1, 361),
        "hard": np.isin(kept, hard) & (network is not None),
    }


def main(asked: argparse.Namespace) -> None:
    network = load_owners(asked.network) if asked.network else None
    games = list(
        wanted_games(
            asked.paths,
            without=asked.without,
            share=asked.share,
            passes=asked.passes,
        )
    )
    found = label(games, network)
    np.savez_compressed(asked.out, allow_pickle=False, **found)
    sys.stdout.write(
        f"{len(games)} games, {len(found['hard'])} counted as their records say, "
        f"{found['hard'].sum()} of them not by the network\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--network")
    parser.add_argument("--without", nargs="+", default=[])
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--passes", action="store_true")
    main(parser.parse_args())
