#!/usr/bin/env bash
# pysgf (KaTrain's reader) cuts a comment in two where an escaped bracket is followed by an open one.
#
# One would guess: an escaped "]" never ends a value (FF[4], "Text"), so that C[see \[1\] [2\] there] is the one
# comment "see [1] [2] there", and comes back as it was when the game is written again.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pysgf==1.0.0 chardet==5.2.0 sgfmill==1.1.1
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from pysgf import GoGame
from sgfmill.sgf import Sgf_game

record = r"(;FF[4]GM[1]SZ[19]C[see \[1\] [2\] there])"
game = GoGame.parse_sgf(record)
parts = game.get_list_property("C")
again = game.sgf()
there = Sgf_game.from_bytes(record.encode()).get_root().get("C")

print(f"record              {record}")
print(f"sgfmill {version('sgfmill')} reads {there!r}")
print(f"pysgf {version('pysgf')} reads   {parts}")
print(f"and writes          {again}")
assert there == "see [1] [2] there"
assert parts == ["see \\[1\\", "2] there"]
assert again == r"(;FF[4]GM[1]SZ[19]C[see \\[1\\][2\] there])"
PYTHON
