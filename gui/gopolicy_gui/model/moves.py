"""Playing and walking through the tree: states to states. Pure."""

from __future__ import annotations

from dataclasses import replace

from gopolicy.go.coords import (
    BLACK,
    PASS,
    WHITE,
    opponent,
)
from gopolicy.go.position import Position
from gopolicy.go.rules import KO, OCCUPIED, SUICIDE
from gopolicy.go.turns import encode_code
from gopolicy.version import __version__
from gopolicy_gui.model.language import N_, color_name, move_name, tr
from gopolicy_gui.model.options import RULE_NAMES, Options, Role
from gopolicy_gui.model.players import (
    name_players,
    network_name,
    player_names,
    with_rank,
)
from gopolicy_gui.model.state import Ending, Guessing, GuiState, Message, Scoring
from gopolicy_gui.model.study.findings import Findings
from gopolicy_gui.model.tree import GameTree, new_game, replay_line


def show(state: GuiState, line: tuple[int, ...], cursor: int) -> GuiState:
    """The state with node ``line[cursor]`` on the board, as far as it is legal."""
    cursor = min(max(cursor, 0), len(line) - 1)
    known = state.cursor + 1
    if cursor >= state.cursor and line[:known] == state.line[:known]:
        board, count, wrong = replay_line(
            state.tree, line, cursor, start=state.board, done=known
        )
    else:
        board, count, wrong = replay_line(state.tree, line, cursor)
    message = None
    if wrong:
        text = tr("The record goes on, but {wrong}", wrong=wrong)
        message = Message(text, is_error=True)
    return replace(
        state,
        line=line,
        cursor=max(0, count - 1),
        board=board,
        serial=state.serial + 1,
        revealed=False,
        scoring=None,
        message=message,
        comment_scroll=0,
        tree_pan=(0.0, 0.0),
        failures=0,
    )


def show_anew(state: GuiState, line: tuple[int, ...], cursor: int) -> GuiState:
    """As ``show``, for another tree: what is on the board says nothing of its nodes."""
    return show(replace(state, line=(-1,), cursor=0), line, cursor)


def show_node(state: GuiState, number: int) -> GuiState:
    """The state with a node on the board; its variation goes on behind it."""
    if number in state.line:
        return show(state, state.line, state.line.index(number))
    line = state.tree.line_through(number)
    return show(state, line, line.index(number))


def step(state: GuiState, moves: int) -> GuiState:
    """Goes forward, or back for negative ``moves``, as far as the game goes."""
    line = state.line
    if moves > 0 and state.tree.nodes[line[-1]].children:
        line = state.tree.line_through(line[-1])
    target = min(max(state.cursor + moves, 0), len(line) - 1)
    return state if target == state.cursor else show(state, line, target)


def switch_variation(state: GuiState, moves: int) -> GuiState:
    """Goes to the variation ``moves`` further, where the last parting was."""
    cursor = state.cursor
    while cursor > 0 and len(state.tree.siblings(state.line[cursor])) == 1:
        cursor -= 1
    siblings = state.tree.siblings(state.line[cursor])
    if cursor == 0 or len(siblings) == 1:
        text = tr("There is no other variation here")
        return replace(state, message=Message(text))
    place = (siblings.index(state.line[cursor]) + moves) % len(siblings)
    return show_node(state, siblings[place])


