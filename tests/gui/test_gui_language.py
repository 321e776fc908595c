"""The window in Chinese: whole catalogues, nothing left in English, nothing cut off."""

import ast
import gettext
import json
import re
from dataclasses import replace
from pathlib import Path
from string import Formatter
from typing import get_args

import numpy as np
import pygame
import pytest
from gopolicy_gui.app.app import Start, first_state
from gopolicy_gui.model import events as ev
from gopolicy_gui.model import language
from gopolicy_gui.model.commands import COMMANDS, MENUS
from gopolicy_gui.model.language import LANGUAGES, find_language, speak, tr
from gopolicy_gui.model.options import SCHEME_NAMES, Options, Role
from gopolicy_gui.model.players import player_names
from gopolicy_gui.model.settings import Settings, load_settings, save_settings
from gopolicy_gui.model.sgftree import format_game
from gopolicy_gui.model.state import Message
from gopolicy_gui.model.update import update
from gopolicy_gui.view import dialogview, fonts, listview, widgets, window
from gopolicy_gui.view.control import BANNER_LINES
from gopolicy_gui.view.controls import controls, is_long
from gopolicy_gui.view.fonts import (
    find_font,
    has_letters,
    text_width,
    wrap_spans,
    wrap_text,
)
from gopolicy_gui.view.forms import helpview
from gopolicy_gui.view.picture import save_planes_picture
from gopolicy_gui.view.study import graph, lensview, report
from gopolicy_gui.view.widgets import has_room_for_key
from gopolicy_gui.view.window import (
    _meaning,
    draw_window,
    find_layout,
    window_title,
)
from gui_states import estimated, fresh, judged, opened, reviewed, run, thought
from pages import marked_texts, read_catalogue

from gopolicy.config import LANGUAGE_NAMES
from gopolicy.go.coords import parse_vertex
from gopolicy.go.features import FEATURES, PLANES
from gopolicy.go.rules import ILLEGAL_REASONS
from gopolicy.measure.phases import PHASES

WINDOW = Path(language.__file__).parents[1]
OTHERS = [name for name in LANGUAGE_NAMES if name != "en"]
needs_letters = pytest.mark.skipif(
    not all(map(has_letters, LANGUAGES.values())), reason="no font for Chinese"
)


@pytest.fixture(autouse=True)
def _english_again():
    yield
    speak("en")


#: What rooms below say stands in their own catalogue, not here.
TEXTS = marked_texts(WINDOW, "tr", "N_", "plural")


def catalogue_of(name):
    return read_catalogue(tr.folder / name / "LC_MESSAGES" / "gopolicy.po")


@pytest.mark.parametrize("name", OTHERS)
def test_every_text_is_translated_and_no_other(name):
    catalogue = catalogue_of(name)
    assert set(catalogue) - {""} == TEXTS
    assert [text for text, said in catalogue.items() if not said.strip()] == []


@pytest.mark.parametrize("name", OTHERS)
def test_the_compiled_catalogue_is_the_written_one(name):
    path = tr.folder / name / "LC_MESSAGES" / "gopolicy.mo"
    with path.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for text, said in catalogue_of(name).items():
        assert compiled.gettext(text) == said


@pytest.mark.parametrize("name", OTHERS)
def test_translations_have_the_same_blanks_to_fill(name):
    def blanks(text):
        return {field for _, field, _, _ in Formatter().parse(text) if field}

    for text, said in catalogue_of(name).items():
        if text:
            assert blanks(said) <= blanks(text), text
            # A winner's margin may be left out of a sentence, not a thing itself.
            assert blanks(said) == blanks(text), text


def test_names_from_elsewhere_are_in_the_catalogue():
    names = {name.split()[0] for name, _, _ in PHASES} | {"game"}
    names |= {f.name for f in FEATURES} | {f.meaning for f in FEATURES}
    names |= set(SCHEME_NAMES) | set(ILLEGAL_REASONS)
    names |= {name for role in Role for name in player_names(role, "")} - {""}
    assert names <= TEXTS


