"""pygame's events of the mouse: drags, double clicks, the wheel with Shift and Ctrl."""

import pygame
import pytest
from gopolicy_gui.app.mouse import MOUSE_EVENTS, Mouse
from gopolicy_gui.model import events as ev
from gopolicy_gui.view.window import find_layout
from gui_states import opened, run

SIZE = (1280, 800)


@pytest.fixture(autouse=True)
def _display():
    pygame.display.init()
    pygame.display.set_mode(SIZE)
    yield
    pygame.key.set_mods(0)
    pygame.display.quit()


class Hand:
    """A mouse over a window that takes in what it means."""

    def __init__(self, state):
        self.mouse, self.state = Mouse(), state

    def does(self, kind, **what):
        event = pygame.event.Event(kind, what)
        assert event.type in MOUSE_EVENTS
        layout = find_layout(self.state, SIZE)
        found = self.mouse.translate(event, self.state, layout)
        self.state = self.state if found is None else run(self.state, found)
        return found

    def presses(self, place):
        return self.does(pygame.MOUSEBUTTONDOWN, button=1, pos=place)

    def moves(self, place):
        return self.does(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0))

    def lets_go(self, place):
        return self.does(pygame.MOUSEBUTTONUP, button=1, pos=place)


def border(state, name):
    found = find_layout(state, SIZE).borders
    return pygame.Rect(next(b.box for b in found if b.name == name)).center


def test_a_border_is_held_until_it_is_let_go():
    hand = Hand(opened())
    x, y = border(hand.state, "board")
    hand.presses((x, y))
    hand.moves((x - 50, y))
    shift = hand.state.options.board_shift
    assert shift < -2
    hand.lets_go((x - 50, y))
    assert isinstance(hand.moves((x + 50, y)), ev.Pointed)
    assert hand.state.options.board_shift == shift
    hand.presses(border(hand.state, "board"))
    hand.presses(border(hand.state, "board"))
    assert hand.state.options.board_shift == 0


def test_the_second_press_of_a_double_click_is_near_the_first():
    hand = Hand(run(opened(), "comment", ev.Typed("one two")))
    layout = find_layout(hand.state, SIZE)
    middle = layout.size[0] // 2
    hand.presses((middle, 300))
    far = hand.presses((middle + 90, 300))
    assert not far.word
    assert hand.presses((middle + 91, 301)).word


def test_the_graph_is_dragged_along():
    hand = Hand(opened())
    box = pygame.Rect(find_layout(hand.state, SIZE).graph)
    hand.presses(box.center)
    before = hand.state.cursor
    hand.moves((box.centerx + 60, box.centery - 300))
    assert hand.state.cursor > before
    hand.moves((box.right + 600, box.centery))
    assert hand.state.cursor == len(hand.state.line) - 1


def test_other_buttons_do_nothing():
    hand = Hand(opened())
    for button in (2, 3, 4):
        for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            assert hand.does(kind, button=button, pos=(300, 300)) is None


def test_the_wheel_goes_sidewards_with_shift_and_zooms_with_ctrl(monkeypatch):
    hand = Hand(run(opened(), ev.NodeChosen(100)))
    place = pygame.Rect(find_layout(hand.state, SIZE).tree).center
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: place)
    pygame.key.set_mods(pygame.KMOD_SHIFT)
    assert hand.does(pygame.MOUSEWHEEL, x=0, y=-1).pan[0] == 3
    pygame.key.set_mods(pygame.KMOD_CTRL)
    assert hand.does(pygame.MOUSEWHEEL, x=0, y=-1).zoom < 1
    pygame.key.set_mods(0)
    assert hand.does(pygame.MOUSEWHEEL, x=0, y=0) is None
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: (300, 300))
    assert hand.does(pygame.MOUSEWHEEL, x=0, y=-2) == ev.Scrolled(2)


def test_the_wheel_turns_where_the_pointer_was_when_it_turned(monkeypatch):
    hand = Hand(run(opened(), ev.NodeChosen(100)))
    tree = pygame.Rect(find_layout(hand.state, SIZE).tree).center
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: tree)
    hand.moves((300, 300))
    assert hand.does(pygame.MOUSEWHEEL, x=0, y=-2) == ev.Scrolled(2)


@pytest.mark.parametrize(
    ("size", "counts"), [((1280, 800), False), ((3840, 2160), True)]
)
def test_a_hand_may_shake_more_between_two_clicks_where_pixels_are_small(size, counts):
    state = opened(board_shift=3.0)
    layout = find_layout(state, size)
    box = next(b.box for b in layout.borders if b.name == "board")
    x, y = pygame.Rect(box).center
    mouse = Mouse()
    for place in ((x, y), (x, y + 9)):
        event = pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=place)
        found = mouse.translate(event, state, layout)
    assert (found == ev.BorderMoved("board", 0.0)) == counts
