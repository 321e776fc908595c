"""Commands of the programs people use: analysis for Sabaki and Lizzie, GoGui's.

Sources: Leela Zero; KataGo, docs/GTP_Extensions.md; GoGui reference manual, "GTP
commands".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.analysis.limits import Limit, Limits
from gopolicy.analysis.lines import MOST_MOVES, Analysis, analyse
from gopolicy.go.coords import COLOR_WORDS, EMPTY, PASS, parse_vertex
from gopolicy.go.scoring import format_score
from gopolicy.gtp import formats
from gopolicy.gtp.protocol import GtpError, Handler, Stream
from gopolicy.gtp.state import EngineState
from gopolicy.gtp.words import (
    SYNTAX_ERROR,
    Words,
    format_choice,
    only,
    parse_color,
    parse_integer,
    parse_moves,
    parse_number,
)
from gopolicy.policy import best_moves

#: Seconds between two lines of an analysis: by default, at least, at most.
_INTERVAL: Final = 0.5
_MIN_INTERVAL: Final = 0.05
_MAX_INTERVAL: Final = 3600.0
#: Parameters of KataGo, and what of the player they are.
_PARAMS: Final = {
    "allowResignation": "resign",
    "chosenMoveTemperature": "temperature",
}
_FLAGS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the arguments of an analysis ask for."""

    color: int
    interval: float
    most: int
    ownership: bool
    root: bool
    limits: Limits


