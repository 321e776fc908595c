"""Records with something odd between their tokens: no move and no property is lost.

Source of the classes: records of LizzieYzy, Sabaki and Fox, and reports of people who
had them: rulers of dashes, commas, HTML, byte order marks, backslashes, names with
digits or in small letters.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgf_files import fuzz_settings

from gopolicy.sgf.parse import format_sgf, parse_trees, read_games

#: What is neither a name with a value, nor a bracket, nor a semicolon.
JUNK = (
    *("\n---\n", ",", ", ", "<br>", "\\", "\\\\", "\ufeff", "\u3000", "...", "=", "*"),
    *("/", "'", '"', "{", "}", ":", "?", "!", "-1", "7", "\t", "\0", "好"),
    *("\n\\\n", "\\,", "%", "#1", "\x1b"),
)
#: Before a further value these would be a name, whose value that is.
WORDS = ("and so on ", "&nbsp ", "br ")
TEXTS = (
    "x",
    "a \\] b",
    "see [b\\] and (c; d)",
    "",
    "柯洁",
    "a\\\\",
    "two\nlines",
    "a: b",
)
POINTS = st.integers(0, 360).map(lambda p: chr(97 + p % 19) + chr(97 + p // 19))
#: A name and its values, as a node has them beside its move.
PROPERTIES = st.one_of(
    st.tuples(
        st.sampled_from(["C", "N", "GC", "LZ", "LZ2", "LZOP2", "elo", "ELO2", "KGSDE"]),
        st.sampled_from(TEXTS).map(lambda text: [text]),
    ),
    st.tuples(st.sampled_from(["BL", "WL", "OB"]), st.just(["12.5"])),
    st.tuples(
        st.sampled_from(["TR", "SQ", "LB", "AB"]),
        st.lists(POINTS, min_size=1, max_size=3),
    ),
)


@st.composite
def _games(draw):
    """(pieces of a file, a list of its nodes: each name with its values)."""
    nodes = [{"GM": ["1"], **dict(draw(st.lists(PROPERTIES, max_size=3)))}]
    for number in range(draw(st.integers(1, 5))):
        move = {"BW"[number % 2]: [draw(POINTS)]}
        others = dict(draw(st.lists(PROPERTIES, max_size=3)))
        nodes.append({**move, **others} if draw(st.booleans()) else {**others, **move})
    pieces = ["("]
    for node in nodes:
        pieces.append(";")
        for name, values in node.items():
            pieces.append(name + f"[{values[0]}]")
            pieces += [f"[{value}]" for value in values[1:]]
    return [*pieces, ")"], nodes


@fuzz_settings
@given(_games(), st.data())
def test_junk_between_tokens_costs_no_move_and_no_property(game, data):
    pieces, nodes = game
    places = st.lists(st.integers(2, len(pieces) - 1), min_size=1, max_size=3)
    for place in sorted(data.draw(places), reverse=True):
        is_value = pieces[place].startswith("[")
        junk = data.draw(st.sampled_from(JUNK if is_value else JUNK + WORDS))
        pieces.insert(place, junk)
    text = "".join(pieces)
    tree = parse_trees(text.encode(), "x")[0]
    read = [
        {
            name: [raw.decode() for raw in node.get_raw_list(name)]
            for name in node.properties()
            if name not in ("SZ", "CA")
        }
        for node in tree.get_main_sequence()
    ]
    written = [
        {name.upper(): values for name, values in node.items()} for node in nodes
    ]
    assert read == written
    line = [p for p in read_games(text.encode(), "x")[0].line if p[0] in "BW"]
    assert line == [
        f"{n}[{v[0]}]" for node in nodes for n, v in node.items() if n in "BW"
    ]


@pytest.mark.parametrize("junk", JUNK + WORDS)
@pytest.mark.parametrize("before", ["C[x]", "BL[9]", "LB[aa:1]", "B[pd]", "LZ2[a 1]"])
def test_no_junk_takes_the_next_node_along(before, junk):
    text = f"(;GM[1];B[dd]{before if before[0] != 'B' else ''}{junk};W[dp];B[pp])"
    assert read_games(text.encode(), "x")[0].line == ["B[dd]", "W[dp]", "B[pp]"]


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("C[a [b] c]", "a [b] c"),
        ("C[a [b], [c] d] e]", "a [b], [c] d] e"),
        ("C[see B[pd] now]", "see B[pd] now"),
        ("C[a] W[dd]", "a"),
        ("C[a]---W[dd]", "a"),
        ("C[a] elo[12]", "a"),
        ("C[a] of [b]", "a] of [b"),
    ],
)
def test_a_bracket_that_was_not_escaped_is_text_where_nothing_else_begins(
    text, comment
):
    (game,) = read_games(f"(;GM[1]{text};B[pd])".encode(), "x")
    assert game.info["C"] == comment
    assert game.line[-1] == "B[pd]"


def test_properties_of_lizzieyzy_stay_apart_and_as_they_are():
    text = b"(;GM[1]C[keep]LZOP[E 1]LZOP2[E 2];B[pd]C[good]LZ2[E 4];W[dp])"
    trees = parse_trees(text, "x")
    for tree in (trees[0], parse_trees(format_sgf(trees), "x")[0]):
        root, first, _ = tree.get_main_sequence()
        assert (root.get_raw("LZOP"), root.get_raw("LZOP2")) == (b"E 1", b"E 2")
        assert (first.get_raw("C"), first.get_raw("LZ2")) == (b"good", b"E 4")


def test_no_name_begins_with_a_digit_as_none_could_be_read_again():
    (tree,) = parse_trees(b"(;GM[1]?j7TE[Cup];B[aa])", "x")
    assert tree.get_root().get_raw("TE") == b"Cup"
    assert format_sgf(parse_trees(format_sgf([tree]), "x")) == format_sgf([tree])
