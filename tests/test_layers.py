"""Imports inside plnsim go downward only, wherever in a file they stand, and only the two engines know Mesa and
Numba.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import plnsim

PACKAGE = Path(plnsim.__file__).parent

WINGS = ("common", "model", "simulation", "output", "studies", "publish", "app", "cli")
"""The wings of the package, lowest first: what all share; the world, the rules and what is measured; scenarios,
engines and runs; words, figures and the terminal; what is asked of many runs; pages and files for readers; the live
page; commands.
"""

LEVEL = {wing: level for level, wing in enumerate(WINGS)}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)
NAMES = {path: path.relative_to(PACKAGE).as_posix() for path in FILES}


def module_of(path):
    """The dotted name of a file's module."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path):
    """Every module that a file imports anywhere in it, with the line; what comes from a package is a module of it
    where there is one.
    """
    imports = []
    for line in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(line, ast.Import):
            imports += [(name.name, line.lineno) for name in line.names]
        elif isinstance(line, ast.ImportFrom):
            base = line.module or ""
            if line.level:
                inside = module_of(path).split(".")
                inside = inside[: len(inside) - line.level + (path.name == "__init__.py")]
                base = ".".join([*inside, *([line.module] if line.module else [])])
            for name in line.names:
                below = PACKAGE.parent / f"{base}.{name.name}".replace(".", "/")
                imports.append(
                    (
                        f"{base}.{name.name}" if below.is_dir() or below.with_suffix(".py").is_file() else base,
                        line.lineno,
                    )
                )
    return imports


def wing_of(module):
    """The wing of the package to which a module belongs; nothing for other packages and for the package's own front."""
    first, _, rest = module.partition(".")
    return rest.partition(".")[0] if first == "plnsim" else ""


def room_of(module):
    """The wing with the room in it (``studies.calibration``), or the wing and the file that stands in it by itself."""
    return ".".join(module.split(".")[1:3])


def in_circle(needs):
    """Those that need each other in a circle, of a mapping from each to those that it needs; also what stands between
    two circles.
    """
    needs = {name: others & needs.keys() - {name} for name, others in needs.items()}
    while ends := {name for name in needs if not needs[name] or not any(name in others for others in needs.values())}:
        needs = {name: others - ends for name, others in needs.items() if name not in ends}
    return sorted(needs)


def outside(path, *packages):
    """The lines on which a file imports one of some outside packages."""
    return [line for module, line in imported(path) if module.partition(".")[0] in packages]


@pytest.mark.parametrize("path", FILES, ids=NAMES.get)
def test_every_file_stands_in_a_wing_and_imports_only_from_it_and_those_below(path):
    if path == PACKAGE / "__init__.py":
        return
    wing = wing_of(module_of(path))
    assert wing in LEVEL, f"plnsim/{NAMES[path]} stands in none of the wings {', '.join(WINGS)}"
    upward = [
        (module, line)
        for module, line in imported(path)
        if module.startswith("plnsim") and LEVEL.get(wing_of(module), len(WINGS)) > LEVEL[wing]
    ]
    assert upward == [], f"plnsim/{NAMES[path]} imports from a wing above {wing} (module, line)"


def test_the_front_of_the_package_loads_nothing_of_it_before_it_is_asked_for():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    at_once = [
        ast.unparse(line)
        for line in tree.body
        if isinstance(line, ast.Import | ast.ImportFrom) and "plnsim" in ast.unparse(line)
    ]
    assert at_once == ["from plnsim.common.package import __version__"]


def test_no_files_import_each_other_in_a_circle():
    needs = {
        module_of(path): {module for module, _ in imported(path) if module.startswith("plnsim.")} for path in FILES
    }
    assert in_circle(needs) == []


def test_no_rooms_import_each_other_in_a_circle():
    needs = {}
    for path in FILES:
        if path != PACKAGE / "__init__.py":
            needs.setdefault(room_of(module_of(path)), set()).update(
                room_of(module) for module, _ in imported(path) if wing_of(module)
            )
    assert in_circle(needs) == []


def test_every_import_of_a_module_of_plnsim_finds_it():
    missing = {
        (NAMES[path], module)
        for path in FILES
        for module, _ in imported(path)
        if module.startswith("plnsim.")
        and not (PACKAGE.parent / module.replace(".", "/")).is_dir()
        and not (PACKAGE.parent / (module.replace(".", "/") + ".py")).is_file()
    }
    assert missing == set()


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "mechanisms"], ids=NAMES.get)
def test_a_mechanism_knows_neither_numpy_nor_numba_nor_mesa(path):
    assert outside(path, "numpy", "numba", "mesa", "scipy", "pandas", "random") == []


@pytest.mark.parametrize(
    ("package", "may"),
    [
        ("mesa", {"simulation/mesa_backend.py"}),
        (
            "numba",
            {
                "simulation/engine/numba_backend.py",
                "simulation/engine/numba_types.py",
                "simulation/engine/compile_cache.py",
            },
        ),
        ("llvmlite", {"simulation/engine/numba_types.py"}),
        ("random", set()),
    ],
)
def test_only_the_engines_know_mesa_and_numba_and_nobody_another_source_of_chance(package, may):
    assert {NAMES[path] for path in FILES if outside(path, package)} == may


def test_numpy_draws_nothing():
    assert {NAMES[path] for path in FILES if "np.random" in path.read_text(encoding="utf-8")} <= {
        name for name in NAMES.values() if name.startswith("studies/experiment/")
    }


@pytest.mark.parametrize(
    ("loaded", "unneeded"),
    [
        ("plnsim.simulation.runs, plnsim.simulation.engine.numba_backend", {"mesa"}),
        ("plnsim.simulation.scenario.scenario, plnsim.model.world.population", {"mesa", "numba"}),
        ("plnsim.cli", {"mesa", "numba"}),
    ],
)
def test_nothing_heavy_is_loaded_in_vain(loaded, unneeded):
    text = f"import sys; import {loaded}; print(*[name for name in {sorted(unneeded)!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, cwd=PACKAGE.parent, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
