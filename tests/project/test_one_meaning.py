"""The same file never means two things: every part of the program reads it alike.

Each awkward record goes through ``suggest``, ``planes``, ``review``, ``loadsgf``,
``dataset build`` and the window, and must give the moves, the side to play, the place
where it stops, and the names that stand beside it here.
"""

import json
from typing import NamedTuple

import numpy as np
import pytest
from click.testing import CliRunner
from gopolicy_gui.model.events import CommandGiven, GameOpened
from gopolicy_gui.model.sgftree import load_games, parse_game
from gopolicy_gui.model.state import GuiState, player_name
from gopolicy_gui.model.tree import new_game
from gopolicy_gui.model.update import update
from gtp_client import new_state, run
from sgf_files import make_gib, make_ngf, make_ugf

from gopolicy import policy
from gopolicy.cli import main
from gopolicy.data.dataset import Dataset
from gopolicy.go.coords import BLACK, COLOR_NAMES, WHITE, format_vertex
from gopolicy.go.turns import SETUP_BIT, WHITE_BIT
from gopolicy.policy import UniformPolicy


class Case(NamedTuple):
    """A record and what it means: ``moves`` as far as they are legal.

    ``text``: an SGF without its first properties. ``data``: a file of another format.
    """

    text: str
    moves: str
    to_play: int
    stones: int
    stopped: str = ""
    black: str = ""
    data: bytes = b""


CASES = {
    "handicap without moves": Case("HA[2]AB[pd][dp]", "", WHITE, 2),
    "black stones alone": Case("AB[pd][dp]", "", WHITE, 2),
    "black stones and who begins": Case("AB[pd]PL[B]", "", BLACK, 1),
    "stones of both and who begins": Case("AB[pd]AW[dd]PL[W]", "", WHITE, 2),
    "stones of both": Case("AB[pd]AW[dd]", "", BLACK, 2),
    "who begins, and another does": Case("PL[W];B[pd]", "B Q16", WHITE, 1),
    "side named in mid-game": Case(";B[pd];W[dp]PL[W]", "B Q16 W D4", WHITE, 2),
    "side named alone": Case(";B[pd];W[dp];PL[white]", "B Q16 W D4", WHITE, 2),
    "side named, then a move": Case(
        ";B[pd]PL[B];B[dd];W[pp]", "B Q16 B D16 W Q4", BLACK, 3
    ),
    "setup in mid-game": Case(
        ";B[pd];AW[dd]AE[pd];W[pp];B[qq]", "B Q16 W Q4 B R3", WHITE, 3
    ),
    "setup at the end": Case(";B[pd];AB[dd]AW[pp]", "B Q16", WHITE, 3),
    "setup and a move in one node": Case(";B[pd]AW[dd];W[qq]", "B Q16 W R3", BLACK, 3),
    "setup on setup": Case(
        ";B[pd];AW[aa]AB[ab];AB[ba]AE[aa];W[qq]", "B Q16 W R3", BLACK, 4
    ),
    "handicap as moves": Case(
        "HA[3]KM[0.5];B[pd];B[dd];B[pp];W[dp]", "B Q16 B D16 B Q4 W D4", BLACK, 4
    ),
    "handicap without stones": Case("HA[2];W[dd]", "W D16", BLACK, 1),
    "one color twice": Case(";B[pd];B[dd]", "B Q16 B D16", WHITE, 2),
    "occupied": Case(
        ";B[aa];W[bb];B[bb];W[cc]",
        "B A19 W B18",
        BLACK,
        2,
        "move 3: occupied point B18",
    ),
    "ko out of turn": Case(
        ";B[ar];W[br];B[bs];W[cs];B[sa];W[as];W[bs];B[dd]",
        "B A2 W B2 B B1 W C1 B T19 W A1",
        BLACK,
        5,
        "move 7: ko B1",
    ),
    "no point": Case(
        ";B[pd];W[zz];B[dd]", "B Q16", WHITE, 1, "move 2: no point on the board: 'zz'"
    ),
    "no point for setup": Case(";B[pd];AW[zz][dd];W[pp]", "B Q16 W Q4", BLACK, 3),
    "no values for setup": Case("AB[]AW[]AE[];B[pd]", "B Q16", WHITE, 1),
    "dead setup": Case(
        ";B[pd];AB[aa]AW[ab][ba];W[dd]",
        "B Q16",
        WHITE,
        1,
        "setup before move 2: setup stones without a liberty A19",
    ),
    "setup that is alive only later": Case(
        ";B[pd];AB[aa]AW[ab][ba];AE[aa];W[dd]",
        "B Q16",
        WHITE,
        1,
        "setup before move 2: setup stones without a liberty A19",
    ),
    "two moves in one node": Case(";B[pd]W[dd];B[pp]", "B Q16 W D16 B Q4", WHITE, 3),
    "a move in the root": Case("B[pd];W[dd]", "B Q16 W D16", BLACK, 2),
    "escapes": Case(
        r"PB[a \[6d\] \\ \: b]C[x\]y];B[pd]C[\]]",
        "B Q16",
        WHITE,
        1,
        black=r"a [6d] \ : b",
    ),
    "lines in a name": Case("PB[a\n\tb];B[pd]", "B Q16", WHITE, 1, black="a b"),
    "GIB": Case(
        *("", "B Q16 W D4", BLACK, 2, "move 3: occupied point Q16", "kuro"),
        make_gib(
            header=("GAMEBLACKNAME=kuro",),
            moves=("STO 0 2 1 15 3 ", "STO 0 3 2 3 15 ", "STO 0 4 1 15 3 "),
        ),
    ),
    "NGF of a handicap": Case(
        *("", "W Q4", BLACK, 4, "", "kurogo"),
        make_ngf(handicap="3", black="kurogo", moves=("PMABWQQQQ",)),
    ),
    "UGF of a handicap": Case(
        *("", "W D4", BLACK, 3, "", "kurogo"),
        make_ugf(
            header=("PlayerB=kurogo",),
            hdcp="2,0.50",
            data=("PD,B1,0,0", "DP,B1,0,0", "DD,W1,1,3"),
        ),
    ),
}


