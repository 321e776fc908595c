"""Compiling and caching the kernels, and the kernel tests in other modes.

All in processes of their own: how kernels are compiled is settled when numba and
gopolicy are imported.
"""

import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from gopolicy.go import jit
from gopolicy.go.features import encode
from gopolicy.go.position import hard_positions

ROOT = Path(__file__).resolve().parents[2]
_WITH_KERNELS = "rules turns position ladders features scoring playouts"
KERNEL_TESTS = [f"tests/go/test_{name}.py" for name in _WITH_KERNELS.split()]
NOTICE = "compiling the kernels"
NO_FOLDER = "no cache folder can be written to"

#: A ladder is read and taken back, and all planes are filled.
ENCODE = """
import logging
logging.basicConfig(format="%(message)s")
from gopolicy.go.features import encode
from gopolicy.go.position import Position
position = Position.from_stones([180, 162, 198], [181, 0])
position.play(182)
planes = encode(position)
print(planes.sum(), position.legal_mask(superko=True).sum(), planes[:, :, 44:46].sum())
"""

#: Planes of positions with ladders in them.
PLANES = """
import hashlib, sys
from gopolicy.go.position import hard_positions
from gopolicy.go.features import encode
for position in hard_positions()[-4:]:
    print(hashlib.sha256(encode(position).tobytes()).hexdigest())
print("numba" in sys.modules)
"""

#: Needs few kernels, so it compiles in little time.
PLAY = """
import logging, sys, tempfile
logging.basicConfig(format="%(message)s")
tempfile.tempdir = sys.argv[1]
from gopolicy.go.position import Position
from gopolicy.go.compiler import dispatch
position = Position()
position.play(5)
print(position.is_legal(5), position.is_legal(6), dispatch.CACHE_FOLDER)
"""


def environment(**extra):
    """The environment of the tests without what numba was told."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    return clean | {"PYTHONPATH": str(ROOT)} | extra


def start(code, *arguments, **extra):
    """A Python process that runs ``code``."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment(**extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    """What a process wrote to stdout and stderr; it must have ended well."""
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out, err


def test_the_cache_depends_on_every_file_with_kernels():
    """Else it would go on answering with the machine code of an older source."""
    from gopolicy.go.compiler.dispatch import KERNEL_FILES

    package = ROOT / "gopolicy"
    users = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"^@kernel", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert users <= set(KERNEL_FILES)
    assert {"go/rules.py", "go/features.py"} <= users


@pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives files away"
)
def test_a_folder_that_another_user_made_is_not_ours(tmp_path):
    from gopolicy.go.compiler.dispatch import _is_ours

    assert _is_ours(tmp_path)
    os.chown(tmp_path, 12345, -1)
    assert not _is_ours(tmp_path)


needs_numpy_2 = pytest.mark.skipif(
    int(np.__version__.split(".")[0]) < 2,
    reason="older numbers count otherwise than the machine's: all is compiled",
)


@pytest.fixture
def uncompiled(monkeypatch):
    """As before the first kernel is compiled, which here it long is."""
    monkeypatch.setattr(jit._Python, "is_over", False)
    monkeypatch.setattr(jit._Python, "is_on", False)


def who_runs():
    """Whether it is Python that runs this, not the machine."""
    return isinstance(np.uint8(1) + np.uint8(1), np.uint8)


@needs_numpy_2
def test_so_many_calls_of_kernels_run_as_python(uncompiled):
    short, long = jit.kernel(who_runs), jit.long_kernel(who_runs)
    jit.run_as_python(calls=2)
    assert [long(), short(), short(), short()] == [False, True, True, False]
    jit.run_as_python(calls=2)
    assert not short(), "once there is a compiler, it is used"


@needs_numpy_2
def test_what_is_to_be_compiled_is_while_others_run_as_python(uncompiled):
    heard = []
    kernel = jit.kernel(who_runs)
    jit.run_as_python(calls=9)
    with jit.watching(lambda done, total: heard.append((done, total))):
        with jit.compiling():
            assert not kernel()
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(kernel).result(), "that is another thread"
        assert kernel()
    jit.run_compiled()
    assert not kernel()
    assert [done for done, _ in heard] in ([], [1])  # not if it was on disk


@needs_numpy_2
@pytest.mark.slow
@pytest.mark.parametrize("calls", [10**9, 3_000])
def test_kernels_as_python_see_the_same_planes(calls):
    """With few calls, the compiler takes over in the middle of reading a ladder."""
    out, _ = finish(
        start(f"from gopolicy.go import jit; jit.run_as_python({calls})\n" + PLANES)
    )
    *planes, loaded = out.split()
    assert loaded == str(calls == 3_000)
    expected = [encode(p) for p in hard_positions()[-4:]]
    assert planes == [hashlib.sha256(p.tobytes()).hexdigest() for p in expected]


@pytest.mark.slow
def test_two_processes_may_compile_at_the_same_time_and_a_third_loads_it(tmp_path):
    both = [start(ENCODE, NUMBA_CACHE_DIR=str(tmp_path)) for _ in range(2)]
    outputs = [finish(process) for process in both]
    assert all(NOTICE in err for _, err in outputs)
    third = finish(start(ENCODE, NUMBA_CACHE_DIR=str(tmp_path)))
    assert NOTICE not in third[1]
    assert {out for out, _ in [*outputs, third]} == {third[0]} != {""}


def nowhere(tmp_path):
    """A file where each cache folder should be made: that stops even root."""
    blocker = tmp_path / "file"
    blocker.touch()
    names = ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA", "HOME")
    return blocker, dict.fromkeys(names, str(blocker))


@pytest.mark.slow
def test_cache_folders_that_cannot_be_written_to_are_passed_over(tmp_path):
    _, settings = nowhere(tmp_path)
    spare = tmp_path / "spare"
    spare.mkdir()
    out, err = finish(start(PLAY, str(spare), **settings))
    assert out.split()[:2] == ["False", "True"]
    assert Path(out.split()[2]).is_relative_to(spare)
    assert NO_FOLDER not in err
    assert any(path.suffix == ".nbi" for path in spare.rglob("*"))


@pytest.mark.slow
def test_without_any_cache_folder_the_kernels_still_run(tmp_path):
    blocker, settings = nowhere(tmp_path)
    out, err = finish(start(PLAY, str(blocker), **settings))
    assert out.split() == ["False", "True"]
    assert NO_FOLDER in err
    assert NOTICE in err


def run_tests(*arguments, **extra):
    """Runs pytest on the kernel tests in a process with another environment."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("-m", "not slow", *arguments),
        ],
        cwd=ROOT,
        env=environment(**extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_kernel_tests_with_bounds_checks(tmp_path):
    """Own cache: numba's does not tell code with checks from code without."""
    settings = {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    canary = (
        "from gopolicy.go import rules; rules.is_suicide(rules.new_board(), 5000, 1)"
    )
    process = start(canary, **settings)
    assert "IndexError" in process.communicate()[1]
    done = run_tests(*KERNEL_TESTS, **settings)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_part_of_the_kernel_tests_without_the_jit():
    chosen = "specified or diagram or ko or legality or liberties or taken_back"
    done = run_tests(
        *KERNEL_TESTS,
        *("-k", f"({chosen}) and not (turned or twins or answered or komi)"),
        NUMBA_DISABLE_JIT="1",
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
