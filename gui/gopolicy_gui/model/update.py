"""What each event makes of the state: ``update(state, event) -> state``. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from gopolicy.config import FULL_STRENGTH, ThemeName
from gopolicy.go.coords import PASS
from gopolicy.go.features import PLANES
from gopolicy_gui.model import dialogs, events, history, moves, players
from gopolicy_gui.model.commands import BY_NAME
from gopolicy_gui.model.events import Event, Task
from gopolicy_gui.model.forms import panels, treemoves, typing
from gopolicy_gui.model.language import (
    LANGUAGES,
    N_,
    color_name,
    next_language,
    speak,
    tr,
)
from gopolicy_gui.model.options import SCHEME_NAMES, STRENGTH_WORDS, Role
from gopolicy_gui.model.state import Dialog, GuiState, Message, Scoring, Thoughts
from gopolicy_gui.model.study import (
    ahead,
    autoplay,
    editing,
    find,
    lens,
    recent,
    reviewing,
)
from gopolicy_gui.model.study.marks import TOOLS


def update(state: GuiState, event: Event) -> GuiState:
    """The state after ``event``; an edit can be undone from then on."""
    speak(state.language)
    after = _respond(state, event)
    if not isinstance(event, events.PaceKept):
        after = autoplay.stop_after_walk(state, after)
    if after.arrived is not None and after.dialog is None and after.task is None:
        after = dialogs.take_opened(after, after.arrived)
    if isinstance(event, events.ModelLoaded):
        return after  # it gives the network its name
    is_answer = isinstance(event, events.MoveFound)
    return history.remember(state, after, is_answer=is_answer)


def _respond(state: GuiState, event: Event) -> GuiState:
    """What the person does; other events go on to ``_hear``."""
    match event:
        case events.Pointed(pointed):
            if state.pointed == pointed:
                return state
            return replace(state, pointed=pointed, tip=pointed)
        case events.PointChosen(point):
            if point != PASS and not state.size.holds(point):
                return state  # of another board, that was there when it was pressed
            act = editing.use_tool if state.tool else moves.click
            return _quiet(act, state, point)
        case events.CommandGiven("leave") if state.menu:
            return replace(state, menu="")
        case events.CommandGiven(name):
            return _quiet(_command, state, name)
        case events.NodeChosen(number, pan, _):
            state = _quiet(_show_node, state, number)
            return state if pan is None else replace(state, tree_pan=pan)
        case events.PlaneChosen(plane):
            return replace(state, plane=plane)
        case events.FilterChosen():
            return lens.choose(state, event)
        case events.MenuOpened(name):
            menu = "" if state.menu == name else name
            return replace(state, menu=menu, message=None)
        case events.Scrolled(steps):
            is_free = state.dialog is None
            return _quiet(moves.step, state, steps) if is_free else state
        case events.ScrolledTo(place, first):
            return _scroll_to(state, place, first)
        case events.BorderMoved(name, shift):
            return panels.move_border(state, name, shift)
        case events.TreeMoved(pan, zoom):
            return treemoves.move_tree(state, pan, zoom)
        case events.Composed():
            return typing.compose_text(state, event)
        case events.FieldPressed():
            return typing.press_field(state, event)
        case events.Typed() if state.dialog is not None:
            return dialogs.type_text(state, event)
        case events.DialogKey() if state.dialog is not None:
            return dialogs.press_key(state, event)
        case events.DialogChosen():
            return dialogs.choose(state, event)
        case events.FileDropped(path):
            return dialogs.guard(replace(state, message=None), Task("open", path))
        case events.CloseAsked():
            return dialogs.guard(state, Task("quit"))
        case events.PaceKept():
            return autoplay.go_on(state)
    return _hear(state, event)


def _hear(state: GuiState, event: Event) -> GuiState:
    """What the worker and the app report."""
    match event:
        case events.KernelsReady():
            return replace(state, ready=True)
        case events.Compiling(done, total):
            return replace(state, compiling=(done, total))
        case events.KernelsFailed(text):
            said = Message(text, is_error=True)
            return replace(state, kernels_trouble=text, message=said)
        case events.ModelLoaded(name, trouble):
            return _load_model(state, name, trouble)
        case events.ProbabilitiesFound(serial, probabilities, symmetries):
            if (serial, symmetries) == (state.serial, state.symmetries):
                return replace(state, thoughts=Thoughts(serial, probabilities))
        case events.PassShareFound(serial, share, passes):
            thoughts = state.shown_thoughts()
            if thoughts is not None and serial == state.serial:
                thoughts = replace(thoughts, pass_share=share, passes=passes)
                return replace(state, thoughts=thoughts)
        case events.MoveFound(serial, point) if serial == state.serial:
            if state.computer_to_play:
                return _play_found(state, point)
        case events.Judged(serial, judgement) if serial == state.serial:
            if state.scoring is not None and state.scoring.dead is None:
                found = Scoring(
                    judgement.dead,
                    judgement.black_winrate,
                    judgement.contested,
                )
                return replace(state, scoring=found)
        case events.LineFound():
            return ahead.take_line(state, event)
        case events.BoardsFound() | events.StonesWeighed():
            return lens.take(state, event)
        case events.MovesReviewed() | events.LeadEstimated() | events.StudyFailed():
            return reviewing.take(state, event)
        case events.JobFailed(serial, text):
            failures = state.failures + int(serial == state.serial)
            said = Message(text, is_error=True)
            return replace(state, message=said, failures=failures)
    return _hear_of_files(state, event)


def _hear_of_files(state: GuiState, event: Event) -> GuiState:
    """What has become of the tasks."""
    match event:
        case events.Failed(text, opening):
            if opening not in (None, state.openings):
                return state  # of what nobody waits for any more
            if opening is not None:
                state = replace(state, opening=None)
            return replace(state, message=Message(text, is_error=True))
        case events.RecentFound():
            return recent.name_missing(state, event)
        case events.Done(text):
            return replace(state, message=Message(text))
        case events.FolderListed(serial=0):
            return dialogs.list_folder(state, event)
        case events.FolderListed():
            is_late = event.serial != state.openings
            return state if is_late else dialogs.show_folder(state, event)
        case events.GamesFound() | events.GameOpened():
            is_late = event.serial != state.openings
            return state if is_late else dialogs.take_opened(state, event)
        case events.LostFound():
            return dialogs.ask_recover(state, event)
        case events.FileExists(task, is_gone):
            return dialogs.ask_overwrite(state, task, is_gone=is_gone)
        case events.GameSaved():
            return _take_saved(state, event)
    return state


def _take_saved(state: GuiState, event: events.GameSaved) -> GuiState:
    state = replace(state, message=Message(tr("Saved as {path}", path=event.path)))
    state = recent.remember_file(state, event.path)
    if event.serial == state.game:
        path = event.path
        state = replace(state, path=path, suggestion=path, saved=event.tree)
        state = replace(state, stamp=event.stamp)
    return dialogs.guard(state, event.then) if event.then is not None else state


def _quiet(
    function: Callable[..., GuiState], state: GuiState, *arguments: object
) -> GuiState:
    """``function`` on the state without what was said before, and the menu."""
    return function(replace(state, message=None, menu="", tip=None), *arguments)


def _load_model(state: GuiState, name: str, trouble: str) -> GuiState:
    said = Message(trouble, is_error=True) if trouble else state.message
    state = replace(state, model=name, model_trouble=trouble, message=said)
    if trouble or state.suggestion:
        return state
    return players.take_network(state)


def _play_found(state: GuiState, point: int | None) -> GuiState:
    color = state.position.to_play
    if point is None and state.record_result:
        return moves.resign_in_record(state, color)
    if point is None:
        return moves.resign(state, color)
    trouble = state.message if not state.failures else None
    level = state.options.strength
    tree = players.with_rank(state.tree, color, strength=level, model=state.model)
    state = moves.play(replace(state, tree=tree, message=None), point)
    if state.message is None and trouble is not None and trouble.is_error:
        return replace(state, message=trouble)  # of something else; nobody has read it
    if point == PASS and state.scoring is None:
        text = tr("The network ({color}) passes", color=color_name(color))
        return replace(state, message=Message(text))
    return state


def _show_node(state: GuiState, number: int) -> GuiState:
    return moves.show_node(replace(state, guessing=None), number)


def _scroll_to(state: GuiState, place: str, first: int) -> GuiState:
    """As a scroll bar says; the view knows how far that can be."""
    first = max(0, first)
    if place == "dialog" and state.dialog is not None:
        dialog = replace(state.dialog, scroll=first, follows=False)
        return replace(state, dialog=dialog)
    if place == "field" and state.dialog is not None and state.dialog.fields:
        field = state.dialog.fields[state.dialog.active]
        field = replace(field, scroll=first, strays=True)
        return replace(state, dialog=state.dialog.with_field(field))
    if place == "comment":
        return replace(state, comment_scroll=first)
    if place == "report":
        return replace(state, report_scroll=first)
    return state


def _command(state: GuiState, name: str) -> GuiState:
    if name in _SWITCHES:
        options = state.options
        field = _SWITCHES[name]
        if name == "hints" and state.is_played:
            field = "play_hints"
        change: dict[str, Any] = {field: not getattr(options, field)}
        options = replace(options, **change)
        text = N_("{switch}: on") if getattr(options, field) else N_("{switch}: off")
        said = Message(tr(text, switch=tr(BY_NAME[name].label)))
        state = replace(state, options=options, message=said)
        # The same network answers otherwise when it is asked about all symmetries.
        return replace(state, thoughts=None) if name == "symmetries" else state
    if name in _NEED_NETWORK and not state.size.is_full:
        no_answer = moves.no_count if name == "score" else moves.no_network
        return replace(state, message=no_answer(state))
    if not state.ready and name in _NEED_RULES:
        return replace(state, message=moves.not_ready(state))
    return _COMMANDS[name](state)


def _toggle_theme(state: GuiState) -> GuiState:
    theme: ThemeName = "light" if state.options.theme == "dark" else "dark"
    return replace(state, options=replace(state.options, theme=theme))


def _turn_language(state: GuiState) -> GuiState:
    """The next language, which says so itself."""
    language = next_language(state.language)
    speak(language)
    options = replace(state.options, language=language)
    text = tr("Language: {language}", language=LANGUAGES[language])
    return replace(state, options=options, message=Message(text))


def _turn_scheme(state: GuiState) -> GuiState:
    names = SCHEME_NAMES
    scheme = names[(names.index(state.options.scheme) + 1) % len(names)]
    said = Message(tr("Colors of hints and marks: {scheme}", scheme=tr(scheme)))
    options = replace(state.options, scheme=scheme)
    return replace(state, options=options, message=said)


def _warm(steps: int) -> Callable[[GuiState], GuiState]:
    def change(state: GuiState) -> GuiState:
        options = dialogs.change_setting(state.options, "temperature", steps)
        warmth = options.temperature
        if options.strength != FULL_STRENGTH:
            text = tr("Below full strength the level says how freely it plays")
            return replace(state, message=Message(text))
        text = tr("Always the likeliest move (network)")
        if warmth:
            text = tr("Temperature {warmth} (network)", warmth=f"{warmth:.1f}")
        return replace(state, options=options, message=Message(text))

    return change


def _strengthen(steps: int) -> Callable[[GuiState], GuiState]:
    def change(state: GuiState) -> GuiState:
        options = dialogs.change_setting(state.options, "strength", steps)
        level = tr(STRENGTH_WORDS[options.strength])
        said = Message(tr("Strength of the network: {level}", level=level))
        return players.rate_network(replace(state, options=options, message=said))

    return change


def _pass(state: GuiState) -> GuiState:
    if state.scoring is not None or state.is_over:
        return replace(state, message=Message(tr("The game is over")))
    if state.guessing is not None:
        return moves.step(state, 1)
    return moves.click(state, PASS)


def _resign(state: GuiState) -> GuiState:
    if state.is_over:
        return replace(state, message=Message(tr("The game is over already")))
    return dialogs.ask_resign(state)


def _score(state: GuiState) -> GuiState:
    if state.scoring is not None:
        return replace(state, scoring=None)
    said = Message(tr("Click dead stones, then accept the count (Enter)"))
    return replace(
        state,
        scoring=Scoring(),
        guessing=None,
        plane=None,
        failures=0,
        message=said,
    )


def _accept_or_move(state: GuiState) -> GuiState:
    if state.scoring is None:
        return moves.ask_move(state)
    return dialogs.accept_count(state)


def _reveal(state: GuiState) -> GuiState:
    if state.is_played and state.options.play_hints:
        text = tr("Hints are on; H switches them off")
        return replace(state, message=Message(text))
    if state.is_played:
        return replace(state, revealed=not state.revealed)
    if not state.options.hints:
        return replace(state, options=replace(state.options, hints=True), revealed=True)
    if not state.options.think_first:
        text = tr("Hints are on; T hides them at first")
        return replace(state, message=Message(text))
    return replace(state, revealed=not state.revealed)


def _turn_plane(steps: int) -> Callable[[GuiState], GuiState]:
    def turn(state: GuiState) -> GuiState:
        if lens.shown_view(state) == "filters":
            return lens.turn(steps)(state)
        now = state.plane if state.plane is not None else 0
        is_input = replace(state.lens, view="planes")
        return replace(state, plane=(now + steps) % PLANES, lens=is_input)

    return turn


def _leave(state: GuiState) -> GuiState:
    """Leaves one thing after the other."""
    if state.opening is not None:
        said = Message(tr("{name} is not opened", name=state.opening.name))
        openings = state.openings + 1
        return replace(state, opening=None, openings=openings, message=said)
    if state.autoplay:
        return autoplay.toggle(state)
    if state.tool:
        return replace(state, tool="", message=Message(tr("A click plays again")))
    if state.scoring is not None:
        return replace(state, scoring=None)
    if state.plane is not None:
        return replace(state, plane=None)
    if state.report:
        return replace(state, report=False)
    if state.guessing is not None:
        return moves.toggle_guessing(state)
    return replace(state, full_screen=False)


def _step(count: int) -> Callable[[GuiState], GuiState]:
    return lambda state: moves.step(state, count)


def _role(role: Role) -> Callable[[GuiState], GuiState]:
    return lambda state: moves.choose_role(state, role)


#: Switches that only turn an option over.
_SWITCHES: Final = {
    "hints": "hints",
    "percentages": "percentages",
    "letters": "letters",
    "small_numbers": "small_numbers",
    "think_first": "think_first",
    "symmetries": "symmetries",
    "coordinates": "coordinates",
    "numbers": "numbers",
    "wood": "wood",
    "sound": "sound",
    "reopen": "reopen",
    "review": "review",
    "territory": "territory",
}
_NEED_RULES: Final = (
    *("pass", "move", "score", "resign", "guess", *lens.VIEWS, "open"),
    *("switch_side", "clear_board"),
)
#: What is for 19x19 only.
_NEED_NETWORK: Final = (
    "move",
    "score",
    "reveal",
    *lens.VIEWS,
    "previous_plane",
    "next_plane",
)
_COMMANDS: Final[dict[str, Callable[[GuiState], GuiState]]] = {
    "new": dialogs.ask_new,
    "open": lambda state: dialogs.guard(state, Task("ask_open")),
    "recent": recent.ask_recent,
    "save": dialogs.save,
    "save_as": lambda state: dialogs.ask_path(state, "save"),
    "find": find.ask_find,
    "find_next": find.finding(1),
    "find_previous": find.finding(-1),
    "jump": find.ask_jump,
    "picture": lambda state: dialogs.ask_path(state, "picture"),
    "copy_picture": lambda state: replace(state, task=Task("copy_picture")),
    "copy": lambda state: replace(state, task=Task("copy", tree=state.tree)),
    "paste": lambda state: dialogs.guard(state, Task("paste")),
    "quit": lambda state: dialogs.guard(state, Task("quit")),
    "pass": _pass,
    "undo": history.undo,
    "redo": history.redo,
    "take_back": moves.take_back,
    "play_again": moves.play_again,
    "resign": _resign,
    "score": _score,
    "move": _accept_or_move,
    "role_black": _role(Role.BLACK),
    "role_white": _role(Role.WHITE),
    "role_both": _role(Role.BOTH),
    "role_none": _role(Role.NONE),
    "stronger": _strengthen(1),
    "weaker": _strengthen(-1),
    "warmer": _warm(1),
    "cooler": _warm(-1),
    "reveal": _reveal,
    "report": reviewing.toggle_report,
    "next_surprise": lambda state: reviewing.step_surprise(state, 1),
    "previous_surprise": lambda state: reviewing.step_surprise(state, -1),
    "write_review": reviewing.write_review,
    "comment": editing.ask_comment,
    "info": editing.ask_info,
    **{name: editing.choose_tool(name) for name in TOOLS},
    "switch_side": editing.switch_side,
    "clear_board": editing.clear_board,
    "move_up": editing.move_up,
    "make_main": editing.make_main_line,
    **panels.PANEL_COMMANDS,
    **treemoves.TREE_COMMANDS,
    "theme": _toggle_theme,
    "scheme": _turn_scheme,
    "language": _turn_language,
    "delete": moves.delete,
    "guess": moves.toggle_guessing,
    **{name: lens.toggle(name) for name in lens.VIEWS},
    "previous_plane": _turn_plane(-1),
    "next_plane": _turn_plane(1),
    "previous_layer": lens.turn(-1, layers=True),
    "next_layer": lens.turn(1, layers=True),
    "help": lambda state: replace(state, dialog=Dialog(kind="help")),
    "first": _step(-100_000_000),
    "back_ten": _step(-10),
    "back": _step(-1),
    "forward": _step(1),
    "forward_ten": _step(10),
    "last": _step(100_000_000),
    "autoplay": autoplay.toggle,
    "faster": autoplay.change_pace(1),
    "slower": autoplay.change_pace(-1),
    "full_screen": lambda s: replace(s, full_screen=not s.full_screen),
    "variation_up": lambda state: moves.switch_variation(state, -1),
    "variation_down": lambda state: moves.switch_variation(state, 1),
    "leave": _leave,
}
