"""SGF files for fuzzing: any bytes, and real files with pieces changed."""

import os
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

DATASETS = Path(__file__).parent.parent / "datasets"

#: Files of ours that go through each part of the reader.
SEEDS = (
    (DATASETS / "alphago-leesedol-2.sgf").read_bytes(),
    b"(;GM[1]SZ[19]PB[x];B[pd];W[dp];B[pp];W[dd];B[];W[tt])",
    b"(;FF[4]GM[1]AB[dd][pp]C[a \\] b](;W[aa];B[bb])(;W[cc]LB[dd:1];B[]))",
    b"(\r\nTE[Cup]\r\nKO[6.5]\r\n;B[aa];W[bb]\r\n)(;GaMe[1];Black[cc])",
    "(;CA[GB2312]PB[柯洁]PW[古力]RE[黑中盘胜];B[qd];W[dd])".encode("gb2312"),
    "(;PB[井山ソ裕太]RE[W+R]HA[2]AB[pd][dp];W[dd])".encode("shift_jis"),
    "(;GM[1]PB[Go Seigen];B[pd])".encode("utf-16"),
    b";GM[1];B[aa](;W[bb];AE[aa])(;W[cc]))",
)
PIECES = (
    *(b"(", b")", b"[", b"]", b";", b"\\", b"\0", b"\xff", b"\x1b$B", b"\n", b":"),
    *(b"(;", b"B[", b"W[tt]", b"AB[aa:ss]", b"SZ[9]", b"GM[1]", b"CA[UTF-8]", b"KM[x]"),
    *(b"CA[ISO-2022-JP]", b"CA[hex]", b"\xef\xbb\xbf", b"\xff\xfe", b"AE[dd]", b"a[b]"),
)


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(data)))
        action = draw(st.sampled_from(("insert", "delete", "repeat", "byte", "cut")))
        length = draw(st.integers(1, 12))
        if action == "insert":
            data[at:at] = draw(st.sampled_from(PIECES))
        elif action == "delete":
            del data[at : at + length]
        elif action == "repeat":
            data[at:at] = data[at : at + length] * draw(st.integers(1, 20))
        elif action == "byte" and at < len(data):
            data[at] = draw(st.integers(0, 255))
        elif action == "cut":
            del data[at:]
    return bytes(data)


MUTATED_FILES = st.one_of(
    _mutated(),
    st.binary(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join),
)

#: A short run by default; GOPOLICY_FUZZ_EXAMPLES=100000 makes it a long one.
fuzz_settings = settings(
    max_examples=int(os.environ.get("GOPOLICY_FUZZ_EXAMPLES", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
