"""The direction of imports, and what a mere import must not load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: Lower never imports higher; modules on one line may import those before them.
LAYERS = (
    ("errors", "coords", "files", "plots", "jit", "phases", "resampling"),
    ("encodings", "sgf", "sources"),
    ("pointsets", "rules", "turns", "ladderboard", "ladders"),
    ("position", "config", "scoring"),
    ("gameinfo", "record", "features"),
    ("gamefile", "selection", "convert", "baselines"),
    ("sampling", "dataset", "backend", "networks"),
    ("modelstore", "policy"),
    ("evaluate", "train", "compare", "playouts", "player"),
    ("gtp", "gtpclient", "match", "tally", "matchfolder"),
    ("export", "bench", "review", "annotate", "gopolicy_gui"),
    ("datasetplot", "reviewplot", "evaluateplot", "compareplot"),
    ("cli",),
    ("__main__", "__init__"),
)
ORDER = {name: i for i, name in enumerate(m for layer in LAYERS for m in layer)}


def _unit(path: Path) -> str:
    """The name in LAYERS that a file belongs to."""
    relative = path.relative_to(ROOT).with_suffix("").parts
    if relative[0] == "gui":
        return "gopolicy_gui"
    return relative[1]


def _imports(path: Path) -> set[str]:
    """The units of ours that a file imports when it runs, not for types only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "gopolicy_gui":
                found.add("gopolicy_gui")
            elif parts[0] == "gopolicy" and len(parts) > 1 and parts[1] in ORDER:
                found.add(parts[1])
    return found


FILES = sorted(
    path for folder in ("gopolicy", "gui") for path in (ROOT / folder).rglob("*.py")
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_flow_of_data(path):
    unit = _unit(path)
    assert unit in ORDER, f"{unit} has no place in LAYERS"
    upward = {name for name in _imports(path) if ORDER[name] > ORDER[unit]}
    assert not upward, f"{unit} imports {upward}"


def test_only_the_backend_imports_tensorflow():
    users = {
        path.name
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and any(
            word in ast.unparse(node).split()[1] for word in ("tensorflow", "keras")
        )
    }
    assert users == {"backend.py"}


@pytest.mark.parametrize("statement", ["import gopolicy", "import gopolicy.cli"])
def test_importing_loads_nothing_heavy(statement):
    code = (
        f"{statement}; import sys; "
        "print([m for m in ('tensorflow', 'keras', 'pygame', 'numba', 'h5py', "
        "'matplotlib', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    assert done.stdout.strip() == "[]"


def test_public_names_are_there():
    import gopolicy

    for name in gopolicy.__all__:
        assert getattr(gopolicy, name) is not None
    with pytest.raises(AttributeError):
        _ = gopolicy.no_such_name


def test_data_folders_hold_no_code():
    for folder in ("datasets", "models"):
        assert not list((ROOT / folder).rglob("*.py"))
