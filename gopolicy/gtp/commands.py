"""The commands of the specification, and those of KGS.

Each method reads its arguments, asks the state, and writes the answer. Source: GTP
version 2, draft 2, section 6, whose words for failures are kept; kgsGtp.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import numpy as np

from gopolicy.config import MAX_HANDICAP
from gopolicy.errors import GoPolicyError, IllegalMoveError, VertexError
from gopolicy.go.coords import (
    BLACK,
    BOARD_SIZE,
    EMPTY,
    PASS,
    WHITE,
    parse_vertex,
)
from gopolicy.go.handicap import HANDICAP_POINTS
from gopolicy.go.rulesets import change_rule, format_ruleset, parse_ruleset
from gopolicy.go.scoring import count_owners, find_seki, format_score
from gopolicy.gtp.extensions import Extensions
from gopolicy.gtp.protocol import Answer, GtpError, Handler
from gopolicy.gtp.start import administration
from gopolicy.gtp.state import EngineState
from gopolicy.gtp.words import (
    SYNTAX_ERROR,
    Words,
    format_choice,
    format_vertices,
    only,
    parse_color,
    parse_integer,
    parse_number,
)
from gopolicy.sgf.packed import unpack
from gopolicy.sgf.record import parse_records
from gopolicy.sgf.sources import is_packed

logger = logging.getLogger(__name__)

#: Whose the points are that GNU Go lists by these words of final_status_list.
_AREAS: Final = {"black_territory": BLACK, "white_territory": WHITE, "dame": EMPTY}
#: Largest record that loadsgf reads, in bytes.
_MAX_SGF: Final = 50_000_000


def make_handlers(state: EngineState) -> dict[str, Handler]:
    """Every command but "quit", by name, over one state."""
    handlers = {
        **administration(state.player.policy.name),
        **Commands(state).handlers(),
        **Extensions(state).handlers(),
    }
    return {name: _guard(handler) for name, handler in handlers.items()}


def _guard(handler: Handler) -> Handler:
    """The handler, with our errors as failures of the protocol."""

    def guarded(words: Words) -> Answer:
        try:
            return handler(words)
        except IllegalMoveError as error:
            raise GtpError(f"illegal move: {error}") from error
        except VertexError as error:
            raise GtpError(f"{SYNTAX_ERROR}: {error}") from error
        except GoPolicyError as error:
            raise GtpError(str(error)) from error

    return guarded


class Commands:
    """One method a command: words in, answer out."""

    def __init__(self, state: EngineState) -> None:
        self._state = state

    def handlers(self) -> dict[str, Handler]:
        """The commands by name."""
        same = (
            *(self.boardsize, self.clear_board, self.komi),
            *(self.fixed_handicap, self.place_free_handicap, self.set_free_handicap),
            *(self.loadsgf, self.play, self.genmove, self.reg_genmove, self.undo),
            *(self.time_settings, self.time_left, self.final_score),
            *(self.final_status_list, self.showboard),
        )
        return {
            **{method.__name__: method for method in same},
            "gg-undo": self.gg_undo,
            "kgs-genmove_cleanup": self.genmove_cleanup,
            "kgs-rules": self.kgs_rules,
            "kata-set-rules": self.set_rules,
            "kata-set-rule": self.set_rule,
            "kata-get-rules": self.get_rules,
            "kgs-time_settings": _nothing,
            "kgs-game_over": _nothing,
        }

    # Setup.

    def boardsize(self, words: Words) -> str:
        only(words)
        # Lizzie says both sides of a board that is no square.
        if any(parse_integer(word) != BOARD_SIZE for word in words[:2]):
            raise GtpError("unacceptable size")
        self._state.clear()
        return ""

    def clear_board(self, words: Words) -> str:
        self._state.clear()
        return ""

    def komi(self, words: Words) -> str:
        try:
            self._state.set_komi(float(only(words)))
        except ValueError as error:  # ConfigError is one too
            raise GtpError(
                f"{SYNTAX_ERROR}: komi is a number of -400 to 400"
            ) from error
        return ""

    def set_rules(self, words: Words) -> str:
        only(words)
        self._state.set_rules(parse_ruleset(" ".join(words)))
        return ""

    def kgs_rules(self, words: Words) -> str:
        """KGS plays Chinese rules with superko."""
        name = only(words)
        return self.set_rules(["chinese-kgs"] if name.lower() == "chinese" else [name])

    def set_rule(self, words: Words) -> str:
        if len(words) != 2:
            raise GtpError(SYNTAX_ERROR)
        self._state.set_rules(change_rule(self._state.ruleset, *words))
        return ""

    def get_rules(self, words: Words) -> str:
        return format_ruleset(self._state.ruleset)

    def fixed_handicap(self, words: Words) -> str:
        return self._place_handicap(parse_integer(only(words)))

    def place_free_handicap(self, words: Words) -> str:
        stones = parse_integer(only(words))
        if not 2 <= stones < BOARD_SIZE * BOARD_SIZE:
            raise GtpError("invalid number of stones")
        return self._place_handicap(min(stones, MAX_HANDICAP))

    def _place_handicap(self, stones: int) -> str:
        if stones not in HANDICAP_POINTS:
            raise GtpError("invalid number of stones")
        self._need_empty_board()
        points = HANDICAP_POINTS[stones]
        self._state.place_handicap(points)
        return format_vertices(points)

    def set_free_handicap(self, words: Words) -> str:
        self._need_empty_board()
        try:
            points = [parse_vertex(word) for word in words]
        except VertexError as error:
            raise GtpError("bad vertex list") from error
        if len(points) < 2 or PASS in points or len(set(points)) < len(points):
            raise GtpError("bad vertex list")
        try:
            self._state.place_handicap(points)
        except IllegalMoveError as error:  # the whole board
            raise GtpError("bad vertex list") from error
        return ""

    def _need_empty_board(self) -> None:
        if not self._state.is_empty:
            raise GtpError("board not empty")

    def loadsgf(self, words: Words) -> str:
        if not words:
            raise GtpError(SYNTAX_ERROR)
        number = None
        if len(words) > 1 and words[-1].isascii() and words[-1].isdigit():
            number = parse_integer(words[-1])
            words = words[:-1]
        path = Path(" ".join(words))
        try:
            if not path.is_file() or path.stat().st_size > _MAX_SGF:
                raise GtpError("cannot load file: no SGF file of that name")
            data = path.read_bytes()
            if is_packed(path.name):
                data = unpack(path.name, data, limit=_MAX_SGF)
            record = parse_records(data, path.name)[0]
        except (OSError, ValueError) as error:  # SgfError is one too
            raise GtpError(f"cannot load file: {error}") from error
        for trouble in record.troubles:
            logger.warning("%s: %s", record.source, trouble)
        self._state.load(record, number)
        return ""

    # Play.

    def play(self, words: Words) -> str:
        if len(words) != 2:
            raise GtpError(SYNTAX_ERROR)
        self._state.play(parse_color(words[0]), parse_vertex(words[1]))
        return ""

    def genmove(self, words: Words) -> str:
        return format_choice(self._state.generate(parse_color(only(words))))

    def reg_genmove(self, words: Words) -> str:
        return format_choice(self._state.suggest(parse_color(only(words))))

    def genmove_cleanup(self, words: Words) -> str:
        color = parse_color(only(words))
        return format_choice(self._state.generate(color, cleanup=True))

    def undo(self, words: Words) -> str:
        return self.gg_undo(())

    def gg_undo(self, words: Words) -> str:
        count = parse_integer(words[0]) if words else 1
        if not 0 <= count <= self._state.position.turn:
            raise GtpError("cannot undo")
        for _ in range(count):
            self._state.undo()
        return ""

    def time_settings(self, words: Words) -> str:
        if len(words) != 3 or any(parse_number(word) < 0 for word in words):
            raise GtpError(SYNTAX_ERROR)
        return ""  # it moves at once, whatever the time

    def time_left(self, words: Words) -> str:
        if len(words) != 3:
            raise GtpError(SYNTAX_ERROR)
        parse_color(words[0])
        for word in words[1:]:
            parse_number(word)
        return ""

    # Looking at the position.

    def showboard(self, words: Words) -> str:
        return f"\n{self._state.position.diagram()}"

    def final_score(self, words: Words) -> str:
        player = self._state.player
        score = self._state.judge().score
        # Of a game that is not over, the mean of the playouts: in whole points.
        return format_score(round(score + player.komi) - player.komi)

    def final_status_list(self, words: Words) -> str:
        status = only(words).lower()
        if status not in ("alive", "dead", "seki", *_AREAS):
            raise GtpError(SYNTAX_ERROR)
        judged, position = self._state.judge(), self._state.position
        dead = judged.dead
        if status in _AREAS:
            owners = count_owners(position, dead)
            free = position.stones == EMPTY
            free[list(dead)] = True
            points = np.flatnonzero((owners == _AREAS[status]) & free)
            return format_vertices(points.tolist())
        stones = frozenset(np.flatnonzero(position.stones).tolist())
        seki = find_seki(position, dead).stones if judged.is_over else frozenset()
        kinds = {"dead": dead, "seki": seki, "alive": stones - dead - seki}
        left = sorted(kinds[status])
        lines = []
        while left:
            chain = position.chain(left[0])
            lines.append(format_vertices(sorted(chain)))
            left = [point for point in left if point not in chain]
        return "\n".join(lines)


def _nothing(words: Words) -> str:
    """For what servers tell an engine that need not know it."""
    return ""
