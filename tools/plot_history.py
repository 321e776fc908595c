"""Plots the learning curve of runs that followed each other.

python tools/plot_history.py OUT.png HISTORY.csv ...

The runs' positions are added up in the order given.
"""

import sys
from pathlib import Path

from gopolicy.train.curves import save_curves
from gopolicy.train.folder import read_rows

if __name__ == "__main__":
    save_curves(
        sys.argv[1],
        {str(Path(path).parent): read_rows(Path(path)) for path in sys.argv[2:]},
    )
