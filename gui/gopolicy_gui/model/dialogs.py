"""Questions in front of the board: new game, files, unsaved changes. Pure."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import lru_cache
from typing import Final, Literal

from gopolicy.config import RULES, STRENGTH_NAMES
from gopolicy.go.coords import opponent
from gopolicy.sgf.gameinfo import parse_result
from gopolicy.sgf.sources import is_archive, is_record
from gopolicy_gui.model.count import Count, count_score
from gopolicy_gui.model.events import (
    DialogChosen,
    DialogKey,
    FolderListed,
    GameOpened,
    GamesFound,
    LostFound,
    Task,
    Typed,
)
from gopolicy_gui.model.forms.field import go_to, make_field
from gopolicy_gui.model.forms.typing import WITH_LIST, press_in_field, type_in
from gopolicy_gui.model.language import color_name, tr
from gopolicy_gui.model.moves import (
    end_game,
    resign,
    resign_in_record,
    resigning_color,
    show_node,
    show_tree,
    start_game,
)
from gopolicy_gui.model.options import (
    HANDICAP_KOMI,
    RANGES,
    USUAL_KOMI,
    Options,
    Role,
)
from gopolicy_gui.model.state import Dialog, DialogKind, GuiState, Message, Opening
from gopolicy_gui.model.study import editing, find
from gopolicy_gui.model.study.recent import opening_task, remember_file
from gopolicy_gui.model.tree import ROOT, GameTree

#: Rows of the dialog for a new game, and how far each goes.
NEW_GAME_ROWS: Final = (
    *("role", "strength", "handicap", "komi", "temperature", "rules"),
)
#: Dialogs in which words of the game are edited.
WITH_WORDS: Final = ("comment", "info")
#: Dialogs with the files of a folder; what is written has this suffix.
_WITH_FOLDER: Final = ("open", "save", "picture")
_SUFFIXES: Final[dict[DialogKind, str]] = {"save": ".sgf", "picture": ".png"}
_ROLES: Final = tuple(Role)


def guard(state: GuiState, task: Task) -> GuiState:
    """Does ``task``, but asks first when changes would be lost."""
    if state.is_changed:
        return replace(state, menu="", dialog=Dialog(kind="unsaved", then=task))
    return proceed(state, task)


def proceed(state: GuiState, task: Task | None) -> GuiState:
    """Does ``task``, whatever is lost."""
    state = replace(state, dialog=None, menu="")
    if task is None:
        return state
    if task.kind == "new":
        return start_game(state, task.draft or state.options)
    if task.kind == "ask_open":
        return ask_path(state, "open")
    if task.kind == "show" and task.opened is not None:
        return show_opened(state, task.opened)
    if task.kind in ("open", "paste"):
        return _open(state, task)
    return replace(state, task=task)


def _open(state: GuiState, task: Task) -> GuiState:
    """Asks for a file; from now on an answer to what was asked before is too late."""
    serial = state.openings + 1
    agreed = state.tree if state.is_changed else None
    opening = Opening(os.path.basename(task.path) or tr("what was copied"), agreed)
    task = replace(task, serial=serial)
    return replace(state, task=task, opening=opening, openings=serial, arrived=None)


def take_opened(state: GuiState, event: GameOpened | GamesFound) -> GuiState:
    """What was asked for is there; it waits until no question stands in front."""
    if state.dialog is not None:
        return replace(state, arrived=event)
    agreed = state.opening.agreed if state.opening is not None else None
    state = replace(state, opening=None, arrived=None)
    if isinstance(event, GamesFound):
        return ask_game(state, event, agreed)
    if state.tree is agreed:
        return show_opened(state, event)
    return guard(state, Task("show", opened=event))


def show_opened(state: GuiState, event: GameOpened) -> GuiState:
    """A game from a file, for the person to play both colors of."""
    state = replace(state, options=replace(state.options, role=Role.BOTH))
    if event.source is not None:
        state = remember_file(state, *event.source)
    path, suggestion = event.path, event.suggestion or event.path
    state = show_tree(state, event.tree, path=path, suggestion=suggestion)
    return replace(state, stamp=event.stamp)


def ask_new(state: GuiState) -> GuiState:
    """Shows the dialog for a new game."""
    draft = replace(state.options, role=state.usual_role)
    return replace(state, menu="", dialog=Dialog(kind="new", draft=draft))


def ask_path(
    state: GuiState,
    kind: Literal["open", "save", "picture"],
    then: Task | None = None,
) -> GuiState:
    """Shows the dialog that asks for a file."""
    name = ""
    if kind != "open":
        name = os.path.basename(state.suggestion) or "game.sgf"
    if kind == "picture":
        name = f"{os.path.splitext(name)[0]}-{state.position.turn}.png"
    field = go_to(make_field(name), 0)  # the name is typed over, its suffix stays
    field = go_to(field, len(os.path.splitext(name)[0]), extend=True)
    dialog = Dialog(kind=kind, fields=(field,), row=-1, then=then)
    task = Task("list", os.path.dirname(state.suggestion))
    return replace(state, menu="", dialog=dialog, task=task)


def ask_game(
    state: GuiState, event: GamesFound, agreed: GameTree | None = None
) -> GuiState:
    """Shows the dialog that chooses a game of a file.

    ``agreed``: the game that the person has already agreed to lose.
    """
    then = Task("open", event.path, tree=agreed)
    dialog = Dialog(
        kind="games",
        folder=event.path,
        fields=(make_field(),),
        entries=event.titles,
        then=then,
    )
    said = Message(event.note, is_error=True) if event.note else state.message
    return replace(state, menu="", dialog=dialog, message=said)


def ask_resign(state: GuiState) -> GuiState:
    """Shows the question before giving up; a record's own result stays."""
    winner = color_name(opponent(resigning_color(state)))
    text = tr("{winner} would win by resignation", winner=winner)
    if state.record_result:
        text = tr(
            "{winner} would win by resignation; the record's {result} stays",
            winner=winner,
            result=state.record_result,
        )
    return replace(state, menu="", dialog=Dialog(kind="resign", text=text))