def play(state: GuiState, point: int) -> GuiState:
    """Plays ``point`` or PASS for the side to play, or says why that cannot be."""
    position = state.position
    color = position.to_play
    name = color_name(color)
    if point != PASS and not position.legal_mask(superko=True)[point]:
        text = tr(
            "{color} cannot play {vertex}: {reason}",
            color=name,
            vertex=move_name(point, state.size.rows),
            reason=_why_illegal(position, point),
        )
        return replace(state, message=Message(text, is_error=True))
    ending = state.ending
    if ending is not None and ending.number != state.number:
        ending = None  # of another move
    if ending is not None:
        state = _reopen(state, ending)
    tree, number = state.tree.with_move(state.number, color, point)
    state = show_node(replace(state, tree=tree), number)
    if state.is_over and state.size.is_full:
        return replace(
            state,
            scoring=Scoring(),
            message=Message(
                tr("Both passed. Click dead stones, then accept the count")
            ),
        )
    if state.is_over:
        return replace(state, message=no_count(state))
    if point == PASS:
        state = replace(state, message=Message(tr("{color} passes", color=name)))
    elif ending is not None and state.message is None:
        said = Message(tr("The game goes on, without its result; Ctrl+Z undoes that"))
        state = replace(state, message=said)
    return state


def _why_illegal(position: Position, point: int) -> str:
    """Which rule forbids a move."""
    code = encode_code(point, position.to_play)
    reason = position.copy().replay([code])[1]
    texts = {
        OCCUPIED: N_("occupied point"),
        SUICIDE: N_("suicide"),
        KO: N_("ko"),
    }
    text = texts.get(reason, N_("it repeats the board"))
    return tr(text)


def click(state: GuiState, point: int) -> GuiState:
    """What a click on the board does, by what is going on."""
    if state.busy or not state.ready:
        return replace(state, message=not_ready(state))
    if state.scoring is not None:
        return toggle_dead(state, point)
    if state.guessing is not None:
        return guess(state, point)
    if state.computer_to_play:
        text = tr("The network is thinking; wait, or take back")
        if state.role is Role.NONE:
            text = tr("You are watching; press A to play yourself")
        elif state.model_trouble:
            text = tr("There is no network to answer; press A to play both colors")
        return replace(state, message=Message(text))
    return play(state, point)


def not_ready(state: GuiState) -> Message:
    """Why nothing can be played yet."""
    if state.kernels_trouble:
        return Message(state.kernels_trouble, is_error=True)
    return Message(state.busy or tr("One moment, please ..."))


def no_network(state: GuiState) -> Message:
    """Why the network does nothing on a board of another size."""
    return Message(
        tr(
            "Without the network: it knows 19x19 only, this is {size}",
            size=state.size.words,
        )
    )


def no_count(state: GuiState) -> Message:
    """Why the end of a game on a board of another size is not counted."""
    return Message(
        tr("Games on {size} are not counted here, only on 19x19", size=state.size.words)
    )


def take_back(state: GuiState) -> GuiState:
    """Back to where the person is to move again; the moves stay in the tree."""
    if state.cursor == 0:
        return replace(state, message=Message(tr("There is no move to take back")))
    state = step(state, -1)
    if state.role in (Role.BLACK, Role.WHITE):
        while state.cursor > 0 and not state.role.plays(state.position.to_play):
            state = step(state, -1)
    return state


def play_again(state: GuiState) -> GuiState:
    """Forward over what was taken back."""
    before = state.cursor
    state = step(state, 1)
    if state.cursor == before:
        return replace(state, message=Message(tr("There is no move to play again")))
    if state.role in (Role.BLACK, Role.WHITE):
        while (
            not state.role.plays(state.position.to_play)
            and state.next_node is not None
            and state.message is None
        ):
            state = step(state, 1)
    return state


def resigning_color(state: GuiState) -> int:
    """Who gives up when the person does: its own color, else the side to play."""
    color = state.position.to_play
    if state.role in (Role.BLACK, Role.WHITE) and not state.role.plays(color):
        color = -color
    return color


def resign(state: GuiState, color: int) -> GuiState:
    """``color`` gives up; the result goes into the record."""
    said = _resigned(color)
    if state.is_played:
        more = tr("A looks through the game, Ctrl+N begins another")
        said = Message(said.text + tr(". ") + more)
    return replace(end_game(state, resignation(color)), message=said)


