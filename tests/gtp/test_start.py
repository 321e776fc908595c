"""The engine answers while it loads: only what needs the network waits for it."""

import threading

import pytest
from gtp_client import Output, new_state

from gopolicy.errors import ModelError
from gopolicy.gtp import commands
from gopolicy.gtp.start import NAMES, serve
from gopolicy.policy import UniformPolicy

AT_ONCE = ["protocol_version", "name", "list_commands", "known_command play"]
AT_ONCE += ["version", "boardsize 19", "clear_board", "komi 5.5"]


class Loading:
    """An engine whose rules and network are there when they are told to be."""

    def __init__(self, lines, *, trouble=None):
        self.output = Output()
        self.has_rules, self.has_network = threading.Event(), threading.Event()
        self._lines, self._trouble = lines, trouble

    def run(self):
        serve(
            (f"{line}\n" for line in self._lines),
            self.output,
            model="slow",
            name="KataGo",
            make_handlers=self._make_handlers,
            load=self._load,
            warm_up=lambda policy: None,
        )

    def wait_for_answers(self, count):
        self.output.wait_for(lambda text: text.count("\n\n") == count)

    def _make_handlers(self, policy):
        assert self.has_rules.wait(60)
        return commands.make_handlers(new_state(policy))

    def _load(self):
        assert self.has_network.wait(60)
        if self._trouble is not None:
            raise self._trouble
        return UniformPolicy()


def test_only_what_needs_the_network_waits_for_it():
    lines = [*AT_ONCE, "play b Q16", "undo", "kata-get-rules", "genmove b", "name"]
    engine = Loading(lines)
    thread = threading.Thread(target=engine.run)
    thread.start()
    engine.wait_for_answers(len(AT_ONCE))
    engine.has_rules.set()
    engine.wait_for_answers(len(lines) - 2)
    engine.has_network.set()
    thread.join(60)
    assert engine.output.getvalue().count("= ") > 5
    assert "?" not in engine.output.getvalue()
    assert engine.output.getvalue().endswith("= KataGo\n\n")


def test_what_was_answered_early_is_done():
    engine = Loading(["komi 0.5", "boardsize 19", "final_score"])
    thread = threading.Thread(target=engine.run)
    thread.start()
    engine.wait_for_answers(2)
    engine.has_rules.set()
    engine.has_network.set()
    thread.join(60)
    assert engine.output.getvalue().endswith(".5\n\n")


def test_words_that_may_be_wrong_wait_for_the_rules():
    engine = Loading(["boardsize 9", "komi much", "komi 1e9", "fly"])
    engine.has_rules.set()
    engine.has_network.set()
    engine.run()
    answers = engine.output.getvalue().split("\n\n")
    assert answers[0] == "? unacceptable size"
    assert [answer[0] for answer in answers[:4]] == ["?"] * 4


def test_a_network_that_cannot_be_loaded_ends_the_session():
    engine = Loading(["name", "genmove b"], trouble=ModelError("no model 'slow'"))
    engine.has_rules.set()

    def fail_later():
        engine.wait_for_answers(1)
        engine.has_network.set()

    threading.Thread(target=fail_later).start()
    with pytest.raises(ModelError, match="no model 'slow'"):
        engine.run()
    assert engine.output.getvalue().startswith("= KataGo\n\n")


def test_who_quits_does_not_wait_for_a_compiler():
    compiles = threading.Event()
    serve(
        iter(["genmove b\n", "quit\n"]),
        Output(),
        model="quick",
        make_handlers=lambda policy: commands.make_handlers(new_state(policy)),
        load=UniformPolicy,
        warm_up=lambda policy: compiles.wait(60),
    )
    assert not compiles.is_set()
    compiles.set()


def test_the_commands_named_early_are_those_there_are():
    assert set(commands.make_handlers(new_state())) | {"quit"} == NAMES