def ask_result(state: GuiState, count: Count) -> GuiState:
    """Shows the question whether the count takes the place of the record's result."""
    text = tr(
        "The record says {result}, the count {count}.",
        result=state.record_result,
        count=count.result,
    )
    return replace(state, menu="", dialog=Dialog(kind="result", text=text))


def accept_count(state: GuiState) -> GuiState:
    """Ends the game with the count on the board, unless the record says otherwise."""
    count = count_score(state)
    if count is None:
        return state
    if count.open:
        text = tr("{count}. Play on, or pass twice to end the game", count=count.words)
        return replace(state, message=Message(text))
    if not state.record_result:
        said = Message(tr("{count}. Save the game with Ctrl+S", count=count.words))
        return replace(end_game(state, count.result), message=said)
    if parse_result(state.record_result) != count.result:
        return ask_result(state, count)
    said = Message(tr("{count}, as the record says", count=count.words))
    return replace(state, scoring=None, message=said)


def ask_recover(state: GuiState, event: LostFound) -> GuiState:
    """Shows the question what is to become of a game found after a crash."""
    dialog = Dialog(kind="recover", text=event.title)
    return replace(state, menu="", dialog=dialog, lost=event)


def _choose_recover(state: GuiState, event: DialogChosen) -> GuiState:
    lost = state.lost
    if lost is None or event.what not in ("recover", "discard", "cancel"):
        return state
    if event.what != "recover":
        task = Task("forget" if event.what == "discard" else "leave")
        return replace(state, dialog=None, lost=None, task=task)
    state = show_tree(replace(state, lost=None), lost.tree, suggestion=lost.source)
    options = replace(state.options, role=lost.role)
    number = ROOT
    for child in lost.way:
        children = lost.tree.nodes[number].children
        number = children[min(child, len(children) - 1)] if children else number
    state = show_node(replace(state, options=options, saved=GameTree()), number)
    said = Message(tr("This game was not saved; save it with Ctrl+S"))
    return replace(state, task=Task("adopt"), message=said)


