#!/usr/bin/env bash
# pysgf (KaTrain's reader) takes komi 0 of a handicap game in GIB or NGF for 6.5.
#
# One would guess: a record of Tygem or wBaduk that says three stones and komi 0 is read with a komi of 0.
# KM is left out when it is 0, and what has no KM has a komi of 6.5.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pysgf==1.0.0 chardet==5.2.0
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from pysgf import GoGame

GIB = "\n".join(
    [
        r"\HS",
        r"\[GAMEINFOMAIN=GRLT:3,ZIPSU:0,DUM:0,GONGJE:0,TCNT:1\]",
        r"\[GAMETAG=S1,R3,D0,G0,W3,Z0,T1,C2019:04:05:20:15\]",
        *(r"\HE", r"\GS", "INI 0 1 3 &4 ", "STO 0 2 2 15 15 ", r"\GE"),
    ]
)
NGF = "\n".join(
    [
        *("Rated game", "19", "a 7D*", "b 5D*", "www.example.com", "3", "0", "0"),
        *("20190405 [20:15]", "5", "Black wins by resign!", "1", "PMABWQQQQ"),
    ]
)
print(f"pysgf {version('pysgf')} reads a game of 3 stones and komi 0:")
games = {"gib": GIB, "ngf": NGF}
found = {ext: GoGame.from_string(text, ext).root.komi for ext, text in games.items()}
print(found)
assert found == {"gib": 6.5, "ngf": 6.5}, "it behaves otherwise now"
PYTHON
