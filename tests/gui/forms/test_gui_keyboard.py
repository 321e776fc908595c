"""Keys as SDL tells them: a press, what it types, again while held, the release."""

import pygame
import pytest
from gopolicy_gui.app.app import App, Start
from gopolicy_gui.app.keys import Keyboard
from gopolicy_gui.model import events
from gopolicy_gui.model.commands import BY_KEY
from gopolicy_gui.model.options import Options, Role
from gopolicy_gui.model.settings import Settings
from gui_states import fresh, run


@pytest.fixture(autouse=True)
def _display():
    pygame.display.init()
    pygame.display.set_mode((800, 600))
    yield
    pygame.key.start_text_input()
    pygame.display.quit()


class Person:
    """Presses keys of an app whose loop does not run."""

    def __init__(self, language="en"):
        options = Options(role=Role.BOTH, language=language)
        self.app = App(Start(settings=Settings(options=options)), None)
        self.app.state = fresh(role=Role.BOTH, language=language)
        self.app._listen()

    def hears(self, kind, **what):
        for event in self.app._translate(pygame.event.Event(kind, what)):
            self.app.state = run(self.app.state, event)
        self.app._listen()

    def holds(self, key, text, times=1, mod=0):
        for _ in range(times):
            self.hears(pygame.KEYDOWN, key=key, unicode=text, mod=mod)
            if self.app._keyboard.hears:
                self.hears(pygame.TEXTINPUT, text=text)

    def presses(self, key, text, mod=0):
        self.holds(key, text, mod=mod)
        self.hears(pygame.KEYUP, key=key, mod=mod)

    @property
    def dialog(self):
        return self.app.state.dialog


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_key_that_asks_whether_to_resign_does_not_answer(language):
    person = Person(language)
    person.holds(pygame.K_r, "r", times=3)
    assert person.dialog.kind == "resign"
    assert not person.app.state.is_over
    person.hears(pygame.KEYUP, key=pygame.K_r, mod=0)
    person.presses(pygame.K_r, "r")
    assert person.dialog is None
    assert person.app.state.is_over


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_key_held_while_its_dialog_closes_is_no_command(language):
    person = Person(language)
    person.presses(pygame.K_g, "\x07", mod=pygame.KMOD_CTRL)
    person.presses(pygame.K_0, "0")
    serial = person.app.state.serial
    person.holds(pygame.K_RETURN, "\r", times=3)
    assert person.dialog is None
    assert person.app.state.asked == -1, "Enter would ask the network for a move"
    person.hears(pygame.KEYUP, key=pygame.K_RETURN, mod=0)
    person.presses(pygame.K_RETURN, "\r")
    assert person.app.state.asked >= serial


def test_a_key_held_over_two_dialogs_answers_the_first_alone():
    person = Person()
    person.app.state = run(person.app.state, events.PointChosen(0))
    person.presses(pygame.K_n, "\x0e", mod=pygame.KMOD_CTRL)
    assert person.dialog.kind == "new"
    person.holds(pygame.K_RETURN, "\r", times=3)
    assert person.dialog.kind == "unsaved", "not answered yet"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_letters_are_typed_into_fields(language):
    person = Person(language)
    person.presses(pygame.K_e, "\x05", mod=pygame.KMOD_CTRL)
    assert person.app._keyboard.hears
    for letter in "era":
        person.presses(ord(letter), letter)
    assert person.dialog.typed == "era"


def test_in_chinese_text_is_heard_only_where_it_is_typed():
    person = Person("zh_CN")
    assert not person.app._keyboard.hears, "or an input method would take letters"
    person.presses(pygame.K_h, "h")
    assert person.app.state.options.play_hints or not person.app.state.options.hints
    person.presses(pygame.K_SLASH, "/", mod=pygame.KMOD_SHIFT)
    assert person.dialog.kind == "help"
    person.presses(pygame.K_ESCAPE, "")
    assert person.dialog is None
    assert Person("en").app._keyboard.hears


def test_an_input_method_that_takes_a_command_hears_no_more_of_them():
    person = Person("en")
    person.hears(pygame.TEXTEDITING, text="h", start=0, length=1)
    assert not person.app._keyboard.hears, "the letter went to its list of words"
    person.presses(pygame.K_e, "\x05", mod=pygame.KMOD_CTRL)
    assert person.app._keyboard.hears, "here text is typed"
    person.hears(pygame.TEXTEDITING, text="ni", start=0, length=2)
    assert person.dialog.fields[0].composed == "ni"


def test_a_click_into_the_field_ends_what_an_input_method_composes(monkeypatch):
    told = []
    for name in ("start_text_input", "stop_text_input"):
        monkeypatch.setattr(pygame.key, name, lambda name=name: told.append(name))
    person = Person("en")
    person.presses(pygame.K_e, "\x05", mod=pygame.KMOD_CTRL)
    person.hears(pygame.TEXTEDITING, text="ni", start=0, length=2)
    assert told == []
    person.app.state = run(person.app.state, events.FieldPressed(0))
    person.app._listen()
    assert person.dialog.fields[0].composed == ""
    assert told == ["stop_text_input", "start_text_input"], "its words are gone too"
    person.app._listen()
    assert len(told) == 2, "once"


def test_every_key_with_a_sign_has_its_name_where_no_text_is_heard():
    keyboard = Keyboard()
    keyboard.listen(is_typed=False, composed="", language="zh_CN")
    plain = "1234567890-=[],./"
    named = {
        keyboard.name(
            pygame.event.Event(
                pygame.KEYDOWN, key=ord(sign), unicode=sign, mod=pygame.KMOD_SHIFT
            )
        )
        for sign in plain
    }
    signs = {key for key in BY_KEY if len(key) == 1 and not key.isalnum()}
    assert signs <= named | set(plain)
