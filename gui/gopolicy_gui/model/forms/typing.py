"""What is typed in a dialog goes into its field. Pure."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Final

from gopolicy_gui.model.events import Composed, FieldPressed, Task
from gopolicy_gui.model.forms.field import (
    TextField,
    compose,
    go_to,
    insert,
    press,
    select_word,
)
from gopolicy_gui.model.state import Dialog, GuiState

#: Dialogs with a list of entries and a field to type in.
WITH_LIST: Final = ("open", "save", "picture", "games", "recent", "find")
#: Letters of a name or a search, and of a comment.
_MAX_TEXT: Final = 1000
_MAX_WORDS: Final = 1_000_000


def type_in(dialog: Dialog, text: str) -> Dialog:
    """The dialog with ``text`` at the cursor of its field."""
    most = _MAX_TEXT if dialog.kind in WITH_LIST else _MAX_WORDS
    field = insert(dialog.fields[dialog.active], text, most=most)
    return _with_field(dialog, field)


def press_in_field(state: GuiState, dialog: Dialog, key: str) -> GuiState:
    """A key for a text field; the clipboard is the app's."""
    field = dialog.fields[dialog.active]
    if key == "backspace" and not field.text and dialog.kind == "open":
        return replace(state, task=Task("list", os.path.dirname(dialog.folder)))
    if key in ("ctrl+c", "ctrl+x"):
        if not field.selected:
            return state
        state = replace(state, task=Task("copy", text=field.selected))
        key = "delete" if key == "ctrl+x" else ""
    pressed = press(field, key)
    if pressed is None:
        return state
    return replace(state, dialog=_with_field(dialog, pressed))


def _with_field(dialog: Dialog, field: TextField) -> Dialog:
    """The dialog with what is typed now; a list begins anew with another text."""
    is_other = field.text != dialog.typed
    dialog = dialog.with_field(field)
    if dialog.kind in WITH_LIST and is_other:
        return replace(dialog, row=-1, scroll=0, follows=True)
    return dialog


def compose_text(state: GuiState, event: Composed) -> GuiState:
    """An input method composes in the dialog's field."""
    dialog = state.dialog
    if dialog is None or not dialog.fields:
        return state
    field = compose(dialog.fields[dialog.active], event.text, event.caret)
    return replace(state, dialog=dialog.with_field(field))


def press_field(state: GuiState, event: FieldPressed) -> GuiState:
    """The pointer in a field of the dialog."""
    dialog = state.dialog
    if dialog is None or not dialog.fields:
        return state
    if len(dialog.fields) > 1:
        dialog = replace(dialog, row=min(event.row, len(dialog.fields) - 1))
    field = replace(dialog.fields[dialog.active], scroll=event.scroll, composed="")
    if event.word:
        field = select_word(field, event.place)
    else:
        field = go_to(field, event.place, extend=event.extend)
    return replace(state, dialog=dialog.with_field(field))