def resign_in_record(state: GuiState, color: int) -> GuiState:
    """``color`` gives up here, in a record that keeps its own result."""
    said = tr(
        "{resigned}; the record's {result} stays",
        resigned=_resigned(color).text,
        result=state.record_result,
    )
    ending = Ending(state.number, resignation(color), before=None)
    return replace(state, ending=ending, message=Message(said))


def resignation(color: int) -> str:
    """The result when ``color`` gives up."""
    return "W+R" if color == BLACK else "B+R"


def _resigned(color: int) -> Message:
    loser, winner = color_name(color), color_name(opponent(color))
    text = tr("{loser} resigns. {winner} wins", loser=loser, winner=winner)
    return Message(text)


def end_game(state: GuiState, result: str) -> GuiState:
    """The game ends here with ``result``, which is written into it."""
    before = state.tree.root.text("RE")
    if state.ending is not None and state.ending.before is not None:
        before = state.ending.before
    return replace(
        state,
        tree=state.tree.with_text("RE", result),
        ending=Ending(state.number, result, before),
        scoring=None,
    )


def _reopen(state: GuiState, ending: Ending) -> GuiState:
    """The game goes on: a result that was written here is taken back."""
    tree = state.tree
    if ending.before is not None:
        tree = tree.with_text("RE", ending.before)
    return replace(state, tree=tree, ending=None)


def choose_role(state: GuiState, role: Role) -> GuiState:
    """Who plays which color from here on; the network may move at once."""
    if not state.size.is_full and role is not Role.BOTH:
        return replace(state, message=no_network(state))
    state = name_players(state, role)
    options = replace(state.options, role=role)
    words = {
        Role.BLACK: N_("You play Black, the network White"),
        Role.WHITE: N_("You play White, the network Black"),
        Role.BOTH: N_("You play both colors"),
        Role.NONE: N_("The network plays both colors"),
    }
    return replace(
        state,
        options=options,
        usual_role=role,
        line=state.line[: state.cursor + 1],
        guessing=None,
        scoring=None,
        waits=-1,
        message=Message(tr(words[role])),
    )


def ask_move(state: GuiState) -> GuiState:
    """Lets the network move here, whoever's turn it is."""
    if state.is_over:
        return replace(state, message=Message(tr("The game is over")))
    if state.model_trouble:
        return replace(state, message=Message(state.model_trouble, is_error=True))
    return replace(
        state,
        line=state.line[: state.cursor + 1],
        asked=state.serial,
        failures=0,
        guessing=None,
        scoring=None,
    )


def delete(state: GuiState) -> GuiState:
    """Takes the move on the board, and all that follows, out of the tree."""
    if state.cursor == 0:
        return replace(state, message=Message(tr("The start cannot be deleted")))
    parent = state.node.parent
    ending = state.ending
    if ending is not None and state.number in state.tree.line_to(ending.number):
        state = _reopen(state, ending)
    state = replace(state, tree=state.tree.without(state.number))
    place = len(state.tree.line_to(parent)) - 1
    state = show(state, state.tree.line_through(parent), place)
    said = Message(tr("Deleted, with what followed; Ctrl+Z brings it back"))
    return replace(state, waits=state.serial, message=said)


def toggle_dead(state: GuiState, point: int) -> GuiState:
    """Marks the chain on a point as dead, or as alive again."""
    scoring = state.scoring
    chain = state.position.chain(point)
    if scoring is None or scoring.dead is None or not chain:
        return state
    dead = scoring.dead - chain if point in scoring.dead else scoring.dead | chain
    return replace(state, scoring=replace(scoring, dead=dead))


