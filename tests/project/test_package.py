"""What people install: the right files in wheel and sdist, and it works elsewhere."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*words, cwd, **environment):
    """The stdout of a program; fails with its stderr."""
    done = subprocess.run(
        [str(word) for word in words],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **environment},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """A folder with the sdist, and the wheel that is built from it."""
    pytest.importorskip("hatchling", reason="building without a network needs it")
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "-o", out, ROOT, cwd=out)
    return out


@pytest.mark.slow
def test_the_wheel_holds_two_packages_and_the_model(dist):
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {
        "gopolicy",
        "gopolicy_gui",
    }
    for file in ("config.json", "weights.h5"):
        for model in ("default", "owners"):
            assert f"gopolicy/_models/{model}/{file}" in names
    assert "gopolicy/_games/sample-train.zip" in names  # for bench
    for package in ("gopolicy", "gopolicy_gui"):  # their types are for their users
        assert f"{package}/py.typed" in names
    for catalogue in (
        "gopolicy_gui/locale/{}/gopolicy",
        "gopolicy/locale/{}/gopolicy",
        "gopolicy/locale/{}/messages",
    ):
        assert f"{catalogue.format('zh_CN/LC_MESSAGES')}.mo" in names
    own = {str(p.relative_to(ROOT)) for p in (ROOT / "gopolicy").rglob("*.py")}
    assert own <= set(names)


@pytest.mark.slow
def test_the_sdist_holds_the_model_and_no_other_weights(dist):
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    weights = [name for name in names if name.endswith((".h5", ".keras"))]
    assert weights == ["models/default/weights.h5", "models/owners/weights.h5"]
    assert "models/default/config.json" in names


@pytest.mark.slow
def test_an_installed_wheel_suggests_a_move_elsewhere(dist, tmp_path):
    """In an environment of its own, which borrows all other packages from this one."""
    (wheel,) = dist.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=False)
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    options = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check")
    run(*pip, "install", *options, wheel, cwd=tmp_path)
    # PYTHONPATH does not read .pth files, so a checkout installed there stays unseen.
    others = {"PYTHONPATH": sysconfig.get_path("purelib")}
    where = "import gopolicy; print(gopolicy.__file__)"
    found = run(python, "-c", where, cwd=tmp_path, **others)
    assert found.startswith(str(tmp_path / "venv"))
    command = scripts / "gopolicy"
    assert "suggest" in run(command, "--help", cwd=tmp_path, **others)
    picture = tmp_path / "board.png"
    options = ("--moves", "B Q16 W D4", "--picture", picture)
    table = run(command, "suggest", *options, cwd=tmp_path, **others)
    assert "Black to play   (model default)" in table
    assert picture.read_bytes().startswith(b"\x89PNG")
