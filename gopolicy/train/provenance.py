"""What a run was made of and where: for its run.json and its models' cards.

Knows nothing of TensorFlow.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gopolicy.cores import count_cores
from gopolicy.errors import phrase
from gopolicy.train.folder import hash_hashes
from gopolicy.version import __version__

if TYPE_CHECKING:
    from gopolicy.data.dataset import Dataset

logger = logging.getLogger(__name__)

#: Packages that a run's numbers hang on.
_PACKAGES: Final = ("tensorflow", "keras", "numpy")
#: Where Linux names the processor.
_CPU_INFO: Final = Path("/proc/cpuinfo")


def describe_origin(
    data: Dataset,
    valid: Dataset,
    *,
    command: Sequence[str],
    accelerators: Iterable[str],
    packages: Iterable[str] = _PACKAGES,
) -> dict[str, Any]:
    """What a run is made of and where, as JSON values.

    ``command``: the words that started it; ``accelerators``: names of graphics cards;
    ``packages``: those that its numbers hang on.
    """
    return {
        "data": {
            "training": _describe_sources(data),
            "held_out": _describe_sources(valid),
        },
        "command": list(command),
        "versions": _describe_versions(packages),
        "machine": _describe_machine(list(accelerators)),
    }


def warn_of_known_games(data: Dataset, valid: Dataset) -> None:
    """Says how many held-out games are training games, too, if there are any."""
    known = int(np.isin(valid.columns["hash"], data.columns["hash"]).sum())
    if known:
        said = phrase(
            "{known} of the {games} held-out games are training games, too: held-out "
            "figures will be better than the network is",
            known=known,
            games=valid.n_games,
        )
        logger.warning(said)


def _describe_sources(data: Dataset) -> list[dict[str, Any]]:
    """The files of ``data``: name (no folders), games, weight, hash of the games.

    The hash is that of the games a run takes from the file, held-out ones left out.
    """
    parts = data.by_source(data.columns["hash"])
    return [
        {
            "file": Path(source.name).name,
            "games": source.n_games,
            "weight": source.weight,
            "hash": hash_hashes([part]),
        }
        for source, part in zip(data.sources, parts, strict=True)
    ]


def _describe_versions(packages: Iterable[str]) -> dict[str, str]:
    """The versions of this program, of Python and of what it computes with."""
    return {
        "gopolicy": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


def _describe_machine(accelerators: list[str]) -> dict[str, Any]:
    """System, processor and cores, and the ``accelerators``."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _name_processor(),
        "cores": count_cores(),
        "accelerators": accelerators,
    }


def _name_processor() -> str:
    """As Linux calls it where it does, else as Python knows it; perhaps ""."""
    try:
        lines = _CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # not Linux
        lines = []
    names = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.processor()).strip()
