"""Imports inside plnsim go downward only, wherever in a file they stand, and only the two readings know Mesa and Numba."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import plnsim

PACKAGE = Path(plnsim.__file__).parent

LAYERS = (
    ("errors", "asked", "sources", "parameter", "draws", "notebook"),
    ("world", "measure", "outcome"),
    ("mechanisms",),
    ("scenario", "engine"),
    ("runs", "terminal"),
    ("experiment",),
    ("report", "record", "comparison", "readiness", "optimisation", "calibration", "headline", "odd", "validation", "interop", "guide_site"),
    ("cli", "app", "lessons", "__main__"),
)
"""The parts of the package, lowest layer first, as in the plan of the house; those of one layer do not import in a circle."""

LAYER = {part: layer for layer, parts in enumerate(LAYERS) for part in parts}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)
NAMES = {path: path.relative_to(PACKAGE).as_posix() for path in FILES}


def module_of(path):
    """The dotted name of a file's module."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path):
    """Every module that a file imports anywhere in it, with the line; what comes from a package is a module of it where there is one."""
    found = []
    for line in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(line, ast.Import):
            found += [(name.name, line.lineno) for name in line.names]
        elif isinstance(line, ast.ImportFrom):
            base = line.module or ""
            if line.level:
                inside = module_of(path).split(".")
                inside = inside[:len(inside) - line.level + (path.name == "__init__.py")]
                base = ".".join([*inside, *([line.module] if line.module else [])])
            for name in line.names:
                below = PACKAGE.parent / f"{base}.{name.name}".replace(".", "/")
                found.append((f"{base}.{name.name}" if below.is_dir() or below.with_suffix(".py").is_file() else base, line.lineno))
    return found


def part_of(module):
    """The part of the package to which a module belongs; nothing for other packages and for the package's own front."""
    first, _, rest = module.partition(".")
    return rest.partition(".")[0] if first == "plnsim" else ""


def imported_parts(path):
    return [(part_of(module), line) for module, line in imported(path) if part_of(module)]


def outside(path, *packages):
    """The lines on which a file imports one of some outside packages."""
    return [line for module, line in imported(path) if module.partition(".")[0] in packages]


@pytest.mark.parametrize("path", FILES, ids=NAMES.get)
def test_every_file_belongs_to_a_layer_and_imports_only_from_it_and_those_below(path):
    if path == PACKAGE / "__init__.py":
        return
    part = part_of(module_of(path))
    assert part in LAYER, f"plnsim/{NAMES[path]} has no layer: {part} is in none of them"
    upward = [(other, line) for other, line in imported_parts(path) if other not in LAYER or LAYER[other] > LAYER[part]]
    assert upward == [], f"plnsim/{NAMES[path]} of layer {LAYER[part]} imports from a higher layer (part, line)"


def test_the_front_of_the_package_loads_nothing_of_it_before_it_is_asked_for():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    at_once = [ast.unparse(line) for line in tree.body if isinstance(line, ast.Import | ast.ImportFrom) and "plnsim" in ast.unparse(line)]
    assert at_once == []


def test_no_part_imports_the_front_of_the_package():
    front = {(NAMES[path], line) for path in FILES for module, line in imported(path) if module == "plnsim"
             and "__version__" not in path.read_text(encoding="utf-8").splitlines()[line - 1]}
    assert front == set()


def test_parts_do_not_import_each_other_in_a_circle():
    needs = {}
    for path in FILES:
        part = part_of(module_of(path))
        if part:
            needs.setdefault(part, set()).update({other for other, _ in imported_parts(path)} - {part})
    while needs:
        free = {part for part, others in needs.items() if not others & needs.keys()}
        assert free, f"these import each other in a circle: {sorted(needs)}"
        needs = {part: others for part, others in needs.items() if part not in free}


def test_every_import_of_a_module_of_plnsim_finds_it():
    missing = {(NAMES[path], module) for path in FILES for module, _ in imported(path) if module.startswith("plnsim.")
               and not (PACKAGE.parent / module.replace(".", "/")).is_dir()
               and not (PACKAGE.parent / (module.replace(".", "/") + ".py")).is_file()}
    assert missing == set()


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "mechanisms"], ids=NAMES.get)
def test_a_mechanism_knows_neither_numpy_nor_numba_nor_mesa(path):
    assert outside(path, "numpy", "numba", "mesa", "scipy", "pandas", "random") == []


@pytest.mark.parametrize(("package", "may"), [("mesa", {"engine/mesa_reading.py"}),
                                              ("numba", {"engine/compiled_reading.py", "engine/compiled_types.py", "engine/compile_cache.py"}),
                                              ("llvmlite", {"engine/compiled_types.py"}),
                                              ("random", set())])
def test_only_the_readings_know_mesa_and_numba_and_nobody_another_source_of_chance(package, may):
    assert {NAMES[path] for path in FILES if outside(path, package)} == may


def test_numpy_draws_nothing():
    assert {NAMES[path] for path in FILES if "np.random" in path.read_text(encoding="utf-8")} <= {
        name for name in NAMES.values() if name.startswith("experiment/")}


@pytest.mark.parametrize(("loaded", "unneeded"), [("plnsim.runs, plnsim.engine.compiled_reading", {"mesa"}),
                                                  ("plnsim.scenario.scenario, plnsim.world.population", {"mesa", "numba"}),
                                                  ("plnsim.cli", {"mesa", "numba"})])
def test_nothing_heavy_is_loaded_in_vain(loaded, unneeded):
    text = f"import sys; import {loaded}; print(*[name for name in {sorted(unneeded)!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, cwd=PACKAGE.parent, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