class _Uniform(UniformPolicy):
    symmetries = 1


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """What a record means does not hang on who judges it."""
    monkeypatch.setattr(policy, "load_policy", lambda name, **options: _Uniform())


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


@pytest.fixture
def path(case, tmp_path):
    data = case.data or f"(;GM[1]SZ[19]{case.text})".encode()
    (tmp_path / "game.sgf").write_bytes(data)
    return str(tmp_path / "game.sgf")


def moves_text(moves):
    """Moves (color, point) as they stand in ``Case.moves``."""
    return " ".join(f"{'BW'[c == WHITE]} {format_vertex(p)}" for c, p in moves)


def ask(*words):
    done = CliRunner().invoke(main, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def test_suggest_and_planes(case, path):
    for command in ("suggest", "planes"):
        done = ask(command, path, "--json")
        found = json.loads(done.stdout)
        assert found["to_play"] == COLOR_NAMES[case.to_play]
        assert found["move_number"] == 1 + len(case.moves.split()) // 2
        assert found["stopped"] == case.stopped
        assert done.stderr.count(case.stopped or "ends before") == bool(case.stopped)


def test_review(case, path):
    found = json.loads(ask("review", path, "--json").stdout)
    moves = [f"{move['color'][0].upper()} {move['vertex']}" for move in found["moves"]]
    assert " ".join(moves) == case.moves
    assert found["stopped"] == case.stopped
    assert found["players"]["black"]["name"] == case.black


def test_review_writes_what_it_read(case, path, tmp_path):
    out = tmp_path / "out.sgf"
    ask("review", path, "--json", "--sgf", str(out))
    again = json.loads(ask("review", str(out), "--json").stdout)
    moves = [f"{move['color'][0].upper()} {move['vertex']}" for move in again["moves"]]
    assert (" ".join(moves), again["stopped"]) == (case.moves, case.stopped)


def test_loadsgf(case, path):
    state = new_state()
    run([f"loadsgf {path}"], state)
    assert moves_text(state.position.moves) == case.moves
    assert state.position.to_play == case.to_play
    assert np.count_nonzero(state.position.stones) == case.stones


def test_the_window(case, path):
    (text,) = load_games(path)
    tree = parse_game(text, "game.sgf")
    start = new_game(komi=7.5, handicap=0, black="", white="")
    state = update(GuiState(tree=start, saved=start), GameOpened(path, tree))
    state = update(state, CommandGiven("last"))
    assert moves_text(state.position.moves) == case.moves
    assert state.position.to_play == case.to_play
    assert np.count_nonzero(state.position.stones) == case.stones
    assert (state.message.text if state.message else "").endswith(case.stopped)
    assert bool(state.message) == bool(case.stopped)
    assert player_name(state.tree, BLACK) == case.black


def test_dataset_build(case, path, tmp_path):
    """It learns no more than there is, and begins with the same stones and moves."""
    words = ["dataset", "build", path, "-o", str(tmp_path / "x.h5"), "--min-moves", "1"]
    done = CliRunner().invoke(main, words)
    if done.exit_code == 1:
        assert not case.moves or any(
            words in done.output for words in ("White first", "handicap stones")
        ), done.output
        return
    codes = Dataset.open(tmp_path / "x.h5").game(0).tolist()
    moves = [
        (WHITE if code & WHITE_BIT else BLACK, code & 0x1FF)
        for code in codes
        if not code & SETUP_BIT
    ]
    assert case.moves.startswith(moves_text(moves))
    assert moves