def guess(state: GuiState, point: int) -> GuiState:
    """Compares a guess with the next move of the record, which is then played."""
    expected = state.next_node
    guessing = state.guessing or Guessing()
    if expected is None or not expected.color:
        return replace(state, message=Message(tr("The record ends here")))
    hit = point == expected.point
    guessing = replace(
        guessing, tries=guessing.tries + 1, hits=guessing.hits + int(hit)
    )
    rows = state.size.rows
    played = move_name(expected.point, rows)
    text = N_("Right, {played}") if hit else N_("Not {guess} but {played}")
    said = tr(text, guess=move_name(point, rows), played=played)
    thoughts = state.shown_thoughts()
    if thoughts is not None:
        rank = thoughts.rank(expected.point)
        guessing = replace(
            guessing,
            network_tries=guessing.network_tries + 1,
            network_hits=guessing.network_hits + int(rank == 1),
        )
        said += tr("; the network's choice {rank}", rank=rank)
        if expected.point != PASS:
            percent = 100 * float(thoughts.probabilities[expected.point])
            said += tr(", ") + f"{percent:.1f} %"
    state = step(state, 1)
    return replace(state, guessing=guessing, message=state.message or Message(said))


def toggle_guessing(state: GuiState) -> GuiState:
    """Begins or ends guessing the moves of the record."""
    if state.guessing is not None:
        return replace(state, guessing=None, message=Message(score_words(state)))
    line = state.tree.line_through(state.number)
    if state.cursor + 1 < len(state.line):
        line = state.line
    if state.cursor + 1 >= len(line):
        text = tr("Guessing needs moves ahead: open a game, or go back in this one")
        return replace(state, message=Message(text))
    return replace(
        state,
        line=line,
        options=replace(state.options, role=Role.BOTH),
        guessing=Guessing(),
        scoring=None,
        message=Message(tr("Where did the next move go? Click it")),
    )


def score_words(state: GuiState) -> str:
    """The running score of guessing in words."""
    return tr(", ").join(score_lines(state))


def score_lines(state: GuiState) -> list[str]:
    """The same, a line for each player."""
    score = state.guessing or Guessing()
    if not score.tries:
        return [tr("No guess yet")]
    lines = [_share_words(N_("You {hits} of {tries}"), score.hits, score.tries)]
    if tries := score.network_tries:
        text = N_("the network {hits} of {tries}")
        lines.append(_share_words(text, score.network_hits, tries))
    return lines


def _share_words(text: str, hits: int, tries: int) -> str:
    return f"{tr(text, hits=hits, tries=tries)} ({100 * hits // tries} %)"


def make_game(options: Options, *, model: str, today: str) -> GameTree:
    """The tree of a game that begins as the options say; ``model``: the network's."""
    black, white = player_names(options.role, network_name(model))
    tree = new_game(
        komi=options.komi, handicap=options.handicap, black=black, white=white
    )
    for color in (BLACK, WHITE):
        tree = with_rank(tree, color, strength=options.strength, model=model)
    facts = {
        "DT": today,
        "RU": RULE_NAMES[options.rules],
        "AP": f"gopolicy:{__version__}",
    }
    for name, text in facts.items():
        tree = tree.with_text(name, text)
    return tree


def start_game(state: GuiState, options: Options) -> GuiState:
    """A new game as the options say, which are the window's from here on."""
    tree = make_game(options, model=state.model, today=state.today)
    state = replace(state, options=options, usual_role=options.role)
    return show_tree(state, tree)


def show_tree(
    state: GuiState, tree: GameTree, *, path: str = "", suggestion: str = ""
) -> GuiState:
    """Another game, from its start; nothing of the old one stays."""
    state = replace(
        state,
        tree=tree,
        saved=tree,
        path=path,
        stamp=None,
        suggestion=suggestion,
        game=state.game + 1,
        past=None,
        future=None,
        guessing=None,
        plane=None,
        report=False,
        report_scroll=0,
        tool="",
        findings=Findings(),
        ending=None,
        record_end=tree.line_through(0)[-1],
        dialog=None,
        menu="",
        opening=None,
        openings=state.openings + 1,
        arrived=None,
    )
    return show_anew(state, tree.line_through(0), 0)
