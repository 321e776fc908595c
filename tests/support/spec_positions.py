"""The test positions of the planes' specification, T1 to T19, as data.

Each says how to come to the position and what to find there: the planes set at
points, the number of points of a plane, the points of a plane.
"""

from dataclasses import dataclass, field, replace

from diagrams import Script

_KO = Script(black="K11 J10 K9", white="L11 M10 L9 K10", moves="B L10")
_SECOND_KO = Script(
    black="J11 K12 L11 K10", white="J10 L10 K9", first="W", moves="W K11"
)
_LADDER = Script(black="J10 K11 J9", white="K10")
_LONG_LADDER = Script(black="B17 C18 B16", white="C17")
_CRAWL = Script(black="A1 B1 C1", white="A2 B2 C2")
_NINE = ["A1", "B1", "C1", "D1", "E1", "F1", "G1", "H1", "J1"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A position and what the specification says about its planes."""

    name: str
    script: Script
    at: dict[str, list[int]] = field(default_factory=dict)  # vertex -> planes set
    counts: dict[int, int] = field(default_factory=dict)  # plane -> points set
    planes: dict[int, str] = field(default_factory=dict)  # plane -> vertices set
    has: dict[str, int] = field(default_factory=dict)  # vertex -> a plane set there
    not_sensible: str = ""
    sensible: str = ""


def _capture_row(n: int, liberty: str) -> Script:
    """Black to capture n stones on the first line at ``liberty``."""
    white = _NINE[:n]
    return Script(
        black=" ".join(vertex.replace("1", "2") for vertex in white),
        white=" ".join(white),
    )


def _broken(breaker: str) -> Script:
    return replace(_LADDER, white=f"{_LADDER.white} {breaker}")


CASES = [
    Case(
        name="T1 empty board",
        script=Script(),
        counts=dict.fromkeys(range(48), 0)
        | {2: 361, 3: 361, 37: 4, 38: 68, 39: 289, 46: 361},
    ),
    Case(
        name="T2 one stone",
        script=Script(moves="B Q16"),
        at={"Q16": [1, 3, 4, 15], "Q17": [2, 3, 38, 46], "A1": [2, 3, 37, 46]},
        counts={37: 4, 38: 72, 39: 284, 46: 360},
    ),
    Case(
        name="T3 turns since",
        script=Script(
            moves="B D4 W Q4 B Q16 W D16 B C10 W R10 B K3 W K17 B pass",
        ),
        planes={
            4: "",
            5: "K17",
            6: "K3",
            7: "R10",
            8: "C10",
            9: "D16",
            10: "Q16",
            11: "Q4 D4",
        },
    ),
    Case(
        name="T4 handicap",
        script=Script(black="D16 Q4", first="W"),
        at={"D16": [1, 3, 11, 15], "Q4": [1, 3, 11, 15]},
    ),
    Case(
        name="T5 capture in the corner",
        script=Script(black="A18", white="A19"),
        at={
            "B19": [2, 3, 20, 38, 46],
            "A19": [1, 3, 11, 12],
            "B18": [2, 3, 39, 46],
        },
    ),
    Case(
        name="T6 capture of two chains",
        script=Script(black="C4 D5 D3 F5 G5 F3 G3 H4", white="D4 F4 G4"),
        at={"E4": [2, 3, 22, 39, 46]},
    ),
    Case(
        name="T7 capture of nine",
        script=_capture_row(9, "K1"),
        at={"K1": [2, 3, 27, 38, 46]},
    ),
    Case(name="T7 capture of eight", script=_capture_row(8, "J1"), has={"J1": 27}),
    Case(name="T7 capture of seven", script=_capture_row(7, "H1"), has={"H1": 26}),
    Case(
        name="T8 self-atari of three",
        script=Script(black="D10 F10", white="D11 F11 C10 G10 D9 E9 F9"),
        at={"E10": [2, 3, 30, 36, 46], "E11": [2, 3, 37, 46]},
    ),
    Case(
        name="T8b self-atari of one",
        script=Script(white="B19"),
        at={"A19": [2, 3, 28, 36, 46]},
    ),
    Case(
        name="T9 ko",
        script=_KO,
        at={"K10": [2, 3], "L10": [1, 3, 4, 12]},
    ),
    Case(
        name="T9 ko after a threat and its answer",
        script=replace(_KO, moves=f"{_KO.moves} W A1 B T1"),
        at={"K10": [2, 3, 20, 28, 36, 46]},
    ),
    Case(
        name="T10 suicide",
        script=Script(white="A18 B19 B18"),
        at={"A19": [2, 3]},
    ),
    Case(
        name="T10 no suicide when it captures",
        script=Script(black="C19 C18 B17 A17", white="A18 B19 B18"),
        at={"A19": [2, 3, 22, 37, 46]},
    ),
    Case(
        name="T11 ladder",
        script=_LADDER,
        at={"L10": [2, 3, 38, 44, 46]},
        planes={44: "L10"},
    ),
    Case(
        name="T11 ladder, White runs",
        script=replace(_LADDER, moves="B L10"),
        at={"K9": [2, 3, 37, 46]},
        planes={45: ""},
    ),
    *(
        Case(
            name=f"T12 ladder breaker {breaker}",
            script=_broken(breaker),
            planes={44: ""},
        )
        for breaker in ["P5", "Q4", "N7", "O6", "R4", "N6", "Q5"]
    ),
    *(
        Case(
            name=f"T12 ladder breaker {breaker}, White runs",
            script=replace(_broken(breaker), moves="B L10"),
            planes={45: "K9"},
        )
        for breaker in ["P5", "Q4", "N7", "O6", "R4", "N6", "Q5"]
    ),
    Case(name="T13 62 plies", script=_LONG_LADDER, planes={44: "D17"}),
    Case(
        name="T13 58 plies",
        script=Script(black="C16 D17 C15", white="D16"),
        planes={44: "E16"},
    ),
    Case(
        name="T14 first line", script=Script(black="B2", white="B1"), planes={44: "C1"}
    ),
    Case(
        name="T15 two starts",
        script=Script(black="J10 M10 K9 L9", white="K10 L10"),
        planes={44: "K11 L11"},
    ),
    Case(
        name="T15b escape by capture",
        script=Script(black="J10 K11 L10", white="K10 L11 L9", first="W"),
        at={"M10": [2, 3, 20, 39, 45, 46], "K9": [2, 3, 39, 45, 46]},
        planes={45: "K9 M10"},
    ),
    *(
        Case(
            name=f"T16 eye {name}",
            script=Script(black=black, white=white),
            not_sensible=eye if not sensible else "",
            sensible=eye if sensible else "",
        )
        for name, eye, black, white, sensible in [
            ("in the centre", "K10", "K11 K9 J10 L10", "", False),
            ("with one bad corner", "K10", "K11 K9 J10 L10 J11 L11 J9", "L9", False),
            ("with two bad corners", "K10", "K11 K9 J10 L10 J11 L11", "L9 J9", True),
            ("at the edge", "K1", "J1 L1 K2 J2 L2", "", False),
            ("at the edge, one bad", "K1", "J1 L1 K2 J2", "L2", True),
            ("at the edge, one empty", "K1", "J1 L1 K2 J2", "", False),
            ("in the corner", "A1", "A2 B1 B2", "", False),
            ("in the corner, empty", "A1", "A2 B1", "", False),
            ("in the corner, bad", "A1", "A2 B1", "B2", True),
        ]
    ),
    Case(
        name="T17 self-atari of four",
        script=replace(_CRAWL, white="A2 B2 C2 E1"),
        at={"D1": [2, 3, 31, 36, 46], "A1": [0, 3, 11, 12]},
    ),
    Case(
        name="T17 first-line crawl",
        script=_CRAWL,
        at={"D1": [2, 3, 37, 46]},
        planes={45: ""},
    ),
    Case(
        name="T18 eight liberties",
        script=Script(black="K10 L10 M10"),
        at={"K10": [0, 3, 11, 19], "N10": [2, 3, 43, 46]},
    ),
    Case(
        name="T19 second ko",
        script=_SECOND_KO,
        at={"K10": [2, 3], "K11": [1, 3, 4, 12]},
    ),
]