def save(state: GuiState, then: Task | None = None) -> GuiState:
    """Saves under the name the game has, or asks for one."""
    if not state.path:
        return ask_path(state, "save", then)
    task = _save_task(state, state.path, then)
    return replace(state, dialog=None, task=replace(task, known=state.stamp))


def _save_task(state: GuiState, path: str, then: Task | None) -> Task:
    return Task("save", path, then, serial=state.game, tree=state.tree)


def ask_overwrite(state: GuiState, task: Task, *, is_gone: bool = False) -> GuiState:
    """Shows the question whether the file of ``task`` may be replaced."""
    then = replace(task, overwrite=True)
    text = os.path.basename(task.path)
    if task.known is not None:
        said = tr("Not there any more") if is_gone else tr("Changed since")
        text = f"{said}: {text}"
    dialog = Dialog(kind="overwrite", then=then, text=text)
    return replace(state, menu="", dialog=dialog)


def list_folder(state: GuiState, event: FolderListed) -> GuiState:
    """Fills the file dialog."""
    if state.dialog is None or state.dialog.kind not in _WITH_FOLDER:
        return state
    dialog = replace(
        state.dialog, folder=event.folder, entries=event.entries, row=-1, scroll=0
    )
    if dialog.kind == "open":
        dialog = dialog.with_field(make_field())
    return replace(state, dialog=dialog)


def show_folder(state: GuiState, event: FolderListed) -> GuiState:
    """Shows the dialog for a folder that was to be opened as if it were a game."""
    state = replace(state, opening=None)
    if state.dialog is not None:
        return state
    dialog = Dialog(kind="open", fields=(make_field(),), row=-1)
    return list_folder(replace(state, menu="", dialog=dialog), event)


def visible_entries(dialog: Dialog) -> tuple[str, ...]:
    """The entries of a dialog with a list that fit what is typed."""
    is_path = dialog.kind == "open" and os.path.dirname(dialog.typed)
    if dialog.kind in _SUFFIXES:
        return _entries_to_write(dialog.entries, _SUFFIXES[dialog.kind])
    if not dialog.typed or is_path:
        return dialog.entries
    return _entries_with(dialog.typed.lower(), dialog.entries)


