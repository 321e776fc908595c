"""The engine while it loads: what needs no network is answered at once.

The rules' kernels and then the network come behind, in another thread. So this imports
neither, nor numpy: the first line is answered before they are there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Final, TextIO

from gopolicy.errors import GoPolicyError
from gopolicy.gtp.protocol import Answer, GtpError, Handler, Session
from gopolicy.version import __version__

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gopolicy.go.position import Position
    from gopolicy.policy import Policy

Words = Sequence[str]

#: What the engine calls itself.
NAME: Final = "gopolicy"
#: All commands, to name them before they are there; a test holds them against those.
NAMES: Final = frozenset(
    {
        "boardsize",
        "clear_board",
        "clear_cache",
        "final_score",
        "final_status_list",
        "fixed_handicap",
        "genmove",
        "gg-undo",
        "gogui-analyze_commands",
        "gogui-interrupt",
        "gogui-play_sequence",
        "gogui-setup",
        "gogui-setup_player",
        "gopolicy-best_moves",
        "gopolicy-ownership",
        "gopolicy-policy",
        "gopolicy-policy_colors",
        "gopolicy-policy_influence",
        "gopolicy-winrate",
        "kata-analyze",
        "kata-genmove_analyze",
        "kata-get-param",
        "kata-get-params",
        "kata-get-rules",
        "kata-list-params",
        "kata-list_time_settings",
        "kata-raw-nn",
        "kata-set-param",
        "kata-set-rule",
        "kata-set-rules",
        "kata-time_settings",
        "kgs-game_over",
        "kgs-genmove_cleanup",
        "kgs-rules",
        "kgs-time_settings",
        "known_command",
        "komi",
        "list_commands",
        "loadsgf",
        "lz-analyze",
        "lz-genmove_analyze",
        "name",
        "place_free_handicap",
        "play",
        "protocol_version",
        "quit",
        "reg_genmove",
        "set_free_handicap",
        "set_position",
        "showboard",
        "stop",
        "time_left",
        "time_settings",
        "undo",
        "version",
    }
)
#: What these answer needs no position, if their words are surely right.
_SURE: Final[dict[str, Callable[[Words], bool]]] = {
    "boardsize": lambda words: list(words) == ["19"],
    "clear_board": lambda words: True,
    "komi": lambda words: len(words) == 1 and _is_small(words[0]),
    "time_settings": lambda words: (
        len(words) == 3 and all(word.isdecimal() for word in words)
    ),
}


def administration(model: str, *, name: str = NAME) -> dict[str, Handler]:
    """The commands that ask about the engine itself. ``model``: its network's name."""
    return {
        "protocol_version": lambda words: "2",
        "name": lambda words: name,
        "version": lambda words: f"{__version__} (model {model})",
        "known_command": lambda words: str(bool(NAMES & {*words[:1]})).lower(),
        "list_commands": lambda words: "\n".join(_listed()),
    }


def _listed() -> list[str]:
    """All commands, "protocol_version" first: from there LizzieYzy reads the list."""
    return sorted(NAMES, key=lambda name: (name != "protocol_version", name))


class LateHandlers(Mapping[str, Handler]):
    """All commands, once ``rules`` has them; before that, what needs no position.

    ``rules``: gives the handlers of ``commands.make_handlers``, or fails.
    """

    def __init__(
        self, model: str, rules: Future[dict[str, Handler]], *, name: str = NAME
    ) -> None:
        self._early = administration(model, name=name)
        self._rules = rules
        self._owed: list[tuple[str, Words]] = []  # answered, and still to be done

    def __getitem__(self, name: str) -> Handler:
        if name not in NAMES:
            raise KeyError(name)
        return self._early.get(name) or (lambda words: self._answer(name, words))

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)

    def _answer(self, name: str, words: Words) -> Answer:
        if not self._rules.done() and name in _SURE and _SURE[name](words):
            self._owed.append((name, words))
            return ""
        try:
            handlers = self._rules.result()
        except GoPolicyError as error:
            raise GtpError(str(error)) from error
        owed, self._owed = self._owed, []
        for earlier, earlier_words in owed:
            handlers[earlier](earlier_words)
        return handlers[name](words)


class LatePolicy:
    """The policy that ``network`` will give; whoever asks it waits for that."""

    def __init__(self, name: str, network: Future[Policy]) -> None:
        self.name = name
        self._network = network

    def probabilities(self, positions: Sequence[Position]) -> NDArray[np.float32]:
        """See ``Policy``. Raises: what loading it raised."""
        return self._network.result().probabilities(positions)


def serve(
    source: Iterable[str],
    target: TextIO,
    *,
    model: str,
    name: str = NAME,
    make_handlers: Callable[[Policy], dict[str, Handler]],
    load: Callable[[], Policy],
    warm_up: Callable[[Policy], object],
) -> None:
    """Runs a session, and behind it, in this order, what it is given to call.

    ``make_handlers``: for the policy that ``load`` will give. Once that is there, moves
    are made; what ``warm_up`` compiles, the first ones may still wait for. It goes on
    in its thread when the session ends.

    Raises: what those raise; the session then ends.
    """
    rules: Future[dict[str, Handler]] = Future()
    network: Future[Policy] = Future()
    session = Session(LateHandlers(model, rules, name=name), source, target)

    troubles: list[BaseException] = []

    def prepare() -> None:
        try:
            rules.set_result(make_handlers(LatePolicy(model, network)))
            policy = load()
            network.set_result(policy)
            warm_up(policy)
        except BaseException as error:
            troubles.append(error)
            for awaited in (rules, network):
                if not awaited.done():
                    awaited.set_exception(error)
            session.end()

    # A thread that need not end: who quits does not wait for a compiler.
    threading.Thread(target=prepare, daemon=True, name="loading").start()
    session.run()
    wait([network])  # who asked nothing hears that there is no model, too
    if troubles:
        raise troubles[0]


def _is_small(word: str) -> bool:
    """Whether a komi is a number that no board is too small for."""
    try:
        return abs(float(word)) <= 300
    except ValueError:
        return False
