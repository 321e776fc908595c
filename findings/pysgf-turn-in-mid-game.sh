#!/usr/bin/env bash
# pysgf (KaTrain's reader) hears PL, which says whose turn it is, at the root alone.
#
# One would guess: PL is a setup property, so it may stand at any node without a move (FF[4], "Setup Properties"),
# and after ;B[pd];AW[dd]PL[B] it is Black's turn.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pysgf==1.0.0 chardet==5.2.0
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from pysgf import GoGame

at_root = "(;FF[4]GM[1]SZ[19]AB[dd]PL[B])"
later = "(;FF[4]GM[1]SZ[19];B[pd];AW[dd]PL[B])"
found = []
for record in (at_root, later):
    node = GoGame.parse_sgf(record)
    while node.children:
        (node,) = node.children
    found.append(node.next_player)
    print(f"pysgf {version('pysgf')}: after {record} it is the turn of {node.next_player}")
assert found == ["B", "W"]
PYTHON