#: Strings with a blank between letters, or a capital first, that nobody reads in the
#: window: names of fonts, of properties in files, of faults of the program.
_UNSEEN = re.compile(
    r"^(Library|Application Support|AppData|Local|LOCALAPPDATA|XDG_STATE_HOME"
    r"|Ctrl\+Enter|Enter|Esc|Space|English|UTF-8|SDL_\w+|Xx.*|OoW.*|[A-Z]{1,2}|B\+R|W\+R"
    r"|PYGAME_\w+|Page(Up|Down)|(WAYLAND_)?DISPLAY|SIG\w+|BGRA|LANGUAGES|N_|Void)$"
)


def _is_words(text):
    is_sentence = re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", text)
    return (is_sentence or re.match(r"[A-Z]", text)) and not _UNSEEN.match(text)


def _silent(tree):
    """Nodes within docstrings, logs and faults of the program, and within tr and N_."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node
        if isinstance(node, ast.Raise):
            raised = getattr(node.exc, "func", None)
            name = getattr(raised, "id", getattr(raised, "attr", ""))
            if name in ("ValueError", "ConfigError", "error"):
                yield node
        if isinstance(node, ast.Call):
            root = getattr(node.func, "value", None)
            is_log = isinstance(root, ast.Name) and root.id in ("logger", "re")
            is_log |= getattr(node.func, "attr", "") == "_kept_open"
            if is_log or getattr(node.func, "id", "") in ("tr", "N_"):
                yield node
        if isinstance(node, ast.FunctionDef) and node.name == "player_names":
            yield node  # as they stand in records


#: Files whose words are for programs: keys of events, the picture of a board that the
#: command line draws, whose texts are the command line's.
_OTHER_FILES = {"picture.py", "events.py", "fonts.py"}


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(WINDOW.rglob("*.py")) if path.name not in _OTHER_FILES],
    ids=lambda path: path.name,
)
def test_no_text_is_outside_the_catalogue(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {id(part) for node in _silent(tree) for part in ast.walk(node)}
    loose = [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in silent
        and _is_words(node.value)
    ]
    assert loose == []


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_SG"}, "zh_CN"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:zh_CN:en"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en:zh_CN"}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, "en"),
        ({"LANG": "zh_TW.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_systems_language_is_found(environ, wanted):
    assert find_language(environ) == wanted


def test_without_variables_the_systems_own_word_counts(monkeypatch):
    for said, wanted in [
        ("Chinese (Simplified)_China", "zh_CN"),
        ("zh_CN", "zh_CN"),
        ("German_Germany", "en"),
        (None, "en"),
    ]:
        monkeypatch.setattr("locale.getlocale", lambda: (said, None))  # noqa: B023
        assert find_language({}) == wanted


def test_the_menu_changes_the_language_and_the_settings_keep_it(tmp_path):
    state = run(fresh(), "language")
    assert state.options.language == "zh_CN"
    assert state.message.text == "语言：中文"  # noqa: RUF001
    save_settings(tmp_path / "s.json", Settings(options=state.options))
    assert load_settings(tmp_path / "s.json").options.language == "zh_CN"
    assert run(state, "language").message.text == "Language: English"


def test_a_language_that_is_none_is_the_systems(tmp_path):
    for value in ("xx", "", 3, None):
        data = {"options": {"language": value}}
        (tmp_path / "s.json").write_text(json.dumps(data))
        assert load_settings(tmp_path / "s.json").options.language == ""


def test_what_is_chosen_goes_before_the_systems_language(monkeypatch):
    monkeypatch.setattr("gopolicy_gui.app.app.has_letters", lambda text: True)
    chosen = Settings(options=Options(language="en"))
    assert first_state(Start(settings=chosen, language="zh_CN")).language == "en"
    usual = Start(settings=Settings(), language="zh_CN")
    assert first_state(usual).language == "zh_CN"
    monkeypatch.setattr("gopolicy_gui.app.app.has_letters", lambda text: False)
    assert first_state(usual).language == "en", "no boxes in the place of letters"


def test_records_are_the_same_in_every_language():
    english, chinese = fresh(), fresh(language="zh_CN")
    start = ev.DialogChosen("start")
    games = [format_game(run(state, "new", start).tree) for state in (english, chinese)]
    assert games[0] == games[1]
    assert window_title(run(chinese, "new", start)).startswith("您 - ")


def test_a_move_that_is_illegal_is_refused_in_words():
    state = run(fresh(language="zh_CN", role=Role.BOTH), "Q16", "Q16")
    assert state.message.text == "白方不能下在 Q16：该点已有棋子"  # noqa: RUF001


@needs_letters
@pytest.mark.parametrize("bold", [False, True])
def test_one_font_draws_all_of_a_language(bold):
    """In some fonts a letter is as large as the box for letters that are missing."""
    said = [text for text in catalogue_of("zh_CN").values() if not text.isascii()]
    used = {find_font(text, 14, bold=bold) for text in said}
    assert len(used) == 1


@pytest.mark.parametrize("width", [-5, 0, 1])
def test_lines_without_room_end_after_each_letter(width):
    assert wrap_text("ab", 14, width) == ("a", "b")
    assert wrap_spans("ab", 14, width) == ((0, 1), (1, 2))
    assert wrap_text("", 14, width) == () and wrap_spans("", 14, width) == ((0, 0),)


def test_chinese_lines_break_anywhere_but_before_a_comma():
    text = "Ctrl+S " + "轮到黑方，" * 30  # noqa: RUF001
    lines = wrap_text(text, 14, 200)
    assert max(text_width(line, 14, bold=False) for line in lines) <= 200
    assert not [line for line in lines if line.startswith("，")]  # noqa: RUF001
    assert len(lines[0]) > 10, "not already broken at the only blank"
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def pointed(state, vertex):
    """The pointer is on a point of the board."""
    return update(state, ev.Pointed(ev.PointChosen(parse_vertex(vertex))))


def at_node(state, part):
    """The pointer is where the graph, or a list, has the move on the board."""
    return update(state, ev.Pointed(ev.NodeChosen(state.number, part=part)))


def line_found(state):
    """The network sees ahead from Q16."""
    points = (parse_vertex("Q16"), 0, 1, 2, 3)
    return ev.LineFound(state.serial, points)


def spoken_states(name):
    """What the window shows, by name: menus, dialogs, modes."""

    def said(state):
        return replace(state, options=replace(state.options, language=name))

    game = run(said(opened()), ev.NodeChosen(40))
    game = thought(reviewed(game), Q16=0.4, D4=0.3, C3=0.1)
    states = {
        "fresh": said(fresh()),
        "watching": said(fresh(role=Role.NONE)),
        "studied": game,
        "report": run(game, "report"),
        "hints off": run(game, "hints"),
        "hints once": run(thought(said(fresh()), Q16=0.4, D4=0.3), "reveal"),
        "think first": run(game, "think_first"),
        "guessing": run(game, "guess", "Q16"),
        "counted": judged(run(said(opened()), ev.NodeChosen(150), "score")),
        "over": run(said(fresh(role=Role.BOTH)), "pass", "pass"),
        "loading": replace(said(fresh()), model="", compiling=(3, 40)),
        "no network": replace(game, model="", model_trouble="none", thoughts=None),
        "recovering": update(game, ev.LostFound("a - b", game.tree, "", Role.BOTH, ())),
        "overwriting": update(
            game, ev.FileExists(ev.Task("save", "/x/a.sgf", tree=game.tree), False)
        ),
        "games": update(
            game, ev.GamesFound("/x/a.zip", ("1. a", "2. b"), game.openings)
        ),
        "unsaved": run(game, "F17", ev.CloseAsked()),
        "result": run(
            judged(run(said(opened()), ev.NodeChosen(150), "pass", "pass")), "move"
        ),
    }
    states |= {f"menu {menu}": update(game, ev.MenuOpened(menu)) for menu in MENUS}
    for name in ("new", "open", "save_as", "comment", "info", "help", "resign"):
        states[name] = run(game, name)
    seen = run(game, "planes")
    for plane in range(PLANES):
        states[f"plane {plane}"] = update(seen, ev.PlaneChosen(plane))
    owned = estimated(run(game, "territory", "hints"))
    counted = replace(states["counted"], message=None)
    states |= {
        "tip best": pointed(game, "Q16"),
        "tip ahead": update(pointed(game, "Q16"), line_found(game)),
        "tip hint": pointed(game, "C3"),
        "tip shading": pointed(owned, "A19"),
        "tip stone": update(game, ev.Pointed(ev.PointChosen(game.position.last_move))),
        "tip node": update(game, ev.Pointed(ev.NodeChosen(game.line[7]))),
        "tip start": update(game, ev.Pointed(ev.NodeChosen(0))),
        "tip curves": update(
            owned, ev.Pointed(ev.NodeChosen(game.number, part="curves"))
        ),
        "tip bars": update(game, ev.Pointed(ev.NodeChosen(game.number, part="bars"))),
        "tip surprise": update(
            game, ev.Pointed(ev.NodeChosen(game.number, part="surprise"))
        ),
        "tip filter": update(game, ev.Pointed(ev.FilterChosen(11, 191))),
        "tip alive": pointed(counted, "Q16"),
        "tip owner": pointed(counted, "T19"),
    }
    for part in get_args(ev.Part):
        states[f"tip {part}"] = update(owned, ev.Pointed(ev.Explained(part)))
    boards = tuple(np.random.default_rng(0).random((2, 19, 19, 64), np.float32))
    nats = np.where(game.position.stones != 0, np.float32(-12.345), np.float32(np.nan))
    inside: list[tuple[str, ev.Event]] = [
        ("filters", ev.BoardsFound(game.serial, boards)),
        ("filters", ev.BoardsFound(game.serial, (boards[0] * 0,))),
        ("filters", ev.BoardsFound(game.serial, ())),
        ("stones", ev.StonesWeighed(game.serial, game.symmetries, 72, nats, 1)),
        ("stones", ev.StonesWeighed(game.serial, game.symmetries, 72, nats, 361)),
    ]
    for i, (view, found) in enumerate(inside):
        states[f"asked {view}"] = run(game, view)
        states[f"inside {i}"] = update(run(game, view), found)
    states["no network inside"] = run(replace(game, model=""), "filters")
    for command in COMMANDS:
        if command.name == "language":
            continue  # what follows is in the other one
        states[f"tip {command.name}"] = update(
            game, ev.Pointed(ev.CommandGiven(command.name))
        )
        after = run(game, command.name)
        if after.message is not None:
            states[f"said {command.name}"] = after
    return states


class Drawn:
    """All texts that are drawn, with what is cut off of them, in front of a dialog."""

    def __init__(self, monkeypatch):
        self.texts: list[tuple[str, pygame.Rect]] = []
        self.cut: list[str] = []
        modules = window, listview, widgets, dialogview, helpview, graph, report
        for module in (*modules, lensview):
            monkeypatch.setattr(module, "draw_text", self._draw)
        shade = widgets._draw_shade

        def draw_shade(*arguments):
            self.texts.clear()
            shade(*arguments)

        monkeypatch.setattr(widgets, "_draw_shade", draw_shade)

    def _draw(self, surface, text, place, size, color, **options):
        box = fonts.draw_text(surface, text, place, size, color, **options)
        bold = options.get("bold", True)
        if box.width < text_width(text, size, bold=bold):
            self.cut.append(text)
        self.texts.append((text, box))
        return box

    def overlaps(self):
        """Pairs of texts of which one is drawn over the other."""
        return [
            (one, other)
            for i, (one, box) in enumerate(self.texts)
            for other, place in self.texts[i + 1 :]
            if one.strip() and other.strip() and box.inflate(-2, -6).colliderect(place)
        ]


#: English that stays: names of keys, of formats, of people, programs and files.
_STAYS = re.compile(
    r"(Ctrl|Shift|Enter|Esc|Escape|Space|Home|End|Left|Right|Up|Down|Page(Up|Down)|F1"
    r"|Backspace|Delete|SGF|AGA|Tromp|Taylor|AlphaGo|Lee|Sedol|English|Resign|Chinese"
    r"|net|gopolicy|alphago|leesedol|sgf|zip|none|[A-Za-z])"
)


def _message_room(state, size):
    """Size of letters and width of what is said."""
    layout = find_layout(state, size)
    return layout.unit, layout.message.width


@needs_letters
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(800, 600), (1280, 800)])
@pytest.mark.parametrize("name", LANGUAGE_NAMES)
def test_nothing_is_cut_off_and_all_is_in_its_language(monkeypatch, name, size, theme):
    surface = pygame.Surface(size)
    english, cut, over = [], {}, {}
    for what, state in spoken_states(name).items():
        options = replace(state.options, theme=theme)
        state = replace(state, options=options)
        with monkeypatch.context() as patch:
            drawn = Drawn(patch)
            draw_window(surface, state, find_layout(state, size))
        if drawn.cut:
            cut[what] = drawn.cut
        if drawn.overlaps():
            over[what] = drawn.overlaps()
        meaning = wrap_text(_meaning(state), *_message_room(state, size))
        if len(meaning) > 3:
            cut[what] = list(meaning)
        for text, _ in drawn.texts:
            if text.startswith("gopolicy: "):
                continue  # a review that is in the record, as the command writes it
            words = re.findall("[A-Za-z]+", text)
            english += [(what, text) for w in words if not _STAYS.fullmatch(w)]
    assert cut == {}
    assert over == {}
    assert name == "en" or sorted(set(english)) == []


@needs_letters
@pytest.mark.parametrize("size", [(800, 600), (1000, 640), (1280, 800)])
def test_chinese_buttons_show_their_keys(size):
    state = opened(language="zh_CN")
    layout = find_layout(state, size)
    buttons = [c for c in controls(state, layout) if c.kind == "button" and c.note]
    assert len(buttons) >= 9
    assert all(has_room_for_key(button, layout.unit) for button in buttons)


@needs_letters
@pytest.mark.parametrize("size", [(800, 600), (1280, 800)])
@pytest.mark.parametrize("name", LANGUAGE_NAMES)
def test_every_message_has_room(name, size):
    """In three lines of the panel, or in a banner."""
    state = fresh(language=name)
    layout = find_layout(state, size)
    unit, width = layout.unit, layout.message.width
    for text in TEXTS:
        speak(name)
        said = tr(text)
        if is_long(replace(state, message=Message(said)), layout):
            lines, room = wrap_text(said, unit, width - 2 * unit), BANNER_LINES
        else:
            lines, room = wrap_text(said, unit, width), 3
        assert len(lines) <= room, said


@needs_letters
def test_names_of_planes_stand_clear_of_their_boards(tmp_path):
    """A board would cover what reaches into it."""
    planes, stones = np.zeros((19, 19, 1), np.uint8), np.zeros(361, np.int8)
    pictures = []
    for name in ("落子后气数", ""):
        save_planes_picture(tmp_path / "a.png", planes, [name], stones=stones)
        image = pygame.image.load(tmp_path / "a.png")
        pictures.append(pygame.surfarray.array3d(image).astype(int))
    inked = np.flatnonzero((pictures[0] != pictures[1]).any(axis=(0, 2)))
    middle = pictures[1][100]  # a column of pixels through the first board
    board = int(np.flatnonzero((middle != middle[0]).any(axis=1))[0])
    assert len(inked) > 10
    assert inked[0] > 0 and inked[-1] < board - 1


def test_no_text_stays_no_text():
    assert tr("") == ""
