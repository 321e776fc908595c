"""Commands of the programs people use: analysis for Sabaki and Lizzie, GoGui's.

Sources: Leela Zero; KataGo, docs/GTP_Extensions.md; GoGui reference manual, "GTP
commands".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gopolicy.analysis.lines import Analysis, analyse
from gopolicy.go.coords import COLOR_WORDS, EMPTY, PASS
from gopolicy.go.scoring import format_score
from gopolicy.gtp import formats
from gopolicy.gtp.protocol import GtpError, Handler, Stream
from gopolicy.gtp.state import EngineState
from gopolicy.gtp.wishes import KATA_FIELDS, Wish, read_wish
from gopolicy.gtp.words import (
    FLAGS,
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

#: Parameters of KataGo, and what of the player they are.
_PARAMS: Final = {
    "allowResignation": "resign",
    "chosenMoveTemperature": "temperature",
}


class Extensions:
    """One method a command: words in, answer out."""

    def __init__(self, state: EngineState) -> None:
        self._state = state

    def handlers(self) -> dict[str, Handler]:
        """The commands by name."""
        return {
            "lz-analyze": self.lz_analyze,
            "kata-analyze": self.kata_analyze,
            "lz-genmove_analyze": self.lz_genmove_analyze,
            "kata-genmove_analyze": self.kata_genmove_analyze,
            "kata-raw-nn": self.kata_raw_nn,
            "kata-list-params": self.list_params,
            "kata-get-params": self.get_params,
            "kata-get-param": self.get_param,
            "kata-set-param": self.set_param,
            "kata-list_time_settings": self.list_time_settings,
            "kata-time_settings": _nothing,
            "clear_cache": _nothing,  # nothing is kept between positions
            "stop": _nothing,  # as any line, it ends an analysis
            "set_position": self.set_position,
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
        wish = read_wish(words, self._to_play)
        return Stream(map(formats.format_lz, self._analyse(wish)), wish.interval)

    def kata_analyze(self, words: Words) -> Stream:
        wish = read_wish(words, self._to_play, known=KATA_FIELDS)
        write = partial(formats.format_kata, fields=wish.fields)
        return Stream(map(write, self._analyse(wish)), wish.interval)

    def lz_genmove_analyze(self, words: Words) -> Stream:
        wish = read_wish(words, self._to_play)
        return Stream(self._analysed_move(wish, formats.format_lz))

    def kata_genmove_analyze(self, words: Words) -> Stream:
        wish = read_wish(words, self._to_play, known=KATA_FIELDS)
        write = partial(formats.format_kata, fields=wish.fields)
        return Stream(self._analysed_move(wish, write))

    @property
    def _to_play(self) -> int:
        return self._state.position.to_play

    def _analysed_move(
        self, wish: Wish, write: Callable[[Analysis], str]
    ) -> Iterator[str]:
        """One line of analysis, and the move, which is played."""
        yield write(next(self._analyse(wish)))
        choice = self._state.generate_within(wish.color, wish.limits)
        yield f"play {format_choice(choice)}"

    def _analyse(self, wish: Wish) -> Iterator[Analysis]:
        return analyse(
            self._state.player,
            self._state.turn_of(wish.color),
            limits=wish.limits,
            least=wish.least,
            most=wish.most,
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
        is_flag = self._param(name) in FLAGS
        if is_flag and word.lower() not in FLAGS:
            raise GtpError(f"{name} is true or false")
        value = FLAGS[word.lower()] if is_flag else parse_number(word)
        if value < 0:
            raise GtpError(f"{name} is 0 or more")
        setattr(self._state.player, _PARAMS[name], value)
        return ""

    def list_time_settings(self, words: Words) -> str:
        """All of them: it moves at once, whatever the time."""
        return "none absolute byoyomi canadian fischer fischer-capped"

    def set_position(self, words: Words) -> str:
        """A new game, as of KataGo, that begins with these stones; Black is to play."""
        self._state.begin_with(_parse_stones(words, COLOR_WORDS))
        return ""

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
        colors = {**COLOR_WORDS, "e": EMPTY, "empty": EMPTY}
        self._state.set_up(_parse_stones(words, colors))
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


def _parse_stones(words: Words, colors: Mapping[str, int]) -> list[tuple[int, int]]:
    """Stones, none of which is a pass."""
    stones = parse_moves(words, colors=colors)
    if any(point == PASS for _, point in stones):
        raise GtpError(SYNTAX_ERROR)
    return stones


def _nothing(words: Words) -> str:
    """For what is true without doing anything."""
    return ""
