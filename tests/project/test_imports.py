"""The direction of imports, and what a mere import must not load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: Rooms and the files beside them, floor by floor: lower never imports higher, and on
#: one floor none imports another. The map in CONTRIBUTING.md says what each is for.
FLOORS = (
    ("errors", "version", "files", "cores"),
    ("config", "coldstart"),
    ("go", "predict", "language"),
    ("sgf", "networks", "names"),
    ("data", "graph"),
    ("modelstore", "measure"),
    ("policy", "train"),
    ("player",),
    ("compare", "review", "match", "export", "look"),
    ("analysis",),
    ("gtp", "plots"),
    ("gopolicy_gui",),
    ("bench",),
    ("cli",),
    ("__main__", "__init__"),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
#: The floors within the window's room.
WINDOW = {"model": 0, "view": 1, "app": 2, "__init__": 3}


FILES = {
    ".".join(path.relative_to(folder).with_suffix("").parts): path
    for folder in (ROOT, ROOT / "gui")
    for path in sorted(folder.glob("gopolicy*/**/*.py"))
}


def _room(module: str) -> str:
    """The entry of FLOORS that a module is in."""
    parts = module.split(".")
    return parts[0] if parts[0] == "gopolicy_gui" else parts[1]


def _imports(module: str) -> set[str]:
    """The modules of ours that a module imports, for types only or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            # The longest beginning of the name that is a file: what is left is in it.
            parts = name.split(".")
            beginnings = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
            candidates = [m for b in beginnings for m in (b, f"{b}.__init__")]
            found |= set([m for m in candidates if m in FILES][:1])
    return found


IMPORTS = {module: _imports(module) for module in FILES}


@pytest.mark.parametrize("module", FILES)
def test_rooms_import_downward(module):
    room = _room(module)
    assert room in FLOOR, f"{room} has no place in FLOORS"
    upward = {
        other
        for other in IMPORTS[module]
        if _room(other) != room and FLOOR[_room(other)] >= FLOOR[room]
    }
    assert not upward, f"{module} imports {upward}"


@pytest.mark.parametrize(
    "module", [module for module in FILES if module.startswith("gopolicy_gui.")]
)
def test_the_window_imports_from_app_to_view_to_model(module):
    floor = WINDOW[module.split(".")[1]]
    upward = {
        other
        for other in IMPORTS[module]
        if other.startswith("gopolicy_gui.") and WINDOW[other.split(".")[1]] > floor
    }
    assert not upward, f"{module} imports {upward}"


def test_no_imports_go_round_in_a_circle():
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join((*way, module))
        if module not in done:
            for other in sorted(IMPORTS[module]):
                visit(other, (*way, module))
            done.add(module)

    for module in FILES:
        visit(module, ())


def test_modules_and_folders_stay_small():
    for path in FILES.values():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 550, path
    for folder in {path.parent for path in ROOT.glob("t*/**/*.py")} | {
        path.parent for path in FILES.values()
    }:
        assert len(list(folder.glob("*.py"))) <= 16, folder


def test_only_the_backend_imports_tensorflow():
    users = {
        path.name
        for path in FILES.values()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and any(
            word in ast.unparse(node).split()[1] for word in ("tensorflow", "keras")
        )
    }
    assert users == {"backend.py"}


@pytest.mark.parametrize(
    "statement",
    ["import gopolicy", "import gopolicy.cli", "import gopolicy.gtp.start"],
)
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
