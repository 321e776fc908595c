"""Colors of the window: contrast, hints that are no stones, schemes for other eyes."""

import numpy as np
import pygame
import pytest
from gopolicy_gui.model.commands import COMMANDS
from gopolicy_gui.model.options import SCHEME_NAMES
from gopolicy_gui.view.board import _LAST_INK
from gopolicy_gui.view.shapes import _stone_image
from gopolicy_gui.view.study.territory import Dot, draw_dot, rim_of
from gopolicy_gui.view.theme import (
    DARK_INK,
    LIGHT_INK,
    SCHEMES,
    THEMES,
    contrast,
    ink_on,
    mix,
    panel_mark,
    ramp_color,
    with_scheme,
)
from gui_states import fresh, run

from gopolicy.go.coords import BLACK, WHITE

#: As eyes without one kind of cones see, on linear RGB. Source: Machado, Oliveira and
#: Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency"
#: (2009), severity 1.0.
EYES = {
    "usual": np.eye(3),
    "red-blind": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "green-blind": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "blue-blind": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
PROBABILITIES = (0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0)
ALL = [with_scheme(t, scheme) for t in THEMES.values() for scheme in SCHEME_NAMES]
NAMES = [f"{name} {scheme}" for name in THEMES for scheme in SCHEME_NAMES]


def lab(color, eyes="usual"):
    """CIELAB of a color as some eyes see it."""
    parts = np.array(color) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(EYES[eyes] @ linear, 0, 1)
    to_xyz = [
        [0.4124, 0.3576, 0.1805],
        [0.2126, 0.7152, 0.0722],
        [0.0193, 0.1192, 0.9505],
    ]
    xyz = np.array(to_xyz) @ seen / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one, other, eyes="usual"):
    return float(np.linalg.norm(lab(one, eyes) - lab(other, eyes)))


def boards(theme):
    return theme.board, mix(theme.board, theme.grain, 0.55), theme.plain


def stones():
    """Their middle, where a hint would have its number."""
    found = []
    for black in (True, False):
        image = _stone_image(20, black)
        place = image.get_width() // 2
        found.append(tuple(image.get_at((place, place + 6)))[:3])
    return found


@pytest.mark.parametrize("theme", ALL, ids=NAMES)
def test_all_text_has_a_contrast_of_four_and_a_half(theme):
    grounds = (theme.background, theme.raised, theme.chosen)
    inks = (theme.text, theme.faint_text, theme.error, theme.mark_text, theme.key_text)
    pairs = [(ink, ground) for ink in inks for ground in grounds]
    pairs += [(theme.coordinate, board) for board in boards(theme)[:2]]
    pairs += [(theme.plain_coordinate, theme.plain)]
    pairs += [(ink_on(board), board) for board in boards(theme)]
    hints = [ramp_color(theme, p) for p in PROBABILITIES]
    pairs += [(ink_on(color), color) for color in (*hints, theme.bar)]
    for ink, ground in pairs:
        assert contrast(ink, ground) >= 4.5, (ink, ground)


def test_numbers_on_stones_have_it_too():
    black, white = stones()
    assert contrast(_LAST_INK[BLACK], black) >= 4.5
    assert contrast(_LAST_INK[WHITE], white) >= 4.5
    assert contrast((245, 245, 245), black) >= 4.5
    assert contrast((25, 25, 28), white) >= 4.5


def test_black_or_white_is_to_be_read_on_any_color():
    for color in np.random.default_rng(1).integers(0, 256, (300, 3)).tolist():
        assert contrast(ink_on(tuple(color)), tuple(color)) >= 4.5
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


@pytest.mark.parametrize("theme", ALL, ids=NAMES)
def test_no_hint_looks_like_a_stone(theme):
    for probability in PROBABILITIES:
        color = ramp_color(theme, probability)
        assert max(color) - min(color) > 70, "gray, as stones are"
        for stone in stones():
            assert distance(color, stone) > 40, (probability, color)


@pytest.mark.parametrize("scheme", SCHEME_NAMES)
@pytest.mark.parametrize("name", THEMES)
def test_each_scheme_is_told_apart_by_the_eyes_it_is_for(name, scheme):
    theme = with_scheme(THEMES[name], scheme)
    low, middle, high = (ramp_color(theme, p) for p in (0.01, 0.1, 1.0))

    def far(one, other):
        return distance(one, other, scheme)

    assert far(low, middle) >= 13 and far(middle, high) >= 15
    for board in boards(theme):
        assert min(far(color, board) for color in (low, middle, high)) >= 34
        assert far(theme.mark, board) >= 40
    for other in (*stones(), low, middle, high, theme.bar):
        assert far(theme.mark, other) >= 38, other


def test_the_usual_marks_are_not_for_all_eyes():
    theme = THEMES["light"]
    for eyes in ("red-blind", "green-blind"):
        assert distance(theme.mark, theme.board, eyes) < 35, "why there are schemes"


def test_schemes_come_round_and_are_kept():
    state, seen = fresh(), []
    for _ in SCHEME_NAMES:
        state = run(state, "scheme")
        seen.append(state.options.scheme)
    assert seen == [*SCHEME_NAMES[1:], "usual"]
    assert set(SCHEMES) == set(SCHEME_NAMES)
    assert "scheme" in {command.name for command in COMMANDS}


@pytest.mark.parametrize("scheme", SCHEME_NAMES)
@pytest.mark.parametrize("theme", THEMES)
def test_marks_stand_out_from_the_panel_and_from_both_stones(theme, scheme):
    colors = with_scheme(THEMES[theme], scheme)
    assert contrast(panel_mark(colors), colors.background) >= 2
    for stone, ground in ((BLACK, DARK_INK), (WHITE, LIGHT_INK)):
        for ink in (colors.mark, colors.bar):
            shown = rim_of(ink, stone) or ink
            assert contrast(shown, ground) >= 2


def test_a_surprise_is_told_from_a_choice_without_its_color():
    pictures = []
    for is_surprise in (True, False):
        surface = pygame.Surface((60, 60))
        dot = Dot((255, 255, 255), is_surprise=is_surprise)
        draw_dot(surface, (30, 30), 16, dot, BLACK)
        pictures.append(surface)
    diamond, disc = pictures
    assert diamond.get_at((49, 30)).r > 200 > disc.get_at((49, 30)).r, "a corner"
    assert disc.get_at((41, 41)).r > 200 > diamond.get_at((41, 41)).r, "no side"
