"""What colors, phases and planes are called in the person's language.

Their rooms call them in English, as JSON, files and protocols do; a test holds
``NAMES`` against those rooms. Imports nothing heavy: commands import it at the start.
"""

from __future__ import annotations

from typing import Final

from gopolicy.language import N_, tr

#: What the system says, reasons of illegal moves, why records are skipped or cut, how
#: games end, baselines, kinds of games, shapes that filters pick, what is measured,
#: phases, features.
NAMES: Final = (
    *(N_("black"), N_("white")),
    *(N_("No such file or directory"), N_("File exists"), N_("Permission denied")),
    *(N_("Is a directory"), N_("Not a directory"), N_("Read-only file system")),
    *(N_("No space left on device"), N_("Input/output error")),
    *(N_("legal"), N_("occupied point"), N_("suicide"), N_("ko")),
    *(N_("setup stones without a liberty"), N_("no such point")),
    *(N_("no game in the file"), N_("cannot be read"), N_("another game than Go")),
    *(N_("board is not 19x19"), N_("no moves"), N_("illegal from the start")),
    *(N_("same moves as an earlier game"), N_("too short")),
    *(N_("filtered: handicap or setup stones"), N_("filtered: rank")),
    *(N_("filtered: date"), N_("filtered: result"), N_("filtered: player")),
    *(N_("handicap stones are missing"), N_("White first on an empty board")),
    N_("illegal move: the moves before it are kept"),
    N_("setup in the middle: the moves before it are kept"),
    N_("setup that is no point on the board: left out"),
    N_("last move out of turn: left out"),
    *(N_("resignation"), N_("move limit"), N_("illegal move"), N_("void")),
    *(N_("network"), N_("uniform"), N_("nearest")),
    *(N_("unknown"), N_("others"), N_("setup stones")),
    *(N_("a move"), N_("one pass"), N_("two passes")),
    *(N_("Black won"), N_("White won"), N_("jigo"), N_("training"), N_("held out")),
    *(N_("last move"), N_("move that takes stones"), N_("move into atari")),
    *(N_("own chain in atari"), N_("opponent's chain in atari")),
    *(N_("own chain with two liberties"), N_("opponent's chain with two liberties")),
    *(N_("move that gives atari"), N_("move that saves from atari")),
    *(N_("ladder that works"), N_("ladder that can be escaped")),
    *(N_("own eye"), N_("opponent's eye"), N_("hane"), N_("opponent's hane")),
    *(N_("own cutting point"), N_("opponent's cutting point")),
    *(N_("own tiger's mouth"), N_("opponent's tiger's mouth")),
    *(N_("first line"), N_("second line"), N_("third line")),
    *(N_("planes, whole games"), N_("training samples"), N_("samples with side tasks")),
    *(N_("records converted"), N_("the same from a .7z"), N_("GIB records read")),
    *(N_("NGF records read"), N_("playouts")),
    *(N_("pos/s"), N_("games/s"), N_("moves/s")),
    *(N_("opening"), N_("middle game"), N_("endgame")),
    *(N_("own"), N_("opponent"), N_("empty"), N_("ones"), N_("zeros")),
    *(N_("turns since"), N_("liberties"), N_("capture size")),
    *(N_("self-atari size"), N_("liberties after"), N_("ladder capture")),
    *(N_("ladder escape"), N_("sensible")),
)


def color_name(color: int) -> str:
    """What a player is called: BLACK or WHITE."""
    from gopolicy.go.coords import BLACK

    return tr("Black") if color == BLACK else tr("White")


def plane_name(name: str) -> str:
    """A feature's name, or that of one of its planes: "liberties 3", "ones"."""
    feature, _, number = name.rpartition(" ")
    if number.rstrip("+").isdecimal():
        return f"{tr(feature)} {number}"
    return tr(name)


def kind_name(kind: str) -> str:
    """What kind of games are counted: "2010s", "unknown", "7.5", "Q16 D4"."""
    year, is_decade, _ = kind.partition("0s")
    return tr("{year}0s", year=year) if is_decade else tr(kind)