@lru_cache(maxsize=8)
def _entries_with(wanted: str, entries: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(entry for entry in entries if wanted in entry.lower())


@lru_cache(maxsize=2)
def _entries_to_write(entries: tuple[str, ...], suffix: str) -> tuple[str, ...]:
    return tuple(name for name in entries if name.lower().endswith(("/", suffix)))


def type_text(state: GuiState, event: Typed) -> GuiState:
    """Text goes into the dialog's field; letters choose where there is none."""
    dialog = state.dialog
    assert dialog is not None  # update sends text here only then
    if dialog.fields:
        return replace(state, dialog=type_in(dialog, event.text))
    letters: dict[DialogKind, dict[str, str]] = {
        "unsaved": {"s": "save", "d": "discard"},
        "overwrite": {"o": "overwrite"},
        "resign": {"r": "resign"},
        "result": {"w": "write", "l": "leave"},
        "recover": {"o": "recover", "d": "discard"},
        "new": {"+": "more", "-": "less"},
    }
    what = letters.get(dialog.kind, {}).get(event.text.lower())
    return choose(state, DialogChosen(what, dialog.row)) if what else state


def press_key(state: GuiState, event: DialogKey) -> GuiState:
    """Keys without text."""
    dialog = state.dialog
    assert dialog is not None  # update sends keys here only then
    key, field = event.key, dialog.fields[dialog.active] if dialog.fields else None
    if field is not None and field.composed:
        return state  # the key is the input method's
    if key == "escape":
        return choose(state, DialogChosen("cancel"))
    if key in ("enter", "shift+enter") and field is not None and field.is_long:
        return replace(state, dialog=type_in(dialog, "\n"))
    if key in ("enter", "ctrl+enter"):
        return choose(state, DialogChosen(_ENTER[dialog.kind], dialog.row))
    if key in ("left", "right") and dialog.kind == "new":
        what = "more" if key == "right" else "less"
        return choose(state, DialogChosen(what, dialog.row))
    if key in _ROW_KEYS and dialog.kind == "help":
        scroll = max(0, dialog.scroll + _ROW_KEYS[key])
        return replace(state, dialog=replace(dialog, scroll=scroll))
    if key in _ROW_KEYS:
        return replace(state, dialog=_move_row(dialog, _ROW_KEYS[key]))
    return state if field is None else press_in_field(state, dialog, key)


#: How far keys go from row to row.
_ROW_KEYS: Final = {
    "up": -1,
    "shift+tab": -1,
    "down": 1,
    "tab": 1,
    "pageup": -10,
    "pagedown": 10,
}


#: What the Enter key chooses.
_ENTER: Final[dict[DialogKind, str]] = {
    "new": "start",
    "open": "accept",
    "save": "accept",
    "games": "accept",
    "unsaved": "save",
    "overwrite": "overwrite",
    "resign": "resign",
    "result": "leave",
    "recover": "recover",
    "comment": "accept",
    "info": "accept",
    "recent": "accept",
    "find": "accept",
    "jump": "accept",
    "picture": "accept",
    "help": "cancel",
}


def _move_row(dialog: Dialog, steps: int) -> Dialog:
    if dialog.kind in WITH_LIST:
        last = len(visible_entries(dialog)) - 1
    else:
        rows = {"new": NEW_GAME_ROWS, "info": editing.INFO_ROWS}
        last = len(rows.get(dialog.kind, ("",))) - 1
    row = min(max(dialog.row + steps, 0), max(last, 0))
    return replace(dialog, row=row, follows=True)


def choose(state: GuiState, event: DialogChosen) -> GuiState:
    """A button or row of the dialog."""
    dialog = state.dialog
    if dialog is None:
        return state
    if dialog.kind == "recover":
        return _choose_recover(state, event)
    if event.what == "cancel":
        return replace(state, dialog=None)
    if dialog.kind == "new":
        return _choose_new(state, dialog, event)
    if dialog.kind in WITH_WORDS:
        return editing.take_words(state, event)
    if dialog.kind == "find":
        return find.choose_found(state, event)
    if dialog.kind == "jump":
        return find.jump(state, event)
    if dialog.kind in _WITH_FOLDER:
        return _choose_file(state, dialog, event)
    if dialog.kind == "games":
        return _choose_game(state, dialog, event)
    if dialog.kind == "recent":
        return _choose_recent(state, dialog, event)
    if dialog.kind in ("resign", "result"):
        return _choose_end(replace(state, dialog=None), event)
    if event.what == "save":
        return save(state, dialog.then)
    if event.what == "discard":
        return proceed(state, dialog.then)
    if event.what == "overwrite" and dialog.then is not None:
        return replace(state, dialog=None, task=dialog.then)
    return state


def _choose_end(state: GuiState, event: DialogChosen) -> GuiState:
    count = count_score(state)
    if event.what == "resign":
        give_up = resign_in_record if state.record_result else resign
        return give_up(state, resigning_color(state))
    if event.what == "write" and count is not None:
        text = tr("{count}; this is the record's result now", count=count.words)
        return replace(end_game(state, count.result), message=Message(text))
    if event.what == "leave":
        text = tr("The record's {result} stays", result=state.record_result)
        return replace(state, scoring=None, message=Message(text))
    return state


def _choose_new(state: GuiState, dialog: Dialog, event: DialogChosen) -> GuiState:
    if event.what == "start":
        return guard(state, Task("new", draft=dialog.draft))
    if event.what in ("more", "less"):
        steps = 1 if event.what == "more" else -1
        draft = change_setting(dialog.draft, NEW_GAME_ROWS[event.row], steps)
        dialog = replace(dialog, draft=draft, row=event.row)
    elif event.what == "row":
        dialog = replace(dialog, row=event.row)
    return replace(state, dialog=dialog)


def change_setting(options: Options, name: str, steps: int) -> Options:
    """The options with one setting of a new game changed by ``steps``."""
    if name == "role":
        role = _ROLES[(_ROLES.index(options.role) + steps) % len(_ROLES)]
        return replace(options, role=role)
    if name == "strength":
        place = STRENGTH_NAMES.index(options.strength) + steps
        place = min(max(place, 0), len(STRENGTH_NAMES) - 1)
        return replace(options, strength=STRENGTH_NAMES[place])
    if name == "handicap":
        stones = int(_clip("handicap", options.handicap + steps))
        if stones == 1:
            stones = 2 if steps > 0 else 0
        komi = options.komi
        if bool(stones) != bool(options.handicap):
            komi = HANDICAP_KOMI if stones else USUAL_KOMI
        return replace(options, handicap=stones, komi=komi)
    if name == "komi":
        return replace(options, komi=_clip("komi", options.komi + 0.5 * steps))
    if name == "temperature":
        warmth = round(options.temperature + 0.1 * steps, 1)
        return replace(options, temperature=_clip("temperature", warmth))
    rules = RULES[(RULES.index(options.rules) + steps) % len(RULES)]
    return replace(options, rules=rules)


def _clip(name: str, value: float) -> float:
    """The allowed value of an option that is nearest to ``value``."""
    low, high = RANGES[name]
    return min(max(value, low), high)


def _choose_file(state: GuiState, dialog: Dialog, event: DialogChosen) -> GuiState:
    entries = visible_entries(dialog)
    if event.what == "parent":
        return replace(state, task=Task("list", os.path.dirname(dialog.folder)))
    name = dialog.typed
    is_search = dialog.kind == "open" and event.row < 0 and not _names_a_file(name)
    if is_search and name and len(entries) == 1:
        event = DialogChosen("entry", 0)  # the only one that fits what is typed
    if event.what == "entry" or (event.what == "accept" and event.row >= 0):
        if not 0 <= event.row < len(entries):
            return state
        name = entries[event.row]
        if dialog.kind in _SUFFIXES and not name.endswith("/"):
            if event.what == "entry":
                dialog = dialog.with_field(make_field(name))
                return replace(state, dialog=replace(dialog, row=event.row))
            name = dialog.typed
    if not name:
        return state
    path = os.path.join(dialog.folder, os.path.expanduser(name))
    if not os.path.isabs(path):  # of which folder, nobody has seen yet
        text = tr("The folder is not read yet; type a whole path")
        return replace(state, message=Message(text, is_error=True))
    if name.endswith(("/", os.sep)):
        return replace(state, task=Task("list", path))
    if dialog.kind == "open":
        return proceed(state, Task("open", path))
    suffix = _SUFFIXES[dialog.kind]
    if not path.lower().endswith(suffix):
        path += suffix
    if dialog.kind == "picture":
        return replace(state, dialog=None, task=Task("picture", path))
    return replace(state, dialog=None, task=_save_task(state, path, dialog.then))


def _names_a_file(text: str) -> bool:
    """Whether what is typed is the name or the path of a file, no search."""
    is_path = bool(os.path.dirname(text)) or text.startswith("~")
    return is_path or is_record(text) or is_archive(text)


def _choose_recent(state: GuiState, dialog: Dialog, event: DialogChosen) -> GuiState:
    """Opens a file of the list, by default the latest that fits what is typed."""
    entries = visible_entries(dialog)
    row = max(0, event.row)
    if row >= len(entries):
        return state
    task = opening_task(state, dialog.entries.index(entries[row]))
    return state if task is None else guard(state, task)


def _choose_game(state: GuiState, dialog: Dialog, event: DialogChosen) -> GuiState:
    entries = visible_entries(dialog)
    row = 0 if event.row < 0 and len(entries) == 1 else event.row
    if not 0 <= row < len(entries):
        return state
    number = 1 + dialog.entries.index(entries[row])
    agreed = dialog.then.tree if dialog.then is not None else None
    task = Task("open", dialog.folder, number=number)
    return proceed(state, task) if state.tree is agreed else guard(state, task)
