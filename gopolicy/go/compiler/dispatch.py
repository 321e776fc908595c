"""Functions to kernels: numba's settings, and the folder of the machine code.

The cache folder's name carries a hash of all kernel sources: numba itself does not
notice when a kernel calls another one that was edited in a different file, and would
go on answering with the old one.
"""

import hashlib
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numba
from numba import config as numba_config
from numba import njit
from numba.core import event

from gopolicy.errors import phrase

logger = logging.getLogger(__name__)

#: Files whose text decides what the machine code does.
KERNEL_FILES: Final = (
    "go/compiler/dispatch.py",
    "go/compiler/words.py",
    "go/coords.py",
    "go/jit.py",
    "go/pointsets.py",
    "go/rules.py",
    "go/turns.py",
    "go/ladderboard.py",
    "go/ladders.py",
    "go/features.py",
    "go/scoring.py",
    "go/randomplay.py",
    "go/treesearch.py",
    "go/playouts.py",
    "data/sampling.py",
)


def _source_hash() -> str:
    folder = Path(__file__).parents[2]
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    for name in KERNEL_FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


def _user_cache_folder() -> Path:
    """The platform's folder for caches of this user."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "~/AppData/Local")
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser()


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _is_ours(folder: Path) -> bool:
    """Whether the folder is this user's: what stands in a cache is run as code."""
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _cache_folder() -> str:
    """A folder that can be written to; "" when there is none at all."""
    name = f"kernels-{_source_hash()}"
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    # Everyone may make a folder there, also one of this name.
    shared = Path(tempfile.gettempdir()) / f"gopolicy-{os.environ.get('USER', 'user')}"
    candidates = [
        *([Path(chosen)] if chosen else []),
        _user_cache_folder() / "gopolicy",
        shared,
    ]
    for base in candidates:
        if _writable(base / name) and (base != shared or _is_ours(base)):
            return str(base / name)
    said = phrase("no cache folder can be written to; kernels compile at every start")
    logger.warning(said)
    return ""


#: Where the machine code is kept.
CACHE_FOLDER: Final = _cache_folder()


def compile_function(function: Callable[..., Any]) -> Any:
    """``function`` as numba calls it: compiled at its first call, without the GIL."""
    settings: Any = numba_config
    kept = settings.CACHE_DIR
    settings.CACHE_DIR = CACHE_FOLDER
    try:
        return njit(cache=bool(CACHE_FOLDER), nogil=True)(function)
    finally:
        settings.CACHE_DIR = kept


#: Called with each function that is about to be compiled, in the thread that does it.
watchers: Final[list[Callable[[Any], None]]] = []


class _CompileNotice(event.Listener):
    """Says once that the first compilation has begun; tells the watchers of each."""

    said = False

    def on_start(self, event: Any) -> None:
        if not _CompileNotice.said:
            _CompileNotice.said = True
            logger.warning(
                phrase("compiling the kernels, once after each installation ...")
            )
        for watcher in watchers:
            watcher(event.data["dispatcher"].py_func)

    def on_end(self, event: object) -> None:
        pass


event.register("numba:compile", _CompileNotice())  # type: ignore[no-untyped-call]
