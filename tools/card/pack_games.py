"""Packs a dataset for the way to another machine: half the bytes, the same samples.

python tools/card/pack_games.py FILE.h5 OUT.h5.xz
xz -d OUT.h5.xz     # there: a dataset again, without names of files and players

What training reads is kept as it is, so the games have the same hashes in run.json.
"""

import io
import lzma
import sys
from pathlib import Path

import h5py

from gopolicy.data.dataset import Dataset
from gopolicy.data.h5file import COLUMNS
from gopolicy.errors import GoPolicyError
from gopolicy.files import whole_file

#: Moves are two bytes, and games repeat only within themselves, so that pairs of bytes
#: count and a large dictionary does not.
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9, "lc": 3, "lp": 1, "pb": 1}]


def pack(path: Path, out: Path) -> None:
    """Writes ``out``. Raises: DatasetError when ``path`` is no dataset; OSError."""
    Dataset.open(path)
    content = io.BytesIO()
    with h5py.File(path, "r") as file, h5py.File(content, "w") as fresh:
        for name in ("format", "version"):
            fresh.attrs[name] = file.attrs[name]
        for name in ("codes", "offsets", *COLUMNS):
            fresh.create_dataset(name, data=file[name][:], track_times=False)
    with whole_file(out) as packed:
        packed.write(lzma.compress(content.getvalue(), filters=FILTERS))


if __name__ == "__main__":
    try:
        pack(*map(Path, sys.argv[1:]))
    except (GoPolicyError, OSError) as error:
        sys.exit(str(error))
