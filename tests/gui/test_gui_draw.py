"""Geometry of the board, pixels of the drawing, pictures in files."""

import numpy as np
import pygame
import pytest
from gopolicy_gui.view.board import draw_board, format_short_percent
from gopolicy_gui.view.fonts import draw_text
from gopolicy_gui.view.layout import make_layout
from gopolicy_gui.view.picture import (
    draw_board_picture,
    pixels,
    save_planes_picture,
    save_surface,
)
from gopolicy_gui.view.theme import THEMES, ramp_color, ramp_place

from gopolicy.go.coords import BLACK, POINTS, WHITE, parse_vertex
from gopolicy.go.features import PLANE_NAMES, encode
from gopolicy.go.position import Position

SIZES = [(800, 600), (1280, 800), (2560, 1600), (600, 900), (320, 320), (97, 61)]


def brightness(color):
    return sum(color[:3]) / 3


@pytest.mark.parametrize("panel", [True, False])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_points_and_pixels_go_round(width, height, panel):
    layout = make_layout(width, height, panel=panel)
    for point in range(POINTS):
        x, y = layout.center(point)
        assert 0 <= x < width
        assert 0 <= y < height
        assert layout.point_at(x, y) == point
        assert layout.point_at(x + layout.cell * 0.3, y - layout.cell * 0.3) == point


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_board_and_panel_share_the_window(width, height):
    layout = make_layout(width, height)
    board, panel = pygame.Rect(layout.board), pygame.Rect(layout.panel)
    window = pygame.Rect(0, 0, width, height)
    assert window.contains(board)
    assert window.contains(panel)
    assert not board.colliderect(panel)
    assert min(panel.size) > 0


def test_outside_the_board_is_no_point():
    layout = make_layout(800, 600)
    for x, y in ((0, 0), (799, 300), (-50, -50), (300, 599)):
        assert layout.point_at(x, y) is None


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_stones_and_overlay_look_their_part(theme):
    surface = pygame.Surface((900, 700))
    layout = make_layout(900, 700)
    stones = np.zeros(POINTS, np.int8)
    stones[60], stones[72] = BLACK, WHITE
    probabilities = np.zeros(POINTS, np.float32)
    likely, unlikely = 180, 182
    probabilities[likely], probabilities[unlikely] = 0.9, 0.05
    draw_board(surface, layout, theme, stones, probabilities=probabilities)
    assert brightness(surface.get_at(layout.center(60))) < 90
    assert brightness(surface.get_at(layout.center(72))) > 170
    wood = surface.get_at((layout.center(20)[0] + 8, layout.center(20)[1] + 8))
    # Beside the text within each disc, the likely one stands out more from the wood.
    away = round(layout.cell * 0.3)

    def tint(point):
        x, y = layout.center(point)
        return np.array(surface.get_at((x, y + away))[:3], int)

    difference = [
        np.abs(tint(p) - np.array(wood[:3])).sum() for p in (likely, unlikely)
    ]
    assert difference[0] > difference[1] > 30
    x, y = layout.center(likely)
    ring = {
        tuple(surface.get_at((x + d, y))[:3]) for d in range(round(layout.cell / 2))
    }
    assert theme.best in ring


def test_the_ramp_rises_on_a_log_scale():
    for theme in THEMES.values():
        steps = [ramp_color(theme, p) for p in (0.001, 0.01, 0.1, 1.0)]
        lightness = [brightness(color) for color in steps]
        assert lightness in (sorted(lightness), sorted(lightness, reverse=True))
    assert ramp_place(0.1) - ramp_place(0.01) == pytest.approx(1 / 3)
    assert ramp_place(0) == 0
    assert ramp_place(1) == 1


@pytest.mark.parametrize(
    ("probability", "text"),
    [(1.0, "100"), (0.42, "42"), (0.0996, "10"), (0.075, "7.5"), (0.0999, "10")],
)
def test_percentages_have_three_characters_at_most(probability, text):
    assert format_short_percent(probability) == text


def test_long_text_is_cut_to_its_width():
    surface = pygame.Surface((400, 50))
    place = draw_text(surface, "name " * 50, (0, 25), 20, (0, 0, 0), width=300)
    assert place.width <= 300
    assert draw_text(surface, "棋聖", (0, 25), 20, (0, 0, 0)).width > 0


def test_pictures_are_whole_and_of_the_promised_size(tmp_path):
    position = Position()
    position.play(parse_vertex("Q16"))
    board, planes = tmp_path / "b.png", tmp_path / "p.png"
    surface = draw_board_picture(
        position.stones,
        to_play=position.to_play,
        last_move=position.last_move,
        probabilities=np.full(POINTS, 1 / 361, np.float32),
        title="Black - White, move 2",
        suggestions=[(0, 0.5), (1, 0.25)],
        width=600,
    )
    save_surface(surface, board)
    save_planes_picture(planes, encode(position), PLANE_NAMES, stones=position.stones)
    assert pygame.image.load(board).get_size() == (600, 420)
    assert pixels(surface).shape == (420, 600, 3)
    assert (pixels(surface)[5, 300] == surface.get_at((300, 5))[:3]).all()
    assert pygame.image.load(planes).get_width() == 1760
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.png", "p.png"]
    assert not pygame.display.get_init()
