#!/usr/bin/env bash
# pyppmd ends the process where the memory for its model cannot be had.
#
# One would guess: a decoder that finds no memory raises MemoryError, as Python's own do (lzma, bytearray).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyppmd==1.3.1
code=0
(ulimit -v 400000 -c 0; "$folder/venv/bin/python" - <<'PYTHON') 2>"$folder/said" || code=$?
from importlib.metadata import version

import pyppmd

try:
    bytearray(1 << 30)
except MemoryError:
    print("bytearray of 1 GB: MemoryError", flush=True)
print(f"pyppmd {version('pyppmd')}, a decoder of 1 GB:", flush=True)
pyppmd.Ppmd7Decoder(6, 1 << 30).decode(bytes(100), 100)
PYTHON
echo "the process ended with code $code"
test "$code" -gt 128