class Extensions:
    """One method a command: words in, answer out."""

    def __init__(self, state: EngineState) -> None:
        self._state = state

    def handlers(self) -> dict[str, Handler]:
        """The commands by name."""
        return {
            "lz-analyze": self.lz_analyze,
            "kata-analyze": self.kata_analyze,
            "analyze": self.kata_analyze,  # Sabaki's names
            "lz-genmove_analyze": self.lz_genmove_analyze,
            "kata-genmove_analyze": self.kata_genmove_analyze,
            "genmove_analyze": self.kata_genmove_analyze,
            "kata-raw-nn": self.kata_raw_nn,
            "kata-list-params": self.list_params,
            "kata-get-params": self.get_params,
            "kata-get-param": self.get_param,
            "kata-set-param": self.set_param,
            "kata-list_time_settings": self.list_time_settings,
            "kata-time_settings": _nothing,
            "clear_cache": _nothing,  # nothing is kept between positions
            "stop": _nothing,  # as any line, it ends an analysis
            "gogui-analyze_commands": self.gogui_analyze_commands,
            "gogui-interrupt": self.gogui_interrupt,
            "gogui-play_sequence": self.gogui_play_sequence,
            "gogui-setup": self.gogui_setup,
            "gogui-setup_player": self.gogui_setup_player,
            "gopolicy-policy": self.policy_percents,
            "gopolicy-policy_influence": self.policy_influence,
            "gopolicy-policy_colors": self.policy_colors,
            "gopolicy-best_moves": self.policy_best_moves,
            "gopolicy-ownership": self.ownership,
            "gopolicy-winrate": self.winrate,
        }

    # Analysis.

    def lz_analyze(self, words: Words) -> Stream:
        wish = self._read_wish(words)
        return Stream(map(formats.format_lz, self._analyse(wish)), wish.interval)

    def kata_analyze(self, words: Words) -> Stream:
        wish = self._read_wish(words)
        lines = (_format_kata(wish, analysis) for analysis in self._analyse(wish))
        return Stream(lines, wish.interval)

    def lz_genmove_analyze(self, words: Words) -> Stream:
        wish = self._read_wish(words)
        return Stream(self._analysed_move(wish, formats.format_lz))

    def kata_genmove_analyze(self, words: Words) -> Stream:
        wish = self._read_wish(words)
        return Stream(self._analysed_move(wish, lambda a: _format_kata(wish, a)))

    def _analysed_move(
        self, wish: _Wish, write: Callable[[Analysis], str]
    ) -> Iterator[str]:
        """One line of analysis, and the move, which is played."""
        yield write(next(self._analyse(wish)))
        choice = self._state.generate_within(wish.color, wish.limits)
        yield f"play {format_choice(choice)}"

    def _analyse(self, wish: _Wish) -> Iterator[Analysis]:
        return analyse(
            self._state.player,
            self._state.turn_of(wish.color),
            limits=wish.limits,
            most=wish.most,
        )

    def _read_wish(self, words: Words) -> _Wish:
        """[color] [centiseconds] and pairs such as "interval 50", "avoid b Q16 5"."""
        left = list(words)
        color = self._state.position.to_play
        if left and left[0].lower() in COLOR_WORDS:
            color = parse_color(left.pop(0))
        pairs: dict[str, str] = {}
        if left and left[0].replace(".", "", 1).isdigit():
            pairs["interval"] = left.pop(0)
        limits: list[Limit] = []
        while left:
            key = left.pop(0)
            if key in ("avoid", "allow") and len(left) >= 3:
                limits.append(_read_limit(key, *left[:3]))
                del left[:3]
            elif left:
                pairs[key] = left.pop(0)
            else:
                raise GtpError(SYNTAX_ERROR)
        seconds = parse_number(pairs.get("interval", "50")) / 100
        if "interval" not in pairs:
            seconds = _INTERVAL
        return _Wish(
            color=color,
            interval=min(max(seconds, _MIN_INTERVAL), _MAX_INTERVAL),
            most=max(1, parse_integer(pairs.get("maxmoves", str(MOST_MOVES)))),
            ownership=pairs.get("ownership") == "true",
            root=pairs.get("rootInfo") == "true",
            limits=Limits(tuple(limits)),
        )

    def kata_raw_nn(self, words: Words) -> str:
        symmetry = words[0] if words else "0"
        if symmetry != "all" and not 0 <= parse_integer(symmetry) < 8:
            raise GtpError(SYNTAX_ERROR)
        position = self._state.position
        return formats.format_raw_network(
            self._probabilities(),
            position.legal_mask(superko=True),
            self._state.judge(),
        )

    # KataGo's parameters: those of its names that mean something here.

    def list_params(self, words: Words) -> str:
        return " ".join(_PARAMS)

    def get_params(self, words: Words) -> str:
        return json.dumps({name: self._param(name) for name in _PARAMS})

    def get_param(self, words: Words) -> str:
        return self._param(only(words))

    def _param(self, name: str) -> str:
        if name not in _PARAMS:
            raise GtpError(f"unknown parameter; known: {', '.join(_PARAMS)}")
        value = getattr(self._state.player, _PARAMS[name])
        return str(value).lower() if isinstance(value, bool) else f"{value:g}"

    def set_param(self, words: Words) -> str:
        if len(words) != 2:
            raise GtpError(SYNTAX_ERROR)
        name, word = words
        is_flag = self._param(name) in _FLAGS
        if is_flag and word.lower() not in _FLAGS:
            raise GtpError(f"{name} is true or false")
        value = _FLAGS[word.lower()] if is_flag else parse_number(word)
        if value < 0:
            raise GtpError(f"{name} is 0 or more")
        setattr(self._state.player, _PARAMS[name], value)
        return ""

    def list_time_settings(self, words: Words) -> str:
        """All of them: it moves at once, whatever the time."""
        return "none absolute byoyomi canadian fischer fischer-capped"

    # GoGui.

    def gogui_analyze_commands(self, words: Words) -> str:
        return "\n".join(formats.ANALYZE_COMMANDS)

    def gogui_interrupt(self, words: Words) -> str:
        """Says that any line, such as GoGui's "# interrupt", ends an analysis."""
        return ""

    def gogui_play_sequence(self, words: Words) -> str:
        self._state.play_all(parse_moves(words))
        return ""

    def gogui_setup(self, words: Words) -> str:
        stones = parse_moves(words, colors={**COLOR_WORDS, "e": EMPTY, "empty": EMPTY})
        if any(point == PASS for _, point in stones):
            raise GtpError(SYNTAX_ERROR)
        self._state.set_up(stones)
        return ""

    def gogui_setup_player(self, words: Words) -> str:
        self._state.position.set_to_play(parse_color(only(words)))
        return ""

    def policy_percents(self, words: Words) -> str:
        return formats.format_percents(self._probabilities())

    def policy_influence(self, words: Words) -> str:
        color = self._state.position.to_play
        values = formats.policy_influence(self._probabilities(), color)
        return formats.format_influence(values)

    def policy_colors(self, words: Words) -> str:
        return formats.format_colors(self._probabilities())

    def policy_best_moves(self, words: Words) -> str:
        probabilities = self._probabilities()
        return formats.format_best_moves(
            probabilities, self._state.position.to_play, best_moves(probabilities, 10)
        )

    def ownership(self, words: Words) -> str:
        return formats.format_influence(self._state.judge().ownership)

    def winrate(self, words: Words) -> str:
        judgement = self._state.judge()
        score = format_score(round(judgement.score, 1))
        return f"Black wins {100 * judgement.black_winrate:.0f} % of playouts, {score}"

    def _probabilities(self) -> NDArray[np.float32]:
        policy = self._state.player.policy
        values: NDArray[np.float32] = policy.probabilities([self._state.position])[0]
        return values


def _nothing(words: Words) -> str:
    """For what is true without doing anything."""
    return ""


def _read_limit(key: str, color: str, vertices: str, until: str) -> Limit:
    """What "avoid b Q16,pass 5" says; "resign" may be among the vertices."""
    words = [word for word in vertices.split(",") if word.lower() != "resign"]
    last = parse_integer(until)
    if last < 1:
        raise GtpError(SYNTAX_ERROR)
    return Limit(
        color=parse_color(color),
        points=frozenset(map(parse_vertex, words)),
        until=last,
        is_allow=key == "allow",
        resign=len(words) < len(vertices.split(",")),
    )


def _format_kata(wish: _Wish, analysis: Analysis) -> str:
    return formats.format_kata(analysis, ownership=wish.ownership, root=wish.root)
